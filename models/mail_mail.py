"""A notice follows its mail: sent when the server took it, failed when it did not."""

from odoo import fields, models


class MailMail(models.Model):
    _inherit = "mail.mail"

    def _postprocess_sent_message(
        self, success_pids, success_emails, failure_reason=False, failure_type=None
    ):
        # The mail queue runs as whoever started it; notices are written by the engine only.
        notices = self.env["arrears.notice"].sudo()
        waiting = notices.search([("mail_id", "in", self.ids), ("state", "=", "queued")])
        if waiting:
            # That the server took the mail is a fact of the outside, dated by the day it happened;
            # whoever walks through days says which one.
            day = self.env.context.get("arrears_day") or fields.Date.context_today(self)
            waiting._follow_mails(fields.Date.to_date(day))
        return super()._postprocess_sent_message(
            success_pids, success_emails, failure_reason=failure_reason, failure_type=failure_type
        )
