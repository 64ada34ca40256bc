"""Complaints about other follow-up programs that no other story shows: see docs/complaints.md."""

from datetime import date, timedelta

from odoo import Command
from odoo.tests import Form, new_test_user, tagged

from .common import DAY, ArrearsCommon

DUE = date(2026, 1, 15)
REMINDER_DAY = DUE + timedelta(days=7)


@tagged("post_install", "-at_install")
class TestComplaints(ArrearsCommon):
    def test_the_contact_form_opens_with_and_without_a_role(self):
        """Complaint 12."""
        self.make_invoice(DUE)
        self.run_on(DUE + DAY)
        for number, group in enumerate(
            (
                "base.group_partner_manager",
                "account.group_account_invoice",
                "premium_arrears.group_reader",
                "premium_arrears.group_manager",
            )
        ):
            colleague = new_test_user(
                self.env,
                f"arrears_colleague_{number}",
                groups=f"base.group_user,{group}",
                company_id=self.company.id,
                company_ids=[(6, 0, self.company.ids)],
            )
            with self.subTest(group=group):
                self.assertEqual(Form(self.customer.with_user(colleague)).name, "J. de Vries")

    def test_each_instalment_counts_by_its_own_date(self):
        """Complaints 23 and 24: Odoo's own due date of the invoice is that of the last one."""
        halves = self.env["account.payment.term"].create(
            {
                "name": "Two halves",
                "line_ids": [
                    Command.create({"value": "percent", "value_amount": 50, "nb_days": days})
                    for days in (0, 30)
                ],
            }
        )
        move = self.make_invoice(DUE, amount=90.0, post=False)
        move.write({"invoice_date": DUE, "invoice_payment_term_id": halves.id})
        move.action_post()
        last = DUE + timedelta(days=30)
        self.assertEqual(move.invoice_date_due, last)
        self.run_on(REMINDER_DAY)
        self.assertEqual(self.notices_of(move).amount_total, 45.0)
        self.assertEqual(self.case_of(move).item_ids.mapped("due_date"), [DUE])
        self.run_on(last + DAY)
        self.assertEqual(self.case_of(move).item_ids.mapped("due_date"), [DUE, last])
        self.assertEqual(self.case_of(move).amount_open, 90.0)

    def test_what_a_letter_asks_is_the_sum_of_its_lines(self):
        """Complaints 13 and 34: several invoices, one of them paid in part."""
        moves = [
            self.make_invoice(DUE, policies=self.make_policy(), amount=amount)
            for amount in (45.0, 19.99, 100.01)
        ]
        self.pay_invoice(moves[0], credited_on=DUE + DAY, amount=10.0)
        notice = self.run_on(REMINDER_DAY).notice_ids
        amounts = sorted(round(amount, 2) for amount in notice.line_ids.mapped("amount"))
        self.assertEqual(amounts, [19.99, 35.0, 100.01])
        self.assertAlmostEqual(notice.amount_total, 155.0)
        self.assertAlmostEqual(notice.case_id.amount_open, 155.0)
        self.assertIn("155.00", notice.body_html)

    def test_a_draft_is_never_reminded(self):
        """Complaint 41."""
        draft, posted = self.make_invoice(DUE, post=False), self.make_invoice(DUE)
        self.run_on(REMINDER_DAY)
        self.assertFalse(self.case_of(draft))
        self.assertEqual(self.notices_of(posted).line_ids.item_id.move_id, posted)
