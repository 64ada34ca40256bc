"""An invoice with a collector or in an arrangement is not paid as a whole online."""

from odoo import api, models
from odoo.fields import Domain


class AccountMove(models.Model):
    _inherit = "account.move"

    def _has_to_be_paid(self):
        return (
            super()._has_to_be_paid()
            and not self._is_handed_over()
            and not self._is_in_arrangement()
        )

    def _get_online_payment_error(self):
        errors = super()._get_online_payment_error()
        told = False
        if self._is_handed_over():
            told = self.env._("This invoice was handed over to a collector: please pay there.")
        elif self._is_in_arrangement():
            told = self.env._(
                "This invoice is in your arrangement: you pay it in parts, on the page My arrears."
            )
        return "\n".join(filter(None, [errors, told]))

    def _is_in_arrangement(self):
        """Tell whether something of this invoice is paid in the parts of an arrangement."""
        self.ensure_one()
        # Whoever looks at the invoice, a customer too, need not have rights on arrears.
        items = self.sudo().line_ids.arrears_item_ids
        return any(i.arrangement_id.state == "active" and not i.settled_on for i in items)

    @api.model
    def _get_not_payable_as_whole(self, partner):
        """Return the invoices of a contact that no pay link may offer; called as the service.

        :param partner: the contact to whom the invoices are addressed
        """
        items = self.env["arrears.item"].search(
            Domain("move_line_id.move_id.partner_id", "=", partner.id)
            & Domain("settled_on", "=", False)
            & (Domain("handover_id", "!=", False) | Domain("arrangement_id.state", "=", "active"))
        )
        return items.move_id
