"""What a step of work costs: time, queries, processor time and memory, as lines of JSON.

Every party is measured in a process of its own, so that the most memory is its own.
"""

import json
import os
import resource
import signal
import sys
from contextlib import contextmanager
from pathlib import Path
from time import monotonic


class Stopped(BaseException):
    """Somebody else's time limit; no handler of ordinary errors may take it for one."""


def _stop(_number, _frame):
    raise Stopped


class Meter:
    """Tells what each step of one party costs."""

    def __init__(self, cr, party, **about):
        self.cr = cr
        self.about = {"party": party, **about}
        cr.execute("SELECT pg_backend_pid()")
        [self.server] = cr.fetchone()
        signal.signal(signal.SIGTERM, _stop)

    @contextmanager
    def step(self, name, **about):
        """Measure what happens inside; what it wrote is committed, as part of it.

        A step that is stopped (SIGTERM) tells what it has cost until then.
        """
        queries, started, before = self.cr.sql_log_count, monotonic(), self._get_used()
        stopped = {}
        try:
            yield
            self.cr.commit()
        except Stopped:
            stopped = {"stopped": True}
        after = self._get_used()
        row = {
            **self.about,
            "step": name,
            **about,
            **stopped,
            "seconds": round(monotonic() - started, 3),
            "queries": self.cr.sql_log_count - queries,
            **{key: round(after[key] - before[key], 2) for key in before},
            "peak_mb": get_peak_mb(),
        }
        print(json.dumps(row), flush=True)
        if stopped:
            sys.exit("stopped")

    def _get_used(self):
        own = resource.getrusage(resource.RUSAGE_SELF)
        return {
            "python_s": own.ru_utime + own.ru_stime,
            "postgres_s": get_server_seconds(self.server),
        }


def get_peak_mb():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def get_server_seconds(pid):
    """Return the processor time of PostgreSQL's process, where it is on this machine."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
