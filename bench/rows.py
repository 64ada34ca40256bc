"""What PostgreSQL alone takes to write the rows that a night leaves, once they are known.

Usage: rows.py DATABASE OVERDUE FOLDER, with Odoo's configuration in ODOO_RC, on a fresh copy of the
books; the rows are those that ``night.py`` left in the folder after the reminders. They are
copied in by COPY, the fastest way that there is, each once and as it ended up, with the indexes and
foreign keys that they have. Whoever keeps them cannot be faster than this and the floor together.
"""

import sys
from pathlib import Path

from meter import Meter

import odoo.tools
from odoo.sql_db import db_connect

# In an order in which each finds what it points to.
TABLES = (
    "arrears_run",
    "arrears_case",
    "arrears_item",
    "arrears_item_insurance_policy_rel",
    "arrears_notice",
    "arrears_notice_line",
    "arrears_action",
    "arrears_action_arrears_item_rel",
    "arrears_case_history",
)
# Tables without an id: a row is new with the record that it belongs to.
LINKS = {
    "arrears_item_insurance_policy_rel": "arrears_item",
    "arrears_action_arrears_item_rel": "arrears_action",
}


def get_last_ids(cr):
    """Return the last id in each table, before the night."""
    found = {}
    for table in TABLES:
        if table not in LINKS:
            cr.execute(f"SELECT COALESCE(MAX(id), 0) FROM {table}")
            [found[table]] = cr.fetchone()
    return found


def save(cr, last_ids, folder):
    """Keep the rows that were added since, a file per table."""
    for table in TABLES:
        owner = LINKS.get(table, table)
        key = f"{owner}_id" if table in LINKS else "id"
        query = f"SELECT * FROM {table} WHERE {key} > {last_ids[owner]}"
        with (Path(folder) / table).open("wb") as file:
            cr.copy_expert(f"COPY ({query}) TO STDOUT (FORMAT binary)", file)


def main(database, overdue, folder):
    odoo.tools.config.parse_config(["-d", database, "--no-http"], setup_logging=True)
    with db_connect(database).cursor() as cr:
        before, meter = get_last_ids(cr), Meter(cr, "PostgreSQL alone", overdue=int(overdue))
        for table in TABLES:
            with meter.step(f"write {table}"), (Path(folder) / table).open("rb") as file:
                cr.copy_expert(f"COPY {table} FROM STDIN (FORMAT binary)", file)
        cr.execute("SELECT count(*) FROM arrears_item WHERE id > %s", [before["arrears_item"]])
        [items] = cr.fetchone()
        if items != int(overdue):
            sys.exit(f"{items} items were written, not {overdue}")


if __name__ == "__main__":
    main(*sys.argv[1:])
