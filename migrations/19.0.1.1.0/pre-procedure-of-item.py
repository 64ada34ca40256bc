"""Fill what became required: the procedure and day of each item, the debtor type of each case."""

COLUMNS = (
    ("arrears_item", "procedure_id", "int4"),
    ("arrears_item", "opened_on", "date"),
    ("arrears_case", "debtor_type", "varchar"),
)


def migrate(cr, version):
    """Give old items and cases what they had: the one procedure of the case and its debtor.

    Old stages get no dates, so they are in force on every day. An item came into arrears when its
    case opened or on the day after it was due, whichever was later; a reopened one when it
    reopened. Nothing that is filled in already changes.
    """
    if not version:
        return
    for table, column, column_type in COLUMNS:
        cr.execute(f"ALTER TABLE {table} ADD COLUMN IF NOT EXISTS {column} {column_type}")
    cr.execute(
        """
        UPDATE arrears_case AS arrears
           SET debtor_type = COALESCE(procedure.debtor_type, debtor.debtor_type, 'consumer')
          FROM arrears_procedure AS procedure, res_partner AS debtor
         WHERE procedure.id = arrears.procedure_id
           AND debtor.id = arrears.partner_id
           AND arrears.debtor_type IS NULL
        """
    )
    cr.execute(
        """
        UPDATE arrears_item AS item
           SET procedure_id = COALESCE(item.procedure_id, arrears.procedure_id),
               opened_on = COALESCE(
                   item.opened_on,
                   item.restarted_on,
                   GREATEST(arrears.opened_on, item.due_date + 1)
               )
          FROM arrears_case AS arrears
         WHERE arrears.id = item.case_id
           AND (item.procedure_id IS NULL OR item.opened_on IS NULL)
        """
    )
