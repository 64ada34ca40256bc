"""An insurer's arrears list: read, looked at, loaded; twice is once, and wrong is refused."""

import time
from datetime import date, timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .list_common import HEADER, LISTED, NEXT, ListCommon

MANY = 5000


@tagged("post_install", "-at_install")
class TestInsurerList(ListCommon):
    # === LOOK, THEN LOAD === #

    def test_a_first_list_opens_cases_that_only_help(self):
        arrears_list = self.preview(self.row(reference="DOS-7"))
        self.assertEqual(self.counts(arrears_list), {"new": 1})
        self.assertFalse(self.items_of(), "a preview changes nothing")
        arrears_list.load(LISTED)
        item = self.items_of()
        self.assertEqual(
            (item.source, item.amount_open, item.due_date, item.reference),
            ("insurer_list", 45.0, date(2026, 2, 1), "DOS-7"),
        )
        self.assertFalse(item.move_id | item.move_line_id.move_id)
        self.assertEqual(item.case_id.collected_by, "insurer")
        self.assertEqual(item.case_id.creditor_id, self.insurer)
        self.assertEqual(item.procedure_id, self.env.ref("premium_arrears.procedure_insurer"))
        self.assertEqual(
            item.case_id.history_ids.sorted("id").mapped("event"), ["opened", "listed"]
        )
        self.assertEqual((arrears_list.state, arrears_list.loaded_on), ("loaded", LISTED))
        self.assertEqual(arrears_list.loaded_by_id, self.env.user)

    def test_the_columns_are_proposed_and_remembered(self):
        content = self.csv(
            ("NN-1001", "J. de Vries", "2026-02-01", "1,250.50"),
            header=("Contractnummer", "Klant", "Premiedatum", "Saldo"),
        )
        arrears_list = self.make_list(content, name="list.csv")
        mapping = arrears_list.mapping_id
        self.assertEqual(
            mapping._get_headers(),
            {
                "policy": "Contractnummer",
                "customer": "Klant",
                "due_date": "Premiedatum",
                "amount": "Saldo",
            },
        )
        self.assertEqual((mapping.decimal_sign, mapping.date_format), ("point", "ymd"))
        arrears_list.preview()
        self.assertEqual(arrears_list.line_ids.amount, 1250.5)
        # What a colleague chooses is kept for the next list of this insurer.
        mapping.column_ids.filtered(lambda column: column.header == "Klant").field = False
        second = self.make_list(content, NEXT, name="list.csv")
        self.assertEqual(second.mapping_id, mapping)
        self.assertNotIn("customer", second.mapping_id._get_headers())

    def test_amounts_and_days_as_people_write_them(self):
        rows = [
            ("NN-1001", "1.250,50", "01-02-2026"),
            ("nn 1001", "€ 45,00", "3/1/2026"),
            ("NN1001", "12", "20260105"),
        ]
        arrears_list = self.make_list(
            self.csv(*rows, header=("Polis", "Bedrag", "Vervaldatum")), name="list.csv"
        )
        arrears_list.preview()
        lines = arrears_list.line_ids.sorted("number")
        self.assertEqual(lines.mapped("amount"), [1250.5, 45.0, 12.0])
        self.assertEqual(
            lines.mapped("due_date"), [date(2026, 2, 1), date(2026, 1, 3), date(2026, 1, 5)]
        )
        self.assertEqual(lines.policy_id, self.theirs)

    def test_numbers_of_a_spreadsheet_are_no_texts(self):
        """A cell 12.5 is twelve and a half, also where texts have a decimal comma."""
        arrears_list = self.preview(
            self.row(amount=12.5),
            self.row(amount="1.250,00", due="2026-01-01"),
            self.row(amount=45.1 + 0.2, due="01-12-2025"),
        )
        amounts = arrears_list.line_ids.sorted("number").mapped("amount")
        self.assertEqual(amounts, [12.5, 1250.0, 45.3])

    # === TWICE IS ONCE === #

    def test_the_same_file_again_changes_nothing(self):
        rows = (self.row(since=date(2026, 2, 20)), self.row(due=date(2026, 1, 1)))
        first = self.load(*rows)
        before = self.state_of_world()
        again = self.make_list(self.xlsx(*rows))
        again.file = first.file
        self.assertEqual(again.same_file_id, first)
        again.preview()
        self.assertEqual(self.counts(again), {"unchanged": 2})
        again.load(LISTED)
        self.assertEqual(self.state_of_world(), before)

    def test_the_same_rows_in_another_file_change_nothing(self):
        self.load(self.row(), self.row(due=date(2026, 1, 1)))
        before = self.state_of_world()
        again = self.load(self.row(due=date(2026, 1, 1)), self.row(), day=NEXT)
        self.assertEqual(self.counts(again), {"unchanged": 2})
        self.assertEqual(self.state_of_world(), before)

    # === A NEWER LIST === #

    def test_a_newer_list_changes_amount_and_due_date(self):
        self.load(self.row())
        second = self.load(self.row(amount=30.0, status="incasso"), day=NEXT)
        self.assertEqual(self.counts(second), {"changed": 1})
        self.assertEqual(self.items_of().amount_open, 30.0)
        self.assertIn("incasso", second.line_ids.note)
        self.assertIn("incasso", self.items_of().case_id.history_ids[0].reason)

    def test_what_a_complete_list_no_longer_names_was_paid_there(self):
        self.load(self.row(), self.row(due=date(2026, 1, 1)))
        paid, left = self.items_of().sorted("due_date", reverse=True)
        second = self.load(self.row(due=date(2026, 1, 1)), day=NEXT)
        self.assertEqual(self.counts(second), {"unchanged": 1, "gone": 1})
        self.assertEqual((paid.settled_on, paid.amount_open), (NEXT, 0.0))
        self.assertFalse(left.settled_on)
        self.assertEqual(left.case_id.amount_open, 45.0)
        somebody = self.make_customer("Somebody else")
        other = self.make_policy(collection_method="insurer", name="NN-2", partner_id=somebody.id)
        self.load(self.row(other), day=NEXT + timedelta(days=1))
        self.assertEqual((left.case_id.state, left.case_id.amount_due), ("closed", 0.0))

    def test_a_part_of_a_list_settles_nothing(self):
        self.load(self.row(), self.row(due=date(2026, 1, 1)))
        second = self.load(self.row(), day=NEXT, complete=False)
        self.assertEqual(self.counts(second), {"unchanged": 1})
        self.assertFalse(any(self.items_of().mapped("settled_on")))

    def test_what_comes_back_starts_again(self):
        other = self.make_policy(collection_method="insurer", name="NN-2")
        self.load(self.row(), self.row(other))
        self.load(self.row(other), day=NEXT)
        self.assertTrue(self.items_of().settled_on)
        third = self.load(self.row(), self.row(other), day=NEXT + timedelta(days=7))
        self.assertEqual(self.counts(third), {"changed": 1, "unchanged": 1})
        item = self.items_of()
        self.assertEqual((item.settled_on, item.cycle, item.amount_open), (False, 2, 45.0))

    def test_an_older_list_is_refused(self):
        self.load(self.row(), day=NEXT)
        before = self.state_of_world()
        older = self.make_list(self.xlsx(self.row(amount=90.0)))
        with self.assertRaisesRegex(UserError, "2026-04-01 was loaded already"):
            older.preview()
        self.assertEqual(self.state_of_world(), before)

    def test_a_list_of_tomorrow_is_not_loaded_today(self):
        arrears_list = self.preview(self.row())
        with self.assertRaisesRegex(UserError, "after 2026-03-01"):
            arrears_list.load(LISTED - timedelta(days=1))

    def test_the_file_that_was_looked_at_is_the_one_that_is_loaded(self):
        arrears_list = self.preview(self.row())
        arrears_list.file = self.make_list(self.xlsx(self.row(amount=1.0))).file
        self.assertEqual(arrears_list.state, "draft")
        with self.assertRaisesRegex(UserError, "Look at the list first"):
            arrears_list.load(LISTED)

    # === ROWS THAT ARE WRONG === #

    def test_each_wrong_row_says_why_and_keeps_the_list_out(self):
        stranger = self.env["res.partner"].create({"name": "Zuid", "is_insurer": True})
        health = self.make_policy(
            collection_method="insurer", name="NN-H", line_of_business="health_basic"
        )
        other = self.make_policy(collection_method="insurer", name="ZU-1", insurer_id=stranger.id)
        wrong = {
            "policy XX-9 is not known here": self.row(number="XX-9"),
            "is of Zuid, not of Verzekeraar Noord": self.row(other),
            "we collect the premium of policy P-0001 ourselves": self.row(self.policy),
            "there is no policy number": self.row(number=""),
            "there is no amount": self.row(amount=None, due=date(2026, 1, 2)),
            "it has to be more than nothing": self.row(amount=-3, due=date(2026, 1, 3)),
            "abc is not an amount": self.row(amount="abc", due=date(2026, 1, 4)),
            "31-02-2026 is not a date": self.row(due="31-02-2026"),
            "there is no due date": self.row(due=None),
            "so not overdue": self.row(due=NEXT),
            "soon is not a date": self.row(due=date(2026, 1, 5), since="soon"),
            "is never suspended": self.row(health, since=date(2026, 2, 20)),
        }
        good = self.row(due=date(2026, 1, 9))
        before = self.state_of_world()
        arrears_list = self.preview(*wrong.values(), good)
        lines = arrears_list.line_ids.sorted("number")
        for reason, line in zip(wrong, lines, strict=False):
            with self.subTest(reason=reason):
                self.assertEqual(line.outcome, "error")
                self.assertIn(reason, line.note)
        self.assertEqual(self.counts(arrears_list), {"error": len(wrong), "new": 1})
        with self.assertRaisesRegex(UserError, "Row 2: policy XX-9 is not known here"):
            arrears_list.load(LISTED)
        self.assertEqual(self.state_of_world(), before, "nothing half done")
        arrears_list.load_good_rows = True
        arrears_list.load(LISTED)
        self.assertEqual(self.items_of().mapped("due_date"), [date(2026, 1, 9)])

    def test_rows_that_cannot_be_told_apart_are_both_wrong(self):
        arrears_list = self.preview(self.row(), self.row(amount=10.0))
        self.assertEqual(self.counts(arrears_list), {"error": 2})
        self.assertIn("same key", arrears_list.line_ids[0].note)
        # The insurer's reference tells them apart, once a colleague says so.
        columns = arrears_list.mapping_column_ids
        columns.filtered(lambda column: column.header == "Kenmerk").is_key = True
        second = self.preview(self.row(reference="A"), self.row(amount=10.0, reference="B"))
        self.assertEqual(self.counts(second), {"new": 2})
        third = self.preview(self.row(reference="A"), self.row(due=date(2026, 1, 1)))
        self.assertIn("the unique key, is empty", third.line_ids.sorted("number")[1].note)

    def test_a_wrong_row_settles_nothing_of_its_policy(self):
        self.load(self.row(), self.row(due=date(2026, 1, 1)))
        second = self.load(
            self.row(due="nonsense"), self.row(due=date(2026, 1, 1)), day=NEXT, load_good_rows=True
        )
        self.assertEqual(self.counts(second), {"error": 1, "unchanged": 1})
        self.assertFalse(any(self.items_of().mapped("settled_on")))

    def test_a_list_with_nothing_but_errors_is_refused_however_lenient(self):
        arrears_list = self.preview(self.row(number="XX"), load_good_rows=True)
        with self.assertRaisesRegex(UserError, "nothing was loaded"):
            arrears_list.load(LISTED)

    # === FILES THAT ARE WRONG === #

    @mute_logger("odoo.addons.base_import.models.base_import")
    def test_files_that_cannot_be_used_are_refused_with_the_reason(self):
        lists = self.lists.search_count([])
        for content, name, reason in (
            (b"", "empty.csv", "."),
            (b"PK\x03\x04 not a book", "broken.xlsx", "broken.xlsx"),
            (self.csv(), "header.csv", "no rows"),
            (b"Polis;Polis\n1;2\n", "twice.csv", "two columns Polis"),
        ):
            with (
                self.subTest(name=name),
                self.assertRaisesRegex(UserError, reason),
                self.env.cr.savepoint(),
            ):
                self.make_list(content, name=name)
        self.assertEqual(self.lists.search_count([]), lists)

    def test_a_missing_column_is_named(self):
        arrears_list = self.make_list(
            self.csv(("NN-1001", "45,00"), header=("Polis", "Bedrag")), name="list.csv"
        )
        with self.assertRaisesRegex(UserError, "no column for: Due date. Its columns are: Polis"):
            arrears_list.preview()
        self.assertEqual(arrears_list.state, "draft")

    def test_two_columns_for_one_thing_are_refused(self):
        arrears_list = self.make_list(self.xlsx(self.row()))
        arrears_list.mapping_column_ids.filtered(lambda c: c.header == "Kenmerk").field = "amount"
        with self.assertRaisesRegex(UserError, "both used as Amount open"):
            arrears_list.preview()

    # === EVIDENCE, ROLES, COMPANIES === #

    def test_a_loaded_list_stays_as_it_was(self):
        arrears_list = self.load(self.row())
        with self.assertRaisesRegex(UserError, "stays as it was"):
            arrears_list.complete = False
        with self.assertRaisesRegex(UserError, "kept as evidence"):
            arrears_list.unlink()
        with self.assertRaisesRegex(UserError, "loaded already"):
            arrears_list.preview()
        file = self.env["ir.attachment"].search(
            [("res_model", "=", self.lists._name), ("res_id", "=", arrears_list.id)]
            + [("res_field", "=", "file")]
        )
        with self.assertRaisesRegex(UserError, "stays as it is"):
            file.raw = b"another"

    def test_a_handler_loads_and_a_reader_looks(self):
        common = {"company_id": self.company.id, "company_ids": [(6, 0, self.company.ids)]}
        groups = "premium_arrears.group_%s"
        handler = new_test_user(self.env, "list_handler", groups=groups % "handler", **common)
        reader = new_test_user(self.env, "list_reader", groups=groups % "reader", **common)
        arrears_list = self.make_list(
            self.xlsx(self.row(since=date(2026, 2, 20))), lists=self.lists.with_user(handler)
        )
        arrears_list.mapping_column_ids[-1].field = False
        arrears_list.preview()
        with self.assertRaisesRegex(UserError, "not written by hand"):
            arrears_list.state = "loaded"
        with self.assertRaises(AccessError):
            arrears_list.line_ids.amount = 1.0
        seen = arrears_list.with_user(reader)
        self.assertEqual(seen.line_ids.policy_id.name, "NN-1001")
        for act in (seen.preview, lambda: seen.load(LISTED), lambda: seen.write({"complete": 0})):
            with self.assertRaises(AccessError):
                act()
        arrears_list.load(LISTED)
        self.assertEqual(arrears_list.loaded_by_id, handler)
        with self.assertRaises(AccessError):
            self.items_of().with_user(handler).write({"due_date": LISTED})

    def test_the_policies_of_another_company_are_unknown(self):
        other = self.setup_other_company()["company"]
        self.make_policy(company_id=other.id, name="NN-77", collection_method="insurer")
        here = self.preview(self.row(number="NN-77"))
        self.assertIn("not known here", here.line_ids.note)
        self.load(self.row())
        there = self.make_list(
            self.xlsx(self.row(number="NN-77")),
            lists=self.lists.with_company(other),
            company_id=other.id,
        )
        there.preview()
        there.load(LISTED)
        self.assertEqual(self.counts(there), {"new": 1})
        self.assertFalse(self.items_of().settled_on, "a complete list settles its own company only")
        self.assertNotEqual(there.mapping_id, here.mapping_id)

    # === MANY === #

    def test_five_thousand_rows_load_quickly_and_twice_the_same(self):
        customers = self.env["res.partner"].create(
            [{"name": f"Customer {number}"} for number in range(MANY // 10)]
        )
        quiet = {"tracking_disable": True}
        policies = (
            self.env["insurance.policy"]
            .with_context(**quiet)
            .create(
                [
                    {
                        "name": f"M-{number}",
                        "company_id": self.company.id,
                        "partner_id": customers[number // 10].id,
                        "insurer_id": self.insurer.id,
                        "collection_method": "insurer",
                        "start_date": date(2024, 1, 1),
                    }
                    for number in range(MANY)
                ]
            )
        )
        since = date(2026, 2, 20)
        content = self.xlsx(
            *(
                [policy.name, "", date(2026, 2, 1), 45.0, "", "", since if n % 5 == 0 else None]
                for n, policy in enumerate(policies)
            ),
            header=HEADER[:7],
        )
        self.env.flush_all()
        seconds = []
        for _time in range(2):
            started = time.monotonic()
            arrears_list = self.make_list(content)
            arrears_list.preview()
            arrears_list.load(LISTED)
            self.env.flush_all()
            seconds.append(time.monotonic() - started)
            items = self.env["arrears.item"].search([("list_insurer_id", "=", self.insurer.id)])
            self.assertEqual(len(items), MANY)
            self.assertEqual(len(items.case_id), MANY // 10)
            self.assertEqual(len(policies.gap_ids), MANY // 5)
        self.assertEqual(self.counts(arrears_list), {"unchanged": MANY})
        self.assertLess(max(seconds), 60, seconds)
