"""Suspension and revival of cover: 7:934 BW with 7:933 and BWBR0029531.

Days: cover stops at the start of the day that `suspends_on` gives and is back at the start of the
day that `resumes_on` gives. Nothing here ever works backwards.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from . import checks
from .calendar import ONE_DAY, next_day
from .notice import CONSEQUENCES, last_day_to_pay

LINES_OF_BUSINESS = frozenset(
    {
        "motor",
        "home",
        "contents",
        "liability",
        "legal",
        "travel",
        "health_basic",
        "health_extra",
        "life",
        "package",
        "other",
    }
)
PREMIUM_KINDS = frozenset({"first", "follow_up", "amendment"})
ROLES = frozenset({"intermediary", "authorised_agent", "insurer"})
MAY_SUSPEND = frozenset({"authorised_agent", "insurer"})
RESUMPTIONS = ("next_day", "hours_24")  # the milder one first
SUSPEND_AFTER = frozenset({"formal_notice", "final_notice"})


class Gap(NamedTuple):
    """Days without cover: from `start` up to, not including, `resume` (None: still open)."""

    start: date
    resume: date | None = None


@dataclass(frozen=True, slots=True)
class CoverRule:
    """What the conditions of an insurer make of 7:934 BW; as it stands here it is the law alone.

    A rule can only make a suspension later: `suspend_after` "final_notice" waits for the term of
    that notice too, `grace_days` are days more after the last day to pay. `resumption` "hours_24"
    gives cover again 24 hours after the money was credited, "next_day" from the day after.
    `resume_includes_costs`: the collection fee and the interest that are due count as well.
    """

    suspend_after: str = "formal_notice"
    grace_days: int = 0
    resumption: str = "next_day"
    resume_includes_costs: bool = False

    def __post_init__(self) -> None:
        checks.one_of(self.suspend_after, "suspend_after", SUSPEND_AFTER)
        checks.whole(self.grace_days, "grace_days")
        checks.one_of(self.resumption, "resumption", RESUMPTIONS)
        checks.flag(self.resume_includes_costs, "resume_includes_costs")


LAW_ALONE = CoverRule()


@dataclass(frozen=True, slots=True)
class SuspensionFacts:
    """One policy, one open premium and the notice about it.

    `notice_in_writing_allowed`: it went by post, or by e-mail under recorded consent.
    `last_day`: last day to pay that the notice gave, inclusive. `office_role`: who would decide.
    `final_last_day`: the same of the final notice about this premium; None: there is none.
    """

    line_of_business: str
    premium_kind: str
    due_date: date
    notice_sent_on: date | None
    notice_received_on: date | None
    notice_names_suspension: bool
    notice_in_writing_allowed: bool
    last_day: date | None
    amount_open: Decimal
    on_hold: bool
    arrangement_active: bool
    office_role: str
    rule: CoverRule = LAW_ALONE
    final_last_day: date | None = None

    def __post_init__(self) -> None:
        checks.one_of(self.line_of_business, "line_of_business", LINES_OF_BUSINESS)
        checks.one_of(self.premium_kind, "premium_kind", PREMIUM_KINDS)
        checks.one_of(self.office_role, "office_role", ROLES)
        checks.day(self.due_date, "due_date")
        for name in ("notice_sent_on", "notice_received_on", "last_day", "final_last_day"):
            checks.optional_day(getattr(self, name), name)
        for name in _FLAGS:
            checks.flag(getattr(self, name), name)
        checks.money(self.amount_open, "amount_open")
        names = ("notice_sent_on", "notice_received_on")
        checks.days_in_order(self.notice_sent_on, self.notice_received_on, names)
        if not isinstance(self.rule, CoverRule):
            raise TypeError(f"rule must be a CoverRule, not {type(self.rule).__name__}")


_FLAGS = (
    "notice_names_suspension",
    "notice_in_writing_allowed",
    "on_hold",
    "arrangement_active",
)
# Obstacles that go away by waiting: the notice holds, its suspension comes later.
LATER = frozenset({"final_notice", "grace"})


def suspension_blockers(facts: SuspensionFacts, on: date) -> tuple[str, ...]:
    """Return why cover may not be suspended on the day `on` (7:934 BW); empty: it may.

    Codes, in this order: health_basic, premium_kind (only a follow-up premium), office_role (an
    intermediary may only warn), notice_not_sent, notice_before_default, notice_silent (it does not
    name suspension), not_in_writing, not_received, no_term, term_too_short (under the 14 days with
    the Atw), term_running, final_notice (the rule waits for one whose term has passed), grace (days
    that the rule gives on top), nothing_open, on_hold, arrangement.
    """
    if not isinstance(facts, SuspensionFacts):
        raise TypeError(f"facts must be SuspensionFacts, not {type(facts).__name__}")
    checks.day(on, "on")
    found = {
        "health_basic": facts.line_of_business == "health_basic",
        "premium_kind": facts.premium_kind != "follow_up",
        "office_role": facts.office_role not in MAY_SUSPEND,
    }
    found |= _notice_blockers(facts, on)
    found |= _rule_blockers(facts, on)
    found |= {
        "nothing_open": not facts.amount_open,
        "on_hold": facts.on_hold,
        "arrangement": facts.arrangement_active,
    }
    return tuple(code for code, holds in found.items() if holds)


def _notice_blockers(facts: SuspensionFacts, on: date) -> dict[str, bool]:
    sent, received, last_day = facts.notice_sent_on, facts.notice_received_on, facts.last_day
    if sent is None:
        return {"notice_not_sent": True}
    least = last_day_to_pay(received) if received else None
    return {
        "notice_before_default": sent <= facts.due_date,
        "notice_silent": not facts.notice_names_suspension,
        "not_in_writing": not facts.notice_in_writing_allowed,
        "not_received": received is None,
        "no_term": last_day is None,
        "term_too_short": last_day is not None and least is not None and last_day < least,
        "term_running": last_day is not None and on <= last_day,
    }


def _rule_blockers(facts: SuspensionFacts, on: date) -> dict[str, bool]:
    rule, last_day, final = facts.rule, facts.last_day, facts.final_last_day
    if last_day is None or on <= last_day:
        return {}
    waits_for_final = rule.suspend_after == "final_notice" and (final is None or on <= final)
    first = earliest_suspension(last_day, rule, final)
    return {
        "final_notice": waits_for_final,
        "grace": not waits_for_final and first is not None and on < first,
    }


def earliest_suspension(
    last_day: date, rule: CoverRule = LAW_ALONE, final_last_day: date | None = None
) -> date | None:
    """Return the first day on which cover may stop under a rule, at its start.

    :param last_day: last day to pay of the notice that names the suspension (7:934 BW).
    :param final_last_day: last day to pay of the final notice, where the rule waits for one.
    :return: None while the rule waits for a final notice; never a day before the law's own.
    """
    first = next_day(last_day, "last_day")
    checks.optional_day(final_last_day, "final_last_day")
    if rule.suspend_after == "final_notice":
        if final_last_day is None:
            return None
        first = max(first, final_last_day + ONE_DAY)
    return first + rule.grace_days * ONE_DAY


def suspends_on(last_day: date, decided_on: date | None = None) -> date:
    """Return the first day without cover: the day after the last day to pay, never back-dated.

    :param decided_on: the day on which it is decided; a decision taken late works from that day.
    """
    first = next_day(last_day, "last_day")
    return max(first, checks.optional_day(decided_on, "decided_on") or first)


def mildest(rules: Iterable[CoverRule]) -> CoverRule:
    """Return a rule that is in each point the kindest to the customer of these; none: the law's.

    Used where two days tell two rules and a customer was told the earlier one.
    """
    found = list(rules)
    if not found:
        return LAW_ALONE
    waits = any(rule.suspend_after == "final_notice" for rule in found)
    return CoverRule(
        suspend_after="final_notice" if waits else "formal_notice",
        grace_days=max(rule.grace_days for rule in found),
        resumption=min((rule.resumption for rule in found), key=RESUMPTIONS.index),
        resume_includes_costs=all(rule.resume_includes_costs for rule in found),
    )


def resumes_on(credited_on: date) -> date:
    """Return the first day with cover again, at its start.

    :param credited_on: day on which the *last* overdue premium of the policy was credited to the
        creditor's account (6:114 lid 2 BW), not the day it was booked.
    """
    return next_day(credited_on, "credited_on")


def covered_on(gaps: Iterable[tuple[date, date | None]], day: date) -> bool:
    """Tell whether there was cover on a day: True when the day lies in none of the gaps.

    :param gaps: `Gap` or pairs (start, first covered day or None), in any order.
    :raises ValueError: when a gap ends before it starts.
    """
    checks.day(day, "day")
    return not any(_lies_in(day, *gap) for gap in gaps)


def _lies_in(day: date, start: date, resume: date | None) -> bool:
    checks.day(start, "start")
    checks.days_in_order(start, checks.optional_day(resume, "resume"), ("start", "resume"))
    return start <= day and (resume is None or day < resume)


def notice_names(consequences: Iterable[str], consequence: str = "suspension") -> bool:
    """Tell whether a notice names a consequence, given the codes of those it names."""
    named = {checks.one_of(word, "consequences", CONSEQUENCES) for word in consequences}
    return checks.one_of(consequence, "consequence", CONSEQUENCES) in named
