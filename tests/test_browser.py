"""The pages open in a real browser without an error of the server or of JavaScript."""

from datetime import date

from odoo.tests import HttpCase, tagged

from .common import DAY, ArrearsCommon


@tagged("post_install", "-at_install")
class TestBrowser(ArrearsCommon, HttpCase):
    def test_a_case_its_notices_the_customer_and_the_policy(self):
        move = self.make_invoice(date(2026, 1, 15))
        notice = self.formal_notice(move, date(2026, 1, 16))
        self.run_on(notice.last_day + DAY)
        self.start_tour("/odoo/arrears", "premium_arrears_case", login=self.env.user.login)
