"""Hand-overs come back: the collector returns them, or the office calls them back."""

from odoo import fields, models

from ..models.arrears_handover import RETURN_REASONS


class ArrearsHandoverReturn(models.TransientModel):
    _name = "arrears.handover.return"
    _description = "Return of Hand-overs"

    handover_ids = fields.Many2many("arrears.handover", required=True)
    day = fields.Date(required=True, default=fields.Date.context_today)
    reason = fields.Selection(RETURN_REASONS, required=True, default="uncollectable")
    note = fields.Char()

    def action_return(self):
        """Record that the office itself goes on with these."""
        self.ensure_one()
        self.handover_ids.take_back(self.day, self.reason, self.note)
        return {"type": "ir.actions.act_window_close"}


class ArrearsHandover(models.Model):
    _inherit = "arrears.handover"

    def action_return(self):
        """Button: ask why it comes back."""
        return self._open_return("uncollectable")

    def action_recall(self):
        """Button: call it back from the collector."""
        return self._open_return("recalled")

    def _open_return(self, reason):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Back from the collector"),
            "res_model": "arrears.handover.return",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_handover_ids": [fields.Command.set(self.ids)],
                "default_reason": reason,
            },
        }
