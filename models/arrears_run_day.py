"""The work of one day, in pieces that may be committed: propose, execute, deliver, finish."""

import logging

from odoo import api, models
from odoo.fields import Domain

from ..law import calendar
from . import bulk
from .arrears_action import ENGINE_KINDS

_logger = logging.getLogger(__name__)

CHUNK = 1000  # cases whose steps are carried out between two commits
DELIVERIES = 50  # cases whose letters and mails are rendered between two commits


class ArrearsRun(models.Model):
    _inherit = "arrears.run"

    def _process(self):
        """Do the day's work; yields whenever what was done so far may be committed.

        Everything is found again by what is left to do, so a run that was killed goes on where
        it was. Several workers may do this at once: they divide the pieces of a phase, and one of
        them goes on to the next, when no other has a piece in hand. Whoever finds that another
        one has, leaves the rest to him. Who finds the run in another phase than he was at leaves
        his own: a colleague let it begin anew, or a later run took over.
        """
        self.ensure_one()
        if self.state == "draft":
            # Two workers that propose the same day would propose twice.
            self._lock_run()
            self._propose_day()
            yield
        while self._is_to_execute():
            phase = self.phase
            for _piece in self._take_pieces():
                yield
                if self.phase != phase:
                    break
            self._lock_run()
            if self.phase != phase:
                continue
            if self._is_in_hand_elsewhere():
                return
            self._go_on()
            yield

    def _take_pieces(self):
        """Do the pieces of this phase that nobody has in hand: an iterable, one at each step."""
        if self.phase == "execute":
            return self._execute_day()
        if self.phase == "deliver" and not self._is_day_of_rest():
            return self._deliver_day()
        if self.phase == "finish" and not self._is_day_of_rest():
            return self._remind_day()
        return ()

    def _is_in_hand_elsewhere(self):
        """Tell whether another worker has a piece of this phase in hand: it goes on, then."""
        if self.phase == "execute":
            return bool(self._search_waiting(limit=1))
        return self.phase == "deliver" and self._is_delivered_elsewhere()

    def _go_on(self):
        """Do what lies between this phase and the next: one worker's, under lock of the run."""
        if not self.phase:
            self.env["insurance.termination"]._end_due(self.date, self.company_id)
            self.phase = "execute"
        elif self.phase == "execute":
            self._prepare_delivery()
            self.phase = "deliver"
        elif self.phase == "deliver":
            self.phase = "finish"
        elif self._search_waiting(limit=1):
            self.phase = False  # what came late is not only carried out, but delivered as well
        else:
            self._finish_day()

    def _is_to_execute(self):
        """Tell whether there is something to do; what waits for a person is in nobody's hands."""
        if self.state == "done":
            return False
        if self._may_execute():
            return True
        if self.phase:
            self.phase = False
        return False

    def _propose_day(self):
        """Collect what is overdue and propose what is due; sends nothing."""
        self.ensure_one()
        items = self.env["arrears.item"]
        items._hear_payments()
        self.env["insurance.policy"]._resume_waiting(self.company_id)
        self.env["arrears.notice"]._sweep_mails(self.date, self.company_id)
        items._collect(self.date, self.company_id)
        self.env["arrears.hold"]._follow_up(self.date, self.company_id)
        decisions = self._project_due()
        actions = self.env["arrears.action"]
        actions._supersede(self)
        actions._propose_term_ends(self)
        if not self._is_day_of_rest():
            actions._propose_steps(self, decisions)
        self.env["arrears.arrangement"]._follow_up(self.date, self.company_id)
        self.env["cis.registration"]._follow_up(self.date, self.company_id)
        self.write({"state": "proposed", "not_proposed": self._sum_not_proposed()})

    def _is_day_of_rest(self):
        """Tell whether the office leaves its customers alone on this day."""
        self.ensure_one()
        return self.company_id.arrears_rest_days and calendar.is_day_of_rest(self.date)

    def _project_due(self):
        """Work out the next step of the items whose facts or whose day has changed.

        :return: dict from item id to its ``law.ladder`` Decision
        """
        domain = [
            ("company_id", "=", self.company_id.id),
            ("settled_on", "=", False),
            "|",
            "|",
            "|",
            ("stale", "=", True),
            ("next_step_date", "<=", self.date),
            ("next_reason", "in", ("on_hold", "left_alone")),
            ("case_id.state", "=", "held"),
        ]
        items = self.env["arrears.item"]
        decisions = items.search(domain)._project(self.date)
        if len(decisions) >= bulk.MANY:
            bulk.tell_planner(items, self.env["arrears.case"])
        return decisions

    def _execute_day(self):
        """Carry out the proposed actions, in chunks of whole cases."""
        last_case = 0
        while cases := self._take_cases(last_case, CHUNK):
            last_case = cases[-1].id
            self._search_waiting(cases)._execute(self.date)
            _logger.debug("Arrears run of %s: %s cases carried out", self.date, len(cases))
            yield

    def _search_waiting(self, cases=None, limit=None):
        """Return the actions that this run still has to carry out by itself."""
        domain = self._get_waiting_domain()
        if cases:
            domain &= Domain("case_id", "in", cases.ids)
        return self.env["arrears.action"].search(domain, order="case_id.id, id", limit=limit)

    def _get_waiting_domain(self):
        domain = Domain("run_id", "=", self.id) & Domain("state", "=", "proposed")
        domain &= Domain("kind", "in", ENGINE_KINDS)
        if not self.confirmed_by_id:
            domain &= Domain("automatic", "=", True)
        return domain

    def _prepare_delivery(self):
        """Make what follows from the steps that were carried out, before anything leaves."""
        self.env["insurance.rdw.notice"]._ensure_rdw_notices(self.date, self.company_id)
        if not self._is_day_of_rest():
            self.env["arrears.notice"]._tell_cover(self)
            self.env["arrears.arrangement"]._write_due(self)

    def _deliver_day(self):
        """Render and queue what waits for delivery, in chunks of whole cases."""
        last = 0
        while True:
            firsts, notices = self._take_deliveries(last, DELIVERIES)
            if not firsts:
                return
            last = firsts[-1].id
            # Letters that no run made, such as a correction, go out with this one.
            notices.filtered(lambda notice: not notice.run_id).write({"run_id": self.id})
            notices._deliver()
            _logger.debug("Arrears run of %s: %s notices delivered", self.date, len(notices))
            yield

    def _get_delivery_domain(self):
        domain = Domain("company_id", "=", self.company_id.id) & Domain("state", "=", "queued")
        return domain & Domain("body_hash", "=", False)

    def _deliver_waiting(self, actions):
        """Render and queue at once what steps taken by hand made, and what their cases wait for.

        What else the company has waiting is for its runs: a colleague waits for this.
        """
        notices = self.env["arrears.notice"]
        if any(action.kind == "suspend" for action in actions):
            notices._tell_cover(self)
        mine = self._get_delivery_domain() & Domain("case_id", "in", actions.case_id.ids)
        by_case = notices.search(mine, order="id").grouped("case_id")
        # The first one stands for its case, as for the workers: see ``_take_firsts``.
        firsts = notices.union(*(waiting[:1] for waiting in by_case.values()))
        cases = firsts.try_lock_for_update().case_id
        for start in range(0, len(cases), DELIVERIES):
            piece = notices.union(*(by_case[case] for case in cases[start : start + DELIVERIES]))
            piece.filtered(lambda notice: not notice.run_id).write({"run_id": self.id})
            piece._deliver()

    def _remind_day(self):
        """Tell of what falls due soon, in pieces; each is one worker's, under lock of the run."""
        self._lock_run()
        for _told in self.env["arrears.advance.reminder"]._remind(self.date, self.company_id):
            yield
            self._lock_run()

    def _finish_day(self):
        self._project_due()
        self.env["insurance.policy"]._refresh_coverage(self.date, self.company_id)
        self.write({"state": "done", "released": False, "phase": False})
        _logger.info(
            "Arrears run of %s on %s: %s actions, %s notices",
            self.company_id.name,
            self.date,
            self.action_count,
            self.notice_count,
        )

    def _sum_not_proposed(self):
        """Return what is overdue but not proposed on this day: a list of reason, items, amount."""
        left = (
            Domain("company_id", "=", self.company_id.id)
            & Domain("settled_on", "=", False)
            & Domain(
                "id", "not in", self.env["arrears.action"]._get_proposed_items(self.company_id)
            )
        )
        due = (
            left
            & Domain("case_id.state", "in", ("open", "arranged", "handed_over"))
            & Domain("next_step_date", "<=", self.date)
        )
        cases = self.env["arrears.item"].search(due).case_id
        waits = due & Domain("case_id", "in", [case.id for case in cases._get_waiting_credits()])
        groups = [
            *(("credit_waits", *row) for row in self._sum_items(waits)),
            *(
                (reason or "waiting", *sums)
                for reason, *sums in self._sum_items(left & ~waits, ["next_reason"])
            ),
        ]
        found = {}
        for code, items, cases, amount in groups:
            if items:
                row = found.setdefault(
                    code, {"reason": code, "items": 0, "cases": 0, "amount": 0.0}
                )
                row["items"] += items
                row["cases"] += cases
                row["amount"] += amount
        return sorted(found.values(), key=lambda row: -row["items"])

    @api.model
    def _sum_items(self, domain, groupby=()):
        """Return per group how many items, of how many cases, for how much."""
        return self.env["arrears.item"]._read_group(
            domain, groupby, ["__count", "case_id:count_distinct", "amount_open:sum"]
        )
