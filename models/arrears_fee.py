"""The collection fee: announced with a notice, due after its term, kept as evidence."""

from odoo import api, fields, models

from ..law import collection_fee, why
from .arrears_item_ladder import to_decimal


class ArrearsFee(models.Model):
    _name = "arrears.fee"
    _description = "Collection Fee"
    _inherit = ["arrears.charge"]
    _order = "id desc"
    _rec_name = "notice_id"
    _waive_field = "fee_ids"

    amount = fields.Monetary(
        help="Without VAT; as announced, and once it is due what is charged.",
    )
    amount_vat = fields.Monetary(
        string="VAT", readonly=True, help="Only when the notice announced it with its reason."
    )
    amount_total = fields.Monetary(
        string="Fee with VAT", compute="_compute_amount_total", store=True
    )
    announced_on = fields.Date(related="notice_id.sent_on", store=True)
    amount_announced = fields.Monetary(
        string="As announced", related="notice_id.fee_announced", help="Without VAT."
    )
    vat_announced = fields.Monetary(string="VAT as announced", related="notice_id.fee_vat")
    last_day = fields.Date(
        string="Due when unpaid on",
        compute="_compute_last_day",
        help="The fee is due when premium of this notice is unpaid at the end of this day.",
    )
    why = fields.Json(string="Facts", readonly=True)
    why_text = fields.Text(string="Why", compute="_compute_why_text")

    _one_fee_per_notice = models.UniqueIndex(
        "(notice_id)", "A notice has one fee, for all its items together."
    )
    _amount_not_negative = models.Constraint(
        "CHECK (amount >= 0 AND amount_vat >= 0)", "A collection fee cannot be negative."
    )

    @api.depends("amount", "amount_vat")
    def _compute_amount_total(self):
        for fee in self:
            fee.amount_total = fee.amount + fee.amount_vat

    @api.depends("notice_id.last_day", "notice_id.sent_on")
    def _compute_last_day(self):
        for fee in self:
            fee.last_day = fee.notice_id._get_fee_day()

    @api.depends("why", "notice_id.fee_announced")
    @api.depends_context("lang")
    def _compute_why_text(self):
        language = "nl" if (self.env.lang or "").startswith("nl") else "en"
        for fee in self:
            rule = (fee.why or {}).get("rule")
            fee.why_text = rule and why.fee_sentence(
                collection_fee.FeeResult(
                    to_decimal(fee.amount_announced), rule, fee.why.get("inputs", {})
                ),
                language,
            )
