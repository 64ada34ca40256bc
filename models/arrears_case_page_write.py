"""What a customer writes on the own page: a dispute, a message, a wish to be called."""

from datetime import timedelta

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import plaintext2html

LONGEST = 2000
# A reason is shown in lists; the whole text is in the chatter.
SHORT = 200
# Who disputes the same again within this time writes a message: a dispute is no way to stall.
AGAIN = timedelta(days=90)


class ArrearsCase(models.Model):
    _inherit = "arrears.case"

    def _get_page_desk(self):
        """Return the case whose handler gets a message: an open one, else the latest; or none."""
        return self.filtered(lambda case: case.state != "closed")[:1] or self[:1]

    def _write_page(self, day, text, summary):
        """Put a customer's text in the chatter of these cases, and ask their handlers to look.

        Nobody is mailed: the activity tells the handler, and an answer goes its own way.

        :param text: plain text, escaped here
        :param summary: what it is, in the words of the office
        """
        body = plaintext2html(text)
        for case in self:
            case._message_log(body=body, author_id=case.partner_id.id, message_type="comment")
        self._schedule_for_handler(day, summary, dict.fromkeys(self, body))
        self._record_page(day, summary)

    # === DISPUTE === #

    def _dispute_page(self, items, day, text):
        """Take a dispute: it pauses at once, unless the same was disputed lately.

        :param items: what the customer does not agree with, of these cases
        :param text: why, in plain text
        :return: "paused"; "again" when it was disputed a short time ago: then it is a message only;
            "known" when a dispute over it lasts already: then it adds to it
        """
        holds = {
            item: mine.filtered(lambda hold: hold.kind == "dispute")
            for item, mine in self._get_page_holds(items).items()
        }
        lasting = items.filtered(lambda item: holds[item]._active_on(day))
        lately = items.filtered(lambda item: _was_disputed(item, holds[item], day))
        fresh = items - lasting - lately
        if fresh:
            reason = self._describe_page_dispute(fresh, text)
            self.env["arrears.hold"]._place(fresh, "dispute", day, reason)
        outcome = "paused" if fresh else "known" if lasting else "again"
        names = ", ".join(item.reference or "" for item in items)
        what = {
            "paused": self.env._("The customer does not agree with %s", names),
            "known": self.env._("The customer adds to a dispute: %s", names),
            "again": self.env._("Disputed again: %s. It does not pause by itself", names),
        }
        items.case_id._write_page(day, text, what[outcome])
        return outcome

    def _describe_page_dispute(self, items, text):
        return self.env._(
            "Own page, %(items)s: %(text)s",
            items=", ".join(item.reference or "" for item in items),
            text=" ".join(text.split())[:SHORT],
        )

    # === MESSAGE AND CALL === #

    def _message_page(self, day, text):
        """Take a message for the handler."""
        desk = self._get_page_desk()
        if not desk:
            raise UserError(self.env._("Nothing is open. Call us or mail us, please."))
        desk._write_page(day, text, self.env._("The customer wrote a message"))

    def _ask_call_page(self, day, number, when):
        """Put the customer on the list of customers to call, once.

        :param number: phone number as it was typed
        :param when: when it suits, in plain text
        """
        desk = self._get_page_desk()
        if not desk:
            raise UserError(self.env._("Nothing is open. Call us or mail us, please."))
        calls = self.env["arrears.phone.call"]
        values = {"date": day, "number": number, "note": self._describe_page_call(when)}
        waiting = calls.search([("case_id", "=", desk.id), ("outcome", "=", False)], limit=1)
        if waiting:
            waiting.write({**values, "date": min(day, waiting.date)})
        else:
            calls.create({"case_id": desk.id, "user_id": desk.user_id.id, **values})
        desk._record_page(day, self.env._("The customer asks to be called"))

    def _describe_page_call(self, when):
        if not when:
            return self.env._("Asked on the own page to be called.")
        return self.env._("Asked on the own page to be called. When: %s", when[:SHORT])


def _was_disputed(item, disputes, day):
    """Tell whether a dispute ended lately that this item was in; a later premium was not."""
    return any(
        hold.end and day - AGAIN <= hold.end and item.opened_on <= hold.end for hold in disputes
    )
