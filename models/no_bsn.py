"""No BSN in what people type: one check for every free text."""

from odoo.exceptions import ValidationError

from ..law import identifiers


def refuse_bsn(env, text):
    """Refuse a text that seems to hold a BSN; nine digits that only look like one are rare.

    :raise ValidationError: in words
    """
    if text and identifiers.holds_bsn(text):
        raise ValidationError(
            env._(
                "This text seems to hold a BSN, the number of a citizen. We do not need it here "
                "and may not keep it. Please leave it out."
            )
        )


def check_no_bsn(records, names):
    """Refuse records with such a text in one of these fields, for use in a constraint.

    :param names: names of fields with free text
    """
    for record in records:
        for name in names:
            refuse_bsn(record.env, record[name])
