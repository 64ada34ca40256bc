"""Hand-over: what has to be true, who decides, what stops, and how it comes back."""

import importlib.util
from datetime import timedelta
from pathlib import Path

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import DAY
from .handover_common import DUE, HandoverCommon

SCRIPT = Path(__file__).parents[1] / "migrations/19.0.1.2.0/post-handed-over.py"


@tagged("post_install", "-at_install")
class TestHandover(HandoverCommon):
    # === THE STORY === #

    def test_proposed_by_one_approved_by_another_and_then_own_steps_stop(self):
        day = self.make_ready()
        self.run_on(day)
        case = self.items_of(self.policy).case_id
        proposal = case.action_ids.filtered(lambda step: step.kind == "handover")
        self.assertEqual(proposal.state, "proposed")
        handover = self.prepare(case, day=day)
        self.assertEqual((handover.state, handover.action_id), ("proposed", proposal))
        self.assertEqual(
            (handover.amount_principal, handover.amount_fee, handover.amount_total),
            (45.0, 40.0, 85.0),
        )
        handover.with_user(self.manager).approve(day)
        handover.hand_over(day)
        self.assertEqual((handover.state, handover.handed_over_on), ("handed_over", day))
        self.assertEqual(handover.register_number, "WKI-0002")
        self.assertEqual((proposal.state, proposal.decided_by_id), ("done", self.handler))
        self.assertEqual((case.state, case.next_step_date), ("handed_over", False))
        self.assertEqual(case.item_ids.next_reason, "handed_over")
        self.assertEqual(case.history_ids[:1].event, "handover")
        notices = case.notice_ids
        self.run_on(day + 20 * DAY)
        self.assertEqual(case.notice_ids, notices)
        self.assertFalse(case.action_ids.filtered(lambda step: step.state == "proposed"))

    def test_the_customer_is_told_who_collects_what_and_who_helps(self):
        handover, day = self.hand_over()
        letter = handover.notice_id
        self.assertEqual((letter.kind, letter.state), ("handed_over", "queued"))
        letter.sudo()._deliver()
        text = self.text_of(letter)
        for part in ("Incasso Oost B.V.", "WKI-0002", "€85.00", handover.name, "0800-8115"):
            self.assertIn(part, text)
        self.assertNotIn("Or scan this code", text, "nothing is to be paid to us")
        self.assertEqual(letter._missing_parts(), ())

    # === THE CHECKLIST === #

    def blocked(self, handover, day):
        return [row["code"] for row in handover._get_checklist(day) if not row["ok"]]

    def test_facts_tick_the_checklist(self):
        day = self.make_ready()
        case = self.items_of(self.policy).case_id
        handover = self.prepare(case, day=day)
        self.assertEqual(self.blocked(handover, day), [])
        self.assertEqual(self.blocked(handover, day - DAY), ["announced"])
        self.company.arrears_handover_minimum = 85.01
        self.assertEqual(self.blocked(handover, day), ["amount"])
        self.company.arrears_handover_minimum = 85.0
        hold = self.env["arrears.hold"].create(
            {"case_id": case.id, "kind": "debt_help", "start": day, "reason": "Letter of a helper"}
        )
        self.assertEqual(self.blocked(handover, day), ["hold"])
        self.assertNotIn("helper", str(handover._get_checklist(day)))
        hold.end = day
        self.assertEqual(self.blocked(handover, day + 14 * DAY), ["hold"], "a fresh term")
        self.assertEqual(self.blocked(handover, day + 15 * DAY), [])

    def test_money_that_waits_and_a_missing_notice_block(self):
        day = self.make_ready()
        case = self.items_of(self.policy).case_id
        payment = self.env["account.payment"].create(
            {
                "partner_id": self.customer.id,
                "payment_type": "inbound",
                "partner_type": "customer",
                "amount": 10.0,
                "date": day,
                "journal_id": self.company_data["default_journal_bank"].id,
            }
        )
        payment.action_post()
        handover = self.prepare(case, day=day)
        self.assertEqual(handover.state, "draft", "not proposed: something is in the way")
        self.assertEqual(self.blocked(handover, day), ["credit"])
        with self.assertRaisesRegex(UserError, "waits to be matched"):
            handover.propose(day)
        payment.action_cancel()
        formal = case.notice_ids.filtered(lambda notice: notice.kind == "formal_notice")
        formal.sudo().withdraw(day, "Wrong address")
        self.assertIn("notice", self.blocked(handover, day))
        case.sudo().debtor_type = "business"
        self.assertNotIn("notice", self.blocked(handover, day))

    def test_what_changes_after_the_approval_still_stops_it(self):
        day = self.make_ready()
        case = self.items_of(self.policy).case_id
        handover = self.prepare(case, day=day)
        handover.with_user(self.manager).approve(day)
        hold = self.env["arrears.hold"].create({"case_id": case.id, "start": day, "reason": "X"})
        with self.assertRaisesRegex(UserError, "on hold"):
            handover.hand_over(day)
        hold.undo(hold.start, "A mistake")
        self.company.arrears_test_email = "test@example.com"
        with self.assertRaises(UserError):
            handover.hand_over(day)
        self.company.arrears_test_email = False
        self.pay_invoice(case.item_ids.move_id, day, 5.0)
        handover.hand_over(day)
        self.assertEqual(handover.amount_total, 80.0, "as it stands on the day")

    def test_paid_before_it_was_carried_out(self):
        day = self.make_ready()
        case = self.items_of(self.policy).case_id
        handover = self.prepare(case, day=day)
        self.pay_invoice(case.item_ids.move_id, day)
        self.assertEqual(handover.state, "withdrawn")

    # === SEVERAL AT ONCE, AND WHAT COMES LATER === #

    def test_several_cases_at_once_to_one_collector(self):
        others = self.make_policy(partner_id=self.make_customer("A. Bakker").id)
        day = max(self.make_ready(self.policy), self.make_ready(others))
        cases = self.items_of(self.policy | others).case_id
        self.assertEqual(len(cases), 2)
        handovers = self.prepare(cases, day=day)
        self.assertEqual(set(handovers.mapped("state")), {"proposed"})
        handovers.with_user(self.manager).approve(day)
        handovers.hand_over(day)
        self.assertEqual(set(cases.mapped("state")), {"handed_over"})
        url = handovers.action_export()["url"]
        table = self.env["ir.attachment"].browse(int(url.split("/")[3].split("?")[0]))
        rows = table.raw.decode("utf-8-sig").splitlines()
        self.assertEqual(len(rows), 1 + 4)
        self.assertIn("A. Bakker", table.raw.decode())

    def test_a_new_premium_joins_the_case_and_goes_its_own_way(self):
        handover, day = self.hand_over()
        case = handover.case_id
        later = self.make_invoice(day)
        self.run_on(day + DAY)
        item = self.items.search([("move_line_id.move_id", "=", later.id)])
        self.assertEqual((item.case_id, item.handover_id.id), (case, False))
        self.assertEqual((case.state, case.next_step_date), ("handed_over", day + 7 * DAY))
        self.run_on(day + 7 * DAY)
        reminder = self.notices_of(later)
        self.assertEqual((reminder.kind, reminder.line_ids.item_id), ("reminder", item))
        hold = self.env["arrears.hold"].create(
            {"case_id": case.id, "start": day + 8 * DAY, "reason": "Dispute"}
        )
        self.run_on(day + 40 * DAY)
        self.assertEqual(self.notices_of(later), reminder, "a hold stops these as well")
        self.assertTrue(hold)

    # === MONEY === #

    def test_paid_to_us_the_handler_tells_the_collector(self):
        handover, day = self.hand_over()
        handover.sudo().collector_reference = "77-123"
        self.pay_invoice(handover.case_id.item_ids.move_id, day + DAY, 20.0)
        activity = self.activities_of(handover.case_id)
        self.assertIn("Tell the collector", activity.summary)
        self.assertIn("77-123", activity.note)
        self.assertIn("25.00", activity.note)
        self.assertEqual((handover.state, handover.amount_open), ("handed_over", 65.0))

    def test_all_paid_to_us_it_is_over(self):
        handover, day = self.hand_over()
        case = handover.case_id
        self.pay_invoice(case.item_ids.move_id, day + DAY)
        self.assertEqual((handover.state, case.state), ("handed_over", "handed_over"))
        self.pay(case.fee_ids.move_line_id, 40.0, day + 2 * DAY)
        self.assertEqual((handover.state, handover.closed_on), ("paid", day + 2 * DAY))
        self.assertEqual(case.state, "closed")
        self.assertFalse(case.item_ids.handover_id)

    def test_a_payment_that_is_undone_is_told_as_well(self):
        handover, day = self.hand_over()
        payment = self.pay_invoice(handover.case_id.item_ids.move_id, day + DAY)
        before = self.activities_of(handover.case_id)
        self.reverse(payment)
        self.env["arrears.item"]._hear_payments()
        after = self.activities_of(handover.case_id) - before
        self.assertIn("undone", after.note)
        self.assertEqual(handover.amount_open, 85.0)

    def test_a_statement_pays_on_the_day_the_collector_got_it_and_makes_a_bill(self):
        self.agency.collector_charges_vat = True
        handover, day = self.hand_over()
        self.policy.sudo()._suspend(day, self.notices_of(self.items_of(self.policy).move_id)[0], {})
        case, received = handover.case_id, day + 10 * DAY
        statement = self.account(
            handover,
            reference="S-1",
            day=day + 20 * DAY,
            received_on=received,
            amount_principal=45.0,
            costs=10.0,
        )
        self.assertEqual(case.item_ids.settled_on, received)
        self.assertEqual(self.policy.gap_ids.resume, received + DAY)
        self.assertEqual((handover.amount_collected, handover.amount_open), (45.0, 40.0))
        self.assertEqual(statement.move_id.date, day + 20 * DAY)
        debt = statement.move_id.line_ids.filtered("debit")
        self.assertEqual((debt.partner_id, debt.debit), (self.agency, 45.0))
        bill = statement.bill_id
        self.assertEqual((bill.state, bill.move_type), ("draft", "in_invoice"))
        self.assertEqual((bill.amount_untaxed, bill.amount_total), (10.0, handover.amount_costs))
        self.assertGreater(bill.amount_tax, 0)
        self.assertFalse(self.activities_of(case), "the collector need not be told")
        self.account(
            handover, reference="S-2", day=day + 30 * DAY, received_on=received, amount_fee=40.0
        )
        self.assertEqual((handover.state, case.state), ("paid", "closed"))

    def test_a_statement_that_cannot_be_is_refused_whole(self):
        handover, day = self.hand_over()
        entries = self.env["account.move"].search_count([])
        good = {"reference": "S-1", "day": day + DAY, "received_on": day + DAY}
        for wrong, message in (
            ({"amount_principal": 45.01}, "more than is open"),
            ({"amount_principal": -1.0, "costs": 2.0}, "cannot be negative"),
            ({}, "Fill in"),
            ({"amount_principal": 1.0, "received_on": day + 2 * DAY}, "lies after"),
            ({"amount_principal": 1.0, "received_on": day - DAY}, "was handed over on"),
        ):
            with self.assertRaisesRegex(UserError, message), self.env.cr.savepoint():
                self.account(handover, **{**good, **wrong})
        self.assertEqual(self.env["account.move"].search_count([]), entries)
        self.assertEqual(handover.amount_open, 85.0)

    # === BACK === #

    def take_back(self, handover, day, reason, note=False):
        action = handover.with_user(self.handler).action_return()
        wizard = self.env[action["res_model"]].with_user(self.handler)
        wizard.with_context(**action["context"]).create(
            {"day": day, "reason": reason, "note": note}
        ).action_return()

    def test_returned_the_customer_gets_a_fresh_term_with_us(self):
        handover, day = self.hand_over()
        case, back = handover.case_id, day + 30 * DAY
        self.take_back(handover, back, "uncollectable", "No goods")
        self.assertEqual((handover.state, handover.returned_on), ("returned", back))
        self.assertEqual((case.state, case.item_ids.handover_id.id), ("open", False))
        self.assertEqual(case.history_ids[:1].event, "returned")
        self.assertEqual(case.item_ids.next_step_date, back + 15 * DAY)
        self.assertIn("hold", self.blocked(handover, back + 14 * DAY))

    def test_returned_for_debt_help_it_waits_and_nobody_reads_why(self):
        handover, day = self.hand_over()
        self.take_back(handover, day + DAY, "debt_help", "Letter of the municipality")
        case = handover.case_id
        self.assertEqual((case.state, case.sudo().hold_ids.kind), ("held", "debt_help"))
        self.assertFalse(case.next_step_date)
        self.assertNotIn("municipality", str(case.history_ids.mapped("reason")))
        with self.assertRaises(AccessError):
            handover.with_user(self.reader).read(["return_reason"])

    def test_a_hold_on_what_a_collector_has_asks_to_stop_it(self):
        handover, day = self.hand_over()
        self.env["arrears.hold"].with_user(self.handler).create(
            {
                "case_id": handover.case_id.id,
                "kind": "debt_help",
                "start": day + DAY,
                "reason": "Helper called",
            }
        )
        activity = self.activities_of(handover.case_id)
        self.assertEqual(activity.summary, "Tell the collector to stop")
        self.assertNotIn("Helper", activity.note)
        self.take_back(handover, day + 2 * DAY, "recalled")
        self.assertEqual(handover.case_id.state, "held")

    def test_it_cannot_come_back_before_it_went(self):
        handover, day = self.hand_over()
        with self.assertRaisesRegex(UserError, "before it was handed over"):
            handover.take_back(day - DAY, "recalled")

    # === AROUND IT === #

    def test_the_invoice_is_paid_elsewhere_and_new_premium_is_announced(self):
        handover, day = self.hand_over()
        case = handover.case_id
        move = case.item_ids.move_id
        self.assertTrue(move._is_handed_over())
        self.env.ref("premium_arrears.procedure_consumer").advance_days = 5
        coming = self.make_invoice(day + 5 * DAY)
        reminders = self.env["arrears.advance.reminder"].sudo()
        made = reminders.union(*reminders._remind(day, self.company))
        self.assertEqual(made.line_ids.move_line_id.move_id, coming)
        self.assertFalse(coming._is_handed_over())
        self.take_back(handover, day, "recalled")
        self.assertFalse(move._is_handed_over())

    def test_on_hold_new_premium_is_not_announced_either(self):
        handover, day = self.hand_over()
        self.env.ref("premium_arrears.procedure_consumer").advance_days = 5
        self.make_invoice(day + 5 * DAY)
        self.env["arrears.hold"].create(
            {"case_id": handover.case_id.id, "start": day, "reason": "Dispute"}
        )
        reminders = self.env["arrears.advance.reminder"].sudo()
        self.assertFalse(list(reminders._remind(day, self.company)))

    def hand_over_with_call(self, about_letter):
        """Return a call that waited, after the case was handed over."""
        day = self.make_ready()
        case = self.items_of(self.policy).case_id
        letter = case.notice_ids[:1].id if about_letter else False
        values = {"case_id": case.id, "date": day, "notice_id": letter}
        call = self.env["arrears.phone.call"].sudo().create(values)
        handover = self.prepare(case, day=day)
        handover.with_user(self.manager).approve(day)
        handover.hand_over(day)
        return call.exists()

    def test_calls_about_a_letter_leave_the_list(self):
        self.assertFalse(self.hand_over_with_call(about_letter=True))

    def test_a_call_that_the_customer_asked_for_stays(self):
        self.assertTrue(self.hand_over_with_call(about_letter=False))

    # === WHO MAY === #

    def test_who_may_do_what(self):
        day = self.make_ready()
        case = self.items_of(self.policy).case_id
        with self.assertRaises(AccessError):
            self.prepare(case, day=day, user=self.reader)
        handover = self.prepare(case, day=day)
        with self.assertRaises(AccessError):
            handover.approve(day)
        with self.assertRaisesRegex(UserError, "second person"):
            handover.hand_over(day)
        proposer = self.make_user("second", "manager")
        handover.sudo().write({"proposed_by_id": proposer.id})
        with self.assertRaisesRegex(UserError, "Somebody else"):
            handover.with_user(proposer).approve(day)
        handover.with_user(self.manager).approve(day)
        with self.assertRaises(AccessError):
            handover.with_user(self.reader).hand_over(day)
        with self.assertRaises(AccessError):
            handover.write({"state": "handed_over"})
        with self.assertRaisesRegex(UserError, "evidence"):
            handover.sudo().unlink()

    def test_without_four_eyes_a_manager_decides_alone(self):
        self.company.arrears_handover_four_eyes = False
        day = self.make_ready()
        handover = self.prepare(self.items_of(self.policy).case_id, day=day)
        with self.assertRaises(AccessError):
            handover.hand_over(day)
        handover.with_user(self.manager).hand_over(day)
        self.assertEqual(handover.state, "handed_over")

    def test_dismissed_by_the_manager_the_draft_is_withdrawn(self):
        day = self.make_ready()
        self.run_on(day)
        case = self.items_of(self.policy).case_id
        handover = self.prepare(case, day=day)
        proposal = handover.action_id
        proposal.with_user(self.manager).decide(day, carried_out=False)
        self.assertEqual((handover.state, proposal.state), ("withdrawn", "dismissed"))

    def test_another_company_sees_and_does_nothing(self):
        handover, day = self.hand_over()
        company = self.setup_other_company()["company"]
        stranger = self.make_user("stranger", "manager")
        stranger.write({"company_ids": [(6, 0, company.ids)], "company_id": company.id})
        theirs = self.env["arrears.handover"].with_user(stranger).with_company(company)
        self.assertFalse(theirs.search([]))
        with self.assertRaises(AccessError):
            theirs.browse(handover.id).take_back(day, "recalled")
        with self.assertRaises(AccessError):
            handover.case_id.with_user(stranger).with_company(company).read(["name"])

    def test_an_older_database_keeps_what_was_handed_over(self):
        self.make_ready()
        case = self.items_of(self.policy).case_id
        case.sudo().state = "handed_over"
        self.env.flush_all()
        spec = importlib.util.spec_from_file_location("migration", SCRIPT)
        script = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(script)
        script.migrate(self.env.cr, "19.0.1.1.0")
        self.env.invalidate_all()
        self.assertTrue(case.handover_ids.outside)
        self.assertEqual(case.item_ids.handover_id, case.handover_ids)
        self.assertFalse(case.handover_ids.unregistered_demand_on, "nothing is known of who")
        self.run_on(case.opened_on + 90 * DAY)
        self.assertEqual((case.state, case.next_step_date), ("handed_over", False))
        script.migrate(self.env.cr, "19.0.1.2.0")
        self.assertEqual(len(case.handover_ids), 1)

    def test_doing_it_twice_does_nothing_twice(self):
        handover, day = self.hand_over()
        with self.assertRaisesRegex(UserError, "cannot do this"):
            handover.hand_over(day)
        with self.assertRaisesRegex(UserError, "Nothing of these cases"):
            self.prepare(handover.case_id, day=day + timedelta(days=1))
        self.assertEqual(DUE + DAY, handover.case_id.opened_on)
