"""A notice follows its mail: sent when the server took it, failed when it did not."""

import logging

from odoo import api, models
from odoo.fields import Domain

from .arrears_notice_outcome import FAILURE_BY_TYPE, SENDER_REFUSED, SMTP_CODE, TIMEOUTS

_logger = logging.getLogger(__name__)


class MailMail(models.Model):
    _inherit = "mail.mail"

    # === WHAT BECAME OF IT === #

    def _postprocess_sent_message(
        self, success_pids, success_emails, failure_reason=False, failure_type=None
    ):
        waiting = self._get_arrears_notices().filtered(lambda notice: notice.state == "queued")
        if waiting:
            # Odoo does not keep the type of a failed connection; the sweep will ask for it.
            mails = waiting.mail_id.filtered(
                lambda m: m.state == "exception" and not m.failure_type
            )
            mails.write({"failure_type": failure_type})
            waiting._follow_safely()
        return super()._postprocess_sent_message(
            success_pids, success_emails, failure_reason=failure_reason, failure_type=failure_type
        )

    def _get_arrears_notices(self):
        """Return the notices that these mails carry."""
        # The mail queue runs as whoever started it; notices are written by the engine only.
        return self.env["arrears.notice"].sudo().search([("mail_id", "in", self.ids)])

    def _get_arrears_failure(self):
        """Return what the failure of this mail means: "temporary", or a code of a notice's failure.

        The answer of the customer's server decides: 4xx passes, 5xx does not. No connection to our
        own server passes. When the connection broke half-way nobody knows whether the mail left.
        """
        self.ensure_one()
        reason, kind = self.failure_reason or "", self.failure_type
        if kind in FAILURE_BY_TYPE:
            return FAILURE_BY_TYPE[kind]
        if kind in (False, "mail_smtp") or any(word in reason for word in TIMEOUTS):
            return "temporary"
        codes = SMTP_CODE.findall(reason)
        if not codes:
            return "unclear"
        if all(code.startswith("4") for code in codes):
            return "temporary"
        return "server" if any(word in reason for word in SENDER_REFUSED) else "refused"

    # === HELD BACK === #

    @api.model
    def process_email_queue(self, email_ids=(), batch_size=1000):
        # Left out of the queue, so that mails that have to wait never crowd out those that go.
        held = self._get_arrears_held()
        if held:
            filters = [*self.env.context.get("filters", []), ("id", "not in", held.ids)]
            self = self.with_context(filters=filters)
        return super().process_email_queue(email_ids=email_ids, batch_size=batch_size)

    def send(self, auto_commit=False, raise_exception=False, post_send_callback=None):
        kept_back = self._keep_back(self._get_arrears_notices())
        return super(MailMail, self - kept_back).send(
            auto_commit=auto_commit,
            raise_exception=raise_exception,
            post_send_callback=post_send_callback,
        )

    def _keep_back(self, notices):
        """Take the last look at mails: those of notices that fell away are cancelled.

        :param notices: what these mails carry
        :return: the mails that do not leave now
        """
        held = notices.filtered(lambda notice: notice._must_wait())
        if held:
            _logger.info("%s mails of notices are held back: stopped, or test mode", len(held))
        held |= (notices - held)._withdraw_outdated_safely()
        dead = notices.filtered(
            lambda notice: notice.state in ("failed", "withdrawn") and not notice.test_mode
        )
        dead.mail_id.filtered(lambda mail: mail.state == "outgoing").cancel()
        return self.browse((held | dead).mail_id.ids)

    @api.model
    def _get_arrears_held(self):
        """Return the mails in the queue that have to wait, because their company says so."""
        notices = self.env["arrears.notice"].sudo()  # the queue runs as whoever started it
        outgoing = Domain("mail_id.state", "=", "outgoing")
        waiting = notices.search(outgoing & notices._get_must_wait_domain())
        return waiting.mail_id
