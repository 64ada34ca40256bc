"""Who may cause a collection fee: Wki (BWBR0046685) art. 2, 4 and 18, and 7:936 BW.

A creditor that collects its own premium is no collector in the sense of the Wki; neither is an
office that stands for the premium itself (7:936 BW). Bailiffs and advocates are exempt. Everybody
else who collects for a third party needs an entry in the register on that day. Whether an
intermediary or agent that reminds for an insurer is such a collector is not settled: no fee then,
unless it is registered (docs/law.md, A6); reminding without a fee stays possible.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from . import checks
from .calendar import ONE_DAY
from .parameters import WKI_SANCTIONS_SINCE

KINDS = frozenset({"creditor", "bailiff", "advocate", "agency", "intermediary", "authorised_agent"})
EXEMPT = frozenset({"creditor", "bailiff", "advocate"})


@dataclass(frozen=True, slots=True)
class Collector:
    """Who sends the notice, for one claim.

    `kind`: creditor (the insurer itself, or the office under 7:936 BW), bailiff, advocate, agency,
    intermediary or authorised_agent. `registered_from`/`registered_until`: its entry in the
    register, inclusive (None: no entry; no end). `checked_on`: when someone last looked that up.
    `unregistered_demand_on`: day of the first written demand for *this claim* by a collector that
    was not registered then; None: never.
    """

    kind: str
    registered_from: date | None = None
    registered_until: date | None = None
    registration_number: str = ""
    checked_on: date | None = None
    unregistered_demand_on: date | None = None

    def __post_init__(self) -> None:
        checks.one_of(self.kind, "kind", KINDS)
        checks.text(self.registration_number, "registration_number")
        for name in ("registered_from", "registered_until", "checked_on", "unregistered_demand_on"):
            checks.optional_day(getattr(self, name), name)
        names = ("registered_from", "registered_until")
        checks.days_in_order(self.registered_from, self.registered_until, names)


def is_registered(collector: Collector, on: date) -> bool:
    """Tell whether the collector's entry in the register holds on the day `on`."""
    _check(collector, on)
    start, end = collector.registered_from, collector.registered_until
    return start is not None and start <= on and (end is None or on <= end)


def may_cause_fee(collector: Collector, on: date) -> tuple[bool, str]:
    """Tell whether this sender's notice of the day `on` may cause a fee, and by which rule.

    Yes: creditor, bailiff, advocate, registered, or wki_not_in_force (an agency before 1 October
    2026). No: tainted (an unregistered collector has demanded this claim since then, Wki art. 18
    lid 2, whoever follows), unregistered.
    """
    _check(collector, on)
    if _is_tainted(collector, on):
        return False, "tainted"
    if collector.kind in EXEMPT:
        return True, collector.kind
    if is_registered(collector, on):
        return True, "registered"
    if collector.kind == "agency" and on < WKI_SANCTIONS_SINCE:
        return True, "wki_not_in_force"
    return False, "unregistered"


def first_unregistered_demand(collector: Collector, demands: Iterable[date]) -> date | None:
    """Return the first of these demands that this sender made while it was not registered.

    :param demands: days of the written demands for one claim, in any order.
    :return: the day to keep as `unregistered_demand_on`; None for a sender that needs no entry,
        and for demands from before Wki art. 18 came into force.
    """
    days = sorted(checks.day(day, "demands") for day in demands)
    if not isinstance(collector, Collector):
        raise TypeError(f"collector must be a Collector, not {type(collector).__name__}")
    if collector.kind in EXEMPT:
        return None
    since = (day for day in days if day >= WKI_SANCTIONS_SINCE)
    return next((day for day in since if not is_registered(collector, day)), None)


def _is_tainted(collector: Collector, on: date) -> bool:
    demand = collector.unregistered_demand_on
    return demand is not None and WKI_SANCTIONS_SINCE <= demand <= on


def interest_until(collector: Collector, until: date) -> date:
    """Return the last day over which interest runs, at most `until` (Wki art. 18 lid 1).

    From the day of a written demand by an unregistered collector the delay is not the debtor's.
    """
    _check(collector, until)
    demand = collector.unregistered_demand_on
    if demand is None or not _is_tainted(collector, until):
        return until
    return demand - ONE_DAY


def _check(collector: Collector, on: date) -> None:
    if not isinstance(collector, Collector):
        raise TypeError(f"collector must be a Collector, not {type(collector).__name__}")
    checks.day(on, "on")
