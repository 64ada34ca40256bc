"""What all pages of "My arrears" share: whose page, in which language, how it is answered."""

from functools import wraps
from typing import NamedTuple

from odoo import SUPERUSER_ID, models
from odoo.http import request

from .debtor import LINK_KEY, get_debtor, get_link, today

LANG_KEY = "premium_arrears_lang"
# The languages in which the page is written, by the name of the link that chooses one.
LANGUAGES = {"nl": "nl_NL", "en": "en_US"}
# Nobody else sees, keeps or finds these pages, and no other site shows them in a frame.
HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
    "X-Frame-Options": "DENY",
    "Content-Security-Policy": "frame-ancestors 'none'",
}


class Page(NamedTuple):
    """Whose page is shown: the customer, the company, all their cases, the business day."""

    debtor: models.Model
    company: models.Model
    cases: models.Model
    day: object
    by_link: bool

    def as_service(self):
        """Return the cases to act on: what a customer does here is written by the system.

        A visitor has no rights on arrears, and no name that a colleague knows: the history says
        that it was done on the customer's own page.
        """
        return self.cases.with_user(SUPERUSER_ID).sudo()

    @property
    def visitor(self):
        """Return what a customer is counted by, see ``arrears.page.count``."""
        return f"customer {self.company.id} {self.debtor.id}"


def own_page(handler):
    """Give a route the ``Page`` of its visitor; a stranger gets the page that tells nothing."""

    @wraps(handler)
    def answer(self, /, **params):
        debtor, company = get_debtor()
        by_link = bool(get_link())
        set_language(debtor)
        if not debtor:
            return gone()
        # Read again in the language of the page.
        debtor, company = (
            debtor.with_env(request.env(su=True)),
            company.with_env(request.env(su=True)),
        )
        cases = request.env(su=True)["arrears.case"].with_company(company)
        cases = cases._get_page_cases(debtor, company)
        return handler(self, Page(debtor, company, cases, today(), by_link), **params)

    return answer


def set_language(debtor):
    """Choose the language: as the visitor chose, else of the customer, else of the browser."""
    wanted = request.session.get(LANG_KEY) or (debtor and debtor.lang) or request.env.lang
    installed = request.env["res.lang"].sudo().get_installed()
    names = [code for code, _name in installed]
    if wanted in names:
        request.update_context(lang=wanted)


def own(records, ident):
    """Return the record among a customer's own that an address asks for, or no record.

    :param ident: as it came: whatever somebody typed
    """
    if not isinstance(ident, str) or not ident.isascii() or not ident.isdigit():
        return records.browse()
    return records.filtered(lambda record: record.id == int(ident[:18]))


def text_of(params, name, longest=2000):
    """Return what was filled in, as clean text; a file or something else is no text."""
    value = params.get(name)
    if not isinstance(value, str):
        return ""
    # The database takes no NUL, and nobody types one.
    return value.replace("\x00", "").strip()[: longest + 1]


# === ANSWERS === #


def show(template, page=None, status=200, **values):
    """Return a page that nobody keeps.

    :param template: name of the template, without the module
    :param page: whose it is; None: of a stranger
    """
    company = page.company if page else request.env.company.sudo()
    lang = request.env.lang or "en_US"
    response = request.render(
        f"premium_arrears.{template}",
        {
            "page": page,
            "company": company,
            "res_company": company,
            "phone": company.arrears_help_phone or company.phone or "",
            "html_data": {"lang": lang.partition("_")[0]},
            "languages": _get_choices(lang),
            "by_link": page.by_link if page else False,
            "errors": {},
            "form": {},
            "words": {},
            **values,
        },
        status=status,
    )
    return secure(response)


def secure(response):
    """Add to an answer what keeps it with the visitor."""
    response.headers.update(HEADERS)
    return response


def go(address):
    """Send the visitor to another of these pages."""
    return secure(request.redirect(address, code=303))


def gone():
    """Return the one page for every link that does not work, whatever the reason."""
    return show("page_gone", status=404)


def missing(page):
    """Return the one page for what is not there, or is somebody else's."""
    return show("page_missing", page, status=404)


def busy(page=None):
    """Return the page for who asks too often."""
    return show("page_busy", page, status=429)


def may(kind, page):
    """Count what a customer does, and tell whether it is within the limit."""
    counts = request.env["arrears.page.count"].sudo()  # counting is no right of a visitor
    return counts._add(kind, page.visitor)


def close_link():
    """Forget the link that was opened in this session."""
    request.session.pop(LINK_KEY, None)
    request.session.pop(LANG_KEY, None)
    request.session.should_rotate = True


def _get_choices(lang):
    """Return the other languages in which the page can be read: (name in the address, words)."""
    installed = dict(request.env["res.lang"].sudo().get_installed())
    words = {"nl": "Nederlands", "en": "English"}
    return [
        (name, words[name])
        for name, code in LANGUAGES.items()
        if code in installed and code.partition("_")[0] != lang.partition("_")[0]
    ]
