"""What an office decides once about handing over to a collector."""

from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    arrears_handover_four_eyes = fields.Boolean(
        string="A second person approves a hand-over",
        default=True,
        help="A manager other than who proposed it. Otherwise a manager decides alone.",
    )
    arrears_handover_certified = fields.Boolean(
        string="Only certified agencies",
        default=True,
        help="The insurers' protocol on arrears asks for collection partners with a certificate of "
        "NVI or SCRM. Bailiffs and advocates need none.",
    )
    arrears_handover_minimum = fields.Monetary(
        string="Least amount to hand over",
        default=0.0,
        help="Nothing is handed over while less than this is open, premium and costs together.",
    )

    _handover_minimum_not_negative = models.Constraint(
        "CHECK (arrears_handover_minimum >= 0)",
        "The least amount to hand over cannot be negative.",
    )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    arrears_handover_four_eyes = fields.Boolean(
        related="company_id.arrears_handover_four_eyes", readonly=False
    )
    arrears_handover_certified = fields.Boolean(
        related="company_id.arrears_handover_certified", readonly=False
    )
    arrears_handover_minimum = fields.Monetary(
        related="company_id.arrears_handover_minimum",
        readonly=False,
        currency_field="currency_id",
    )
