"""Promise 11: everything can be taken back; nothing is deleted."""

from datetime import date

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import DAY, ArrearsCommon

DUE = date(2026, 1, 15)


@tagged("post_install", "-at_install")
class TestWithdraw(ArrearsCommon):
    def corrections_of(self, notice):
        return self.env["arrears.notice"].search([("corrects_id", "=", notice.id)])

    def suspended(self):
        """Return a formal notice whose fee is booked and whose policy is suspended."""
        move = self.make_invoice(DUE)
        notice = self.formal_notice(move, DUE + DAY)
        self.run_on(notice.last_day + DAY)
        self.assertEqual((notice.fee_id.state, self.policy.coverage_state), ("booked", "suspended"))
        return notice

    def test_a_withdrawn_notice_reverses_its_fee_and_its_suspension(self):
        notice = self.suspended()
        last_day = notice.last_day
        day = last_day + 3 * DAY
        gap, fee = self.policy.gap_ids, notice.fee_id
        notice.withdraw(day, "The premium was too high")
        self.assertEqual((notice.state, notice.withdrawn_on), ("withdrawn", day))
        self.assertEqual((fee.state, fee.move_line_id.amount_residual), ("reversed", 0.0))
        self.assertEqual(fee.move_id.reversal_move_ids.state, "posted")
        self.assertEqual(gap.resume, gap.start, "no day without cover is left")
        self.assertTrue(self.policy.covered_on(last_day + 2 * DAY))
        self.assertNotEqual(self.policy.coverage_state, "suspended")
        self.assertEqual(self.case_of(notice.line_ids.item_id.move_id).amount_due, 45.0)
        rows = notice.case_id.history_ids.filtered(lambda row: row.event == "withdrawn")
        self.assertEqual(rows.mapped("reason"), ["The premium was too high"])

    def test_the_customer_is_told_by_one_correction_letter(self):
        notice = self.suspended()
        day = notice.last_day + 3 * DAY
        notice.withdraw(day, "Wrong")
        correction = self.corrections_of(notice)
        self.assertEqual((correction.kind, correction.state), ("correction", "queued"))
        self.run_on(day + DAY)
        self.assertTrue(correction.body_hash)
        self.assertTrue(correction.attachment_id)
        with self.assertRaisesRegex(UserError, "cannot be withdrawn"):
            notice.withdraw(day, "Once more")
        with self.assertRaisesRegex(UserError, "cannot be withdrawn"):
            correction.withdraw(day, "No")
        self.assertEqual(len(self.corrections_of(notice)), 1)

    def test_a_notice_that_has_not_left_does_not_leave_and_needs_no_correction(self):
        move = self.make_invoice(DUE)
        run = self.run_on(DUE + 7 * DAY, post_letters=False)
        notice = self.notices_of(move)
        notice.withdraw(DUE + 7 * DAY, "Not now")
        self.assertEqual(notice.state, "withdrawn")
        self.assertFalse(self.corrections_of(notice))
        run.mark_letters_posted(DUE + 7 * DAY)
        self.assertEqual((notice.state, notice.sent_on), ("withdrawn", False))

    def test_a_mail_that_waits_in_the_queue_does_not_leave(self):
        self.customer.write(
            {
                "email": "vries@example.com",
                "e_notice_consent_date": date(2025, 1, 1),
                "e_notice_consent_source": "form",
            }
        )
        move = self.make_invoice(DUE)
        self.run_on(DUE + 7 * DAY)
        notice = self.notices_of(move)
        self.assertEqual((notice.channel, notice.mail_id.state), ("email", "outgoing"))
        notice.withdraw(DUE + 7 * DAY, "Not now")
        self.assertEqual(notice.mail_id.state, "cancel")
        self.assertEqual(notice.state, "withdrawn")

    def test_the_step_is_taken_again_when_it_is_still_due(self):
        move = self.make_invoice(DUE)
        self.run_on(DUE + 7 * DAY)
        first = self.notices_of(move)
        first.withdraw(DUE + 8 * DAY, "Wrong amount")
        self.assertFalse(self.case_of(move).stage_id)
        self.walk(DUE + 9 * DAY, DUE + 12 * DAY)
        again = self.notices_of(move) - first
        self.assertEqual((again.kind, again.state), ("reminder", "sent"))

    def test_no_fee_and_no_suspension_come_of_a_withdrawn_notice(self):
        move = self.make_invoice(DUE)
        notice = self.formal_notice(move, DUE + DAY)
        last_day = notice.last_day
        notice.withdraw(notice.sent_on + DAY, "Sent to the wrong address")
        self.run_on(last_day + DAY)
        self.assertEqual(notice.fee_id.state, "reversed")
        self.assertFalse(notice.fee_id.move_id)
        self.assertFalse(self.policy.gap_ids)

    def test_a_withdrawn_notice_no_longer_makes_the_next_one_cheaper_or_dearer(self):
        first = self.make_invoice(DUE)
        notice = self.formal_notice(first, DUE + DAY)
        self.assertEqual(notice.fee_announced, 40.0)
        notice.withdraw(notice.sent_on + DAY, "Wrong")
        self.walk_until(
            notice.sent_on + 2 * DAY, lambda: len(self.notices_of(first, "formal_notice")) == 2
        )
        again = self.notices_of(first, "formal_notice") - notice
        self.assertEqual(again.fee_announced, 40.0, "a withdrawn notice is no earlier reminder")

    def test_a_whole_run_is_taken_back_with_its_notices_fees_and_suspensions(self):
        notice = self.suspended()
        other = self.make_policy(partner_id=self.make_customer("Other").id)
        day = notice.last_day + 2 * DAY
        move = self.make_invoice(day - 7 * DAY, policies=other)
        run = self.runs.search([("date", "=", notice.last_day + DAY)])
        later = self.run_on(day)
        self.assertEqual(later.notice_ids.filtered("line_ids"), self.notices_of(move))
        told = self.policy.gap_ids.suspended_notice_id
        self.assertEqual((told.kind, told.state), ("cover_suspended", "sent"))
        run.withdraw(day, "The bank was not booked")
        self.assertEqual(set(run.action_ids.mapped("state")), {"withdrawn"})
        self.assertEqual(notice.state, "sent", "the notice of an earlier run stands")
        self.assertEqual((notice.fee_id.state, notice.settled), ("announced", False))
        self.assertEqual(self.policy.gap_ids.resume, self.policy.gap_ids.start)
        self.assertEqual(told.state, "withdrawn")
        self.assertEqual(self.corrections_of(told).kind, "correction")
        later.withdraw(day, "The bank was not booked")
        self.assertEqual(self.notices_of(move).state, "withdrawn")
        self.assertEqual(self.corrections_of(self.notices_of(move)).kind, "correction")

    def test_after_a_run_was_taken_back_the_next_one_does_it_again(self):
        notice = self.suspended()
        day = notice.last_day + DAY
        self.runs.search([("date", "=", day)]).withdraw(day, "Too early")
        self.run_on(day + DAY)
        self.assertEqual(notice.fee_id.state, "booked")
        self.assertEqual(notice.fee_id.amount_open, 40.0)
        open_gap = self.policy.gap_ids.filtered(lambda gap: not gap.resume)
        self.assertEqual(open_gap.start, day + DAY, "never backwards")

    def test_withdrawing_asks_for_a_reason(self):
        move = self.make_invoice(DUE)
        run = self.run_on(DUE + 7 * DAY)
        for taken in (self.notices_of(move), run):
            with self.assertRaisesRegex(UserError, "asks for a reason"):
                taken.withdraw(DUE + 8 * DAY, " ")

    def test_the_wizard_tells_what_withdrawing_does(self):
        notice = self.suspended()
        wizard = self.env["arrears.withdraw"].create(
            {"notice_ids": [(6, 0, notice.ids)], "reason": "Wrong", "day": notice.last_day + DAY}
        )
        self.assertEqual(
            (wizard.notice_count, wizard.sent_count, wizard.fee_count, wizard.gap_count),
            (1, 1, 1, 1),
        )
        shown = self.env["arrears.notice"].search(wizard.action_withdraw()["domain"])
        self.assertEqual(shown.corrects_id, notice)

    def test_nothing_is_deleted(self):
        notice = self.suspended()
        models = (
            *("arrears.notice", "arrears.fee", "insurance.coverage.gap", "arrears.action"),
            *("account.move", "arrears.case.history"),
        )
        before = {model: self.env[model].search([]) for model in models}
        last_day = notice.last_day
        notice.withdraw(last_day + 2 * DAY, "Wrong")
        self.runs.search([("date", "=", last_day + DAY)]).withdraw(last_day + 2 * DAY, "Wrong")
        for model, records in before.items():
            self.assertEqual(records.exists(), records, model)
