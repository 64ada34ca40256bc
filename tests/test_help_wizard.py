"""Promises 8 and 9: who cannot pay is helped, and who is in the same situation is treated alike."""

from datetime import date

from lxml import etree

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools.safe_eval import safe_eval

from ..law import calendar
from .common import DAY, ArrearsCommon

DUE = date(2026, 1, 15)


@tagged("post_install", "-at_install")
class TestHelpWizard(ArrearsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.setup_other_company()["company"]
        cls.other._set_arrears_defaults()
        cls.handler = cls.make_colleague("helping_handler", "group_handler")
        cls.reader = cls.make_colleague("helping_reader", "group_reader")
        cls.second = cls.make_policy(line_of_business="motor", licence_plate="GB-123-K")
        cls.moves = cls.make_invoice(DUE) | cls.make_invoice(
            DUE + 2 * DAY, policies=cls.second, amount=60.05
        )

    @classmethod
    def make_colleague(cls, login, group):
        return new_test_user(
            cls.env,
            login,
            groups=f"premium_arrears.{group}",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    def setUp(self):
        super().setUp()
        self.day = DUE + 5 * DAY
        self.run_on(self.day)
        self.case = self.case_of(self.moves[0])

    def open_help(self, source=None, user=None):
        """Return the form as it opens from a record, by default from the case."""
        record = (source or self.case).with_user(user or self.handler)
        action = record.action_help()
        form = Form(record.env[action["res_model"]].with_context(**action["context"]))
        form.day = self.day
        form.first_day = date(2026, 2, 27)
        return form

    def agree(self, form, **values):
        """Fill in the rest of a form, and do what was agreed; return the action."""
        for name, value in values.items():
            setattr(form, name, value)
        return form.save().action_apply()

    def assessment(self):
        return self.env["arrears.assessment"].search([("case_id", "=", self.case.id)])

    # === ARRANGEMENT === #

    def test_three_instalments_over_two_invoices_by_phone(self):
        form = self.open_help()
        form.able = "in_parts"
        self.assertEqual(form.way, "arrangement")
        self.assertEqual(form.total, 105.05)
        self.assertIn("Friday 27 February 2026", form.preview)
        self.assertIn("35.01", form.preview)
        self.assertIn("35.03", form.preview)
        action = self.agree(form, affordable=True)
        made = self.env["arrears.arrangement"].browse(action["res_id"])
        self.assertEqual(made.state, "active")
        self.assertEqual(made.accepted_via, "phone")
        self.assertEqual(made.user_id, self.handler)
        self.assertEqual(made.instalment_ids.mapped("amount"), [35.01, 35.01, 35.03])
        self.assertEqual(
            made.instalment_ids.mapped("date"),
            [date(2026, 2, 27), date(2026, 3, 27), date(2026, 4, 28)],
        )
        self.assertEqual(made.line_ids.item_id.move_id, self.moves)
        self.assertEqual(self.assessment().arrangement_id, made)
        self.assertEqual(self.assessment().user_id, self.handler)
        self.assertFalse(self.assessment().deviates)
        # Confirmed once, and not asked for what was said already.
        self.assertEqual(self.case.notice_ids.mapped("kind").count("arrangement"), 1)
        self.assertNotIn("arrangement_proposed", self.case.notice_ids.mapped("kind"))

    def test_an_amount_per_instalment_with_the_rest_first(self):
        form = self.open_help()
        form.able = "in_parts"
        form.divide_by = "part"
        form.part = 40.0
        form.rest = "first"
        form.every = "month"
        form.day_of_month = 1
        action = self.agree(form, affordable=True)
        made = self.env["arrears.arrangement"].browse(action["res_id"])
        self.assertEqual(made.instalment_ids.mapped("amount"), [25.05, 40.0, 40.0])
        self.assertEqual(made.instalment_ids[1].date, date(2026, 3, 2))

    def test_one_of_two_invoices(self):
        form = self.open_help()
        form.able = "in_parts"
        item = self.case.item_ids.filtered(lambda i: i.move_id == self.moves[1])
        form.item_ids.remove(id=item.id)
        self.assertEqual(form.total, 45.0)
        made = self.agree(form, affordable=True, instalment_count=2)
        arrangement = self.env["arrears.arrangement"].browse(made["res_id"])
        self.assertEqual(arrangement.line_ids.item_id.move_id, self.moves[0])
        again = self.open_help()
        self.assertEqual(again.total, 60.05)
        self.assertIn(arrangement.name, again.left_out)

    def test_sent_for_acceptance_waits_for_the_customer(self):
        form = self.open_help()
        form.able = "in_parts"
        action = self.agree(form, affordable=True, acceptance="send")
        made = self.env["arrears.arrangement"].browse(action["res_id"])
        self.assertEqual(made.state, "proposed")
        self.assertFalse(made.accepted_on)
        self.assertIn("arrangement_proposed", self.case.notice_ids.mapped("kind"))
        made.with_user(self.handler).accept(self.day + DAY, "phone")
        self.assertEqual(made.state, "active")

    def test_beyond_the_limits_a_manager_approves(self):
        form = self.open_help()
        form.able = "in_parts"
        form.instalment_count = 9
        self.assertIn("A manager has to approve this", form.beyond_text)
        action = self.agree(form, affordable=True)
        made = self.env["arrears.arrangement"].browse(action["res_id"])
        self.assertEqual(made.state, "proposed")
        with self.assertRaises(AccessError):
            made.with_user(self.handler).action_approve()
        made.action_approve()
        self.assertEqual(made.state, "active")

    def test_later_at_once_is_one_instalment(self):
        form = self.open_help()
        form.able = "later_at_once"
        self.assertEqual(form.way, "deferral")
        action = self.agree(form, affordable=True)
        made = self.env["arrears.arrangement"].browse(action["res_id"])
        self.assertEqual((made.kind, made.state), ("deferral", "active"))
        self.assertEqual(made.instalment_ids.mapped("amount"), [105.05])

    def test_fees_are_waived_before_with_a_reason(self):
        notice = self.formal_notice(self.moves[0], self.day + DAY)
        self.run_on(notice.last_day + DAY)
        fees = self.case.fee_ids
        self.assertIn("booked", fees.mapped("state"))
        self.day = notice.last_day + 2 * DAY
        form = self.open_help()
        form.first_day = self.day + 20 * DAY
        form.able = "in_parts"
        with_fee = form.total
        self.assertGreater(form.charge_amount, 0)
        form.charges = "waive"
        self.assertAlmostEqual(form.total, with_fee - form.charge_amount)
        self.assertIn("no cover now", form.cover_text)
        action = self.agree(form, affordable=True, waive_reason="It helps more")
        self.assertEqual(set(fees.mapped("state")), {"waived"})
        self.assertEqual(set(fees.mapped("waive_reason")), {"It helps more"})
        made = self.env["arrears.arrangement"].browse(action["res_id"])
        self.assertFalse(made.line_ids.fee_id)

    # === REFUSED WITH A FRIENDLY WORD === #

    def refuse(self, words, **values):
        form = self.open_help()
        form.able = "in_parts"
        values = {"affordable": True, **values}
        with self.assertRaisesRegex(UserError, words), self.cr.savepoint():
            self.agree(form, **values)
        self.assertFalse(self.case.arrangement_ids)

    def test_what_cannot_be_is_refused_in_words(self):
        self.refuse("more than 0", divide_by="part", part=0.0)
        self.refuse("more than 0", divide_by="part", part=-5.0)
        self.refuse("has passed", first_day=self.day - DAY)
        self.refuse("1 to 60", instalment_count=10000)
        self.refuse("1 to 60", instalment_count=0)
        self.refuse("1 to 31", day_of_month=32)
        self.refuse("afford", affordable=False)

    def test_the_preview_says_what_is_wrong_while_it_is_typed(self):
        form = self.open_help()
        form.able = "in_parts"
        form.instalment_count = 10000
        self.assertIn("1 to 60", form.problem)
        self.assertFalse(form.preview)
        form.instalment_count = 2
        self.assertFalse(form.problem)
        self.assertIn("52.52", form.preview)

    def test_items_of_another_company_or_customer_are_refused(self):
        stranger = self.make_customer("P. Bakker")
        policy = self.make_policy(partner_id=stranger.id)
        foreign = self.make_invoice(DUE, policies=policy)
        self.run_on(self.day + DAY)
        item = self.case_of(foreign).item_ids
        form = self.open_help()
        form.able = "in_parts"
        form.affordable = True
        wizard = form.save()
        wizard.item_ids = [Command.link(item.id)]
        with self.assertRaisesRegex(UserError, "only what this customer"):
            wizard.action_apply()
        self.case.sudo().company_id = self.other
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            self.case.with_user(self.handler).action_help()

    def test_nothing_in_arrears_is_said(self):
        nobody = self.make_customer("A. Smit")
        with self.assertRaisesRegex(UserError, "nothing is in arrears"):
            nobody.with_user(self.handler).action_help()

    # === FROM EVERYWHERE === #

    def test_the_customer_and_the_invoice_open_the_same(self):
        for source in (self.customer, self.moves[0]):
            form = self.open_help(source)
            self.assertEqual(form.case_id, self.case)
            self.assertEqual(form.total, 105.05)

    def test_nobody_is_offered_help_when_all_cases_are_closed(self):
        move, models = self.moves[0], ("res.partner", "account.move")
        shown = {name: self.find_help_button(name) for name in models}
        self.assertFalse(shown["res.partner"](self.customer))
        self.assertFalse(shown["account.move"](move))
        for each in self.moves:
            self.pay_invoice(each, self.day)
        self.run_on(self.day + DAY)
        self.assertEqual(self.case.state, "closed")
        self.assertTrue(shown["res.partner"](self.customer), "hidden")
        self.assertTrue(shown["account.move"](move), "hidden")
        for record in (self.customer, move, self.case):
            with self.assertRaisesRegex(UserError, "no open case: nothing is in arrears"):
                record.with_user(self.handler).action_help()

    def find_help_button(self, model):
        """Return what tells of a record whether its form hides the button."""
        tree = etree.fromstring(self.env[model].get_view(view_type="form")["arch"])
        [button] = tree.xpath("//button[@name='action_help']")
        names = [field for field in self.env[model]._fields if field in button.get("invisible")]
        return lambda record: bool(
            safe_eval(button.get("invisible"), {name: record[name] for name in names})
        )

    # === THE OTHER WAYS === #

    def test_another_way_than_proposed_needs_a_reason(self):
        form = self.open_help()
        form.able = "in_parts"
        form.way = "last_chance"
        self.assertTrue(form.deviates)
        form.told = True
        with self.assertRaisesRegex(AssertionError, "deviation_reason"):
            form.save()
        form.deviation_reason = "other"
        form.deviation_note = "Asked for by letter"
        self.agree(form)
        made = self.assessment()
        self.assertTrue(made.deviates)
        self.assertEqual((made.proposed_way, made.chosen_way), ("arrangement", "last_chance"))
        wizard = self.env["arrears.help"].create({"case_id": self.case.id, "able": "in_parts"})
        wizard.write({"way": "pay_now", "told": True})
        with self.assertRaisesRegex(UserError, "treated the same"):
            wizard.action_apply()

    def test_the_reason_for_another_way_holds_no_bsn(self):
        form = self.open_help()
        form.able = "in_parts"
        form.way = "last_chance"
        form.told = True
        form.deviation_reason = "other"
        form.deviation_note = "BSN 111222333"
        with self.assertRaisesRegex(ValidationError, "BSN"):
            self.agree(form)

    def test_another_term_is_an_activity_and_changes_nothing(self):
        self.policy.frequency = "yearly"
        form = self.open_help()
        self.assertTrue(form.yearly_premium)
        form.able = "now"
        form.way = "payment_term"
        form.deviation_reason = "customer_wish"
        with self.assertRaisesRegex(UserError, "Tell the customer"):
            self.agree(form)
        self.agree(form, told=True, activity_user_id=self.reader)
        activity = self.assessment().activity_id
        self.assertEqual(activity.user_id, self.reader)
        self.assertIn("next premium", activity.note)
        self.assertEqual(self.policy.frequency, "yearly")
        event = self.case.history_ids.filtered(lambda row: row.event == "way_out")
        self.assertEqual(event.reason, "Talked about what is possible")

    def test_debt_help_without_consent_passes_nothing_on(self):
        form = self.open_help()
        form.able = "not_at_all"
        form.cause = "lasting"
        self.assertEqual(form.way, "debt_help")
        self.agree(form, told=True, hold_until=self.day + 30 * DAY)
        made = self.assessment()
        self.assertEqual(made.hold_id.kind, "debt_help")
        self.assertFalse(made.hold_id.end, "a person ends it")
        self.assertEqual(made.hold_id.review_on, self.day + 30 * DAY)
        self.assertEqual(made.notice_id.kind, "help_leaflet")
        self.assertFalse(made.activity_id)
        self.assertFalse(made.hold_id.activity_ids)
        self.assertFalse(self.case.activity_ids)
        event = self.case.history_ids.filtered(lambda row: row.event == "way_out")
        self.assertEqual(event.reason, "Talked about what is possible")
        # Who may not see debt help finds neither the leaflet nor a row about it.
        trusted = new_test_user(
            self.env, "trusted", "premium_arrears.group_debt_help", company_id=self.company.id
        )
        for user, seen in ((self.reader, 0), (self.handler, 0), (trusted, 1)):
            with self.subTest(user=user.login):
                notices = self.env["arrears.notice"].with_user(user)
                self.assertEqual(notices.search_count([("kind", "=", "help_leaflet")]), seen)
                rows = self.case.history_ids.with_user(user).search(
                    [("notice_id", "=", made.notice_id.id)]
                )
                self.assertEqual(bool(rows), bool(seen and made.notice_id.sudo().state != "queued"))

    def test_debt_help_with_consent_passes_the_least_on(self):
        form = self.open_help()
        form.able = "not_at_all"
        self.agree(form, told=True, hold_until=self.day + 30 * DAY, referral_consent_date=self.day)
        note = self.assessment().activity_id.note
        self.assertIn(self.customer.name, note)
        self.assertIn(self.case.name, note)
        self.assertFalse(self.case.activity_ids)
        self.assertNotIn("Cannot pay", note)
        self.assertNotIn(self.customer.street, note)
        self.assertEqual(self.assessment().referral_consent_date, self.day)

    def test_an_assessment_is_deleted_some_months_after_its_case(self):
        form = self.open_help()
        form.able = "in_parts"
        self.agree(form, affordable=True)
        made = self.assessment()
        months = self.company.arrears_debt_help_months
        self.pay_invoice(self.case.item_ids[:1].move_id, credited_on=self.day)
        for move in self.case.item_ids.move_id.filtered("amount_residual"):
            self.pay_invoice(move, credited_on=self.day)
        self.assertEqual(self.case.closed_on, self.day)
        last = calendar.add_months(self.day, months)
        self.assertFalse(made._erase(last, self.company))
        with self.assertRaises(UserError):
            made.sudo().unlink()
        self.assertEqual(made._erase(last + DAY, self.company), 1)
        self.assertFalse(made.exists())

    def test_consent_of_a_day_that_has_not_come_is_refused(self):
        form = self.open_help()
        form.able = "not_at_all"
        with self.assertRaisesRegex(UserError, "lies ahead"):
            self.agree(
                form,
                told=True,
                hold_until=self.day + 30 * DAY,
                referral_consent_date=self.day + DAY,
            )

    # === STEPS OF AN ARRANGEMENT === #

    def step(self, arrangement, step, **values):
        action = arrangement.with_user(self.handler).with_context(arrears_step=step).action_step()
        model = self.env["arrears.arrangement.step"].with_user(self.handler)
        form = Form(model.with_context(**action["context"]))
        form.day = self.day
        for name, value in values.items():
            setattr(form, name, value)
        form.save().action_apply()

    def test_paused_changed_and_ended_from_the_form(self):
        item = self.case.item_ids.filtered(lambda i: i.move_id == self.moves[0])
        made = self.arrange(item, self.day, count=3, first_day=date(2026, 2, 27))
        self.step(made, "pause", until=date(2026, 3, 31), reason="Waits for an allowance")
        self.assertEqual(made.paused_until, date(2026, 3, 31))
        self.assertGreater(min(made.instalment_ids.mapped("date")), date(2026, 3, 31))
        self.step(made, "change", instalment_count=2, first_day=date(2026, 4, 30), reason="Asked")
        self.assertEqual(made.instalment_ids.mapped("amount"), [22.5, 22.5])
        self.step(made, "add", instalment_count=2, first_day=date(2026, 4, 30))
        self.assertEqual(made.line_ids.item_id.move_id, self.moves)
        self.assertEqual(made.amount, 105.05)
        with self.assertRaisesRegex(UserError, "Say why"):
            wizard = self.env["arrears.arrangement.step"].create(
                {"arrangement_id": made.id, "step": "cancel"}
            )
            wizard.action_apply()
        self.step(made, "cancel", reason="The customer pays at once")
        self.assertEqual(made.state, "cancelled")

    def test_counts_and_banner(self):
        made = self.arrange(self.case.item_ids, self.day, count=2)
        self.assertEqual(self.case.running_arrangement_id, made)
        self.assertEqual(self.customer.arrangement_count, 1)
        self.assertEqual(self.moves[0].arrangement_count, 1)
        for record in (self.case, self.customer, self.moves[0]):
            self.assertEqual(record.action_view_arrangements()["res_id"], made.id)
        self.assertEqual(made.next_day, min(made.instalment_ids.mapped("date")))
        self.assertFalse(made.has_missed)

    # === WHO === #

    def test_a_reader_neither_helps_nor_sees_the_answers(self):
        with self.assertRaises(AccessError):
            self.open_help(user=self.reader)
        form = self.open_help()
        form.able = "in_parts"
        self.agree(form, affordable=True)
        made = self.assessment()
        self.assertEqual(made.with_user(self.handler).able, "in_parts")
        with self.assertRaises(AccessError):
            made.with_user(self.reader).read(["able"])

    def test_who_has_debts_elsewhere_is_for_its_own_group(self):
        form = self.open_help()
        form.able = "in_parts"
        form.several_debts = "yes"
        self.agree(form, told=True, hold_until=self.day + 30 * DAY)
        made = self.assessment()
        self.assertEqual(made.chosen_way, "debt_help")
        with self.assertRaises(AccessError):
            made.with_user(self.handler).read(["several_debts"])
        self.assertFalse(self.case.with_user(self.handler).assessment_ids)
        helping = self.make_colleague("debt_helper", "group_debt_help")
        self.assertEqual(made.with_user(helping).several_debts, "yes")
        self.assertEqual(self.case.with_user(helping).assessment_ids, made)

    def test_an_assessment_is_evidence(self):
        form = self.open_help()
        form.able = "in_parts"
        self.agree(form, affordable=True)
        made = self.assessment()
        with self.assertRaises(AccessError):
            made.with_user(self.handler).write({"able": "now"})
        with self.assertRaises(AccessError):
            made.write({"able": "now"})
        with self.assertRaises(UserError):
            made.sudo().unlink()

    # === EQUAL TREATMENT === #

    def test_the_report_shows_who_treats_the_same_situation_otherwise(self):
        service = self.env["arrears.assessment"].with_user(self.handler).sudo()
        answers = {
            "willing": "yes",
            "able": "in_parts",
            "cause": "temporary",
            "several_debts": "no",
            "wants_lower_premium": False,
            "yearly_premium": False,
            "direct_debit": False,
        }
        service._make(self.case, self.day, answers, "arrangement")
        service._make(self.case, self.day, answers, "last_chance", deviation="not_possible")
        service.with_user(self.env.user).sudo()._make(self.case, self.day, answers, "arrangement")
        report = self.env["arrears.treatment.report"]
        rows = report._read_group(
            [("company_id", "=", self.company.id)],
            ["situation", "user_id"],
            ["number:sum", "deviating:sum", "share:avg"],
        )
        found = {user: (number, other, share) for _s, user, number, other, share in rows}
        self.assertEqual(len({row[0] for row in rows}), 1)
        self.assertEqual(found[self.handler], (2, 1, 0.5))
        self.assertEqual(found[self.env.user], (1, 0, 0.0))
        self.assertFalse({"partner_id", "case_id"} & report._fields.keys())
        with self.assertRaises(AccessError):
            report.with_user(self.handler).search([])

    def test_another_company_sees_nothing_of_it(self):
        form = self.open_help()
        form.able = "in_parts"
        self.agree(form, affordable=True)
        there = new_test_user(
            self.env,
            "manager_there",
            groups="premium_arrears.group_manager",
            company_id=self.other.id,
            company_ids=[Command.set(self.other.ids)],
        )
        for model in ("arrears.assessment", "arrears.treatment.report", "arrears.arrangement"):
            found = self.env[model].with_user(there).search([])
            self.assertFalse(found.filtered(lambda r: r.company_id == self.company), model)
