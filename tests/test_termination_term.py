"""The term after the letter: payment stops it, a lost letter too, the day comes, it is undone."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import DAY
from .notice_common import LATER, STOPPED
from .termination_common import TerminationCommon


@tagged("post_install", "-at_install")
class TestTerminationTerm(TerminationCommon):
    # === PAID === #

    def test_all_paid_before_the_day_it_goes_on_and_one_letter_says_so(self):
        record = self.announce()
        gap = self.policy.gap_ids
        gap.sudo().suspended_notice_id = self.letters("formal_notice")[:1]
        paid_on = record.ends_on - DAY
        self.pay_all(paid_on)
        self.assertEqual((record.state, record.reason), ("withdrawn", "Paid in time"))
        self.assertEqual(gap.resume, record.ends_on)
        run = self.run_of(record.ends_on)._as_service()
        for _twice in range(2):
            run.env["arrears.notice"]._tell_cover(run)
        kept = self.letters("policy_kept")
        self.assertEqual(len(kept), 1)
        self.assertEqual((record.told_notice_id, gap.resumed_notice_id), (kept, kept))
        self.assertFalse(self.letters("cover_resumed"))
        kept._render_text()
        text = self.text_of(kept)
        self.assertIn("does not end", text)
        self.assertIn(record.letter_id.name, text)
        self.assertEqual(kept._missing_parts(), ())
        self.end(record)
        self.assertFalse(self.policy.end_date)

    def test_what_fell_overdue_after_the_letter_does_not_break_its_promise(self):
        record = self.announce()
        asked = self.items_of(self.policy)
        self.make_invoice(record.ends_on - 20 * DAY)
        self.items._collect(record.ends_on - 15 * DAY, self.company)
        self.pay(asked.move_line_id, asked.amount_open, record.ends_on - DAY)
        self.assertEqual((record.state, record.reason), ("withdrawn", "Paid in time"))

    def test_a_part_does_not_stop_it(self):
        record = self.announce()
        move = self.items_of(self.policy).move_id
        self.pay_invoice(move, credited_on=record.ends_on - DAY, amount=44.0)
        self.assertEqual(record.state, "announced")
        self.end(record)
        self.assertEqual(record.state, "ended")

    def test_paid_before_the_letter_left_it_does_not_leave(self):
        day = self.warn()
        record = self.propose(day)
        letter = self.approve(record, day)
        self.pay_all(day)
        self.assertEqual((record.state, letter.state), ("withdrawn", "withdrawn"))
        self.assertFalse(record.must_tell)
        letter._mark_sent(day)
        self.assertEqual(letter.state, "withdrawn")

    def test_a_part_paid_before_the_letter_left_asks_for_a_new_one(self):
        day = self.warn()
        record = self.propose(day)
        letter = self.approve(record, day)
        self.pay_invoice(self.items_of(self.policy).move_id, credited_on=day, amount=10.0)
        self.assertFalse(letter._withdraw_outdated(day))
        self.assertEqual((record.state, record.ends_on), ("approved", False))
        self.assertIn("before it left", record.waits_for)
        record.with_user(self.bert).announce(day)
        self.assertNotEqual(record.letter_id, letter)
        self.assertEqual(record.premium_due, 35.0)

    def test_paid_in_time_and_booked_after_the_end_it_never_ended(self):
        record = self.ended()
        ends_on = record.ends_on
        self.pay_all(ends_on - DAY, booked_on=ends_on + 5 * DAY)
        self.assertEqual(record.state, "withdrawn")
        self.assertFalse(self.policy.end_date or self.policy.end_reason)
        self.assertTrue(self.policy.covered_on(ends_on))
        self.assertFalse(self.policy.covered_on(ends_on - DAY), "suspended until it was paid")
        self.assertTrue(record.must_tell)

    def test_paid_after_the_end_it_stays_ended_and_nobody_hears_of_cover(self):
        record = self.ended()
        gap = self.policy.gap_ids
        gap.sudo().suspended_notice_id = self.letters("formal_notice")[:1]
        self.pay_all(record.ends_on)
        self.assertEqual((record.state, self.policy.end_date), ("ended", record.ends_on))
        self.assertFalse(gap.resume)
        run = self.run_of(record.ends_on + DAY)._as_service()
        run.env["arrears.notice"]._tell_cover(run)
        self.assertFalse(self.letters("cover_resumed") | self.letters("policy_kept"))

    # === THE LETTER DID NOT ARRIVE, OR LATER === #

    def test_a_returned_letter_gives_no_term_and_a_new_one_a_new_day(self):
        record = self.announce()
        first, day = record.ends_on, record.ends_on - 10 * DAY
        record.letter_id.sudo()._return(day)
        self.assertEqual((record.state, record.ends_on), ("approved", False))
        self.end_on(first)
        self.assertFalse(self.policy.end_date)
        record.with_user(self.bert).announce(day)
        record.letter_id.sudo()._mark_sent(day)
        self.assertEqual(record.state, "announced")
        self.assertGreater(record.ends_on, first)

    def end_on(self, day):
        service = self.run_of(day)._as_service()
        return service.env["insurance.termination"]._end_due(day, self.company)

    def test_a_letter_that_came_back_after_the_end_undoes_it(self):
        record = self.ended()
        record.letter_id.sudo()._return(record.ended_on + DAY)
        self.assertEqual(record.state, "approved")
        self.assertFalse(self.policy.end_date or record.ended_on)
        self.assertEqual(self.policy.coverage_state, "suspended")

    def test_proof_of_a_later_receipt_moves_the_day(self):
        record = self.announce()
        first = record.ends_on
        received = record.letter_id.sent_on + 20 * DAY
        record.letter_id.sudo()._prove_receipt(received, "RP-2")
        self.assertGreater(record.ends_on, first)
        self.end_on(first)
        self.assertEqual(record.state, "announced")

    def test_proof_of_an_earlier_receipt_never_comes_before_the_stated_day(self):
        record = self.announce()
        record.letter_id.sudo()._prove_receipt(record.letter_id.sent_on, "RP-3")
        self.assertEqual(record.ends_on, record.stated_ends_on)

    def test_a_withdrawn_letter_takes_the_term_along(self):
        record = self.announce()
        handler = self.make_user("Henk", "handler")
        with self.assertRaises(AccessError):
            record.letter_id.with_user(handler).withdraw(LATER, "I think it is wrong")
        correction = record.letter_id.withdraw(record.ends_on - DAY, "Wrong customer")
        self.assertEqual(correction.corrects_id, record.letter_id)
        self.assertEqual((record.state, record.ends_on), ("approved", False))

    # === THE DAY ITSELF === #

    def test_a_hold_on_the_day_takes_the_term_away(self):
        record = self.announce()
        self.hold(record.case_id, "dispute", record.ends_on - DAY)
        self.end(record)
        self.assertEqual((record.state, record.ends_on), ("approved", False))
        self.assertIn("disputes", record.waits_for)
        letter = record.letter_id
        self.assertEqual(letter.state, "withdrawn")
        self.assertEqual(self.letters("correction").corrects_id, letter, "the customer hears it")
        self.assertFalse(self.policy.end_date)
        self.assertTrue(record.case_id.activity_ids)
        # Once it is over a manager can begin the term afresh.
        later = record.case_id.hold_ids.start + 20 * DAY
        record.case_id.hold_ids.end = record.case_id.hold_ids.start
        record.with_user(self.anna).announce(later)
        self.assertGreater(record.stated_ends_on, later)

    def test_money_that_is_not_matched_makes_it_wait(self):
        record = self.announce()
        self.book_credit(record.ends_on - DAY)
        self.end(record)
        self.assertEqual((record.state, self.policy.end_date), ("announced", False))

    def test_in_test_mode_nothing_ends(self):
        record = self.announce()
        self.company.arrears_test_email = "test@example.com"
        self.end(record)
        self.assertEqual((record.state, self.policy.end_date), ("announced", False))

    def test_while_everything_is_stopped_nothing_ends(self):
        record = self.announce()
        self.company.arrears_paused = True
        self.run_on(record.ends_on, post_letters=False)
        self.assertEqual(record.state, "announced")

    def test_a_customer_who_ended_it_himself_was_faster(self):
        record = self.announce()
        self.policy.write({"end_date": record.ends_on - DAY, "end_reason": "customer"})
        self.end(record)
        self.assertEqual((record.state, self.policy.end_reason), ("withdrawn", "customer"))

    def test_a_period_by_the_conditions(self):
        self.rule.write({"notice_months": 0, "notice_days": 0})
        record = self.announce()
        self.assertLess(record.ends_on, record.letter_id.sent_on + 25 * DAY)
        self.assertGreater(record.ends_on, record.letter_id.received_on + 14 * DAY)
        self.assertEqual(record.notice_period, "None: 14 days are left to pay")

    # === TAKEN BACK === #

    def test_withdrawn_by_a_manager_the_customer_hears_that_it_counts_no_more(self):
        record = self.announce()
        correction = record.with_user(self.anna).withdraw(record.ends_on - DAY, "Agreed by phone")
        self.assertEqual((record.state, record.reason), ("withdrawn", "Agreed by phone"))
        self.assertEqual(correction.sudo().kind, "correction")
        correction.sudo()._render_text()
        self.assertIn("It does not end", self.text_of(correction.sudo()))
        self.assertFalse(record.must_tell)
        self.end_on(record.stated_ends_on)
        self.assertFalse(self.policy.end_date)

    def test_refused_with_its_reason(self):
        record = self.propose(self.warn())
        with self.assertRaisesRegex(UserError, "Why"):
            record.with_user(self.bert).refuse(LATER, "  ")
        record.with_user(self.bert).refuse(LATER, "He is ill")
        self.assertEqual((record.state, record.reason), ("refused", "He is ill"))
        self.assertIn("Refused: He is ill", record.case_id.history_ids.mapped("reason"))
        with self.assertRaisesRegex(UserError, "cannot be done now"):
            self.approve(record, LATER)

    def test_revived_from_a_day_the_days_between_stay_without_cover(self):
        record = self.ended()
        back = record.ended_on + 20 * DAY
        revive = record.with_user(self.anna).revive
        with self.assertRaisesRegex(UserError, "has to be credited"), self.cr.savepoint():
            revive(back, "Agreed")
        self.pay_all(record.ended_on + 5 * DAY)
        with self.assertRaisesRegex(UserError, "never given for days that are over"):
            revive(record.ended_on - DAY, "Agreed")
        self.assertFalse(self.policy.covered_on(back))
        revive(back, "Agreed with the insurer")
        self.assertFalse(self.policy.end_date or self.policy.end_reason)
        self.assertEqual((record.state, record.revived_on), ("withdrawn", back))
        self.assertEqual(self.policy.coverage_state, "in_force")
        days = (STOPPED, record.ended_on, back - DAY, back)
        self.assertEqual([self.policy.covered_on(day) for day in days], [False, False, False, True])
        # A later payment is looked at again, and opens none of the days between.
        self.pay_invoice(self.make_invoice(back + 10 * DAY), back + 12 * DAY)
        self.assertEqual([self.policy.covered_on(day) for day in days], [False, False, False, True])

    def test_a_hold_between_approval_and_sending_keeps_the_letter_back(self):
        day = self.warn()
        record = self.propose(day)
        letter = self.approve(record, day)
        self.assertEqual((record.state, letter.state), ("approved", "queued"))
        self.env["arrears.hold"].create(
            {"case_id": record.case_id.id, "kind": "debt_help", "start": day, "reason": "Call"}
        )
        # What printing, posting and mailing look at last.
        self.assertFalse(letter._withdraw_outdated(day + DAY))
        self.assertEqual((record.state, letter.state), ("approved", "withdrawn"))
        self.assertFalse(record.ends_on)

    def test_a_run_that_is_taken_back_takes_its_ends_back(self):
        record = self.announce()
        run = self.run_on(record.ends_on, post_letters=False)
        self.assertEqual((record.state, record.run_id), ("ended", run))
        handler = self.make_user("Cas", "handler")
        with self.assertRaises(AccessError):
            run.with_user(handler).withdraw(record.ends_on, "The bank was not booked")
        self.assertEqual(record.state, "ended", "two managers decided on it")
        run.withdraw(record.ends_on, "The bank was not booked")
        self.assertEqual((record.state, self.policy.end_date), ("announced", False))
