"""A rule of cover makes a suspension later and, with the costs, a return; never a day earlier."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from law import identifiers
from law.cover import (
    LATER,
    LAW_ALONE,
    RESUMPTIONS,
    SUSPEND_AFTER,
    CoverRule,
    SuspensionFacts,
    earliest_suspension,
    mildest,
    suspends_on,
    suspension_blockers,
)
from law.resumption import is_partial, resume_day

LAST = date(2026, 11, 18)
FINAL = date(2026, 12, 9)
DAY = timedelta(days=1)
AFTER_FINAL = CoverRule(suspend_after="final_notice")
GRACE = CoverRule(grace_days=5)
FACTS = SuspensionFacts(
    line_of_business="motor",
    premium_kind="follow_up",
    due_date=date(2026, 10, 31),
    notice_sent_on=date(2026, 11, 2),
    notice_received_on=date(2026, 11, 4),
    notice_names_suspension=True,
    notice_in_writing_allowed=True,
    last_day=LAST,
    amount_open=Decimal("45.00"),
    on_hold=False,
    arrangement_active=False,
    office_role="authorised_agent",
)


@pytest.mark.parametrize(
    ("rule", "final", "expected"),
    [
        pytest.param(LAW_ALONE, None, LAST + DAY, id="the law alone"),
        pytest.param(LAW_ALONE, FINAL, LAST + DAY, id="the law does not wait for a final notice"),
        pytest.param(GRACE, None, LAST + 6 * DAY, id="five days more"),
        pytest.param(AFTER_FINAL, None, None, id="no final notice yet"),
        pytest.param(AFTER_FINAL, FINAL, FINAL + DAY, id="after its term"),
        pytest.param(AFTER_FINAL, LAST - DAY, LAST + DAY, id="never before the law's own day"),
        pytest.param(replace(AFTER_FINAL, grace_days=3), FINAL, FINAL + 4 * DAY, id="both"),
    ],
)
def test_first_day_on_which_cover_may_stop(rule, final, expected):
    assert earliest_suspension(LAST, rule, final) == expected
    facts = replace(FACTS, rule=rule, final_last_day=final)
    for number in range(60):
        day = LAST - 3 * DAY + number * DAY
        allowed = not suspension_blockers(facts, day)
        assert allowed == (expected is not None and day >= expected), day


def test_what_a_rule_adds_goes_away_by_waiting():
    waits = replace(FACTS, rule=replace(AFTER_FINAL, grace_days=2))
    day = LAST + DAY
    assert suspension_blockers(waits, LAST) == ("term_running",)
    assert suspension_blockers(waits, day) == ("final_notice",)
    sent = replace(waits, final_last_day=FINAL)
    assert suspension_blockers(sent, FINAL) == ("final_notice",)
    assert suspension_blockers(sent, FINAL + 2 * DAY) == ("grace",)
    assert suspension_blockers(sent, FINAL + 3 * DAY) == ()
    assert {"final_notice", "grace"} == LATER


def test_a_rule_is_no_ground_of_its_own():
    silent = replace(FACTS, rule=AFTER_FINAL, final_last_day=FINAL, notice_names_suspension=False)
    assert suspension_blockers(silent, FINAL + DAY) == ("notice_silent",)


rules = st.builds(
    CoverRule,
    st.sampled_from(sorted(SUSPEND_AFTER)),
    st.integers(0, 90),
    st.sampled_from(RESUMPTIONS),
    st.booleans(),
)
days = st.dates(date(2026, 1, 1), date(2026, 12, 31))
rows = st.lists(st.tuples(days, st.none() | days), max_size=4)


@given(last=days, rule=rules, final=st.none() | days, on=days)
def test_no_rule_suspends_sooner_than_the_law_nor_backwards(last, rule, final, on):
    first = earliest_suspension(last, rule, final)
    assert first is None or first >= suspends_on(last)
    facts = replace(FACTS, rule=rule, final_last_day=final)
    if not suspension_blockers(facts, on):
        assert not suspension_blockers(FACTS, on)


@given(start=days, premiums=rows, charges=rows)
def test_costs_make_the_return_later_never_sooner(start, premiums, charges):
    without = resume_day(start, premiums)
    with_costs = resume_day(start, premiums, charges)
    if without is None:
        assert with_costs is None
    elif with_costs is not None:
        assert with_costs >= without


@given(found=st.lists(rules, min_size=1, max_size=3), last=days, final=st.none() | days)
def test_the_mildest_is_as_kind_as_each(found, last, final):
    kindest = mildest(found)
    first = earliest_suspension(last, kindest, final)
    for rule in found:
        alone = earliest_suspension(last, rule, final)
        assert first is None or (alone is not None and first >= alone)
        assert rule.resume_includes_costs or not kindest.resume_includes_costs
        assert RESUMPTIONS.index(kindest.resumption) <= RESUMPTIONS.index(rule.resumption)
    assert mildest([]) == LAW_ALONE


PREMIUM = (date(2026, 10, 31), date(2026, 11, 25))


@pytest.mark.parametrize(
    ("charges", "expected"),
    [
        pytest.param([], date(2026, 11, 26), id="no costs"),
        pytest.param([(LAST, None)], None, id="a fee that is due and unpaid"),
        pytest.param([(LAST, date(2026, 12, 3))], date(2026, 12, 4), id="paid later"),
        pytest.param([(LAST, date(2026, 11, 20))], date(2026, 11, 26), id="paid sooner"),
        pytest.param(
            [(date(2026, 11, 25), None)], date(2026, 11, 26), id="due only after the premium was in"
        ),
        pytest.param(
            [(LAST, date(2026, 12, 3)), (date(2026, 12, 1), None)],
            None,
            id="interest that fell due meanwhile",
        ),
    ],
)
def test_costs_that_count(charges, expected):
    assert resume_day(LAST + DAY, [PREMIUM], charges) == expected


def test_the_hour_counts_only_on_a_day_of_return_after_24_hours():
    start, resume = LAST + DAY, LAST + 5 * DAY
    assert is_partial("hours_24", start, resume)
    assert not is_partial("next_day", start, resume)
    assert not is_partial("hours_24", start, None)
    assert not is_partial("hours_24", start, start)


@pytest.mark.parametrize(
    ("call", "error", "name"),
    [
        (lambda: CoverRule(suspend_after="reminder"), ValueError, "suspend_after"),
        (lambda: CoverRule(grace_days=-1), ValueError, "grace_days"),
        (lambda: CoverRule(grace_days=1.5), TypeError, "grace_days"),
        (lambda: CoverRule(resumption="at_once"), ValueError, "resumption"),
        (lambda: CoverRule(resume_includes_costs="yes"), TypeError, "resume_includes_costs"),
        (lambda: replace(FACTS, rule="law"), TypeError, "rule"),
        (lambda: replace(FACTS, final_last_day="2026-12-09"), TypeError, "final_last_day"),
        (lambda: earliest_suspension("2026-11-18"), TypeError, "last_day"),
        (lambda: is_partial("hours_24", LAST, LAST - DAY), ValueError, "resume"),
        (lambda: resume_day(LAST, [], [("2026-11-01", None)]), TypeError, "due"),
    ],
)
def test_refuses(call, error, name):
    with pytest.raises(error, match=name):
        call()


@pytest.mark.parametrize(
    "plate",
    ["GB-123-K", "gb123k", "XX-99-99", "99-XX-99", "12-AB-CD", "AB-CD-12", "1-ABC-23", "12-ABC-3"]
    + ["A-123-BC", "ABC-12-D", "A-12-BCD", "1-AB-234", "123-AB-4", "1234 AB", "AB-12-CD"],
)
def test_a_licence_plate(plate):
    assert identifiers.licence_plate(plate) == plate.replace("-", "").replace(" ", "").upper()


@pytest.mark.parametrize(
    "plate", ["", "ABC", "A1B2C3", "123456", "ABCDEF", "GB-123-K7", "A-1234-B"]
)
def test_no_licence_plate(plate):
    with pytest.raises(ValueError, match="plate must be a Dutch licence plate"):
        identifiers.licence_plate(plate)
