"""A portfolio of any size, straight into the tables: for benchmarks only.

One customer, policy and posted invoice are made as an office makes them; all others are copies of
those rows, so that every column has a value that Odoo itself would give it.
"""

from datetime import date, timedelta

from odoo import Command
from odoo.tools import SQL

DUE = date(2026, 1, 15)


def load(env, customers, lines_each, paid_each=0):
    """Make customers with ``lines_each`` overdue invoices and ``paid_each`` older, paid ones.

    :return: the day on which the first reminder is due
    """
    invoice = _make_example(env)
    env.flush_all()
    _copy_customers(env, invoice, customers)
    _copy_invoices(env, invoice, customers, lines_each, "open")
    if paid_each:
        _copy_invoices(env, invoice, customers, paid_each, "paid")
    env.invalidate_all()
    env.cr.execute("ANALYZE")
    return DUE + timedelta(days=7)


def _make_example(env):
    """Make one customer with a policy and a posted premium invoice, as an office does."""
    company = env.company
    company.write({"arrears_register_number": "W-1", "arrears_register_from": "2024-10-01"})
    partners = env["res.partner"]
    insurer = partners.create({"name": "Insurer", "is_company": True, "is_insurer": True})
    customer = partners.create(
        {
            "name": "Customer",
            "street": "Dorpsstraat 12",
            "zip": "1234 AB",
            "city": "Ons Dorp",
            "country_id": env.ref("base.nl").id,
            "lang": "nl_NL",
            "debtor_type": "consumer",
        }
    )
    policy = env["insurance.policy"].create(
        {
            "name": "P-0",
            "partner_id": customer.id,
            "insurer_id": insurer.id,
            "company_id": company.id,
            "line_of_business": "home",
            "premium": 45.0,
            "office_role": "authorised_agent",
            "start_date": date(2024, 1, 1),
        }
    )
    move = env["account.move"].create(
        {
            "move_type": "out_invoice",
            "partner_id": customer.id,
            "invoice_date": DUE - timedelta(days=14),
            "invoice_date_due": DUE,
            "invoice_payment_term_id": False,
            "invoice_line_ids": [
                Command.create(
                    {
                        "name": "Premium",
                        "quantity": 1,
                        "price_unit": 45.0,
                        "tax_ids": [Command.clear()],
                        "insurance_policy_id": policy.id,
                    }
                )
            ],
        }
    )
    move.action_post()
    return move


def _copy(env, table, source_id, rows, changes):
    """Insert a copy of one row per row of the query ``rows``, with these columns changed."""
    env.cr.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s "
        "AND column_name != 'id' AND is_generated = 'NEVER'",
        [table],
    )
    columns = [name for (name,) in env.cr.fetchall()]
    values = [changes.get(name, SQL("source.%s", SQL.identifier(name))) for name in columns]
    env.cr.execute(
        SQL(
            "INSERT INTO %s (%s) SELECT %s FROM %s AS source, (%s) AS rows WHERE source.id = %s",
            SQL.identifier(table),
            SQL(", ").join(map(SQL.identifier, columns)),
            SQL(", ").join(values),
            SQL.identifier(table),
            rows,
            source_id,
        )
    )


def _copy_customers(env, invoice, count):
    """Make the customers and their policies: customer and policy n belong together."""
    customer = invoice.partner_id
    numbers = SQL("SELECT generate_series(1, %s) AS n", count)
    name = SQL("'Customer ' || n")
    _copy(
        env,
        "res_partner",
        customer.id,
        numbers,
        {"name": name, "complete_name": name, "ref": SQL("'BENCH-' || n")},
    )
    env.cr.execute("UPDATE res_partner SET commercial_partner_id = id WHERE ref LIKE 'BENCH-%'")
    _copy(
        env,
        "insurance_policy",
        invoice.insurance_policy_ids.id,
        SQL("SELECT id AS partner, substr(ref, 7) AS n FROM res_partner WHERE ref LIKE 'BENCH-%%'"),
        {"name": SQL("'P-' || n"), "partner_id": SQL("partner")},
    )


def _copy_invoices(env, invoice, customers, each, kind):
    """Make ``each`` invoices for every customer, open and overdue or older and paid."""
    tag = f"{kind}-"
    rows = SQL(
        "SELECT p.partner_id AS partner, p.id AS policy, k, p.name || '-' || k AS label "
        "FROM insurance_policy p, generate_series(1, %s) AS k WHERE p.name LIKE 'P-%%' "
        "AND p.id != %s",
        each,
        invoice.insurance_policy_ids.id,
    )
    paid = kind == "paid"
    due = SQL("(source.invoice_date_due - k * 30)::date" if paid else "source.invoice_date_due")
    residual = {"amount_residual": SQL("0"), "amount_residual_signed": SQL("0")} if paid else {}
    label = SQL("%s || label", tag)
    _copy(
        env,
        "account_move",
        invoice.id,
        rows,
        {
            "name": label,
            "ref": SQL("partner || ' ' || policy"),
            "partner_id": SQL("partner"),
            "commercial_partner_id": SQL("partner"),
            "partner_shipping_id": SQL("partner"),
            "payment_reference": label,
            "access_token": SQL("NULL"),
            "invoice_date_due": due,
            "sequence_number": SQL("source.sequence_number + row_number() OVER ()"),
            **({"payment_state": SQL("'paid'")} if paid else {}),
            **residual,
        },
    )
    moves = SQL(
        "SELECT id AS move, name AS label, partner_id AS partner, invoice_date_due AS due, "
        "split_part(ref, ' ', 2)::int AS policy FROM account_move WHERE name LIKE %s",
        f"{tag}%",
    )
    for line in invoice.line_ids:
        receivable = line.account_type == "asset_receivable"
        changes = {
            "move_id": SQL("move"),
            "move_name": SQL("label"),
            "partner_id": SQL("partner"),
        }
        if receivable:
            changes["date_maturity"] = SQL("due")
            if paid:
                changes |= {
                    "amount_residual": SQL("0"),
                    "amount_residual_currency": SQL("0"),
                    "reconciled": SQL("true"),
                }
        else:
            changes["insurance_policy_id"] = SQL("policy")
        _copy(env, "account_move_line", line.id, moves, changes)
