"""Indexes on what every night writes are gone: each changed row had to stand in all of them anew.

Odoo keeps an index that a field no longer asks for.
"""

INDEXES = (
    "arrears_item__company_id_index",
    "arrears_item__procedure_id_index",
    "arrears_item__stage_id_index",
    "arrears_action__company_id_index",
)


def migrate(cr, version):
    for name in INDEXES:
        cr.execute(f'DROP INDEX IF EXISTS "{name}"')
