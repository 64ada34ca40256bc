"""What an office agrees to by itself, and what its customers may do on their own page."""

import re

from odoo import fields, models

from ..law import arrangement
from .arrears_item_ladder import to_decimal

# A web address as people write it: with or without http(s), a host with a dot, and then its path.
WEB_ADDRESS = re.compile(
    r"(?P<scheme>https?://)?(?P<rest>[\w-]+(\.[\w-]+)+(:\d{1,5})?([/?#][^\s<>\"']*)?)",
    re.IGNORECASE,
)


class ResCompany(models.Model):
    _inherit = "res.company"

    arrears_arrangement_smallest = fields.Monetary(
        string="Smallest instalment",
        default=15.0,
        help="Below it a manager approves an arrangement; a customer cannot propose it.",
    )
    arrears_arrangement_months = fields.Integer(
        string="Longest arrangement",
        default=6,
        help="Months. Beyond it a manager approves; a customer cannot propose it.",
    )
    arrears_arrangement_portal = fields.Boolean(
        string="Customers may make an arrangement on their own page", default=True
    )
    arrears_arrangement_accept_days = fields.Integer(
        string="Days to accept an arrangement", default=14
    )
    arrears_instalment_before_days = fields.Integer(
        string="Remind of an instalment before",
        default=3,
        help="Days, by e-mail only. 0: no reminder.",
    )
    arrears_instalment_after_days = fields.Integer(
        string="Write after a missed instalment",
        default=3,
        help="Days after the last day to pay: the bank needs time too.",
    )
    arrears_instalment_broken_days = fields.Integer(
        string="Time to pay a missed instalment",
        default=14,
        help="Days after that letter. If it is not paid then, the arrangement is broken.",
    )
    arrears_link_days = fields.Integer(
        string="The link in a letter works for", default=60, help="Days from its date."
    )
    arrears_public_page = fields.Boolean(
        string="Page “What happens if you do not pay”",
        default=True,
        help="Public, at /betalingsachterstand, as the protocol of the insurers asks of a website.",
    )
    arrears_debt_help_months = fields.Integer(
        string="Keep debt-help data for",
        default=6,
        help="Months after a hold has ended; then who helped and why is deleted.",
    )
    arrears_municipality_url = fields.Char(
        string="Debt help of the municipality", help="Address of its page on debt help."
    )

    _arrears_arrangement_not_negative = models.Constraint(
        "CHECK (arrears_arrangement_smallest >= 0 AND arrears_arrangement_months BETWEEN 1 AND 60"
        " AND arrears_arrangement_accept_days >= 1 AND arrears_instalment_before_days >= 0"
        " AND arrears_instalment_after_days >= 0 AND arrears_instalment_broken_days >= 7"
        " AND arrears_link_days >= 14 AND arrears_debt_help_months >= 0)",
        "Arrangements: the longest is 1 to 60 months, a missed instalment can be paid for 7 days "
        "at least, a link works for 14 days at least, and nothing is negative.",
    )

    def _get_municipality_address(self):
        """Return the municipality's page on debt help as an http(s) address, or an empty text.

        What a browser would not open as a page (another scheme, a script) is left out.
        """
        self.ensure_one()
        found = WEB_ADDRESS.fullmatch((self.arrears_municipality_url or "").strip())
        if not found:
            return ""
        return (found["scheme"] or "https://").lower() + found["rest"]

    def _get_arrangement_limits(self):
        """Return what a handler and a customer may agree to, as the law package knows it."""
        self.ensure_one()
        return arrangement.Limits(
            smallest=to_decimal(self.arrears_arrangement_smallest),
            months=self.arrears_arrangement_months,
        )
