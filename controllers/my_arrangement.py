"""A customer pays in parts or later: asks, looks at it, confirms; or accepts what we proposed."""

from datetime import timedelta

from odoo import fields, http
from odoo.exceptions import UserError
from odoo.http import request

from .link import ROUTE
from .page import busy, go, may, missing, own, own_page, show, text_of

KINDS = ("arrangement", "deferral")
MOST_DIGITS = 3


class MyArrangement(http.Controller):
    @http.route("/my/arrears/arrange", methods=["GET"], **ROUTE)
    @own_page
    def arrange(self, page, /, **params):
        """Show the form: in instalments, or later."""
        kind = text_of(params, "kind")
        form = {"kind": kind if kind in KINDS else "arrangement"}
        return _show_form(page, form)

    @http.route("/my/arrears/arrange/preview", methods=["POST"], **ROUTE)
    @own_page
    def preview(self, page, /, **params):
        """Show what would be agreed, before anything is."""
        form, errors = _read_form(page, params)
        if errors:
            return _show_form(page, form, errors, status=400)
        try:
            _terms, plan = page.cases._plan_page(page.day, **_to_terms(form))
        except UserError as refusal:
            return _show_form(page, form, {"form": str(refusal)}, status=400)
        return _show_preview(page, form, plan)

    @http.route("/my/arrears/arrange/confirm", methods=["POST"], **ROUTE)
    @own_page
    def confirm(self, page, /, **params):
        """Make the arrangement; it starts at once."""
        form, errors = _read_form(page, params)
        if errors:
            return _show_form(page, form, errors, status=400)
        try:
            _terms, plan = page.cases._plan_page(page.day, **_to_terms(form))
        except UserError as refusal:
            return _show_form(page, form, {"form": str(refusal)}, status=400)
        if text_of(params, "agreed") != _describe(plan):
            # A payment came in, or a day has passed: nobody agrees to what was not seen.
            return _show_preview(page, form, plan, changed=True)
        if not may("arrangement", page):
            return busy(page)
        try:
            with request.env.cr.savepoint():
                made = page.as_service()._arrange_page(page.day, **_to_terms(form))
        except UserError as refusal:
            return _show_form(page, form, {"form": str(refusal)}, status=400)
        return go(f"/my/arrears/arrangement/{made.id}/done")

    @http.route("/my/arrears/arrangement/<string:ident>/done", methods=["GET"], **ROUTE)
    @own_page
    def done(self, page, /, ident="", **_params):
        """Tell what was agreed."""
        made = own(page.cases.arrangement_ids, ident).filtered(lambda a: a.state == "active")
        if not made:
            return missing(page)
        return show(
            "page_arranged", page, arrangement=page.cases._prepare_page_arrangement(made, page.day)
        )

    @http.route("/my/arrears/arrangement/<string:ident>/accept", methods=["POST"], **ROUTE)
    @own_page
    def accept(self, page, /, ident="", **_params):
        """Accept what the office proposed."""
        arrangement = own(page.cases.arrangement_ids, ident)
        if not arrangement:
            return missing(page)
        if not may("arrangement", page):
            return busy(page)
        try:
            with request.env.cr.savepoint():
                cases = page.as_service()
                cases._accept_page(arrangement.with_env(cases.env), page.day)
        except UserError as refusal:
            return show("page_refused", page, status=400, reason=str(refusal))
        if arrangement.state != "active":
            return go("/my/arrears")
        return go(f"/my/arrears/arrangement/{arrangement.id}/done")


def _read_form(page, params):
    """Return what was filled in, and what is wrong with it: dict from field to words."""
    env = page.cases.env
    kind = text_of(params, "kind")
    form = {
        "kind": kind if kind in KINDS else "arrangement",
        "count": text_of(params, "count", 10),
        "first_day": text_of(params, "first_day", 10),
    }
    errors = {}
    if kind not in KINDS:
        errors["form"] = env._("Choose whether you want to pay in parts or later.")
    if kind == "arrangement" and not _is_number(form["count"]):
        errors["count"] = env._("Choose in how many instalments you want to pay.")
    if not _to_day(form["first_day"]):
        errors["first_day"] = env._("Choose a day, such as 2026-12-31.")
    return form, errors


def _is_number(text):
    return text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS


def _to_day(text):
    """Return a day that was filled in, or nothing when it is none."""
    try:
        day = fields.Date.to_date(text)
    except ValueError:
        return None
    # What no calendar of ours knows is no day to pay.
    return day if day and 2000 <= day.year <= 2200 else None


def _to_terms(form):
    return {
        "kind": form["kind"],
        "count": int(form["count"]) if form["kind"] == "arrangement" else 1,
        "first_day": _to_day(form["first_day"]),
    }


def _describe(plan):
    """Return an arrangement as one text, to see whether it is the one that was shown."""
    return " ".join(f"{each.day}:{each.amount}" for each in plan)


def _show_form(page, form, errors=None, status=200):
    cases, day = page.cases, page.day
    reason = cases._get_page_no_arrangement(day)
    if reason:
        return show("page_refused", page, status=status, reason=reason)
    bounds = {kind: cases._get_page_bounds(day, kind) for kind in KINDS}
    most = bounds["arrangement"]["most"]
    if most < 2 and form["kind"] == "arrangement" and not errors:
        form["kind"] = "deferral"
    mine = bounds[form["kind"]]
    suggested = min(day + timedelta(days=14), mine["last"])
    return show(
        "page_arrange",
        page,
        status=status,
        form={"count": "", "first_day": "", **form},
        errors=errors or {},
        counts=range(2, most + 1),
        suggested=str(suggested),
        bounds=mine,
        total=cases._page_amount(mine["total"]),
        bounds_text=cases._describe_page_bounds(mine, form["kind"]),
    )


def _show_preview(page, form, plan, changed=False):
    total = sum(each.amount for each in plan)
    return show(
        "page_preview",
        page,
        form=form,
        rows=page.cases._get_page_plan_rows(plan),
        total=page.cases._page_amount(total),
        agreed=_describe(plan),
        changed=changed,
    )
