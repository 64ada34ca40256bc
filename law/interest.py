"""Statutory interest: 6:119 and 6:119a with 6:120 BW.

Actual days over 365, each rate for its own days, a year's interest added to the sum on each
anniversary of the claim, and rounding (half up, to the cent) only at the end.
"""

from collections.abc import Sequence
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
    checks.money(principal, "principal")
    checks.day(due, "due")
    checks.day(until, "until")
    table = RATES[checks.one_of(kind, "kind", RATES)] if rates is None else _table(rates)
    if until <= due or not principal:
        return ZERO
    if due + ONE_DAY < table[0].since:
        raise ValueError(f"due must not be before the first known rate, {table[0].since}: {due}")
    sum_owed, begin, years = principal, due, 0
    while begin < until:
        years += 1
        end = min(until, add_months(due, 12 * years))
        sum_owed += sum_owed * _growth(begin, end, table)
        begin = end
    return (sum_owed - principal).quantize(CENT, ROUND_HALF_UP)


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
