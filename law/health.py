"""Basic health insurance: the ladder of two, four and six monthly premiums (Zvw 18a-18d).

Its own track, never a fee letter with suspension: basic cover is not suspended. An intermediary
only watches; the duties are the insurer's. Amounts are premium alone, without interest and costs.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from . import checks
from .calendar import add_working_days
from .parameters import (
    ZVW_INTENT_MONTHS,
    ZVW_OFFER_MONTHS,
    ZVW_OFFER_WORKING_DAYS,
    ZVW_REPLY_DAYS,
    ZVW_REPORT_MONTHS,
)


@dataclass(frozen=True, slots=True)
class HealthFacts:
    """One policyholder's arrears on basic health insurance.

    `offer_sent_on`: the arrangement offer of 18a; `intent_received_on`: the notice of intent of
    18b; `disputed`: disputed in time and still open; `stabilised`: a signed stabilisation agreement
    with a debt helper; `arrangement_kept`: an arrangement runs and new premiums are paid;
    `address_doubtful`: the address does not match the population register.
    """

    premium_open: Decimal
    monthly_premium: Decimal
    found_on: date
    offer_sent_on: date | None = None
    intent_received_on: date | None = None
    effort_recorded: bool = False
    disputed: bool = False
    stabilised: bool = False
    arrangement_kept: bool = False
    address_doubtful: bool = False

    def __post_init__(self) -> None:
        checks.money(self.premium_open, "premium_open")
        if not checks.money(self.monthly_premium, "monthly_premium"):
            raise ValueError("monthly_premium must be above 0.00")
        checks.day(self.found_on, "found_on")
        checks.optional_day(self.offer_sent_on, "offer_sent_on")
        checks.optional_day(self.intent_received_on, "intent_received_on")
        for name in _FLAGS:
            checks.flag(getattr(self, name), name)


_FLAGS = ("effort_recorded", "disputed", "stabilised", "arrangement_kept", "address_doubtful")


@dataclass(frozen=True, slots=True)
class HealthStep:
    """The next duty: none, offer, intent, report; its last day if it has one; what blocks it."""

    duty: str
    deadline: date | None
    blockers: tuple[str, ...] = ()


def months_in_arrears(premium_open: Decimal, monthly_premium: Decimal) -> int:
    """Return how many whole monthly premiums are open."""
    checks.money(premium_open, "premium_open")
    if not checks.money(monthly_premium, "monthly_premium"):
        raise ValueError("monthly_premium must be above 0.00")
    return int(premium_open // monthly_premium)


def next_health_step(facts: HealthFacts, on: date) -> HealthStep:
    """Return the next duty of the insurer as things stand on the day `on`.

    Two monthly premiums: an offer within ten working days (18a). Four: a notice of intent, as soon
    as possible (18b), not while an arrangement is kept. Six: report to the CAK (18c), unless a
    blocker stands in the way: reply_term_running (four weeks), no_effort (18bb), disputed,
    stabilised, arrangement, address_doubtful. A step passed over comes first.
    """
    if not isinstance(facts, HealthFacts):
        raise TypeError(f"facts must be HealthFacts, not {type(facts).__name__}")
    checks.day(on, "on")
    months = months_in_arrears(facts.premium_open, facts.monthly_premium)
    if months >= ZVW_OFFER_MONTHS and facts.offer_sent_on is None:
        return HealthStep("offer", add_working_days(facts.found_on, ZVW_OFFER_WORKING_DAYS))
    if months >= ZVW_INTENT_MONTHS and facts.intent_received_on is None:
        return HealthStep("intent", None, ("arrangement",) if facts.arrangement_kept else ())
    if months >= ZVW_REPORT_MONTHS and facts.intent_received_on is not None:
        reply_by = facts.intent_received_on + timedelta(days=ZVW_REPLY_DAYS)
        return HealthStep("report", None, _report_blockers(facts, on <= reply_by))
    return HealthStep("none", None)


def _report_blockers(facts: HealthFacts, reply_term_running: bool) -> tuple[str, ...]:
    found = {
        "reply_term_running": reply_term_running,
        "no_effort": not facts.effort_recorded,
        "disputed": facts.disputed,
        "stabilised": facts.stabilised,
        "arrangement": facts.arrangement_kept,
        "address_doubtful": facts.address_doubtful,
    }
    return tuple(code for code, holds in found.items() if holds)
