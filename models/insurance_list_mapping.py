"""How an insurer writes its arrears list: which column is what, how amounts and days look."""

import re
import unicodedata

from odoo import api, fields, models
from odoo.exceptions import UserError

# What a column can tell, with the words by which it is recognised; the longest word that is found
# decides. The first three have to be there.
COLUMNS = {
    "policy": ("polisnummer", "polisnr", "polis", "contractnummer", "policynumber", "policy"),
    "amount": (
        *("openstaandbedrag", "openbedrag", "bedrag", "openstaand", "achterstand", "saldo"),
        *("amountopen", "amount", "premie", "premium"),
    ),
    "due_date": (
        *("premievervaldatum", "vervaldatum", "vervaldag", "premiedatum", "betaaldatum"),
        *("duedate", "dueon", "due"),
    ),
    "customer": (
        *("verzekeringnemer", "naamklant", "klantnaam", "klant", "relatie", "naam"),
        *("policyholder", "customer", "name"),
    ),
    "reference": (
        *("factuurnummer", "notanummer", "referentie", "kenmerk", "dossier", "factuur", "nota"),
        *("reference", "invoice"),
    ),
    "insurer_stage": ("statusincasso", "incassostatus", "status", "stadium", "fase", "stage"),
    "suspended_since": (
        *("opgeschortsinds", "opgeschortper", "opgeschort", "geschorstper", "geschorst"),
        *("opschorting", "suspendedsince", "suspended", "dekkingtot"),
    ),
    "resumed_on": ("hervatper", "hervatop", "hervat", "hervatting", "dekkinghersteld", "resumed"),
    "ended_on": (
        *("royementsdatum", "royementdatum", "geroyeerdper", "geroyeerd", "royement", "beeindigd"),
        *("einddatum", "endedon", "ended", "terminated"),
    ),
}
NEEDED = ("policy", "amount", "due_date")
FIELDS = [
    ("policy", "Policy number"),
    ("customer", "Name of the customer"),
    ("due_date", "Due date"),
    ("amount", "Amount open"),
    ("reference", "The insurer's reference"),
    ("insurer_stage", "The insurer's stage"),
    ("suspended_since", "Cover suspended since"),
    ("resumed_on", "Cover resumed on"),
    ("ended_on", "Policy ended on"),
]
DATE_FORMATS = [
    ("dmy", "Day, month, year: 31-12-2026"),
    ("ymd", "Year, month, day: 2026-12-31"),
    ("mdy", "Month, day, year: 12-31-2026"),
]
# An amount whose last group after a point or comma has one or two digits has decimals.
DECIMALS = re.compile(r"([.,])\d{1,2}$")
PLAIN_NUMBER = re.compile(r"^-?\d+\.\d+$")
DAY_PARTS = re.compile(r"^(\d{1,4})[-/. ](\d{1,2})[-/. ](\d{1,4})")


class InsuranceListMapping(models.Model):
    _name = "insurance.list.mapping"
    _description = "Columns of an Insurer's List"
    _check_company_auto = True
    _rec_name = "insurer_id"

    insurer_id = fields.Many2one(
        "res.partner",
        required=True,
        index=True,
        check_company=True,
        domain=[("is_insurer", "=", True)],
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    column_ids = fields.One2many("insurance.list.mapping.column", "mapping_id", string="Columns")
    decimal_sign = fields.Selection(
        [("comma", "Comma: 1.250,50"), ("point", "Point: 1,250.50")],
        string="Decimal sign",
        required=True,
        default="comma",
        help="Of amounts that are written as text; numbers of a spreadsheet need none.",
    )
    date_format = fields.Selection(
        DATE_FORMATS,
        string="Dates are written as",
        required=True,
        default="dmy",
        help="Of dates that are written as text; dates of a spreadsheet need none.",
    )
    key_header = fields.Char(
        string="Unique key",
        compute="_compute_key_header",
        help="The column that tells rows apart; empty: policy number and due date together.",
    )

    _one_per_insurer = models.UniqueIndex(
        "(company_id, insurer_id)", "The columns of this insurer's list are known already."
    )

    @api.depends("column_ids.is_key", "column_ids.header")
    def _compute_key_header(self):
        for mapping in self:
            mapping.key_header = mapping.column_ids.filtered("is_key")[:1].header

    # === PROPOSE === #

    @api.model
    def _get_or_create(self, insurer, company):
        """Return what is remembered of an insurer's list, made when it is the first."""
        found = self.search([("insurer_id", "=", insurer.id), ("company_id", "=", company.id)])
        return found or self.create({"insurer_id": insurer.id, "company_id": company.id})

    def _learn(self, header, rows, spreadsheet):
        """Take in the columns of a file: new ones are proposed, known ones stay as they were.

        :param header: the headers, in order
        :param rows: (row number, dict from header to cell) pairs, for examples and formats
        :param spreadsheet: whether cells can be numbers, which are written with a point always
        """
        self.ensure_one()
        known = self.column_ids.grouped("header")
        first = not self.column_ids
        taken = {column.field for name, column in known.items() if name in header and column.field}
        new = [name for name in header if name not in known]
        guessed = _guess(new, taken)
        examples = {name: _first_text(name, rows) for name in header}
        for name, column in known.items():
            if name in examples and column.example != examples[name]:
                column.example = examples[name]
        self.env["insurance.list.mapping.column"].create(
            [
                {
                    "mapping_id": self.id,
                    "header": name,
                    "field": guessed.get(name, False),
                    "example": examples[name],
                    "sequence": 10 * header.index(name),
                }
                for name in new
            ]
        )
        if first:
            self._guess_formats(rows, spreadsheet)

    def _guess_formats(self, rows, spreadsheet):
        """Propose the decimal sign and the order of dates by the first list."""
        headers = self._get_headers()
        amounts = [str(row.get(headers.get("amount"), "")).strip() for _number, row in rows]
        if spreadsheet:
            amounts = [text for text in amounts if not PLAIN_NUMBER.match(text)]
        signs = [found[1] for text in amounts if (found := DECIMALS.search(text))]
        self.decimal_sign = "point" if signs.count(".") > signs.count(",") else "comma"
        days = [row.get(headers.get("due_date"), "") for _number, row in rows]
        # Dates of a spreadsheet come as dates, and need no format.
        texts = [day.strip() for day in days if isinstance(day, str)]
        parts = [found for text in texts if (found := DAY_PARTS.match(text))]
        if any(len(found[1]) == 4 for found in parts):
            self.date_format = "ymd"
        elif any(int(found[2]) > 12 for found in parts):
            self.date_format = "mdy"

    # === USE === #

    @api.model
    def _get_field_labels(self):
        """Return the name of what a column can tell, in the user's language, by code."""
        field = self.env["insurance.list.mapping.column"]._fields["field"]
        return dict(field._description_selection(self.env))

    def _get_headers(self):
        """Return which header tells what: dict from a code of ``FIELDS`` to the header."""
        self.ensure_one()
        return {column.field: column.header for column in self.column_ids if column.field}

    def _get_headers_in(self, header):
        """Return which header of a file tells what, when everything needed is there.

        :param header: the headers of the file
        :raise UserError: names the columns that are missing
        """
        self.ensure_one()
        columns = self.column_ids.filtered(lambda column: column.header in header)
        labels = self._get_field_labels()
        headers = {}
        for column in columns.filtered("field"):
            if column.field in headers:
                raise UserError(
                    self.env._(
                        "Columns “%(one)s” and “%(other)s” are both used as %(field)s. Choose one.",
                        one=headers[column.field],
                        other=column.header,
                        field=labels[column.field],
                    )
                )
            headers[column.field] = column.header
        missing = [labels[code] for code in NEEDED if code not in headers]
        if missing:
            raise UserError(
                self.env._(
                    "The list has no column for: %(missing)s. Its columns are: %(header)s. Choose "
                    "under Columns which one it is.",
                    missing=", ".join(missing),
                    header=", ".join(header),
                )
            )
        if (key := self.key_header) and key not in header:
            raise UserError(self.env._("The list has no column “%s”, its unique key.", key))
        return headers


class InsuranceListMappingColumn(models.Model):
    _name = "insurance.list.mapping.column"
    _description = "Column of an Insurer's List"
    _order = "mapping_id, sequence, id"
    _rec_name = "header"

    mapping_id = fields.Many2one(
        "insurance.list.mapping", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="mapping_id.company_id", store=True, index=True)
    sequence = fields.Integer(default=10)
    header = fields.Char(string="Column in the file", required=True)
    field = fields.Selection(FIELDS, string="Is used as")
    is_key = fields.Boolean(
        string="Tells rows apart",
        help="No two rows have the same value here. Without such a column, policy number and due "
        "date together tell rows apart.",
    )
    example = fields.Char(readonly=True)

    _header_unique = models.UniqueIndex("(mapping_id, header)", "This column is there already.")
    _one_key = models.UniqueIndex(
        "(mapping_id) WHERE is_key", "Only one column can tell the rows apart."
    )


def _plain(text):
    """Return a header in small letters and digits only, without accents."""
    decomposed = unicodedata.normalize("NFKD", str(text)).casefold()
    return "".join(sign for sign in decomposed if sign.isalnum())


def _guess(header, taken):
    """Return which new headers tell what: dict from header to code, each code once."""
    found = []
    for name in header:
        for code, words in COLUMNS.items():
            fits = [len(word) for word in words if word in _plain(name)]
            if fits and code not in taken:
                found.append((max(fits), name, code))
    guessed = {}
    for _length, name, code in sorted(found, key=lambda row: -row[0]):
        if name not in guessed and code not in guessed.values():
            guessed[name] = code
    return guessed


def _first_text(name, rows):
    return next((str(row[name]) for _number, row in rows if str(row.get(name, "")).strip()), "")
