"""Proof: what was sent is kept as it was sent, and when it was received."""

import hashlib

from odoo import fields, models
from odoo.exceptions import UserError

from ..law import notice as law_notice
from ..law.parameters import DECREED_HOLIDAYS


def sha256(content):
    """Return the SHA-256 of text or bytes, as it is stored."""
    data = content.encode() if isinstance(content, str) else content
    return hashlib.sha256(data).hexdigest()


class ArrearsNotice(models.Model):
    _inherit = "arrears.notice"

    # === AS IT WAS SENT === #

    def _keep_mails(self):
        """Keep the mails of these notices as they went out: the whole page, with its layout."""
        mailed = self.filtered(lambda notice: notice.mail_id and not notice.attachment_id)
        contents = [(notice.mail_id.body_html or "").encode() for notice in mailed]
        files = self.env["ir.attachment"].create(
            [
                notice._prepare_file_vals(content, "html")
                for notice, content in zip(mailed, contents, strict=True)
            ]
        )
        for notice, file, content in zip(mailed, files, contents, strict=True):
            notice.write({"attachment_id": file.id, "file_hash": sha256(content)})

    def _verify(self):
        """Compare what is kept with the hashes that were taken when it was made and sent.

        :return: dict from notice to a list of problems in words; empty when nothing has changed
        """
        found = {}
        for notice in self:
            problems = []
            if notice.body_hash and sha256(str(notice.body_html or "")) != notice.body_hash:
                problems.append(self.env._("the text is not as it was made"))
            if notice.file_hash:
                content = notice.attachment_id.raw
                if not content:
                    problems.append(self.env._("the file is gone"))
                elif sha256(content) != notice.file_hash:
                    problems.append(self.env._("the file is not as it was made"))
            found[notice] = problems
        return found

    def action_verify(self):
        """Tell in words whether the text and the file are still what they were."""
        self.ensure_one()
        self.check_access("read")
        [problems] = self.sudo()._verify().values()  # the file is evidence; a reader may verify
        if problems:
            message = self.env._(
                "Notice %(notice)s: %(problems)s.", notice=self.name, problems=", ".join(problems)
            )
        elif not self.body_hash:
            message = self.env._(
                "Notice %s was not made yet: there is nothing to compare.", self.name
            )
        else:
            message = self.env._(
                "Notice %s: text and file are as they were made. Nothing was altered.", self.name
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": message,
                "type": "danger" if problems else "success",
                "sticky": bool(problems),
            },
        }

    # === RECEIVED === #

    def _prove_receipt(self, day, source):
        """Record that the customer received this notice on ``day``, and move its term with it.

        What was charged or suspended before the moved term has ended is taken back: the next run
        looks afresh. The last day is never earlier than the day the notice names.

        :param day: day of receipt, as the proof has it
        :param source: what proves it, such as the number of the registered letter
        :raise UserError: for a notice that was not sent, or a day before it was
        """
        self.ensure_one()
        if self.state != "sent":
            raise UserError(
                self.env._("Notice %s was not sent, so it cannot be received.", self.name)
            )
        if not (source or "").strip():
            raise UserError(self.env._("Notice %s: what proves the receipt?", self.name))
        day = self.env["arrears.run"]._to_day(day)
        if day < self.sent_on:
            raise UserError(
                self.env._(
                    "Notice %(notice)s was sent on %(sent)s; it cannot be received before that.",
                    notice=self.name,
                    sent=fields.Date.to_string(self.sent_on),
                )
            )
        received_on = law_notice.receipt(
            self.sent_on, self.channel, proven_on=day, extra_holidays=DECREED_HOLIDAYS
        )
        last_day = self._get_last_day(received_on)
        if last_day and self.last_day and last_day > self.last_day:
            self._undo_consequences(day, "announced", self.env._("Received on %s", day))
        self.write(
            {
                "received_on": received_on,
                "last_day": last_day,
                "receipt": "proven",
                "receipt_source": source.strip(),
            }
        )
        self._record_history("received", day, reason=source.strip())
        self._still_open_items()._project(day)
        if self.names_suspension:
            self.env["insurance.policy"]._refresh_coverage(day, self.company_id)

    def _get_last_day(self, received_on):
        """Return the last day to pay after receipt on a day, or False without a term."""
        self.ensure_one()
        if not self._has_term():
            return False
        least = self._last_day_to_pay(received_on)
        # Which day an old letter named is not always known.
        return max(least, self.stated_last_day) if self.stated_last_day else least

    def _return(self, day):
        """Record that these letters came back on ``day``: not received, so no term runs."""
        for notice in self:
            if (notice.channel, notice.state) != ("post", "sent"):
                raise UserError(self.env._("Notice %s is no letter that was posted.", notice.name))
        self._fail("returned", day)
