"""A run as a colleague meets it: figures, preview, postponing, cap, stop, sign of life."""

from datetime import date, timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import DAY, ArrearsCommon

DUE = date(2026, 1, 15)
REMINDER_DAY = DUE + timedelta(days=7)


@tagged("post_install", "-at_install")
class TestRun(ArrearsCommon):
    def propose(self, day=REMINDER_DAY):
        run = self.runs.create({"date": day, "company_id": self.company.id})
        run.action_propose()
        return run

    def counts(self):
        """Return how much there is of everything that a run can make."""
        models = ("arrears.notice", "arrears.fee", "mail.mail", "insurance.coverage.gap")
        return [self.env[model].search_count([]) for model in models]

    # === FIGURES === #

    def test_a_proposal_shows_counts_amounts_and_what_is_left_alone_with_the_reason(self):
        self.make_invoice(DUE)
        later = self.make_invoice(DUE + 2 * DAY, policies=self.make_policy())
        held = self.make_policy(partner_id=self.make_customer("On hold").id)
        self.make_invoice(DUE, policies=held)
        self.run_on(DUE + 3 * DAY)
        self.env["arrears.hold"].create(
            {
                "case_id": held.partner_id.arrears_case_ids.id,
                "kind": "dispute",
                "start": DUE,
                "reason": "Says that it was paid",
            }
        )
        before = self.counts()
        run = self.propose()
        self.assertEqual(self.counts(), before, "proposing makes and sends nothing")
        self.assertEqual(run.remaining_count, 1)
        self.assertEqual(
            run.not_proposed,
            [
                {"reason": "not_due", "items": 1, "cases": 1, "amount": 45.0},
                {"reason": "on_hold", "items": 1, "cases": 1, "amount": 45.0},
            ],
        )
        for text in ("Reminder", "Not due yet", "On hold"):
            self.assertIn(text, run.summary_html)
        self.assertFalse(self.notices_of(later))

    def test_a_run_tells_how_far_it_is(self):
        for number in range(3):
            policy = self.make_policy(partner_id=self.make_customer(f"Customer {number}").id)
            self.make_invoice(DUE, policies=policy)
        run = self.propose()
        self.assertEqual((run.progress, run.remaining_count), (0.0, 3))
        run.action_ids[0].action_untick()
        run.invalidate_recordset()
        self.assertAlmostEqual(run.progress, 100 / 3)
        run.action_execute()
        run.invalidate_recordset()
        self.assertEqual((run.progress, run.remaining_count, run.state), (100.0, 0, "done"))
        self.assertEqual((run.done_count, run.skipped_count, run.failed_count), (2, 1, 0))

    def test_a_step_that_fails_is_listed_with_its_error_and_the_others_go_on(self):
        good = self.make_invoice(DUE)
        other = self.make_policy(partner_id=self.make_customer("Bad").id)
        bad = self.make_invoice(DUE, policies=other)
        run = self.propose()
        # A language that is gone: this case's notice cannot be made.
        broken = run.action_ids.filtered(lambda action: action.partner_id == other.partner_id)
        make = type(self.env["arrears.notice"])._prepare_notice_vals

        def prepare(notices, action, *facts):
            if action.id == broken.id:
                raise ValueError("no such language")
            return make(notices, action, *facts)

        self.patch(type(self.env["arrears.notice"]), "_prepare_notice_vals", prepare)
        with self.assertLogs("odoo.addons.premium_arrears", "WARNING"):
            run.action_execute()
        self.assertEqual(self.notices_of(good).state, "queued")
        self.assertFalse(self.notices_of(bad))
        self.assertEqual((broken.state, broken.skip_reason), ("skipped", "error"))
        self.assertIn("no such language", broken.skip_detail)
        run.invalidate_recordset()
        self.assertEqual(run.failed_count, 1)

    # === PREVIEW === #

    def test_a_preview_shows_the_letter_and_makes_nothing(self):
        move = self.make_invoice(DUE)
        run = self.propose()
        before = self.counts()
        number = self.env["ir.sequence"].search([("code", "=", "arrears.notice")])
        next_number = number.date_range_ids.mapped("number_next_actual")
        preview = self.env["arrears.notice.preview"].create({"action_id": run.action_ids.id})
        self.assertIn(move.name, preview.page)
        self.assertIn("J. de Vries", preview.page)
        self.assertFalse(preview.missing)
        self.env.flush_all()
        self.assertEqual(self.counts(), before)
        self.assertEqual(number.date_range_ids.mapped("number_next_actual"), next_number)
        self.assertEqual(run.action_ids.state, "proposed")

    def test_a_reader_may_look_at_a_letter_but_not_send_it(self):
        self.make_invoice(DUE)
        run = self.propose()
        reader = new_test_user(
            self.env,
            "reader",
            groups="premium_arrears.group_reader",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        action = run.action_ids.with_user(reader)
        self.assertIn("J. de Vries", action._get_preview()["page"])
        for act in (
            action.action_untick,
            action.action_execute_now,
            lambda: action.postpone(REMINDER_DAY + DAY, "no"),
            run.with_user(reader).action_execute,
            lambda: run.with_user(reader).withdraw(REMINDER_DAY, "no"),
        ):
            with self.assertRaises(AccessError):
                act()

    # === POSTPONE === #

    def test_a_postponed_step_waits_until_the_chosen_day_and_tells_why(self):
        move = self.make_invoice(DUE)
        run = self.propose()
        run.action_ids.postpone(REMINDER_DAY + 5 * DAY, "Promised to pay on Monday")
        run.action_execute()
        self.assertEqual(run.action_ids.skip_reason, "postponed")
        self.walk(REMINDER_DAY + DAY, REMINDER_DAY + 4 * DAY)
        self.assertFalse(self.notices_of(move))
        item = self.case_of(move).item_ids
        self.assertEqual(
            (item.next_reason, item.next_step_date), ("postponed", REMINDER_DAY + 5 * DAY)
        )
        history = self.case_of(move).history_ids.filtered(lambda row: row.event == "postponed")
        self.assertEqual(history.reason, "Promised to pay on Monday")
        self.assertEqual(history.user_id, self.env.user)
        self.run_on(REMINDER_DAY + 5 * DAY)
        self.assertEqual(self.notices_of(move).kind, "reminder")

    def test_a_postponed_fee_and_suspension_wait_too(self):
        move = self.make_invoice(DUE)
        notice = self.formal_notice(move, DUE + DAY)
        day = notice.last_day + DAY
        run = self.propose(day)
        run.action_ids.postpone(day + 3 * DAY, "Called, pays tomorrow")
        run.action_execute()
        self.run_on(day + DAY)
        self.run_on(day + 2 * DAY)
        self.assertEqual((notice.fee_id.state, len(self.policy.gap_ids)), ("announced", 0))
        self.run_on(day + 3 * DAY)
        self.assertEqual(notice.fee_id.state, "booked")
        self.assertEqual(self.policy.gap_ids.start, day + 3 * DAY)

    def test_postponing_asks_for_a_reason_and_a_later_day(self):
        self.make_invoice(DUE)
        action = self.propose().action_ids
        with self.assertRaisesRegex(UserError, "asks for a reason"):
            action.postpone(REMINDER_DAY + DAY, "  ")
        with self.assertRaisesRegex(UserError, "not later than"):
            action.postpone(REMINDER_DAY, "too soon")

    # === BY A PERSON === #

    def test_a_stage_that_is_not_automatic_waits_for_a_person(self):
        self.env.ref("premium_arrears.stage_consumer_reminder").automatic = False
        move = self.make_invoice(DUE)
        run = self.run_on(REMINDER_DAY)
        self.assertEqual((run.state, run.action_ids.state), ("done", "proposed"))
        self.assertFalse(self.notices_of(move))
        run.action_ids.execute(REMINDER_DAY)
        self.assertEqual(self.notices_of(move).state, "queued")
        self.assertTrue(self.notices_of(move).body_hash)
        with self.assertRaisesRegex(UserError, "still proposed"):
            run.action_ids.execute(REMINDER_DAY)

    # === CAP AND STOP === #

    def test_a_run_over_the_cap_waits_for_a_person_and_asks_a_manager(self):
        self.company.arrears_run_cap = 2
        moves = self.env["account.move"]
        for number in range(3):
            policy = self.make_policy(partner_id=self.make_customer(f"Customer {number}").id)
            moves |= self.make_invoice(DUE, policies=policy)
        run = self.run_on(REMINDER_DAY)
        self.assertEqual(run.state, "proposed")
        self.assertFalse(run.notice_ids)
        self.assertIn("3 notices would be sent", run.warning_html)
        asked = run.activity_ids.filtered(lambda a: a.user_id == self.env.user)
        self.assertEqual(len(asked), 1)
        self.runs.run_for(REMINDER_DAY, self.company)
        self.assertEqual(run.activity_ids.filtered(lambda a: a.user_id == self.env.user), asked)
        wizard = self.env["arrears.run.execute"].create({"run_id": run.id})
        with self.assertRaisesRegex(UserError, "more notices than allowed"):
            wizard.action_execute()
        wizard.confirmed = True
        wizard.action_execute()
        self.assertEqual((run.state, len(run.notice_ids)), ("done", 3))
        self.assertEqual(run.confirmed_by_id, self.env.user)

    def test_a_run_at_the_cap_goes(self):
        self.company.arrears_run_cap = 1
        self.make_invoice(DUE)
        self.assertEqual(self.run_on(REMINDER_DAY).state, "done")

    def test_while_everything_is_stopped_a_run_only_proposes(self):
        self.company.arrears_paused = True
        move = self.make_invoice(DUE)
        run = self.runs.run_for(REMINDER_DAY, self.company)
        self.assertEqual((run.state, run.action_ids.state), ("proposed", "proposed"))
        with self.assertRaisesRegex(UserError, "has stopped all arrears work"):
            run.action_execute()
        with self.assertRaisesRegex(UserError, "has stopped all arrears work"):
            run.action_ids.execute(REMINDER_DAY)
        self.assertFalse(self.notices_of(move))
        self.company.arrears_paused = False
        self.runs.run_for(REMINDER_DAY, self.company)
        self.assertEqual((run.state, len(self.notices_of(move))), ("done", 1))

    def test_in_test_mode_no_fee_and_no_suspension_follow_from_real_notices(self):
        move = self.make_invoice(DUE)
        notice = self.formal_notice(move, DUE + DAY)
        self.company.arrears_test_email = "tester@example.com"
        run = self.run_on(notice.last_day + DAY, post_letters=False)
        terms = run.action_ids.filtered(lambda action: action.kind in ("fee", "suspend"))
        self.assertEqual(terms.mapped("skip_reason"), ["test_mode", "test_mode"])
        self.assertEqual((notice.fee_id.state, len(self.policy.gap_ids)), ("announced", 0))
        self.company.arrears_test_email = False
        self.run_on(notice.last_day + 2 * DAY)
        self.assertEqual(notice.fee_id.state, "booked")
        gap = self.policy.gap_ids
        self.assertEqual(gap.start, notice.last_day + 2 * DAY)
        self.assertEqual(gap.suspended_notice_id.state, "sent")

    def test_much_work_goes_to_the_background_and_is_finished_there(self):
        self.patch(self.env.registry["arrears.run"], "_get_at_once", lambda run: 0)
        move = self.make_invoice(DUE)
        run = self.propose()
        run.action_execute()
        self.assertTrue(run.released)
        self.assertFalse(self.notices_of(move))
        triggers = self.env["ir.cron.trigger"].search(
            [("cron_id", "=", self.env.ref("premium_arrears.ir_cron_run_released").id)]
        )
        self.assertTrue(triggers)
        with self.enter_registry_test_mode():
            self.env.ref("premium_arrears.ir_cron_run_released").method_direct_trigger()
        run.invalidate_recordset()
        self.assertEqual((run.state, run.released), ("done", False))
        self.assertEqual(len(self.notices_of(move)), 1)

    # === WARNINGS === #

    def test_a_bank_that_was_not_booked_is_warned_of(self):
        move = self.make_invoice(DUE)
        run = self.propose()
        self.assertIn("The bank was never booked", run.warning_html)
        self.pay_invoice(move, credited_on=REMINDER_DAY - 3 * DAY, amount=5.0)
        run.invalidate_recordset()
        self.assertFalse(run.warning_html)
        late = self.propose(REMINDER_DAY + 10 * DAY)
        self.assertIn("who has paid since then would be reminded", late.warning_html)
        self.company.arrears_bank_days = 0
        late.invalidate_recordset()
        self.assertFalse(late.warning_html)

    def test_a_bank_line_counts_as_booked(self):
        journal = self.company_data["default_journal_bank"]
        self.env["account.bank.statement.line"].create(
            {"journal_id": journal.id, "date": REMINDER_DAY, "payment_ref": "x", "amount": 1.0}
        )
        self.assertFalse(self.company._get_arrears_bank_warning(REMINDER_DAY + 5 * DAY))
        self.assertTrue(self.company._get_arrears_bank_warning(REMINDER_DAY + 6 * DAY))

    def test_managers_are_told_when_no_run_was_made_for_days(self):
        self.company.arrears_bank_days = 0
        run = self.run_on(REMINDER_DAY)
        self.assertFalse(run._check_heartbeat(REMINDER_DAY + 3 * DAY))
        self.assertEqual(len(run._check_heartbeat(REMINDER_DAY + 4 * DAY)), 1)
        mine = run.activity_ids.filtered(lambda activity: activity.user_id == self.env.user)
        self.assertIn("No arrears run was made since", mine.summary)
        run._check_heartbeat(REMINDER_DAY + 5 * DAY)
        again = run.activity_ids.filtered(lambda activity: activity.user_id == self.env.user)
        self.assertEqual(again, mine, "told once while it is open")

    def test_a_run_that_was_never_carried_out_is_no_sign_of_life(self):
        self.company.arrears_bank_days = 0
        worked = self.run_on(REMINDER_DAY)
        self.company.arrears_paused = True
        for days in (1, 2, 5):
            self.runs.run_for(REMINDER_DAY + days * DAY, self.company)
        overtaken = self.runs.search([("overtaken", "=", True)])
        self.assertEqual(set(overtaken.mapped("state")), {"done"})
        self.assertEqual(len(overtaken), 2)
        with self.enter_registry_test_mode():
            self.env.ref("premium_arrears.ir_cron_heartbeat").method_direct_trigger()
        worked.invalidate_recordset()
        self.assertIn("No arrears run was made since", worked.activity_ids[:1].summary)

    def test_the_scheduled_action_works_and_one_company_does_not_stop_the_others(self):
        companies = self.env["res.company"].search([("chart_template", "!=", False)])
        self.assertGreater(len(companies), 1)
        bad = companies - self.company
        # A run of the far future: that company refuses to look back.
        for company in bad:
            self.runs.sudo().create(
                {"date": date(2090, 1, 1), "company_id": company.id, "state": "done"}
            )
        with (
            self.enter_registry_test_mode(),
            self.assertLogs("odoo.addons.premium_arrears", "ERROR"),
        ):
            self.env.ref("premium_arrears.ir_cron_run_today").method_direct_trigger()
        run = self.runs.search([("company_id", "=", self.company.id)])
        self.assertEqual(run.mapped("state"), ["done"])

    # === DAYS TO COME === #

    def test_a_day_that_has_not_come_is_not_proposed(self):
        """Terms that still run would count as passed."""
        tomorrow = self.runs._get_latest_day(self.company) + DAY
        run = self.runs.create({"date": tomorrow, "company_id": self.company.id})
        with self.assertRaisesRegex(UserError, "lies in the future"):
            run.action_propose()
        self.assertEqual((run.state, run.action_ids.ids), ("draft", []))
        run.sudo().date = tomorrow - DAY
        run.action_propose()
        self.assertEqual(run.state, "proposed")

    def test_a_draft_of_an_earlier_day_is_not_proposed_after_a_later_run(self):
        draft = self.runs.create({"date": DUE, "company_id": self.company.id})
        self.run_on(DUE + DAY)
        with self.assertRaisesRegex(UserError, "looks forward only"):
            draft.action_propose()
        self.assertEqual(draft.state, "draft")

    def test_a_draft_of_a_later_day_stops_no_night_and_moves_no_day(self):
        today = self.runs._get_latest_day(self.company)
        self.runs.create({"date": date(2090, 1, 1), "company_id": self.company.id})
        self.assertEqual(self.runs._get_latest_day(self.company), today)
        with self.assertRaisesRegex(UserError, "lies in the future"):
            self.runs._refuse_future(today + DAY, self.company)
        with self.enter_registry_test_mode():
            self.env.ref("premium_arrears.ir_cron_run_today").method_direct_trigger()
        made = self.runs.search([("company_id", "=", self.company.id), ("state", "=", "done")])
        self.assertEqual(len(made), 1)
        self.assertLessEqual(made.date, today + DAY)
        # Whoever has carried out a later day looks back no more.
        made.sudo().date = date(2090, 1, 2)
        with self.assertRaisesRegex(UserError, "lies before the last run"):
            self.runs.run_for(today + 2 * DAY, self.company)
