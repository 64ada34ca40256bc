"""A case that opens takes its debtor off automatic reminders; one that closes gives him back."""

from odoo import api, models


class ArrearsCase(models.Model):
    _inherit = "arrears.case"

    @api.model_create_multi
    def create(self, vals_list):
        cases = super().create(vals_list)
        cases._set_reminders()
        return cases

    def write(self, vals):
        result = super().write(vals)
        if vals.get("state") == "closed":
            self._set_reminders()
        return result

    def _set_reminders(self):
        """Bring the reminders of the debtors of these cases in line with what is open."""
        for company, cases in self.grouped("company_id").items():
            cases.partner_id._set_arrears_reminders(company)
