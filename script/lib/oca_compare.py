"""Compare two logs of Odoo's test runner: nothing may fail in the second that passed in the first.

Usage: oca_compare.py WITHOUT WITH
"""

import re
import sys
from pathlib import Path

FAILED = re.compile(r" (?:FAIL|ERROR): (?:Subtest )?(\w+\.test_\w+)")
SUMMARY = re.compile(r"(\d+) failed, (\d+) error\(s\) of (\d+) tests when loading database")


def read(path):
    """Return the tests that failed, and how many were run: the last summary counts."""
    text = Path(path).read_text(errors="replace")
    summaries = SUMMARY.findall(text)
    if not summaries:
        raise SystemExit(f"{path}: no tests were run; see what it says")
    return set(FAILED.findall(text)), int(summaries[-1][2])


def main(without, with_bridge):
    before, count = read(without)
    after, count_after = read(with_bridge)
    print(f"without the bridge: {count} tests, {len(before)} fail: {', '.join(sorted(before))}")
    print(f"with the bridge: {count_after} tests, {len(after)} fail: {', '.join(sorted(after))}")
    if not count or count != count_after:
        print("not the same number of tests")
        return 1
    more = after - before
    if more:
        print(f"only with the bridge: {', '.join(sorted(more))}")
    return 1 if more else 0


sys.exit(main(*sys.argv[1:]))
