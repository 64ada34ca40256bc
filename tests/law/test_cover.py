"""The gate before suspension, and the days on which cover stops and returns."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from law.cover import (
    Gap,
    SuspensionFacts,
    covered_on,
    notice_names,
    resumes_on,
    suspends_on,
    suspension_blockers,
)


def d(text):
    return date.fromisoformat(text)


FACTS = SuspensionFacts(
    line_of_business="motor",
    premium_kind="follow_up",
    due_date=d("2026-10-31"),
    notice_sent_on=d("2026-11-02"),
    notice_received_on=d("2026-11-04"),
    notice_names_suspension=True,
    notice_in_writing_allowed=True,
    last_day=d("2026-11-18"),
    amount_open=D("45.00"),
    on_hold=False,
    arrangement_active=False,
    office_role="authorised_agent",
)
FIRST = d("2026-11-19")


def test_suspension_is_allowed_from_the_day_after_the_last_day():
    assert suspension_blockers(FACTS, FIRST) == ()
    assert suspension_blockers(replace(FACTS, office_role="insurer"), FIRST) == ()
    assert suspension_blockers(FACTS, d("2026-11-18")) == ("term_running",)


@pytest.mark.parametrize(
    ("changes", "blockers"),
    [
        ({"line_of_business": "health_basic"}, ("health_basic",)),
        ({"line_of_business": "health_extra"}, ()),
        ({"premium_kind": "first"}, ("premium_kind",)),
        ({"premium_kind": "amendment"}, ("premium_kind",)),
        ({"office_role": "intermediary"}, ("office_role",)),
        (
            {"notice_sent_on": None, "notice_received_on": None, "last_day": None},
            ("notice_not_sent",),
        ),
        ({"due_date": d("2026-11-02")}, ("notice_before_default",)),
        ({"due_date": d("2026-11-01")}, ()),
        ({"notice_names_suspension": False}, ("notice_silent",)),
        ({"notice_in_writing_allowed": False}, ("not_in_writing",)),
        ({"notice_received_on": None}, ("not_received",)),
        ({"last_day": None}, ("no_term",)),
        ({"last_day": d("2026-11-17")}, ("term_too_short",)),
        ({"notice_received_on": d("2026-11-07")}, ("term_too_short",)),
        ({"last_day": d("2026-11-19")}, ("term_running",)),
        ({"amount_open": D("0.00")}, ("nothing_open",)),
        ({"on_hold": True}, ("on_hold",)),
        ({"arrangement_active": True}, ("arrangement",)),
        (
            {"office_role": "intermediary", "last_day": None, "on_hold": True},
            ("office_role", "no_term", "on_hold"),
        ),
    ],
)
def test_what_blocks_a_suspension(changes, blockers):
    assert suspension_blockers(replace(FACTS, **changes), FIRST) == blockers


def test_suspension_starts_the_day_after_and_never_in_the_past():
    assert suspends_on(d("2026-11-18")) == FIRST
    assert suspends_on(d("2026-11-18"), d("2026-11-10")) == FIRST
    assert suspends_on(d("2026-11-18"), d("2026-11-25")) == d("2026-11-25")


def test_cover_resumes_the_day_after_the_last_premium_is_credited():
    assert resumes_on(d("2026-12-31")) == d("2027-01-01")


def test_a_gap_holds_its_first_day_and_not_the_day_of_resumption():
    gaps = [Gap(d("2026-11-19"), d("2026-11-25")), (d("2026-03-01"), d("2026-03-02"))]
    assert [covered_on(gaps, d(f"2026-11-{n}")) for n in (18, 19, 24, 25)] == [
        True,
        False,
        False,
        True,
    ]
    assert not covered_on(gaps, d("2026-03-01"))
    assert covered_on(gaps, d("2026-03-02"))
    assert covered_on([], d("2026-03-02"))


def test_an_open_gap_goes_on_and_an_empty_one_is_no_gap():
    assert not covered_on([Gap(d("2026-11-19"))], d("2099-12-31"))
    assert covered_on([Gap(d("2026-11-19"))], d("2026-11-18"))
    assert covered_on([Gap(d("2026-11-19"), d("2026-11-19"))], d("2026-11-19"))


@given(st.dates(d("2020-01-01"), d("2030-01-01")), st.integers(0, 90))
def test_cover_is_never_lost_before_the_suspension_or_after_resumption(last_day, late):
    start, back = suspends_on(last_day), resumes_on(last_day + timedelta(days=1 + late))
    gaps = [Gap(start, back)]
    assert covered_on(gaps, last_day) and covered_on(gaps, back)
    assert not covered_on(gaps, start)
    assert not covered_on(gaps, back - timedelta(days=1))


def test_what_a_notice_names():
    assert notice_names({"fee", "suspension"})
    assert not notice_names({"fee"})
    assert notice_names(["termination"], "termination")


@pytest.mark.parametrize(
    ("call", "error", "match"),
    [
        (lambda: suspension_blockers("x", FIRST), TypeError, "facts must be .*, not str"),
        (lambda: suspension_blockers(FACTS, "2026-11-19"), TypeError, "on"),
        (lambda: suspension_blockers(FACTS, datetime(2026, 11, 19, tzinfo=UTC)), TypeError, "on"),
        (lambda: suspends_on("2026-11-18"), TypeError, "last_day"),
        (lambda: suspends_on(FIRST, "now"), TypeError, "decided_on"),
        (lambda: resumes_on(None), TypeError, "credited_on"),
        (lambda: covered_on([], "2026-11-18"), TypeError, "day"),
        (lambda: covered_on([("a", None)], FIRST), TypeError, "start"),
        (lambda: covered_on([(FIRST, "b")], FIRST), TypeError, "resume"),
        (lambda: covered_on([(FIRST, d("2026-11-18"))], FIRST), ValueError, "resume .*start"),
        (lambda: notice_names({"jail"}), ValueError, "consequences"),
        (lambda: notice_names({"fee"}, "jail"), ValueError, "consequence must"),
        (lambda: replace(FACTS, line_of_business="boat"), ValueError, "line_of_business"),
        (lambda: replace(FACTS, premium_kind="second"), ValueError, "premium_kind"),
        (lambda: replace(FACTS, office_role="broker"), ValueError, "office_role"),
        (lambda: replace(FACTS, due_date=None), TypeError, "due_date"),
        (lambda: replace(FACTS, notice_sent_on="x"), TypeError, "notice_sent_on"),
        (lambda: replace(FACTS, notice_received_on="x"), TypeError, "notice_received_on"),
        (lambda: replace(FACTS, last_day="x"), TypeError, "last_day"),
        (lambda: replace(FACTS, amount_open=45.0), TypeError, "amount_open"),
        (
            lambda: replace(FACTS, notice_received_on=d("2026-11-01")),
            ValueError,
            "notice_received_on .*notice_sent_on",
        ),
    ],
)
def test_wrong_input_is_named(call, error, match):
    with pytest.raises(error, match=rf"^{match}\b"):
        call()


@pytest.mark.parametrize(
    "name",
    ["notice_names_suspension", "notice_in_writing_allowed", "on_hold", "arrangement_active"],
)
def test_flags_are_true_or_false(name):
    with pytest.raises(TypeError, match=rf"^{name} must be True or False"):
        replace(FACTS, **{name: 1})


@pytest.mark.parametrize(
    "line",
    [
        "motor",
        "home",
        "contents",
        "liability",
        "legal",
        "travel",
        "health_extra",
        "life",
        "package",
        "other",
    ],
)
def test_every_other_line_of_business_can_be_suspended(line):
    assert suspension_blockers(replace(FACTS, line_of_business=line), FIRST) == ()
