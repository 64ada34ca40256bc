from odoo import fields, models


class FollowupLine(models.Model):
    _name = "account_followup.followup.line"
    _description = "Follow-up Level"
    _order = "delay"

    name = fields.Char(required=True)
    delay = fields.Integer(required=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    send_email = fields.Boolean(default=True)
