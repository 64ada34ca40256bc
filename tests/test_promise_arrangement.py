"""Promises 7 and 8: an arrangement freezes what is in it, is free, adds up, and goes back."""

from datetime import date
from decimal import Decimal

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..models.arrears_arrangement_make import Terms
from .common import DAY, ArrearsCommon

DUE = date(2026, 1, 15)
REMINDER_DAY = DUE + 7 * DAY


@tagged("post_install", "-at_install")
class TestPromiseArrangement(ArrearsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.write({"email": "devries@example.com", "e_notice_consent_date": DUE})

    def agree(self, move, day, **terms):
        return self.arrange(self.case_of(move).item_ids, day, **{"count": 3, **terms})

    def letters(self, kind):
        return self.env["arrears.notice"].search([("kind", "=", kind)])

    def deliver_mails(self, run):
        """Let the mails of a run reach their addresses, as the queue does."""
        run.sudo().notice_ids.filtered(lambda n: n.state == "queued")._mark_sent(run.date)

    def walk_mailed(self, first, last):
        day = first
        while day <= last:
            self.deliver_mails(self.run_on(day))
            day += DAY

    def mailed_notice(self, move):
        """Walk until the 14-day notice about an invoice was mailed; return it."""
        day = DUE + DAY
        while not self.notices_of(move, "formal_notice").sent_on:
            self.deliver_mails(self.run_on(day))
            day += DAY
        return self.notices_of(move, "formal_notice")

    # === 7: WHILE IT RUNS === #

    def test_nothing_is_charged_or_suspended_when_the_term_of_a_notice_ends(self):
        move = self.make_invoice(DUE)
        notice = self.mailed_notice(move)
        day = notice.last_day - DAY
        case = self.case_of(move)
        made = self.agree(move, day, first_day=day + 60 * DAY)
        self.walk_mailed(day, day + 50 * DAY)
        self.assertEqual((made.state, case.state), ("active", "arranged"))
        self.assertEqual(notice.fee_id.state, "announced")
        self.assertFalse(self.policy.gap_ids)
        self.assertEqual(self.notices_of(move), self.notices_of(move, "reminder") | notice)

    def test_a_kept_arrangement_costs_nothing_though_the_term_passed(self):
        move = self.make_invoice(DUE)
        notice = self.mailed_notice(move)
        day = notice.last_day
        case = self.case_of(move)
        made = self.agree(move, day, first_day=day + 20 * DAY, count=1)
        self.pay_invoice(move, credited_on=day + 19 * DAY)
        self.assertEqual(notice.fee_id.state, "reversed")
        self.assertEqual(case.state, "closed")
        self.walk_mailed(day + 20 * DAY, day + 21 * DAY)
        self.assertEqual((made.state, made.closed_on), ("kept", day + 19 * DAY))
        self.assertEqual(len(self.letters("arrangement_kept")), 1)
        self.assertFalse(move.no_followup)

    def test_a_newer_premium_goes_its_own_way_and_the_handler_hears_of_it(self):
        move = self.make_invoice(DUE)
        self.run_on(DUE + DAY)
        made = self.agree(move, DUE + 2 * DAY)
        newer = self.make_invoice(DUE + 20 * DAY)
        self.walk_mailed(DUE + 3 * DAY, DUE + 28 * DAY)
        self.assertEqual(self.notices_of(newer).mapped("kind"), ["reminder"])
        self.assertFalse(self.notices_of(move))
        activities = self.case_of(move).activity_ids.filtered(
            lambda a: "new premium" in (a.summary or "")
        )
        self.assertEqual(len(activities), 1)
        self.assertEqual(made.state, "active")

    def test_what_is_arranged_is_not_moved_handed_over_or_arranged_again(self):
        move = self.make_invoice(DUE)
        self.run_on(DUE + DAY)
        self.agree(move, DUE + 2 * DAY)
        items = self.case_of(move).item_ids
        with self.assertRaises(UserError):
            items.sudo()._move_to_stage(items.procedure_id.stage_ids[-1:], DUE + 3 * DAY, "no")
        self.assertFalse(self.case_of(move)._get_items_to_hand_over())
        with self.assertRaisesRegex(UserError, "Nothing is open"):
            self.agree(move, DUE + 3 * DAY)

    def test_a_hand_over_in_preparation_is_withdrawn_first(self):
        move = self.make_invoice(DUE)
        self.walk_mailed(DUE + DAY, REMINDER_DAY)
        case = self.case_of(move)
        handovers = self.env["arrears.handover"].sudo()
        handovers._prepare_for(case.item_ids, self.env["res.partner"], REMINDER_DAY)
        with self.assertRaisesRegex(UserError, "hand-over"):
            self.agree(move, REMINDER_DAY)

    # === 7: BROKEN === #

    def test_a_missed_instalment_is_told_then_broken_and_the_old_stage_resumes(self):
        move = self.make_invoice(DUE)
        self.walk_mailed(DUE + DAY, REMINDER_DAY)
        stage = self.case_of(move).stage_id
        made = self.agree(move, REMINDER_DAY + DAY, first_day=REMINDER_DAY + 10 * DAY)
        first = made.instalment_ids[:1]
        told_on = first.date + 4 * DAY
        self.walk_mailed(REMINDER_DAY + DAY, first.date + 3 * DAY)
        self.assertEqual(first.reminded_on, first.date - 3 * DAY)
        self.assertFalse(first.missed_on)
        self.walk_mailed(told_on, told_on + 2 * DAY)
        missed = self.letters("instalment_missed")
        self.assertEqual((len(missed), first.missed_on >= told_on), (1, True))
        until = missed.stated_last_day
        self.walk_mailed(told_on + 3 * DAY, until)
        self.assertEqual(made.state, "active")
        self.walk_mailed(until + DAY, until + 4 * DAY)
        self.assertEqual(made.state, "broken")
        broken = self.letters("arrangement_broken")
        self.assertEqual(broken.stated_last_day, made.closed_on + 14 * DAY)
        case = self.case_of(move)
        self.assertEqual((case.state, case.stage_id), ("open", stage))
        self.assertEqual(case.item_ids.next_step_date, made.closed_on + 15 * DAY)
        self.walk_mailed(until + 5 * DAY, made.closed_on + 14 * DAY)
        self.assertFalse(self.notices_of(move, "formal_notice"))
        self.walk_mailed(made.closed_on + 15 * DAY, made.closed_on + 17 * DAY)
        self.assertTrue(self.notices_of(move, "formal_notice"))

    def test_a_letter_that_did_not_arrive_breaks_nothing_and_goes_again(self):
        move = self.make_invoice(DUE)
        self.run_on(DUE + DAY)
        made = self.agree(move, DUE + 2 * DAY, first_day=DUE + 5 * DAY)
        self.walk_mailed(DUE + 2 * DAY, DUE + 12 * DAY)
        letter = self.letters("instalment_missed")
        letter.sudo()._fail("bounced", DUE + 13 * DAY)
        self.run_on(DUE + 13 * DAY)
        again = self.letters("instalment_missed") - letter
        self.assertEqual(again.channel, "post")
        self.assertEqual(made.instalment_ids[:1].missed_notice_id, again)
        self.walk(DUE + 14 * DAY, DUE + 16 * DAY)
        self.assertEqual(made.state, "active")

    def test_paid_after_the_letter_it_goes_on(self):
        move = self.make_invoice(DUE)
        self.run_on(DUE + DAY)
        made = self.agree(move, DUE + 2 * DAY, first_day=DUE + 5 * DAY)
        self.walk_mailed(DUE + 2 * DAY, DUE + 12 * DAY)
        self.pay_invoice(move, credited_on=DUE + 13 * DAY, amount=15.0)
        self.walk_mailed(DUE + 14 * DAY, DUE + 32 * DAY)
        self.assertEqual(made.state, "active")
        self.assertEqual(made.instalment_ids[0].paid_on, DUE + 13 * DAY)

    # === ITS WAY === #

    def test_beyond_the_limits_a_manager_approves(self):
        move = self.make_invoice(DUE)
        self.run_on(DUE + DAY)
        handler = new_test_user(
            self.env, "handler", "premium_arrears.group_handler", company_id=self.company.id
        )
        made = self.agree(move, DUE + 2 * DAY, count=9)
        self.assertEqual((made.state, made.needs_approval), ("proposed", True))
        self.assertEqual(self.case_of(move).state, "arranged")
        with self.assertRaises(AccessError):
            made.with_user(handler).approve(DUE + 2 * DAY)
        made.with_user(self.env.user).approve(DUE + 3 * DAY)
        self.assertEqual((made.state, made.approved_by_id), ("active", self.env.user))

    def test_not_accepted_in_time_it_is_off_with_a_fresh_term(self):
        move = self.make_invoice(DUE)
        self.run_on(DUE + DAY)
        arrangements = self.env["arrears.arrangement"].sudo()
        sources = arrangements._get_sources(self.case_of(move).item_ids)
        made = arrangements._make(sources, Terms(DUE + 40 * DAY, count=2), DUE + 2 * DAY)
        made._propose(DUE + 2 * DAY, needs_acceptance=True)
        self.assertEqual(made.accept_by, DUE + 16 * DAY)
        self.walk_mailed(DUE + 2 * DAY, DUE + 16 * DAY)
        self.assertEqual(made.state, "proposed")
        self.run_on(DUE + 18 * DAY)
        self.assertEqual(made.state, "cancelled")
        self.assertEqual(self.case_of(move).item_ids.next_step_date, DUE + 33 * DAY)

    def test_accepted_it_starts_and_is_confirmed(self):
        move = self.make_invoice(DUE)
        self.run_on(DUE + DAY)
        arrangements = self.env["arrears.arrangement"].sudo()
        sources = arrangements._get_sources(self.case_of(move).item_ids)
        made = arrangements._make(sources, Terms(DUE + 40 * DAY, count=2), DUE + 2 * DAY)
        made.propose(DUE + 2 * DAY, needs_acceptance=True)
        made.accept(DUE + 5 * DAY, "phone")
        self.assertEqual((made.state, made.started_on), ("active", DUE + 5 * DAY))
        self.assertEqual(len(self.letters("arrangement")), 1)

    def test_a_change_keeps_what_was_paid_and_adds_up(self):
        move = self.make_invoice(DUE)
        self.run_on(DUE + DAY)
        made = self.agree(move, DUE + 2 * DAY)
        self.pay_invoice(move, credited_on=DUE + 10 * DAY, amount=20.0)
        made.change(Terms(DUE + 50 * DAY, part=Decimal("15.00")), DUE + 20 * DAY, "less income")
        self.assertEqual(made.instalment_ids.sorted("number").mapped("amount"), [15, 5, 15, 10])
        self.assertEqual((made.amount, made.amount_open), (45.0, 25.0))
        self.assertEqual(len(self.letters("arrangement")), 2)

    def test_a_premium_can_be_added(self):
        move = self.make_invoice(DUE)
        newer = self.make_invoice(DUE + 5 * DAY)
        self.walk(DUE + DAY, DUE + 2 * DAY)
        made = self.agree(move, DUE + 2 * DAY)
        self.walk(DUE + 3 * DAY, DUE + 6 * DAY)
        item = self.case_of(newer).item_ids.filtered(lambda i: i.move_id == newer)
        made.add_items(item, Terms(DUE + 40 * DAY, count=4), DUE + 6 * DAY)
        self.assertEqual((made.amount, item.arrangement_id), (90.0, made))
        self.assertTrue(newer.no_followup)

    def test_a_pause_moves_the_days_behind_it(self):
        move = self.make_invoice(DUE)
        self.run_on(DUE + DAY)
        made = self.agree(move, DUE + 2 * DAY, first_day=date(2026, 2, 2))
        made.pause(date(2026, 1, 20), date(2026, 3, 10), "in hospital")
        days = made.instalment_ids.sorted("number").mapped("date")
        self.assertEqual(days, [date(2026, 4, 2), date(2026, 5, 4), date(2026, 6, 2)])
        self.walk_mailed(date(2026, 1, 21), date(2026, 3, 1))
        self.assertFalse(self.letters("instalment_missed"))

    # === 8: MONEY === #

    def test_a_payment_that_comes_back_opens_the_instalment_again(self):
        move = self.make_invoice(DUE)
        self.run_on(DUE + DAY)
        made = self.agree(move, DUE + 2 * DAY)
        payment = self.pay_invoice(move, credited_on=DUE + 10 * DAY)
        self.assertEqual(made.amount_open, 0.0)
        self.reverse(payment)
        self.run_on(DUE + 11 * DAY)
        self.assertEqual((made.state, made.amount_open), ("active", 45.0))
        item = self.case_of(move).item_ids.filtered(lambda i: not i.settled_on)
        self.assertEqual(item.arrangement_id, made)
        self.walk_mailed(DUE + 12 * DAY, DUE + 25 * DAY)
        self.assertFalse(self.notices_of(move))

    def test_an_invoice_that_is_cancelled_shortens_it_from_the_end(self):
        move, other = self.make_invoice(DUE), self.make_invoice(DUE + DAY)
        self.walk(DUE + DAY, DUE + 2 * DAY)
        made = self.arrange(
            (self.case_of(move) | self.case_of(other)).item_ids, DUE + 2 * DAY, count=4
        )
        other.button_draft()
        other.button_cancel()
        self.run_on(DUE + 3 * DAY)
        self.assertEqual(made.instalment_ids.sorted("number").mapped("amount"), [22.5, 22.5])
        self.assertEqual(made.amount_open, 45.0)

    def test_a_draft_is_made_anew_when_something_was_paid_meanwhile(self):
        move = self.make_invoice(DUE)
        self.run_on(DUE + DAY)
        arrangements = self.env["arrears.arrangement"].sudo()
        sources = arrangements._get_sources(self.case_of(move).item_ids)
        made = arrangements._make(sources, Terms(DUE + 40 * DAY, count=2), DUE + 2 * DAY)
        self.pay_invoice(move, credited_on=DUE + 2 * DAY, amount=10.0)
        with self.assertRaisesRegex(UserError, "changed meanwhile"):
            made._propose(DUE + 3 * DAY)

    def test_terms_that_cannot_be_are_refused_in_words(self):
        move = self.make_invoice(DUE)
        self.run_on(DUE + DAY)
        day = DUE + 2 * DAY
        for terms in (
            {"count": 10_000},
            {"count": 0},
            {"count": None, "part": Decimal(0)},
            {"first_day": day - DAY},
            {"day_of_month": 40},
        ):
            with self.subTest(terms), self.assertRaises(UserError):
                self.agree(move, day, **terms)

    def test_nobody_writes_what_the_engine_owns(self):
        move = self.make_invoice(DUE)
        self.run_on(DUE + DAY)
        made = self.agree(move, DUE + 2 * DAY)
        handler = new_test_user(
            self.env, "handler", "premium_arrears.group_handler", company_id=self.company.id
        )
        for record in (made, made.line_ids, made.instalment_ids):
            with self.subTest(record), self.assertRaises(AccessError):
                record.with_user(handler).write({"amount_paid": 45.0})
        reader = new_test_user(
            self.env, "reader", "premium_arrears.group_reader", company_id=self.company.id
        )
        with self.assertRaises(AccessError):
            made.with_user(reader).cancel(DUE + 3 * DAY, "no")
