"""Dated figures of the law. A change of the law is a new row here, never an edit of an old one.

Every row holds from its day `since` until the next row begins. `in_force` picks the row for a day.
Sources and doubts: docs/law.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol, TypeVar


class _Dated(Protocol):
    @property
    def since(self) -> date: ...


_Row = TypeVar("_Row", bound=_Dated)


def in_force(table: Sequence[_Row], on: date, what: str) -> _Row:
    """Return the row of `table` (oldest first) that holds on the day `on`.

    :raises ValueError: when `on` lies before the first row; `what` names the missing figure.
    """
    for row in reversed(table):
        if row.since <= on:
            return row
    raise ValueError(f"no {what} in force on {on}: the first one holds since {table[0].since}")


@dataclass(frozen=True, slots=True)
class Tariff:
    """Collection fee of BIK art. 2: `bands` are (width in euros or None for the rest, fraction)."""

    since: date
    bands: tuple[tuple[Decimal | None, Decimal], ...]
    minimum: Decimal
    maximum: Decimal


TARIFFS = (
    Tariff(
        since=date(2012, 7, 1),
        bands=(
            (Decimal("2500.00"), Decimal("0.15")),
            (Decimal("2500.00"), Decimal("0.10")),
            (Decimal("5000.00"), Decimal("0.05")),
            (Decimal("190000.00"), Decimal("0.01")),
            (None, Decimal("0.005")),
        ),
        minimum=Decimal("40.00"),
        maximum=Decimal("6775.00"),
    ),
)


@dataclass(frozen=True, slots=True)
class Cumulation:
    """Fees for instalments of one contract (6:96 lid 8 BW), looking `months` back."""

    since: date
    ceiling: Decimal
    first: Decimal
    following: Decimal
    cap: Decimal
    months: int


CUMULATIONS = (
    Cumulation(
        since=date(2024, 10, 1),
        ceiling=Decimal("266.67"),
        first=Decimal("40.00"),
        following=Decimal("20.00"),
        cap=Decimal("140.00"),
        months=6,
    ),
)


@dataclass(frozen=True, slots=True)
class DatedNumber:
    """One whole number with the day it came into force."""

    since: date
    value: int


@dataclass(frozen=True, slots=True)
class DatedRate:
    """One rate as a fraction (0.21 is 21 %) with the day it came into force."""

    since: date
    value: Decimal


# Delivery days between posting and receipt of a letter.
POST_LAGS = (
    DatedNumber(date(1970, 1, 1), 1),
    DatedNumber(date(2026, 7, 1), 2),
    DatedNumber(date(2027, 7, 1), 3),
)

# General rate of VAT (Wet OB 1968 art. 9).
VAT_RATES = (
    DatedRate(date(2001, 1, 1), Decimal("0.19")),
    DatedRate(date(2012, 10, 1), Decimal("0.21")),
)

# 6:96 lid 6 and 7:934 BW.
TERM_DAYS = 14
# Below this remainder an office lets the fee go (docs/law.md, A9); a company can set its own.
WAIVE_LIMIT = Decimal("10.00")
# Civil consequences of collecting without registration (Wki art. 18).
WKI_SANCTIONS_SINCE = date(2026, 10, 1)
# Days made equal to a holiday by royal decree (Algemene termijnenwet art. 3 lid 3), second hand.
# Not part of any default: pass them as `extra_holidays` (docs/law.md).
DECREED_HOLIDAYS = frozenset(
    {
        date(2023, 4, 28),
        date(2023, 5, 19),
        date(2024, 5, 10),
        date(2024, 12, 27),
        date(2025, 5, 30),
        date(2026, 1, 2),
        date(2026, 5, 15),
        date(2027, 5, 7),
        date(2028, 4, 28),
        date(2028, 5, 26),
    }
)

# Statutory interest a year: consumers (6:119, 6:120 lid 1) and commercial (6:119a, 6:120 lid 2).
# The last row goes on until a next one is added.
CONSUMER_RATES = (
    DatedRate(date(2012, 1, 1), Decimal("0.04")),
    DatedRate(date(2012, 7, 1), Decimal("0.03")),
    DatedRate(date(2015, 1, 1), Decimal("0.02")),
    DatedRate(date(2023, 1, 1), Decimal("0.04")),
    DatedRate(date(2023, 7, 1), Decimal("0.06")),
    DatedRate(date(2024, 1, 1), Decimal("0.07")),
    DatedRate(date(2025, 1, 1), Decimal("0.06")),
    DatedRate(date(2026, 1, 1), Decimal("0.04")),
)
COMMERCIAL_RATES = (
    DatedRate(date(2012, 1, 1), Decimal("0.0800")),
    DatedRate(date(2013, 1, 1), Decimal("0.0775")),
    DatedRate(date(2013, 3, 16), Decimal("0.0875")),
    DatedRate(date(2013, 7, 1), Decimal("0.0850")),
    DatedRate(date(2014, 1, 1), Decimal("0.0825")),
    DatedRate(date(2014, 7, 1), Decimal("0.0815")),
    DatedRate(date(2015, 1, 1), Decimal("0.0805")),
    DatedRate(date(2016, 7, 1), Decimal("0.0800")),
    DatedRate(date(2023, 1, 1), Decimal("0.1050")),
    DatedRate(date(2023, 7, 1), Decimal("0.1200")),
    DatedRate(date(2024, 1, 1), Decimal("0.1250")),
    DatedRate(date(2024, 7, 1), Decimal("0.1225")),
    DatedRate(date(2025, 1, 1), Decimal("0.1115")),
    DatedRate(date(2025, 7, 1), Decimal("0.1015")),
    DatedRate(date(2026, 7, 1), Decimal("0.1040")),
)

# Limitation of premium claims (3:307, 3:308 and 3:319 BW), in months.
LIMITATION_MONTHS = 60

# Ending a policy for non-payment: the period of notice of 7:940 lid 3 BW where the conditions name
# no other one, and the days that are always left to prevent the end by paying (our choice).
TERMINATION_NOTICE_MONTHS = 2
TERMINATION_LEAST_DAYS = 14

# WAM art. 13 lid 4: days of liability after the end, and days within which RDW must know of it.
WAM_RUN_OFF_DAYS = 16
WAM_NOTICE_DAYS = 30
# Start of cover and end of a suspension: within four weeks (an old text, docs/law.md).
RDW_START_DAYS = 28

# Basic health insurance: monthly premiums in arrears for an arrangement offer (Zvw 18a), the
# notice of intent (18b) and the report to the CAK (18c), and the terms that go with them.
ZVW_OFFER_MONTHS = 2
ZVW_INTENT_MONTHS = 4
ZVW_REPORT_MONTHS = 6
ZVW_OFFER_WORKING_DAYS = 10
ZVW_REPLY_DAYS = 28

# Confidential notice (VM) in CIS: years it may be kept. The current protocol was not seen.
CIS_DEFAULT_YEARS = 3
CIS_MOST_YEARS = 5

# Looking a collector up again in the register: our own choice, the law asks that it is in it.
REGISTER_CHECK_MONTHS = 12
