"""The ladder: next step, its day, and why."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal as D

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from law.calendar import is_working_day
from law.facts import COUNTINGS, NOTICE_STATES, SERVICE_KINDS, STAGE_KINDS
from law.ladder import HoldFact, ItemFacts, NoticeFact, StageRule, next_step


def d(text):
    return date.fromisoformat(f"2026-{text}")


STAGES = (
    StageRule("1", "reminder", 5),
    StageRule("2", "formal_notice", 14, D("10.00")),
    StageRule("3", "final_notice", 1),
    StageRule("4", "handover", 7),
)
DUE = d("01-31")
FACTS = ItemFacts(due_date=DUE, amount_open=D("45.00"), notices=(), stages=STAGES)
REMINDED = NoticeFact("1", "reminder", "sent", d("02-05"), d("02-07"), None)
NOTIFIED = NoticeFact("2", "formal_notice", "sent", d("02-19"), d("02-20"), d("03-06"))
FINAL = NoticeFact("3", "final_notice", "sent", d("03-07"), d("03-10"), d("03-24"))
HANDED = NoticeFact("4", "handover", "sent", d("03-31"), None, None)


def step(on, **changes):
    found = next_step(replace(FACTS, **changes), on)
    return found.stage, found.day, found.reason


def test_the_first_rung_waits_for_its_delay_after_the_due_date():
    assert step(d("01-20")) == ("1", d("02-05"), "not_due")
    assert step(d("02-04")) == ("1", d("02-05"), "not_due")
    assert step(d("02-05")) == ("1", d("02-05"), "due")
    assert step(d("08-01")) == ("1", d("02-05"), "due")


@pytest.mark.parametrize("delay", [0, 1])
def test_no_step_on_the_due_date(delay):
    stages = (StageRule("1", "formal_notice", delay),)
    assert step(DUE, stages=stages) == ("1", d("02-01"), "not_due")
    assert step(d("02-01"), stages=stages) == ("1", d("02-01"), "due")


@pytest.mark.parametrize(
    ("notices", "stage", "day"),
    [
        ((REMINDED,), "2", "02-19"),
        ((REMINDED, NOTIFIED), "3", "03-07"),
        ((NOTIFIED, REMINDED), "3", "03-07"),
        ((REMINDED, NOTIFIED, FINAL), "4", "03-31"),
        ((NOTIFIED,), "3", "03-07"),
    ],
)
def test_the_next_rung_counts_from_the_end_of_the_last_term(notices, stage, day):
    before = d(day) - timedelta(days=1)
    assert step(before, notices=notices) == (stage, d(day), "waiting_for_term")
    assert step(d(day), notices=notices) == (stage, d(day), "due")


def test_a_rung_never_comes_on_the_last_day_of_a_term():
    stages = (*STAGES[:2], StageRule("3", "final_notice", 0))
    found = step(d("03-06"), stages=stages, notices=(NOTIFIED,))
    assert found == ("3", d("03-07"), "waiting_for_term")


def test_a_reminder_with_a_term_is_waited_for():
    with_term = replace(REMINDED, last_day=d("02-21"))
    assert step(d("02-22"), notices=(with_term,)) == ("2", d("03-07"), "waiting_for_term")


def test_a_due_date_moved_behind_the_notices_is_respected():
    found = step(d("03-08"), due_date=d("04-30"), notices=(NOTIFIED,))
    assert found == ("3", d("05-01"), "not_due")


def test_the_ladder_ends():
    assert step(d("06-01"), notices=(REMINDED, NOTIFIED, FINAL, HANDED)) == (
        None,
        None,
        "ladder_done",
    )
    assert step(d("06-01"), stages=()) == (None, None, "ladder_done")


def test_nothing_open_comes_before_all():
    hold = HoldFact("dispute", d("01-01"), None)
    found = step(d("06-01"), amount_open=D("0.00"), holds=(hold,), arrangement_active=True)
    assert found == (None, None, "nothing_open")


@pytest.mark.parametrize(
    "notice",
    [
        NoticeFact("1", "reminder", "queued", None, None, None),
        NoticeFact("2", "formal_notice", "queued", d("02-19"), None, None),
        replace(NOTIFIED, last_day=None),
        replace(FINAL, last_day=None),
    ],
)
def test_a_notice_under_way_blocks(notice):
    assert step(d("06-01"), notices=(notice,)) == (None, None, "waiting_for_delivery")


@pytest.mark.parametrize(
    ("state", "reason"), [("failed", "notice_failed"), ("withdrawn", "notice_withdrawn")]
)
def test_a_notice_that_fell_away_makes_its_rung_next_again(state, reason):
    gone = replace(NOTIFIED, state=state)
    assert step(d("02-21"), notices=(REMINDED, gone)) == ("2", d("02-19"), reason)
    assert step(d("02-05"), notices=(replace(REMINDED, state=state),))[0] == "1"
    assert step(d("06-01"), notices=(REMINDED, gone, FINAL)) == ("2", d("04-07"), reason)
    assert step(d("06-01"), notices=(REMINDED, gone, NOTIFIED))[0] == "3"
    waiting = replace(NOTIFIED, state="queued", sent_on=None, received_on=None, last_day=None)
    assert step(d("06-01"), notices=(gone, waiting))[2] == "waiting_for_delivery"


def test_the_first_rung_is_taken_again_even_when_a_later_one_went_out():
    failed = replace(REMINDED, state="failed")
    assert step(d("06-01"), notices=(failed, NOTIFIED)) == ("1", d("03-11"), "notice_failed")


def test_a_failed_notice_goes_before_a_withdrawn_one_as_reason():
    both = (replace(NOTIFIED, state="withdrawn"), replace(NOTIFIED, state="failed"))
    assert step(d("06-01"), notices=both)[2] == "notice_failed"


def test_a_rung_added_below_the_last_one_is_not_taken_afterwards():
    stages = (StageRule("0", "reminder", 1), *STAGES)
    assert step(d("06-01"), stages=stages, notices=(REMINDED,))[0] == "2"


def test_a_notice_of_a_rung_that_is_gone_counts_for_the_last_rung_of_its_kind():
    old = replace(NOTIFIED, stage="99")
    assert step(d("06-01"), notices=(old,))[:2] == ("3", d("03-07"))
    unknown = NoticeFact("98", "termination", "sent", d("02-10"), None, d("02-27"))
    assert step(d("06-01"), notices=(unknown,))[:2] == ("1", d("03-04"))
    assert step(d("06-01"), notices=(replace(unknown, state="failed"),))[0] == "1"
    twice = (StageRule("a", "reminder", 1), StageRule("b", "reminder", 1), STAGES[1])
    assert step(d("06-01"), stages=twice, notices=(replace(REMINDED, stage="x"),))[0] == "2"


def test_below_the_minimum_nothing_happens():
    assert step(d("06-01"), notices=(REMINDED,), amount_open=D("9.99"))[2] == "below_minimum"
    assert step(d("06-01"), notices=(REMINDED,), amount_open=D("10.00"))[2] == "due"


def test_quiet_days_between_two_contacts():
    quiet = {"last_contact_on": d("02-01"), "quiet_days": 7}
    assert step(d("02-06"), **quiet) == ("1", d("02-08"), "quiet_days")
    assert step(d("02-08"), **quiet) == ("1", d("02-08"), "due")
    assert step(d("02-06"), last_contact_on=d("02-06"))[2] == "due"
    assert step(d("02-04"), last_contact_on=d("01-01"), quiet_days=7)[2] == "not_due"


def test_quiet_days_without_a_contact_change_nothing():
    assert step(d("02-05"), quiet_days=7) == ("1", d("02-05"), "due")
    found = next_step(replace(FACTS, last_contact_on=d("02-04")), d("02-05"))
    assert "quiet_days" not in found.inputs


def test_of_two_waits_for_the_same_day_the_first_is_told():
    same = {"last_contact_on": d("01-29"), "quiet_days": 7}
    assert step(d("02-01"), **same) == ("1", d("02-05"), "not_due")


def test_a_hold_is_told_even_when_it_costs_no_day():
    holds = (HoldFact("respite", d("01-10"), d("01-21")),)
    assert step(d("01-15"), holds=holds) == ("1", d("02-05"), "on_hold")
    assert step(d("02-01"), holds=holds) == ("1", d("02-05"), "fresh_term")
    assert step(d("01-09"), holds=holds) == ("1", d("02-05"), "on_hold")


def test_an_arrangement_stops_the_ladder():
    assert step(d("06-01"), arrangement_active=True) == (None, None, "arrangement")


def test_a_release_gives_a_fresh_term():
    released = {"released_on": d("03-01")}
    assert step(d("03-15"), **released) == ("1", d("03-16"), "fresh_term")
    assert step(d("03-16"), **released) == ("1", d("03-16"), "due")
    assert step(d("03-02"), **released, fresh_term_days=0) == ("1", d("03-02"), "due")


def test_an_open_ended_hold_stops_the_ladder_from_its_first_day():
    holds = (HoldFact("dispute", d("02-10"), None),)
    assert step(d("02-09"), holds=holds) == ("1", d("02-05"), "due")
    assert step(d("02-10"), holds=holds) == (None, None, "on_hold")
    assert step(d("02-10"), holds=holds, arrangement_active=True)[2] == "on_hold"


def test_an_open_ended_hold_in_the_future_stops_a_step_behind_it():
    holds = (HoldFact("dispute", d("02-05"), None),)
    assert step(d("02-01"), holds=holds) == (None, None, "on_hold")


def test_a_hold_with_an_end_moves_the_step_behind_it_and_a_fresh_term():
    holds = (HoldFact("respite", d("02-03"), d("02-20")),)
    assert step(d("01-15"), holds=holds) == ("1", d("03-07"), "on_hold")
    assert step(d("02-20"), holds=holds) == ("1", d("03-07"), "on_hold")
    assert step(d("02-21"), holds=holds) == ("1", d("03-07"), "fresh_term")
    assert step(d("03-07"), holds=holds) == ("1", d("03-07"), "due")


def test_a_hold_that_begins_behind_the_step_counts_only_once_it_runs():
    holds = (HoldFact("respite", d("02-10"), d("02-12")),)
    assert step(d("02-06"), holds=holds) == ("1", d("02-05"), "due")
    assert step(d("02-11"), holds=holds) == ("1", d("02-27"), "on_hold")
    assert step(d("02-13"), holds=holds) == ("1", d("02-27"), "fresh_term")


def test_holds_follow_each_other():
    holds = (HoldFact("b", d("02-25"), d("03-10")), HoldFact("a", d("02-03"), d("02-20")))
    assert step(d("02-04"), holds=holds) == ("1", d("03-25"), "on_hold")


def test_the_decision_tells_what_it_used():
    facts = replace(
        FACTS, notices=(REMINDED,), last_contact_on=d("02-05"), quiet_days=7, released_on=d("02-10")
    )
    assert next_step(facts, d("02-21")).inputs == {
        "on": "2026-02-21",
        "due_date": "2026-01-31",
        "amount_open": "45.00",
        "notices": "1:sent",
        "stage": "2",
        "not_due": "2026-02-01",
        "waiting_for_term": "2026-02-19",
        "quiet_days": "2026-02-12",
        "fresh_term": "2026-02-25",
    }
    done = next_step(replace(FACTS, stages=(), notices=(REMINDED, NOTIFIED)), d("02-21"))
    assert done.inputs["notices"] == "1:sent 2:sent"
    holds = (HoldFact("respite", d("02-10"), d("02-12")), HoldFact("dispute", d("02-11"), None))
    found = next_step(replace(FACTS, holds=holds[:1]), d("02-11")).inputs
    assert found["hold.2026-02-10"] == "respite 2026-02-12"
    future = (HoldFact("dispute", d("02-05"), None),)
    assert next_step(replace(FACTS, holds=future), d("02-01")).inputs["hold.2026-02-05"] == (
        "dispute open"
    )


@pytest.mark.parametrize(
    ("due", "delay", "day"),
    [
        ("01-30", 0, "02-02"),  # a Friday: the next working day is Monday
        ("01-30", 1, "02-02"),
        ("01-31", 1, "02-02"),
        ("01-31", 5, "02-06"),
        ("04-02", 1, "04-07"),  # Good Friday, the weekend and Easter Monday do not count
        ("04-01", 2, "04-07"),
        ("04-24", 1, "04-28"),  # King's day is Monday 27 April
        ("04-24", 5, "05-04"),
        ("05-13", 2, "05-18"),  # Ascension day
        ("12-24", 1, "12-28"),  # Christmas and the weekend
    ],
)
def test_working_days_pass_weekends_and_holidays(due, delay, day):
    stages = (StageRule("1", "reminder", delay, counting="working"),)
    before = d(day) - timedelta(days=1)
    assert step(before, due_date=d(due), stages=stages) == ("1", d(day), "not_due")
    assert step(d(day), due_date=d(due), stages=stages) == ("1", d(day), "due")


def test_working_days_count_from_the_end_of_a_term_too():
    stages = (*STAGES[:2], StageRule("3", "final_notice", 3, counting="working"), STAGES[3])
    found = step(d("03-07"), stages=stages, notices=(REMINDED, NOTIFIED))
    assert found == ("3", d("03-11"), "waiting_for_term")
    assert STAGES[2].first_day_after(d("03-06")) == d("03-07")


@pytest.mark.parametrize(
    ("start_at", "notices", "stage"),
    [
        ("1", (), "1"),
        ("2", (), "2"),
        ("3", (), "3"),
        ("4", (), "4"),
        ("3", (REMINDED,), "3"),
        ("2", (REMINDED, NOTIFIED), "3"),
        ("3", (REMINDED, NOTIFIED), "3"),
        ("3", (replace(REMINDED, state="failed"),), "3"),
        ("3", (REMINDED, replace(NOTIFIED, state="withdrawn")), "3"),
        ("2", (REMINDED, replace(NOTIFIED, state="withdrawn")), "2"),
        ("2", (replace(REMINDED, state="failed"), replace(NOTIFIED, state="failed")), "2"),
        ("4", (REMINDED, NOTIFIED, FINAL, HANDED), None),
    ],
)
def test_an_item_placed_at_a_rung_takes_none_below_it(start_at, notices, stage):
    assert step(d("06-01"), start_at=start_at, notices=notices)[0] == stage


def test_an_item_placed_at_a_rung_still_waits():
    assert step(d("01-20"), start_at="2") == ("2", d("02-14"), "not_due")
    running = {"notices": (NOTIFIED,), "start_at": "4"}
    assert step(d("03-01"), **running) == ("4", d("03-13"), "waiting_for_term")
    queued = NoticeFact("1", "reminder", "queued", None, None, None)
    assert step(d("06-01"), start_at="3", notices=(queued,))[2] == "waiting_for_delivery"
    hold = HoldFact("dispute", d("01-01"), None)
    assert step(d("06-01"), start_at="3", holds=(hold,)) == (None, None, "on_hold")
    quiet = {"last_contact_on": d("06-01"), "quiet_days": 7}
    assert step(d("06-01"), start_at="3", **quiet) == ("3", d("06-08"), "quiet_days")
    assert step(d("06-01"), start_at="3", released_on=d("06-01"))[:2] == ("3", d("06-16"))
    assert step(d("06-01"), start_at="2", amount_open=D("9.99"))[2] == "below_minimum"


days = st.dates(date(2026, 1, 1), date(2026, 12, 31))


@st.composite
def notice_facts(draw):
    sent = draw(days)
    received = draw(st.none() | st.integers(0, 5).map(lambda n: sent + timedelta(days=n)))
    last = draw(st.none() | st.integers(14, 20).map(lambda n: sent + timedelta(days=n)))
    state = draw(st.sampled_from(sorted(NOTICE_STATES)))
    kind = draw(st.sampled_from(sorted(STAGE_KINDS)))
    return NoticeFact(draw(st.sampled_from("12345")), kind, state, sent, received, last)


@st.composite
def hold_facts(draw):
    start = draw(days)
    end = draw(st.none() | st.integers(0, 60).map(lambda n: start + timedelta(days=n)))
    return HoldFact(draw(st.sampled_from(["dispute", "respite"])), start, end)


@st.composite
def ladders(draw):
    delays = st.integers(0, 30)
    countings = st.sampled_from(sorted(COUNTINGS))
    return tuple(
        replace(rule, delay_days=draw(delays), counting=draw(countings)) for rule in STAGES
    )


items = st.builds(
    ItemFacts,
    due_date=days,
    amount_open=st.decimals(0, 500, places=2),
    notices=st.lists(notice_facts(), max_size=4).map(tuple),
    stages=ladders(),
    holds=st.lists(hold_facts(), max_size=3).map(tuple),
    arrangement_active=st.booleans(),
    last_contact_on=st.none() | days,
    quiet_days=st.integers(0, 14),
    released_on=st.none() | days,
    fresh_term_days=st.integers(0, 20),
    start_at=st.none() | st.sampled_from([rule.code for rule in STAGES]),
)


@settings(max_examples=300)
@given(items, days)
def test_the_same_facts_give_the_same_decision_in_any_order(facts, on):
    turned = replace(facts, notices=facts.notices[::-1], holds=facts.holds[::-1])
    one, two = next_step(facts, on), next_step(turned, on)
    assert next_step(facts, on) == one
    assert (one.stage, one.day, one.reason) == (two.stage, two.day, two.reason)


@settings(max_examples=300)
@given(items, days, st.integers(0, 200))
def test_the_day_never_moves_back_as_time_goes_by(facts, on, later):
    one, two = next_step(facts, on), next_step(facts, on + timedelta(days=later))
    assert (one.day or date.max) <= (two.day or date.max)


@settings(max_examples=300)
@given(items, days)
def test_a_step_never_comes_on_the_due_date_in_a_term_or_in_a_hold(facts, on):
    found = next_step(facts, on)
    assert (found.stage is None) == (found.day is None)
    if found.day is None:
        return
    step_day = max(found.day, on)
    assert found.day > facts.due_date
    assert not any(n.state == "queued" for n in facts.notices)
    assert all(n.last_day < found.day for n in facts.notices if n.state == "sent" and n.last_day)
    if found.day <= on:
        assert not any(h.start <= on and (h.end is None or on <= h.end) for h in facts.holds)
    assert not any(h.start <= step_day and h.end is None for h in facts.holds)


@settings(max_examples=300)
@given(items, days)
def test_placing_an_item_skips_rungs_and_shortens_no_wait(facts, on):
    placed, free = next_step(facts, on), next_step(replace(facts, start_at=None), on)
    codes = [rule.code for rule in facts.stages]
    if placed.stage is not None and facts.start_at is not None:
        assert codes.index(placed.stage) >= codes.index(facts.start_at)
    if placed.stage is not None and free.stage == placed.stage:
        assert placed.day == free.day
    if placed.stage is not None:
        ends = [n.last_day or n.sent_on for n in facts.notices if n.state == "sent"]
        rule = facts.stages[codes.index(placed.stage)]
        assert placed.day >= max([rule.first_day_after(end) for end in ends], default=placed.day)


@settings(max_examples=300)
@given(days, st.integers(0, 60), st.integers(0, 60))
def test_a_delay_in_working_days_is_never_shorter_and_ends_on_a_working_day(day, delay, more):
    working = StageRule("1", "reminder", delay, counting="working")
    found = working.first_day_after(day)
    assert found >= replace(working, counting="calendar").first_day_after(day)
    assert is_working_day(found)
    assert found <= replace(working, delay_days=delay + more).first_day_after(day)
    assert found <= working.first_day_after(day + timedelta(days=more))


@pytest.mark.parametrize(
    ("call", "error", "match"),
    [
        (lambda: next_step("x", DUE), TypeError, "facts must be ItemFacts, not str"),
        (lambda: next_step(FACTS, "2026-01-31"), TypeError, "on"),
        (lambda: next_step(FACTS, datetime(2026, 1, 31, tzinfo=UTC)), TypeError, "on"),
        (lambda: StageRule(1, "reminder", 1), TypeError, "code"),
        (lambda: StageRule("1", "phone", 1), ValueError, "kind"),
        (lambda: StageRule("1", "reminder", -1), ValueError, "delay_days"),
        (lambda: StageRule("1", "reminder", 1.5), TypeError, "delay_days"),
        (lambda: StageRule("1", "reminder", 1, 10.0), TypeError, "minimum_amount"),
        (lambda: StageRule("1", "reminder", 1, counting="week"), ValueError, "counting"),
        (lambda: replace(FACTS, start_at=2), TypeError, "start_at"),
        (lambda: replace(FACTS, start_at="9"), ValueError, "start_at"),
        (lambda: replace(REMINDED, stage=1), TypeError, "stage"),
        (lambda: replace(REMINDED, kind="phone"), ValueError, "kind"),
        (lambda: replace(REMINDED, state="lost"), ValueError, "state"),
        (lambda: replace(REMINDED, sent_on=None), ValueError, "sent_on"),
        (lambda: replace(REMINDED, sent_on="now"), TypeError, "sent_on"),
        (lambda: replace(REMINDED, received_on=d("02-04")), ValueError, "received_on .*sent_on"),
        (lambda: replace(REMINDED, last_day=d("02-06")), ValueError, "last_day .*received_on"),
        (lambda: HoldFact(1, DUE, None), TypeError, "kind"),
        (lambda: HoldFact("dispute", None, None), TypeError, "start"),
        (lambda: HoldFact("dispute", DUE, "x"), TypeError, "end must"),
        (lambda: HoldFact("dispute", DUE, d("01-30")), ValueError, "end .*start"),
        (lambda: replace(FACTS, due_date="now"), TypeError, "due_date"),
        (lambda: replace(FACTS, amount_open=45.0), TypeError, "amount_open"),
        (lambda: replace(FACTS, amount_open=D("-1")), ValueError, "amount_open"),
        (lambda: replace(FACTS, notices=[REMINDED]), TypeError, "notices must be .*, not list"),
        (lambda: replace(FACTS, notices=("1",)), TypeError, "notices must hold .*, not str"),
        (lambda: replace(FACTS, stages=(REMINDED,)), TypeError, "stages"),
        (lambda: replace(FACTS, stages=STAGES[:1] * 2), ValueError, "stages .* are 1, 1"),
        (lambda: replace(FACTS, holds=(None,)), TypeError, "holds"),
        (lambda: replace(FACTS, arrangement_active=None), TypeError, "arrangement_active"),
        (lambda: replace(FACTS, last_contact_on="x"), TypeError, "last_contact_on"),
        (lambda: replace(FACTS, quiet_days=True), TypeError, "quiet_days"),
        (lambda: replace(FACTS, released_on="x"), TypeError, "released_on"),
        (lambda: replace(FACTS, fresh_term_days=-1), ValueError, "fresh_term_days"),
        (lambda: replace(FACTS, fresh_term_days=10**9), ValueError, "fresh_term_days"),
    ],
)
def test_wrong_input_is_named(call, error, match):
    with pytest.raises(error, match=rf"^{match}\b"):
        call()


def test_what_somebody_else_collects_takes_no_step():
    assert step(d("06-01"), handed_over=True) == (None, None, "handed_over")


def test_an_invoice_that_a_colleague_keeps_out_is_left_alone():
    assert step(d("06-01"), left_alone=True) == (None, None, "left_alone")
    assert step(d("06-01"), left_alone=True, amount_open=D("0.00"))[2] == "nothing_open"
    with pytest.raises(TypeError, match="left_alone"):
        step(d("06-01"), left_alone="yes")


def test_what_the_insurer_collects_knows_service_messages_only():
    def facts(*stages, collected_by="insurer"):
        return ItemFacts(
            due_date=date(2026, 2, 1),
            amount_open=D("45.00"),
            notices=(),
            stages=stages,
            collected_by=collected_by,
        )

    service = StageRule(code="1", kind="service_notice", delay_days=1)
    assert next_step(facts(service), date(2026, 3, 2)).stage == "1"
    for kind in sorted(STAGE_KINDS - SERVICE_KINDS):
        with pytest.raises(ValueError, match="collected_by insurer"):
            facts(service, StageRule(code="2", kind=kind, delay_days=14))
    with pytest.raises(ValueError, match="collected_by"):
        facts(service, collected_by="nobody")
