from odoo import models


class ArrearsCase(models.Model):
    _inherit = "arrears.case"

    def _get_due_items(self, day):
        """Return the items of these cases for which a run of ``day`` proposes a step."""
        return self.env["arrears.item"].search(
            [
                ("case_id", "in", self.ids),
                ("settled_on", "=", False),
                ("next_stage_id", "!=", False),
                ("next_step_date", "<=", day),
                ("handover_id", "=", False),
                ("arrangement_id", "=", False),
            ]
        )
