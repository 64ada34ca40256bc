"""Money that a debtor has paid or is owed, and that is not matched with what he owes yet."""

from odoo import api, fields, models
from odoo.fields import Domain

from .arrears_item_ladder import to_decimal


class ArrearsCase(models.Model):
    _inherit = "arrears.case"

    amount_credit = fields.Monetary(
        string="Waits to be matched",
        compute="_compute_amount_credit",
        help="Payments and credit notes of this debtor that are not matched with an invoice. "
        "Nothing is sent, charged or suspended while they wait: the amounts would be too high.",
    )

    @api.depends("partner_id", "company_id")
    def _compute_amount_credit(self):
        credits = self._get_waiting_credits()
        for case in self:
            case.amount_credit = float(credits.get(case, 0))

    def _get_waiting_credits(self):
        """Return what waits to be matched, of the cases where something does.

        A credit line that is left alone on purpose has ``no_followup``, Odoo's own word for that.

        :return: dict from case to Decimal euros
        """
        # Money that reached the office pays nothing of what the insurer collects itself.
        cases = self.filtered(lambda case: case.collected_by == "office")
        debtors = cases.partner_id
        # Who works a case need not have rights on the entries of the books.
        groups = (
            self.env["account.move.line"]
            .sudo()
            ._read_group(
                Domain("company_id", "in", cases.company_id.ids)
                & Domain("partner_id.commercial_partner_id", "in", debtors.ids)
                & Domain("parent_state", "=", "posted")
                & Domain("account_type", "=", "asset_receivable")
                & Domain("reconciled", "=", False)
                & Domain("amount_residual", "<", 0)
                & Domain("no_followup", "=", False),
                ["company_id", "partner_id"],
                ["amount_residual:sum"],
            )
        )
        found = {}
        for company, partner, amount in groups:
            key = (company.id, partner.commercial_partner_id.id)
            found[key] = found.get(key, 0) - to_decimal(amount)
        keys = {case: (case.company_id.id, case.partner_id.id) for case in cases}
        return {case: found[key] for case, key in keys.items() if key in found}
