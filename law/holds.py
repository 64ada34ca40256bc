"""Holds: what each kind of pause stops, how long it lasts, and what is kept of it.

Promise 7 is the base of every kind: no notice, fee, suspension, hand-over, termination or CIS while
it lasts, and a fresh term after it. Paying is never stopped: the customer's pay link works.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from . import checks
from .calendar import ONE_DAY, add_months

SCOPES = ("debtor", "case", "policy", "item")
# What every hold stops (promise 7), in the order in which it is told.
BASE = ("notices", "fees", "suspension", "handover", "termination", "cis")
# What some kinds stop as well.
BESIDE = ("calls", "advance", "interest")


@dataclass(frozen=True, slots=True)
class KindRule:
    """What one kind of hold means.

    `scope`: what it covers unless somebody says otherwise. `private`: only the group for debt help
    sees it. `ends_itself`: its last day ends it; else only a person does, and a day that is given
    is a day to look again. `may_be_open`: it may be without a last day. `review_days`: days after
    which somebody looks again at one without a last day. `beside`: what it stops besides `BASE`.
    """

    scope: str
    private: bool
    ends_itself: bool
    may_be_open: bool
    review_days: int
    beside: frozenset[str]


_ALL = frozenset(BESIDE)
_QUIET = frozenset({"calls", "advance"})

# Debt help and insolvency end by a person only (docs/law.md, debt help): a plan that is late is no
# reason to write to somebody who is being helped. They, and a death, are about the person: they
# cover all that the debtor owes, also what comes later. No interest from a ruling on (art. 128 and
# 303 Faillissementswet: what runs later cannot be claimed from the estate, nor in a WSNP); for
# debt help, a death and a disaster that is the office's own kindness, and for a deferral it follows
# from the agreement: who was given time is not in default in that time (art. 6:81 BW).
# Review: debt helpers aim at a first talk in four weeks; heirs have about three months to decide
# (art. 4:185 BW); the trustee's reports come each half year or so.
KINDS: Mapping[str, KindRule] = {
    "dispute": KindRule("case", False, True, True, 14, _QUIET),
    "debt_help": KindRule("debtor", True, False, True, 28, _ALL),
    "deferral": KindRule("case", False, True, False, 14, frozenset({"calls", "interest"})),
    "deceased": KindRule("debtor", False, False, True, 90, _ALL),
    "insolvency": KindRule("debtor", True, False, True, 180, _ALL),
    "disaster": KindRule("debtor", False, True, False, 28, _ALL),
    "other": KindRule("case", False, True, True, 28, _QUIET),
}
PRIVATE = frozenset(kind for kind, rule in KINDS.items() if rule.private)


def rule(kind: str) -> KindRule:
    """Return what a kind of hold means; raises ValueError for an unknown kind."""
    return KINDS[checks.one_of(kind, "kind", KINDS)]


def stops(kind: str) -> tuple[str, ...]:
    """Return the codes of all that a kind of hold stops, in the order in which it is told."""
    beside = rule(kind).beside
    return (*BASE, *(code for code in BESIDE if code in beside))


def kinds_that_stop(code: str) -> frozenset[str]:
    """Return the kinds of hold that stop something, such as "advance".

    :raises ValueError: for a code that is neither of `BASE` nor of `BESIDE`.
    """
    checks.one_of(code, "code", (*BASE, *BESIDE))
    return frozenset(kind for kind in KINDS if code in stops(kind))


def last_day(kind: str, given: date | None) -> date | None:
    """Return the last day of a new hold for which somebody gave a day.

    Of a kind that only a person ends it is None: the day given is one to look again.
    """
    checks.optional_day(given, "given")
    return given if rule(kind).ends_itself else None


def review_on(kind: str, start: date, given: date | None = None) -> date | None:
    """Return when somebody looks again at a hold: None for one that ends by itself on its day.

    :param start: day from which to count: its first day, or the day of the last look.
    :param given: the day that somebody gave with it.
    """
    known = rule(kind)
    counted = checks.day(start, "start") + timedelta(days=known.review_days)
    checks.days_in_order(start, checks.optional_day(given, "given"), ("start", "given"))
    if given is not None:
        return None if known.ends_itself else given
    return counted


def free_stretches(
    first: date, last: date, pauses: Sequence[tuple[date, date | None]]
) -> tuple[tuple[date, date], ...]:
    """Return the days from `first` up to and including `last` that no pause covers.

    :param pauses: (first day, last day) of each, inclusive; None: it has not ended.
    :return: stretches of (first day, last day), in order; none when all days are covered.
    """
    checks.days_in_order(checks.day(first, "first"), checks.day(last, "last"), ("first", "last"))
    stretches, start = [], first
    for begin, end in sorted(pauses, key=lambda pause: checks.day(pause[0], "pauses")):
        checks.days_in_order(begin, checks.optional_day(end, "pauses"), ("begin", "end"))
        if start > last or begin > last:
            break
        if begin > start:
            stretches.append((start, begin - ONE_DAY))
        start = max(start, last + ONE_DAY if end is None else end + ONE_DAY)
    if start <= last:
        stretches.append((start, last))
    return tuple(stretches)


def may_be_undone(placed_on: date, on: date) -> bool:
    """Tell whether a hold can be taken back as if it never was: on the day it was placed only.

    Later the customer may have counted on it; then it ends, and a fresh term follows.
    """
    checks.days_in_order(
        checks.day(placed_on, "placed_on"), checks.day(on, "on"), ("placed_on", "on")
    )
    return on == placed_on


def erased_on(end: date, months: int) -> date:
    """Return the day on which what is private of a hold is deleted; its days stay as evidence.

    GDPR art. 5(1)(e): kept no longer than needed. :param months: the office's own choice, 0 too.
    """
    return add_months(checks.day(end, "end"), checks.whole(months, "months")) + ONE_DAY
