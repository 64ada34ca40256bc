"""What leaves the runs of credit control: what arrears takes care of, or leaves in peace."""

from datetime import timedelta

from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import new_test_user

from odoo.addons.premium_arrears.tests.common import DAY

from .credit_common import DUE, FORMAL_DAY, REMINDER_DAY, CreditCommon


class TestLeaves(CreditCommon):
    def test_a_case_with_steps_of_its_own_leaves_and_other_invoices_stay(self):
        premium, advice = self.make_invoice(DUE), self.make_plain_invoice(DUE)
        self.run_on(REMINDER_DAY)
        run = self.credit_run(REMINDER_DAY)
        self.assertEqual(run.line_ids.invoice_id, advice)
        self.assertEqual(run.arrears_left_ids.move_id, premium)
        self.assertIn("Left to Premium Arrears: 1 lines", str(run.report))
        self.assertEqual(self.notices_of(premium).mapped("kind"), ["reminder"], "ours was sent")

    def test_once_our_own_term_runs_the_report_says_so(self):
        self.make_invoice(DUE)
        self.run_on(REMINDER_DAY)
        run = self.credit_run(REMINDER_DAY + DAY)
        self.assertIn("The term of the last notice runs: 1", str(run.report))

    def test_a_premium_that_no_run_took_up_yet_waits_for_it(self):
        self.map_levels()
        move = self.make_invoice(DUE)
        run = self.credit_run(REMINDER_DAY)
        self.assertFalse(run.line_ids)
        self.assertEqual(run.arrears_left_ids.move_id, move)

    def test_a_hold_and_the_fresh_term_after_it(self):
        self.map_levels()
        move = self.make_invoice(DUE)
        self.run_on(DUE + DAY)
        item = self.case_of(move).item_ids
        hold = self.env["arrears.hold"]._place(item, "dispute", DUE + 2 * DAY, "Says so")
        self.both(REMINDER_DAY)
        self.assertFalse(self.lines_of(move))
        hold.end_on(REMINDER_DAY + DAY, "Agreed")
        self.both(REMINDER_DAY + 2 * DAY)
        self.assertFalse(self.lines_of(move), "the customer has a fresh term")
        self.both(REMINDER_DAY + 16 * DAY)
        self.assertEqual(self.notices_of(move).mapped("kind"), ["reminder"])

    def test_a_hold_of_the_customer_also_keeps_back_what_is_no_premium(self):
        advice = self.make_plain_invoice(DUE)
        other = self.make_plain_invoice(DUE, self.make_customer("Somebody else"))
        self.env["arrears.hold"]._place(self.customer, "debt_help", DUE, "Helped")
        run = self.credit_run(REMINDER_DAY)
        self.assertEqual(run.line_ids.invoice_id, other)
        self.assertEqual(run.arrears_left_ids.move_id, advice)

    def test_an_arrangement_a_hand_over_and_a_blocked_invoice(self):
        self.map_levels()
        move = self.make_invoice(DUE)
        self.run_on(DUE + DAY)
        made = self.arrange(self.case_of(move).item_ids, DUE + DAY, count=3)
        self.assertFalse(self.credit_run(REMINDER_DAY).line_ids)
        made.cancel(REMINDER_DAY, "Asked for it")
        move.action_toggle_block_payment()
        self.run_on(REMINDER_DAY + 30 * DAY)
        run = self.credit_run(REMINDER_DAY + 30 * DAY)
        self.assertFalse(run.line_ids)
        self.assertIn("Blocked, or out of follow-up: 1", str(run.report))

    def test_money_that_waits_to_be_matched(self):
        self.map_levels()
        self.make_invoice(DUE)
        self.run_on(REMINDER_DAY)
        payment = self.env["account.payment"].create(
            {
                "partner_id": self.customer.id,
                "payment_type": "inbound",
                "partner_type": "customer",
                "amount": 15.0,
                "date": REMINDER_DAY,
                "journal_id": self.company_data["default_journal_bank"].id,
            }
        )
        payment.action_post()
        self.assertFalse(self.credit_run(REMINDER_DAY).line_ids)

    def test_a_level_before_its_step_is_due(self):
        self.map_levels()
        move = self.make_invoice(DUE)
        self.first.delay_days = 2
        self.both(DUE + 3 * DAY)
        self.assertFalse(self.lines_of(move))
        self.both(REMINDER_DAY)
        self.assertEqual(self.lines_of(move).mapped("state"), ["sent"])

    def test_a_customer_is_not_put_on_a_higher_level_than_the_law_has(self):
        self.map_levels()
        self.credit_policy.apply_max_policy_level = True
        old = self.make_invoice(DUE)
        self.both(REMINDER_DAY)
        new = self.make_invoice(FORMAL_DAY - 8 * DAY)
        self.run_on(FORMAL_DAY)
        self.both(FORMAL_DAY)
        self.assertEqual(self.notices_of(old).mapped("kind"), ["reminder", "formal_notice"])
        self.assertNotIn("formal_notice", self.notices_of(new).mapped("kind"))

    def test_paid_paused_or_part_paid_after_it_was_generated(self):
        """Complaint 1: credit control keeps the amounts of the day it looked."""
        self.map_levels()
        moves = self.env["account.move"]
        for number in range(4):
            policy = self.make_policy(partner_id=self.make_customer(f"C{number}").id)
            moves |= self.make_invoice(DUE, policies=policy)
        self.run_on(REMINDER_DAY)
        run = self.generate(REMINDER_DAY)
        self.assertEqual(len(run.line_ids), 4)
        paid, part, held, open_ = moves
        self.pay_invoice(paid, REMINDER_DAY)
        self.pay_invoice(part, REMINDER_DAY, 20.0)
        self.env["arrears.hold"]._place(
            self.case_of(held).item_ids, "dispute", REMINDER_DAY, "Says so"
        )
        run.run_channel_action()
        states = {line.invoice_id: line.state for line in run.line_ids}
        self.assertEqual(
            states, {paid: "ignored", part: "ignored", held: "ignored", open_: "queued"}
        )
        self.assertEqual(self.notices_of(open_).mapped("state"), ["queued"])
        self.assertFalse(self.notices_of(paid) | self.notices_of(part) | self.notices_of(held))
        self.both(REMINDER_DAY + DAY)
        self.assertEqual(self.lines_of(part).mapped("balance_due"), [45.0, 25.0])
        self.assertEqual(self.notices_of(part).amount_total, 25.0)

    def test_printing_what_was_all_set_aside_prints_nothing_of_anybody(self):
        self.map_levels()
        self.first.channel = "letter"
        move = self.make_invoice(DUE)
        self.run_on(REMINDER_DAY)
        lines = self.generate(REMINDER_DAY).line_ids
        self.pay_invoice(move, REMINDER_DAY)
        # As from the list: what is selected there are lines, not communications.
        printer = self.env["credit.control.printer"].with_context(
            arrears_day=REMINDER_DAY, active_model=lines._name, active_ids=lines.ids
        )
        wizard = printer.create({})
        self.assertEqual(wizard.line_ids, lines)
        action = wizard.print_lines()
        self.assertEqual(action["tag"], "display_notification")
        self.assertIn("Nothing is printed", action["params"]["message"])
        self.assertEqual(lines.state, "ignored")

    def test_a_policy_that_does_nothing_leaves_the_step_to_our_run(self):
        self.map_levels()
        nothing = self.env.ref("account_credit_control.credit_control_no_follow")
        self.customer.credit_policy_id = nothing
        move = self.make_invoice(DUE)
        self.run_on(REMINDER_DAY)
        self.assertEqual(self.notices_of(move).mapped("kind"), ["reminder"])

    def test_who_has_no_rights_on_arrears_can_still_run_credit_control(self):
        self.map_levels()
        premium, advice = self.make_invoice(DUE), self.make_plain_invoice(DUE)
        self.run_on(REMINDER_DAY)
        clerk = new_test_user(
            self.env,
            "credit_clerk",
            groups="account.group_account_invoice,"
            "account_credit_control.group_account_credit_control_manager",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        run = self.generate(REMINDER_DAY, clerk)
        self.assertEqual(run.line_ids.invoice_id, premium | advice)
        for model in (run, run.policy_ids, run.line_ids.communication_id):
            model.get_views([(False, "form")])

    def test_looking_at_many_lines_asks_no_more_of_the_database(self):
        self.map_levels()

        def queries(count, day):
            moves = self.env["account.move"]
            for number in range(count):
                policy = self.make_policy(partner_id=self.make_customer(f"Q{count} {number}").id)
                moves |= self.make_invoice(DUE, policies=policy)
            self.run_on(day)
            lines = moves.line_ids.filtered(lambda line: line.account_type == "asset_receivable")
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.assertFalse(lines._get_credit_control_obstacles(day))
            return self.cr.sql_log_count - before

        queries(2, REMINDER_DAY)
        few = queries(3, REMINDER_DAY + DAY)
        self.assertEqual(queries(12, REMINDER_DAY + 2 * DAY), few)

    # === MAPPING === #

    def test_a_level_counts_as_one_sending_step_per_procedure(self):
        business = self.env.ref("premium_arrears.stage_business_notice")
        self.second.arrears_stage_ids = self.formal | business
        with self.assertRaisesRegex(ValidationError, "one step per procedure"):
            self.second.arrears_stage_ids = self.formal | self.reminder
        with self.assertRaisesRegex(ValidationError, "a step that sends"):
            self.second.arrears_stage_ids = self.env.ref("premium_arrears.stage_consumer_handover")

    def test_a_new_version_of_a_step_is_the_same_step(self):
        self.map_levels()
        version = self.reminder._revise(DUE - timedelta(days=30))
        version.delay_days = 9
        move = self.make_invoice(DUE)
        self.both(REMINDER_DAY)
        self.assertFalse(self.lines_of(move))
        self.both(DUE + 9 * DAY)
        self.assertEqual(self.notices_of(move).stage_id, version)
