"""Letters about CIS are printed apart: who prints the post need not see them."""

from odoo import api, fields, models


class ArrearsPrintBatch(models.Model):
    _inherit = "arrears.print.batch"

    confidential = fields.Boolean(
        readonly=True, help="Letters about CIS registrations, for who may see those."
    )

    @api.model
    def _make(self, letters, day, run=None):
        """Join letters into one file, those about CIS into a file of their own.

        :return: the batch of the other letters; that about CIS when there are no others
        """
        apart = letters.filtered(lambda letter: letter._is_confidential())
        if not apart:
            return super()._make(letters, day, run)
        batch = super()._make(apart, day, run)
        batch.confidential = True
        others = letters - apart
        return super()._make(others, day, run) if others else batch
