"""The cashier registers a payment with the day on which it was credited."""

from odoo import api, fields, models


class AccountPaymentRegister(models.TransientModel):
    _inherit = "account.payment.register"

    credited_on = fields.Date(
        compute="_compute_credited_on",
        store=True,
        readonly=False,
        help="Day on which the money reached the account; the payment date may be later.",
    )

    @api.depends("payment_date")
    def _compute_credited_on(self):
        for wizard in self:
            wizard.credited_on = wizard.payment_date

    def _create_payment_vals_from_wizard(self, batch_result):
        vals = super()._create_payment_vals_from_wizard(batch_result)
        return {**vals, "credited_on": self.credited_on}

    def _create_payment_vals_from_batch(self, batch_result):
        vals = super()._create_payment_vals_from_batch(batch_result)
        return {**vals, "credited_on": self.credited_on}
