"""Whose page it is: the customer who is logged in, or the one whose letter's link was opened."""

import time

from odoo import fields
from odoo.http import request

LINK_KEY = "premium_arrears_link"
# Seconds without a visit after which a link has to be opened again: it may be a shared computer.
REST = 2 * 60 * 60
# A visit within this many seconds of the last one is not written down anew.
PACE = 5 * 60


def today():
    """Return the business day at the edge: the day in the Netherlands, whoever visits."""
    return _read_calendar("Europe/Amsterdam")


def _read_calendar(zone):
    return fields.Date.context_today(request.env["arrears.case"].with_context(tz=zone))


def remember(link):
    """Keep for this visit, and for nobody who logs in after it, that a link was opened."""
    request.session[LINK_KEY] = {"id": link.id, "uid": request.session.uid, "at": time.time()}


def get_link():
    """Return the link that was opened in this session, as long as it works; else no record."""
    links = request.env(su=True)["arrears.access.link"]  # a visitor has no rights on links
    visit = request.session.get(LINK_KEY)
    if not isinstance(visit, dict) or visit["uid"] != request.session.uid:
        return links
    rested = time.time() - visit["at"]
    if rested > REST:
        return links
    if rested > PACE:
        request.session[LINK_KEY] = {**visit, "at": time.time()}
    return links.search([("id", "=", visit["id"]), ("expires_on", ">=", today())])


def get_debtor():
    """Return the debtor and the company whose page this visitor may see.

    A link that was opened in this session counts before a login; it is looked up again at every
    request, so it ends on its day.

    :return: (contact, company), both as the service; contact is no record for a stranger
    """
    if link := get_link():
        # Who owed it when the letter was made, wherever the contact belongs by now.
        return link.partner_id, link.company_id
    # A visitor has no rights on arrears: every route shows only what belongs to this contact.
    env = request.env(su=True)
    if request.env.user._is_public():
        return env["res.partner"], env["res.company"]
    return get_debtor_of(env.user), env.company


def get_debtor_of(user):
    """Return whose arrears a user may see: of a business each of its people, else only his own.

    Somebody who is kept as a contact below a person (a partner, a child, a helper) is not that
    person: see also who gets a link, in ``arrears.notice``.
    """
    partner = user.partner_id
    debtor = partner.commercial_partner_id
    return debtor if debtor.is_company else partner
