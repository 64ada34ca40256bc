"""Load the books that are compared: ``load_books`` of load.py, and what is in them.

Usage: books.py DATABASE OVERDUE [POSTED], with Odoo's configuration in ODOO_RC.
"""

import json
import sys

import load
from meter import Meter

import odoo.tools
from odoo.api import SUPERUSER_ID, Environment
from odoo.modules.registry import Registry

POSTED = 1_000_000


def main(database, overdue, posted=POSTED):
    odoo.tools.config.parse_config(["-d", database, "--no-http"], setup_logging=True)
    with Registry(database).cursor() as cr:
        env = Environment(cr, SUPERUSER_ID, {"lang": "en_US"})
        with Meter(cr, "load", overdue=int(overdue)).step("load"):
            day = load.load_books(env, int(overdue), int(posted))
        found = env["account.move.line"].search_count(
            env["arrears.item"]._get_overdue_line_domain(day, env.company)
        )
        if found != int(overdue):
            sys.exit(f"{found} lines are overdue, not {overdue}")
        cr.execute("SELECT count(*) FROM account_move_line WHERE parent_state = 'posted'")
        [lines] = cr.fetchone()
        cr.execute("SELECT count(*) FROM arrears_notice")
        [notices] = cr.fetchone()
        print(
            json.dumps(
                {
                    "party": "books",
                    "overdue": found,
                    "posted": lines,
                    "customers": env["res.partner"].search_count([("ref", "=like", "BENCH-%")]),
                    "earlier_notices": notices,
                    "day": str(day),
                }
            )
        )


if __name__ == "__main__":
    main(*sys.argv[1:])
