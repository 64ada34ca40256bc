"""Instalments add up to the cent for any amount, count and day; what a day asks of them."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal as D

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from law import arrangement
from law.arrangement import Asks, Instalment, Limits, Part, Pause
from law.calendar import is_working_day

CENT = D("0.01")
DAY = timedelta(days=1)
FIRST = date(2026, 3, 2)
euros = st.integers(1, 5_000_000).map(lambda cents: cents * CENT)
days = st.dates(date(2020, 1, 1), date(2060, 12, 31))


def split(amount, **how):
    """Return the parts, or drop the example where they cannot be."""
    try:
        return arrangement.split(amount, **how)
    except ValueError:
        assume(False)


@given(euros, st.integers(1, 60), st.sampled_from(arrangement.RESTS))
def test_parts_by_number_add_up_and_differ_by_the_rest_only(amount, count, rest):
    parts = split(amount, count=count, rest=rest)
    assert sum(parts) == amount
    assert len(parts) == count
    assert all(part > 0 and part == part.quantize(CENT) for part in parts)
    others = parts[1:] if rest == "first" else parts[:-1]
    assert len(set(others)) <= 1
    assert max(parts) - min(parts) < CENT * count


@given(euros, euros, st.sampled_from(arrangement.RESTS))
def test_parts_by_amount_add_up(amount, part, rest):
    parts = split(amount, part=part, rest=rest)
    assert sum(parts) == amount
    assert all(0 < each <= part for each in parts)
    assert sum(each != part for each in parts) <= 1
    odd = parts[1:] if rest == "first" else parts[:-1]
    assert set(odd) <= {part}


@given(
    euros,
    st.integers(1, 60),
    days,
    st.sampled_from(arrangement.EVERY),
    st.none() | st.integers(1, 31),
    st.sampled_from(arrangement.RESTS),
)
def test_a_plan_has_working_days_in_order_none_before_the_first(
    amount, count, first, every, day_of_month, rest
):
    try:
        plan = arrangement.plan(
            amount, first, count=count, every=every, day_of_month=day_of_month, rest=rest
        )
    except ValueError:
        assume(False)
    assert sum(each.amount for each in plan) == amount
    assert [each.number for each in plan] == list(range(1, count + 1))
    assert all(is_working_day(each.day) and each.day >= first for each in plan)
    assert all(one.day <= two.day for one, two in zip(plan, plan[1:], strict=False))
    assert plan[0].day - first < timedelta(days=8)


def test_a_plan_by_hand():
    plan = arrangement.plan(D("100.00"), date(2026, 1, 30), count=3, day_of_month=31)
    assert plan == (
        Instalment(1, date(2026, 1, 30), D("33.33")),
        Instalment(2, date(2026, 3, 2), D("33.33")),  # 28 February is a Saturday
        Instalment(3, date(2026, 3, 31), D("33.34")),
    )
    weekly = arrangement.plan(D("10.00"), date(2026, 12, 18), part=D("4.00"), every="week")
    assert [(each.day.day, each.amount) for each in weekly] == [
        (18, D("4.00")),
        (28, D("4.00")),  # Christmas
        (4, D("2.00")),  # New Year
    ]
    decreed = arrangement.plan(D("1.00"), FIRST, count=1, extra_holidays={FIRST})
    assert decreed[0].day == FIRST + DAY


@pytest.mark.parametrize(
    ("call", "error", "names"),
    [
        (lambda: arrangement.split(D("0.00"), 2), ValueError, "amount"),
        (lambda: arrangement.split(D("-1.00"), 2), ValueError, "amount"),
        (lambda: arrangement.split(10.0, 2), TypeError, "amount"),
        (lambda: arrangement.split(D("1.001"), 2), ValueError, "amount"),
        (lambda: arrangement.split(D("NaN"), 2), ValueError, "amount"),
        (lambda: arrangement.split(D("10.00"), 0), ValueError, "count"),
        (lambda: arrangement.split(D("10.00"), 10_000), ValueError, "count"),
        (lambda: arrangement.split(D("10.00"), 61), ValueError, "count"),
        (lambda: arrangement.split(D("10.00"), -1), ValueError, "count"),
        (lambda: arrangement.split(D("10.00"), 2.0), TypeError, "count"),
        (lambda: arrangement.split(D("10.00"), "2"), TypeError, "count"),
        (lambda: arrangement.split(D("0.05"), 6), ValueError, "count"),
        (lambda: arrangement.split(D("10.00"), part=D("0.00")), ValueError, "part"),
        (lambda: arrangement.split(D("10.00"), part=D("0.10")), ValueError, "part"),
        (lambda: arrangement.split(D("10.00"), part=5.0), TypeError, "part"),
        (lambda: arrangement.split(D("10.00")), ValueError, "count or part"),
        (lambda: arrangement.split(D("10.00"), 2, D("5.00")), ValueError, "count or part"),
        (lambda: arrangement.split(D("10.00"), 2, rest="middle"), ValueError, "rest"),
        (lambda: arrangement.plan(D("9.00"), "2026-03-02", count=2), TypeError, "first_day"),
        (
            lambda: arrangement.plan(D("9.00"), datetime(2026, 3, 2, tzinfo=UTC), count=2),
            TypeError,
            "first_d",
        ),
        (lambda: arrangement.plan(D("9.00"), date(1900, 1, 1), count=2), ValueError, "first_day"),
        (lambda: arrangement.plan(D("9.00"), date(2099, 11, 2), count=9), ValueError, "day"),
        (lambda: arrangement.plan(D("9.00"), FIRST, count=2, every="day"), ValueError, "every"),
        (
            lambda: arrangement.plan(D("9.00"), FIRST, count=2, day_of_month=32),
            ValueError,
            "day_of_month",
        ),
        (lambda: Limits(15.0, 6), TypeError, "smallest"),
        (lambda: Limits(D("15.00"), -1), ValueError, "months"),
        (lambda: Part(0, FIRST, D("1.00")), ValueError, "number"),
        (lambda: Part(1, FIRST, 1.0), TypeError, "amount_open"),
        (lambda: Part(1, FIRST, D("1.00"), reminded=1), TypeError, "reminded"),
        (lambda: Pause(FIRST, FIRST - DAY), ValueError, "last"),
        (lambda: arrangement.pay_by(FIRST, 0), ValueError, "days"),
        (lambda: arrangement.lapsed("2026-03-02", FIRST), TypeError, "accept_by"),
        (lambda: arrangement.spread([D("1.00")], D("-1.00")), ValueError, "paid"),
        (lambda: arrangement.settle([D("1.00")], [("now", D("1.00"))]), TypeError, "credits"),
    ],
)
def test_wrong_input_is_named(call, error, names):
    with pytest.raises(error, match=names):
        call()


def test_beyond_the_limits():
    limits, on = Limits(D("15.00"), 6), date(2026, 3, 2)

    def beyond(amount, first=FIRST, **how):
        return arrangement.beyond(arrangement.plan(amount, first, **how), limits, on)

    assert beyond(D("90.00"), count=6) == ()
    assert beyond(D("40.00"), part=D("15.00")) == ()  # the rest may be less
    assert beyond(D("44.97"), count=3) == ("too_small",)
    assert beyond(D("5.00"), count=1) == ()  # all at once is never too small
    assert beyond(D("120.00"), count=7) == ()  # 2 September, the last day
    assert beyond(D("120.00"), count=8) == ("too_long",)
    assert beyond(D("80.00"), count=8) == ("too_small", "too_long")
    assert beyond(D("50.00"), date(2026, 9, 3), count=1) == ("too_long",)


@given(st.lists(euros, max_size=12), euros)
def test_spread_pays_the_first_and_shrink_takes_the_last(amounts, paid):
    shares, falls = arrangement.spread(amounts, paid), arrangement.shrink(amounts, paid)
    total = sum(amounts, D(0))
    assert sum(shares, D(0)) == sum(falls, D(0)) == min(paid, total)
    for which in (
        list(zip(amounts, shares, strict=True)),
        list(zip(amounts, falls, strict=True))[::-1],
    ):
        full = [amount == share for amount, share in which]
        assert full == sorted(full, reverse=True)
        assert sum(0 < share < amount for amount, share in which) <= 1


@given(
    st.lists(euros, min_size=1, max_size=8),
    st.lists(st.tuples(st.dates(FIRST, FIRST + 300 * DAY), euros), max_size=8),
)
def test_what_is_settled_has_the_day_of_its_last_part(amounts, credits):
    found = arrangement.settle(amounts, credits)
    assert found == arrangement.settle(amounts, credits[::-1])
    total = sum((amount for _day, amount in credits), D(0))
    assert [paid for paid, _day in found] == list(arrangement.spread(amounts, total))
    wanted = D(0)
    for amount, (paid, day) in zip(amounts, found, strict=True):
        wanted += amount
        reached = [
            on
            for on in sorted({on for on, _amount in credits})
            if sum(each for when, each in credits if when <= on) >= wanted
        ]
        assert day == (reached[0] if reached else None)
        assert (day is not None) == (paid == amount)


PARTS = (
    Part(1, date(2026, 3, 2), D("10.00")),
    Part(2, date(2026, 4, 1), D("10.00")),
    Part(3, date(2026, 5, 1), D("10.00")),
)


def asks(parts, day, month=3, pause=None):
    on = date(2026, month, day)
    return arrangement.asks(parts, on, before_days=3, after_days=3, pause=pause)


def paid(part, left="0.00"):
    return replace(part, amount_open=D(left))


def written(part, pay_by=None):
    return replace(part, written=True, pay_by=pay_by)


def test_reminded_of_from_three_days_before_once_and_not_when_paid_ahead():
    first, *rest = PARTS
    assert asks(PARTS, 26, 2) == Asks()
    assert asks(PARTS, 27, 2) == asks(PARTS, 2) == Asks(remind=(1,))
    assert asks((replace(first, reminded=True), *rest), 28, 2) == Asks()
    assert asks((paid(first), *rest), 28, 2) == Asks()
    assert asks((paid(first, "0.01"), *rest), 28, 2) == Asks(remind=(1,))
    never = arrangement.asks(PARTS, FIRST, before_days=0, after_days=3)
    assert never == Asks()


def test_missed_after_three_days_for_the_bank_also_when_paid_in_part():
    first, *rest = PARTS
    assert asks(PARTS, 5) == Asks()
    assert asks(PARTS, 6) == asks((paid(first, "0.01"), *rest), 6) == Asks(missed=1)
    assert asks((paid(first), *rest), 6) == Asks()
    assert asks(PARTS, 30, 4) == Asks(remind=(3,), missed=1)  # the oldest first


def test_one_letter_at_a_time_then_broken_unless_it_was_paid():
    first, second, third = PARTS
    under_way = written(first)
    assert asks((under_way, second, third), 20) == Asks()
    told = written(first, date(2026, 4, 10))
    assert asks((told, second, third), 10, 4) == Asks()  # the second is late, too
    assert asks((told, second, third), 13, 4) == Asks()  # the bank has its days here, too
    assert asks((told, second, third), 14, 4) == Asks(broken=1)
    assert asks((paid(told), second, third), 14, 4) == Asks(missed=2)


def test_kept_when_nothing_is_open():
    assert asks(tuple(map(paid, PARTS)), 1) == Asks(kept=True)
    assert not asks((*map(paid, PARTS[:2]), paid(PARTS[2], "0.01")), 1).kept


def test_a_pause_asks_nothing_and_gives_the_days_after_it():
    pause = Pause(date(2026, 3, 4), date(2026, 3, 20))
    for day in (4, 6, 20):
        assert asks(PARTS, day, pause=pause) == Asks()
    assert asks(PARTS, 3, pause=pause) == Asks()
    assert asks(PARTS, 23, pause=pause) == Asks()
    assert asks(PARTS, 24, pause=pause) == Asks(missed=1)
    told = (written(PARTS[0], date(2026, 3, 10)), *PARTS[1:])
    assert asks(told, 14) == Asks(broken=1)
    assert asks(told, 23, pause=pause) == Asks()
    assert asks(told, 24, pause=pause) == Asks(broken=1)


def test_days_in_a_pause_come_at_the_end():
    moved = arrangement.move_days(
        [part.day for part in PARTS], Pause(date(2026, 3, 20), date(2026, 4, 20)), day_of_month=1
    )
    assert moved == (date(2026, 3, 2), date(2026, 5, 1), date(2026, 6, 1))
    all_of_them = arrangement.move_days(
        [part.day for part in PARTS], Pause(FIRST, date(2026, 6, 15)), day_of_month=1
    )
    assert all_of_them == (date(2026, 7, 1), date(2026, 8, 3), date(2026, 9, 1))
    assert arrangement.move_days([], Pause(FIRST, FIRST)) == ()


@given(
    st.integers(1, 24),
    days,
    st.sampled_from(arrangement.EVERY),
    st.integers(0, 400),
    st.integers(0, 120),
)
def test_moved_days_stay_in_order_outside_the_pause(count, first, every, start, length):
    plan = arrangement.plan(D("100.00"), first, count=count, every=every)
    known = [each.day for each in plan]
    pause = Pause(first + start * DAY, first + (start + length) * DAY)
    moved = arrangement.move_days(known, pause, every=every)
    assert len(moved) == len(known)
    assert list(moved) == sorted(moved)
    assert not any(pause.first <= day <= pause.last for day in moved)
    assert all(is_working_day(day) for day in moved)
    assert {day for day in known if not pause.first <= day <= pause.last} <= set(moved)


def test_days_to_accept_and_to_pay():
    assert not arrangement.lapsed(FIRST, FIRST)
    assert arrangement.lapsed(FIRST, FIRST + DAY)
    assert arrangement.pay_by(date(2026, 3, 6), 14) == date(2026, 3, 20)
    assert arrangement.pay_by(date(2026, 3, 7), 14) == date(2026, 3, 23)  # a Saturday
