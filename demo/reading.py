"""Read the portfolio's CSV files and find what is wrong with their rows.

Plain Python. What is found here names file, row, field and reason; what only Odoo can know
(a record that does not exist, a rule of a model) is found by `portfolio.py` while loading.
"""

import csv
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

from stdnum.iso7064 import mod_97_10  # stdnum.iban needs a data file that Odoo's importer hides
from stdnum.nl import btw

from .generate import COLUMNS

REQUIRED = {
    "insurers.csv": ("name", "is_insurer"),
    "customers.csv": ("name",),
    "policies.csv": (
        "name",
        "partner_id/id",
        "insurer_id/id",
        "line_of_business",
        "frequency",
        "premium",
        "start_date",
    ),
    "invoices.csv": ("move_type", "partner_id/id", "invoice_date", "invoice_date_due"),
    "payments.csv": ("invoice_id", "credited_on", "booked_on", "amount"),
}
# Of every row, those that only add a line included.
REQUIRED_OF_LINES = ("invoice_line_ids/insurance_policy_id/id", "invoice_line_ids/price_unit")


@dataclass(frozen=True)
class BadRow:
    """Why a row cannot be loaded; `row` counts as an editor does, the header being row 1."""

    file: str
    row: int
    field: str
    reason: str

    def __str__(self):
        place = f"{self.file}, row {self.row}"
        return f"{place}, {self.field}: {self.reason}" if self.field else f"{place}: {self.reason}"


@dataclass(frozen=True)
class Record:
    """One record of a file: its first row, and the rows below it that only add lines."""

    numbers: tuple
    rows: tuple


@dataclass(frozen=True)
class Table:
    """The sound records of one file, and the bad rows that were left out."""

    name: str
    header: tuple
    records: tuple
    bad: tuple

    def cells(self, record):
        """Return the first row of a record as {column: text}."""
        return dict(zip(self.header, record.rows[0], strict=True))

    def numbered_cells(self, record):
        """Yield (row number, {column: text}) for each row of a record."""
        for number, row in zip(record.numbers, record.rows, strict=True):
            yield number, dict(zip(self.header, row, strict=True))


def read_table(folder, name):
    """Return the Table of one file; a file that cannot be read has one bad row and no records."""
    try:
        with (Path(folder) / name).open(encoding="utf-8-sig", newline="") as source:
            header, rows, bad = _read_rows(csv.reader(source, strict=True), name)
    except FileNotFoundError:
        return Table(name, (), (), (BadRow(name, 1, "", "the file is missing"),))
    except UnicodeDecodeError as error:
        reason = f"the file is not UTF-8 text ({error.reason} at byte {error.start})"
        return Table(name, (), (), (BadRow(name, 1, "", reason),))
    if missing := [column for column in COLUMNS[name].split(",") if column not in header]:
        reason = "this column is missing in the header"
        return Table(name, header, (), tuple(BadRow(name, 1, m, reason) for m in missing))
    return _check(Table(name, header, _records(header, rows), tuple(bad)))


def _read_rows(reader, name):
    """Return the header, the (row number, cells) that fit it, and the bad rows."""
    header, rows, bad = (), [], []
    number = 1
    try:
        for cells in reader:
            cells = tuple(cell.strip() for cell in cells)
            if not header:
                header = cells
            elif len(cells) == len(header):
                rows.append((number, cells))
            elif any(cells):
                reason = f"the row has {len(cells)} values, the header has {len(header)}"
                bad.append(BadRow(name, number, "", reason))
            number = reader.line_num + 1
    except csv.Error as error:
        bad.append(BadRow(name, number, "", f"not readable as CSV from here on: {error}"))
    return header, [row for row in rows if any(row[1])], bad


def _records(header, rows):
    """Group rows into records: a row without an id, or a name of its own, adds a line."""
    key = header.index("id")
    lines = [place for place, column in enumerate(header) if "_line_ids/" in column]
    groups = []
    for number, cells in rows:
        only_lines = not any(cell for place, cell in enumerate(cells) if place not in lines)
        if groups and not cells[key] and only_lines:
            groups[-1].append((number, cells))
        else:
            groups.append([(number, cells)])
    return tuple(Record(*map(tuple, zip(*group, strict=True))) for group in groups)


def _check(table):
    """Return the table without the records that are wrong by themselves."""
    seen = {}

    def problems(record):
        cells, number = table.cells(record), record.numbers[0]
        found = [*_identity_problems(cells, seen), *_value_problems(table.name, cells)]
        seen.setdefault(cells["id"], number)
        yield from (BadRow(table.name, number, field, reason) for field, reason in found)
        for number, cells in table.numbered_cells(record):
            for field in REQUIRED_OF_LINES:
                if cells.get(field) == "":
                    yield BadRow(table.name, number, field, "the value is missing")

    return without_bad(table, problems)


def without_bad(table, problems):
    """Return the table without the records that have problems, these added to its bad rows.

    :param problems: function from a record to an iterable of BadRow
    """
    found = [(record, list(problems(record))) for record in table.records]
    sound = tuple(record for record, bad in found if not bad)
    return replace(table, records=sound, bad=(*table.bad, *(b for _, bad in found for b in bad)))


def _identity_problems(cells, seen):
    if not cells["id"]:
        yield "id", "every record needs an id"
    elif cells["id"] in seen:
        yield "id", f"{cells['id']} is used already, on row {seen[cells['id']]}"


def _value_problems(name, cells):
    """Yield (field, reason) for what is missing, and for check digits, dates and amounts."""
    for field in REQUIRED[name]:
        if not cells[field]:
            yield field, "the value is missing"
    number = cells.get("bank_ids/acc_number")
    if number and not is_iban(number):
        yield "bank_ids/acc_number", f"{number} is not an IBAN: its check digits do not fit"
    number = cells.get("vat")
    if number and cells["country_id/id"] == "base.nl" and not btw.is_valid(number):
        yield "vat", f"{number} is not a Dutch VAT number: its check digits do not fit"
    if (premium := cells.get("premium")) and to_amount(premium) is None:
        yield "premium", f"{premium!r} is not an amount above 0 in euro, such as 96.40"
    if name == "payments.csv":
        yield from _payment_problems(cells)


def is_iban(number):
    """Tell whether the text is an IBAN whose check digits fit; Odoo checks the country's length."""
    number = number.replace(" ", "").upper()
    return number.isalnum() and mod_97_10.is_valid(number[4:] + number[:4])


def _payment_problems(cells):
    """Yield (field, reason) for the days and the amount of one payment."""
    days = {}
    for field in ("credited_on", "booked_on", "storno_on"):
        try:
            days[field] = to_day(cells[field])
        except ValueError:
            yield field, f"{cells[field]!r} is not a day such as 2026-01-31"
    if cells["amount"] and to_amount(cells["amount"]) is None:
        yield "amount", f"{cells['amount']!r} is not an amount above 0 in euro, such as 96.40"
    credited_on, booked_on, storno_on = map(days.get, ("credited_on", "booked_on", "storno_on"))
    if credited_on and booked_on and booked_on < credited_on:
        yield "booked_on", "the office cannot book a payment before the bank credited it"
    if booked_on and storno_on and storno_on < booked_on:
        yield "storno_on", "a direct debit cannot be reversed before it was booked"


def to_day(text):
    """Return the date of an ISO text, None for an empty one; ValueError for anything else."""
    return date.fromisoformat(text) if text else None


def to_amount(text):
    """Return a positive amount with at most two decimals as Decimal, else None."""
    try:
        amount = Decimal(text)
    except InvalidOperation:
        return None
    if not amount.is_finite() or amount <= 0 or amount.as_tuple().exponent < -2:
        return None
    return amount
