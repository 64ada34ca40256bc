"""Copies of one customer with everything that hangs on it, row by row, in the tables themselves.

The example was made as an office makes it, so every column of a copy has a value that Odoo itself
gave. Which rows belong to it is found by the foreign keys; each copy points at its own rows.
"""

from odoo.tools import SQL

# What is copied with a customer: its policies, books and arrears. Chatter is not.
PARTS = (
    "res_partner",
    "account_move",
    "account_move_line",
    "account_full_reconcile",
    "account_partial_reconcile",
    "account_payment",
    "account_bank_statement_line",
)
PART_PREFIXES = ("arrears_", "insurance_", "account_move_", "account_bank_statement_")


# === WHAT TELLS ONE COPY FROM ANOTHER === #
# Expressions over the example's row and the copy's number n, given the numbers it refers to.


def _change_partner(_refers):
    name = SQL("'Customer ' || copy.n")
    return {"name": name, "complete_name": name, "ref": SQL("'BENCH-' || copy.n")}


def _change_policy(_refers):
    return {"name": SQL("'P-' || copy.n")}


def _change_move(refers):
    """Number a journal entry in its own series; its id is free there."""
    name = SQL("source.sequence_prefix || (%s)::text", refers["id"])
    return {
        "name": name,
        "sequence_number": refers["id"],
        "payment_reference": SQL("replace(source.payment_reference, source.name, %s)", name),
        "access_token": SQL("NULL"),
    }


def _change_move_line(refers):
    name = SQL("regexp_replace(source.move_name, '[^/]*$', (%s)::text)", refers["move_id"])
    return {
        "move_name": name,
        "name": SQL("replace(source.name, source.move_name, %s)", name),
    }


def _number_again(_refers):
    return {"name": SQL("source.name || '-' || copy.n")}


CHANGES = {
    "res_partner": _change_partner,
    "insurance_policy": _change_policy,
    "account_move": _change_move,
    "account_move_line": _change_move_line,
    "arrears_case": _number_again,
    "arrears_notice": _number_again,
}


# === COPYING === #


def copy_customer(env, customer, first, count):
    """Make the customers ``first`` and up, ``count`` in all, each with a copy of all that is its.

    :param customer: the example
    :return: dict from table to the number of rows made
    """
    if count <= 0:
        return {}
    env.flush_all()
    cr = env.cr
    keys = _get_foreign_keys(cr)
    ids, links = _find_rows(cr, keys, customer.id)
    # Every value that refers to something comes from a row of which that is known to be right;
    # looking up each of millions once more would be most of the work.
    cr.execute("SET LOCAL session_replication_role = replica")
    starts = {table: _reserve(cr, table, len(found) * count) for table, found in ids.items()}

    def renumber(table, row_id):
        """Return the number that a copy of this row gets."""
        place, step = ids[table].index(row_id), len(ids[table])
        return SQL("%s + (copy.n - %s) * %s", starts[table] + place, first, step)

    made = {}
    for table, row in _read_references(cr, keys, ids, links):
        changes = {
            column: renumber(target, row[column])
            for column, target in keys[table].items()
            if row[column] in ids.get(target, ())
        }
        where = {"id": row["id"]} if "id" in row else row
        if "id" in row:
            changes["id"] = renumber(table, row["id"])
        if table in CHANGES:
            changes |= CHANGES[table](changes)
        _insert(cr, table, where, changes, first, count)
        made[table] = made.get(table, 0) + count
    cr.execute("SET LOCAL session_replication_role = origin")
    env.invalidate_all()
    return made


def _is_part(table):
    return table in PARTS or table.startswith(PART_PREFIXES)


def _get_foreign_keys(cr):
    """Return of each table that is copied which column refers to which table."""
    cr.execute(
        "SELECT conrelid::regclass::text, attname, confrelid::regclass::text "
        "FROM pg_constraint JOIN pg_attribute ON attrelid = conrelid AND attnum = conkey[1] "
        "WHERE contype = 'f' AND cardinality(conkey) = 1 ORDER BY 1, 2"
    )
    keys = {}
    for table, column, target in cr.fetchall():
        if _is_part(table):
            keys.setdefault(table, {})[column] = target
    return keys


def _find_rows(cr, keys, customer_id):
    """Return what hangs on a customer.

    :return: the ids by table, and the rows of the tables that have none (many to many)
    """
    cr.execute("SELECT table_name FROM information_schema.columns WHERE column_name = 'id'")
    numbered = {name for (name,) in cr.fetchall()}
    ids, links, grown = {"res_partner": [customer_id]}, {}, True
    while grown:
        grown = False
        for table, columns in keys.items():
            conditions = [
                SQL("%s = ANY(%s)", SQL.identifier(column), ids[target])
                for column, target in columns.items()
                if target in ids
            ]
            # What names no customer itself is found by the lines that do.
            conditions += [
                SQL(
                    "id IN (SELECT %s FROM account_move_line WHERE id = ANY(%s))",
                    SQL.identifier(column),
                    ids["account_move_line"],
                )
                for column in ("move_id", "full_reconcile_id")
                if keys["account_move_line"][column] == table and "account_move_line" in ids
            ]
            if not conditions:
                continue
            where = SQL(" OR ").join(conditions)
            if table not in numbered:
                names = SQL(", ").join(map(SQL.identifier, columns))
                cr.execute(SQL("SELECT %s FROM %s WHERE %s", names, SQL.identifier(table), where))
                links[table] = cr.dictfetchall()
                continue
            cr.execute(SQL("SELECT id FROM %s WHERE %s ORDER BY id", SQL.identifier(table), where))
            found = sorted({*ids.get(table, ()), *(row_id for (row_id,) in cr.fetchall())})
            if found and found != ids.get(table):
                ids[table], grown = found, True
    return ids, links


def _read_references(cr, keys, ids, links):
    """Return table and references of each row of the example; every row once."""
    for table, found in ids.items():
        columns = ["id", *keys.get(table, {})]
        names = SQL(", ").join(map(SQL.identifier, columns))
        cr.execute(SQL("SELECT %s FROM %s WHERE id = ANY(%s)", names, SQL.identifier(table), found))
        yield from [(table, row) for row in cr.dictfetchall()]
    for table, rows in links.items():
        yield from [(table, row) for row in rows]


def _reserve(cr, table, count):
    """Take as many numbers of a table's sequence; return the first."""
    cr.execute(
        "WITH next AS (SELECT nextval(pg_get_serial_sequence(%(table)s, 'id')) AS number) "
        "SELECT number, setval(pg_get_serial_sequence(%(table)s, 'id'), number + %(count)s) "
        "FROM next",
        {"table": table, "count": count},
    )
    return cr.fetchone()[0]


def _insert(cr, table, where, changes, first, count):
    """Insert copies of one row, with these columns changed."""
    cr.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s "
        "AND is_generated = 'NEVER'",
        [table],
    )
    columns = [name for (name,) in cr.fetchall()]
    values = [
        changes[name] if name in changes else SQL("source.%s", SQL.identifier(name))
        for name in columns
    ]
    cr.execute(
        SQL(
            "INSERT INTO %s (%s) SELECT %s FROM %s AS source, "
            "generate_series(%s, %s) AS copy(n) WHERE %s",
            SQL.identifier(table),
            SQL(", ").join(map(SQL.identifier, columns)),
            SQL(", ").join(values),
            SQL.identifier(table),
            first,
            first + count - 1,
            SQL(" AND ").join(
                SQL("source.%s = %s", SQL.identifier(name), value) for name, value in where.items()
            ),
        )
    )
