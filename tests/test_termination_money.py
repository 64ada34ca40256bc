"""The premium when a policy ends: to the cent, by day, in the customer's favour; people post it."""

from datetime import date

from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import DAY
from .notice_common import DUE
from .termination_common import TerminationCommon


@tagged("post_install", "-at_install")
class TestTerminationMoney(TerminationCommon):
    def divide(self, policy, ends_on):
        """Return what is due, off and refunded of a policy when it ends on a day, as text."""
        record = self.terminations.sudo().new({"policy_id": policy.id})
        rows = record._get_premium_left({record: ends_on})[record]
        off = sum(row.reduction.off_unpaid for row in rows)
        due = sum(row.unpaid for row in rows) - off
        return [str(x) for x in (due, off, sum(row.reduction.refund for row in rows))]

    def premium(self, due, amount, paid=0.0, **values):
        policy = self.make_policy(start_date=date(2024, 1, 1), **values)
        move = self.make_invoice(due, policy, amount=amount)
        if paid:
            self.pay_invoice(move, credited_on=due, amount=paid)
        return policy

    def test_each_frequency_to_the_cent(self):
        first, ended = date(2026, 1, 1), date(2026, 3, 11)
        leap, leap_end = date(2028, 1, 1), date(2028, 3, 11)
        table = (
            # due, amount, paid, frequency, ended, (due, off, refund)
            (date(2026, 3, 1), 45.0, 0.0, "monthly", ended, ("14.51", "30.49", "0")),
            (date(2026, 3, 1), 45.0, 45.0, "monthly", ended, ("0.00", "0.00", "30.49")),
            (date(2026, 3, 1), 45.0, 25.0, "monthly", ended, ("0.00", "20.00", "10.49")),
            (first, 135.0, 135.0, "quarterly", ended, ("0.00", "0.00", "31.50")),
            (first, 540.0, 540.0, "yearly", ended, ("0.00", "0.00", "437.92")),
            (leap, 540.0, 540.0, "yearly", leap_end, ("0.00", "0.00", "436.73")),
            (date(2028, 2, 1), 45.0, 45.0, "monthly", date(2028, 2, 15), ("0.00", "0.00", "23.28")),
            (date(2026, 4, 1), 45.0, 0.0, "monthly", ended, ("0.00", "45.00", "0.00")),
            (date(2026, 2, 1), 45.0, 0.0, "monthly", ended, ("45.00", "0.00", "0.00")),
        )
        for due, amount, paid, frequency, day, expected in table:
            policy = self.premium(due, amount, paid, frequency=frequency)
            with self.subTest(due=due, paid=paid, frequency=frequency):
                self.assertEqual(
                    [float(x) for x in self.divide(policy, day)], [float(x) for x in expected]
                )

    def test_the_days_on_the_line_go_first(self):
        policy = self.premium(date(2026, 3, 1), 45.0, 45.0)
        line = policy.env["account.move.line"].search([("insurance_policy_id", "=", policy.id)])
        line.write(
            {
                "insurance_term_start": date(2026, 3, 1),
                "insurance_term_end": date(2026, 3, 20),
            }
        )
        self.assertEqual(self.divide(policy, date(2026, 3, 11))[2], "22.50")
        with self.assertRaisesRegex(ValidationError, "a first and a later last day"):
            line.insurance_term_end = date(2026, 2, 28)

    def test_a_collective_invoice_each_policy_its_own_part(self):
        policies = self.make_policy() | self.make_policy(line_of_business="liability")
        move = self.make_invoice(date(2026, 3, 1), policies, amount=45.0)
        self.pay_invoice(move, credited_on=date(2026, 3, 1), amount=60.0)
        parts = [self.divide(policy, date(2026, 3, 11)) for policy in policies]
        self.assertEqual(parts, [["0.00", "15.00", "15.49"]] * 2)

    # === THE CREDIT NOTE === #

    def test_a_draft_on_the_invoice_of_the_running_term_that_somebody_posts(self):
        day = self.warn()
        record = self.propose(day)
        self.approve(record, day)
        ends_on = record.ends_on
        running = self.make_invoice(ends_on.replace(day=1))
        self.pay_invoice(running, credited_on=running.invoice_date_due)
        record.letter_id.sudo()._mark_sent(day)
        self.end(record)
        credit = record.sudo().credit_move_ids
        self.assertEqual((credit.state, credit.move_type), ("draft", "out_refund"))
        self.assertEqual(credit.reversed_entry_id, running)
        days = 30 if ends_on.month in (4, 6, 9, 11) else 31
        left = days - ends_on.day + 1
        self.assertEqual(credit.amount_total, -(-4500 * left // days) / 100)
        self.assertEqual(record.premium_refund, credit.amount_total)
        self.assertEqual(credit.invoice_line_ids.insurance_policy_id, self.policy)
        self.assertEqual(record.premium_due, 45.0)
        self.assertIn("7:939", credit.message_ids[:1].body)
        self.assertTrue(record.case_id.activity_ids)
        self.assertEqual(record.credit_count, 1)
        credit.action_post()
        self.assertEqual(credit.state, "posted")

    def test_nothing_left_over_no_credit(self):
        record = self.ended()
        self.assertFalse(record.sudo().credit_move_ids)
        self.assertEqual((record.premium_due, record.premium_refund), (45.0, 0.0))

    def test_drafts_of_a_policy_that_turns_out_to_go_on_are_cancelled(self):
        record = self.announce()
        running = self.make_invoice(record.ends_on.replace(day=1))
        self.pay_invoice(running, credited_on=running.invoice_date_due)
        self.end(record)
        credit = record.sudo().credit_move_ids
        self.assertEqual(credit.state, "draft")
        self.pay_all(record.ends_on - DAY)
        self.assertEqual((record.state, credit.state), ("withdrawn", "cancel"))

    def test_insurance_tax_comes_back_along(self):
        tax = self.env["account.tax"].create(
            {"name": "Insurance tax", "amount": 21.0, "company_id": self.company.id}
        )
        move = self.make_invoice(date(2026, 3, 1), self.policy, amount=45.0, post=False)
        move.invoice_line_ids.tax_ids = [Command.set(tax.ids)]
        move.action_post()
        line = move.invoice_line_ids
        self.assertEqual(line.price_total, 54.45)
        self.pay_invoice(move, credited_on=date(2026, 3, 1))
        record = self.terminations.sudo().create(
            {
                "policy_id": self.policy.id,
                "case_id": self.warn_case().id,
                "state": "ended",
                "ended_on": date(2026, 3, 11),
                "proposed_by_id": self.anna.id,
                "approved_by_id": self.bert.id,
            }
        )
        record._propose_credits(date(2026, 3, 11))
        credit = record.credit_move_ids.filtered(lambda c: c.reversed_entry_id == move)
        self.assertEqual(credit.invoice_line_ids.tax_ids, tax)
        self.assertGreaterEqual(credit.amount_total, 36.89)  # 21 of 31 days of 54.45, up
        self.assertLess(credit.amount_total, 36.92)

    def warn_case(self):
        self.make_invoice(DUE, self.policy)
        self.items._collect(DUE + DAY, self.company)
        return self.items_of(self.policy).case_id

    # === AFTER THE END === #

    def test_a_premium_after_the_end_is_warned_about(self):
        self.policy.write({"end_date": date(2026, 3, 11), "end_reason": "customer"})
        before = self.make_invoice(date(2026, 3, 1), post=False)
        after = self.make_invoice(date(2026, 4, 1), post=False)
        self.assertFalse(before.insurance_ended_warning)
        self.assertIn(self.policy.name, after.insurance_ended_warning)
        after.invoice_line_ids.write(
            {
                "insurance_term_start": date(2026, 2, 1),
                "insurance_term_end": date(2026, 2, 28),
            }
        )
        self.assertFalse(after.insurance_ended_warning)

    def test_collecting_goes_on_and_no_letter_says_that_paying_brings_cover(self):
        record = self.ended()
        case = record.case_id
        self.assertEqual((case.state, case.amount_open), ("open", 45.0))
        self.assertFalse(self.items_of(self.policy)._policies_at_risk())
        later = self.make_notice("handover_notice", record.ended_on + DAY, lang="en_US")
        text = self.text_of(later)
        self.assertIn("This insurance has ended", text)
        self.assertIn("Paying does not bring it back", text)
        self.assertNotIn("Paying brings the cover back", text)
