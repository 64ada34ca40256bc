""" "My arrears": what is open, what it costs, what happens to the cover, and the letters."""

from odoo import http
from odoo.http import content_disposition, request

from odoo.addons.portal.controllers.portal import CustomerPortal

from .debtor import get_debtor_of, get_link
from .link import ROUTE
from .page import missing, own, own_page, secure, show

# For the customer who logged in, not for whoever holds a paper.
ONLY_AFTER_LOGIN = ("help_leaflet",)


def get_letters(page):
    """Return the letters that this visitor may read: sent for real, the newest first."""
    notices = page.cases.notice_ids.filtered(
        lambda notice: (
            notice.sent_on and not notice.test_mode and notice.state in ("sent", "withdrawn")
        )
    )
    if page.by_link:
        # A newer letter carries a newer link: by it an old one would never end.
        own = get_link().notice_id
        notices = notices.filtered(
            lambda notice: (
                notice.id <= own.id
                and notice.kind not in ONLY_AFTER_LOGIN
                and not notice.announces_cis
                and not notice._is_confidential()
            )
        )
    return notices.sorted(lambda notice: (notice.sent_on, notice.id), reverse=True)


class MyArrears(CustomerPortal):
    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "arrears_count" in counters:
            # Customers have no rights on arrears: only their own are counted.
            cases = request.env["arrears.case"].sudo()
            debtor = get_debtor_of(request.env.user)
            mine = cases._get_page_cases(debtor, request.env.company)
            values["arrears_count"] = len(mine.filtered(lambda case: case.state != "closed"))
        return values

    @http.route("/my/arrears", methods=["GET"], **ROUTE)
    @own_page
    def my_arrears(self, page, /, **_params):
        """Show everything at once: a worried person need not search."""
        cases, day = page.cases, page.day
        return show(
            "page_arrears",
            page,
            open=cases._get_page_open(day),
            costs=cases._get_page_costs(day),
            covers=cases._get_page_cover(day),
            steps=cases._get_page_next(day),
            arrangements=cases._get_page_arrangements(day),
            no_arrangement=cases._get_page_no_arrangement(day),
            letters=_list_letters(page),
        )

    @http.route("/my/arrears/letter/<string:ident>", methods=["GET"], **ROUTE)
    @own_page
    def letter(self, page, /, ident="", **_params):
        """Show a letter as it was sent."""
        notice = own(get_letters(page), ident)
        if not notice or not notice.body_html:
            return missing(page)
        [row] = _list_letters(page, notice)
        # The office's own text, kept as it was sent: what customers typed was escaped in it.
        return show("page_letter", page, letter=row, text=notice.body_html)

    @http.route("/my/arrears/letter/<string:ident>/file", methods=["GET"], **ROUTE)
    @own_page
    def letter_file(self, page, /, ident="", **_params):
        """Give a letter as the file that was sent, to keep."""
        notice = own(get_letters(page), ident)
        file = notice.attachment_id
        if not file or file.mimetype != "application/pdf":
            return missing(page)
        return secure(
            request.make_response(
                file.raw,
                [
                    ("Content-Type", "application/pdf"),
                    ("Content-Disposition", content_disposition(f"{notice.name}.pdf")),
                    ("X-Content-Type-Options", "nosniff"),
                ],
            )
        )


def _list_letters(page, notices=None):
    """Return letters as the page lists them."""
    cases = page.cases
    return [
        {
            "id": notice.id,
            "subject": notice.subject or notice.name,
            "number": notice.name,
            "day": cases._page_day(notice.sent_on),
            "withdrawn": notice.state == "withdrawn",
            "readable": bool(notice.body_html),
            "pdf": notice.attachment_id.mimetype == "application/pdf",
        }
        for notice in (get_letters(page) if notices is None else notices)
    ]
