"""Which procedure an item gets: policy, insurer and line of business, debtor type, company."""

from datetime import date

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .common import DAY, ArrearsCommon

DUE = date(2026, 1, 15)


@tagged("post_install", "-at_install")
class TestProcedureChoice(ArrearsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["arrears.procedure"].search([]).active = False
        cls.south = cls.insurer.copy({"name": "Verzekeraar Zuid"})
        cls.model = cls.env.ref("premium_arrears.procedure_consumer")

    def make(self, name, **values):
        """Return a procedure for anybody, unless said, with the stages of the consumers' one."""
        vals = {"name": name, "active": True, "debtor_type": False, **values}
        return self.model.copy(vals)

    def choose(self, policies, debtor_type="consumer"):
        chosen = self.env["arrears.procedure"]._choose(self.company, [(policies, debtor_type)])
        return chosen[policies, debtor_type]

    def test_the_order_of_the_choice(self):
        """Each row adds a procedure that goes before all above it."""
        policy = self.make_policy(line_of_business="motor")
        rows = [
            ("shared, any debtor", {}),
            ("shared, this debtor", {"debtor_type": "consumer"}),
            ("own, any debtor", {"company_id": self.company.id}),
            ("own, this debtor", {"company_id": self.company.id, "debtor_type": "consumer"}),
            ("shared, line", {"line_of_business": "motor"}),
            ("own, line", {"line_of_business": "motor", "company_id": self.company.id}),
            ("shared, insurer", {"insurer_id": self.insurer.id}),
            (
                "shared, insurer, this debtor",
                {"insurer_id": self.insurer.id, "debtor_type": "consumer"},
            ),
            (
                "shared, insurer and line",
                {"insurer_id": self.insurer.id, "line_of_business": "motor"},
            ),
            (
                "own, insurer and line",
                {
                    "insurer_id": self.insurer.id,
                    "line_of_business": "motor",
                    "company_id": self.company.id,
                },
            ),
        ]
        default = self.make("default")
        self.company.arrears_procedure_id = default
        default.debtor_type = "consumer"
        default.company_id = self.setup_other_company()["company"]
        self.assertEqual(self.choose(policy), default, "nothing but the company's default")
        for name, values in rows:
            made = self.make(name, **values)
            self.assertEqual(self.choose(policy), made, name)
        policy.procedure_id = self.make("on the policy")
        self.assertEqual(self.choose(policy).name, "on the policy")

    def test_what_does_not_fit_is_never_chosen(self):
        policy = self.make_policy(line_of_business="motor")
        anybody = self.make("anybody")
        self.make("other insurer", insurer_id=self.south.id)
        self.make("other line", line_of_business="home")
        self.make("half", insurer_id=self.insurer.id, line_of_business="home")
        self.make("business", debtor_type="business", insurer_id=self.insurer.id)
        self.make("elsewhere", company_id=self.setup_other_company()["company"].id)
        self.make("archived", insurer_id=self.insurer.id, active=False)
        self.assertEqual(self.choose(policy), anybody)
        self.assertEqual(self.choose(policy, "business").name, "business")
        policy.procedure_id = self.make("chosen")
        policy.procedure_id.active = False
        self.assertEqual(self.choose(policy), anybody, "an archived one is for old cases")

    def test_of_a_collective_invoice_the_most_specific_policy_decides(self):
        self.make("anybody")
        home = self.make_policy(name="P-B", line_of_business="home")
        motor = self.make_policy(name="P-A", line_of_business="motor")
        life = self.make_policy(name="P-C", line_of_business="life")
        on_motor = self.make("motor", line_of_business="motor")
        on_home = self.make("home", line_of_business="home")
        self.assertEqual(self.choose(home | motor), on_motor, "the first policy by number")
        self.assertEqual(self.choose(home | life), on_home, "the only one that fits")
        precise = self.make("home here", line_of_business="home", insurer_id=self.insurer.id)
        self.assertEqual(self.choose(motor | home), precise)
        life.procedure_id = self.make("chosen")
        self.assertEqual(self.choose(motor | home | life), life.procedure_id)

    def test_items_of_one_case_have_their_own_procedures_and_letters(self):
        anybody = self.make("anybody")
        on_motor = self.make("motor", line_of_business="motor")
        home, motor = self.policy, self.make_policy(line_of_business="motor")
        moves = self.make_invoice(DUE, policies=home), self.make_invoice(DUE, policies=motor)
        run = self.run_on(DUE + 7 * DAY)
        case = self.case_of(moves[0])
        self.assertEqual(case, self.case_of(moves[1]))
        self.assertEqual(case.procedure_id, anybody)
        self.assertEqual(case.item_ids.procedure_id, anybody | on_motor)
        self.assertEqual(len(run.notice_ids), 2)
        for notice in run.notice_ids:
            procedure = notice.line_ids.item_id.procedure_id
            self.assertEqual(notice.stage_id.procedure_id, procedure)
            self.assertEqual(notice._get_later_stages().procedure_id, procedure)

    def test_the_law_follows_the_debtor_whatever_the_procedure(self):
        self.make("anybody")
        bakery = self.make_customer("Bakkerij", debtor_type="business")
        private = self.make_invoice(DUE, amount=100.0)
        firm = self.make_invoice(DUE, policies=self.make_policy(partner_id=bakery.id), amount=100.0)
        self.walk(DUE + DAY, DUE + 21 * DAY)
        for move, kind in ((private, "consumer"), (firm, "business")):
            notice = self.notices_of(move, "formal_notice")
            self.assertEqual(self.case_of(move)._get_debtor_type(), kind)
            self.assertEqual(notice._get_text_values()["consumer"], kind == "consumer")
            self.assertEqual(notice.fee_announced, 40.0)
        self.customer.debtor_type = "business"
        self.assertEqual(self.case_of(private).debtor_type, "consumer", "as it opened")

    def test_a_debtor_of_unknown_type_is_protected_as_a_consumer(self):
        self.make("anybody")
        self.customer.debtor_type = False
        move = self.make_invoice(DUE)
        self.run_on(DUE + DAY)
        self.assertEqual(self.case_of(move).debtor_type, "consumer")

    def test_no_procedure_is_told_in_words(self):
        self.make("business", debtor_type="business")
        self.make_invoice(DUE)
        with self.assertRaisesRegex(UserError, "no arrears procedure.*Consumer.*Configuration"):
            self.run_on(DUE + DAY)

    def test_a_policy_refuses_a_procedure_for_the_other_type_of_debtor(self):
        business = self.make("business", debtor_type="business")
        with self.assertRaisesRegex(ValidationError, f"{self.policy.name}.*another type"):
            self.policy.procedure_id = business
