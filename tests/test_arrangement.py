"""Promises 7 and 8: an arrangement freezes what is in it, adds up, and goes back when it breaks."""

from datetime import date
from decimal import Decimal

from odoo.tests import tagged

from .common import DAY, ArrearsCommon

DUE = date(2026, 1, 15)
REMINDER_DAY = DUE + 7 * DAY


@tagged("post_install", "-at_install")
class TestArrangement(ArrearsCommon):
    def test_nothing_is_sent_while_it_runs_and_the_parts_add_up(self):
        move = self.make_invoice(DUE)
        self.run_on(DUE + DAY)
        made = self.arrange(self.case_of(move).item_ids, DUE + 2 * DAY, count=3)
        self.assertEqual(made.state, "active")
        self.assertEqual(sum(Decimal(str(i.amount)) for i in made.instalment_ids), Decimal("45"))
        self.assertEqual(self.case_of(move).state, "arranged")
        self.walk(DUE + 3 * DAY, DUE + 25 * DAY)
        self.assertFalse(self.notices_of(move))
        self.assertTrue(move.no_followup)

    def test_a_payment_is_seen_in_the_instalments(self):
        move = self.make_invoice(DUE)
        self.run_on(DUE + DAY)
        made = self.arrange(self.case_of(move).item_ids, DUE + 2 * DAY, count=4)
        self.pay_invoice(move, DUE + 20 * DAY, amount=20.0)
        self.assertEqual(made.instalment_ids.mapped("amount_paid"), [11.25, 8.75, 0, 0])
        self.assertEqual(made.amount_open, move.amount_residual)
