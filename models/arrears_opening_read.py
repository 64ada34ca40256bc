"""Reading an opening file: rows from cells, each with the invoice it is about."""

import hashlib
import json
from decimal import Decimal

from odoo import models
from odoo.exceptions import UserError

from .arrears_opening_columns import BY_FIELD, HEADERS, get_header, plain, read_cell
from .arrears_opening_line import Findings

# Worked out here when the file leaves them empty.
GIVEN = {"received_on": "receipt_given", "last_day": "last_day_given"}


class ArrearsOpening(models.Model):
    _inherit = "arrears.opening"

    def _examine(self):
        """Read the file afresh and judge each row; what was found before is forgotten.

        Nothing is made but the rows themselves.

        :return: what ``_judge`` found of the rows without errors
        :raise UserError: when the file cannot be read, or has a column that is not known
        """
        self.ensure_one()
        if self.state == "loaded":
            raise UserError(self.env._("This file was taken over already."))
        if not self.file:
            raise UserError(self.env._("Choose a file with the cases first."))
        vals_list, cell_errors = self._read_rows()
        self.line_ids.unlink()
        lines = self.env["arrears.opening.line"].create(vals_list)
        found = Findings()
        for line, errors in zip(lines, cell_errors, strict=True):
            found.errors[line] += errors
        lines._find_known(found)
        fresh = lines.filtered(lambda line: line not in found.known)
        fresh._check_days(found)
        fresh._find_invoices(found)
        with_invoice = fresh.filtered("move_line_id")
        with_invoice._find_stages(found)
        with_invoice._find_entries(found)
        with_invoice._find_policies(found)
        with_invoice._find_handlers(found)
        with_invoice._find_letter_files(found)
        judged = with_invoice.filtered(lambda line: not found.errors[line])._judge(found)
        lines._conclude(found)
        self.state = "checked"
        return judged

    def _read_rows(self):
        """Return the values of each row, and beside them what is wrong with its cells, in words."""
        header, rows = self.env["arrears.table"]._read_table(self.file, self.file_name)
        columns = self._match_header(header)
        vals_list, errors_list = [], []
        for number, row in rows:
            values, errors = {}, []
            for name, cell in row.items():
                column = columns[name]
                try:
                    value = read_cell(column, cell)
                except ValueError:
                    errors.append(self._describe_cell(column, name, cell))
                    continue
                if value is not None:
                    values[column.field] = value
            vals_list.append(self._prepare_line_vals(number, values))
            errors_list.append(errors)
        return vals_list, errors_list

    def _match_header(self, header):
        """Return the column that each header means.

        :raise UserError: for a header that is not known, that comes twice, or no invoice number
        """
        columns = {}
        for name in header:
            field = HEADERS.get(plain(name))
            if not field:
                raise UserError(
                    self.env._(
                        "Column “%s” is not known. Download the template to see which columns "
                        "there are.",
                        name,
                    )
                )
            if BY_FIELD[field] in columns.values():
                raise UserError(self.env._("Two columns have the meaning of “%s”.", name))
            columns[name] = BY_FIELD[field]
        if BY_FIELD["invoice"] not in columns.values():
            raise UserError(self.env._("The file has no column with the number of the invoice."))
        return columns

    def _describe_cell(self, column, name, cell):
        texts = {
            "day": self.env._("a day such as 31-12-2025, not before July 2012"),
            "amount": self.env._("an amount in euros such as 45,00"),
            "flag": self.env._("yes or no"),
        }
        expected = texts.get(column.kind) or self.env._("one of the words in the template")
        return self.env._(
            "%(column)s: “%(cell)s” is not understood; %(expected)s is expected.",
            column=name,
            cell=cell,
            expected=expected,
        )

    def _prepare_line_vals(self, number, values):
        """Return the values of a row, with the fingerprint that tells it when it comes again."""
        said = json.dumps({name: str(value) for name, value in values.items()}, sort_keys=True)
        vals = {
            name: float(value) if isinstance(value, Decimal) else value
            for name, value in values.items()
        }
        vals |= {flag: name in values for name, flag in GIVEN.items()}
        return {
            **vals,
            "opening_id": self.id,
            "row": number,
            "fingerprint": hashlib.sha256(said.encode()).hexdigest(),
        }


class ArrearsOpeningLine(models.Model):
    _inherit = "arrears.opening.line"

    def _find_known(self, found):
        """Tell the rows that were taken over before, or stand in this file twice."""
        before = {
            fingerprint
            for (fingerprint,) in self._read_group(
                [
                    ("company_id", "=", self.company_id.id),
                    ("state", "=", "loaded"),
                    ("fingerprint", "in", self.mapped("fingerprint")),
                ],
                ["fingerprint"],
            )
        }
        first = {}
        for line in self:
            if line.fingerprint in before:
                found.known[line] = self.env._("This very row was taken over before.")
            elif line.fingerprint in first:
                found.known[line] = self.env._("The same as row %s.", first[line.fingerprint])
            first.setdefault(line.fingerprint, line.row)

    def _check_days(self, found):
        """Refuse rows whose own cells contradict each other."""
        for line in self:
            found.errors[line] += line._get_contradictions()

    def _get_contradictions(self):
        """Return in words what cannot be so in this row, whatever the books say."""
        self.ensure_one()
        day, notice = self.opening_id.day, bool(self.stage or self.kind)
        future = [
            get_header(name, self.env.lang)
            for name in (
                "sent_on",
                "received_on",
                "fee_charged_on",
                "suspended_since",
                "hold_start",
            )
            if self[name] and self[name] > day
        ]
        texts = {
            self.env._(
                "%(fields)s: later than %(day)s.", fields=", ".join(future), day=day
            ): future,
            self.env._("Stage: when was the letter sent?"): notice and not self.sent_on,
            self.env._("Sent on: which stage was it?"): self.sent_on and not notice,
            self.env._("Channel: post or e-mail?"): self.sent_on and not self.channel,
            self.env._("Received on: before it was sent."): (
                self.sent_on and self.received_on and self.received_on < self.sent_on
            ),
            self.env._("Last day to pay: before it was received."): (
                self.last_day and self.last_day < (self.received_on or self.sent_on or day)
            ),
            self.env._("Hold: from which day, and why?"): (
                self.hold_kind and not (self.hold_start and self.hold_reason)
            ),
            self.env._("Hold: dispute, debt help, deferral or other?"): (
                (self.hold_start or self.hold_reason) and not self.hold_kind
            ),
        }
        return [text for text, wrong in (texts | self._get_fee_contradictions()).items() if wrong]

    def _get_fee_contradictions(self):
        """Return the texts about the fee's cells, each with whether it is so."""
        charged = self.fee_charged_on or self.fee_entry
        told = self.fee_announced or not (charged or self.fee_choice or self.fee_vat)
        return {
            self.env._("Fee: no fee was announced that could be charged."): not told,
            self.env._("Fee: no letter announced it."): self.fee_announced and not self.sent_on,
            self.env._("Fee: it is either in the books or not; fill in one of the two."): (
                self.fee_entry and self.fee_choice
            ),
            self.env._("Fee not in the books: why is it booked now or let go?"): (
                self.fee_choice and not self.fee_reason
            ),
            self.env._(
                "Fee: it was charged. Which entry carries it? Or fill in “Fee not in the books”: "
                "book or leave."
            ): (self.fee_charged_on and not (self.fee_entry or self.fee_choice)),
        }

    def _find_invoices(self, found):
        """Find the receivable line that each row is about."""
        moves = self.env["account.move"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("move_type", "=", "out_invoice"),
                ("name", "in", list(filter(None, set(self.mapped("invoice"))))),
            ]
        )
        by_name = moves.grouped("name")
        receivables = self.env["account.move.line"].search(
            [("move_id", "in", moves.ids), ("account_type", "=", "asset_receivable")]
        )
        by_move = receivables.grouped("move_id")
        policies = self.env["arrears.item"]._get_policies_by_move(moves)
        for line in self:
            move = by_name.get(line.invoice, moves.browse())
            mine = by_move.get(move, receivables.browse()) if len(move) == 1 else receivables[:0]
            if line.due_date:
                mine = mine.filtered(lambda row, day=line.due_date: row.date_maturity == day)
            if error := line._get_invoice_error(move, mine, policies):
                found.errors[line].append(error)
                continue
            line.write(
                {
                    "move_line_id": mine.id,
                    "partner_id": move.commercial_partner_id.id,
                    "due_date": mine.date_maturity,
                }
            )

    def _get_invoice_error(self, move, receivable, policies):
        """Return in words why this row has no single overdue premium, or nothing."""
        if not self.invoice:
            return self.env._("Invoice: which one?")
        if len(move) != 1 or move.state != "posted":
            return self.env._("Invoice %s is not known here as a posted invoice.", self.invoice)
        if move not in policies:
            return self.env._("Invoice %s carries no premium of a policy.", self.invoice)
        if len(receivable) != 1:
            return self.env._(
                "Invoice %s has more than one instalment, or none due on that day: fill in the due "
                "date.",
                self.invoice,
            )
        if receivable.date_maturity >= self.opening_id.day:
            return self.env._("Invoice %s is not overdue on that day.", self.invoice)
        if receivable.no_followup:
            return self.env._("Invoice %s is marked as not to be followed up.", self.invoice)
        return None
