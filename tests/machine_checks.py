"""The promises as the state machine checks them after each step, from its own model alone."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from .machine_model import REST_DAYS, WAIVE_LIMIT, end_of_term, tariff

STEPS = {
    "consumer": ("reminder", "formal_notice", "final_notice", "handover_notice"),
    "business": ("reminder", "business_notice", "final_notice", "handover_notice"),
}
STATUTORY = ("formal_notice", "business_notice")
LIVE = ("queued", "sent")


@dataclass(frozen=True)
class Notice:
    """A notice as the database has it; ``premiums``: number of each premium -> amount stated."""

    id: int
    holder: str
    kind: str
    state: str
    channel: str
    date: date
    sent_on: date | None
    received_on: date | None
    last_day: date | None
    names_suspension: bool
    fee: Decimal
    vat: Decimal
    premiums: dict


@dataclass(frozen=True)
class Fee:
    id: int
    notice: int
    state: str
    amount: Decimal
    booked_on: date | None
    on_receivable: Decimal  # what the books have of it, entries and counter-entries together


@dataclass(frozen=True)
class Gap:
    id: int
    policy: str
    start: date
    resume: date | None
    notice: int


def check(model, notices, fees, gaps):
    """Check promises 1 to 7; raises AssertionError that names the promise."""
    for notice in notices.values():
        if notice.id not in model.seen:
            _check_new_notice(model, notice, notices)
    for fee in fees:
        _check_fee(model, fee, notices[fee.notice])
    for gap in gaps:
        _check_gap(model, gap, notices[gap.notice])
    missing = model.starts.keys() - {gap.id for gap in gaps}
    _must(not missing, "11: a gap is kept", missing)


def _must(holds, promise, *facts):
    if not holds:
        raise AssertionError(f"promise {promise}: {facts}")


# === NOTICES === #


def _check_new_notice(model, notice, notices):
    model.seen.add(notice.id)
    for number in notice.premiums:
        model.made_in[notice.id, number] = model.premiums[number].cycle
    if notice.kind not in STEPS[model.holders[notice.holder]]:
        _check_message(model, notice)
        return
    day = model.last_run
    _must(notice.date == day, "6: notices are made by a run, on its day", notice, day)
    _must(day.weekday() < 6 and day not in REST_DAYS, "rest days: no letter", notice)
    _must(not model.is_held(notice.holder, day), "7: nothing is sent during a hold", notice)
    _must(not model.is_fresh(notice.holder, day), "7: a fresh term after a hold", notice)
    _must(notice.premiums, "6: a notice names a premium", notice)
    for number, stated in notice.premiums.items():
        premium = model.premiums[number]
        _must(premium.due < day, "4: only after the due date", notice, premium)
        _must(premium.open_at_end_of() > 0, "6: a paid item is never reminded", notice, premium)
        _must(premium.open_at_end_of() == stated, "6: the amount is right", notice, premium)
        earlier = _earlier(model, notice, number, notices)
        twice = [other for other in earlier if other.kind == notice.kind]
        _must(not twice, "6: the same notice never goes twice", notice, twice)
        running = [o for o in earlier if o.state == "queued" or (o.last_day or o.sent_on) >= day]
        _must(not running, "no step while a term runs", notice, running)
    stages = {
        frozenset(other.kind for other in _earlier(model, notice, number, notices))
        for number in notice.premiums
    }
    _must(len(stages) == 1, "3: different stages never share a letter", notice, stages)
    split = [
        other
        for other in notices.values()
        if (other.holder, other.kind, other.date) == (notice.holder, notice.kind, notice.date)
        and other.id != notice.id
        and other.state in LIVE
    ]
    _must(not split, "3: one letter for all that is due for the same stage", notice, split)
    _check_announced(model, notice)


def _check_message(model, notice):
    """A letter that is no step: what it tells has to be so."""
    held = model.is_held(notice.holder, model.today)
    told = notice.kind in ("cover_suspended", "cover_resumed", "correction")
    _must(told, "no other letter is sent", notice)
    _must(not notice.fee, "1: a message charges nothing", notice, held)


def _earlier(model, notice, number, notices):
    """Return the live steps that this premium had before, since it was last wholly paid."""
    return [
        other
        for other in notices.values()
        if other.id < notice.id
        and number in other.premiums
        and other.kind in STEPS[model.holders[other.holder]]
        and other.state in LIVE
        and model.made_in[other.id, number] == model.premiums[number].cycle
    ]


def _check_announced(model, notice):
    _must(not notice.vat, "2: no VAT unless it is allowed", notice)
    if notice.kind not in STATUTORY:
        _must(not notice.fee, "1: only the 14-day letter announces a fee", notice)
        return
    most = tariff(sum(notice.premiums.values()))
    _must(notice.fee <= most, "2: never more than the tariff", notice, most)


# === FEES === #


def _check_fee(model, fee, notice):
    in_books = fee.amount if fee.state == "booked" else Decimal(0)
    _must(fee.on_receivable == in_books, "2: the books have what is due", fee)
    _must(fee.amount <= notice.fee, "2: never more than announced", fee, notice)
    if fee.state != "booked":
        model.booked.discard(fee.id)
        return
    _must(notice.id not in model.dead, "11: taken back with its notice", fee, notice)
    _must(notice.state == "sent", "1: a letter that was sent", fee, notice)
    unpaid_after = notice.sent_on
    if model.holders[notice.holder] == "consumer":
        _check_consumer_letter(model, fee, notice)
        unpaid_after = notice.last_day
    unpaid = sum((p.open_at_end_of(unpaid_after) for p in model.named(notice)), Decimal(0))
    _must(unpaid >= WAIVE_LIMIT, "1: unpaid when its last day passed", fee, notice, unpaid)
    _must(fee.amount <= tariff(unpaid), "2: a part payment lowers it", fee, notice, unpaid)


def _check_consumer_letter(model, fee, notice):
    _must(notice.kind == "formal_notice", "1: only after a 14-day letter", fee, notice)
    _check_term(model, notice)
    _must(fee.booked_on > notice.last_day, "1: the last day has passed", fee, notice)
    if fee.id not in model.booked:
        model.booked.add(fee.id)
        _must(fee.booked_on == model.last_run, "1: booked by a run, on its day", fee)
        _check_not_paused(model, notice, fee.booked_on)


def _check_term(model, notice):
    """A written 14-day letter: sent after the due dates, received, its term not too short."""
    for premium in model.named(notice):
        _must(notice.sent_on > premium.due, "4: after the due date", notice, premium)
    _must(notice.received_on > notice.sent_on, "4: received", notice)
    _must(notice.last_day >= end_of_term(notice.received_on), "4: fourteen days", notice)


def _check_not_paused(model, notice, day):
    _must(not model.is_held(notice.holder, day), "7: nothing during a hold", notice, day)
    fresh = model.is_fresh(notice.holder, day, since=notice.sent_on)
    _must(not fresh, "7: nothing in the fresh term", notice, day)


# === COVER === #


def _check_gap(model, gap, notice):
    back = model.back_on(gap, notice)
    known = model.resumed.get(gap.id)
    if back is not None and (known is None or back < known):
        model.resumed[gap.id] = back
    _must(
        gap.resume == model.resumed.get(gap.id),
        "5: back the day after the last overdue premium was credited, not sooner or later",
        gap,
        notice,
        model.resumed.get(gap.id),
    )
    if gap.id not in model.starts:
        model.starts[gap.id] = gap.start
        _must(gap.start >= model.last_run, "4: never backwards", gap, model.last_run)
        _check_not_paused(model, notice, gap.start)
    _must(gap.start == model.starts[gap.id], "4: the first day stays", gap)
    if gap.resume == gap.start:
        return
    policy = model.policies[gap.policy]
    _must(policy.line != "health_basic", "4: never basic health", gap)
    _must(policy.role == "authorised_agent", "4: an intermediary only warns", gap)
    _must(policy.holder == notice.holder, "5: only the policy in arrears", gap, notice)
    _must(notice.state == "sent", "4: a notice that was sent", gap, notice)
    _must(notice.kind in STATUTORY, "4: a 14-day notice", gap, notice)
    _must(notice.names_suspension, "4: it names the suspension", gap, notice)
    _check_term(model, notice)
    _must(gap.start > notice.last_day, "4: fourteen days gone", gap, notice)
    _must(model.is_founded(gap, notice), "4: a follow-up premium that was open", gap, notice)
