"""Promises 4 and 5: cover stops only after a proper notice, and is back the day after payment."""

from datetime import date, timedelta

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .common import DAY, ArrearsCommon

DUE = date(2026, 1, 15)


@tagged("post_install", "-at_install")
class TestCover(ArrearsCommon):
    def suspend(self, move):
        """Walk until the first day after the term; return the formal notice."""
        notice = self.formal_notice(move, DUE + DAY)
        self.run_on(notice.last_day + DAY)
        return notice

    def gap(self, policy=None):
        return [(gap.start, gap.resume) for gap in (policy or self.policy).gap_ids]

    def test_cover_stops_the_day_after_the_last_day(self):
        move = self.make_invoice(DUE)
        notice = self.formal_notice(move, DUE + DAY)
        self.run_on(notice.date + DAY)
        self.assertEqual(self.policy.coverage_state, "at_risk")
        self.run_on(notice.last_day)
        self.assertFalse(self.policy.gap_ids)
        self.run_on(notice.last_day + DAY)
        self.assertEqual(self.policy.coverage_state, "suspended")
        self.assertEqual(self.gap(), [(notice.last_day + DAY, False)])
        self.assertEqual(self.policy.gap_ids.notice_id, notice)
        self.assertTrue(self.policy.covered_on(notice.last_day))
        self.assertFalse(self.policy.covered_on(notice.last_day + DAY))
        self.assertEqual(move.coverage_state, "suspended")
        self.assertEqual(self.customer.coverage_alert, "suspended")

    def test_last_day_is_extended_over_the_weekend_and_never_before_the_stated_day(self):
        move = self.make_invoice(DUE)
        notice = self.formal_notice(move, DUE + DAY)
        self.assertEqual(notice.sent_on, date(2026, 2, 5))  # Thursday
        self.assertEqual(notice.received_on, date(2026, 2, 6))  # Friday
        # 20 February is fourteen days on; the letter named Monday the 23rd, so that holds.
        self.assertEqual(notice.stated_last_day, date(2026, 2, 23))
        self.assertEqual(notice.last_day, date(2026, 2, 23))

    def test_a_run_that_comes_late_does_not_suspend_backwards(self):
        move = self.make_invoice(DUE)
        notice = self.formal_notice(move, DUE + DAY)
        self.run_on(notice.last_day + timedelta(days=10))
        self.assertEqual(self.gap(), [(notice.last_day + timedelta(days=10), False)])

    def test_no_suspension_without_a_posted_notice(self):
        move = self.make_invoice(DUE)
        self.walk_until(DUE + DAY, lambda: self.notices_of(move, "reminder").sent_on)
        for step in range(1, 80):
            self.run_on(self.notices_of(move, "reminder").sent_on + step * DAY, post_letters=False)
        self.assertFalse(self.policy.gap_ids)

    def test_no_suspension_for_basic_health_first_premium_or_intermediary(self):
        stories = [
            (self.make_policy(line_of_business="health_basic"), "follow_up"),
            (self.make_policy(), "first"),
            (self.make_policy(office_role="intermediary"), "follow_up"),
        ]
        for policy, kind in stories:
            self.make_invoice(DUE, policies=policy, kind=kind)
        self.walk(DUE + DAY, DUE + timedelta(days=75))
        for policy, _kind in stories:
            self.assertFalse(policy.gap_ids, policy.line_of_business)
        self.assertEqual(
            len(self.env["arrears.fee"].search([("partner_id", "=", self.customer.id)])), 1
        )

    def test_no_suspension_when_the_notice_does_not_name_it(self):
        self.env.ref("premium_arrears.stage_consumer_formal_notice").names_suspension = False
        move = self.make_invoice(DUE)
        self.suspend(move)
        self.assertFalse(self.policy.gap_ids)

    def test_a_letter_threatens_with_suspension_only_where_it_may_follow(self):
        stories = {("home", "follow_up"): True, ("health_basic", "follow_up"): False}
        stories |= {("home", "first"): False, ("motor", "amendment"): False}
        moves = {}
        for line_of_business, kind in stories:
            partner = self.make_customer(f"{line_of_business} {kind}")
            policy = self.make_policy(partner_id=partner.id, line_of_business=line_of_business)
            moves[line_of_business, kind] = self.make_invoice(DUE, policies=policy, kind=kind)
        for days in (7, 21):
            self.run_on(DUE + timedelta(days=days))
        for story, may_follow in stories.items():
            notice = self.notices_of(moves[story], "formal_notice")
            self.assertEqual(notice.names_suspension, may_follow, story)

    def test_a_notice_goes_by_mail_only_under_consent(self):
        self.customer.email = "j.devries@example.com"
        self.make_invoice(DUE)
        self.assertEqual(self.run_on(DUE + 7 * DAY).notice_ids.channel, "post")
        self.customer.e_notice_consent_date = DUE + 10 * DAY
        self.make_invoice(DUE + 7 * DAY)
        self.assertEqual(self.run_on(DUE + 14 * DAY).notice_ids.channel, "email")
        self.customer.e_notice_consent_withdrawn_date = DUE + 20 * DAY
        self.assertEqual(self.run_on(DUE + 21 * DAY).notice_ids.channel, "post")

    def test_a_mail_that_left_after_consent_was_withdrawn_does_not_suspend(self):
        keeps = self.make_customer("Keeps it", email="keeps@example.com")
        withdraws = self.make_customer("Withdraws it", email="withdraws@example.com")
        moves = {
            partner: self.make_invoice(DUE, policies=self.make_policy(partner_id=partner.id))
            for partner in (keeps, withdraws)
        }
        self.run_on(DUE + timedelta(days=7))
        (keeps | withdraws).e_notice_consent_date = DUE + timedelta(days=8)
        made_on = DUE + timedelta(days=21)
        notices = self.run_on(made_on).notice_ids
        self.assertEqual(notices.mapped("channel"), ["email", "email"])
        withdraws.e_notice_consent_withdrawn_date = made_on + DAY
        notices.sudo()._mark_sent(made_on + DAY)
        self.run_on(max(notices.mapped("last_day")) + DAY)
        self.assertTrue(moves[keeps].insurance_policy_ids.gap_ids)
        self.assertFalse(moves[withdraws].insurance_policy_ids.gap_ids)

    def test_paid_between_proposing_and_executing_keeps_its_cover(self):
        other = self.make_policy()
        unpaid, paid = self.make_invoice(DUE), self.make_invoice(DUE, policies=other)
        notice = self.formal_notice(unpaid, DUE + DAY)
        day = notice.last_day + DAY
        run = self.runs.create({"date": day, "company_id": self.company.id})
        run.action_propose()
        self.assertEqual(run.action_ids.policy_id, self.policy | other)
        self.pay_invoice(paid, credited_on=day)
        run.action_execute()
        self.assertTrue(self.policy.gap_ids)
        self.assertFalse(other.gap_ids)

    def test_a_payment_undone_within_the_term_asks_for_a_fresh_notice(self):
        other = self.make_policy()
        unpaid, undone = self.make_invoice(DUE), self.make_invoice(DUE, policies=other)
        notice = self.formal_notice(unpaid, DUE + DAY)
        self.assertEqual(notice.line_ids.item_id.move_id, unpaid | undone)
        payment = self.pay_invoice(undone, credited_on=notice.received_on)
        self.reverse(payment)
        self.run_on(notice.received_on + 3 * DAY)
        self.assertEqual(self.case_of(undone).amount_open, 90.0)
        self.run_on(notice.last_day + DAY)
        self.assertTrue(self.policy.gap_ids)
        self.assertFalse(other.gap_ids)

    def test_a_collective_invoice_costs_the_cover_of_all_its_policies(self):
        both = self.policy | self.make_policy()
        move = self.make_invoice(DUE, policies=both)
        notice = self.suspend(move)
        self.assertEqual(both.gap_ids.mapped("start"), [notice.last_day + DAY] * 2)
        self.pay_invoice(move, credited_on=notice.last_day + 3 * DAY)
        self.assertEqual(both.gap_ids.mapped("resume"), [notice.last_day + 4 * DAY] * 2)

    def test_no_suspension_while_on_hold_and_a_fresh_term_after_it(self):
        move = self.make_invoice(DUE)
        notice = self.formal_notice(move, DUE + DAY)
        hold = self.env["arrears.hold"].create(
            {
                "case_id": self.case_of(move).id,
                "kind": "dispute",
                "start": notice.last_day,
                "end": notice.last_day + timedelta(days=9),
                "reason": "The customer says it was paid",
            }
        )
        self.walk(notice.last_day + DAY, hold.end + timedelta(days=14))
        self.assertFalse(self.policy.gap_ids)
        self.assertEqual(notice.fee_id.state, "announced")
        self.run_on(hold.end + timedelta(days=15))
        self.assertEqual(self.gap(), [(hold.end + timedelta(days=15), False)])
        self.assertEqual(notice.fee_id.state, "booked")

    def test_only_the_policy_in_arrears_is_suspended(self):
        other = self.make_policy()
        self.pay_invoice(self.make_invoice(DUE, policies=other), credited_on=DUE)
        self.suspend(self.make_invoice(DUE))
        self.assertEqual(self.policy.coverage_state, "suspended")
        self.assertEqual(other.coverage_state, "in_force")

    def test_cover_is_back_the_day_after_the_credit_day(self):
        move = self.make_invoice(DUE)
        notice = self.suspend(move)
        credited = notice.last_day + timedelta(days=5)
        self.pay_invoice(move, credited_on=credited, booked_on=credited + timedelta(days=2))
        self.assertEqual(self.gap(), [(notice.last_day + DAY, credited + DAY)])
        self.assertFalse(self.policy.covered_on(credited))
        self.assertTrue(self.policy.covered_on(credited + DAY))
        self.run_on(credited)
        self.assertEqual(self.policy.coverage_state, "suspended")
        self.run_on(credited + DAY)
        self.assertEqual(self.policy.coverage_state, "in_force")

    def test_a_part_does_not_revive_it(self):
        move = self.make_invoice(DUE)
        notice = self.suspend(move)
        self.pay_invoice(move, credited_on=notice.last_day + 2 * DAY, amount=44.99)
        self.assertEqual(self.gap(), [(notice.last_day + DAY, False)])
        self.pay_invoice(move, credited_on=notice.last_day + 9 * DAY)
        self.assertEqual(self.gap(), [(notice.last_day + DAY, notice.last_day + 10 * DAY)])
        item = self.case_of(move).item_ids
        self.assertEqual(item.settled_on, notice.last_day + 9 * DAY)

    def test_a_newer_term_alone_does_not_revive_it(self):
        move = self.make_invoice(DUE)
        newer = self.make_invoice(DUE + timedelta(days=31))
        notice = self.suspend(move)
        self.pay_invoice(newer, credited_on=notice.last_day + 2 * DAY)
        self.assertEqual(self.gap(), [(notice.last_day + DAY, False)])

    def test_a_newer_overdue_term_has_to_be_paid_too(self):
        move = self.make_invoice(DUE)
        newer = self.make_invoice(DUE + timedelta(days=31))
        notice = self.suspend(move)
        self.pay_invoice(move, credited_on=notice.last_day + 2 * DAY)
        self.assertEqual(self.gap(), [(notice.last_day + DAY, False)])
        self.pay_invoice(newer, credited_on=notice.last_day + 6 * DAY)
        self.assertEqual(self.gap(), [(notice.last_day + DAY, notice.last_day + 7 * DAY)])

    def test_a_fee_that_is_unpaid_does_not_keep_cover_suspended(self):
        move = self.make_invoice(DUE)
        notice = self.suspend(move)
        self.pay_invoice(move, credited_on=notice.last_day + 2 * DAY)
        self.assertEqual(self.gap(), [(notice.last_day + DAY, notice.last_day + 3 * DAY)])
        case = self.case_of(move)
        self.assertEqual((case.state, case.amount_due), ("open", 40.0))
        self.pay(notice.fee_id.move_line_id, 40.0, notice.last_day + 8 * DAY)
        self.assertEqual(case.state, "closed")
        self.assertEqual(case.closed_on, notice.last_day + 8 * DAY)

    def test_a_payment_in_time_that_is_booked_late_leaves_no_day_without_cover(self):
        move = self.make_invoice(DUE)
        notice = self.suspend(move)
        self.pay_invoice(move, credited_on=notice.last_day, booked_on=notice.last_day + 3 * DAY)
        self.assertEqual(self.gap(), [(notice.last_day + DAY, notice.last_day + DAY)])
        self.assertTrue(self.policy.covered_on(notice.last_day + DAY))

    def test_a_reversed_payment_asks_for_fresh_notices_before_a_new_suspension(self):
        move = self.make_invoice(DUE)
        notice = self.suspend(move)
        paid_on = notice.last_day + 3 * DAY
        payment = self.pay_invoice(move, credited_on=paid_on)
        self.pay(notice.fee_id.move_line_id, 40.0, paid_on)
        self.run_on(paid_on + DAY)
        self.reverse(payment)
        self.run_on(paid_on + 5 * DAY)
        case = self.case_of(move)
        self.assertEqual((case.state, case.amount_open), ("open", 45.0))
        self.assertEqual(self.policy.coverage_state, "in_force")
        self.assertEqual(case.item_ids.cycle, 2)
        self.walk(paid_on + 6 * DAY, paid_on + 19 * DAY)
        self.assertEqual(len(self.notices_of(move)), 2, "fresh term: nothing is sent yet")
        self.walk(paid_on + 20 * DAY, paid_on + 90 * DAY)
        self.assertEqual(len(self.policy.gap_ids), 2)
        fresh = self.policy.gap_ids.sorted("start")[-1].notice_id
        self.assertGreater(fresh.sent_on, paid_on)

    def test_a_gap_cannot_be_deleted_nor_overlap_nor_end_before_it_starts(self):
        move = self.make_invoice(DUE)
        notice = self.suspend(move)
        gap = self.policy.gap_ids
        with self.assertRaises(ValidationError):
            gap.sudo().unlink()
        with self.assertRaisesRegex(ValidationError, self.policy.name):
            gap.sudo().copy(
                {"start": notice.last_day + 9 * DAY, "resume": notice.last_day + 12 * DAY}
            )
        with self.assertRaisesRegex(UserError, "date is expected"):
            self.policy.covered_on("soon")

    def test_a_policy_that_has_ended_is_not_suspended_any_more(self):
        move = self.make_invoice(DUE)
        notice = self.formal_notice(move, DUE + DAY)
        # Recorded after the fact, as it happens; no run has looked since.
        self.policy.end_date = notice.last_day
        self.walk(notice.last_day, notice.last_day + 2 * DAY)
        self.assertFalse(self.policy.gap_ids)
        self.assertEqual(self.policy.coverage_state, "ended")
