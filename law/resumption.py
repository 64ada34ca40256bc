"""When suspended cover is back: the day after the last overdue premium was credited."""

from collections.abc import Iterable
from datetime import date

from . import checks
from .cover import RESUMPTIONS, resumes_on

__all__ = ["had_ground", "is_partial", "resume_day"]


def resume_day(
    gap_start: date,
    premiums: Iterable[tuple[date, date | None]],
    charges: Iterable[tuple[date, date | None]] = (),
) -> date | None:
    """Return the first day with cover again, or None while an overdue premium is unpaid.

    All premiums that were overdue when the cover was suspended have to be credited, and every
    newer one that fell overdue before the last of those was: a part, or a newer term alone,
    revives nothing. Never before the suspension itself: a premium that turns out to have been
    credited in time gives the day of the suspension, a gap without a day.

    :param gap_start: first day without cover.
    :param premiums: per premium of this one policy (last day to pay in time, day on which the last
        part of it was credited or None), in any order.
    :param charges: where the conditions ask for the costs too, per collection fee or interest over
        this policy (last day before it was due, day it was credited or let go, or None). One that
        fell due after everything else was credited is not waited for.
    :raises TypeError, ValueError: for anything but days.
    """
    checks.day(gap_start, "gap_start")
    rows = [
        (checks.day(due, "due"), checks.optional_day(on, "credited_on"))
        for due, on in (*premiums, *charges)
    ]
    horizon = gap_start
    while True:
        credits = [on for due, on in rows if due < horizon]
        if None in credits:
            return None
        last = max((on for on in credits if on is not None), default=None)
        if last is None or last <= horizon:
            return max(gap_start, resumes_on(last)) if last else gap_start
        horizon = last


def is_partial(resumption: str, start: date, resume: date | None) -> bool:
    """Tell whether on the day of resumption the hour of credit decides: cover came back during it.

    The hour is not known, so the day counts as covered; who has to pay a loss asks the bank.

    :param resumption: one of `cover.RESUMPTIONS`.
    :param resume: first day with cover again, or None; a gap that holds no day has no such hour.
    """
    checks.one_of(resumption, "resumption", RESUMPTIONS)
    checks.day(start, "start")
    checks.days_in_order(start, checks.optional_day(resume, "resume"), ("start", "resume"))
    return resumption == "hours_24" and resume is not None and resume > start


def had_ground(gap_start: date, named: Iterable[date | None]) -> bool:
    """Tell whether a premium that the notice named was open when the cover stopped (7:934 BW).

    Money credited in time and booked later can show that none was: then the suspension never had
    a ground, also while a newer premium is overdue that the notice did not name.

    :param gap_start: first day without cover.
    :param named: per premium of the notice the day on which its last part was credited, or None
        while it is unpaid; what is no longer owed is left out.
    :raises TypeError: for anything but days.
    """
    checks.day(gap_start, "gap_start")
    days = [checks.optional_day(on, "credited_on") for on in named]
    return any(on is None or on >= gap_start for on in days)
