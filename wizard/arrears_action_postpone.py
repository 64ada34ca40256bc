"""A colleague leaves proposed steps until a later day, and says why."""

from odoo import fields, models


class ArrearsActionPostpone(models.TransientModel):
    _name = "arrears.action.postpone"
    _description = "Postpone Steps"

    action_ids = fields.Many2many("arrears.action", required=True)
    until = fields.Date(required=True, help="First day on which the steps may be proposed again.")
    reason = fields.Char(required=True)

    def action_postpone(self):
        """Postpone the steps until the chosen day."""
        self.ensure_one()
        self.action_ids.postpone(self.until, self.reason)
