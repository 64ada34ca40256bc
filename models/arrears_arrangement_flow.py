"""An arrangement lives: proposed, approved, accepted, active; changed, paused, kept or broken.

The methods here are called as the service, after the caller's right was checked.
"""

from datetime import timedelta

from odoo import models
from odoo.exceptions import AccessError, UserError

from .arrears_arrangement import FREEZING


class ArrearsArrangement(models.Model):
    _inherit = "arrears.arrangement"

    def _propose(self, day, *, needs_acceptance=False):
        """Freeze what is in these drafts; what needs nobody's word starts at once.

        :param needs_acceptance: it starts when the customer accepts it, until ``accept_by``
        """
        for arrangement in self:
            arrangement._check_state("draft")
            days = arrangement.company_id.arrears_arrangement_accept_days
            arrangement.write(
                {
                    "state": "proposed",
                    "proposed_on": day,
                    "needs_acceptance": needs_acceptance,
                    "accept_by": day + timedelta(days=days) if needs_acceptance else False,
                }
            )
        self._freeze(day)
        self._start_ready(day)

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
        self._start_ready(day)

    def _accept(self, day, via):
        """The customer accepts the proposal.

        :param via: "portal", "phone" or "writing"
        """
        for arrangement in self:
            arrangement._check_state("proposed")
        self.write({"accepted_on": day, "accepted_via": via})
        self._start_ready(day)

    def _start_ready(self, day):
        """Start those that wait for nobody any more, and confirm them to the customer."""
        ready = self.filtered(
            lambda a: (
                a.state == "proposed"
                and (a.approved_by_id or not a.needs_approval)
                and (a.accepted_on or not a.needs_acceptance)
            )
        )
        ready.write({"state": "active", "started_on": day})
        ready._record("arranged", day)
        ready._tell("arrangement", day)
        ready._project_payments()

    def _cancel(self, day, reason):
        """End these by a word of the office or the customer; the old stage gets a fresh term."""
        for arrangement in self:
            arrangement._check_state("draft", *FREEZING)
        self._end("cancelled", day, reason)

    def _end(self, state, day, reason=False):
        """Close these in a state, and let go of what is in them."""
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

    def _follow_up(self, day, company):
        """Do what the day asks: lapse, remind, write of missed ones, break; called by the run.

        :param day: business day
        :param company: whose arrangements
        """

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

    def _tell(self, kind, day, **facts):
        """Make the letter of this kind about each of these, to be delivered by the next run.

        :param facts: plain values of the kind, beside those of ``_get_letter_facts``
        :return: the notices
        """
        return self.env["arrears.notice"]._make_messages(
            [
                {
                    "case": arrangement.case_ids.sorted("id")[:1],
                    "kind": kind,
                    "facts": {**arrangement._get_letter_facts(), **facts},
                }
                for arrangement in self
            ],
            day,
        )

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
                }
                for instalment in self.instalment_ids
            ],
        }
