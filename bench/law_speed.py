"""How fast the law is on one core: python bench/law_speed.py [--check]

A letter fee with a history of 24 reminders must do 20,000 a second, the last day to pay 100,000.
The best of several rounds counts, since other work on the machine only ever makes a round slower.
"""

import argparse
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from law.calendar import add_months
from law.collection_fee import Claim, Reminder, letter_fee
from law.notice import last_day_to_pay

ROUNDS = 7
SECONDS = 0.5


def letter_fee_case() -> Callable[[], object]:
    """Return one call: one policy, one open instalment, 24 monthly reminders before it."""
    day = date(2026, 11, 22)
    history = [
        Reminder(add_months(day, -n), Decimal("20.00"), stayed_unpaid=n % 5 != 0)
        for n in range(24, 0, -1)
    ]
    claims = [Claim("P", Decimal("45.00"))]
    histories = {"P": history}
    return lambda: letter_fee(claims, day, histories)


def last_day_case() -> Callable[[], object]:
    """Return one call that walks through three years, so that every kind of day comes by."""
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(3 * 365)]
    turn = iter(())

    def call() -> date:
        nonlocal turn
        for day in turn:
            return last_day_to_pay(day)
        turn = iter(days)
        return last_day_to_pay(next(turn))

    return call


CASES = (
    ("letter_fee, 24 reminders", letter_fee_case, 20_000),
    ("last_day_to_pay", last_day_case, 100_000),
)


def per_second(call: Callable[[], object]) -> float:
    """Return the calls a second of the best round, in processor time of this process."""
    call()
    best = 0.0
    for _ in range(ROUNDS):
        count, start = 0, time.process_time()
        while (spent := time.process_time() - start) < SECONDS:
            for _ in range(500):
                call()
            count += 500
        best = max(best, count / spent)
    return best


def main() -> int:
    """Print the figures; with --check fail when one stays below its promise."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="exit 1 when a promise is missed")
    options = parser.parse_args()
    missed = 0
    for name, build, promised in CASES:
        found = per_second(build())
        missed += found < promised
        print(f"{name:28} {found:12,.0f} a second (promised {promised:,})")
    return 1 if options.check and missed else 0


if __name__ == "__main__":
    raise SystemExit(main())
