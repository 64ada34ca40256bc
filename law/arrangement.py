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
from .checks import CENT, ZERO

# No arrangement is longer: a debt of five years could have expired (3:307 and 3:308 BW).
MOST_INSTALMENTS = 60
EVERY = ("month", "four_weeks", "week")
RESTS = ("first", "last")


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
class Part:
    """An instalment as it stands: what is open of it, and what was written about it.

    `written`: a letter that it was not received stands. `pay_by`: the last day that this letter
    leaves to pay it, None while the letter has not left.
    """

    number: int
    day: date
    amount_open: Decimal
    reminded: bool = False
    written: bool = False
    pay_by: date | None = None

    def __post_init__(self) -> None:
        checks.whole(self.number, "number", 1)
        checks.day(self.day, "day")
        checks.money(self.amount_open, "amount_open")
        checks.flag(self.reminded, "reminded")
        checks.flag(self.written, "written")
        checks.optional_day(self.pay_by, "pay_by")


@dataclass(frozen=True, slots=True)
class Pause:
    """Days on which nothing is asked, `first` and `last` included."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if checks.day(self.last, "last") < checks.day(self.first, "first"):
            raise ValueError(f"last must not lie before first, but is {self.last}")


@dataclass(frozen=True, slots=True)
class Asks:
    """What a day asks of an arrangement, by the numbers of the instalments.

    `remind`: to be reminded of before their day. `missed`: to be written of, the oldest one.
    `broken`: not paid in the time of its letter. `kept`: everything is paid.
    """

    remind: tuple[int, ...] = ()
    missed: int | None = None
    broken: int | None = None
    kept: bool = False


def asks(
    parts: Sequence[Part],
    on: date,
    *,
    before_days: int,
    after_days: int,
    pause: Pause | None = None,
) -> Asks:
    """Return what a day asks of an arrangement that runs.

    What is paid, ahead or before the letter, is neither reminded of nor missed. One letter at a
    time: while the term of one runs, no other instalment is written of. A pause asks nothing, and
    what was open before it gets the days after it as if its day were the last of the pause.

    :param on: business day
    :param before_days: days before its day that an instalment is reminded of; 0: never
    :param after_days: days after its day that are left for the bank
    """
    checks.day(on, "on")
    before, after = checks.whole(before_days, "before_days"), checks.whole(after_days, "after_days")
    still = [part for part in parts if part.amount_open]
    if not still:
        return Asks(kept=True)
    if pause and pause.first <= on <= pause.last:
        return Asks()
    remind = tuple(
        part.number
        for part in still
        if before and not part.reminded and part.day - timedelta(days=before) <= on <= part.day
    )
    under_way = [part for part in still if part.written]
    for part in under_way:
        if part.pay_by and on > _after(part.pay_by, pause, on) + timedelta(days=after):
            return Asks(remind, broken=part.number)
    late = [
        part.number for part in still if on > _after(part.day, pause, on) + timedelta(days=after)
    ]
    return Asks(remind, missed=late[0] if late and not under_way else None)


def _after(day: date, pause: Pause | None, on: date) -> date:
    """Return a last day, put off to the end of a pause that came over it."""
    return max(day, pause.last) if pause and pause.last < on else day


def pay_by(on: date, days: int, extra_holidays: Set[date] = NO_DAYS) -> date:
    """Return the last day that a letter of `on` leaves for a missed instalment, inclusive."""
    last = checks.day(on, "on") + timedelta(days=checks.whole(days, "days", 1))
    return extend_to_working_day(last, extra_holidays)


def lapsed(accept_by: date, on: date) -> bool:
    """Tell whether a proposal that could be accepted by a day, inclusive, is off on another."""
    return checks.day(on, "on") > checks.day(accept_by, "accept_by")


def move_days(
    days: Sequence[date],
    pause: Pause,
    *,
    every: str = "month",
    day_of_month: int | None = None,
    extra_holidays: Set[date] = NO_DAYS,
) -> tuple[date, ...]:
    """Return the days of instalments when those in a pause come at the end instead.

    The days after the pause stay as they are known, so nothing has to be paid twice in one month.

    :param days: last days to pay, in order
    :param every: "month", "four_weeks" or "week": the rhythm of the days at the end
    :param day_of_month: see `plan`
    """
    checks.one_of(every, "every", EVERY)
    if not days:
        return ()
    kept = [day for day in days if not pause.first <= checks.day(day, "days") <= pause.last]
    number = 0
    while len(kept) < len(days):
        number += 1
        day = checks.day(_nth_day(days[-1], number, every, day_of_month), "days")
        if day > pause.last:
            kept.append(extend_to_working_day(day, extra_holidays))
    return tuple(kept)


def shrink(amounts: Sequence[Decimal], less: Decimal) -> tuple[Decimal, ...]:
    """Return what falls away of each of these amounts: the last falls away first.

    :param less: euros that need not be paid any more
    """
    return spread(amounts[::-1], less)[::-1]


def settle(
    amounts: Sequence[Decimal], credits: Sequence[tuple[date, Decimal]]
) -> tuple[tuple[Decimal, date | None], ...]:
    """Return what is paid of each amount, and the day on which its last part was credited.

    :param amounts: euros of each instalment; the first is paid first
    :param credits: (day of credit, euros), in any order
    :return: (euros, day) in the order of `amounts`; the day is None while something is open, and
        for an amount of nothing
    """
    for day, _amount in credits:
        checks.day(day, "credits")
    paid = spread(amounts, sum((amount for _day, amount in credits), ZERO))
    found: list[tuple[Decimal, date | None]] = []
    reached = wanted = ZERO
    coming = iter(sorted(credits))
    last: date | None = None
    for amount, share in zip(amounts, paid, strict=True):
        wanted += amount
        if share < amount or not amount:
            found.append((share, None))
            continue
        while reached < wanted:
            last, more = next(coming)
            reached += more
        found.append((share, last))
    return tuple(found)
