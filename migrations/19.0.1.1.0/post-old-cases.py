"""Old cases keep the steps they had, and nobody gets a letter about what happened long ago."""

NEW_STAGES = ("stage_consumer_handover_notice", "stage_business_handover_notice")


def migrate(cr, version):
    """Let the announcement of a hand-over begin today, and take old suspensions for told.

    What came into arrears before keeps the ladder it started with. The notice that named a
    suspension stands for the letter about it; that the cover is back is still told where that
    has not happened yet.
    """
    if not version:
        return
    cr.execute(
        """
        UPDATE arrears_stage
           SET date_from = CURRENT_DATE
         WHERE date_from IS NULL
           AND id IN (
               SELECT res_id FROM ir_model_data
                WHERE module = 'premium_arrears' AND model = 'arrears.stage' AND name IN %s
           )
        """,
        [NEW_STAGES],
    )
    cr.execute(
        """
        UPDATE insurance_coverage_gap
           SET suspended_notice_id = COALESCE(suspended_notice_id, notice_id),
               resumed_notice_id = CASE WHEN resume IS NULL THEN resumed_notice_id
                                        ELSE COALESCE(resumed_notice_id, notice_id) END
         WHERE notice_id IS NOT NULL
        """
    )
