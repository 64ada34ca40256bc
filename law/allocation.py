"""Which debt a payment pays: 6:43 and 6:44 BW, and the milder premium-first order.

6:44 BW takes costs, then interest, then principal, which leaves premium open and cover suspended;
a creditor may be milder, so an office can take the premium first (docs/law.md). Only costs that
are *due* belong here: while the term of a 14-day letter runs its fee is not (see `costs_due`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, Decimal

from . import checks
from .checks import CENT, ZERO

ORDERS = {
    "statutory": ("costs", "interest", "principal"),
    "premium_first": ("principal", "costs", "interest"),
}


@dataclass(frozen=True, slots=True)
class Allocation:
    """What of a payment goes where, and the `rest` that pays nothing. The four add up to it."""

    costs: Decimal
    interest: Decimal
    principal: Decimal
    rest: Decimal


def allocate(
    payment: Decimal, costs: Decimal, interest: Decimal, principal: Decimal, order: str
) -> Allocation:
    """Split one payment over the parts of one debt.

    :param payment: euros received; `costs`, `interest`, `principal`: euros due.
    :param order: "statutory" (6:44 lid 1: costs, interest, principal) or "premium_first"
        (principal, costs, interest).
    """
    due = {"costs": costs, "interest": interest, "principal": principal}
    rest = checks.money(payment, "payment")
    for name, amount in due.items():
        checks.money(amount, name)
    paid: dict[str, Decimal] = {}
    for name in ORDERS[checks.one_of(order, "order", ORDERS)]:
        paid[name] = min(rest, due[name])
        rest -= paid[name]
    return Allocation(paid["costs"], paid["interest"], paid["principal"], rest)


def costs_due(fee: Decimal, last_day: date, credited_on: date) -> Decimal:
    """Return the fee a payment meets: nothing as long as it is credited within the letter's term.

    :param last_day: last day to pay, inclusive.
    """
    checks.money(fee, "fee")
    in_time = checks.day(credited_on, "credited_on") <= checks.day(last_day, "last_day")
    return ZERO if in_time else fee


@dataclass(frozen=True, slots=True)
class Debt:
    """One open debt of a debtor. A higher `burden` is more onerous (6:43 lid 2 BW)."""

    key: str
    due_date: date
    amount: Decimal
    burden: int = 0

    def __post_init__(self) -> None:
        checks.text(self.key, "key")
        checks.day(self.due_date, "due_date")
        checks.money(self.amount, "amount")
        checks.whole(self.burden, "burden")


def spread(
    payment: Decimal, debts: Iterable[Debt], on: date, designated: Sequence[str] = ()
) -> dict[str, Decimal]:
    """Spread one payment over several debts (6:43 BW); what is left over pays nothing.

    First the debts the debtor named, in that order; then those past due on the day `on`, the more
    onerous first, then the oldest; debts that are equal in all this share in proportion. The parts
    are whole cents and add up to the payment or, if that is less, to all debts.

    :raises ValueError: for two debts with one key, or a designated key that is no debt.
    """
    rest = checks.money(payment, "payment")
    checks.day(on, "on")
    known = _by_key(debts)
    for key in designated:
        checks.one_of(key, "designated", known)
    named = list(dict.fromkeys(designated))
    groups = [[known.pop(key)] for key in named] + _ranked(known.values(), on)
    parts: dict[str, Decimal] = {}
    for group in groups:
        shares = _share(rest, group)
        rest -= sum(shares.values(), ZERO)
        parts |= shares
    return parts


def _by_key(debts: Iterable[Debt]) -> dict[str, Debt]:
    known: dict[str, Debt] = {}
    for debt in debts:
        if not isinstance(debt, Debt):
            raise TypeError(f"debts must hold Debt, not {type(debt).__name__}")
        if debt.key in known:
            raise ValueError(f"debts must have different keys, but {debt.key!r} comes twice")
        known[debt.key] = debt
    return known


def _ranked(debts: Iterable[Debt], on: date) -> list[list[Debt]]:
    """Return the debts in groups of equal rank, first group first."""
    groups: dict[tuple[bool, int, date], list[Debt]] = {}
    for debt in debts:
        rank = (debt.due_date >= on, -debt.burden, debt.due_date)
        groups.setdefault(rank, []).append(debt)
    return [groups[rank] for rank in sorted(groups)]


def _share(payment: Decimal, debts: Sequence[Debt]) -> dict[str, Decimal]:
    """Share a payment over equal debts in proportion, cents left over going to the first ones."""
    total = sum((debt.amount for debt in debts), ZERO)
    if payment >= total:
        return {debt.key: debt.amount for debt in debts}
    shares = {d.key: (payment * d.amount / total).quantize(CENT, ROUND_DOWN) for d in debts}
    left = payment - sum(shares.values(), ZERO)
    for debt in debts:
        extra = min(left, CENT)
        shares[debt.key] += extra
        left -= extra
    return shares
