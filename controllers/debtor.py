"""Whose page it is: the customer who is logged in, or the one whose letter's link was opened."""

from odoo import fields
from odoo.http import request

LINK_KEY = "premium_arrears_link"


def today():
    """Return the business day at the edge: the day in the Netherlands, or of the customer."""
    zone = request.env.user.tz or "Europe/Amsterdam"
    return fields.Date.context_today(request.env["arrears.case"].with_context(tz=zone))


def get_debtor():
    """Return the debtor and the company whose page this visitor may see.

    A link that was opened in this session counts before a login; it is looked up again at every
    request, so it ends on its day.

    :return: (contact, company), both as the service; contact is no record for a stranger
    """
    # A visitor has no rights on arrears: every route shows only what belongs to this contact.
    env = request.env(su=True)
    if link_id := request.session.get(LINK_KEY):
        link = env["arrears.access.link"].search(
            [("id", "=", link_id), ("expires_on", ">=", today())]
        )
        if link:
            return link.partner_id.commercial_partner_id, link.company_id
    if request.env.user._is_public():
        return env["res.partner"], env["res.company"]
    return env.user.partner_id.commercial_partner_id, env.company
