"""Was there cover on a day? The answer for the claims desk, with its reason and its dates.

Follows 7:934 BW (suspension after a notice), WAM 13 (injured third parties) and the policy
conditions: of a first premium, of an amendment and of a resumption that works after 24 hours they
decide, so such a day is answered with what is known and what has to be looked up.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from . import checks
from .calendar import ONE_DAY
from .cover import MAY_SUSPEND, PREMIUM_KINDS, ROLES
from .motor import liability_ends_on

NO_COVER = ("not_started", "ended", "suspended")
# There was cover as far as this office can tell; somebody has to look at more than days.
LOOK_FURTHER = (
    "insurer_decides",
    "first_premium_open",
    "amendment_premium_open",
    "covered_hour_counts",
)
CODES = (*NO_COVER, *LOOK_FURTHER, "term_passed", "at_risk", "covered")


@dataclass(frozen=True, slots=True)
class Suspension:
    """Days without cover: from `start` up to, not including, `resume` (None: not resumed yet).

    `hour_counts`: under these conditions cover is back 24 hours after the payment, so on the day
    `resume` the hour counts. `told_on`: the day RDW was told. `key`: the caller's own name for it.
    """

    start: date
    resume: date | None = None
    hour_counts: bool = False
    told_on: date | None = None
    key: str = ""

    def __post_init__(self) -> None:
        checks.day(self.start, "start")
        checks.optional_day(self.resume, "resume")
        checks.optional_day(self.told_on, "told_on")
        checks.days_in_order(self.start, self.resume, ("start", "resume"))
        checks.flag(self.hour_counts, "hour_counts")

    def holds(self, day: date) -> bool:
        """Tell whether `day` is a day without cover; a suspension taken back holds none."""
        return self.start <= day and (self.resume is None or day < self.resume)


@dataclass(frozen=True, slots=True)
class Warned:
    """A notice that named suspension for a follow-up premium of this policy.

    `last_day`: last day to pay, inclusive. `paid_on`: the day the premium was credited, None: open.
    """

    sent_on: date
    last_day: date
    paid_on: date | None = None
    key: str = ""

    def __post_init__(self) -> None:
        checks.day(self.sent_on, "sent_on")
        checks.day(self.last_day, "last_day")
        checks.optional_day(self.paid_on, "paid_on")


@dataclass(frozen=True, slots=True)
class Premium:
    """A premium of this policy: its kind, the last day to pay in time, and when it was credited."""

    kind: str
    due_date: date
    paid_on: date | None = None

    def __post_init__(self) -> None:
        checks.one_of(self.kind, "kind", PREMIUM_KINDS)
        checks.day(self.due_date, "due_date")
        checks.optional_day(self.paid_on, "paid_on")


@dataclass(frozen=True, slots=True)
class PolicyFacts:
    """One policy. `end` is its first day without cover; `vehicle`: compulsory motor liability.

    `office_role` tells who decides about cover: an intermediary does not. `end_told_on`: the day
    RDW was told of the end.
    """

    start: date | None
    end: date | None
    office_role: str
    suspensions: tuple[Suspension, ...] = ()
    warnings: tuple[Warned, ...] = ()
    premiums: tuple[Premium, ...] = ()
    vehicle: bool = False
    end_told_on: date | None = None

    def __post_init__(self) -> None:
        for name in ("start", "end", "end_told_on"):
            checks.optional_day(getattr(self, name), name)
        if self.start:
            checks.days_in_order(self.start, self.end, ("start", "end"))
        checks.one_of(self.office_role, "office_role", ROLES)
        checks.flag(self.vehicle, "vehicle")


@dataclass(frozen=True, slots=True)
class Liability:
    """What injured third parties may still claim of the insurer of a vehicle (WAM 13 lid 4).

    `until`: last day, inclusive; None: no end in sight, since RDW was not told. `on_day`: whether
    the day that was asked about is among them.
    """

    until: date | None
    on_day: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """`code` is the reason that counts first, `also` holds the others, in the order of CODES.

    `first` and `last` are the stretch of equal days around the day, inclusive; None: no limit is
    known. `suspension`, `warned` and `premium` are the facts that the code rests on.
    """

    code: str
    covered: bool
    certain: bool
    first: date | None
    last: date | None
    also: tuple[str, ...] = ()
    suspension: Suspension | None = None
    warned: Warned | None = None
    premium: Premium | None = None
    liability: Liability | None = None


@dataclass(frozen=True, slots=True)
class Stretch:
    """Equal days, both ends inclusive. `kind`: "covered", "suspended", or "none" (did not run)."""

    first: date
    last: date
    kind: str


def answer(facts: PolicyFacts, day: date) -> Answer:
    """Return whether a policy gave cover on a day, and why.

    Codes of no cover: not_started, ended, suspended. Codes of cover that need a further look:
    insurer_decides (a notice named suspension and its term passed unpaid, but this office does not
    decide), first_premium_open and amendment_premium_open (overdue on that day: the policy
    conditions say whether that cover had begun), covered_hour_counts (the day of a resumption after
    24 hours). Codes of cover: term_passed (the term of a notice ended unpaid, and no suspension
    followed yet), at_risk (such a term was running), covered.

    :param facts: what is known of the policy; nothing in it depends on the day.
    :raises TypeError, ValueError: for anything but facts and a day.
    """
    if not isinstance(facts, PolicyFacts):
        raise TypeError(f"facts must be PolicyFacts, not {type(facts).__name__}")
    checks.day(day, "day")
    if code := _no_cover(facts, day):
        return _answer_no(facts, day, code)
    first, last = _stretch_of_cover(facts, day)
    warned = _warned_on(facts, day)
    resumed = _resumed_by_hour(facts, day)
    premiums = _open_premiums(facts, day)
    holding = set(premiums)
    if resumed:
        holding.add("covered_hour_counts")
    if warned:
        holding.add(_code_of(warned, facts, day))
    codes = [code for code in CODES if code in holding] or ["covered"]
    return Answer(
        code=codes[0],
        covered=True,
        certain=codes[0] not in LOOK_FURTHER,
        first=first,
        last=last,
        also=tuple(codes[1:]),
        suspension=resumed,
        warned=warned,
        premium=next((premiums[code] for code in codes if code in premiums), None),
    )


def stretches(facts: PolicyFacts, first: date, last: date) -> tuple[Stretch, ...]:
    """Return the days from `first` up to and including `last` as stretches of equal days, in order.

    :raises ValueError: when `last` comes before `first`.
    """
    checks.day(first, "first")
    checks.days_in_order(first, checks.day(last, "last"), ("first", "last"))
    edges = {first}
    for day in (facts.start, facts.end, *_edges_of(facts.suspensions)):
        if day is not None and first < day <= last:
            edges.add(day)
    found: list[Stretch] = []
    starts = sorted(edges)
    for begin, following in zip(starts, [*starts[1:], last + ONE_DAY], strict=True):
        code = _no_cover(facts, begin)
        kind = "covered" if not code else "suspended" if code == "suspended" else "none"
        if found and found[-1].kind == kind:
            begin = found.pop().first
        found.append(Stretch(begin, following - ONE_DAY, kind))
    return tuple(found)


def _edges_of(suspensions: Iterable[Suspension]) -> Iterable[date | None]:
    for suspension in suspensions:
        yield suspension.start
        yield suspension.resume


def _no_cover(facts: PolicyFacts, day: date) -> str:
    """Return why there was no cover at all, or nothing."""
    if facts.start is not None and day < facts.start:
        return "not_started"
    if facts.end is not None and day >= facts.end:
        return "ended"
    return "suspended" if _suspension_on(facts, day) else ""


def _suspension_on(facts: PolicyFacts, day: date) -> Suspension | None:
    return next((one for one in facts.suspensions if one.holds(day)), None)


def _answer_no(facts: PolicyFacts, day: date, code: str) -> Answer:
    suspension = _suspension_on(facts, day) if code == "suspended" else None
    first: date | None = None
    last: date | None = None
    if suspension:
        ends = [end for end in (suspension.resume, facts.end) if end is not None]
        first, last = suspension.start, min(ends) - ONE_DAY if ends else None
    elif code == "ended":
        first = facts.end
    elif facts.start is not None:
        last = facts.start - ONE_DAY
    return Answer(
        code=code,
        covered=False,
        certain=True,
        first=first,
        last=last,
        suspension=suspension,
        liability=_liability(facts, day, code, suspension),
    )


def _liability(
    facts: PolicyFacts, day: date, code: str, suspension: Suspension | None
) -> Liability | None:
    """Return what third parties may claim; a policy that ended while suspended counts from then."""
    if not facts.vehicle or code == "not_started":
        return None
    ends: list[date | None] = []
    if code == "ended" and facts.end is not None:
        ends.append(liability_ends_on(facts.end, facts.end_told_on))
        suspension = _suspension_on(facts, facts.end - ONE_DAY)
    if suspension:
        ends.append(liability_ends_on(suspension.start, suspension.told_on))
    known = [end for end in ends if end is not None]
    until = min(known, default=None)
    return Liability(until, on_day=until is None or day <= until)


def _stretch_of_cover(facts: PolicyFacts, day: date) -> tuple[date | None, date | None]:
    real = [one for one in facts.suspensions if one.resume is None or one.resume > one.start]
    before = [one.resume for one in real if one.resume is not None and one.resume <= day]
    after = [one.start for one in real if one.start > day]
    if facts.start is not None:
        before.append(facts.start)
    if facts.end is not None:
        after.append(facts.end)
    return max(before, default=None), min(after) - ONE_DAY if after else None


def _resumed_by_hour(facts: PolicyFacts, day: date) -> Suspension | None:
    return next(
        (
            one
            for one in facts.suspensions
            if one.hour_counts and one.resume == day and one.start < day
        ),
        None,
    )


def _open_premiums(facts: PolicyFacts, day: date) -> dict[str, Premium]:
    """Return the oldest premium of each kind that was overdue on a day, by code."""
    found: dict[str, Premium] = {}
    for premium in sorted(facts.premiums, key=lambda one: one.due_date):
        if premium.due_date < day and _unpaid_on(premium.paid_on, day):
            found.setdefault(f"{premium.kind}_premium_open", premium)
    return found


def _warned_on(facts: PolicyFacts, day: date) -> Warned | None:
    """Return the notice whose term ended, or ends, first of those unpaid on a day."""
    live = [one for one in facts.warnings if one.sent_on <= day and _unpaid_on(one.paid_on, day)]
    return min(live, key=lambda one: one.last_day, default=None)


def _code_of(warned: Warned, facts: PolicyFacts, day: date) -> str:
    if day <= warned.last_day:
        return "at_risk"
    return "term_passed" if facts.office_role in MAY_SUSPEND else "insurer_decides"


def _unpaid_on(paid_on: date | None, day: date) -> bool:
    """Tell whether something was unpaid when `day` began; credited on that day it still was."""
    return paid_on is None or paid_on >= day
