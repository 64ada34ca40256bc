"""A case that opens takes its debtor off automatic reminders; one that closes gives him back."""

from odoo import models


class ArrearsCase(models.Model):
    _inherit = "arrears.case"

    def _on_opened(self):
        self._set_reminders()
        return super()._on_opened()

    def _on_closed(self):
        self._set_reminders()
        return super()._on_closed()

    def _set_reminders(self):
        """Bring the reminders of the debtors of these cases in line with what is open."""
        for company, cases in self.grouped("company_id").items():
            cases.partner_id._set_arrears_reminders(company)
