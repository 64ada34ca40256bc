"""Vectors 61 to 70 and the rate tables."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from law.interest import interest_on_balance, rate_periods, statutory_interest
from law.parameters import DatedRate


def d(text):
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("number", "principal", "due", "paid", "kind", "interest"),
    [
        (61, "100.00", "2026-01-01", "2026-07-01", "consumer", "1.98"),
        (62, "50.00", "2025-12-01", "2026-02-28", "consumer", "0.57"),
        (63, "266.67", "2026-09-30", "2026-11-22", "consumer", "1.55"),
        (64, "1000.00", "2024-12-31", "2025-12-31", "consumer", "60.00"),
        (65, "1200.00", "2025-06-30", "2026-06-30", "consumer", "60.10"),
        (66, "1200.00", "2024-06-30", "2026-06-30", "consumer", "142.06"),
        (67, "1000.00", "2023-06-30", "2025-12-31", "consumer", "168.74"),
        (68, "5000.00", "2026-05-31", "2026-08-31", "commercial", "130.04"),
        (69, "2500.00", "2025-12-31", "2026-11-22", "commercial", "229.12"),
        (70, "10000.00", "2023-12-31", "2025-12-31", "commercial", "2437.51"),
    ],
)
def test_vector_interest(number, principal, due, paid, kind, interest):
    assert statutory_interest(D(principal), d(due), d(paid), kind) == D(interest), number


@pytest.mark.parametrize(
    ("kind", "since", "percent"),
    [
        ("consumer", "2012-01-01", "4.00"),
        ("consumer", "2012-07-01", "3.00"),
        ("consumer", "2014-12-31", "3.00"),
        ("consumer", "2015-01-01", "2.00"),
        ("consumer", "2022-12-31", "2.00"),
        ("consumer", "2023-01-01", "4.00"),
        ("consumer", "2023-07-01", "6.00"),
        ("consumer", "2024-01-01", "7.00"),
        ("consumer", "2025-01-01", "6.00"),
        ("consumer", "2025-12-31", "6.00"),
        ("consumer", "2026-01-01", "4.00"),
        ("consumer", "2030-01-01", "4.00"),
        ("commercial", "2012-01-01", "8.00"),
        ("commercial", "2012-12-31", "8.00"),
        ("commercial", "2013-01-01", "7.75"),
        ("commercial", "2013-03-15", "7.75"),
        ("commercial", "2013-03-16", "8.75"),
        ("commercial", "2013-07-01", "8.50"),
        ("commercial", "2014-01-01", "8.25"),
        ("commercial", "2014-07-01", "8.15"),
        ("commercial", "2015-01-01", "8.05"),
        ("commercial", "2016-07-01", "8.00"),
        ("commercial", "2023-01-01", "10.50"),
        ("commercial", "2023-07-01", "12.00"),
        ("commercial", "2024-01-01", "12.50"),
        ("commercial", "2024-07-01", "12.25"),
        ("commercial", "2025-01-01", "11.15"),
        ("commercial", "2025-07-01", "10.15"),
        ("commercial", "2026-06-30", "10.15"),
        ("commercial", "2026-07-01", "10.40"),
    ],
)
def test_the_rate_of_one_day(kind, since, percent):
    day = d(since)
    one_day = statutory_interest(D("3650000.00"), day - timedelta(days=1), day, kind)
    assert one_day == D(percent) * 100


def test_interest_starts_the_day_after_the_due_date_and_includes_the_day_of_payment():
    due = d("2026-02-01")
    assert statutory_interest(D("36500.00"), due, due, "consumer") == D("0.00")
    assert statutory_interest(D("36500.00"), due, d("2026-01-31"), "consumer") == D("0.00")
    assert statutory_interest(D("36500.00"), due, d("2026-02-02"), "consumer") == D("4.00")
    assert statutory_interest(D("0.00"), due, d("2030-02-02"), "consumer") == D("0.00")


def test_a_years_interest_is_added_on_the_anniversary_of_the_claim():
    rates = [DatedRate(d("2020-01-01"), D("0.10"))]
    due = d("2021-03-15")
    days = {365: "100.00", 366: "100.30", 730: "210.00"}
    for count, interest in days.items():
        until = due + timedelta(days=count)
        assert statutory_interest(D("1000.00"), due, until, "consumer", rates) == D(interest)


def test_the_anniversary_of_29_february_is_28_february():
    rates = [(d("2020-01-01"), D("0.10"))]
    interest = statutory_interest(D("1000.00"), d("2020-02-29"), d("2021-03-01"), "consumer", rates)
    assert interest == D("100.30")


def test_another_table_may_come_in_any_order():
    rates = [(d("2026-01-11"), D("0.20")), (d("2026-01-01"), D("0.10"))]
    interest = statutory_interest(D("365.00"), d("2025-12-31"), d("2026-01-20"), "consumer", rates)
    assert interest == D("3.00")


def test_half_a_cent_is_rounded_up():
    rates = [(d("2020-01-01"), D("0.365"))]
    assert statutory_interest(D("5.00"), d("2026-01-01"), d("2026-01-02"), "consumer", rates) == D(
        "0.01"
    )


days = st.dates(d("2012-01-01"), d("2035-12-31"))
amounts = st.decimals(0, 100000, places=2)
kinds = st.sampled_from(["consumer", "commercial"])


@given(amounts, days, days, days, kinds)
def test_interest_never_falls_as_time_goes_by(principal, due, one, two, kind):
    least = statutory_interest(principal, due, min(one, two), kind)
    assert 0 <= least <= statutory_interest(principal, due, max(one, two), kind)


DUE, UNTIL = d("2026-01-01"), d("2026-07-01")
RATE = DatedRate(d("2020-01-01"), D("0.04"))


def interest(principal=D(100), due=DUE, until=UNTIL, kind="consumer", rates=None):
    return statutory_interest(principal, due, until, kind, rates)


@pytest.mark.parametrize(
    ("changes", "error", "match"),
    [
        ({"principal": 100.0}, TypeError, "principal"),
        ({"principal": D("-1")}, ValueError, "principal"),
        ({"due": "2026-01-01"}, TypeError, "due"),
        ({"due": d("2011-12-30")}, ValueError, "due must not be before.*2012-01-01"),
        ({"until": datetime(2026, 7, 1, tzinfo=UTC)}, TypeError, "until"),
        ({"kind": "penalty"}, ValueError, "kind"),
        ({"rates": []}, ValueError, "rates"),
        ({"rates": [RATE, RATE]}, ValueError, "rates"),
        ({"rates": ["4 %"]}, TypeError, "rates"),
        ({"rates": [(DUE, 0.04)]}, TypeError, "rates"),
        ({"rates": [(DUE, D(4))]}, ValueError, "rates"),
        ({"rates": [("2026-01-01", D("0.04"))]}, TypeError, "rates"),
        ({"rates": [(DUE, D("0.04"), 1)]}, TypeError, "rates"),
        ({"rates": [(d("2026-01-03"), D("0.04"))]}, ValueError, "due"),
    ],
)
def test_wrong_input_is_named(changes, error, match):
    with pytest.raises(error, match=rf"^{match}\b"):
        interest(**changes)


def test_no_interest_needs_no_rate():
    assert interest(due=d("2000-01-01"), until=d("2000-01-01")) == D("0.00")
    assert interest(due=d("2000-01-01"), principal=D("0.00")) == D("0.00")


def test_a_rate_of_nothing_gives_no_interest():
    assert interest(rates=[(d("2020-01-01"), D("0.00"))]) == D("0.00")


def test_a_table_may_begin_on_the_first_day_of_interest():
    assert interest(rates=[(d("2026-01-02"), D("0.04"))]) == D("1.98")
    assert interest(due=d("2011-12-31"), until=d("2012-12-31")) == D("3.51")


# === OVER A BALANCE === #


def over_balance(payments=(), until="2026-05-01", **changes):
    values = {"principal": D("1000.00"), "due": DUE, "kind": "consumer"} | changes
    return interest_on_balance(until=d(until), payments=payments, **values)


def test_a_part_payment_reduces_the_balance_from_the_day_after_it_was_credited():
    # 1,000 over 60 days at 4 % is 6.5753; 600 over the 60 days after it 3.9452.
    assert over_balance([(d("2026-03-02"), D("400.00"))]) == D("10.52")
    # A day more over the old balance costs 400 x 4 % / 365 = 0.04.
    assert over_balance([(d("2026-03-03"), D("400.00"))]) == D("10.56")
    assert over_balance([(d("2026-05-01"), D("400.00"))]) == over_balance() == D("13.15")


def test_a_payment_on_the_due_date_was_in_time():
    assert over_balance([(DUE, D("400.00"))]) == over_balance(principal=D("600.00"))
    assert over_balance([(d("2025-11-01"), D("1000.00"))]) == D("0.00")


def test_nothing_runs_over_interest_once_the_principal_is_paid():
    paid = [(d("2027-01-01"), D("1000.00"))]
    assert over_balance(paid, "2027-01-01") == D("40.00")
    assert over_balance(paid, "2029-01-01") == D("40.00")


def test_the_year_of_a_part_payment_is_added_to_the_balance_on_the_anniversary():
    # 500 x 4 % over the second half year (184 days) and 1,000 over the first (181).
    first = over_balance([(d("2026-07-01"), D("500.00"))], "2027-01-01")
    assert first == D("29.92")
    # A year later 4 % over the remaining 500 and over those 29.92 is 21.20 more.
    assert over_balance([(d("2026-07-01"), D("500.00"))], "2028-01-01") == D("51.11")


def test_a_later_notice_goes_on_where_the_earlier_one_stopped():
    parts = [
        over_balance(until="2026-03-01"),
        over_balance(until="2026-05-01", after=d("2026-03-01")),
    ]
    assert sum(parts) == over_balance(until="2026-05-01")
    assert over_balance(after=d("2026-05-01")) == D("0.00")
    assert over_balance(after=d("2026-08-01")) == D("0.00")


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"payments": [(DUE, 4.0)]}, TypeError),
        ({"payments": [(DUE, D("-4"))]}, ValueError),
        ({"payments": [("2026-01-01", D("4.00"))]}, TypeError),
        ({"payments": [D("4.00")]}, TypeError),
    ],
)
def test_wrong_payments_are_named(changes, error):
    with pytest.raises(error, match=r"^payments\b"):
        over_balance(**changes)


def test_a_wrong_day_that_was_counted_is_named():
    with pytest.raises(TypeError, match=r"^after\b"):
        over_balance(after="2026-03-01")


EUROS = st.decimals(min_value=0, max_value=20000, places=2)
DAYS = st.dates(d("2014-01-01"), d("2029-12-31"))
KINDS = st.sampled_from(["consumer", "commercial"])
PAYMENTS = st.lists(st.tuples(DAYS, EUROS), max_size=5)


@given(EUROS, DAYS, DAYS, KINDS)
def test_one_segment_is_the_statutory_interest(principal, due, until, kind):
    expected = statutory_interest(principal, due, until, kind)
    assert interest_on_balance(principal, due, until, kind) == expected
    later = [(until, principal), (until + timedelta(days=1), principal)]
    if due < until:
        assert interest_on_balance(principal, due, until, kind, later) == expected


@given(EUROS, DAYS, DAYS, KINDS, PAYMENTS, st.tuples(DAYS, EUROS))
def test_a_payment_never_raises_the_interest(principal, due, until, kind, payments, extra):
    without = interest_on_balance(principal, due, until, kind, payments)
    with_it = interest_on_balance(principal, due, until, kind, [extra, *payments])
    assert 0 <= with_it <= without


@given(EUROS, DAYS, DAYS, DAYS, KINDS, PAYMENTS)
def test_the_parts_of_a_period_add_up_to_the_whole(principal, due, one, other, kind, payments):
    first, last = sorted((one, other))
    before = interest_on_balance(principal, due, first, kind, payments)
    after = interest_on_balance(principal, due, last, kind, payments, after=first)
    assert after >= 0
    assert before + after == interest_on_balance(principal, due, last, kind, payments)


def test_the_rates_over_a_period_with_the_days_of_each():
    found = rate_periods("consumer", date(2024, 12, 30), date(2026, 1, 1))
    assert found == [
        (date(2024, 12, 30), date(2024, 12, 31), D("0.07")),
        (date(2025, 1, 1), date(2025, 12, 31), D("0.06")),
        (date(2026, 1, 1), date(2026, 1, 1), D("0.04")),
    ]
    with pytest.raises(ValueError, match="last"):
        rate_periods("consumer", date(2026, 1, 2), date(2026, 1, 1))
    with pytest.raises(ValueError, match="first known rate"):
        rate_periods("commercial", date(2011, 12, 31), date(2026, 1, 1))
