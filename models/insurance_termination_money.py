"""The premium up to the end: what is still due, what is left over, and the credit that gives it."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from markupsafe import Markup

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date

from ..law import termination
from .arrears_item_ladder import to_decimal
from .arrears_item_policy import _divide

ZERO = Decimal("0.00")
# No premium is for longer than a year; an older one that is paid is of no use here.
LONGEST_TERM = timedelta(days=400)


@dataclass(frozen=True)
class PremiumLeft:
    """One invoice line with premium of a policy that ends."""

    line: models.BaseModel
    first_day: date
    last_day: date
    unpaid: Decimal
    reduction: termination.Reduction


class InsuranceTermination(models.Model):
    _inherit = "insurance.termination"

    premium_due = fields.Monetary(
        string="Premium still due",
        readonly=True,
        help="Open of this policy's own premium for the time up to its end, days without cover "
        "included; invoices that are made later come on top.",
    )
    premium_off = fields.Monetary(
        string="No longer due", readonly=True, help="Open premium for the time after the end."
    )
    premium_refund = fields.Monetary(
        string="To refund", readonly=True, help="Paid premium for the time after the end."
    )
    credit_move_ids = fields.Many2many(
        "account.move",
        string="Credit notes",
        readonly=True,
        groups="account.group_account_invoice",
        help="Proposed in draft when the policy ended; somebody checks and posts them.",
    )
    credit_count = fields.Integer(
        compute="_compute_credit_count", compute_sudo=True, string="Credit note count"
    )

    @api.depends("credit_move_ids")
    def _compute_credit_count(self):
        for record in self:
            record.credit_count = len(record.credit_move_ids)

    # === HOW MUCH === #

    def _get_premium_left(self, first_days):
        """Return per termination its premium lines, divided at the first day without insurance.

        :param first_days: dict from termination to the first day without insurance
        :return: dict from termination to a list of PremiumLeft
        """
        found = {record: [] for record in self}
        records = {record.policy_id: record for record in self}
        earliest = min(first_days.values()) - LONGEST_TERM
        lines = self.env["account.move.line"].search(
            Domain("insurance_policy_id", "in", self.policy_id.ids)
            & Domain("parent_state", "=", "posted")
            & Domain("move_id.move_type", "=", "out_invoice")
            & (
                Domain("move_id.amount_residual", ">", 0)
                | Domain("move_id.invoice_date_due", ">=", earliest)
            )
        )
        unpaid = self._get_unpaid_by_line(lines.move_id)
        for line in lines:
            record = records[line.insurance_policy_id]
            premium = max(to_decimal(line.price_total), ZERO)
            first, last = line._get_premium_term()
            mine = min(unpaid[line], premium)
            found[record].append(
                PremiumLeft(
                    line=line,
                    first_day=first,
                    last_day=last,
                    unpaid=mine,
                    reduction=termination.reduce_premium(
                        premium, mine, first, last, first_days[record]
                    ),
                )
            )
        return found

    @api.model
    def _get_unpaid_by_line(self, moves):
        """Return per premium line its part of what is open of its invoice, to the cent."""
        found = {}
        for move in moves:
            lines = move.invoice_line_ids.filtered("insurance_policy_id")
            weights = {line: max(to_decimal(line.price_total), ZERO) for line in lines}
            found |= _divide(max(to_decimal(move.amount_residual), ZERO), weights)
        return found

    def _write_money(self, premiums):
        """Keep what is still due, no longer due and to be refunded of each of these."""
        for record in self:
            rows = premiums[record]
            off = sum((row.reduction.off_unpaid for row in rows), ZERO)
            due = sum((row.unpaid for row in rows), ZERO) - off
            refund = sum((row.reduction.refund for row in rows), ZERO)
            record.write(
                {
                    "premium_due": float(due),
                    "premium_off": float(off),
                    "premium_refund": float(refund),
                }
            )

    # === THE CREDIT === #

    def _propose_credits(self, day):
        """Make, in draft, the credit notes of the premium after the end; nothing is posted.

        One per invoice, also when it was not paid: matched with it, the credit lowers what is open.

        :param day: business day
        """
        premiums = self._get_premium_left({record: record.ended_on for record in self})
        self._write_money(premiums)
        pairs = [
            (record, move, rows)
            for record in self
            for move, rows in _by_invoice(premiums[record]).items()
        ]
        credits = self.env["account.move"].create(
            [record._prepare_credit_vals(move, rows, day) for record, move, rows in pairs]
        )
        for (record, _move, rows), credit in zip(pairs, credits, strict=True):
            record.credit_move_ids |= credit
            credit._add_missing_cent(sum((row.reduction.unused for row in rows), ZERO))
            credit.message_post(body=record._describe_credit(rows))
        for case, mine in self.filtered("credit_move_ids").grouped("case_id").items():
            case._schedule_for_handler(
                day,
                self.env._("Check and post a credit note"),
                {
                    case: self.env._(
                        "Ended: %s. The premium for the time after that stands ready in draft.",
                        ", ".join(mine.policy_id.mapped("name")),
                    )
                },
            )

    def _prepare_credit_vals(self, move, rows, day):
        """Return the draft credit note of what is left over on one invoice."""
        self.ensure_one()
        return {
            "move_type": "out_refund",
            "company_id": move.company_id.id,
            "journal_id": move.journal_id.id,
            "currency_id": move.currency_id.id,
            "partner_id": move.partner_id.id,
            "fiscal_position_id": move.fiscal_position_id.id,
            "invoice_payment_term_id": False,
            "invoice_date": day,
            "reversed_entry_id": move.id,
            "ref": self.env._("%s: premium after the end of the policy", move.name),
            "invoice_line_ids": [
                fields.Command.create(self._prepare_credit_line_vals(row)) for row in rows
            ],
        }

    def _prepare_credit_line_vals(self, row):
        self.ensure_one()
        line = row.line
        # Per euro of the premium as it was asked, so that its taxes go along.
        whole = to_decimal(line.price_unit * line.quantity * (1 - line.discount / 100))
        part = row.reduction.unused / to_decimal(line.price_total)
        name = self.env._(
            "Premium %(policy)s, %(first)s up to and including %(last)s: not insured any more",
            policy=self.policy_id.name,
            first=self._format_day(max(row.first_day, self.ended_on)),
            last=self._format_day(row.last_day),
        )
        return {
            "name": name,
            "quantity": 1,
            "price_unit": float((whole * part).quantize(Decimal("0.01"))),
            "account_id": line.account_id.id,
            "tax_ids": [fields.Command.set(line.tax_ids.ids)],
            "insurance_policy_id": self.policy_id.id,
            "insurance_premium_kind": line.insurance_premium_kind,
        }

    def _describe_credit(self, rows):
        """Return in words how the amount was worked out, for who checks the credit note."""
        self.ensure_one()
        texts = [
            self.env._(
                "%(premium)s for %(first)s up to and including %(last)s; no insurance from "
                "%(ended)s: %(unused)s is left over, in proportion to the days and rounded up "
                "(article 7:939 Civil Code).",
                premium=self.currency_id.format(row.line.price_total),
                first=format_date(self.env, row.first_day),
                last=format_date(self.env, row.last_day),
                ended=format_date(self.env, self.ended_on),
                unused=self.currency_id.format(float(row.reduction.unused)),
            )
            for row in rows
        ]
        return Markup("<br/>").join(texts)

    def _cancel_credits(self, day):
        """Cancel the drafts of a policy that goes on; what was posted is for the handler."""
        drafts = self.credit_move_ids.filtered(lambda move: move.state == "draft")
        drafts.button_cancel()
        posted = self.filtered(lambda r: "posted" in r.credit_move_ids.mapped("state"))
        for case, mine in posted.grouped("case_id").items():
            case._schedule_for_handler(
                day,
                self.env._("A posted credit note is not right any more"),
                {
                    case: self.env._(
                        "The policy goes on: %s. Ask the premium again.",
                        ", ".join(mine.policy_id.mapped("name")),
                    )
                },
            )

    def action_view_credits(self):
        """Open the credit notes that were proposed when the policy ended."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "account.action_move_out_refund_type"
        )
        return {**action, "domain": [("id", "in", self.credit_move_ids.ids)], "context": {}}


def _by_invoice(rows):
    """Return the rows with something left over, by invoice."""
    found = {}
    for row in rows:
        if row.reduction.unused:
            found.setdefault(row.line.move_id, []).append(row)
    return found
