"""Promise 13: old cases keep the rules they started with."""

from contextlib import ExitStack
from datetime import date, timedelta

from psycopg2 import IntegrityError

from odoo.exceptions import UserError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger

from .common import DAY, ArrearsCommon

DUE = date(2026, 1, 15)
NEW_RULES = date(2026, 2, 1)


@tagged("post_install", "-at_install")
class TestPromiseRules(ArrearsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # A procedure of the company's own: what a test changes concerns nobody else.
        cls.procedure = cls.env.ref("premium_arrears.procedure_consumer").copy(
            {"name": "Ours", "company_id": cls.company.id}
        )
        cls.other_customer = cls.make_customer("B. Visser")
        cls.other_policy = cls.make_policy(partner_id=cls.other_customer.id)

    def stage(self, kind, day=DUE):
        stages = self.procedure._get_stages_on(day)
        return stages.filtered(lambda stage: stage.kind == kind)

    def revise(self, day=NEW_RULES):
        wizard = self.env["arrears.procedure.revise"].create(
            {"procedure_id": self.procedure.id, "day": day}
        )
        return wizard.action_apply()

    def first_sent(self, move, kind):
        return self.notices_of(move, kind)[:1].sent_on

    def test_an_old_case_keeps_its_days_and_a_new_one_has_the_new_ones(self):
        old = self.make_invoice(DUE)
        self.run_on(DUE + DAY)
        self.revise()
        self.stage("reminder", NEW_RULES).delay_days = 10
        self.stage("formal_notice", NEW_RULES).write({"delay_days": 3, "charges_fee": False})
        new_due = NEW_RULES + 2 * DAY
        new = self.make_invoice(new_due, policies=self.other_policy)
        self.walk(DUE + 2 * DAY, date(2026, 3, 15))
        self.assertEqual(self.first_sent(old, "reminder"), DUE + 7 * DAY)
        self.assertEqual(self.first_sent(old, "formal_notice"), DUE + 21 * DAY)
        self.assertEqual(self.notices_of(old, "formal_notice").fee_announced, 40.0)
        self.assertEqual(self.first_sent(new, "reminder"), new_due + 10 * DAY)
        self.assertEqual(self.first_sent(new, "formal_notice"), new_due + 13 * DAY)
        self.assertEqual(self.notices_of(new, "formal_notice").fee_announced, 0.0)

    def test_an_item_that_comes_later_into_an_old_case_has_the_new_rules(self):
        old = self.make_invoice(DUE)
        self.run_on(DUE + DAY)
        self.revise()
        self.stage("reminder", NEW_RULES).delay_days = 2
        new = self.make_invoice(NEW_RULES)
        self.walk(DUE + 2 * DAY, NEW_RULES + 3 * DAY)
        self.assertEqual(self.case_of(old), self.case_of(new))
        self.assertEqual(self.first_sent(old, "reminder"), DUE + 7 * DAY)
        self.assertEqual(self.first_sent(new, "reminder"), NEW_RULES + 2 * DAY)
        self.assertNotEqual(
            self.notices_of(old, "reminder").stage_id, self.notices_of(new, "reminder").stage_id
        )

    def test_a_reopened_item_has_the_rules_of_the_day_it_reopened(self):
        move = self.make_invoice(DUE)
        self.run_on(DUE + DAY)
        item = self.case_of(move).item_ids
        self.assertEqual(item.opened_on, DUE + DAY)
        payment = self.pay_invoice(move, DUE + 2 * DAY)
        self.revise()
        self.reverse(payment)
        self.run_on(NEW_RULES + DAY)
        self.assertEqual((item.opened_on, item.cycle), (NEW_RULES + DAY, 2))
        self.assertEqual(item.next_stage_id, self.stage("reminder", NEW_RULES))

    def test_a_letter_names_the_day_and_the_steps_of_its_own_version(self):
        self.make_invoice(DUE)
        self.run_on(DUE + DAY)
        self.revise()
        self.stage("formal_notice", NEW_RULES).delay_days = 30
        handover = self.stage("handover", NEW_RULES) + self.stage("handover_notice", NEW_RULES)
        handover.unlink()
        old = self.run_on(DUE + 7 * DAY).notice_ids
        self.assertEqual(old.stated_last_day, DUE + 21 * DAY)
        self.assertIn("handover", old._get_later_stages().mapped("kind"))
        due = NEW_RULES + DAY
        move = self.make_invoice(due, policies=self.other_policy)
        self.walk(due, due + 7 * DAY)
        new = self.notices_of(move)
        self.assertEqual(new.stated_last_day, due + 37 * DAY)
        self.assertNotIn("handover", new._get_later_stages().mapped("kind"))

    def test_a_stage_in_use_refuses_other_rules_and_points_to_the_button(self):
        move = self.make_invoice(DUE)
        self.run_on(DUE + DAY)
        changes = {
            "kind": "reminder",
            "delay_days": 8,
            "delay_unit": "working_days",
            "minimum_amount": 5.0,
            "charges_fee": False,
            "names_suspension": False,
        }
        stage = self.stage("formal_notice")
        for name, value in changes.items():
            with self.subTest(name), self.assertRaisesRegex(UserError, "Change from a day"):
                stage.write({name: value})
        # The same value again, a name, and what the night does by itself are no rules.
        stage.write({"delay_days": stage.delay_days, "name": "Letter", "automatic": False})
        self.pay_invoice(move, DUE + 2 * DAY)
        stage.delay_days = 8
        self.assertEqual(stage.delay_days, 8, "nothing runs by it and no notice was made")

    def test_a_stage_with_a_notice_stays_as_it_was_when_all_is_paid(self):
        move = self.make_invoice(DUE)
        self.walk(DUE + DAY, DUE + 7 * DAY)
        self.pay_invoice(move, DUE + 7 * DAY)
        with self.assertRaisesRegex(UserError, "Days to wait"):
            self.stage("reminder").delay_days = 1
        with self.assertRaisesRegex(UserError, "cannot be deleted"):
            self.stage("reminder").unlink()
        self.stage("final_notice").unlink()

    def test_the_ladder_of_running_arrears_does_not_change_by_the_back_door(self):
        self.make_invoice(DUE)
        self.run_on(DUE + DAY)
        formal, final = self.stage("formal_notice"), self.stage("final_notice")
        attempts = {
            "another order": lambda: formal.write({"sequence": 99}),
            "it ended before": lambda: formal.write({"date_until": DUE}),
            "it begins later": lambda: final.write({"date_from": DUE + 2 * DAY}),
            "a new stage": lambda: formal.copy({"sequence": 25}),
            "deleted": final.unlink,
        }
        for story, attempt in attempts.items():
            with self.subTest(story), self.refuses("Old cases keep|cannot be deleted"):
                attempt()
        formal.copy({"sequence": 25, "date_from": DUE + 2 * DAY})
        final.date_until = DUE + DAY

    def test_new_rules_cannot_begin_before_what_runs_already(self):
        self.make_invoice(DUE)
        self.run_on(DUE + DAY)
        with self.assertRaisesRegex(UserError, "2026-01-16.*later day"):
            self.revise(DUE + DAY)
        self.revise(DUE + 2 * DAY)
        self.assertEqual(self.stage("reminder").date_until, DUE + DAY)
        with self.assertRaisesRegex(UserError, "no stage in force"):
            self.revise(DUE + 2 * DAY)
        self.revise(DUE + 9 * DAY)
        versions = self.procedure.stage_ids.filtered(lambda s: s.kind == "reminder").sorted("id")
        self.assertEqual(
            [(s.date_from, s.date_until) for s in versions],
            [
                (False, DUE + DAY),
                (DUE + 2 * DAY, DUE + 8 * DAY),
                (DUE + 9 * DAY, False),
            ],
        )

    def refuses(self, message):
        """Return a context in which something is refused and leaves nothing behind."""
        stack = ExitStack()
        stack.enter_context(self.assertRaisesRegex(UserError, message))
        stack.enter_context(self.env.cr.savepoint())
        return stack

    def test_versions_follow_each_other_without_overlap_or_gap(self):
        stage = self.stage("reminder")
        with self.refuses("two versions"):
            stage.copy({"date_from": NEW_RULES})
        stage.date_until = NEW_RULES
        with self.refuses("two versions"):
            stage.copy({"date_from": NEW_RULES, "date_until": False})
        with self.refuses("In between there is none"):
            stage.copy({"date_from": NEW_RULES + 2 * DAY, "date_until": False})
        stage.copy({"date_from": NEW_RULES + DAY, "date_until": False})
        second = stage.copy({"sequence": 15, "date_until": False})
        self.assertTrue(second._is_in_force(NEW_RULES))

    @mute_logger("odoo.sql_db")
    def test_a_stage_cannot_end_before_it_begins(self):
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self.stage("reminder").write({"date_from": DUE, "date_until": DUE - DAY})
            self.env.flush_all()

    def test_a_manager_changes_rules_and_a_handler_does_not(self):
        handler = new_test_user(
            self.env,
            "rules_handler",
            groups="premium_arrears.group_handler",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        with self.assertRaises(UserError):
            self.env["arrears.procedure.revise"].with_user(handler).create(
                {"procedure_id": self.procedure.id, "day": NEW_RULES}
            )
        action = self.procedure.action_revise()
        form = Form(self.env[action["res_model"]].with_context(**action["context"]))
        form.day = NEW_RULES
        form.save().action_apply()
        self.assertEqual(len(self.stage("reminder", NEW_RULES)), 1)

    def test_a_delay_in_working_days_passes_easter_and_kings_day(self):
        self.stage("reminder").write({"delay_unit": "working_days", "delay_days": 2})
        stories = {date(2026, 4, 2): date(2026, 4, 8), date(2026, 4, 24): date(2026, 4, 29)}
        for due, reminded in stories.items():
            partner = self.make_customer(f"Due {due}")
            move = self.make_invoice(due, policies=self.make_policy(partner_id=partner.id))
            self.walk(due + DAY, reminded - DAY)
            self.assertFalse(self.notices_of(move), due)
            self.run_on(reminded)
            self.assertEqual(self.first_sent(move, "reminder"), reminded)

    def test_a_reminder_names_a_day_counted_in_working_days(self):
        self.stage("formal_notice").write({"delay_unit": "working_days", "delay_days": 5})
        self.make_invoice(date(2026, 3, 26))
        # Reminded on Thursday 2 April: Good Friday, weekend and Easter Monday do not count.
        run = self.walk(date(2026, 3, 27), date(2026, 4, 2))
        self.assertEqual(run.notice_ids.stated_last_day, date(2026, 4, 13))

    def test_rules_of_a_shared_procedure_are_kept_for_every_company(self):
        self.procedure.active = False
        shared = self.env.ref("premium_arrears.procedure_consumer")
        move = self.make_invoice(DUE)
        self.run_on(DUE + DAY)
        self.assertEqual(self.case_of(move).item_ids.procedure_id, shared)
        elsewhere = self.setup_other_company()["company"]
        manager = new_test_user(
            self.env,
            "rules_manager_elsewhere",
            groups="premium_arrears.group_manager",
            company_id=elsewhere.id,
            company_ids=[(6, 0, elsewhere.ids)],
        )
        stage = shared.stage_ids[0].with_user(manager)
        with self.assertRaisesRegex(UserError, "is in use"):
            stage.delay_days = 1

    def test_an_archived_procedure_serves_its_old_cases_to_the_end(self):
        move = self.make_invoice(DUE)
        self.run_on(DUE + DAY)
        self.procedure.active = False
        new = self.make_invoice(DUE, policies=self.other_policy)
        self.walk(DUE + 2 * DAY, DUE + timedelta(days=8))
        self.assertEqual(self.notices_of(move).stage_id.procedure_id, self.procedure)
        self.assertNotEqual(self.case_of(new).procedure_id, self.procedure)
