"""An arrangement lives: proposed, approved, accepted, active; in the end kept, broken or cancelled.

The methods here are called as the service, after the caller's right was checked.
"""

from datetime import timedelta
from decimal import Decimal

from odoo import models
from odoo.exceptions import AccessError, LockError, UserError
from odoo.fields import Domain
from odoo.tools import format_date

from ..law import arrangement as law
from .arrears_arrangement import FREEZING
from .arrears_item_ladder import to_decimal
from .arrears_notice_term import FRESH_TERM

# The letter that tells that one which ran is over.
ENDED = "arrangement_broken"
# The activity that asks a manager.
APPROVE = "premium_arrears.mail_activity_type_arrangement_approve"


class ArrearsArrangement(models.Model):
    _inherit = "arrears.arrangement"

    def _propose(self, day, *, needs_acceptance=False):
        """Freeze what is in these drafts; what needs nobody's word starts at once.

        :param needs_acceptance: it starts when the customer accepts it, until ``accept_by``
        """
        for arrangement in self:
            arrangement._check_state("draft")
        self._check_free()
        self.write({"state": "proposed", "proposed_on": day, "needs_acceptance": needs_acceptance})
        self._clear_the_way(day)
        self.line_ids._freeze(day)
        self._project_payments()
        self._go_on(day)

    def _approve(self, day, user):
        """A manager agrees to what goes beyond the limits.

        :param user: who approves
        :raise AccessError: for who is no manager
        """
        if not user.has_group("premium_arrears.group_manager"):
            raise AccessError(self.env._("A manager approves what goes beyond the limits."))
        for arrangement in self:
            arrangement._check_state("proposed")
        self.write({"approved_by_id": user.id})
        self._close_asked()
        self._go_on(day)

    def _accept(self, day, via):
        """The customer accepts the proposal.

        :param via: "portal", "phone" or "writing"
        :raise UserError: after the last day to accept it
        """
        for arrangement in self:
            arrangement._check_state("proposed")
            if arrangement.accept_by and law.lapsed(arrangement.accept_by, day):
                raise UserError(
                    self.env._(
                        "The last day to accept arrangement %(name)s was %(day)s. Please make a "
                        "new one.",
                        name=arrangement.name,
                        day=format_date(self.env, arrangement.accept_by),
                    )
                )
        if via not in dict(self._fields["accepted_via"].selection):
            raise UserError(self.env._("An arrangement cannot be accepted that way."))
        self.write({"accepted_on": day, "accepted_via": via})
        self._go_on(day)

    def _go_on(self, day):
        """Start those that wait for nobody any more; offer those that wait for the customer only.

        The days to accept count from the day on which the customer is told.
        """
        allowed = self.filtered(
            lambda a: a.state == "proposed" and (a.approved_by_id or not a.needs_approval)
        )
        ready = allowed.filtered(lambda a: a.accepted_on or not a.needs_acceptance)
        ready.write({"state": "active", "started_on": day})
        ready._record("arranged", day)
        ready._tell("arrangement", day)
        (self - allowed).filtered(lambda a: a.state == "proposed")._ask_managers(day)
        for arrangement in allowed - ready:
            if not arrangement.accept_by:
                days = arrangement.company_id.arrears_arrangement_accept_days
                arrangement.accept_by = day + timedelta(days=days)
                arrangement._tell("arrangement_proposed", day)

    def _cancel(self, day, reason):
        """End these by a word of the office or the customer; the old stage gets a fresh term.

        Who had started to pay is told so, and by when he pays what is open; who did not say yes
        yet was promised nothing.
        """
        for arrangement in self:
            arrangement._check_state("draft", *FREEZING)
        running = self.filtered("started_on")
        self._end("cancelled", day, reason)
        running._tell_ended(day)

    def _tell_ended(self, day, run=None):
        """Tell the customer that these do not count any more, and by when to pay what is open.

        While a hold lasts nothing is asked: it is told after that. Not at all once nothing of it
        is for the customer to pay to the office any more.
        """
        holds = self.line_ids.item_id._get_holds()
        asked = self.filtered(lambda a: a._get_ended_open() > 0)
        held = asked.filtered(
            lambda a: any(holds[item]._active_on(day) for item in a.line_ids.item_id)
        )
        held.write({"waiting_letter": ENDED})
        (self - asked).filtered("waiting_letter").write({"waiting_letter": False})
        told = asked - held
        facts = {
            a: {"by_office": a.state != "broken", "open": f"{a._get_ended_open():.2f}"}
            for a in told
        }
        letters = told._tell(ENDED, day, run, facts, dict.fromkeys(told, day + FRESH_TERM))
        for arrangement, letter in letters.items():
            arrangement.end_notice_id = letter

    def _get_ended_open(self):
        """Return what of an arrangement that ended is open, and is in no other hands by now."""
        self.ensure_one()
        away = self.env["arrears.handover"]
        lines = self.line_ids.filtered(
            lambda line: (
                not line.item_id.arrangement_id
                and not line.item_id.handover_id
                and not away._get_with_collector(line.fee_id, "fee_id")
                and not away._get_with_collector(line.interest_id, "interest_id")
            )
        )
        return sum((to_decimal(line._get_source().amount_open) for line in lines), Decimal(0))

    def _end(self, state, day, reason=False, closed_on=None):
        """Close these in a state, and let go of what is in them.

        :param day: business day
        :param closed_on: day on which it ended, where that is an earlier one
        """
        frozen = self.filtered(lambda a: a.state in FREEZING)
        self.write(
            {
                "state": state,
                "closed_on": closed_on or day,
                "reason": reason,
                "waiting_letter": False,
            }
        )
        self._close_asked()
        frozen.line_ids._unfreeze(day)
        frozen._record(f"arrangement_{state}", closed_on or day, reason=reason)

    # === A MANAGER DECIDES === #

    def _ask_managers(self, day):
        """Ask a manager to decide about each of these, by an activity, once."""
        colleagues = self.env["arrears.case"]._get_first_colleagues(
            self.company_id, "group_manager"
        )
        # The list of activities shows it; a mail for each would bury the manager.
        quiet = self.with_context(mail_activity_quick_update=True)
        for company, mine in (quiet - quiet._get_asked()).grouped("company_id").items():
            user = colleagues[company] or self.env.user
            mine.activity_schedule(APPROVE, date_deadline=day, user_id=user.id)

    def _get_asked(self):
        """Return those of these that a manager was asked about."""
        kind = self.env.ref(APPROVE)
        return self.filtered(lambda a: kind in a.activity_ids.activity_type_id)

    def _close_asked(self):
        self._get_asked().activity_feedback([APPROVE])

    # === CHECKS === #

    def _check_state(self, *states):
        self.ensure_one()
        if self.state not in states:
            names = dict(self._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "Arrangement %(name)s is %(state)s: this cannot be done now.",
                    name=self.name,
                    state=names[self.state],
                )
            )

    def _check_free(self):
        """Refuse what went into another arrangement, to a collector or was paid meanwhile.

        Of two clicks at the same moment the second one is refused.
        """
        try:
            self.case_ids.lock_for_update()
        except LockError as error:
            raise UserError(
                self.env._("Something else happens with this at the moment. Please try again.")
            ) from error
        for arrangement in self:
            lines = arrangement.line_ids
            items = lines.item_id
            items.invalidate_recordset(["arrangement_id", "handover_id"], flush=True)
            if items.arrangement_id or items.handover_id or lines._find_running_of_charges():
                raise UserError(
                    self.env._(
                        "Something in arrangement %s is in another arrangement, or with a "
                        "collector, by now. Please make it again.",
                        arrangement.name,
                    )
                )
            if not sum(lines.mapped("amount_open")):
                raise UserError(self.env._("Nothing is open that an arrangement can be made for."))

    def _clear_the_way(self, day):
        """Take back what is under way over what is in these: letters, a hand-over, an end.

        An arrangement comes first: what was announced does not go on while it runs. When it
        breaks, each is proposed again by whom it concerns.
        """
        reason = self.env._("An arrangement was made")
        items = self.line_ids.item_id
        waiting = items.notice_line_ids.notice_id.filtered(lambda n: n.state == "queued")
        handovers = self.env["arrears.handover"]._find_preparing(items)
        handovers.write({"state": "withdrawn", "closed_on": day})
        handovers._message_log_batch({handover.id: reason for handover in handovers})
        for company, mine in waiting.grouped("company_id").items():
            mine.with_company(company)._withdraw(day, reason)
        self.env["insurance.termination"]._give_way(items, day, reason)
        self._set_aside_steps(items)

    def _set_aside_steps(self, items):
        """Skip the steps that wait for a decision over what is in these, and calls about it."""
        cases = items.case_id
        steps = self.env["arrears.action"].search(
            Domain("case_id", "in", cases.ids) & Domain("state", "=", "proposed")
        )
        steps.filtered(
            lambda step: (
                step.item_ids & items
                if step.kind in ("fee", "suspend")
                else step.item_ids and not step.item_ids - items
            )
        )._skip("arrangement")
        still = cases.item_ids.filtered(lambda item: item.amount_open > 0) - items
        calls = self.env["arrears.phone.call"].search(
            Domain("case_id", "in", (cases - still.case_id).ids)
            & Domain("outcome", "=", False)
            & Domain("notice_id", "!=", False)  # what the customer asked for stays
        )
        calls.unlink()

    # === LETTERS AND HISTORY === #

    def _record(self, event, day, reason=False):
        self.env["arrears.case.history"]._record_each(
            [
                {
                    "case_id": case.id,
                    "event": event,
                    "day": day,
                    "amount": arrangement.amount,
                    "reason": f"{arrangement.name} {reason or ''}".strip(),
                }
                for arrangement in self
                for case in arrangement.case_ids
            ]
        )

    def _tell(self, kind, day, run=None, facts=None, last_days=None):
        """Make the letter of this kind about each of these, to be delivered by the next run.

        In test mode it waits: a test would count as told.

        :param run: the run that makes it, if one does
        :param facts: dict from arrangement to plain values of the kind, beside those of
            ``_get_letter_facts``
        :param last_days: dict from arrangement to the last day that the letter names
        :return: dict from arrangement to its notice
        """
        testing = self.filtered(lambda a: a.company_id.arrears_test_email)
        testing.write({"waiting_letter": kind})
        (self - testing).filtered("waiting_letter").write({"waiting_letter": False})
        made, cases = {}, self._get_letter_cases()
        for company, mine in (self - testing).grouped("company_id").items():
            notices = (
                self.env["arrears.notice"]
                .with_company(company)
                ._make_messages(
                    [
                        {
                            "case": cases[arrangement],
                            "kind": kind,
                            "facts": {
                                **arrangement._get_letter_facts(),
                                **(facts or {}).get(arrangement, {}),
                            },
                            "stated_last_day": (last_days or {}).get(arrangement, False),
                        }
                        for arrangement in mine
                    ],
                    day,
                    run,
                )
            )
            made |= dict(zip(mine, notices, strict=True))
        return made

    def _get_letter_cases(self):
        """Return the case that letters about each of these go by: dict from arrangement to case.

        They are read together: letters for many customers take the queries of one.
        """
        together = self.case_ids
        return {
            arrangement: together.browse(min(arrangement.case_ids.ids, default=[])).with_prefetch(
                together.ids
            )
            for arrangement in self
        }

    def _get_letter_facts(self):
        """Return what a letter tells of this arrangement, as plain values."""
        self.ensure_one()
        return {
            "arrangement": self.name,
            "kind": self.kind,
            "total": f"{self.amount - self.amount_dropped:.2f}",
            "open": f"{self.amount_open:.2f}",
            "accept_by": str(self.accept_by) if self.accept_by else "",
            "instalments": [
                {
                    "day": str(instalment.date),
                    "amount": f"{instalment.amount - instalment.amount_dropped:.2f}",
                    "reference": instalment.payment_reference,
                    "paid": instalment.amount_open <= 0,
                }
                for instalment in self.instalment_ids.sorted("number")
                if instalment.amount > instalment.amount_dropped
            ],
        }
