"""A reminder before the due date follows its mail, and never asks for what was paid meanwhile."""

from odoo import models


class MailMail(models.Model):
    _inherit = "mail.mail"

    def send(self, auto_commit=False, raise_exception=False, post_send_callback=None):
        # The mail queue runs as whoever started it; reminders are written by the engine only.
        reminders = self.env["arrears.advance.reminder"].sudo()
        reminders._mend_mails(self)
        waiting = reminders.search([("mail_id", "in", self.ids)]).filtered(
            lambda reminder: reminder._must_wait()
        )
        going = self - self.browse(waiting.mail_id.ids)
        return super(MailMail, going).send(
            auto_commit=auto_commit,
            raise_exception=raise_exception,
            post_send_callback=post_send_callback,
        )

    def _postprocess_sent_message(
        self, success_pids, success_emails, failure_reason=False, failure_type=None
    ):
        reminders = self.env["arrears.advance.reminder"].sudo()  # as above
        reminders.search([("mail_id", "in", self.ids), ("state", "=", "queued")])._follow_mails()
        return super()._postprocess_sent_message(
            success_pids, success_emails, failure_reason=failure_reason, failure_type=failure_type
        )
