"""Rules of cover: an insurer's conditions make a suspension later or a return slower, by date."""

from contextlib import contextmanager
from datetime import date, timedelta

from psycopg2.errors import CheckViolation

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import DAY, ArrearsCommon

DUE = date(2026, 1, 15)
ALWAYS = date(2025, 1, 1)


@tagged("post_install", "-at_install")
class TestCoverRule(ArrearsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # By e-mail: the letters themselves are looked at in test_cover_rule_letter.
        cls.mailed = {"email": "customer@example.com", "e_notice_consent_date": ALWAYS}
        cls.customer.write(cls.mailed)
        cls.rules = cls.env["insurance.cover.rule"]

    @classmethod
    def make_rule(cls, **values):
        """Return a rule of this company for all policies, in force since long, unless said."""
        return cls.rules.create({"company_id": cls.company.id, "date_from": ALWAYS, **values})

    def run_mailed(self, day):
        """Run a day whose mails leave the same day."""
        run = self.run_on(day, post_letters=False)
        run.notice_ids.sudo()._mark_sent(day)
        return run

    def warn(self, *moves):
        """Run until the 14-day notice; return it."""
        for days in (7, 21):
            self.run_mailed(DUE + timedelta(days=days))
        return self.env["arrears.notice"].union(
            *(self.notices_of(move, "formal_notice") for move in moves)
        )

    def suspend(self, move):
        """Run until the cover stops by the law alone; return the notice."""
        notice = self.warn(move)
        self.run_mailed(notice.last_day + DAY)
        return notice

    def gap(self, policy=None):
        return [(gap.start, gap.resume) for gap in (policy or self.policy).gap_ids]

    @contextmanager
    def refused(self, words, error=ValidationError):
        """Expect an error that says ``words``, and leave the database as it was."""
        with self.assertRaisesRegex(error, words), self.env.cr.savepoint():
            yield
        self.env.invalidate_all()

    # === SUSPENSION === #

    def test_days_of_grace_stop_the_cover_later_and_the_fee_not(self):
        self.make_rule(grace_days=5)
        notice = self.warn(self.make_invoice(DUE))
        for days in (1, 5):
            self.run_mailed(notice.last_day + days * DAY)
            self.assertFalse(self.policy.gap_ids, days)
            self.assertEqual(self.policy.coverage_state, "at_risk")
            self.assertEqual(notice.fee_id.booked_on, notice.last_day + DAY)
        run = self.run_mailed(notice.last_day + 6 * DAY)
        self.assertEqual(self.gap(), [(notice.last_day + 6 * DAY, False)])
        self.assertEqual(run.action_ids.filtered("policy_id").why["grace_days"], 5)
        self.assertTrue(notice.settled)
        self.assertEqual(len(notice.case_id.fee_ids), 1)

    def test_paid_during_the_grace_keeps_its_cover(self):
        self.make_rule(grace_days=5)
        move = self.make_invoice(DUE)
        notice = self.suspend(move)
        self.pay_invoice(move, credited_on=notice.last_day + 2 * DAY)
        self.run_mailed(notice.last_day + 6 * DAY)
        self.assertFalse(self.policy.gap_ids)
        self.assertTrue(notice.settled)

    def test_the_final_notice_makes_it_later_and_the_14_day_notice_stays_the_ground(self):
        self.make_rule(suspend_after="final_notice")
        move = self.make_invoice(DUE)
        formal = self.suspend(move)
        self.assertFalse(self.policy.gap_ids)
        self.run_mailed(formal.last_day + 9 * DAY)
        final = self.notices_of(move, "final_notice")
        self.assertEqual(final.state, "sent")
        self.run_mailed(final.last_day)
        self.assertFalse(self.policy.gap_ids)
        self.run_mailed(final.last_day + DAY)
        gap = self.policy.gap_ids
        self.assertEqual(self.gap(), [(final.last_day + DAY, False)])
        self.assertEqual((gap.notice_id, gap.final_notice_id), (formal, final))
        # Without the final notice the condition of the insurer was not met.
        final.withdraw(final.last_day + 2 * DAY, "Wrong amount")
        self.assertEqual(gap.resume, gap.start)
        self.run_mailed(gap.start + 3 * DAY)
        self.assertEqual(len(self.policy.gap_ids), 1)
        self.assertFalse(formal.settled)
        again = self.notices_of(move, "final_notice") - final
        self.run_mailed(again.last_day + DAY)
        latest = self.policy.gap_ids.sorted("start")[-1:]
        self.assertEqual((latest.start, latest.final_notice_id), (again.last_day + DAY, again))

    def test_one_letter_two_insurers_conditions_two_days(self):
        other = self.make_policy(line_of_business="legal")
        self.make_rule(line_of_business="legal", grace_days=3)
        move = self.make_invoice(DUE, policies=self.policy | other)
        notice = self.suspend(move)
        self.assertEqual(self.gap(), [(notice.last_day + DAY, False)])
        self.run_mailed(notice.last_day + 4 * DAY)
        self.assertEqual(self.gap(other), [(notice.last_day + 4 * DAY, False)])

    # === WHICH PREMIUM, WHICH POLICY === #

    def test_first_and_amendment_premium_never_stop_cover_beside_a_follow_up_premium(self):
        first, amended = self.make_policy(), self.make_policy(line_of_business="contents")
        moves = {
            self.policy: self.make_invoice(DUE),
            first: self.make_invoice(DUE, policies=first, kind="first"),
            amended: self.make_invoice(DUE, policies=amended, kind="amendment"),
        }
        notice = self.warn(*moves.values())
        self.assertEqual(len(notice), 1)
        self.assertTrue(notice.names_suspension)
        self.assertEqual(notice._policies_at_risk(), self.policy)
        self.run_mailed(notice.last_day + DAY)
        self.assertTrue(self.policy.gap_ids)
        self.assertFalse((first | amended).gap_ids)

    def test_an_amendment_premium_that_is_left_open_does_not_stop_the_same_policy(self):
        follow_up, amendment = self.make_invoice(DUE), self.make_invoice(DUE, kind="amendment")
        notice = self.warn(follow_up, amendment)
        self.pay_invoice(follow_up, credited_on=notice.last_day)
        self.run_mailed(notice.last_day + DAY)
        self.assertTrue(self.case_of(amendment).amount_open)
        self.assertFalse(self.policy.gap_ids)

    def test_a_package_is_one_policy_and_a_loose_one_beside_it_keeps_its_cover(self):
        package = self.make_policy(line_of_business="package", licence_plate="GB-123-K")
        move, loose = self.make_invoice(DUE, policies=package), self.make_invoice(DUE)
        notice = self.warn(move, loose)
        self.pay_invoice(loose, credited_on=notice.last_day)
        self.run_mailed(notice.last_day + DAY)
        self.assertEqual(self.gap(package), [(notice.last_day + DAY, False)])
        self.assertFalse(self.policy.gap_ids)

    # === RETURN === #

    def test_with_the_costs_cover_waits_for_the_fee(self):
        self.make_rule(resume_includes_costs=True)
        move = self.make_invoice(DUE)
        notice = self.suspend(move)
        self.assertTrue(self.policy.gap_ids.resume_includes_costs)
        self.pay_invoice(move, credited_on=notice.last_day + 2 * DAY)
        self.assertEqual(self.gap(), [(notice.last_day + DAY, False)])
        self.run_mailed(notice.last_day + 3 * DAY)
        self.assertEqual(self.policy.coverage_state, "suspended")
        self.pay(notice.fee_id.move_line_id, 40.0, notice.last_day + 6 * DAY)
        self.assertEqual(self.gap(), [(notice.last_day + DAY, notice.last_day + 7 * DAY)])

    def test_with_the_costs_a_fee_that_is_let_go_brings_cover_back_from_then_on(self):
        self.make_rule(resume_includes_costs=True)
        move = self.make_invoice(DUE)
        notice = self.suspend(move)
        self.pay_invoice(move, credited_on=notice.last_day + 2 * DAY)
        self.waive(notice.fee_id, notice.last_day + 9 * DAY)
        self.assertEqual(self.gap(), [(notice.last_day + DAY, notice.last_day + 10 * DAY)])

    def test_with_the_costs_a_fee_paid_first_does_not_bring_it_back(self):
        self.make_rule(resume_includes_costs=True)
        move = self.make_invoice(DUE)
        notice = self.suspend(move)
        self.pay(notice.fee_id.move_line_id, 40.0, notice.last_day + 2 * DAY)
        self.assertEqual(self.gap(), [(notice.last_day + DAY, False)])
        self.pay_invoice(move, credited_on=notice.last_day + 4 * DAY)
        self.assertEqual(self.gap(), [(notice.last_day + DAY, notice.last_day + 5 * DAY)])

    def test_costs_that_fell_away_without_a_payment_are_heard_by_the_run(self):
        self.make_rule(resume_includes_costs=True)
        move = self.make_invoice(DUE)
        notice = self.suspend(move)
        self.pay_invoice(move, credited_on=notice.last_day + 2 * DAY)
        notice.fee_id.sudo()._take_back(notice.last_day + 3 * DAY, "reversed")
        self.run_mailed(notice.last_day + 4 * DAY)
        self.assertEqual(self.gap(), [(notice.last_day + DAY, notice.last_day + 3 * DAY)])

    def test_after_24_hours_the_day_stays_and_the_hour_counts(self):
        other = self.make_policy(line_of_business="legal")
        self.make_rule(line_of_business="legal", resumption="hours_24")
        move = self.make_invoice(DUE, policies=self.policy | other)
        notice = self.suspend(move)
        self.assertFalse(other.gap_ids.is_resumption_partial, "not back yet")
        self.pay_invoice(move, credited_on=notice.last_day + 2 * DAY)
        self.assertEqual(self.gap(), self.gap(other))
        self.assertEqual(other.gap_ids.resume, notice.last_day + 3 * DAY)
        self.assertTrue(other.gap_ids.is_resumption_partial)
        self.assertFalse(self.policy.gap_ids.is_resumption_partial)
        self.assertTrue(other.covered_on(notice.last_day + 3 * DAY), "doubt is for the customer")

    # === DATES IN FORCE === #

    def test_the_most_specific_rule_wins(self):
        other = self.env["res.partner"].create({"name": "South", "is_insurer": True})
        keys = [{}, {"line_of_business": "home"}, {"insurer_id": self.insurer.id}]
        keys += [keys[1] | keys[2], {"line_of_business": "motor"}]
        for days, key in enumerate(keys, start=1):
            self.make_rule(grace_days=days, **key)
        stories = [
            (self.policy, 4),
            (self.make_policy(line_of_business="legal"), 3),
            (self.make_policy(line_of_business="motor"), 3),
            (self.make_policy(insurer_id=other.id), 2),
            (self.make_policy(insurer_id=other.id, line_of_business="legal"), 1),
        ]
        found = self.rules._choose((policy, DUE) for policy, _days in stories)
        for policy, days in stories:
            self.assertEqual(found[policy, DUE].grace_days, days)
        before = self.rules._choose([(self.policy, ALWAYS - DAY)])
        self.assertEqual(before[self.policy, ALWAYS - DAY].grace_days, 0)

    def test_two_rules_for_the_same_policies_on_one_day_are_refused(self):
        first = self.make_rule(insurer_id=self.insurer.id, date_until=DUE)
        with self.refused(f"{self.insurer.name}.*another rule"):
            self.make_rule(insurer_id=self.insurer.id, date_from=DUE)
        self.make_rule(insurer_id=self.insurer.id, date_from=DUE + DAY)
        with self.refused("another rule"):
            first.date_until = False
        self.make_rule(insurer_id=self.insurer.id, line_of_business="home")

    def test_bad_rules_are_refused_with_the_reason(self):
        with self.refused("not marked as an insurer"):
            self.make_rule(insurer_id=self.customer.id)
        for values, name in (
            ({"date_until": ALWAYS - DAY}, "days_in_order"),
            ({"grace_days": -1}, "grace_not_negative"),
        ):
            with mute_logger("odoo.sql_db"), self.refused(name, CheckViolation):
                self.make_rule(**values)

    def test_what_is_in_arrears_keeps_the_rule_it_started_with(self):
        opened = DUE + timedelta(days=7)
        rule = self.make_rule(grace_days=2)
        notice = self.warn(self.make_invoice(DUE))
        for change in (
            {"grace_days": 9},
            {"date_until": opened - DAY},
            {"line_of_business": "life"},
        ):
            with self.refused(f"1 policies.*{opened}"):
                rule.write(change)
        with self.refused("keeps the rule"):
            rule.unlink()
        with self.refused("keeps the rule"):
            self.make_rule(insurer_id=self.insurer.id, date_from=opened)
        rule.date_until = opened
        self.make_rule(date_from=opened + DAY, grace_days=30)
        self.run_mailed(notice.last_day + 3 * DAY)
        self.assertEqual(self.gap(), [(notice.last_day + 3 * DAY, False)])

    def test_a_gap_keeps_how_its_cover_comes_back(self):
        move = self.make_invoice(DUE)
        notice = self.suspend(move)
        self.make_rule(
            date_from=notice.last_day + DAY, resumption="hours_24", resume_includes_costs=True
        )
        gap = self.policy.gap_ids
        self.pay_invoice(move, credited_on=notice.last_day + 4 * DAY)
        self.assertEqual(gap.resume, notice.last_day + 5 * DAY)
        self.assertFalse(gap.is_resumption_partial)

    def test_a_harder_rule_does_not_break_what_the_notice_promised(self):
        notice = self.warn(self.make_invoice(DUE))
        new = {"date_from": notice.last_day, "resumption": "hours_24"}
        self.make_rule(resume_includes_costs=True, **new)
        self.run_mailed(notice.last_day + DAY)
        gap = self.policy.gap_ids
        self.assertEqual((gap.resumption, gap.resume_includes_costs), ("next_day", False))

    def test_a_milder_rule_is_for_a_gap_that_starts_under_it(self):
        rule = self.make_rule(resume_includes_costs=True)
        notice = self.warn(self.make_invoice(DUE))
        rule.date_until = notice.last_day
        self.run_mailed(notice.last_day + DAY)
        self.assertFalse(self.policy.gap_ids.resume_includes_costs)

    # === WHO, WHERE === #

    def test_a_reader_reads_a_manager_writes(self):
        rule = self.make_rule(grace_days=2)
        for role, may in (("reader", False), ("handler", False), ("manager", True)):
            user = new_test_user(
                self.env,
                f"rule_{role}",
                groups=f"premium_arrears.group_{role}",
                company_id=self.company.id,
                company_ids=[(6, 0, self.company.ids)],
            )
            mine = rule.with_user(user)
            self.assertIn("2 more days", mine.description)
            self.assertEqual(self.policy.with_user(user).cover_rule_id, mine)
            if may:
                mine.grace_days = 3
            else:
                with self.assertRaises(AccessError):
                    mine.grace_days = 3

    def test_a_rule_is_for_its_own_company(self):
        there = self.setup_other_company()["company"]
        self.rules.create({"company_id": there.id, "date_from": ALWAYS, "grace_days": 30})
        self.assertEqual(self.rules._choose([(self.policy, DUE)])[self.policy, DUE].grace_days, 0)
        self.assertFalse(self.policy.cover_rule_id)
        self.assertIn("when the term of the 14-day notice has passed.", self.policy.cover_rule_text)

    # === BAD INPUT === #

    def test_a_day_of_return_before_the_suspension_is_refused_in_words(self):
        notice = self.suspend(self.make_invoice(DUE))
        with self.refused(f"{self.policy.name}.*cannot be back on"):
            self.policy.gap_ids.sudo().resume = notice.last_day

    def test_a_licence_plate_that_is_none_is_refused_in_words(self):
        for plate in ("A1B2C3", "123456", "GB-123-K7"):
            with self.refused(f"{self.policy.name}.*{plate}"):
                self.policy.licence_plate = plate
        self.policy.licence_plate = "gb 123 k"
