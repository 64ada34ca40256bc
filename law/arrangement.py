"""A payment arrangement: instalments that add up to the cent, free of cost and of interest.

Paying in parts needs the creditor's consent (6:29 BW). One collection fee covers all acts, so an
arrangement costs nothing, and without interest it stays outside the rules on consumer credit
(docs/law.md). Days are moved to a working day: money is not credited on another one.
"""

from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_DOWN, Decimal

from . import checks
from .calendar import NO_DAYS, add_months, extend_to_working_day
from .checks import CENT

# No arrangement is longer: a debt of five years could have expired (3:307 and 3:308 BW).
MOST_INSTALMENTS = 60
EVERY = ("month", "four_weeks", "week")
RESTS = ("first", "last")
# Days that a customer has at least after a letter about a missed instalment was received.
LEAST_TIME = 7


@dataclass(frozen=True, slots=True)
class Instalment:
    """One part: `day` is the last day on which its `amount`, in euros, has to be credited."""

    number: int
    day: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Limits:
    """What an office agrees to without a manager: least euros a part, most months in all."""

    smallest: Decimal
    months: int

    def __post_init__(self) -> None:
        checks.money(self.smallest, "smallest")
        checks.whole(self.months, "months")


def split(
    amount: Decimal, count: int | None = None, part: Decimal | None = None, rest: str = "last"
) -> tuple[Decimal, ...]:
    """Return an amount in parts that add up to it to the cent, each more than nothing.

    :param amount: euros to pay, more than 0
    :param count: number of parts, or else
    :param part: euros per part
    :param rest: which part takes the rest: "first" or "last"
    :raise ValueError: for an amount of 0, more parts than cents or than `MOST_INSTALMENTS`
    """
    if not checks.money(amount, "amount"):
        raise ValueError("amount must be more than 0")
    checks.one_of(rest, "rest", RESTS)
    if part is not None and count is None:
        amounts = _by_part(amount, checks.money(part, "part"))
    elif count is not None and part is None:
        amounts = _by_count(amount, checks.whole(count, "count", 1))
    else:
        raise ValueError("count or part must be given, and not both")
    return tuple(amounts if rest == "last" else amounts[::-1])


def _by_count(amount: Decimal, count: int) -> list[Decimal]:
    if count > MOST_INSTALMENTS:
        raise ValueError(f"count must be at most {MOST_INSTALMENTS}, but is {count}")
    each = (amount / count).quantize(CENT, ROUND_DOWN)
    if not each:
        raise ValueError(f"count must be lower: {amount} cannot be paid in {count} parts")
    return [each] * (count - 1) + [amount - each * (count - 1)]


def _by_part(amount: Decimal, part: Decimal) -> list[Decimal]:
    if not part:
        raise ValueError("part must be more than 0")
    if amount > part * MOST_INSTALMENTS:
        raise ValueError(f"part must be higher: that would be more than {MOST_INSTALMENTS} parts")
    whole, left = divmod(amount, part)
    return [part] * int(whole) + ([left.quantize(CENT)] if left else [])


def plan(
    amount: Decimal,
    first_day: date,
    *,
    count: int | None = None,
    part: Decimal | None = None,
    every: str = "month",
    day_of_month: int | None = None,
    rest: str = "last",
    extra_holidays: Set[date] = NO_DAYS,
) -> tuple[Instalment, ...]:
    """Return the instalments of an arrangement.

    :param amount: euros to pay in all; `count`, `part`, `rest`: see `split`
    :param first_day: last day to pay the first part, inclusive
    :param every: "month", "four_weeks" or "week"
    :param day_of_month: day of the parts after the first, 1-31, a shorter month its last day; None
        takes that of `first_day`. For "month" only.
    :return: in order; a day that is no working day is moved to the next one
    """
    checks.day(first_day, "first_day")
    checks.one_of(every, "every", EVERY)
    if day_of_month is not None and not 1 <= checks.whole(day_of_month, "day_of_month") <= 31:
        raise ValueError(f"day_of_month must lie in 1-31, but is {day_of_month}")
    amounts = split(amount, count, part, rest)
    days = [_nth_day(first_day, number, every, day_of_month) for number in range(len(amounts))]
    return tuple(
        Instalment(number, extend_to_working_day(checks.day(day, "day"), extra_holidays), each)
        for number, (day, each) in enumerate(zip(days, amounts, strict=True), start=1)
    )


def _nth_day(first_day: date, number: int, every: str, day_of_month: int | None) -> date:
    if every == "week":
        return first_day + timedelta(weeks=number)
    if every == "four_weeks":
        return first_day + timedelta(weeks=4 * number)
    if not number or day_of_month is None:
        return add_months(first_day, number)
    first_of_month = add_months(first_day.replace(day=1), number)
    last_of_month = add_months(first_of_month, 1) - timedelta(days=1)
    return first_of_month.replace(day=min(day_of_month, last_of_month.day))


def beyond(instalments: Sequence[Instalment], limits: Limits, on: date) -> tuple[str, ...]:
    """Return which limits an arrangement goes beyond: "too_small", "too_long".

    The rest may be smaller than the smallest part. The months count from `on`, inclusive.
    """
    checks.day(on, "on")
    largest = max(each.amount for each in instalments)
    found = []
    if len(instalments) > 1 and largest < limits.smallest:
        found.append("too_small")
    if instalments[-1].day > extend_to_working_day(add_months(on, limits.months)):
        found.append("too_long")
    return tuple(found)


def spread(amounts: Sequence[Decimal], paid: Decimal) -> tuple[Decimal, ...]:
    """Return what is paid of each of these amounts: the first is paid first.

    :param paid: euros paid in all; what is more than all amounts together pays nothing
    """
    left, shares = checks.money(paid, "paid"), []
    for amount in amounts:
        share = min(checks.money(amount, "amount"), left)
        shares.append(share)
        left -= share
    return tuple(shares)


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How an office follows instalments, in days.

    Reminded `before` the last day to pay (0: not), written to `after` it, and then `time` to pay.
    """

    before: int
    after: int
    time: int

    def __post_init__(self) -> None:
        for name in ("before", "after"):
            checks.whole(getattr(self, name), name)
        checks.whole(self.time, "time", LEAST_TIME)


def is_due_soon(day: date, on: date, rhythm: Rhythm) -> bool:
    """Tell whether the customer may be reminded on `on` of an instalment to pay by `day`."""
    checks.day(day, "day")
    return bool(rhythm.before) and day - timedelta(days=rhythm.before) <= checks.day(on, "on") < day


def is_missed(day: date, on: date, rhythm: Rhythm) -> bool:
    """Tell whether an unpaid instalment to pay by `day` is missed: the bank had its time."""
    return checks.day(on, "on") > checks.day(day, "day") + timedelta(days=rhythm.after)


def can_still_pay_until(written_on: date, rhythm: Rhythm) -> date:
    """Return the last day, inclusive, that a letter about a missed instalment gives."""
    return extend_to_working_day(checks.day(written_on, "written_on") + timedelta(days=rhythm.time))


def is_broken(until: date, received_on: date | None, on: date) -> bool:
    """Tell whether an arrangement is broken on `on`: a missed instalment was still not paid.

    :param until: the last day, inclusive, that the letter gave
    :param received_on: when the letter was received; None: it was not, and nothing is broken
    """
    checks.day(until, "until")
    if received_on is None:
        return False
    least = checks.day(received_on, "received_on") + timedelta(days=LEAST_TIME)
    return checks.day(on, "on") > max(until, least)


def postpone(days: Sequence[date], until: date, every: str) -> tuple[date, ...]:
    """Return days to pay, all moved by as many terms as bring the first one behind a pause.

    :param days: in order
    :param until: last day of the pause, inclusive
    :param every: see `plan`
    """
    checks.day(until, "until")
    checks.one_of(every, "every", EVERY)
    if not days:
        return ()
    terms = 0
    while _nth_day(checks.day(days[0], "days"), terms, every, None) <= until:
        terms += 1
    return tuple(extend_to_working_day(_nth_day(day, terms, every, None)) for day in days)


def shrink(amounts: Sequence[Decimal], paid: Sequence[Decimal], by: Decimal) -> tuple[Decimal, ...]:
    """Return instalments from which a debt that fell away is taken, of the last one first.

    :param amounts: euros of each instalment; `paid`: what is paid of each, which is never touched
    :param by: euros to take away, at most what is unpaid
    """
    left, result = checks.money(by, "by"), []
    for amount, done in zip(reversed(amounts), reversed(paid), strict=True):
        cut = min(checks.money(amount, "amount") - checks.money(done, "paid"), left)
        result.append(amount - cut)
        left -= cut
    if left:
        raise ValueError(f"by must be at most what is unpaid, but {left} is left")
    return tuple(reversed(result))
