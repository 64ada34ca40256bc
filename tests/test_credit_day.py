"""The day on which a payment counts as credited, when its date is corrected."""

from datetime import date, timedelta

from odoo.tests import Form, TransactionCase, tagged

FIRST = date(2026, 1, 10)
DAY = timedelta(days=1)


@tagged("post_install", "-at_install")
class TestCreditDay(TransactionCase):
    def make_payment(self, **values):
        partner = self.env["res.partner"].create({"name": "J. Jansen"})
        return self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": partner.id,
                "amount": 45.0,
                "date": FIRST,
                **values,
            }
        )

    def test_it_goes_along_with_the_date(self):
        payment = self.make_payment()
        for day in (FIRST - 3 * DAY, FIRST + 3 * DAY):
            payment.date = day
            self.assertEqual(payment.credited_on, day)

    def test_it_goes_along_on_the_form_too(self):
        payment = self.make_payment()
        for day in (FIRST - 3 * DAY, FIRST + 3 * DAY):
            with Form(payment) as form:
                form.date = day
            self.assertEqual(payment.credited_on, day)

    def test_a_day_that_was_named_stays(self):
        payments = self.make_payment() | self.make_payment(credited_on=FIRST - 2 * DAY)
        payments.write({"date": FIRST + DAY})
        self.assertEqual(payments.mapped("credited_on"), [FIRST + DAY, FIRST - 2 * DAY])

    def test_a_day_that_was_named_is_never_after_the_date(self):
        payment = self.make_payment(credited_on=FIRST - 2 * DAY)
        payment.date = FIRST - 4 * DAY
        self.assertEqual(payment.credited_on, FIRST - 4 * DAY)

    def test_a_duplicate_has_its_own(self):
        payment = self.make_payment(credited_on=FIRST - 2 * DAY)
        self.assertEqual(payment.copy({"date": FIRST + DAY}).credited_on, FIRST + DAY)
