"""Fail when a server log holds a warning or an error that is not known to be Odoo's own.

Usage: check_log.py [--errors] LOGFILE       (--errors: warnings are fine, as in a test run)
"""

import re
import sys
from pathlib import Path

LINE = re.compile(r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d+ \d+ (?P<level>[A-Z]+) ")
LEVELS = ("WARNING", "ERROR", "CRITICAL")
# Each with the reason why it is nobody's fault here.
ALLOWED = (
    # The browser test is over, the page is being closed, and something was still loading.
    r"Error received after termination",
)


def complaints(text, levels):
    """The records of the log at these levels, each with the lines that belong to it."""
    record = None
    for line in text.splitlines():
        if match := LINE.match(line):
            if record:
                yield "\n".join(record)
            record = [line] if match["level"] in levels else None
        elif record:
            record.append(line)
    if record:
        yield "\n".join(record)


def main(arguments):
    errors_only = arguments[0] == "--errors"
    text = Path(arguments[-1]).read_text(errors="replace")
    found = [
        complaint
        for complaint in complaints(text, ("ERROR", "CRITICAL") if errors_only else LEVELS)
        if not any(re.search(allowed, complaint) for allowed in ALLOWED)
    ]
    for complaint in found:
        print(complaint, file=sys.stderr)
    if not errors_only and ("invalid module names" in text or "Modules loaded." not in text):
        print("the log does not say that the modules were loaded", file=sys.stderr)
        return 1
    return 1 if found else 0


sys.exit(main(sys.argv[1:]))
