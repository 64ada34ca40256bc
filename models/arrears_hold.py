"""A pause: while it lasts, nothing is sent, charged or suspended."""

from odoo import api, fields, models
from odoo.fields import Domain

from ..law import facts


class ArrearsHold(models.Model):
    _name = "arrears.hold"
    _description = "Arrears Hold"
    _order = "start desc, id desc"
    _rec_name = "kind"

    case_id = fields.Many2one("arrears.case", required=True, index=True, ondelete="restrict")
    company_id = fields.Many2one(related="case_id.company_id", store=True, index=True)
    kind = fields.Selection(
        [
            ("dispute", "Dispute"),
            ("debt_help", "Debt help"),
            ("deferral", "Deferral"),
            ("other", "Other"),
        ],
        required=True,
        default="dispute",
    )
    start = fields.Date(required=True, default=fields.Date.context_today)
    end = fields.Date(string="Last day", help="Empty: until somebody ends it.")
    reason = fields.Char(required=True)

    _end_after_start = models.Constraint(
        'CHECK ("end" IS NULL OR "end" >= start)', "A hold cannot end before it starts."
    )

    @api.model_create_multi
    def create(self, vals_list):
        holds = super().create(vals_list)
        holds._wake_cases()
        return holds

    def write(self, vals):
        result = super().write(vals)
        self._wake_cases()
        return result

    def _wake_cases(self):
        """Let the next run look again at the items of these cases."""
        # A handler may pause a case, but items are written by the engine only.
        items = self.sudo().case_id.item_ids.filtered(lambda item: not item.settled_on)
        items.write({"stale": True})

    def _active_on(self, day):
        """Return the holds that last on ``day``."""
        return self.filtered_domain(
            Domain("start", "<=", day) & (Domain("end", "=", False) | Domain("end", ">=", day))
        )

    def _to_law(self):
        self.ensure_one()
        return facts.HoldFact(kind=self.kind, start=self.start, end=self.end or None)
