"""A new invoice warns who may know: its customer is in CIS, or was a defaulter before."""

from odoo import api, fields, models
from odoo.fields import Domain

from .res_partner_cis import CIS_ALERTS


class AccountMove(models.Model):
    _inherit = "account.move"

    cis_alert = fields.Selection(
        CIS_ALERTS,
        string="CIS",
        compute="_compute_cis_alert",
        search="_search_cis_alert",
        groups="premium_arrears.group_cis",
    )

    @api.depends_context("uid", "allowed_company_ids")
    @api.depends("partner_id.cis_alert", "move_type", "state")
    def _compute_cis_alert(self):
        for move in self:
            is_new = move.move_type == "out_invoice" and move.state == "draft"
            move.cis_alert = is_new and move.partner_id.cis_alert

    def _search_cis_alert(self, operator, value):
        if operator != "in":
            return NotImplemented
        new = Domain("move_type", "=", "out_invoice") & Domain("state", "=", "draft")
        wanted = [alert for alert in value if alert]
        domain = new & Domain("partner_id.cis_alert", "in", wanted) if wanted else Domain.FALSE
        if False in value:
            domain |= ~new | Domain("partner_id.cis_alert", "=", False)
        return domain
