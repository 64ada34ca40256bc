"""A customer pays online on the own page: what was named, once, at the amount that is open."""

from lxml import html as lxml_html

from odoo import Command, fields
from odoo.tests import new_test_user, tagged

from ..models.arrears_arrangement_make import Terms
from .common import DAY
from .portal_common import PortalCommon


class PayCommon(PortalCommon):
    """The office takes payments with Odoo's demo provider."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.provider = cls.make_provider(cls.company)
        cls.method = cls.env.ref("payment_demo.payment_method_demo")
        cls.transactions = cls.env["payment.transaction"].sudo()
        cls.env["res.partner.bank"].create(
            {"acc_number": "NL91ABNA0417164300", "partner_id": cls.company.partner_id.id}
        )

    @classmethod
    def make_provider(cls, company):
        method = cls.env.ref("payment_demo.payment_method_demo")
        provider = cls.env["payment.provider"].create(
            {
                "name": "Demo",
                "code": "demo",
                "company_id": company.id,
                "state": "test",
                "is_published": True,
                "allow_tokenization": True,
                "payment_method_ids": [Command.set(method.ids)],
            }
        )
        method.active = True
        return provider

    def arrange(self, count=3):
        items = self.case.item_ids
        arrangements = self.env["arrears.arrangement"].sudo()
        terms = Terms(first_day=self.day + 20 * DAY, count=count)
        made = arrangements._make(arrangements._get_sources(items), terms, self.day)
        made._propose(self.day)
        return made

    def form_of(self, path):
        """Return the payment form of a page: the attributes that its script reads."""
        tree = lxml_html.fromstring(self.get(path).content)
        [form] = tree.xpath("//form[@id='o_payment_form']")
        return {key[5:].replace("-", "_"): value for key, value in form.items() if "data-" in key}

    def send_form(self, form, **changed):
        """Press the button, as the script of the payment form does; return the transaction."""
        answer = self.call_form(form, **changed)
        self.assertNotIn("error", answer)
        return self.transactions.search([("reference", "=", answer["result"]["reference"])])

    def call_form(self, form, **changed):
        values = {
            "provider_id": self.provider.id,
            "payment_method_id": self.method.id,
            "token_id": None,
            "amount": float(form["amount"]),
            "flow": "direct",
            "tokenization_requested": False,
            "landing_route": form["landing_route"],
            "is_validation": False,
            "access_token": form["access_token"],
            "csrf_token": "x",
            **changed,
        }
        payload = {"jsonrpc": "2.0", "method": "call", "id": 0, "params": values}
        return self.url_open(form["transaction_route"], json=payload).json()

    def confirm(self, transaction, state="done"):
        """Let the bank answer, and the browser look at how it went."""
        self.make_jsonrpc_request(
            "/payment/demo/simulate_payment",
            {"reference": transaction.reference, "simulated_state": state},
        )
        return self.make_jsonrpc_request("/payment/status/poll", {})

    def pay_online(self, path, **changed):
        transaction = self.send_form(self.form_of(path), **changed)
        self.confirm(transaction)
        return transaction

    def refused(self, words, form, **changed):
        """Press the button where it is refused with these words, and nothing is started."""
        before = self.transactions.search_count([])
        answer = self.call_form(form, **changed)
        self.assertIn(words, answer["error"]["data"]["message"])
        self.assertEqual(self.transactions.search_count([]), before)


@tagged("post_install", "-at_install")
class TestPayment(PayCommon):
    def test_who_has_the_letter_pays_everything(self):
        self.visit()
        page = self.text(self.get("/pay/all"))
        self.assertIn("€90.00", page)
        self.assertIn(self.move.name, page)
        self.assertIn("NL91 ABNA 0417 1643 00", page)
        transaction = self.pay_online("/pay/all")
        self.assertEqual(transaction.state, "done")
        self.assertEqual(transaction.amount, 90.0)
        self.assertEqual(self.move.amount_residual, 0.0)
        self.assertEqual(self.case.item_ids.settled_on, self.day)
        self.assertEqual(self.case.state, "closed")
        self.assertEqual(transaction.landing_route, f"/my/arrears/paid/{transaction.id}")
        self.assertIn("Thank you", self.text(self.url_open(transaction.landing_route)))
        self.assertIn("need not pay us anything", self.text(self.get("/pay/all")))

    def test_the_fee_is_paid_with_it_and_cover_comes_back_the_day_after(self):
        self.day = self.notice.last_day + DAY
        self.run_on(self.day)
        fee = self.notice.fee_id
        self.assertEqual(fee.state, "booked")
        gap = self.policy.gap_ids
        self.assertTrue(gap)
        self.visit()
        self.assertIn("Collection costs", self.text(self.get("/pay/all")))
        transaction = self.pay_online("/pay/all")
        self.assertEqual(transaction.amount, 90.0 + fee.amount)
        self.assertFalse(fee.amount_open)
        self.assertEqual(fee.settled_on, self.day)
        self.assertEqual(gap.resume, self.day + DAY)
        paid = self.text(self.url_open(transaction.landing_route))
        back = self.case._page_day(gap.resume).replace("\xa0", " ")
        self.assertIn(f"You are insured again from {back}.", paid)

    def test_whoever_decides_on_the_cover_is_named_after_paying(self):
        self.visit()
        paid = self.pay_online("/pay/all").landing_route
        text = self.text(self.url_open(paid))
        self.assertIn("Thank you", text)
        self.assertNotIn("insured again", text, "no cover stopped")
        self.day = self.notice.last_day + DAY
        self.case.item_ids.sudo().settled_on = self.day
        (self.policy | self.motor).office_role = "intermediary"
        text = self.text(self.url_open(paid))
        self.assertIn("Your insurer may have stopped the cover, and decides from which day", text)
        self.assertNotIn("the day after", text)

    def test_one_premium_pays_that_premium(self):
        newer = self.make_invoice(self.day - 5 * DAY, self.policy)
        self.run_on(self.day)
        [item] = self.case_of(newer).item_ids.filtered(lambda i: i.move_id == newer)
        self.visit()
        transaction = self.pay_online(f"/pay/item/{item.id}")
        self.assertEqual(transaction.amount, 45.0)
        self.assertEqual(newer.amount_residual, 0.0)
        self.assertEqual(self.move.amount_residual, 90.0, "the older one was not named")

    def test_only_the_fee_is_left(self):
        self.day = self.notice.last_day + DAY
        self.run_on(self.day)
        fee = self.notice.fee_id
        self.visit()
        [item] = self.case.item_ids
        self.pay_online(f"/pay/item/{item.id}")
        self.assertEqual(self.move.amount_residual, 0.0)
        self.assertTrue(fee.amount_open)
        transaction = self.pay_online("/pay/all")
        self.assertFalse(transaction.invoice_ids)
        self.assertFalse(fee.amount_open)

    def test_the_order_of_the_law_takes_the_fee_with_a_premium(self):
        self.company.arrears_allocation_order = "statutory"
        self.day = self.notice.last_day + DAY
        self.run_on(self.day)
        self.visit()
        transaction = self.pay_online(f"/pay/item/{self.case.item_ids.id}")
        self.assertEqual(transaction.amount, 90.0 + self.notice.fee_id.amount)
        self.assertFalse(self.notice.fee_id.amount_open)

    def test_an_instalment_by_the_link(self):
        made = self.arrange(3)
        first = made.instalment_ids[0]
        self.visit()
        page = self.text(self.get(f"/pay/instalment/{first.id}"))
        self.assertIn(first.payment_reference, page)
        self.assertIn("instalment 1 of 3", page)
        transaction = self.pay_online(f"/pay/instalment/{first.id}")
        self.assertEqual((transaction.amount, transaction.arrears_instalment_id), (30.0, first))
        self.assertEqual(made.instalment_ids.mapped("amount_open"), [0.0, 30.0, 30.0])
        self.assertEqual(made.amount_open, self.move.amount_residual)
        self.assertIn("need not pay us", self.text(self.get(f"/pay/instalment/{first.id}")))
        self.assertIn("need not pay us", self.text(self.get("/pay/all")))
        for part in made.instalment_ids[1:]:
            self.pay_online(f"/pay/instalment/{part.id}")
        self.assertEqual(self.move.amount_residual, 0.0)

    def test_the_slow_confirmation_counts_from_that_day(self):
        self.visit()
        transaction = self.send_form(self.form_of("/pay/all"))
        transaction.last_state_change = transaction.create_date + DAY * 3
        confirmed = fields.Datetime.context_timestamp(
            transaction.with_context(tz="Europe/Amsterdam"), transaction.last_state_change
        )
        self.assertEqual(transaction._get_arrears_credit_day(), confirmed.date())
        transaction.last_state_change = transaction.create_date
        self.assertEqual(transaction._get_arrears_credit_day(), self.day)

    def test_what_a_payment_that_waits_or_fails_says(self):
        self.visit()
        for state, words in (
            ("cancel", "did not work"),
            ("error", "did not work"),
            ("pending", "under way"),
        ):
            transaction = self.send_form(self.form_of("/pay/all"))
            self.assertIn("not paid yet", self.text(self.get(f"/paid/{transaction.id}")))
            self.confirm(transaction, state)
            self.assertIn(words, self.text(self.get(f"/paid/{transaction.id}")))
        page = self.get("/pay/all")
        self.assertIn("Please do not pay it twice", self.text(page))
        self.assertFalse(lxml_html.fromstring(page.content).xpath("//form[@id='o_payment_form']"))

    def test_the_code_for_the_bank_app_carries_amount_and_reference(self):
        first = self.arrange(3).instalment_ids[0]
        cases = self.case.sudo()
        payable = cases._get_page_payable("instalment", first)
        bank = self.company.partner_id.bank_ids[:1]
        values = bank._get_qr_vals(
            "sct_qr", 30.0, self.company.currency_id, self.customer, "", payable.reference
        )
        self.assertEqual((values[7], values[9]), ("EUR30.0", first.payment_reference))
        self.assertTrue(cases._get_page_bank(payable)["qr"].startswith("data:image/png"))


@tagged("post_install", "-at_install")
class TestPaymentRefused(PayCommon):
    def test_two_customers_pay_and_see_only_their_own(self):
        [other] = self.case_of(self.other_move).item_ids
        self.visit()
        mine = self.send_form(self.form_of("/pay/all"))
        self.assertEqual(self.get(f"/pay/item/{other.id}").status_code, 404)
        form = self.form_of("/pay/all")
        route = f"/my/arrears/pay/item/{other.id}/transaction"
        self.refused("Nothing is open", {**form, "transaction_route": route})
        self.visit(self.other_notice)
        self.assertEqual(self.get(f"/paid/{mine.id}").status_code, 404)
        self.assertEqual(self.get(f"/pay/item/{self.case.item_ids.id}").status_code, 404)
        self.assertEqual(self.pay_online("/pay/all").partner_id, self.neighbour)
        self.assertEqual(self.move.amount_residual, 90.0)
        self.assertEqual(self.other_move.amount_residual, 0.0)

    def test_what_is_not_there_is_not_found(self):
        made = self.arrange(3)
        self.visit()
        for ident in ("0", "-1", "999999999", "x", "1%27", "²", made.instalment_ids[0].id + 9**9):
            for kind in ("item", "instalment"):
                self.assertEqual(self.get(f"/pay/{kind}/{ident}").status_code, 404, ident)
            self.assertEqual(self.get(f"/paid/{ident}").status_code, 404, ident)

    def test_a_stranger_gets_nothing(self):
        self.visit()
        form = self.form_of("/pay/all")
        self.opener.cookies.clear()
        self.assertEqual(self.get("/pay/all").status_code, 404)
        self.refused("page was closed", form)

    def test_the_amount_comes_from_the_books(self):
        self.visit()
        form = self.form_of("/pay/all")
        transaction = self.send_form(form, amount=0.01, landing_route="https://bad.example")
        self.assertEqual(transaction.amount, 90.0)
        self.assertTrue(transaction.landing_route.startswith("/my/arrears/paid/"))
        self.refused("amount has changed", form, access_token="x")
        self.refused("not whitelisted", form, partner_id=self.neighbour.id)

    def test_the_amount_changed_in_between(self):
        self.visit()
        form = self.form_of("/pay/all")
        self.pay_invoice(self.move, self.day, amount=20.0)
        self.refused("amount has changed", form)
        self.assertEqual(self.pay_online("/pay/all").amount, 70.0)

    def test_two_tabs_pay_once(self):
        self.visit()
        first, second = self.form_of("/pay/all"), self.form_of("/pay/all")
        transaction = self.send_form(first)
        self.make_jsonrpc_request(
            "/payment/demo/simulate_payment",
            {"reference": transaction.reference, "simulated_state": "done"},
        )
        self.refused("under way already", second)
        self.make_jsonrpc_request("/payment/status/poll", {})
        self.refused("Nothing is open", second)
        self.assertEqual(self.move.amount_residual, 0.0)

    def test_what_a_collector_has_is_not_paid_here(self):
        self.visit()
        form = self.form_of("/pay/all")
        self.case.item_ids.sudo().handover_id = (
            self.env["arrears.handover"].sudo()._record_outside(self.case.item_ids, self.day)
        )
        link = self.link_of()
        self.assertLess(link.expires_on, self.day, "the collector has this letter")
        link.expires_on = self.day  # as by a newer letter
        self.assertIn("need not pay us", self.text(self.get("/pay/all")))
        self.assertIn("need not pay us", self.text(self.get(f"/pay/item/{self.case.item_ids.id}")))
        self.refused("Nothing is open", form)

    def test_a_provider_of_another_company_takes_nothing(self):
        foreign = self.make_provider(self.env["res.company"].create({"name": "Other office"}))
        self.visit()
        self.refused("in this way", self.form_of("/pay/all"), provider_id=foreign.id)
        self.provider.is_published = False
        self.assertIn("cannot pay online here", self.text(self.get("/pay/all")))

    def test_a_link_keeps_no_card(self):
        self.visit()
        form = self.form_of("/pay/all")
        transaction = self.send_form(form, tokenization_requested=True)
        self.assertFalse(transaction.tokenize)
        token = self.env["payment.token"].create(
            {
                "provider_id": self.provider.id,
                "payment_method_id": self.method.id,
                "payment_details": "1234",
                "provider_ref": "demo",
                "partner_id": self.customer.id,
            }
        )
        self.refused("in this way", form, flow="token", token_id=token.id)
        self.log_in(self.customer, "j_de_vries")
        self.assertIn("€90.00", self.text(self.get("/pay/all")))

    def test_who_starts_too_many_waits(self):
        self.visit()
        form = self.form_of("/pay/all")
        for _number in range(20):
            self.send_form(form)
        self.refused("too often", form)


@tagged("post_install", "-at_install")
class TestOverdueInvoices(PayCommon):
    def test_odoo_offers_no_whole_invoice_that_is_arranged_or_away(self):
        self.env["ir.config_parameter"].sudo().set_param(
            "account_payment.enable_portal_payment", "True"
        )
        later = self.make_invoice(self.day - 3 * DAY, self.policy)
        new_test_user(
            self.env,
            "j_de_vries",
            groups="base.group_portal",
            partner_id=self.customer.id,
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        self.authenticate("j_de_vries", "j_de_vries")
        self.assertIn("135.00", self.invoices("/overdue"))
        self.arrange(3)
        self.assertTrue(self.move._is_in_arrangement())
        self.assertFalse(self.move._has_to_be_paid())
        self.assertTrue(later._has_to_be_paid())
        self.assertIn("45.00", self.invoices("/overdue"))
        self.assertIn("My arrears", self.invoices(f"/{self.move.id}"))
        self.assertIn("in your arrangement", self.move._get_online_payment_error())

    def invoices(self, path=""):
        return self.text(self.url_open(f"/my/invoices{path}"))
