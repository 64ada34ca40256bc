"""One table of what ``script/bench compare`` measured, and whether it is what was promised.

Usage: compare.py RESULTS, a file with the lines of JSON that the parties wrote. The last line is
JSON. Ends with 1 when something measured is not as promised.
"""

import json
import sys
from pathlib import Path
from typing import NamedTuple

FLOOR, ADDON, OCA = "SQL floor", "this addon", "OCA credit control"
ROWS = "PostgreSQL alone"
AGAIN = "again, all in memory"
PARTIES = (FLOOR, ROWS, ADDON, OCA)
# What has to be shown.
OCA_LINES, LEAST_TIMES_OCA, MOST_TIMES_FLOOR = 20_000, 20, 20
FEW_LINES, MANY_LINES, MOST_GROWTH = 5_000, 100_000, 1.3
MOST_MEGABYTES, LEAST_LETTERS = 1024, 25
NIGHT_POSTED, MOST_NIGHT_SECONDS = 1_000_000, 300
# What is compared with OCA's three steps.
COMPARED = ("collect and propose", "execute")


class Total(NamedTuple):
    """Seconds by the clock, and of processor time: the clock also counts what others do."""

    seconds: float
    processor: float


class Results:
    """What was measured, by party and size."""

    def __init__(self, rows):
        self.rows = rows
        self.books = {row["overdue"]: row for row in rows if row["party"] == "books"}
        self.letters = next((row for row in rows if row["party"] == "letters"), None)
        self.sizes = sorted(self.books)

    def get_steps(self, party, size):
        """Return the steps that were measured; of those done again, the fastest."""
        steps = [row for row in self.rows if (row["party"], row.get("overdue")) == (party, size)]
        again = [row for row in steps if row["step"] == AGAIN]
        fastest = min(again, key=lambda row: row["seconds"], default=None)
        return [row for row in steps if row["step"] != AGAIN or row is fastest]

    def get_total(self, party, size, night="reminders", names=None):
        """Return what these steps took together, or None when the party was not measured."""
        steps = [
            row
            for row in self.get_steps(party, size)
            if row.get("night", night) == night and (names is None or row["step"] in names)
        ]
        if not steps:
            return None
        used = [row["python_s"] + row["postgres_s"] for row in steps]
        return Total(sum(row["seconds"] for row in steps), sum(used))

    def is_stopped(self, size):
        return any(row.get("stopped") for row in self.get_steps(OCA, size))


# === THE TABLE === #

HEAD = ("overdue", "who", "step", "seconds", "ms/line", "queries", "/1,000", "CPU s", "peak MB")
WIDTHS = (9, 20, 41, 11, 9, 10, 8, 8, 8)


def format_row(cells):
    left = [str(cell).ljust(width) for cell, width in zip(cells[:3], WIDTHS[:3], strict=True)]
    right = [str(cell).rjust(width) for cell, width in zip(cells[3:], WIDTHS[3:], strict=True)]
    return "".join((*left, *right)).rstrip()


def get_cells(size, row):
    name = f"{row['step']} ({row['night']})" if "night" in row else row["step"]
    if row.get("stopped"):
        name += ", stopped: more than"
    return (
        f"{size:,}",
        row["party"],
        name,
        f"{row['seconds']:.2f}",
        f"{1000 * row['seconds'] / size:.3f}",
        f"{row['queries']:,}",
        f"{1000 * row['queries'] / size:,.0f}",
        f"{row['python_s'] + row['postgres_s']:.2f}",
        f"{row['peak_mb']:,}",
    )


def print_table(results):
    for size in results.sizes:
        books, loaded = results.books[size], results.get_total("load", size)
        print(
            f"Books with {size:,} overdue lines: {books['posted']:,} posted lines of journal "
            f"entries (receivable, premium, bank, fee), {books['customers']:,} customers, "
            f"{books['earlier_notices']:,} earlier notices; loaded in {loaded.seconds:.0f} s "
            f"({loaded.processor:.0f} by processor time)."
        )
    print()
    print(format_row(HEAD))
    for size in results.sizes:
        for party in PARTIES:
            for row in results.get_steps(party, size):
                print(format_row(get_cells(size, row)))
    if results.letters:
        print(f"\nLetters: {json.dumps(results.letters)}")


# === WHAT WAS PROMISED === #


def judge_oca(results):
    for size in results.sizes:
        ours = results.get_total(ADDON, size, names=COMPARED)
        theirs = results.get_total(OCA, size)
        if not (ours and theirs):
            continue
        more = "more than " if results.is_stopped(size) else ""
        times = theirs.seconds / ours.seconds
        used = theirs.processor / ours.processor
        yield (
            f"{size:,} lines: OCA {more}{theirs.seconds:.1f} s, this addon {ours.seconds:.1f} s: "
            f"{more}{times:.1f} times faster, {more}{used:.1f} by processor time "
            f"(at least {LEAST_TIMES_OCA})",
            times >= LEAST_TIMES_OCA if size == OCA_LINES else None,
        )


def judge_floor(results):
    for size in results.sizes:
        ours = results.get_total(ADDON, size, names=COMPARED)
        floor = results.get_total(FLOOR, size, names=("select and group",))
        again = results.get_total(FLOOR, size, names=(AGAIN,))
        if ours and floor:
            times = ours.seconds / floor.seconds
            warm = (
                f", {ours.seconds / again.seconds:.1f} times when it is done again" if again else ""
            )
            yield (
                f"{size:,} lines: floor {floor.seconds:.3f} s, this addon {ours.seconds:.2f} s: "
                f"{times:.1f} times the floor (at most {MOST_TIMES_FLOOR}){warm}",
                times <= MOST_TIMES_FLOOR if size == OCA_LINES else None,
            )


def judge_rows(results):
    for size in results.sizes:
        rows, ours = results.get_total(ROWS, size), results.get_total(ADDON, size, names=COMPARED)
        floor = results.get_total(FLOOR, size, names=("select and group",))
        if rows and floor and ours:
            yield (
                f"{size:,} lines: PostgreSQL alone writes the same rows in {rows.seconds:.2f} s, "
                f"{rows.seconds / floor.seconds:.1f} times the floor; this addon takes "
                f"{ours.seconds / rows.seconds:.1f} times that",
                None,
            )


def judge_growth(results):
    few, many = (results.get_total(ADDON, size, names=COMPARED) for size in (FEW_LINES, MANY_LINES))
    if few and many:
        more_lines = MANY_LINES / FEW_LINES
        growth = many.seconds / few.seconds / more_lines
        used = many.processor / few.processor / more_lines
        yield (
            f"a line among {MANY_LINES:,} costs {growth:.2f} times one among {FEW_LINES:,}, "
            f"{used:.2f} by processor time (at most {MOST_GROWTH})",
            growth <= MOST_GROWTH,
        )


def judge_memory(results):
    peaks = [
        row["peak_mb"]
        for size in results.sizes
        for row in results.get_steps(ADDON, size)
        if "peak_mb" in row
    ]
    peaks += [results.letters["peak_mb"]] if results.letters else []
    if peaks:
        yield (
            f"most memory {max(peaks):,} MB (under {MOST_MEGABYTES:,})",
            max(peaks) < MOST_MEGABYTES,
        )


def judge_nights(results):
    for night in ("reminders", "14-day notices"):
        for size in results.sizes:
            total = results.get_total(ADDON, size, night=night)
            if total:
                posted = results.books[size]["posted"]
                yield (
                    f"the night of the {night}, {size:,} of {posted:,} lines overdue: "
                    f"{total.seconds:.1f} s, {total.processor:.1f} by processor time "
                    f"(under {MOST_NIGHT_SECONDS} at {MANY_LINES:,})",
                    total.seconds < MOST_NIGHT_SECONDS
                    if size == MANY_LINES and posted >= NIGHT_POSTED
                    else None,
                )


def judge_letters(results):
    if results.letters:
        rate = results.letters["letters_a_second_of_two_free_cores"]
        yield (
            f"{rate} letters a second of two cores (at least {LEAST_LETTERS})",
            rate >= LEAST_LETTERS,
        )


JUDGES = (
    judge_oca,
    judge_floor,
    judge_rows,
    judge_growth,
    judge_memory,
    judge_nights,
    judge_letters,
)


def main(path):
    lines = Path(path).read_text().splitlines()
    results = Results([json.loads(line) for line in lines if line.startswith("{")])
    print_table(results)
    print()
    verdicts = [verdict for judge in JUDGES for verdict in judge(results)]
    for text, holds in verdicts:
        print({True: "holds  ", False: "FAILS  ", None: "       "}[holds] + text)
    failed = [text for text, holds in verdicts if holds is False]
    print(
        json.dumps(
            {
                "steps": [
                    row
                    for size in results.sizes
                    for party in PARTIES
                    for row in results.get_steps(party, size)
                ],
                "books": list(results.books.values()),
                "letters": results.letters,
                "failed": failed,
            }
        )
    )
    return not failed


if __name__ == "__main__":
    sys.exit(0 if main(*sys.argv[1:]) else 1)
