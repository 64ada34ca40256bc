"""What was sent stays as it was sent: its file is not changed and not deleted."""

import base64

from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from .arrears_notice_reader import HANDLER

OWNERS = ("arrears.notice", "arrears.print.batch", "arrears.handover.dossier")
# Their files carry letters, with the secret address of each customer's own page.
LETTERS = ("arrears.notice", "arrears.print.batch", "arrears.run")
# Files that came from an insurer or went to one, with the states in which they can still change.
FILE_OWNERS = {
    "insurance.arrears.list": ("draft", "previewed"),
    "insurance.bordereau": ("draft",),
    "arrears.opening": ("draft", "checked"),
}
CONTENT = frozenset(
    {"raw", "datas", "db_datas", "name", "mimetype", "type", "url"}
    | {"res_model", "res_id", "res_field", "company_id"}
)


class IrAttachment(models.Model):
    _inherit = "ir.attachment"

    def _check_access(self, operation):
        """Keep the files of letters to those who send them; a reader reads their text."""
        found = super()._check_access(operation)
        if self.env.su or self.env.user.has_group(HANDLER):
            return found
        refused, error = found or (self.browse(), None)
        letters = (self - refused).sudo()._filter_letters()
        if not letters:
            return found
        words = self.env._("Letters as they were sent are opened by who handles arrears.")
        return refused | letters.with_env(self.env), error or (lambda: AccessError(words))

    def _filter_letters(self):
        """Return those of these that carry letters with a secret address; those of CIS do not."""
        letters = self.filtered(lambda file: file.res_model in LETTERS)
        notices = letters.filtered(lambda file: file.res_model == "arrears.notice")
        found = self.env["arrears.notice"].browse(notices.mapped("res_id")).exists()
        without = set(found.filtered(lambda notice: notice._is_confidential()).ids)
        return letters - notices.filtered(lambda file: file.res_id in without)

    def write(self, vals):
        for attachment in self._get_arrears_evidence() if CONTENT & vals.keys() else ():
            if any(attachment._would_change(name, vals[name]) for name in CONTENT & vals.keys()):
                attachment._refuse_evidence()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_arrears_evidence(self):
        self._get_arrears_evidence()[:1]._refuse_evidence()

    def _get_arrears_evidence(self):
        """Return which of these keep what was sent: of notices that left, of posted batches."""
        # Whoever writes on a file need not have rights on notices to be refused.
        files = self.sudo()._get_insurer_files()
        ours = self.sudo().filtered(lambda attachment: attachment.res_model in OWNERS)
        if not ours:
            return files
        mine = Domain("attachment_id", "in", ours.ids)
        notices = self.env["arrears.notice"].sudo().search(mine & Domain("state", "!=", "queued"))
        batches = self.env["arrears.print.batch"].sudo()
        dossiers = self.env["arrears.handover.dossier"].sudo()
        return (
            files
            | notices.attachment_id
            | batches.search(mine & Domain("state", "=", "posted")).attachment_id
            | dossiers.search(mine).attachment_id
        )

    def _get_insurer_files(self):
        """Return which of these are the file of a loaded list, or of a bordereau that was made."""
        found = self.browse()
        for model, free in FILE_OWNERS.items():
            mine = self.filtered(lambda file, m=model: file.res_model == m and file.res_field)
            records = self.env[model].search([("id", "in", mine.mapped("res_id"))])
            kept = set(records.filtered(lambda record, s=free: record.state not in s).ids)
            found |= mine.filtered(lambda file, k=kept: file.res_id in k)
        return found

    def _would_change(self, name, value):
        """Tell whether a value differs from what is kept; moving the same file is no change."""
        self.ensure_one()
        if name in ("raw", "datas", "db_datas"):
            if name == "datas":
                value = base64.b64decode(value or b"")
            elif isinstance(value, str):
                value = value.encode()
            return (value or b"") != (self.raw or b"")
        current = self[name]
        return (current.id if name == "company_id" else current) != value

    def _refuse_evidence(self):
        if self:
            raise UserError(
                self.env._(
                    "File %s is the proof of what was sent or received; it stays as it is.",
                    self.name,
                )
            )
