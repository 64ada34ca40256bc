"""Letters that are printed and posted together: one file, and who posted it when."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.pdf import merge_pdf

from .arrears_notice_evidence import sha256


class ArrearsPrintBatch(models.Model):
    _name = "arrears.print.batch"
    _description = "Arrears Print Batch"
    _check_company_auto = True
    _order = "date desc, id desc"
    _rec_name = "date"

    date = fields.Date(required=True, readonly=True, help="Day on which the file was made.")
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    run_id = fields.Many2one(
        "arrears.run",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        help="Empty when a colleague chose the letters.",
    )
    state = fields.Selection(
        [("made", "Made"), ("posted", "Printed and posted"), ("discarded", "Discarded")],
        required=True,
        readonly=True,
        default="made",
        index=True,
    )
    notice_ids = fields.One2many("arrears.notice", "print_batch_id", readonly=True)
    letter_count = fields.Integer(string="Letters", readonly=True)
    gone_ids = fields.Many2many(
        "arrears.notice", string="Take out of the pile", compute="_compute_gone_ids"
    )
    left_out = fields.Text(
        readonly=True, help="Letters that could not be joined, each with the reason."
    )
    attachment_id = fields.Many2one("ir.attachment", string="File", readonly=True)
    file_hash = fields.Char(string="SHA-256 of the file", readonly=True)
    copy_attachment_id = fields.Many2one("ir.attachment", string="Copy", readonly=True)
    printed_on = fields.Date(string="Posted on", readonly=True)
    printed_by_id = fields.Many2one("res.users", string="Posted by", readonly=True)

    _posted_has_day = models.Constraint(
        "CHECK (state != 'posted' OR printed_on IS NOT NULL AND printed_by_id IS NOT NULL)",
        "A posted batch has the day it was posted and who posted it.",
    )

    @api.depends("notice_ids.state")
    def _compute_gone_ids(self):
        for batch in self:
            waiting = batch.notice_ids if batch.state == "made" else batch.notice_ids.browse()
            batch.gone_ids = waiting.filtered(lambda notice: notice.state != "queued")

    @api.ondelete(at_uninstall=False)
    def _unlink_except_batch(self):
        raise UserError(self.env._("A print batch is kept as evidence; it can be discarded."))

    # === MAKE === #

    @api.model
    def _make(self, letters, day, run=None):
        """Join letters into one file, in the order of postcode and name.

        Exactly these letters, and no others; a letter that cannot be joined stays out and is named.

        :param letters: notices that wait to be posted
        :param day: business day
        :param run: the run they come from, when it is one
        :return: the batch
        :raise UserError: while nothing may leave, and when no letter is left to print
        """
        letters.company_id._check_arrears_letters_may_leave()
        letters = letters._withdraw_outdated(day)
        problems = {letter: letter._why_not_printable() for letter in letters}
        left_out = "\n".join(
            self.env._("%(letter)s: %(reason)s", letter=letter.name, reason=reason)
            for letter, reason in problems.items()
            if reason
        )
        ready = letters.filtered(lambda letter: not problems[letter]).sorted(_by_address)
        if not ready:
            raise UserError(self.env._("There is no letter to print.\n%s", left_out))
        if len(ready.company_id) > 1:
            raise UserError(self.env._("Print the letters of one company at a time."))
        batch = self.create(
            {
                "date": day,
                "company_id": ready.company_id.id,
                "run_id": run.id if run else False,
                "letter_count": len(ready),
                "left_out": left_out,
            }
        )
        content = merge_pdf([letter.attachment_id.raw for letter in ready])
        batch.write(
            {
                "attachment_id": batch._keep_file(f"letters-{day}-{batch.id}.pdf", content).id,
                "file_hash": sha256(content),
            }
        )
        ready.write({"print_batch_id": batch.id})
        return batch

    def _keep_file(self, name, content):
        self.ensure_one()
        return self.env["ir.attachment"].create(
            {
                "name": name,
                "raw": content,
                "res_model": self._name,
                "res_id": self.id,
                "company_id": self.company_id.id,
            }
        )

    # === PRINT, CONFIRM, PRINT AGAIN === #

    def _confirm_posted(self, day):
        """Record that these batches were printed and handed to the post on ``day``.

        :param day: business day on which the terms of the letters begin
        """
        made = self.filtered(lambda batch: batch.state == "made")
        made.company_id._check_arrears_letters_may_leave()
        made.notice_ids._mark_sent(day)
        made.write({"state": "posted", "printed_on": day, "printed_by_id": self.env.uid})

    def action_print(self):
        """Download the file: the letters until they were posted, a copy of them afterwards."""
        self.ensure_one()
        self.env["arrears.run"].check_access("create")
        self.check_access("read")
        batch = self.sudo()  # files are kept by the service only, after the checks above
        file = batch._get_copy() if batch.state == "posted" else batch.attachment_id
        if batch.state == "made":
            batch.company_id._check_arrears_letters_may_leave()
        return {"type": "ir.actions.act_url", "url": f"/web/content/{file.id}?download=1"}

    def _get_copy(self):
        """Return the file with the mark of a copy on each page; it changes nothing else."""
        self.ensure_one()
        if not self.copy_attachment_id:
            content = self.env["arrears.notice"]._stamp(self.attachment_id.raw, self.env._("COPY"))
            self.copy_attachment_id = self._keep_file(f"copy-{self.attachment_id.name}", content)
        return self.copy_attachment_id

    def action_confirm_posted(self):
        """Button: these letters were printed and went to the post today."""
        self.env["arrears.run"].check_access("create")
        self.check_access("read")
        # Notices are written by the service only, after the checks above.
        self.sudo()._confirm_posted(fields.Date.context_today(self))

    def action_discard(self):
        """Set batches aside that were not posted: their letters wait to be printed again."""
        self.env["arrears.run"].check_access("create")
        self.check_access("read")
        if any(batch.state != "made" for batch in self):
            raise UserError(self.env._("Only letters that were not posted can be set aside."))
        batches = self.sudo()  # written by the service only, after the checks above
        batches.notice_ids.write({"print_batch_id": False})
        batches.write({"state": "discarded"})


def _by_address(letter):
    """Sort letters as the post takes them: by postcode, then by name."""
    recipient = letter.recipient_id
    return ((recipient.zip or "").replace(" ", "").upper(), recipient.name or "", letter.id)
