"""Guards for everything that enters the law package.

A guard returns the value it was given, or raises an error that names the argument and says what
was expected: ``TypeError`` for the wrong kind of thing, ``ValueError`` for an impossible value.
"""

from collections.abc import Collection, Set
from datetime import date, datetime
from decimal import ROUND_DOWN, Decimal

CENT = Decimal("0.01")
ZERO = Decimal("0.00")
LARGEST = Decimal("1000000000000")
FIRST_YEAR = 1970
LAST_YEAR = 2099
MOST_DAYS = 36500


def money(value: object, name: str) -> Decimal:
    """Return `value` if it is an amount in euros: a Decimal, not negative, in whole cents."""
    if not isinstance(value, Decimal):
        raise TypeError(f"{name} must be a Decimal in euros, not {type(value).__name__}")
    if not value.is_finite():
        raise ValueError(f"{name} must be a finite amount in euros, not {value}")
    if value < 0:
        raise ValueError(f"{name} must not be negative, but is {value}")
    if value > LARGEST:
        raise ValueError(f"{name} must be at most {LARGEST}, but is {value}")
    if value.quantize(CENT, ROUND_DOWN) != value:
        raise ValueError(f"{name} must be in whole cents, but is {value}")
    return value


def fraction(value: object, name: str) -> Decimal:
    """Return `value` if it is a rate written as a fraction: a Decimal from 0 up to, not with, 1."""
    if not isinstance(value, Decimal):
        raise TypeError(f"{name} must be a Decimal fraction, not {type(value).__name__}")
    if not value.is_finite() or not 0 <= value < 1:
        raise ValueError(f"{name} must be a fraction such as Decimal('0.21'), but is {value}")
    return value


def day(value: object, name: str) -> date:
    """Return `value` if it is a calendar day: a date without a time of day."""
    if not isinstance(value, date) or isinstance(value, datetime):
        raise TypeError(f"{name} must be a datetime.date, not {type(value).__name__}")
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise ValueError(f"{name} must lie in {FIRST_YEAR}-{LAST_YEAR}, but is {value}")
    return value


def optional_day(value: object, name: str) -> date | None:
    """Return `value` if it is a calendar day or None."""
    return None if value is None else day(value, name)


def day_set(value: object, name: str) -> Set[date]:
    """Return `value` if it is a set of calendar days."""
    if not isinstance(value, Set):
        raise TypeError(f"{name} must be a set of datetime.date, not {type(value).__name__}")
    for item in value:
        day(item, name)
    return value


def flag(value: object, name: str) -> bool:
    """Return `value` if it is True or False, and not merely something that counts as such."""
    if not isinstance(value, bool):
        raise TypeError(f"{name} must be True or False, not {type(value).__name__}")
    return value


def whole(value: object, name: str, least: int = 0) -> int:
    """Return `value` if it is a whole number (no bool) from `least` to a hundred years of days."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"{name} must be a whole number, not {type(value).__name__}")
    if not least <= value <= MOST_DAYS:
        raise ValueError(f"{name} must lie in {least}-{MOST_DAYS}, but is {value}")
    return value


def text(value: object, name: str) -> str:
    """Return `value` if it is a string."""
    if not isinstance(value, str):
        raise TypeError(f"{name} must be a string, not {type(value).__name__}")
    return value


def one_of(value: object, name: str, allowed: Collection[str]) -> str:
    """Return `value` if it is one of the words in `allowed`."""
    if text(value, name) not in allowed:
        raise ValueError(f"{name} must be one of {', '.join(sorted(allowed))}, not {value!r}")
    return str(value)


def days_in_order(earlier: date | None, later: date | None, names: tuple[str, str]) -> None:
    """Refuse two known days of which the second comes before the first."""
    if earlier is not None and later is not None and later < earlier:
        raise ValueError(f"{names[1]} ({later}) must not be before {names[0]} ({earlier})")
