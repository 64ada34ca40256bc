"""The list of customers to call, and what comes of a call."""

from datetime import date, timedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import format_date

from .common import DAY, ArrearsCommon

DUE = date(2026, 1, 15)
REMINDER_DAY = DUE + timedelta(days=7)


@tagged("post_install", "-at_install")
class TestPhoneCall(ArrearsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.phone = "+31 6 12345678"
        cls.stage = cls.env.ref("premium_arrears.stage_consumer_reminder")
        cls.stage.asks_call = True
        cls.handler = new_test_user(
            cls.env,
            "arrears_caller",
            groups="premium_arrears.group_handler",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )
        cls.calls = cls.env["arrears.phone.call"]

    def to_call(self):
        """Return the call that a reminder put on the list, as the handler sees it."""
        move = self.make_invoice(DUE)
        self.run_on(REMINDER_DAY)
        notices = self.notices_of(move).sudo()
        calls = self.calls.sudo()._schedule_calls(notices, REMINDER_DAY)
        # The run may have called the same service itself: the case is on the list once.
        self.assertLessEqual(len(calls), 1)
        return self.calls.with_user(self.handler).search([("case_id", "=", notices.case_id.id)])

    def test_a_stage_that_asks_for_it_puts_the_case_on_the_list_once(self):
        call = self.to_call()
        self.assertEqual((call.number, call.date), ("+31 6 12345678", REMINDER_DAY))
        self.assertFalse(self.calls.sudo()._schedule_calls(call.notice_id.sudo(), REMINDER_DAY))
        self.stage.asks_call = False
        other = self.make_policy(partner_id=self.make_customer("Another").id)
        move = self.make_invoice(DUE + DAY, policies=other)
        self.run_on(REMINDER_DAY + DAY)
        self.assertFalse(
            self.calls.sudo()._schedule_calls(self.notices_of(move).sudo(), REMINDER_DAY)
        )

    def test_a_promise_pauses_the_case_until_its_day(self):
        call = self.to_call()
        promised = REMINDER_DAY + 10 * DAY
        call.write({"promised_on": promised, "promised_amount": 20.0, "note": "After payday"})
        call.record("promise", REMINDER_DAY)
        hold = call.case_id.hold_ids
        self.assertRecordValues(
            hold, [{"kind": "deferral", "start": REMINDER_DAY, "end": promised}]
        )
        self.assertIn("After payday", hold.reason)
        self.assertEqual(call.called_by_id, self.handler)
        row = call.case_id.history_ids.filtered(lambda row: row.event == "called")
        self.assertEqual((row.day, row.amount), (REMINDER_DAY, 20.0))
        self.assertIn(f"by {format_date(self.env, promised)}. After payday", row.reason)
        self.run_on(REMINDER_DAY + DAY)
        self.assertEqual(call.case_id.state, "held")

    def test_a_promise_without_words_is_all_of_it_in_a_week(self):
        call = self.to_call()
        call.record("promise", REMINDER_DAY)
        self.assertEqual((call.promised_on, call.promised_amount), (REMINDER_DAY + 7 * DAY, 45.0))

    def test_a_promise_for_a_day_that_has_passed_is_refused(self):
        call = self.to_call()
        call.promised_on = REMINDER_DAY - DAY
        with self.assertRaisesRegex(UserError, "J. de Vries.*has passed"):
            call.record("promise", REMINDER_DAY)

    def test_a_dispute_and_a_need_for_help_pause_until_somebody_ends_it(self):
        for outcome, kind in (("dispute", "dispute"), ("needs_help", "debt_help")):
            with self.subTest(outcome):
                customer = self.make_customer(outcome)
                move = self.make_invoice(DUE, policies=self.make_policy(partner_id=customer.id))
                self.runs.run_for(max(REMINDER_DAY, self.last_run() + DAY), self.company)
                self.calls.sudo()._schedule_calls(self.notices_of(move).sudo(), REMINDER_DAY)
                call = self.calls.search([("case_id", "=", self.case_of(move).id)])
                call.record(outcome, REMINDER_DAY)
                hold = call.case_id.hold_ids
                self.assertRecordValues(hold, [{"kind": kind, "end": False}])
                self.assertEqual(call.hold_id, hold if kind == "dispute" else hold.browse())

    def last_run(self):
        runs = self.runs.search([("company_id", "=", self.company.id)])
        return max(runs.mapped("date"), default=DUE)

    def test_nobody_answers_and_the_case_stays_on_the_list(self):
        call = self.to_call()
        call.record("no_answer", REMINDER_DAY)
        again = self.calls.search([("case_id", "=", call.case_id.id)]) - call
        self.assertEqual((again.date, again.outcome), (REMINDER_DAY + DAY, False))
        self.assertFalse(call.case_id.hold_ids)

    def test_a_wrong_number_asks_the_handler_for_the_right_one(self):
        call = self.to_call()
        call.case_id.user_id = self.handler
        call.record("wrong_number", REMINDER_DAY)
        activity = call.case_id.activity_ids
        self.assertEqual(activity.user_id, self.handler)
        self.assertIn("+31 6 12345678", activity.note)

    def test_a_note_holds_no_bsn(self):
        call = self.to_call()
        with self.assertRaisesRegex(ValidationError, "BSN"):
            call.note = "BSN 111222333"

    def test_an_outcome_is_recorded_once_and_by_its_button_only(self):
        call = self.to_call()
        for vals in ({"outcome": "reached"}, {"called_on": DUE}, {"hold_id": False}):
            with self.assertRaisesRegex(UserError, "with its button"):
                call.write(vals)
        call.action_reached()
        self.assertEqual(call.outcome, "reached")
        with self.assertRaisesRegex(UserError, "already"):
            call.action_promise()
        with self.assertRaisesRegex(UserError, "only its note"):
            call.number = "1"
        call.note = "Friendly"
        with self.assertRaisesRegex(UserError, "is kept"):
            call.unlink()
        with self.assertRaisesRegex(UserError, "no outcome"):
            self.calls.create({"case_id": call.case_id.id}).record("maybe", DUE)

    def test_a_paid_case_is_not_on_the_list_any_more(self):
        call = self.to_call()
        self.pay_invoice(call.case_id.sudo().item_ids.move_id, credited_on=REMINDER_DAY)
        to_call = [("outcome", "=", False), ("case_state", "=", "open")]
        self.assertNotIn(call, self.calls.search(to_call))

    def test_a_reader_sees_the_list_and_changes_nothing(self):
        call = self.to_call()
        reader = new_test_user(
            self.env,
            "arrears_listener",
            groups="premium_arrears.group_reader",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        seen = call.with_user(reader)
        self.assertEqual(seen.number, "+31 6 12345678")
        for attempt in (seen.action_reached, lambda: seen.write({"note": "x"})):
            with self.assertRaises(AccessError):
                attempt()
