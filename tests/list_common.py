"""An insurer that collects itself, its lists as real files, and ways to load them."""

import base64
import io
from datetime import date

import openpyxl

from odoo.tests import tagged
from odoo.tools import SQL

from .common import ArrearsCommon

LISTED = date(2026, 3, 2)
NEXT = date(2026, 4, 1)
HEADER = (
    *("Polisnummer", "Verzekeringnemer", "Vervaldatum", "Openstaand bedrag", "Kenmerk", "Status"),
    *("Opgeschort sinds", "Hervat per", "Royementsdatum"),
)


@tagged("post_install", "-at_install")
class ListCommon(ArrearsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.theirs = cls.make_policy(
            name="NN-1001", collection_method="insurer", office_role="intermediary"
        )
        cls.lists = cls.env["insurance.arrears.list"]

    # === FILES === #

    def row(self, policy=None, **values):
        """Return one row of a list, in the order of HEADER."""
        policy = policy or self.theirs
        told = {
            "policy": policy.name,
            "customer": policy.partner_id.name,
            "due": date(2026, 2, 1),
            "amount": 45.0,
            "reference": "",
            "status": "2e aanmaning",
            "since": None,
            "back": None,
            "ended": None,
        }
        number = values.pop("number", policy.name)
        return list((told | values | {"policy": number}).values())

    def xlsx(self, *rows, header=HEADER):
        book, file = openpyxl.Workbook(), io.BytesIO()
        book.active.append(list(header))
        for row in rows:
            book.active.append(list(row))
        book.save(file)
        return file.getvalue()

    def csv(self, *rows, header=HEADER):
        lines = [header, *rows]
        return "\n".join(
            ";".join("" if cell is None else str(cell) for cell in line) for line in lines
        ).encode()

    # === LISTS === #

    def make_list(self, content, day=LISTED, name="list.xlsx", lists=None, **values):
        lists = self.lists if lists is None else lists
        return lists.create(
            {
                "insurer_id": self.insurer.id,
                "company_id": self.company.id,
                "date": day,
                "file": base64.b64encode(content),
                "file_name": name,
                **values,
            }
        )

    def preview(self, *rows, day=LISTED, **values):
        arrears_list = self.make_list(self.xlsx(*rows), day, **values)
        arrears_list.preview()
        return arrears_list

    def load(self, *rows, day=LISTED, loaded_on=None, **values):
        arrears_list = self.preview(*rows, day=day, **values)
        arrears_list.load(loaded_on or day)
        return arrears_list

    def counts(self, arrears_list):
        names = ("new", "changed", "unchanged", "gone", "error")
        return {name: count for name in names if (count := arrears_list[f"{name}_count"])}

    def items_of(self, policy=None):
        policy = policy or self.theirs
        return self.env["arrears.item"].search([("policy_ids", "in", policy.ids)], order="id")

    def gaps_of(self, policy=None):
        return (policy or self.theirs).gap_ids.sorted("id")

    def state_of_world(self):
        """Return everything that loading a list may change, to see that it did not."""
        self.env.flush_all()
        found = {}
        for table in (
            *("arrears_item", "arrears_case", "arrears_case_history", "insurance_coverage_gap"),
            *("insurance_policy", "arrears_notice", "arrears_fee", "arrears_action"),
        ):
            self.env.cr.execute(SQL("SELECT * FROM %s ORDER BY id", SQL.identifier(table)))
            rows = self.env.cr.dictfetchall()
            found[table] = [
                {k: v for k, v in row.items() if k not in ("write_date", "write_uid")}
                for row in rows
            ]
        return found
