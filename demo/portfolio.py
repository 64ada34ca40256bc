"""Load the portfolio's CSV files into Odoo, and book what they say day by day.

Loading goes through Odoo's own `load()`, booking through its accounting methods.
"""

from collections import defaultdict
from pathlib import Path

from odoo.exceptions import UserError

from .reading import BadRow, Table, read_table, to_amount, to_day, without_bad

FOLDER = Path(__file__).parent
MODELS = {
    "insurers.csv": "res.partner",
    "customers.csv": "res.partner",
    "policies.csv": "insurance.policy",
    "invoices.csv": "account.move",
}
# Premium is exempt from VAT: without this column the tax of the income account would come along.
NO_TAX = {"invoices.csv": ("invoice_line_ids/tax_ids/id", "")}
QUIET = {"tracking_disable": True, "mail_create_nolog": True, "mail_create_nosubscribe": True}


def load_portfolio(env, folder=FOLDER, skip_errors=False):
    """Load all files of a folder: insurers, customers, policies, draft invoices, payments.

    :param env: environment of the office's company
    :param folder: where the CSV files are
    :param skip_errors: load the sound rows and leave the bad ones out
    :return: the Portfolio, with the bad rows in `bad_rows`
    :raise UserError: when a row is bad and `skip_errors` is not set; it names every bad row with
        file, row number, field and reason, and then nothing has been loaded
    """
    env = env(context={**env.context, **QUIET})
    bad_rows = []
    with env.cr.savepoint():
        for name, model in MODELS.items():
            table = _without_dangling(env, read_table(folder, name))
            bad_rows += [*table.bad, *_load_table(env[model], _without_tax(table))]
        payments = read_table(folder, "payments.csv")
        portfolio = Portfolio(env, payments, bad_rows)
        if bad_rows and not skip_errors:
            raise UserError(_report(env, bad_rows))
    return portfolio


def _report(env, bad_rows):
    """Return the error text that lists every bad row."""
    head = env._("Nothing was loaded: %(count)s rows have an error.", count=len(bad_rows))
    return "\n".join([head, *map(str, bad_rows)])


def _without_dangling(env, table):
    """Return the table without the records that refer to something that is not in the database."""
    references = [column for column in table.header if "/" in column and column.endswith("/id")]
    known = _known_ids(env, table, references)

    def problems(record):
        for number, cells in table.numbered_cells(record):
            for column in references:
                if cells[column] and cells[column] not in known:
                    reason = f"there is no {cells[column]}; look whether its own row is right"
                    yield BadRow(table.name, number, column, reason)

    return without_bad(table, problems)


def _known_ids(env, table, columns):
    """Return those external ids in these columns that the database knows, in one query."""
    places = [table.header.index(column) for column in columns]
    ids = {row[place] for record in table.records for row in record.rows for place in places}
    names = [full.partition(".")[2] for full in ids]
    found = env["ir.model.data"].search_fetch([("name", "in", names)], ["module", "name"])
    return {f"{data.module}.{data.name}" for data in found}


def _without_tax(table):
    """Return the table with an empty tax column when its records are invoices."""
    column, empty = NO_TAX.get(table.name, (None, None))
    if column is None or column in table.header:
        return table
    records = tuple(
        type(record)(record.numbers, tuple((*row, empty) for row in record.rows))
        for record in table.records
    )
    return Table(table.name, (*table.header, column), records, table.bad)


def _load_table(model, table):
    """Load the records of a table; return the bad rows, whose records are left out."""
    rows = [list(row) for record in table.records for row in record.rows]
    if not rows or model.load(list(table.header), rows)["ids"]:
        return []
    # Only one record at a time does Odoo tell for certain which row is wrong.
    bad = []
    for record in table.records:
        result = model.load(list(table.header), [list(row) for row in record.rows])
        bad += [_bad_row(table.name, record, m) for m in result["messages"] if _is_error(m)]
    return bad


def _is_error(message):
    return message["type"] == "error"


def _bad_row(name, record, message):
    """Return Odoo's message about a record as a BadRow."""
    place = message.get("rows", {}).get("from", 0)
    path = message.get("field_path") or [message.get("field") or ""]
    field = "/".join(path) if isinstance(path, list) else path
    return BadRow(name, record.numbers[place], field, " ".join(str(message["message"]).split()))


class Portfolio:
    """The loaded office: posts its invoices, books and reverses its payments up to a day.

    :param env: environment of the office's company
    :param payments: the Table of payments.csv
    :param bad_rows: list of BadRow; those of the payments are added to it
    """

    def __init__(self, env, payments, bad_rows):
        self.env = env
        self.bad_rows = bad_rows
        invoices = env["ir.model.data"].search_fetch(
            [("model", "=", "account.move"), ("module", "=", "demo_portfolio")],
            ["module", "name", "res_id"],
        )
        self._invoices = {f"{data.module}.{data.name}": data.res_id for data in invoices}
        self._to_post, self._to_book = defaultdict(list), defaultdict(list)
        self._to_reverse = defaultdict(list)
        for move in env["account.move"].browse(self._invoices.values()):
            if move.state == "draft":
                self._to_post[move.invoice_date].append(move.id)
        self._plan_payments(payments)

    def _plan_payments(self, table):
        """Sort the payments by the day on which the office books them."""
        self.bad_rows += table.bad
        for record in table.records:
            cells = table.cells(record)
            if cells["invoice_id"] in self._invoices:
                self._to_book[to_day(cells["booked_on"])].append(cells)
                continue
            reason = f"there is no {cells['invoice_id']}; look whether its own row is right"
            self.bad_rows.append(BadRow(table.name, record.numbers[0], "invoice_id", reason))

    def post_invoices(self, day):
        """Post the invoices dated up to and including `day`; return them."""
        moves = self.env["account.move"].browse(_take_until(self._to_post, day))
        moves.action_post()
        return moves

    def book_payments(self, day):
        """Book the payments that the office books up to and including `day`; return them.

        A payment settles its invoice; what it has more goes to the debtor's open collection fees.
        """
        rows = _take_until(self._to_book, day)
        payments = self.env["account.payment"].create([self._payment_vals(row) for row in rows])
        payments.action_post()
        self._reconcile(rows, payments)
        for row, payment in zip(rows, payments, strict=True):
            if row["storno_on"]:
                self._to_reverse[to_day(row["storno_on"])].append(payment.id)
        return payments

    def reverse_debits(self, day):
        """Reverse the direct debits whose storno comes up to and including `day`; return them."""
        payments = self.env["account.payment"].browse(_take_until(self._to_reverse, day))
        _receivable(payments.move_id).remove_move_reconcile()
        payments.action_cancel()
        return payments

    def _invoice(self, row):
        return self.env["account.move"].browse(self._invoices[row["invoice_id"]])

    def _payment_vals(self, row):
        """Return the values of the payment of one row."""
        invoice = self._invoice(row)
        return {
            "payment_type": "inbound",
            "partner_type": "customer",
            "partner_id": invoice.commercial_partner_id.id,
            "amount": float(to_amount(row["amount"])),
            "date": row["credited_on"],
            "credited_on": row["credited_on"],
            "memo": invoice.ref,
        }

    def _reconcile(self, rows, payments):
        """Match each payment with its invoice, and what is left of it with fees of the debtor."""
        lines = self.env["account.move.line"]
        lines._reconcile_plan(
            [
                _receivable(self._invoice(row)) | _receivable(payment.move_id)
                for row, payment in zip(rows, payments, strict=True)
            ]
        )
        rests = _receivable(payments.move_id).filtered(lambda line: not line.reconciled)
        for rest in rests:
            if fee_lines := self._open_fee_lines(rest.partner_id):
                (rest | fee_lines).reconcile()

    def _open_fee_lines(self, partner):
        """Return the receivable lines of a debtor's booked fees that are still open."""
        fees = self.env["arrears.fee"].search(
            [("partner_id", "=", partner.id), ("state", "=", "booked")], order="id"
        )
        return fees.move_line_id.filtered(lambda line: not line.reconciled)


def _receivable(moves):
    """Return the receivable lines of these entries."""
    return moves.line_ids.filtered(lambda line: line.account_type == "asset_receivable")


def _take_until(by_day, day):
    """Remove and return, in order, what a {day: list} holds up to and including `day`."""
    days = sorted(key for key in by_day if key <= day)
    return [entry for key in days for entry in by_day.pop(key)]
