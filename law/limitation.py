"""Limitation of premium claims: 3:307, 3:308 and 3:317-3:319 BW."""

from collections.abc import Iterable
from datetime import date

from . import checks
from .calendar import add_months
from .parameters import LIMITATION_MONTHS


def expires_on(due_on: date, interruptions: Iterable[date] = ()) -> date:
    """Return the last day on which a claim can still be enforced; each instalment has its own.

    Five years, counted from the day after it became due. A written reminder (3:317) or an
    acknowledgement, such as a signed arrangement (3:318), starts a new term of five years on the
    day after; it never ends sooner than the old one (3:319). An interruption that comes when the
    claim has expired, or before it is due, changes nothing. The Algemene termijnenwet does not
    apply to terms of this length.

    :param due_on: day on which the instalment became due.
    :param interruptions: days on which an interruption was received, in any order.
    """
    last = add_months(checks.day(due_on, "due_on"), LIMITATION_MONTHS)
    for day in sorted(checks.day(day, "interruptions") for day in interruptions):
        if day <= last:
            last = max(last, add_months(day, LIMITATION_MONTHS))
    return last


def is_expired(due_on: date, on: date, interruptions: Iterable[date] = ()) -> bool:
    """Tell whether the claim has expired on the day `on`."""
    return expires_on(due_on, interruptions) < checks.day(on, "on")
