"""What stands in no file: older invoices wait for a person. And how policies come in."""

from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger

from .common import DAY
from .opening_common import DUE, OPENING, OpeningCommon


@tagged("post_install", "-at_install")
class TestOpeningStart(OpeningCommon):
    def setUp(self):
        super().setUp()
        self.old = self.make_invoice(DUE)
        self.known = self.make_invoice(DUE)
        self.new = self.make_invoice(OPENING)

    def receivable(self, move):
        return move.line_ids.filtered(lambda line: line.account_type == "asset_receivable")

    def test_older_invoices_wait_until_a_colleague_releases_them(self):
        self.company.arrears_opening_on = OPENING
        opening = self.take_over(self.letter(self.known))
        self.assertEqual((opening.older_count, opening.older_amount), (1, 45.0))
        run = self.run_on(OPENING + DAY)
        self.assertFalse(self.case_of(self.old))
        self.assertTrue(self.case_of(self.new), "what is due since then is followed")
        self.assertEqual(len(self.notices_of(self.known)), 1)
        [row] = [row for row in run.not_proposed if row["reason"] == "opening"]
        self.assertEqual((row["items"], row["amount"]), (1, 45.0))
        self.assertIn("not released yet", run.summary_html)

        handler = new_test_user(
            self.env,
            "release_handler",
            groups="premium_arrears.group_handler",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        self.receivable(self.old).with_user(handler).arrears_release(OPENING + 2 * DAY)
        item = self.env["arrears.item"].search([("move_line_id.move_id", "=", self.old.id)])
        self.assertEqual(item.next_stage_id.kind, "reminder")
        self.assertEqual(opening.older_count, 0)
        self.run_on(OPENING + 2 * DAY)
        self.assertEqual(self.notices_of(self.old).kind, "reminder")
        with self.assertRaisesRegex(UserError, "wait since the opening day"):
            self.receivable(self.old).arrears_release(OPENING + 3 * DAY)

    def test_a_reader_releases_nothing(self):
        self.company.arrears_opening_on = OPENING
        reader = new_test_user(self.env, "release_reader", groups="premium_arrears.group_reader")
        with self.assertRaises(AccessError):
            self.receivable(self.old).with_user(reader).arrears_release(OPENING)

    def test_what_is_due_since_the_opening_day_cannot_be_released(self):
        self.company.arrears_opening_on = OPENING
        with self.assertRaises(UserError):
            self.receivable(self.new).arrears_release(OPENING + 5 * DAY)

    def test_or_they_start_at_the_first_stage(self):
        self.company.write({"arrears_opening_on": OPENING, "arrears_opening_rest": "first_stage"})
        self.run_on(OPENING)
        self.assertEqual(self.notices_of(self.old).kind, "reminder")

    def test_a_case_that_came_back_is_followed_all_the_same(self):
        """An older invoice in a case whose payment is undone belongs to us."""
        self.take_over(self.letter(self.known))
        payment = self.pay_invoice(self.known, OPENING)
        self.company.arrears_opening_on = OPENING
        self.reverse(payment)
        self.run_on(OPENING + DAY)
        item = self.env["arrears.item"].search([("move_line_id.move_id", "=", self.known.id)])
        self.assertEqual((item.settled_on, item.cycle), (False, 2))

    def test_a_manager_sees_the_number_before_choosing_the_day(self):
        manager = new_test_user(
            self.env,
            "opening_chooser",
            groups="premium_arrears.group_manager",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        form = Form(self.openings.with_user(manager))
        form.day = OPENING
        self.assertEqual(form.older_count, 2)
        form.opening_on = DUE
        self.assertEqual(form.older_count, 0)
        form.opening_on = OPENING
        form.opening_rest = "wait"
        self.assertEqual(form.older_count, 2)
        opening = form.save()
        self.assertEqual(self.company.arrears_opening_on, OPENING)
        self.assertEqual(
            self.env["account.move.line"].search(opening.action_view_older()["domain"]).move_id,
            self.old | self.known,
        )

    # === POLICIES, BY ODOO'S OWN IMPORT === #

    HEADER = (
        "name",
        "partner_id",
        "insurer_id",
        "line_of_business",
        "licence_plate",
        "frequency",
        "premium",
        "collection_method",
        "office_role",
        "creditor",
        "start_date",
        "end_date",
    )

    def load_policy(self, **values):
        row = {
            "name": "M-1",
            "partner_id": self.customer.name,
            "insurer_id": self.insurer.name,
            "line_of_business": "Motor",
            "licence_plate": "GB-123-K",
            "frequency": "Monthly",
            "premium": "61.50",
            "collection_method": "By the office, invoice",
            "office_role": "Authorised agent",
            "creditor": "The insurer",
            "start_date": "2024-01-01",
            "end_date": "",
            **values,
        }
        policies = self.env["insurance.policy"].with_company(self.company)
        # A refusal by the database is what some of these rows ask for.
        with mute_logger("odoo.sql_db"):
            return policies.load(list(self.HEADER), [[row[name] for name in self.HEADER]])

    def test_policies_come_in_by_the_import_of_odoo(self):
        result = self.load_policy()
        self.assertEqual(result["messages"], [])
        policy = self.env["insurance.policy"].browse(result["ids"])
        self.assertRecordValues(
            policy,
            [
                {
                    "partner_id": self.customer.id,
                    "insurer_id": self.insurer.id,
                    "line_of_business": "motor",
                    "licence_plate": "GB-123-K",
                    "premium": 61.5,
                    "office_role": "authorised_agent",
                    "start_date": date(2024, 1, 1),
                    "company_id": self.company.id,
                    "coverage_state": "in_force",
                }
            ],
        )

    def test_what_is_wrong_in_a_list_of_policies_is_told(self):
        for words, values in (
            ("is not a Dutch licence plate", {"licence_plate": "HELLO"}),
            ("No matching record found", {"insurer_id": "Nobody's Insurance"}),
            ("is not marked as an insurer", {"insurer_id": self.customer.name}),
            (
                "not found in selection|doesn.t seem to be a valid|No matching",
                {"line_of_business": "Submarine"},
            ),
            ("cannot end before it starts", {"end_date": "2023-01-01"}),
            ("cannot be negative", {"premium": "-1"}),
        ):
            with self.subTest(words=words):
                result = self.load_policy(**values)
                self.assertFalse(result["ids"])
                texts = " ".join(str(message["message"]) for message in result["messages"])
                self.assertRegex(texts, words)
