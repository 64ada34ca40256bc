"""The day on which a payment was credited, which may lie before the day it is booked."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class AccountPayment(models.Model):
    _inherit = "account.payment"

    credited_on = fields.Date(
        compute="_compute_credited_on",
        store=True,
        readonly=False,
        copy=False,
        help="Day on which the money reached the account (article 6:114 Civil Code). It decides "
        "whether a premium was paid in time and when cover resumes.",
    )

    @api.depends("date")
    def _compute_credited_on(self):
        """Take the date of the payment, until a colleague names a day; that one is never later."""
        for payment in self:
            known = [day for day in (payment.credited_on, payment.date) if day]
            payment.credited_on = min(known, default=False)

    def write(self, vals):
        """Let the day go along with a date that is corrected, unless it was another one."""
        if "date" not in vals or "credited_on" in vals:
            return super().write(vals)
        same = self.filtered(lambda payment: payment.credited_on == payment.date)
        super(AccountPayment, self - same).write(vals)
        return super(AccountPayment, same).write({**vals, "credited_on": vals["date"]})

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
