"""A person decides on registrations, and says why."""

from odoo import api, fields, models

from ..law import cis
from ..models.cis_registration import REMOVAL_REASONS


class CisRegistrationDecide(models.TransientModel):
    _name = "cis.registration.decide"
    _description = "Decide on a CIS Registration"

    registration_ids = fields.Many2many(
        "cis.registration", string="CIS registrations", required=True
    )
    decision = fields.Selection(
        [
            ("register", "Register"),
            ("refuse", "Refuse"),
            ("keep", "Keep"),
            ("remove", "Remove"),
            ("answer", "Answer of the insurer"),
        ],
        required=True,
    )
    day = fields.Date(required=True, default=fields.Date.context_today)
    reference = fields.Char(string="Number at CIS")
    expires_on = fields.Date(
        compute="_compute_expires_on",
        store=True,
        readonly=False,
        help="First day on which it must be gone; no later than the customer was told.",
    )
    removal_reason = fields.Selection(REMOVAL_REASONS)
    reason = fields.Char(string="In words")

    @api.depends("day", "registration_ids")
    def _compute_expires_on(self):
        for decision in self:
            years = decision.registration_ids[:1].told_years
            decision.expires_on = decision.day and years and cis.expires_on(decision.day, years)

    def action_decide(self):
        """Carry the decision out; the registration checks whether it may be."""
        self.ensure_one()
        registrations = self.registration_ids
        if self.decision == "register":
            registrations.register(self.day, self.reference, self.expires_on)
        elif self.decision == "remove":
            registrations.remove(self.day, self.removal_reason, self.reason)
        elif self.decision == "keep":
            registrations.keep(self.day, self.reason)
        elif self.decision == "answer":
            registrations.record_answer(self.day, self.reason)
        else:
            registrations.refuse(self.day, self.reason)
        return {"type": "ir.actions.act_window_close"}
