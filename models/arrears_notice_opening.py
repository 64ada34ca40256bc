"""A notice that an earlier system sent: it counts like our own, and its text is not ours."""

import hashlib

from odoo import fields, models
from odoo.exceptions import UserError

FILE_FIELDS = frozenset({"attachment_id", "file_hash"})


class ArrearsNotice(models.Model):
    _inherit = "arrears.notice"

    origin = fields.Selection(
        [("own", "Sent from here"), ("opening", "Taken over from before")],
        required=True,
        readonly=True,
        default="own",
        help="What was taken over was sent by an earlier system; its text is not kept here.",
    )

    def _lacks_old_letter(self):
        """Tell whether the file of the old letter can still be added."""
        self.ensure_one()
        return self.origin == "opening" and not self.attachment_id

    def _may_be_completed(self, touched):
        """Tell whether these fields of a notice that left may still be filled in: its old file."""
        self.ensure_one()
        return touched <= FILE_FIELDS and self._lacks_old_letter()

    def _add_old_letters(self, files):
        """Keep the files of letters that an earlier system sent; after that they stay.

        :param files: dict from notice to (name, content as bytes)
        :raise UserError: for a notice that is our own, or has its letter already
        """
        for notice in files:
            if not notice._lacks_old_letter():
                raise UserError(
                    self.env._("Notice %s has its letter already, or is our own.", notice.name)
                )
        attachments = self.env["ir.attachment"].create(
            [
                {
                    "name": name,
                    "raw": content,
                    "res_model": "arrears.notice",
                    "res_id": notice.id,
                    "company_id": notice.company_id.id,
                }
                for notice, (name, content) in files.items()
            ]
        )
        for (notice, (_name, content)), attachment in zip(files.items(), attachments, strict=True):
            notice.write(
                {
                    "attachment_id": attachment.id,
                    "file_hash": hashlib.sha256(content).hexdigest(),
                }
            )
