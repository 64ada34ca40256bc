"""An office that starts has running cases: they go on from where they were."""

import base64
import io
import zipfile
from datetime import date, timedelta

import openpyxl

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import DAY
from .opening_common import DUE, LAST_DAY, LATER, OPENING, SENT, OpeningCommon


@tagged("post_install", "-at_install")
class TestOpening(OpeningCommon):
    # === THE STORY === #

    def test_the_first_run_goes_on_from_there(self):
        move = self.make_invoice(DUE)
        opening = self.take_over(self.letter(move, fee_announced="40,00"))
        notice = self.notices_of(move)
        self.assertRecordValues(
            notice,
            [
                {
                    "origin": "opening",
                    "state": "sent",
                    "kind": "formal_notice",
                    "sent_on": SENT,
                    "received_on": SENT + DAY,
                    "receipt": "assumed",
                    "last_day": LAST_DAY,
                    "names_suspension": True,
                    "fee_announced": 40.0,
                    "body_html": False,
                    "run_id": False,
                }
            ],
        )
        case = self.case_of(move)
        self.assertEqual(opening.state, "loaded")
        self.assertEqual((opening.case_count, opening.notice_count, opening.fee_count), (1, 1, 1))
        self.assertEqual((case.opened_on, case.item_ids.opened_on), (DUE + DAY, DUE + DAY))
        self.assertEqual(case.stage_id.kind, "formal_notice")
        self.assertEqual(case.next_step_date, LAST_DAY + 7 * DAY)
        self.assertIn("imported", case.history_ids.mapped("event"))
        self.assertIn("could not be checked", notice.fee_id.why_text)

        for day in (OPENING, LAST_DAY):
            self.run_on(day)
        self.assertEqual(self.notices_of(move), notice, "no second letter for a stage it had")
        self.assertEqual(notice.fee_id.state, "announced")
        self.run_on(LAST_DAY + DAY)
        self.assertEqual((notice.fee_id.state, notice.fee_id.amount), ("booked", 40.0))
        self.assertEqual(self.policy.gap_ids.start, LAST_DAY + DAY)
        self.assertEqual(self.policy.gap_ids.source, "notice")
        self.run_on(LAST_DAY + 6 * DAY)
        self.assertFalse(self.notices_of(move, "final_notice"))
        self.run_on(LAST_DAY + 7 * DAY)
        self.assertEqual(len(self.notices_of(move, "final_notice")), 1)
        self.pay_invoice(move, LAST_DAY + 9 * DAY)
        self.assertEqual(self.policy.gap_ids.resume, LAST_DAY + 10 * DAY)

    def test_an_invoice_that_was_only_reminded_gets_the_formal_notice_next(self):
        move = self.make_invoice(DUE)
        self.take_over(
            {
                "invoice": move.name,
                "stage": "Reminder",
                "sent on": "22-01-2026",
                "channel": "e-mail",
            },
            day=date(2026, 1, 30),
        )
        case = self.case_of(move)
        self.assertEqual(case.next_stage_id.kind, "formal_notice")
        self.assertEqual(case.next_step_date, date(2026, 2, 5))
        self.run_on(date(2026, 2, 4))
        self.run_on(date(2026, 2, 5))
        self.assertEqual(self.notices_of(move).mapped("kind"), ["reminder", "formal_notice"])

    def test_a_suspension_goes_on_and_ends_the_day_after_payment(self):
        move = self.make_invoice(DUE)
        self.take_over(self.letter(move, suspended_since="2026-02-20"), day=LATER)
        gap = self.policy.gap_ids
        self.assertEqual((gap.start, gap.source), (date(2026, 2, 20), "opening"))
        self.assertEqual(gap.notice_id, self.notices_of(move))
        self.assertEqual(self.policy.coverage_state, "suspended")
        self.run_on(LATER)
        self.assertEqual(self.policy.gap_ids, gap, "not suspended a second time")
        told = self.case_of(move).notice_ids.filtered(lambda n: n.kind == "cover_suspended")
        self.assertFalse(told, "an earlier system told of it")
        self.pay_invoice(move, LATER)
        self.assertEqual(gap.resume, LATER + DAY)
        self.run_on(LATER + DAY)
        self.assertTrue(gap.resumed_notice_id, "that cover is back is told")
        self.assertEqual(self.policy.coverage_state, "in_force")

    def test_rows_of_one_letter_become_one_notice_with_one_fee(self):
        first, second = self.make_invoice(DUE), self.make_invoice(DUE + DAY)
        self.take_over(self.letter(first, fee_announced="40"), self.letter(second))
        notice = self.notices_of(first)
        self.assertEqual(notice, self.notices_of(second))
        self.assertEqual(notice.amount_total, 90.0)
        self.assertEqual(self.case_of(first).fee_ids.amount, 40.0)
        rows = (
            self.letter(self.make_invoice(DUE), fee_announced="40"),
            self.letter(self.make_invoice(DUE), fee_announced="20"),
        )
        self.assertRefused("are one letter, but differ in: Fee announced", *rows)
        late = self.make_invoice(DUE)
        self.assertRefused("taken over already, for other invoices", self.letter(late))

    def test_a_hold_and_a_colleague_come_along(self):
        move = self.make_invoice(DUE)
        colleague = new_test_user(
            self.env,
            "opening_handler",
            groups="premium_arrears.group_handler",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        self.take_over(
            {
                "Factuur": move.name,
                "Pauze": "geschil",
                "Pauze vanaf": "20-01-2026",
                "Reden pauze": "Says the car was sold",
                "Behandelaar": colleague.login,
            }
        )
        case = self.case_of(move)
        self.assertEqual((case.state, case.user_id), ("held", colleague))
        self.assertRecordValues(
            case.hold_ids,
            [
                {
                    "kind": "dispute",
                    "start": date(2026, 1, 20),
                    "reason": "Says the car was sold",
                }
            ],
        )
        self.run_on(LATER)
        self.assertFalse(self.notices_of(move), "on hold, so nothing is sent")

    # === FEES === #

    def test_a_fee_in_the_books_is_linked_and_never_booked_again(self):
        move, entry = self.make_invoice(DUE), self.book_fee(day=date(2026, 2, 19))
        row = self.letter(move, fee_announced="40", fee_entry=entry.name)
        self.take_over(row, day=LATER)
        fee = self.case_of(move).fee_ids
        self.assertEqual((fee.state, fee.move_id), ("booked", entry))
        self.assertEqual(fee.booked_on, date(2026, 2, 19))
        self.assertEqual(self.case_of(move).amount_due, 85.0)
        fees_before = self.fee_entries()
        self.run_on(LATER)
        self.assertEqual(self.fee_entries(), fees_before)
        other = self.letter(self.make_invoice(DUE + DAY), fee_announced="40", fee_entry=entry.name)
        other["sent on"] = "2026-02-04"
        self.assertRefused("linked to a notice already", other, day=LATER)

    def fee_entries(self):
        return self.env["account.move"].search_count(
            [("journal_id", "=", self.company.arrears_fee_journal_id.id)]
        )

    def test_an_imported_fee_falls_when_the_premium_was_paid_in_time_after_all(self):
        move, entry = self.make_invoice(DUE), self.book_fee(day=date(2026, 2, 19))
        self.take_over(self.letter(move, fee_announced="40", fee_entry=entry.name), day=LATER)
        fee = self.case_of(move).fee_ids
        self.pay_invoice(move, LAST_DAY, booked_on=LATER)
        self.assertEqual(fee.state, "reversed")
        self.assertTrue(entry.line_ids.filtered("reconciled"), "by a counter-entry")
        self.assertEqual(self.case_of(move).state, "closed")

    def test_a_fee_that_is_in_no_books_is_booked_or_let_go_by_choice(self):
        booked, left = self.make_invoice(DUE), self.make_invoice(DUE)
        rows = [
            self.letter(
                move,
                fee_announced="40",
                fee_charged_on="2026-02-19",
                fee_not_in_the_books=choice,
                reason_for_the_fee="Never came along",
            )
            for move, choice in ((booked, "boeken"), (left, "leave"))
        ]
        rows[1]["sent on"] = "2026-02-04"
        rows[1]["fee announced"] = "20"
        self.take_over(*rows, day=LATER)
        fee, let_go = (self.notices_of(move).fee_id for move in (booked, left))
        self.assertEqual((fee.state, fee.amount, fee.booked_on), ("booked", 40.0, LATER))
        self.assertEqual((let_go.state, let_go.waive_reason), ("waived", "Never came along"))
        self.run_on(LATER)
        self.assertEqual(let_go.state, "waived")
        bare = self.letter(self.make_invoice(DUE), fee_announced="20", fee_charged_on="2026-02-20")
        bare["sent on"] = "2026-02-05"
        self.assertRefused("Which entry carries it", bare, day=LATER)
        bare["fee not in the books"] = "book"
        self.assertRefused("why is it booked now or let go", bare, day=LATER)

    # === NOTHING TWICE, NOTHING BY HALVES === #

    def snapshot(self):
        names = ("case", "item", "notice", "notice.line", "fee", "hold", "case.history")
        models = [*(f"arrears.{name}" for name in names), "insurance.coverage.gap", "account.move"]
        return {model: self.env[model].search_count([]) for model in models}

    def test_the_same_file_twice_changes_nothing(self):
        move, entry = self.make_invoice(DUE), self.book_fee(day=date(2026, 2, 19))
        rows = (
            self.letter(
                move, fee_announced="40", fee_entry=entry.name, suspended_since="2026-02-20"
            ),
            {
                "invoice": move.name,
                "hold": "deferral",
                "hold from": "2026-02-21",
                "reason of the hold": "Pays on the 1st",
            },
        )
        self.take_over(*rows, day=LATER)
        before = self.snapshot()
        again = self.take_over(*rows, day=LATER)
        self.assertEqual(again.known_count, 2)
        self.assertEqual(self.snapshot(), before)
        reworded = {**rows[0], "fee announced": "40.00", "letter file": ""}
        more = self.make_invoice(DUE + DAY)
        mixed = self.take_over(reworded, self.letter(more, sent_on="2026-02-05"), day=LATER)
        self.assertEqual(sorted(mixed.line_ids.mapped("state")), ["known", "loaded"])
        with self.assertRaisesRegex(UserError, "taken over already"):
            mixed.action_load()

    def test_a_stage_that_was_taken_is_not_taken_twice(self):
        move = self.make_invoice(DUE)
        self.take_over(self.letter(move))
        self.assertRefusedQuietly("taken already", self.letter(move, sent_on="2026-02-04"))
        self.assertRefusedQuietly("taken already", self.letter(move, channel="e-mail"))
        own = self.make_invoice(DUE)
        self.run_on(OPENING)
        self.assertRefusedQuietly(
            "taken already",
            {"invoice": own.name, "stage": "10", "sent on": "2026-01-22", "channel": "post"},
        )

    def assertRefusedQuietly(self, words, *rows):
        lines = self.look(*rows)
        self.assertEqual(set(lines.mapped("state")), {"refused"})
        self.assertRegex(lines[0].message, words)

    def test_one_bad_row_blocks_the_whole_file(self):
        good, bad = self.letter(self.make_invoice(DUE)), {"invoice": "INV/1999/1"}
        opening = self.opening(good, bad)
        opening.action_check()
        self.assertEqual((opening.ready_count, opening.refused_count), (1, 1))
        before = self.snapshot()
        with self.assertRaisesRegex(UserError, "Row 3: Invoice INV/1999/1 is not known here"):
            opening.action_load()
        self.assertEqual(self.snapshot(), before)

    def test_the_books_are_looked_at_again_when_it_is_taken_over(self):
        move = self.make_invoice(DUE)
        opening = self.opening(self.letter(move))
        opening.action_check()
        self.assertEqual(opening.ready_count, 1)
        move.button_draft()
        with self.assertRaisesRegex(UserError, "posted invoice"):
            opening.action_load()

    # === REFUSED === #

    def test_what_contradicts_itself_or_the_books_is_refused_in_words(self):
        move = self.make_invoice(DUE)
        stranger = self.make_customer("A. Bakker")
        elsewhere = self.book_fee(partner=stranger, day=date(2026, 2, 9))
        future = self.make_invoice(OPENING + 5 * DAY)
        loose = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.customer.id,
                "invoice_date": DUE,
                "invoice_line_ids": [(0, 0, {"name": "Advice", "price_unit": 10})],
            }
        )
        loose.action_post()
        for words, row in (
            ("not known here", {"invoice": "X"}),
            ("which one", {"invoice": "", "handler": "me"}),
            ("carries no premium", {"invoice": loose.name}),
            ("not overdue", {"invoice": future.name}),
            ("due date", {"invoice": move.name, "due date": "2026-01-16"}),
            ("no stage “Nightly call”", self.letter(move, stage="Nightly call")),
            ("when was the letter sent", self.letter(move, sent_on="")),
            ("which stage was it", self.letter(move, stage="")),
            ("post or e-mail", self.letter(move, channel="")),
            ("later than 2026-02-10", self.letter(move, sent_on="2026-03-01")),
            ("“31-31-2026” is not understood", self.letter(move, sent_on="31-31-2026")),
            ("“pigeon” is not understood", self.letter(move, channel="pigeon")),
            ("“-5” is not understood", self.letter(move, fee_announced="-5")),
            ("before it was sent", self.letter(move, received_on="2026-02-01")),
            ("before it was received", self.letter(move, last_day_to_pay="2026-02-01")),
            ("no fee was announced", self.letter(move, fee_charged_on="2026-02-09")),
            (
                "is of A. Bakker, not of",
                self.letter(move, fee_announced="40", fee_entry=elsewhere.name),
            ),
            (
                "carries premium, no fee",
                self.letter(move, fee_announced="40", fee_entry=self.make_invoice(DUE).name),
            ),
            (
                "not known here as one posted",
                self.letter(move, fee_announced="40", fee_entry="INC/none"),
            ),
            ("from which day, and why", {"invoice": move.name, "hold": "geschil"}),
            ("not one colleague", {"invoice": move.name, "handler": "Nobody"}),
            (
                "not on invoice",
                self.letter(move, suspended_since="2026-02-09", policies_suspended="P-9999"),
            ),
            ("not in the ZIP", self.letter(move, letter_file="old.pdf")),
            ("before, and record the hand-over", self.letter(move, stage="Hand-over")),
            (
                "before, and record the hand-over",
                self.letter(move, stage="", kind_of_notice="royement"),
            ),
        ):
            with self.subTest(words=words):
                self.assertRefused(words, row)

    def test_an_unreadable_file_is_refused(self):
        move = self.make_invoice(DUE)
        for words, rows in (
            ("Column “colour” is not known", [{"invoice": move.name, "colour": "red"}]),
            ("no column with the number", [{"stage": "Reminder"}]),
            ("Two columns have the meaning", [{"invoice": "1", "factuur": "2"}]),
        ):
            with self.subTest(words=words), self.assertRaisesRegex(UserError, words):
                self.opening(*rows).action_check()
        empty = self.openings.create({"company_id": self.company.id})
        with self.assertRaisesRegex(UserError, "Choose a file"):
            empty.action_check()
        wrong = self.opening(self.letter(move, letter_file="a.pdf"))
        wrong.letters_file = base64.b64encode(b"no zip")
        with self.assertRaisesRegex(UserError, "no ZIP"):
            wrong.action_check()

    def test_the_template_is_read_again_in_both_languages(self):
        self.env["res.lang"]._activate_lang("nl_NL")
        move = self.make_invoice(DUE)
        for lang, header in (("en_US", "Invoice"), ("nl_NL", "Factuur")):
            with self.subTest(lang=lang):
                opening = self.openings.with_context(lang=lang).create({"day": LATER})
                content = base64.b64decode(opening.template_file)
                sheet = openpyxl.load_workbook(io.BytesIO(content))
                cells = [cell.value for cell in sheet.active[1]]
                self.assertEqual(cells[0], header)
                self.assertEqual(sheet.worksheets[1].max_row, len(cells), "each is explained")
                sheet.active["A2"] = move.name
                output = io.BytesIO()
                sheet.save(output)
                opening.write(
                    {"file": base64.b64encode(output.getvalue()), "file_name": "cases.xlsx"}
                )
                opening.action_check()
                self.assertEqual(opening.line_ids.state, "ready", opening.line_ids.message)
                self.assertEqual(opening.line_ids.sent_on, SENT)
                self.assertEqual(opening.line_ids.fee_announced, 40.0)

    # === TAKING BACK, THE OLD LETTER === #

    def test_an_imported_notice_is_withdrawn_like_any_other(self):
        move, entry = self.make_invoice(DUE), self.book_fee(day=date(2026, 2, 19))
        self.take_over(
            self.letter(
                move, fee_announced="40", fee_entry=entry.name, suspended_since="2026-02-20"
            ),
            day=LATER,
        )
        notice = self.notices_of(move)
        correction = notice.withdraw(LATER, "The old letter named the wrong policy")
        self.assertEqual(notice.fee_id.state, "reversed")
        self.assertEqual(self.policy.gap_ids.resume, self.policy.gap_ids.start)
        self.run_on(LATER)
        self.assertEqual(correction.state, "queued")
        self.assertTrue(correction.body_hash, correction.failure_detail)
        self.assertIn("We sent you a letter about unpaid premium", correction.body_html)
        self.assertNotIn(notice.name, correction.body_html, "a number he never saw")
        again = self.notices_of(move, "formal_notice") - notice
        self.assertEqual((again.origin, again.date), ("own", LATER), "the step is taken again")

    def test_the_old_letter_is_kept_once_and_cannot_be_changed(self):
        bundle = io.BytesIO()
        with zipfile.ZipFile(bundle, "w") as file:
            file.writestr("scans/old.pdf", b"%PDF the old letter")
        with_file, without = self.make_invoice(DUE), self.make_invoice(DUE)
        self.take_over(
            self.letter(with_file, letter_file="old.pdf"),
            self.letter(without, sent_on="2026-02-04"),
            letters_file=base64.b64encode(bundle.getvalue()),
            letters_name="letters.zip",
        )
        notice, bare = self.notices_of(with_file), self.notices_of(without)
        self.assertEqual(notice.attachment_id.raw, b"%PDF the old letter")
        self.assertEqual(notice._verify(), {notice: []})
        values = {"file": base64.b64encode(b"Dear madam"), "file_name": "later.txt"}
        wizards = self.env["arrears.opening.letter"]
        wizards.create({"notice_id": bare.id, **values}).action_add()
        self.assertEqual(bare.attachment_id.name, "later.txt")
        for one in (notice, bare):
            with self.assertRaisesRegex(UserError, "has its letter already"):
                wizards.create({"notice_id": one.id, **values}).action_add()
            with self.assertRaises(UserError):
                one.attachment_id.raw = b"forged"
        with self.assertRaisesRegex(UserError, "stays as it was sent"):
            notice.sudo().fee_announced = 10

    # === WHO, WHERE === #

    def test_only_a_manager_and_evidence_stays(self):
        opening = self.take_over(self.letter(self.make_invoice(DUE)))
        for role in ("reader", "handler"):
            user = new_test_user(
                self.env,
                f"opening_{role}_2",
                groups=f"premium_arrears.group_{role}",
                company_id=self.company.id,
                company_ids=[(6, 0, self.company.ids)],
            )
            with self.subTest(role=role):
                with self.assertRaises(AccessError):
                    self.openings.with_user(user).create({"day": OPENING})
                with self.assertRaises(AccessError):
                    opening.with_user(user).action_check()
                with self.assertRaises(AccessError):
                    opening.with_user(user).line_ids.read(["message"])
        with self.assertRaises(AccessError):
            opening.line_ids.write({"message": "changed"})
        with self.assertRaisesRegex(UserError, "is kept"):
            opening.unlink()
        with self.assertRaisesRegex(UserError, "a correction is a new opening state"):
            opening.day = LATER
        manager = new_test_user(
            self.env,
            "opening_manager",
            groups="premium_arrears.group_manager",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        mine = self.opening(self.letter(self.make_invoice(DUE + DAY), sent_on="2026-02-05"))
        mine = mine.with_user(manager)
        mine.action_check()
        mine.action_load()
        self.assertEqual(mine.loaded_by_id, manager)
        self.assertEqual(mine.line_ids.notice_id.state, "sent")

    def test_an_invoice_of_another_company_is_not_known(self):
        other = self.setup_other_company()["company"]
        other._set_arrears_defaults()
        here, type(self).company = self.company, other
        try:
            there = self.make_invoice(DUE, policies=self.make_policy(company_id=other.id))
            there.name = "THERE/2026/1"
            opening = self.opening(self.letter(there))
        finally:
            type(self).company = here
        self.assertRefused("not known here", self.letter(there))
        opening.action_check()
        opening.action_load()
        self.assertEqual(self.case_of(there).company_id, other)
        manager = new_test_user(
            self.env,
            "opening_manager_here",
            groups="premium_arrears.group_manager",
            company_id=here.id,
            company_ids=[(6, 0, here.ids)],
        )
        with self.assertRaises(AccessError):
            opening.with_user(manager).read(["file_name"])

    # === SET-BASED === #

    def test_the_queries_do_not_grow_with_the_rows(self):
        queries = {}
        for count in (4, 24):
            rows = []
            for number in range(count):
                partner = self.make_customer(f"Customer {count} {number}")
                policy = self.make_policy(partner_id=partner.id)
                due = DUE - timedelta(days=number % 9)
                move = self.make_invoice(due, policies=policy)
                rows.append(
                    self.letter(
                        move,
                        fee_announced="40",
                        suspended_since="2026-02-20",
                        hold="deferral" if number % 2 else "",
                        hold_from="2026-02-21" if number % 2 else "",
                        reason_of_the_hold="Pays later" if number % 2 else "",
                    )
                )
            opening = self.opening(*rows, day=LATER)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            opening.action_check()
            self.env.flush_all()
            checked = self.env.cr.sql_log_count
            opening.action_load()
            self.env.flush_all()
            queries[count] = (checked - before, self.env.cr.sql_log_count - checked)
            self.assertEqual(opening.gap_count, count)
        for small, large in zip(queries[4], queries[24], strict=True):
            self.assertLessEqual(large, small + 15, queries)
