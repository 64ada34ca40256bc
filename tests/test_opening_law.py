"""The law at the opening: what old letters cost and gave, and what counts for nothing."""

from datetime import date

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import DAY
from .opening_common import DUE, LATER, OPENING, OpeningCommon


@tagged("post_install", "-at_install")
class TestOpeningLaw(OpeningCommon):
    # === THE SIX MONTHS OF THE FEE: VECTORS 26 TO 31 === #

    def month(self, month, received_day=15, fee="20", **values):
        """Return the row of a letter over the premium of a month, received on a day of it."""
        received = date(2026, month, received_day)
        move = self.make_invoice(received - 14 * DAY)
        return self.letter(
            move,
            sent_on=(received - DAY).isoformat(),
            received_on=received.isoformat(),
            fee_announced=fee,
            names_suspension="no",
            **values,
        )

    def announced_by_the_run(self, due):
        """Return what the run's own 14-day letter over a new premium announces."""
        self.customer.e_notice_consent_date = False  # a mail would wait for the mail server
        move = self.make_invoice(due)
        for days in (7, 21):
            self.run_on(due + days * DAY)
        notice = self.notices_of(move, "formal_notice")
        self.assertEqual((notice.origin, notice.state), ("own", "sent"))
        return notice.fee_announced

    def test_imported_reminders_make_the_next_one_of_the_run_cost_20(self):
        """Vector 26: 40, 20, 20 were taken over; April's own letter announces 20."""
        rows = [self.month(1, fee="40"), self.month(2), self.month(3)]
        self.take_over(*rows, day=date(2026, 4, 1))
        self.assertEqual(
            self.env["arrears.fee"].search([], order="announced_on").mapped("amount"),
            [40.0, 20.0, 20.0],
        )
        self.assertEqual(self.announced_by_the_run(date(2026, 4, 1)), 20.0)

    def test_without_them_it_would_have_cost_40(self):
        self.assertEqual(self.announced_by_the_run(date(2026, 4, 1)), 40.0)

    def test_the_first_letter_of_a_row_of_six_and_the_seventh(self):
        """Vectors 26 and 27, all from the file: the seventh month in a row is 20 again."""
        rows = [self.month(month, fee="40" if month == 1 else "20") for month in range(1, 8)]
        lines = self.look(*rows, day=date(2026, 8, 3))
        self.assertEqual(set(lines.mapped("state")), {"ready"}, lines.mapped("message"))
        rows[6]["fee announced"] = "40"
        lines = self.look(*rows, day=date(2026, 8, 3))
        self.assertEqual(lines[6].state, "refused")
        self.assertIn("40.00 was announced, at most 20.00 was allowed", lines[6].message)

    def test_the_look_back_ends_after_six_months(self):
        """Vectors 29 to 31: 15 August and 16 July cost 40 again, 15 July 20."""
        january = self.month(1, fee="40")
        for month, day, allowed in ((8, 15, 40), (7, 16, 40), (7, 15, 20)):
            with self.subTest(month=month, day=day):
                for fee, state in ((allowed, "ready"), (allowed + 1, "refused")):
                    second = self.month(month, day, fee=str(fee))
                    lines = self.look(january, second, day=date(2026, 9, 1))
                    self.assertEqual(lines[1].state, state, lines[1].message)

    def test_a_premium_that_was_paid_by_now_still_counts_when_it_was_late(self):
        late, in_time = self.make_invoice(date(2026, 1, 2)), self.make_invoice(date(2026, 1, 2))
        self.pay_invoice(late, date(2026, 2, 20))
        self.pay_invoice(in_time, date(2026, 1, 20))
        for move, announced in ((late, 20.0), (in_time, 40.0)):
            with self.subTest(announced=announced), self.env.cr.savepoint() as savepoint:
                self.take_over(
                    self.letter(
                        move,
                        sent_on="2026-01-14",
                        fee_announced="40",
                        names_suspension="no",
                        fee_not_in_the_books="leave" if move == late else "",
                        reason_for_the_fee="Paid by now" if move == late else "",
                    ),
                    day=date(2026, 4, 1),
                )
                self.assertEqual(self.case_of(move).state, "closed")
                self.assertEqual(self.announced_by_the_run(date(2026, 4, 1)), announced)
                savepoint.rollback()
                self.env.invalidate_all()

    # === WHAT VOIDS A LETTER === #

    def flawed(self):
        """Return (words, row, settings) for each way in which an old letter falls short."""
        move = self.make_invoice(DUE)
        unregistered = {"arrears_register_number": False}
        return [
            ("on or before the due date", self.letter(move, sent_on="2026-01-15"), {}),
            ("fewer days than the law", self.letter(move, last_day_to_pay="2026-02-17"), {}),
            ("at most 40.00 was allowed", self.letter(move, fee_announced="40.01"), {}),
            (
                "at most 0.00 was allowed",
                self.letter(move, fee_announced="40", vat_on_the_fee="8.40"),
                {},
            ),
            ("not allowed to cause a fee", self.letter(move, fee_announced="40"), unregistered),
            ("no 14 days", self.letter(move, stage="Reminder"), {}),
            (
                "no 14 days",
                self.letter(move, stage="Final notice", names_suspension="no", fee_announced="40"),
                {},
            ),
        ]

    def test_each_flaw_is_refused_with_its_reason(self):
        for words, row, settings in self.flawed():
            with self.subTest(words=words):
                self.company.write(settings)
                self.assertRefused(words, row)
                self.company.arrears_register_number = "WKI-0001"

    def test_or_it_counts_for_nothing_when_the_office_says_so(self):
        for words, row, settings in self.flawed():
            with self.subTest(words=words), self.env.cr.savepoint() as savepoint:
                self.company.write(settings)
                opening = self.take_over(row, take_doubtful=True)
                notice = opening.line_ids.notice_id
                self.assertEqual((notice.state, notice.received_on), ("withdrawn", False))
                self.assertRegex(notice.withdraw_reason, words)
                self.assertFalse(notice.fee_id)
                self.assertFalse(notice.case_id.stage_id)
                self.run_on(OPENING)
                self.assertFalse(self.policy.gap_ids)
                savepoint.rollback()
                self.env.invalidate_all()

    def test_the_step_of_a_void_letter_is_taken_again_with_a_fresh_term_and_40(self):
        move, entry = self.make_invoice(DUE), self.book_fee(45.0, day=date(2026, 2, 9))
        row = self.letter(
            move, fee_announced="45", fee_entry=entry.name, suspended_since="2026-02-09"
        )
        lines = self.look(row, take_doubtful=True)
        self.assertEqual(lines.state, "doubtful")
        self.assertRegex(lines.message, f"entry {entry.name}, is taken back")
        self.assertRegex(lines.message, "no letter in this file that counts and names")
        self.take_over(row, take_doubtful=True)
        void = self.notices_of(move)
        self.assertEqual(void.fee_id.state, "reversed")
        self.assertEqual(sum(entry.line_ids.mapped("amount_residual")), 0)
        self.assertEqual(self.case_of(move).amount_due, 45.0, "the premium only")
        self.assertFalse(self.policy.gap_ids)
        self.assertTrue(self.policy.covered_on(date(2026, 2, 9)))
        self.run_on(OPENING)
        again = self.notices_of(move) - void
        self.assertEqual((again.kind, again.fee_announced), ("formal_notice", 40.0))

    def test_a_longer_term_and_a_lower_fee_are_kept(self):
        move = self.make_invoice(DUE)
        self.take_over(
            self.letter(
                move, fee_announced="25", last_day_to_pay="2026-03-20", received_on="2026-02-05"
            )
        )
        notice = self.notices_of(move)
        self.assertEqual(notice.last_day, date(2026, 3, 20))
        self.assertEqual((notice.receipt, notice.received_on), ("proven", date(2026, 2, 5)))
        self.run_on(date(2026, 3, 20))
        self.assertEqual(notice.fee_id.state, "announced")
        self.run_on(date(2026, 3, 21))
        self.assertEqual((notice.fee_id.state, notice.fee_id.amount), ("booked", 25.0))

    def test_the_term_moves_with_a_proof_that_comes_later(self):
        move = self.make_invoice(DUE)
        self.take_over(self.letter(move, fee_announced="40"))
        notice = self.notices_of(move)
        notice.sudo()._prove_receipt(date(2026, 2, 6), "RR123456789NL")
        self.assertEqual(notice.last_day, date(2026, 2, 20))

    # === FEES === #

    def test_a_fee_that_was_not_due_is_refused(self):
        move = self.make_invoice(DUE)
        early = self.book_fee(day=date(2026, 2, 18))
        dear = self.book_fee(45.0)
        row = self.letter(move, fee_announced="40", fee_entry=early.name)
        self.assertRefused("before it was due on 2026-02-19", row, day=LATER)
        row["fee entry"] = dear.name
        self.assertRefused("fee of 45.00 was charged, but", row, day=LATER)
        right = self.book_fee()
        row["fee entry"] = right.name
        self.assertEqual(self.look(row, day=LATER).state, "ready")
        self.pay_invoice(move, date(2026, 2, 18), booked_on=date(2026, 2, 24))
        self.assertRefused("only 0.00 is due", row, day=LATER)

    def test_a_consumer_owes_nothing_after_a_notice_to_a_business(self):
        self.customer.debtor_type = "business"
        move = self.make_invoice(DUE)
        row = self.letter(move, stage="Notice to a business", fee_announced="40")
        self.assertEqual(self.look(row).state, "ready")
        self.customer.debtor_type = "consumer"
        self.policy.procedure_id = False
        self.company.arrears_procedure_id = self.env.ref("premium_arrears.procedure_business")
        self.assertRefused("no stage “Notice to a business”", row)

    def test_vat_comes_along_only_where_the_office_may_ask_it(self):
        move, entry = self.make_invoice(DUE), self.book_fee(48.40)
        row = self.letter(move, fee_announced="40", vat_on_the_fee="8.40", fee_entry=entry.name)
        self.assertRefused("VAT of 8.40 was announced, at most 0.00", row, day=LATER)
        tax = self.env["account.tax"].create(
            {"name": "VAT on fees", "amount": 21.0, "company_id": self.company.id}
        )
        self.company.write({"arrears_fee_vat": True, "arrears_fee_tax_id": tax.id})
        dear = {**row, "VAT on the fee": "8.41"}
        dear.pop("vat on the fee")
        self.assertRefused("VAT of 8.41 was announced, at most 8.40", dear, day=LATER)
        self.take_over(row, day=LATER)
        fee = self.case_of(move).fee_ids
        self.assertEqual((fee.amount, fee.amount_vat, fee.move_id), (40.0, 8.4, entry))
        self.assertEqual(fee.amount_open, 48.4)

    def test_the_office_as_creditor_needs_no_register(self):
        self.policy.creditor = "office"
        self.company.arrears_register_number = False
        row = self.letter(self.make_invoice(DUE), fee_announced="40")
        self.assertEqual(self.look(row).state, "ready")

    # === COVER === #

    def test_a_suspension_that_the_law_forbids_is_refused(self):
        move = self.make_invoice(DUE)
        row = self.letter(move, suspended_since="2026-02-18")
        self.assertRefused("the last day to pay had not passed", row, day=LATER)
        row["suspended since"] = "2026-02-19"
        self.assertEqual(self.look(row, day=LATER).state, "ready")
        silent = self.letter(move, suspended_since="2026-02-20", names_suspension="no")
        self.assertRefused("no letter in this file that counts", silent, day=LATER)
        bare = {"invoice": move.name, "suspended since": "2026-02-20"}
        self.assertRefused("no letter in this file that counts", bare, day=LATER)
        held = self.letter(
            move,
            suspended_since="2026-02-20",
            hold="dispute",
            hold_from="2026-02-10",
            reason_of_the_hold="Other car",
        )
        self.assertRefused("there was a hold", held, day=LATER)
        self.customer.e_notice_consent_date = False
        mailed = self.letter(move, channel="e-mail", suspended_since="2026-02-20")
        self.assertRefused("without recorded consent", mailed, day=LATER)
        health = self.make_policy(line_of_business="health_basic")
        row = self.letter(self.make_invoice(DUE, health), suspended_since="2026-02-20")
        self.assertRefused("can be suspended", row, day=LATER)
        first = self.make_invoice(DUE, kind="first")
        row = self.letter(first, suspended_since="2026-02-20", policies_suspended=self.policy.name)
        self.assertRefused("only a follow-up premium", row, day=LATER)

    def test_a_suspension_that_counts_for_nothing_leaves_the_cover_as_it_is(self):
        move = self.make_invoice(DUE)
        row = self.letter(move, suspended_since="2026-02-18")
        opening = self.take_over(row, day=date(2026, 2, 18), take_doubtful=True)
        self.assertEqual(opening.gap_count, 0)
        self.assertTrue(self.policy.covered_on(date(2026, 2, 18)))
        self.assertEqual(self.notices_of(move).state, "sent", "the letter itself was good")
        self.run_on(date(2026, 2, 19))
        self.assertEqual(self.policy.gap_ids.start, date(2026, 2, 19), "in time, by our own run")

    def test_only_the_policies_of_the_invoice_that_can_be_are_suspended(self):
        health = self.make_policy(line_of_business="health_basic")
        move = self.make_invoice(DUE, policies=self.policy | health)
        self.take_over(self.letter(move, suspended_since="2026-02-20"), day=LATER)
        self.assertTrue(self.policy.gap_ids)
        self.assertFalse(health.gap_ids)

    def test_a_suspension_can_follow_its_letter_in_a_later_file(self):
        move = self.make_invoice(DUE)
        self.take_over(self.letter(move))
        bare = {"invoice": move.name, "suspended since": "2026-02-20"}
        self.take_over(bare, day=LATER)
        self.assertEqual(self.policy.gap_ids.notice_id, self.notices_of(move))
        other = {"invoice": move.name, "suspended since": "2026-02-21"}
        self.assertRefusedAfter("has a suspension from 2026-02-20", other)

    def assertRefusedAfter(self, words, row):
        lines = self.look(row, day=LATER)
        self.assertEqual(lines.state, "refused")
        self.assertRegex(lines.message, words)

    def test_the_preview_tells_what_the_next_run_will_do(self):
        move = self.make_invoice(DUE)
        row = self.letter(move, fee_announced="40")
        line = self.look(row, day=LATER)
        self.assertEqual(line.state, "ready")
        self.assertIn("the next run charges the fee", line.message)
        self.assertIn("the next run suspends the cover", line.message)
        opening = self.opening(row, day=LATER)
        with self.assertRaises(UserError):
            opening.with_context(lang="en_US").write({"file": False})
            opening.action_check()

    # === OLD CASES KEEP THE RULES THEY STARTED WITH === #

    def test_an_item_follows_the_stages_of_the_day_it_came_into_arrears(self):
        procedure = self.env.ref("premium_arrears.procedure_consumer")
        old = procedure.stage_ids.filtered(lambda stage: stage.kind == "final_notice")
        new = old._revise(date(2026, 2, 1))
        new.write({"delay_days": 30, "name": "Last notice"})
        move = self.make_invoice(DUE)
        self.take_over(self.letter(move))
        item = self.case_of(move).item_ids
        self.assertEqual((item.opened_on, item.next_stage_id), (DUE + DAY, old))
        named = self.make_invoice(DUE)
        row = self.letter(named, stage="Last notice", sent_on="2026-02-05", names_suspension="no")
        self.take_over(row)
        item = self.env["arrears.item"].search([("move_line_id.move_id", "=", named.id)])
        self.assertEqual((item.opened_on, item.stage_id), (OPENING, new))
