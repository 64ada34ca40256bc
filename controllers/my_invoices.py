"""Odoo's page of overdue invoices offers no payment of what is paid elsewhere."""

from odoo.fields import Domain
from odoo.http import request

from odoo.addons.account.controllers.portal import PortalAccount


class ArrearsInvoices(PortalAccount):
    def _get_overdue_invoices_domain(self, partner_id=None):
        domain = super()._get_overdue_invoices_domain(partner_id=partner_id)
        # A customer has no rights on arrears; only which of the own invoices it is comes out.
        moves = request.env["account.move"].sudo()
        partner = request.env["res.partner"].browse(partner_id or request.env.user.partner_id.id)
        elsewhere = moves._get_not_payable_as_whole(partner)
        return Domain(domain) & Domain("id", "not in", elsewhere.ids)
