"""Promise 10: only a creditor, a registered collector, a bailiff or an advocate causes a fee."""

from datetime import date, timedelta

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import DAY
from .handover_common import HandoverCommon

DEMANDED = date(2026, 10, 2)


@tagged("post_install", "-at_install")
class TestCollector(HandoverCommon):
    # === WHO MAY BE GIVEN A CASE === #

    def refuse(self, message, **values):
        """Check that the agency, changed like this, is given no case, and why."""
        before = {name: self.agency[name] for name in values}
        self.agency.write(values)
        with self.assertRaisesRegex(UserError, message):
            self.handover.propose(self.day)
        self.assertEqual((self.handover.state, self.handover.case_id.state), ("draft", "open"))
        self.agency.write(before)

    def test_an_agency_is_refused_with_the_reason(self):
        self.day = self.make_ready()
        case = self.items_of(self.policy).case_id
        items = case._get_items_to_hand_over()
        handovers = self.env["arrears.handover"].with_user(self.handler)
        self.handover = handovers._prepare_for(items, self.agency, self.day)
        self.refuse("are not on its contact", collector_register_number=False)
        self.refuse("are not on its contact", collector_registered_from=False)
        self.refuse("is in the register", collector_registered_until=self.day - DAY)
        self.refuse("never checked", collector_checked_on=False)
        self.refuse("twelve months", collector_checked_on=self.day - timedelta(days=366))
        self.refuse("valid certificate", collector_certificate=False)
        self.refuse("valid certificate", collector_certified_until=self.day - DAY)
        self.company.arrears_handover_certified = False
        self.agency.collector_certificate = False
        self.handover.propose(self.day)
        self.assertEqual(self.handover.state, "proposed")

    def test_struck_off_between_approval_and_hand_over(self):
        day = self.make_ready()
        handover = self.prepare(self.items_of(self.policy).case_id, day=day)
        handover.with_user(self.manager).approve(day)
        self.agency.collector_registered_until = day - DAY
        with self.assertRaisesRegex(UserError, "register"):
            handover.hand_over(day)

    def test_a_bailiff_needs_no_registration_and_no_certificate(self):
        bailiff = self.env["res.partner"].create(
            {"name": "Deurwaarder West", "is_collector": True, "collector_kind": "bailiff"}
        )
        handover, _day = self.hand_over(collector=bailiff)
        self.assertEqual(handover.state, "handed_over")
        self.assertFalse(handover.unregistered_demand_on)

    def test_who_keeps_the_data_of_a_collector(self):
        with self.assertRaises(AccessError):
            self.agency.with_user(self.reader).write(
                {"collector_checked_on": self.company.create_date}
            )
        adviser = self.make_user("adviser", "reader")
        adviser.group_ids += self.env.ref("base.group_partner_manager")
        with self.assertRaisesRegex(AccessError, "who handles arrears"):
            self.agency.with_user(adviser).collector_checked_on = date(2026, 11, 1)
        self.agency.with_user(adviser).phone = "+31 20 555 01 02"
        handler = self.handler
        handler.group_ids += self.env.ref("base.group_partner_manager")
        self.agency.with_user(handler).action_collector_checked()
        self.assertEqual(self.agency.collector_checked_by_id, handler)

    def test_who_looked_a_collector_up_is_not_chosen(self):
        day = date(2026, 10, 1)
        self.handler.group_ids += self.env.ref("base.group_partner_manager")
        agency = self.agency.with_user(self.handler)
        agency.collector_checked_by_id = self.manager
        self.assertNotEqual(agency.collector_checked_by_id, self.manager)
        agency.write({"collector_checked_on": day, "collector_checked_by_id": self.manager.id})
        self.assertEqual(agency.collector_checked_by_id, self.handler)
        adviser = self.make_user("adviser", "reader")
        adviser.group_ids += self.env.ref("base.group_partner_manager")
        values = {"name": "Incasso Zuid", "is_company": True}
        for name, value in (("is_collector", True), ("collector_checked_on", day)):
            remote = self.env["res.partner"].with_user(adviser)
            with self.assertRaisesRegex(AccessError, "who handles arrears"):
                remote.with_context(**{f"default_{name}": value}).create(values)
        made = (
            self.env["res.partner"]
            .with_user(self.handler)
            .with_context(default_collector_checked_by_id=self.manager.id)
            .create(values)
        )
        self.assertFalse(made.collector_checked_by_id)

    @mute_logger("odoo.sql_db")
    def test_bad_data_of_a_collector(self):
        for values, rule in (
            ({"collector_kind": False}, "has_kind"),
            ({"collector_registered_until": date(2024, 12, 31)}, "in_order"),
        ):
            with self.assertRaisesRegex(IntegrityError, rule), self.env.cr.savepoint():
                self.agency.write(values)
                self.agency.flush_recordset()

    # === WHAT AN UNREGISTERED DEMAND DOES === #

    def record_outside(self, collector):
        """Record that a premium was handed over to somebody, as an office finds it at the start."""
        self.make_invoice(date(2026, 8, 3))
        self.items._collect(date(2026, 8, 4), self.company)
        item = self.items_of(self.policy)
        handover = self.env["arrears.handover"]._record_outside(item, DEMANDED, collector)
        return item, handover.sudo()

    def test_vector_60_no_fee_and_no_interest_for_whoever_follows(self):
        self.company.arrears_interest = "everybody"
        nobody = self.make_collector("Incasso Zonder", collector_registered_from=False)
        item, handover = self.record_outside(nobody)
        self.assertEqual(handover.unregistered_demand_on, DEMANDED)
        handover.take_back(DEMANDED + 10 * DAY, "recalled")
        day = DEMANDED + 40 * DAY
        self.assertFalse(item._may_cause_fee(day))
        formal = self.make_notice("formal_notice", day, self.policy, lang="en_US")
        self.assertEqual(formal.fee_announced, 0.0)
        [(first, last, _amount)] = (
            self.env["arrears.interest"].sudo()._get_stated(item, "final_notice", day).values()
        )
        self.assertEqual((first, last), (date(2026, 8, 4), DEMANDED - DAY))
        # A new premium of the same customer is not touched by it.
        other = self.make_policy()
        self.make_invoice(date(2026, 10, 20), other)
        self.items._collect(day, self.company)
        self.assertTrue(self.items_of(other)._may_cause_fee(day))

    def test_a_registered_one_before_it_taints_nothing(self):
        item, handover = self.record_outside(self.agency)
        handover.take_back(DEMANDED + 10 * DAY, "recalled")
        self.assertFalse(handover.unregistered_demand_on)
        self.assertTrue(item._may_cause_fee(DEMANDED + 40 * DAY))

    def test_a_registration_that_turns_out_to_have_ended(self):
        handover, day = self.hand_over()
        item = handover.case_id.item_ids
        self.assertTrue(item._may_cause_fee(day))
        self.agency.with_user(self.env.user).collector_registered_until = day + 5 * DAY
        self.assertEqual(handover.unregistered_demand_on, day + 6 * DAY)
        self.assertTrue(item._may_cause_fee(day + 5 * DAY))
        self.assertFalse(item._may_cause_fee(day + 6 * DAY))
        # Called back before that day, it never demanded without registration.
        handover.take_back(day + 5 * DAY, "recalled")
        self.assertFalse(handover.unregistered_demand_on)
        self.assertTrue(item._may_cause_fee(day + 40 * DAY))

    def test_a_mistyped_end_is_put_right_and_a_new_registration_changes_nothing(self):
        handover, day = self.hand_over()
        self.agency.collector_registered_until = date(2025, 12, 31)
        self.assertEqual(handover.unregistered_demand_on, day)
        self.agency.collector_registered_until = False
        self.assertFalse(handover.unregistered_demand_on)
        self.agency.collector_registered_until = day + DAY
        self.agency.write(
            {"collector_registered_from": day + 9 * DAY, "collector_registered_until": False}
        )
        self.assertEqual(handover.unregistered_demand_on, day + 2 * DAY)
