"""Taking back notices, or a whole run: why, and what that does."""

from odoo import api, fields, models


class ArrearsWithdraw(models.TransientModel):
    _name = "arrears.withdraw"
    _description = "Withdraw Notices or a Run"

    run_id = fields.Many2one("arrears.run")
    notice_ids = fields.Many2many("arrears.notice")
    day = fields.Date(required=True, default=fields.Date.context_today)
    reason = fields.Char(required=True)
    notice_count = fields.Integer(compute="_compute_effects")
    sent_count = fields.Integer(compute="_compute_effects")
    fee_count = fields.Integer(compute="_compute_effects")
    gap_count = fields.Integer(compute="_compute_effects")

    @api.depends("run_id", "notice_ids")
    def _compute_effects(self):
        for wizard in self:
            notices = wizard.notice_ids | wizard.run_id.notice_ids
            actions = wizard.run_id.action_ids.filtered(lambda action: action.state == "done")
            gaps = self.env["insurance.coverage.gap"].search(
                [("notice_id", "in", (notices | actions.notice_id).ids)]
            )
            standing = notices.filtered(lambda notice: notice.state != "withdrawn")
            fees = standing.fee_id | actions.filtered(lambda a: a.kind == "fee").notice_id.fee_id
            wizard.notice_count = len(standing)
            wizard.sent_count = len(standing.filtered(lambda notice: notice.state == "sent"))
            wizard.fee_count = len(fees.filtered(lambda f: f.state in ("announced", "booked")))
            wizard.gap_count = len(gaps.filtered(lambda gap: gap._holds_a_day()))

    def action_withdraw(self):
        """Withdraw, and show the correction letters that the next run delivers."""
        self.ensure_one()
        taken = self.run_id or self.notice_ids
        corrections = taken.withdraw(self.day, self.reason)
        if not corrections:
            return {"type": "ir.actions.act_window_close"}
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "premium_arrears.arrears_notice_action"
        )
        return {**action, "domain": [("id", "in", corrections.ids)], "context": {}}
