"""An arrangement is changed, paused or added to; what was credited, waived or taken back."""

from datetime import date
from decimal import Decimal

from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from ..models.arrears_arrangement_make import Terms
from .arrangement_common import DUE, ArrangementCommon
from .common import DAY

FIRST = date(2026, 2, 16)


@tagged("post_install", "-at_install")
class TestArrangementChange(ArrangementCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.move = cls.make_invoice(DUE, amount=90.0)
        cls.runs.run_for(DUE + DAY, cls.company)
        cls.day = DUE + 2 * DAY

    def start(self, **terms):
        return self.arrange(self.move, day=self.day, **{"first_day": FIRST, "count": 3, **terms})

    # === CHANGE === #

    def test_what_is_open_is_planned_anew_and_what_was_paid_stays(self):
        made = self.start()
        self.pay_next(made, FIRST, amount=40.0)
        replaced = made.instalment_ids[2]
        made.change(Terms(date(2026, 4, 1), count=4), FIRST + DAY, "Less income")
        self.assertEqual(made.state, "active")
        self.assertEqual(
            made.instalment_ids.sorted("number").mapped("amount"),
            [30.0, 10.0, 12.5, 12.5, 12.5, 12.5],
        )
        self.assertEqual(made.instalment_ids.sorted("number")[2].date, date(2026, 4, 1))
        self.assertEqual((replaced.active, replaced.exists()), (False, replaced))
        self.assert_agrees(made)
        self.assertEqual(self.letters_of(made).mapped("kind"), ["arrangement"] * 2)
        facts = self.letters_of(made)[-1].facts
        self.assertEqual([row["paid"] for row in facts["instalments"]], [True] * 2 + [False] * 4)
        history = self.env["arrears.case.history"].search(
            [("case_id", "=", made.case_ids.id), ("event", "=", "arrangement_changed")]
        )
        self.assertIn("Less income", history.reason)

    def test_a_change_beyond_the_limits_is_for_a_manager_and_what_was_agreed_runs_on(self):
        made = self.start()
        self.company.arrears_arrangement_smallest = 20.0
        handler = new_test_user(
            self.env, "changes", "premium_arrears.group_handler", company_id=self.company.id
        )
        terms = {"first_day": "2026-04-01", "count": 9}
        with self.assertRaisesRegex(UserError, "goes on as it is"):
            made.with_user(handler).change(terms, self.day, "Less income")
        self.assertEqual((made.state, len(made.instalment_ids)), ("active", 3))
        made.change(terms, self.day, "Less income")
        self.assertEqual((made.state, made.started_on), ("active", self.day))
        self.assertEqual((made.approved_by_id, len(made.instalment_ids)), (self.env.user, 9))
        self.assertEqual(len(self.letters_of(made)), 2)

    def test_terms_that_cannot_be_read(self):
        made = self.start()
        for terms in ({}, {"first_day": "soon"}, {"first_day": "2026-04-01", "wishes": 3}, None):
            with self.subTest(terms=terms), self.assertRaises(UserError):
                made.change(terms, self.day, "Less income")
        self.assertEqual(len(made.instalment_ids), 3)

    def test_more_is_added(self):
        made = self.start()
        other = self.make_invoice(DUE + 5 * DAY, amount=20.0)
        self.run_on(DUE + 6 * DAY)
        self.pay_next(made, DUE + 7 * DAY)
        made.add_items(self.items_of(other), DUE + 8 * DAY, Terms(FIRST, count=4))
        self.assertEqual(made.line_ids.move_line_id.move_id, self.move | other)
        self.assertEqual(made.instalment_ids.sorted("number").mapped("amount"), [30.0] + [20.0] * 4)
        self.assertTrue(other.no_followup)
        self.assertEqual(self.items_of(other).arrangement_id, made)
        self.assert_agrees(made)
        with self.assertRaises(UserError):
            made.add_items(self.items_of(other), DUE + 8 * DAY, Terms(FIRST, count=4))

    def test_nothing_of_another_customer_is_added(self):
        made = self.start()
        policy = self.make_policy(partner_id=self.make_customer("Somebody else").id)
        theirs = self.make_invoice(DUE, policy)
        self.run_on(DUE + 6 * DAY)
        with self.assertRaisesRegex(UserError, "one debtor"):
            made.add_items(self.items_of(theirs), DUE + 8 * DAY, Terms(FIRST, count=4))

    # === PAUSE === #

    def test_a_pause_puts_its_instalments_at_the_end(self):
        made = self.start()
        self.run_on(self.day)
        until = date(2026, 3, 10)
        made.pause(self.day, until, "In hospital")
        self.assertEqual(
            made.instalment_ids.sorted("number").mapped("date"),
            [date(2026, 3, 16), date(2026, 4, 16), date(2026, 5, 18)],
        )
        self.assertEqual(made.instalment_ids.mapped("amount"), [30.0] * 3)
        self.walk(self.day, until + 3 * DAY)
        self.assertEqual(self.letters_of(made).mapped("kind"), ["arrangement"] * 2)
        self.walk(until + 4 * DAY, date(2026, 3, 20))
        self.assertTrue(self.letters_of(made, "instalment_missed"))

    def test_a_pause_gives_time_to_what_was_missed_before_it(self):
        made = self.start()
        self.walk(self.day, FIRST + 5 * DAY)
        self.assertTrue(self.letters_of(made, "instalment_missed"))
        made.pause(FIRST + 6 * DAY, FIRST + 40 * DAY, "In hospital")
        self.walk(FIRST + 6 * DAY, FIRST + 43 * DAY)
        self.assertEqual(made.state, "active")
        self.assertEqual(len(self.letters_of(made, "instalment_missed")), 1)
        self.run_on(FIRST + 44 * DAY)
        self.assertEqual(len(self.letters_of(made, "instalment_missed")), 2)

    def test_a_pause_ends_early_and_the_days_stay(self):
        made = self.start()
        made.pause(self.day, date(2026, 3, 10), "In hospital")
        days = made.instalment_ids.mapped("date")
        made.resume(self.day + 5 * DAY)
        self.assertEqual(made.paused_until, self.day + 4 * DAY)
        self.assertEqual(made.instalment_ids.mapped("date"), days)
        with self.assertRaisesRegex(UserError, "not paused"):
            made.resume(self.day + 5 * DAY)

    def test_a_pause_that_cannot_be(self):
        made = self.start()
        with self.assertRaisesRegex(UserError, "cannot lie before"):
            made.pause(self.day, self.day - DAY, "In hospital")
        handler = new_test_user(
            self.env,
            "pausing",
            groups="premium_arrears.group_handler",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        with self.assertRaisesRegex(UserError, "Ask a manager"):
            made.with_user(handler).pause(self.day, date(2026, 12, 31), "In hospital")
        with self.assertRaises(UserError):
            made.pause(self.day, date(2099, 12, 31), "For ever")
        made.pause(self.day, date(2026, 12, 31), "In hospital")
        self.assertEqual(made.instalment_ids.sorted("number")[0].date, date(2027, 1, 18))

    # === WHAT NEED NOT BE PAID === #

    def credit(self, move, amount):
        note = move._reverse_moves([{"invoice_date": self.day, "date": self.day}], cancel=False)
        note.invoice_line_ids[0].price_unit = amount
        note.action_post()
        lines = (move | note).line_ids.filtered(lambda ln: ln.account_type == "asset_receivable")
        if note.amount_residual:
            lines.reconcile()
        self.env["arrears.item"]._hear_payments()
        return note

    def test_a_credit_note_shrinks_the_instalments_from_the_last(self):
        made = self.start()
        note = self.credit(self.move, 40.0)
        parts = made.instalment_ids.sorted("number")
        self.assertEqual(parts.mapped("amount_open"), [30.0, 20.0, 0.0])
        self.assertEqual(parts.mapped("amount_dropped"), [0.0, 10.0, 30.0])
        self.assertFalse(any(parts.mapped("paid_on")))
        self.assert_agrees(made)
        facts = made._get_letter_facts()
        self.assertEqual([row["amount"] for row in facts["instalments"]], ["30.00", "20.00"])
        self.assertEqual((facts["total"], facts["open"]), ("50.00", "50.00"))
        note.line_ids.remove_move_reconcile()
        self.env["arrears.item"]._hear_payments()
        self.assertEqual(parts.mapped("amount_open"), [30.0] * 3)

    def test_changed_after_a_credit_note_it_still_adds_up(self):
        made = self.start()
        self.pay_next(made, self.day, amount=35.0)
        self.credit(self.move, 20.0)
        made.change(Terms(FIRST, count=5), self.day, "Other days")
        self.assert_agrees(made)
        self.assertEqual(self.cents(made), Decimal("35.00"))
        self.pay_next(made, FIRST, amount=35.0)
        self.follow_up(FIRST)
        self.assertEqual(made.state, "kept")

    def test_all_credited_it_is_over_without_a_word_of_keeping_or_breaking(self):
        made = self.start()
        self.credit(self.move, 90.0)
        self.run_on(self.day)
        self.assertEqual(
            (made.state, made.reason), ("cancelled", "Nothing has to be paid any more")
        )
        self.assertEqual(self.letters_of(made).mapped("kind"), ["arrangement"])
        self.assertEqual(self.case_of(self.move).state, "closed")

    def test_a_cancelled_invoice(self):
        other = self.make_invoice(DUE + DAY, amount=30.0)
        self.run_on(DUE + 2 * DAY)
        made = self.arrange(self.move, other, day=self.day, count=4, first_day=FIRST)
        self.move.button_draft()
        self.move.button_cancel()
        self.run_on(self.day + DAY)
        self.assertEqual(
            made.instalment_ids.sorted("number").mapped("amount_open"), [30.0, 0.0, 0.0, 0.0]
        )
        self.pay_next(made, self.day + 2 * DAY)
        self.run_on(self.day + 3 * DAY)
        self.assertEqual(made.state, "kept")

    def test_a_fee_is_in_it_or_waived_with_a_reason(self):
        notice = self.formal_notice(self.move, DUE + 2 * DAY)
        fee = notice.fee_id
        day = self.walk_until(notice.sent_on, lambda: fee.state == "booked")
        made = self.arrange(self.move, day=day, count=4)
        self.assertEqual(made.amount, 130.0)
        self.assertEqual(made.line_ids.fee_id, fee)
        made._waive_charges(day + DAY, "Long illness")
        self.assertEqual((fee.state, fee.waive_reason), ("waived", "Long illness"))
        self.assertEqual(made.amount_open, 90.0)
        self.assert_agrees(made)
        while made.amount_open:
            self.pay_next(made, day + 2 * DAY)
        self.follow_up(day + 3 * DAY)
        self.assertEqual((made.state, self.case_of(self.move).state), ("kept", "closed"))

    # === MONEY THAT COMES BACK === #

    def test_a_payment_taken_back_while_it_runs_opens_instalments_and_item(self):
        made = self.start()
        payments = self.pay_next(made, self.day, amount=90.0)
        item = self.items_of(self.move)
        self.assertTrue(item.settled_on)
        self.assertEqual(made.amount_open, 0.0)
        self.reverse(payments)
        self.env["arrears.item"]._hear_payments()
        self.assertEqual(made.instalment_ids.mapped("amount_open"), [30.0] * 3)
        self.assertFalse(any(made.instalment_ids.mapped("paid_on")))
        self.run_on(self.day + DAY)
        self.assertEqual((made.state, item.settled_on), ("active", False))
        self.assertEqual((item.case_id.state, item.arrangement_id), ("arranged", made))
        self.assertIn(item.case_id, made.case_ids)

    def test_an_old_letter_does_not_break_what_a_chargeback_opened_again(self):
        made = self.start()
        first = made.instalment_ids.sorted("number")[0]
        letter = made._tell("instalment_missed", first.date)[made]
        first.write({"missed_on": first.date, "missed_notice_id": letter.id})
        payment = self.pay_next(made, first.date + DAY)
        self.assertTrue(first.paid_on)
        self.reverse(payment)
        self.env["arrears.item"]._hear_payments()
        self.assertFalse(first.missed_on or first.missed_notice_id)

    def test_a_letter_of_what_was_paid_meanwhile_does_not_leave(self):
        made = self.start()
        first = made.instalment_ids.sorted("number")[0]
        facts = {
            "amount": f"{first.amount_open:.2f}",
            "day": str(first.date),
            "reference": first.payment_reference,
        }
        day = first.date + DAY
        letter = made._tell("instalment_missed", day, None, {made: facts}, {made: day})[made]
        self.assertEqual(letter._withdraw_outdated(day), letter)
        self.pay_next(made, day)
        self.assertFalse(letter._withdraw_outdated(day))
        self.assertEqual(letter.state, "withdrawn")

    def test_a_payment_taken_back_after_it_was_kept_is_arrears_again(self):
        made = self.start()
        payments = self.pay_next(made, self.day, amount=90.0)
        self.run_on(self.day + DAY)
        self.assertEqual(made.state, "kept")
        self.reverse(payments)
        self.run_on(self.day + 5 * DAY)
        item = self.items_of(self.move)
        self.assertEqual((made.state, item.cycle, item.arrangement_id.id), ("kept", 2, False))
        self.assertTrue(item.next_step_date)
        history = self.env["arrears.case.history"].search([("case_id", "=", item.case_id.id)])
        self.assertIn("reopened", history.mapped("event"))

    def test_an_old_payment_taken_back_is_told_the_handler_once_and_can_be_added(self):
        old = self.pay_invoice(self.move, self.day, amount=30.0)
        made = self.start(count=2)
        self.assertEqual(made.amount, 60.0)
        self.reverse(old)
        self.walk(self.day, self.day + 3 * DAY)
        self.assert_agrees(made)
        case = self.case_of(self.move)
        self.assertEqual(case.activity_ids.mapped("summary"), ["More is open than was agreed"])
        made.change(Terms(FIRST, count=3), self.day + 4 * DAY, "All that is open")
        self.assertEqual(made.amount, 90.0)
        self.pay_next(made, FIRST, amount=90.0)
        self.follow_up(FIRST)
        self.assertEqual((made.state, self.move.amount_residual), ("kept", 0.0))
