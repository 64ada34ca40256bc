"""Who may use each button, and how each wizard comes to its own buttons.

A button stands under its model and its method; an action under its external id. Where one method
serves several buttons the word in the button's context tells them apart.
"""

from datetime import timedelta

from .roles_common import (
    CIS,
    HANDLERS,
    HELPERS,
    MANAGERS,
    NOBODY,
    READERS,
    TODAY,
)

DEBT_HELP = frozenset(("debt_help", "manager"))
WEEK = timedelta(days=7)

BUTTONS = {
    "account.move": {
        "action_help": HANDLERS,
        "action_view_arrangements": READERS,
        "action_view_arrears_cases": READERS,
    },
    "account.move.line": {
        "action_arrears_release": HANDLERS,
    },
    "arrears.action": {
        "action_decide": MANAGERS,
        "action_dismiss": MANAGERS,
        "action_execute_now": HANDLERS,
        "action_open_postpone": HANDLERS,
        "action_prepare_handover": HANDLERS,
        "action_prepare_termination": MANAGERS,
        "action_preview": READERS,
        "action_untick": HANDLERS,
    },
    "arrears.action.postpone": {
        "action_postpone": HANDLERS,
    },
    "arrears.arrangement": {
        "action_accept": HANDLERS,
        "action_accept_writing": HANDLERS,
        "action_approve": MANAGERS,
        "action_propose": HANDLERS,
        "action_register_payment": HANDLERS,
        "action_resume": HANDLERS,
        "action_step add": HANDLERS,
        "action_step cancel": HANDLERS,
        "action_step change": HANDLERS,
        "action_step pause": HANDLERS,
        "action_step refuse": MANAGERS,
        "action_view_cases": READERS,
    },
    "arrears.arrangement.step": {
        "action_apply": HANDLERS,
    },
    "arrears.case": {
        "action_execute_proposed": HANDLERS,
        "action_help": HANDLERS,
        "action_next_to_decide": HANDLERS,
        "action_postpone_proposed": HANDLERS,
        "action_prepare_handover": HANDLERS,
        "action_put_on_hold": HANDLERS,
        "action_view_arrangements": READERS,
        "action_view_handovers": READERS,
        "action_view_notices": READERS,
        "action_view_terminations": READERS,
        "premium_arrears.arrears_case_move_stage_action": HANDLERS,
    },
    "arrears.case.move.stage": {
        "action_apply": HANDLERS,
    },
    "arrears.fee": {
        "action_waive": HANDLERS,
    },
    "arrears.fee.waive": {
        "action_waive": HANDLERS,
    },
    "arrears.handover": {
        "action_account": HANDLERS,
        "action_approve": MANAGERS,
        "action_dossier": HANDLERS,
        "action_export": HANDLERS,
        "action_hand_over": HANDLERS,
        "action_propose": HANDLERS,
        "action_recall": HANDLERS,
        "action_refresh": HANDLERS,
        "action_return": HANDLERS,
        "action_withdraw": HANDLERS,
    },
    "arrears.handover.account": {
        "action_book": HANDLERS,
    },
    "arrears.handover.dossier": {
        "action_download": HANDLERS,
    },
    "arrears.handover.prepare": {
        "action_prepare": HANDLERS,
        "action_propose": HANDLERS,
    },
    "arrears.handover.return": {
        "action_return": HANDLERS,
    },
    "arrears.help": {
        "action_apply": HANDLERS,
    },
    "arrears.interest": {
        "action_waive": HANDLERS,
    },
    "arrears.hold": {
        "action_clean_slate": DEBT_HELP,
        "action_end": HELPERS,
        "action_extend": HELPERS,
        "action_undo": HELPERS,
    },
    "arrears.hold.batch": {
        "action_take_back": HELPERS,
    },
    "arrears.hold.close": {
        "action_confirm": HELPERS,
    },
    "arrears.hold.place": {
        "action_place": HELPERS,
    },
    "arrears.notice": {
        "action_open_withdraw": HANDLERS,
        "action_print_letters": HANDLERS,
        "action_retry": HANDLERS,
        "action_verify": READERS,
        "premium_arrears.arrears_notice_receipt_action": HANDLERS,
        "premium_arrears.arrears_opening_letter_action": HANDLERS,
    },
    "arrears.notice.receipt": {
        "action_confirm": HANDLERS,
    },
    "arrears.opening": {
        "action_check": MANAGERS,
        "action_load": MANAGERS,
        "action_template": MANAGERS,
        "action_view_cases": MANAGERS,
        "action_view_lines": MANAGERS,
        "action_view_notices": MANAGERS,
        "action_view_older": MANAGERS,
    },
    "arrears.opening.letter": {
        "action_add": HANDLERS,
    },
    "arrears.phone.call": {
        "action_dispute": HANDLERS,
        "action_help": HANDLERS,
        "action_needs_help": HANDLERS,
        "action_no_answer": HANDLERS,
        "action_promise": HANDLERS,
        "action_reached": HANDLERS,
        "action_wrong_number": HANDLERS,
    },
    "arrears.print.batch": {
        "action_confirm_posted": HANDLERS,
        "action_discard": HANDLERS,
        "action_print": HANDLERS,
    },
    "arrears.procedure": {
        "action_revise": MANAGERS,
    },
    "arrears.procedure.revise": {
        "action_apply": MANAGERS,
    },
    "arrears.run": {
        "action_letters_posted": HANDLERS,
        "action_open_execute": HANDLERS,
        "action_open_withdraw": HANDLERS,
        "action_print_letters": HANDLERS,
        "action_propose": HANDLERS,
        "action_view_not_proposed": READERS,
    },
    "arrears.run.execute": {
        "action_execute": HANDLERS,
    },
    "arrears.withdraw": {
        "action_withdraw": HANDLERS,
    },
    "cis.registration": {
        "action_approve": MANAGERS,
        "action_ask_insurer": CIS,
        "action_open_answer": CIS,
        "action_open_keep": MANAGERS,
        "action_open_refuse": CIS,
        "action_open_register": CIS,
        "action_open_remove": MANAGERS,
        "action_propose": CIS,
        "action_tell_again": CIS,
    },
    "cis.registration.decide": {
        "action_decide": CIS,
    },
    "insurance.arrears.list": {
        "action_load": HANDLERS,
        "action_preview": HANDLERS,
    },
    "insurance.bordereau": {
        "action_make": HANDLERS,
        "action_mark_sent": HANDLERS,
        "action_verify": READERS,
    },
    "insurance.policy": {
        "action_check_cover": READERS,
        "action_prepare_termination": MANAGERS,
        "action_view_cases": READERS,
        "action_view_cis": CIS,
    },
    "insurance.rdw.notice": {
        "action_open_tell": HANDLERS,
    },
    "insurance.rdw.tell": {
        "action_confirm": HANDLERS,
    },
    "insurance.termination": {
        "action_announce": MANAGERS,
        "action_approve": MANAGERS,
        "action_open_decide refuse": MANAGERS,
        "action_open_decide revive": MANAGERS,
        "action_open_decide withdraw": MANAGERS,
        "action_view_credits": HANDLERS,
    },
    "insurance.termination.decide": {
        "action_decide": MANAGERS,
    },
    "arrears.stage": {
        "action_preview": READERS,
    },
    "res.company": {
        "action_save_arrears_office": MANAGERS,
    },
    "res.config.settings": {
        "action_show_arrears_guide": NOBODY,
        "premium_arrears.arrears_consent_action": NOBODY,
        "premium_arrears.arrears_procedure_action": NOBODY,
        "premium_arrears.cis_retention_action": NOBODY,
    },
    "res.partner": {
        "action_check_cover": READERS,
        "action_collector_checked": HANDLERS,
        "action_help": HANDLERS,
        "action_view_arrangements": READERS,
        "action_view_arrears_cases": READERS,
        "action_view_arrears_holds": READERS,
        "action_view_cis": CIS,
        "action_view_insurance_policies": READERS,
    },
}

# What all companies share: a colleague of elsewhere may work on it as well.
SHARED = ("arrears.procedure", "arrears.procedure.revise", "arrears.stage", "res.partner")

# Wizard: (model of the button that opens it, that button, what a person fills in).
WIZARDS = {
    "arrears.action.postpone": [
        ("arrears.action", "action_open_postpone", {"until": TODAY + WEEK, "reason": "Abroad"}),
    ],
    "arrears.arrangement.step": [
        ("arrears.arrangement", "action_step cancel", {"reason": "Not kept"}),
        ("arrears.arrangement", "action_step pause", {"until": TODAY + WEEK, "reason": "Ill"}),
        (
            "arrears.arrangement",
            "action_step change",
            {"instalment_count": 1, "reason": "Less work"},
        ),
        ("arrears.arrangement", "action_step add", {"instalment_count": 1, "reason": "Asked for"}),
    ],
    "arrears.case.move.stage": [
        (
            "arrears.case",
            "premium_arrears.arrears_case_move_stage_action",
            lambda test, context: {"stage_id": test.last_stage(context), "reason": "By phone"},
        ),
    ],
    "arrears.fee.waive": [("arrears.fee", "action_waive", {"reason": "Long illness"})],
    "arrears.handover.account": [
        (
            "arrears.handover",
            "action_account",
            {"reference": "S-1", "received_on": TODAY - WEEK, "amount_principal": 10.0},
        ),
    ],
    "arrears.handover.prepare": [
        (
            "arrears.case",
            "action_prepare_handover",
            lambda test, _context: {"collector_id": test.agency.id},
        ),
    ],
    "arrears.handover.return": [
        ("arrears.handover", "action_return", {}),
        ("arrears.handover", "action_recall", {}),
    ],
    "arrears.help": [("arrears.case", "action_help", {"able": "in_parts", "affordable": True})],
    "arrears.hold.close": [
        ("arrears.hold", "action_end", {"reason": "Solved"}),
        ("arrears.hold", "action_extend", {"until": TODAY + WEEK, "reason": "Not solved"}),
        ("arrears.hold", "action_undo", {"reason": "A mistake"}),
        ("arrears.hold.batch", "action_take_back", {"reason": "A mistake"}),
    ],
    "arrears.hold.place": [("arrears.case", "action_put_on_hold", {"reason": "Disputes it"})],
    "arrears.notice.receipt": [
        ("arrears.notice", "premium_arrears.arrears_notice_receipt_action", {"source": "By phone"}),
    ],
    "arrears.opening.letter": [
        (
            "arrears.notice",
            "premium_arrears.arrears_opening_letter_action",
            {"file": "JVBERi0xLjQ=", "file_name": "old.pdf"},
        ),
    ],
    "arrears.procedure.revise": [("arrears.procedure", "action_revise", {})],
    "arrears.run.execute": [("arrears.run", "action_open_execute", {"confirmed": True})],
    "arrears.withdraw": [
        ("arrears.notice", "action_open_withdraw", {"reason": "Wrong customer"}),
        ("arrears.run", "action_open_withdraw", {"reason": "Wrong day"}),
    ],
    "cis.registration.decide": [
        ("cis.registration", "action_open_refuse", {"reason": "Paid"}),
        ("cis.registration", "action_open_register", {"reference": "VM-2026-9"}),
    ],
    "insurance.rdw.tell": [("insurance.rdw.notice", "action_open_tell", {"reference": "RDW-1"})],
    "insurance.termination.decide": [
        ("insurance.termination", "action_open_decide refuse", {"reason": "Paid"}),
        ("insurance.termination", "action_open_decide withdraw", {"reason": "Paid"}),
    ],
}
