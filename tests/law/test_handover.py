"""Whom may a case be given to, and when."""

from dataclasses import replace
from datetime import date
from decimal import Decimal as D

import pytest

from law.collector import (
    Collector,
    handover_blockers,
    interest_until,
    may_cause_fee,
    unregistered_from,
)
from law.handover import HandoverFacts, case_blockers

DAY = date(2026, 11, 2)
AGENCY = Collector("agency", date(2025, 1, 1), None, "WKI-1", date(2026, 10, 1))
READY = HandoverFacts("consumer", D("45.00"), date(2026, 10, 1), date(2026, 11, 1))


def blockers(collector, certified_until=date(2027, 1, 1), certificate_asked=True, on=DAY):
    return handover_blockers(collector, on, certified_until, certificate_asked)


def test_an_agency_that_is_registered_checked_and_certified():
    assert blockers(AGENCY) == ()


def test_each_reason_not_to_trust_an_agency():
    assert blockers(replace(AGENCY, registration_number=" ")) == ("no_registration_number",)
    assert blockers(replace(AGENCY, registered_from=None)) == ("unregistered",)
    assert blockers(replace(AGENCY, registered_until=date(2026, 11, 1))) == ("unregistered",)
    assert blockers(replace(AGENCY, registered_until=DAY)) == ()
    assert blockers(replace(AGENCY, checked_on=None)) == ("not_checked",)
    assert blockers(replace(AGENCY, checked_on=date(2025, 11, 1))) == ("not_checked",)
    assert blockers(replace(AGENCY, checked_on=date(2025, 11, 2))) == ()
    assert blockers(replace(AGENCY, checked_on=date(2026, 11, 3))) == ("not_checked",)
    assert blockers(AGENCY, None) == ("not_certified",)
    assert blockers(AGENCY, date(2026, 11, 1)) == ("certificate_expired",)
    assert blockers(AGENCY, DAY) == ()
    assert blockers(AGENCY, None, certificate_asked=False) == ()


@pytest.mark.parametrize("kind", ["bailiff", "advocate"])
def test_bailiffs_and_advocates_need_no_entry_and_no_certificate(kind):
    assert blockers(Collector(kind), None) == ()


def test_only_an_outside_collector_can_be_given_a_case():
    with pytest.raises(ValueError, match=r"collector\.kind"):
        blockers(Collector("creditor"))


def test_a_collector_that_loses_its_entry_while_it_demands():
    first = date(2026, 10, 2)
    assert unregistered_from(AGENCY, first, None) is None
    assert unregistered_from(Collector("agency"), first, None) == first
    struck_off = replace(AGENCY, registered_until=date(2026, 10, 20))
    assert unregistered_from(struck_off, first, None) == date(2026, 10, 21)
    assert unregistered_from(struck_off, first, date(2026, 10, 20)) is None
    assert unregistered_from(struck_off, first, date(2026, 10, 21)) == date(2026, 10, 21)
    late = replace(AGENCY, registered_from=date(2026, 12, 1))
    assert unregistered_from(late, first, None) == first
    assert unregistered_from(Collector("bailiff"), first, None) is None


def test_before_october_2026_an_unregistered_demand_has_no_such_consequence():
    nobody = Collector("agency")
    assert unregistered_from(nobody, date(2026, 5, 1), date(2026, 9, 30)) is None
    assert unregistered_from(nobody, date(2026, 5, 1), None) == date(2026, 10, 1)
    with pytest.raises(ValueError, match="last"):
        unregistered_from(nobody, date(2026, 5, 2), date(2026, 5, 1))


def test_vector_60():
    first = unregistered_from(Collector("agency"), date(2026, 10, 2), date(2026, 10, 30))
    follower = replace(AGENCY, unregistered_demand_on=first)
    assert may_cause_fee(follower, DAY) == (False, "tainted")
    assert interest_until(follower, DAY) == date(2026, 10, 1)


@pytest.mark.parametrize(
    ("changed", "codes"),
    [
        ({}, ()),
        ({"amount_open": D("0.00")}, ("nothing_open",)),
        ({"minimum": D("45.01")}, ("below_minimum",)),
        ({"minimum": D("45.00")}, ()),
        ({"notice_until": None}, ("no_notice",)),
        ({"notice_until": None, "debtor": "business"}, ()),
        ({"notice_until": DAY}, ("notice_runs",)),
        ({"announced_until": None}, ("not_announced",)),
        ({"announced_until": DAY}, ("announcement_runs",)),
        ({"on_hold": True}, ("on_hold",)),
        ({"arrangement_active": True}, ("arrangement",)),
        ({"fresh_term_until": DAY}, ("fresh_term",)),
        ({"fresh_term_until": date(2026, 11, 1)}, ()),
        ({"waiting_credit": D("0.01")}, ("payment_waits",)),
        ({"under_way": True}, ("under_way",)),
    ],
)
def test_what_has_to_be_true_of_the_arrears(changed, codes):
    assert case_blockers(replace(READY, **changed), DAY) == codes


def test_wrong_facts_are_refused():
    with pytest.raises(ValueError, match="debtor"):
        replace(READY, debtor="somebody")
    with pytest.raises(TypeError, match="minimum"):
        replace(READY, minimum=1.0)
    with pytest.raises(TypeError, match="HandoverFacts"):
        case_blockers(AGENCY, DAY)
