from odoo import models


class ArrearsStage(models.Model):
    _inherit = "arrears.stage"

    def _get_credit_key(self):
        """Return what all versions of one step have in common."""
        self.ensure_one()
        return self.procedure_id, self.sequence, self.kind
