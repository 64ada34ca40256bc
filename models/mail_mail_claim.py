"""The mail of a notice is claimed before the server gets it, so that it never goes twice.

Odoo commits what became of a mail after the server took it. A process that is killed between the
two leaves a mail in the queue that has left already, and the queue would send it again.
"""

import logging

from odoo import models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

_logger = logging.getLogger(__name__)


class MailMail(models.Model):
    _inherit = "mail.mail"

    def _send(self, auto_commit=False, **kwargs):
        """Send mails of notices one by one, each claimed first; others as ever.

        Without ``auto_commit`` (a person who sends one mail by hand, a test) nothing can be
        committed in between, so there is no claim.
        """
        notices = self._get_arrears_notices()
        if not auto_commit or not notices:
            return super()._send(auto_commit=auto_commit, **kwargs)
        mine = self.browse(notices.mail_id.ids) & self
        super(MailMail, self - mine)._send(auto_commit=auto_commit, **kwargs)
        held = self.browse()
        for mail in mine.sorted("id"):
            if mail in held:
                continue
            if mail._claim():
                super(MailMail, mail)._send(auto_commit=auto_commit, **kwargs)
            else:
                # Perhaps everything was stopped; then no other one has to be claimed to know it.
                held = self._get_arrears_held()
        return True

    def _claim(self):
        """Commit that this mail may have left, then take it up to send it.

        For everybody else it has failed from here on, until the sender commits what became of it.
        A queue has up to a thousand mails in hand for minutes: what was stopped, paid or put on
        hold since it began is seen here.

        :return: False when another process is at it, or its notice is not to be sent (now)
        """
        self.ensure_one()
        try:
            if not self.try_lock_for_update() or self.state != "outgoing":
                return False
            self.write(
                {
                    "state": "exception",
                    "failure_type": "unknown",
                    "failure_reason": self.env._(
                        "Sending was interrupted: nobody knows whether the mail server took this "
                        "mail, so it is not sent again by itself."
                    ),
                }
            )
            self.env["ir.cron"]._commit_progress()
            notice = self._get_arrears_notices()
            if not notice.try_lock_for_update() or not notice._may_be_mailed():
                # A run has just seen the claim and took it for a failure.
                return False
            kept_back = self._keep_back(notice)
            self.write(
                {
                    "state": "outgoing" if notice._may_be_mailed() else "cancel",
                    "failure_type": False,
                    "failure_reason": False,
                }
            )
            if kept_back:
                self.env["ir.cron"]._commit_progress()
                return False
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            self.env.cr.rollback()
            _logger.info("The mail of a notice is sent by another process")
            return False
        return True
