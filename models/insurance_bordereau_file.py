"""The files of a bordereau: XLSX and CSV with fixed headers, kept with their SHA-256."""

import base64
import csv
import io

import xlsxwriter

from odoo import models
from odoo.exceptions import UserError

from .arrears_notice_evidence import sha256

# Dutch insurers read these files, by program too: they are the same in every language.
HEADERS = (
    "bordereau",
    "regel",
    "soort",
    "mutatie",
    "polisnummer",
    "verzekeringnemer",
    "kenteken",
    "datum",
    "reden",
    "rdw_gemeld_op",
    "nagekomen",
    "corrigeert",
)
EVENT_WORDS = {
    "suspended": "opgeschort",
    "resumed": "hervat",
    "terminated": "beeindigd",
    "arranged": "betalingsregeling",
    "arrangement_ended": "betalingsregeling beeindigd",
}
WIDTHS = (16, 7, 18, 10, 18, 30, 12, 12, 44, 14, 11, 20)
# What a spreadsheet would take for a formula; a name of a customer must not become one.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


class InsuranceBordereau(models.Model):
    _inherit = "insurance.bordereau"

    def _keep_files(self):
        """Write the files of this bordereau and keep them with their hashes."""
        self.ensure_one()
        rows = [line._get_file_row() for line in self.line_ids.sorted("number")]
        base = self.name.replace("/", "-")
        for kind, content in (("xlsx", self._write_xlsx(rows)), ("csv", self._write_csv(rows))):
            self.write(
                {
                    f"{kind}_file": base64.b64encode(content),
                    f"{kind}_name": f"bordereau-{base}.{kind}",
                    f"{kind}_hash": sha256(content),
                }
            )

    def _write_xlsx(self, rows):
        """Return the rows as an XLSX file, dates as dates."""
        file = io.BytesIO()
        book = xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False})
        bold = book.add_format({"bold": True, "bg_color": "#EEF3F7", "bottom": 1})
        day_format = book.add_format({"num_format": "dd-mm-yyyy", "align": "left"})
        sheet = book.add_worksheet("bordereau")
        sheet.write_row(0, 0, HEADERS, bold)
        sheet.freeze_panes(1, 0)
        for place, width in enumerate(WIDTHS):
            sheet.set_column(place, place, width)
        for number, row in enumerate(rows, start=1):
            for place, value in enumerate(row):
                if hasattr(value, "isoformat"):
                    sheet.write_datetime(number, place, value, day_format)
                elif isinstance(value, int):
                    sheet.write_number(number, place, value)
                else:
                    sheet.write_string(number, place, value)
        book.close()
        return file.getvalue()

    def _write_csv(self, rows):
        """Return the rows as CSV: semicolons, UTF-8 with its mark, dates as 2026-12-31."""
        file = io.StringIO()
        writer = csv.writer(file, delimiter=";", lineterminator="\r\n")
        writer.writerow(HEADERS)
        writer.writerows([[_plain(value) for value in row] for row in rows])
        return file.getvalue().encode("utf-8-sig")

    def _verify(self):
        """Return in words what is not as it was made; empty: nothing has changed."""
        self.ensure_one()
        problems = []
        for kind in ("xlsx", "csv"):
            content = base64.b64decode(self.with_context(bin_size=False)[f"{kind}_file"] or b"")
            if sha256(content) != self[f"{kind}_hash"]:
                problems.append(self.env._("the file %s is not as it was made", kind.upper()))
        return problems

    def action_verify(self):
        """Button: tell whether the files are still what they were."""
        self.ensure_one()
        self.check_access("read")
        if problems := self.sudo()._verify():  # evidence; a reader may verify
            raise UserError("\n".join(problems))
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("Both files are as they were made."),
            },
        }


class InsuranceBordereauLine(models.Model):
    _inherit = "insurance.bordereau.line"

    def _get_file_row(self):
        """Return this row in the order of ``HEADERS``."""
        self.ensure_one()
        corrected = self.corrects_id
        return (
            self.bordereau_id.name,
            self.number,
            EVENT_WORDS[self.event],
            "correctie" if corrected else "nieuw",
            self.policy_id.name,
            self.policy_id.partner_id.name or "",
            self.policy_id.licence_plate or "",
            self.day,
            self.reason or "",
            self.rdw_told_on or "",
            "ja" if self.late else "nee",
            f"{corrected.bordereau_id.name} {corrected.number}" if corrected else "",
        )


def _plain(value):
    text = str(value)
    return f"'{text}" if text.startswith(FORMULA) else text
