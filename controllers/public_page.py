"""The public page "What happens if you do not pay", as the insurers' protocol asks of a website."""

from odoo import http
from odoo.http import request

from ..models.res_company_public_costs import read_amount
from .debtor import get_link, today
from .page import LANGUAGES, text_of

ROUTE = {
    "type": "http",
    "auth": "public",
    "methods": ["GET"],
    "website": True,
    "multilang": False,
    "sitemap": True,
}
ADDRESSES = {"nl": "/betalingsachterstand", "en": "/payment-arrears"}
# It is for everybody to find and to read, but in no other site's frame.
HEADERS = {"X-Frame-Options": "DENY", "Content-Security-Policy": "frame-ancestors 'none'"}


class ArrearsPublicPage(http.Controller):
    @http.route(ADDRESSES["nl"], **ROUTE)
    def in_dutch(self, **params):
        """Show the page in Dutch, where the office has it."""
        return _show("nl", params)

    @http.route(ADDRESSES["en"], **ROUTE)
    def in_english(self, **params):
        """Show the page in English."""
        return _show("en", params)


def _show(name, params):
    installed = [code for code, _name in request.env["res.lang"].sudo().get_installed()]
    if LANGUAGES[name] in installed:
        request.update_context(lang=LANGUAGES[name])
    company = _get_company()
    if not company.arrears_public_page:
        return request.not_found()
    lang = request.env.lang or LANGUAGES["en"]
    day = today()
    calculated = _calculate(company, params, day)
    values = {
        **company._get_public_page(day),
        **calculated,
        "page": None,
        "company": company,
        "res_company": company,
        "phone": company.arrears_help_phone or company.phone or "",
        "address": ADDRESSES[name],
        "others": [
            (ADDRESSES[other], other, {"nl": "Nederlands", "en": "English"}[other])
            for other, code in LANGUAGES.items()
            if other != lang.partition("_")[0] and code in installed
        ],
        "html_data": {"lang": lang.partition("_")[0]},
        "municipality": company._get_municipality_address(),
    }
    status = 400 if calculated["errors"] else 200
    response = request.render("premium_arrears.public_page", values, status=status)
    response.headers.update(HEADERS)
    return response


def _get_company():
    """Return the office whose page it is: of the letter that was opened, else of this site.

    Its settings are no right of a visitor; only what the page is for is shown.
    """
    company = get_link().company_id or request.env.company
    return company.with_env(request.env(su=True))


def _calculate(company, params, day):
    """Return what the calculator shows: ``form``, ``errors``, ``choices`` and the ``result``."""
    form = {"amount": text_of(params, "amount", 40), "earlier": text_of(params, "earlier", 40)}
    result, errors = None, {}
    if "amount" in params:
        earlier = form["earlier"] or "0"
        amount = read_amount(form["amount"])
        errors = company._get_public_errors(amount, earlier)
        if not errors:
            result = company._get_public_fee(amount, int(earlier), day)
    choices = company._get_public_choices()
    return {"form": form, "errors": errors, "result": result, "choices": choices}
