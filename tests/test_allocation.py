"""One payment over premium, fee and interest: the office's order, to the cent (vectors 71-73)."""

from datetime import date
from decimal import Decimal

from odoo.tests import tagged

from ..law import allocation
from ..models.arrears_item_ladder import to_decimal
from .common import DAY, ArrearsCommon

DUE = date(2026, 1, 15)


@tagged("post_install", "-at_install")
class TestAllocation(ArrearsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write(
            {
                "arrears_interest": "everybody",
                "arrears_interest_account_id": cls.company.arrears_fee_account_id.id,
            }
        )

    def setUp(self):
        super().setUp()
        self.move = self.make_invoice(DUE, amount=100.0)
        self.notice = self.formal_notice(self.move, DUE + DAY)
        self.case = self.case_of(self.move)

    def walk_to_interest(self):
        """Run until premium, fee and interest are all open; return the day after."""
        day = self.walk_until(self.notice.date + DAY, lambda: self.case.interest_ids)
        self.assertEqual((self.case.amount_open, self.case.amount_fee_open), (100.0, 40.0))
        return day + DAY

    def open_lines(self):
        case = self.case
        return (
            case.item_ids.move_line_id | case.fee_ids.move_line_id | case.interest_ids.move_line_id
        )

    def pay_together(self, lines, amount, day, booked_on=None):
        """Register one payment over all these lines, as the cashier does with a bank line."""
        wizard = (
            self.env["account.payment.register"]
            .with_context(active_model="account.move.line", active_ids=lines.ids)
            .create({"payment_date": booked_on or day, "group_payment": True, "amount": amount})
        )
        wizard.write({"credited_on": day, "payment_difference_handling": "open"})
        payments = wizard._create_payments()
        self.assertEqual((len(payments), payments.amount), (1, amount))
        self.env["arrears.item"]._hear_payments()
        return payments

    def check_like_the_law(self, amount, order):
        """Pay part of the case in an order, and compare with ``law.allocation.allocate``."""
        self.company.arrears_allocation_order = order
        day = self.walk_to_interest()
        interest = to_decimal(self.case.amount_interest_open)
        law = allocation.allocate(
            to_decimal(amount), Decimal("40.00"), interest, Decimal("100.00"), order
        )
        self.pay_together(self.open_lines(), amount, day)
        case = self.case
        self.assertEqual(to_decimal(case.amount_open), 100 - law.principal)
        self.assertEqual(to_decimal(case.amount_fee_open), 40 - law.costs)
        self.assertEqual(to_decimal(case.amount_interest_open), interest - law.interest)
        return day, law

    def test_premium_first_a_part(self):
        self.check_like_the_law(60.0, "premium_first")
        self.assertEqual((self.case.amount_open, self.case.amount_fee_open), (40.0, 40.0))

    def test_premium_first_brings_the_cover_back(self):
        self.assertEqual(self.company.arrears_allocation_order, "premium_first")
        day, _law = self.check_like_the_law(100.0, "premium_first")
        self.assertEqual(self.policy.gap_ids.resume, day + DAY)
        self.assertEqual((self.case.amount_open, self.case.amount_fee_open), (0.0, 40.0))

    def test_statutory_a_part(self):
        _day, law = self.check_like_the_law(60.0, "statutory")
        self.assertTrue(law.costs and law.interest and law.principal)

    def test_statutory_leaves_the_cover_suspended(self):
        self.check_like_the_law(100.0, "statutory")
        self.assertEqual(self.case.amount_fee_open, 0.0)
        self.assertFalse(self.policy.gap_ids.resume)
        self.assertEqual(self.policy.coverage_state, "suspended")

    def test_premium_first_pays_the_fee_before_the_interest(self):
        _day, law = self.check_like_the_law(120.0, "premium_first")
        self.assertEqual((law.costs, law.interest), (20, 0))

    def test_a_payment_within_the_term_pays_the_premium_only(self):
        # Vector 73: the fee is announced, so there is nothing of it to pay.
        self.company.arrears_allocation_order = "statutory"
        self.assertEqual(len(self.open_lines()), 1)
        self.pay_together(self.open_lines(), 100.0, self.notice.last_day)
        self.assertEqual((self.case.state, self.notice.fee_id.state), ("closed", "reversed"))

    def test_nor_does_one_within_the_term_that_is_booked_after_it(self):
        self.company.arrears_allocation_order = "statutory"
        self.walk(self.notice.date + DAY, self.notice.last_day + DAY)
        self.assertEqual(self.notice.fee_id.state, "booked")
        last_day = self.notice.last_day
        self.pay_together(self.open_lines(), 100.0, last_day, booked_on=last_day + 2 * DAY)
        self.assertEqual((self.case.state, self.notice.fee_id.state), ("closed", "reversed"))

    def test_what_the_cashier_names_is_paid_and_nothing_else(self):
        day = self.walk_to_interest()
        self.pay(self.case.fee_ids.move_line_id, 40.0, day)
        self.assertEqual((self.case.amount_open, self.case.amount_fee_open), (100.0, 0.0))

    def test_other_debts_keep_their_place(self):
        self.company.arrears_allocation_order = "statutory"
        day = self.walk_to_interest()
        older = self.make_invoice(DUE - DAY, post=False)
        older.invoice_line_ids.insurance_policy_id = False
        older.action_post()
        line = older.line_ids.filtered(lambda row: row.account_type == "asset_receivable")
        self.pay_together(self.open_lines() | line, 50.0, day)
        self.assertEqual(line.amount_residual, 0.0, "the oldest debt, as in any other database")
        self.assertEqual(self.case.amount_fee_open, 35.0)

    def test_the_oldest_premium_is_paid_before_a_newer_one(self):
        newer = self.make_invoice(DUE + 5 * DAY, amount=100.0)
        day = self.walk_to_interest_of_both()
        self.pay_together(self.open_lines(), 120.0, day)
        self.assertEqual((self.move.amount_residual, newer.amount_residual), (0.0, 80.0))

    def walk_to_interest_of_both(self):
        day = self.walk_until(self.notice.date + DAY, lambda: len(self.case.interest_ids) == 2)
        return day + DAY
