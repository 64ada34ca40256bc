"""The pages open in a real browser without an error of the server or of JavaScript."""

from datetime import date

from odoo import Command
from odoo.tests import HttpCase, new_test_user, tagged

from .common import DAY, ArrearsCommon


@tagged("post_install", "-at_install")
class TestBrowser(ArrearsCommon, HttpCase):
    def test_a_case_its_notices_the_customer_and_the_policy(self):
        move = self.make_invoice(date(2026, 1, 15))
        notice = self.formal_notice(move, date(2026, 1, 16))
        self.run_on(notice.last_day + DAY)
        self.start_tour("/odoo/arrears", "premium_arrears_case", login=self.env.user.login)

    def test_a_handler_goes_through_what_waits_with_the_keyboard(self):
        self.make_invoice(date(2026, 1, 15))
        neighbour = self.make_customer("P. Jansen")
        self.make_invoice(date(2026, 1, 16), self.make_policy(partner_id=neighbour.id))
        self.run_on(date(2026, 1, 17))
        self.start_tour("/odoo/arrears", "premium_arrears_next", login=self.env.user.login)

    def test_the_claims_desk_asks_whether_there_was_cover(self):
        new_test_user(
            self.env,
            "claims_desk",
            groups="premium_arrears.group_reader",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        policy = self.make_policy(line_of_business="motor", licence_plate="GB-123-K")
        gap = {"policy_id": policy.id, "start": date(2026, 2, 24), "resume": date(2026, 3, 10)}
        self.env["insurance.coverage.gap"].sudo()._open([gap])
        self.start_tour(
            "/odoo/action-premium_arrears.start_action",
            "premium_arrears_cover_check",
            login="claims_desk",
        )

    def test_a_handler_makes_an_arrangement_of_three_instalments_from_a_case(self):
        move = self.make_invoice(date(2026, 1, 15))
        self.run_on(date(2026, 1, 20))
        self.start_tour("/odoo/arrears", "premium_arrears_help", login=self.env.user.login)
        made = self.case_of(move).arrangement_ids
        self.assertEqual(made.state, "active")
        self.assertEqual(made.instalment_ids.mapped("amount"), [15.0] * 3)
