"""What a day asks of an arrangement: reminded of, missed, broken, kept; offered, approved."""

from datetime import date

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import format_date

from .arrangement_common import DUE, ArrangementCommon
from .common import DAY

FIRST = date(2026, 2, 16)


@tagged("post_install", "-at_install")
class TestArrangement(ArrangementCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.move = cls.make_invoice(DUE)
        cls.runs.run_for(DUE + DAY, cls.company)
        cls.day = DUE + 2 * DAY

    def start(self, **terms):
        return self.arrange(self.move, day=self.day, **{"first_day": FIRST, "count": 3, **terms})

    def consent(self):
        self.customer.write({"email": "customer@example.com", "e_notice_consent_date": DUE})

    # === SHORTLY BEFORE === #

    def test_who_may_be_mailed_is_reminded_once_of_each_instalment(self):
        self.consent()
        made = self.start()
        self.walk(self.day, FIRST)
        [letter] = self.letters_of(made, "instalment_due")
        self.assertEqual((letter.date, letter.channel), (FIRST - 3 * DAY, "email"))
        self.assertEqual(letter.facts["amount"], "15.00")
        self.assertEqual(letter.facts["day"], str(FIRST))
        self.assertEqual(letter.facts["reference"], made.instalment_ids[0].payment_reference)
        self.assertEqual(made.instalment_ids.mapped("reminded_on"), [letter.date, False, False])

    def test_no_letter_by_post_for_who_may_not_be_mailed(self):
        made = self.start()
        self.walk(self.day, FIRST)
        self.assertFalse(self.letters_of(made, "instalment_due"))
        self.assertFalse(any(made.instalment_ids.mapped("reminded_on")))

    def test_what_was_paid_ahead_is_neither_reminded_of_nor_missed(self):
        self.consent()
        made = self.start()
        self.pay_next(made, self.day + DAY, amount=30.0)
        self.walk(self.day + 2 * DAY, made.instalment_ids[1].date + 5 * DAY)
        self.assertFalse(self.letters_of(made, "instalment_due"))
        self.assertFalse(self.letters_of(made, "instalment_missed"))

    # === MISSED, BROKEN === #

    def test_a_missed_instalment_gets_one_letter_and_the_handler_an_activity(self):
        made = self.start()
        self.walk(self.day, FIRST + 10 * DAY)
        [letter] = self.letters_of(made, "instalment_missed")
        self.assertEqual(letter.date, FIRST + 4 * DAY)
        self.assertEqual(letter.stated_last_day, date(2026, 3, 6))
        self.assertTrue(letter.facts["first_missed"])
        self.assertEqual(letter.facts["amount"], "15.00")
        self.assertEqual(letter.state, "sent")
        case = self.case_of(self.move)
        self.assertEqual(case.activity_ids.mapped("summary"), ["Instalment missed"])
        events = self.env["arrears.case.history"].search([("case_id", "=", case.id)])
        self.assertIn("arrangement_missed", events.mapped("event"))

    def test_paid_after_the_letter_it_goes_on(self):
        made = self.start()
        self.walk(self.day, FIRST + 10 * DAY)
        self.pay_next(made, FIRST + 11 * DAY)
        self.walk(FIRST + 11 * DAY, FIRST + 25 * DAY)
        self.assertEqual(made.state, "active")
        self.walk(FIRST + 26 * DAY, FIRST + 35 * DAY)
        letters = self.letters_of(made, "instalment_missed")
        self.assertEqual([each.facts["first_missed"] for each in letters], [True, False])

    def test_an_unpaid_cent_is_missed(self):
        made = self.start()
        self.pay_next(made, FIRST, amount=14.99)
        self.walk(FIRST, FIRST + 4 * DAY)
        self.assertEqual(self.letters_of(made, "instalment_missed").facts["amount"], "0.01")

    def test_it_does_not_break_before_its_letter_was_posted(self):
        made = self.start()
        day = FIRST
        while day < FIRST + 40 * DAY:
            self.run_on(day, post_letters=False)
            day += DAY
        [letter] = self.letters_of(made, "instalment_missed")
        self.assertEqual((letter.state, made.state), ("queued", "active"))
        self.env["arrears.run"].search([], limit=1).mark_letters_posted(day)
        letter.run_id.mark_letters_posted(day)
        self.assertEqual(letter.sent_on, day)
        self.walk(day + DAY, day + 17 * DAY)  # the bank has its days here, too
        self.assertEqual(made.state, "active")
        self.walk(day + 18 * DAY, day + 22 * DAY)
        self.assertEqual(made.state, "broken")

    def test_a_letter_that_failed_is_made_again_after_a_week(self):
        made = self.start()
        self.walk(self.day, FIRST + 4 * DAY)
        [letter] = self.letters_of(made, "instalment_missed")
        letter.sudo()._fail("returned", FIRST + 5 * DAY)
        self.walk(FIRST + 5 * DAY, FIRST + 10 * DAY)
        self.assertEqual(len(self.letters_of(made, "instalment_missed")), 1)
        self.walk(FIRST + 11 * DAY, FIRST + 11 * DAY)
        self.assertEqual(len(self.letters_of(made, "instalment_missed")), 2)

    # === SAFETY === #

    def test_test_mode_writes_nothing_and_the_customer_hears_it_after(self):
        self.company.arrears_test_email = "test@example.com"
        made = self.start()
        self.walk(self.day, FIRST + 10 * DAY)
        self.assertFalse(self.letters_of(made))
        self.assertEqual(made.waiting_letter, "arrangement")
        self.company.arrears_test_email = False
        self.run_on(FIRST + 11 * DAY)
        self.assertEqual(
            set(self.letters_of(made).mapped("kind")), {"arrangement", "instalment_missed"}
        )
        self.assertFalse(made.waiting_letter)

    def test_stop_everything_writes_and_breaks_nothing(self):
        made = self.start()
        self.run_on(self.day)
        self.company.arrears_paused = True
        for days in range(1, 60, 7):
            self.runs.run_for(FIRST + days * DAY, self.company)
        self.assertEqual(self.letters_of(made).mapped("kind"), ["arrangement"])
        self.assertEqual(made.state, "active")

    def test_a_day_of_rest_is_left_alone(self):
        self.company.arrears_rest_days = True
        made = self.start(first_day=date(2026, 2, 18))
        self.walk(self.day, date(2026, 2, 22))  # a Sunday
        self.assertFalse(self.letters_of(made, "instalment_missed"))
        self.run_on(date(2026, 2, 23))
        self.assertTrue(self.letters_of(made, "instalment_missed"))

    def test_a_hold_and_its_fresh_term_are_left_alone(self):
        made = self.start()
        hold = self.env["arrears.hold"].create(
            {
                "case_id": self.case_of(self.move).id,
                "kind": "debt_help",
                "start": FIRST,
                "end": FIRST + 20 * DAY,
                "reason": "asked for",
            }
        )
        self.walk(self.day, hold.end + 14 * DAY)
        self.assertFalse(self.letters_of(made, "instalment_missed"))
        self.run_on(hold.end + 15 * DAY)
        self.assertTrue(self.letters_of(made, "instalment_missed"))

    def test_money_that_waits_to_be_matched_may_be_the_instalment(self):
        made = self.start()
        payment = self.env["account.payment"].create(
            {"partner_id": self.customer.id, "amount": 15.0, "date": FIRST}
        )
        payment.action_post()
        self.walk(self.day, FIRST + 10 * DAY)
        self.assertFalse(self.letters_of(made, "instalment_missed"))

    # === OFFERED AND AGREED === #

    def test_a_proposal_freezes_and_lapses_when_it_is_not_accepted(self):
        made = self.draft(self.move, day=self.day, count=3)
        made.propose(self.day, needs_acceptance=True)
        self.assertEqual((made.state, made.accept_by), ("proposed", self.day + 14 * DAY))
        self.assertTrue(self.move.no_followup)
        [letter] = self.letters_of(made)
        self.assertEqual(letter.kind, "arrangement_proposed")
        self.assertEqual(letter.facts["accept_by"], str(made.accept_by))
        self.walk(self.day, made.accept_by)
        self.assertEqual(made.state, "proposed")
        self.assertFalse(self.steps_of(self.move, after=DUE))
        lapsed = made.accept_by + DAY
        self.run_on(lapsed)
        self.assertEqual((made.state, made.closed_on), ("cancelled", lapsed))
        self.assertEqual(self.items_of(self.move).next_step_date, lapsed + 15 * DAY)

    def test_accepted_in_time_it_starts(self):
        made = self.draft(self.move, day=self.day, count=3)
        made.propose(self.day, needs_acceptance=True)
        written = format_date(self.env, made.accept_by)
        with self.assertRaisesRegex(UserError, f"last day to accept .* was {written}"):
            made.accept(made.accept_by + DAY, "phone")
        with self.assertRaises(UserError):
            made.accept(made.accept_by, "telepathy")
        made.accept(made.accept_by, "phone")
        self.assertEqual((made.state, made.started_on), ("active", made.accept_by))
        self.assertEqual(
            self.letters_of(made).mapped("kind"), ["arrangement_proposed", "arrangement"]
        )

    def test_beyond_the_limits_a_manager_approves(self):
        self.company.arrears_arrangement_smallest = 20.0
        handler = self.make_user("handler")
        made = self.draft(self.move, day=self.day, count=3)
        made.with_user(handler).propose(self.day)
        self.assertEqual((made.state, made.needs_approval), ("proposed", True))
        self.assertFalse(self.letters_of(made))
        [asked] = made.activity_ids
        self.assertTrue(asked.user_id.has_group("premium_arrears.group_manager"))
        self.assertEqual(asked.date_deadline, self.day)
        with self.assertRaises(AccessError):
            made.with_user(handler).approve(self.day)
        made.approve(self.day + DAY)
        self.assertFalse(made.activity_ids)
        self.assertEqual((made.state, made.approved_by_id), ("active", self.env.user))
        self.assertEqual(self.letters_of(made).mapped("kind"), ["arrangement"])

    def test_beyond_the_limits_a_manager_refuses_and_the_handler_hears_it(self):
        self.company.arrears_arrangement_smallest = 20.0
        handler, manager = self.make_user("handler"), self.make_user("manager")
        made = self.draft(self.move, day=self.day, count=3)
        made.case_ids.user_id = handler
        made.with_user(handler).propose(self.day)
        with self.assertRaises(AccessError):
            made.with_user(handler).refuse(self.day, "Too long")
        action = made.with_user(manager).with_context(arrears_step="refuse").action_step()
        wizard = self.env[action["res_model"]].with_user(manager).with_context(**action["context"])
        with self.assertRaisesRegex(UserError, "Say why"):
            wizard.create({"day": self.day}).action_apply()
        wizard.create({"day": self.day, "reason": "Too long"}).action_apply()
        self.assertEqual((made.state, made.reason), ("cancelled", "Too long"))
        self.assertFalse(self.items_of(self.move).arrangement_id)
        self.assertFalse(self.letters_of(made))
        [activity] = made.case_ids.activity_ids
        self.assertEqual(activity.user_id, handler)
        self.assertEqual(activity.summary, "A manager refused an arrangement")
        self.assertIn("Too long", activity.note)

    def test_only_what_waits_for_a_manager_is_refused(self):
        made = self.draft(self.move, day=self.day, count=3)
        made.propose(self.day, needs_acceptance=True)
        self.assertEqual((made.state, made.needs_approval), ("proposed", False))
        with self.assertRaisesRegex(UserError, "does not wait for a manager"):
            made.refuse(self.day, "Too long")
        self.assertEqual(made.state, "proposed")

    def test_notes_and_reasons_hold_no_bsn(self):
        made = self.draft(self.move, day=self.day, count=3)
        with self.assertRaisesRegex(ValidationError, "BSN"):
            made.with_user(self.make_user("handler")).note = "BSN 111222333"
        made.propose(self.day)
        with self.assertRaisesRegex(ValidationError, "BSN"):
            made.cancel(self.day, "BSN 1112.22.333")
        self.assertEqual(made.state, "active")

    def make_user(self, group):
        return new_test_user(
            self.env,
            f"arrangement_{group}",
            groups=f"premium_arrears.group_{group}",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )

    def test_who_may_decide(self):
        handler, reader = self.make_user("handler"), self.make_user("reader")
        made = self.draft(self.move, day=self.day, count=3)
        with self.assertRaises(AccessError):
            made.with_user(reader).propose(self.day)
        made.with_user(handler).propose(str(self.day))
        with self.assertRaises(AccessError):
            made.with_user(reader).cancel(self.day, "No")
        with self.assertRaisesRegex(UserError, "say why"):
            made.with_user(handler).cancel(self.day, " ")
        with self.assertRaises(UserError):
            made.with_user(handler).cancel("tomorrow", "No")
        made.with_user(handler).cancel(self.day, "The customer asked for it")
        with self.assertRaisesRegex(UserError, "Cancelled"):
            made.with_user(handler).cancel(self.day, "Again")

    def test_nobody_writes_by_hand_what_the_engine_works_out(self):
        made = self.start().with_env(self.env)
        handler = self.make_user("handler")
        for user in (self.env.user, handler):
            mine = made.with_user(user)
            mine.note = "calls on Fridays"
            for record, values in (
                (mine, {"state": "kept"}),
                (mine, {"amount_paid": 45.0}),
                (mine.instalment_ids[:1], {"amount_paid": 15.0}),
                (mine.line_ids[:1], {"amount": 1.0}),
            ):
                with self.assertRaises(AccessError):
                    record.write(values)
        for records in (made, made.instalment_ids, made.line_ids):
            with self.assertRaises(UserError):
                records.sudo().unlink()

    def test_one_premium_is_in_one_arrangement(self):
        first = self.draft(self.move, day=self.day, count=3)
        second = self.draft(self.move, day=self.day, count=2)
        first.propose(self.day)
        with self.assertRaisesRegex(UserError, "another arrangement"):
            second.propose(self.day)
        with self.assertRaisesRegex(UserError, "Nothing is open"):
            self.draft(self.move, day=self.day, count=2)

    def test_terms_that_cannot_be(self):
        for terms in (
            {"count": 0},
            {"count": 10_000},
            {"count": -3},
            {"count": 2.5},
            {"part": 15.0},
            {"count": 3, "first_day": self.day - DAY},
            {"count": 3, "every": "day"},
            {"count": 3, "day_of_month": 0},
            {"count": 3, "first_day": date(2099, 12, 1)},
            {},
        ):
            with self.subTest(terms=terms), self.assertRaises(UserError):
                self.draft(self.move, day=self.day, **terms)

    def test_follow_up_is_given_back_as_it_was(self):
        other = self.make_invoice(DUE + DAY)
        self.run_on(DUE + 2 * DAY)
        line = self.items_of(other).move_line_id
        line.no_followup = True
        made = self.arrange(self.move, other, day=self.day, count=3)
        self.assertEqual((self.move | other).mapped("no_followup"), [True, True])
        made.cancel(self.day, "The customer asked for it")
        self.assertFalse(self.move.no_followup)
        self.assertTrue(line.no_followup)

    # === SET-BASED === #

    def test_a_day_takes_as_many_queries_for_forty_as_for_five(self):
        self.company.arrears_arrangement_months = 60
        queries = {}
        for count in (5, 40):
            moves = []
            for number in range(count):
                customer = self.make_customer(
                    f"Customer {count} {number}",
                    email=f"c{number}@example.com",
                    e_notice_consent_date=DUE,
                )
                moves.append(self.make_invoice(DUE, self.make_policy(partner_id=customer.id)))
            items = self.items_of(*moves)
            self.env["arrears.item"].sudo()._collect(self.day, self.company)
            made = self.env["arrears.arrangement"].sudo()
            for move in moves:
                made |= self.arrange(move, day=self.day, first_day=FIRST, count=3)
            self.assertFalse(items)
            for name, day in (
                ("quiet", FIRST - 10 * DAY),
                ("remind", FIRST - 2 * DAY),
                ("missed", FIRST + 5 * DAY),
            ):
                queries.setdefault(name, []).append(self.count(day))
            first = made.instalment_ids.filtered(lambda part: part.number == 1)
            self.assertTrue(all(part.missed_on for part in first))
            first.missed_notice_id.write({"body_hash": "as if rendered"})
            first.missed_notice_id._mark_sent(FIRST + 5 * DAY)
            queries.setdefault("broken", []).append(self.count(FIRST + 30 * DAY))
            self.assertEqual(set(made.mapped("state")), {"broken"})
        for name, (few, many) in queries.items():
            self.assertLessEqual(many, few + 20, (name, queries))

    def count(self, day):
        """Return the queries of what one day's run asks of arrangements."""
        runs = self.env["arrears.run"].sudo()
        run = runs.search([("date", "=", day), ("company_id", "=", self.company.id)])
        run = (run or runs.create({"date": day, "company_id": self.company.id}))._as_service()
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        run.env["arrears.arrangement"]._follow_up(day, self.company)
        run.env["arrears.arrangement"]._write_due(run)
        self.env.flush_all()
        return self.env.cr.sql_log_count - before
