"""Thousands of rows in one statement, where the ORM would work record by record.

For the engine's own records, whose values are worked out already; who is not the engine goes
through the ORM, which checks his rights. What the ORM does for others is kept: a stored field of
another addon is computed, and where an addon or automation watches the model the ORM does it all.
"""

import json

from odoo import fields
from odoo.fields import Command
from odoo.tools import SQL, groupby, split_every

# Whose own steps at creating and writing are done by the callers, or are none for these records:
# mail.thread's, which the engine turns off for all that it does.
KNOWN = (None, "base", "mail", "premium_arrears")
# Rows in one statement: the text of more of them would only take memory.
AT_ONCE = 10_000
# From so many rows on it pays to have them counted: see ``tell_planner``.
MANY = 1000
CENTS = 2
MAGIC = ("create_uid", "create_date", "write_uid", "write_date")


def insert(model, rows, settled=frozenset(), **children):
    """Create one record per row and return them, in the order of the rows.

    :param model: empty recordset of the model
    :param rows: dicts with the same columns each: ids, days, numbers, plain JSON; a stored field
        that follows another record (``related``) may be left out
    :param settled: stored fields, as text (``arrears.case.amount_open``), that follow from these
        records and that the caller brings in line himself
    :param children: of a many2many field the ids, of a one2many the values, for each row a list
    """
    if not rows:
        return model
    if not model.env.su or _is_watched(model, "create"):
        # Who watches sees a record with all that belongs to it.
        return model.create(_with_commands(model, rows, children))
    env = model.env
    env.flush_all()
    ids = _take_ids(model, len(rows))
    given = [*rows[0], *_get_defaults(model, rows[0])]
    values = _get_defaults(model, rows[0]) | _get_magic(env, MAGIC)
    related = _get_related(model, given)
    columns = ["id", *given, *MAGIC]
    for part in split_every(AT_ONCE, zip(ids, rows, strict=True)):
        payload = _to_json(model, [{**values, **row, "id": id_} for id_, row in part])
        env.cr.execute(
            SQL(
                "INSERT INTO %(table)s (%(columns)s) SELECT %(values)s "
                "FROM json_populate_recordset(NULL::%(table)s, %(payload)s) AS r %(joins)s",
                table=SQL.identifier(model._table),
                columns=SQL(", ").join(map(SQL.identifier, [*columns, *related])),
                values=SQL(", ").join(
                    [
                        *(SQL.identifier("r", name) for name in columns),
                        *(SQL.identifier(f"j_{path[0]}", path[1]) for path in related.values()),
                    ]
                ),
                payload=payload,
                joins=_join(model, related),
            )
        )
    records = model.browse(ids)
    written = {*given, *related}
    _forget(model, written)
    for name, per_row in children.items():
        _insert_children(records, model._fields[name], per_row)
    _compute_the_rest(records, {*written, *children}, settled)
    return records


def _with_commands(model, rows, children):
    """Return the rows with their children as the ORM takes them."""
    found = [dict(row) for row in rows]
    for name, per_row in children.items():
        linked = model._fields[name].type == "many2many"
        for row, mine in zip(found, per_row, strict=True):
            row[name] = [Command.set(mine)] if linked else [Command.create(v) for v in mine]
    return found


def _insert_children(records, field, per_row):
    if field.type == "many2many":
        _link(records, field, per_row)
        return
    others = records.env[field.comodel_name]
    rows = [
        {field.inverse_name: id_, **vals}
        for id_, mine in zip(records._ids, per_row, strict=True)
        for vals in mine
    ]
    insert(others, rows)


def _link(records, field, per_row):
    """Fill a many2many field of records that have nothing in it yet."""
    model = records.browse()
    pairs = [
        (id_, other) for id_, mine in zip(records._ids, per_row, strict=True) for other in mine
    ]
    if pairs:
        model.env.cr.execute(
            SQL(
                "INSERT INTO %s (%s, %s) SELECT * FROM unnest(%s, %s)",
                SQL.identifier(field.relation),
                SQL.identifier(field.column1),
                SQL.identifier(field.column2),
                [mine for mine, _other in pairs],
                [other for _mine, other in pairs],
            )
        )
        _forget(model, [field.name])


def update(model, rows, settled=frozenset()):
    """Write other values in each of these records.

    :param model: empty recordset of the model
    :param rows: dicts with ``id`` and the same columns each
    :param settled: see ``insert``
    """
    if not rows:
        return
    names = [name for name in rows[0] if name != "id"]
    if not model.env.su or _is_watched(model, "write"):
        by_values = groupby(rows, key=lambda row: tuple(row[name] for name in names))
        for values, mine in by_values:
            records = model.browse([row["id"] for row in mine])
            records.write(dict(zip(names, values, strict=True)))
        return
    env = model.env
    env.flush_all()
    magic = _get_magic(env, MAGIC[2:])
    for part in split_every(AT_ONCE, rows):
        env.cr.execute(
            SQL(
                "UPDATE %(table)s AS t SET %(values)s "
                "FROM json_populate_recordset(NULL::%(table)s, %(payload)s) AS r WHERE t.id = r.id",
                table=SQL.identifier(model._table),
                values=SQL(", ").join(
                    SQL("%s = r.%s", SQL.identifier(name), SQL.identifier(name))
                    for name in [*names, *magic]
                ),
                payload=_to_json(model, [{**row, **magic} for row in part]),
            )
        )
    ids = [row["id"] for row in rows]
    _forget(model, [*names, *magic], ids)
    known = {f"{model._name}.{name}" for name in names} | settled
    if _get_dependents(model, names) - known:
        model.browse(ids).modified(names)


def tell_planner(*models):
    """Let PostgreSQL count the rows of tables in which thousands were made or changed just now.

    Until it does it takes them for nearly empty, and compares each row with each other one.
    """
    for model in models:
        model.env.flush_all()
        model.env.cr.execute(SQL("ANALYZE %s", SQL.identifier(model._table)))


def _is_watched(model, method):
    """Tell whether another addon, or an automation, listens to what happens to this model.

    An addon does by a ``create``, ``write`` or constraint of its own, base_automation by a changed
    method.
    """
    names = [method, "_compute_field_value"]
    if any(hasattr(getattr(type(model), name), "origin") for name in names):
        return True
    names += [check.__name__ for check in model._constraint_methods]
    return any(
        name in vars(parent) and getattr(parent, "_module", None) not in KNOWN
        for parent in type(model).mro()
        for name in names
    )


def _take_ids(model, count):
    rows = model.env.execute_query(
        SQL(
            "SELECT nextval(s.name) FROM generate_series(1, %s), "
            "(SELECT pg_get_serial_sequence(%s, 'id')::regclass AS name OFFSET 0) AS s",
            count,
            model._table,
        )
    )
    return [id_ for (id_,) in rows]


def _get_magic(env, names):
    now = fields.Datetime.to_string(env.cr.now())
    return {name: env.uid if name.endswith("_uid") else now for name in names}


def _get_defaults(model, given):
    """Return the plain defaults of the stored fields that no row gives."""
    names = [
        name
        for name, field in model._fields.items()
        if field.store and field.column_type and name not in given and name not in MAGIC
        if not field.compute and name != "id"
    ]
    found = model.default_get(names)
    return {name: value for name, value in found.items() if name in names}


def _get_related(model, given):
    """Return the stored fields that follow one other record and that no row gives: their paths."""
    found = {}
    for name, field in model._fields.items():
        if field.store and field.related and field.column_type and name not in given:
            path = field.related.split(".")
            source = model.env[model._fields[path[0]].comodel_name]._fields.get(path[-1])
            if len(path) == 2 and path[0] in given and source.store and source.column_type:
                found[name] = path
    return found


def _join(model, related):
    """Return the joins with the records that these fields follow."""
    return SQL(" ").join(
        SQL(
            "LEFT JOIN %s AS %s ON %s = %s",
            SQL.identifier(model.env[model._fields[name].comodel_name]._table),
            SQL.identifier(f"j_{name}"),
            SQL.identifier(f"j_{name}", "id"),
            SQL.identifier("r", name),
        )
        for name in {path[0]: None for path in related.values()}
    )


def _get_dependents(model, names, create=False):
    """Return the stored fields, of any model, that the ORM works out from these: as text."""
    registry = model.env.registry
    tree = registry.get_trigger_tree([model._fields[name] for name in names])
    return {
        str(field)
        for field in _walk(tree, create)
        if field.store and field.compute and (field.column_type or field.type == "many2many")
    }


def _walk(tree, create=False):
    yield from tree.root
    for field, subtree in tree.items():
        # Nothing points to a new record yet: the ORM's own rule.
        if not create or field.type not in ("many2one", "many2one_reference"):
            yield from _walk(subtree)


def _forget(model, names, ids=None):
    """Let the ORM read again what these columns change: in these records and what follows them.

    :param ids: the records that were changed; None: they are new
    """
    env = model.env
    for field in (model._fields[name] for name in names):
        if ids is not None or field.type == "many2many":
            field._invalidate_cache(env, ids)
        for other in (*env.registry.field_inverses[field], *_get_unstored(env.registry, field)):
            other._invalidate_cache(env)


def _get_unstored(registry, field):
    return [
        other
        for other in registry.get_dependent_fields(field)
        if not other.column_type or not other.store
    ]


def _compute_the_rest(records, written, settled):
    """Let the ORM work out the stored fields that follow from new records and are not written."""
    known = {f"{records._name}.{name}" for name in written} | settled
    own = [f for n, f in records._fields.items() if f.store and f.compute and n not in written]
    others = [field for field in own if not set(field._modules) & set(KNOWN)]
    if others or _get_dependents(records, written, create=True) - known:
        for field in own:
            records.env.add_to_compute(field, records)
        records.modified(written, create=True)


def _to_json(model, rows):
    """Return rows as PostgreSQL reads them, as the ORM stores them.

    The ORM's False is NULL, but for a yes or no; an amount is in cents, as the engine works.
    """
    for name in rows[0]:
        kind = model._fields[name].type
        if kind == "monetary":
            for row in rows:
                row[name] = round(row[name] or 0.0, CENTS) if row[name] is not None else None
        elif kind != "boolean" and any(row[name] is False for row in rows):
            for row in rows:
                row[name] = None if row[name] is False else row[name]
    return json.dumps(rows, default=str)
