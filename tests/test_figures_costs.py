"""Figures of notices, costs, arrangements and cover, against worlds that are known."""

from datetime import date, timedelta

from odoo.tests import tagged

from .common import DAY
from .figures_common import DUE, FiguresCommon

NOTICES = "arrears.notice.report"
CHARGES = "arrears.charge.report"
ARRANGEMENTS = "arrears.arrangement.report"
GAPS = "insurance.coverage.gap.report"


@tagged("post_install", "-at_install")
class TestNotices(FiguresCommon):
    def row_of(self, notice):
        return self.rows(NOTICES, ("notice_id", "=", notice.id))

    def test_who_got_what_when_and_what_did_it_cost(self):
        move = self.make_invoice(DUE)
        notice, _day = self.suspend(move, DUE + DAY)
        reminder = self.notices_of(move, "reminder")
        self.assertRecordValues(
            self.row_of(notice),
            [
                {
                    "case_id": notice.case_id.id,
                    "partner_id": self.customer.id,
                    "kind": "formal_notice",
                    "is_step": True,
                    "channel": "post",
                    "state": "sent",
                    "sent_on": notice.sent_on,
                    "finding": "in_order",
                    "share_in_order": 1.0,
                    "items": 1,
                    "days_overdue": (notice.sent_on - DUE).days,
                    "days_since_previous": (notice.sent_on - reminder.sent_on).days,
                    "days_to_send": 0,
                    "term_days": (notice.last_day - notice.received_on).days,
                    "amount_stated": 45.0,
                    "amount_announced": 40.0,
                    "amount_charged": 40.0,
                    "amount_waived": 0.0,
                    "amount_cost_open": 40.0,
                }
            ],
        )
        self.assertGreaterEqual(self.row_of(notice).term_days, 14)
        first = self.row_of(reminder)
        self.assertEqual((first.days_overdue, first.amount_charged), (7, 0.0))
        # No step before it: nothing is averaged.
        self.assertEqual(
            self.sums(NOTICES, "days_since_previous:avg", domain=[("kind", "=", "reminder")]),
            [(False,)],
        )

    def test_a_rule_that_was_not_kept_is_found(self):
        move = self.make_invoice(DUE)
        notice, _day = self.suspend(move, DUE + DAY)
        was = {
            "sent_on": notice.sent_on,
            "last_day": notice.last_day,
            "fee_on": notice.fee_id.booked_on,
        }

        def judge():
            self.env.flush_all()
            return self.row_of(notice).finding

        for record, field, value, back, finding in (
            (notice, "sent_on", DUE, was["sent_on"], "early"),
            (notice, "last_day", notice.received_on + 13 * DAY, was["last_day"], "short_term"),
            (notice, "last_day", notice.received_on + 14 * DAY, was["last_day"], "in_order"),
            (notice.fee_id, "booked_on", was["last_day"], was["fee_on"], "fee_early"),
            (notice.fee_id, "amount", 40.01, 40.0, "fee_high"),
        ):
            record.sudo()[field] = value
            self.assertEqual(judge(), finding)
            record.sudo()[field] = back
            self.assertEqual(judge(), "in_order")

    def test_a_letter_that_is_no_step_or_did_not_arrive_is_not_judged(self):
        move = self.make_invoice(DUE)
        notice, day = self.suspend(move, DUE + DAY)
        self.run_on(day + DAY)
        told = self.rows(NOTICES, ("kind", "=", "cover_suspended"))
        self.assertRecordValues(told, [{"is_step": False, "finding": False, "items": 0}])
        failed = self.notices_of(move, "reminder")
        failed.sudo().state = "failed"
        self.env.flush_all()
        self.assertFalse(self.row_of(failed).finding)
        share = self.sums(NOTICES, "share_in_order:avg", "number:sum")
        self.assertEqual(share, [(1.0, 3)])

    def test_letters_about_help_or_cis_are_counted_for_nobody(self):
        move = self.make_invoice(DUE)
        self.run_on(DUE + 7 * DAY)
        before = self.rows(NOTICES)
        for kind in ("help_leaflet", "cis_registered"):
            case = self.case_of(move).sudo()
            letter = (
                self.env["arrears.notice"]
                .sudo()
                ._make_messages([{"case": case, "kind": "cover_suspended"}], DUE + 8 * DAY)
            )
            # What is told and how it is taken back would tell of it as well.
            correction = (
                self.env["arrears.notice"]
                .sudo()
                ._make_messages(
                    [{"case": case, "kind": "correction", "corrects": letter}], DUE + 8 * DAY
                )
            )
            self.assertEqual(
                self.rows(NOTICES) - before, self.rows(NOTICES).browse((letter + correction).ids)
            )
            letter.kind = kind
            self.env.flush_all()
            self.assertEqual(self.rows(NOTICES), before)


@tagged("post_install", "-at_install")
class TestCharges(FiguresCommon):
    def columns(self, **domain):
        [found] = self.sums(
            CHARGES,
            *(
                f"amount_{what}:sum"
                for what in ("announced", "charged", "paid", "open", "waived", "reversed", "lapsed")
            ),
            domain=[(field, "=", value) for field, value in domain.items()],
        )
        return found

    def test_charged_and_waived_after_a_part_was_paid(self):
        move = self.make_invoice(DUE)
        notice, day = self.suspend(move, DUE + DAY)
        self.assertEqual(self.columns(), (40.0, 40.0, 0.0, 40.0, 0.0, 0.0, 0.0))
        self.pay(notice.fee_id.move_line_id, 15.0, day)
        self.assertEqual(self.columns(), (40.0, 40.0, 15.0, 25.0, 0.0, 0.0, 0.0))
        self.waive(notice.fee_id, day)
        self.assertEqual(self.columns(), (40.0, 40.0, 0.0, 0.0, 40.0, 0.0, 0.0))
        row = self.rows(CHARGES)
        self.assertEqual((row.booked_on, row.settled_on), (notice.fee_id.booked_on, day))

    def test_waived_before_it_was_due_was_never_charged(self):
        notice = self.formal_notice(self.make_invoice(DUE), DUE + DAY)
        self.waive(notice.fee_id, notice.sent_on)
        self.assertEqual(self.columns(), (40.0, 0.0, 0.0, 0.0, 40.0, 0.0, 0.0))

    def test_paid_in_time_lapses(self):
        move = self.make_invoice(DUE)
        notice = self.formal_notice(move, DUE + DAY)
        self.pay_invoice(move, notice.sent_on + DAY)
        self.assertEqual(self.columns(), (40.0, 0.0, 0.0, 0.0, 0.0, 0.0, 40.0))

    def test_a_withdrawn_notice_takes_its_fee_back(self):
        notice, day = self.suspend(self.make_invoice(DUE), DUE + DAY)
        notice.withdraw(day, "A mistake")
        self.assertEqual(self.columns(), (40.0, 40.0, 0.0, 0.0, 0.0, 40.0, 0.0))

    def test_fees_and_interest_do_not_mix(self):
        account = self.company.arrears_fee_account_id.copy({"name": "Interest charged"})
        self.company.write(
            {"arrears_interest": "everybody", "arrears_interest_account_id": account.id}
        )
        self.policy.frequency = "yearly"
        move = self.make_invoice(DUE, amount=1000.0)
        self.walk_until(DUE + DAY, lambda: self.case_of(move).amount_interest_open)
        case = self.case_of(move)
        fee, interest = case.amount_fee_open, case.amount_interest_open
        self.assertEqual(self.columns(charge="fee")[1:4], (fee, 0.0, fee))
        self.assertEqual(self.columns(charge="interest")[:4], (interest, interest, 0.0, interest))
        notices = self.sums(NOTICES, "amount_charged:sum", by=["kind"])
        self.assertEqual(dict(notices)["final_notice"], interest)
        self.assertEqual(len(set(self.rows(CHARGES).ids)), 2)


@tagged("post_install", "-at_install")
class TestArrangements(FiguresCommon):
    def test_kept_broken_and_open(self):
        states = ("active", "kept", "kept", "kept", "broken", "cancelled", "draft")
        moves = [
            self.make_invoice(DUE, policies=self.other_policy(f"C{number}"))
            for number in range(len(states))
        ]
        self.run_on(DUE + DAY)
        for move, state in zip(moves, states, strict=True):
            made = self.arrange(self.case_of(move).item_ids, DUE + 2 * DAY)
            if state != "active":
                made.sudo().write({"state": state, "closed_on": made.started_on + 30 * DAY})
        self.env.flush_all()
        found = self.sums(
            ARRANGEMENTS,
            *("number:sum", "running:sum", "kept:sum", "broken:sum", "share_kept:avg"),
            *("days_running:avg", "amount:sum", "amount_open:sum"),
        )
        self.assertEqual(found, [(6, 1, 3, 1, 0.75, 30.0, 6 * 45.0, 45.0)])

    def test_instalments_and_what_was_missed_of_them(self):
        move = self.make_invoice(DUE)
        self.run_on(DUE + DAY)
        made = self.arrange(self.case_of(move).item_ids, DUE + 2 * DAY, count=3)
        made.instalment_ids[0].sudo().missed_on = DUE + 40 * DAY
        made.instalment_ids[2].sudo().active = False
        self.env.flush_all()
        row = self.rows(ARRANGEMENTS)
        self.assertEqual((row.instalments, row.instalments_missed), (2, 1))
        self.assertEqual(row.action_open_arrangement()["res_id"], made.id)


@tagged("post_install", "-at_install")
class TestCoverLost(FiguresCommon):
    def make_gap(self, policy, start, resume=False):
        return (
            self.env["insurance.coverage.gap"]
            .sudo()
            .create({"policy_id": policy.id, "start": start, "resume": resume})
        )

    def months(self, on):
        rows = self.rows(GAPS, on=on).sorted("month")
        return [(row.month.month, row.days, row.started, row.resumed) for row in rows]

    def test_the_days_fall_in_their_own_months(self):
        gap = self.make_gap(self.policy, date(2026, 1, 30), date(2026, 3, 2))
        expected = [(1, 2, 1, 0), (2, 28, 0, 0), (3, 1, 0, 1)]
        self.assertEqual(self.months(date(2026, 6, 1)), expected)
        self.assertEqual(sum(days for _m, days, _s, _r in expected), (gap.resume - gap.start).days)

    def test_a_suspension_by_a_notice_counts_until_the_day_of_payment(self):
        move = self.make_invoice(DUE)
        self.suspend(move, DUE + DAY)
        gap = self.policy.gap_ids
        self.pay_invoice(move, gap.start + 4 * DAY)
        self.pay(self.case_of(move).fee_ids.move_line_id, 40.0, gap.start + 4 * DAY)
        rows = self.rows(GAPS, on=date(2026, 12, 1))
        self.assertEqual(sum(rows.mapped("days")), 5)
        self.assertEqual(rows.user_id, self.case_of(move).user_id)
        self.assertEqual(set(rows.mapped("running")), {False})

    def test_what_runs_counts_up_to_and_including_today(self):
        self.make_gap(self.policy, date(2026, 3, 20))
        self.assertEqual(self.months(date(2026, 3, 19)), [])
        self.assertEqual(self.months(date(2026, 3, 20)), [(3, 1, 1, 0)])
        self.assertEqual(self.months(date(2026, 4, 1)), [(3, 12, 1, 0), (4, 1, 0, 0)])
        self.assertTrue(all(self.rows(GAPS, on=date(2026, 4, 1)).mapped("running")))

    def test_cover_that_is_back_tomorrow_is_lost_today(self):
        self.make_gap(self.policy, date(2026, 3, 20), date(2026, 3, 25))
        self.assertEqual(self.months(date(2026, 3, 24)), [(3, 5, 1, 0)])
        self.assertTrue(self.rows(GAPS, on=date(2026, 3, 24)).running)
        self.assertEqual(self.months(date(2026, 3, 25)), [(3, 5, 1, 1)])
        self.assertFalse(self.rows(GAPS, on=date(2026, 3, 25)).running)

    def test_what_was_taken_back_holds_no_day(self):
        self.make_gap(self.policy, date(2026, 3, 20), date(2026, 3, 20))
        self.assertFalse(self.rows(GAPS, on=date(2026, 6, 1)))

    def test_an_ended_policy_loses_no_more(self):
        self.make_gap(self.policy, date(2026, 3, 20))
        self.policy.end_date = date(2026, 3, 25)
        rows = self.rows(GAPS, on=date(2026, 6, 1))
        self.assertEqual((rows.days, rows.running), (5, False))

    def test_rows_have_ids_of_their_own_and_lead_to_the_policy(self):
        for number in range(3):
            policy = self.other_policy(f"C{number}", line_of_business="motor")
            self.make_gap(policy, date(2024, 12, 1) + timedelta(days=number), date(2026, 2, 2))
        rows = self.rows(GAPS, on=date(2026, 6, 1))
        self.assertEqual(len(set(rows.ids)), 3 * 15)  # the same month of another year, too
        first = rows[0]
        self.assertEqual(first.action_open_policy()["res_id"], first.policy_id.id)
