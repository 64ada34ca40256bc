"""A handler adds the file of an old letter to a notice that was taken over."""

import base64

from odoo import fields, models


class ArrearsOpeningLetter(models.TransientModel):
    _name = "arrears.opening.letter"
    _description = "Old Letter"

    notice_id = fields.Many2one("arrears.notice", required=True, readonly=True)
    file = fields.Binary(required=True, attachment=False)
    file_name = fields.Char()

    def action_add(self):
        """Keep the file with the notice; it cannot be changed after that."""
        self.ensure_one()
        self.env["arrears.run"].check_access("create")
        self.notice_id.check_access("read")
        notice = self.notice_id.sudo()  # evidence: written by the service only, after the checks
        name = self.file_name or notice.name
        notice._add_old_letters({notice: (name, base64.b64decode(self.file))})
