"""Bad input is refused in plain words that name the record and the field."""

from datetime import UTC, date, datetime

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import ArrearsCommon

DUE = date(2026, 1, 15)


@tagged("post_install", "-at_install")
class TestBadInput(ArrearsCommon):
    @mute_logger("odoo.sql_db")
    def test_a_policy_without_insurer(self):
        with self.assertRaises(IntegrityError):
            self.make_policy(insurer_id=False)
        result = self.env["insurance.policy"].load(
            ["name", "partner_id/.id", "premium"], [["P-9", str(self.customer.id), "10"]]
        )
        self.assertFalse(result["ids"])
        self.assertIn("Insurer", result["messages"][0]["message"])

    def test_an_insurer_that_is_none(self):
        with self.assertRaisesRegex(ValidationError, "P-X.*insurer J. de Vries"):
            self.make_policy(name="P-X", insurer_id=self.customer.id)

    def test_a_policy_of_another_customer_on_an_invoice(self):
        other = self.make_policy(partner_id=self.make_customer("A. Bakker").id)
        move = self.make_invoice(DUE, post=False)
        with self.assertRaisesRegex(ValidationError, rf"policy: {other.name} .*A. Bakker"):
            move.invoice_line_ids.insurance_policy_id = other

    def test_a_policy_of_another_company_on_an_invoice(self):
        company = self.setup_other_company()["company"]
        other = self.make_policy(company_id=company.id)
        move = self.make_invoice(DUE, post=False)
        with self.assertRaisesRegex(UserError, other.name):
            move.invoice_line_ids.insurance_policy_id = other

    def test_two_creditors_on_one_invoice(self):
        second = self.make_policy(insurer_id=self.insurer.copy({"name": "Verzekeraar Zuid"}).id)
        with self.assertRaisesRegex(ValidationError, "one invoice per creditor"):
            self.make_invoice(DUE, policies=self.policy | second)

    @mute_logger("odoo.sql_db")
    def test_a_negative_premium(self):
        with self.assertRaisesRegex(ValidationError, "P-NEG: the premium"):
            self.make_policy(name="P-NEG", premium=-1.0)
        result = self.env["insurance.policy"].load(
            ["name", "partner_id/.id", "insurer_id/.id", "premium"],
            [["P-NEG-2", str(self.customer.id), str(self.insurer.id), "-1"]],
        )
        self.assertFalse(result["ids"])
        self.assertIn("cannot be negative", result["messages"][0]["message"])

    def test_an_unknown_line_of_business(self):
        with self.assertRaisesRegex(ValueError, "line_of_business.*spaceship"):
            self.make_policy(line_of_business="spaceship")

    def test_a_licence_plate_that_is_none(self):
        with self.assertRaisesRegex(ValidationError, "P-M.*ABC"):
            self.make_policy(name="P-M", line_of_business="motor", licence_plate="ABC")

    def test_an_iban_with_a_wrong_check_digit(self):
        def make(number):
            vals = {"partner_id": self.customer.id, "acc_number": number}
            return self.env["res.partner.bank"].create(vals)

        with self.assertRaisesRegex(ValidationError, "J. de Vries.*NL92ABNA0417164300"):
            make("NL92ABNA0417164300")
        self.assertEqual(make("NL91ABNA0417164300").acc_type, "iban")

    def test_a_vat_number_with_a_wrong_check_digit(self):
        with self.assertRaisesRegex(ValidationError, "Bakkerij"):
            self.make_customer("Bakkerij", is_company=True, vat="NL123456789B01")

    def test_a_stage_that_sends_a_notice_without_a_template(self):
        stage = self.env.ref("premium_arrears.stage_consumer_reminder")
        with self.assertRaisesRegex(ValidationError, "Reminder.*Consumers.*mail template"):
            stage.mail_template_id = False

    def test_consent_withdrawn_before_it_was_given(self):
        with self.assertRaisesRegex(ValidationError, "J. de Vries"):
            self.customer.write(
                {
                    "e_notice_consent_date": date(2026, 1, 2),
                    "e_notice_consent_withdrawn_date": date(2026, 1, 1),
                }
            )

    def test_a_run_for_something_that_is_no_day(self):
        for day in (datetime(2026, 1, 15, 12, tzinfo=UTC), 20260115, None, "soon"):
            with self.subTest(day=day), self.assertRaisesRegex(UserError, "date"):
                self.runs.run_for(day, self.company)

    def test_a_reader_cannot_run_nor_write_evidence(self):
        reader = new_test_user(
            self.env,
            "arrears_reader",
            groups="premium_arrears.group_reader",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        with self.assertRaises(AccessError):
            self.runs.with_user(reader).run_for(DUE, self.company)
        self.make_invoice(DUE)
        notice = self.run_on(date(2026, 1, 22)).notice_ids
        self.assertEqual(notice.with_user(reader).amount_total, 45.0)
        with self.assertRaises(AccessError):
            notice.with_user(reader).write({"state": "withdrawn"})

    def test_a_handler_runs_the_day_but_does_not_write_evidence_by_hand(self):
        handler = new_test_user(
            self.env,
            "arrears_handler",
            groups="premium_arrears.group_handler",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        move = self.make_invoice(DUE)
        run = self.runs.with_user(handler).run_for(date(2026, 1, 22), self.company)
        self.assertEqual(run.notice_ids.line_ids.item_id.move_id, move)
        run.mark_letters_posted(date(2026, 1, 22))
        self.assertEqual(run.notice_ids.state, "sent")
        with self.assertRaises(AccessError):
            self.env["insurance.coverage.gap"].with_user(handler).create(
                {"policy_id": self.policy.id, "start": DUE}
            )
        with self.assertRaises(AccessError):
            run.notice_ids.line_ids.item_id.write({"settled_on": DUE})

    def test_what_becomes_of_a_run_is_not_written_by_hand(self):
        """A remote caller may make a run: for a company and a day."""
        handler = new_test_user(
            self.env,
            "arrears_remote",
            groups="premium_arrears.group_handler",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        runs = self.runs.with_user(handler)
        for name, value in (
            ("state", "done"),
            ("state", "proposed"),
            ("released", True),
            ("overtaken", True),
            ("phase", "finish"),
            ("confirmed_by_id", self.env.uid),
            ("not_proposed", [{"reason": "not_due", "items": 1}]),
        ):
            with self.subTest(name):
                with self.assertRaisesRegex(AccessError, "recorded by the run itself"):
                    runs.create({"date": DUE, name: value})
                with self.assertRaisesRegex(AccessError, "recorded by the run itself"):
                    runs.with_context(**{f"default_{name}": value}).create({"date": DUE})
        run = runs.create({"date": DUE, "state": "draft", "released": False})
        self.assertEqual((run.state, run.company_id), ("draft", self.company))
