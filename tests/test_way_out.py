"""What came of a way out: who is asked, how it is seen, and whether all are treated alike."""

from datetime import date

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools.safe_eval import safe_eval

from .common import DAY, ArrearsCommon

DUE = date(2026, 1, 15)
ANSWERS = {
    "willing": "yes",
    "able": "in_parts",
    "cause": "temporary",
    "several_debts": "no",
    "wants_lower_premium": False,
    "yearly_premium": False,
    "direct_debit": False,
}


@tagged("post_install", "-at_install")
class TestWayOut(ArrearsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.handler = new_test_user(
            cls.env,
            "way_out_handler",
            groups="premium_arrears.group_handler",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )
        cls.second = cls.make_policy(line_of_business="motor", licence_plate="GB-123-K")
        cls.moves = cls.make_invoice(DUE) | cls.make_invoice(DUE + 2 * DAY, policies=cls.second)

    def setUp(self):
        super().setUp()
        self.day = DUE + 5 * DAY
        self.run_on(self.day)
        self.case = self.case_of(self.moves[0])

    def open_help(self, source):
        action = source.with_user(self.handler).action_help()
        model = self.env[action["res_model"]].with_user(self.handler)
        form = Form(model.with_context(**action["context"]))
        form.day = self.day
        form.first_day = date(2026, 2, 27)
        return form

    def assess(self, way="arrangement", **values):
        # As the screen does, after its checks.
        return (
            self.env["arrears.assessment"]
            .with_user(self.handler)
            .sudo()
            ._make(self.case, self.day, {**ANSWERS, **values}, way, deviation="customer_wish")
        )

    def report(self):
        self.env.invalidate_all()  # as a manager who opens it anew
        return self.env["arrears.treatment.report"].search([("company_id", "=", self.company.id)])

    # === WHO IS ASKED === #

    def test_the_administration_is_asked_on_each_chosen_policy(self):
        form = self.open_help(self.case)
        form.able = "now"
        form.way = "change_of_cover"
        form.deviation_reason = "customer_wish"
        self.assertEqual(form.policy_ids[:], self.policy | self.second)
        form.policy_ids.remove(id=self.policy.id)
        form.told = True
        form.save().action_apply()
        self.assertFalse(self.policy.activity_ids)
        self.assertEqual(self.second.activity_ids.summary, "Change of cover")
        self.assertIn("less is paid in case of damage", self.second.activity_ids.note)
        self.assertFalse(self.case.activity_ids)

    def test_a_policy_of_somebody_else_is_refused(self):
        stranger = self.make_customer("P. Bakker")
        foreign = self.make_policy(partner_id=stranger.id)
        form = self.open_help(self.case)
        form.able = "now"
        form.way = "payment_method"
        form.deviation_reason = "customer_wish"
        form.told = True
        wizard = form.save()
        wizard.policy_ids = [Command.set(foreign.ids)]
        with self.assertRaisesRegex(UserError, "policies of this customer only"):
            wizard.action_apply()
        wizard.policy_ids = [Command.clear()]
        with self.assertRaisesRegex(UserError, "Choose the policies"):
            wizard.action_apply()
        self.assertFalse(foreign.activity_ids)

    def test_from_the_phone_list(self):
        call = self.env["arrears.phone.call"].create({"case_id": self.case.id})
        form = self.open_help(call)
        self.assertEqual(form.case_id, self.case)
        with self.assertRaises(AccessError):
            reader = new_test_user(self.env, "phone_reader", groups="premium_arrears.group_reader")
            self.env["arrears.help"].with_user(reader).create({"case_id": self.case.id})

    # === HOW IT IS SEEN === #

    def test_the_button_tells_how_many_instalments_are_paid(self):
        made = self.arrange(self.case.item_ids, self.day, count=6)
        for record in (self.case, self.customer, self.moves[0]):
            self.assertEqual(record.arrangement_progress, "0 of 6 paid")
        first = made.instalment_ids.sorted("number")[0]
        self.pay_invoice(self.moves[0], self.day + DAY, first.amount)
        self.env.invalidate_all()
        for record in (self.case, self.customer, self.moves[0]):
            self.assertEqual(record.arrangement_progress, "1 of 6 paid")
        made.cancel(self.day + 2 * DAY, "The customer pays at once")
        self.assertEqual(self.case.arrangement_progress, "1")
        nobody = self.make_customer("A. Smit")
        self.assertEqual(nobody.arrangement_count, 0)

    def test_the_last_day_follows_the_plan(self):
        made = self.arrange(self.case.item_ids, self.day, count=2, first_day=date(2026, 2, 27))
        self.assertEqual(made.last_day, max(made.instalment_ids.mapped("date")))
        made.pause(self.day + DAY, date(2026, 4, 30), "Waits for an allowance")
        self.assertEqual(made.last_day, max(made.instalment_ids.mapped("date")))
        self.assertGreater(made.last_day, date(2026, 4, 30))

    def test_a_manager_finds_what_waits_for_approval(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "premium_arrears.arrears_arrangement_approve_action"
        )
        domain = [("state", "=", "proposed"), ("needs_approval", "=", True)]
        self.assertTrue({*domain} <= {*eval_domain(action["domain"])})  # what the menu asks for
        form = self.open_help(self.case)
        form.able = "in_parts"
        form.instalment_count = 9
        form.affordable = True
        made = self.env["arrears.arrangement"].browse(form.save().action_apply()["res_id"])
        waiting = self.env["arrears.arrangement"].search(eval_domain(action["domain"]))
        self.assertIn(made, waiting)
        made.approve(self.day)
        self.assertNotIn(made, waiting.search(eval_domain(action["domain"])))

    def test_cover_is_not_promised_where_the_insurer_decides(self):
        notice = self.formal_notice(self.moves[0], self.day + DAY)
        self.assertEqual(self.policy.coverage_state, "at_risk")
        self.day = notice.sent_on + DAY
        self.assertIn(f"{self.policy.name}: insured", self.open_help(self.case).cover_text)
        self.policy.office_role = "intermediary"
        text = self.open_help(self.case).cover_text
        self.assertIn(f"{self.policy.name}: the insurer decides", text)
        self.assertNotIn(f"{self.policy.name}: insured", text)

    def test_the_list_of_instalments_opens_with_what_is_to_pay_only(self):
        made = self.arrange(self.case.item_ids, self.day, count=2)
        view = self.env["arrears.instalment"].get_view(view_type="search")["arch"]
        ended = view.index('name="active"') < view.index("<separator/>") < view.index('name="open"')
        self.assertTrue(ended, "the two filters of the menu have to hold together")
        self.assertTrue(made.instalment_ids)

    # === ALL ARE TREATED ALIKE === #

    def test_few_in_the_same_situation_are_shown_as_few(self):
        for _number in range(4):
            self.assess()
        self.assertEqual(set(self.report().mapped("group_size")), {"few"})
        self.assess(able="not_at_all", way="debt_help")
        self.assess()
        found = {row.able: row.group_size for row in self.report()}
        self.assertEqual(found, {"in_parts": "enough", "not_at_all": "few"})

    def test_days_until_help_and_what_was_waived_are_compared(self):
        notice = self.formal_notice(self.moves[0], self.day + DAY)
        self.run_on(notice.last_day + DAY)
        self.day = notice.last_day + 2 * DAY
        fees = self.case.fee_ids
        total = sum(fees.mapped("amount_total"))
        self.assertGreater(total, 0)
        self.waive(fees, self.day)
        self.assess()
        self.assess()
        rows = self.report()
        self.assertEqual(sum(rows.mapped("waived")), total)
        self.assertEqual(
            set(rows.mapped("days_until_help")), {(self.day - self.case.opened_on).days}
        )
        self.day += DAY
        self.assess()
        self.assertEqual(sum(self.report().mapped("waived")), total)


def eval_domain(text):
    """Return the domain that an action's text stands for."""
    return [tuple(leaf) for leaf in safe_eval(text)]
