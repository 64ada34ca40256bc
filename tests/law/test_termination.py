"""The gate before a policy ends for non-payment, the day on which it ends, the premium left."""

from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal as D

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from law.calendar import is_working_day
from law.termination import (
    Reduction,
    TerminationFacts,
    ends_on,
    reduce_premium,
    refund_of_unused_premium,
    term_around,
    termination_blockers,
    unused_premium,
)

DAY = timedelta(days=1)


def d(text):
    return date.fromisoformat(text)


FACTS = TerminationFacts(
    line_of_business="motor",
    premium_kind="follow_up",
    office_role="authorised_agent",
    due_date=d("2026-10-31"),
    amount_open=D("45.00"),
    notice_sent_on=d("2026-11-25"),
    notice_received_on=d("2026-11-27"),
    notice_names_termination=True,
    notice_in_writing_allowed=True,
    last_day=d("2026-12-11"),
    suspended_from=d("2026-11-19"),
    conditions_name_ground=True,
    disputed=False,
    debt_help=False,
    on_hold=False,
    arrangement_active=False,
    payment_waits=False,
    proposed_by="1",
    approved_by="2",
)
FIRST = d("2026-12-12")
NO_NOTICE = {"notice_sent_on": None, "notice_received_on": None, "last_day": None}


def test_two_people_may_end_a_policy_from_the_day_after_the_term():
    assert termination_blockers(FACTS, FIRST) == ()
    assert termination_blockers(replace(FACTS, office_role="insurer"), FIRST) == ()
    assert termination_blockers(FACTS, d("2026-12-11")) == ("term_running",)


BLOCKERS = [
    ({"line_of_business": "health_basic"}, ("health_basic",)),
    ({"line_of_business": "health_extra"}, ()),
    ({"premium_kind": "first"}, ("premium_kind",)),
    ({"premium_kind": "amendment"}, ("premium_kind",)),
    ({"office_role": "intermediary"}, ("office_role",)),
    ({"amount_open": D("0.00")}, ("nothing_open",)),
    ({"conditions_name_ground": False}, ("no_ground",)),
    (NO_NOTICE, ("notice_not_sent",)),
    ({"due_date": d("2026-11-25")}, ("notice_before_default",)),
    ({"due_date": d("2026-11-24")}, ()),
    ({"notice_names_termination": False}, ("notice_silent",)),
    ({"notice_in_writing_allowed": False}, ("not_in_writing",)),
    ({"notice_received_on": None}, ("not_received",)),
    ({"last_day": None}, ("no_term",)),
    ({"last_day": d("2026-12-10")}, ("term_too_short",)),
    ({"last_day": d("2026-12-12")}, ("term_running",)),
    ({"suspended_from": None}, ("not_suspended",)),
    ({"suspended_from": d("2026-12-13")}, ("not_suspended",)),
    ({"suspended_from": FIRST}, ()),
    ({"disputed": True}, ("disputed",)),
    ({"debt_help": True}, ("debt_help",)),
    ({"on_hold": True}, ("on_hold",)),
    ({"arrangement_active": True}, ("arrangement",)),
    ({"payment_waits": True}, ("payment_waits",)),
    ({"approved_by": ""}, ("not_approved",)),
    ({"approved_by": "1"}, ("same_person",)),
    (
        {**NO_NOTICE, "office_role": "intermediary", "suspended_from": None, "on_hold": True},
        ("office_role", "notice_not_sent", "not_suspended", "on_hold"),
    ),
]


@pytest.mark.parametrize(("changes", "blockers"), BLOCKERS)
def test_what_blocks_the_end(changes, blockers):
    assert termination_blockers(replace(FACTS, **changes), FIRST) == blockers


ONES = [changes for changes, codes in BLOCKERS if len(codes) == 1]


@given(st.lists(st.sampled_from(ONES), min_size=1, max_size=4))
def test_no_good_fact_makes_up_for_a_bad_one(changes):
    merged = {}
    for change in changes:
        merged |= change
    assume("notice_received_on" not in merged or merged["notice_received_on"] is None)
    assert termination_blockers(replace(FACTS, **merged), FIRST)


# === THE DAY === #


@pytest.mark.parametrize(
    ("received", "period", "first_day_without"),
    [
        ("2026-11-27", {}, "2027-01-28"),  # two months: up to and including Wednesday the 27th
        ("2025-12-31", {}, "2026-03-03"),  # 28 February 2026 is a Saturday: Monday 2 March
        ("2027-12-31", {}, "2028-03-01"),  # a leap year: 29 February 2028, a Tuesday
        ("2026-11-27", {"months": 0}, "2026-12-12"),  # at once: fourteen days are left
        ("2026-11-27", {"months": 0, "days": 5}, "2026-12-12"),
        ("2026-11-27", {"months": 0, "days": 30}, "2026-12-29"),  # the 27th is a Sunday
        ("2026-11-27", {"months": 1}, "2026-12-29"),
        ("2026-11-27", {"months": 1, "days": 2}, "2026-12-30"),
        ("2026-12-11", {"months": 0}, "2026-12-29"),  # Christmas and a weekend
    ],
)
def test_the_period_of_notice(received, period, first_day_without):
    assert ends_on(d(received), **period) == d(first_day_without)


def test_a_decreed_holiday_moves_it_as_well():
    received = d("2027-04-23")  # fourteen days later is 7 May 2027, decreed
    assert ends_on(received, months=0) == d("2027-05-08")
    assert ends_on(received, months=0, extra_holidays=frozenset({d("2027-05-07")})) == d(
        "2027-05-11"
    )


@given(
    st.dates(d("2020-01-01"), d("2035-01-01")),
    st.integers(0, 24),
    st.integers(0, 400),
)
def test_it_never_ends_in_the_past_nor_on_the_day_after_a_day_of_rest(received, months, days):
    first = ends_on(received, months, days)
    assert first > received + 14 * DAY
    assert is_working_day(first - DAY)
    assert first <= ends_on(received, months, days + 1)


# === THE TERM === #


@pytest.mark.parametrize(
    ("start", "months", "day", "term"),
    [
        ("2024-01-01", 1, "2026-02-14", ("2026-02-01", "2026-02-28")),
        ("2024-01-01", 1, "2028-02-29", ("2028-02-01", "2028-02-29")),
        ("2024-01-01", 3, "2026-03-31", ("2026-01-01", "2026-03-31")),
        ("2024-01-01", 12, "2028-06-01", ("2028-01-01", "2028-12-31")),
        ("2024-01-31", 1, "2026-02-28", ("2026-02-28", "2026-03-30")),
        ("2024-01-31", 1, "2026-03-30", ("2026-02-28", "2026-03-30")),
        ("2024-05-15", 6, "2026-05-14", ("2025-11-15", "2026-05-14")),
        ("2024-05-15", 6, "2026-05-15", ("2026-05-15", "2026-11-14")),
        ("2026-05-15", 3, "2026-01-01", ("2026-05-15", "2026-08-14")),
    ],
)
def test_the_term_that_a_day_lies_in(start, months, day, term):
    assert term_around(d(start), months, d(day)) == (d(term[0]), d(term[1]))


@given(
    st.dates(d("2000-01-01"), d("2030-01-01")),
    st.sampled_from([1, 3, 6, 12]),
    st.integers(0, 7000),
)
def test_terms_follow_each_other_without_a_day_between(start, months, later):
    day = start + later * DAY
    first, last = term_around(start, months, day)
    assert first <= day <= last
    assert term_around(start, months, last + DAY)[0] == last + DAY


# === THE PREMIUM === #

YEAR, LEAP = ("2026-01-01", "2026-12-31"), ("2028-01-01", "2028-12-31")


@pytest.mark.parametrize(
    ("premium", "term", "ended", "unused"),
    [
        ("45.00", ("2026-03-01", "2026-03-31"), "2026-03-11", "30.49"),  # 21 of 31 days
        ("45.00", ("2026-02-01", "2026-02-28"), "2026-02-15", "22.50"),
        ("45.00", ("2028-02-01", "2028-02-29"), "2028-02-15", "23.28"),  # 15 of 29, up
        ("135.00", ("2026-01-01", "2026-03-31"), "2026-03-11", "31.50"),  # 21 of 90
        ("135.00", ("2028-01-01", "2028-03-31"), "2028-03-11", "31.16"),  # 21 of 91, up
        ("540.00", YEAR, "2026-03-11", "437.92"),  # 296 of 365, up
        ("540.00", LEAP, "2028-03-11", "436.73"),  # 296 of 366, up
        ("540.00", YEAR, "2026-01-01", "540.00"),
        ("540.00", YEAR, "2025-06-01", "540.00"),  # a term that never began
        ("540.00", YEAR, "2026-12-31", "1.48"),
        ("540.00", YEAR, "2027-01-01", "0.00"),
        ("540.00", YEAR, "2029-01-01", "0.00"),
        ("0.00", YEAR, "2026-03-11", "0.00"),
    ],
)
def test_unused_premium_to_the_cent(premium, term, ended, unused):
    assert unused_premium(D(premium), d(term[0]), d(term[1]), d(ended)) == D(unused)


MARCH = (d("2026-03-01"), d("2026-03-31"), d("2026-03-11"))


@pytest.mark.parametrize(
    ("unpaid", "reduction"),
    [
        ("0.00", ("30.49", "0.00", "30.49")),  # paid: it comes back
        ("45.00", ("30.49", "30.49", "0.00")),  # unpaid: less is owed
        ("20.00", ("30.49", "20.00", "10.49")),  # a part: nothing is owed, the rest comes back
    ],
)
def test_what_is_unpaid_is_lowered_first(unpaid, reduction):
    expected = Reduction(*map(D, reduction))
    assert reduce_premium(D("45.00"), D(unpaid), *MARCH) == expected
    assert refund_of_unused_premium(D("45.00"), *MARCH, D(unpaid)) == expected.refund


def test_a_paid_term_comes_back_without_saying_so():
    assert refund_of_unused_premium(D("45.00"), *MARCH) == D("30.49")


MONEY = st.decimals(0, 5000, places=2)


@given(
    MONEY, st.dates(d("2024-01-01"), d("2029-01-01")), st.integers(0, 366), st.integers(-30, 400)
)
def test_unused_premium_is_a_fair_share_in_the_customers_favour(premium, start, length, after):
    end, ended = start + length * DAY, start + after * DAY
    unused = unused_premium(premium, start, end, ended)
    assert D(0) <= unused <= premium
    exact = premium * max((end - max(ended, start)).days + 1, 0) / (length + 1)
    assert exact <= unused < exact + D("0.01")
    assert unused_premium(premium, start, end, ended + DAY) <= unused


@given(MONEY, st.integers(0, 100), st.integers(0, 400))
def test_nothing_is_lost_between_what_is_lowered_and_what_comes_back(premium, percent, after):
    start, end = d("2028-01-01"), d("2028-12-31")
    unpaid = (premium * percent / 100).quantize(D("0.01"))
    found = reduce_premium(premium, unpaid, start, end, start + after * DAY)
    assert found.off_unpaid + found.refund == found.unused
    assert found.off_unpaid <= unpaid and found.refund <= premium - unpaid


# === WRONG INPUT === #


@pytest.mark.parametrize(
    ("call", "error", "match"),
    [
        (lambda: termination_blockers("x", FIRST), TypeError, "facts must be .*, not str"),
        (lambda: termination_blockers(FACTS, "2026-11-19"), TypeError, "on"),
        (lambda: termination_blockers(FACTS, datetime(2026, 1, 1, tzinfo=UTC)), TypeError, "on"),
        (lambda: replace(FACTS, line_of_business="boat"), ValueError, "line_of_business"),
        (lambda: replace(FACTS, premium_kind="second"), ValueError, "premium_kind"),
        (lambda: replace(FACTS, office_role="broker"), ValueError, "office_role"),
        (lambda: replace(FACTS, due_date=None), TypeError, "due_date"),
        (lambda: replace(FACTS, amount_open=45.0), TypeError, "amount_open"),
        (lambda: replace(FACTS, suspended_from="x"), TypeError, "suspended_from"),
        (lambda: replace(FACTS, last_day="x"), TypeError, "last_day"),
        (lambda: replace(FACTS, proposed_by=1), TypeError, "proposed_by"),
        (
            lambda: replace(FACTS, notice_received_on=d("2026-11-01")),
            ValueError,
            "notice_received_on .*notice_sent_on",
        ),
        (lambda: ends_on("2026-01-01"), TypeError, "received_on"),
        (lambda: ends_on(FIRST, months=-1), ValueError, "months"),
        (lambda: ends_on(FIRST, months=25), ValueError, "months must be at most 24"),
        (lambda: ends_on(FIRST, days=-1), ValueError, "days"),
        (lambda: ends_on(FIRST, extra_holidays=["x"]), TypeError, "extra_holidays"),
        (lambda: term_around("x", 1, FIRST), TypeError, "start"),
        (lambda: term_around(FIRST, 0, FIRST), ValueError, "months"),
        (lambda: term_around(FIRST, 1, None), TypeError, "day"),
        (lambda: unused_premium(45.0, *MARCH), TypeError, "premium"),
        (lambda: unused_premium(D("-1.00"), *MARCH), ValueError, "premium"),
        (lambda: unused_premium(D("1.00"), MARCH[1], MARCH[0], FIRST), ValueError, "term_end"),
        (lambda: unused_premium(D("1.00"), *MARCH[:2], None), TypeError, "ended_on"),
        (lambda: reduce_premium(D("1.00"), D("1.01"), *MARCH), ValueError, "unpaid must be at mo"),
        (lambda: reduce_premium(D("1.00"), 0, *MARCH), TypeError, "unpaid"),
    ],
)
def test_wrong_input_is_named(call, error, match):
    with pytest.raises(error, match=rf"^{match}"):
        call()


@pytest.mark.parametrize("name", [f.name for f in fields(FACTS) if f.type is bool])
def test_flags_are_true_or_false(name):
    with pytest.raises(TypeError, match=rf"^{name} must be True or False"):
        replace(FACTS, **{name: 1})
