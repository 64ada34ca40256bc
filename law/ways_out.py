"""Which way out fits a customer who does not pay: who cannot is helped, who will not is warned.

Promises 8 and 9 of the document on responsible collection: the office looks at what somebody can
pay, and treats the same situation in the same way. The advice follows from a few choices and from
nothing else: not from who asks, who answers, or how much is owed (docs/law.md, section 10).
"""

from dataclasses import dataclass, fields
from typing import Final

from . import checks

YES_NO: Final = ("yes", "no", "unknown")
ABILITIES: Final = ("now", "later_at_once", "in_parts", "not_at_all", "unknown")
CAUSES: Final = ("temporary", "lasting", "unknown")
WAYS: Final = (
    "arrangement",
    "deferral",
    "payment_method",
    "payment_term",
    "change_of_cover",
    "debt_help",
    "pay_now",
    "last_chance",
)
# Ways that help somebody who cannot pay; the other two are the normal ladder.
HELPING: Final = WAYS[:6]


@dataclass(frozen=True, slots=True)
class Assessment:
    """What a customer answered, as choices only: no income, no health, no story.

    `willing` and `several_debts`: see `YES_NO`. `able`: see `ABILITIES`. `cause`: why, see
    `CAUSES`. `wants_lower_premium`: the premium itself is too high. `yearly_premium`: it is paid
    for a year at once. `direct_debit`: it is collected by direct debit already.
    """

    willing: str = "unknown"
    able: str = "unknown"
    cause: str = "unknown"
    several_debts: str = "unknown"
    wants_lower_premium: bool = False
    yearly_premium: bool = False
    direct_debit: bool = False

    def __post_init__(self) -> None:
        checks.one_of(self.willing, "willing", YES_NO)
        checks.one_of(self.able, "able", ABILITIES)
        checks.one_of(self.cause, "cause", CAUSES)
        checks.one_of(self.several_debts, "several_debts", YES_NO)
        for name in ("wants_lower_premium", "yearly_premium", "direct_debit"):
            if not isinstance(getattr(self, name), bool):
                raise TypeError(f"{name} must be a bool")

    @property
    def cannot_pay(self) -> bool:
        """Whether the customer said that the amount cannot be paid at once, now."""
        return self.able in ("later_at_once", "in_parts", "not_at_all")

    @property
    def situation(self) -> str:
        """The answers as one text: equal exactly for equal answers."""
        return ";".join(f"{each.name}={getattr(self, each.name)}" for each in fields(self))


@dataclass(frozen=True, slots=True)
class WayOut:
    """A way out (of `WAYS`) and the code of the reason for which it is proposed."""

    way: str
    reason: str


def propose(assessment: Assessment) -> tuple[WayOut, ...]:
    """Return the ways out that fit, the best first; at least one, each way once.

    Who cannot pay always gets a way that helps first, whatever is known of the will: "cannot"
    weighs more than "will not". Who can pay and will not gets a fair last chance, and the steps
    go on. Several debts, or nothing to pay with for good, is more than one creditor can solve.
    """
    if assessment.cannot_pay:
        found = [*_main_help(assessment), *_lighter(assessment)]
    elif assessment.able == "now":
        found = [_can_pay(assessment)]
        found += [] if assessment.willing == "no" else _lighter(assessment)
    elif assessment.willing == "no":
        # What is not known is asked for: the last chance names the help there is.
        found = [WayOut("last_chance", "will_not_pay_unknown_why")]
    else:
        found = [WayOut("arrangement", "able_unknown"), *_debts(assessment), *_lighter(assessment)]
    return _once(found)


def _main_help(assessment: Assessment) -> list[WayOut]:
    able, lasting = assessment.able, assessment.cause == "lasting"
    found = _debts(assessment)
    if able == "later_at_once":
        found += [WayOut("deferral", "can_pay_later"), WayOut("arrangement", "parts_instead")]
    elif able == "in_parts":
        found += [WayOut("arrangement", "can_pay_in_parts")]
    elif assessment.cause == "temporary":
        found += [WayOut("deferral", "nothing_for_now"), WayOut("debt_help", "nothing_to_pay_with")]
    else:
        found += [WayOut("debt_help", "nothing_to_pay_with")]
    if lasting:
        found += [WayOut("change_of_cover", "cause_lasts")]
    return found


def _debts(assessment: Assessment) -> list[WayOut]:
    return [WayOut("debt_help", "several_debts")] if assessment.several_debts == "yes" else []


def _lighter(assessment: Assessment) -> list[WayOut]:
    """Return what makes the next premiums easier to pay."""
    found = []
    if assessment.yearly_premium:
        found.append(WayOut("payment_term", "year_at_once"))
    if assessment.wants_lower_premium:
        found.append(WayOut("change_of_cover", "premium_too_high"))
    if not assessment.direct_debit:
        found.append(WayOut("payment_method", "no_direct_debit"))
    return found


def _can_pay(assessment: Assessment) -> WayOut:
    if assessment.willing == "no":
        return WayOut("last_chance", "can_but_will_not")
    return WayOut("pay_now", "can_pay_now")


def _once(found: list[WayOut]) -> tuple[WayOut, ...]:
    seen: dict[str, WayOut] = {}
    for each in found:
        seen.setdefault(each.way, each)
    return tuple(seen.values())
