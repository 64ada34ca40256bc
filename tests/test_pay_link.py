"""No pay link for what a collector collects."""

from odoo.tests import tagged

from .handover_common import HandoverCommon


@tagged("post_install", "-at_install")
class TestPayLink(HandoverCommon):
    def test_the_pay_link_stops_and_comes_back(self):
        parameters = self.env["ir.config_parameter"].sudo()
        parameters.set_param("account_payment.enable_portal_payment", "True")
        day = self.make_ready()
        case = self.items_of(self.policy).case_id
        move = case.item_ids.move_id
        self.assertTrue(move._has_to_be_paid())
        handover = self.prepare(case, day=day)
        handover.with_user(self.manager).approve(day)
        self.assertTrue(move._has_to_be_paid(), "it is not handed over yet")
        handover.hand_over(day)
        self.assertFalse(move._has_to_be_paid())
        self.assertIn("collector", move._get_online_payment_error())
        wizard = (
            self.env["payment.link.wizard"]
            .with_context(active_id=move.id, active_model="account.move")
            .create({"res_model": "account.move", "res_id": move.id, "amount": 1.0})
        )
        self.assertIn("collector", wizard.warning_message)
        handover.take_back(day, "recalled")
        self.assertTrue(move._has_to_be_paid())
