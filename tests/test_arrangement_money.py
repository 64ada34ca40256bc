"""Promise 8: whatever is paid, reversed or waived, the instalments and the invoices agree."""

import random
from datetime import date
from decimal import Decimal

from odoo.tests import tagged

from ..models.arrears_arrangement_make import Terms
from .common import DAY, ArrearsCommon

DUE = date(2026, 1, 15)
AGREED = DUE + 60 * DAY
STORIES = 14
STEPS = 7


def money(amount):
    return Decimal(str(amount)).quantize(Decimal("0.01"))


@tagged("post_install", "-at_install")
class TestArrangementMoney(ArrearsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.write({"email": "devries@example.com", "e_notice_consent_date": DUE})
        second = cls.make_policy(line_of_business="contents")
        cls.moves = (
            cls.make_invoice(DUE, amount=133.37)
            | cls.make_invoice(DUE, policies=second, amount=61.05)
            | cls.make_invoice(DUE + DAY, amount=45.0)
        )

    def mail(self, run):
        run.sudo().notice_ids.filtered(lambda n: n.state == "queued")._mark_sent(run.date)

    def setUp(self):
        super().setUp()
        day = DUE + DAY
        while day < AGREED:
            self.mail(self.run_on(day))
            day += DAY
        case = self.case_of(self.moves[0])
        self.fees = case.fee_ids.filtered(lambda fee: fee.state == "booked")
        self.assertTrue(self.fees)

    def pay_part(self, made, amount, credited_on, booked_on=None):
        """Pay an amount with the button of an arrangement."""
        action = made.action_register_payment()
        wizard = self.env[action["res_model"]].with_context(**action["context"])
        wizard = wizard.create({"payment_date": booked_on or credited_on, "amount": float(amount)})
        wizard.credited_on = credited_on
        payment = wizard._create_payments()
        self.env["arrears.item"]._hear_payments()
        self.assertEqual(money(sum(payment.mapped("amount"))), money(amount))
        return payment

    def check(self, made, what):
        """Compare what the invoices say with what the instalments say."""
        lines, parts = made.line_ids, made.instalment_ids
        open_there = sum(
            (max(money(line.move_line_id.amount_residual), Decimal(0)) for line in lines),
            Decimal(0),
        )
        open_here = sum((money(part.amount_open) for part in parts), Decimal(0))
        self.assertEqual(open_there, open_here, what)
        self.assertEqual(money(made.amount_open), open_here, what)
        self.assertEqual(
            sum((money(line.amount) for line in lines), Decimal(0)),
            sum((money(part.amount) for part in parts), Decimal(0)),
            what,
        )
        asked = parts.sorted("number").filtered(lambda p: p.amount > p.amount_dropped)
        wholly = [money(part.amount_open) == 0 for part in asked]
        self.assertEqual(wholly, sorted(wholly, reverse=True), what)
        for part in asked:
            self.assertEqual(bool(part.paid_on), part.amount_open <= 0, what)

    def test_any_sequence_of_payments(self):
        for seed in range(STORIES):
            with self.subTest(seed=seed), self.env.cr.savepoint() as savepoint:
                self.live(random.Random(seed))
                savepoint.rollback()
            self.env.invalidate_all()

    def live(self, chance):
        made = self.arrange(
            self.case_of(self.moves[0]).item_ids,
            AGREED,
            count=chance.randint(2, 6),
            rest=chance.choice(["first", "last"]),
        )
        self.check(made, "made")
        payments, told = [], []
        for step in range(STEPS):
            day = AGREED + (3 * step + 1) * DAY
            what = chance.choice(["part", "part", "over", "reverse", "waive", "change"])
            told.append(what)
            if what == "reverse" and payments:
                self.reverse(payments.pop(chance.randrange(len(payments))))
                self.env["arrears.item"]._hear_payments()
                self.mail(self.run_on(day))
            elif what == "waive" and (booked := made.line_ids.fee_id.filtered("amount_open")):
                self.waive(booked, day)
                self.env["arrears.item"]._hear_payments()
            elif what == "change" and made.state == "active" and made.amount_open > 0:
                terms = Terms(day + 20 * DAY, count=chance.randint(1, 4))
                if money(made.amount_open) >= Decimal("0.04"):
                    made.change(terms, day, "as told")
                    if made.state == "proposed":
                        made.approve(day)
            elif what in ("part", "over") and made.state == "active":
                lines = made._get_open_move_lines()
                total = sum((money(line.amount_residual) for line in lines), Decimal(0))
                if total:
                    share = Decimal(1) if what == "over" else Decimal(chance.randint(1, 99)) / 100
                    amount = max((total * share).quantize(Decimal("0.01")), Decimal("0.01"))
                    payments += list(self.pay_part(made, amount, day))
            self.check(made, told)

    def test_a_waived_fee_shortens_it_and_counts_as_paid_by_nobody(self):
        made = self.arrange(self.case_of(self.moves[0]).item_ids, AGREED, count=4)
        before = money(made.amount)
        fee = money(sum(self.fees.mapped("amount_open")))
        self.waive(self.fees, AGREED + DAY)
        self.env["arrears.item"]._hear_payments()
        self.assertEqual(money(made.amount_open), before - fee)
        self.assertEqual(money(made.amount_paid), Decimal(0))
        self.check(made, "waived")

    def test_one_payment_is_spread_over_the_invoices_premium_first(self):
        made = self.arrange(self.case_of(self.moves[0]).item_ids, AGREED, count=4)
        part = made.instalment_ids.sorted("number")[0]
        action = made.action_register_payment()
        self.assertEqual(action["context"]["default_amount"], part.amount)
        self.pay_part(made, 150.0, AGREED + DAY)
        self.assertEqual(money(sum(self.moves[:2].mapped("amount_residual"))), money(44.42))
        self.assertEqual(self.moves[2].amount_residual, 45.0)
        self.assertTrue(all(fee.amount_open for fee in self.fees))
        self.assertEqual(part.paid_on, AGREED + DAY)

    def test_the_day_of_credit_counts_not_the_day_of_booking(self):
        made = self.arrange(self.case_of(self.moves[0]).item_ids, AGREED, count=2)
        lines = made._get_open_move_lines()
        total = sum(lines.mapped("amount_residual"))
        half = made.instalment_ids.sorted("number")[0].amount
        self.pay_part(made, half, AGREED + DAY, booked_on=AGREED + 9 * DAY)
        self.pay_part(made, total - half, AGREED + 20 * DAY)
        self.assertEqual(
            made.instalment_ids.sorted("number").mapped("paid_on"),
            [AGREED + DAY, AGREED + 20 * DAY],
        )
