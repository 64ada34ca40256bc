"""Which screens there are pictures of: one row each, read by screens.py.

A row says how the file is called, where the screen is, who looks, how large the window is, and what
is done before the picture. Selectors name fields and buttons, never words: each screen is taken in
Dutch and in English.
"""

from datetime import date
from typing import NamedTuple

# A morning after the demo's last day: a run is proposed, nothing is carried out yet.
TODAY = date(2026, 7, 10)
LANGUAGES = {"nl": "nl_NL", "en": "en_US"}
DESK, TALL, LONG, WIDE = (1280, 800), (1280, 1080), (1280, 1500), (1500, 760)
PHONE, PAGE = (390, 780), (1000, 1100)


class Screen(NamedTuple):
    """One picture.

    :param name: of the file, without language and ending
    :param where: the address; {name} is the id of a record or what screens.py knows by that name
    :param login: who looks; empty for a customer or anybody else
    :param size: of the window
    :param steps: what is done, and what is waited for, before the picture: see screens.Browser
    """

    name: str
    where: str
    login: str = "handler"
    size: tuple = DESK
    steps: tuple = ()


# Who disagrees on that morning, so that a hold runs that everybody may see.
DISPUTES = ("Bas Hendriks", "Zegt dat deze polis in februari is opgezegd")
# Who was spoken to earlier: name, what was said, and the way out when it is not the proposed one.
TALKS = (
    ("Lotte Brandsma", {"able": "now", "willing": "yes"}, None),
    ("Dirk-Jan Mulder", {"able": "now", "willing": "yes"}, "last_chance"),
    ("Maarten Veenstra", {"able": "now", "willing": "yes"}, None),
    ("Stefan Wagenaar", {"able": "now", "willing": "no"}, None),
)

# An office of its own that has written to nobody yet: who begins there sees the first steps.
BEGINNER, NEW_OFFICE = "beginner", "Assurantiekantoor Jonge Es B.V."

# Records of the demo by name: model, domain; the last one that fits.
RECORDS = {
    # Somebody whose cover is suspended, somebody who can pay in parts, somebody in an arrangement.
    "case": ("arrears.case", [("name", "=", "AR/00012")]),
    "helped": ("arrears.case", [("name", "=", "AR/00016")]),
    "partner": ("arrears.case", [("name", "=", "AR/00012")], "partner_id"),
    "invoice": ("arrears.item", [("case_id.name", "=", "AR/00012")], "move_line_id.move_id"),
    "policy": ("arrears.item", [("case_id.name", "=", "AR/00012")], "policy_ids"),
    "arrangement": ("arrears.arrangement", [("state", "=", "active")]),
    "hold": ("arrears.hold", [("kind", "=", "dispute"), ("state", "=", "running")]),
    "notice": (
        "arrears.notice",
        [("kind", "=", "formal_notice"), ("state", "=", "sent"), ("fee_announced", ">", 0)],
    ),
    "batch": ("arrears.print.batch", []),
    "run": ("arrears.run", [("date", "=", TODAY)]),
    "procedure": ("arrears.procedure", [("debtor_type", "=", "consumer")]),
    "termination": ("insurance.termination", []),
    "handover": ("arrears.handover", []),
    "registration": ("cis.registration", []),
    "list": ("insurance.arrears.list", []),
    "bordereau": ("insurance.bordereau", []),
    "rdw": ("insurance.rdw.notice", [("state", "=", "due")]),
}


def action(name):
    return f"/odoo/action-premium_arrears.{name if '_action' in name else name + '_action'}"


def switch(view):
    """Go from the list, the board or whatever comes first to another view of the same menu."""
    return ("click", f".o_switch_view.o_{view}"), ("find", f".o_{view}_view")


def tab(name):
    return ("click", f".nav-link[name={name}]"), ("find", ".tab-pane.active .o_data_row")


ROWS = (("find", ".o_data_row, .o_view_nocontent"),)
CARDS = (("find", ".o_kanban_record:not(.o_kanban_ghost)"),)
FORM = (("find", ".o_form_view .o_form_sheet, .o_form_view .o_group"),)
WIZARD = (("find", ".modal .o_form_view"),)


def press(button):
    """Press a button that opens a question to the colleague."""
    return ("click", f"button[name={button}]"), *WIZARD


OWN = (("go", "/my/arrears/language/{lang}"), ("find", ".o_arrears_summary"))


def menu(name, where, login="handler", size=WIDE):
    return Screen(name, action(where), login, size, ROWS)


def report(name, where, login="handler"):
    return Screen(name, action(where), login, WIDE, (("find", ".o_pivot_view"),))


SCREENS = (
    # === WAS THERE COVER === #
    Screen(
        "cover-check",
        action("insurance_cover_check"),
        "claims",
        steps=(
            ("type", "[name=search_text] input", "V-417-AU"),
            ("find", ".o_arrears_answer"),
            ("click", "[name=day] .o_input"),
            ("type", "[name=day] input", "{loss_day}"),
            ("find", ".o_arrears_answer.alert-danger, .o_arrears_answer .text-danger"),
        ),
    ),
    Screen("partner", "/odoo/arrears/{case}/res.partner/{partner}", "claims", steps=FORM),
    Screen(
        "invoice", "/odoo/action-account.action_move_out_invoice/{invoice}", "manager", steps=FORM
    ),
    Screen("policy", "/odoo/insurance-policies/{policy}", "claims", TALL, FORM),
    # === WORK === #
    Screen("cases", "/odoo/arrears", size=(1900, 900), steps=CARDS),
    Screen("cases-list", "/odoo/arrears", size=WIDE, steps=(*CARDS, *switch("list"))),
    Screen("cases-calendar", "/odoo/arrears", steps=(*CARDS, *switch("calendar"))),
    Screen("cases-pivot", "/odoo/arrears", steps=(*CARDS, *switch("pivot"))),
    Screen("cases-graph", "/odoo/arrears", steps=(*CARDS, *switch("graph"))),
    Screen("case", "/odoo/arrears/{case}", size=LONG, steps=FORM),
    Screen("case-sent", "/odoo/arrears/{case}", size=LONG, steps=(*FORM, *tab("notices"))),
    Screen("case-decisions", "/odoo/arrears/{case}", size=LONG, steps=(*FORM, *tab("actions"))),
    Screen("case-history", "/odoo/arrears/{case}", size=LONG, steps=(*FORM, *tab("history"))),
    Screen(
        "move-stage",
        "/odoo/arrears/{case}",
        steps=(*FORM, ("click", ".o_statusbar_buttons button:last-of-type"), *WIZARD),
    ),
    Screen(
        "waive",
        "/odoo/arrears/{case}",
        steps=(*FORM, *tab("fees"), *press("action_waive")),
    ),
    menu("items", "arrears_item"),
    menu("phone-list", "arrears_phone_call", size=(1800, 760)),
    menu("arrangements", "arrears_arrangement"),
    menu("to-approve", "arrears_arrangement_approve", "manager"),
    Screen("arrangements-pivot", action("arrears_arrangement"), steps=(*ROWS, *switch("pivot"))),
    Screen("arrangement", "/odoo/arrears-arrangements/{arrangement}", size=TALL, steps=FORM),
    menu("instalments", "arrears_instalment"),
    Screen(
        "instalments-calendar", action("arrears_instalment"), steps=(*ROWS, *switch("calendar"))
    ),
    menu("holds", "arrears_hold", "manager"),
    Screen("hold", "/odoo/arrears-holds/{hold}", steps=FORM),
    Screen(
        "put-on-hold",
        "/odoo/arrears/{helped}",
        steps=(
            *FORM,
            ("click", ".nav-link[name=holds]"),
            *press("action_put_on_hold"),
        ),
    ),
    menu("holds-at-once", "arrears_hold_batch", "manager"),
    Screen("hold-area", action("arrears_hold_area"), steps=WIZARD),
    Screen(
        "help-wizard",
        "/odoo/arrears/{helped}",
        size=(1280, 1230),
        steps=(
            *FORM,
            ("click", "button[name=action_help]"),
            ("click", ".modal [name=able] input"),
            ("find", ".o_select_menu_item[data-choice-index='3']"),
            ("click", ".o_select_menu_item[data-choice-index='2']"),
            ("find", ".modal [name=preview] tbody tr"),
        ),
    ),
    menu("decisions", "arrears_action_action"),
    menu("runs", "arrears_run"),
    Screen("run", "/odoo/arrears-runs/{run}", size=TALL, steps=(*FORM, *ROWS)),
    Screen(
        "run-letter",
        "/odoo/arrears-runs/{run}",
        size=TALL,
        steps=(
            *FORM,
            ("click", "button[name=action_preview]"),
            ("find", ".modal iframe, .modal [name=body]"),
        ),
    ),
    Screen(
        "run-execute",
        "/odoo/arrears-runs/{run}",
        steps=(*FORM, *press("action_open_execute")),
    ),
    Screen(
        "run-postpone", "/odoo/arrears-runs/{run}", steps=(*FORM, *press("action_open_postpone"))
    ),
    menu("terminations", "insurance_termination"),
    Screen("termination", "/odoo/terminations/{termination}", "manager", TALL, FORM),
    Screen(
        "prepare-handover",
        "/odoo/arrears/{case}",
        steps=(*FORM, *press("action_prepare_handover")),
    ),
    menu("handovers", "arrears_handover"),
    Screen("handover", "/odoo/arrears-handovers/{handover}", "manager", TALL, FORM),
    # === NOTICES === #
    menu("notices", "arrears_notice"),
    Screen("notice", "/odoo/arrears-notices/{notice}", size=TALL, steps=FORM),
    Screen(
        "notice-receipt",
        "/odoo/arrears-notices/{notice}",
        steps=(*FORM, ("click", ".o_statusbar_buttons button:first-of-type"), *WIZARD),
    ),
    Screen(
        "notice-withdraw",
        "/odoo/arrears-notices/{notice}",
        steps=(*FORM, *press("action_open_withdraw")),
    ),
    menu("before-the-due-date", "arrears_advance_reminder"),
    menu("print-batches", "arrears_print_batch"),
    Screen("print-batch", "/odoo/arrears-print-batches/{batch}", steps=FORM),
    menu("fees", "arrears_fee"),
    # === INSURANCE === #
    menu("policies", "insurance_policy"),
    menu("gaps", "insurance_coverage_gap"),
    menu("rdw", "insurance_rdw_notice"),
    menu("insurer-lists", "insurance_arrears_list"),
    Screen("insurer-list", action("insurance_arrears_list") + "/{list}", steps=FORM),
    menu("bordereaux", "insurance_bordereau"),
    menu("cis", "cis_registration", "manager"),
    Screen("cis-registration", "/odoo/cis-registrations/{registration}", "manager", TALL, FORM),
    menu("insurers", "res_partner_action_insurers"),
    menu("collectors", "res_partner_action_collectors"),
    # === REPORTING === #
    report("open-arrears", "arrears_ageing_report"),
    report("inflow", "arrears_flow_report"),
    report("notices-by-the-rules", "arrears_notice_report"),
    report("fees-and-interest", "arrears_charge_report"),
    report("arrangements-kept", "arrears_arrangement_report"),
    report("cover-lost", "insurance_coverage_gap_report"),
    report("unequal-treatment", "arrears_treatment_report", "manager"),
    # === CONFIGURATION === #
    Screen("first-steps", "/odoo/arrears", BEGINNER, steps=(("find", ".o_arrears_guide"),)),
    menu("procedures", "arrears_procedure", "manager"),
    Screen("procedure", action("arrears_procedure") + "/{procedure}", "manager", TALL, FORM),
    Screen(
        "procedure-change",
        action("arrears_procedure") + "/{procedure}",
        "manager",
        steps=(*FORM, *press("action_revise")),
    ),
    menu("cis-years", "cis_retention", "manager"),
    Screen("opening", action("arrears_opening") + "/new", "manager", TALL, FORM),
    menu("termination-rules", "insurance_termination_rule", "manager"),
    menu("cover-rules", "insurance_cover_rule", "manager"),
    Screen(
        "settings",
        "/odoo/action-account.action_account_config",
        "admin",
        TALL,
        (("show", "h2:has(+ .o_settings_container [name=arrears_fee_journal_id])"),),
    ),
    # === THE CUSTOMER === #
    Screen("own-page", "/arrears/{link}", "", PAGE, OWN),
    Screen("own-page-phone", "/arrears/{link}", "", PHONE, OWN),
    Screen("own-page-arrange", "/arrears/{link}", "", PAGE, (*OWN, ("go", "/my/arrears/arrange"))),
    Screen("own-page-help-phone", "/arrears/{link}", "", PHONE, (*OWN, ("go", "/my/arrears/help"))),
    Screen("public-page", "{public_page}", "", PAGE, (("find", "main h1"),)),
    Screen("public-page-phone", "{public_page}", "", PHONE, (("find", "main h1"),)),
)
