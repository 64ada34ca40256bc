"""The premium on an invoice line, and the days on which a receivable was credited."""

from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .arrears_item_ladder import to_decimal


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    insurance_policy_id = fields.Many2one(
        "insurance.policy",
        string="Policy",
        check_company=True,
        index="btree_not_null",
        help="The policy whose premium this line charges.",
    )
    insurance_premium_kind = fields.Selection(
        [
            ("first", "First premium"),
            ("follow_up", "Follow-up premium"),
            ("amendment", "Amendment"),
        ],
        string="Kind of premium",
        compute="_compute_insurance_premium_kind",
        store=True,
        readonly=False,
        help="Only an unpaid follow-up premium can suspend cover under article 7:934 Civil Code.",
    )

    arrears_item_ids = fields.One2many("arrears.item", "move_line_id")

    # What the nightly collection reads: open, posted, dated lines of one company.
    _arrears_overdue_index = models.Index(
        "(company_id, date_maturity) WHERE reconciled IS NOT TRUE AND parent_state = 'posted' "
        "AND date_maturity IS NOT NULL"
    )

    @api.depends("insurance_policy_id")
    def _compute_insurance_premium_kind(self):
        for line in self:
            if not line.insurance_policy_id:
                line.insurance_premium_kind = False
            else:
                line.insurance_premium_kind = line.insurance_premium_kind or "follow_up"

    @api.constrains("insurance_policy_id", "partner_id")
    def _check_insurance_policy_id(self):
        """Refuse a premium on the invoice of somebody else, or of two creditors at once."""
        lines = self.filtered("insurance_policy_id")
        for line in lines:
            policy, move = line.insurance_policy_id, line.move_id
            if policy.company_id != move.company_id:
                raise ValidationError(
                    self.env._(
                        "Invoice %(invoice)s, policy: %(policy)s belongs to company %(company)s, "
                        "not to %(other)s.",
                        invoice=move.display_name,
                        policy=policy.name,
                        company=policy.company_id.name,
                        other=move.company_id.name,
                    )
                )
            if policy.partner_id.commercial_partner_id != move.commercial_partner_id:
                raise ValidationError(
                    self.env._(
                        "Invoice %(invoice)s, policy: %(policy)s belongs to customer %(holder)s, "
                        "not to %(customer)s.",
                        invoice=move.display_name,
                        policy=policy.name,
                        holder=policy.partner_id.display_name,
                        customer=move.partner_id.display_name,
                    )
                )
        lines.move_id._check_one_creditor()

    def _get_arrears(self):
        """Return what is owed of a receivable line, or of none, in the currency of its company."""
        # A cancelled invoice keeps a residual, but nobody owes it.
        return max(self.amount_residual, 0.0) if self.parent_state == "posted" else 0.0

    @api.model
    def _get_credits(self, line_ids):
        """Return what was credited on receivable lines, and on which day.

        :param line_ids: ids of receivable lines
        :return: dict from id to a list of (day of credit, Decimal amount)
        """
        partials = self.env["account.partial.reconcile"].search([("debit_move_id", "in", line_ids)])
        found = defaultdict(list)
        for partial in partials:
            found[partial.debit_move_id.id].append(
                (partial.credit_move_id._get_credit_day(), to_decimal(partial.amount))
            )
        return found

    def _get_credit_day(self):
        """Return the day on which the money of this credit line reached the creditor's account."""
        self.ensure_one()
        if payment := self.payment_id:
            return payment.credited_on or payment.date
        return self.statement_line_id.date or self.date
