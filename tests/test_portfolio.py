"""The demonstration portfolio: what is in the files, and what the loader does with bad rows."""

import csv
import re
import tempfile
from collections import Counter, defaultdict
from datetime import date
from decimal import Decimal
from pathlib import Path

from stdnum.nl import btw

from odoo.exceptions import UserError
from odoo.tests import TransactionCase, tagged

from odoo.addons.premium_arrears.demo import generate
from odoo.addons.premium_arrears.demo.crowd import passes_eleven_test
from odoo.addons.premium_arrears.demo.portfolio import FOLDER, load_portfolio
from odoo.addons.premium_arrears.demo.reading import is_iban
from odoo.addons.premium_arrears.demo.story import OFFICE

ONE_YEAR = (date(2025, 7, 1), date(2026, 6, 30))


def rows_of(name, folder=FOLDER):
    """Return the rows of a CSV file as dicts."""
    with (Path(folder) / name).open(encoding="utf-8", newline="") as source:
        return list(csv.DictReader(source))


@tagged("post_install", "-at_install")
class TestPortfolioFiles(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customers = rows_of("customers.csv")
        cls.policies = rows_of("policies.csv")
        cls.invoices = rows_of("invoices.csv")
        cls.payments = rows_of("payments.csv")

    def test_generating_again_changes_nothing(self):
        for name, text in generate.build().items():
            with self.subTest(name):
                self.assertEqual((FOLDER / name).read_text(encoding="utf-8"), text)

    def test_the_office_is_large_enough(self):
        self.assertGreaterEqual(len(self.customers), 60)
        self.assertEqual(len(rows_of("insurers.csv")), 4)
        self.assertGreaterEqual(len(self.policies), 100)
        self.assertEqual({"consumer", "business"}, {row["debtor_type"] for row in self.customers})
        self.assertLessEqual(
            {"motor", "home", "liability", "legal", "package", "health_basic"},
            {row["line_of_business"] for row in self.policies},
        )
        self.assertLessEqual(
            {"monthly", "quarterly", "yearly"}, {row["frequency"] for row in self.policies}
        )
        days = [date.fromisoformat(d) for row in self.invoices if (d := row["invoice_date"])]
        self.assertTrue(ONE_YEAR[0] <= min(days) <= max(days) <= ONE_YEAR[1])
        self.assertEqual(len({(day.year, day.month) for day in days}), 12)

    def test_all_check_digits_are_valid(self):
        for row in self.customers:
            number = row["bank_ids/acc_number"]
            self.assertTrue(is_iban(number), number)
            self.assertFalse(passes_eleven_test(number[8:]), f"{number} may be somebody's")
        numbers = [row["vat"] for row in [*self.customers, *rows_of("insurers.csv")] if row["vat"]]
        self.assertGreater(len(numbers), 10)
        for number in numbers:
            self.assertTrue(btw.is_valid(number), number)

    def test_nobody_in_it_is_real(self):
        for row in self.customers:
            self.assertRegex(row["zip"], r"^[1-9]\d{3} [A-Z]{2}$")
            self.assertRegex(row["email"], r"^$|@example\.(com|org|net)$")
            self.assertRegex(row["phone"], r"^\+31 6 00\d{6}$")
        motor = [row for row in self.policies if row["line_of_business"] == "motor"]
        for row in motor:
            letters = re.sub(r"[^A-Z]", "", row["licence_plate"])
            self.assertTrue(set(letters) & set("AEIOU"), row["licence_plate"])

    def test_every_path_occurs(self):
        self.assertEqual(
            {
                "on time",
                "late",
                "in part",
                "never",
                "storno",
                "booked later",
                "more than the premium",
            },
            set(self._paths()),
        )

    def _paths(self):
        """Return how many invoices that fell due went each way."""
        due, asked, paid, invoice = {}, defaultdict(Decimal), defaultdict(list), ""
        for row in self.invoices:
            invoice = row["id"] or invoice
            due.setdefault(invoice, row["invoice_date_due"])
            asked[invoice] += Decimal(row["invoice_line_ids/price_unit"])
        for row in self.payments:
            paid[row["invoice_id"]].append(row)
        ways = Counter()
        for invoice, last_day in due.items():
            if last_day < "2026-06-30":
                ways.update(_ways(last_day, asked[invoice], paid[invoice]))
        return ways


def _ways(last_day, asked, payments):
    """Yield the ways in which one invoice was paid, or not."""
    if any(row["storno_on"] for row in payments):
        yield "storno"
        return
    if not payments:
        yield "never"
    for row in payments:
        yield "on time" if row["credited_on"] <= last_day else "late"
        if row["booked_on"] > row["credited_on"]:
            yield "booked later"
        if Decimal(row["amount"]) < asked:
            yield "in part"
        if Decimal(row["amount"]) > asked:
            yield "more than the premium"


@tagged("post_install", "-at_install")
class TestPortfolioLoading(TransactionCase):
    """Load the part of the portfolio that belongs to a few customers, good or spoiled."""

    NAMES = (
        "Annelies Verhoeven",
        "Bakkerij Graankorrel B.V.",
        "Marit Hoekstra",
        "Fatima el Amrani",
        "Noor Jacobs",
    )

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("nl_NL")
        cls.env["res.lang"]._activate_lang("en_US")

    def setUp(self):
        super().setUp()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        customers = {r["id"] for r in rows_of("customers.csv") if r["name"] in self.NAMES}
        policies = {r["id"] for r in rows_of("policies.csv") if r["partner_id/id"] in customers}
        invoices = {r["id"] for r in rows_of("invoices.csv") if r["partner_id/id"] in customers}
        self._copy("insurers.csv", lambda row: True)
        self._copy("customers.csv", lambda row: row["id"] in customers)
        self._copy("policies.csv", lambda row: row["id"] in policies)
        self._copy("invoices.csv", lambda row: row["id"] in invoices)
        self._copy("payments.csv", lambda row: row["invoice_id"] in invoices)

    def _copy(self, name, wanted):
        rows = [row for row in rows_of(name) if wanted(row)]
        self._write(name, rows)

    def _write(self, name, rows):
        with (self.folder / name).open("w", encoding="utf-8", newline="") as target:
            writer = csv.DictWriter(target, generate.COLUMNS[name].split(","))
            writer.writeheader()
            writer.writerows(rows)

    def _spoil(self, name, row, **values):
        """Change values on a row of a file; the row is counted as in the file."""
        rows = rows_of(name, self.folder)
        rows[row - 2].update({field.replace("__", "/"): text for field, text in values.items()})
        self._write(name, rows)

    def _loaded(self, model):
        return self.env["ir.model.data"].search_count(
            [("module", "=", "demo_portfolio"), ("model", "=", model)]
        )

    def _assert_refused(self, *starts):
        """Assert that loading fails over rows whose report starts like this, and loads nothing."""
        with self.assertRaises(UserError) as caught:
            load_portfolio(self.env, self.folder)
        lines = str(caught.exception).splitlines()[1:]
        self.assertEqual(len(lines), len(starts), lines)
        for line, start in zip(lines, starts, strict=True):
            self.assertTrue(line.startswith(start), f"{line!r} does not start with {start!r}")
        for model in ("res.partner", "insurance.policy", "account.move"):
            self.assertFalse(self._loaded(model), f"{model} was loaded all the same")

    def _invoice(self, portfolio, name):
        partner = self.env["res.partner"].search([("name", "=", name)])
        return self.env["account.move"].search(
            [("partner_id", "=", partner.id), ("invoice_date", ">=", "2026-01-01")],
            order="invoice_date",
            limit=1,
        )

    # === GOOD FILES === #

    def test_sound_files_are_loaded_whole(self):
        taxes = self.env["account.tax"].search(
            [("type_tax_use", "=", "sale"), ("amount", ">", 0)], limit=1
        )
        journals = self.env["account.journal"].search([("type", "=", "sale")])
        journals.default_account_id.tax_ids = taxes
        portfolio = load_portfolio(self.env, self.folder)
        self.assertFalse(portfolio.bad_rows)
        self.assertEqual(self._loaded("res.partner"), 4 + len(self.NAMES))
        for name, model in (("policies.csv", "insurance.policy"), ("invoices.csv", "account.move")):
            self.assertEqual(self._loaded(model), len(rows_of(name, self.folder)))
        invoice = self._invoice(portfolio, "Noor Jacobs")
        self.assertRecordValues(
            invoice,
            [{"state": "draft", "invoice_date_due": date(2026, 1, 15), "amount_tax": 0.0}],
        )
        self.assertEqual(
            invoice.invoice_line_ids.insurance_policy_id.partner_id.name, "Noor Jacobs"
        )
        self.assertFalse(invoice.invoice_line_ids.tax_ids)

    def test_nothing_is_posted_or_booked_before_its_day(self):
        portfolio = load_portfolio(self.env, self.folder)
        portfolio.post_invoices(date(2025, 12, 31))
        invoice = self._invoice(portfolio, "Annelies Verhoeven")
        self.assertEqual(invoice.state, "draft")
        portfolio.post_invoices(date(2026, 1, 1))
        self.assertRecordValues(invoice, [{"state": "posted", "payment_state": "not_paid"}])
        portfolio.book_payments(date(2026, 1, 27))
        self.assertEqual(invoice.payment_state, "not_paid")
        payment = portfolio.book_payments(date(2026, 1, 28))
        self.assertEqual(invoice.amount_residual, 0)
        self.assertEqual(payment[-1:].credited_on, date(2026, 1, 28))
        self.assertFalse(portfolio.book_payments(date(2026, 1, 28)), "booked twice")

    def test_a_part_payment_leaves_the_rest_open(self):
        portfolio = load_portfolio(self.env, self.folder)
        portfolio.post_invoices(date(2026, 1, 1))
        portfolio.book_payments(date(2026, 2, 28))
        self.assertRecordValues(
            self._invoice(portfolio, "Marit Hoekstra"), [{"amount_residual": 195.0}]
        )

    def test_a_storno_opens_the_invoice_again(self):
        portfolio = load_portfolio(self.env, self.folder)
        portfolio.post_invoices(date(2026, 1, 1))
        portfolio.book_payments(date(2026, 1, 19))
        invoice = self._invoice(portfolio, "Noor Jacobs")
        self.assertEqual(invoice.amount_residual, 0)
        self.assertFalse(portfolio.reverse_debits(date(2026, 1, 19)))
        payment = portfolio.reverse_debits(date(2026, 1, 20))
        self.assertEqual(payment.state, "canceled")
        self.assertRecordValues(invoice, [{"amount_residual": 44.1, "payment_state": "not_paid"}])

    def test_what_is_paid_above_the_premium_goes_to_the_fee(self):
        self.env.company.write(OFFICE)
        portfolio = load_portfolio(self.env, self.folder)
        for day in (date(2026, 1, 22), date(2026, 2, 5), date(2026, 2, 24)):
            portfolio.post_invoices(day)
            run = self.env["arrears.run"].run_for(day, self.env.company)
            run.notice_ids._mark_sent(day)
        invoice = self._invoice(portfolio, "Fatima el Amrani")
        fee = self.env["arrears.fee"].search([("partner_id", "=", invoice.partner_id.id)])
        self.assertRecordValues(fee, [{"state": "booked", "amount": 40.0, "amount_open": 40.0}])
        payment = portfolio.book_payments(date(2026, 3, 9)).filtered(
            lambda p: p.partner_id == invoice.partner_id and p.date == date(2026, 3, 9)
        )
        self.assertEqual(payment.amount, invoice.amount_total + fee.amount)
        self.assertEqual((invoice.amount_residual, fee.amount_open), (0.0, 0.0))

    # === BAD FILES === #

    def test_a_wrong_check_digit_of_an_iban_is_refused(self):
        self._spoil("customers.csv", 3, bank_ids__acc_number="NL63SNSB5420957127")
        self._assert_refused(
            "customers.csv, row 3, bank_ids/acc_number: NL63SNSB5420957127 is not an IBAN",
            *self._consequences("customers.csv", 3),
        )

    def test_a_wrong_check_digit_of_a_vat_number_is_refused(self):
        self._spoil("customers.csv", 3, vat="NL000049191B01")
        self._assert_refused(
            "customers.csv, row 3, vat: NL000049191B01 is not a Dutch VAT number",
            *self._consequences("customers.csv", 3),
        )

    def test_a_policy_without_insurer_is_refused(self):
        self._spoil("policies.csv", 2, insurer_id__id="")
        self._assert_refused(
            "policies.csv, row 2, insurer_id/id: the value is missing",
            *self._consequences("policies.csv", 2),
        )

    def test_an_unknown_line_of_business_is_refused(self):
        self._spoil("policies.csv", 2, line_of_business="pets")
        self._assert_refused(
            "policies.csv, row 2, line_of_business: Value 'pets' not found",
            *self._consequences("policies.csv", 2),
        )

    def test_a_negative_premium_is_refused(self):
        self._spoil("policies.csv", 2, premium="-96.40")
        self._assert_refused(
            "policies.csv, row 2, premium: '-96.40' is not an amount above 0",
            *self._consequences("policies.csv", 2),
        )

    def test_the_policy_of_another_customer_is_refused(self):
        self._spoil(
            "invoices.csv",
            2,
            invoice_line_ids__insurance_policy_id__id=rows_of("policies.csv", self.folder)[0]["id"],
        )
        self._assert_refused("invoices.csv, row 2", *self._consequences("invoices.csv", 2))

    def test_a_payment_with_wrong_values_is_refused(self):
        self._spoil("payments.csv", 2, amount="-44,10")
        self._spoil("payments.csv", 3, credited_on="31-12-2025")
        self._spoil("payments.csv", 4, invoice_id="demo_portfolio.invoice_9999")
        self._spoil("payments.csv", 5, booked_on="2024-01-01")
        self._assert_refused(
            "payments.csv, row 2, amount: '-44,10' is not an amount",
            "payments.csv, row 3, credited_on: '31-12-2025' is not a day",
            "payments.csv, row 5, booked_on: the office cannot book",
            "payments.csv, row 4, invoice_id: there is no demo_portfolio.invoice_9999",
        )

    def test_a_row_of_another_length_and_a_double_id_are_refused(self):
        text = (self.folder / "payments.csv").read_text(encoding="utf-8")
        last = text.splitlines()[-1]
        count = text.count("\n")
        (self.folder / "payments.csv").write_text(f"{text}{last}\n{last},\n", encoding="utf-8")
        self._assert_refused(
            f"payments.csv, row {count + 2}: the row has 7 values, the header has 6",
            f"payments.csv, row {count + 1}, id: {last.split(',')[0]} is used already, on row",
        )

    def test_a_missing_file_and_a_missing_column_are_refused(self):
        (self.folder / "payments.csv").unlink()
        self._assert_refused("payments.csv, row 1: the file is missing")
        (self.folder / "payments.csv").write_text("id,invoice_id,credited_on,booked_on,storno_on\n")
        self._assert_refused("payments.csv, row 1, amount: this column is missing in the header")

    def test_the_rest_is_loaded_when_asked(self):
        self._spoil("customers.csv", 3, bank_ids__acc_number="NL63SNSB5420957127")
        self._spoil("payments.csv", 2, amount="much")
        portfolio = load_portfolio(self.env, self.folder, skip_errors=True)
        self.assertIn(("customers.csv", 3), {(bad.file, bad.row) for bad in portfolio.bad_rows})
        self.assertIn(("payments.csv", 2), {(bad.file, bad.row) for bad in portfolio.bad_rows})
        self.assertEqual(self._loaded("res.partner"), 4 + len(self.NAMES) - 1)
        spoiled = rows_of("customers.csv", self.folder)[1]["id"]
        policies = rows_of("policies.csv", self.folder)
        kept = [row for row in policies if row["partner_id/id"] != spoiled]
        self.assertEqual(self._loaded("insurance.policy"), len(kept))
        portfolio.post_invoices(date(2025, 12, 31))
        portfolio.book_payments(date(2025, 12, 31))

    def _consequences(self, name, row):
        """Return the starts of the reports on all that hangs on one row of a file."""
        gone = {rows_of(name, self.folder)[row - 2]["id"]}
        names = list(generate.COLUMNS)
        for later in names[names.index(name) + 1 :]:
            for number, cells in enumerate(rows_of(later, self.folder), 2):
                for column, text in cells.items():
                    if column != "id" and text in gone:
                        gone.add(cells["id"])
                        yield f"{later}, row {number}, {column}: there is no {text}"
