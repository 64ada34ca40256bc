"""The end of a policy for non-payment: two people, a letter, a term; payment stops it."""

from datetime import date, timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .arrangement_common import arrange_items
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
        self.assertEqual(events.mapped("reason"), ["Proposed", "Approved", "Announced", False])
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
            "arrangement": (lambda: arrange_items(case.item_ids, day), "arrangement"),
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
                    with (
                        self.assertRaises(AccessError),
                        mute_logger("odoo.addons.base.models.ir_model"),
                    ):
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
        other = self.env["res.company"].create({"name": "Second office"})
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

    def test_of_an_intermediarys_policy_a_manager_records_what_the_insurer_decided(self):
        policy = self.make_policy(office_role="intermediary")
        handler = self.make_user("Cas", "handler")
        ended = {"end_date": LATER, "end_reason": "non_payment"}
        with self.assertRaisesRegex(UserError, "two people"):
            policy.with_user(handler).write(ended)
        policy.with_user(self.anna).write(ended)
        self.assertEqual(policy.end_reason, "non_payment")

    def test_no_approval_on_a_day_that_has_not_come(self):
        record = self.propose(self.warn())
        with self.assertRaisesRegex(UserError, "lies in the future"):
            record.with_user(self.bert).approve(date(2099, 1, 1))
        self.assertEqual(record.state, "proposed")
