"""Promise 5: cover is back the day after the last overdue premium of the policy was credited."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from law.resumption import had_ground, resume_day

START = date(2026, 3, 19)


@pytest.mark.parametrize(
    ("premiums", "expected"),
    [
        pytest.param([(date(2026, 2, 1), None)], None, id="unpaid"),
        pytest.param([(date(2026, 2, 1), date(2026, 4, 2))], date(2026, 4, 3), id="paid"),
        pytest.param(
            [(date(2026, 2, 1), None), (date(2026, 3, 1), date(2026, 4, 2))],
            None,
            id="newer term alone revives nothing",
        ),
        pytest.param(
            [(date(2026, 2, 1), date(2026, 4, 2)), (date(2026, 3, 1), date(2026, 4, 9))],
            date(2026, 4, 10),
            id="the last of two",
        ),
        pytest.param(
            [(date(2026, 2, 1), date(2026, 4, 9)), (date(2026, 4, 1), None)],
            None,
            id="a term that fell overdue meanwhile",
        ),
        pytest.param(
            [(date(2026, 2, 1), date(2026, 4, 9)), (date(2026, 4, 9), None)],
            date(2026, 4, 10),
            id="a term that is only due on the day of payment",
        ),
        pytest.param(
            [(date(2026, 2, 1), date(2026, 3, 18))], START, id="credited in time, booked late"
        ),
        pytest.param([], START, id="nothing was overdue"),
    ],
)
def test_resume_day(premiums, expected):
    assert resume_day(START, premiums) == expected


days = st.dates(date(2026, 1, 1), date(2026, 12, 31))
rows = st.lists(st.tuples(days, st.none() | days), max_size=6)


@given(start=days, premiums=rows)
def test_never_before_the_suspension_nor_before_a_payment(start, premiums):
    resume = resume_day(start, premiums)
    overdue = [on for due, on in premiums if due < start]
    if None in overdue:
        assert resume is None
    elif resume is not None:
        assert resume >= start
        assert all(resume >= on + timedelta(days=1) for on in overdue)


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        pytest.param([None], True, id="open"),
        pytest.param([START], True, id="credited on the first day without cover"),
        pytest.param([date(2026, 3, 18)], False, id="credited in time, booked late"),
        pytest.param([date(2026, 3, 18), None], True, id="one of two is open"),
        pytest.param([], False, id="never owed"),
    ],
)
def test_a_suspension_has_a_ground_while_a_named_premium_was_open(named, expected):
    assert had_ground(START, named) is expected


def test_a_ground_asks_for_days():
    with pytest.raises(TypeError, match="gap_start"):
        had_ground("2026-03-19", [])
    with pytest.raises(TypeError, match="credited_on"):
        had_ground(START, ["2026-03-19"])


def test_refuses_a_moment():
    with pytest.raises(TypeError, match="gap_start"):
        resume_day("2026-03-19", [])
