"""Where a payment is heard: partial reconciliations made and unmade."""

from odoo import api, models


class AccountPartialReconcile(models.Model):
    _inherit = "account.partial.reconcile"

    @api.model_create_multi
    def create(self, vals_list):
        partials = super().create(vals_list)
        self.env["arrears.item"]._note_settlement(partials.debit_move_id)
        return partials

    def unlink(self):
        self.env["arrears.item"]._note_settlement(self.debit_move_id)
        return super().unlink()
