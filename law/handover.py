"""May a case be handed over: what has to be true of the arrears, whoever is to collect them.

6:96 lid 6 BW (a consumer had a valid 14-day notice in vain), the insurers' protocol on arrears
(announced first, every other way tried), and the promise that a hold, an arrangement or a fresh
term stops everything. Who may collect them is in `law.collector`.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from . import checks

DEBTORS = frozenset({"consumer", "business"})


@dataclass(frozen=True, slots=True)
class HandoverFacts:
    """What is known of the premiums of one debtor that are to be handed over together.

    `notice_until`: last day to pay of the 14-day notice, `announced_until`: the day that the
    announcement names; of several premiums the latest, None as soon as one has none.
    `fresh_term_until`: last day of the term after a hold or a return. `waiting_credit`: what the
    debtor has paid or is owed and is not matched yet. `under_way`: a letter about them has not
    left or was not received yet. Amounts in euros.
    """

    debtor: str
    amount_open: Decimal
    notice_until: date | None
    announced_until: date | None
    minimum: Decimal = checks.ZERO
    on_hold: bool = False
    arrangement_active: bool = False
    fresh_term_until: date | None = None
    waiting_credit: Decimal = checks.ZERO
    under_way: bool = False

    def __post_init__(self) -> None:
        checks.one_of(self.debtor, "debtor", DEBTORS)
        for name in ("amount_open", "minimum", "waiting_credit"):
            checks.money(getattr(self, name), name)
        for name in ("notice_until", "announced_until", "fresh_term_until"):
            checks.optional_day(getattr(self, name), name)
        for name in ("on_hold", "arrangement_active", "under_way"):
            checks.flag(getattr(self, name), name)


def case_blockers(facts: HandoverFacts, on: date) -> tuple[str, ...]:
    """Return why these premiums cannot be handed over on the day `on`; empty: they can.

    Codes: nothing_open, below_minimum, no_notice and notice_runs (a consumer only), not_announced,
    announcement_runs, on_hold, arrangement, fresh_term, payment_waits, under_way.
    """
    if not isinstance(facts, HandoverFacts):
        raise TypeError(f"facts must be HandoverFacts, not {type(facts).__name__}")
    checks.day(on, "on")
    consumer = facts.debtor == "consumer"
    fresh = facts.fresh_term_until
    tests = {
        "nothing_open": not facts.amount_open,
        "below_minimum": bool(facts.amount_open) and facts.amount_open < facts.minimum,
        "no_notice": consumer and facts.notice_until is None,
        "notice_runs": consumer and _runs(facts.notice_until, on),
        "not_announced": facts.announced_until is None,
        "announcement_runs": _runs(facts.announced_until, on),
        "on_hold": facts.on_hold,
        "arrangement": facts.arrangement_active,
        "fresh_term": fresh is not None and on <= fresh,
        "payment_waits": bool(facts.waiting_credit),
        "under_way": facts.under_way,
    }
    return tuple(code for code, blocks in tests.items() if blocks)


def _runs(until: date | None, on: date) -> bool:
    return until is not None and on <= until
