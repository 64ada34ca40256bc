"""The floor: one SQL statement that selects the same overdue lines and groups them, no more.

Usage: floor.py DATABASE OVERDUE, with Odoo's configuration in ODOO_RC (for the connection).
The lines of posted premium invoices that are open and past due and that nobody took out of
follow-up, per debtor and insurer, with the first due date, the sum and the number: what
``arrears.item`` ``_collect()`` decides. The outcome is fetched. What is compared is the first time
on a fresh copy of the books, as the other parties do their work once on a copy of their own; twice
again shows what the same statement takes when all is in PostgreSQL's memory. It uses the indexes
that there are, this addon's too; none is made for it.
"""

import sys

import load
from meter import Meter

import odoo.tools
from odoo.sql_db import db_connect

ROUNDS = 3

STATEMENT = """
    SELECT move.commercial_partner_id, premium.insurer_id, min(line.date_maturity),
           sum(line.amount_residual), count(*), array_agg(line.id)
      FROM account_move_line AS line
      JOIN account_account AS account ON account.id = line.account_id
      JOIN account_move AS move ON move.id = line.move_id
      JOIN LATERAL (
               SELECT policy.insurer_id
                 FROM account_move_line AS part
                 JOIN insurance_policy AS policy ON policy.id = part.insurance_policy_id
                WHERE part.move_id = move.id
                LIMIT 1
           ) AS premium ON TRUE
     WHERE line.company_id = %(company)s
       AND line.parent_state = 'posted'
       AND account.account_type = 'asset_receivable'
       AND line.reconciled IS NOT TRUE
       AND line.amount_residual > 0
       AND line.no_followup IS NOT TRUE
       AND line.date_maturity < %(day)s
       AND move.move_type = 'out_invoice'
       AND move.payment_state != 'blocked'
  GROUP BY move.commercial_partner_id, premium.insurer_id
"""


def main(database, overdue):
    odoo.tools.config.parse_config(["-d", database, "--no-http"], setup_logging=True)
    with db_connect(database).cursor() as cr:
        cr.execute("SELECT id FROM res_company ORDER BY id LIMIT 1")
        facts = {"company": cr.fetchone()[0], "day": load.FIRST_DAY}
        cr.execute(f"EXPLAIN {STATEMENT}", facts)
        print("\n".join(line for (line,) in cr.fetchall()), file=sys.stderr)
        meter = Meter(cr, "SQL floor", overdue=int(overdue))
        for number in range(ROUNDS):
            name = "again, all in memory" if number else "select and group"
            with meter.step(name):
                cr.execute(STATEMENT, facts)
                rows = cr.fetchall()
            found = sum(row[4] for row in rows)
            if found != int(overdue):
                sys.exit(f"the floor selects {found} lines, not {overdue}")


if __name__ == "__main__":
    main(*sys.argv[1:])
