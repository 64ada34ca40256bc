"""What credit control can reach it takes; the rest is sent by our own run, and never by both."""

from odoo.addons.premium_arrears.tests.list_common import LISTED, ListCommon

from .credit_common import CreditCommon


class TestInsurersList(CreditCommon, ListCommon):
    def test_what_an_insurer_collects_itself_is_not_for_credit_control(self):
        self.map_levels()
        self.load(self.row())
        self.run_on(LISTED)
        item = self.items_of()
        self.assertEqual(item.case_id.notice_ids.mapped("kind"), ["service_notice"])
        self.assertFalse(item.move_line_id)
        for text in (item.next_step_text, item.case_id.next_step_text):
            self.assertTrue(text)
            self.assertNotIn("credit control", text)
