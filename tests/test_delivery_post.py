"""Letters: printed in batches, posted when a colleague says so, kept as they were."""

from datetime import date, timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import DAY
from .common_mail import MailStory, pages_of

DUE = date(2026, 1, 15)
REMINDER_DAY = DUE + timedelta(days=7)


@tagged("post_install", "-at_install")
class TestPrintBatch(MailStory):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if cls.env["ir.actions.report"].get_wkhtmltopdf_state() == "install":
            raise cls.skipTest(cls, "wkhtmltopdf is not installed")
        cls.customer.e_notice_consent_date = False

    def letters(self, *addresses):
        """Return a run with a letter for each (postcode, name)."""
        for postcode, name in addresses:
            customer = self.make_customer(name, zip=postcode)
            self.make_invoice(DUE, policies=self.make_policy(partner_id=customer.id))
        return self.run_on(REMINDER_DAY, post_letters=False)

    def test_a_batch_holds_its_letters_by_postcode_and_name(self):
        run = self.letters(("1000AA", "Wit"), ("9999 ZZ", "Zwart"), ("1000 AA", "Geel"))
        action = run.action_print_letters()
        batch = run.notice_ids.print_batch_id
        self.assertIn(f"/web/content/{batch.attachment_id.id}", action["url"])
        pages = pages_of(batch.attachment_id)
        self.assertEqual(len(pages), 3)
        for page, name in zip(pages, ("Geel", "Wit", "Zwart"), strict=True):
            self.assertIn(name, page)
        self.assertEqual((batch.state, batch.letter_count), ("made", 3))
        self.assertEqual(set(run.notice_ids.mapped("state")), {"queued"}, "printing sends nothing")

    def test_letters_are_sent_when_a_colleague_confirms_and_not_before(self):
        run = self.letters(("1000 AA", "Geel"), ("1000 AA", "Wit"))
        run.action_print_letters()
        batch = run.notice_ids.print_batch_id
        handler = self.make_reader("arrears_printer", "group_handler")
        batch.with_user(handler).action_confirm_posted()
        self.assertEqual((batch.state, batch.printed_by_id), ("posted", handler))
        self.assertEqual(set(run.notice_ids.mapped("state")), {"sent"})
        self.assertEqual(set(run.notice_ids.mapped("sent_on")), {batch.printed_on})

    def test_a_batch_never_holds_more_than_was_chosen(self):
        """Complaint 38: printing can never send all that ever waited."""
        run = self.letters(("1000 AA", "Geel"), ("1000 AA", "Wit"))
        first, second = run.notice_ids
        first.action_print_letters()
        self.assertEqual(first.print_batch_id.notice_ids, first)
        for nothing in (self.env["arrears.notice"], first):
            with self.assertRaisesRegex(UserError, "still waits"):
                nothing.action_print_letters()
        first.print_batch_id.action_confirm_posted()
        self.assertEqual((first.state, second.state), ("sent", "queued"))
        run.action_print_letters()
        self.assertEqual(second.print_batch_id.notice_ids, second)

    def test_printing_a_run_again_before_posting_gives_the_same_file(self):
        run = self.letters(("1000 AA", "Geel"))
        self.assertEqual(run.action_print_letters(), run.action_print_letters())
        self.assertEqual(self.env["arrears.print.batch"].search_count([("run_id", "=", run.id)]), 1)

    def test_a_letter_that_cannot_be_read_stays_out_and_the_rest_goes_on(self):
        run = self.letters(("1000 AA", "Geel"), ("1000 AA", "Wit"))
        bad, good = run.notice_ids.sorted("id")
        bad.sudo().attachment_id.raw = b"%PDF-1.4 broken"
        run.action_print_letters()
        batch = good.print_batch_id
        self.assertEqual(batch.notice_ids, good)
        self.assertIn(bad.name, batch.left_out)
        batch.action_confirm_posted()
        self.assertEqual((good.state, bad.state), ("sent", "queued"))
        with self.assertRaisesRegex(UserError, f"no letter to print.*\n.*{bad.name}"):
            run.action_print_letters()

    def test_a_reprint_is_marked_on_each_page_and_changes_nothing(self):
        run = self.letters(("1000 AA", "Geel"), ("1000 AA", "Wit"))
        run.action_print_letters()
        run.mark_letters_posted(REMINDER_DAY)
        batch = run.notice_ids.print_batch_id
        before = (batch.file_hash, batch.printed_on, run.notice_ids.mapped("last_day"))
        action = batch.action_print()
        self.assertNotIn(f"/{batch.attachment_id.id}?", action["url"])
        copies = pages_of(batch.copy_attachment_id)
        self.assertEqual(len(copies), 2)
        for page in copies:
            self.assertIn("COPY", page)
        for page in pages_of(batch.attachment_id):
            self.assertNotIn("COPY", page)
        self.assertEqual(
            before, (batch.file_hash, batch.printed_on, run.notice_ids.mapped("last_day"))
        )

    def test_a_batch_that_was_not_posted_can_be_set_aside(self):
        run = self.letters(("1000 AA", "Geel"))
        run.action_print_letters()
        batch = run.notice_ids.print_batch_id
        batch.action_discard()
        self.assertFalse(run.notice_ids.print_batch_id)
        run.mark_letters_posted(REMINDER_DAY)
        self.assertEqual(run.notice_ids.state, "sent")
        with self.assertRaisesRegex(UserError, "not posted"):
            run.notice_ids.print_batch_id.action_discard()

    def test_a_letter_was_posted_between_its_day_and_today(self):
        """A term begins on the day on which the letter left, not before and not to come."""
        run = self.letters(("1000 AA", "Geel"))
        today = run._get_latest_day(self.company)
        for day, words in ((REMINDER_DAY - DAY, "was not posted before"), (today + DAY, "future")):
            with self.assertRaisesRegex(UserError, words):
                run.mark_letters_posted(day)
            self.assertEqual((run.notice_ids.state, run.notice_ids.sent_on), ("queued", False))
        run.mark_letters_posted(REMINDER_DAY)
        self.assertEqual(run.notice_ids.sent_on, REMINDER_DAY)

    def test_a_letter_that_fell_away_is_named_and_not_sent(self):
        run = self.letters(("1000 AA", "Geel"), ("1000 AA", "Wit"))
        run.action_print_letters()
        gone, kept = run.notice_ids
        gone.sudo().state = "withdrawn"
        batch = kept.print_batch_id
        self.assertEqual(batch.gone_ids, gone)
        batch.action_confirm_posted()
        self.assertEqual((gone.sent_on, kept.state), (False, "sent"))

    def test_who_only_reads_cannot_print_or_post(self):
        run = self.letters(("1000 AA", "Geel"))
        run.action_print_letters()
        reader = self.make_reader("arrears_reads", "group_reader")
        batch = run.notice_ids.print_batch_id.with_user(reader)
        self.assertEqual(batch.letter_count, 1)
        for attempt in (batch.action_print, batch.action_confirm_posted, batch.action_discard):
            with self.assertRaises(AccessError):
                attempt()


@tagged("post_install", "-at_install")
class TestProof(MailStory):
    def posted(self):
        self.customer.e_notice_consent_date = False
        move = self.make_invoice(DUE)
        self.run_on(REMINDER_DAY)
        return self.notices_of(move)

    def mailed(self):
        move = self.make_invoice(DUE)
        self.run_on(REMINDER_DAY)
        with self.mail_server() as box:
            self.send_mails(REMINDER_DAY)
        self.assertEqual(len(box.mails), 1)
        return self.notices_of(move)

    def test_a_mail_is_kept_as_it_went_out_also_when_the_mail_is_gone(self):
        notice = self.mailed()
        page = notice.mail_id.sudo().body_html
        notice.mail_id.sudo().unlink()
        self.assertEqual(notice.attachment_id.raw.decode(), page)
        self.assertEqual(notice._verify(), {notice: []})

    def test_a_colleague_can_verify_and_is_told_in_words(self):
        for notice in (self.posted(), self.mailed_by_another()):
            reader = self.make_reader(f"arrears_verifies_{notice.id}", "group_reader")
            told = notice.with_user(reader).action_verify()["params"]
            self.assertEqual(told["type"], "success")
            self.assertIn("Nothing was altered", told["message"])

    def mailed_by_another(self):
        policy = self.make_mailed_customer("Another", "another@example.com")
        move = self.make_invoice(DUE + DAY, policies=policy)
        self.run_on(REMINDER_DAY + DAY)
        with self.mail_server():
            self.send_mails(REMINDER_DAY + DAY)
        return self.notices_of(move)

    def test_what_was_altered_behind_our_back_is_found(self):
        notice = self.posted()
        self.env.cr.execute(
            "UPDATE arrears_notice SET body_html = body_html || 'x' WHERE id = %s", [notice.id]
        )
        other = self.env["ir.attachment"].sudo().create({"name": "x", "raw": b"other"})
        self.env.cr.execute(
            "UPDATE ir_attachment SET store_fname = %s, db_datas = NULL WHERE id = %s",
            [other.store_fname, notice.attachment_id.id],
        )
        self.env.invalidate_all()
        told = notice.action_verify()["params"]
        self.assertEqual(told["type"], "danger")
        self.assertIn("text is not as it was", told["message"])
        self.assertIn("file is not as it was", told["message"])

    def test_nobody_can_change_or_delete_what_was_sent(self):
        notice = self.posted()
        files = notice.attachment_id | notice.print_batch_id.attachment_id
        self.assertTrue(files)
        for file in files.sudo():
            for vals in (
                {"raw": b"x"},
                {"datas": b"eA=="},
                {"name": "x"},
                {"res_id": 0},
                {"res_model": False},
            ):
                with self.assertRaisesRegex(UserError, "proof"):
                    file.write(vals)
            with self.assertRaisesRegex(UserError, "proof"):
                file.unlink()
        # Moving the files of a database to another storage changes nothing in them.
        file.write({"raw": file.raw, "mimetype": file.mimetype})
        file.generate_access_token()

    def test_other_files_and_letters_that_did_not_leave_are_free(self):
        self.customer.e_notice_consent_date = False
        move = self.make_invoice(DUE)
        self.run_on(REMINDER_DAY, post_letters=False)
        self.notices_of(move).sudo().attachment_id.unlink()
        loose = (
            self.env["ir.attachment"]
            .sudo()
            .create(
                {
                    "name": "a scan",
                    "raw": b"x",
                    "res_model": "arrears.notice",
                    "res_id": self.posted_by_another().id,
                }
            )
        )
        loose.sudo().write({"raw": b"y"})
        loose.sudo().unlink()

    def posted_by_another(self):
        policy = self.make_policy(partner_id=self.make_customer("Another").id)
        move = self.make_invoice(DUE + DAY, policies=policy)
        self.run_on(REMINDER_DAY + DAY)
        return self.notices_of(move)

    def test_uninstalling_the_addon_is_not_in_the_way(self):
        file = self.posted().attachment_id.sudo()
        file.with_context(_force_unlink=True).unlink()
        self.assertFalse(file.exists())


@tagged("post_install", "-at_install")
class TestReceipt(MailStory):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.e_notice_consent_date = False
        cls.policy.creditor = "office"

    def letter(self):
        return self.formal_notice(self.make_invoice(DUE), DUE + DAY)

    def test_receipt_is_assumed_until_it_is_proven(self):
        notice = self.letter()
        assumed, last_day = notice.received_on, notice.last_day
        self.assertEqual(notice.receipt, "assumed")
        notice.sudo()._prove_receipt(assumed + 5 * DAY, "Registered letter 3SRRC1")
        self.assertEqual((notice.receipt, notice.received_on), ("proven", assumed + 5 * DAY))
        self.assertGreaterEqual(notice.last_day, assumed + 19 * DAY)
        self.assertGreater(notice.last_day, last_day)
        row = notice.case_id.history_ids.filtered(lambda row: row.event == "received")
        self.assertEqual(row.reason, "Registered letter 3SRRC1")
        self.assertEqual(row.day, assumed + 5 * DAY)

    def test_an_early_receipt_never_shortens_the_term_below_the_day_named(self):
        notice = self.letter()
        notice.sudo()._prove_receipt(notice.sent_on, "Handed over at the desk")
        self.assertEqual(notice.last_day, notice.stated_last_day)

    def test_a_receipt_before_sending_or_without_proof_is_refused(self):
        notice = self.letter().sudo()
        for day, source, words in (
            (notice.sent_on - DAY, "x", "cannot be received before"),
            (notice.sent_on, " ", "what proves"),
            ("soon", "x", "not a day"),
        ):
            with self.assertRaisesRegex(UserError, words):
                notice._prove_receipt(day, source)
        self.assertEqual(notice.receipt, "assumed")

    def test_proof_that_it_came_later_undoes_what_came_too_early(self):
        notice = self.letter().sudo()
        self.walk(notice.sent_on + DAY, notice.last_day + 2 * DAY)
        gap = self.policy.gap_ids
        self.assertTrue(gap and not gap.resume)
        self.assertEqual(notice.fee_id.state, "booked")
        late = notice.received_on + 10 * DAY
        notice._prove_receipt(late, "Track and trace")
        self.assertEqual(gap.resume, gap.start)
        self.assertEqual(notice.fee_id.state, "announced")
        self.assertFalse(self.policy.gap_ids._is_open())
        self.assertEqual(self.policy.coverage_state, "at_risk")
        # Still unpaid at the end of the real term: now the consequences are right.
        last_run = max(self.runs.search([("company_id", "=", self.company.id)]).mapped("date"))
        self.walk(last_run + DAY, notice.last_day + 2 * DAY)
        self.assertEqual(notice.fee_id.state, "booked")
        self.assertGreater(notice.fee_id.booked_on, notice.last_day)
        self.assertTrue(self.policy.gap_ids._is_open())

    def test_a_letter_that_came_back_starts_no_term(self):
        notice = self.letter()
        self.walk(notice.sent_on + DAY, notice.last_day + 2 * DAY)
        wizard = self.env["arrears.notice.receipt"].create(
            {"notice_id": notice.id, "outcome": "returned", "day": notice.last_day + 3 * DAY}
        )
        wizard.with_user(self.make_reader("arrears_desk", "group_handler"))
        wizard.action_confirm()
        self.assertEqual((notice.state, notice.failure), ("failed", "returned"))
        self.assertFalse(notice.received_on or notice.last_day)
        self.assertEqual(notice.fee_id.state, "reversed")
        self.assertEqual(self.policy.gap_ids.resume, self.policy.gap_ids.start)
        self.assertTrue(notice.case_id.activity_ids)

    def test_who_only_reads_cannot_tell_what_arrived(self):
        notice = self.letter()
        reader = self.make_reader("arrears_reads_only", "group_reader")
        with self.assertRaises(AccessError):
            self.env["arrears.notice.receipt"].with_user(reader).create(
                {"notice_id": notice.id, "outcome": "returned"}
            )
