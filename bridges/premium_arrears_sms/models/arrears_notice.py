"""A text message after a notice was sent: a nudge, without legal effect."""

import logging

from odoo import fields, models

_logger = logging.getLogger(__name__)


class ArrearsNotice(models.Model):
    _inherit = "arrears.notice"

    sms_on = fields.Date(
        string="SMS on",
        readonly=True,
        copy=False,
        help="Day on which a text message was queued that tells of this notice.",
    )

    def _mark_sent(self, day):
        leaving = self.filtered(lambda notice: notice.state == "queued")
        fees = super()._mark_sent(day)
        sent = leaving.filtered(lambda notice: notice.state == "sent")
        try:
            with self.env.cr.savepoint():
                sent._nudge(day)
        except Exception:
            # The notice left, whatever becomes of the message about it.
            _logger.exception("No text messages about %s notices", len(sent))
            sent.invalidate_recordset(["sms_on"])
        return fees

    def _nudge(self, day):
        """Queue a text message about each of these notices, where the stage asks for one.

        Once per notice, to a valid number that is not blocked.

        :param day: business day
        :return: the messages
        """
        asking = self.filtered(
            lambda notice: (
                notice.stage_id.also_sms and not notice.sms_on and not notice._must_wait()
            )
        )
        numbers = asking._get_sms_numbers()
        reachable = self.browse([notice.id for notice in numbers])
        bodies = reachable._render_sms()
        reachable.write({"sms_on": day})
        messages = self.env["sms.sms"].sudo()  # its rows belong to the system administrator
        return messages.create(
            [
                {
                    "number": numbers[notice],
                    "body": bodies[notice],
                    "partner_id": notice.recipient_id.id,
                    "arrears_notice_id": notice.id,
                }
                for notice in reachable
            ]
        )

    def _get_sms_numbers(self):
        """Return the number of each recipient that is valid and not blocked: dict from notice."""
        found = {
            notice: number
            for notice in self
            if notice.recipient_id.phone
            and (number := notice.recipient_id._phone_format(fname="phone"))
        }
        blocked = self.env["phone.blacklist"].sudo()  # its list is for marketing staff to read
        refused = set(blocked.search([("number", "in", list(found.values()))]).mapped("number"))
        return {notice: number for notice, number in found.items() if number not in refused}

    def _render_sms(self):
        """Return the text of the message of each notice, in the customer's language."""
        bodies = {}
        groups = self.grouped(lambda notice: (notice.stage_id.sms_template_id, notice.lang))
        for (template, lang), notices in groups.items():
            texts = template._render_field("body", notices.ids, set_lang=lang)
            bodies |= {notice: " ".join(texts[notice.id].split()) for notice in notices}
        return bodies
