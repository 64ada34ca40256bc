"""Statutory interest: 6:119 and 6:119a with 6:120 BW.

Actual days over 365, each rate for its own days, a year's interest added to the sum on each
anniversary of the claim, part payments from the day after they were credited, and rounding (half
up, to the cent) only at the end.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from . import checks
from .calendar import ONE_DAY, add_months
from .checks import CENT, ZERO
from .parameters import COMMERCIAL_RATES, CONSUMER_RATES, DatedRate

DAYS_IN_YEAR = 365
RATES: dict[str, tuple[DatedRate, ...]] = {
    "consumer": CONSUMER_RATES,
    "commercial": COMMERCIAL_RATES,
}


def statutory_interest(
    principal: Decimal,
    due: date,
    until: date,
    kind: str,
    rates: Sequence[DatedRate | tuple[date, Decimal]] | None = None,
) -> Decimal:
    """Return the interest over the days after `due` up to and including `until`.

    :param principal: euros unpaid all that time.
    :param due: last day to pay in time; default begins the day after.
    :param until: last day that counts: the day on which the money is credited.
    :param kind: "consumer" (6:119) or "commercial" (6:119a BW).
    :param rates: another table in any order, of DatedRate or pairs (since, fraction a year, such as
        Decimal("0.04")); None takes the statutory one.
    :return: euros, rounded half up; 0.00 when `until` is not after `due`.
    :raises ValueError: when no rate is known for the first day, or two begin on one day.
    """
    return interest_on_balance(principal, due, until, kind, rates=rates)


def interest_on_balance(
    principal: Decimal,
    due: date,
    until: date,
    kind: str,
    payments: Sequence[tuple[date, Decimal]] = (),
    after: date | None = None,
    rates: Sequence[DatedRate | tuple[date, Decimal]] | None = None,
) -> Decimal:
    """Return the interest over a balance that part payments reduce on their way.

    Until a payment is credited, and on that day itself, interest runs over the old balance; from
    the day after over the reduced one. Once the principal is paid nothing runs any more, not even
    over a year's interest that was added to it.

    :param principal: euros unpaid on `due`.
    :param due: last day to pay in time; the claim's anniversaries count from it.
    :param until: last day that counts.
    :param kind: "consumer" (6:119) or "commercial" (6:119a BW).
    :param payments: (day of credit, euros) pairs in any order.
    :param after: last day that was counted before; what was due up to then is left out, so that
        the parts add up to the whole. None: nothing was.
    :param rates: as for `statutory_interest`.
    :return: euros, rounded half up; never negative.
    """
    checks.money(principal, "principal")
    checks.day(due, "due")
    checks.day(until, "until")
    checks.optional_day(after, "after")
    known = [_payment(row) for row in payments]
    table = RATES[checks.one_of(kind, "kind", RATES)] if rates is None else _table(rates)
    if until <= due or not principal:
        return ZERO
    if due + ONE_DAY < table[0].since:
        raise ValueError(f"due must not be before the first known rate, {table[0].since}: {due}")
    counted = ZERO if after is None else _accrued(principal, due, min(after, until), known, table)
    return _accrued(principal, due, until, known, table) - counted


def _payment(row: object) -> tuple[date, Decimal]:
    if not isinstance(row, tuple) or len(row) != 2:
        raise TypeError(f"payments must hold (day, amount) pairs, not {row!r}")
    return checks.day(row[0], "payments"), checks.money(row[1], "payments")


def _accrued(
    principal: Decimal,
    due: date,
    until: date,
    payments: Sequence[tuple[date, Decimal]],
    table: Sequence[DatedRate],
) -> Decimal:
    """Return the interest over the days after `due` up to and including `until`, in cents."""
    total, begin, years = ZERO, due, 0
    while begin < until:
        years += 1
        end = min(until, add_months(due, 12 * years))
        total += sum(
            (
                (balance + total) * _growth(first, last, table)
                for first, last, balance in _segments(principal, begin, end, payments)
                if balance
            ),
            ZERO,
        )
        begin = end
    return total.quantize(CENT, ROUND_HALF_UP)


def _segments(
    principal: Decimal, begin: date, end: date, payments: Sequence[tuple[date, Decimal]]
) -> Iterator[tuple[date, date, Decimal]]:
    """Cut the days after `begin` up to `end` where the balance changes: (after, up to, balance)."""
    edges = sorted({begin, end, *(day for day, _amount in payments if begin < day < end)})
    for first, last in zip(edges, edges[1:], strict=False):
        paid = sum((amount for day, amount in payments if day <= first), ZERO)
        yield first, last, max(principal - paid, ZERO)


def _table(rates: Sequence[DatedRate | tuple[date, Decimal]]) -> tuple[DatedRate, ...]:
    table = sorted((_row(row) for row in rates), key=lambda row: row.since)
    if not table or len({row.since for row in table}) < len(table):
        raise ValueError("rates must hold at least one row, and one row for each day of change")
    return tuple(table)


def _row(row: object) -> DatedRate:
    if isinstance(row, tuple) and len(row) == 2:
        row = DatedRate(*row)
    if not isinstance(row, DatedRate):
        raise TypeError(f"rates must hold DatedRate or (since, fraction), not {row!r}")
    return DatedRate(checks.day(row.since, "rates"), checks.fraction(row.value, "rates"))


def _growth(begin: date, end: date, table: Sequence[DatedRate]) -> Decimal:
    """Return the interest on one euro over the days after `begin` up to and including `end`."""
    total = ZERO
    ends = [row.since - ONE_DAY for row in table[1:]] + [date.max]
    for row, last in zip(table, ends, strict=True):
        first = max(begin, row.since - ONE_DAY)
        days = max(min(end, last) - first, timedelta(0)).days
        total += row.value * days
    return total / DAYS_IN_YEAR


def rate_periods(kind: str, first: date, last: date) -> list[tuple[date, date, Decimal]]:
    """Return the statutory rates over a period: (first day, last day, fraction a year) each.

    :param kind: "consumer" (6:119) or "commercial" (6:119a BW).
    :param first: first day that bears interest.
    :param last: last day that bears interest.
    :raises ValueError: when `last` lies before `first`, or no rate is known for the first day.
    """
    table = RATES[checks.one_of(kind, "kind", RATES)]
    checks.day(first, "first")
    checks.days_in_order(first, checks.day(last, "last"), ("first", "last"))
    if first < table[0].since:
        raise ValueError(f"first must not be before the first known rate, {table[0].since}")
    ends = [row.since - ONE_DAY for row in table[1:]] + [date.max]
    return [
        (max(first, row.since), min(last, end), row.value)
        for row, end in zip(table, ends, strict=True)
        if row.since <= last and first <= end
    ]
