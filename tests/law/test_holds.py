"""What each kind of hold stops, how it ends, and when its details are deleted."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from law import holds

START = date(2026, 3, 2)
DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))


@pytest.mark.parametrize("kind", sorted(holds.KINDS))
def test_every_kind_stops_what_promise_seven_names(kind):
    assert holds.stops(kind)[:6] == (
        "notices",
        "fees",
        "suspension",
        "handover",
        "termination",
        "cis",
    )
    assert "calls" in holds.stops(kind)


def test_debt_help_and_insolvency_are_private_and_end_by_a_person():
    assert {"debt_help", "insolvency"} == holds.PRIVATE
    for kind in holds.PRIVATE | {"deceased"}:
        assert holds.rule(kind).scope == "debtor"
        assert holds.last_day(kind, START) is None
        assert holds.review_on(kind, START, START + timedelta(days=9)) == date(2026, 3, 11)


def test_a_dispute_ends_on_its_day_and_is_looked_at_without_one():
    assert holds.last_day("dispute", START) == START
    assert holds.review_on("dispute", START, START) is None
    assert holds.review_on("dispute", START) == date(2026, 3, 16)


def test_a_premium_that_falls_due_is_announced_during_a_deferral_only():
    assert holds.kinds_that_stop("advance") == holds.KINDS.keys() - {"deferral"}
    assert holds.kinds_that_stop("fees") == holds.KINDS.keys()


@given(DAYS, st.integers(0, 120))
def test_nothing_is_deleted_before_the_hold_has_ended(end, months):
    assert holds.erased_on(end, months) > end
    assert holds.erased_on(end, months + 1) > holds.erased_on(end, months)


def test_only_on_its_own_day_it_never_was():
    assert holds.may_be_undone(START, START)
    assert not holds.may_be_undone(START, START + timedelta(days=1))


@given(
    st.integers(0, 40),
    st.lists(st.tuples(st.integers(-10, 45), st.none() | st.integers(0, 20)), max_size=5),
)
def test_the_days_that_are_left_are_those_that_no_pause_covers(length, shapes):
    last = START + timedelta(days=length)
    pauses = []
    for offset, lasts in shapes:
        begin = START + timedelta(days=offset)
        pauses.append((begin, None if lasts is None else begin + timedelta(days=lasts)))
    left = set()
    for begin, end in holds.free_stretches(START, last, pauses):
        left |= {begin + timedelta(days=n) for n in range((end - begin).days + 1)}
    days = {START + timedelta(days=n) for n in range(length + 1)}
    assert left == {
        day for day in days if not any(b <= day and (e is None or day <= e) for b, e in pauses)
    }


@pytest.mark.parametrize(
    ("call", "error", "name"),
    [
        (lambda: holds.rule("holiday"), ValueError, "kind"),
        (lambda: holds.stops(""), ValueError, "kind"),
        (lambda: holds.kinds_that_stop("payments"), ValueError, "code"),
        (lambda: holds.last_day("dispute", "2026-03-02"), TypeError, "given"),
        (lambda: holds.review_on("dispute", START, date(2026, 3, 1)), ValueError, "given"),
        (lambda: holds.may_be_undone(START, date(2026, 3, 1)), ValueError, "on"),
        (lambda: holds.erased_on(START, -1), ValueError, "months"),
    ],
)
def test_wrong_input_names_the_argument(call, error, name):
    with pytest.raises(error, match=name):
        call()
