"""Money that is in the books but not matched yet: nobody is reminded of what he may have paid."""

from datetime import date, timedelta

from odoo.tests import tagged

from .common import DAY, ArrearsCommon

DUE = date(2026, 1, 15)
REMINDER_DAY = DUE + timedelta(days=7)


@tagged("post_install", "-at_install")
class TestWaitingCredit(ArrearsCommon):
    def pay_unmatched(self, amount, day, partner=None):
        """Book a payment of the customer that nobody has matched with an invoice."""
        payment = self.env["account.payment"].create(
            {
                "partner_id": (partner or self.customer).id,
                "payment_type": "inbound",
                "partner_type": "customer",
                "amount": amount,
                "date": day,
                "journal_id": self.company_data["default_journal_bank"].id,
            }
        )
        payment.action_post()
        return payment

    def match(self, payment, move):
        lines = (payment.move_id + move).line_ids
        lines.filtered(lambda line: line.account_type == "asset_receivable").reconcile()
        self.env["arrears.item"]._hear_payments()

    def test_nothing_is_proposed_while_a_payment_waits_to_be_matched(self):
        move = self.make_invoice(DUE)
        other = self.make_policy(partner_id=self.make_customer("Other").id)
        theirs = self.make_invoice(DUE, policies=other)
        payment = self.pay_unmatched(15.0, REMINDER_DAY)
        run = self.run_on(REMINDER_DAY)
        self.assertFalse(self.notices_of(move))
        self.assertTrue(self.notices_of(theirs), "others are not touched")
        self.assertEqual(
            run.not_proposed,
            [{"reason": "credit_waits", "items": 1, "cases": 1, "amount": 45.0}],
        )
        self.assertIn("waits to be matched", run.summary_html)
        self.assertEqual(self.case_of(move).amount_credit, 15.0)
        self.match(payment, move)
        self.run_on(REMINDER_DAY + DAY)
        self.assertEqual(self.notices_of(move).amount_total, 30.0)

    def test_an_open_credit_note_is_matched_before_anything_is_sent(self):
        move = self.make_invoice(DUE)
        credit_note = self._reverse_invoice(move, post=True, date=DUE + DAY)
        if credit_note.amount_residual == 0:  # Odoo matched it by itself
            credit_note.line_ids.remove_move_reconcile()
            self.env["arrears.item"]._hear_payments()
        self.walk(REMINDER_DAY, REMINDER_DAY + 3 * DAY)
        self.assertFalse(self.notices_of(move))

    def test_a_payment_that_comes_in_before_executing_stops_the_step(self):
        move = self.make_invoice(DUE)
        run = self.runs.create({"date": REMINDER_DAY, "company_id": self.company.id})
        run.action_propose()
        self.pay_unmatched(45.0, REMINDER_DAY)
        run.action_execute()
        self.assertFalse(self.notices_of(move))
        self.assertEqual(run.action_ids.skip_reason, "credit_waits")

    def test_no_fee_and_no_suspension_while_a_payment_in_time_waits(self):
        move = self.make_invoice(DUE)
        notice = self.formal_notice(move, DUE + DAY)
        payment = self.pay_unmatched(45.0, notice.last_day)
        run = self.run_on(notice.last_day + DAY)
        self.assertEqual(set(run.action_ids.mapped("skip_reason")), {"credit_waits"})
        self.assertEqual((notice.fee_id.state, len(self.policy.gap_ids)), ("announced", 0))
        self.match(payment, move)
        self.run_on(notice.last_day + 2 * DAY)
        self.assertEqual((notice.fee_id.state, len(self.policy.gap_ids)), ("reversed", 0))
        self.assertEqual(notice.case_id.state, "closed")

    def test_a_credit_that_is_left_alone_on_purpose_stops_nothing(self):
        move = self.make_invoice(DUE)
        payment = self.pay_unmatched(0.5, REMINDER_DAY)
        payment.move_id.line_ids.no_followup = True
        self.run_on(REMINDER_DAY)
        self.assertEqual(self.notices_of(move).kind, "reminder")
