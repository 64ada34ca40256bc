"""The dossier of a hand-over: one ZIP that is the same to the byte when nothing has changed."""

import csv
import io
import json
import os
import re
import zipfile
from contextlib import contextmanager

from odoo import api, fields, models
from odoo.exceptions import UserError

from .arrears_notice_evidence import sha256

# How a formula starts in a spreadsheet.
FORMULA = re.compile(r"[=+\-@\t\r]")
# An amount or a phone number, which starts like a formula and is none.
PLAIN_NUMBER = re.compile(r"[+-]?[\d .]+$")
# wkhtmltopdf writes the moment of printing in the file, always in this many characters.
PRINTED_ON = re.compile(rb"/CreationDate \(D:\d{14}")


class ArrearsHandoverDossier(models.Model):
    """Kept apart from the hand-over: its files are for who handles arrears only."""

    _name = "arrears.handover.dossier"
    _description = "Dossier of a Hand-over"
    _order = "id desc"
    _rec_name = "handover_id"

    handover_id = fields.Many2one(
        "arrears.handover", required=True, readonly=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="handover_id.company_id", store=True, index=True)
    day = fields.Date(string="As of", required=True, readonly=True)
    attachment_id = fields.Many2one("ir.attachment", string="File", readonly=True)
    file_hash = fields.Char(string="SHA-256 of the file", required=True, readonly=True)
    file_count = fields.Integer(string="Files in it", readonly=True)

    _same_once = models.UniqueIndex(
        "(handover_id, file_hash)", "This very dossier was made already."
    )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_dossier(self):
        raise UserError(self.env._("A dossier is kept as evidence."))

    def action_download(self):
        """Button: download the dossier."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self.attachment_id.id}?download=true",
            "target": "self",
        }


class ArrearsHandover(models.Model):
    _inherit = "arrears.handover"

    dossier_ids = fields.One2many(
        "arrears.handover.dossier",
        "handover_id",
        string="Dossiers",
        readonly=True,
        groups="premium_arrears.group_handler",
    )

    # === MAKE === #

    @api.model
    def _cron_make_dossiers(self):
        """Make the dossiers that wait, one after another, and commit after each."""
        waiting = self._search_dossiers_to_make()
        self.env["ir.cron"]._commit_progress(remaining=len(waiting))
        for handover in waiting:
            if handover.try_lock_for_update():
                handover._make_dossier(handover.handed_over_on)
            if not self.env["ir.cron"]._commit_progress(1):
                return

    def _make_dossier(self, day):
        """Make the dossier as of a day and keep it; the same content gives the same file.

        :param day: business day; what happened after it is not told
        :return: the dossier, an earlier one when nothing has changed since
        """
        self.ensure_one()
        handover = self._as_dossier_service()
        files = handover._get_dossier_files(day)
        content = _zip(files, handover.handed_over_on)
        file_hash = sha256(content)
        dossiers = handover.env["arrears.handover.dossier"]
        same = [("handover_id", "=", handover.id), ("file_hash", "=", file_hash)]
        if found := dossiers.search(same):
            return found
        dossier = dossiers.create(
            {
                "handover_id": handover.id,
                "day": day,
                "file_hash": file_hash,
                "file_count": len(files),
            }
        )
        dossier.attachment_id = handover.env["ir.attachment"].create(
            {
                "name": f"{handover.name.replace('/', '-')}.zip",
                "raw": content,
                "mimetype": "application/zip",
                "res_model": dossier._name,
                "res_id": dossier.id,
                "company_id": handover.company_id.id,
            }
        )
        return dossier

    def _as_dossier_service(self):
        """Return the hand-over in the language of the dossier, with the rights of the engine."""
        lang = self.collector_id.lang or self.company_id.partner_id.lang or "nl_NL"
        # Letters and entries are read whole, whoever makes the dossier.
        return self.sudo().with_company(self.company_id).with_context(lang=lang, tz="UTC")

    def _get_dossier_files(self, day):
        """Return the files of the dossier: dict from path to bytes."""
        self.ensure_one()
        files = self._get_letter_files()
        letters = {notice: path for notice, (path, _content) in files.items()}
        dossier = dict(files.values())
        dossier["proofs.csv"] = to_csv(*self._get_proof_rows(letters))
        dossier["ledger.csv"] = to_csv(*self._get_ledger_rows())
        dossier["history.csv"] = to_csv(*self._get_history_rows(day))
        header, rows = self._get_import_rows()
        dossier["dossier.csv"] = to_csv(header, rows)
        dossier["dossier.json"] = to_json([dict(zip(header, row, strict=True)) for row in rows])
        page = self._render_summary(day, letters)
        with _same_every_time():
            [summary] = self.env["arrears.notice"]._print_pages([page])
        is_pdf = summary.startswith(b"%PDF")
        stamp = f"/CreationDate (D:{self.handed_over_on:%Y%m%d}000000".encode()
        name = "summary.pdf" if is_pdf else "summary.html"
        dossier[name] = PRINTED_ON.sub(stamp, summary)
        sums = "".join(f"{sha256(dossier[path])}  {path}\n" for path in sorted(dossier))
        return {**dossier, "SHA256SUMS": sums.encode()}

    def _get_letter_files(self):
        """Return the letters and mails that were sent, as they were: dict to (path, content)."""
        files = {}
        for number, notice in enumerate(self._get_told_notices(), start=1):
            name = notice.name.replace("/", "-")
            if file := notice.attachment_id:
                suffix = file.name.rpartition(".")[2]
                files[notice] = (f"letters/{number:02}-{name}.{suffix}", file.raw)
            elif notice.body_html:
                files[notice] = (f"letters/{number:02}-{name}.html", str(notice.body_html).encode())
        return files

    # === BUTTONS === #

    def action_dossier(self):
        """Button: make the dossier as things stand today, and download it."""
        self.ensure_one()
        self._start_step(("handed_over", "returned", "paid"), fields.Date.context_today(self))
        dossier = self._make_dossier(fields.Date.context_today(self))
        return dossier.with_env(self.env).action_download()

    def action_export(self):
        """Button: download one table of the premiums of several hand-overs, to be imported."""
        self._check_handler()
        self.check_access("read")
        rows, header = [], []
        for handover in self.sorted("id"):
            header, mine = handover._as_dossier_service()._get_import_rows()
            rows += mine
        attachment = self.env["ir.attachment"].create(
            {"name": "hand-overs.csv", "raw": to_csv(header, rows), "mimetype": "text/csv"}
        )
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{attachment.id}?download=true",
            "target": "self",
        }


@contextmanager
def _same_every_time():
    """Let wkhtmltopdf write the fonts of a page in the same order each time.

    Qt shuffles them otherwise. A letter that another thread prints meanwhile is none the worse.
    """
    before = os.environ.get("QT_HASH_SEED")
    os.environ["QT_HASH_SEED"] = "0"
    try:
        yield
    finally:
        if before is None:
            os.environ.pop("QT_HASH_SEED", None)
        else:
            os.environ["QT_HASH_SEED"] = before


def to_csv(header, rows):
    """Return a table as UTF-8 that a spreadsheet opens and no formula hides in."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=";", lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([_to_cell(value) for value in row] for row in rows)
    return stream.getvalue().encode("utf-8-sig")


def to_json(rows):
    """Return rows as JSON, amounts and days as text so that none is rounded."""
    plain = [
        {name: "" if value is None else str(value) for name, value in row.items()} for row in rows
    ]
    return (json.dumps(plain, indent=1, ensure_ascii=False) + "\n").encode()


def _to_cell(value):
    if value is None or value is False:
        return ""
    text = str(value)
    if FORMULA.match(text) and not PLAIN_NUMBER.match(text):
        return f"'{text}"
    return text


def _zip(files, day):
    """Return files as a ZIP in a fixed order and with a fixed date.

    :param files: dict from path to bytes
    :param day: the date that all files get
    """
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(files):
            info = zipfile.ZipInfo(path, (day.year, day.month, day.day, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3
            info.external_attr = 0o644 << 16
            archive.writestr(info, files[path])
    return stream.getvalue()
