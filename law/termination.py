"""Ending a policy for non-payment (royement): 7:934, 7:938-7:940 BW.

A19 of docs/law.md: suspend first, and end only as the conditions say, with a period of notice and
an own letter. Ending is an act of two people, never of the machine: this module says what stands in
the way, from which day there is no insurance, and how much premium is no longer owed. Nothing here
ever works backwards.
"""

from collections.abc import Set
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_UP, Decimal
from typing import NamedTuple

from . import checks
from .calendar import NO_DAYS, ONE_DAY, add_months, extend_to_working_day
from .cover import LINES_OF_BUSINESS, MAY_SUSPEND, PREMIUM_KINDS, ROLES
from .notice import last_day_to_pay
from .parameters import TERMINATION_LEAST_DAYS, TERMINATION_NOTICE_MONTHS

MOST_MONTHS = 24


@dataclass(frozen=True, slots=True)
class TerminationFacts:
    """One policy, one open premium of its own, and the notice that announced the end.

    `notice_in_writing_allowed`: it went by post, or by e-mail under recorded consent. `last_day`:
    last day to pay that the notice gave, inclusive. `suspended_from`: first day of the suspension
    that still lasts. `on_hold`: any pause, the fresh term after it included. `payment_waits`: money
    of this debtor is not matched yet. `proposed_by`, `approved_by`: the two persons, by any name
    that tells them apart; empty: nobody yet.
    """

    line_of_business: str
    premium_kind: str
    office_role: str
    due_date: date
    amount_open: Decimal
    notice_sent_on: date | None
    notice_received_on: date | None
    notice_names_termination: bool
    notice_in_writing_allowed: bool
    last_day: date | None
    suspended_from: date | None
    conditions_name_ground: bool
    disputed: bool
    debt_help: bool
    on_hold: bool
    arrangement_active: bool
    payment_waits: bool
    proposed_by: str
    approved_by: str

    def __post_init__(self) -> None:
        checks.one_of(self.line_of_business, "line_of_business", LINES_OF_BUSINESS)
        checks.one_of(self.premium_kind, "premium_kind", PREMIUM_KINDS)
        checks.one_of(self.office_role, "office_role", ROLES)
        checks.day(self.due_date, "due_date")
        checks.money(self.amount_open, "amount_open")
        for name in ("notice_sent_on", "notice_received_on", "last_day", "suspended_from"):
            checks.optional_day(getattr(self, name), name)
        for name in _FLAGS:
            checks.flag(getattr(self, name), name)
        for name in ("proposed_by", "approved_by"):
            checks.text(getattr(self, name), name)
        names = ("notice_sent_on", "notice_received_on")
        checks.days_in_order(self.notice_sent_on, self.notice_received_on, names)


_FLAGS = (
    "notice_names_termination",
    "notice_in_writing_allowed",
    "conditions_name_ground",
    "disputed",
    "debt_help",
    "on_hold",
    "arrangement_active",
    "payment_waits",
)


def termination_blockers(facts: TerminationFacts, on: date) -> tuple[str, ...]:
    """Return why a policy may not be ended for non-payment on the day `on`; empty: it may.

    Codes, in this order: health_basic, premium_kind (only a follow-up premium), office_role (an
    intermediary can only ask the insurer), nothing_open, no_ground (the conditions do not name it),
    notice_not_sent, notice_before_default, notice_silent (it did not announce the end),
    not_in_writing, not_received, no_term, term_too_short (under the 14 days with the Atw),
    term_running, not_suspended (A19), disputed, debt_help, on_hold, arrangement, payment_waits,
    not_approved, same_person.
    """
    if not isinstance(facts, TerminationFacts):
        raise TypeError(f"facts must be TerminationFacts, not {type(facts).__name__}")
    checks.day(on, "on")
    suspended = facts.suspended_from
    found = {
        "health_basic": facts.line_of_business == "health_basic",
        "premium_kind": facts.premium_kind != "follow_up",
        "office_role": facts.office_role not in MAY_SUSPEND,
        "nothing_open": not facts.amount_open,
        "no_ground": not facts.conditions_name_ground,
        **_notice_blockers(facts, on),
        "not_suspended": suspended is None or suspended > on,
        "disputed": facts.disputed,
        "debt_help": facts.debt_help,
        "on_hold": facts.on_hold,
        "arrangement": facts.arrangement_active,
        "payment_waits": facts.payment_waits,
        "not_approved": not facts.approved_by,
        "same_person": bool(facts.approved_by) and facts.approved_by == facts.proposed_by,
    }
    return tuple(code for code, holds in found.items() if holds)


def _notice_blockers(facts: TerminationFacts, on: date) -> dict[str, bool]:
    sent, received, last_day = facts.notice_sent_on, facts.notice_received_on, facts.last_day
    if sent is None:
        return {"notice_not_sent": True}
    least = last_day_to_pay(received) if received else None
    return {
        "notice_before_default": sent <= facts.due_date,
        "notice_silent": not facts.notice_names_termination,
        "not_in_writing": not facts.notice_in_writing_allowed,
        "not_received": received is None,
        "no_term": last_day is None,
        "term_too_short": last_day is not None and least is not None and last_day < least,
        "term_running": last_day is not None and on <= last_day,
    }


def ends_on(
    received_on: date,
    months: int = TERMINATION_NOTICE_MONTHS,
    days: int = 0,
    extra_holidays: Set[date] = NO_DAYS,
) -> date:
    """Return the first day without insurance, for a letter that was received on a day.

    The period of notice begins on the day after receipt. 7:940 lid 3 BW has two months; where the
    conditions say less, 14 days are left all the same, so that paying can still prevent the end.
    A period whose last day is a Saturday, Sunday or recognised holiday goes on (Atw art. 1).

    :param months: whole months of notice, 0 where the conditions count in days or end at once.
    :param days: days of notice on top of the months.
    :param extra_holidays: decreed holidays, `parameters.DECREED_HOLIDAYS` or the office's own list.
    """
    checks.day(received_on, "received_on")
    if checks.whole(months, "months") > MOST_MONTHS:
        raise ValueError(f"months must be at most {MOST_MONTHS}, but is {months}")
    checks.whole(days, "days")
    checks.day_set(extra_holidays, "extra_holidays")
    last = add_months(received_on, months) + timedelta(days=days)
    least = received_on + timedelta(days=TERMINATION_LEAST_DAYS)
    return extend_to_working_day(max(last, least), extra_holidays) + ONE_DAY


def term_around(start: date, months: int, day: date) -> tuple[date, date]:
    """Return the first and last day of the premium term that a day lies in.

    Terms follow each other from the start of the policy; a day before it gives the first term.

    :param start: first day of the policy.
    :param months: length of a term: 1, 3, 6 or 12.
    """
    checks.day(start, "start")
    checks.day(day, "day")
    checks.whole(months, "months", 1)
    count = max((day.year - start.year) * 12 + day.month - start.month, 0) // months
    # In the month itself the day decides; a short month can move the first day forward.
    while count and add_months(start, count * months) > day:
        count -= 1
    first = add_months(start, count * months)
    return first, add_months(start, (count + 1) * months) - ONE_DAY


def unused_premium(premium: Decimal, term_start: date, term_end: date, ended_on: date) -> Decimal:
    """Return how much of a term's premium is no longer owed when the policy ends (7:939 BW).

    In proportion to the days, rounded up to the cent: in the customer's favour. Days on which the
    cover was suspended stay owed.

    :param term_start: first day of the term.
    :param term_end: last day of the term, inclusive.
    :param ended_on: first day without insurance; after the term: nothing is left over.
    """
    checks.money(premium, "premium")
    checks.day(term_start, "term_start")
    checks.day(term_end, "term_end")
    checks.days_in_order(term_start, term_end, ("term_start", "term_end"))
    checks.day(ended_on, "ended_on")
    total = (term_end - term_start).days + 1
    left = (term_end - max(ended_on, term_start)).days + 1
    if left <= 0:
        return checks.ZERO
    return (premium * left / total).quantize(checks.CENT, ROUND_UP)


class Reduction(NamedTuple):
    """What a term is cheaper by: taken off what is unpaid of it first, the rest paid back."""

    unused: Decimal
    off_unpaid: Decimal
    refund: Decimal


def reduce_premium(
    premium: Decimal, unpaid: Decimal, term_start: date, term_end: date, ended_on: date
) -> Reduction:
    """Return how the unused premium of a term is divided over what is unpaid and what comes back.

    :param unpaid: what is open of this premium, at most the premium itself.
    """
    if checks.money(unpaid, "unpaid") > checks.money(premium, "premium"):
        raise ValueError(f"unpaid must be at most the premium {premium}, but is {unpaid}")
    unused = unused_premium(premium, term_start, term_end, ended_on)
    off = min(unused, unpaid)
    return Reduction(unused, off, unused - off)


def refund_of_unused_premium(
    premium: Decimal,
    term_start: date,
    term_end: date,
    ended_on: date,
    unpaid: Decimal = checks.ZERO,
) -> Decimal:
    """Return what the customer gets back of a term's premium when the policy ends in it.

    Nothing when the term was not paid: then the unpaid premium is lower instead, see
    `reduce_premium`.
    """
    return reduce_premium(premium, unpaid, term_start, term_end, ended_on).refund
