"""The ladder: which step of the procedure comes next for one item, from which day, and why.

Reasons: nothing_open, handed_over, on_hold, arrangement, left_alone, waiting_for_delivery,
ladder_done and below_minimum say that nothing is to be done now; not_due, waiting_for_term,
quiet_days, fresh_term and on_hold with a day say what the next step waits for; due, notice_failed
and notice_withdrawn (the rung is taken again) say that its day has come.
"""

from datetime import date, timedelta

from . import checks
from .calendar import ONE_DAY
from .facts import Decision, HoldFact, ItemFacts, NoticeFact, StageRule

__all__ = ["Decision", "HoldFact", "ItemFacts", "NoticeFact", "StageRule", "next_step"]

TERM_KINDS = frozenset({"formal_notice", "business_notice", "final_notice"})


def next_step(facts: ItemFacts, on: date) -> Decision:
    """Return the next step of an item as things stand on the day `on`.

    No step on or before the due date; none while a notice is under way, a term runs, a hold or a
    kept arrangement is in force; a failed or withdrawn notice does not count and its rung is next
    again; after a hold the debtor gets a fresh term. Nothing below the rung at which a colleague
    placed the item is taken. `day` is the latest of all the waits, so it can be stored as the day
    to look again. The later `on`, the later (or equal) `day`.

    :raises TypeError, ValueError: for facts or a day of the wrong kind.
    """
    if not isinstance(facts, ItemFacts):
        raise TypeError(f"facts must be ItemFacts, not {type(facts).__name__}")
    inputs = {
        "on": checks.day(on, "on").isoformat(),
        "due_date": facts.due_date.isoformat(),
        "amount_open": str(facts.amount_open),
        "notices": " ".join(f"{n.stage}:{n.state}" for n in facts.notices),
    }
    rung = _next_rung(facts)
    blocked = _blocked(facts, on, rung)
    if blocked or rung is None:
        return Decision(None, None, blocked or "ladder_done", inputs)
    inputs["stage"] = rung.code
    waits = _waits(facts, rung)
    inputs |= {reason: day.isoformat() for reason, day in waits.items()}
    day, reason = _latest(waits)
    return _after_holds(facts, on, rung, (day, reason), inputs)


def _blocked(facts: ItemFacts, on: date, rung: StageRule | None) -> str | None:
    """Return the reason why nothing can be done until the facts change."""
    if not facts.amount_open:
        return "nothing_open"
    if facts.handed_over:
        return "handed_over"
    if any(hold.end is None and hold.start <= on for hold in facts.holds):
        return "on_hold"
    if facts.arrangement_active:
        return "arrangement"
    if facts.left_alone:
        return "left_alone"
    if any(_under_way(notice) for notice in facts.notices):
        return "waiting_for_delivery"
    if rung is not None and facts.amount_open < rung.minimum_amount:
        return "below_minimum"
    return None


def _under_way(notice: NoticeFact) -> bool:
    no_term_yet = notice.kind in TERM_KINDS and notice.last_day is None
    return notice.state == "queued" or (notice.state == "sent" and no_term_yet)


def _next_rung(facts: ItemFacts) -> StageRule | None:
    """Return the lowest rung whose notice fell away, else the one after the highest taken.

    Rungs below the one where a colleague placed the item count as passed.
    """
    start = _start(facts)
    live = {_position(facts, n) for n in facts.notices if n.state == "sent"}
    dead = {_position(facts, n) for n in facts.notices if n.state in ("failed", "withdrawn")}
    again = [place for place in dead - live if place >= start]
    place = min(again) if again else max(start, max(live, default=-1) + 1)
    return facts.stages[place] if place < len(facts.stages) else None


def _start(facts: ItemFacts) -> int:
    """Return the place of the rung at which a colleague placed the item, else of the first."""
    if facts.start_at is None:
        return 0
    return [rule.code for rule in facts.stages].index(facts.start_at)


def _position(facts: ItemFacts, notice: NoticeFact) -> int:
    """Return the place of a notice on the ladder; of a rung that is gone, the last of its kind.

    A notice without any such rung gives -1: it took no rung, but its term is still respected.
    """
    codes = [rule.code for rule in facts.stages]
    if notice.stage in codes:
        return codes.index(notice.stage)
    return max((i for i, rule in enumerate(facts.stages) if rule.kind == notice.kind), default=-1)


def _waits(facts: ItemFacts, rung: StageRule) -> dict[str, date]:
    """Return the first day that each kind of wait allows."""
    ends = [end for n in facts.notices if n.state == "sent" and (end := n.last_day or n.sent_on)]
    first = facts.due_date + ONE_DAY if ends else rung.first_day_after(facts.due_date)
    waits = {"not_due": first}
    if ends:
        waits["waiting_for_term"] = rung.first_day_after(max(ends))
    if facts.last_contact_on is not None and facts.quiet_days:
        waits["quiet_days"] = facts.last_contact_on + timedelta(days=facts.quiet_days)
    if facts.released_on is not None:
        waits["fresh_term"] = _fresh_term(facts, facts.released_on)
    return waits


def _fresh_term(facts: ItemFacts, ended_on: date) -> date:
    return ended_on + timedelta(days=facts.fresh_term_days + 1)


def _latest(waits: dict[str, date]) -> tuple[date, str]:
    """Return the latest wait; of equal ones the first named."""
    return max(((day, reason) for reason, day in waits.items()), key=lambda wait: wait[0])


def _after_holds(
    facts: ItemFacts,
    on: date,
    rung: StageRule,
    wait: tuple[date, str],
    inputs: dict[str, str],
) -> Decision:
    """Move the day behind every hold that covers it, or covers today."""
    day, reason = wait
    for hold in sorted(facts.holds, key=lambda hold: hold.start):
        if hold.start > max(day, on):
            break
        inputs[f"hold.{hold.start}"] = f"{hold.kind} {hold.end or 'open'}"
        if hold.end is None:
            return Decision(None, None, "on_hold", inputs)
        free = _fresh_term(facts, hold.end)
        if free >= day:
            day, reason = free, "on_hold" if on <= hold.end else "fresh_term"
    if day <= on:
        reason = _why_now(facts, rung)
    return Decision(rung.code, day, reason, inputs)


def _why_now(facts: ItemFacts, rung: StageRule) -> str:
    states = {n.state for n in facts.notices if n.stage == rung.code}
    if "failed" in states:
        return "notice_failed"
    if "withdrawn" in states:
        return "notice_withdrawn"
    return "due"
