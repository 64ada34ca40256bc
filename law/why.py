"""The codes of the law in a sentence a lay person understands, in Dutch and in English.

The stored "why" is a code with plain strings; this turns it into words when it is shown or printed.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from . import checks
from .collection_fee import FeeResult
from .facts import Decision

LANGUAGES = ("nl", "en")
MONTHS = {
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
    "en": "January February March April May June July August September October November December",
}

# code: (Dutch, English); {amount}, {total_open} and {claims} are filled in.
FEE_RULES: Mapping[str, tuple[str, str]] = {
    "nothing_open": (
        "Er staat niets open, dus er zijn geen incassokosten.",
        "Nothing is open, so there is no collection fee.",
    ),
    "tariff": (
        "Wettelijk tarief over {total_open}: {amount} (Besluit incassokosten, art. 2).",
        "Statutory tariff over {total_open}: {amount} (Dutch collection costs decree, art. 2).",
    ),
    "first": (
        "Eerste aanmaning in zes maanden voor deze polis: {amount} (art. 6:96 lid 8 BW).",
        "First reminder in six months for this policy: {amount} (art. 6:96(8) Civil Code).",
    ),
    "following": (
        "Volgende aanmaning binnen zes maanden voor deze polis: {amount} (art. 6:96 lid 8 BW).",
        "Next reminder within six months for this policy: {amount} (art. 6:96(8) Civil Code).",
    ),
    "cap": (
        "Het maximum voor zes maanden is bereikt; deze aanmaning kost nog {amount}.",
        "The maximum for six months has been reached; this reminder costs {amount}.",
    ),
    "highest_single": (
        "{claims} termijnen van één polis in één brief: alleen het hoogste bedrag telt, {amount}.",
        "{claims} instalments of one policy in one letter: only the highest fee counts, {amount}.",
    ),
    "one_low_fee": (
        "Meer polissen in één brief, samen {total_open}: één keer {amount}.",
        "Several policies in one letter, together {total_open}: {amount} once.",
    ),
    "sum_tariff": (
        "Meer polissen opgeteld tot {total_open}: tarief {amount} (art. 6:96 lid 7 BW).",
        "Several policies added up to {total_open}: tariff {amount} (art. 6:96(7) Civil Code).",
    ),
    "separate_fees": (
        "Meer polissen in één brief, nooit duurder dan losse brieven: {amount}.",
        "Several policies in one letter, never dearer than separate letters: {amount}.",
    ),
    "business": (
        "Zakelijke polis: tarief over {total_open}, {amount} (art. 6:96 lid 4 BW).",
        "Business policy: tariff over {total_open}, {amount} (art. 6:96(4) Civil Code).",
    ),
    "business_agreed": (
        "Zakelijke polis: {amount}, ook zonder aanmaning (art. 6:96 lid 4 BW).",
        "Business policy: {amount}, also without a reminder (art. 6:96(4) Civil Code).",
    ),
    "taken_over": (
        "Overgenomen uit een eerder systeem: {amount}. Hoe dat is berekend, kon niet worden "
        "nagegaan; het is niet meer dan de wet toestaat over {total_open}.",
        "Taken over from an earlier system: {amount}. How it was reckoned could not be checked; "
        "it is no more than the law allows over {total_open}.",
    ),
}

# code: (Dutch, English); {day} is the first day on which the step may be taken.
LADDER_REASONS: Mapping[str, tuple[str, str]] = {
    "nothing_open": ("Er staat niets meer open.", "Nothing is open any more."),
    "handed_over": ("Een incassopartner int dit.", "A collector collects this."),
    "on_hold": ("Het dossier is gepauzeerd.", "The case is on hold."),
    "arrangement": ("Er loopt een betalingsregeling.", "A payment arrangement is running."),
    "left_alone": (
        "Een collega houdt deze factuur buiten de aanmaningen.",
        "A colleague keeps this invoice out of the reminders.",
    ),
    "waiting_for_delivery": (
        "Een brief is nog onderweg.",
        "A notice is still under way.",
    ),
    "below_minimum": (
        "Het bedrag is te laag voor de volgende stap.",
        "The amount is too low for the next step.",
    ),
    "ladder_done": ("Alle stappen zijn gezet.", "All steps have been taken."),
    "not_due": ("De stap kan vanaf {day}.", "The step can be taken from {day}."),
    "waiting_for_term": (
        "De termijn van de vorige brief loopt; de stap kan vanaf {day}.",
        "The term of the last notice is running; the step can be taken from {day}.",
    ),
    "quiet_days": (
        "Er is pas contact geweest; de stap kan vanaf {day}.",
        "The customer was contacted recently; the step can be taken from {day}.",
    ),
    "fresh_term": (
        "Na de pauze loopt een nieuwe termijn; de stap kan vanaf {day}.",
        "A fresh term runs after the hold; the step can be taken from {day}.",
    ),
    "due": ("De stap kan sinds {day}.", "The step can be taken since {day}."),
    "notice_failed": (
        "De vorige brief is niet aangekomen; de stap wordt overgedaan.",
        "The last notice did not arrive; the step is taken again.",
    ),
    "notice_withdrawn": (
        "De vorige brief is ingetrokken; de stap wordt overgedaan.",
        "The last notice was withdrawn; the step is taken again.",
    ),
}


def euros(amount: Decimal, language: str) -> str:
    """Return an amount as people write it: "€ 1.234,50" in Dutch, "€1,234.50" in English."""
    plain = f"{checks.money(amount, 'amount'):,.2f}"
    if checks.one_of(language, "language", LANGUAGES) == "en":
        return f"€{plain}"
    return "€ " + plain.translate(str.maketrans(",.", ".,"))


def long_date(day: date, language: str) -> str:
    """Return a day as people write it: "4 november 2026" or "4 November 2026"."""
    months = MONTHS[checks.one_of(language, "language", LANGUAGES)].split()
    return f"{checks.day(day, 'day').day} {months[day.month - 1]} {day.year}"


def fee_sentence(result: FeeResult, language: str) -> str:
    """Return why a letter's fee is what it is, in one sentence.

    :param language: "nl" or "en".
    :raises ValueError: for another language, or a rule that has no sentence.
    """
    if not isinstance(result, FeeResult):
        raise TypeError(f"result must be a FeeResult, not {type(result).__name__}")
    return _sentence(FEE_RULES, result.rule, language).format(
        amount=euros(result.amount, language),
        total_open=euros(Decimal(result.inputs["total_open"]), language),
        claims=result.inputs["claims"],
    )


def decision_sentence(decision: Decision, language: str) -> str:
    """Return why a step comes when it comes, in one sentence; `language` is "nl" or "en"."""
    if not isinstance(decision, Decision):
        raise TypeError(f"decision must be a Decision, not {type(decision).__name__}")
    sentence = _sentence(LADDER_REASONS, decision.reason, language)
    return sentence.format(day=long_date(decision.day, language) if decision.day else "")


def _sentence(table: Mapping[str, tuple[str, str]], code: str, language: str) -> str:
    checks.one_of(language, "language", LANGUAGES)
    return table[checks.one_of(code, "code", table)][LANGUAGES.index(language)]
