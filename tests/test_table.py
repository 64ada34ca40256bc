"""Tables that somebody sends: each format, and what is refused."""

import base64
import io
from datetime import date

import openpyxl

from odoo.exceptions import UserError
from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestTable(TransactionCase):
    def table_of(self, content, name):
        return self.env["arrears.table"]._read_table(base64.b64encode(content), name)

    def test_a_csv_with_semicolons(self):
        header, rows = self.table_of(b"policy;amount\nP-1;12,50\n\nP-2;3\n", "list.csv")
        self.assertEqual(header, ["policy", "amount"])
        self.assertEqual(rows[0], (2, {"policy": "P-1", "amount": "12,50"}))
        self.assertEqual(rows[1][1], {"policy": "P-2", "amount": "3"})

    def test_an_xlsx_with_a_date(self):
        book, file = openpyxl.Workbook(), io.BytesIO()
        book.active.append(["policy", "due", "amount"])
        book.active.append(["P-1", date(2026, 3, 1), 12.5])
        book.save(file)
        _header, rows = self.table_of(file.getvalue(), "list.xlsx")
        self.assertEqual(rows[0][1], {"policy": "P-1", "due": date(2026, 3, 1), "amount": "12.5"})

    def test_what_cannot_be_read_is_refused(self):
        for content, name in (
            (b"", "empty.csv"),
            (b"a;a\n1;2\n", "twice.csv"),
            (b"PK\0", "x.xlsx"),
        ):
            with self.subTest(name=name), self.assertRaises(UserError):
                self.table_of(content, name)
