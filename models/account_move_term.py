"""The time that a premium is for, and a premium that is asked after a policy has ended."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_date

from ..law import termination

MONTHS = {"monthly": 1, "quarterly": 3, "half_yearly": 6, "yearly": 12}


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    insurance_term_start = fields.Date(
        string="Premium from",
        help="First day that this premium is for. Empty: by the start and the frequency of the "
        "policy, the term in which the invoice is due.",
    )
    insurance_term_end = fields.Date(
        string="Premium up to and including", help="Last day that this premium is for."
    )

    @api.constrains("insurance_term_start", "insurance_term_end")
    def _check_insurance_term(self):
        for line in self:
            start, end = line.insurance_term_start, line.insurance_term_end
            if bool(start) != bool(end) or (start and end < start):
                raise ValidationError(
                    self.env._(
                        "Invoice %(invoice)s, premium from %(start)s up to and including %(end)s: "
                        "a first and a later last day are expected.",
                        invoice=line.move_id.display_name,
                        start=start or "–",
                        end=end or "–",
                    )
                )

    def _get_premium_term(self):
        """Return the first and last day that the premium of this line is for."""
        self.ensure_one()
        if self.insurance_term_start:
            return self.insurance_term_start, self.insurance_term_end
        policy, move = self.insurance_policy_id, self.move_id
        days = move.line_ids.filtered("date_maturity").mapped("date_maturity")
        due = min(days, default=move.invoice_date or move.date)
        return termination.term_around(policy.start_date or due, MONTHS[policy.frequency], due)


class AccountMove(models.Model):
    _inherit = "account.move"

    insurance_ended_warning = fields.Char(compute="_compute_insurance_ended_warning")

    @api.depends(
        "move_type",
        "invoice_date",
        "invoice_date_due",
        "invoice_line_ids.insurance_policy_id.end_date",
        "invoice_line_ids.insurance_term_start",
    )
    def _compute_insurance_ended_warning(self):
        for move in self:
            ended = [
                self.env._(
                    "%(policy)s (%(day)s)", policy=policy.name, day=format_date(self.env, day)
                )
                for policy, day in move._get_premiums_after_end()
            ]
            move.insurance_ended_warning = ", ".join(ended)

    def _get_premiums_after_end(self):
        """Return the (policy, end) of the premiums here that are for a time after the end."""
        self.ensure_one()
        if self.move_type != "out_invoice" or self.state == "cancel":
            return []
        found = []
        for line in self.invoice_line_ids.filtered("insurance_policy_id.end_date"):
            policy = line.insurance_policy_id
            day = line.insurance_term_start or self.invoice_date_due or self.invoice_date
            if day and day >= policy.end_date:
                found.append((policy, policy.end_date))
        return list(dict.fromkeys(found))

    def _add_missing_cent(self, amount):
        """Let a credit note never be lower than the Decimal amount that the customer is owed."""
        self.ensure_one()
        if self.currency_id.compare_amounts(self.amount_total, float(amount)) < 0:
            self.invoice_line_ids[:1].price_unit += self.currency_id.rounding
