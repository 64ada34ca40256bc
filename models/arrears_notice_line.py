"""A line of a notice: an item, with the amount as the letter stated it."""

from odoo import api, fields, models


class ArrearsNoticeLine(models.Model):
    _name = "arrears.notice.line"
    _description = "Arrears Notice Line"
    _order = "due_date, id"
    _rec_name = "reference"

    notice_id = fields.Many2one(
        "arrears.notice", required=True, readonly=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="notice_id.company_id", store=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    item_id = fields.Many2one(
        "arrears.item", required=True, readonly=True, index=True, ondelete="restrict"
    )
    policy_ids = fields.Many2many(related="item_id.policy_ids")
    stage_id = fields.Many2one(related="notice_id.stage_id", store=True)
    cycle = fields.Integer(required=True, readonly=True)
    reference = fields.Char(readonly=True)
    due_date = fields.Date(required=True, readonly=True)
    amount = fields.Monetary(required=True, readonly=True, help="As stated in the notice.")
    live = fields.Boolean(compute="_compute_live", store=True)

    # The same notice never goes twice: the database refuses a second live one.
    _one_live_notice = models.UniqueIndex(
        "(item_id, stage_id, cycle) WHERE live",
        "A notice of this stage was already made for this item.",
    )

    @api.depends("notice_id.state")
    def _compute_live(self):
        for line in self:
            line.live = line.notice_id.state in ("queued", "sent")
