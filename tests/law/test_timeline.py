"""The ladder told ahead: the days are those of the ladder, the post and the calendar."""

from datetime import date, timedelta
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from law.calendar import is_day_of_rest
from law.facts import ItemFacts, NoticeFact, StageRule
from law.ladder import next_step
from law.notice import assumed_receipt, last_day_to_pay
from law.timeline import Practice, steps

STAGES = (
    StageRule("1", "reminder", 7),
    StageRule("2", "formal_notice", 14),
    StageRule("3", "final_notice", 7),
    StageRule("4", "handover", 14),
    StageRule("5", "termination", 14),
)
DUE = date(2026, 3, 2)
DAYS = st.dates(date(2025, 1, 1), date(2027, 12, 31))


def days(*args, **kwargs):
    return [(s.kind, s.day, s.received_on, s.last_day) for s in steps(*args, **kwargs)]


def test_each_step_with_its_days_counted_by_hand():
    """Monday 2 March: seven days, then 14; Good Friday is 3 April 2026, Easter Monday 6 April."""
    assert days(DUE, D("50.00"), STAGES) == [
        # A letter of Monday arrives on Tuesday: one delivery day later before July 2026.
        ("reminder", date(2026, 3, 9), date(2026, 3, 10), None),
        # 14 days after Tuesday 24 March are on Tuesday 7 April.
        ("formal_notice", date(2026, 3, 23), date(2026, 3, 24), date(2026, 4, 7)),
        # Arrives on Wednesday 15 April; 14 days later is Wednesday 29 April.
        ("final_notice", date(2026, 4, 14), date(2026, 4, 15), date(2026, 4, 29)),
        ("handover", date(2026, 5, 13), None, None),
        ("termination", date(2026, 5, 27), None, None),
    ]


def test_a_last_day_on_a_holiday_moves():
    """Sent on Thursday 19 March, received on Friday: 14 days later is Good Friday, then Easter."""
    stages = (StageRule("1", "formal_notice", 17),)
    [step] = steps(DUE, D("50.00"), stages)
    assert (step.day, step.received_on) == (date(2026, 3, 19), date(2026, 3, 20))
    assert (step.last_day, step.moved) == (date(2026, 4, 7), True)
    [step] = steps(DUE, D("50.00"), (StageRule("1", "formal_notice", 7),))
    assert (step.last_day, step.moved) == (date(2026, 3, 24), False)


def test_what_the_office_adds_makes_it_later():
    stages = (StageRule("1", "reminder", 6), StageRule("2", "formal_notice", 1))
    # Sunday 8 March is left alone; then four quiet days; the letter has a day more to arrive.
    practice = Practice(quiet_days=4, safety_days=1, margin_days=2, rests=True)
    assert days(DUE, D("50.00"), stages, practice) == [
        ("reminder", date(2026, 3, 9), date(2026, 3, 11), None),
        ("formal_notice", date(2026, 3, 13), date(2026, 3, 17), date(2026, 4, 2)),
    ]


def test_a_mail_arrives_the_next_day_whatever_is_added_for_the_post():
    [(_kind, day, received, _last)] = days(
        DUE, D("50.00"), STAGES[:1], Practice(channel="email", safety_days=3)
    )
    assert received == day + timedelta(days=1)


def test_the_row_ends_where_too_little_is_open_and_says_so():
    stages = (STAGES[0], StageRule("2", "formal_notice", 14, D("100.00")), STAGES[2])
    found = steps(DUE, D("50.00"), stages)
    assert [(step.stage, step.reason) for step in found] == [("1", ""), ("2", "below_minimum")]
    assert found[-1].day is None


def test_nothing_open_or_no_stage():
    assert [step.reason for step in steps(DUE, D(0), STAGES)] == ["nothing_open"]
    assert steps(DUE, D("50.00"), ()) == ()


def test_wrong_facts_are_named():
    with pytest.raises(TypeError, match="due_date"):
        steps("2026-03-02", D("50.00"), STAGES)
    with pytest.raises(ValueError, match="collected_by insurer"):
        steps(DUE, D("50.00"), STAGES, collected_by="insurer")


@given(
    due=DAYS,
    kinds=st.permutations([rule.kind for rule in STAGES]),
    delays=st.lists(st.integers(0, 30), min_size=5, max_size=5),
    quiet=st.integers(0, 10),
    margin=st.integers(0, 3),
    rests=st.booleans(),
)
def test_the_days_are_those_of_a_case_that_is_looked_at_every_day(
    due, kinds, delays, quiet, margin, rests
):
    """A second way to the same row: look each day, as the office does, and act when it is due."""
    stages = tuple(
        StageRule(str(i), kind, delay)
        for i, (kind, delay) in enumerate(zip(kinds, delays, strict=True))
    )
    practice = Practice(quiet_days=quiet, margin_days=margin, rests=rests)
    walked, notices, contact, day = [], (), None, due
    while len(walked) < len(stages):
        facts = ItemFacts(
            due, D("50.00"), notices, stages, last_contact_on=contact, quiet_days=quiet
        )
        decision = next_step(facts, day)
        if decision.day <= day and not (rests and is_day_of_rest(day)):
            kind, received, last = stages[int(decision.stage)].kind, None, None
            if kind not in ("handover", "termination"):
                received, contact = assumed_receipt(day, "post"), day
            if kind in ("formal_notice", "final_notice"):
                last = last_day_to_pay(received + timedelta(days=margin))
            notices += (NoticeFact(decision.stage, kind, "sent", day, received, last),)
            walked.append((kind, day, received, last))
        day += timedelta(days=1)
    assert days(due, D("50.00"), stages, practice) == walked
