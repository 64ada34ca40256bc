"""The world of the tests: an office, its insurers, customers, policies and premium invoices."""

from datetime import date, timedelta

from odoo import Command
from odoo.tests import tagged

from odoo.addons.account.tests.common import AccountTestInvoicingCommon

from ..models.arrears_arrangement_make import Terms

DAY = timedelta(days=1)


@tagged("post_install", "-at_install")
class ArrearsCommon(AccountTestInvoicingCommon):
    """A Dutch company that may charge fees, with factories for what a story needs."""

    @classmethod
    @AccountTestInvoicingCommon.setup_country("nl")
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.company_data["company"]
        cls.env.user.group_ids += cls.env.ref("premium_arrears.group_manager")
        cls.company._set_arrears_defaults()
        cls.company.write(
            {
                "street": "Lindelaan 1",
                "zip": "3701 AB",
                "city": "Zeist",
                "phone": "+31 30 555 01 00",
                "email": "office@example.com",
                "arrears_register_number": "WKI-0001",
                "arrears_register_from": date(2025, 1, 1),
                "arrears_quiet_days": 0,
            }
        )
        cls.insurer = cls.env["res.partner"].create(
            {"name": "Verzekeraar Noord", "is_company": True, "is_insurer": True}
        )
        cls.customer = cls.make_customer("J. de Vries")
        cls.policy = cls.make_policy()
        cls.runs = cls.env["arrears.run"]

    # === FACTORIES === #

    @classmethod
    def make_customer(cls, name, **values):
        """Return a consumer with a postal address and, unless said, no e-mail consent."""
        return cls.env["res.partner"].create(
            {
                "name": name,
                "street": "Dorpsstraat 12",
                "zip": "1234 AB",
                "city": "Ons Dorp",
                "country_id": cls.env.ref("base.nl").id,
                "lang": "en_US",
                "debtor_type": "consumer",
                # Where consent comes from, for when a story gives it.
                "e_notice_consent_source": "application form",
                **values,
            }
        )

    @classmethod
    def make_policy(cls, **values):
        """Return a monthly home policy of the customer, the office being authorised agent."""
        number = cls.env["insurance.policy"].search_count([("company_id", "=", cls.company.id)])
        return cls.env["insurance.policy"].create(
            {
                "name": f"P-{number + 1:04}",
                "company_id": cls.company.id,
                "partner_id": cls.customer.id,
                "insurer_id": cls.insurer.id,
                "line_of_business": "home",
                "premium": 45.0,
                "office_role": "authorised_agent",
                "start_date": date(2024, 1, 1),
                **values,
            }
        )

    @classmethod
    def make_invoice(cls, due, policies=None, amount=45.0, kind="follow_up", post=True):
        """Return a posted premium invoice with one line per policy, due on ``due``."""
        policies = policies or cls.policy
        move = cls.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "company_id": cls.company.id,
                "partner_id": policies[0].partner_id.id,
                "invoice_date": due - timedelta(days=14),
                "invoice_date_due": due,
                "invoice_payment_term_id": False,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": f"Premium {policy.name}",
                            "quantity": 1,
                            "price_unit": amount,
                            "tax_ids": [Command.clear()],
                            "insurance_policy_id": policy.id,
                            "insurance_premium_kind": kind,
                        }
                    )
                    for policy in policies
                ],
            }
        )
        if post:
            move.action_post()
        return move

    # === THE STORY === #

    def run_on(self, day, post_letters=True):
        """Run one day as the office does, letters to the post the same day."""
        run = self.runs.run_for(day, self.company)
        if post_letters:
            run.mark_letters_posted(day)
        return run

    def walk(self, first, last):
        """Run each day from ``first`` up to and including ``last``; return the last run."""
        day, run = first, self.runs
        while day <= last:
            run = self.run_on(day)
            day += DAY
        return run

    def walk_until(self, first, condition, limit=200):
        """Run day by day until ``condition()`` holds; return that day."""
        day = first
        for _step in range(limit):
            self.run_on(day)
            if condition():
                return day
            day += DAY
        self.fail("the awaited day did not come")

    def pay(self, lines, amount, credited_on, booked_on=None):
        """Register a payment on receivable lines as the cashier does, and let it be heard."""
        wizard = (
            self.env["account.payment.register"]
            .with_context(active_model="account.move.line", active_ids=lines.ids)
            .create({"payment_date": booked_on or credited_on, "amount": amount})
        )
        wizard.credited_on = credited_on
        payments = wizard._create_payments()
        self.env["arrears.item"]._hear_payments()
        return payments

    def pay_invoice(self, move, credited_on, amount=None, booked_on=None):
        """Pay an invoice, wholly unless an amount is given."""
        lines = move.line_ids.filtered(lambda line: line.account_type == "asset_receivable")
        return self.pay(lines, amount or move.amount_residual, credited_on, booked_on)

    def waive(self, charges, day, reason="Long illness"):
        """Let fees or interest go, as a handler does with the button."""
        action = charges.action_waive()
        wizard = charges.env[action["res_model"]].with_context(**action["context"])
        wizard.create({"day": day, "reason": reason}).action_waive()

    def reverse(self, payment):
        """Undo a payment as the office does when a direct debit comes back."""
        payment.move_id.line_ids.remove_move_reconcile()
        payment.action_cancel()

    def arrange(self, items, day, kind="arrangement", **terms):
        """Make and start an arrangement; unless said one instalment, a month later."""
        terms = Terms(**{"first_day": day + 30 * DAY, "count": 1, **terms})
        arrangements = self.env["arrears.arrangement"].sudo()
        made = arrangements._make(arrangements._get_sources(items), terms, day, kind=kind)
        made._propose(day)
        return made

    def case_of(self, move):
        """Return the case that an invoice is in."""
        items = self.env["arrears.item"].search([("move_line_id.move_id", "=", move.id)])
        return items.case_id

    def notices_of(self, move, kind=None):
        """Return the notices that name an invoice, in order."""
        lines = self.env["arrears.notice.line"].search([("item_id.move_id", "=", move.id)])
        notices = lines.notice_id.sorted("id")
        return notices.filtered(lambda n: n.kind == kind) if kind else notices

    def formal_notice(self, move, start):
        """Walk until an invoice has its formal notice in the post; return the notice."""
        self.walk_until(start, lambda: self.notices_of(move, "formal_notice").sent_on)
        return self.notices_of(move, "formal_notice")
