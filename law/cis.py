"""CIS: when an insurer or agent may register a termination for non-payment, and for how long.

Only the confidential notice (Vertrouwelijke Mededeling, VM) has to do with arrears; the external
referral register (EVR) is for fraud and never follows from non-payment. Registration is an act of
two people, never of the machine: this module only says what stands in the way.
"""

from dataclasses import dataclass
from datetime import date

from . import checks
from .calendar import add_months
from .cover import LINES_OF_BUSINESS, MAY_SUSPEND, ROLES
from .parameters import CIS_DEFAULT_YEARS, CIS_MOST_YEARS


@dataclass(frozen=True, slots=True)
class CisFacts:
    """One terminated policy and what is known about it.

    `ended_for_nonpayment_on`: the day the insurer or agent ended it for that reason (None: it did
    not; a customer who cancels himself is never registered). `notice_received_on`: the day on
    which the notice that announced registration was received (None: not known, or not received).
    `open_at_end`, `open_now`: premium of this policy was unpaid on the day it ended, and still is.
    `clean_slate`: a debt settlement with a clean slate was completed after the policy ended.
    `proposed_by`, `approved_by`: the two persons, by any name that tells them apart.
    """

    office_role: str
    line_of_business: str
    ended_for_nonpayment_on: date | None
    conditions_name_ground: bool
    notice_announced: bool
    notice_received_on: date | None
    customer_told: bool
    disputed: bool
    debt_help: bool
    on_hold: bool
    arrangement_active: bool
    open_at_end: bool
    open_now: bool
    clean_slate: bool
    proposed_by: str
    approved_by: str

    def __post_init__(self) -> None:
        checks.one_of(self.office_role, "office_role", ROLES)
        checks.one_of(self.line_of_business, "line_of_business", LINES_OF_BUSINESS)
        checks.optional_day(self.ended_for_nonpayment_on, "ended_for_nonpayment_on")
        checks.optional_day(self.notice_received_on, "notice_received_on")
        checks.text(self.proposed_by, "proposed_by")
        checks.text(self.approved_by, "approved_by")
        for name in _FLAGS:
            checks.flag(getattr(self, name), name)


_FLAGS = (
    "conditions_name_ground",
    "notice_announced",
    "customer_told",
    "disputed",
    "debt_help",
    "on_hold",
    "arrangement_active",
    "open_at_end",
    "open_now",
    "clean_slate",
)
# What the second person adds: the approval itself, and the letter that it makes.
_AFTER_PROPOSAL = ("not_approved", "same_person", "customer_not_told")
# What counts as well when an intermediary asks the insurer, who then answers for the rest.
_ASKING = (
    "health_basic",
    "not_terminated",
    "disputed",
    "debt_help",
    "on_hold",
    "arrangement",
    "nothing_open",
    "clean_slate",
)


def registration_blockers(facts: CisFacts, on: date) -> tuple[str, ...]:
    """Return why a termination may not be registered on the day `on`; empty: two people may.

    Codes: office_role, health_basic (Zvw: it is never ended for non-payment), not_terminated,
    no_ground, notice_silent (none announced registration), notice_unproven (not received when the
    policy ended), customer_not_told, disputed, debt_help, on_hold, arrangement, nothing_open,
    clean_slate, not_approved, same_person.

    Nothing open: a VM must be in proportion (GDPR art. 5 and 6(1)(f)), so what was paid before the
    registration is not registered any more. That is the choice that is mild for the debtor.
    """
    if not isinstance(facts, CisFacts):
        raise TypeError(f"facts must be CisFacts, not {type(facts).__name__}")
    checks.day(on, "on")
    ended = facts.ended_for_nonpayment_on
    received = facts.notice_received_on
    found = {
        "office_role": facts.office_role not in MAY_SUSPEND,
        "health_basic": facts.line_of_business == "health_basic",
        "not_terminated": ended is None or ended > on,
        "no_ground": not facts.conditions_name_ground,
        "notice_silent": not facts.notice_announced,
        "notice_unproven": received is None or received > (ended or on),
        "customer_not_told": not facts.customer_told,
        "disputed": facts.disputed,
        "debt_help": facts.debt_help,
        "on_hold": facts.on_hold,
        "arrangement": facts.arrangement_active,
        "nothing_open": not (facts.open_at_end and facts.open_now),
        "clean_slate": facts.clean_slate,
        "not_approved": not facts.approved_by,
        "same_person": bool(facts.approved_by) and facts.approved_by == facts.proposed_by,
    }
    return tuple(code for code, holds in found.items() if holds)


def proposal_blockers(facts: CisFacts, on: date) -> tuple[str, ...]:
    """Return why one person may not even propose a registration; codes as above.

    Approval and the letter that tells the customer come later.
    """
    return tuple(code for code in registration_blockers(facts, on) if code not in _AFTER_PROPOSAL)


def asking_blockers(facts: CisFacts, on: date) -> tuple[str, ...]:
    """Return why an intermediary may not ask the insurer to register; codes as above.

    It tells the insurer of a person's debt: so not while that is disputed, paused or settled. Who
    may register himself has nothing to ask: office_role.
    """
    role = ("office_role",) if facts.office_role in MAY_SUSPEND else ()
    return role + tuple(code for code in registration_blockers(facts, on) if code in _ASKING)


def expires_on(registered_on: date, years: int = CIS_DEFAULT_YEARS) -> date:
    """Return the first day on which a VM must be gone.

    :param years: 3 unless the protocol in force says otherwise, at most 5 (docs/law.md, A18).
    """
    checks.day(registered_on, "registered_on")
    if checks.whole(years, "years", 1) > CIS_MOST_YEARS:
        raise ValueError(f"years must be at most {CIS_MOST_YEARS}, but is {years}")
    return add_months(registered_on, 12 * years)


def may_expire_on(registered_on: date, expiry: date, told_years: int = CIS_DEFAULT_YEARS) -> bool:
    """Tell whether a VM may stand until `expiry`: after the start, no longer than was told.

    :param told_years: the years that the letter to the customer named, at most 5
    """
    checks.day(expiry, "expiry")
    latest = expires_on(registered_on, told_years)
    return registered_on < expiry <= latest


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


def removal_reason(
    expiry: date, on: date, clean_slate: bool = False, unfounded: bool = False
) -> str:
    """Return why a VM that stands until `expiry` must go on the day `on`; empty: it may stand.

    Codes: unfounded (what it rests on was taken back), clean_slate, expired; the gravest first.
    """
    checks.day(expiry, "expiry")
    checks.day(on, "on")
    if checks.flag(unfounded, "unfounded"):
        return "unfounded"
    if checks.flag(clean_slate, "clean_slate"):
        return "clean_slate"
    return "expired" if on >= expiry else ""


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
