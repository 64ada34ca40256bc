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

        All texts first, then all letters in one go. A notice that cannot be made fails with its
        reason, the others go. While the office has stopped everything they wait, as they are.
        """
        waiting = self.filtered(lambda notice: notice.state == "queued")._not_stopped()
        pages = {}
        waiting._work_together(lambda notices: pages.update(notices._deliver_texts()))
        letters = waiting.filtered(pages.get)
        letters._work_together(lambda notices: notices._keep_letters(pages))
        letters.filtered(lambda letter: letter.test_mode and letter.attachment_id)._close_test()

    def _work_together(self, work):
        """Do a piece of work for all of these notices; where it fails, for each half on its own.

        So the one that cannot be made is found in a few steps, and fails alone.

        :param work: function of notices
        """
        if not self:
            return
        try:
            with self.env.cr.savepoint():
                work(self)
        except (*PG_CONCURRENCY_EXCEPTIONS_TO_RETRY, ConcurrencyError):
            # Another process was faster: no fault of the letter, which is made again.
            raise
        except Exception as error:
            self.invalidate_recordset()
            if len(self) == 1:
                _logger.warning("Notice %s could not be made", self.name, exc_info=True)
                self._fail_to_render(str(error))
                return
            half = len(self) // 2
            self[:half]._work_together(work)
            self[half:]._work_together(work)

    def _fail_to_render(self, reason):
        """Record that this notice could not be made; nothing of it is kept as evidence."""
        self.write({"subject": False, "body_html": False, "body_hash": False, "test_mode": False})
        self._fail("render", detail=reason)

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

    def _deliver_texts(self):
        """Render these notices and queue the mails; return a dict from each to its page or None."""
        for company, notices in self.grouped("company_id").items():
            notices.test_mode = bool(company.arrears_test_email)
        self._read_together()
        return {notice: notice._deliver_one() for notice in self}

    def _read_together(self):
        """Read what the texts of these notices need, for all at once."""
        moves = self.line_ids.item_id.move_id
        moves.fetch(["partner_bank_id"])
        moves.line_ids.fetch(["move_id", "insurance_policy_id", "insurance_premium_kind"])

    def _deliver_one(self):
        """Render this notice; a mail is queued.

        :return: the page of a letter, which is still to be printed; None without
        """
        self.ensure_one()
        if not self._has_address():
            self._fail("no_address" if self.channel == "post" else "invalid")
            return None
        values = self._in_language()._get_text_values()
        self._render_text(values)
        if missing := self._missing_parts():
            raise UserError(
                self.env._(
                    "Notice %(notice)s lacks what it must say: %(parts)s.",
                    notice=self.name,
                    parts=self._describe_missing(missing),
                )
            )
        if self.channel == "post":
            return self._render_page(values)
        # The mail is the letter: it has no file with it.
        self._queue_mail()
        if self.test_mode:
            self._close_test()
        return None

    def _in_language(self):
        """Return the notice in the customer's language, whatever the user's own is."""
        return self.with_context(lang=self.lang)

    def _render_text(self, values=None):
        """Render subject and text in the customer's language and keep them as evidence.

        :param values: those of ``_get_text_values``, when they are known
        """
        notice = self._in_language()
        template = notice._get_mail_template()
        subject = template._render_field("subject", self.ids, set_lang=self.lang)[self.id]
        body = notice._render_body(values)
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

    def _render_body(self, values=None):
        """Return the text in the customer's language."""
        return self._fill("premium_arrears.notice_text", values)

    def _render_letter(self, values=None):
        """Return the page of the letter around the text that was kept."""
        return self._fill("premium_arrears.notice_letter", values)

    def _fill(self, template, values):
        notice = self._in_language()
        return notice.env["ir.qweb"]._render(template, values or notice._get_text_values())

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
        """Set tests aside: nothing follows from them, and the real notices can still be made."""
        self.write({"state": "withdrawn", "settled": True})
        for day, notices in self.grouped("date").items():
            notices._record_history("tested", day)
        self.line_ids.item_id.write({"stale": True})
