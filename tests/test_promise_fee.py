"""Promises 1 to 3: no fee without a valid notice, never more than announced, one per letter."""

from datetime import date, timedelta

from odoo.tests import tagged

from .common import DAY, ArrearsCommon

DUE = date(2026, 1, 15)


@tagged("post_install", "-at_install")
class TestFee(ArrearsCommon):
    def fee_after_term(self, notice):
        """Run the first day after a notice's term and return its fee."""
        self.run_on(notice.last_day + DAY)
        return notice.fee_id

    def test_fee_is_booked_on_the_receivable_after_the_term_and_not_before(self):
        move = self.make_invoice(DUE)
        notice = self.formal_notice(move, DUE + DAY)
        self.assertEqual(notice.fee_announced, 40.0)
        self.walk(notice.date + DAY, notice.last_day)
        self.assertEqual(notice.fee_id.state, "announced")
        self.assertFalse(notice.fee_id.move_id)
        fee = self.fee_after_term(notice)
        self.assertEqual(fee.state, "booked")
        receivable = self.customer.property_account_receivable_id
        self.assertRecordValues(
            fee.move_id.line_ids.sorted("debit"),
            [
                {
                    "account_id": self.company.arrears_fee_account_id.id,
                    "debit": 0.0,
                    "credit": 40.0,
                    "partner_id": self.customer.id,
                },
                {
                    "account_id": receivable.id,
                    "debit": 40.0,
                    "credit": 0.0,
                    "partner_id": self.customer.id,
                },
            ],
        )
        self.assertEqual(fee.move_id.state, "posted")
        self.assertEqual(fee.move_id.journal_id, self.company.arrears_fee_journal_id)
        self.assertEqual(self.case_of(move).amount_due, 85.0)

    def test_no_fee_when_paid_within_the_term(self):
        move = self.make_invoice(DUE)
        notice = self.formal_notice(move, DUE + DAY)
        self.pay_invoice(move, credited_on=notice.last_day)
        fee = self.fee_after_term(notice)
        self.assertEqual(fee.state, "reversed")
        self.assertFalse(fee.move_id)
        self.assertEqual(self.case_of(move).state, "closed")

    def test_no_fee_when_credited_within_the_term_but_booked_later(self):
        move = self.make_invoice(DUE)
        notice = self.formal_notice(move, DUE + DAY)
        fee = self.fee_after_term(notice)
        self.assertEqual(fee.state, "booked")
        self.pay_invoice(move, credited_on=notice.last_day, booked_on=notice.last_day + 3 * DAY)
        self.assertEqual(fee.state, "reversed")
        self.assertEqual(sum(fee.move_id.line_ids.mapped("amount_residual")), 0.0)
        self.assertEqual(self.case_of(move).state, "closed")

    def test_a_cancelled_invoice_costs_neither_fee_nor_cover(self):
        move = self.make_invoice(DUE)
        notice = self.formal_notice(move, DUE + DAY)
        fee = self.fee_after_term(notice)
        self.assertEqual((fee.state, self.policy.coverage_state), ("booked", "suspended"))
        move.button_draft()
        move.button_cancel()
        self.run_on(notice.last_day + 2 * DAY)
        self.assertEqual(fee.state, "reversed")
        self.assertEqual(self.policy.coverage_state, "in_force")
        self.assertTrue(self.policy.covered_on(notice.last_day + DAY))
        self.assertEqual(self.case_of(move).state, "closed")

    def test_no_fee_after_a_notice_that_did_not_arrive(self):
        self.customer.street = False
        move = self.make_invoice(DUE)
        self.walk(DUE + DAY, DUE + timedelta(days=90))
        self.assertEqual(set(self.notices_of(move).mapped("state")), {"failed"})
        self.assertFalse(self.case_of(move).fee_ids)

    def test_no_fee_after_a_letter_that_was_never_posted(self):
        move = self.make_invoice(DUE)
        self.walk_until(DUE + DAY, lambda: self.notices_of(move, "reminder").sent_on)
        day = self.notices_of(move, "reminder").sent_on
        for step in range(1, 60):
            self.run_on(day + timedelta(days=step), post_letters=False)
        notice = self.notices_of(move, "formal_notice")
        self.assertEqual(notice.state, "queued")
        self.assertFalse(notice.fee_id)

    def test_a_letter_that_is_posted_late_has_its_term_from_the_day_it_was_posted(self):
        move = self.make_invoice(DUE)
        self.walk_until(DUE + DAY, lambda: self.notices_of(move, "reminder").sent_on)
        made_on = date(2026, 2, 5)
        run = self.run_on(made_on, post_letters=False)
        notice = self.notices_of(move, "formal_notice")
        self.assertEqual((notice.date, notice.stated_last_day), (made_on, date(2026, 2, 23)))
        run.mark_letters_posted(date(2026, 2, 12))  # Thursday, so it arrives on Friday the 13th
        self.assertEqual(notice.last_day, date(2026, 2, 27))
        self.run_on(date(2026, 2, 27))
        self.assertEqual(notice.fee_id.state, "announced")
        self.assertFalse(self.policy.gap_ids)
        self.assertEqual(self.fee_after_term(notice).state, "booked")

    def test_no_fee_without_registration_on_behalf_of_an_insurer(self):
        self.company.arrears_register_number = False
        move = self.make_invoice(DUE)
        notice = self.formal_notice(move, DUE + DAY)
        self.assertEqual(notice.fee_announced, 0.0)
        self.assertFalse(self.fee_after_term(notice))

    def test_fee_without_registration_when_the_office_is_the_creditor(self):
        self.company.arrears_register_number = False
        self.policy.creditor = "office"
        move = self.make_invoice(DUE)
        notice = self.formal_notice(move, DUE + DAY)
        self.assertEqual(notice.creditor_id, self.company.partner_id)
        self.assertEqual(self.fee_after_term(notice).amount, 40.0)

    def test_part_payment_within_the_term_lowers_the_fee(self):
        # Vector 55: 1,000 open, 400 paid on day 8: min(150, fee(600) = 90) = 90.
        self.policy.write({"frequency": "yearly", "premium": 1000.0})
        move = self.make_invoice(DUE, amount=1000.0)
        notice = self.formal_notice(move, DUE + DAY)
        self.assertEqual(notice.fee_announced, 150.0)
        self.pay_invoice(move, credited_on=notice.received_on + timedelta(days=8), amount=400.0)
        self.assertEqual(self.fee_after_term(notice).amount, 90.0)

    def test_part_payment_within_the_term_that_is_booked_later_lowers_the_booked_fee(self):
        self.policy.write({"frequency": "yearly", "premium": 1000.0})
        move = self.make_invoice(DUE, amount=1000.0)
        notice = self.formal_notice(move, DUE + DAY)
        fee = self.fee_after_term(notice)
        dearer = fee.move_id
        self.assertEqual((fee.state, fee.amount), ("booked", 150.0))
        self.pay_invoice(move, notice.last_day, amount=400.0, booked_on=notice.last_day + 3 * DAY)
        self.assertEqual((fee.state, fee.amount, fee.amount_open), ("booked", 90.0, 90.0))
        self.assertEqual(sum(dearer.line_ids.mapped("amount_residual")), 0.0)
        self.assertNotEqual(fee.move_id, dearer)

    def test_part_payment_after_the_term_does_not_lower_the_fee(self):
        self.policy.write({"frequency": "yearly", "premium": 1000.0})
        move = self.make_invoice(DUE, amount=1000.0)
        notice = self.formal_notice(move, DUE + DAY)
        self.pay_invoice(move, credited_on=notice.last_day + DAY, amount=400.0)
        self.assertEqual(self.fee_after_term(notice).amount, 150.0)

    def test_a_small_rest_costs_nothing(self):
        self.policy.write({"frequency": "yearly", "premium": 1000.0})
        move = self.make_invoice(DUE, amount=1000.0)
        notice = self.formal_notice(move, DUE + DAY)
        self.pay_invoice(move, credited_on=notice.last_day, amount=995.0)
        self.assertEqual(self.fee_after_term(notice).state, "waived")

    def test_a_fee_is_never_more_than_announced(self):
        # The second month is cheaper because the first one had its fee. That fee is taken back, so
        # the second month alone would cost 40: still the announced 20 holds.
        first, second = self.make_invoice(DUE), self.make_invoice(date(2026, 2, 15))
        first_notice = self.formal_notice(first, DUE + DAY)
        notice = self.formal_notice(second, first_notice.date + DAY)
        self.assertEqual(notice.fee_announced, 20.0)
        self.pay_invoice(first, credited_on=first_notice.last_day, booked_on=notice.received_on)
        self.assertEqual(first_notice.fee_id.state, "reversed")
        fee = self.fee_after_term(notice)
        self.assertEqual((fee.state, fee.amount), ("booked", 20.0))
        self.assertEqual(fee.move_line_id.debit, 20.0)

    def test_the_tax_of_the_account_does_not_come_on_top_of_what_was_announced(self):
        self.company.arrears_fee_account_id.tax_ids = self.company_data["default_tax_sale"]
        notice = self.formal_notice(self.make_invoice(DUE), DUE + DAY)
        fee = self.fee_after_term(notice)
        self.assertEqual(len(fee.move_id.line_ids), 2)
        self.assertFalse(fee.move_id.line_ids.tax_ids)
        self.assertEqual(fee.amount_open, 40.0)

    def test_monthly_terms_cost_40_then_20(self):
        # Vector 26: 40, 20, 20 ...; each missed instalment has its own notice.
        moves = [self.make_invoice(date(2026, month, 15)) for month in (1, 2, 3)]
        self.walk(DUE + DAY, date(2026, 6, 1))
        fees = [self.notices_of(move, "formal_notice").fee_announced for move in moves]
        self.assertEqual(fees, [40.0, 20.0, 20.0])

    def test_one_letter_and_one_fee_for_items_due_for_the_same_stage(self):
        # Vector 53: two loose yearly policies, 200 + 100: 45 once, separately 80.
        second = self.make_policy(frequency="yearly", premium=100.0)
        moves = self.make_invoice(DUE, amount=200.0)
        moves |= self.make_invoice(DUE, policies=second, amount=100.0)
        notice = self.formal_notice(moves[0], DUE + DAY)
        self.assertEqual(len(notice), 1)
        self.assertEqual(notice.line_ids.item_id.move_id, moves)
        self.assertEqual(notice.amount_total, 300.0)
        self.assertEqual(notice.fee_announced, 45.0)
        self.run_on(notice.last_day + DAY)
        self.assertEqual(self.case_of(moves[0]).fee_ids.mapped("amount"), [45.0])

    def test_items_in_different_stages_never_share_a_letter(self):
        first = self.make_invoice(DUE)
        later = self.make_invoice(DUE + timedelta(days=14))
        self.walk(DUE + DAY, DUE + timedelta(days=120))
        self.assertEqual(self.case_of(first), self.case_of(later))
        for notice in self.notices_of(first) | self.notices_of(later):
            self.assertEqual(len(notice.line_ids), 1, notice.name)
        # Both steps come on their own day, though one case has them on the same day.
        self.assertEqual(self.notices_of(first)[1].kind, "formal_notice")
        self.assertEqual(self.notices_of(later)[0].kind, "reminder")
        self.assertEqual(self.notices_of(first)[1].date, self.notices_of(later)[0].date)

    def test_what_is_invoiced_to_a_contact_is_in_the_letter_of_the_debtor(self):
        contact = self.make_customer("J. de Vries, study", parent_id=self.customer.id)
        second = self.make_policy(partner_id=contact.id)
        moves = self.make_invoice(DUE) | self.make_invoice(DUE, policies=second)
        run = self.run_on(DUE + 7 * DAY)
        self.assertEqual(len(run.notice_ids), 1)
        self.assertEqual(run.notice_ids.partner_id, self.customer)
        self.assertEqual(run.notice_ids.line_ids.item_id.move_id, moves)

    def test_two_insurers_are_two_creditors_with_a_letter_each(self):
        other = self.insurer.copy({"name": "Verzekeraar Zuid"})
        second = self.make_policy(insurer_id=other.id)
        moves = self.make_invoice(DUE) | self.make_invoice(DUE, policies=second)
        self.run_on(DUE + timedelta(days=7))
        notices = self.notices_of(moves[0]) | self.notices_of(moves[1])
        self.assertEqual(notices.mapped("creditor_id"), self.insurer | other)

    def test_waiving_books_a_counter_entry(self):
        move = self.make_invoice(DUE)
        notice = self.formal_notice(move, DUE + DAY)
        fee = self.fee_after_term(notice)
        self.waive(fee, notice.last_day + 2 * DAY)
        self.assertEqual(fee.state, "waived")
        self.assertEqual(fee.move_id.reversal_move_ids.state, "posted")
        self.assertEqual(fee.move_line_id.amount_residual, 0.0)

    def test_business_pays_the_tariff_over_the_sum(self):
        self.customer.debtor_type = "business"
        move = self.make_invoice(DUE, amount=1000.0)
        self.walk_until(DUE + DAY, lambda: self.notices_of(move, "business_notice").sent_on)
        notice = self.notices_of(move, "business_notice")
        self.assertEqual(notice.stage_id.procedure_id.debtor_type, "business")
        self.assertEqual(self.fee_after_term(notice).amount, 150.0)
