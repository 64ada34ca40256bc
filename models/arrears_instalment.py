"""One part of an arrangement: by which day how much, with a payment reference of its own."""

from stdnum.iso7064 import mod_97_10

from odoo import api, fields, models
from odoo.exceptions import UserError

from .by_hand import check_by_hand

BY_HAND = frozenset()  # all of it is worked out


class ArrearsInstalment(models.Model):
    _name = "arrears.instalment"
    _description = "Instalment"
    _order = "date, id"
    _rec_name = "payment_reference"

    arrangement_id = fields.Many2one(
        "arrears.arrangement", required=True, readonly=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="arrangement_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(related="arrangement_id.partner_id", store=True, index=True)
    arrangement_state = fields.Selection(related="arrangement_id.state")
    number = fields.Integer(required=True, readonly=True)
    active = fields.Boolean(
        default=True, readonly=True, help="Unticked: a change of the arrangement replaced it."
    )
    date = fields.Date(
        string="Pay by", required=True, readonly=True, index=True, help="Last day to pay it."
    )
    amount = fields.Monetary(required=True, readonly=True)
    # Projection of what was credited on what is in the arrangement: see _project_payments().
    amount_paid = fields.Monetary(string="Paid", readonly=True)
    amount_dropped = fields.Monetary(
        string="Fallen away",
        readonly=True,
        help="Need not be paid any more: an invoice was credited, or a cost waived.",
    )
    amount_open = fields.Monetary(string="Open", compute="_compute_amount_open", store=True)
    paid_on = fields.Date(readonly=True, help="Day on which its last part was credited.")
    payment_reference = fields.Char(
        compute="_compute_payment_reference",
        store=True,
        index=True,
        help="ISO 11649: the bank checks its digits, and we know which instalment it is.",
    )
    reminded_on = fields.Date(readonly=True, help="Reminded shortly before the day.")
    missed_on = fields.Date(readonly=True, help="Day on which we wrote that it was not received.")
    missed_notice_id = fields.Many2one(
        "arrears.notice", string="Letter of it", readonly=True, ondelete="restrict"
    )

    _amount_positive = models.Constraint(
        "CHECK (amount > 0)", "An instalment is more than nothing."
    )

    @api.depends("amount", "amount_paid", "amount_dropped")
    def _compute_amount_open(self):
        for instalment in self:
            instalment.amount_open = instalment.currency_id.round(
                instalment.amount - instalment.amount_paid - instalment.amount_dropped
            )

    @api.depends("arrangement_id.name")
    def _compute_payment_reference(self):
        for instalment in self:
            number = "".join(filter(str.isalnum, instalment.arrangement_id.name or ""))
            body = f"{number}{instalment._origin.id or 0}".upper()
            check = mod_97_10.calc_check_digits(f"{body}RF")
            instalment.payment_reference = f"RF{check}{body}"

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            check_by_hand(self, vals, BY_HAND)
        return super().create(vals_list)

    def write(self, vals):
        check_by_hand(self, vals, BY_HAND)
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_instalment(self):
        raise UserError(self.env._("An instalment is kept; change the arrangement instead."))
