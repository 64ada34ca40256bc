"""Reading a table that somebody sends: CSV, XLSX, XLS or ODS, as rows of cells."""

import base64

from odoo import api, models
from odoo.exceptions import UserError


class ArrearsTable(models.AbstractModel):
    _name = "arrears.table"
    _description = "Table from a File"

    @api.model
    def _read_table(self, file, file_name):
        """Return the header and the rows of the first sheet of a file, empty rows left out.

        Odoo's own reader does the work, so the formats are those of its import screen.

        :param file: the content, in base64 as a binary field holds it
        :param file_name: its name, whose extension tells the format when the content does not
        :return: the header as a list of texts, and a list of (row number, dict from header to
            cell); empty rows do not count; a cell is a text, a date or a datetime
        :raise UserError: when it cannot be read, is empty or names a column twice
        """
        content = base64.b64decode(file or b"")
        reader = self.env["base_import.import"].create({"file": content, "file_name": file_name})
        # Odoo's own guess gives up on an empty line.
        header = content.split(b"\n", 1)[0].decode("latin-1")
        separator = max(";,\t|", key=header.count)
        options = {"quoting": '"', "separator": separator, "encoding": "", "has_headers": True}
        try:
            _length, rows = reader._read_file(options)
        except UserError:
            raise
        except Exception as error:
            raise UserError(
                self.env._("%(file)s cannot be read: %(error)s", file=file_name, error=str(error))
            ) from error
        if not rows:
            raise UserError(self.env._("%s has no rows.", file_name))
        header = [str(cell).strip() for cell in rows[0]]
        named = [name for name in header if name]
        if twice := sorted({name for name in named if named.count(name) > 1}):
            raise UserError(
                self.env._("%(file)s has two columns %(name)s.", file=file_name, name=twice[0])
            )
        return named, [
            (number, {name: cell for name, cell in zip(header, row, strict=False) if name})
            for number, row in enumerate(rows[1:], start=2)
        ]
