"""Mails that come back, as news of a notice or not; and which files a page lists."""

from odoo import api, models

# What a delivery report can say besides "failed" (RFC 3464): the mail may still arrive, or did.
NOT_FAILED = ("delayed", "delivered", "relayed", "expanded")


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    def _get_mail_thread_data_attachments(self):
        """Leave out the files that a colleague may not open: else the page shows an error."""
        # Odoo looks into each file it finds; what may not be opened is left out right after.
        files = super(MailThread, self.sudo())._get_mail_thread_data_attachments()
        return files.with_env(self.env)._filtered_access("read")

    @api.model
    def _routing_handle_bounce(self, email_message, message_dict):
        """Leave alone a report that a notice's mail is only late; know whose mail came back."""
        message = message_dict["bounced_message"]
        if message.model == "arrears.notice":
            if _get_action(email_message) in NOT_FAILED:
                return None
            if not message_dict["bounced_email"]:
                # The gateway may write to what the mail is about; it only reads whom it went to.
                notice = self.env["arrears.notice"].sudo().browse(message.res_id).exists()
                message_dict = {**message_dict, "bounced_email": notice.email_to}
        return super()._routing_handle_bounce(email_message, message_dict)


def _get_action(email_message):
    """Return what a delivery report says became of the mail, in lower case; else an empty text."""
    for part in email_message.walk():
        if part.get_content_type() == "message/delivery-status":
            for block in part.get_payload():
                if action := block.get("Action"):
                    return str(action).strip().lower()
    return ""
