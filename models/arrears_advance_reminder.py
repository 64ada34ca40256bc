"""A friendly e-mail before the due date: what falls due when. No notice, no fee, no arrears."""

import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from .in_words import get_locale, say_amount, say_day

_logger = logging.getLogger(__name__)

REMINDERS = 50  # e-mails that are rendered between two commits


class ArrearsAdvanceReminder(models.Model):
    _name = "arrears.advance.reminder"
    _description = "Reminder before the Due Date"
    _check_company_auto = True
    _order = "date desc, id desc"
    _rec_name = "subject"

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(
        "res.partner", string="Debtor", required=True, readonly=True, index=True
    )
    creditor_id = fields.Many2one("res.partner", required=True, readonly=True)
    recipient_id = fields.Many2one("res.partner", required=True, readonly=True)
    date = fields.Date(required=True, readonly=True, help="Business day on which it was made.")
    line_ids = fields.One2many("arrears.advance.reminder.line", "reminder_id", readonly=True)
    amount_total = fields.Monetary(compute="_compute_amount_total", store=True)
    state = fields.Selection(
        [
            ("queued", "Queued"),
            ("sent", "Sent"),
            ("failed", "Failed"),
            ("cancelled", "Paid before it was sent"),
        ],
        required=True,
        readonly=True,
        default="queued",
    )
    test_mode = fields.Boolean(
        string="Test", readonly=True, help="Made in test mode: it never went to the customer."
    )
    lang = fields.Char(required=True, readonly=True)
    subject = fields.Char(readonly=True)
    body_html = fields.Html(string="Text as sent", readonly=True, sanitize=False)
    mail_id = fields.Many2one("mail.mail", readonly=True, index="btree_not_null")

    _one_mail_a_day = models.UniqueIndex(
        "(company_id, partner_id, creditor_id, date)",
        "This debtor already has such an e-mail about this creditor on this day.",
    )

    @api.depends("line_ids.amount")
    def _compute_amount_total(self):
        for reminder in self:
            reminder.amount_total = sum(reminder.line_ids.mapped("amount"))

    # === MAKE === #

    @api.model
    def _remind(self, day, company):
        """Tell customers who pay by invoice what falls due soon; put the e-mails in the queue.

        A service, so it goes by plain e-mail, and never twice for one invoice (the database holds
        that). In test mode it goes to the office's test address and counts all the same.

        Yields the reminders of each piece, which may be committed: who begins again after that
        finds what is left.

        :param day: business day
        :param company: the company whose books are read
        """
        if company.arrears_paused:
            return
        lines = self._get_lines(day, company)
        vals_list = self._prepare_vals_list(lines, day, company)
        for start in range(0, len(vals_list), REMINDERS):
            reminders = self.create(vals_list[start : start + REMINDERS])
            reminders._queue_mails()
            yield reminders

    @api.model
    def _get_lines(self, day, company):
        """Return the receivable lines that fall due soon and of which nobody was told yet."""
        none = self.env["account.move.line"]
        mine = Domain("company_id", "in", [company.id, False])
        procedures = self.env["arrears.procedure"].search(mine & Domain("advance_days", ">", 0))
        if not procedures:
            return none
        items = self.env["arrears.item"]
        last = day + timedelta(days=max(procedures.mapped("advance_days")))
        _debtors, _keys, resting = self.env["arrears.hold"]._get_quiet("advance", day, company)
        told = (
            self.env["arrears.advance.reminder.line"]
            ._search([("company_id", "=", company.id)])
            .subselect("move_line_id")
        )
        lines = none.search(
            items._get_open_line_domain(company)
            & Domain("date_maturity", ">", day)
            & Domain("date_maturity", "<=", last)
            & Domain("arrears_item_ids", "=", False)
            & Domain("id", "not in", told)
        )
        policies = items._get_policies_by_move(lines.move_id)
        lines = lines.filtered(
            lambda line: (
                set(policies[line.move_id].mapped("collection_method")) == {"office_invoice"}
                and not policies[line.move_id] & resting
            )
        )
        wanted = {
            line: (policies[line.move_id], line.move_id.commercial_partner_id._get_debtor_type())
            for line in lines
        }
        chosen = procedures._choose(company, set(wanted.values()))
        return lines.filtered(
            lambda line: (
                line.date_maturity - timedelta(days=chosen[wanted[line]].advance_days) <= day
            )
        )

    @api.model
    def _prepare_vals_list(self, lines, day, company):
        """Return one reminder per debtor and creditor whom such an e-mail may reach."""
        items = self.env["arrears.item"]
        policies = items._get_policies_by_move(lines.move_id)
        by_key = lines.grouped(lambda line: items._get_case_key(line, policies[line.move_id]))
        debtors = self.env["res.partner"].union(*(debtor for debtor, _creditor in by_key))
        quiet = self._get_quiet_keys(by_key, day, company)
        address_ids = {
            debtor: debtor.address_get(["invoice"])["invoice"]
            for debtor in debtors.with_prefetch(debtors.ids)
        }
        addresses = debtors.browse(address_ids.values())
        recipients = dict(zip(address_ids, addresses, strict=True))
        reachable = addresses._get_usable_emails()
        return [
            {
                "company_id": company.id,
                "partner_id": debtor.id,
                "creditor_id": creditor.id,
                "recipient_id": recipients[debtor].id,
                "date": day,
                "lang": recipients[debtor].lang or company.partner_id.lang or "nl_NL",
                "line_ids": [
                    fields.Command.create(
                        {
                            "move_line_id": line.id,
                            "due_date": line.date_maturity,
                            "amount": line.amount_residual,
                            "policy_ids": [fields.Command.set(policies[line.move_id].ids)],
                        }
                    )
                    for line in mine.sorted("date_maturity")
                ],
            }
            for (debtor, creditor), mine in by_key.items()
            if (debtor, creditor) not in quiet and recipients[debtor] in reachable
        ]

    @api.model
    def _get_quiet_keys(self, wanted, day, company):
        """Return the (debtor, creditor) pairs to leave alone today.

        They had their e-mail today, or they are on hold. What somebody else collects, or is paid in
        parts, is another premium than the one that falls due now.
        """
        debtors = self.env["res.partner"].union(*(debtor for debtor, _creditor in wanted))
        mine = Domain("company_id", "=", company.id) & Domain("partner_id", "in", debtors.ids)
        today = self.search(mine & Domain("date", "=", day))
        quiet, keys, _policies = self.env["arrears.hold"]._get_quiet("advance", day, company)
        return {
            *((reminder.partner_id, reminder.creditor_id) for reminder in today),
            *keys,
            *((debtor, creditor) for debtor, creditor in wanted if debtor in quiet),
        }

    # === SEND === #

    def _queue_mails(self):
        """Render these reminders and hand them to the mail queue; one bad one stops no other."""
        ready = self.browse()
        for company, reminders in self.grouped("company_id").items():
            reminders.test_mode = bool(company.arrears_test_email)
        for reminder in self:
            try:
                with self.env.cr.savepoint():
                    reminder._render_text()
                ready |= reminder
            except Exception:
                _logger.warning("Advance reminder %s could not be made", reminder.id, exc_info=True)
                reminder.invalidate_recordset()
                reminder.state = "failed"
        template = self._get_mail_template()
        for company, reminders in ready.grouped("company_id").items():
            values = {"auto_delete": False}
            if test_email := company.arrears_test_email:
                values |= {"email_to": test_email, "recipient_ids": []}
            mails = template.send_mail_batch(reminders.ids, email_values=values)
            for reminder, mail in zip(reminders, mails, strict=True):
                reminder.mail_id = mail
                mail.subject = reminder.subject

    def _get_mail_template(self):
        return self.env.ref("premium_arrears.mail_template_advance_reminder")

    def _render_text(self):
        """Render subject and text in the customer's language and keep them."""
        self.ensure_one()
        reminder = self.with_context(lang=self.lang)
        template = reminder._get_mail_template()
        subject = template._render_field("subject", self.ids, set_lang=self.lang)[self.id]
        if self.test_mode:
            subject = f"{reminder.env._('[Test]')} {subject}"
        body = reminder.env["ir.qweb"]._render(
            "premium_arrears.advance_reminder_text",
            {"words": reminder._get_text_words(), "items": reminder._get_text_items()},
        )
        self.write({"subject": " ".join(subject.split()), "body_html": body})

    @api.model
    def _mend_mails(self, mails):
        """Keep e-mails from going out with an amount that was paid since they were made.

        :param mails: the mails that are about to be sent
        """
        waiting = self.search([("mail_id", "in", mails.ids), ("state", "=", "queued")])
        changed = waiting.filtered(
            lambda reminder: any(line.amount != line._amount_open() for line in reminder.line_ids)
        )
        if not changed:
            return
        changed.mail_id.filtered(lambda mail: mail.state == "outgoing").cancel()
        for line in changed.line_ids:
            line.amount = line._amount_open()
        paid = changed.filtered(lambda reminder: not reminder.amount_total)
        paid.state = "cancelled"
        (changed - paid)._queue_mails()

    def _must_wait(self):
        """Tell whether this e-mail may not leave now: stopped, or a real one in test mode."""
        self.ensure_one()
        company = self.company_id
        return company.arrears_paused or bool(company.arrears_test_email and not self.test_mode)

    def _follow_mails(self):
        """Settle these reminders by the state of their mail."""
        states = {"sent": "sent", "exception": "failed", "cancel": "failed"}
        for reminder in self:
            reminder.state = states.get(reminder.mail_id.state, reminder.state)

    # === WORDS === #

    def _get_letter_locale(self):
        """Return the locale of the text, so that no e-mail mixes two languages."""
        self.ensure_one()
        return get_locale(self.lang)

    def _format_amount(self, amount):
        return say_amount(amount, self.currency_id, self._get_letter_locale())

    def _format_day(self, day, pattern="EEEE d MMMM y"):
        return say_day(day, pattern, self._get_letter_locale())

    def _get_bank_account(self):
        """Return the office's own account that the premium is paid to."""
        self.ensure_one()
        move = self.line_ids[:1].move_line_id.move_id
        return move.partner_bank_id or self.company_id.partner_id.bank_ids[:1]

    def _get_text_words(self):
        """Return the words that fill the sentences; the mail layout reads the office's too."""
        self.ensure_one()
        company, bank = self.company_id, self._get_bank_account()
        return {
            "name": self.recipient_id.name or self.partner_id.name,
            "office": company.name,
            "creditor": self.creditor_id.name,
            "phone": company.arrears_help_phone or company.phone or "",
            "email": company.email or "",
            "iban": bank.acc_number or "",
            "account_name": bank.acc_holder_name or bank.partner_id.name or "",
            "total": self._format_amount(self.amount_total),
            "day": self._format_day(min(self._get_open_lines().mapped("due_date"))),
        }

    def _get_text_items(self):
        """Return the rows of the e-mail: what, which invoice, due when, how much."""
        kinds = self.env["arrears.notice"]._get_policy_kinds()
        return [
            {
                "label": ", ".join(
                    f"{kinds[policy.line_of_business]} {policy.name}" for policy in line.policy_ids
                ),
                "reference": line.reference,
                "due": self._format_day(line.due_date, "d MMM y"),
                "amount": self._format_amount(line.amount),
            }
            for line in self._get_open_lines()
        ]

    def _get_open_lines(self):
        return self.line_ids.filtered("amount")
