"""Arrangements to tell stories with: made, paid, and what of them adds up."""

from datetime import date
from decimal import Decimal

from odoo.tests import tagged

from ..models.arrears_arrangement_make import Terms
from ..models.arrears_stage import STAGE_KINDS
from .common import DAY, ArrearsCommon

DUE = date(2026, 1, 15)
STEPS = tuple(kind for kind, _label in STAGE_KINDS)


def arrange_items(items, day, **terms):
    """Make and start an arrangement over these items."""
    arrangements = items.env["arrears.arrangement"].sudo()
    terms = Terms(**{"first_day": day + 30 * DAY, "count": 2, **terms})
    made = arrangements._make(arrangements._get_sources(items.sudo()), terms, day)
    made.propose(day)
    return made


@tagged("post_install", "-at_install")
class ArrangementCommon(ArrearsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write({"arrears_arrangement_smallest": 5.0, "arrears_arrangement_months": 12})

    def items_of(self, *moves):
        return self.env["arrears.item"].search(
            [("move_line_id.move_id", "in", [move.id for move in moves])]
        )

    def draft(self, *moves, day, with_charges=True, **terms):
        """Make an arrangement, not yet proposed, over the items of these invoices."""
        arrangements = self.env["arrears.arrangement"].sudo()
        items = self.items_of(*moves).sudo()
        terms = Terms(**{"first_day": day + 30 * DAY, **terms})
        return arrangements._make(
            arrangements._get_sources(items, with_charges=with_charges), terms, day
        )

    def arrange(self, *moves, day, **terms):
        """Make and start an arrangement over the items of these invoices."""
        made = self.draft(*moves, day=day, **terms)
        made.propose(day)
        return made

    def pay_next(self, arrangement, day, amount=None):
        """Pay the next instalment, as the button does."""
        action = arrangement.action_register_payment()
        wizard = (
            self.env["account.payment.register"]
            .with_context(**action["context"])
            .create({"payment_date": day})
        )
        if amount:
            wizard.amount = amount
        wizard.credited_on = day
        payments = wizard._create_payments()
        self.env["arrears.item"]._hear_payments()
        return payments

    def follow_up(self, day):
        """Let a day's run do what it asks of arrangements, without the rest of the run."""
        self.env["arrears.arrangement"].sudo()._follow_up(day, self.company)

    def letters_of(self, arrangement, kind=None):
        notices = arrangement.case_ids.notice_ids.sorted("id")
        notices = notices.filtered(lambda n: (n.facts or {}).get("arrangement") == arrangement.name)
        return notices.filtered(lambda n: n.kind == kind) if kind else notices

    def steps_of(self, *moves, after):
        """Return the steps of the procedure that were made over these invoices after a day."""
        notices = self.items_of(*moves).notice_line_ids.notice_id
        return notices.filtered(lambda n: n.kind in STEPS and n.date > after)

    def cents(self, records, field="amount_open"):
        return sum((Decimal(f"{value:.2f}") for value in records.mapped(field)), Decimal(0))

    def assert_agrees(self, arrangement):
        """The instalments are open for what is open of the sources, up to what was agreed."""
        sources = sum(
            (
                Decimal(f"{min(line._get_source().amount_open, line.amount):.2f}")
                for line in arrangement.line_ids
            ),
            Decimal(0),
        )
        self.assertEqual(self.cents(arrangement.instalment_ids), sources)
        self.assertEqual(self.cents(arrangement), sources)
        self.assertEqual(
            self.cents(arrangement.instalment_ids, "amount"),
            self.cents(arrangement.line_ids, "amount"),
        )
