"""Fees as money: when they are due, for whom, with which VAT, and how they are let go."""

from datetime import date, timedelta
from unittest.mock import patch

from psycopg2.errors import NotNullViolation

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import DAY, ArrearsCommon

DUE = date(2026, 1, 15)


@tagged("post_install", "-at_install")
class TestFeeDue(ArrearsCommon):
    """The fee is due when the last day passed unpaid, whenever the run comes by."""

    def setUp(self):
        super().setUp()
        self.move = self.make_invoice(DUE)
        self.notice = self.formal_notice(self.move, DUE + DAY)
        self.fee = self.notice.fee_id
        self.case = self.case_of(self.move)

    def test_a_premium_paid_after_the_last_day_but_before_the_run_leaves_the_fee_due(self):
        self.pay_invoice(self.move, credited_on=self.notice.last_day + DAY)
        self.assertEqual(self.fee.state, "announced")
        self.assertEqual(self.case.state, "open")
        self.run_on(self.notice.last_day + 2 * DAY)
        self.assertEqual((self.fee.state, self.fee.amount_open), ("booked", 40.0))
        self.assertEqual((self.case.state, self.case.amount_due), ("open", 40.0))
        self.pay(self.fee.move_line_id, 40.0, self.notice.last_day + 5 * DAY)
        self.assertEqual(self.case.state, "closed")
        self.assertEqual(self.case.closed_on, self.notice.last_day + 5 * DAY)

    def test_cover_follows_the_premium_only(self):
        self.pay_invoice(self.move, credited_on=self.notice.last_day + DAY)
        self.walk(self.notice.last_day + 2 * DAY, self.notice.last_day + 9 * DAY)
        self.assertEqual(self.fee.state, "booked")
        self.assertFalse(self.policy.gap_ids)
        self.assertEqual(self.policy.coverage_state, "in_force")

    def test_a_fee_that_is_unpaid_does_not_keep_the_cover_suspended(self):
        self.run_on(self.notice.last_day + DAY)
        self.assertEqual(self.policy.coverage_state, "suspended")
        self.pay_invoice(self.move, credited_on=self.notice.last_day + 3 * DAY)
        self.assertEqual(self.policy.gap_ids.resume, self.notice.last_day + 4 * DAY)
        self.assertEqual((self.fee.state, self.fee.amount_open), ("booked", 40.0))
        self.assertEqual(self.case.state, "open", "the fee is not forgotten")

    def test_paid_on_the_last_day_the_fee_lapses_though_more_of_the_case_is_open(self):
        later = self.make_invoice(self.notice.last_day - 2 * DAY)
        self.run_on(self.notice.last_day)
        self.assertEqual(self.case_of(later), self.case)
        self.pay_invoice(self.move, credited_on=self.notice.last_day)
        self.assertEqual((self.fee.state, self.case.state), ("reversed", "open"))
        self.walk(self.notice.last_day + DAY, self.notice.last_day + 3 * DAY)
        self.assertFalse(self.fee.move_id)

    def test_nothing_falls_due_during_a_hold(self):
        self.case.hold_ids = [
            Command.create(
                {
                    "kind": "dispute",
                    "start": self.notice.received_on,
                    "end": self.notice.last_day + 30 * DAY,
                    "reason": "Disputes the premium",
                }
            )
        ]
        self.pay_invoice(self.move, credited_on=self.notice.last_day + 5 * DAY)
        self.assertEqual((self.fee.state, self.case.state), ("reversed", "closed"))

    def test_a_small_rest_that_is_paid_late_is_let_go_with_the_reason(self):
        self.pay_invoice(self.move, credited_on=self.notice.last_day, amount=40.0)
        self.assertEqual(self.fee.state, "announced")
        self.pay_invoice(self.move, credited_on=self.notice.last_day + DAY)
        self.assertEqual((self.fee.state, self.case.state), ("waived", "closed"))
        self.assertTrue(self.fee.waive_reason)

    def test_the_fee_stays_proposed_until_somebody_decides(self):
        self.notice.stage_id.automatic = False
        self.run_on(self.notice.last_day + DAY)
        self.pay_invoice(self.move, credited_on=self.notice.last_day + 2 * DAY)
        run = self.run_on(self.notice.last_day + 3 * DAY)
        self.assertEqual(self.fee.state, "announced")
        self.assertEqual(run.action_ids.filtered(lambda a: a.state == "proposed").kind, "fee")

    def test_a_paid_fee_that_turns_out_lower_stays_paid(self):
        policy = self.make_policy(frequency="yearly", premium=1000.0)
        move = self.make_invoice(DUE, policies=policy, amount=1000.0)
        notice = self.formal_notice(move, self.notice.date + DAY)
        self.walk(notice.date + DAY, notice.last_day + DAY)
        fee = notice.fee_id
        self.assertEqual((fee.state, fee.amount), ("booked", 150.0))
        self.pay(fee.move_line_id, 150.0, notice.last_day + 2 * DAY)
        self.pay_invoice(move, notice.last_day, amount=400.0, booked_on=notice.last_day + 3 * DAY)
        self.assertEqual((fee.amount, fee.amount_open), (90.0, 0.0))
        self.assertEqual(fee.settled_on, notice.last_day + 2 * DAY)

    def test_what_the_letter_announces_can_be_read_with_its_reason(self):
        fee = self.fee.with_context(lang="en_US")
        self.assertEqual((fee.amount_announced, fee.last_day), (40.0, self.notice.last_day))
        self.assertIn("First reminder in six months for this policy: €40.00", fee.why_text)


@tagged("post_install", "-at_install")
class TestFeeVat(ArrearsCommon):
    """Vectors 57 to 59: VAT only when it is announced and the creditor cannot deduct it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tax = cls.company_data["default_tax_sale"]
        cls.company.write({"arrears_fee_vat": True, "arrears_fee_tax_id": cls.tax.id})

    def fee_of(self, **invoice):
        move = self.make_invoice(DUE, **invoice)
        notice = self.formal_notice(move, DUE + DAY)
        self.walk(notice.date + DAY, notice.last_day)
        self.run_on(notice.last_day + DAY)
        return notice, notice.fee_id

    def test_announced_vat_is_booked_with_the_tax_of_the_settings(self):
        notice, fee = self.fee_of()
        self.assertEqual((notice.fee_announced, notice.fee_vat), (40.0, 8.4))
        self.assertEqual((fee.amount, fee.amount_vat, fee.amount_total), (40.0, 8.4, 48.4))
        self.assertEqual(fee.amount_open, 48.4)
        income, vat, receivable = fee.move_id.line_ids.sorted("balance")
        self.assertEqual((income.credit, income.tax_ids), (40.0, self.tax))
        self.assertEqual((vat.credit, vat.tax_line_id, receivable.debit), (8.4, self.tax, 48.4))
        row = self.tax.invoice_repartition_line_ids.filtered(lambda r: r.repartition_type == "tax")
        self.assertEqual((vat.account_id, vat.tax_tag_ids), (row.account_id, row.tag_ids))
        self.assertEqual(vat.tax_base_amount, 40.0)

    def test_the_vat_is_rounded_down_never_a_cent_more(self):
        # 15 % of 266.87 is 40.03; 21 % of that is 8.4063, which Odoo would round to 8.41.
        self.policy.premium = 266.87
        _notice, fee = self.fee_of(amount=266.87)
        self.assertEqual((fee.amount, fee.amount_vat, fee.move_line_id.debit), (40.03, 8.4, 48.43))

    def test_a_part_payment_lowers_the_vat_with_the_fee(self):
        self.policy.write({"frequency": "yearly", "premium": 1000.0})
        move = self.make_invoice(DUE, amount=1000.0)
        notice = self.formal_notice(move, DUE + DAY)
        self.assertEqual((notice.fee_announced, notice.fee_vat), (150.0, 31.5))
        self.run_on(notice.last_day + DAY)
        self.pay_invoice(move, notice.last_day, amount=400.0, booked_on=notice.last_day + 3 * DAY)
        self.assertRecordValues(
            notice.fee_id, [{"amount": 90.0, "amount_vat": 18.9, "amount_open": 108.9}]
        )
        vat = self.env["account.move.line"].search(
            [("tax_line_id", "=", self.tax.id), ("partner_id", "=", self.customer.id)]
        )
        self.assertAlmostEqual(sum(vat.mapped("balance")), -18.9)

    def test_no_vat_when_the_creditor_deducts_it(self):
        self.insurer.deducts_vat = True
        notice, fee = self.fee_of()
        self.assertEqual((notice.fee_vat, fee.amount_open), (0.0, 40.0))
        self.assertFalse(fee.move_id.line_ids.tax_ids)

    def test_no_vat_when_the_office_collects_for_itself(self):
        self.policy.creditor = "office"
        notice, fee = self.fee_of()
        self.assertEqual((notice.fee_vat, fee.amount_open), (0.0, 40.0))

    def test_no_vat_that_was_not_announced(self):
        self.company.arrears_fee_vat = False
        move = self.make_invoice(DUE)
        notice = self.formal_notice(move, DUE + DAY)
        self.company.arrears_fee_vat = True
        self.run_on(notice.last_day + DAY)
        self.assertEqual((notice.fee_id.state, notice.fee_id.amount_open), ("booked", 40.0))

    def test_waiving_takes_the_vat_back_too(self):
        _notice, fee = self.fee_of()
        self.waive(fee, fee.booked_on + DAY)
        counter = fee.move_id.reversal_move_ids
        self.assertEqual(sum((fee.move_id | counter).line_ids.mapped("amount_residual")), 0.0)
        both = (fee.move_id | counter).line_ids
        self.assertEqual(sum(both.filtered("tax_line_id").mapped("balance")), 0.0)

    def test_only_the_general_rate_can_be_chosen(self):
        with self.assertRaisesRegex(ValidationError, "VAT on the collection fee"):
            self.company.arrears_fee_tax_id = self.tax.copy({"name": "9%", "amount": 9.0})


@tagged("post_install", "-at_install")
class TestBusinessFee(ArrearsCommon):
    """6:96(4): a business owes the fee without a reminder; its cover still has the term."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.debtor_type = "business"
        cls.policy.write({"frequency": "yearly", "premium": 1000.0})

    def make_notice(self, post=True):
        """Run until the notice to the business is made; post it that day, or not."""
        move = self.make_invoice(DUE, amount=1000.0)
        self.walk_until(DUE + DAY, lambda: self.notices_of(move, "reminder").sent_on)
        day = self.notices_of(move, "reminder").sent_on
        while not self.notices_of(move, "business_notice"):
            day += DAY
            run = self.run_on(day, post_letters=False)
        notice = self.notices_of(move, "business_notice")
        if post:
            run.mark_letters_posted(day)
        return move, notice, run

    def test_the_fee_is_booked_when_the_notice_is_sent_and_not_before(self):
        _move, notice, run = self.make_notice(post=False)
        self.assertEqual((notice.fee_announced, notice.state), (150.0, "queued"))
        self.assertFalse(notice.fee_id)
        run.mark_letters_posted(notice.date)
        fee = notice.fee_id
        self.assertEqual(
            (fee.state, fee.booked_on, fee.amount_open), ("booked", notice.date, 150.0)
        )
        self.assertEqual(fee.last_day, notice.sent_on)

    def test_cover_is_suspended_only_after_the_term(self):
        _move, notice, _run = self.make_notice()
        self.walk(notice.date + DAY, notice.last_day)
        self.assertFalse(self.policy.gap_ids)
        run = self.run_on(notice.last_day + DAY)
        self.assertEqual(self.policy.coverage_state, "suspended")
        self.assertEqual(run.action_ids.mapped("kind"), ["suspend"], "no fee a second time")

    def test_a_premium_paid_before_sending_costs_nothing(self):
        move, notice, run = self.make_notice(post=False)
        self.pay_invoice(move, credited_on=notice.date)
        run.mark_letters_posted(notice.date + DAY)
        self.assertNotEqual(notice.fee_id.state, "booked")
        self.assertFalse(notice.fee_id.move_id)
        self.assertEqual(self.case_of(move).state, "closed")

    def test_a_premium_paid_after_sending_leaves_the_fee_due(self):
        move, notice, _run = self.make_notice()
        self.pay_invoice(move, credited_on=notice.sent_on + DAY)
        self.assertEqual((notice.fee_id.state, notice.fee_id.amount_open), ("booked", 150.0))
        self.assertEqual(self.case_of(move).state, "open")

    def test_a_payment_credited_before_sending_and_booked_later_takes_it_back(self):
        move, notice, _run = self.make_notice()
        self.pay_invoice(move, notice.sent_on - DAY, booked_on=notice.sent_on + 3 * DAY)
        self.assertEqual((notice.fee_id.state, self.case_of(move).state), ("reversed", "closed"))

    def test_an_office_may_keep_to_forty_euro(self):
        self.company.arrears_business_fee = "minimum"
        _move, notice, _run = self.make_notice()
        self.assertEqual((notice.fee_announced, notice.fee_id.amount_open), (40.0, 40.0))
        self.assertIn("also without a reminder", notice.fee_id.with_context(lang="en_US").why_text)

    def test_a_notice_that_did_not_arrive_takes_its_fee_back(self):
        _move, notice, _run = self.make_notice()
        notice.sudo()._fail("bounced")
        self.assertEqual(notice.fee_id.state, "reversed")
        self.assertEqual(notice.fee_id.move_line_id.amount_residual, 0.0)
        self.assertEqual(notice.case_id.amount_fee_open, 0.0)

    def test_a_consumer_owes_nothing_after_a_notice_to_a_business(self):
        self.env.ref("premium_arrears.procedure_business").debtor_type = "consumer"
        self.env.ref("premium_arrears.procedure_consumer").debtor_type = "business"
        self.customer.debtor_type = "consumer"
        _move, notice, _run = self.make_notice()
        self.assertEqual(notice.case_id._get_debtor_type(), "consumer")
        self.assertEqual(notice.fee_announced, 0.0)
        self.walk(notice.date + DAY, notice.last_day + DAY)
        self.assertFalse(notice.fee_id)

    def test_nothing_is_sent_that_could_not_be_booked(self):
        self.company.arrears_fee_account_id = False
        move = self.make_invoice(DUE, amount=1000.0)
        self.walk(DUE + DAY, DUE + timedelta(days=40))
        self.assertFalse(self.notices_of(move, "business_notice"))
        skipped = self.case_of(move).action_ids.filtered(lambda a: a.skip_reason == "error")
        self.assertIn("no journal or account", skipped[:1].skip_detail)


@tagged("post_install", "-at_install")
class TestUnregisteredDemand(ArrearsCommon):
    def test_a_claim_demanded_while_unregistered_never_bears_a_fee(self):
        # Vector 60: a demand of 5 October 2026, a registration that holds from the 8th.
        self.company.arrears_register_from = date(2026, 10, 8)
        move = self.make_invoice(date(2026, 9, 28))
        later = self.make_invoice(date(2026, 10, 10), policies=self.make_policy())
        notice = self.formal_notice(move, date(2026, 10, 1))
        self.assertEqual(self.notices_of(move, "reminder").sent_on, date(2026, 10, 5))
        self.assertEqual(notice.fee_announced, 0.0)
        other = self.formal_notice(later, notice.date + DAY)
        self.assertNotEqual(other, notice)
        self.assertEqual(other.fee_announced, 40.0, "the next premium was demanded in order")


@tagged("post_install", "-at_install")
class TestWaive(ArrearsCommon):
    def setUp(self):
        super().setUp()
        other = self.make_customer("K. Bakker")
        moves = self.make_invoice(DUE)
        moves |= self.make_invoice(DUE, policies=self.make_policy(partner_id=other.id))
        self.formal_notice(moves[0], DUE + DAY)
        self.notices = self.notices_of(moves[0], "formal_notice")
        self.notices |= self.notices_of(moves[1], "formal_notice")
        self.day = self.notices[0].last_day + DAY
        self.run_on(self.day)
        self.fees = self.notices.fee_id

    def test_a_handler_lets_several_fees_go_with_one_reason(self):
        handler = new_test_user(
            self.env,
            "handler",
            groups="premium_arrears.group_handler",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        self.assertEqual(self.fees.mapped("state"), ["booked"] * 2)
        self.waive(self.fees.with_user(handler), self.day + DAY, "Our own mistake")
        self.assertEqual(self.fees.mapped("state"), ["waived"] * 2)
        self.assertEqual(self.fees.mapped("amount_open"), [0.0, 0.0])
        self.assertEqual(self.fees.waived_by_id, handler)
        self.assertEqual(set(self.fees.mapped("waive_reason")), {"Our own mistake"})
        for fee in self.fees:
            self.assertEqual(fee.move_id.reversal_move_ids.date, self.day + DAY)
            told = fee.case_id.history_ids.filtered(lambda row: row.event == "fee_waived")
            self.assertEqual((told.reason, told.amount), ("Our own mistake", 40.0))
            self.assertEqual((told.day, told.create_uid), (self.day + DAY, handler))

    def test_a_waived_fee_lets_a_paid_case_close(self):
        notice = self.notices[0]
        self.pay_invoice(notice.line_ids.item_id.move_id, credited_on=self.day)
        self.assertEqual(notice.case_id.state, "open")
        self.waive(notice.fee_id, self.day + DAY)
        self.assertEqual(notice.case_id.state, "closed")

    def test_a_reason_is_required_and_the_day_is_no_earlier_than_the_booking(self):
        with (
            self.assertRaises(NotNullViolation),
            mute_logger("odoo.sql_db"),
            self.env.cr.savepoint(),
        ):
            self.waive(self.fees, self.day, reason=False)
        with self.assertRaisesRegex(UserError, "lies before"):
            self.waive(self.fees, self.day - DAY)

    def test_what_was_waived_cannot_be_waived_again(self):
        self.waive(self.fees, self.day)
        with self.assertRaisesRegex(UserError, "announced or booked"):
            self.fees.action_waive()
        self.assertEqual(len(self.fees.move_id.reversal_move_ids), 2)

    def test_a_reader_may_not(self):
        reader = new_test_user(
            self.env, "reader", groups="premium_arrears.group_reader", company_id=self.company.id
        )
        with self.assertRaises(AccessError):
            self.waive(self.fees.with_user(reader), self.day)

    def test_nor_may_a_handler_of_another_company(self):
        elsewhere = self.setup_other_company()["company"]
        stranger = new_test_user(
            self.env,
            "stranger",
            groups="premium_arrears.group_handler",
            company_id=elsewhere.id,
            company_ids=[Command.set(elsewhere.ids)],
        )
        wizard = self.env["arrears.fee.waive"].with_user(stranger)
        with self.assertRaises(AccessError):
            wizard.create(
                {"fee_ids": self.fees.ids, "reason": "Mine?", "day": self.day}
            ).action_waive()
        self.assertEqual(self.fees.mapped("state"), ["booked"] * 2)


@tagged("post_install", "-at_install")
class TestFeeSetBased(ArrearsCommon):
    def announced(self, count, due):
        """Return the announced fees of that many customers, without running the end of term."""
        moves = self.env["account.move"]
        for number in range(count):
            # By mail: many letters would take their time to be printed.
            partner = self.make_customer(
                f"Customer {due} {number}",
                email=f"customer{number}@example.com",
                e_notice_consent_date=date(2025, 1, 1),
            )
            moves |= self.make_invoice(due, policies=self.make_policy(partner_id=partner.id))
        day = due
        while not self.notices_of(moves[-1], "formal_notice").sent_on:
            day += DAY
            self.run_on(day).notice_ids.sudo()._mark_sent(day)
        lines = self.env["arrears.notice.line"].search([("item_id.move_id", "in", moves.ids)])
        # Read together and with the rights of the engine, as the run does.
        fees = self.env["arrears.fee"].sudo().browse(lines.notice_id.fee_id.ids)
        self.assertEqual(len(fees), count)
        return fees

    def count_queries(self, action):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        action()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def test_charging_takes_the_queries_of_one_fee_and_odoos_posting(self):
        moves, spent = type(self.env["account.move"]), []

        def counted(name):
            original = getattr(moves, name)

            def call(records, *args, **kwargs):
                self.env.flush_all()
                start = self.env.cr.sql_log_count
                result = original(records, *args, **kwargs)
                self.env.flush_all()
                spent.append(self.env.cr.sql_log_count - start)
                return result

            return patch.object(moves, name, call)

        own = {}
        for count, due in ((3, DUE), (30, DUE + 30 * DAY)):
            fees = self.announced(count, due)
            due_queries = self.count_queries(lambda fees=fees: fees._get_due())
            spent.clear()
            with counted("create"), counted("_post"):
                day = max(fees.notice_id.mapped("last_day")) + DAY
                queries = self.count_queries(lambda fees=fees, day=day: fees._charge(day))
            self.assertEqual(set(fees.mapped("state")), {"booked"})
            own[count] = (due_queries, queries - sum(spent))
        self.assertLessEqual(own[30][0], own[3][0] + 3, own)
        self.assertLessEqual(own[30][1], own[3][1] + 10, own)
