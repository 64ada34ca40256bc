"""From where "Help this customer" is opened: the case, the customer, the invoice."""

from odoo import models


class ArrearsCase(models.Model):
    _inherit = "arrears.case"

    def action_help(self):
        """Open the screen for who cannot pay."""
        return self.env["arrears.help"]._open(self)


class ResPartner(models.Model):
    _inherit = "res.partner"

    def action_help(self):
        """Open the screen for who cannot pay."""
        self.ensure_one()
        cases = self.env["arrears.case"].search(
            [("partner_id", "=", self.commercial_partner_id.id), ("state", "!=", "closed")]
        )
        return self.env["arrears.help"]._open(cases)


class AccountMove(models.Model):
    _inherit = "account.move"

    def action_help(self):
        """Open the screen for who cannot pay."""
        return self.env["arrears.help"]._open(self.arrears_case_ids)


class ArrearsPhoneCall(models.Model):
    _inherit = "arrears.phone.call"

    def action_help(self):
        """Open the screen for who cannot pay, for the customer on the phone."""
        self.ensure_one()
        return self.env["arrears.help"]._open(self.case_id)
