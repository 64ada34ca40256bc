"""Fail when a server log holds a warning or an error that is not known to be Odoo's own.

Usage: check_log.py LOGFILE
"""

import re
import sys
from pathlib import Path

LINE = re.compile(r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d+ \d+ (?P<level>[A-Z]+) ")
# Each with the reason why it is nobody's fault here.
ALLOWED = ()


def complaints(text):
    """The records of the log above INFO, each with the lines that belong to it."""
    record = None
    for line in text.splitlines():
        if match := LINE.match(line):
            if record:
                yield "\n".join(record)
            record = [line] if match["level"] in ("WARNING", "ERROR", "CRITICAL") else None
        elif record:
            record.append(line)
    if record:
        yield "\n".join(record)


def main(logfile):
    text = Path(logfile).read_text(errors="replace")
    found = [c for c in complaints(text) if not any(re.search(a, c) for a in ALLOWED)]
    for complaint in found:
        print(complaint, file=sys.stderr)
    if "invalid module names" in text or "Modules loaded." not in text:
        print("the log does not say that the modules were loaded", file=sys.stderr)
        return 1
    return 1 if found else 0


sys.exit(main(sys.argv[1]))
