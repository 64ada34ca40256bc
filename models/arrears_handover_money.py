"""Money on what a collector has: paid to us directly, paid to the collector, paid in full."""

from markupsafe import Markup

from odoo import api, models
from odoo.fields import Domain

from .arrears_handover import PREPARING


class ArrearsHandover(models.Model):
    _inherit = "arrears.handover"

    @api.model
    def _hear(self, items, charges):
        """Deal with payments on what is handed over: the collector has to know of each.

        :param items: premiums of which another amount is open than before
        :param charges: dict from a field of the line to the fees, or interest, likewise
        """
        mine = Domain("item_id", "in", items.ids)
        for field, records in charges.items():
            mine |= Domain(field, "in", records.ids)
        lines = self.env["arrears.handover.line"].search(
            mine & Domain("state", "in", ("handed_over", *PREPARING))
        )
        running = lines.filtered(lambda line: line.state == "handed_over")
        running._get_handovers_to_tell()._ask_to_tell()
        running.handover_id._close_paid()
        (lines - running).handover_id._withdraw_paid()

    def _ask_to_tell(self):
        """Ask the handler to tell the collector what we heard of a payment, and note it."""
        by_day = {}
        for handover in self:
            texts = [line._describe_change() for line in handover.line_ids._get_changed()]
            handover.message_post(body=Markup("<br/>").join(texts))
            by_day.setdefault(handover.case_id._last_credit_day(), {})[handover] = texts
        for day, found in by_day.items():
            notes = {}
            for handover, texts in found.items():
                head = self.env._(
                    "%(handover)s, reference %(reference)s:",
                    handover=handover.name,
                    reference=handover.collector_reference or "?",
                )
                notes[handover.case_id] = Markup("<br/>").join([head, *texts])
            self.union(*found).case_id._schedule_for_handler(
                day, self.env._("Tell the collector what was paid to us"), notes
            )
        self.line_ids._tell()

    def _close_paid(self):
        """Close those of which nothing is open any more, on the day of the last credit."""
        paid = self.filtered(
            lambda handover: all(line.amount_open <= 0 for line in handover.line_ids)
        )
        for handover in paid:
            days = [line._get_source().settled_on for line in handover.line_ids]
            day = max((day for day in days if day), default=handover.handed_over_on)
            handover.write({"state": "paid", "closed_on": max(day, handover.handed_over_on)})
            handover._end(day)

    def _withdraw_paid(self):
        """Withdraw what was being prepared and is paid."""
        paid = self.filtered(lambda handover: all(i.settled_on for i in handover._get_items()))
        for handover in paid:
            day = handover.case_id._last_credit_day()
            handover.write({"state": "withdrawn", "closed_on": day})
        paid._message_log_batch({h.id: self.env._("Everything was paid.") for h in paid})


class ArrearsHandoverLine(models.Model):
    _inherit = "arrears.handover.line"

    def _get_handovers_to_tell(self):
        """Return the hand-overs of which the collector knows another amount than is open."""
        return self.handover_id.filtered(lambda handover: handover.line_ids._get_changed())

    def _describe_change(self):
        """Return in words what the collector does not know yet about this line."""
        self.ensure_one()
        [less] = self._get_changed().values()
        values = {
            "reference": self.reference,
            "amount": self.currency_id.format(abs(float(less))),
            "open": self.currency_id.format(self.amount_open),
        }
        if less > 0:
            return self.env._(
                "%(reference)s: %(amount)s was paid to us or taken off; %(open)s is open.", **values
            )
        return self.env._(
            "%(reference)s: a payment of %(amount)s was undone; %(open)s is open.", **values
        )
