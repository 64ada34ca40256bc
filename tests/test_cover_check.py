"""Was there cover? Asked by the claims desk and by other modules."""

from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from .common import DAY
from .cover_common import BACK, DUE, STOP, TODAY, CoverCheckCommon


@tagged("post_install", "-at_install")
class TestCoverageOn(CoverCheckCommon):
    """The method for other modules."""

    def test_a_gap_and_the_days_around_it(self):
        self.make_gap(self.policy)
        expected = {
            date(2023, 12, 31): (False, "not_started", False, date(2023, 12, 31)),
            STOP - DAY: (True, "covered", date(2024, 1, 1), STOP - DAY),
            STOP: (False, "suspended", STOP, BACK - DAY),
            BACK - DAY: (False, "suspended", STOP, BACK - DAY),
            BACK: (True, "covered", BACK, False),
        }
        for day, (covered, code, first, last) in expected.items():
            found = self.policy.with_user(self.reader).coverage_on(day)
            self.assertEqual(
                (found["covered"], found["answer"], found["from"], found["until"]),
                (covered, code, first, last),
                day,
            )
            self.assertEqual(found["covered"], self.policy.covered_on(day))
            self.assertEqual(found["policy"], self.policy.id)
        found = self.policy.coverage_on(str(STOP))
        self.assertIn("from 24 February 2026 up to and including 9 March 2026", found["reason"])

    def test_a_gap_that_was_taken_back_never_was(self):
        self.make_gap(self.policy, resume=STOP)
        self.assertEqual(self.policy.coverage_on(STOP)["answer"], "covered")

    def test_an_ended_policy(self):
        self.policy.end_date = BACK
        self.assertTrue(self.policy.coverage_on(BACK - DAY)["covered"])
        found = self.policy.coverage_on(BACK)
        self.assertEqual((found["answer"], found["from"]), ("ended", BACK))
        self.assertIn("10 March 2026", found["reason"])

    def test_who_told_of_the_gap_is_said(self):
        self.make_gap(self.policy, source="insurer")
        self.make_gap(self.motor, source="opening", resume=False)
        self.assertIn("The insurer told us so", self.policy.coverage_on(STOP)["reason"])
        reason = self.motor.coverage_on(STOP)["reason"]
        self.assertIn("earlier records", reason)
        self.assertIn("has not been resumed", reason)

    def test_a_notice_under_way_then_passed_then_paid(self):
        notice = self.warn(self.policy, paid_on=BACK)
        self.assertTrue(notice.names_suspension)
        before = self.policy.coverage_on(notice.sent_on - DAY)
        self.assertEqual(before["answer"], "covered")
        running = self.policy.coverage_on(notice.last_day)
        self.assertEqual((running["answer"], running["notice"]), ("at_risk", notice.id))
        self.assertIn("23 February 2026", running["reason"])
        self.assertEqual(self.policy.coverage_on(notice.last_day + DAY)["answer"], "term_passed")
        self.assertEqual(self.policy.coverage_on(BACK)["answer"], "term_passed")
        self.assertEqual(self.policy.coverage_on(BACK + DAY)["answer"], "covered")

    def test_an_intermediary_sends_the_desk_to_the_insurer(self):
        policy = self.make_policy(office_role="intermediary")
        notice = self.warn(policy)
        found = policy.coverage_on(notice.last_day + DAY)
        self.assertEqual((found["answer"], found["certain"]), ("insurer_decides", False))
        self.assertIn(self.insurer.name, found["reason"])
        self.assertTrue(policy.coverage_on(notice.last_day)["certain"])

    def test_a_withdrawn_notice_puts_nothing_at_risk(self):
        notice = self.warn(self.policy)
        notice.sudo().state = "withdrawn"
        self.assertEqual(self.policy.coverage_on(notice.last_day)["answer"], "covered")

    def test_an_unpaid_first_premium_is_for_the_policy_conditions(self):
        move = self.make_invoice(DUE, kind="first")
        self.assertEqual(self.policy.coverage_on(DUE)["answer"], "covered")
        found = self.policy.coverage_on(DUE + DAY)
        self.assertEqual((found["answer"], found["certain"]), ("first_premium_open", False))
        self.assertIn("15 January 2026", found["reason"])
        self.pay_invoice(move, credited_on=DUE + 5 * DAY)
        self.assertEqual(self.policy.coverage_on(DUE + 5 * DAY)["answer"], "first_premium_open")
        self.assertEqual(self.policy.coverage_on(DUE + 6 * DAY)["answer"], "covered")

    def test_injured_third_parties_of_a_vehicle(self):
        self.make_gap(self.motor, resume=False)
        untold = self.motor.coverage_on(STOP)
        self.assertFalse(untold["liability_until"])
        self.assertIn("RDW has not been told", untold["reason"])
        self.tell_rdw(self.motor, STOP)
        self.env.invalidate_all()
        told = self.motor.coverage_on(STOP)
        self.assertEqual(told["liability_until"], STOP + 16 * DAY)
        self.assertIn("injured third parties are covered until 12 March 2026", told["reason"])
        self.assertIn("not on this day", self.motor.coverage_on(STOP + 17 * DAY)["reason"])
        self.assertEqual(self.motor.gap_ids.liability_text, "covered until 03/12/2026")
        self.assertFalse(self.policy.coverage_on(STOP)["liability_until"])

    def test_what_is_no_day_is_refused_by_name(self):
        for wrong in ("soon", False, "1899-01-01"):
            with self.assertRaisesRegex(UserError, "a date from 1970"):
                self.policy.coverage_on(wrong)

    def test_a_policy_older_than_the_law_knows_gives_an_answer(self):
        self.policy.start_date = date(1962, 5, 1)
        self.assertTrue(self.policy.coverage_on(STOP)["covered"])
        self.policy.end_date = date(1969, 1, 1)
        self.assertEqual(self.policy.coverage_on(STOP)["answer"], "ended")

    def test_many_policies_cost_the_queries_of_few(self):
        counts = {}
        for count in (2, 20):
            policies = self.env["insurance.policy"]
            for _number in range(count):
                policy = self.make_policy(partner_id=self.make_customer("Many").id)
                self.make_gap(policy)
                policies |= policy
            self.make_invoice(DUE, policies=policies[0], kind="first")
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            with self.assertQueryCount(counts.get(2, 40)):
                found = policies.coverages_on(STOP)
            counts[count] = self.env.cr.sql_log_count - before
            self.assertEqual([row["policy"] for row in found], policies.ids)
            self.assertEqual({row["answer"] for row in found}, {"suspended"})

    def test_a_reader_of_another_company_gets_nothing(self):
        other = self.setup_other_company()["company"]
        there = self.make_policy(company_id=other.id, name="THERE-1", licence_plate="ZZ-999-Z")
        with self.assertRaises(AccessError):
            there.with_user(self.reader).coverage_on(STOP)
        self.assertFalse(self.env["insurance.policy"]._find_for_claim("zz999z", self.company))
        self.assertIn("No policy is known", self.ask("zz999z", STOP).message)


@tagged("post_install", "-at_install")
class TestCoverCheck(CoverCheckCommon):
    """The desk's form: a plate and a day in, the answer out."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time(TODAY))

    def test_a_plate_or_number_in_any_spelling(self):
        policies = self.env["insurance.policy"]
        for text in ("GB-123-K", "gb123k", " gb 123 k", "NLS-204.988", "nls 204988", "NLS204988"):
            self.assertEqual(policies._find_for_claim(text, self.company), self.motor, text)
        for text in ("", " - ", "GB-123", "NLS"):
            self.assertFalse(policies._find_for_claim(text, self.company), text)
        self.motor.licence_plate = "12-ABC-3"
        self.assertFalse(policies._find_for_claim("gb123k", self.company))
        self.assertEqual(policies._find_for_claim("12abc3", self.company), self.motor)

    def test_no_cover_is_said_at_once_with_reason_notice_payments_and_links(self):
        notice = self.warn(self.motor)
        move = notice.line_ids.item_id.move_id
        self.motor.sudo()._suspend(STOP, notice, {})
        self.pay_invoice(move, credited_on=BACK - DAY)
        form = self.ask("gb 123 k", STOP + DAY)
        said = self.words(form.answer_html)
        self.assertIn("No cover", said)
        self.assertIn("from 24 February 2026 up to and including 9 March 2026", said)
        self.assertIn(notice.name, said)
        self.assertIn("03/09/2026", said)
        self.assertIn(move.name, said)
        self.assertIn("alert-danger", form.answer_html)
        for url in (
            f"/odoo/arrears-notices/{notice.id}",
            f"/odoo/insurance-policies/{self.motor.id}",
            f"/odoo/arrears/{notice.case_id.id}",
        ):
            self.assertIn(f'href="{url}"', form.answer_html)
        copied = form.answer_text
        for part in ("No cover", "25 February 2026", self.insurer.name, "claims_desk", notice.name):
            self.assertIn(part, copied)
        self.assertNotIn("<", copied)

    def test_colours_of_the_answers(self):
        self.make_gap(self.motor)
        broker = self.make_policy(name="BROKER-1", office_role="intermediary")
        notice = self.warn(broker)
        answers = {
            ("GB-123-K", STOP): "danger",
            ("GB-123-K", BACK): "success",
            ("BROKER-1", notice.last_day + DAY): "warning",
        }
        for (text, day), colour in answers.items():
            self.assertIn(f"alert-{colour}", self.ask(text, day).answer_html, text)

    def test_a_plate_insured_one_after_the_other_is_chosen_by_day(self):
        self.motor.end_date = STOP
        second = self.make_policy(
            name="SECOND", line_of_business="motor", licence_plate="GB123K", start_date=STOP
        )
        before, after = self.ask("GB-123-K", STOP - DAY), self.ask("GB-123-K", STOP)
        self.assertEqual(before.policy_ids.ids, self.motor.ids)
        self.assertEqual(after.policy_ids.ids, second.ids)
        self.assertIn("Motor SECOND, GB123K, Verzekeraar Noord, has this", before.answer_html)
        self.motor.active = False
        self.assertEqual(self.ask("GB-123-K", STOP - DAY).policy_ids.ids, self.motor.ids)

    def test_one_number_at_two_insurers_gives_both_answers(self):
        other = self.insurer.copy({"name": "Verzekeraar Zuid"})
        twin = self.make_policy(name=self.policy.name, insurer_id=other.id)
        self.make_gap(twin)
        form = self.ask(self.policy.name, STOP)
        said = self.words(form.answer_html)
        self.assertIn("2 policies have the number", said)
        self.assertIn("Verzekeraar Zuid", said)
        self.assertIn("No cover", said)
        self.assertIn("There has been cover since 1 January 2024", said)

    def test_what_cannot_be_answered_is_said_in_words(self):
        stories = {
            ("AB-12", STOP): "is not a Dutch licence plate",
            ("ZZ-123-Z", STOP): "No policy is known with number or licence plate",
            ("GB-123-K", False): "Fill in the day of loss",
            ("GB-123-K", TODAY + DAY): "lies in the future",
        }
        for (text, day), words in stories.items():
            form = self.ask(text, day)
            self.assertIn(words, form.message, text)
            self.assertFalse(form.answer_html)
            self.assertFalse(form.answer_text)
        empty = self.ask("  ", STOP)
        self.assertFalse(empty.message)
        self.assertFalse(empty.answer_html)

    def test_the_button_on_a_policy_asks_about_today(self):
        self.make_gap(self.motor, resume=False)
        action = self.motor.with_user(self.reader).action_check_cover()
        form = self.open_action(action)
        self.assertEqual(form.day, TODAY)
        self.assertIn("is suspended since 24 February 2026", self.words(form.answer_html))
        form.day = STOP - DAY
        self.assertIn("alert-success", form.answer_html)

    def test_the_button_on_a_contact_answers_for_each_policy_of_this_company(self):
        other = self.setup_other_company()["company"]
        self.make_policy(company_id=other.id, name="THERE-1")
        self.make_gap(self.motor, resume=False)
        form = self.open_action(self.customer.with_user(self.reader).action_check_cover())
        self.assertEqual(form.policy_ids.ids, (self.motor | self.policy).ids)
        said = self.words(form.answer_html)
        self.assertIn(self.policy.name, said)
        self.assertNotIn("THERE-1", said)
        nobody = self.make_customer("Without a policy").with_user(self.reader)
        self.assertIn("No policy of", self.open_action(nobody.action_check_cover()).message)

    def open_action(self, action):
        model = self.env[action["res_model"]].with_user(self.reader)
        return Form(model.with_context(**action["context"]))

    def test_asking_writes_nothing_and_asks_for_the_reader_s_right(self):
        self.make_gap(self.motor)
        self.env.flush_all()
        stamps = (self.motor | self.policy).mapped("write_date")
        self.ask("GB-123-K", STOP).save()
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual((self.motor | self.policy).mapped("write_date"), stamps)
        for model in ("insurance.policy", "insurance.coverage.gap"):
            self.assertFalse(self.env[model].with_user(self.reader).has_access("write"))
        stranger = new_test_user(self.env, "stranger", groups="base.group_user")
        with self.assertRaises(AccessError):
            self.ask("GB-123-K", STOP, user=stranger)

    def test_where_the_app_opens(self):
        checks = self.env["insurance.cover.check"]
        self.assertEqual(
            checks.with_user(self.reader)._get_start_action()["res_model"], "insurance.cover.check"
        )
        self.assertEqual(checks._get_start_action()["res_model"], "arrears.case")
        start = self.env.ref("premium_arrears.start_action").with_user(self.reader)
        self.assertEqual(start.run()["res_model"], "insurance.cover.check")

    def test_a_dutch_colleague_reads_dutch_days(self):
        self.env["res.lang"]._activate_lang("nl_NL")
        self.reader.lang = "nl_NL"
        self.make_gap(self.motor)
        form = Form(
            self.env["insurance.cover.check"].with_user(self.reader).with_context(lang="nl_NL")
        )
        form.search_text = "gb123k"
        form.day = STOP
        self.assertIn("24 februari 2026", form.answer_html)
