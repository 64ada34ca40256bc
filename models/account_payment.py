"""The day on which a payment was credited, which may lie before the day it is booked."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class AccountPayment(models.Model):
    _inherit = "account.payment"

    credited_on = fields.Date(
        compute="_compute_credited_on",
        store=True,
        readonly=False,
        help="Day on which the money reached the account (article 6:114 Civil Code). It decides "
        "whether a premium was paid in time and when cover resumes.",
    )

    @api.depends("date")
    def _compute_credited_on(self):
        for payment in self:
            payment.credited_on = payment.credited_on or payment.date

    @api.constrains("credited_on", "date")
    def _check_credited_on(self):
        for payment in self:
            if payment.credited_on and payment.credited_on > payment.date:
                raise ValidationError(
                    self.env._(
                        "Payment %(payment)s, credited on: %(credited)s lies after the payment "
                        "date %(date)s.",
                        payment=payment.display_name,
                        credited=payment.credited_on,
                        date=payment.date,
                    )
                )
