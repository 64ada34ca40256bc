"""In a real browser: a handler's morning, a manager's approval, and a reader who may not act."""

from datetime import timedelta

from odoo import Command, fields
from odoo.tests import HttpCase, new_test_user, tagged

from .arrangement_common import arrange_items
from .common import DAY, ArrearsCommon


@tagged("post_install", "-at_install")
class TestRolesBrowser(ArrearsCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.arrears_rest_days = False  # today may be a Sunday
        cls.today = fields.Date.context_today(cls.env.user)
        cls.handler, cls.manager, cls.reader = (
            new_test_user(
                cls.env,
                f"browser_{role}",
                groups=f"premium_arrears.group_{role}",
                company_id=cls.company.id,
                company_ids=[Command.set(cls.company.ids)],
            )
            for role in ("handler", "manager", "reader")
        )

    def test_a_handlers_morning(self):
        """Proposed, looked at, one left out, sent, printed, posted; and a promise by phone."""
        self.env.ref("premium_arrears.stage_consumer_reminder").asks_call = True
        self.customer.phone = "+31 6 12345678"
        due = self.today - timedelta(days=10)
        move = self.make_invoice(due)
        neighbour = self.make_customer("P. Jansen")
        other = self.make_invoice(due, self.make_policy(partner_id=neighbour.id))
        run = self.runs.create({"date": self.today, "company_id": self.company.id})
        self.start_tour("/odoo/arrears", "premium_arrears_morning", login=self.handler.login)
        notice = self.notices_of(move)
        self.assertEqual((notice.kind, notice.state), ("reminder", "sent"))
        self.assertEqual((notice.sent_on, notice.run_id), (self.today, run))
        self.assertEqual(notice.print_batch_id.printed_by_id, self.handler)
        self.assertFalse(self.notices_of(other))
        case = self.case_of(move)
        call = self.env["arrears.phone.call"].search([("case_id", "=", case.id)])
        self.assertEqual((call.outcome, call.called_by_id), ("promise", self.handler))
        self.assertEqual(case.hold_ids.end, call.promised_on)

    def test_a_manager_approves_an_arrangement(self):
        move = self.make_invoice(self.today - timedelta(days=10))
        self.run_on(self.today - DAY, post_letters=False)
        self.company.write({"arrears_arrangement_smallest": 5.0, "arrears_arrangement_months": 2})
        items = self.case_of(move).item_ids.with_user(self.handler)
        made = arrange_items(items, self.today, count=6)
        self.assertEqual((made.state, made.needs_approval), ("proposed", True))
        self.start_tour("/odoo/arrears", "premium_arrears_approval", login=self.manager.login)
        made.invalidate_recordset()
        self.assertEqual((made.state, made.approved_by_id), ("active", self.manager))

    def test_a_reader_may_look_and_not_act(self):
        self.make_invoice(self.today - timedelta(days=10))
        self.run_on(self.today - DAY)
        self.start_tour("/odoo/arrears", "premium_arrears_reader", login=self.reader.login)
