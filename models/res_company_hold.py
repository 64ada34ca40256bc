"""When a handler hears that a hold ends."""

from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    arrears_hold_warn_days = fields.Integer(
        string="Tell that a hold ends",
        default=5,
        help="Days before its last day. 0: on the day itself.",
    )

    _arrears_hold_not_negative = models.Constraint(
        "CHECK (arrears_hold_warn_days >= 0)", "Days before a hold ends cannot be negative."
    )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    arrears_hold_warn_days = fields.Integer(
        related="company_id.arrears_hold_warn_days", readonly=False
    )
