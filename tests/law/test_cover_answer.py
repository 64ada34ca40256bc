"""Was there cover on a day: the answer of the claims desk, as a table and for any policy."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from law import cover_answer as desk
from law.cover import covered_on

START, END = date(2026, 1, 1), date(2026, 9, 1)
STOP, BACK = date(2026, 3, 10), date(2026, 3, 20)
DAY = timedelta(days=1)
GAP = desk.Suspension(STOP, BACK, key="gap")
POLICY = desk.PolicyFacts(start=START, end=None, office_role="authorised_agent")
SUSPENDED = replace(POLICY, suspensions=(GAP,))
WARNED = desk.Warned(sent_on=date(2026, 2, 20), last_day=STOP - DAY, key="notice")
FIRST = desk.Premium("first", date(2026, 1, 15))


def ask(facts, day):
    found = desk.answer(facts, day)
    return found.code, found.covered, found.first, found.last


@pytest.mark.parametrize(
    ("facts", "day", "expected"),
    [
        pytest.param(POLICY, START - DAY, ("not_started", False, None, START - DAY), id="before"),
        pytest.param(POLICY, START, ("covered", True, START, None), id="first day"),
        pytest.param(
            replace(POLICY, end=END), END - DAY, ("covered", True, START, END - DAY), id="last day"
        ),
        pytest.param(replace(POLICY, end=END), END, ("ended", False, END, None), id="ended"),
        pytest.param(
            SUSPENDED, STOP - DAY, ("covered", True, START, STOP - DAY), id="the day before"
        ),
        pytest.param(SUSPENDED, STOP, ("suspended", False, STOP, BACK - DAY), id="first without"),
        pytest.param(
            SUSPENDED, BACK - DAY, ("suspended", False, STOP, BACK - DAY), id="last without"
        ),
        pytest.param(SUSPENDED, BACK, ("covered", True, BACK, None), id="back"),
        pytest.param(
            replace(POLICY, suspensions=(desk.Suspension(STOP),)),
            date(2026, 8, 1),
            ("suspended", False, STOP, None),
            id="not resumed",
        ),
        pytest.param(
            replace(POLICY, end=END, suspensions=(desk.Suspension(STOP),)),
            STOP,
            ("suspended", False, STOP, END - DAY),
            id="suspended until it ended",
        ),
        pytest.param(
            replace(POLICY, suspensions=(desk.Suspension(STOP, STOP),)),
            STOP,
            ("covered", True, START, None),
            id="a suspension taken back holds no day",
        ),
        pytest.param(
            replace(POLICY, suspensions=(replace(GAP, hour_counts=True),)),
            BACK,
            ("covered_hour_counts", True, BACK, None),
            id="24 hours: on the day of return the hour counts",
        ),
        pytest.param(
            replace(POLICY, suspensions=(replace(GAP, hour_counts=True),)),
            BACK + DAY,
            ("covered", True, BACK, None),
            id="24 hours: the day after it does not",
        ),
        pytest.param(
            replace(POLICY, warnings=(WARNED,)),
            WARNED.sent_on - DAY,
            ("covered", True, START, None),
            id="before the notice",
        ),
        pytest.param(
            replace(POLICY, warnings=(WARNED,)),
            WARNED.last_day,
            ("at_risk", True, START, None),
            id="the term runs",
        ),
        pytest.param(
            replace(POLICY, warnings=(WARNED,)),
            STOP,
            ("term_passed", True, START, None),
            id="the term passed and no suspension followed",
        ),
        pytest.param(
            replace(POLICY, warnings=(WARNED,), office_role="intermediary"),
            STOP,
            ("insurer_decides", True, START, None),
            id="the term passed and the insurer decides",
        ),
        pytest.param(
            replace(
                POLICY, warnings=(replace(WARNED, paid_on=STOP + DAY),), office_role="intermediary"
            ),
            STOP + 2 * DAY,
            ("covered", True, START, None),
            id="it was paid",
        ),
        pytest.param(
            replace(POLICY, premiums=(FIRST,)),
            FIRST.due_date,
            ("covered", True, START, None),
            id="first premium not overdue yet",
        ),
        pytest.param(
            replace(POLICY, premiums=(FIRST,)),
            FIRST.due_date + DAY,
            ("first_premium_open", True, START, None),
            id="first premium overdue",
        ),
        pytest.param(
            replace(POLICY, premiums=(replace(FIRST, paid_on=date(2026, 1, 20)),)),
            date(2026, 1, 21),
            ("covered", True, START, None),
            id="first premium paid late",
        ),
        pytest.param(
            replace(POLICY, premiums=(replace(FIRST, kind="amendment"),)),
            date(2026, 2, 1),
            ("amendment_premium_open", True, START, None),
            id="amendment overdue",
        ),
        pytest.param(
            replace(POLICY, start=None), date(1999, 1, 1), ("covered", True, None, None), id="ever"
        ),
    ],
)
def test_the_answer(facts, day, expected):
    assert ask(facts, day) == expected


def test_what_else_holds_is_told_too():
    facts = replace(
        POLICY,
        premiums=(FIRST,),
        warnings=(WARNED,),
        suspensions=(desk.Suspension(date(2026, 1, 20), date(2026, 3, 1), hour_counts=True),),
    )
    found = desk.answer(facts, date(2026, 3, 1))
    assert found.code == "first_premium_open"
    assert found.also == ("covered_hour_counts", "at_risk")
    assert (found.premium, found.warned) == (FIRST, WARNED)
    assert not found.certain


def test_the_notice_whose_term_ended_first_counts():
    later = desk.Warned(date(2026, 3, 20), date(2026, 4, 7), key="later")
    facts = replace(POLICY, warnings=(later, WARNED), office_role="intermediary")
    assert desk.answer(facts, date(2026, 4, 1)).warned == WARNED
    assert desk.answer(facts, date(2026, 4, 1)).code == "insurer_decides"


VEHICLE = replace(POLICY, vehicle=True)
OPEN = desk.Suspension(STOP, told_on=STOP)


@pytest.mark.parametrize(
    ("facts", "day", "until", "on_day"),
    [
        pytest.param(
            replace(VEHICLE, suspensions=(OPEN,)), STOP, date(2026, 3, 26), True, id="told at once"
        ),
        pytest.param(
            replace(VEHICLE, suspensions=(OPEN,)),
            date(2026, 3, 27),
            date(2026, 3, 26),
            False,
            id="after the sixteen days",
        ),
        pytest.param(
            replace(VEHICLE, suspensions=(desk.Suspension(STOP),)),
            date(2026, 8, 1),
            None,
            True,
            id="RDW was never told",
        ),
        pytest.param(
            replace(VEHICLE, end=END, end_told_on=END), END, date(2026, 9, 17), True, id="ended"
        ),
        pytest.param(
            replace(VEHICLE, end=END, end_told_on=END, suspensions=(OPEN,)),
            END,
            date(2026, 3, 26),
            False,
            id="ended while suspended: the suspension came first",
        ),
        pytest.param(
            replace(VEHICLE, end=END, end_told_on=END, suspensions=(replace(GAP, told_on=STOP),)),
            END,
            date(2026, 9, 17),
            True,
            id="ended after a suspension that was over",
        ),
    ],
)
def test_injured_third_parties(facts, day, until, on_day):
    assert desk.answer(facts, day).liability == desk.Liability(until, on_day)


def test_no_word_on_third_parties_while_covered_before_the_start_or_without_a_vehicle():
    assert desk.answer(replace(VEHICLE, suspensions=(GAP,)), BACK).liability is None
    assert desk.answer(VEHICLE, START - DAY).liability is None
    assert desk.answer(SUSPENDED, STOP).liability is None


def test_stretches_of_a_year():
    facts = replace(POLICY, end=END, suspensions=(GAP, desk.Suspension(BACK + DAY, BACK + DAY)))
    assert desk.stretches(facts, date(2025, 12, 1), date(2026, 9, 30)) == (
        desk.Stretch(date(2025, 12, 1), START - DAY, "none"),
        desk.Stretch(START, STOP - DAY, "covered"),
        desk.Stretch(STOP, BACK - DAY, "suspended"),
        desk.Stretch(BACK, END - DAY, "covered"),
        desk.Stretch(END, date(2026, 9, 30), "none"),
    )


days = st.dates(date(2026, 1, 1), date(2026, 12, 31))


@st.composite
def policies(draw):
    start = draw(st.none() | days)
    end = draw(st.none() | days)
    if start and end and end < start:
        start, end = end, start
    edges = sorted(draw(st.lists(days, max_size=8, unique=True)))
    gaps = [
        desk.Suspension(first, resume, draw(st.booleans()), draw(st.none() | days))
        for first, resume in zip(edges[::2], [*edges[1::2], None], strict=False)
    ]
    warnings = draw(st.lists(st.builds(desk.Warned, days, days, st.none() | days), max_size=3))
    premiums = draw(
        st.lists(
            st.builds(
                desk.Premium,
                st.sampled_from(["first", "follow_up", "amendment"]),
                days,
                st.none() | days,
            ),
            max_size=3,
        )
    )
    return desk.PolicyFacts(
        start,
        end,
        draw(st.sampled_from(["intermediary", "authorised_agent", "insurer"])),
        tuple(gaps),
        tuple(warnings),
        tuple(premiums),
        draw(st.booleans()),
        draw(st.none() | days),
    )


@given(facts=policies(), day=days)
def test_covered_is_started_not_ended_and_in_no_gap(facts, day):
    found = desk.answer(facts, day)
    started = facts.start is None or facts.start <= day
    ended = facts.end is not None and facts.end <= day
    gaps = [(one.start, one.resume) for one in facts.suspensions]
    assert found.covered == (started and not ended and covered_on(gaps, day))
    assert found.covered == (found.code not in desk.NO_COVER)
    assert {found.code, *found.also} <= set(desk.CODES)


@given(facts=policies(), day=days, steps=st.integers(-40, 40))
def test_every_day_of_a_stretch_has_the_same_answer(facts, day, steps):
    found = desk.answer(facts, day)
    other = day + timedelta(days=steps)
    if (found.first is None or found.first <= other) and (
        found.last is None or other <= found.last
    ):
        assert desk.answer(facts, other).covered == found.covered
    assert found.first is None or found.first <= day
    assert found.last is None or day <= found.last


@given(facts=policies(), first=days, length=st.integers(0, 400))
def test_stretches_leave_no_day_out_and_agree_with_the_answer(facts, first, length):
    last = first + timedelta(days=length)
    found = desk.stretches(facts, first, last)
    assert (found[0].first, found[-1].last) == (first, last)
    for one, following in zip(found, found[1:], strict=False):
        assert following.first == one.last + DAY
        assert following.kind != one.kind
    for one in found:
        for day in (one.first, one.last):
            assert desk.answer(facts, day).covered == (one.kind == "covered")


@pytest.mark.parametrize(
    ("make", "error", "name"),
    [
        (lambda: desk.answer(POLICY, "2026-03-01"), TypeError, "day"),
        (lambda: desk.answer(POLICY, datetime(2026, 3, 1)), TypeError, "day"),  # noqa: DTZ001
        (lambda: desk.answer({}, START), TypeError, "facts"),
        (lambda: desk.stretches(POLICY, END, START), ValueError, "last"),
        (lambda: desk.Suspension(BACK, STOP), ValueError, "resume"),
        (lambda: desk.Premium("yearly", START), ValueError, "kind"),
        (lambda: replace(POLICY, end=date(2025, 1, 1)), ValueError, "end"),
        (lambda: replace(POLICY, office_role="broker"), ValueError, "office_role"),
        (lambda: replace(POLICY, vehicle="yes"), TypeError, "vehicle"),
        (lambda: desk.Warned("soon", STOP), TypeError, "sent_on"),
    ],
)
def test_bad_input_names_the_argument(make, error, name):
    with pytest.raises(error, match=name):
        make()
