"""An invoice that a collector collects, and the day on which money of a collector counts."""

from odoo import fields, models


class AccountMove(models.Model):
    _inherit = "account.move"

    # Of an entry that books what a collector received.
    arrears_statement_ids = fields.One2many(
        "arrears.handover.statement", "move_id", groups="premium_arrears.group_handler"
    )

    def _is_handed_over(self):
        """Tell whether a collector collects something of this invoice: it is paid there, not here.

        Every pay link asks this; see account_move_online.py.
        """
        self.ensure_one()
        # Whoever looks at the invoice, a customer too, need not have rights on arrears.
        items = self.sudo().line_ids.arrears_item_ids
        return any(item.handover_id and not item.settled_on for item in items)


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def _get_credit_day(self):
        """Return when the money was credited: what a collector received counts from that day."""
        # Only the day is read; whoever books the payment need not have rights on arrears.
        statement = self.move_id.sudo().arrears_statement_ids
        return statement[:1].received_on or super()._get_credit_day()
