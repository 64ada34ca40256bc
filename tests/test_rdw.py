"""Motor: what RDW has to hear, by when, told by whom, and how long third parties are covered."""

from datetime import date, timedelta

from psycopg2.errors import CheckViolation

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import DAY, ArrearsCommon

DUE = date(2026, 1, 15)
STOPPED = date(2026, 2, 24)
FUTURE = date(2090, 1, 1)


@tagged("post_install", "-at_install")
class TestRdw(ArrearsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.write({"email": "c@example.com", "e_notice_consent_date": date(2025, 1, 1)})
        cls.car = cls.make_policy(line_of_business="motor", licence_plate="GB-123-K")
        cls.rdw = cls.env["insurance.rdw.notice"].sudo()  # written by the engine only

    def suspend(self, policies=None):
        """Return the gaps of policies whose cover stopped on STOPPED, by a notice that was sent."""
        move = self.make_invoice(DUE, policies=policies or self.car)
        for days in (7, 21):
            run = self.run_on(DUE + timedelta(days=days), post_letters=False)
            run.notice_ids.sudo()._mark_sent(run.date)
        self.run_on(STOPPED, post_letters=False)
        return move.insurance_policy_ids.gap_ids

    def ensure(self, day):
        return self.rdw._ensure_rdw_notices(day, self.company)

    def told_of(self, policy=None):
        """Return what RDW heard or has to hear of a policy, in order."""
        notices = (policy or self.car).rdw_notice_ids.sorted("id")
        return [(notice.event, notice.effective_on, notice.state) for notice in notices]

    # === SUSPENDED, RESUMED === #

    def test_a_run_that_stops_cover_asks_the_handler_to_tell_rdw_that_day(self):
        self.suspend(self.car | self.policy)
        notice, gap = self.car.rdw_notice_ids, self.car.gap_ids
        self.assertEqual(self.told_of(), [("suspended", STOPPED, "due")])
        self.assertEqual((notice.gap_id, notice.deadline), (gap, date(2026, 3, 26)))
        activity = self.car.activity_ids
        self.assertEqual(activity, notice.activity_id)
        self.assertEqual(activity.date_deadline, STOPPED)
        self.assertIn("GB-123-K", activity.summary)
        self.assertEqual(activity.user_id, notice.case_id._get_handlers()[notice.case_id])
        self.assertFalse(self.policy.rdw_notice_ids, "a house")

    def test_it_is_made_once(self):
        self.suspend()
        self.assertFalse(self.ensure(STOPPED))
        self.run_on(STOPPED + DAY, post_letters=False)
        self.assertEqual(len(self.car.rdw_notice_ids), 1)
        self.assertEqual(len(self.car.activity_ids), 1)

    def test_a_return_is_told_on_its_day_and_has_28_days(self):
        gap = self.suspend()
        move = gap.notice_id.line_ids.item_id.move_id
        self.pay_invoice(move, credited_on=STOPPED + 2 * DAY)
        self.assertFalse(self.ensure(STOPPED + 2 * DAY), "not before it takes effect")
        made = self.ensure(STOPPED + 3 * DAY)
        self.assertEqual((made.event, made.effective_on), ("resumed", STOPPED + 3 * DAY))
        self.assertEqual(made.deadline, STOPPED + timedelta(days=31))
        self.assertEqual(made.activity_id.date_deadline, STOPPED + 3 * DAY)

    def test_a_suspension_taken_back_before_rdw_knew_is_not_told_any_more(self):
        gap = self.suspend()
        gap.notice_id.withdraw(STOPPED + DAY, "Wrong customer")
        self.assertFalse(self.ensure(STOPPED + DAY))
        self.assertEqual(self.told_of(), [("suspended", STOPPED, "cancelled")])
        self.assertFalse(self.car.activity_ids)

    def test_a_suspension_taken_back_after_rdw_knew_asks_for_a_correction(self):
        gap = self.suspend()
        notice = self.car.rdw_notice_ids
        notice.mark_told(STOPPED, "RDW-1")
        gap.notice_id.withdraw(STOPPED + DAY, "Wrong customer")
        made = self.ensure(STOPPED + DAY)
        self.assertEqual((made.event, made.effective_on), ("resumed", STOPPED))
        self.assertEqual(made.corrects_id, notice)
        self.assertIn("It corrects", made.activity_id.note)
        self.assertFalse(self.ensure(STOPPED + 2 * DAY))
        made.mark_told(STOPPED + 2 * DAY)
        self.assertFalse(self.ensure(STOPPED + 3 * DAY))
        self.assertFalse(notice.sudo().gap_id._holds_a_day())

    # === ENDED === #

    def test_an_end_is_told_and_a_policy_that_goes_on_after_all_is_corrected(self):
        self.run_on(DUE, post_letters=False)
        self.car.end_date = DUE + 10 * DAY
        self.assertFalse(self.ensure(DUE + 9 * DAY))
        ended = self.ensure(DUE + 10 * DAY)
        self.assertEqual(self.told_of(), [("ended", DUE + 10 * DAY, "due")])
        self.assertEqual(ended.deadline, DUE + 40 * DAY)
        self.car.end_date = DUE + 12 * DAY
        self.assertTrue(self.ensure(DUE + 12 * DAY))
        self.assertEqual(
            self.told_of(),
            [("ended", DUE + 10 * DAY, "cancelled"), ("ended", DUE + 12 * DAY, "due")],
        )
        told = self.car.rdw_notice_ids.filtered(lambda notice: notice.state == "due")
        told.mark_told(DUE + 12 * DAY)
        self.car.end_date = False
        started = self.ensure(DUE + 13 * DAY)
        self.assertEqual((started.event, started.corrects_id), ("started", told))
        self.assertFalse(self.ensure(DUE + 14 * DAY))

    def test_what_ended_long_ago_is_no_news(self):
        self.car.end_date = DUE - 31 * DAY
        self.assertFalse(self.ensure(DUE))
        self.car.end_date = DUE - 29 * DAY
        self.assertTrue(self.ensure(DUE))

    def test_an_end_in_a_long_time_without_runs_is_still_found(self):
        self.run_on(DUE, post_letters=False)
        self.car.end_date = DUE + DAY
        self.assertEqual(self.ensure(DUE + 60 * DAY).event, "ended")

    # === WHOSE TASK === #

    def test_of_an_intermediarys_policy_the_insurer_tells_rdw(self):
        self.car.office_role = "intermediary"
        self.car.end_date = DUE
        gaps = self.env["insurance.coverage.gap"].sudo()
        gaps.create({"policy_id": self.car.id, "start": DUE - 5 * DAY, "source": "insurer"})
        self.assertFalse(self.ensure(DUE))

    def test_what_the_insurer_decided_it_tells_itself(self):
        gaps = self.env["insurance.coverage.gap"].sudo()
        vals = {"policy_id": self.car.id, "start": DUE - 9 * DAY, "resume": DUE - 5 * DAY}
        gaps.create({**vals, "source": "insurer"})
        self.assertFalse(self.ensure(DUE))
        own = gaps.create({"policy_id": self.car.id, "start": DUE - 2 * DAY, "source": "opening"})
        self.assertEqual(self.ensure(DUE).gap_id, own)

    def test_any_policy_with_a_plate_and_every_motor_policy(self):
        stories = {
            self.make_policy(line_of_business="package", licence_plate="12-ABC-3"): True,
            self.make_policy(line_of_business="other", licence_plate="A-123-BC"): True,
            self.make_policy(line_of_business="motor"): True,
            self.make_policy(line_of_business="package"): False,
        }
        for policy in stories:
            policy.end_date = DUE
        self.assertEqual(
            self.ensure(DUE).policy_id.ids, [policy.id for policy, due in stories.items() if due]
        )

    # === TOLD === #

    def test_a_handler_records_that_rdw_was_told(self):
        self.suspend()
        notice = self.car.rdw_notice_ids
        handler = self.make_user("handler")
        action = notice.with_user(handler).action_open_tell()
        wizard = (
            self.env[action["res_model"]]
            .with_user(handler)
            .with_context(**action["context"])
            .create({"day": STOPPED, "reference": "RDW-77"})
        )
        wizard.action_confirm()
        self.assertEqual(
            (notice.state, notice.notified_on, notice.notified_by_id, notice.reference),
            ("told", STOPPED, handler, "RDW-77"),
        )
        self.assertFalse(self.car.activity_ids)
        told = self.env["arrears.case.history"].search([("event", "=", "rdw_told")])
        self.assertEqual(
            (told.case_id, told.day, told.policy_id), (notice.case_id, STOPPED, self.car)
        )
        self.assertIn("RDW-77", told.reason)

    def test_a_wrong_day_or_a_second_time_is_refused_with_the_reason(self):
        self.suspend()
        notice = self.car.rdw_notice_ids
        for day, words in (
            (STOPPED - DAY, "GB-123-K.*before it takes effect"),
            (FUTURE, "lies in the future"),
            ("soon", "is not a day"),
        ):
            with self.assertRaisesRegex(UserError, words):
                notice.mark_told(day)
        self.assertEqual(notice.state, "due")
        self.assertTrue(self.car.activity_ids)
        notice.mark_told(STOPPED)
        with self.assertRaisesRegex(UserError, "told already"):
            notice.mark_told(STOPPED)
        with mute_logger("odoo.sql_db"), self.assertRaises(CheckViolation):
            notice.sudo().notified_on = STOPPED - DAY
            notice.flush_recordset()

    def test_a_reader_sees_it_and_records_nothing_nobody_writes_it(self):
        self.suspend()
        notice = self.car.rdw_notice_ids
        reader, manager = self.make_user("reader"), self.make_user("manager")
        self.assertEqual(notice.with_user(reader).event, "suspended")
        with self.assertRaises(AccessError):
            notice.with_user(reader).mark_told(STOPPED)
        with self.assertRaises(AccessError):
            notice.with_user(manager).reference = "made up"
        with self.assertRaises(UserError):
            notice.sudo().unlink()

    def make_user(self, role):
        return new_test_user(
            self.env,
            f"rdw_{role}",
            groups=f"premium_arrears.group_{role}",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )

    def test_another_company_is_left_alone(self):
        there = self.setup_other_company()["company"]
        self.make_policy(company_id=there.id, line_of_business="motor", end_date=DUE)
        self.assertFalse(self.ensure(DUE))
        made = self.rdw._ensure_rdw_notices(DUE, there)
        self.assertEqual(made.company_id, there)
        with self.assertRaises(AccessError):
            made.with_user(self.make_user("handler")).mark_told(DUE)

    # === INJURED THIRD PARTIES === #

    def test_third_parties_are_covered_for_16_days_when_rdw_was_told_in_time(self):
        gap = self.suspend()
        notice = self.car.rdw_notice_ids
        self.assertFalse(gap.liability_until or notice.liability_until)
        self.assertIn("RDW has not been told", self.car.liability_text)
        self.assertIn("03/26/2026", self.car.liability_text)
        notice.mark_told(STOPPED)
        until = STOPPED + 16 * DAY
        self.assertEqual(
            (gap.liability_until, notice.liability_until, self.car.liability_until),
            (until, until, until),
        )
        self.assertIn("are covered until 03/12/2026", self.car.liability_text)
        self.pay_invoice(gap.notice_id.line_ids.item_id.move_id, credited_on=STOPPED + 3 * DAY)
        self.assertEqual(gap.liability_until, STOPPED + 3 * DAY, "then there is cover again")

    def test_an_end_after_a_suspension_gives_third_parties_no_new_days(self):
        self.suspend()
        self.car.rdw_notice_ids.mark_told(STOPPED)
        until, end = STOPPED + 16 * DAY, STOPPED + 60 * DAY
        self.car.sudo().write({"end_date": end, "end_reason": "non_payment"})
        self.car._refresh_coverage(end, self.company)
        self.ensure(end)
        due = self.car.rdw_notice_ids.filtered(lambda notice: notice.state == "due")
        self.assertEqual(due.event, "ended")
        due.with_context(tz="UTC").mark_told(end)
        self.assertEqual(self.car.liability_until, until)

    def test_told_too_late_they_are_covered_longer(self):
        gap = self.suspend()
        late = STOPPED + 31 * DAY
        self.run_on(late, post_letters=False)  # the office's calendar has come this far
        self.car.rdw_notice_ids.mark_told(late)
        self.assertEqual(gap.liability_until, late + 16 * DAY)

    def test_an_ended_policy_tells_how_long_third_parties_are_covered(self):
        self.car.end_date = DUE
        self.run_on(DUE, post_letters=False)
        self.assertEqual(self.car.coverage_state, "ended")
        self.assertFalse(self.car.liability_until)
        self.car.rdw_notice_ids.mark_told(DUE)
        self.assertEqual(self.car.liability_until, DUE + 16 * DAY)
        self.assertFalse(self.policy.liability_text)

    # === SET-BASED === #

    def test_the_queries_do_not_grow_with_the_vehicles(self):
        counts = []
        for number in (2, 12):
            cars = self.env["insurance.policy"].union(
                *(self.make_policy(line_of_business="motor", end_date=DUE) for _ in range(number))
            )
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertEqual(self.ensure(DUE).policy_id, cars)
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLess(counts[1] - counts[0], 10, counts)
