"""What is in an arrangement: a premium, a fee or interest, with the amount as agreed."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .arrears_arrangement import FREEZING
from .by_hand import check_by_hand

BY_HAND = frozenset()  # all of it is worked out


class ArrearsArrangementLine(models.Model):
    _name = "arrears.arrangement.line"
    _description = "Payment Arrangement Line"
    _order = "arrangement_id, sequence, id"

    arrangement_id = fields.Many2one(
        "arrears.arrangement", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="arrangement_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    sequence = fields.Integer(default=10, help="In this order they are paid.")
    item_id = fields.Many2one("arrears.item", index="btree_not_null", ondelete="restrict")
    fee_id = fields.Many2one("arrears.fee", index="btree_not_null", ondelete="restrict")
    interest_id = fields.Many2one("arrears.interest", index="btree_not_null", ondelete="restrict")
    case_id = fields.Many2one("arrears.case", compute="_compute_source")
    move_line_id = fields.Many2one(
        "account.move.line", string="Receivable line", compute="_compute_source"
    )
    reference = fields.Char(compute="_compute_source")
    amount = fields.Monetary(string="Agreed", required=True, help="What was open when it was made.")
    amount_open = fields.Monetary(string="Open", compute="_compute_amount_open")
    paid_before = fields.Monetary(help="Paid of it before it was agreed: that does not count.")
    # What it is open for above what was agreed, since an old payment was taken back.
    amount_risen = fields.Monetary(string="Open above what was agreed", readonly=True)
    risen_told = fields.Monetary(readonly=True, help="Of that, what the handler was told.")

    _one_source = models.Constraint(
        "CHECK (num_nonnulls(item_id, fee_id, interest_id) = 1)",
        "A line of an arrangement is about one premium, one fee or one interest.",
    )
    _amount_positive = models.Constraint(
        "CHECK (amount >= 0)", "The amount of a line of an arrangement cannot be negative."
    )

    def _find_running(self, items, fees, interests):
        """Return the arrangements that run over some of these premiums, fees and interests."""
        return self._search_running(items, fees, interests).arrangement_id

    def _search_running(self, items, fees, interests):
        """Return the lines about these premiums, fees and interests in running arrangements."""
        return self.search(
            Domain("arrangement_id.state", "in", FREEZING)
            & (
                Domain("item_id", "in", items.ids)
                | Domain("fee_id", "in", fees.ids)
                | Domain("interest_id", "in", interests.ids)
            )
        )

    def _get_source(self):
        """Return the premium (item), fee or interest that this line is about."""
        self.ensure_one()
        return self.item_id or self.fee_id or self.interest_id

    @api.depends("item_id", "fee_id", "interest_id")
    def _compute_source(self):
        for line in self:
            source = line._get_source()
            line.case_id = source.case_id
            line.move_line_id = source.move_line_id
            line.reference = line.item_id.reference or source.move_id.name

    @api.depends("item_id.amount_open", "fee_id.amount_open", "interest_id.amount_open", "amount")
    def _compute_amount_open(self):
        for line in self:
            line.amount_open = min(line._get_source().amount_open, line.amount)

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            check_by_hand(self, vals, BY_HAND)
        return super().create(vals_list)

    def write(self, vals):
        check_by_hand(self, vals, BY_HAND)
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_line(self):
        raise UserError(self.env._("What was agreed is kept; cancel the arrangement instead."))
