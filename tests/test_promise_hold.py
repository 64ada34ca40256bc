"""Promise 7: while a hold lasts nothing is sent, charged or suspended; then comes a fresh term."""

from datetime import date

from odoo.tests import tagged

from .common import DAY, ArrearsCommon

DUE = date(2026, 1, 15)
REMINDER_DAY = DUE + 7 * DAY


@tagged("post_install", "-at_install")
class TestHold(ArrearsCommon):
    def hold(self, move, start, end=False, kind="dispute"):
        """Put the case of an invoice on hold."""
        return self.env["arrears.hold"].create(
            {
                "case_id": self.case_of(move).id,
                "kind": kind,
                "start": start,
                "end": end,
                "reason": "The customer told us so",
            }
        )

    def propose(self, day):
        """Let a run propose without executing, as a colleague does who wants to look first."""
        run = self.runs.create({"date": day, "company_id": self.company.id})
        run.action_propose()
        return run

    def test_no_notice_while_on_hold_and_a_fresh_term_after_it(self):
        move = self.make_invoice(DUE)
        self.run_on(DUE + DAY)
        hold = self.hold(move, DUE + 2 * DAY, DUE + 20 * DAY, kind="debt_help")
        self.walk(DUE + 2 * DAY, hold.end + 14 * DAY)
        self.assertFalse(self.notices_of(move))
        self.run_on(hold.end + 15 * DAY)
        self.assertEqual(self.notices_of(move).mapped("kind"), ["reminder"])

    def test_a_hold_without_end_stops_the_next_notice_until_somebody_ends_it(self):
        move = self.make_invoice(DUE)
        self.walk(DUE + DAY, REMINDER_DAY)
        hold = self.hold(move, REMINDER_DAY + DAY)
        self.run_on(REMINDER_DAY + DAY)
        case = self.case_of(move)
        self.assertEqual((case.state, case.next_step_date), ("held", False))
        self.walk(REMINDER_DAY + 2 * DAY, REMINDER_DAY + 40 * DAY)
        self.assertEqual(self.notices_of(move).mapped("kind"), ["reminder"])
        hold.end = REMINDER_DAY + 40 * DAY
        self.walk(REMINDER_DAY + 41 * DAY, hold.end + 14 * DAY)
        self.assertEqual(self.notices_of(move).mapped("kind"), ["reminder"])
        self.assertEqual(case.state, "open")
        self.run_on(hold.end + 15 * DAY)
        self.assertEqual(self.notices_of(move).mapped("kind"), ["reminder", "formal_notice"])

    def test_a_hold_between_proposing_and_executing_stops_the_notice(self):
        move = self.make_invoice(DUE)
        self.run_on(DUE + DAY)
        run = self.propose(REMINDER_DAY)
        self.hold(move, REMINDER_DAY)
        run.action_execute()
        self.assertFalse(self.notices_of(move))
        self.assertEqual(run.action_ids.mapped("skip_reason"), ["on_hold"])

    def test_a_hold_between_proposing_and_executing_stops_fee_and_suspension(self):
        move = self.make_invoice(DUE)
        notice = self.formal_notice(move, DUE + DAY)
        day = notice.last_day + DAY
        run = self.propose(day)
        self.assertEqual(set(run.action_ids.mapped("kind")), {"fee", "suspend"})
        hold = self.hold(move, day, day)
        run.action_execute()
        self.assertEqual(run.action_ids.mapped("skip_reason"), ["on_hold", "on_hold"])
        self.assertEqual(notice.fee_id.state, "announced")
        self.assertFalse(self.policy.gap_ids)
        self.run_on(hold.end + 14 * DAY)
        self.assertEqual(notice.fee_id.state, "announced")
        self.assertFalse(self.policy.gap_ids)
        self.run_on(hold.end + 15 * DAY)
        self.assertEqual(notice.fee_id.state, "booked")
        self.assertEqual(self.policy.gap_ids.start, hold.end + 15 * DAY)

    def test_a_hold_without_end_stops_fee_and_suspension_when_the_term_ends(self):
        move = self.make_invoice(DUE)
        notice = self.formal_notice(move, DUE + DAY)
        hold = self.hold(move, notice.last_day)
        self.walk(notice.last_day, notice.last_day + 20 * DAY)
        self.assertEqual(notice.fee_id.state, "announced")
        self.assertFalse(self.policy.gap_ids)
        hold.end = notice.last_day + 20 * DAY
        self.run_on(hold.end + 15 * DAY)
        self.assertEqual(notice.fee_id.state, "booked")
        self.assertEqual(self.policy.gap_ids.start, hold.end + 15 * DAY)

    def test_a_letter_that_waits_does_not_leave_when_a_hold_begins(self):
        move = self.make_invoice(DUE)
        self.run_on(DUE + DAY)
        run = self.run_on(REMINDER_DAY, post_letters=False)
        letter = self.notices_of(move)
        self.assertEqual(letter.state, "queued")
        self.hold(move, REMINDER_DAY)
        run.mark_letters_posted(REMINDER_DAY)
        self.assertEqual(letter.state, "withdrawn")
        self.assertEqual(letter.withdraw_reason, "Put on hold before it left")

    def test_a_letter_in_the_pile_does_not_leave_when_a_hold_is_placed(self):
        move = self.make_invoice(DUE)
        self.run_on(DUE + DAY)
        run = self.run_on(REMINDER_DAY, post_letters=False)
        letter = self.notices_of(move)
        self.env["arrears.hold"]._place(
            self.case_of(move), "dispute", REMINDER_DAY + DAY, "Says so on the own page"
        )
        self.assertEqual(letter.state, "withdrawn")
        run.mark_letters_posted(REMINDER_DAY + DAY)
        self.assertFalse(letter.sent_on)

    def test_no_hand_over_is_proposed_while_on_hold(self):
        move = self.make_invoice(DUE)
        self.walk_until(DUE + DAY, lambda: self.notices_of(move, "final_notice").sent_on)
        notice = self.notices_of(move, "final_notice")
        self.hold(move, notice.sent_on + DAY)
        self.walk(notice.sent_on + DAY, notice.last_day + 20 * DAY)
        self.assertNotIn("handover", self.case_of(move).action_ids.mapped("kind"))

    def test_a_payment_during_a_hold_gives_the_cover_back(self):
        move = self.make_invoice(DUE)
        notice = self.formal_notice(move, DUE + DAY)
        self.run_on(notice.last_day + DAY)
        self.hold(move, notice.last_day + 2 * DAY)
        self.run_on(notice.last_day + 2 * DAY)
        self.assertEqual(self.policy.coverage_state, "suspended")
        self.pay_invoice(move, credited_on=notice.last_day + 4 * DAY)
        self.assertEqual(self.policy.gap_ids.resume, notice.last_day + 5 * DAY)
