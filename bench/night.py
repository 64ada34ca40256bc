"""How long a heavy night takes: collect, propose and execute, without rendering letters.

Usage: night.py DATABASE [CUSTOMERS [LINES_EACH [PAID_EACH]]], with Odoo's configuration in ODOO_RC.
The last line is JSON.
"""

import importlib.util
import json
import resource
import sys
from datetime import timedelta
from pathlib import Path
from time import monotonic

import odoo.tools
from odoo.api import SUPERUSER_ID, Environment
from odoo.modules.registry import Registry

SIZES = (10_000, 2, 0)
MOST_SECONDS, MOST_MEGABYTES = 60, 1024


def measure(env, label, work, results):
    """Run one piece of work, commit it, and note seconds and queries."""
    queries, started = env.cr.sql_log_count, monotonic()
    work()
    env.flush_all()
    env.cr.commit()
    results.append((label, monotonic() - started, env.cr.sql_log_count - queries))
    print(f"{label:<28}{results[-1][1]:>8.1f} s{results[-1][2]:>10,} queries", flush=True)


def night(env, day):
    """Live through one day and return its figures."""
    results = []
    run = env["arrears.run"]._start(day, env.company)
    measure(env, "collect and propose", run._propose_day, results)

    def execute():
        for _checkpoint in run._execute_day():
            env.cr.commit()

    measure(env, "execute", execute, results)
    return run, results


def main(database, *sizes):
    odoo.tools.config.parse_config(["-d", database, "--no-http"], setup_logging=True)
    path = Path(__file__).with_name("load.py")
    spec = importlib.util.spec_from_file_location("bench_load", path)
    load = importlib.util.module_from_spec(spec)
    with Registry(database).cursor() as cr:
        spec.loader.exec_module(load)
        env = Environment(cr, SUPERUSER_ID, {"lang": "en_US"})
        counts = [int(size) for size in sizes] or list(SIZES)
        started = monotonic()
        day = load.load(env, *counts)
        env.cr.commit()
        print(f"loaded {counts}: {monotonic() - started:.0f} s", flush=True)
        run, reminders = night(env, day)
        print(f"{day}: {run.action_count} steps, {run.notice_count} notices", flush=True)
        # Three weeks on the 14-day notices are due: with fee, claims and histories.
        run.notice_ids.write({"body_hash": "bench"})
        for start in range(0, run.notice_count, 1000):
            run.notice_ids[start : start + 1000]._mark_sent(day)
            env.cr.commit()
        formal_day = day + timedelta(days=14)
        run, formal = night(env, formal_day)
        print(f"{formal_day}: {run.action_count} steps, {run.notice_count} notices", flush=True)
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        seconds = [sum(row[1] for row in results) for results in (reminders, formal)]
        print(
            json.dumps(
                {
                    "customers": counts[0],
                    "lines": counts[0] * counts[1],
                    "reminder_night_s": round(seconds[0], 1),
                    "formal_night_s": round(seconds[1], 1),
                    "peak_mb": round(memory),
                    "queries": [[row[2] for row in results] for results in (reminders, formal)],
                }
            )
        )
        return max(seconds) <= MOST_SECONDS and memory <= MOST_MEGABYTES


if __name__ == "__main__":
    sys.exit(0 if main(*sys.argv[1:]) else 1)
