"""A manager refuses, withdraws or undoes the end of a policy, and says why."""

from odoo import fields, models


class InsuranceTerminationDecide(models.TransientModel):
    _name = "insurance.termination.decide"
    _description = "Decide on Terminations"

    termination_ids = fields.Many2many("insurance.termination", required=True)
    decision = fields.Selection(
        [("refuse", "Refuse"), ("withdraw", "Withdraw"), ("revive", "Let run again")],
        required=True,
        readonly=True,
    )
    day = fields.Date(
        required=True,
        default=fields.Date.context_today,
        help="Business day; for a policy that runs again the first day with insurance.",
    )
    reason = fields.Char(required=True, help="Kept with the termination and in the history.")

    def action_decide(self):
        """Carry the decision out on the chosen day."""
        self.ensure_one()
        decide = getattr(self.termination_ids, self.decision)
        decide(self.day, self.reason)
        return {"type": "ir.actions.act_window_close"}
