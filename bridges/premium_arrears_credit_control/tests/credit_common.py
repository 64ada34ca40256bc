"""An office that lets OCA's credit control send the first steps of its procedure."""

from datetime import date

from odoo import Command
from odoo.tests import tagged

from odoo.addons.premium_arrears.tests.common import DAY
from odoo.addons.premium_arrears.tests.common_mail import MailStory

DUE = date(2026, 1, 15)
REMINDER_DAY = DUE + 7 * DAY
FORMAL_DAY = REMINDER_DAY + 14 * DAY
OWN_WORDS = "Perhaps our invoice was overlooked."


@tagged("post_install", "-at_install")
class CreditCommon(MailStory):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids += cls.env.ref(
            "account_credit_control.group_account_credit_control_manager"
        )
        cls.reminder = cls.env.ref("premium_arrears.stage_consumer_reminder")
        cls.formal = cls.env.ref("premium_arrears.stage_consumer_formal_notice")
        receivable = cls.company_data["default_account_receivable"]
        cls.credit_policy = cls.env["credit.control.policy"].create(
            {
                "name": "Premiums",
                "company_id": cls.company.id,
                "account_ids": [Command.set(receivable.ids)],
                "level_ids": [
                    Command.create(cls.level_vals(1, "Reminder", "net_days", 7)),
                    Command.create(cls.level_vals(2, "14-day notice", "previous_date", 14)),
                ],
            }
        )
        cls.first, cls.second = cls.credit_policy.level_ids.sorted("level")
        cls.company.credit_policy_id = cls.credit_policy
        cls.letters(True)

    @classmethod
    def level_vals(cls, number, name, mode, delay):
        return {
            "name": name,
            "level": number,
            "computation_mode": mode,
            "delay_days": delay,
            "channel": "email",
            "email_template_id": cls.env.ref(
                "account_credit_control.email_template_credit_control_base"
            ).id,
            "custom_text": OWN_WORDS,
            "custom_mail_text": f"<p>{OWN_WORDS}</p>",
            "custom_text_after_details": "It was a pleasure to insure you.",
        }

    @classmethod
    def letters(cls, by_post):
        """Let the customer be written to by post, or by mail under consent."""
        cls.customer.e_notice_consent_date = False if by_post else date(2025, 1, 1)

    def map_levels(self):
        """Let the levels count as the first two steps of a consumer's procedure."""
        self.first.arrears_stage_ids = self.reminder
        self.second.arrears_stage_ids = self.formal

    def generate(self, day, user=None):
        """Return a run of credit control on ``day``, its lines ready to be sent."""
        runs = self.env["credit.control.run"].with_user(user or self.env.user)
        run = runs.with_context(arrears_day=day).create(
            {
                "date": day,
                "company_id": self.company.id,
                "policy_ids": [Command.set(self.credit_policy.ids)],
            }
        )
        run.generate_credit_lines()
        run.set_to_ready_lines()
        return run

    def credit_run(self, day):
        """Run credit control on ``day`` and let it send; return the run."""
        run = self.generate(day)
        run.run_channel_action()
        return run

    def post(self, day):
        """Hand all letters that wait to the post."""
        for run in self.runs.search([("company_id", "=", self.company.id)]):
            run.mark_letters_posted(day)

    def both(self, day):
        """Run arrears and then credit control, with the letters to the post; return the latter."""
        self.run_on(day)
        run = self.credit_run(day)
        self.post(day)
        return run

    def lines_of(self, move):
        return self.env["credit.control.line"].search([("invoice_id", "=", move.id)], order="id")

    def make_plain_invoice(self, due, partner=None, post=True):
        """Return an invoice that has no premium on it."""
        move = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "company_id": self.company.id,
                "partner_id": (partner or self.customer).id,
                "invoice_date": due - 14 * DAY,
                "invoice_date_due": due,
                "invoice_payment_term_id": False,
                "invoice_line_ids": [
                    Command.create(
                        {"name": "Advice", "price_unit": 120.0, "tax_ids": [Command.clear()]}
                    )
                ],
            }
        )
        if post:
            move.action_post()
        return move
