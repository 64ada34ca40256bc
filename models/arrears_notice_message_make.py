"""Letters that are no step of a procedure: they tell a customer what happened to the cover."""

from odoo import api, models
from odoo.fields import Domain


class ArrearsNotice(models.Model):
    _inherit = "arrears.notice"

    @api.model
    def _tell_cover(self, run):
        """Make the letters about cover that stopped or came back and that was not told yet.

        One letter per case for all its policies. A gap remembers its letter, so it is told once.
        A suspension that is over before it was told is told in one letter: that cover is back.

        :param run: the run of the business day, as the service
        """
        if run.company_id.arrears_test_email:
            # A test would count as told; the customer hears it when the test is over.
            return
        gaps = self.env["insurance.coverage.gap"]
        mine = Domain("company_id", "=", run.company_id.id) & Domain("notice_id", "!=", False)
        untold = gaps.search(
            mine
            & Domain("start", "<=", run.date)
            & Domain("resume", "=", False)
            & Domain("suspended_notice_id", "=", False)
            & Domain("source", "!=", "opening")  # an earlier system told of it
        )
        self._tell_gaps(run, untold, "cover_suspended", "suspended_notice_id")
        back = gaps.search(
            mine
            & Domain("resume", "!=", False)
            & Domain("resumed_notice_id", "=", False)
            & (
                Domain("suspended_notice_id.state", "in", ("queued", "sent"))
                | Domain("source", "=", "opening")
            )
        )
        # A gap without a day was taken back: a correction tells of that.
        back = back.filtered(lambda gap: gap._holds_a_day())
        self._tell_gaps(run, back, "cover_resumed", "resumed_notice_id")

    @api.model
    def _tell_gaps(self, run, gaps, kind, field):
        """Make one letter of this kind per case over these gaps, and let each gap remember it."""
        by_case = gaps.try_lock_for_update().grouped(lambda gap: gap.notice_id.case_id)
        notices = self._make_messages(
            [{"case": case, "kind": kind} for case in by_case], run.date, run
        )
        for notice, mine in zip(notices, by_case.values(), strict=True):
            mine[field] = notice

    @api.model
    def _make_messages(self, messages, day, run=None):
        """Make letters that are no step of a procedure; queued, to be delivered by the next run.

        :param messages: list of dicts: ``case``, ``kind`` (see MESSAGE_KINDS) and, where the kind
            needs it, ``facts`` (plain values for the text), ``corrects`` (a notice),
            ``stated_last_day``, ``announces_cis`` (the text says that CIS can follow)
        :param day: business day
        :return: the notices, in that order
        """
        vals_list = []
        recipients = [self._get_message_recipient(message) for message in messages]
        channels = self._choose_channel(self.env["res.partner"].union(*recipients), day)
        for message, recipient in zip(messages, recipients, strict=True):
            case = message["case"]
            corrects = message.get("corrects", self.browse())
            vals_list.append(
                {
                    "case_id": case.id,
                    "kind": message["kind"],
                    "run_id": run.id if run else False,
                    "date": day,
                    "channel": channels[recipient],
                    "recipient_id": recipient.id,
                    "lang": recipient.lang or case.company_id.partner_id.lang or "nl_NL",
                    "facts": message.get("facts", {}),
                    "announces_cis": message.get("announces_cis", False),
                    "corrects_id": corrects.id,
                    "stated_last_day": message.get("stated_last_day", False),
                }
            )
        return self.create(vals_list)

    @api.model
    def _get_message_recipient(self, message):
        """Return who gets a message: whoever got the notice that it corrects, else the debtor."""
        corrects = message.get("corrects")
        return corrects.recipient_id if corrects else self._get_recipient(message["case"])
