"""Enterprise remembers, for a whole transaction, who has to be reminded: a payment ends that."""

from odoo import api, models

REMEMBERED = "res_partner_all_followup"


class ArrearsItem(models.Model):
    _inherit = "arrears.item"

    @api.model
    def _note_settlement(self, lines):
        result = super()._note_settlement(lines)
        self._forget_followup_status()
        return result

    @api.model
    def _hear_payments(self):
        result = super()._hear_payments()
        self._forget_followup_status()
        return result

    @api.model
    def _forget_followup_status(self):
        """Let Enterprise work out anew who has to be reminded."""
        self.env.cr.cache.pop(REMEMBERED, None)
