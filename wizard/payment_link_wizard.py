"""Whoever makes a pay link by hand is told that a collector has the invoice, or an arrangement."""

from odoo import models


class PaymentLinkWizard(models.TransientModel):
    _inherit = "payment.link.wizard"

    def _compute_warning_message(self):
        result = super()._compute_warning_message()
        for wizard in self.filtered(lambda link: link.res_model == "account.move"):
            move = self.env["account.move"].browse(wizard.res_id)
            if move._is_handed_over():
                wizard.warning_message = self.env._(
                    "A collector has this invoice: the customer pays there."
                )
            elif move._is_in_arrangement():
                wizard.warning_message = self.env._(
                    "This invoice is in an arrangement: the customer pays it in parts."
                )
        return result
