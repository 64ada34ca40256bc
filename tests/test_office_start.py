"""An office that starts: what it gets by itself, and the guide that leads it to its first run."""

from datetime import date

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import Form, new_test_user, tagged

from .common import ArrearsCommon

DUE = date(2026, 1, 15)


@tagged("post_install", "-at_install")
class TestDefaults(ArrearsCommon):
    def make_company(self, name="A new office", **values):
        company = self.env["res.company"].create(
            {"name": name, "country_id": self.env.ref("base.nl").id, **values}
        )
        self.env.user.company_ids += company
        return company

    def load(self, company):
        self.env["account.chart.template"].try_loading("nl", company, install_demo=False)

    def test_the_chart_of_accounts_brings_a_journal_and_an_account(self):
        company = self.make_company()
        self.assertFalse(company.arrears_fee_journal_id)
        self.load(company)
        journal, account = company.arrears_fee_journal_id, company.arrears_fee_account_id
        self.assertEqual((journal.type, journal.company_id), ("general", company))
        self.assertEqual(account.account_type, "income_other")
        self.assertIn(company, account.company_ids)
        self.assertNotIn(self.company, account.company_ids)

    def test_what_an_office_chose_stays(self):
        company = self.make_company()
        self.load(company)
        journal = company.arrears_fee_journal_id.copy({"code": "OWN"})
        account = company.arrears_fee_account_id.copy({"name": "Our own"})
        company.write({"arrears_fee_journal_id": journal.id, "arrears_fee_account_id": account.id})
        self.load(company)
        self.assertEqual(company.arrears_fee_journal_id, journal)
        self.assertEqual(company.arrears_fee_account_id, account)

    def test_a_branch_books_where_its_main_company_does(self):
        company = self.make_company()
        self.load(company)
        branch = self.make_company("A branch", parent_id=company.id)
        self.load(branch)
        self.assertEqual(branch.arrears_fee_journal_id, company.arrears_fee_journal_id)
        self.assertEqual(branch.arrears_fee_account_id, company.arrears_fee_account_id)

    def test_their_names_are_in_each_language(self):
        self.env["res.lang"]._activate_lang("nl_NL")
        company = self.make_company()
        self.load(company)
        self.assertEqual(company.arrears_fee_journal_id.name, "Collection fees")
        dutch = company.with_context(lang="nl_NL")
        self.assertEqual(dutch.arrears_fee_journal_id.name, "Incassokosten")

    def test_a_policy_begins_with_the_role_of_its_own_office(self):
        other = self.make_company()
        other.arrears_office_role = "authorised_agent"
        vals = {"partner_id": self.customer.id, "insurer_id": self.insurer.id}
        make = self.env["insurance.policy"].create
        ours = make({**vals, "name": "A", "company_id": self.company.id})
        theirs = make({**vals, "name": "B", "company_id": other.id})
        told = make({**vals, "name": "C", "company_id": other.id, "office_role": "intermediary"})
        self.assertEqual(
            [policy.office_role for policy in (ours, theirs, told)],
            ["intermediary", "authorised_agent", "intermediary"],
        )
        ours.company_id = other
        self.assertEqual(ours.office_role, "intermediary", "a role that was given stays")

    def test_the_settings_keep_what_is_filled_in(self):
        settings = self.env["res.config.settings"].with_company(self.company)
        with Form(settings) as form:
            form.arrears_office_role = "authorised_agent"
            form.arrears_e_notices = False
            form.arrears_quiet_days = 4
            form.arrears_allocation_order = "statutory"
        form.save().execute()
        self.assertEqual(self.company.arrears_office_role, "authorised_agent")
        self.assertFalse(self.company.arrears_e_notices)
        self.assertEqual(self.company.arrears_quiet_days, 4)
        self.assertEqual(self.company.arrears_allocation_order, "statutory")


@tagged("post_install", "-at_install")
class TestGuide(ArrearsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(
            cls.env,
            "arrears_guided",
            groups="premium_arrears.group_manager",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )
        cls.admin = new_test_user(
            cls.env,
            "arrears_admin",
            groups="premium_arrears.group_manager,base.group_system",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )
        cls.company.arrears_register_number = False

    def guide(self, user=None, company=None):
        env = self.env(user=user or self.manager)
        if company:
            env = env(context={"allowed_company_ids": company.ids})
        return env["onboarding.onboarding"].get_arrears_guide()

    def done(self, **kwargs):
        guide = self.guide(**kwargs)
        return {
            s["method"].removeprefix("action_open_arrears_") for s in guide["steps"] if s["done"]
        }

    def open(self, step, user=None):
        steps = self.env(user=user or self.manager)["onboarding.onboarding.step"]
        return getattr(steps, f"action_open_arrears_{step}")()

    def test_each_step_is_done_when_its_condition_is_met(self):
        self.assertEqual(self.done(), {"accounts"})
        self.company.arrears_register_number = "REG-1"
        self.assertEqual(self.done(), {"accounts", "office"})
        self.company.arrears_test_email = "me@example.com"
        self.assertEqual(self.done(), {"accounts", "office", "test"})
        self.open("letter")
        self.open("procedure")
        self.assertEqual(self.done(), {"accounts", "office", "test", "letter", "procedure"})
        self.assertFalse(self.guide()["done"])
        self.company.arrears_opening_on = DUE
        self.assertTrue(self.guide()["done"])

    def test_an_office_without_a_registration_saves_the_form(self):
        self.assertNotIn("office", self.done())
        action = self.open("office", self.admin)
        company = self.env(user=self.admin)["res.company"].browse(action["res_id"])
        with Form(company, action["views"][0][0]) as form:
            form.arrears_office_role = "authorised_agent"
        company.action_save_arrears_office()
        self.assertIn("office", self.done())
        self.assertEqual(self.company.arrears_office_role, "authorised_agent")

    def test_each_step_opens_a_form_that_can_be_used(self):
        for step in ("office", "accounts", "test"):
            action = self.open(step, self.admin)
            self.assertEqual(
                (action["res_model"], action["res_id"]), ("res.company", self.company.id)
            )
            with Form(self.company.with_user(self.admin), action["views"][0][0]):
                pass
        action = self.open("letter")
        preview = self.env(user=self.manager)[action["res_model"]].browse(action["res_id"])
        self.assertIn(self.company.name, preview.page)
        self.assertFalse(preview.missing)
        self.assertTrue(preview.subject)
        action = self.open("procedure")
        self.assertEqual(action["res_id"], self.env.ref("premium_arrears.procedure_consumer").id)
        self.assertEqual(self.open("opening")["res_model"], "arrears.opening")

    def test_who_may_not_change_the_company_is_told_who_does(self):
        def closed(user):
            return [s["method"] for s in self.guide(user)["steps"] if not s["allowed"]]

        self.assertEqual(closed(self.admin), [])
        self.assertEqual(
            closed(self.manager),
            [
                "action_open_arrears_office",
                "action_open_arrears_accounts",
                "action_open_arrears_test",
            ],
        )

    def test_closed_is_closed_in_this_company_only_and_can_be_shown_again(self):
        other = self.setup_other_company()["company"]
        self.admin.company_ids += other
        self.env(user=self.manager)["onboarding.onboarding"].action_close_arrears_guide()
        self.assertFalse(self.guide())
        self.assertFalse(self.guide(self.admin))
        self.assertTrue(self.guide(self.admin, other))
        settings = self.env(user=self.admin)["res.config.settings"].create({})
        settings.action_show_arrears_guide()
        self.assertTrue(self.guide())

    def test_only_managers_see_it(self):
        handler = new_test_user(
            self.env,
            "arrears_no_guide",
            groups="premium_arrears.group_handler",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        self.assertFalse(self.guide(handler))
        with self.assertRaises(AccessError):
            self.open("letter", handler)
        self.env(user=handler)["onboarding.onboarding"].action_close_arrears_guide()
        self.assertTrue(self.guide())

    def test_it_goes_away_when_letters_really_leave(self):
        self.customer.write({"email": "c@example.com", "e_notice_consent_date": "2025-01-01"})
        self.company.arrears_test_email = "me@example.com"
        self.make_invoice(DUE)
        self.run_on(date(2026, 1, 22), post_letters=False)
        self.assertTrue(self.env["arrears.notice"].search([("test_mode", "=", True)]))
        self.assertIn("test", self.done(), "a test does not end the start")
        self.company.arrears_test_email = False
        self.assertIn("test", self.done(), "and it was tried, whatever the setting is now")
        self.customer.e_notice_consent_date = False
        self.run_on(date(2026, 2, 2))
        self.assertFalse(self.guide())

    def test_the_views_of_the_cases_have_it(self):
        for kind in ("list", "kanban"):
            arch = self.env["arrears.case"].get_view(view_type=kind)["arch"]
            self.assertIn(f'js_class="arrears_case_{kind}"', arch)

    def test_a_sample_letter_of_each_stage(self):
        stages = self.env["arrears.stage"].search([("mail_template_id", "!=", False)])
        self.assertTrue(stages)
        for stage in stages.with_user(self.manager):
            action = stage.action_preview()
            preview = self.env(user=self.manager)[action["res_model"]].browse(action["res_id"])
            self.assertIn("A. Customer", preview.page, stage.name)
            self.assertFalse(preview.missing, stage.name)
        self.assertFalse(
            self.env["arrears.notice"].search([("case_id.partner_id.name", "=", "A. Customer")])
        )
