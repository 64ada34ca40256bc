"""What may count of an earlier system's notices and fees, and what may not."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from law.notice import last_day_to_pay
from law.opening import TakenOver, charge_blockers, notice_blockers

DAY = timedelta(days=1)
LETTER = TakenOver(
    kind="formal_notice",
    sent_on=date(2026, 2, 3),
    latest_due_date=date(2026, 1, 15),
    received_on=date(2026, 2, 4),
    last_day=date(2026, 2, 18),
    names_suspension=True,
    fee=D("40.00"),
    fee_allowed=D("40.00"),
)


def test_a_good_letter_counts():
    assert notice_blockers(LETTER) == ()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"latest_due_date": date(2026, 2, 3)}, "before_default"),
        ({"kind": "reminder", "names_suspension": False}, "no_14_day_letter"),
        ({"kind": "final_notice", "fee": D("0.00")}, "no_14_day_letter"),
        ({"last_day": date(2026, 2, 17)}, "term_too_short"),
        ({"may_cause_fee": False}, "fee_not_allowed"),
        ({"fee": D("40.01")}, "fee_too_high"),
        ({"vat": D("8.40")}, "vat_too_high"),
    ],
)
def test_each_flaw_has_its_code(change, code):
    assert notice_blockers(replace(LETTER, **change)) == (code,)


def test_a_flaw_of_the_fee_is_none_without_a_fee():
    silent = replace(LETTER, fee=D("0.00"), fee_allowed=D("0.00"), may_cause_fee=False)
    assert notice_blockers(silent) == ()
    assert notice_blockers(replace(silent, kind="reminder", names_suspension=False)) == ()


def test_a_term_that_ends_on_a_holiday_moves_on():
    # 14 days after 22 April 2027 is 6 May 2027, Ascension Day; the 7th is decreed that year.
    letter = replace(
        LETTER,
        sent_on=date(2027, 4, 21),
        received_on=date(2027, 4, 22),
        last_day=date(2027, 5, 7),
    )
    assert notice_blockers(letter) == ()
    decreed = frozenset({date(2027, 5, 7)})
    assert notice_blockers(letter, decreed) == ("term_too_short",)


@given(st.dates(date(2024, 10, 1), date(2028, 12, 31)), st.integers(-10, 60))
def test_no_shorter_term_than_the_law_gives_ever_counts(received_on, days):
    least = last_day_to_pay(received_on)
    last_day = max(received_on, least + days * DAY)
    letter = replace(LETTER, sent_on=received_on, received_on=received_on, last_day=last_day)
    letter = replace(letter, latest_due_date=received_on - DAY)
    assert ("term_too_short" in notice_blockers(letter)) == (last_day < least)


@pytest.mark.parametrize(
    ("charged_on", "charged", "codes"),
    [
        (date(2026, 2, 19), D("40.00"), ()),
        (date(2026, 2, 18), D("40.00"), ("too_early",)),
        (date(2026, 2, 19), D("40.01"), ("too_much",)),
        (date(2026, 2, 18), D("45.00"), ("too_early", "too_much")),
    ],
)
def test_a_fee_is_charged_after_the_term_and_not_too_high(charged_on, charged, codes):
    assert charge_blockers(charged_on, date(2026, 2, 19), charged, D("40.00")) == codes


def test_wrong_facts_are_refused_by_name():
    with pytest.raises(ValueError, match="received_on"):
        replace(LETTER, received_on=date(2026, 2, 2))
    with pytest.raises(ValueError, match="last_day"):
        replace(LETTER, last_day=date(2026, 2, 1))
    with pytest.raises(TypeError, match="fee"):
        replace(LETTER, fee=40.0)
    with pytest.raises(ValueError, match="kind"):
        replace(LETTER, kind="postcard")
    with pytest.raises(TypeError, match="TakenOver"):
        notice_blockers("letter")
