"""The 14-day notice to businesses that an office has stays the stage it follows."""


def migrate(cr, version):
    """Let the record of the new notice to a business be the stage that is there already.

    Without this an office would get a second stage beside it, and businesses two letters. Whoever
    wants the new kind changes the procedure from a day on.
    """
    if not version:
        return
    cr.execute(
        """
        UPDATE ir_model_data
           SET name = 'stage_business_notice'
         WHERE module = 'premium_arrears'
           AND name = 'stage_business_formal_notice'
           AND NOT EXISTS (
               SELECT FROM ir_model_data
                WHERE module = 'premium_arrears' AND name = 'stage_business_notice'
           )
        """
    )
