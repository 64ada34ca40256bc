"""End holds, let them last longer, take them back, or record a clean slate."""

from odoo import fields, models
from odoo.exceptions import UserError

MODES = [
    ("end", "End now"),
    ("extend", "Extend"),
    ("undo", "Take back"),
    ("clean_slate", "Clean slate"),
]


class ArrearsHoldClose(models.TransientModel):
    _name = "arrears.hold.close"
    _description = "End or Extend a Hold"

    hold_ids = fields.Many2many("arrears.hold")
    batch_id = fields.Many2one("arrears.hold.batch")
    mode = fields.Selection(MODES, required=True, default="end")
    day = fields.Date(required=True, default=fields.Date.context_today)
    until = fields.Date(string="Until, or look again on")
    reason = fields.Char(
        help="In a few words, as little as needed. No illness or other medical facts, no BSN."
    )

    def action_confirm(self):
        """Do what was chosen with these holds."""
        self.ensure_one()
        if self.mode == "extend":
            if not self.until:
                raise UserError(self.env._("Until which day?"))
            self.hold_ids.extend(self.day, self.until, self.reason)
        elif self.mode == "clean_slate":
            self.hold_ids.grant_clean_slate(self.day, self.reason)
        elif self.mode == "undo" and self.batch_id:
            self.batch_id.take_back(self.day, self.reason)
        elif self.mode == "undo":
            self.hold_ids.undo(self.day, self.reason)
        else:
            self.hold_ids.end_on(self.day, self.reason)
        return {"type": "ir.actions.act_window_close"}


class ArrearsHold(models.Model):
    _inherit = "arrears.hold"

    def action_end(self):
        """Button: end it now."""
        return self._open_close("end", self.env._("End the hold"))

    def action_extend(self):
        """Button: let it last longer."""
        return self._open_close("extend", self.env._("Extend the hold"))

    def action_undo(self):
        """Button: it was a mistake."""
        return self._open_close("undo", self.env._("Take the hold back"))

    def action_clean_slate(self):
        """Button: the settlement was completed with a clean slate."""
        return self._open_close("clean_slate", self.env._("Clean slate"))

    def _open_close(self, mode, name, batch=None):
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": "arrears.hold.close",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_hold_ids": [fields.Command.set(self.ids)],
                "default_batch_id": batch.id if batch else False,
                "default_mode": mode,
            },
        }
