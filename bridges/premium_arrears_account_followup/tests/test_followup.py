"""Beside a stand-in of Enterprise's follow-up: one of the two writes to a customer, never both."""

from datetime import date
from unittest.mock import patch

from odoo import Command, release
from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, new_test_user, tagged

from odoo.addons.premium_arrears.models import bulk
from odoo.addons.premium_arrears.tests.common import DAY, ArrearsCommon

from .. import hooks

DUE = date(2026, 1, 15)
REMINDER_DAY = DUE + 7 * DAY
LEVEL = "Second letter"


@tagged("post_install", "-at_install")
class FollowupCommon(ArrearsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stage = cls.env.ref("premium_arrears.stage_consumer_reminder")
        cls.level = cls.env["account_followup.followup.line"].create(
            {
                "name": LEVEL,
                "delay": 5,
                "company_id": cls.company.id,
                "arrears_stage_id": cls.stage.id,
            }
        )

    def letters_to(self, partner):
        """Return what the stand-in sent to a customer."""
        return partner.message_ids.filtered(lambda message: LEVEL in (message.body or ""))

    def other_invoice(self, partner):
        """Return an overdue invoice that is no premium."""
        move = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "company_id": self.company.id,
                "partner_id": partner.id,
                "invoice_date": DUE - 14 * DAY,
                "invoice_date_due": DUE,
                "invoice_payment_term_id": False,
                "invoice_line_ids": [
                    Command.create({"name": "Advice", "price_unit": 100.0, "tax_ids": False})
                ],
            }
        )
        move.action_post()
        return move


@tagged("post_install", "-at_install")
class TestExecute(FollowupCommon):
    def test_the_run_writes_and_the_follow_up_does_not(self):
        move = self.make_invoice(DUE)
        self.run_on(DUE + DAY)
        self.assertEqual(self.customer.followup_line_id, self.level)
        self.assertFalse(self.customer._execute_followup_partner())
        self.assertFalse(self.customer._execute_followup_partner({"manual_followup": True}))
        self.assertFalse(self.letters_to(self.customer))
        self.run_on(REMINDER_DAY)
        self.assertEqual(self.notices_of(move).mapped("state"), ["sent"])

    def test_an_overdue_premium_that_no_run_has_met_is_left_to_the_run(self):
        self.make_invoice(DUE)
        self.assertFalse(self.customer._execute_followup_partner())
        self.assertFalse(self.letters_to(self.customer))

    def test_in_a_hold_nobody_writes(self):
        move = self.make_invoice(DUE)
        self.run_on(DUE + DAY)
        self.env["arrears.hold"]._place(
            self.case_of(move), "dispute", DUE + DAY, "Says so", end=REMINDER_DAY + 9 * DAY
        )
        self.assertFalse(self.customer._execute_followup_partner({"followup_line": self.level}))
        self.run_on(REMINDER_DAY)
        self.assertFalse(self.letters_to(self.customer) or self.notices_of(move))

    def test_in_an_arrangement_nobody_asks_for_the_whole(self):
        move = self.make_invoice(DUE)
        self.run_on(DUE + DAY)
        self.arrange(self.case_of(move).item_ids, DUE + DAY)
        self.assertTrue(move.line_ids.filtered("no_followup"))
        self.assertFalse(self.customer._execute_followup_partner({"followup_line": self.level}))
        self.run_on(REMINDER_DAY)
        self.assertFalse(self.letters_to(self.customer))
        self.assertNotIn("reminder", self.notices_of(move).mapped("kind"))

    def test_a_level_without_a_stage_goes_on_as_it_was(self):
        self.make_invoice(DUE)
        self.run_on(DUE + DAY)
        self.level.arrears_stage_id = False
        self.assertTrue(self.customer._execute_followup_partner())
        self.assertEqual(len(self.letters_to(self.customer)), 1)

    def test_a_customer_without_a_premium_is_reminded_as_before(self):
        stranger = self.make_customer("No policy")
        self.other_invoice(stranger)
        self.make_invoice(DUE)
        self.run_on(DUE + DAY)
        self.env["res.partner"]._cron_execute_followup()
        self.assertEqual(len(self.letters_to(stranger)), 1)
        self.assertFalse(self.letters_to(self.customer))

    def test_who_sends_reminders_needs_no_right_on_arrears(self):
        clerk = new_test_user(
            self.env,
            "clerk",
            "base.group_user,account.group_account_invoice",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        self.make_invoice(DUE)
        self.run_on(DUE + DAY)
        self.assertFalse(self.customer.with_user(clerk)._execute_followup_partner())
        self.assertFalse(self.letters_to(self.customer))

    def test_another_companys_case_keeps_nobody_here_from_a_reminder(self):
        self.make_invoice(DUE)
        self.run_on(DUE + DAY)
        other = self.setup_other_company()["company"]
        there = self.level.copy({"company_id": other.id})
        asked = self.customer.with_company(other)
        self.assertTrue(asked._execute_followup_partner({"followup_line": there}))


@tagged("post_install", "-at_install")
class TestReminders(FollowupCommon):
    def test_manual_while_a_case_is_open_and_as_it_was_afterwards(self):
        hand = self.make_customer("By hand", followup_reminder_type="manual")
        other = self.make_invoice(DUE, policies=self.make_policy(partner_id=hand.id))
        move = self.make_invoice(DUE)
        self.assertEqual(self.customer.followup_reminder_type, "automatic")
        self.run_on(DUE + DAY)
        self.assertEqual(self.customer.followup_reminder_type, "manual")
        for paid in (move, other):
            self.pay_invoice(paid, DUE + 2 * DAY)
        self.assertEqual(self.case_of(move).state, "closed")
        self.assertEqual(self.customer.followup_reminder_type, "automatic")
        self.assertEqual(hand.followup_reminder_type, "manual")
        self.assertFalse((self.customer | hand).filtered("arrears_reminders_before"))

    def test_a_second_case_of_the_same_customer_keeps_it_manual(self):
        south = self.insurer.copy({"name": "Verzekeraar Zuid"})
        move = self.make_invoice(DUE)
        self.make_invoice(
            DUE, policies=self.make_policy(insurer_id=south.id, office_role="authorised_agent")
        )
        self.run_on(DUE + DAY)
        cases = self.env["arrears.case"].search([("partner_id", "=", self.customer.id)])
        self.assertEqual(len(cases), 2)
        self.pay_invoice(move, DUE + 2 * DAY)
        self.assertEqual(self.customer.followup_reminder_type, "manual")

    def test_it_is_of_this_company_only(self):
        other = self.setup_other_company()["company"]
        self.customer.with_company(other).followup_reminder_type = "automatic"
        self.make_invoice(DUE)
        self.run_on(DUE + DAY)
        self.assertEqual(self.customer.with_company(other).followup_reminder_type, "automatic")

    def test_what_a_colleague_chose_meanwhile_stays(self):
        self.customer.followup_reminder_type = "manual"
        move = self.make_invoice(DUE)
        self.run_on(DUE + DAY)
        self.customer.followup_reminder_type = "automatic"
        self.pay_invoice(move, DUE + 2 * DAY)
        self.assertEqual(self.customer.followup_reminder_type, "automatic")

    def test_one_write_per_group(self):
        customers = self.env["res.partner"].union(
            *(self.make_customer(f"Customer {number}") for number in range(6))
        )
        customers[:2].followup_reminder_type = "manual"
        for customer in customers:
            self.make_invoice(DUE, policies=self.make_policy(partner_id=customer.id))
        written = []
        write = type(customers).write

        def watch(partners, vals):
            if "arrears_reminders_before" in vals:
                written.append(sorted(partners.mapped("name")))
            return write(partners, vals)

        with patch.object(type(customers), "write", watch):
            self.run_on(DUE + DAY)
        names = customers.mapped("name")
        self.assertEqual(sorted(written), [names[:2], names[2:]])

    def test_a_large_night_is_not_slowed_down(self):
        # An own create or write would let the ORM make and change the cases one by one.
        watched = [
            (model, method)
            for model in ("arrears.case", "arrears.item", "arrears.action", "arrears.notice")
            for method in ("create", "write")
            if bulk._is_watched(self.env[model], method)
        ]
        self.assertEqual(watched, [])

    def test_one_value_for_all_companies_waits_for_the_last_case(self):
        other = self.setup_other_company()["company"]
        main = self.env["res.company"].search([], order="id", limit=1)
        partner = self.customer.sudo().with_company(main)
        partner.followup_reminder_type = "automatic"
        one_value = patch.object(type(partner), "_has_one_value_for_all", lambda partners: True)
        with one_value:
            move = self.make_invoice(DUE)
            self.run_on(DUE + DAY)
            self.assertEqual(partner.followup_reminder_type, "manual")
            there = self.case_of(move).sudo().copy({"company_id": other.id})
            self.pay_invoice(move, DUE + 2 * DAY)
            self.assertEqual(partner.followup_reminder_type, "manual")
            there._close_settled()
            self.assertEqual(partner.followup_reminder_type, "automatic")

    def test_what_an_archived_company_remembers_is_given_back_too(self):
        main = self.env["res.company"].search([], order="id", limit=1)
        partner = self.customer.sudo().with_company(main)
        partner.followup_reminder_type = "automatic"
        one_value = patch.object(type(partner), "_has_one_value_for_all", lambda partners: True)
        with one_value:
            move = self.make_invoice(DUE)
            self.run_on(DUE + DAY)
            self.assertEqual(partner.followup_reminder_type, "manual")
            self.archive(main)
            self.pay_invoice(move, DUE + 2 * DAY)
        self.assertEqual(partner.followup_reminder_type, "automatic")

    def test_uninstalling_gives_back_in_an_archived_company_too(self):
        self.make_invoice(DUE)
        self.run_on(DUE + DAY)
        self.archive(self.company)
        hooks.uninstall_hook(self.env)
        self.assertEqual(self.customer.followup_reminder_type, "automatic")

    def archive(self, company):
        """Archive a company as it is left when its last colleague has gone."""
        self.env.flush_all()
        self.env.cr.execute("UPDATE res_company SET active = false WHERE id = %s", [company.id])
        company.invalidate_recordset(["active"])

    def test_installing_takes_open_cases_in_and_uninstalling_gives_back(self):
        self.make_invoice(DUE)
        self.run_on(DUE + DAY)
        hooks.uninstall_hook(self.env)
        self.assertEqual(self.customer.followup_reminder_type, "automatic")
        hooks.post_init_hook(self.env)
        self.assertEqual(self.customer.followup_reminder_type, "manual")


@tagged("post_install", "-at_install")
class TestPayment(FollowupCommon):
    def status(self):
        """Return the status of the customer as the transaction knows it."""
        self.customer.invalidate_recordset(["followup_status"])
        return self.customer.followup_status

    def test_the_status_is_fresh_once_the_payment_is_booked(self):
        move = self.make_invoice(DUE)
        self.assertEqual(self.status(), "in_need_of_action")
        lines = move.line_ids.filtered(lambda line: line.account_type == "asset_receivable")
        wizard = self.env["account.payment.register"].with_context(
            active_model="account.move.line", active_ids=lines.ids
        )
        wizard.create({"payment_date": DUE + DAY})._create_payments()
        self.assertEqual(self.status(), "no_action_needed")

    def test_the_status_is_fresh_once_the_payment_is_heard(self):
        stale = {self.customer.id: self.level.id}
        self.env.cr.cache["res_partner_all_followup"] = stale
        self.assertEqual(self.status(), "in_need_of_action")
        self.env["arrears.item"]._hear_payments()
        self.assertEqual(self.status(), "no_action_needed")


@tagged("post_install", "-at_install")
class TestLevel(FollowupCommon):
    def test_a_level_takes_a_stage_of_its_own_company_or_of_all(self):
        procedure = self.stage.procedure_id.copy({"company_id": self.company.id})
        with Form(self.level) as form:
            form.arrears_stage_id = procedure.stage_ids[0]
        other = self.setup_other_company()["company"]
        with self.assertRaisesRegex(ValidationError, f"{LEVEL} of {self.company.name}"):
            procedure.company_id = other
            self.level.arrears_stage_id = procedure.stage_ids[1]

    def test_it_installs_where_the_names_are_known(self):
        self.assertEqual(hooks.get_missing_names(self.env), [])
        hooks.pre_init_hook(self.env)

    def test_it_refuses_another_series_in_clear_words(self):
        with (
            patch.object(release, "series", "19.5"),
            self.assertRaisesRegex(UserError, "made for Odoo 19.0; this is Odoo 19.5"),
        ):
            hooks.pre_init_hook(self.env)

    def test_it_names_what_is_not_there(self):
        partner = type(self.env["res.partner"])
        kind = self.env["res.partner"]._fields["followup_reminder_type"]
        with (
            patch.object(partner, "_execute_followup_partner", None),
            patch.dict(hooks.FIELDS, {hooks.LEVEL: ("company_id", "gone"), "no.model": ("x",)}),
            patch.object(kind, "get_values", lambda env: ["by_day"]),
            patch.object(hooks, "VIEW_FIELD", "send_pigeon"),
            self.assertRaises(UserError) as refused,
        ):
            hooks.pre_init_hook(self.env)
        for name in (
            "account_followup.followup.line.gone",
            "no.model",
            "res.partner._execute_followup_partner()",
            "followup_reminder_type: automatic, manual",
            "view_account_followup_followup_line_form (send_pigeon)",
        ):
            self.assertIn(name, str(refused.exception))
