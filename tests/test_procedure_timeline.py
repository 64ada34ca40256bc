"""The time line of a procedure: the days and words of what a real case would meet."""

from datetime import date

from odoo.tests import Form, tagged

from .common import DAY, ArrearsCommon

DUE = date(2026, 3, 2)


@tagged("post_install", "-at_install")
class TestProcedureTimeline(ArrearsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.arrears_office_role = "authorised_agent"
        cls.procedure = cls.env.ref("premium_arrears.procedure_consumer").copy(
            {"name": "Ours", "company_id": cls.company.id, "insurer_id": cls.insurer.id}
        )

    def shown(self, **example):
        """Return the time line of our procedure as rows of (day, title, texts)."""
        procedure = self.env["arrears.procedure"].new(origin=self.procedure)
        for name, value in {"example_due_date": DUE, **example}.items():
            procedure[name] = value
        found = procedure._prepare_timeline()
        return [(row["day"], row["title"], " ".join(row["texts"])) for row in found["rows"]]

    def text(self, **example):
        return "\n".join(" ".join(row) for row in self.shown(**example))

    def test_the_days_are_those_of_a_case_that_is_walked(self):
        """The same procedure in earnest: a premium that nobody pays, run after run."""
        self.company.write({"arrears_quiet_days": 3, "arrears_rest_days": True})
        move = self.make_invoice(DUE, amount=50.0)
        self.walk(DUE, date(2026, 6, 10))
        words = self.text()
        notices = self.notices_of(move).filtered("stage_id")
        self.assertEqual(len(notices), 4)
        self.assertEqual(notices.stage_id, self.procedure.stage_ids.filtered("mail_template_id"))
        for notice in notices:
            for day in (notice.sent_on, notice.received_on, notice.last_day):
                self.assertIn(self.procedure._timeline_day(day), words, notice.kind)
        fee = notices.fee_id
        booked = self.procedure._timeline_day(fee.booked_on)
        money = self.procedure._timeline_money(40)
        self.assertEqual(fee.amount, 40)
        self.assertIn(f"a collection fee of {money} is due from {booked}", words)
        gap = self.policy.gap_ids
        self.assertIn(f"the cover stops on {self.procedure._timeline_day(gap.start)}", words)
        proposed = self.env["arrears.action"].search([("kind", "=", "handover")])
        self.assertIn(self.procedure._timeline_day(proposed.run_id.date), words)

    def test_an_intermediary_only_warns_and_needs_a_registration_for_a_fee(self):
        words = self.text(example_office_role="intermediary")
        self.assertIn("The insurer decides whether the cover stops", words)
        self.assertIn("a collection fee of", words)
        self.company.arrears_register_from = False
        words = self.text(example_office_role="intermediary", example_due_date=date(2026, 11, 2))
        self.assertIn("the office is not registered as a collector", words)

    def test_the_rule_of_cover_counts(self):
        rule = self.env["insurance.cover.rule"].create(
            {
                "company_id": self.company.id,
                "date_from": "2026-01-01",
                "suspend_after": "final_notice",
                "grace_days": 5,
            }
        )
        row = next(row for row in self.shown() if row[1] == "14-day notice")
        final = next(row for row in self.shown() if row[1] == "Final notice")
        self.assertIn("Last day to pay: Mon 4 May 2026", final[2])
        self.assertIn("the cover stops on Sun 10 May 2026", row[2])
        rule.suspend_after = "formal_notice"
        row = next(row for row in self.shown() if row[1] == "14-day notice")
        self.assertNotIn("10 May", row[2])
        words = self.text(line_of_business="health_basic")
        self.assertIn("basic health insurance never stops", words)

    def test_a_business_owes_at_once_and_a_consumer_nothing_by_that_notice(self):
        self.procedure.stage_ids.filtered("charges_fee").kind = "business_notice"
        self.assertIn("a consumer owes none after this notice", self.text())
        self.procedure.debtor_type = "business"
        money = self.procedure._timeline_money(40)
        words = self.text(example_debtor_type="business")
        self.assertIn(f"A collection fee of {money} is due at once", words)

    def test_too_little_open_ends_the_row(self):
        self.procedure.stage_ids.filtered(lambda s: s.kind == "final_notice").minimum_amount = 75
        rows = self.shown()
        self.assertEqual(rows[-1][:2], ("", "Final notice"))
        self.assertIn(self.procedure._timeline_money(75), rows[-1][2])
        self.assertEqual(len(self.shown(example_premium=100.0)), 7)

    def test_the_form_shows_changes_before_they_are_saved(self):
        with Form(self.procedure) as form:
            form.example_due_date = DUE
            self.assertIn("Mon 9 Mar 2026", form.timeline_html)
            with form.stage_ids.edit(0) as stage:
                stage.delay_days = 10
                stage.name = "A kind word"
            self.assertIn("Thu 12 Mar 2026", form.timeline_html)
            self.assertNotIn("Mon 9 Mar 2026", form.timeline_html)
            with form.stage_ids.new() as stage:
                stage.name = "One more"
                stage.kind = "handover"
                stage.sequence = self.procedure.stage_ids[-1].sequence
            self.assertIn("One more", form.timeline_html)
        self.assertEqual(self.procedure.stage_ids[:1].name, "A kind word")
        today = self.procedure.with_context(arrears_day=DUE + DAY)
        self.assertEqual(today.example_due_date, DUE + DAY, "the example is not saved")

    def test_what_is_not_possible_is_told_not_raised(self):
        procedure = self.env["arrears.procedure"].new(origin=self.procedure)
        procedure.collected_by = "insurer"
        self.assertIn("The days cannot be told like this", procedure.timeline_html)
        procedure.example_due_date = False
        self.assertIn("Fill in a day", procedure.timeline_html)
        procedure = self.env["arrears.procedure"].new({"name": "Empty"})
        procedure.example_due_date = DUE
        self.assertIn("No stage is in force", procedure.timeline_html)

    def test_dutch_days(self):
        self.env["res.lang"]._activate_lang("nl_NL")
        dutch = self.procedure.with_context(lang="nl_NL", arrears_day=DUE)
        self.assertIn("ma 2 mrt 2026", str(dutch.timeline_html).replace("mrt.", "mrt"))
        self.assertNotIn("Mon", dutch.timeline_html)
