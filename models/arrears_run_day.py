"""The work of one day, in pieces that may be committed: propose, execute, deliver, finish."""

import logging
import time

from psycopg2.errors import UniqueViolation

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError, LockError
from odoo.fields import Domain
from odoo.service.model import (
    MAX_TRIES_ON_CONCURRENCY_FAILURE,
    PG_CONCURRENCY_EXCEPTIONS_TO_RETRY,
)

from ..law import calendar

_logger = logging.getLogger(__name__)

CHUNK = 1000  # actions that are carried out between two commits
DELIVERIES = 50  # letters and mails that are rendered between two commits
# What happens to the slower one of two processes: it looks again.
MET_ANOTHER = (
    *PG_CONCURRENCY_EXCEPTIONS_TO_RETRY,
    ConcurrencyError,
    LockError,
    UniqueViolation,
)


class ArrearsRun(models.Model):
    _inherit = "arrears.run"

    # === CRON === #

    @api.model
    def _cron_run_today(self):
        """Run today for each company that has a chart of accounts, in committed chunks.

        A company whose run fails does not stop the others.
        """
        companies = self.env["res.company"].search([("chart_template", "!=", False)])
        self.env["ir.cron"]._commit_progress(remaining=len(companies))
        for company in companies:
            today = fields.Date.context_today(
                self.with_context(tz=company.partner_id.tz or "Europe/Amsterdam")
            )
            try:
                if not self._work_in_chunks(lambda d=today, c=company: self._start(d, c)):
                    # Out of time: what is left still matches, the next call goes on with it.
                    return
            except Exception:
                self.env.cr.rollback()
                _logger.exception("The arrears run of %s on %s failed", company.name, today)
            self.env["ir.cron"]._commit_progress(1)

    @api.model
    def _cron_run_released(self):
        """Carry out the runs that a colleague released, in committed chunks."""
        runs = self.search([("released", "=", True), ("state", "=", "proposed")])
        self.env["ir.cron"]._commit_progress(remaining=len(runs))
        for run in runs:
            if not self._work_in_chunks(run._as_service):
                return
            self.env["ir.cron"]._commit_progress(1)

    @api.model
    def _work_in_chunks(self, get_run):
        """Do the work of a run and commit after each piece.

        Several workers may do this for one run at once: each takes what the others have not
        locked. When two meet at one record all the same, the slower one looks again.

        :param get_run: function that returns the run, as the service that may write
        :return: False when the scheduler's time is up
        """
        attempt = 0
        while True:
            try:
                for _checkpoint in get_run()._process():
                    if not self.env["ir.cron"]._commit_progress():
                        return False
                    attempt = 0  # as long as something gets done, trying again is worth it
                return True
            except MET_ANOTHER:
                self.env.cr.rollback()
                attempt += 1
                if attempt == MAX_TRIES_ON_CONCURRENCY_FAILURE:
                    raise
                _logger.info("An arrears run met another worker; looking again")
                time.sleep(attempt)

    # === STEPS === #

    def _process(self):
        """Do the day's work; yields whenever what was done so far may be committed.

        Everything is found again by what is left to do, so a run that was killed goes on where
        it was.
        """
        self.ensure_one()
        if self.state == "done":
            return
        if self.state == "draft":
            # Two workers that propose the same day would propose twice.
            self.lock_for_update()
            self._propose_day()
            yield
        if not self._may_execute():
            return
        self.env["insurance.termination"]._end_due(self.date, self.company_id)
        yield
        yield from self._execute_day()
        self.env["insurance.rdw.notice"]._ensure_rdw_notices(self.date, self.company_id)
        if not self._is_day_of_rest():
            self.env["arrears.notice"]._tell_cover(self)
            self.env["arrears.arrangement"]._write_due(self)
            yield from self._deliver_day()
            self.env["arrears.advance.reminder"]._remind(self.date, self.company_id)
            yield
        if not self._search_waiting(limit=1):
            self._finish_day()
            yield

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
        return self.env["arrears.item"].search(domain)._project(self.date)

    def _execute_day(self):
        """Carry out the proposed actions, in chunks of whole cases."""
        last_case = 0
        while chunk := self._search_waiting(after_case=last_case, limit=CHUNK):
            cases = chunk.case_id
            last_case = max(cases.ids)
            self._search_waiting(cases=cases)._execute(self.date)
            yield

    def _search_waiting(self, after_case=0, cases=None, limit=None):
        """Return the actions that this run still has to carry out by itself."""
        domain = Domain("run_id", "=", self.id) & Domain("state", "=", "proposed")
        domain &= Domain("kind", "in", ("fee", "suspend", "notice"))
        if not self.confirmed_by_id:
            domain &= Domain("automatic", "=", True)
        if cases:
            domain &= Domain("case_id", "in", cases.ids)
        else:
            domain &= Domain("case_id.id", ">", after_case)
        return self.env["arrears.action"].search(domain, order="case_id.id, id", limit=limit)

    def _deliver_day(self):
        """Render and queue what waits for delivery, in chunks."""
        last = 0
        while queued := self.env["arrears.notice"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("state", "=", "queued"),
                ("body_hash", "=", False),
                ("id", ">", last),
            ],
            order="id",
            limit=DELIVERIES,
        ):
            last = queued[-1].id
            mine = queued.try_lock_for_update()
            # Letters that no run made, such as a correction, go out with this one.
            mine.filtered(lambda notice: not notice.run_id).write({"run_id": self.id})
            mine._deliver()
            yield

    def _deliver_waiting(self):
        """Render and queue at once what waits for delivery: for a step taken by hand."""
        self.env["arrears.notice"]._tell_cover(self)
        for _checkpoint in self._deliver_day():
            pass

    def _finish_day(self):
        self._project_due()
        self.env["insurance.policy"]._refresh_coverage(self.date, self.company_id)
        self.write({"state": "done", "released": False})
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
            & Domain("id", "not in", self.env["arrears.action"]._get_proposed_items(self.company_id))
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
