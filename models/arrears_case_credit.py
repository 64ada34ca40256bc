"""Money that a debtor has paid or is owed, and that is not matched with what he owes yet."""

from odoo import api, fields, models
from odoo.tools import SQL

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
        lines = self.env["account.move.line"]
        lines.flush_model(["amount_residual", "reconciled", "no_followup", "parent_state"])
        lines.flush_model(["company_id", "partner_id", "account_id"])
        self.env["res.partner"].flush_model(["commercial_partner_id"])
        self.flush_model(["company_id", "partner_id", "collected_by"])
        # Money that reached the office pays nothing of what the insurer collects itself. Who works
        # a case need not have rights on the entries of the books: the sum alone is told.
        found = self.env.execute_query(
            SQL(
                """
                WITH credit AS (
                    SELECT l.company_id, p.commercial_partner_id AS partner_id,
                           -SUM(l.amount_residual) AS amount
                      FROM account_move_line l
                      JOIN account_account a ON a.id = l.account_id
                      JOIN res_partner p ON p.id = l.partner_id
                     WHERE l.reconciled IS NOT TRUE AND l.parent_state = 'posted'
                       AND a.account_type = 'asset_receivable'
                       AND l.amount_residual < 0 AND l.no_followup IS NOT TRUE
                       AND p.commercial_partner_id IN
                           (SELECT partner_id FROM arrears_case WHERE id = ANY(%(ids)s))
                  GROUP BY l.company_id, p.commercial_partner_id
                )
                SELECT c.id, credit.amount
                  FROM arrears_case c
                  JOIN credit ON credit.company_id = c.company_id
                   AND credit.partner_id = c.partner_id
                 WHERE c.id = ANY(%(ids)s) AND c.collected_by = 'office'
                """,
                ids=self.ids,
            )
        )
        amounts = {id_: to_decimal(amount) for id_, amount in found}
        # A form works with records of its own.
        return {case: amounts[case._origin.id] for case in self if case._origin.id in amounts}
