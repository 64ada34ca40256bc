"""The columns of an opening file: their headers in two languages, and how a cell is read."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import NamedTuple


class Column(NamedTuple):
    """A column of the file, its header in English and Dutch, and what an example row has in it."""

    field: str
    kind: str  # text, day, amount, flag, or the name of a list of words
    english: str
    dutch: str
    example: str | date | float = ""


COLUMNS = (
    Column("invoice", "text", "Invoice", "Factuur", "2026/00123"),
    Column("due_date", "day", "Due date", "Vervaldatum"),
    Column("stage", "text", "Stage", "Stap"),
    Column("kind", "kinds", "Kind of notice", "Soort bericht"),
    Column("sent_on", "day", "Sent on", "Verzonden op", date(2026, 2, 3)),
    Column("channel", "channels", "Channel", "Kanaal", "post"),
    Column("received_on", "day", "Received on", "Ontvangen op"),
    Column("last_day", "day", "Last day to pay", "Laatste dag", date(2026, 2, 20)),
    Column("names_suspension", "flag", "Names suspension", "Noemt opschorting"),
    Column("amount", "amount", "Amount stated", "Genoemd bedrag", 45.0),
    Column("fee_announced", "amount", "Fee announced", "Kosten aangekondigd", 40.0),
    Column("fee_vat", "amount", "VAT on the fee", "Btw over de kosten"),
    Column("fee_charged_on", "day", "Fee charged on", "Kosten berekend op"),
    Column("fee_entry", "text", "Fee entry", "Boekstuk kosten"),
    Column("fee_choice", "choices", "Fee not in the books", "Kosten niet geboekt"),
    Column("fee_reason", "text", "Reason for the fee", "Reden kosten"),
    Column("suspended_since", "day", "Suspended since", "Opgeschort sinds"),
    Column("policies", "text", "Policies suspended", "Polissen opgeschort"),
    Column("hold_kind", "holds", "Hold", "Pauze"),
    Column("hold_start", "day", "Hold from", "Pauze vanaf"),
    Column("hold_reason", "text", "Reason of the hold", "Reden pauze"),
    Column("handler", "text", "Handler", "Behandelaar"),
    Column("letter", "text", "Letter file", "Bestand brief"),
)
BY_FIELD = {column.field: column for column in COLUMNS}

WORDS = {
    "kinds": {
        "reminder": ("reminder", "herinnering"),
        "formal_notice": ("formal notice", "14-day notice", "aanmaning", "14-dagenbrief"),
        "business_notice": ("business notice", "aanmaning bedrijf", "zakelijke aanmaning"),
        "final_notice": ("final notice", "laatste aanmaning", "sommatie"),
        "handover_notice": ("announcement of hand-over", "aankondiging overdracht"),
        "handover": ("hand-over", "overdracht"),
        "termination": ("termination", "royement"),
    },
    "channels": {
        "post": ("post", "letter", "brief"),
        "email": ("e-mail", "email", "mail"),
    },
    "choices": {
        "book": ("book", "boeken"),
        "leave": ("leave", "laten vervallen", "vervallen"),
    },
    "holds": {
        "dispute": ("dispute", "geschil"),
        "debt_help": ("debt help", "schuldhulp"),
        "deferral": ("deferral", "uitstel"),
        "deceased": ("deceased", "overleden", "overlijden"),
        "insolvency": ("insolvency", "bankruptcy", "wsnp", "insolventie", "faillissement"),
        "disaster": ("disaster", "ramp"),
        "other": ("other", "anders"),
    },
    "flag": {
        "yes": ("yes", "y", "true", "1", "x", "ja", "j", "waar"),
        "no": ("no", "n", "false", "0", "nee", "onwaar"),
    },
}
DAY_FORMATS = ("%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y", "%d.%m.%Y", "%Y-%m-%d %H:%M:%S")
# The tariff of the collection costs decree does not go back further.
FIRST_DAY = date(2012, 7, 1)


def plain(text):
    """Return a header or word as it is compared: small letters, single spaces."""
    return " ".join(str(text).replace("_", " ").lower().split())


HEADERS = {
    plain(header): column.field
    for column in COLUMNS
    for header in (column.english, column.dutch, column.field)
}
CODES = {
    kind: {word: code for code, words in table.items() for word in (*words, plain(code))}
    for kind, table in WORDS.items()
}


def get_header(name, lang):
    """Return the header of a column in the language of a user."""
    column = BY_FIELD[name]
    return column.dutch if (lang or "").startswith("nl") else column.english


def read_cell(column, cell):
    """Return the value of a cell: a text, a date, a Decimal, a bool or a code; None when empty.

    :raises ValueError: when the cell holds no such value
    """
    if isinstance(cell, str):
        cell = cell.strip()
    if cell in (None, ""):
        return None
    if column.kind == "text":
        return str(cell)
    if column.kind == "day":
        return _read_day(cell)
    if column.kind == "amount":
        return _read_amount(cell)
    try:
        code = CODES[column.kind][plain(cell)]
    except KeyError as error:
        raise ValueError(cell) from error
    return code == "yes" if column.kind == "flag" else code


def _read_day(cell):
    """Return a date; days come before months, as the Dutch write them."""
    if isinstance(cell, datetime):
        cell = cell.date()
    if not isinstance(cell, date):
        for pattern in DAY_FORMATS:
            try:
                cell = datetime.strptime(str(cell), pattern).replace(tzinfo=UTC).date()
                break
            except ValueError:
                continue
        else:
            raise ValueError(cell)
    if cell < FIRST_DAY:
        raise ValueError(cell)
    return cell


def _read_amount(cell):
    """Return euros; 1.234,50 and 1,234.50 and 45 are understood, a part of a cent is not."""
    text = re.sub(r"[€\s]", "", str(cell))
    if re.fullmatch(r"\d{1,3}(\.\d{3})*(,\d{1,2})?|\d+,\d{1,2}", text):
        text = text.replace(".", "").replace(",", ".")
    elif re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d{1,2})?", text):
        text = text.replace(",", "")
    try:
        amount = Decimal(text)
    except InvalidOperation as error:
        raise ValueError(cell) from error
    if not amount.is_finite() or amount < 0 or amount != round(amount, 2):
        raise ValueError(cell)
    return round(amount, 2)
