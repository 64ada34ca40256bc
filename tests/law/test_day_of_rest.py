"""Customers are left alone on Sundays and holidays, though nothing in the law says so."""

from datetime import date

import pytest

from law.calendar import is_day_of_rest


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 3, 7), False),  # a Saturday
        (date(2026, 3, 8), True),  # a Sunday
        (date(2026, 3, 9), False),
        (date(2026, 4, 3), True),  # Good Friday
        (date(2026, 1, 1), True),
        (date(2026, 12, 28), False),
    ],
)
def test_is_day_of_rest(day, expected):
    assert is_day_of_rest(day) is expected


def test_refuses_a_text():
    with pytest.raises(TypeError, match="day"):
        is_day_of_rest("2026-03-08")
