"""Counting days as Dutch law does: the Algemene termijnenwet (Atw), months, working days."""

from calendar import monthrange
from collections.abc import Set
from datetime import date, timedelta
from functools import cache

import holidays

from . import checks

ONE_DAY = timedelta(days=1)
SATURDAY, SUNDAY = 5, 6
NO_DAYS: frozenset[date] = frozenset()


@cache
def holidays_of(year: int) -> frozenset[date]:
    """Return the generally recognised holidays of a year (Atw art. 3).

    Good Friday (assimilated) and 5 May of every year are in; the Sundays of Easter and Pentecost
    too, which changes nothing since a Sunday never ends a term. Days that the Crown decrees are not
    in: pass `parameters.DECREED_HOLIDAYS` as `extra_holidays` where a term must respect them.
    """
    names = (holidays.PUBLIC, holidays.OPTIONAL)
    found = set(holidays.country_holidays("NL", years=year, categories=names))
    if not found:
        raise ValueError(f"no holidays are known for the year {year}")
    return frozenset(found)


def is_holiday(day: date) -> bool:
    """Tell whether `day` is a generally recognised holiday."""
    return day in holidays_of(day.year)


def is_working_day(day: date) -> bool:
    """Tell whether `day` is no Saturday, Sunday or recognised holiday."""
    return day.weekday() < SATURDAY and day not in holidays_of(day.year)


def is_day_of_rest(day: date) -> bool:
    """Tell whether `day` is a Sunday or a recognised holiday: no law, but a customer's peace."""
    return checks.day(day, "day").weekday() == SUNDAY or is_holiday(day)


def extend_to_working_day(day: date, extra_holidays: Set[date] = NO_DAYS) -> date:
    """Move the last day of a statutory term to the first day that is a working day (Atw art. 1).

    :param extra_holidays: days decreed as holidays that the library does not know.
    """
    while not is_working_day(day) or day in extra_holidays:
        day += ONE_DAY
    return day


def add_working_days(day: date, count: int) -> date:
    """Return the `count`-th working day after `day`."""
    while count:
        day += ONE_DAY
        count -= is_working_day(day)
    return day


def add_months(day: date, months: int) -> date:
    """Move `day` by whole months; a day that the month lacks becomes that month's last day."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def next_day(day: date, name: str) -> date:
    """Return the day after the argument `name`."""
    return checks.day(day, name) + ONE_DAY
