"""Promise 12: no record, count or mail crosses companies."""

from datetime import date, timedelta

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import DAY, ArrearsCommon

DUE = date(2026, 1, 15)


@tagged("post_install", "-at_install")
class TestCompanies(ArrearsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.setup_other_company()["company"]
        cls.other._set_arrears_defaults()
        cls.handler = new_test_user(
            cls.env,
            "arrears_handler_here",
            groups="premium_arrears.group_handler",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )

    def make_there(self, due):
        """Return an invoice of the same customer in the other company."""
        policy = self.make_policy(company_id=self.other.id)
        company, type(self).company = self.company, self.other
        try:
            return self.make_invoice(due, policies=policy)
        finally:
            type(self).company = company

    def test_a_run_touches_its_own_company_only(self):
        here, there = self.make_invoice(DUE), self.make_there(DUE)
        run = self.run_on(DUE + timedelta(days=7))
        self.assertEqual(run.notice_ids.line_ids.item_id.move_id, here)
        self.assertFalse(self.case_of(there))
        other_run = self.runs.with_company(self.other).run_for(DUE + timedelta(days=7), self.other)
        self.assertEqual(other_run.notice_ids.line_ids.item_id.move_id, there)
        self.assertEqual(self.case_of(there).company_id, self.other)
        self.assertNotEqual(self.case_of(here), self.case_of(there))

    def test_a_salesperson_of_another_company_does_not_handle_a_case(self):
        self.customer.sudo().user_id = self.handler
        self.env["arrears.stage"].search([]).asks_call = True
        here, there = self.make_invoice(DUE), self.make_there(DUE)
        day = DUE + timedelta(days=7)
        runs = self.run_on(day) | self.runs.with_company(self.other).run_for(day, self.other)
        self.assertEqual(self.case_of(here).user_id, self.handler)
        self.assertFalse(self.case_of(there).user_id)
        self.assertEqual(runs.action_ids.mapped("state"), ["done", "done"])

    def test_a_hold_here_is_not_lifted_by_the_run_of_another_company(self):
        here = self.make_invoice(DUE)
        self.run_on(DUE + DAY)
        self.env["arrears.hold"].create(
            {
                "case_id": self.case_of(here).id,
                "kind": "dispute",
                "start": DUE + DAY,
                "reason": "The customer told us so",
            }
        )
        self.run_on(DUE + 2 * DAY)
        for days in range(1, 20):
            self.runs.run_for(DUE + days * DAY, self.other)
        self.assertEqual(self.case_of(here).state, "held")
        self.assertFalse(self.notices_of(here))

    def test_the_fee_is_booked_in_the_company_of_the_case(self):
        there = self.make_there(DUE)
        there.invoice_line_ids.insurance_policy_id.creditor = "office"
        day = DUE + DAY
        runs = self.runs.with_company(self.other)
        while day < DUE + timedelta(days=60):
            runs.run_for(day, self.other).mark_letters_posted(day)
            day += DAY
        fee = self.case_of(there).fee_ids
        self.assertEqual(fee.state, "booked")
        self.assertEqual(fee.move_id.company_id, self.other)
        self.assertEqual(fee.move_id.journal_id.company_id, self.other)

    def test_a_run_leaves_what_the_other_company_has_under_way(self):
        """Each night of the one company leaves items, proposals and notices of the other alone."""
        there = self.make_there(DUE)
        runs = self.runs.with_company(self.other)
        runs.run_for(DUE + DAY, self.other)
        self.assert_unchanged_by_a_run(there, DUE + timedelta(days=7))

        proposed = runs.create({"date": DUE + timedelta(days=8), "company_id": self.other.id})
        proposed.action_propose()
        self.assert_unchanged_by_a_run(there, DUE + timedelta(days=9))
        self.assertEqual(proposed.action_ids.mapped("state"), ["proposed"])

        for _checkpoint in proposed._as_service()._execute_day():
            pass
        self.assertEqual(self.notices_of(there).mapped("state"), ["queued"])
        self.assert_unchanged_by_a_run(there, DUE + timedelta(days=10))
        self.assertFalse(self.notices_of(there).body_hash)

        proposed.action_execute()
        proposed.mark_letters_posted(DUE + timedelta(days=10))
        day = DUE + timedelta(days=25)
        runs.run_for(day, self.other).mark_letters_posted(day)
        notice = self.notices_of(there, "formal_notice")
        runs.run_for(notice.date + DAY, self.other)
        self.assertEqual(there.coverage_state, "at_risk")
        self.assert_unchanged_by_a_run(there, notice.last_day + DAY)
        self.assertEqual(there.coverage_state, "at_risk")
        self.assertFalse(there.insurance_policy_ids.gap_ids)

        # Only the other company's own run ends the term there, and a run here leaves the gap.
        runs.run_for(notice.last_day + DAY, self.other)
        self.assertEqual(there.coverage_state, "suspended")
        there.insurance_policy_ids.end_date = notice.last_day + 2 * DAY
        self.assert_unchanged_by_a_run(there, notice.last_day + 2 * DAY)
        self.assertEqual(there.coverage_state, "suspended")

    def test_a_mail_is_followed_by_the_run_of_its_own_company(self):
        self.customer.write(
            {"email": "j.devries@example.com", "e_notice_consent_date": DUE - 30 * DAY}
        )
        there = self.make_there(DUE)
        day = DUE + timedelta(days=7)
        runs = self.runs.with_company(self.other)
        runs.run_for(day, self.other)
        notice = self.notices_of(there)
        self.assertEqual((notice.channel, notice.state), ("email", "queued"))
        notice.sudo().mail_id.state = "sent"
        self.run_on(day + DAY)
        self.assertEqual(notice.state, "queued")
        runs.run_for(day + 4 * DAY, self.other)
        self.assertEqual((notice.state, notice.sent_on), ("sent", day + 4 * DAY))

    def assert_unchanged_by_a_run(self, there, day):
        """Run a day of this company and assert that it leaves a case of the other one alone."""
        case = self.case_of(there)
        before = self.snapshot(case)
        run = self.run_on(day)
        self.assertFalse(run.action_ids & case.action_ids)
        self.assertEqual(self.snapshot(case), before)

    def snapshot(self, case):
        self.env.flush_all()
        self.env.invalidate_all()
        names = ["stage_id", "next_stage_id", "next_step_date", "next_reason", "stale"]
        return (
            case.item_ids.read([*names, "settled_on", "cycle"]),
            case.action_ids.read(["state", "skip_reason"]),
            case.notice_ids.read(["state", "settled", "body_hash"]),
            case.fee_ids.read(["state", "amount"]),
        )

    def test_figures_on_a_contact_are_of_the_chosen_companies_only(self):
        self.make_invoice(DUE)
        there = self.make_there(DUE)
        day = DUE + timedelta(days=7)
        self.run_on(day)
        self.runs.with_company(self.other).run_for(day, self.other)
        there.insurance_policy_ids.sudo().coverage_state = "suspended"
        # As the engine and the portal read them: without the record rules of a colleague.
        mine = self.customer.sudo().with_context(allowed_company_ids=self.company.ids)
        self.assertEqual((mine.arrears_case_count, mine.arrears_amount), (1, 45.0))
        self.assertFalse(mine.coverage_alert)
        both = mine.with_context(allowed_company_ids=(self.company | self.other).ids)
        self.assertEqual((both.arrears_case_count, both.arrears_amount), (2, 90.0))
        self.assertEqual(both.coverage_alert, "suspended")

    def test_a_colleague_sees_the_own_company_only(self):
        self.make_invoice(DUE)
        there = self.make_there(DUE)
        day = DUE + timedelta(days=7)
        self.run_on(day)
        self.runs.with_company(self.other).run_for(day, self.other)
        for model in ("arrears.case", "arrears.item", "arrears.notice", "arrears.run"):
            found = self.env[model].with_user(self.handler).search([])
            self.assertEqual(found.company_id, self.company, model)
        hidden = self.case_of(there).with_user(self.handler).with_company(self.company)
        with self.assertRaises(AccessError):
            hidden.read(["amount_due"])
        mine = self.customer.with_user(self.handler).with_context(
            allowed_company_ids=self.company.ids
        )
        self.assertEqual((mine.arrears_case_count, mine.arrears_amount), (1, 45.0))
        with self.assertRaises(AccessError):
            self.runs.with_user(self.handler).run_for(day + DAY, self.other)

    def test_every_kind_of_record_of_the_addon_stays_in_its_company(self):
        """Also what is added later: a model without a company, or without its rule, is red here."""
        rules = self.env["ir.rule"].with_user(self.handler)
        names = {
            name
            for name, model in self.registry.items()
            if name.startswith(("arrears.", "insurance.", "cis."))
            and not (model._abstract or model._transient)
        }
        # A counter of visits belongs to nobody's arrears, and nobody has rights on it.
        names.remove("arrears.page.count")
        self.assertLessEqual({"arrears.fee", "insurance.coverage.gap"}, names)
        for name in sorted(names):
            self.assertIn("company_id", self.env[name]._fields, name)
            domain = rules._compute_domain(name, "read")
            self.assertIn(
                "company_id", {leaf.field_expr for leaf in domain.iter_conditions()}, name
            )

    def test_no_citizen_service_number_anywhere(self):
        """Promise 12: no BSN. A field for it, by name or by label, has no place in this addon."""
        found = self.env["ir.model.data"].search(
            [("module", "=", "premium_arrears"), ("model", "=", "ir.model.fields")]
        )
        fields = self.env["ir.model.fields"].browse(found.mapped("res_id"))
        self.assertIn("licence_plate", fields.mapped("name"))
        for field in fields:
            words = f"{field.name} {field.field_description}".lower().replace("_", " ").split()
            self.assertFalse({"bsn", "burgerservicenummer"} & set(words), field.name)
