"""Promise 6: a notice never goes twice, a repeated run does nothing, a paid item is left alone."""

from datetime import date, timedelta

from psycopg2 import IntegrityError

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import DAY, ArrearsCommon

DUE = date(2026, 1, 15)
REMINDER_DAY = DUE + timedelta(days=7)


@tagged("post_install", "-at_install")
class TestOnce(ArrearsCommon):
    def test_the_second_run_of_a_day_does_nothing(self):
        move = self.make_invoice(DUE)
        run = self.run_on(REMINDER_DAY)
        self.assertEqual(self.notices_of(move).mapped("kind"), ["reminder"])
        before = self.env["arrears.action"].search_count([])
        self.assertEqual(self.runs.run_for(REMINDER_DAY, self.company), run)
        self.assertEqual(self.env["arrears.action"].search_count([]), before)
        self.assertEqual(len(self.notices_of(move)), 1)

    def test_what_came_in_after_the_run_of_a_day_waits_for_the_next_day(self):
        first = self.make_invoice(DUE)
        run = self.run_on(REMINDER_DAY)
        second = self.make_invoice(DUE)
        self.run_on(REMINDER_DAY)
        self.assertEqual(run.notice_ids, self.notices_of(first))
        self.assertFalse(self.case_of(second))
        self.run_on(REMINDER_DAY + DAY)
        self.assertEqual(len(self.notices_of(second)), 1)

    def test_days_that_pass_do_not_repeat_a_notice(self):
        move = self.make_invoice(DUE)
        self.walk(DUE + DAY, DUE + timedelta(days=60))
        kinds = self.notices_of(move).mapped("kind")
        self.assertEqual(kinds, ["reminder", "formal_notice", "final_notice"])

    @mute_logger("odoo.sql_db")
    def test_the_database_refuses_a_second_live_notice_of_a_stage(self):
        move = self.make_invoice(DUE)
        run = self.run_on(REMINDER_DAY)
        action = run.action_ids.sudo()
        self.assertEqual(action.notice_id, self.notices_of(move))
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            action.notice_id._make(action, action.item_ids)
            self.env.flush_all()

    def test_nothing_is_sent_on_or_before_the_due_date(self):
        move = self.make_invoice(DUE)
        self.walk(DUE - timedelta(days=3), REMINDER_DAY - DAY)
        self.assertFalse(self.notices_of(move))

    def test_there_are_no_arrears_on_the_due_date_itself(self):
        move = self.make_invoice(DUE)
        self.run_on(DUE)
        self.assertFalse(self.case_of(move))
        self.run_on(DUE + DAY)
        self.assertEqual(self.case_of(move).amount_open, 45.0)

    def test_a_paid_invoice_is_never_in_a_letter_nor_in_a_case(self):
        move = self.make_invoice(DUE)
        self.pay_invoice(move, credited_on=DUE + 2 * DAY)
        self.walk(DUE + DAY, DUE + timedelta(days=30))
        self.assertFalse(self.notices_of(move))
        self.assertFalse(self.case_of(move))

    def test_an_invoice_without_follow_up_is_left_alone(self):
        move = self.make_invoice(DUE)
        move.line_ids.no_followup = True
        self.run_on(REMINDER_DAY)
        self.assertFalse(self.case_of(move))

    def test_a_cancelled_invoice_is_not_reminded_and_its_case_closes(self):
        move = self.make_invoice(DUE)
        self.run_on(REMINDER_DAY)
        case = self.case_of(move)
        move.button_draft()
        move.button_cancel()
        self.assertEqual(case.amount_open, 0.0)
        self.walk(REMINDER_DAY + DAY, REMINDER_DAY + 20 * DAY)
        self.assertEqual(self.notices_of(move).mapped("kind"), ["reminder"])
        self.assertEqual(case.state, "closed")

    def test_paid_between_proposing_and_executing_is_not_in_the_letter(self):
        paid, unpaid = self.make_invoice(DUE), self.make_invoice(DUE, policies=self.make_policy())
        self.run_on(DUE + DAY)
        run = self.runs.create({"date": REMINDER_DAY, "company_id": self.company.id})
        run.action_propose()
        self.assertEqual(run.state, "proposed")
        self.assertEqual(run.action_ids.item_ids.move_id, paid | unpaid)
        self.assertFalse(run.notice_ids, "proposing sends nothing")
        self.pay_invoice(paid, credited_on=REMINDER_DAY)
        run.action_execute()
        self.assertEqual(run.notice_ids.line_ids.item_id.move_id, unpaid)
        self.assertEqual(run.notice_ids.amount_total, 45.0)
        self.assertNotIn(paid.name, run.notice_ids.body_html)

    def test_all_paid_between_proposing_and_executing_is_skipped_with_the_reason(self):
        move = self.make_invoice(DUE)
        run = self.runs.create({"date": REMINDER_DAY, "company_id": self.company.id})
        run.action_propose()
        self.pay_invoice(move, credited_on=REMINDER_DAY)
        run.action_execute()
        self.assertFalse(run.notice_ids)
        self.assertEqual(run.action_ids.mapped("skip_reason"), ["nothing_open"])

    def test_paid_while_the_letter_waits_for_the_post_it_is_not_posted(self):
        move = self.make_invoice(DUE)
        run = self.run_on(REMINDER_DAY, post_letters=False)
        notice = self.notices_of(move)
        self.pay_invoice(move, credited_on=REMINDER_DAY)
        run.mark_letters_posted(REMINDER_DAY)
        self.assertEqual((notice.state, notice.sent_on), ("withdrawn", False))
        self.assertIn("Paid", notice.withdraw_reason)
        self.assertFalse(notice.print_batch_id)

    def test_partly_paid_while_the_letter_waits_a_new_one_states_what_is_left(self):
        move = self.make_invoice(DUE)
        run = self.run_on(REMINDER_DAY, post_letters=False)
        self.pay_invoice(move, credited_on=REMINDER_DAY, amount=15.0)
        run.mark_letters_posted(REMINDER_DAY)
        self.run_on(REMINDER_DAY + DAY)
        notices = self.notices_of(move)
        self.assertEqual(notices.mapped("state"), ["withdrawn", "sent"])
        self.assertEqual(notices.mapped("amount_total"), [45.0, 30.0])

    def test_paid_while_the_mail_waits_in_the_queue_it_does_not_leave(self):
        self.customer.write(
            {"email": "vries@example.com", "e_notice_consent_date": date(2025, 1, 1)}
        )
        move = self.make_invoice(DUE)
        self.run_on(REMINDER_DAY)
        notice = self.notices_of(move)
        self.assertEqual((notice.channel, notice.mail_id.state), ("email", "outgoing"))
        self.pay_invoice(move, credited_on=REMINDER_DAY)
        notice.mail_id.with_context(arrears_day=REMINDER_DAY).send()
        self.assertEqual((notice.state, notice.mail_id.state), ("withdrawn", "cancel"))

    def test_a_part_payment_in_between_is_told_as_it_is(self):
        move = self.make_invoice(DUE)
        run = self.runs.create({"date": REMINDER_DAY, "company_id": self.company.id})
        run.action_propose()
        self.pay_invoice(move, credited_on=REMINDER_DAY, amount=15.0)
        run.action_execute()
        self.assertEqual(run.notice_ids.amount_total, 30.0)

    def test_a_run_before_the_last_one_is_refused_in_words(self):
        self.run_on(REMINDER_DAY)
        with self.assertRaisesRegex(UserError, r"date: .*2026-01-21.* lies before the last run"):
            self.runs.run_for(REMINDER_DAY - DAY, self.company)

    def test_an_unticked_step_is_left_out_and_proposed_again_next_day(self):
        move = self.make_invoice(DUE)
        run = self.runs.create({"date": REMINDER_DAY, "company_id": self.company.id})
        run.action_propose()
        run.action_ids.action_untick()
        run.action_execute()
        self.assertFalse(self.notices_of(move))
        self.run_on(REMINDER_DAY + DAY)
        self.assertEqual(len(self.notices_of(move)), 1)

    def test_customers_are_left_alone_on_sundays(self):
        move = self.make_invoice(date(2026, 1, 11))  # seven days on is Sunday the 18th
        self.run_on(date(2026, 1, 18))
        self.assertFalse(self.notices_of(move))
        self.run_on(date(2026, 1, 19))
        self.assertEqual(self.notices_of(move).state, "sent")

    def test_one_bad_case_does_not_stop_the_others(self):
        good = self.make_invoice(DUE)
        other = self.make_customer("Without a street", street=False)
        bad = self.make_invoice(DUE, policies=self.make_policy(partner_id=other.id))
        self.run_on(REMINDER_DAY)
        self.assertEqual(self.notices_of(good).state, "sent")
        self.assertEqual(
            (self.notices_of(bad).state, self.notices_of(bad).failure), ("failed", "no_address")
        )
        self.assertTrue(self.case_of(bad).activity_ids)

    def test_a_failed_notice_is_not_repeated_every_night_but_at_once_when_asked(self):
        self.customer.street = False
        move = self.make_invoice(DUE)
        self.walk(REMINDER_DAY, REMINDER_DAY + 3 * DAY)
        self.assertEqual(self.notices_of(move).mapped("state"), ["failed"])
        self.customer.street = "Dorpsstraat 12"
        self.notices_of(move).action_retry()
        self.run_on(REMINDER_DAY + 4 * DAY)
        self.assertEqual(self.notices_of(move).mapped("state"), ["withdrawn", "sent"])

    def test_a_failed_notice_is_tried_again_after_a_week(self):
        self.customer.street = False
        move = self.make_invoice(DUE)
        self.walk(REMINDER_DAY, REMINDER_DAY + 6 * DAY)
        self.assertEqual(self.notices_of(move).mapped("state"), ["failed"])
        self.customer.street = "Dorpsstraat 12"
        self.run_on(REMINDER_DAY + 7 * DAY)
        self.assertEqual(self.notices_of(move).mapped("state"), ["failed", "sent"])

    def test_recomputing_everything_changes_nothing(self):
        for offset in (0, 10, 25):
            self.make_invoice(DUE + timedelta(days=offset), policies=self.make_policy())
        self.walk(DUE + DAY, DUE + timedelta(days=60))
        items = self.env["arrears.item"].search([("company_id", "=", self.company.id)])
        names = ["stage_id", "next_stage_id", "next_step_date", "settled_on"]
        before = items.read(names), items.case_id.read([*names[:3], "state"])
        items.sudo().write({"stale": True})
        items.sudo()._project(DUE + timedelta(days=60))
        self.assertEqual(before, (items.read(names), items.case_id.read([*names[:3], "state"])))

    def test_what_was_sent_cannot_be_altered(self):
        self.make_invoice(DUE)
        notice = self.run_on(REMINDER_DAY).notice_ids.sudo()
        for vals in ({"body_html": "x"}, {"amount_total": 1.0}, {"date": DUE}):
            with self.assertRaises(UserError):
                notice.write(vals)
        with self.assertRaises(UserError):
            notice.unlink()
        with self.assertRaises(UserError):
            notice.case_id.history_ids[0].write({"reason": "x"})
