"""Promises 7 and 8: while an arrangement runs nothing follows; kept, it is free; broken, a term."""

import random
from datetime import date, timedelta
from decimal import Decimal

from odoo.tests import tagged

from .arrangement_common import DUE, ArrangementCommon
from .common import DAY


@tagged("post_install", "-at_install")
class TestPromiseArrangement(ArrangementCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.move = cls.make_invoice(DUE)

    def warn(self):
        """Let the invoice get its 14-day notice; return the notice."""
        return self.formal_notice(self.move, DUE + DAY)

    # === PROMISE 7 === #

    def test_nothing_follows_while_it_is_kept_and_no_fee_is_due(self):
        notice = self.warn()
        day = notice.sent_on + 3 * DAY
        self.assertLess(day, notice.last_day)
        made = self.arrange(self.move, day=day, count=3)
        item, case = self.items_of(self.move), self.case_of(self.move)
        for part in made.instalment_ids:
            self.walk(day + DAY, part.date - DAY)
            self.assertEqual(notice.fee_id.state, "announced")
            self.pay_next(made, part.date)
            day = part.date - DAY
        self.walk(part.date, part.date + 2 * DAY)
        self.assertFalse(self.steps_of(self.move, after=notice.date))
        self.assertEqual(notice.fee_id.state, "reversed")
        self.assertFalse(notice.fee_id.move_id)
        self.assertFalse(self.policy.gap_ids)
        self.assertFalse(case.handover_ids)
        self.assertFalse(self.env["cis.registration"].search([]))
        kinds = {"handover", "termination", "fee", "suspend"}
        self.assertFalse(case.action_ids.filtered(lambda a: a.kind in kinds))
        self.assertEqual((made.state, made.closed_on), ("kept", part.date))
        self.assertEqual((case.state, case.closed_on), ("closed", part.date))
        self.assertFalse(item.arrangement_id)
        self.assertFalse(self.move.no_followup)
        self.assertEqual(len(self.letters_of(made, "arrangement_kept")), 1)
        self.assertFalse(case.activity_ids)

    def test_a_broken_one_goes_back_to_its_stage_with_a_fresh_term(self):
        notice = self.warn()
        stage = notice.stage_id
        day = notice.sent_on + 3 * DAY
        made = self.arrange(self.move, day=day, count=2)
        self.assertEqual(made.instalment_ids[0].date, day + 30 * DAY)
        broken = self.walk_until(day + DAY, lambda: made.state == "broken")
        [missed] = self.letters_of(made, "instalment_missed")
        [letter] = self.letters_of(made, "arrangement_broken")
        self.assertEqual(missed.date, made.instalment_ids[0].date + 4 * DAY)
        self.assertGreater(broken, missed.stated_last_day)
        self.assertGreaterEqual(missed.stated_last_day, missed.date + 14 * DAY)
        self.assertEqual(letter.stated_last_day, broken + 14 * DAY)
        item = self.items_of(self.move)
        self.assertEqual((item.stage_id, item.arrangement_id.id), (stage, False))
        self.assertEqual(item.next_step_date, broken + 15 * DAY)
        self.assertFalse(self.move.no_followup)
        self.walk(broken + DAY, broken + 14 * DAY)
        self.assertFalse(self.steps_of(self.move, after=notice.date))
        self.assertEqual(notice.fee_id.state, "announced")
        self.assertFalse(self.policy.gap_ids)
        self.walk(broken + 15 * DAY, broken + 16 * DAY)
        self.assertEqual(notice.fee_id.state, "booked")
        self.assertTrue(self.policy.gap_ids)
        self.assertTrue(self.steps_of(self.move, after=broken))

    def test_paid_in_the_fresh_term_no_fee_is_due(self):
        notice = self.warn()
        made = self.arrange(self.move, day=notice.sent_on + 3 * DAY, count=2)
        broken = self.walk_until(notice.sent_on + 4 * DAY, lambda: made.state == "broken")
        self.pay_invoice(self.move, broken + 14 * DAY, booked_on=broken + 20 * DAY)
        self.walk(broken + 21 * DAY, broken + 22 * DAY)
        self.assertEqual(notice.fee_id.state, "reversed")
        self.assertFalse(self.policy.gap_ids)

    def test_after_a_break_the_fee_is_over_what_is_unpaid_at_the_end_of_the_fresh_term(self):
        move = self.make_invoice(DUE, amount=600.0)
        notice = self.formal_notice(move, DUE + DAY)
        self.assertEqual(notice.fee_announced, 90.0)
        made = self.arrange(move, day=notice.sent_on + 3 * DAY, count=3)
        day = notice.last_day + 10 * DAY
        self.pay_next(made, day, amount=400.0)
        made.cancel(day, "The customer asked for it")
        # The letter about its end leaves a day later: from then on the customer has 14 days.
        self.walk(day + DAY, day + 15 * DAY)
        self.assertEqual(notice.fee_id.state, "announced")
        self.walk(day + 16 * DAY, day + 16 * DAY)
        self.assertEqual((notice.fee_id.state, notice.fee_id.amount), ("booked", 40.0))

    def test_a_fee_booked_before_it_stays_when_it_breaks(self):
        notice = self.warn()
        fee = notice.fee_id
        day = self.walk_until(notice.sent_on, lambda: fee.state == "booked")
        made = self.arrange(self.move, day=day, with_charges=False, count=2)
        self.pay_next(made, day + 5 * DAY)
        amount = fee.amount
        made.cancel(day + 6 * DAY, "The customer asked for it")
        self.pay_invoice(self.move, day + 7 * DAY)
        self.assertEqual((fee.state, fee.amount), ("booked", amount))

    def test_a_step_that_waits_does_not_leave_any_more(self):
        self.walk(DUE + DAY, DUE + 6 * DAY)
        run = self.run_on(DUE + 7 * DAY, post_letters=False)
        [reminder] = self.notices_of(self.move, "reminder")
        self.assertEqual(reminder.state, "queued")
        made = self.arrange(self.move, day=run.date, count=2)
        self.assertEqual(reminder.state, "withdrawn")
        run.mark_letters_posted(run.date)
        self.assertFalse(reminder.sent_on)
        self.assertEqual(made.state, "active")

    def test_a_deferral_to_one_date(self):
        self.run_on(DUE + DAY)
        made = self.draft(self.move, day=DUE + DAY, count=1)
        made.kind = "deferral"
        made.propose(DUE + DAY)
        self.walk(DUE + 2 * DAY, made.instalment_ids.date)
        self.assertFalse(self.steps_of(self.move, after=DUE))
        self.pay_next(made, made.instalment_ids.date)
        self.run_on(made.instalment_ids.date + DAY)
        self.assertEqual(made.state, "kept")

    # === PROMISE 8 === #

    def test_it_is_free(self):
        other = self.make_invoice(DUE + 5 * DAY, amount=80.0)
        self.walk(DUE + DAY, DUE + 6 * DAY)
        made = self.arrange(self.move, other, day=DUE + 6 * DAY, count=7)
        self.assertEqual(self.cents(made.instalment_ids, "amount"), Decimal("125.00"))
        while made.state == "active":
            part = made._get_next_instalment()
            self.pay_next(made, part.date)
            self.follow_up(part.date)
        self.assertEqual(made.state, "kept")
        self.assertEqual((self.move | other).mapped("amount_residual"), [0.0, 0.0])
        self.assertFalse(self.env["arrears.fee"].search([("booked_on", "!=", False)]))
        self.assertFalse(self.env["arrears.interest"].search([]))

    def test_payments_are_spread_over_the_invoices_the_oldest_first(self):
        other = self.make_invoice(DUE + 5 * DAY, amount=80.0)
        self.walk(DUE + DAY, DUE + 6 * DAY)
        made = self.arrange(other, self.move, day=DUE + 6 * DAY, part=Decimal("50.00"))
        self.pay_next(made, DUE + 20 * DAY)
        self.assertEqual((self.move.amount_residual, other.amount_residual), (0.0, 75.0))
        self.assertEqual(made.instalment_ids.mapped("amount_open"), [0.0, 50.0, 25.0])
        self.assert_agrees(made)

    def test_sources_and_instalments_agree_after_anything(self):
        """Random payments, reversals, credit notes and waivers, to the cent."""
        self.company.arrears_arrangement_smallest = 0
        for seed in range(12):
            with self.subTest(seed=seed):
                self.play(random.Random(seed))

    def play(self, dice):
        start = DUE + 400 * DAY + dice.randrange(300) * DAY
        customer = self.make_customer(f"Customer {dice.random()}")
        policy = self.make_policy(partner_id=customer.id)
        moves = [
            self.make_invoice(start + n * DAY, policy, amount=dice.randrange(500, 9000) / 100)
            for n in range(dice.randint(1, 3))
        ]
        early = [self.pay_invoice(moves[0], start, amount=2.5)] if dice.random() < 0.5 else []
        day = start + 10 * DAY
        self.env["arrears.item"].sudo()._collect(day, self.company)
        made = self.arrange(*moves, day=day, count=dice.randint(1, 7))
        payments, notes = early, []
        for _step in range(10):
            day += timedelta(days=dice.randint(0, 9))
            act = dice.choice(("pay", "pay", "part", "reverse", "credit", "uncredit", "night"))
            if act in ("pay", "part") and made._get_open_move_lines() and made.state == "active":
                amount = dice.randrange(1, 3000) / 100 if act == "part" else None
                payments.append(self.pay_next(made, day, amount))
            elif act == "reverse" and payments:
                self.reverse(payments.pop(dice.randrange(len(payments))))
            elif act == "credit":
                move = dice.choice(moves)
                if move.amount_residual > 1:
                    notes.append(self.credit(move, dice.randrange(1, 100) / 100, day))
            elif act == "uncredit" and notes:
                notes.pop().line_ids.remove_move_reconcile()
            elif act == "night":
                self.follow_up(day)
            self.env["arrears.item"]._hear_payments()
            if made.state != "active":
                self.assertFalse(self.cents(made.line_ids))
                return
            self.assert_agrees(made)

    def credit(self, move, amount, day):
        """Credit a part of an invoice, matched with it."""
        note = move._reverse_moves([{"invoice_date": day, "date": day}], cancel=False)
        note.invoice_line_ids[0].price_unit = amount
        note.action_post()
        lines = (move | note).line_ids.filtered(
            lambda line: line.account_type == "asset_receivable" and not line.reconciled
        )
        lines.reconcile()
        return note

    def test_the_day_of_an_instalment_is_that_of_its_last_credit(self):
        self.run_on(DUE + DAY)
        made = self.arrange(self.move, day=DUE + DAY, count=3)
        self.pay(made._get_open_move_lines(), 10.0, DUE + 20 * DAY, booked_on=DUE + 30 * DAY)
        self.pay(made._get_open_move_lines(), 10.0, DUE + 10 * DAY, booked_on=DUE + 31 * DAY)
        self.assertEqual(made.instalment_ids.mapped("paid_on"), [DUE + 20 * DAY, False, False])
        self.assertEqual(made.instalment_ids.mapped("amount_paid"), [15.0, 5.0, 0.0])

    # === NEW PREMIUMS === #

    def test_a_new_premium_goes_its_own_way_and_is_asked_attention_for_once(self):
        self.run_on(DUE + DAY)
        made = self.arrange(self.move, day=DUE + DAY, count=6, first_day=date(2026, 2, 16))
        new = self.make_invoice(DUE + 20 * DAY)
        self.walk(DUE + 2 * DAY, DUE + 30 * DAY)
        self.assertEqual(self.notices_of(new).mapped("kind"), ["reminder"])
        self.assertFalse(self.notices_of(self.move))
        self.assertEqual(made.new_premium_ids.move_id, new)
        case = self.case_of(self.move)
        told = case.activity_ids.filtered(lambda a: a.summary == "New premium not paid")
        self.assertEqual(len(told), 1)
        self.assertEqual(case.state, "arranged")
