"""How long an insurer's arrears list of many rows takes: read, look, load, and load it again.

Usage: insurer_list.py DATABASE [ROWS], with Odoo's configuration in ODOO_RC, in a database that can
be thrown away. The last line is JSON.
"""

import base64
import importlib.util
import io
import json
import resource
import sys
from datetime import date
from pathlib import Path
from time import monotonic

import openpyxl

import odoo.tools
from odoo.api import SUPERUSER_ID, Environment
from odoo.modules.registry import Registry

ROWS = 5_000
MOST_SECONDS = 60
LISTED, DUE, SINCE = date(2026, 3, 2), date(2026, 2, 1), date(2026, 2, 20)
HEADER = ("Polisnummer", "Vervaldatum", "Openstaand bedrag", "Kenmerk", "Opgeschort sinds")


def make_portfolio(env, rows):
    """Make a customer and a policy per row; every policy is collected by the insurer itself."""
    path = Path(__file__).with_name("load.py")
    spec = importlib.util.spec_from_file_location("bench_load", path)
    load = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(load)
    load.load(env, rows, 0)
    env.cr.execute("UPDATE insurance_policy SET collection_method = 'insurer'")
    env.invalidate_all()
    return env["insurance.policy"].search([("name", "!=", "P-0")])


def make_file(policies):
    """Return a real XLSX with a row per policy, of which each fifth has no cover."""
    book, file = openpyxl.Workbook(write_only=True), io.BytesIO()
    sheet = book.create_sheet()
    sheet.append(HEADER)
    for number, policy in enumerate(policies):
        since = SINCE if number % 5 == 0 else None
        sheet.append([policy.name, DUE, 45.0, f"DOS-{number}", since])
    book.save(file)
    return file.getvalue()


def measure(env, label, work, results):
    """Do one piece of work, commit it, and note seconds and queries."""
    queries, started = env.cr.sql_log_count, monotonic()
    outcome = work()
    env.flush_all()
    env.cr.commit()
    results[label] = round(monotonic() - started, 1)
    count = env.cr.sql_log_count - queries
    print(f"{label:<28}{results[label]:>8.1f} s{count:>10,} queries", flush=True)
    return outcome


def load_once(env, insurer, content, round_name, results):
    """Load the file as a handler does; return the counts."""
    arrears_list = measure(
        env,
        f"{round_name}: file and columns",
        lambda: env["insurance.arrears.list"].create(
            {
                "insurer_id": insurer.id,
                "date": LISTED,
                "file": base64.b64encode(content),
                "file_name": "list.xlsx",
            }
        ),
        results,
    )
    measure(env, f"{round_name}: preview", arrears_list.preview, results)
    measure(env, f"{round_name}: load", lambda: arrears_list.load(LISTED), results)
    return {"new": arrears_list.new_count, "unchanged": arrears_list.unchanged_count}


def main(database, rows=ROWS):
    odoo.tools.config.parse_config(["-d", database, "--no-http"], setup_logging=True)
    with Registry(database).cursor() as cr:
        env = Environment(cr, SUPERUSER_ID, {"lang": "en_US"})
        policies = make_portfolio(env, int(rows))
        content = make_file(policies)
        env.cr.commit()
        results = {}
        first = load_once(env, policies.insurer_id, content, "first", results)
        again = load_once(env, policies.insurer_id, content, "again", results)
        seconds = {
            name: round(sum(value for key, value in results.items() if key.startswith(name)), 1)
            for name in ("first", "again")
        }
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(
            json.dumps(
                {
                    "rows": len(policies),
                    "first_seconds": seconds["first"],
                    "again_seconds": seconds["again"],
                    "first": first,
                    "again": again,
                    "megabytes": memory,
                }
            )
        )
        good = first["new"] == again["unchanged"] == len(policies)
        return 0 if good and max(seconds.values()) <= MOST_SECONDS else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
