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
from .calendar import ONE_DAY, add_months
from .parameters import REGISTER_CHECK_MONTHS, WKI_SANCTIONS_SINCE

KINDS = frozenset({"creditor", "bailiff", "advocate", "agency", "intermediary", "authorised_agent"})
EXEMPT = frozenset({"creditor", "bailiff", "advocate"})
# Who collects for somebody else as a business: whom a case can be handed over to.
OUTSIDE = frozenset({"agency", "bailiff", "advocate"})


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


def unregistered_from(collector: Collector, first: date, last: date | None) -> date | None:
    """Return the first day on which a collector that went on demanding had no entry it needed.

    :param first: day of its first written demand for the claim.
    :param last: day on which it stopped; None: it still demands.
    :return: the day to keep as `unregistered_demand_on`, possibly after today when an end of the
        entry is known; None for who needs no entry or had one all the time. A demand from before
        Wki art. 18 came into force does not count; one that goes on counts from that day.
    """
    _check(collector, first)
    checks.optional_day(last, "last")
    checks.days_in_order(first, last, ("first", "last"))
    if collector.kind in EXEMPT:
        return None
    day = max(first, WKI_SANCTIONS_SINCE)
    if is_registered(collector, day) and collector.registered_until is not None:
        day = collector.registered_until + ONE_DAY
    if is_registered(collector, day) or (last is not None and day > last):
        return None
    return day


def handover_blockers(
    collector: Collector, on: date, certified_until: date | None, certificate_asked: bool
) -> tuple[str, ...]:
    """Return why nobody may hand a case over to this collector on the day `on`; empty: they may.

    Codes: no_registration_number, unregistered (Wki art. 4), not_checked (the register was not
    looked at in the last twelve months), not_certified, certificate_expired (NVI or SCRM, asked by
    the insurers' protocol on arrears). Bailiffs and advocates need no entry and no certificate.

    :param certified_until: last day of the certificate; None: there is none.
    :param certificate_asked: whether the office asks one of an agency.
    :raises ValueError: for who is no outside collector, such as the creditor itself.
    """
    _check(collector, on)
    checks.one_of(collector.kind, "collector.kind", OUTSIDE)
    checks.optional_day(certified_until, "certified_until")
    checks.flag(certificate_asked, "certificate_asked")
    if collector.kind in EXEMPT:
        return ()
    found = []
    if not collector.registration_number.strip():
        found.append("no_registration_number")
    if not is_registered(collector, on):
        found.append("unregistered")
    checked, since = collector.checked_on, add_months(on, -REGISTER_CHECK_MONTHS)
    if checked is None or not since <= checked <= on:
        found.append("not_checked")
    if certificate_asked and certified_until is None:
        found.append("not_certified")
    elif certificate_asked and certified_until is not None and certified_until < on:
        found.append("certificate_expired")
    return tuple(found)


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
