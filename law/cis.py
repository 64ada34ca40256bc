"""CIS: when an insurer or agent may register a termination for non-payment, and for how long.

Only the confidential notice (Vertrouwelijke Mededeling, VM) has to do with arrears; the external
referral register (EVR) is for fraud and never follows from non-payment. Registration is an act of
two people, never of the machine: this module only says what stands in the way.
"""

from dataclasses import dataclass
from datetime import date

from . import checks
from .calendar import add_months
from .cover import MAY_SUSPEND, ROLES
from .parameters import CIS_DEFAULT_YEARS, CIS_MOST_YEARS


@dataclass(frozen=True, slots=True)
class CisFacts:
    """One terminated policy and what is known about it.

    `ended_for_nonpayment_on`: the day the insurer or agent ended it for that reason (None: it did
    not; a customer who cancels himself is never registered). `proposed_by`, `approved_by`: the two
    persons, by any name that tells them apart.
    """

    office_role: str
    ended_for_nonpayment_on: date | None
    conditions_name_ground: bool
    notice_proven: bool
    notice_announced: bool
    customer_told: bool
    disputed: bool
    on_hold: bool
    arrangement_active: bool
    proposed_by: str
    approved_by: str

    def __post_init__(self) -> None:
        checks.one_of(self.office_role, "office_role", ROLES)
        checks.optional_day(self.ended_for_nonpayment_on, "ended_for_nonpayment_on")
        checks.text(self.proposed_by, "proposed_by")
        checks.text(self.approved_by, "approved_by")
        for name in _FLAGS:
            checks.flag(getattr(self, name), name)


_FLAGS = (
    "conditions_name_ground",
    "notice_proven",
    "notice_announced",
    "customer_told",
    "disputed",
    "on_hold",
    "arrangement_active",
)


def registration_blockers(facts: CisFacts, on: date) -> tuple[str, ...]:
    """Return why a termination may not be registered on the day `on`; empty: two people may.

    Codes: office_role, not_terminated, no_ground, notice_unproven, notice_silent (it did not
    announce registration), customer_not_told, disputed, on_hold, arrangement, not_approved,
    same_person.
    """
    if not isinstance(facts, CisFacts):
        raise TypeError(f"facts must be CisFacts, not {type(facts).__name__}")
    checks.day(on, "on")
    ended = facts.ended_for_nonpayment_on
    found = {
        "office_role": facts.office_role not in MAY_SUSPEND,
        "not_terminated": ended is None or ended > on,
        "no_ground": not facts.conditions_name_ground,
        "notice_unproven": not facts.notice_proven,
        "notice_silent": not facts.notice_announced,
        "customer_not_told": not facts.customer_told,
        "disputed": facts.disputed,
        "on_hold": facts.on_hold,
        "arrangement": facts.arrangement_active,
        "not_approved": not facts.approved_by,
        "same_person": bool(facts.approved_by) and facts.approved_by == facts.proposed_by,
    }
    return tuple(code for code, holds in found.items() if holds)


def expires_on(registered_on: date, years: int = CIS_DEFAULT_YEARS) -> date:
    """Return the first day on which a VM must be gone.

    :param years: 3 unless the protocol in force says otherwise, at most 5 (docs/law.md, A18).
    """
    checks.day(registered_on, "registered_on")
    if checks.whole(years, "years", 1) > CIS_MOST_YEARS:
        raise ValueError(f"years must be at most {CIS_MOST_YEARS}, but is {years}")
    return add_months(registered_on, 12 * years)


def must_be_removed(
    registered_on: date,
    on: date,
    years: int = CIS_DEFAULT_YEARS,
    clean_slate: bool = False,
    unfounded: bool = False,
) -> bool:
    """Tell whether a VM must go: its time is up, a clean slate was granted, or it was wrong.

    Full payment alone does not remove it; then a person reviews it (`must_be_reviewed`).
    """
    checks.day(on, "on")
    forgiven = checks.flag(clean_slate, "clean_slate") or checks.flag(unfounded, "unfounded")
    return forgiven or on >= expires_on(registered_on, years)


def must_be_reviewed(paid_on: date | None, reviewed_on: date | None = None) -> bool:
    """Tell whether a person has to look at a VM again: all was paid and nobody looked since."""
    checks.optional_day(paid_on, "paid_on")
    checks.optional_day(reviewed_on, "reviewed_on")
    return paid_on is not None and (reviewed_on is None or reviewed_on < paid_on)


def history_counts(clean_slate: bool) -> bool:
    """Tell whether an earlier termination for non-payment may count at a new application.

    Not after a completed debt settlement with a clean slate (Protocol bij betalingsachterstanden).
    """
    return not checks.flag(clean_slate, "clean_slate")
