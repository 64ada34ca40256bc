"""What was paid of an arrangement: worked out from what is open of what is in it."""

from odoo import models

from ..law import arrangement as law
from .arrears_item_ladder import to_decimal


class ArrearsArrangement(models.Model):
    _inherit = "arrears.arrangement"

    def _project_payments(self):
        """Bring what is paid of each instalment in line with what is open of its sources.

        The first instalment is paid first. Doing it again changes nothing.
        """
        for arrangement in self:
            lines = arrangement.line_ids
            paid = sum(to_decimal(ln.amount) - to_decimal(ln.amount_open) for ln in lines)
            parts = arrangement.instalment_ids.sorted("number")
            shares = law.spread([to_decimal(part.amount) for part in parts], to_decimal(paid))
            for part, share in zip(parts, shares, strict=True):
                if to_decimal(part.amount_paid) != share:
                    part.amount_paid = float(share)
            if to_decimal(arrangement.amount_paid) != paid:
                arrangement.amount_paid = float(paid)
