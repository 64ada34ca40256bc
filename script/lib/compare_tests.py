"""Compare two logs of Odoo's test runner: nothing may fail in the second that passed in the first.

Usage: compare_tests.py WITHOUT WITH WHAT    (WHAT is there in the second run only: "the addon")
"""

import re
import sys
from collections import Counter
from pathlib import Path

# A class that cannot be set up takes all its tests with it: they are not even counted.
FAILED = re.compile(
    r" (?:FAIL|ERROR): (?:Subtest )?(\w+\.test\w*|(?:setUp|tearDown)(?:Class|Module) \([\w.]+\))"
)
SKIPPED = re.compile(r": skipped (\w+\.test\w*) :")
SUMMARY = re.compile(r"(\d+) failed, (\d+) error\(s\) of (\d+) tests when loading database")
QUERIES = re.compile(r" odoo\.tests\.stats: [\w.]+: \d+ tests [\d.]+s (\d+) queries")


class Run:
    """What a log tells of a run."""

    def __init__(self, path):
        # Without a log Odoo did not even start.
        text = Path(path).read_text(errors="replace") if Path(path).exists() else ""
        summaries = SUMMARY.findall(text)
        if not summaries:
            raise SystemExit(f"{path}: no tests were run; see what it says")
        # The last one counts what those before it counted too.
        self.failed, self.errors, self.count = map(int, summaries[-1])
        # A test with subtests can fail more than once.
        self.failing = Counter(FAILED.findall(text))
        self.skipped = set(SKIPPED.findall(text))
        self.queries = sum(map(int, QUERIES.findall(text)))
        if self.failing.total() != self.failed + self.errors:
            raise SystemExit(
                f"{path}: {self.failed + self.errors} failures, but {self.failing.total()} names; "
                "mend how they are read"
            )

    def tell(self, name):
        print(
            f"{name}: {self.count} tests, {len(self.skipped)} skipped, {self.failed} failures, "
            f"{self.errors} errors, {self.queries} queries"
        )
        for test, times in sorted(self.failing.items()):
            print(f"    {test}" + (f" ({times} times)" if times > 1 else ""))


def main(without, with_it, what):
    before, after = Run(without), Run(with_it)
    before.tell(f"without {what}")
    after.tell(f"with {what}")
    status = 0
    if not before.count or before.count != after.count:
        print("not the same number of tests")
        status = 1
    for told, more in (
        ("fail", after.failing - before.failing),
        ("are skipped", after.skipped - before.skipped),
    ):
        if more:
            print(f"these {told} only with {what}: {', '.join(sorted(more))}")
            status = 1
    return status


sys.exit(main(*sys.argv[1:]))
