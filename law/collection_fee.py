"""The statutory collection fee: BIK (BWBR0031432) art. 2 and 6:96 lid 4-8 BW.

All amounts are euros as Decimal, excluding VAT unless the name says otherwise; every computed fee
is rounded down to the cent, since a fee that is a cent too high voids the letter that states it.
The "day of a reminder" is everywhere the (assumed) day on which it was received.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_DOWN, Decimal

from . import checks
from .calendar import add_months
from .checks import CENT, ZERO
from .parameters import (
    CUMULATIONS,
    TARIFFS,
    VAT_RATES,
    WAIVE_LIMIT,
    Cumulation,
    Tariff,
    in_force,
)

DEBTORS = frozenset({"consumer", "business"})
_Part = tuple[Decimal, str]  # a fee and the code of its rule


@dataclass(frozen=True, slots=True)
class Claim:
    """What is open of one premium, in one letter.

    `policy` names the contract (a package is one); `instalment` is False for a claim that is no
    premium term, such as an excess: lid 8 does not cover it, so it pays the plain tariff.
    """

    policy: str
    open_amount: Decimal
    instalment: bool = True

    def __post_init__(self) -> None:
        if not checks.text(self.policy, "policy"):
            raise ValueError("policy must name the contract, but is empty")
        checks.money(self.open_amount, "open_amount")
        checks.flag(self.instalment, "instalment")


@dataclass(frozen=True, slots=True)
class Reminder:
    """An earlier *valid* 14-day letter about a policy.

    `day` is the day of receipt, `fee` the policy's own fee in that letter without VAT (see
    `FeeResult.by_policy`), `stayed_unpaid` False when all was paid within the letter's term.
    """

    day: date
    fee: Decimal
    stayed_unpaid: bool

    def __post_init__(self) -> None:
        checks.day(self.day, "day")
        checks.money(self.fee, "fee")
        checks.flag(self.stayed_unpaid, "stayed_unpaid")


@dataclass(frozen=True, slots=True)
class FeeResult:
    """A fee that explains itself: `rule` is a stable code, `inputs` are plain strings to store.

    `by_policy` holds each policy's own instalment fee, the figure for its next `Reminder` history.
    """

    amount: Decimal
    rule: str
    inputs: Mapping[str, str]
    by_policy: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class VatFacts:
    """What BIK art. 2 lid 3 asks before VAT may come on top of the fee."""

    external_collector: bool
    collector_charges_vat: bool
    creditor_deducts_vat: bool
    amount_announced: bool
    reason_declared: bool

    def __post_init__(self) -> None:
        for name in self.__slots__:
            checks.flag(getattr(self, name), name)


def statutory_fee(principal: Decimal, on: date | None = None) -> Decimal:
    """Return the fee of BIK art. 2 on an unpaid principal.

    15 % of the first 2,500.00, 10 % of the next 2,500.00, 5 % of the next 5,000.00, 1 % of the next
    190,000.00 and 0.5 % of the rest; at least 40.00, at most 6,775.00; nothing for nothing.

    :param principal: euros, without interest.
    :param on: the day whose tariff holds; None takes the newest one.
    :return: euros excluding VAT, rounded down to the cent.
    :raises TypeError, ValueError: for anything but a Decimal amount, or a day before 1 July 2012.
    """
    checks.money(principal, "principal")
    row = TARIFFS[-1] if on is None else in_force(TARIFFS, checks.day(on, "on"), "tariff")
    return _tariff_fee(principal, row)


def _tariff_fee(principal: Decimal, tariff: Tariff) -> Decimal:
    if not principal:
        return ZERO
    rest, fee = principal, ZERO
    for width, rate in tariff.bands:
        part = rest if width is None or rest < width else width
        fee += rate * part
        rest -= part
        if not rest:
            break
    return max(tariff.minimum, min(tariff.maximum, fee.quantize(CENT, ROUND_DOWN)))


def business_fee(
    principal: Decimal, agreed: Decimal | None = None, on: date | None = None
) -> Decimal:
    """Return the fee of a business debtor (6:96 lid 4 BW): as agreed, but never below 40.00.

    Without an agreement the tariff of BIK art. 2 holds. No reminder is needed: it is due from the
    day after the last day to pay.

    :param on: the day whose tariff holds; None takes the newest one.
    """
    fee = statutory_fee(principal, on)
    if agreed is None or not fee:
        return fee
    row = TARIFFS[-1] if on is None else in_force(TARIFFS, on, "tariff")
    return max(row.minimum, checks.money(agreed, "agreed"))


def explain_business_fee(
    claims: Sequence[Claim], on: date, agreed: Decimal | None = None
) -> FeeResult:
    """Return the fee of a business debtor over its claims in one letter, and why.

    :param on: the day whose tariff holds.
    :param agreed: euros agreed for each letter; None takes the tariff.
    :return: `rule`: nothing_open, business (the tariff over the sum) or business_agreed.
    """
    checks.day(on, "on")
    open_claims = [claim for claim in _claims(claims) if claim.open_amount]
    total = sum((claim.open_amount for claim in open_claims), ZERO)
    rule = "business" if agreed is None else "business_agreed"
    inputs = _inputs(open_claims, total, on, "business")
    fee = business_fee(total, agreed, on)
    return FeeResult(fee, rule if open_claims else "nothing_open", inputs)


def instalment_fee(
    open_amount: Decimal, reminder_day: date, history: Sequence[Reminder]
) -> Decimal:
    """Return the consumer's fee for one instalment of one policy (6:96 lid 8 BW).

    Up to 266.67 open: 40.00, or 20.00 when in the six months before an earlier reminder of the same
    policy stayed unpaid; together at most 140.00 in six months. Above it, or before 1 October 2024:
    the plain tariff. The window is rolling: [day minus six months, day).

    :param open_amount: euros open of this instalment.
    :param reminder_day: day on which this reminder is (assumed to be) received.
    :param history: valid reminders of the same policy; their order does not matter, those on or
        after `reminder_day` are not "preceding" and do not count.
    :return: euros excluding VAT.
    """
    checks.money(open_amount, "open_amount")
    checks.day(reminder_day, "reminder_day")
    return _instalment_fee(open_amount, reminder_day, _history(history, "history"))[0]


def _instalment_fee(amount: Decimal, on: date, history: Iterable[Reminder]) -> tuple[Decimal, str]:
    tariff = in_force(TARIFFS, on, "tariff")
    rules = _cumulation(on)
    if rules is None or amount > rules.ceiling or not amount:
        return _tariff_fee(amount, tariff), "tariff"
    start = add_months(on, -rules.months)
    unpaid = [r for r in history if start <= r.day < on and r.stayed_unpaid]
    fee, rule = (rules.following, "following") if unpaid else (rules.first, "first")
    charged = (r.fee for r in unpaid if r.day > start and r.fee <= rules.first)
    room = rules.cap - sum(charged, ZERO)
    return (fee, rule) if room >= fee else (max(ZERO, room), "cap")


def _cumulation(on: date) -> Cumulation | None:
    return in_force(CUMULATIONS, on, "cumulation") if on >= CUMULATIONS[0].since else None


def letter_fee(
    claims: Sequence[Claim],
    reminder_day: date,
    histories: Mapping[str, Sequence[Reminder]],
    debtor: str = "consumer",
) -> Decimal:
    """Return the one fee for one letter: `explain_letter_fee` without the explanation."""
    return explain_letter_fee(claims, reminder_day, histories, debtor).amount


def explain_letter_fee(
    claims: Sequence[Claim],
    reminder_day: date,
    histories: Mapping[str, Sequence[Reminder]],
    debtor: str = "consumer",
) -> FeeResult:
    """Return the fee of one letter over claims of one debtor and one creditor, and why.

    Of one policy the highest single instalment counts (6:96 lid 8, second part). Several policies
    are added up (lid 7), but the letter is never dearer than separate letters, and as long as the
    sum stays within 266.67 only the highest fee counts. A business debtor pays the tariff over the
    sum (lid 4).

    :param histories: per policy its earlier valid reminders, in any order.
    :param debtor: "consumer" (every natural person with a private policy) or "business".
    :return: `amount` in euros excluding VAT; `rule`: nothing_open, tariff, first, following, cap,
        highest_single, one_low_fee, sum_tariff, separate_fees or business.
    """
    checks.day(reminder_day, "reminder_day")
    checks.one_of(debtor, "debtor", DEBTORS)
    known = {policy: _history(rows, "histories") for policy, rows in histories.items()}
    open_claims = [claim for claim in _claims(claims) if claim.open_amount]
    total = sum((claim.open_amount for claim in open_claims), ZERO)
    inputs = _inputs(open_claims, total, reminder_day, debtor)
    if not open_claims:
        return FeeResult(ZERO, "nothing_open", inputs)
    if debtor == "business":
        return FeeResult(statutory_fee(total, reminder_day), "business", inputs)
    parts: list[_Part] = []
    singles: dict[str, Decimal] = {}
    for policy, own in _by_policy(open_claims).items():
        groups = _groups(own, reminder_day, known.get(policy, ()))
        parts.append(_combine(groups, own, reminder_day))
        inputs[f"fee.{policy}"] = str(parts[-1][0])
        if any(claim.instalment for claim in own):
            singles[policy] = groups[0][0]
    amount, rule = _combine(parts, open_claims, reminder_day)
    return FeeResult(amount, rule, inputs, singles)


def _inputs(claims: Sequence[Claim], total: Decimal, on: date, debtor: str) -> dict[str, str]:
    return {
        "debtor": debtor,
        "reminder_day": on.isoformat(),
        "claims": str(len(claims)),
        "total_open": str(total.quantize(CENT)),
    }


def _by_policy(claims: Iterable[Claim]) -> dict[str, list[Claim]]:
    found: dict[str, list[Claim]] = {}
    for claim in claims:
        found.setdefault(claim.policy, []).append(claim)
    return found


def _groups(claims: Sequence[Claim], on: date, history: Sequence[Reminder]) -> list[_Part]:
    """Return what one policy owes: the highest single instalment first, then each other claim."""
    terms = [_instalment_fee(c.open_amount, on, history) for c in claims if c.instalment]
    others = [statutory_fee(c.open_amount, on) for c in claims if not c.instalment]
    highest = [(max(terms)[0], "highest_single")] if len(terms) > 1 else terms
    return highest + [(fee, "tariff") for fee in others]


def _combine(parts: Sequence[_Part], claims: Sequence[Claim], on: date) -> _Part:
    """Bring separate fees together in one letter over `claims` (6:96 lid 7)."""
    cumulation = _cumulation(on)
    if cumulation is not None and len(parts) == 1:
        return parts[0]
    total = sum((claim.open_amount for claim in claims), ZERO)
    together = statutory_fee(total, on)
    if cumulation is None:
        return together, "tariff" if len(parts) == 1 else "sum_tariff"
    if total <= cumulation.ceiling:
        return max(parts)[0], "one_low_fee"
    separate = sum((fee for fee, _rule in parts), ZERO)
    return (together, "sum_tariff") if together <= separate else (separate, "separate_fees")


def _claims(claims: Iterable[Claim]) -> list[Claim]:
    found = list(claims)
    for claim in found:
        if not isinstance(claim, Claim):
            raise TypeError(f"claims must hold Claim, not {type(claim).__name__}")
    return found


def _history(history: Sequence[Reminder], name: str) -> Sequence[Reminder]:
    for row in history:
        if not isinstance(row, Reminder):
            raise TypeError(f"{name} must hold Reminder, not {type(row).__name__}")
    return history


def fee_due(
    announced: Decimal,
    open_on_first_day_after_term: Decimal,
    *,
    fee_on_remainder: Decimal | None = None,
    waive_limit: Decimal = WAIVE_LIMIT,
    letter_valid: bool = True,
    stopped: bool = False,
) -> Decimal:
    """Return what has become due of an announced fee, once the letter's term has passed.

    Nothing when the letter was invalid, all was paid in time (6:96 lid 6), or a hold or a kept
    arrangement stands in the way; else the lower of what was announced and what the remainder
    costs. A later payment changes nothing any more.

    :param announced: euros excluding VAT, as the letter stated it.
    :param open_on_first_day_after_term: euros still open of the claims in that letter.
    :param fee_on_remainder: `letter_fee` over what is left, for letters with cumulation; without
        it the plain tariff over the remainder.
    :param waive_limit: a remainder *below* it is let go; Decimal("0.00") lets nothing go.
    :param stopped: a hold, dispute, debt-help notice or kept arrangement is in force.
    """
    checks.money(announced, "announced")
    checks.money(open_on_first_day_after_term, "open_on_first_day_after_term")
    checks.money(waive_limit, "waive_limit")
    rest = statutory_fee(open_on_first_day_after_term)
    if fee_on_remainder is not None:
        rest = checks.money(fee_on_remainder, "fee_on_remainder")
    barred = checks.flag(stopped, "stopped") or not checks.flag(letter_valid, "letter_valid")
    paid = not open_on_first_day_after_term or open_on_first_day_after_term < waive_limit
    return ZERO if barred or paid else min(announced, rest)


def vat_blockers(facts: VatFacts) -> tuple[str, ...]:
    """Return why no VAT may come on top of the fee (BIK art. 2 lid 3); empty: it may.

    Codes: own_collection, collector_without_vat, creditor_deducts, not_announced, not_declared.
    """
    if not isinstance(facts, VatFacts):
        raise TypeError(f"facts must be VatFacts, not {type(facts).__name__}")
    found = {
        "own_collection": not facts.external_collector,
        "collector_without_vat": not facts.collector_charges_vat,
        "creditor_deducts": facts.creditor_deducts_vat,
        "not_announced": not facts.amount_announced,
        "not_declared": not facts.reason_declared,
    }
    return tuple(code for code, holds in found.items() if holds)


def vat_rate(on: date) -> Decimal:
    """Return the general VAT rate on a day, as a fraction (0.21)."""
    return in_force(VAT_RATES, checks.day(on, "on"), "VAT rate").value


def with_vat(fee: Decimal, vat_rate: Decimal) -> Decimal:
    """Return the fee with VAT on top: after minimum and maximum, the VAT rounded down to the cent.

    Whether VAT may be added at all is for `vat_blockers`.

    :param fee: euros excluding VAT.
    :param vat_rate: a fraction, Decimal("0.21") for 21 %.
    """
    checks.money(fee, "fee")
    uplift = fee * checks.fraction(vat_rate, "vat_rate")
    return fee + uplift.quantize(CENT, ROUND_DOWN)


def vat_on(fee: Decimal, vat_rate: Decimal) -> Decimal:
    """Return the VAT alone that `with_vat` puts on top of the fee."""
    return with_vat(fee, vat_rate) - fee
