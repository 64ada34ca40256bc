"""Interest: stated in a notice, booked when it is sent, over the balance, never twice."""

from datetime import date
from decimal import Decimal

from odoo.tests import tagged

from ..law.interest import interest_on_balance, statutory_interest
from .common import DAY, ArrearsCommon

DUE = date(2026, 1, 15)
PREMIUM = Decimal("1000.00")


@tagged("post_install", "-at_install")
class TestInterest(ArrearsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account = cls.company.arrears_fee_account_id.copy({"name": "Interest charged"})
        cls.company.write(
            {"arrears_interest": "everybody", "arrears_interest_account_id": cls.account.id}
        )
        cls.policy.write({"frequency": "yearly", "premium": 1000.0})

    def final_notice(self, move, start=DUE + DAY):
        """Walk until the final notice is in the post; return it."""
        self.walk_until(start, lambda: self.notices_of(move, "final_notice").sent_on)
        return self.notices_of(move, "final_notice")

    def interest_of(self, notice):
        return self.env["arrears.interest"].search([("notice_id", "=", notice.id)])

    def test_it_is_stated_in_the_final_notice_and_booked_when_that_is_sent(self):
        move = self.make_invoice(DUE, amount=1000.0)
        formal = self.formal_notice(move, DUE + DAY)
        self.assertEqual(formal.interest_stated, 0.0)
        notice = self.final_notice(move, formal.date + DAY)
        expected = float(statutory_interest(PREMIUM, DUE, notice.date, "consumer"))
        self.assertEqual(notice.interest_stated, expected)
        interest = self.interest_of(notice)
        self.assertRecordValues(
            interest,
            [
                {
                    "item_id": notice.line_ids.item_id.id,
                    "first_day": DUE + DAY,
                    "last_day": notice.date,
                    "amount": expected,
                    "amount_open": expected,
                    "state": "booked",
                    "booked_on": notice.sent_on,
                }
            ],
        )
        self.assertEqual(interest.move_id.journal_id, self.company.arrears_fee_journal_id)
        income = interest.move_id.line_ids - interest.move_line_id
        self.assertEqual((income.account_id, income.credit), (self.account, expected))
        case = self.case_of(move)
        self.assertEqual(case.amount_interest_open, expected)
        self.assertAlmostEqual(case.amount_due, 1150.0 + expected)

    def test_a_letter_that_was_not_posted_books_nothing(self):
        move = self.make_invoice(DUE, amount=1000.0)
        formal = self.formal_notice(move, DUE + DAY)
        day = formal.last_day
        self.walk(formal.date + DAY, day)
        while not self.notices_of(move, "final_notice"):
            day += DAY
            self.run_on(day, post_letters=False)
        notice = self.notices_of(move, "final_notice")
        self.assertTrue(notice.interest_stated)
        self.assertFalse(self.interest_of(notice))

    def test_a_consumer_pays_none_unless_the_office_chose_everybody(self):
        self.company.arrears_interest = "business"
        notice = self.final_notice(self.make_invoice(DUE, amount=1000.0))
        self.assertEqual(notice.interest_stated, 0.0)
        self.assertFalse(self.interest_of(notice))

    def test_after_a_part_payment_it_runs_over_the_rest(self):
        move = self.make_invoice(DUE, amount=1000.0)
        formal = self.formal_notice(move, DUE + DAY)
        paid_on = formal.date + 2 * DAY
        self.pay_invoice(move, credited_on=paid_on, amount=600.0)
        notice = self.final_notice(move, formal.date + DAY)
        payments = [(paid_on, Decimal("600.00"))]
        expected = interest_on_balance(PREMIUM, DUE, notice.date, "consumer", payments)
        self.assertEqual(notice.interest_stated, float(expected))
        self.assertLess(expected, statutory_interest(PREMIUM, DUE, notice.date, "consumer"))

    def test_a_payment_credited_before_and_booked_later_lowers_what_was_booked(self):
        move = self.make_invoice(DUE, amount=1000.0)
        notice = self.final_notice(move)
        interest = self.interest_of(notice)
        dearer = interest.move_id
        paid_on = notice.date - 5 * DAY
        self.pay_invoice(move, paid_on, amount=600.0, booked_on=notice.date + DAY)
        payments = [(paid_on, Decimal("600.00"))]
        expected = interest_on_balance(PREMIUM, DUE, notice.date, "consumer", payments)
        self.assertEqual((interest.amount, interest.amount_open), (float(expected),) * 2)
        self.assertEqual(sum(dearer.line_ids.mapped("amount_residual")), 0.0)

    def test_a_business_pays_the_commercial_rate_and_no_day_twice(self):
        self.company.arrears_interest = "business"
        self.customer.debtor_type = "business"
        move = self.make_invoice(DUE, amount=1000.0)
        final = self.final_notice(move)
        notice = self.notices_of(move, "business_notice")
        first, second = self.interest_of(notice), self.interest_of(final)
        self.assertEqual((first.first_day, first.last_day), (DUE + DAY, notice.date))
        self.assertEqual((second.first_day, second.last_day), (notice.date + DAY, final.date))
        whole = statutory_interest(PREMIUM, DUE, final.date, "commercial")
        self.assertAlmostEqual(first.amount + second.amount, float(whole))

    def test_it_is_taken_back_with_its_notice_and_may_be_stated_anew(self):
        notice = self.final_notice(self.make_invoice(DUE, amount=1000.0))
        interest = self.interest_of(notice)
        notice.sudo()._take_back_charges(notice.date + DAY)
        self.assertEqual((interest.state, interest.move_line_id.amount_residual), ("reversed", 0.0))
        items = notice.line_ids.item_id.sudo()
        stated = (
            self.env["arrears.interest"]
            .sudo()
            ._get_stated(items, "final_notice", notice.date + DAY)
        )
        self.assertEqual(stated[items][:2], (DUE + DAY, notice.date + DAY))

    def test_the_case_stays_open_until_the_interest_is_paid_or_waived(self):
        move = self.make_invoice(DUE, amount=1000.0)
        notice = self.final_notice(move)
        interest, case = self.interest_of(notice), self.case_of(move)
        self.pay_invoice(move, credited_on=notice.date + DAY)
        self.pay(case.fee_ids.move_line_id, 150.0, notice.date + DAY)
        self.assertEqual((case.state, case.amount_due), ("open", interest.amount))
        self.waive(interest, notice.date + 2 * DAY, "A few cents")
        self.assertEqual((case.state, interest.state), ("closed", "waived"))
        self.assertIn("interest_waived", case.history_ids.mapped("event"))

    def test_no_interest_from_the_day_an_unregistered_office_demanded(self):
        # Wki art. 18 (1): vector 60. The reminder of 8 October 2026 came from outside the register.
        self.company.arrears_register_number = False
        due = date(2026, 10, 1)
        move = self.make_invoice(due, amount=1000.0)
        notice = self.final_notice(move, due + DAY)
        demanded = self.notices_of(move, "reminder").sent_on
        self.assertEqual(self.interest_of(notice).last_day, demanded - DAY)
        expected = statutory_interest(PREMIUM, due, demanded - DAY, "consumer")
        self.assertEqual(notice.interest_stated, float(expected))
        self.assertFalse(self.case_of(move).fee_ids)

    def test_nothing_is_sent_while_it_could_not_be_booked(self):
        self.company.arrears_interest_account_id = False
        move = self.make_invoice(DUE, amount=1000.0)
        self.walk(DUE + DAY, DUE + 60 * DAY)
        self.assertTrue(self.notices_of(move, "formal_notice"))
        self.assertFalse(self.notices_of(move, "final_notice"))
