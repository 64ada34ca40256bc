"""What the ladder needs to know about one item, and what it answers.

An item is one overdue receivable line of a premium invoice. Every record checks itself when it is
made; a wrong value raises TypeError or ValueError that names the field.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from . import checks
from .calendar import add_working_days
from .checks import ZERO

STAGE_KINDS = frozenset(
    {
        "reminder",
        "formal_notice",
        "business_notice",
        "final_notice",
        "handover_notice",
        "handover",
        "termination",
        "service_notice",
    }
)
# Stages that help a customer of whom somebody else collects: no fee, no term, no consequence.
SERVICE_KINDS = frozenset({"service_notice"})
COLLECTORS = frozenset({"office", "insurer"})
COUNTINGS = frozenset({"calendar", "working"})
FRESH_TERM_DAYS = 14
NOTICE_STATES = frozenset({"queued", "sent", "failed", "withdrawn"})


@dataclass(frozen=True, slots=True)
class StageRule:
    """One rung of the procedure.

    `delay_days` counts from the due date for the first rung, else from the day the previous rung's
    term ended (its last day; for a reminder without a term the day it was sent). A rung never
    comes sooner than the day after, so 0 and 1 mean the same. `counting` tells which days count:
    "calendar" all of them, "working" only those from Monday to Friday that are no recognised
    holiday; then 0 and 1 both mean the next working day.
    """

    code: str
    kind: str
    delay_days: int
    minimum_amount: Decimal = ZERO
    counting: str = "calendar"

    def __post_init__(self) -> None:
        checks.text(self.code, "code")
        checks.one_of(self.kind, "kind", STAGE_KINDS)
        checks.whole(self.delay_days, "delay_days")
        checks.money(self.minimum_amount, "minimum_amount")
        checks.one_of(self.counting, "counting", COUNTINGS)

    def first_day_after(self, day: date) -> date:
        """Return the first day on which the rung may come when its delay counts from `day`."""
        delay = max(self.delay_days, 1)
        if self.counting == "working":
            return add_working_days(day, delay)
        return day + timedelta(days=delay)


@dataclass(frozen=True, slots=True)
class NoticeFact:
    """A notice about this item that went out or is under way.

    `stage` is the rung's code; `last_day` the last day to pay, inclusive, None without a term.
    """

    stage: str
    kind: str
    state: str
    sent_on: date | None
    received_on: date | None
    last_day: date | None

    def __post_init__(self) -> None:
        checks.text(self.stage, "stage")
        checks.one_of(self.kind, "kind", STAGE_KINDS)
        checks.one_of(self.state, "state", NOTICE_STATES)
        for name in ("sent_on", "received_on", "last_day"):
            checks.optional_day(getattr(self, name), name)
        checks.days_in_order(self.sent_on, self.received_on, ("sent_on", "received_on"))
        checks.days_in_order(self.received_on, self.last_day, ("received_on", "last_day"))
        if self.state == "sent" and self.sent_on is None:
            raise ValueError("sent_on must be the day of sending, but the notice is sent without")


@dataclass(frozen=True, slots=True)
class HoldFact:
    """A pause: dispute, debt help, respite. `end` is its last day; None: until released."""

    kind: str
    start: date
    end: date | None

    def __post_init__(self) -> None:
        checks.text(self.kind, "kind")
        checks.day(self.start, "start")
        checks.optional_day(self.end, "end")
        checks.days_in_order(self.start, self.end, ("start", "end"))


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """All that decides the next step of one item. The order of notices and holds is irrelevant.

    `due_date`: last day to pay in time, inclusive. `last_contact_on`: when the debtor was last
    contacted in this case, by any stage; `quiet_days`: least number of days from then to the next
    contact. `released_on`: a hold or broken arrangement ended this day; `fresh_term_days` full days
    follow before the next step. `start_at`: code of the rung at which a colleague placed the item;
    no rung below it is taken any more, whatever was not sent there or fell away. It shortens no
    term, hold or quiet day, and stands in for no notice. `collected_by`: "office", or "insurer"
    when the customer pays the insurer itself; then only the kinds of `SERVICE_KINDS` are possible.
    `handed_over`: somebody else collects it. `left_alone`: a colleague keeps the invoice out.
    """

    due_date: date
    amount_open: Decimal
    notices: tuple[NoticeFact, ...]
    stages: tuple[StageRule, ...]
    holds: tuple[HoldFact, ...] = ()
    arrangement_active: bool = False
    last_contact_on: date | None = None
    quiet_days: int = 0
    released_on: date | None = None
    fresh_term_days: int = FRESH_TERM_DAYS
    start_at: str | None = None
    collected_by: str = "office"
    handed_over: bool = False
    left_alone: bool = False

    def __post_init__(self) -> None:
        checks.day(self.due_date, "due_date")
        checks.money(self.amount_open, "amount_open")
        for name, kind in (("notices", NoticeFact), ("stages", StageRule), ("holds", HoldFact)):
            _check_rows(getattr(self, name), name, kind)
        codes = [rule.code for rule in self.stages]
        if len(set(codes)) < len(codes):
            raise ValueError(f"stages must have different codes, but are {', '.join(codes)}")
        checks.flag(self.arrangement_active, "arrangement_active")
        checks.flag(self.handed_over, "handed_over")
        checks.flag(self.left_alone, "left_alone")
        checks.optional_day(self.last_contact_on, "last_contact_on")
        checks.whole(self.quiet_days, "quiet_days")
        checks.optional_day(self.released_on, "released_on")
        checks.whole(self.fresh_term_days, "fresh_term_days")
        if self.start_at is not None:
            checks.one_of(self.start_at, "start_at", codes)
        checks.one_of(self.collected_by, "collected_by", COLLECTORS)
        if self.collected_by == "insurer":
            for rule in self.stages:
                checks.one_of(rule.kind, "stages (collected_by insurer)", SERVICE_KINDS)


def _check_rows(rows: object, name: str, kind: type) -> None:
    if not isinstance(rows, tuple):
        raise TypeError(f"{name} must be a tuple of {kind.__name__}, not {type(rows).__name__}")
    for row in rows:
        if not isinstance(row, kind):
            raise TypeError(f"{name} must hold {kind.__name__}, not {type(row).__name__}")


@dataclass(frozen=True, slots=True)
class Decision:
    """The next step of an item.

    `stage`: code of the rung to take on or after `day`; None: nothing to do. `day`: first day on
    which it may be taken, possibly in the future or the past: the caller compares; None: never
    without new facts. `reason`: a stable code, see `law.ladder`. `inputs`: the facts and dates
    used, as plain strings, to be stored as the action's "why".
    """

    stage: str | None
    day: date | None
    reason: str
    inputs: Mapping[str, str]
