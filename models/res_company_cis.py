"""Whether the office takes part in CIS, and how soon it looks at a registration again."""

from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    arrears_cis = fields.Boolean(
        string="We take part in CIS",
        help="The office is a participant of Stichting CIS, as authorised agents can be. While "
        "this is off, no letter speaks of CIS and nothing can be registered.",
    )
    arrears_cis_review_days = fields.Integer(
        string="Review a registration within",
        default=14,
        help="Days after the customer has paid all. A manager then decides whether it stays.",
    )

    _cis_review_not_negative = models.Constraint(
        "CHECK (arrears_cis_review_days >= 0)",
        "The days to review a CIS registration cannot be negative.",
    )
