"""What an office takes over from an earlier system: does the law let it count?

A notice that somebody else sent is judged by the same rules as our own: 6:96 lid 6 and 8 BW for the
fee, 7:934 BW for the suspension (which `law.cover` judges by itself). What does not pass counts for
nothing: the customer owes nothing for it and the step is taken again, with a fresh term.
"""

from collections.abc import Set
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from . import checks
from .calendar import NO_DAYS
from .checks import ZERO
from .facts import STAGE_KINDS
from .notice import last_day_to_pay

# The letters with the statutory consequences of 6:96 lid 6 and 7:934 BW.
STATUTORY_KINDS = frozenset({"formal_notice", "business_notice"})


@dataclass(frozen=True, slots=True)
class TakenOver:
    """A notice of an earlier system, over one or more premiums of one debtor and one creditor.

    `last_day`: last day to pay that it gave, inclusive (None: it gave no term). `fee` and `vat` are
    what it announced, `fee_allowed` and `vat_allowed` what the law allowed on that day, in euros.
    """

    kind: str
    sent_on: date
    latest_due_date: date
    received_on: date
    last_day: date | None
    names_suspension: bool = False
    fee: Decimal = ZERO
    fee_allowed: Decimal = ZERO
    may_cause_fee: bool = True
    vat: Decimal = ZERO
    vat_allowed: Decimal = ZERO

    def __post_init__(self) -> None:
        checks.one_of(self.kind, "kind", STAGE_KINDS)
        for name in ("sent_on", "latest_due_date", "received_on"):
            checks.day(getattr(self, name), name)
        checks.optional_day(self.last_day, "last_day")
        for name in ("names_suspension", "may_cause_fee"):
            checks.flag(getattr(self, name), name)
        for name in ("fee", "fee_allowed", "vat", "vat_allowed"):
            checks.money(getattr(self, name), name)
        checks.days_in_order(self.sent_on, self.received_on, ("sent_on", "received_on"))
        checks.days_in_order(self.received_on, self.last_day, ("received_on", "last_day"))


def notice_blockers(notice: TakenOver, extra_holidays: Set[date] = NO_DAYS) -> tuple[str, ...]:
    """Return why a notice of an earlier system may not count; empty: it may.

    Codes, in this order: before_default (sent on or before a due date), no_14_day_letter (it
    announces a fee or names suspension, but is no letter that can), term_too_short (under the 14
    days with the Atw), fee_not_allowed (its sender could cause none, Wki art. 18), fee_too_high and
    vat_too_high: each of these voids the letter (docs/law.md).

    :param extra_holidays: decreed holidays, as `law.notice.last_day_to_pay` asks
    """
    if not isinstance(notice, TakenOver):
        raise TypeError(f"notice must be a TakenOver, not {type(notice).__name__}")
    statutory = notice.kind in STATUTORY_KINDS
    least = last_day_to_pay(notice.received_on, extra_holidays=extra_holidays)
    found = {
        "before_default": notice.sent_on <= notice.latest_due_date,
        "no_14_day_letter": not statutory and bool(notice.fee or notice.names_suspension),
        "term_too_short": notice.last_day is not None and notice.last_day < least,
        "fee_not_allowed": bool(notice.fee) and not notice.may_cause_fee,
        "fee_too_high": notice.fee > notice.fee_allowed,
        "vat_too_high": notice.vat > notice.vat_allowed,
    }
    return tuple(code for code, holds in found.items() if holds)


def charge_blockers(
    charged_on: date, owed_from: date, charged: Decimal, due: Decimal
) -> tuple[str, ...]:
    """Return why a fee that an earlier system charged was not due; empty: it was.

    Codes: too_early (before its term had passed unpaid, 6:96 lid 6 BW), too_much (more than what
    was announced, or than what the premium costs that was left after the term).

    :param charged_on: day on which it was charged
    :param owed_from: first day on which it could be due: the day after the last day to pay, for a
        consumer; the day of the notice, for a business, who owes it at once (6:96 lid 4)
    :param charged: euros that were charged, without VAT
    :param due: euros that `law.collection_fee.fee_due` gives
    """
    checks.day(charged_on, "charged_on")
    checks.day(owed_from, "owed_from")
    found = {
        "too_early": charged_on < owed_from,
        "too_much": checks.money(charged, "charged") > checks.money(due, "due"),
    }
    return tuple(code for code, holds in found.items() if holds)
