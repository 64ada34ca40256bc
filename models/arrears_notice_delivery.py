"""How a notice reaches the customer, and what is kept as proof of what was sent."""

import hashlib
import logging
from datetime import timedelta

from odoo import api, models
from odoo.exceptions import ConcurrencyError, UserError
from odoo.fields import Domain
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools.pdf import PdfReadError, merge_pdf

RETRY_AFTER = timedelta(days=7)

_logger = logging.getLogger(__name__)


class ArrearsNotice(models.Model):
    _inherit = "arrears.notice"

    # === RENDER AND QUEUE === #

    def _deliver(self):
        """Render these queued notices and hand them to the mail queue or the print pile.

        One savepoint each: a notice that cannot be rendered fails with its reason, the others go.
        """
        for notice in self:
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

    def _deliver_one(self):
        self.ensure_one()
        if self.channel == "post" and not self._has_postal_address():
            self._fail("no_address")
            return
        self._render_text()
        if missing := self._missing_parts():
            raise UserError(
                self.env._(
                    "Notice %(notice)s lacks what the law asks: %(parts)s.",
                    notice=self.name,
                    parts=", ".join(missing),
                )
            )
        if self.channel == "email":
            self._queue_mail()
        else:
            self._make_letter()

    def _has_postal_address(self):
        address = self.recipient_id
        return bool(address.street and address.city)

    def _in_language(self):
        """Return the notice in the customer's language, whatever the user's own is."""
        return self.with_context(lang=self.lang)

    def _render_text(self):
        """Render subject and text in the customer's language and keep them as evidence."""
        notice = self._in_language()
        template = notice._get_mail_template()
        subject = template._render_field("subject", self.ids, set_lang=self.lang)[self.id]
        body = notice.env["ir.qweb"]._render(
            "premium_arrears.notice_text", notice._get_text_values()
        )
        self.write(
            {
                "subject": " ".join(subject.split()),
                "body_html": body,
                "body_hash": hashlib.sha256(str(body).encode()).hexdigest(),
            }
        )

    def _get_mail_template(self):
        """Return the template that has the subject: of the stage, else of the kind of letter."""
        self.ensure_one()
        return self.stage_id.mail_template_id or self.env.ref(
            f"premium_arrears.mail_template_{self.kind}"
        )

    def _queue_mail(self):
        template = self._get_mail_template()
        mails = template.send_mail_batch(self.ids, email_values={"auto_delete": False})
        self.mail_id = mails

    def _make_letter(self):
        document = (
            self._in_language()
            .env["ir.qweb"]
            ._render("premium_arrears.notice_letter", self._in_language()._get_text_values())
        )
        reports = self.env["ir.actions.report"]
        if reports.get_wkhtmltopdf_state() == "install":
            # Without wkhtmltopdf on the machine the letter stays a page that a browser prints.
            name, content = f"{self._file_name()}.html", str(document).encode()
        else:
            content = reports._run_wkhtmltopdf(
                [str(document)], report_ref="premium_arrears.action_report_notice"
            )
            name = f"{self._file_name()}.pdf"
        self.attachment_id = self.env["ir.attachment"].create(
            {
                "name": name,
                "raw": content,
                "res_model": self._name,
                "res_id": self.id,
                "company_id": self.company_id.id,
            }
        )

    def _file_name(self):
        self.ensure_one()
        return self.name.replace("/", "-")

    # === WHAT BECAME OF IT === #

    def _is_to_post(self):
        self.ensure_one()
        return self.channel == "post" and self.state == "queued" and bool(self.attachment_id)

    def _mark_sent(self, day):
        """Record that these notices left on ``day``: receipt, last day, fee announced.

        :param day: business day on which they went to the post or the mail server took them
        """
        fees = self.env["arrears.fee"]
        for notice in self.filtered(lambda n: n.state == "queued"):
            received_on = notice._assumed_receipt(day, notice.channel, notice.company_id)
            last_day = False
            if notice._has_term():
                last_day = max(notice._last_day_to_pay(received_on), notice.stated_last_day)
            notice.write(
                {
                    "state": "sent",
                    "failure": False,
                    "sent_on": day,
                    "received_on": received_on,
                    "last_day": last_day,
                }
            )
            fees |= notice._announce()
        self.line_ids.item_id.filtered(lambda item: not item.settled_on)._project(day)
        for notice in self:
            notice._record_history("sent", day)
        return fees

    def _announce(self):
        """Create the announced fee of a notice that was sent."""
        self.ensure_one()
        if not self.fee_announced or self.fee_id:
            return self.fee_id
        return self.env["arrears.fee"].create(
            {"case_id": self.case_id.id, "notice_id": self.id, "amount": self.fee_announced}
        )

    def _fail(self, failure, detail=None):
        """Record that a notice did not reach the customer: no receipt, so no term runs."""
        for notice in self:
            notice.write(
                {
                    "state": "failed",
                    "failure": failure,
                    "received_on": False,
                    "last_day": False,
                    "settled": True,
                }
            )
            notice._record_history("failed", notice.date, reason=detail or failure)
        self.line_ids.item_id.write({"stale": True})
        for case in self.case_id:
            case.activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=self[:1].date,
                summary=self.env._("A notice did not reach the customer"),
                user_id=case.user_id.id or self.env.uid,
            )

    @api.model
    def _get_items_to_mend(self, run):
        """Return the items with a notice that failed lately: a colleague has to mend something.

        Without this a missing address would make a new failed notice every night. A colleague who
        has mended it asks for another try at once; see ``action_retry``.
        """
        lately = self.search(
            Domain("company_id", "=", run.company_id.id)
            & Domain("state", "=", "failed")
            & Domain("date", ">", run.date - RETRY_AFTER)
        )
        return lately.line_ids.item_id

    def action_retry(self):
        """Set failed notices aside, so that the next run makes them anew."""
        self.env["arrears.run"].check_access("create")
        if any(notice.state != "failed" for notice in self):
            raise UserError(self.env._("Only a notice that failed can be tried again."))
        notices = self.sudo()  # evidence: written by the service only, after the check above
        notices.write({"state": "withdrawn"})
        notices.line_ids.item_id.write({"stale": True})

    @api.model
    def _sweep_mails(self, day, company):
        """Bring queued notices in line with their mails, whatever happened to the mail hook."""
        waiting = self.search(
            [("company_id", "=", company.id), ("state", "=", "queued"), ("mail_id", "!=", False)]
        )
        waiting._follow_mails(day)

    def _follow_mails(self, day):
        """Settle notices by the state of their mail, on business day ``day``."""
        by_state = self.grouped(lambda notice: notice.mail_id.state)
        empty = self.browse()
        by_state.get("sent", empty)._mark_sent(day)
        for notice in by_state.get("exception", empty) | by_state.get("cancel", empty):
            notice._fail("refused", detail=notice.mail_id.failure_reason)

    def _merge_pdf(self, run):
        """Join the letters of these notices into one PDF.

        :return: the attachment, on the run
        :raise UserError: when a letter is no PDF, naming it
        """
        pages = []
        for notice in self:
            if notice.attachment_id.mimetype != "application/pdf":
                raise UserError(
                    self.env._("Letter %s is no PDF; print it from its own page.", notice.name)
                )
            pages.append(notice.attachment_id.raw)
        try:
            merged = merge_pdf(pages)
        except PdfReadError as error:
            raise UserError(self.env._("The letters could not be joined: %s", error)) from error
        return self.env["ir.attachment"].create(
            {
                "name": f"{run.date}.pdf",
                "raw": merged,
                "res_model": run._name,
                "res_id": run.id,
                "company_id": run.company_id.id,
            }
        )

    def _record_history(self, event, day, reason=False):
        self.env["arrears.case.history"]._record(
            self.case_id,
            event,
            day=day,
            stage_id=self.stage_id.id,
            notice_id=self.id,
            run_id=self.run_id.id,
            amount=self.amount_total,
            reason=reason,
        )
