"""Each stage change leaves a row; each stop and return of cover is told once."""

from datetime import date

from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from .common import DAY, ArrearsCommon

DUE = date(2026, 1, 15)
SHORT = {"reminder": "R", "formal_notice": "F", "final_notice": "L", "handover_notice": "H"}


@tagged("post_install", "-at_install")
class TestHistory(ArrearsCommon):
    def changes(self, case):
        rows = case.history_ids.filtered(lambda row: row.event == "stage").sorted("id")
        return [
            (SHORT.get(row.from_stage_id.kind, "-"), SHORT.get(row.to_stage_id.kind, "-"))
            for row in rows
        ]

    def test_each_stage_change_is_a_row_with_from_to_day_run_and_notice(self):
        move = self.make_invoice(DUE)
        self.walk(DUE + DAY, DUE + 70 * DAY)
        case = self.case_of(move)
        self.assertEqual(self.changes(case), [("-", "R"), ("R", "F"), ("F", "L"), ("L", "H")])
        for row in case.history_ids.filtered(lambda row: row.event == "stage"):
            self.assertEqual(row.notice_id.stage_id, row.to_stage_id)
            self.assertEqual(row.day, row.notice_id.date)
            self.assertEqual(row.run_id, row.notice_id.run_id)
            self.assertEqual(row.user_id, self.env.user)

    def test_a_case_falls_back_when_its_oldest_premium_is_paid(self):
        first = self.make_invoice(DUE)
        second = self.make_invoice(DUE + 20 * DAY)
        notice = self.formal_notice(first, DUE + DAY)
        self.walk(notice.date + DAY, DUE + 28 * DAY)
        case = self.case_of(first)
        self.assertEqual(case.stage_id.kind, "formal_notice")
        self.pay_invoice(first, credited_on=DUE + 28 * DAY)
        self.assertEqual(case.stage_id.kind, "reminder")
        self.assertEqual(self.changes(case)[-1], ("F", "R"))
        last = case.history_ids.filtered(lambda row: row.event == "stage").sorted("id")[-1]
        self.assertEqual((last.day, last.reason), (DUE + 28 * DAY, "paid_or_withdrawn"))
        self.assertTrue(self.notices_of(second))

    def test_a_run_that_changes_nothing_adds_no_row(self):
        move = self.make_invoice(DUE)
        self.walk(DUE + DAY, DUE + 8 * DAY)
        case = self.case_of(move)
        before = case.history_ids
        self.walk(DUE + 9 * DAY, DUE + 12 * DAY)
        case.item_ids.sudo()._project(DUE + 12 * DAY)
        self.assertEqual(case.history_ids, before)

    def test_nobody_changes_or_deletes_a_row(self):
        move = self.make_invoice(DUE)
        self.run_on(DUE + 7 * DAY)
        row = self.case_of(move).history_ids[:1].sudo()
        with self.assertRaises(UserError):
            row.write({"reason": "Better"})
        with self.assertRaises(UserError):
            row.unlink()

    # === COVER IS TOLD === #

    def letters(self, kind):
        return self.env["arrears.notice"].search(
            [("kind", "=", kind), ("company_id", "=", self.company.id)]
        )

    def test_a_suspension_and_its_end_are_told_once_each_in_one_letter_per_case(self):
        second = self.make_policy()
        move = self.make_invoice(DUE, policies=self.policy | second)
        notice = self.formal_notice(move, DUE + DAY)
        self.run_on(notice.last_day + DAY)
        stopped = self.letters("cover_suspended")
        self.assertEqual(len(stopped), 1)
        self.assertEqual(stopped.suspended_gap_ids.policy_id, self.policy | second)
        self.assertEqual((stopped.state, stopped.last_day), ("sent", False))
        self.run_on(notice.last_day + 2 * DAY)
        self.assertEqual(self.letters("cover_suspended"), stopped)
        day = notice.last_day + 3 * DAY
        self.pay_invoice(move, credited_on=day)
        self.run_on(day + DAY)
        back = self.letters("cover_resumed")
        self.assertEqual(back.resumed_gap_ids.policy_id, self.policy | second)
        self.run_on(day + 2 * DAY)
        self.assertEqual(self.letters("cover_resumed"), back)

    def test_the_letter_that_cover_is_back_tells_what_is_still_open(self):
        move = self.make_invoice(DUE)
        notice = self.formal_notice(move, DUE + DAY)
        self.run_on(notice.last_day + DAY)
        self.pay_invoice(move, credited_on=notice.last_day + 2 * DAY)
        self.run_on(notice.last_day + 3 * DAY)
        letter = self.letters("cover_resumed")
        self.assertEqual(notice.fee_id.amount_open, 40.0)
        self.assertIn("€40.00", letter.body_html)
        self.assertNotIn("need not do anything", letter.body_html)

    def test_the_letter_that_cover_is_back_asks_nothing_of_who_has_paid_all(self):
        move = self.make_invoice(DUE)
        notice = self.formal_notice(move, DUE + DAY)
        self.run_on(notice.last_day + DAY)
        day = notice.last_day + 2 * DAY
        self.pay_invoice(move, credited_on=day)
        self.pay(notice.fee_id.move_line_id, 40.0, day)
        self.run_on(day + DAY)
        letter = self.letters("cover_resumed")
        self.assertEqual(letter.case_id.state, "closed")
        self.assertIn("need not do anything", letter.body_html)

    def test_a_letter_about_cover_moves_no_step_and_costs_nothing(self):
        move = self.make_invoice(DUE)
        notice = self.formal_notice(move, DUE + DAY)
        self.run_on(notice.last_day + DAY)
        case, told = self.case_of(move), self.letters("cover_suspended")
        self.assertEqual(case.stage_id.kind, "formal_notice")
        self.assertFalse(told.fee_id or told.line_ids)
        self.walk(notice.last_day + 2 * DAY, notice.last_day + 10 * DAY)
        self.assertEqual(self.notices_of(move, "final_notice").date, notice.last_day + 7 * DAY)

    def test_a_payment_in_time_that_is_booked_late_is_not_told_as_a_return(self):
        move = self.make_invoice(DUE)
        notice = self.formal_notice(move, DUE + DAY)
        self.run_on(notice.last_day + DAY)
        self.pay_invoice(move, notice.last_day, booked_on=notice.last_day + 2 * DAY)
        self.run_on(notice.last_day + 3 * DAY)
        self.assertFalse(self.letters("cover_resumed"), "cover never stopped")

    def test_another_companys_reader_sees_no_run_and_no_history(self):
        move = self.make_invoice(DUE)
        run = self.run_on(DUE + 7 * DAY)
        other = self.env["res.company"].create({"name": "Other office"})
        reader = new_test_user(
            self.env,
            "elsewhere",
            groups="premium_arrears.group_manager",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        for records in (run, self.case_of(move).history_ids, run.action_ids, run.notice_ids):
            self.assertFalse(records.with_user(reader)._filtered_access("read"), records)
