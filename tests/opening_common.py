"""Files with running cases of an earlier system, and what they become."""

import base64
import csv
import io
from datetime import date

from odoo.tests import tagged

from .common import ArrearsCommon

DUE = date(2026, 1, 15)
SENT = date(2026, 2, 3)  # a Tuesday; received on the 4th, so the last day is the 18th
LAST_DAY = date(2026, 2, 18)
OPENING = date(2026, 2, 10)
LATER = date(2026, 2, 27)


@tagged("post_install", "-at_install")
class OpeningCommon(ArrearsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Letters are not the subject here: who gets mail costs no PDF.
        cls.customer.write(
            {"email": "j.devries@example.com", "e_notice_consent_date": date(2024, 1, 1)}
        )
        cls.openings = cls.env["arrears.opening"]

    @classmethod
    def opening(cls, *rows, day=OPENING, **values):
        """Return an opening state with these rows in a CSV file; a row is a dict."""
        header = list(dict.fromkeys(name for row in rows for name in row))
        text = io.StringIO()
        writer = csv.DictWriter(text, header, delimiter=";", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        return cls.openings.create(
            {
                "company_id": cls.company.id,
                "day": day,
                "file": base64.b64encode(text.getvalue().encode()),
                "file_name": "cases.csv",
                **values,
            }
        )

    @classmethod
    def take_over(cls, *rows, **values):
        """Check and take over a file, as a manager does with the two buttons."""
        opening = cls.opening(*rows, **values)
        opening.action_check()
        opening.action_load()
        return opening

    @staticmethod
    def letter(move, **values):
        """Return the row of a good 14-day letter over an invoice, without a fee."""
        return {
            "invoice": move.name,
            "stage": "14-day notice",
            "sent on": SENT.isoformat(),
            "channel": "post",
            "names suspension": "yes",
            **{name.replace("_", " "): value for name, value in values.items()},
        }

    def look(self, *rows, **values):
        """Check a file and return its rows."""
        opening = self.opening(*rows, **values)
        opening.action_check()
        return opening.line_ids

    def assertRefused(self, words, *rows, **values):
        """Check that a row is refused with these words, and that nothing can be taken over."""
        lines = self.look(*rows, **values)
        refused = lines.filtered(lambda line: line.state == "refused")
        self.assertTrue(refused, lines.mapped("message"))
        self.assertRegex(" / ".join(refused.mapped("message")), words)
        self.assertFalse(lines.item_id.filtered(lambda item: item.notice_line_ids))
        return lines

    @classmethod
    def book_fee(cls, amount=40.0, partner=None, day=LATER):
        """Return a posted entry in the books that carries a fee of the old system."""
        partner = partner or cls.customer
        entry = cls.env["account.move"].create(
            {
                "move_type": "entry",
                "date": day,
                "journal_id": cls.company.arrears_fee_journal_id.id,
                "line_ids": [
                    (
                        0,
                        0,
                        {
                            "account_id": partner.property_account_receivable_id.id,
                            "partner_id": partner.id,
                            "date_maturity": day,
                            "debit": amount,
                        },
                    ),
                    (
                        0,
                        0,
                        {"account_id": cls.company.arrears_fee_account_id.id, "credit": amount},
                    ),
                ],
            }
        )
        entry.action_post()
        return entry
