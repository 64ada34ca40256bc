"""A handler moves what a debtor owes to another stage, and says why."""

from odoo import Command, api, fields, models
from odoo.exceptions import UserError


class ArrearsCaseMoveStage(models.TransientModel):
    _name = "arrears.case.move.stage"
    _description = "Move to a Stage"

    case_id = fields.Many2one("arrears.case", required=True, readonly=True)
    item_ids = fields.Many2many(
        "arrears.item",
        string="What is moved",
        compute="_compute_item_ids",
        store=True,
        readonly=False,
        domain="[('case_id', '=', case_id), ('settled_on', '=', False)]",
    )
    available_stage_ids = fields.Many2many("arrears.stage", compute="_compute_available_stage_ids")
    stage_id = fields.Many2one(
        "arrears.stage",
        string="Next stage",
        required=True,
        domain="[('id', 'in', available_stage_ids)]",
    )
    day = fields.Date(required=True, default=fields.Date.context_today)
    reason = fields.Char(required=True)
    moves_back = fields.Boolean(compute="_compute_moves_back")

    @api.depends("case_id")
    def _compute_item_ids(self):
        for wizard in self:
            live = wizard.case_id.item_ids.filtered(lambda item: not item.settled_on)
            wizard.item_ids = [Command.set(live.ids)]

    @api.depends("item_ids")
    def _compute_available_stage_ids(self):
        """Offer the stages that all chosen items have."""
        for wizard in self:
            ladders = list(wizard.item_ids._origin._get_ladders().values())
            common = ladders[0] if ladders else self.env["arrears.stage"]
            for ladder in ladders[1:]:
                common &= ladder
            wizard.available_stage_ids = common

    @api.depends("item_ids", "stage_id")
    def _compute_moves_back(self):
        for wizard in self:
            reached = wizard.item_ids._origin._get_reached_stages().values()
            wizard.moves_back = bool(wizard.stage_id) and any(
                stage and stage.sequence >= wizard.stage_id.sequence for stage in reached
            )

    def action_apply(self):
        """Move the items."""
        self.ensure_one()
        self.env["arrears.run"].check_access("create")
        self.case_id.check_access("write")
        if self.item_ids.case_id - self.case_id:
            raise UserError(self.env._("Choose items of this case."))
        if not self.reason.strip():
            raise UserError(self.env._("Say why, for the colleague who reads it later."))
        # Items and history are written by the service only, after the checks above.
        items = self.item_ids.sudo().with_company(self.case_id.company_id)
        items = items.with_context(
            tracking_disable=True, mail_create_nolog=True, mail_create_nosubscribe=True
        )
        items._move_to_stage(self.stage_id.sudo(), self.day, self.reason.strip())
        return {"type": "ir.actions.act_window_close"}
