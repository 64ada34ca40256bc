"""A letter as it would look, before anything is made."""

from odoo import api, fields, models


class ArrearsNoticePreview(models.TransientModel):
    _name = "arrears.notice.preview"
    _description = "Preview of a Notice"

    action_id = fields.Many2one("arrears.action", required=True)
    subject = fields.Char(compute="_compute_page")
    page = fields.Html(compute="_compute_page", sanitize=False)
    missing = fields.Char(compute="_compute_page")

    @api.depends("action_id")
    def _compute_page(self):
        for preview in self:
            found = preview.action_id._get_preview() if preview.action_id else {}
            preview.subject = found.get("subject", "")
            preview.page = found.get("page", "")
            preview.missing = found.get("missing", "")
