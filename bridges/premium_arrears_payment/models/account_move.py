"""An invoice that a collector collects cannot be paid to us online."""

from odoo import models


class AccountMove(models.Model):
    _inherit = "account.move"

    def _has_to_be_paid(self):
        return super()._has_to_be_paid() and not self._is_handed_over()

    def _get_online_payment_error(self):
        errors = super()._get_online_payment_error()
        if not self._is_handed_over():
            return errors
        told = self.env._("This invoice was handed over to a collector: please pay there.")
        return "\n".join(filter(None, [errors, told]))
