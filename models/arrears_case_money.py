"""What the law lets the office charge to the debtor of a case."""

from odoo import api, fields, models

from .arrears_interest import INTEREST_KINDS


class ArrearsCase(models.Model):
    _inherit = "arrears.case"

    interest_ids = fields.One2many("arrears.interest", "case_id", readonly=True)
    amount_interest_open = fields.Monetary(
        string="Interest open",
        compute="_compute_amount_interest_open",
        store=True,
        help="Statutory interest that was stated in a notice and is unpaid.",
    )

    @api.depends("interest_ids.amount_open")
    def _compute_amount_interest_open(self):
        sums = self._sum_by_case("arrears.interest", "amount_open")
        for case in self:
            case.amount_interest_open = sums.get(case, 0.0)

    def _still_owes_charges(self):
        """Tell whether a fee or interest is unpaid, or a fee is due that is not booked yet."""
        self.ensure_one()
        fees = self.fee_ids
        return bool(
            fees._still_announced() or fees._still_owed() or self.interest_ids._still_owed()
        )

    def _owes_fee_at_once(self, kind):
        """Tell whether a notice of this kind charges its fee when it is sent (6:96 lid 4 BW).

        A business owes the fee without a reminder. A consumer never does: a notice to a business
        causes him no fee, whatever procedure his case has.
        """
        self.ensure_one()
        return kind == "business_notice" and self._get_debtor_type() == "business"

    def _can_be_charged(self, kind):
        """Tell whether a notice of this kind can announce a fee to the debtor of this case.

        A consumer owes nothing after a notice that is no 14-day letter.
        """
        self.ensure_one()
        return kind != "business_notice" or self._owes_fee_at_once(kind)

    def _owes_interest(self, kind):
        """Tell whether a notice of this kind states interest; off unless the office chose it."""
        self.ensure_one()
        charged_to = self.company_id.arrears_interest
        return kind in INTEREST_KINDS and (
            charged_to == "everybody"
            or (charged_to == "business" and self._get_debtor_type() == "business")
        )
