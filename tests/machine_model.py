"""What the state machine knows by itself: plain Python, and the law written down a second time.

Nothing here imports the addon or Odoo, so a mistake there cannot hide here as well.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_DOWN, Decimal

DAY = timedelta(days=1)
CENT = Decimal("0.01")
# Holidays of 2026 from March on; a day made equal to one by decree only moves the end of a term.
REST_DAYS = {
    date(2026, month, day)
    for month, day in ((4, 3), (4, 6), (4, 27), (5, 5), (5, 14), (5, 25), (12, 25))
}
DECREED = {date(2026, 5, 15)}
WAIVE_LIMIT = 10
FRESH_TERM = 14


def end_of_term(received_on):
    """Return the fourteenth day after receipt, moved over weekends and holidays."""
    day = received_on + 14 * DAY
    while day.weekday() > 4 or day in REST_DAYS | DECREED:
        day += DAY
    return day


def tariff(principal):
    """Return the collection fee over a principal up to 2,500 euro: 15 %, at least 40 euro."""
    return max(Decimal(40), (principal * 15 / 100).quantize(CENT, ROUND_DOWN))


@dataclass
class Credit:
    """Money credited on a premium: undone is storno."""

    day: date
    amount: Decimal
    payment: int = 0  # its id in the database; 0 for a credit note
    undone: bool = False


@dataclass
class Premium:
    """One invoice. ``cycle`` counts how often it was wholly paid and came back."""

    holder: str
    due: date
    amount: Decimal
    kinds: dict
    move: int = 0  # its id in the database
    credits: list = field(default_factory=list)
    cancelled: bool = False
    cycle: int = 1

    def open_at_end_of(self, day=date.max):
        if self.cancelled:
            return Decimal(0)
        return self.amount - sum(
            (credit.amount for credit in self.credits if credit.day <= day and not credit.undone),
            Decimal(0),
        )

    def undo(self, credit):
        self.cycle += not self.open_at_end_of()
        credit.undone = True


@dataclass
class Hold:
    start: date
    end: date | None


@dataclass
class Policy:
    holder: str
    line: str = "home"
    role: str = "authorised_agent"


@dataclass
class Model:
    """The story so far, and what was seen of the engine's work when it was first seen."""

    today: date
    policies: dict
    holders: dict
    premiums: list = field(default_factory=list)
    holds: dict = field(default_factory=dict)  # holder -> holds
    dead: dict = field(default_factory=dict)  # notice -> "withdrawn" or "failed", as we did
    last_run: date | None = None
    seen: set = field(default_factory=set)  # notices
    made_in: dict = field(default_factory=dict)  # (notice, premium) -> cycle
    starts: dict = field(default_factory=dict)  # gap -> its first day
    resumed: dict = field(default_factory=dict)  # gap -> first day with cover, once known
    booked: set = field(default_factory=set)  # fees

    # === HOLDS === #

    def is_held(self, holder, day):
        return any(
            hold.start <= day and (hold.end is None or day <= hold.end)
            for hold in self.holds.get(holder, ())
        )

    def is_fresh(self, holder, day, since=date.min):
        """Tell whether a hold that ended on ``since`` or later ended less than 15 days ago."""
        return any(
            hold.end is not None and since <= hold.end < day <= hold.end + FRESH_TERM * DAY
            for hold in self.holds.get(holder, ())
        )

    # === COVER === #

    def is_founded(self, gap, notice):
        """Tell whether a premium that the notice named was open when the cover stopped."""
        return any(
            premium.open_at_end_of(gap.start - DAY) > 0
            for premium in self.named(notice)
            if premium.kinds.get(gap.policy) == "follow_up"
        )

    def named(self, notice):
        return [self.premiums[number] for number in notice.premiums]

    def back_on(self, gap, notice):
        """Return the first day with cover after a gap begins, or None; lived through day by day."""
        if notice.id in self.dead or not self.is_founded(gap, notice):
            return gap.start
        mine = [premium for premium in self.premiums if gap.policy in premium.kinds]
        day = gap.start - DAY
        while day <= self.today:
            overdue = [premium for premium in mine if premium.due < day]
            if day >= gap.start and not any(p.open_at_end_of(day) > 0 for p in overdue):
                return day + DAY
            day += DAY
        return None
