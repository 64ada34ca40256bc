"""What colleagues decide about an arrangement, on a business day; scripts may call it, too."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .arrears_arrangement import FREEZING
from .arrears_arrangement_make import Terms
from .no_bsn import refuse_bsn


class ArrearsArrangement(models.Model):
    _inherit = "arrears.arrangement"

    def propose(self, day, needs_acceptance=False):
        """Offer these drafts: what is in them is frozen; what needs nobody's word starts at once.

        :param day: business day, a date (or an ISO string)
        :param needs_acceptance: it starts when the customer accepts it, not before
        :raise UserError: for what is no draft, or cannot be arranged any more
        """
        day, service = self._start_decision(("draft",), day)
        service._propose(day, needs_acceptance=needs_acceptance)

    def approve(self, day):
        """Agree, as a manager, to what goes beyond the limits.

        :param day: business day, a date (or an ISO string)
        :raise AccessError: for who is no manager
        """
        day, service = self._start_decision(("proposed",), day)
        service._approve(day, self.env.user)

    def refuse(self, day, reason):
        """Refuse, as a manager, what goes beyond the limits: it is cancelled, and why is told.

        An activity asks the handler to tell the customer.

        :param day: business day, a date (or an ISO string)
        :param reason: why, in words; the history keeps it
        :raise AccessError: for who is no manager
        :raise UserError: for what does not wait for a manager
        """
        if not self.env.su and not self.env.user.has_group("premium_arrears.group_manager"):
            raise AccessError(self.env._("A manager refuses what goes beyond the limits."))
        for arrangement in self:
            arrangement._check_state("proposed")
            if not arrangement.needs_approval or arrangement.approved_by_id:
                raise UserError(
                    self.env._("Arrangement %s does not wait for a manager.", arrangement.name)
                )
        self.cancel(day, reason)
        day = self.env["arrears.run"]._to_day(day)
        # The activity is on the case, and for its handler; the right was checked above.
        self.sudo()._ask_handler(
            day,
            self.env._("A manager refused an arrangement"),
            self.env._("Tell the customer, and look for another way. Why: %s", reason.strip()),
        )

    def accept(self, day, via):
        """Record that the customer accepts these proposals.

        :param day: business day, a date (or an ISO string)
        :param via: "phone" or "writing"; on the own page the customer does it
        """
        day, service = self._start_decision(("proposed",), day)
        if via == "portal":
            raise UserError(self.env._("Only the customer accepts it on the own page."))
        service._accept(day, via)

    def cancel(self, day, reason):
        """End these by a word of the office or the customer; the old stage gets a fresh term.

        :param day: business day, a date (or an ISO string)
        :param reason: why, in words; the history keeps it
        """
        day, service = self._start_decision(("draft", *FREEZING), day)
        service._cancel(day, self._need_reason(reason))

    def pause(self, day, until, reason):
        """Ask nothing up to and including a day; the instalments in it come at the end.

        :param day: business day from which the pause lasts, a date (or an ISO string)
        :param until: last day of the pause, likewise
        :param reason: why, in words; the history keeps it
        """
        day, service = self._start_decision(("active",), day)
        until = self.env["arrears.run"]._to_day(until)
        service._pause(day, until, self._need_reason(reason), user=self.env.user)

    def resume(self, day):
        """End the pause of these early; the days that were agreed stay.

        :param day: business day on which they go on, a date (or an ISO string)
        """
        day, service = self._start_decision(("active",), day)
        service._resume(day)

    def change(self, terms, day, reason):
        """Plan what is still open anew; what was paid stays.

        Beyond the limits only a manager may; until then it goes on as it is.

        :param terms: Terms, or a dict with the same names
        :param day: business day, a date (or an ISO string)
        :param reason: why, in words; the history keeps it
        """
        day, service = self._start_decision(("active",), day)
        reason = self._need_reason(reason)
        service._change(self._to_terms(terms), day, reason, user=self.env.user)

    def add_items(self, items, day, terms):
        """Take more of what this customer owes into this arrangement, and plan it anew.

        :param items: arrears.item
        :param day: business day, a date (or an ISO string)
        :param terms: Terms, or a dict with the same names
        """
        items.check_access("read")
        day, service = self._start_decision(("active",), day)
        service._add_items(items.sudo(), day, self._to_terms(terms), user=self.env.user)

    # === CHECKS === #

    def _start_decision(self, states, day):
        """Check right, state and day; return the day as a date and these as the service."""
        runs = self.env["arrears.run"]
        runs.check_access("create")  # a handler may; the rules say of which companies
        self.check_access("read")
        for arrangement in self:
            arrangement._check_state(*states)
        return runs._to_day(day), self.sudo()

    @api.model
    def _need_reason(self, reason):
        if not isinstance(reason, str) or not reason.strip():
            raise UserError(self.env._("Please say why, in a few words."))
        refuse_bsn(self.env, reason)
        return reason.strip()

    @api.model
    def _to_terms(self, terms):
        """Return terms that came as a dict, such as from another program, as Terms."""
        if isinstance(terms, Terms):
            return terms
        try:
            values = {**terms, "first_day": fields.Date.to_date(terms["first_day"])}
            return Terms(**values)
        except (TypeError, KeyError, ValueError) as error:
            raise UserError(
                self.env._("These terms cannot be read: %s", type(error).__name__)
            ) from error
