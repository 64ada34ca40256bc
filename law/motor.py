"""Motor insurance: notices to RDW and liability after cover ends (WAM, BWBR0002415, art. 13).

The Algemene termijnenwet does not apply to these terms (WAM 13 lid 4), so they end on weekends too.
"""

from datetime import date, timedelta

from . import checks
from .calendar import ONE_DAY
from .cover import LINES_OF_BUSINESS
from .parameters import RDW_START_DAYS, WAM_NOTICE_DAYS, WAM_RUN_OFF_DAYS

DEADLINES = {
    "suspended": WAM_NOTICE_DAYS,
    "ended": WAM_NOTICE_DAYS,
    "resumed": RDW_START_DAYS,
    "started": RDW_START_DAYS,
}


def concerns_rdw(line_of_business: str, licence_plate: str = "") -> bool:
    """Tell whether RDW must hear of it: a motor policy, or any policy with a licence plate."""
    checks.one_of(line_of_business, "line_of_business", LINES_OF_BUSINESS)
    plate = checks.text(licence_plate, "licence_plate").strip()
    return line_of_business == "motor" or bool(plate)


def rdw_deadline(event: str, effective_on: date) -> date:
    """Return the last day on which RDW must know of an event; the office aims at the same day.

    :param event: "suspended" or "ended" (30 days, WAM 13 lid 4), "resumed" or "started" (28 days).
    :param effective_on: the day on which it takes effect; the term begins the day after.
    """
    checks.one_of(event, "event", DEADLINES)
    return checks.day(effective_on, "effective_on") + timedelta(days=DEADLINES[event])


def liability_ends_on(
    effective_on: date, notified_on: date | None, other_cover_from: date | None = None
) -> date | None:
    """Return the last day on which the insurer must still pay injured parties (WAM 13 lid 4, 5).

    16 days from the day after the suspension or end, when RDW knew of it within 30 days; else 16
    days after RDW was told. Another insurance that takes effect ends it sooner.

    :param effective_on: the day on which the suspension or end takes effect.
    :param notified_on: the day RDW was told; None: not yet.
    :param other_cover_from: first day of another insurance of the same vehicle.
    :return: None while RDW has not been told and no other insurance began: no end in sight.
    """
    checks.day(effective_on, "effective_on")
    checks.optional_day(notified_on, "notified_on")
    checks.optional_day(other_cover_from, "other_cover_from")
    ends = [] if other_cover_from is None else [max(other_cover_from - ONE_DAY, effective_on)]
    if notified_on is not None:
        in_time = notified_on <= rdw_deadline("suspended", effective_on)
        start = effective_on if in_time else notified_on
        ends.append(start + timedelta(days=WAM_RUN_OFF_DAYS))
    return min(ends, default=None)
