"""A letter as it would look, before anything is made."""

from odoo import api, fields, models


class ArrearsNoticePreview(models.TransientModel):
    _name = "arrears.notice.preview"
    _description = "Preview of a Notice"

    action_id = fields.Many2one("arrears.action")
    stage_id = fields.Many2one(
        "arrears.stage", help="Without a step of a case: the letter of this stage, as a sample."
    )
    subject = fields.Char(compute="_compute_page")
    page = fields.Html(compute="_compute_page", sanitize=False)
    missing = fields.Char(compute="_compute_page")

    @api.depends("action_id", "stage_id")
    def _compute_page(self):
        for preview in self:
            found = {}
            if preview.action_id:
                found = preview.action_id._get_preview()
            elif preview.stage_id:
                found = self.env["arrears.notice"]._preview_sample(preview.stage_id)
            preview.subject = found.get("subject", "")
            preview.page = found.get("page", "")
            preview.missing = found.get("missing", "")
