"""The 14-day letter: when it arrives, when its term ends, and what it must contain.

6:96 lid 6 BW (collection fee) and 7:934 BW (suspension, termination) use the same words, so one
notice can serve both when it names both consequences. Codes only; the texts are templates.
"""

import re
from collections.abc import Set
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from . import checks
from .calendar import NO_DAYS, ONE_DAY, extend_to_working_day, holidays_of, next_day
from .parameters import POST_LAGS, TERM_DAYS, in_force

CHANNELS = frozenset({"post", "email"})
SUNDAY, MONDAY = 6, 0


def assumed_receipt(
    sent_on: date, channel: str, safety_days: int = 0, extra_holidays: Set[date] = NO_DAYS
) -> date:
    """Return the day on which a notice is taken to have arrived (3:37 lid 3 BW).

    E-mail: the next day. Post: one delivery day later, two since 1 July 2026, three since 1 July
    2027; delivery days are Tuesday to Saturday without recognised holidays.

    :param channel: "post" or "email".
    :param safety_days: days the office adds to be sure (delivery days for post).
    :param extra_holidays: decreed holidays, `parameters.DECREED_HOLIDAYS` or the office's own list.
    """
    checks.day(sent_on, "sent_on")
    checks.one_of(channel, "channel", CHANNELS)
    checks.whole(safety_days, "safety_days")
    checks.day_set(extra_holidays, "extra_holidays")
    if channel == "email":
        return sent_on + timedelta(days=1 + safety_days)
    lag = in_force(POST_LAGS, sent_on, "post lag").value + safety_days
    return _add_delivery_days(sent_on, lag, extra_holidays)


def _add_delivery_days(day: date, count: int, extra_holidays: Set[date]) -> date:
    while count:
        day += ONE_DAY
        closed = day.weekday() in (SUNDAY, MONDAY) or day in holidays_of(day.year)
        count -= not (closed or day in extra_holidays)
    return day


def receipt(
    sent_on: date,
    channel: str,
    proven_on: date | None = None,
    returned: bool = False,
    safety_days: int = 0,
    extra_holidays: Set[date] = NO_DAYS,
) -> date | None:
    """Return the day of receipt that counts, or None when there was none.

    A returned letter or bounced mail was not received, so no term runs. Proof (registered post,
    a portal read receipt) goes before the assumption.

    :raises ValueError: when `proven_on` lies before `sent_on`.
    """
    checks.optional_day(proven_on, "proven_on")
    assumed = assumed_receipt(sent_on, channel, safety_days, extra_holidays)
    checks.days_in_order(sent_on, proven_on, ("sent_on", "proven_on"))
    if checks.flag(returned, "returned"):
        return None
    return proven_on or assumed


def last_day_to_pay(
    received_on: date, days: int = TERM_DAYS, extra_holidays: Set[date] = NO_DAYS
) -> date:
    """Return the last day, inclusive, on which payment is in time.

    14 days that begin on the day after receipt; a last day on a Saturday, Sunday or recognised
    holiday moves to the next day that is none (Atw art. 1). Consequences start the day after.

    :param days: a longer term is allowed, a shorter one raises ValueError.
    :param extra_holidays: decreed holidays, `parameters.DECREED_HOLIDAYS` or the office's own list;
        without them a term can end on such a day, as on 7 May 2027.
    """
    checks.day(received_on, "received_on")
    checks.whole(days, "days", TERM_DAYS)
    checks.day_set(extra_holidays, "extra_holidays")
    return extend_to_working_day(received_on + timedelta(days=days), extra_holidays)


def first_day_after_term(last_day: date) -> date:
    """Return the first day on which an unpaid notice has consequences."""
    return next_day(last_day, "last_day")


_NUMBERS = {"veertien": 14, "vijftien": 15, "fourteen": 14, "fifteen": 15}
_COUNT = rf"(\d{{1,3}}|{'|'.join(_NUMBERS)})"
_NOTICE = r"(?:deze|dit|this) (?:brief|aanmaning|bericht|e-mail|letter|notice|message|email)"
_ARRIVED_NL = (
    rf"(?:{_NOTICE} bij u (?:is )?bezorgd(?: is)?|"
    rf"u {_NOTICE} (?:heeft |hebt )?ontvangen(?: heeft| hebt)?)"
)
_ARRIVED_EN = (
    rf"(?:{_NOTICE} (?:was|is|has been) delivered(?: to you)?|you (?:receive|received) {_NOTICE})"
)
# The term counted from the day after receipt (14 days), and from receipt itself (15 days).
_FROM_NEXT_DAY = (
    re.compile(rf"binnen {_COUNT} dagen vanaf de dag nadat {_ARRIVED_NL}"),
    re.compile(
        rf"within {_COUNT} days,? (?:starting|counted|counting) (?:from|on) the day after"
        rf"(?: the day on which)? {_ARRIVED_EN}"
    ),
)
_FROM_RECEIPT = (
    re.compile(rf"binnen {_COUNT} dagen nadat {_ARRIVED_NL}"),
    re.compile(rf"within {_COUNT} days after {_ARRIVED_EN}"),
)
_FORBIDDEN = re.compile(
    r"na heden|vanaf heden|na vandaag|vanaf vandaag|dagtekening|na (?:de )?datum|"
    r"na verzending|from today|of today|after today|"
    r"(?:from|after|of) (?:the )?(?:date|day) of (?:this|dispatch|sending)|"
    r"date of (?:this|the) (?:letter|notice|e-?mail)"
)


def term_wording_allowed(text: str) -> bool:
    """Tell whether a text states the term of payment in words that courts accept.

    Good is a term of at least 14 days from the day after receipt, or of at least 15 days after
    receipt; a term that runs from today or from the date of the letter is bad, even beside a good
    one, and so is a text with no such term at all (HR 25-11-2016, ECLI:NL:HR:2016:2704). Dutch and
    English are read; line breaks and capitals do not matter.

    :param text: the sentence or sentences about the term, not the whole letter.
    """
    plain = " ".join(checks.text(text, "text").lower().split())
    terms = [(p, TERM_DAYS) for p in _FROM_NEXT_DAY] + [(p, TERM_DAYS + 1) for p in _FROM_RECEIPT]
    lengths = [
        (_NUMBERS.get(found) or int(found), least)
        for pattern, least in terms
        for found in pattern.findall(plain)
    ]
    long_enough = all(days >= least for days, least in lengths)
    return bool(lengths) and long_enough and not _FORBIDDEN.search(plain)


CONSEQUENCES = frozenset({"fee", "suspension", "termination", "cis", "handover"})


@dataclass(frozen=True, slots=True)
class NoticeContent:
    """What a notice says, to be checked by `missing_parts` before it goes out.

    `consequences` are the ones it names; `fee` is the amount it states (None: only a percentage or
    nothing), `fee_allowed` the amount that the law allows today; `vat` the VAT amount it states
    (None: it claims no VAT). `latest_due_date` is the due date of the newest item in it.
    `collector_registration` is None when the creditor collects itself.
    """

    sent_on: date
    latest_due_date: date
    channel: str
    creditor: str
    principal: Decimal
    principal_stated: bool
    specified: bool
    term_text: str
    consequences: frozenset[str]
    fee: Decimal | None = None
    fee_allowed: Decimal | None = None
    says_free_in_time: bool = False
    vat: Decimal | None = None
    vat_reason_declared: bool = False
    electronic_consent: bool = False
    by_collector: bool = False
    collector_registration: str = ""
    motor: bool = False
    names_rdw: bool = False

    def __post_init__(self) -> None:
        checks.day(self.sent_on, "sent_on")
        checks.day(self.latest_due_date, "latest_due_date")
        checks.one_of(self.channel, "channel", CHANNELS)
        for name in ("creditor", "term_text", "collector_registration"):
            checks.text(getattr(self, name), name)
        checks.money(self.principal, "principal")
        for name in ("fee", "fee_allowed", "vat"):
            if getattr(self, name) is not None:
                checks.money(getattr(self, name), name)
        for name in _FLAGS:
            checks.flag(getattr(self, name), name)
        for word in self.consequences:
            checks.one_of(word, "consequences", CONSEQUENCES)


_FLAGS = (
    "principal_stated",
    "specified",
    "says_free_in_time",
    "vat_reason_declared",
    "electronic_consent",
    "by_collector",
    "motor",
    "names_rdw",
)


def missing_parts(notice: NoticeContent) -> tuple[str, ...]:
    """Return the codes of what a notice lacks for what it threatens with; empty: it is valid.

    Always: creditor, principal, specification, term_wording, consequence (it names none),
    not_after_due_date, and registration for a collector (Wki art. 11). With the fee (6:96 lid 6):
    fee_amount, fee_too_high, free_if_paid_in_time, vat_declaration. With suspension or termination
    (7:934, 7:933 and BWBR0029531): electronic_consent, and rdw for a motor policy.
    """
    if not isinstance(notice, NoticeContent):
        raise TypeError(f"notice must be a NoticeContent, not {type(notice).__name__}")
    found = _missing_always(notice)
    if "fee" in notice.consequences:
        found |= _missing_for_fee(notice)
    if notice.consequences & {"suspension", "termination"}:
        found |= _missing_for_cover(notice)
    return tuple(code for code, lacks in found.items() if lacks)


def _missing_always(notice: NoticeContent) -> dict[str, bool]:
    return {
        "creditor": not notice.creditor.strip(),
        "principal": not (notice.principal_stated and notice.principal),
        "specification": not notice.specified,
        "term_wording": not term_wording_allowed(notice.term_text),
        "consequence": not notice.consequences,
        "not_after_due_date": notice.sent_on <= notice.latest_due_date,
        "registration": notice.by_collector and not notice.collector_registration.strip(),
    }


def _missing_for_fee(notice: NoticeContent) -> dict[str, bool]:
    stated, allowed = notice.fee, notice.fee_allowed
    return {
        "fee_amount": stated is None,
        "fee_too_high": stated is not None and allowed is not None and stated > allowed,
        "free_if_paid_in_time": not notice.says_free_in_time,
        "vat_declaration": bool(notice.vat) and not notice.vat_reason_declared,
    }


def _missing_for_cover(notice: NoticeContent) -> dict[str, bool]:
    return {
        "electronic_consent": notice.channel == "email" and not notice.electronic_consent,
        "rdw": notice.motor and not notice.names_rdw,
    }
