"""What became of a notice: it left, it failed, it came back."""

import logging
import re
from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .arrears_notice_channel import MAIL_FAILURES

RETRY_AFTER = timedelta(days=7)
# A mail that our own server cannot pass on is offered again this long: the day that the notice
# names leaves as much room.
RETRY_MAIL_FOR = timedelta(days=2)
FAILURE_BY_TYPE = {
    "mail_bl": "blacklisted",
    "mail_optout": "blacklisted",
    "mail_email_invalid": "invalid",
    "mail_email_missing": "invalid",
    "mail_from_invalid": "server",
    "mail_from_missing": "server",
    "mail_spam": "server",
}
# Codes of an SMTP answer as Python shows them: (550, b'no such user').
SMTP_CODE = re.compile(r"\b([45]\d\d), b['\"]")
SENDER_REFUSED = ("SMTPSenderRefused", "SMTPAuthenticationError")
TIMEOUTS = ("TimeoutError", "timed out", "ConnectionResetError", "ConnectionRefusedError")

_logger = logging.getLogger(__name__)


class ArrearsNotice(models.Model):
    _inherit = "arrears.notice"

    # === IT LEFT === #

    def _mark_sent(self, day):
        """Record that these notices left on ``day``: receipt, last day, fee announced.

        :param day: business day on which they went to the post or the mail server took them
        :return: the fees that are announced with them
        """
        leaving = self.filtered(lambda n: n.state == "queued" and not n.test_mode)
        leaving._keep_mails()
        for notice in leaving:
            received_on = notice._assumed_receipt(day, notice.channel, notice.company_id)
            notice.write(
                {
                    "state": "sent",
                    "failure": False,
                    "failure_detail": False,
                    "sent_on": day,
                    "received_on": received_on,
                    "receipt": "assumed",
                    "last_day": notice._get_last_day(received_on),
                }
            )
        fees = leaving._announce()
        leaving._charge_at_once(day)
        leaving.line_ids.item_id.filtered(lambda item: not item.settled_on)._project(day)
        leaving._record_history("sent", day)
        leaving._log_sent(day)
        return fees

    # === IT DID NOT ARRIVE === #

    def _fail(self, failure, day=None, detail=None):
        """Record that notices did not reach the customer: no receipt, so no term runs.

        :param failure: a code of ``FAILURES``
        :param day: business day; the day on which each was made when it is not given
        :param detail: what the mail server or the program reported
        """
        for on, notices in self.grouped(lambda notice: day or notice.date).items():
            reason = notices._describe_failure(failure, detail)
            notices._take_term_away(on, reason, "failed")
            notices.write({"failure": failure, "failure_detail": detail, "failed_on": on})
            notices._record_history("failed", on, reason=reason)
            notices._tell_failure(on, reason)

    def _tell_failure(self, day, reason):
        """Give the handlers of these notices' cases an activity: the letter did not arrive.

        :param day: business day
        :param reason: in words
        """
        self.case_id._schedule_for_handler(
            day,
            self.env._("A notice did not reach the customer"),
            {
                case: Markup("<br/>").join(
                    self.env._("Notice %(notice)s: %(reason)s", notice=n.name, reason=reason)
                    for n in mine
                )
                for case, mine in self.grouped("case_id").items()
            },
        )

    @api.model
    def _describe_failure(self, failure, detail=None):
        words = dict(self._fields["failure"]._description_selection(self.env))[failure]
        return f"{words} ({detail})" if detail else words

    def _take_term_away(self, day, reason, state="failed"):
        """Take away what follows from these notices: they did not arrive, or are withdrawn.

        No receipt and no term; the fee is reversed, a suspension never was. The items' next step
        is worked out again. What became of the notice itself is for the caller to record.

        :param day: business day
        :param reason: in words, for the history
        :param state: what the notices become: "failed" or "withdrawn"
        """
        self._undo_consequences(day, "reversed", reason)
        self.write(
            {
                "state": state,
                "received_on": False,
                "receipt": False,
                "last_day": False,
                "settled": True,
            }
        )
        items = self.line_ids.item_id
        items.write({"stale": True})
        items.filtered(lambda item: not item.settled_on)._project(day)
        for company in self.filtered("names_suspension").company_id:
            self.env["insurance.policy"]._refresh_coverage(day, company)

    def _undo_consequences(self, day, fee_state, reason):
        """Reverse fees and suspensions that rest on these notices, and set their steps aside.

        :param fee_state: what the fees become: "reversed", or "announced" when the term moved on
        """
        if fee_state == "announced":
            self.fee_id.filtered(lambda fee: fee.state == "booked")._unbook(day, reason)
        else:
            self._take_back_charges(day, reason)
        resting = Domain("notice_id", "in", self.ids) | Domain("final_notice_id", "in", self.ids)
        gaps = self.env["insurance.coverage.gap"].search(resting)
        gaps._undo(day, reason)
        # A suspension that waited for one of these as its final notice is a step of another.
        waited = gaps.filtered(lambda gap: gap.final_notice_id in self)
        steps = self.env["arrears.action"].search(
            (
                Domain("notice_id", "in", self.ids) & Domain("kind", "in", ("fee", "suspend"))
                | Domain("notice_id", "in", waited.notice_id.ids)
                & Domain("policy_id", "in", waited.policy_id.ids)
                & Domain("kind", "=", "suspend")
            )
            & Domain("state", "in", ("proposed", "done"))
        )
        if steps:
            steps._skip("term_moved", reason)

    @api.model
    def _get_items_to_mend(self, run):
        """Return the items with a notice that failed lately and that a colleague has to mend.

        Without this a missing address would make a new failed notice every night. A colleague who
        has mended it asks for another try at once; see ``action_retry``. A mail that failed needs
        none: its next try goes by post. In test mode a test is repeated once a week only.
        """
        lately = run.date - RETRY_AFTER
        mine = Domain("company_id", "=", run.company_id.id)
        waiting = (
            Domain("state", "=", "failed")
            & Domain("failed_on", ">", lately)
            & Domain("failure", "not in", MAIL_FAILURES)
        )
        if run.company_id.arrears_test_email:
            waiting |= Domain("test_mode", "=", True) & Domain("date", ">", lately)
        return self.search(mine & waiting).line_ids.item_id

    def action_retry(self):
        """Set failed notices aside, so that the next run makes them anew."""
        self.env["arrears.run"].check_access("create")
        if any(notice.state != "failed" for notice in self):
            raise UserError(self.env._("Only a notice that failed can be tried again."))
        notices = self.sudo()  # evidence: written by the service only, after the check above
        notices.write({"state": "withdrawn"})
        notices.line_ids.item_id.write({"stale": True})

    # === BY ITS MAIL === #

    @api.model
    def _sweep_mails(self, day, company):
        """Bring queued notices in line with their mails, whatever happened to the mail hook."""
        self.search(
            [
                ("company_id", "=", company.id),
                ("state", "=", "queued"),
                ("channel", "=", "email"),
                ("body_hash", "!=", False),
            ]
        )._follow_mails(day)

    def _follow_mails(self, day):
        """Settle notices by the state of their mail, on business day ``day``.

        Every end of a mail is an end of its notice: sent, refused, cancelled, deleted. A mail that
        our own server could not pass on is offered again for two days.
        """
        by_end = self.grouped(lambda notice: notice._get_mail_end(day))
        by_end.pop("wait", None)
        empty = self.browse()
        by_end.pop("sent", empty)._mark_sent(day)
        by_end.pop("retry", empty)._offer_mail_again()
        for failure, failed in by_end.items():
            for detail, notices in failed.grouped(lambda n: n.mail_id.failure_reason).items():
                notices._fail(failure, day, detail=detail or None)

    def _follow_safely(self):
        """Settle notices from within the mail queue, where a mistake must cost nothing.

        An error here would make Odoo call a mail failed that was delivered; the sweep of the next
        run comes back to it.
        """
        day = self._get_day_of_mail()
        for company, notices in self.grouped("company_id").items():
            try:
                with self.env.cr.savepoint():
                    notices.with_company(company)._follow_mails(day)
            except Exception:
                _logger.exception("Mails were sent, but their notices could not be settled yet")
                notices.invalidate_recordset()

    def _must_wait(self):
        """Tell whether the mail of this notice may not leave now: stopped, or test mode."""
        self.ensure_one()
        company = self.company_id
        return company.arrears_paused or bool(company.arrears_test_email and not self.test_mode)

    @api.model
    def _get_must_wait_domain(self):
        """Return the domain of the notices that ``_must_wait`` tells of."""
        companies = self.env["res.company"].sudo()  # a queue runs as whoever started it
        stopped = companies.search([("arrears_paused", "=", True)])
        testing = companies.search([("arrears_test_email", "!=", False)])
        return Domain("company_id", "in", stopped.ids) | (
            Domain("company_id", "in", testing.ids) & Domain("test_mode", "=", False)
        )

    def _get_mail_end(self, day):
        """Return "wait", "sent", "retry" or the failure that the state of the mail means."""
        self.ensure_one()
        mail = self.mail_id
        if not mail:
            return "lost"
        if mail.state == "sent":
            return "sent"
        if mail.state == "cancel":
            return FAILURE_BY_TYPE.get(mail.failure_type, "cancelled")
        if mail.state != "exception":
            return "wait"
        failure = mail._get_arrears_failure()
        if failure == "temporary":
            return "retry" if day <= self.date + RETRY_MAIL_FOR else "server"
        return failure

    def _offer_mail_again(self):
        """Put mails that met a passing trouble back in Odoo's queue; their reason stays visible."""
        for notice in self:
            notice.failure_detail = notice.mail_id.failure_reason
        self.mail_id.action_retry()

    def _message_receive_bounce(self, email, partner):
        """Let a notice fail whose mail came back, also when its term has begun or ended."""
        result = super()._message_receive_bounce(email, partner)
        # A bounce comes in through the mail gateway; notices are written by the engine only.
        bounced = self.sudo().filtered(
            lambda n: n.channel == "email" and n.state in ("queued", "sent") and not n.test_mode
        )
        for company, notices in bounced.grouped("company_id").items():
            notices.with_company(company)._fail("bounced", self._get_day_of_mail(), detail=email)
        return result

    @api.model
    def _get_day_of_mail(self):
        """Return the day on which something happened to a mail: a fact of the outside.

        Whoever walks through days says which one; else it is today.
        """
        day = self.env.context.get("arrears_day") or fields.Date.context_today(self)
        return fields.Date.to_date(day)

    # === HISTORY === #

    def _record_history(self, event, day, reason=False):
        """Add a row to the history of the case of each of these notices."""
        return self.env["arrears.case.history"]._record_each(
            [
                {
                    "case_id": notice.case_id.id,
                    "event": event,
                    "day": day,
                    "stage_id": notice.stage_id.id,
                    "notice_id": notice.id,
                    "run_id": notice.run_id.id,
                    "amount": notice.amount_total,
                    "reason": reason,
                }
                for notice in self
            ]
        )
