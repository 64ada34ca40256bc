"""Who cannot pay is helped, who will not is warned; the same answers give the same advice."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from law import ways_out
from law.ways_out import Assessment, propose

ASSESSMENTS = st.builds(
    Assessment,
    willing=st.sampled_from(ways_out.YES_NO),
    able=st.sampled_from(ways_out.ABILITIES),
    cause=st.sampled_from(ways_out.CAUSES),
    several_debts=st.sampled_from(ways_out.YES_NO),
    wants_lower_premium=st.booleans(),
    yearly_premium=st.booleans(),
    direct_debit=st.booleans(),
)


def first(**answers):
    return propose(Assessment(**answers))[0].way


@given(ASSESSMENTS, ASSESSMENTS)
def test_same_answers_same_advice(one, other):
    if one.situation == other.situation:
        assert propose(one) == propose(other)
    assert (one.situation == other.situation) == (one == other)


@given(ASSESSMENTS)
def test_who_cannot_pay_is_helped_and_never_only_warned(answers):
    ways = [each.way for each in propose(answers)]
    assert ways and len(set(ways)) == len(ways) and set(ways) <= set(ways_out.WAYS)
    if answers.cannot_pay:
        assert ways[0] in ways_out.HELPING
        assert "last_chance" not in ways


@given(ASSESSMENTS)
def test_the_will_changes_nothing_for_who_cannot_pay(answers):
    if answers.cannot_pay:
        advice = {
            propose(Assessment(**{**_values(answers), "willing": willing}))
            for willing in ways_out.YES_NO
        }
        assert len(advice) == 1


@given(ASSESSMENTS)
def test_several_debts_lead_to_debt_help_first(answers):
    if answers.several_debts == "yes" and answers.cannot_pay:
        assert propose(answers)[0].way == "debt_help"


def _values(answers):
    return {name: getattr(answers, name) for name in Assessment.__slots__}


def test_each_ability_has_its_way():
    assert first(able="in_parts") == "arrangement"
    assert first(able="later_at_once") == "deferral"
    assert first(able="not_at_all", cause="lasting") == "debt_help"
    assert first(able="not_at_all", cause="temporary") == "deferral"
    assert first(able="now", willing="yes") == "pay_now"


def test_will_not_pay_gets_a_fair_last_chance():
    assert first(able="now", willing="no") == "last_chance"
    assert first(able="unknown", willing="no") == "last_chance"


def test_nothing_known_is_met_with_help():
    assert first() == "arrangement"


def test_lighter_ways_follow_the_main_one():
    advice = propose(Assessment(able="in_parts", yearly_premium=True, wants_lower_premium=True))
    assert [each.way for each in advice] == [
        "arrangement",
        "payment_term",
        "change_of_cover",
        "payment_method",
    ]


@pytest.mark.parametrize("name", ["willing", "able", "cause", "several_debts"])
def test_an_unknown_answer_is_refused_by_name(name):
    with pytest.raises(ValueError, match=name):
        Assessment(**{name: "maybe"})


def test_a_flag_is_a_bool():
    with pytest.raises(TypeError, match="yearly_premium"):
        Assessment(yearly_premium="yes")
