"""Several cases at once to one collector: what goes, to whom, and what is in the way."""

from odoo import api, fields, models
from odoo.exceptions import UserError


class ArrearsHandoverPrepare(models.TransientModel):
    _name = "arrears.handover.prepare"
    _description = "Prepare Hand-overs"

    case_ids = fields.Many2many("arrears.case", required=True)
    collector_id = fields.Many2one(
        "res.partner", required=True, domain=[("is_collector", "=", True)]
    )
    item_ids = fields.Many2many(
        "arrears.item",
        string="What is handed over",
        compute="_compute_item_ids",
        store=True,
        readonly=False,
        domain="[('case_id', 'in', case_ids), ('settled_on', '=', False), "
        "('handover_id', '=', False)]",
    )
    day = fields.Date(required=True, default=fields.Date.context_today)

    @api.depends("case_ids")
    def _compute_item_ids(self):
        for wizard in self:
            wizard.item_ids = wizard.case_ids._get_items_to_hand_over()

    def action_prepare(self):
        """Make a draft per case, and show them."""
        self.ensure_one()
        handovers = self._prepare()
        return handovers._get_records_action(name=self.env._("Hand-overs"))

    def action_propose(self):
        """Make a draft per case, propose those that can go on, and show them all."""
        self.ensure_one()
        handovers = self._prepare()
        ready = handovers.filtered(
            lambda handover: all(row["ok"] for row in handover._get_checklist(self.day))
        )
        ready.propose(self.day)
        return handovers._get_records_action(name=self.env._("Hand-overs"))

    def _prepare(self):
        if not self.item_ids:
            raise UserError(self.env._("Nothing of these cases can be handed over."))
        self.item_ids.check_access("read")
        return self.env["arrears.handover"]._prepare_for(self.item_ids, self.collector_id, self.day)
