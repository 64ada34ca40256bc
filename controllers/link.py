"""The link in a letter opens the customer's own page for this visit."""

from odoo import http
from odoo.http import request

from .debtor import LINK_KEY, today


class ArrearsLink(http.Controller):
    @http.route("/arrears/<string:code>", type="http", auth="public", sitemap=False)
    def open_link(self, code, **_kwargs):
        """Remember whose page may be seen, and go there without the code in the address."""
        link = request.env["arrears.access.link"].sudo()._find(code, today())
        if not link:
            return request.not_found()
        request.session[LINK_KEY] = link.id
        return request.redirect("/my/arrears")
