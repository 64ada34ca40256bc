"""A line of a hand-over: a premium, a fee or interest, with the amount as it was handed over."""

from odoo import api, fields, models

from .arrears_item_ladder import to_decimal


class ArrearsHandoverLine(models.Model):
    _name = "arrears.handover.line"
    _description = "Hand-over Line"
    _order = "handover_id, kind desc, due_date, id"
    _rec_name = "reference"

    handover_id = fields.Many2one(
        "arrears.handover", required=True, readonly=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="handover_id.company_id", store=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    state = fields.Selection(related="handover_id.state", store=True)
    kind = fields.Selection(
        [("principal", "Premium"), ("interest", "Interest"), ("fee", "Collection fee")],
        required=True,
        readonly=True,
    )
    item_id = fields.Many2one(
        "arrears.item", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    fee_id = fields.Many2one(
        "arrears.fee", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    interest_id = fields.Many2one(
        "arrears.interest", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    reference = fields.Char(readonly=True)
    due_date = fields.Date(readonly=True)
    amount = fields.Monetary(required=True, readonly=True, help="As handed over.")
    amount_told = fields.Monetary(
        string="Open as the collector knows it",
        readonly=True,
        help="Lowered by what the collector received, and by what it was told that we received.",
    )
    amount_open = fields.Monetary(string="Still open", compute="_compute_amount_open")

    # The same money is never with two collectors.
    _item_once = models.UniqueIndex(
        "(item_id) WHERE kind = 'principal' AND state = 'handed_over'",
        "This premium was handed over already.",
    )
    _fee_once = models.UniqueIndex(
        "(fee_id) WHERE fee_id IS NOT NULL AND state = 'handed_over'",
        "This fee was handed over already.",
    )
    _interest_once = models.UniqueIndex(
        "(interest_id) WHERE interest_id IS NOT NULL AND state = 'handed_over'",
        "This interest was handed over already.",
    )

    @api.depends("item_id.amount_open", "fee_id.amount_open", "interest_id.amount_open")
    def _compute_amount_open(self):
        for line in self:
            line.amount_open = line._get_source().amount_open

    def _get_source(self):
        """Return what this line is about: the item, the fee or the interest."""
        self.ensure_one()
        sources = {"fee": self.fee_id, "interest": self.interest_id}
        return sources.get(self.kind, self.item_id)

    def _get_changed(self):
        """Return the lines of which another amount is open than the collector knows.

        :return: dict from line to what is less open than it knows, as Decimal; less than nothing
            when a payment was undone
        """
        found = {}
        for line in self:
            less = to_decimal(line.amount_told) - to_decimal(line.amount_open)
            if less:
                found[line] = less
        return found

    def _tell(self):
        """Record that the collector knows what is open now."""
        for line in self:
            line.amount_told = line.amount_open
