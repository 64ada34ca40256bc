"""How a notice is rendered and handed to the mail queue or the print pile."""

import logging

from odoo import models
from odoo.exceptions import ConcurrencyError, UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools.mail import formataddr

from .arrears_notice_evidence import sha256

_logger = logging.getLogger(__name__)


class ArrearsNotice(models.Model):
    _inherit = "arrears.notice"

    def _deliver(self):
        """Render these queued notices and hand them to the mail queue or the print pile.

        One savepoint each: a notice that cannot be rendered fails with its reason, the others go.
        While the office has stopped everything they wait, as they are.
        """
        for notice in self.filtered(lambda notice: notice.state == "queued")._not_stopped():
            try:
                with self.env.cr.savepoint():
                    notice._deliver_one()
            except (*PG_CONCURRENCY_EXCEPTIONS_TO_RETRY, ConcurrencyError):
                # Another process was faster: no fault of the letter, which is made again.
                raise
            except Exception as error:
                _logger.warning("Notice %s could not be made", notice.name, exc_info=True)
                notice.invalidate_recordset()
                notice._fail("render", detail=str(error))

    def _not_stopped(self):
        """Return the notices of companies that have not stopped everything."""
        free = self.filtered(lambda notice: not notice.company_id.arrears_paused)
        if stopped := self - free:
            _logger.info(
                "%s notices wait: everything is stopped at %s",
                len(stopped),
                ", ".join(stopped.company_id.mapped("name")),
            )
        return free

    def _deliver_one(self):
        self.ensure_one()
        if not self._has_address():
            self._fail("no_address" if self.channel == "post" else "invalid")
            return
        self.test_mode = bool(self.company_id.arrears_test_email)
        self._render_text()
        if missing := self._missing_parts():
            raise UserError(
                self.env._(
                    "Notice %(notice)s lacks what it must say: %(parts)s.",
                    notice=self.name,
                    parts=self._describe_missing(missing),
                )
            )
        if self.channel == "email":
            self._queue_mail()
        else:
            self._make_letter()
        if self.test_mode:
            self._close_test()

    def _in_language(self):
        """Return the notice in the customer's language, whatever the user's own is."""
        return self.with_context(lang=self.lang)

    def _render_text(self):
        """Render subject and text in the customer's language and keep them as evidence."""
        notice = self._in_language()
        template = notice._get_mail_template()
        subject = template._render_field("subject", self.ids, set_lang=self.lang)[self.id]
        body = notice._render_body()
        if self.test_mode:
            subject = f"{notice.env._('[TEST]')} {subject}"
        self.write(
            {
                # A line break in a subject would be refused by the mail server.
                "subject": " ".join(subject.split()),
                "body_html": body,
                "body_hash": sha256(str(body)),
            }
        )

    def _render_body(self):
        """Return the text in the customer's language."""
        notice = self._in_language()
        return notice.env["ir.qweb"]._render(
            "premium_arrears.notice_text", notice._get_text_values()
        )

    def _render_letter(self):
        """Return the page of the letter around the text that was kept."""
        notice = self._in_language()
        return notice.env["ir.qweb"]._render(
            "premium_arrears.notice_letter", notice._get_text_values()
        )

    def _get_mail_template(self):
        """Return the template that has the subject: of the stage, else of the kind of letter."""
        self.ensure_one()
        return self.stage_id.mail_template_id or self.env.ref(
            f"premium_arrears.mail_template_{self.kind}"
        )

    def _queue_mail(self):
        """Put the mail in Odoo's queue, to the address as it is now, and to nobody else."""
        self.ensure_one()
        values = self._prepare_mail_vals()
        self.email_to = self.recipient_id.email_normalized
        self.mail_id = self._get_mail_template().send_mail_batch(self.ids, email_values=values)

    def _prepare_mail_vals(self):
        """Return what the mail of this notice has beside its template's own texts.

        In test mode nothing in it leads to the customer, nor to who else the template would mail.
        """
        self.ensure_one()
        recipient = self.recipient_id
        values = {
            "auto_delete": False,
            "subject": self.subject,
            "partner_ids": [],
            "recipient_ids": [],
            "email_to": formataddr((recipient.name or "", recipient.email_normalized)),
        }
        if self.test_mode:
            values |= {"email_to": self.company_id.arrears_test_email, "email_cc": False}
        return values

    def _close_test(self):
        """Set a test aside: nothing follows from it, and the real notice can still be made."""
        self.write({"state": "withdrawn", "settled": True})
        self._record_history("tested", self.date)
        self.line_ids.item_id.write({"stale": True})
