"""An arrangement lives: proposed, approved, accepted, active, and ended in one of three ways.

The methods with an underscore are called as the service; the others check the caller's right.
"""

from datetime import timedelta

from odoo import models
from odoo.exceptions import AccessError, UserError

from .arrears_arrangement import FREEZING


class ArrearsArrangement(models.Model):
    _inherit = "arrears.arrangement"

    # === FOR A HANDLER === #

    def propose(self, day, needs_acceptance=False):
        """Freeze what is in these drafts; what waits for nobody's word starts at once.

        :param day: business day, a date or an ISO string, here and below
        :param needs_acceptance: it starts when the customer accepts it
        """
        service, day = self._as_handler(day)
        service._propose(day, needs_acceptance=needs_acceptance)

    def approve(self, day):
        """A manager agrees to what goes beyond the limits; AccessError for who is no manager."""
        service, day = self._as_handler(day)
        service._approve(day, self.env.user)

    def accept(self, day, via):
        """The customer accepts the proposal by "phone", in "writing" or on the "portal"."""
        service, day = self._as_handler(day)
        service._accept(day, via)

    def cancel(self, day, reason):
        """End these by a word of the office or the customer; the old steps follow after a term."""
        service, day = self._as_handler(day)
        service._cancel(day, reason)

    def _as_handler(self, day):
        """Return these as the service that may write, and the day as a date."""
        self.check_access("write")
        # What an arrangement writes is evidence and the engine's: written after the check above.
        return self.sudo(), self.env["arrears.run"]._to_day(day)

    # === PROPOSED === #

    def _propose(self, day, *, needs_acceptance=False):
        for arrangement in self:
            arrangement._check_state("draft")
            arrangement._check_fresh()
        self.write({"state": "proposed", "proposed_on": day, "needs_acceptance": needs_acceptance})
        self._freeze(day)
        self._start_ready(day)

    def _approve(self, day, user):
        if not user.has_group("premium_arrears.group_manager"):
            raise AccessError(self.env._("A manager approves what goes beyond the limits."))
        for arrangement in self:
            arrangement._check_state("proposed")
        self.write({"approved_by_id": user.id})
        self._start_ready(day)

    def _accept(self, day, via):
        for arrangement in self:
            arrangement._check_state("proposed")
        self.write({"accepted_on": day, "accepted_via": via})
        self._start_ready(day)

    def _start_ready(self, day):
        """Start those that wait for nobody any more, and ask the customer whose word is needed."""
        agreed = self.filtered(
            lambda a: a.state == "proposed" and (a.approved_by_id or not a.needs_approval)
        )
        ready = agreed.filtered(lambda a: a.accepted_on or not a.needs_acceptance)
        (agreed - ready).filtered(lambda a: not a.accept_by)._ask(day)
        for arrangement in ready:
            arrangement.write({"state": "active", "started_on": arrangement.started_on or day})
        ready._record("arranged", day)
        ready._tell("arrangement", day)
        ready._project_payments()

    def _ask(self, day):
        """Ask the customers to accept, within the days that the company chose."""
        for arrangement in self:
            days = arrangement.company_id.arrears_arrangement_accept_days
            arrangement.accept_by = day + timedelta(days=days)
        self._tell("arrangement_proposed", day)

    # === ENDED === #

    def _cancel(self, day, reason):
        if not (reason or "").strip():
            raise UserError(self.env._("Say in a few words why the arrangement ends."))
        for arrangement in self:
            arrangement._check_state("draft", *FREEZING)
        self._end("cancelled", day, reason)

    def _end(self, state, day, reason=False):
        """Close these in a state, and give what is in them back to the ladder."""
        frozen = self.filtered(lambda a: a.state in FREEZING)
        self.write({"state": state, "closed_on": day, "reason": reason})
        frozen._unfreeze(day)
        frozen._record(f"arrangement_{state}", day, reason=reason)

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

    # === TOLD AND RECORDED === #

    def _record(self, event, day, reason=False):
        """Add a row to the history of each case of these."""
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

    def _tell(self, kind, day, more=None):
        """Make the letter of this kind about each of these, to be delivered by the next run.

        :param more: dict from arrangement to further values of ``arrears.notice._make_messages``,
            whose ``facts`` come beside those of ``_get_letter_facts``
        :return: the notices
        """
        messages = []
        for arrangement in self:
            extra = dict((more or {}).get(arrangement, {}))
            facts = {**arrangement._get_letter_facts(), **extra.pop("facts", {})}
            case = arrangement.case_ids.sorted("id")[:1]
            messages.append({"case": case, "kind": kind, "facts": facts, **extra})
        return self.env["arrears.notice"]._make_messages(messages, day)

    def _get_letter_facts(self):
        """Return what a letter tells of this arrangement, as plain values."""
        self.ensure_one()
        return {
            "arrangement": self.name,
            "kind": self.kind,
            "total": f"{self.amount:.2f}",
            "open": f"{self.amount_open:.2f}",
            "accept_by": str(self.accept_by) if self.accept_by else "",
            "instalments": [
                {
                    "day": str(instalment.date),
                    "amount": f"{instalment.amount:.2f}",
                    "reference": instalment.payment_reference,
                    "paid": instalment.amount_open <= 0,
                }
                for instalment in self.instalment_ids.sorted("number")
            ],
        }

    def _get_cases_for_activity(self):
        """Return the case of each of these at which a colleague is asked to look."""
        return {a: a.case_ids.sorted("id")[:1] for a in self}
