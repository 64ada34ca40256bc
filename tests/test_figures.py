"""Figures of what is open, came into arrears and was cured, against worlds that are known."""

from datetime import UTC, datetime, timedelta

from freezegun import freeze_time

from odoo.tests import tagged

from .common import DAY
from .figures_common import DUE, FiguresCommon

AGEING = "arrears.ageing.report"
FLOW = "arrears.flow.report"


@tagged("post_install", "-at_install")
class TestAgeing(FiguresCommon):
    def test_an_item_shows_its_stage_cover_and_fee(self):
        move = self.make_invoice(DUE)
        notice, day = self.suspend(move, DUE + DAY)
        case = self.case_of(move)
        case.user_id = self.env.user
        self.assertRecordValues(
            self.rows(AGEING, on=day),
            [
                {
                    "case_id": case.id,
                    "partner_id": self.customer.id,
                    "debtor_type": "consumer",
                    "creditor_id": self.insurer.id,
                    "user_id": self.env.user.id,
                    "currency_id": self.company.currency_id.id,
                    "stage_id": notice.stage_id.id,
                    "stage_kind": "formal_notice",
                    "case_state": "open",
                    "coverage_state": "suspended",
                    "insurer_id": self.insurer.id,
                    "line_of_business": "home",
                    "due_date": DUE,
                    "days_overdue": (day - DUE).days,
                    "amount_open": 45.0,
                    "amount_fee_open": 40.0,
                    "amount_interest_open": 0.0,
                    "amount_due": 85.0,
                }
            ],
        )

    def test_a_fee_over_two_premiums_stands_once_with_the_oldest(self):
        moves = self.make_invoice(DUE) + self.make_invoice(DUE, amount=30.0)
        notice = self.formal_notice(moves[0], DUE + DAY)
        self.assertEqual(notice.line_ids.item_id.move_id, moves)
        self.walk_until(notice.date, lambda: notice.fee_id.state == "booked")
        rows = self.rows(AGEING)
        self.assertEqual(sorted(rows.mapped("amount_fee_open")), [0.0, 40.0])
        first = notice.line_ids.sorted(lambda line: (line.due_date, line.id))[0].item_id
        self.assertEqual(rows.filtered("amount_fee_open").id, first.id)
        self.assertEqual(sum(rows.mapped("amount_due")), self.case_of(moves[0]).amount_due)

    def test_a_fee_that_is_still_open_shows_after_its_premium_was_paid(self):
        move = self.make_invoice(DUE)
        _notice, day = self.suspend(move, DUE + DAY)
        self.pay_invoice(move, day + DAY)
        row = self.rows(AGEING)
        self.assertEqual((row.amount_open, row.amount_fee_open, row.amount_due), (0.0, 40.0, 40.0))
        self.pay(self.case_of(move).fee_ids.move_line_id, 40.0, day + DAY)
        self.assertFalse(self.rows(AGEING))

    def test_interest_stands_with_its_own_item(self):
        account = self.company.arrears_fee_account_id.copy({"name": "Interest charged"})
        self.company.write(
            {"arrears_interest": "everybody", "arrears_interest_account_id": account.id}
        )
        self.policy.frequency = "yearly"
        move = self.make_invoice(DUE, amount=1000.0)
        self.walk_until(DUE + DAY, lambda: self.case_of(move).amount_interest_open)
        row, case = self.rows(AGEING), self.case_of(move)
        self.assertEqual(row.amount_interest_open, case.amount_interest_open)
        self.assertEqual(row.amount_due, case.amount_due)

    def test_ages_change_on_the_day_after_their_last(self):
        self.make_invoice(DUE)
        self.run_on(DUE + DAY)
        for days, age in (
            *((1, "014"), (14, "014"), (15, "030"), (30, "030"), (31, "060"), (60, "060")),
            *((61, "090"), (90, "090"), (91, "180"), (180, "180"), (181, "999")),
        ):
            row = self.rows(AGEING, on=DUE + timedelta(days=days))
            self.assertEqual((row.days_overdue, row.age), (days, age))

    def test_today_is_the_day_in_the_netherlands(self):
        self.make_invoice(DUE)
        self.run_on(DUE + DAY)
        late = datetime(2026, 1, 19, 23, 30, tzinfo=UTC)  # in Amsterdam it is the 20th
        self.assertEqual(self.rows(AGEING, on=late).days_overdue, 5)

    def test_of_several_policies_the_cover_that_is_worst_off_shows(self):
        contents = self.make_policy(line_of_business="contents")
        self.make_invoice(DUE, policies=self.policy + contents)
        self.run_on(DUE + DAY)
        self.assertEqual(self.rows(AGEING).line_of_business, "several")
        for here, there, worst in (
            ("in_force", "in_force", "in_force"),
            ("in_force", "ended", "ended"),
            ("ended", "at_risk", "at_risk"),
            ("suspended", "at_risk", "suspended"),
        ):
            self.policy.sudo().coverage_state = here
            contents.sudo().coverage_state = there
            self.assertEqual(self.rows(AGEING).coverage_state, worst)

    def test_what_is_not_overdue_or_was_paid_has_no_row(self):
        paid, later = self.make_invoice(DUE), self.make_invoice(DUE + 60 * DAY)
        self.run_on(DUE + DAY)
        self.assertEqual(self.rows(AGEING).case_id, self.case_of(paid))
        self.assertFalse(self.case_of(later))
        self.pay_invoice(paid, DUE + DAY)
        self.assertFalse(self.rows(AGEING))

    def test_a_part_paid_leaves_the_rest(self):
        move = self.make_invoice(DUE)
        self.run_on(DUE + DAY)
        self.pay_invoice(move, DUE + 2 * DAY, amount=20.0)
        self.assertEqual(self.rows(AGEING).amount_open, 25.0)


@tagged("post_install", "-at_install")
class TestFlow(FiguresCommon):
    def test_written_to_and_paid(self):
        move = self.make_invoice(DUE)
        self.walk(DUE + DAY, DUE + 8 * DAY)
        self.pay_invoice(move, DUE + 10 * DAY, booked_on=DUE + 12 * DAY)
        self.assertRecordValues(
            self.rows(FLOW),
            [
                {
                    "case_id": self.case_of(move).id,
                    "opened_on": DUE + DAY,
                    "settled_on": DUE + 10 * DAY,
                    "first_contact_on": DUE + 7 * DAY,
                    "days_to_contact": 7,
                    "days_to_cure": 10,
                    "stage_reached": "reminder",
                    "settled_by": "payment",
                    "arranged": False,
                    "reopened": False,
                    "cured": 1,
                    "amount": 45.0,
                    "amount_cured": 45.0,
                    "amount_open": 0.0,
                }
            ],
        )

    def test_what_is_open_is_not_cured(self):
        self.make_invoice(DUE)
        self.run_on(DUE + DAY)
        row = self.rows(FLOW)
        self.assertRecordValues(
            row,
            [
                {
                    "settled_on": False,
                    "settled_by": "open",
                    "stage_reached": "new",
                    "first_contact_on": False,
                    "cured": 0,
                    "share_cured": 0.0,
                    "amount_cured": 0.0,
                    "amount_open": 45.0,
                }
            ],
        )
        # Nobody was written to: that is no contact after nought days.
        self.assertEqual(
            self.sums(FLOW, "days_to_contact:avg", "days_to_cure:avg"), [(False, False)]
        )

    def test_inflow_and_cure_add_up_per_month(self):
        moves = [
            self.make_invoice(due, policies=self.other_policy(f"C{number}"), amount=10.0 + number)
            for number, due in enumerate((DUE, DUE, DUE + 31 * DAY))
        ]
        self.run_on(DUE + DAY)
        self.run_on(DUE + 32 * DAY)
        self.pay_invoice(moves[0], DUE + 33 * DAY)
        inflow = self.sums(
            FLOW, "number:sum", "amount:sum", "share_cured:avg", by=["opened_on:month"]
        )
        january, february = DUE.replace(day=1), DUE.replace(month=2, day=1)
        self.assertEqual(inflow, [(january, 2, 21.0, 0.5), (february, 1, 12.0, 0.0)])
        cure = self.sums(
            FLOW,
            *("cured:sum", "amount_cured:sum"),
            domain=[("settled_on", "!=", False)],
            by=["settled_on:month"],
        )
        self.assertEqual(cure, [(february, 1, 10.0)])

    def test_how_it_was_cured(self):
        credited, cancelled, written_off = (
            self.make_invoice(DUE, policies=self.other_policy(name)) for name in "ABC"
        )
        self.run_on(DUE + DAY)
        credited._reverse_moves([{"date": DUE + 2 * DAY}], cancel=True)
        cancelled.button_cancel()
        line = written_off.line_ids.filtered(lambda row: row.account_type == "asset_receivable")
        entry = self.env["account.move"].create(
            {
                "move_type": "entry",
                "date": DUE + 2 * DAY,
                "line_ids": [
                    (
                        0,
                        0,
                        {
                            "account_id": line.account_id.id,
                            "partner_id": line.partner_id.id,
                            "credit": 45.0,
                        },
                    ),
                    (0, 0, {"account_id": self.company.arrears_fee_account_id.id, "debit": 45.0}),
                ],
            }
        )
        entry.action_post()
        (line + entry.line_ids.filtered("credit")).reconcile()
        self.env["arrears.item"]._hear_payments()
        self.run_on(DUE + 3 * DAY)
        found = {row.case_id: row.settled_by for row in self.rows(FLOW)}
        self.assertEqual(found[self.case_of(credited)], "credit_note")
        self.assertEqual(found[self.case_of(cancelled)], "cancelled")
        self.assertEqual(found[self.case_of(written_off)], "entry")

    def test_a_payment_that_came_back_starts_anew(self):
        move = self.make_invoice(DUE)
        self.walk(DUE + DAY, DUE + 7 * DAY)
        payment = self.pay_invoice(move, DUE + 8 * DAY)
        self.assertEqual(self.rows(FLOW).days_to_contact, 7)
        self.reverse(payment)
        back = DUE + 20 * DAY
        self.run_on(back, post_letters=False)
        row = self.rows(FLOW)
        self.assertRecordValues(
            row, [{"reopened": True, "opened_on": back, "cured": 0, "first_contact_on": False}]
        )
        sent = self.walk_until(back + DAY, lambda: self.rows(FLOW).first_contact_on)
        # Counted from the day it came back, not from the due date of weeks ago.
        self.assertEqual(self.rows(FLOW).days_to_contact, (sent - back).days)

    def test_a_call_in_which_the_customer_was_spoken_to_is_a_contact(self):
        move = self.make_invoice(DUE)
        self.run_on(DUE + DAY)
        case = self.case_of(move)
        for day, outcome, contact in (
            (DUE + 2 * DAY, "no_answer", False),
            (DUE + 3 * DAY, "wrong_number", False),
            (DUE + 4 * DAY, "reached", DUE + 4 * DAY),
        ):
            calls = self.env["arrears.phone.call"]
            call = calls.search([("case_id", "=", case.id), ("outcome", "=", False)])
            call = call or calls.create({"case_id": case.id, "date": day})
            call.record(outcome, day)
            self.assertEqual(self.rows(FLOW).first_contact_on, contact)
        self.run_on(DUE + 7 * DAY)
        self.assertEqual(self.rows(FLOW).days_to_contact, 4)

    def test_a_notice_that_was_withdrawn_or_made_as_a_test_is_no_contact(self):
        move = self.make_invoice(DUE)
        self.run_on(DUE + 7 * DAY)
        self.assertEqual(self.rows(FLOW).first_contact_on, DUE + 7 * DAY)
        self.notices_of(move).withdraw(DUE + 8 * DAY, "A mistake")
        self.assertRecordValues(
            self.rows(FLOW), [{"first_contact_on": False, "stage_reached": "new"}]
        )
        self.company.arrears_test_email = "tester@example.org"
        self.run_on(DUE + 9 * DAY)
        self.assertTrue(self.notices_of(move).filtered("test_mode"))
        self.assertFalse(self.rows(FLOW).first_contact_on)

    def test_an_arrangement_shows_once_it_runs(self):
        move = self.make_invoice(DUE)
        self.run_on(DUE + 7 * DAY)
        self.arrange(self.case_of(move).item_ids, DUE + 8 * DAY)
        self.assertTrue(self.rows(FLOW).arranged)

    @freeze_time(DUE + 30 * DAY)
    def test_a_button_opens_the_case(self):
        move = self.make_invoice(DUE)
        self.run_on(DUE + DAY)
        for model in (AGEING, FLOW):
            action = self.rows(model).action_open_case()
            self.assertEqual(action["res_id"], self.case_of(move).id)
