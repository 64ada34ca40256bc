"""The link in a letter opens the customer's own page for this visit."""

from odoo import http
from odoo.http import request

from .debtor import remember, today
from .page import LANG_KEY, LANGUAGES, busy, close_link, go, gone, set_language, show

ROUTE = {"type": "http", "auth": "public", "website": True, "multilang": False, "sitemap": False}


class ArrearsLink(http.Controller):
    @http.route("/arrears/<string:code>", methods=["GET"], **ROUTE)
    def open_link(self, code, **_kwargs):
        """Remember whose page may be seen, and go there without the code in the address.

        A link that never was and one that has ended get the same answer. Who tries many gets none.
        """
        # Links and counts are no right of a visitor; the code is the right, and is checked here.
        service = request.env(su=True)
        counts, address = service["arrears.page.count"], request.httprequest.remote_addr
        link = service["arrears.access.link"]._find(code, today())
        if not link:
            if counts._is_over("wrong_link", address):
                return busy()
            counts._add("wrong_link", address)
            set_language(service["res.partner"])
            return gone()
        remember(link)
        request.session.pop(LANG_KEY, None)
        # Whoever knew the session before the link was opened, does not know it now.
        request.session.should_rotate = True
        return go("/my/arrears")

    @http.route("/my/arrears/close", methods=["POST"], **ROUTE)
    def close(self, **_kwargs):
        """Forget the link: on a shared computer the next person sees nothing."""
        close_link()
        return go("/my/arrears/closed")

    @http.route("/my/arrears/closed", methods=["GET"], **ROUTE)
    def closed(self, **_kwargs):
        """Tell that the page is closed."""
        return show("page_closed")

    @http.route("/my/arrears/language/<string:name>", methods=["GET"], **ROUTE)
    def choose_language(self, name, **_kwargs):
        """Show the pages in another language for this visit."""
        if name in LANGUAGES:
            request.session[LANG_KEY] = LANGUAGES[name]
        return go("/my/arrears")
