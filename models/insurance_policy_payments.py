"""What was asked for a policy and what was paid when, as the claims desk wants to see it."""

from odoo import models
from odoo.fields import Domain

from .arrears_item_ladder import to_decimal

MOST_TERMS = 6


class InsurancePolicy(models.Model):
    _inherit = "insurance.policy"

    def _get_payment_rows(self, until=None):
        """Return the last premiums of this policy, newest first, and what was paid on each.

        :param until: last due date that matters; None: all
        :return: list of dicts: ``due_date``, ``reference``, ``amount`` (of the whole invoice term),
            ``credits`` (day and amount of each payment) and ``open`` (what is unpaid now)
        """
        self.ensure_one()
        self.check_access("read")
        # The claims desk sees when premium was paid, without a right on invoices.
        service = self.sudo()
        rows = service._get_invoiced_rows(until) + service._get_listed_rows(until)
        return sorted(rows, key=lambda row: row["due_date"], reverse=True)[:MOST_TERMS]

    def _get_invoiced_rows(self, until):
        domain = (
            Domain("move_id.invoice_line_ids.insurance_policy_id", "in", self.ids)
            & Domain("move_id.move_type", "=", "out_invoice")
            & Domain("parent_state", "=", "posted")
            & Domain("account_type", "=", "asset_receivable")
            & Domain("date_maturity", "!=", False)
        )
        if until:
            domain &= Domain("date_maturity", "<=", until)
        lines = self.env["account.move.line"].search(
            domain, order="date_maturity desc, id desc", limit=MOST_TERMS
        )
        credits = self.env["account.move.line"]._get_credits(lines.ids)
        return [
            {
                "due_date": line.date_maturity,
                "reference": line.move_name,
                "amount": to_decimal(line.balance),
                "credits": sorted(credits[line.id]),
                "open": to_decimal(max(line.amount_residual, 0.0)),
            }
            for line in lines
        ]

    def _get_listed_rows(self, until):
        """Return the premiums that only an insurer's list tells of: no invoice of this office."""
        domain = Domain("policy_ids", "in", self.ids) & Domain("move_line_id", "=", False)
        if until:
            domain &= Domain("due_date", "<=", until)
        items = self.env["arrears.item"].search(
            domain, order="due_date desc, id desc", limit=MOST_TERMS
        )
        return [
            {
                "due_date": item.due_date,
                "reference": item.reference,
                "amount": to_decimal(item.amount_open),
                "credits": [(item.settled_on, to_decimal(0))] if item.settled_on else [],
                "open": to_decimal(item.amount_open),
            }
            for item in items
        ]
