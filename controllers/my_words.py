"""A customer tells us something: does not agree, has a question, wants to be called."""

import re

from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from ..law import identifiers
from ..models.arrears_case_page_write import LONGEST
from .link import ROUTE
from .page import busy, go, may, own, own_page, show, text_of

SHORTEST_REASON = 10
PHONE = re.compile(r"^\+?[0-9][0-9 ()./-]{6,22}[0-9]$")
DONE = ("paused", "known", "again", "message", "call")


class MyWords(http.Controller):
    # === DISPUTE === #

    @http.route("/my/arrears/dispute", methods=["GET"], **ROUTE)
    @own_page
    def dispute(self, page, /, **params):
        """Show the form to say that something is not right."""
        return _show_dispute(page, {"item": text_of(params, "item", 20)})

    @http.route("/my/arrears/dispute", methods=["POST"], **ROUTE)
    @own_page
    def send_dispute(self, page, /, **params):
        """Take a dispute: everything about it pauses at once."""
        form = {"item": text_of(params, "item", 20), "text": text_of(params, "text", LONGEST)}
        items = _get_disputable(page)
        chosen = items if form["item"] == "all" else own(items, form["item"])
        errors = _check_text(page, form["text"], SHORTEST_REASON)
        if not chosen:
            errors["item"] = page.cases.env._("Choose what you do not agree with.")
        if errors:
            return _show_dispute(page, form, errors, status=400)
        if not may("dispute", page):
            return busy(page)
        cases = page.as_service()
        try:
            with request.env.cr.savepoint():
                outcome = cases._dispute_page(chosen.with_env(cases.env), page.day, form["text"])
        except UserError as refusal:
            return _show_dispute(page, form, {"text": str(refusal)}, status=400)
        return go(f"/my/arrears/done/{outcome}")

    # === MESSAGE === #

    @http.route("/my/arrears/message", methods=["GET"], **ROUTE)
    @own_page
    def message(self, page, /, **_params):
        """Show the form for a message."""
        return _show_message(page)

    @http.route("/my/arrears/message", methods=["POST"], **ROUTE)
    @own_page
    def send_message(self, page, /, **params):
        """Take a message for the colleague who handles it."""
        form = {"text": text_of(params, "text", LONGEST)}
        if errors := _check_text(page, form["text"], 1):
            return _show_message(page, form, errors, status=400)
        if not page.cases:
            return _show_message(page, status=400)
        if not may("message", page):
            return busy(page)
        page.as_service()._message_page(page.day, form["text"])
        return go("/my/arrears/done/message")

    # === HELP === #

    @http.route("/my/arrears/help", methods=["GET"], **ROUTE)
    @own_page
    def help(self, page, /, **_params):
        """Show who helps for free, and how we help."""
        return _show_help(page, {"number": page.debtor.phone or ""})

    @http.route("/my/arrears/call", methods=["POST"], **ROUTE)
    @own_page
    def call(self, page, /, **params):
        """Put the customer on the list of customers to call."""
        form = {"number": text_of(params, "number", 40), "when": text_of(params, "when", 200)}
        errors = {}
        if not PHONE.match(form["number"]):
            errors["number"] = page.cases.env._("Fill in a phone number, such as 06 12345678.")
        errors |= _check_no_bsn(page, "when", form["when"])
        if errors or not page.cases:
            return _show_help(page, form, errors, status=400)
        if not may("call", page):
            return busy(page)
        page.as_service()._ask_call_page(page.day, form["number"], form["when"])
        return go("/my/arrears/done/call")

    @http.route("/my/arrears/done/<string:what>", methods=["GET"], **ROUTE)
    @own_page
    def done(self, page, /, what="", **_params):
        """Tell that it arrived, and what happens now."""
        if what not in DONE:
            return go("/my/arrears")
        return show("page_done", page, what=what)


def _get_disputable(page):
    """Return what a customer can say of that it is not right: all that is open, with whomever."""
    return page.cases.item_ids.filtered(
        lambda item: not item.settled_on and item.amount_open > 0
    ).sorted(lambda item: (item.due_date, item.id))


def _check_text(page, text, shortest):
    env = page.cases.env
    if len(text) > LONGEST:
        return {"text": env._("This is too long: write at most %s characters.", LONGEST)}
    if len(text) < shortest:
        return {"text": env._("Write in a few words what it is about.")}
    return _check_no_bsn(page, "text", text)


def _check_no_bsn(page, field, text):
    if not identifiers.holds_bsn(text):
        return {}
    return {
        field: page.cases.env._(
            "This looks like a BSN (citizen service number). We do not need it and may not keep "
            "it. Leave it out, please."
        )
    }


def _show_dispute(page, form, errors=None, status=200):
    items = _get_disputable(page)
    if not items:
        reason = page.cases.env._("Nothing is open that you can disagree with.")
        return show("page_refused", page, status=status, reason=reason)
    return show(
        "page_dispute",
        page,
        status=status,
        form={"text": "", **form},
        errors=errors or {},
        rows=page.cases._get_page_rows(items, page.day),
    )


def _show_message(page, form=None, errors=None, status=200):
    return show(
        "page_message", page, status=status, form={"text": "", **(form or {})}, errors=errors or {}
    )


def _show_help(page, form, errors=None, status=200):
    return show(
        "page_help",
        page,
        status=status,
        form={"when": "", **form},
        errors=errors or {},
        municipality=page.company._get_municipality_address(),
    )
