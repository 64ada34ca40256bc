"""The end of a policy for non-payment: two people, a letter, a term; payment stops it."""

from datetime import date, timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import DAY
from .notice_common import DUE, LATER, STOPPED
from .termination_common import TerminationCommon

OK_ROWS = {"role", "premium", "ground", "notice", "received", "term", "suspended", "free"}


@tagged("post_install", "-at_install")
class TestTermination(TerminationCommon):
    # === THE STORY === #

    def test_from_a_proposed_step_to_the_end(self):
        day = self.warn()
        case = self.final.case_id
        action = self.propose_step(case, day)
        action.with_user(self.anna).action_prepare_termination()
        record = action.termination_ids
        self.assertEqual((record.policy_id, record.state), (self.policy, "proposed"))
        self.assertEqual((action.state, action.decided_by_id), ("done", self.anna))
        # A second person: not the one who proposed.
        record.sudo().proposed_on = day
        with self.assertRaisesRegex(UserError, "Somebody else has to approve"):
            self.approve(record, day, by=self.anna)
        letter = self.approve(record, day)
        self.assertEqual((record.state, record.approved_by_id), ("approved", self.bert))
        self.assertEqual((letter.kind, letter.state), ("policy_ended", "queued"))
        # Two months after receipt, as stated, with two days of room.
        letter._mark_sent(day)
        self.assertEqual(record.state, "announced")
        self.assertEqual(record.ends_on, record.stated_ends_on)
        self.assertEqual(letter.stated_last_day, record.ends_on - DAY)
        self.assertGreaterEqual(record.ends_on, day + timedelta(days=62))
        # Nothing ends before its day.
        self.run_on(record.ends_on - DAY, post_letters=False)
        self.assertFalse(self.policy.end_date)
        self.run_on(record.ends_on, post_letters=False)
        self.assertEqual(record.state, "ended")
        self.assertEqual(
            (self.policy.end_date, self.policy.end_reason, self.policy.coverage_state),
            (record.ends_on, "non_payment", "ended"),
        )
        self.assertFalse(self.policy.covered_on(record.ends_on))
        events = case.history_ids.sorted("id").filtered(
            lambda row: row.event in ("termination", "terminated")
        )
        self.assertEqual(
            events.mapped("reason"), ["Proposed", "Approved", "Announced", False]
        )
        self.assertEqual(events[-1].policy_id, self.policy)
        # The debt stays, and is collected.
        self.assertEqual(case.amount_open, 45.0)

    def propose_step(self, case, day):
        run = self.run_of(day)
        stage = case.procedure_id.stage_ids.filtered(lambda stage: stage.kind == "termination")
        return run.action_ids.create(
            {
                "run_id": run.id,
                "case_id": case.id,
                "stage_id": stage.id,
                "kind": "termination",
                "item_ids": case.item_ids.ids,
                "why": {"items": []},
            }
        )

    def test_decided_against_nothing_is_prepared(self):
        day = self.warn()
        action = self.propose_step(self.final.case_id, day)
        action.with_user(self.anna).decide(day, carried_out=False)
        self.assertEqual(action.state, "dismissed")
        self.assertFalse(action.termination_ids)

    def test_a_step_of_which_nothing_can_end_stays_to_decide(self):
        day = self.warn()
        self.policy.office_role = "intermediary"
        action = self.propose_step(self.final.case_id, day)
        with (
            self.assertRaisesRegex(UserError, "only the insurer may end it"),
            self.cr.savepoint(),
        ):
            action.with_user(self.anna).decide(day, carried_out=True)
        self.assertEqual(action.state, "proposed")
        self.assertFalse(action.termination_ids)

    # === WHAT STANDS IN THE WAY === #

    def test_the_checklist_is_ticked_by_facts(self):
        record = self.propose(self.warn())
        rows = record._get_checklist(record.proposed_on)
        self.assertEqual({row["code"] for row in rows}, OK_ROWS | {"arrangement", "payment"})
        self.assertTrue(all(row["ok"] for row in rows), rows)
        facts = {row["code"]: row["fact"] for row in rows}
        self.assertIn(self.final.name, facts["notice"])
        self.assertEqual(facts["ground"], "Conditions 2025, article 9")
        self.assertIn("45.00", facts["premium"])

    def test_each_obstacle_keeps_it_from_being_approved(self):
        day = self.warn()
        record = self.propose(day)
        case = record.case_id
        stories = {
            "dispute": (lambda: self.hold(case, "dispute", day), "free"),
            "debt help": (lambda: self.hold(case, "debt_help", day), "free"),
            "deferral": (lambda: self.hold(case, "deferral", day), "free"),
            "fresh term": (lambda: self.hold(case, "other", day - 9 * DAY, day - 3 * DAY), "free"),
            "arrangement": (lambda: case.sudo().write({"state": "arranged"}), "arrangement"),
            "credit": (lambda: self.book_credit(day), "payment"),
            "cover": (lambda: self.policy.gap_ids.sudo().write({"resume": STOPPED}), "suspended"),
            "exception": (
                lambda: self.policy.write({"conditions_allow_termination": "no"}),
                "ground",
            ),
            "no rule": (lambda: self.rule.unlink(), "ground"),
            "silent": (lambda: self.say_nothing(), "notice"),
            "returned": (lambda: self.final._fail("returned", day), "notice"),
            "running": (lambda: self.final._prove_receipt(day - 5 * DAY, "RP-1"), "term"),
            "role": (lambda: self.policy.write({"office_role": "intermediary"}), "role"),
        }
        for story, (happens, row) in stories.items():
            with self.subTest(story=story), self.undone():
                happens()
                self.env.invalidate_all()
                self.assertFalse(self.rows(record)[row])
                with self.assertRaisesRegex(UserError, "cannot go on"), self.cr.savepoint():
                    self.approve(record, day)
                self.assertEqual(record.state, "proposed")
                self.assertFalse(record.approved_by_id or record.letter_id)
        self.approve(record, day)
        self.assertEqual(record.state, "approved", "with all of it undone it goes on")

    def undone(self):
        """Return a context after which the database is as it was."""
        test = self

        class Undone:
            def __enter__(self):
                test.env.flush_all()
                self.savepoint = test.cr.savepoint(flush=False)
                self.savepoint.__enter__()

            def __exit__(self, *error):
                test.env.flush_all()
                self.savepoint.rollback()
                self.savepoint.__exit__(None, None, None)
                test.env.invalidate_all(flush=False)

        return Undone()

    def hold(self, case, kind, start, end=False):
        return self.env["arrears.hold"].create(
            {"case_id": case.id, "kind": kind, "start": start, "end": end, "reason": "said so"}
        )

    def book_credit(self, day):
        credit = self.env["account.move"].create(
            {
                "move_type": "out_refund",
                "company_id": self.company.id,
                "partner_id": self.customer.id,
                "invoice_date": day,
                "invoice_line_ids": [(0, 0, {"name": "x", "price_unit": 5.0, "tax_ids": []})],
            }
        )
        credit.action_post()

    def say_nothing(self):
        self.env.flush_all()
        self.cr.execute(
            "UPDATE arrears_notice SET names_termination = FALSE WHERE id = %s", self.final.ids
        )

    def test_what_can_never_end_is_not_proposed(self):
        for values, kind, words in (
            ({"line_of_business": "health_basic"}, "follow_up", "Basic health"),
            ({"office_role": "intermediary"}, "follow_up", "Ask the insurer"),
            ({}, "first", "Only an unpaid follow-up premium"),
            ({}, "amendment", "Only an unpaid follow-up premium"),
        ):
            policy = self.make_policy(
                partner_id=self.make_customer(f"{values} {kind}").id, **values
            )
            self.make_invoice(DUE, policy, kind=kind)
            self.items._collect(LATER, self.company)
            with self.subTest(values=values, kind=kind), self.assertRaisesRegex(UserError, words):
                self.propose(LATER, policy)

    def test_nothing_is_owed_nothing_ends(self):
        with self.assertRaisesRegex(UserError, "Nothing of this policy's own premium is open"):
            self.propose(LATER)

    def test_only_the_policy_in_arrears(self):
        loose = self.make_policy(line_of_business="liability")
        paid = self.make_invoice(DUE, loose)
        self.pay_invoice(paid, credited_on=DUE)
        day = self.warn()
        record = self.propose(day, self.policy)
        with self.assertRaisesRegex(UserError, loose.name):
            self.propose(day, loose)
        self.approve(record, day)._mark_sent(day)
        self.end(record)
        self.assertEqual(self.policy.coverage_state, "ended")
        self.assertFalse(loose.end_date)
        self.assertTrue(loose.covered_on(record.ends_on))

    def test_each_policy_of_a_collective_invoice_by_its_own_share(self):
        second = self.make_policy(line_of_business="liability")
        self.make_invoice(DUE, self.policy | second)
        self.items._collect(LATER, self.company)
        both = self.policy | second
        facts = self.terminations.sudo()._read_facts(both, LATER)
        self.assertEqual([str(facts[policy].law.amount_open) for policy in both], ["45.00"] * 2)

    def test_twice_for_one_policy_is_refused(self):
        day = self.warn()
        self.propose(day)
        with self.assertRaisesRegex(UserError, "proposed already"):
            self.propose(day, by=self.bert)

    # === PAID === #

    def test_all_paid_before_the_day_it_goes_on_and_one_letter_says_so(self):
        record = self.announce()
        gap = self.policy.gap_ids
        gap.sudo().suspended_notice_id = self.letters("formal_notice")[:1]
        paid_on = record.ends_on - DAY
        self.pay_all(paid_on)
        self.assertEqual((record.state, record.reason), ("withdrawn", "Paid in time"))
        self.assertEqual(gap.resume, record.ends_on)
        run = self.run_of(record.ends_on)._as_service()
        for _twice in range(2):
            run.env["arrears.notice"]._tell_cover(run)
        kept = self.letters("policy_kept")
        self.assertEqual(len(kept), 1)
        self.assertEqual((record.told_notice_id, gap.resumed_notice_id), (kept, kept))
        self.assertFalse(self.letters("cover_resumed"))
        kept._render_text()
        text = self.text_of(kept)
        self.assertIn("does not end", text)
        self.assertIn(record.letter_id.name, text)
        self.assertEqual(kept._missing_parts(), ())
        self.end(record)
        self.assertFalse(self.policy.end_date)

    def test_a_part_does_not_stop_it(self):
        record = self.announce()
        move = self.items_of(self.policy).move_id
        self.pay_invoice(move, credited_on=record.ends_on - DAY, amount=44.0)
        self.assertEqual(record.state, "announced")
        self.end(record)
        self.assertEqual(record.state, "ended")

    def test_paid_before_the_letter_left_it_does_not_leave(self):
        day = self.warn()
        record = self.propose(day)
        letter = self.approve(record, day)
        self.pay_all(day)
        self.assertEqual((record.state, letter.state), ("withdrawn", "withdrawn"))
        self.assertFalse(record.must_tell)
        letter._mark_sent(day)
        self.assertEqual(letter.state, "withdrawn")

    def test_a_part_paid_before_the_letter_left_asks_for_a_new_one(self):
        day = self.warn()
        record = self.propose(day)
        letter = self.approve(record, day)
        self.pay_invoice(self.items_of(self.policy).move_id, credited_on=day, amount=10.0)
        self.assertFalse(letter._withdraw_outdated(day))
        self.assertEqual((record.state, record.ends_on), ("approved", False))
        self.assertIn("before it left", record.waits_for)
        record.with_user(self.bert).announce(day)
        self.assertNotEqual(record.letter_id, letter)
        self.assertEqual(record.premium_due, 35.0)

    def test_paid_in_time_and_booked_after_the_end_it_never_ended(self):
        record = self.ended()
        ends_on = record.ends_on
        self.pay_all(ends_on - DAY, booked_on=ends_on + 5 * DAY)
        self.assertEqual(record.state, "withdrawn")
        self.assertFalse(self.policy.end_date or self.policy.end_reason)
        self.assertTrue(self.policy.covered_on(ends_on))
        self.assertFalse(self.policy.covered_on(ends_on - DAY), "suspended until it was paid")
        self.assertTrue(record.must_tell)
        self.assertEqual(set(record.sudo().credit_move_ids.mapped("state")) or {"cancel"}, {"cancel"})

    def test_paid_after_the_end_it_stays_ended_and_nobody_hears_of_cover(self):
        record = self.ended()
        gap = self.policy.gap_ids
        gap.sudo().suspended_notice_id = self.letters("formal_notice")[:1]
        self.pay_all(record.ends_on)
        self.assertEqual((record.state, self.policy.end_date), ("ended", record.ends_on))
        self.assertFalse(gap.resume)
        run = self.run_of(record.ends_on + DAY)._as_service()
        run.env["arrears.notice"]._tell_cover(run)
        self.assertFalse(self.letters("cover_resumed") | self.letters("policy_kept"))

    # === THE LETTER DID NOT ARRIVE, OR LATER === #

    def test_a_returned_letter_gives_no_term_and_a_new_one_a_new_day(self):
        record = self.announce()
        first, day = record.ends_on, record.ends_on - 10 * DAY
        record.letter_id.sudo()._return(day)
        self.assertEqual((record.state, record.ends_on), ("approved", False))
        self.end_on(first)
        self.assertFalse(self.policy.end_date)
        record.with_user(self.bert).announce(day)
        record.letter_id.sudo()._mark_sent(day)
        self.assertEqual(record.state, "announced")
        self.assertGreater(record.ends_on, first)

    def end_on(self, day):
        service = self.run_of(day)._as_service()
        return service.env["insurance.termination"]._end_due(day, self.company)

    def test_a_letter_that_came_back_after_the_end_undoes_it(self):
        record = self.ended()
        record.letter_id.sudo()._return(record.ended_on + DAY)
        self.assertEqual(record.state, "approved")
        self.assertFalse(self.policy.end_date or record.ended_on)
        self.assertEqual(self.policy.coverage_state, "suspended")

    def test_proof_of_a_later_receipt_moves_the_day(self):
        record = self.announce()
        first = record.ends_on
        received = record.letter_id.sent_on + 20 * DAY
        record.letter_id.sudo()._prove_receipt(received, "RP-2")
        self.assertGreater(record.ends_on, first)
        self.end_on(first)
        self.assertEqual(record.state, "announced")

    def test_proof_of_an_earlier_receipt_never_comes_before_the_stated_day(self):
        record = self.announce()
        record.letter_id.sudo()._prove_receipt(record.letter_id.sent_on, "RP-3")
        self.assertEqual(record.ends_on, record.stated_ends_on)

    def test_a_withdrawn_letter_takes_the_term_along(self):
        record = self.announce()
        correction = record.letter_id.withdraw(record.ends_on - DAY, "Wrong customer")
        self.assertEqual(correction.corrects_id, record.letter_id)
        self.assertEqual((record.state, record.ends_on), ("approved", False))

    # === THE DAY ITSELF === #

    def test_a_hold_on_the_day_takes_the_term_away(self):
        record = self.announce()
        self.hold(record.case_id, "dispute", record.ends_on - DAY)
        self.end(record)
        self.assertEqual((record.state, record.ends_on), ("approved", False))
        self.assertIn("disputes", record.waits_for)
        self.assertFalse(self.policy.end_date)
        self.assertTrue(record.case_id.activity_ids)

    def test_money_that_is_not_matched_makes_it_wait(self):
        record = self.announce()
        self.book_credit(record.ends_on - DAY)
        self.end(record)
        self.assertEqual((record.state, self.policy.end_date), ("announced", False))

    def test_in_test_mode_nothing_ends(self):
        record = self.announce()
        self.company.arrears_test_email = "test@example.com"
        self.end(record)
        self.assertEqual((record.state, self.policy.end_date), ("announced", False))

    def test_while_everything_is_stopped_nothing_ends(self):
        record = self.announce()
        self.company.arrears_paused = True
        self.run_on(record.ends_on, post_letters=False)
        self.assertEqual(record.state, "announced")

    def test_a_customer_who_ended_it_himself_was_faster(self):
        record = self.announce()
        self.policy.write({"end_date": record.ends_on - DAY, "end_reason": "customer"})
        self.end(record)
        self.assertEqual((record.state, self.policy.end_reason), ("withdrawn", "customer"))

    def test_a_period_by_the_conditions(self):
        self.rule.write({"notice_months": 0, "notice_days": 0})
        record = self.announce()
        self.assertLess(record.ends_on, record.letter_id.sent_on + 25 * DAY)
        self.assertGreater(record.ends_on, record.letter_id.received_on + 14 * DAY)
        self.assertEqual(record.notice_period, "None: 14 days are left to pay")

    # === TAKEN BACK === #

    def test_withdrawn_by_a_manager_the_customer_hears_that_it_counts_no_more(self):
        record = self.announce()
        correction = record.with_user(self.anna).withdraw(record.ends_on - DAY, "Agreed by phone")
        self.assertEqual((record.state, record.reason), ("withdrawn", "Agreed by phone"))
        self.assertEqual(correction.sudo().kind, "correction")
        correction.sudo()._render_text()
        self.assertIn("It does not end", self.text_of(correction.sudo()))
        self.assertFalse(record.must_tell)
        self.end_on(record.stated_ends_on)
        self.assertFalse(self.policy.end_date)

    def test_refused_with_its_reason(self):
        record = self.propose(self.warn())
        with self.assertRaisesRegex(UserError, "Why"):
            record.with_user(self.bert).refuse(LATER, "  ")
        record.with_user(self.bert).refuse(LATER, "He is ill")
        self.assertEqual((record.state, record.reason), ("refused", "He is ill"))
        self.assertIn("Refused: He is ill", record.case_id.history_ids.mapped("reason"))
        with self.assertRaisesRegex(UserError, "cannot be done now"):
            self.approve(record, LATER)

    def test_revived_from_a_day_the_days_between_stay_without_cover(self):
        record = self.ended()
        back = record.ended_on + 20 * DAY
        revive = record.with_user(self.anna).revive
        with self.assertRaisesRegex(UserError, "has to be credited"), self.cr.savepoint():
            revive(back, "Agreed")
        self.pay_all(record.ended_on + 5 * DAY)
        with self.assertRaisesRegex(UserError, "never given for days that are over"):
            revive(record.ended_on - DAY, "Agreed")
        self.assertFalse(self.policy.covered_on(back))
        revive(back, "Agreed with the insurer")
        self.assertFalse(self.policy.end_date or self.policy.end_reason)
        self.assertEqual((record.state, record.revived_on), ("withdrawn", back))
        self.assertEqual(self.policy.coverage_state, "in_force")
        days = (STOPPED, record.ended_on, back - DAY, back)
        self.assertEqual(
            [self.policy.covered_on(day) for day in days], [False, False, False, True]
        )
        self.assertEqual(set(record.sudo().credit_move_ids.mapped("state")) or {"cancel"}, {"cancel"})

    def test_a_run_that_is_taken_back_takes_its_ends_back(self):
        record = self.announce()
        run = self.run_on(record.ends_on, post_letters=False)
        self.assertEqual((record.state, record.run_id), ("ended", run))
        run.withdraw(record.ends_on, "The bank was not booked")
        self.assertEqual((record.state, self.policy.end_date), ("announced", False))

    # === WHO === #

    def test_a_reader_and_a_handler_see_and_cannot_act(self):
        day = self.warn()
        record = self.propose(day)
        for role in ("reader", "handler"):
            user = self.make_user(role.title(), role)
            mine = record.with_user(user)
            with self.subTest(role=role):
                self.assertEqual(mine.policy_id.name, self.policy.name)
                self.assertTrue(mine.checklist_html)
                for act in (
                    lambda m=mine: m.approve(day),
                    lambda m=mine: m.refuse(day, "no"),
                    lambda m=mine: m.withdraw(day, "no"),
                    lambda u=user: self.policy.with_user(u).action_prepare_termination(),
                    lambda m=mine: m.write({"state": "ended"}),
                    lambda m=mine: m.unlink(),
                ):
                    with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_model"):
                        act()
        self.assertEqual(record.state, "proposed")

    def test_a_manager_cannot_write_what_two_people_decide(self):
        record = self.propose(self.warn())
        with (
            self.assertRaises(AccessError),
            mute_logger("odoo.addons.base.models.ir_model"),
        ):
            record.with_user(self.bert).write({"approved_by_id": self.bert.id})
        policy = self.policy.with_user(self.bert)
        with self.assertRaisesRegex(UserError, "two people"):
            policy.end_reason = "non_payment"
        self.assertFalse(self.policy.end_reason)
        policy.write({"end_date": date(2030, 1, 1), "end_reason": "customer"})
        self.assertEqual(self.policy.end_reason, "customer")

    def test_an_end_that_two_people_decided_is_not_moved_by_hand(self):
        record = self.ended()
        for values in ({"end_date": False}, {"end_reason": "other"}):
            with self.assertRaisesRegex(UserError, "ended for non-payment"):
                self.policy.with_user(self.bert).write(values)
        self.assertEqual(self.policy.end_date, record.ended_on)

    def test_another_company_sees_nothing_and_ends_nothing(self):
        record = self.announce()
        other = self.setup_other_company(name="Second office")["company"]
        stranger = self.make_user("Carla", "manager")
        stranger.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        terminations = self.terminations.with_user(stranger).with_context(
            allowed_company_ids=other.ids
        )
        self.assertFalse(terminations.search([]))
        with self.assertRaises(AccessError):
            record.with_user(stranger).with_context(allowed_company_ids=other.ids).withdraw(
                record.ends_on, "Not mine"
            )
        self.terminations.sudo()._end_due(record.ends_on, other)
        self.assertEqual(record.state, "announced")

    def test_many_ends_cost_the_queries_of_few(self):
        counts = {}
        for number in (2, 6):
            policies = self.env["insurance.policy"]
            for index in range(number):
                customer = self.make_customer(f"Many {number} {index}")
                policies |= self.make_policy(partner_id=customer.id)
            records = self.terminations.browse()
            day = self.warn_each(policies)
            records = self.propose(day, policies)
            records.with_user(self.bert).approve(day)
            records.letter_id.sudo()._mark_sent(day)
            ends_on = max(records.mapped("ends_on"))
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.terminations.sudo()._get_due(ends_on, self.company)._get_blockers(ends_on)
            counts[number] = self.cr.sql_log_count - before
            self.terminations.sudo().search([]).write({"state": "refused"})
        self.assertLessEqual(counts[6], counts[2] + 6, counts)

    def warn_each(self, policies):
        final = None
        for policy in policies:
            self.warn(policy)
            final = self.final
        return final.last_day + DAY
