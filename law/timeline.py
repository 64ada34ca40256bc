"""The ladder told ahead: the days of each step for a premium that nobody ever pays.

A look, not a promise: it supposes that every step is taken on its first day, that letters are
posted that same day and arrive as the law assumes, and that nothing is held, paid or disputed. The
days come from `law.ladder` and `law.notice`, so they are those of a real case.
"""

from collections.abc import Set
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from . import checks
from .calendar import NO_DAYS, ONE_DAY, is_day_of_rest
from .facts import ItemFacts, NoticeFact, StageRule
from .ladder import TERM_KINDS, next_step
from .notice import assumed_receipt, last_day_to_pay
from .parameters import TERM_DAYS

# Steps that a person decides on; nothing is sent with them.
DECIDED_KINDS = frozenset({"handover", "termination"})


@dataclass(frozen=True, slots=True)
class Practice:
    """What an office adds to the law: all of it makes a day later, never sooner.

    `channel`: how its notices go. `quiet_days` between two contacts. `safety_days`: days added to
    the assumed receipt of a letter. `margin_days`: days added to it for the last day that a notice
    names. `rests`: no notice goes out on a Sunday or recognised holiday. `extra_holidays`: decreed
    holidays.
    """

    channel: str = "post"
    quiet_days: int = 0
    safety_days: int = 0
    margin_days: int = 0
    rests: bool = False
    extra_holidays: Set[date] = NO_DAYS

    def last_day(self, received_on: date) -> date:
        """Return the last day to pay that counts: the later one that the notice names."""
        named = received_on + timedelta(days=self.margin_days)
        return last_day_to_pay(named, extra_holidays=self.extra_holidays)


@dataclass(frozen=True, slots=True)
class Step:
    """One rung of the ladder with its days.

    `day` is None for a rung that is not reached: `reason` then tells why, as `law.ladder` does.
    `received_on` and `last_day` are None where nothing is sent, or no term is given. `moved`: the
    last day would fall in a weekend or on a holiday, and comes after it (Atw art. 1).
    """

    stage: str
    kind: str
    day: date | None
    received_on: date | None = None
    last_day: date | None = None
    moved: bool = False
    reason: str = ""


def steps(
    due_date: date,
    amount_open: Decimal,
    stages: tuple[StageRule, ...],
    practice: Practice | None = None,
    collected_by: str = "office",
) -> tuple[Step, ...]:
    """Return the steps that a premium due on `due_date` goes through, in order.

    A rung that cannot be taken (too little is open) ends the row, with its reason.

    :raises TypeError, ValueError: for facts of the wrong kind.
    """
    if practice is None:
        practice = Practice()
    facts = ItemFacts(
        due_date=checks.day(due_date, "due_date"),
        amount_open=amount_open,
        notices=(),
        stages=stages,
        quiet_days=practice.quiet_days,
        collected_by=collected_by,
    )
    found: list[Step] = []
    for rung in stages:
        decision = next_step(facts, due_date)
        if decision.stage is None or decision.day is None:
            return (*found, Step(rung.code, rung.kind, None, reason=decision.reason))
        step = _take(rung, decision.day, practice)
        found.append(step)
        facts = _after(facts, step)
    return tuple(found)


def _take(rung: StageRule, day: date, practice: Practice) -> Step:
    """Return the step of a rung that may be taken from `day` on."""
    while practice.rests and is_day_of_rest(day):
        day += ONE_DAY
    if rung.kind in DECIDED_KINDS:
        return Step(rung.code, rung.kind, day)
    received_on = assumed_receipt(day, practice.channel, _safety(practice), practice.extra_holidays)
    if rung.kind not in TERM_KINDS:
        return Step(rung.code, rung.kind, day, received_on)
    last_day = practice.last_day(received_on)
    counted = received_on + timedelta(days=practice.margin_days + TERM_DAYS)
    return Step(rung.code, rung.kind, day, received_on, last_day, moved=last_day != counted)


def _safety(practice: Practice) -> int:
    return practice.safety_days if practice.channel == "post" else 0


def _after(facts: ItemFacts, step: Step) -> ItemFacts:
    """Return the facts once a step was taken and nobody paid."""
    notice = NoticeFact(step.stage, step.kind, "sent", step.day, step.received_on, step.last_day)
    contact = facts.last_contact_on if step.kind in DECIDED_KINDS else step.day
    return replace(facts, notices=(*facts.notices, notice), last_contact_on=contact)
