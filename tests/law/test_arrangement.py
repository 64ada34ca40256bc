"""The arithmetic of an arrangement: to the cent, on working days, within limits."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from law import arrangement, calendar

DAY = timedelta(days=1)
CENT = Decimal("0.01")
RHYTHM = arrangement.Rhythm(before=3, after=3, time=14)
amounts = st.integers(1, 10_000_000).map(lambda cents: CENT * cents)
days = st.dates(date(2024, 1, 1), date(2035, 12, 31))
counts = st.integers(1, arrangement.MOST_INSTALMENTS)
rests = st.sampled_from(arrangement.RESTS)
everies = st.sampled_from(arrangement.EVERY)


# === SPLIT ===


@given(amounts, counts, rests)
def test_parts_by_number_add_up_and_differ_by_the_rest_only(amount, count, rest):
    if amount < CENT * count:
        with pytest.raises(ValueError, match="count"):
            arrangement.split(amount, count, rest=rest)
        return
    parts = arrangement.split(amount, count, rest=rest)
    assert sum(parts) == amount
    assert len(parts) == count
    assert min(parts) > 0
    ordinary = parts[1:] if rest == "first" else parts[:-1]
    assert len(set(ordinary)) <= 1
    assert max(parts) - min(parts) < CENT * count


@given(amounts, amounts, rests)
def test_parts_by_amount_add_up_and_are_what_was_asked_but_for_the_rest(amount, part, rest):
    if amount > part * arrangement.MOST_INSTALMENTS:
        with pytest.raises(ValueError, match="part"):
            arrangement.split(amount, part=part, rest=rest)
        return
    parts = arrangement.split(amount, part=part, rest=rest)
    assert sum(parts) == amount
    ordinary = parts[1:] if rest == "first" else parts[:-1]
    assert set(ordinary) <= {part}
    assert 0 < (parts[0] if rest == "first" else parts[-1]) <= part


@pytest.mark.parametrize(
    ("amount", "how", "error"),
    [
        (Decimal(0), {"count": 1}, ValueError),
        (Decimal("-5.00"), {"count": 1}, ValueError),
        (Decimal("5.005"), {"count": 1}, ValueError),
        (5.0, {"count": 1}, TypeError),
        ("5.00", {"count": 1}, TypeError),
        (Decimal("50.00"), {"count": 0}, ValueError),
        (Decimal("50.00"), {"count": -1}, ValueError),
        (Decimal("50.00"), {"count": 10_000}, ValueError),
        (Decimal("50.00"), {"count": True}, TypeError),
        (Decimal("50.00"), {"count": 2.0}, TypeError),
        (Decimal("50.00"), {"part": Decimal(0)}, ValueError),
        (Decimal("50.00"), {"part": CENT}, ValueError),
        (Decimal("50.00"), {"part": 5.0}, TypeError),
        (Decimal("50.00"), {}, ValueError),
        (Decimal("50.00"), {"count": 2, "part": Decimal(25)}, ValueError),
        (Decimal("50.00"), {"count": 2, "rest": "middle"}, ValueError),
        (Decimal("NaN"), {"count": 2}, ValueError),
    ],
)
def test_what_cannot_be_divided_is_refused(amount, how, error):
    with pytest.raises(error):
        arrangement.split(amount, **how)


# === PLAN ===


@given(amounts, counts, days, everies, st.none() | st.integers(1, 31), rests)
def test_a_plan_adds_up_and_goes_forward_on_working_days(amount, count, first, every, dom, rest):
    if amount < CENT * count:
        return
    plan = arrangement.plan(amount, first, count=count, every=every, day_of_month=dom, rest=rest)
    assert sum(each.amount for each in plan) == amount
    assert [each.number for each in plan] == list(range(1, count + 1))
    falls_on = [each.day for each in plan]
    assert falls_on == sorted(set(falls_on)) or every == "week"
    assert falls_on[0] >= first
    assert all(calendar.is_working_day(day) for day in falls_on)
    for earlier, later in zip(falls_on, falls_on[1:], strict=False):
        assert later >= earlier


def test_a_month_that_lacks_the_day_takes_its_last_one():
    plan = arrangement.plan(Decimal("90.00"), date(2026, 1, 30), count=3, day_of_month=31)
    assert [each.day for each in plan] == [
        date(2026, 1, 30),
        date(2026, 3, 2),  # Saturday 28 February
        date(2026, 3, 31),
    ]


def test_weeks_and_four_weeks():
    for every, step in (("week", 7), ("four_weeks", 28)):
        plan = arrangement.plan(Decimal("30.00"), date(2026, 6, 1), count=3, every=every)
        assert [each.day for each in plan] == [date(2026, 6, 1) + n * step * DAY for n in range(3)]


@pytest.mark.parametrize(
    "how",
    [{"every": "year"}, {"day_of_month": 0}, {"day_of_month": 32}],
)
def test_a_plan_of_days_that_are_none_is_refused(how):
    with pytest.raises(ValueError, match=next(iter(how))):
        arrangement.plan(Decimal("30.00"), date(2026, 6, 1), count=3, **how)


@pytest.mark.parametrize("day", ["2026-06-01", None, 20260601])
def test_a_first_day_is_a_date(day):
    with pytest.raises(TypeError, match="first_day"):
        arrangement.plan(Decimal("30.00"), day, count=3)


def test_a_plan_does_not_run_out_of_the_calendar():
    with pytest.raises(ValueError, match="day"):
        arrangement.plan(Decimal("6000.00"), date(2098, 6, 1), count=60)


# === LIMITS ===


@pytest.mark.parametrize(
    ("count", "found"),
    [(3, ()), (6, ()), (7, ("too_long",)), (10, ("too_small", "too_long"))],
)
def test_beyond_the_limits(count, found):
    limits = arrangement.Limits(smallest=Decimal("15.00"), months=6)
    plan = arrangement.plan(Decimal("120.00"), date(2026, 2, 2), count=count)
    assert arrangement.beyond(plan, limits, date(2026, 1, 2)) == found


def test_one_small_debt_at_once_is_not_too_small():
    limits = arrangement.Limits(smallest=Decimal("15.00"), months=6)
    plan = arrangement.plan(Decimal("5.00"), date(2026, 2, 2), count=1)
    assert arrangement.beyond(plan, limits, date(2026, 1, 2)) == ()


# === PAID ===


@given(st.lists(amounts, max_size=20), st.integers(0, 10_000_000))
def test_a_payment_fills_the_first_parts_first(parts, cents):
    paid = CENT * cents
    shares = arrangement.spread(parts, paid)
    assert sum(shares) == min(paid, sum(parts))
    for number, (share, part) in enumerate(zip(shares, parts, strict=True)):
        assert 0 <= share <= part
        if share < part:
            assert not any(shares[number + 1 :])


@given(st.lists(amounts, min_size=1, max_size=12), st.data())
def test_what_fell_away_is_taken_from_the_end_and_paid_parts_stay(parts, data):
    paid = arrangement.spread(parts, CENT * data.draw(st.integers(0, int(sum(parts) / CENT))))
    unpaid = sum(parts) - sum(paid)
    by = CENT * data.draw(st.integers(0, int(unpaid / CENT)))
    left = arrangement.shrink(parts, paid, by)
    assert sum(left) == sum(parts) - by
    assert all(p <= now <= before for p, now, before in zip(paid, left, parts, strict=True))
    with pytest.raises(ValueError, match="by"):
        arrangement.shrink(parts, paid, unpaid + CENT)


# === WHAT A DAY ASKS ===


def test_the_days_of_reminding_missing_and_breaking():
    due = date(2026, 6, 10)
    soon = [day for day in (due + n * DAY for n in range(-5, 3)) if _soon(due, day)]
    assert soon == [due - 3 * DAY, due - 2 * DAY, due - DAY]
    assert not arrangement.is_missed(due, due + 3 * DAY, RHYTHM)
    assert arrangement.is_missed(due, due + 4 * DAY, RHYTHM)
    assert arrangement.can_still_pay_until(date(2026, 6, 15), RHYTHM) == date(2026, 6, 29)
    assert arrangement.can_still_pay_until(date(2026, 6, 14), RHYTHM) == date(2026, 6, 29)


def _soon(due, day):
    return arrangement.is_due_soon(due, day, RHYTHM)


def test_without_reminders_nothing_is_due_soon():
    silent = arrangement.Rhythm(before=0, after=3, time=14)
    assert not arrangement.is_due_soon(date(2026, 6, 10), date(2026, 6, 9), silent)


@pytest.mark.parametrize(
    ("received", "on", "broken"),
    [
        (None, date(2026, 12, 31), False),
        (date(2026, 6, 16), date(2026, 6, 29), False),
        (date(2026, 6, 16), date(2026, 6, 30), True),
        (date(2026, 6, 26), date(2026, 6, 30), False),
        (date(2026, 6, 26), date(2026, 7, 3), False),
        (date(2026, 6, 26), date(2026, 7, 4), True),
    ],
)
def test_broken_only_after_a_letter_that_was_received_and_left_time(received, on, broken):
    assert arrangement.is_broken(date(2026, 6, 29), received, on) is broken


@given(st.lists(days, min_size=1, max_size=6).map(sorted), st.integers(0, 400), everies)
def test_a_pause_moves_all_days_alike_behind_it(falls_on, length, every):
    until = falls_on[0] + length * DAY
    moved = arrangement.postpone(falls_on, until, every)
    assert moved[0] > until
    assert list(moved) == sorted(moved)
    assert all(new > old for new, old in zip(moved, falls_on, strict=True))
    assert moved[0] <= until + 42 * DAY


@pytest.mark.parametrize("wrong", [{"before": -1}, {"after": 1.5}, {"time": 6}])
def test_a_rhythm_leaves_time(wrong):
    with pytest.raises((ValueError, TypeError), match=next(iter(wrong))):
        arrangement.Rhythm(**{"before": 3, "after": 3, "time": 14, **wrong})
