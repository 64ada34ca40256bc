"""Who may cause a fee."""

from dataclasses import replace
from datetime import date
from decimal import Decimal as D

import pytest

from law.collector import (
    Collector,
    first_unregistered_demand,
    interest_until,
    is_registered,
    may_cause_fee,
)

BEFORE, SINCE = date(2026, 9, 30), date(2026, 10, 1)


@pytest.mark.parametrize(
    ("kind", "before", "since"),
    [
        ("creditor", (True, "creditor"), (True, "creditor")),
        ("bailiff", (True, "bailiff"), (True, "bailiff")),
        ("advocate", (True, "advocate"), (True, "advocate")),
        ("agency", (True, "wki_not_in_force"), (False, "unregistered")),
        ("intermediary", (False, "unregistered"), (False, "unregistered")),
        ("authorised_agent", (False, "unregistered"), (False, "unregistered")),
    ],
)
def test_who_may_cause_a_fee_without_registration(kind, before, since):
    assert may_cause_fee(Collector(kind), BEFORE) == before
    assert may_cause_fee(Collector(kind), SINCE) == since


@pytest.mark.parametrize("kind", ["agency", "intermediary", "authorised_agent"])
def test_registration_counts_on_its_first_and_last_day_and_not_outside(kind):
    entry = Collector(kind, date(2026, 10, 5), date(2026, 10, 9))
    found = [may_cause_fee(entry, date(2026, 10, n))[1] for n in (4, 5, 9, 10)]
    assert found == ["unregistered", "registered", "registered", "unregistered"]
    assert is_registered(replace(entry, registered_until=None), date(2030, 1, 1))
    assert not is_registered(Collector(kind), SINCE)


@pytest.mark.parametrize("kind", ["creditor", "bailiff", "advocate", "agency"])
def test_a_claim_that_an_unregistered_collector_demanded_stays_free_of_fee(kind):
    tainted = Collector(kind, date(2026, 1, 1), unregistered_demand_on=SINCE)
    assert may_cause_fee(tainted, SINCE) == (False, "tainted")
    earlier = replace(tainted, unregistered_demand_on=BEFORE)
    assert may_cause_fee(earlier, SINCE)[0]
    later = replace(tainted, unregistered_demand_on=date(2026, 11, 1))
    assert may_cause_fee(later, date(2026, 10, 31))[0]
    assert not may_cause_fee(later, date(2026, 11, 1))[0]


def test_interest_stops_the_day_before_an_unregistered_demand():
    assert interest_until(Collector("agency"), date(2026, 12, 1)) == date(2026, 12, 1)
    tainted = Collector("agency", unregistered_demand_on=date(2026, 10, 2))
    assert interest_until(tainted, date(2026, 12, 1)) == date(2026, 10, 1)
    assert interest_until(tainted, date(2026, 10, 1)) == date(2026, 10, 1)
    before = Collector("agency", unregistered_demand_on=BEFORE)
    assert interest_until(before, date(2026, 12, 1)) == date(2026, 12, 1)


@pytest.mark.parametrize(
    ("call", "error", "match"),
    [
        (lambda: Collector("friend"), ValueError, "kind"),
        (lambda: Collector(None), TypeError, "kind"),
        (lambda: Collector("agency", registration_number=12), TypeError, "registration_number"),
        (lambda: Collector("agency", "2026-01-01"), TypeError, "registered_from"),
        (lambda: Collector("agency", SINCE, "x"), TypeError, "registered_until"),
        (lambda: Collector("agency", SINCE, BEFORE), ValueError, "registered_until"),
        (lambda: Collector("agency", checked_on=1), TypeError, "checked_on"),
        (
            lambda: Collector("agency", unregistered_demand_on=1),
            TypeError,
            "unregistered_demand_on",
        ),
        (lambda: may_cause_fee("agency", SINCE), TypeError, "collector must .*, not str"),
        (lambda: may_cause_fee(Collector("agency"), "x"), TypeError, "on"),
        (lambda: is_registered(Collector("agency"), None), TypeError, "on"),
        (lambda: interest_until(Collector("agency"), D(1)), TypeError, "on"),
    ],
)
def test_wrong_input_is_named(call, error, match):
    with pytest.raises(error, match=rf"^{match}\b"):
        call()


def test_the_first_demand_outside_the_register_is_found_among_all_demands():
    later = date(2026, 10, 20)
    demands = [later, date(2026, 10, 5), BEFORE]
    agent = Collector("authorised_agent")
    assert first_unregistered_demand(agent, demands) == date(2026, 10, 5)
    assert first_unregistered_demand(agent, [BEFORE]) is None
    assert first_unregistered_demand(agent, []) is None
    assert first_unregistered_demand(replace(agent, registered_from=SINCE), demands) is None
    since_the_8th = replace(agent, registered_from=date(2026, 10, 8))
    assert first_unregistered_demand(since_the_8th, demands) == date(2026, 10, 5)
    assert first_unregistered_demand(since_the_8th, [later]) is None
    assert first_unregistered_demand(Collector("creditor"), demands) is None
    with pytest.raises(TypeError, match="demands"):
        first_unregistered_demand(agent, ["2026-10-05"])
    with pytest.raises(TypeError, match="collector"):
        first_unregistered_demand("agency", [later])
