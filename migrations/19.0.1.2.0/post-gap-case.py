"""Each gap keeps the case it belongs to, which its notice told until now."""


def migrate(cr, version):
    """Fill the case of the gaps that a notice made."""
    if not version:
        return
    cr.execute(
        """
        UPDATE insurance_coverage_gap AS gap
           SET case_id = notice.case_id
          FROM arrears_notice AS notice
         WHERE notice.id = gap.notice_id
           AND gap.case_id IS NULL
        """
    )
