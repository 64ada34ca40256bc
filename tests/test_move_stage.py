"""A colleague moves arrears to another stage, forwards or back, and the history says why."""

from datetime import date, timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from .common import DAY, ArrearsCommon

DUE = date(2026, 1, 15)


@tagged("post_install", "-at_install")
class TestMoveStage(ArrearsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.handler, cls.reader = (
            new_test_user(
                cls.env,
                f"move_{role}",
                groups=f"premium_arrears.group_{role}",
                company_id=cls.company.id,
                company_ids=[(6, 0, cls.company.ids)],
            )
            for role in ("handler", "reader")
        )

    def setUp(self):
        super().setUp()
        self.move = self.make_invoice(DUE)
        self.run_on(DUE + DAY)
        self.case = self.case_of(self.move)
        self.item = self.case.item_ids

    def stage(self, kind):
        ladder = self.item.procedure_id.stage_ids
        return ladder.filtered(lambda stage: stage.kind == kind)

    def move_to(self, kind, day, items=None, reason="She asked for it"):
        """Move as a handler does, in the form."""
        wizards = self.env["arrears.case.move.stage"].with_user(self.handler)
        form = Form(wizards.with_context(default_case_id=self.case.id))
        form.stage_id = self.stage(kind)
        form.day = day
        form.reason = reason
        wizard = form.save()
        if items is not None:
            wizard.item_ids = items
        wizard.action_apply()

    def facts(self):
        """Return what a projection stores."""
        names = ["stage_id", "next_stage_id", "next_step_date", "next_reason", "cycle"]
        return (self.item | self.case.item_ids).read(names), self.case.read(
            ["stage_id", "next_stage_id", "next_step_date", "state"]
        )

    def test_forwards_no_stage_below_is_taken_any_more(self):
        day = DUE + 2 * DAY
        self.move_to("final_notice", day)
        self.assertEqual(self.item.next_stage_id, self.stage("final_notice"))
        self.assertEqual(self.item.next_step_date, DUE + 7 * DAY, "its own days still count")
        self.walk(day, DUE + 30 * DAY)
        self.assertEqual(self.notices_of(self.move).mapped("kind"), ["final_notice"])

    def test_past_the_formal_notice_comes_neither_fee_nor_suspension(self):
        self.move_to("final_notice", DUE + 2 * DAY)
        self.walk(DUE + 2 * DAY, DUE + 80 * DAY)
        kinds = self.notices_of(self.move).mapped("kind")
        self.assertEqual(kinds, ["final_notice", "handover_notice"])
        self.assertFalse(self.case.fee_ids)
        self.assertFalse(self.policy.gap_ids)
        self.assertEqual(self.policy.coverage_state, "in_force")

    def test_forwards_the_running_term_is_kept(self):
        self.walk(DUE + 2 * DAY, DUE + 21 * DAY)
        notice = self.notices_of(self.move, "formal_notice")
        self.move_to("handover_notice", DUE + 22 * DAY)
        self.assertEqual(self.item.next_step_date, notice.last_day + 7 * DAY)
        self.assertEqual(self.item.cycle, 1)
        self.walk(DUE + 22 * DAY, notice.last_day + DAY)
        self.assertEqual(self.case.fee_ids.state, "booked", "the notice it had still counts")

    def test_forwards_a_hold_still_holds(self):
        self.env["arrears.hold"].create(
            {"case_id": self.case.id, "kind": "dispute", "start": DUE, "reason": "Wrong car"}
        )
        self.run_on(DUE + 2 * DAY)
        self.move_to("final_notice", DUE + 3 * DAY)
        self.walk(DUE + 3 * DAY, DUE + 30 * DAY)
        self.assertFalse(self.notices_of(self.move))

    def test_back_starts_again_with_a_fresh_term_and_the_old_notice_counts_no_more(self):
        self.walk(DUE + 2 * DAY, DUE + 21 * DAY)
        old = self.notices_of(self.move, "formal_notice")
        self.assertEqual(old.fee_id.state, "announced")
        day = DUE + 28 * DAY
        self.walk(DUE + 22 * DAY, day)
        self.move_to("formal_notice", day)
        self.assertEqual((self.item.cycle, self.item.restarted_on), (2, day))
        self.assertFalse(self.item.stage_id)
        self.assertEqual(old.fee_id.state, "reversed", "what it only announced has lapsed")
        self.assertEqual(self.item.next_step_date, day + 15 * DAY)
        self.walk(day + DAY, day + 14 * DAY)
        self.assertGreater(day + 14 * DAY, old.last_day)
        self.assertFalse(self.policy.gap_ids, "no suspension from the old notice")
        self.assertEqual(self.notices_of(self.move, "formal_notice"), old)
        self.walk(day + 15 * DAY, day + 60 * DAY)
        new = self.notices_of(self.move, "formal_notice") - old
        self.assertEqual(new.sent_on, day + 15 * DAY)
        self.assertEqual(new.fee_id.state, "booked")
        self.assertEqual(self.policy.gap_ids.notice_id, new)
        self.assertEqual(len(self.notices_of(self.move, "reminder")), 1, "only from there on")

    def test_back_only_for_one_item_leaves_the_other_its_notice(self):
        second = self.make_invoice(DUE)
        self.walk(DUE + 2 * DAY, DUE + 21 * DAY)
        notice = self.notices_of(self.move, "formal_notice")
        items = notice.line_ids.item_id
        self.assertEqual(len(items), 2)
        self.assertEqual(notice.fee_announced, 40.0)
        self.move_to("reminder", DUE + 22 * DAY, items=self.item)
        self.assertEqual(notice.fee_id.state, "announced")
        self.walk(DUE + 22 * DAY, notice.last_day + DAY)
        self.assertEqual(notice.fee_id.state, "booked", "the other invoice stayed unpaid")
        self.assertEqual(self.case.fee_ids, notice.fee_id)
        self.assertEqual((items - self.item).move_id, second)
        self.assertEqual((items - self.item).cycle, 1)

    def test_a_projection_changes_nothing_of_a_move(self):
        self.walk(DUE + 2 * DAY, DUE + 21 * DAY)
        for kind, day in (("reminder", DUE + 22 * DAY), ("final_notice", DUE + 23 * DAY)):
            self.run_on(day)
            self.move_to(kind, day)
            before = self.facts()
            self.item.sudo()._project(day)
            self.assertEqual(self.facts(), before, kind)

    def test_the_history_says_from_where_to_where_who_and_why(self):
        self.walk(DUE + 2 * DAY, DUE + 7 * DAY)
        self.move_to("final_notice", DUE + 8 * DAY, reason="Long known to us")
        row = self.case.history_ids.filtered(lambda row: row.event == "moved")
        self.assertRecordValues(
            row,
            [
                {
                    "day": DUE + 8 * DAY,
                    "from_stage_id": self.stage("reminder").id,
                    "stage_id": self.stage("final_notice").id,
                    "user_id": self.handler.id,
                    "reason": "Long known to us",
                    "amount": 45.0,
                }
            ],
        )
        with self.assertRaises(UserError):
            row.sudo().reason = "Something else"

    def test_what_was_proposed_falls_away_when_it_no_longer_fits(self):
        self.walk_until(
            DUE + 2 * DAY,
            lambda: self.case.action_ids.filtered(lambda a: a.kind == "handover"),
        )
        action = self.case.action_ids.filtered(lambda a: a.kind == "handover")
        day = action.date
        self.move_to("final_notice", day)
        self.assertEqual((action.state, action.skip_reason), ("skipped", "moved"))
        self.assertEqual(self.item.next_stage_id, self.stage("final_notice"))
        self.walk(day + DAY, day + 20 * DAY)
        self.assertEqual(len(self.notices_of(self.move, "final_notice")), 2)

    def test_back_on_the_day_on_which_a_hand_over_was_decided_against(self):
        self.walk_until(
            DUE + 2 * DAY,
            lambda: self.case.action_ids.filtered(lambda a: a.kind == "handover"),
        )
        action = self.case.action_ids.filtered(lambda a: a.kind == "handover")
        action.decide(action.date, carried_out=False)
        self.move_to("handover", action.date)
        self.assertEqual(self.item.next_stage_id, self.stage("handover"))
        self.walk(action.date + DAY, action.date + 20 * DAY)
        again = self.case.action_ids.filtered(lambda a: a.kind == "handover") - action
        self.assertEqual(again.state, "proposed")

    def test_a_notice_about_to_go_out_is_dealt_with_first(self):
        self.walk(DUE + 2 * DAY, DUE + 6 * DAY)
        self.run_on(DUE + 7 * DAY, post_letters=False)
        self.assertEqual(self.notices_of(self.move).state, "queued")
        with self.assertRaisesRegex(UserError, "about to be sent"):
            self.move_to("reminder", DUE + 7 * DAY)
        self.move_to("formal_notice", DUE + 7 * DAY)
        self.assertEqual(self.item.next_reason, "waiting_for_delivery")

    def test_only_open_arrears_of_this_case_to_a_stage_they_have(self):
        other = self.make_policy(partner_id=self.make_customer("A. Bakker").id)
        elsewhere = self.make_invoice(DUE, policies=other)
        self.run_on(DUE + 2 * DAY)
        with self.assertRaisesRegex(UserError, "of this case"):
            self.move_to("reminder", DUE + 3 * DAY, items=self.case_of(elsewhere).item_ids)
        business = self.env.ref("premium_arrears.stage_business_notice")
        with self.assertRaisesRegex(UserError, "no stage Notice to a business"):
            self.item.sudo()._move_to_stage(business, DUE + 3 * DAY, "x")
        with self.assertRaisesRegex(UserError, "Say why"):
            self.move_to("reminder", DUE + 3 * DAY, reason=" ")
        self.pay_invoice(self.move, DUE + 3 * DAY)
        with self.assertRaisesRegex(UserError, "still open"):
            self.item.sudo()._move_to_stage(self.stage("reminder"), DUE + 3 * DAY, "x")

    def test_a_handler_may_and_a_reader_may_not(self):
        wizards = self.env["arrears.case.move.stage"]
        with self.assertRaises(AccessError):
            wizards.with_user(self.reader).create({"case_id": self.case.id})
        wizard = wizards.create(
            {
                "case_id": self.case.id,
                "stage_id": self.stage("final_notice").id,
                "day": DUE + 2 * DAY,
                "reason": "x",
            }
        )
        with self.assertRaises(AccessError):
            wizard.with_user(self.reader).action_apply()
        with self.assertRaises(AccessError):
            self.item.with_user(self.handler).write({"start_stage_id": wizard.stage_id.id})

    def test_the_form_offers_what_all_items_have_and_tells_when_it_goes_back(self):
        self.walk(DUE + 2 * DAY, DUE + 7 * DAY)
        wizards = self.env["arrears.case.move.stage"].with_user(self.handler)
        form = Form(wizards.with_context(default_case_id=self.case.id))
        self.assertEqual(form.item_ids.ids, self.item.ids)
        form.stage_id = self.stage("formal_notice")
        self.assertFalse(form.moves_back)
        form.stage_id = self.stage("reminder")
        self.assertTrue(form.moves_back)
        self.assertEqual(
            set(form.available_stage_ids.ids), set(self.item.procedure_id.stage_ids.ids)
        )

    def test_the_next_step_in_words(self):
        self.assertEqual(
            self.case.next_step_text,
            "Reminder on 01/22/2026: the days after the due date pass first",
        )
        self.pay_invoice(self.move, DUE + timedelta(days=3))
        self.assertEqual(self.item.next_step_text, "Nothing is open.")
