"""Odoo's own "No Follow-Up" and a blocked invoice: set, respected, and given back as it was."""

from datetime import date

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import DAY, ArrearsCommon

DUE = date(2026, 1, 15)
REMINDER_DAY = DUE + 7 * DAY


@tagged("post_install", "-at_install")
class TestFollowupPause(ArrearsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.move = cls.make_invoice(DUE)
        cls.run_on(cls, DUE + DAY)
        cls.item = cls.env["arrears.item"].search([("move_id", "=", cls.move.id)])
        cls.line = cls.item.move_line_id
        cls.pauses = cls.env["arrears.followup.pause"]

    def place(self, target, kind="dispute", day=DUE + DAY, **values):
        return self.env["arrears.hold"]._place(target, kind, day, "Says so", **values)

    def flags(self):
        return self.move.no_followup, self.line.no_followup

    # === A CASE, A HOLD, AN ARRANGEMENT === #

    def test_a_case_alone_writes_nothing_in_the_books(self):
        self.assertTrue(self.item)
        self.assertEqual(self.flags(), (False, False))
        self.assertFalse(self.pauses.search([("company_id", "=", self.company.id)]))

    def test_a_hold_sets_it_on_invoice_and_line_and_gives_it_back(self):
        hold = self.place(self.item)
        self.assertEqual(self.flags(), (True, True))
        hold.end_on(DUE + 3 * DAY, "Agreed")
        self.assertEqual(self.flags(), (False, False))
        again = self.place(self.item, day=DUE + 4 * DAY)
        self.assertEqual(self.flags(), (True, True))
        again.undo(DUE + 4 * DAY, "A mistake")
        self.assertEqual(self.flags(), (False, False))

    def test_what_a_colleague_set_between_two_holds_is_given_back_too(self):
        self.place(self.item).end_on(DUE + 2 * DAY, "Agreed")
        self.move.no_followup = True
        self.place(self.item, day=DUE + 3 * DAY).end_on(DUE + 4 * DAY, "Agreed")
        self.assertEqual(self.flags(), (True, True))

    def test_it_is_given_back_as_it_was(self):
        other = self.make_invoice(DUE)
        self.run_on(DUE + 2 * DAY)
        other.no_followup = True
        hold = self.place(self.customer, "other", DUE + 2 * DAY)
        self.assertEqual((self.move | other).mapped("no_followup"), [True, True])
        hold.undo(DUE + 2 * DAY, "A mistake")
        self.assertFalse(self.move.no_followup)
        self.assertTrue(other.no_followup)

    def test_by_its_days_a_run_sets_it_and_gives_it_back(self):
        self.place(self.item, day=DUE + 3 * DAY, end=DUE + 5 * DAY, on=DUE + DAY)
        self.assertEqual(self.flags(), (False, False), "it has not begun")
        self.run_on(DUE + 3 * DAY)
        self.assertEqual(self.flags(), (True, True))
        self.run_on(DUE + 6 * DAY)
        self.assertEqual(self.flags(), (False, False))

    def test_what_comes_into_arrears_during_the_hold_of_a_customer(self):
        self.place(self.customer, "deceased")
        later = self.make_invoice(DUE + 5 * DAY)
        self.run_on(DUE + 6 * DAY)
        self.assertTrue(later.no_followup)

    def test_two_holds_and_an_arrangement_over_the_same(self):
        first, second = self.place(self.item), self.place(self.case_of(self.move), "other")
        first.end_on(DUE + 2 * DAY, "Agreed")
        self.assertEqual(self.flags(), (True, True), "the other hold runs")
        made = self.arrange(self.item, DUE + 2 * DAY, count=3)
        second.end_on(DUE + 3 * DAY, "Agreed")
        self.assertEqual(self.flags(), (True, True), "the arrangement runs")
        made.cancel(DUE + 4 * DAY, "Asked for it")
        self.assertEqual(self.flags(), (False, False))

    def make_in_two_parts(self, days):
        """Return an invoice in two instalments, due on ``DUE`` and some days later."""
        term = self.env["account.payment.term"].create(
            {
                "name": "Two parts",
                "line_ids": [
                    Command.create({"value": "percent", "value_amount": 50, "nb_days": nb_days})
                    for nb_days in (14, 14 + days)
                ],
            }
        )
        move = self.make_invoice(DUE, post=False)
        move.invoice_payment_term_id = term
        move.action_post()
        return move

    def test_the_next_instalment_comes_into_arrears_during_the_hold_of_the_first(self):
        move = self.make_in_two_parts(10)
        self.run_on(DUE + 2 * DAY)
        [item] = self.env["arrears.item"].search([("move_id", "=", move.id)])
        self.place(item, day=DUE + 2 * DAY)
        self.run_on(DUE + 11 * DAY)
        one, other = self.env["arrears.item"].search([("move_id", "=", move.id)], order="due_date")
        self.assertEqual((one.next_reason, other.next_reason), ("on_hold", "not_due"))

    def test_instalments_of_one_invoice_have_one_value(self):
        move = self.make_in_two_parts(1)
        self.run_on(DUE + 2 * DAY)
        one, other = self.case_of(move).item_ids.filtered(lambda item: item.move_id == move)
        first = self.place(one, day=DUE + 2 * DAY)
        second = self.place(other, day=DUE + 3 * DAY)
        first.end_on(DUE + 4 * DAY, "Agreed")
        self.assertTrue(move.no_followup, "the other instalment is on hold")
        second.end_on(DUE + 4 * DAY, "Agreed")
        self.assertFalse(move.no_followup)
        self.assertEqual((one | other).move_line_id.mapped("no_followup"), [False, False])

    def test_paid_during_a_hold_and_back_again(self):
        self.place(self.customer, "deceased")
        payment = self.pay_invoice(self.move, DUE + 2 * DAY)
        self.run_on(DUE + 3 * DAY)
        self.assertEqual(self.flags(), (False, False), "what is paid needs no pause")
        self.reverse(payment)
        self.run_on(DUE + 4 * DAY)
        self.assertFalse(self.item.settled_on)
        self.assertEqual(self.flags(), (True, True))

    def test_a_quiet_night_writes_nothing(self):
        self.place(self.item)
        before = self.pauses.search([("move_line_id", "=", self.line.id)]).write_date
        self.line.flush_recordset()
        stamp = self.line.write_date
        self.run_on(DUE + 2 * DAY)
        self.assertEqual(self.line.write_date, stamp)
        self.assertEqual(
            self.pauses.search([("move_line_id", "=", self.line.id)]).write_date, before
        )

    def test_holds_on_many_ask_no_more_of_the_database(self):
        def queries(count):
            moves = self.env["account.move"]
            for number in range(count):
                customer = self.make_customer(f"Customer {count} {number}")
                policy = self.make_policy(partner_id=customer.id)
                moves |= self.make_invoice(DUE, policies=policy)
            self.run_on(DUE + 2 * DAY)
            items = self.env["arrears.item"].search([("move_id", "in", moves.ids)])
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.pauses._begin(items.move_line_id, "hold")
            self.pauses._end(items.move_line_id, "hold")
            self.env.flush_all()
            return self.cr.sql_log_count - before

        queries(2)
        few, many = queries(3), queries(12)
        self.assertLess(many - few, 9, "not one query more for each line")

    def test_roles_read_and_nobody_writes(self):
        self.place(self.item)
        [pause] = self.pauses.search([("move_line_id", "=", self.line.id)])
        for login, group in (("fp_r", "reader"), ("fp_h", "handler"), ("fp_m", "manager")):
            user = new_test_user(
                self.env,
                login,
                groups=f"base.group_user,premium_arrears.group_{group}",
                company_id=self.company.id,
                company_ids=[Command.set(self.company.ids)],
            )
            self.assertTrue(pause.with_user(user).by_hold)
            with self.assertRaises(AccessError):
                pause.with_user(user).write({"was": True})

    # === LEFT ALONE BY A COLLEAGUE === #

    def test_a_blocked_invoice_comes_in_no_case(self):
        move = self.make_invoice(DUE)
        move.action_toggle_block_payment()
        self.assertEqual(move.payment_state, "blocked")
        self.run_on(REMINDER_DAY)
        self.assertFalse(self.case_of(move).item_ids.filtered(lambda i: i.move_id == move))
        move.action_toggle_block_payment()
        self.run_on(REMINDER_DAY + DAY)
        self.assertTrue(self.case_of(move).item_ids.filtered(lambda i: i.move_id == move))

    def test_blocked_in_a_case_it_takes_no_step_until_it_is_free(self):
        for block, free in (
            (self.move.action_toggle_block_payment, self.move.action_toggle_block_payment),
            (
                lambda: self.move.write({"no_followup": True}),
                lambda: self.move.write({"no_followup": False}),
            ),
        ):
            with self.subTest(block=block):
                block()
                self.run_on(REMINDER_DAY)
                self.assertEqual(self.item.next_reason, "left_alone")
                self.assertFalse(self.notices_of(self.move))
                free()
        self.run_on(REMINDER_DAY + DAY)
        self.assertEqual(self.notices_of(self.move).mapped("kind"), ["reminder"])

    def test_blocked_in_the_term_of_a_notice_it_costs_nothing_and_the_cover_stays(self):
        notice = self.formal_notice(self.move, DUE + 2 * DAY)
        self.assertTrue(notice.fee_announced)
        self.move.action_toggle_block_payment()
        self.walk(notice.last_day, notice.last_day + 5 * DAY)
        self.assertEqual(notice.fee_id.state, "announced")
        self.assertTrue(self.policy.covered_on(notice.last_day + 3 * DAY))
        self.move.action_toggle_block_payment()
        self.run_on(notice.last_day + 6 * DAY)
        self.assertEqual(notice.fee_id.state, "booked")

    def test_blocked_while_its_letter_waits_it_is_not_posted(self):
        run = self.run_on(REMINDER_DAY, post_letters=False)
        notice = self.notices_of(self.move)
        self.assertEqual(notice.state, "queued")
        self.move.action_toggle_block_payment()
        run.mark_letters_posted(REMINDER_DAY + DAY)
        self.assertEqual(notice.state, "withdrawn")
