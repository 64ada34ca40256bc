"""A letter of a mapped level is a notice, when it has all that the law asks of one."""

import email
import email.policy

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import new_test_user
from odoo.tools import mute_logger

from odoo.addons.premium_arrears.tests.common import DAY

from .credit_common import DUE, FORMAL_DAY, OWN_WORDS, REMINDER_DAY, CreditCommon


class TestCounts(CreditCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.map_levels(cls)
        cls.move = cls.make_invoice(DUE)

    def formal_letter(self):
        """Return the 14-day notice that credit control sent, by post."""
        self.both(REMINDER_DAY)
        self.both(FORMAL_DAY)
        return self.notices_of(self.move, "formal_notice")

    # === ONE LETTER, OF ONE OF THE TWO === #

    def test_credit_control_takes_the_step_and_our_run_does_not(self):
        self.run_on(REMINDER_DAY)
        self.assertFalse(self.notices_of(self.move))
        item = self.case_of(self.move).item_ids
        self.assertIn("credit control sends it", item.next_step_text)
        run = self.credit_run(REMINDER_DAY)
        notice = self.notices_of(self.move)
        self.assertEqual((notice.kind, notice.state), ("reminder", "queued"))
        self.assertEqual(notice.stage_id, self.reminder)
        self.assertEqual(run.line_ids.mapped("state"), ["queued"], "not sent before it is posted")
        self.assertEqual(run.line_ids.communication_id.arrears_notice_id, notice)
        self.run_on(REMINDER_DAY + DAY, post_letters=False)
        self.post(REMINDER_DAY + DAY)
        self.assertEqual((notice.state, notice.sent_on), ("sent", REMINDER_DAY + DAY))
        line = run.line_ids
        self.assertEqual((line.state, line.date_sent), ("sent", REMINDER_DAY + DAY))
        self.assertEqual(len(self.notices_of(self.move)), 1)

    def test_sending_again_makes_no_second_notice(self):
        self.run_on(REMINDER_DAY)
        run = self.credit_run(REMINDER_DAY)
        run.run_channel_action()
        printer = self.env["credit.control.printer"].with_context(arrears_day=REMINDER_DAY)
        printer.create({"line_ids": [Command.set(run.line_ids.ids)]}).print_lines()
        self.both(REMINDER_DAY)
        self.assertEqual(len(self.notices_of(self.move)), 1)
        self.assertEqual(len(run.line_ids.communication_id), 1)

    def test_a_fourteen_day_notice_has_its_term_costs_cover_and_help(self):
        notice = self.formal_letter()
        self.assertEqual((notice.state, notice.sent_on), ("sent", FORMAL_DAY))
        self.assertEqual(notice.fee_id.amount, 40.0)
        self.assertTrue(notice.names_suspension)
        self.assertFalse(notice._missing_parts())
        parts = notice._read_parts()
        self.assertIn("40.00", parts["fee"])
        self.assertIn(self.policy.name, parts["suspension"])
        self.assertIn("Geldfit", parts["help"])
        self.assertIn("fourteen days", parts["term"])
        self.assertIn(OWN_WORDS, notice.body_html)
        self.assertIn("It was a pleasure", notice.body_html)
        self.assertEqual(self.lines_of(self.move).mapped("state"), ["sent", "sent"])

    def test_its_last_day_passes_unpaid_fee_and_cover_follow(self):
        notice = self.formal_letter()
        self.walk(FORMAL_DAY + DAY, notice.last_day)
        self.assertTrue(self.policy.covered_on(notice.last_day))
        self.assertEqual(notice.fee_id.state, "announced")
        self.run_on(notice.last_day + DAY)
        self.assertEqual(notice.fee_id.state, "booked")
        self.assertFalse(self.policy.covered_on(notice.last_day + DAY))
        self.walk(notice.last_day + 2 * DAY, notice.last_day + 8 * DAY)
        self.assertIn("final_notice", self.notices_of(self.move).mapped("kind"), "is no level")

    def test_one_letter_per_case_whatever_credit_control_puts_together(self):
        south = self.insurer.create({"name": "Zuid", "is_company": True, "is_insurer": True})
        second = self.make_invoice(DUE)
        other = self.make_invoice(
            DUE, policies=self.make_policy(insurer_id=south.id, creditor="insurer")
        )
        advice = self.make_plain_invoice(DUE)
        self.both(REMINDER_DAY)
        mine, its = self.notices_of(self.move), self.notices_of(other)
        self.assertEqual(self.notices_of(second), mine)
        self.assertNotEqual(mine.case_id, its.case_id)
        self.assertEqual((len(mine), len(its)), (1, 1))
        self.assertEqual(mine.amount_total, 90.0)
        plain = self.lines_of(advice).communication_id
        self.assertEqual(plain.credit_control_line_ids.invoice_id, advice)
        self.assertFalse(plain.arrears_notice_id)

    # === WHICH WAY === #

    def test_a_mail_under_consent_really_arrives_with_all_its_paragraphs(self):
        self.letters(by_post=False)
        self.run_on(REMINDER_DAY)
        self.credit_run(REMINDER_DAY)
        with self.mail_server():
            self.send_mails(REMINDER_DAY)
        self.run_on(FORMAL_DAY)
        run = self.credit_run(FORMAL_DAY)
        line = run.line_ids
        self.assertEqual((line.channel, line.state), ("email", "queued"))
        with self.mail_server() as box:
            self.send_mails(FORMAL_DAY)
        [(_sender, recipients, content)] = box.mails
        self.assertEqual(recipients, ["j.devries@example.com"])
        page = email.message_from_bytes(content, policy=email.policy.default)
        page = page.get_body("html").get_content()
        for words in (OWN_WORDS, "40.00", "Then your cover stops for", "Geldfit"):
            self.assertIn(words, page)
        notice = self.notices_of(self.move, "formal_notice")
        self.assertEqual((notice.state, line.state), ("sent", "sent"))
        self.assertEqual(line.date_sent, FORMAL_DAY)

    def test_without_consent_the_mail_becomes_a_letter(self):
        self.run_on(REMINDER_DAY)
        run = self.credit_run(REMINDER_DAY)
        notice = self.notices_of(self.move)
        self.assertEqual((notice.channel, run.line_ids.channel), ("post", "letter"))
        self.assertTrue(notice.attachment_id)

    def test_a_letter_stays_a_letter(self):
        self.letters(by_post=False)
        self.first.channel = "letter"
        self.run_on(REMINDER_DAY)
        run = self.generate(REMINDER_DAY)
        action = run.run_channel_action()
        self.assertEqual(self.notices_of(self.move).channel, "post")
        self.assertEqual(action["res_model"], "credit.control.communication", "nothing to print")

    def test_credit_control_prints_what_is_no_notice_only(self):
        self.first.channel = "letter"
        advice = self.make_plain_invoice(DUE)
        self.run_on(REMINDER_DAY)
        action = self.generate(REMINDER_DAY).run_channel_action()
        printed = action["context"]["active_ids"]
        self.assertEqual(printed, self.lines_of(advice).communication_id.ids)
        self.assertEqual(self.lines_of(advice).state, "sent")
        self.assertEqual(self.lines_of(self.move).state, "queued")

    @mute_logger("odoo.addons.mail.models.mail_mail", "odoo.addons.base.models.ir_mail_server")
    def test_a_mail_that_is_refused_counts_for_nothing_and_our_run_goes_on_by_post(self):
        self.letters(by_post=False)
        self.run_on(REMINDER_DAY)
        run = self.credit_run(REMINDER_DAY)
        with self.mail_server({"j.devries@example.com": "550 no such user"}):
            self.send_mails(REMINDER_DAY)
        self.assertEqual(self.notices_of(self.move).mapped("state"), ["failed"])
        self.assertEqual(run.line_ids.mapped("state"), ["email_error"])
        self.run_on(REMINDER_DAY + DAY)
        notices = self.notices_of(self.move)
        self.assertEqual(notices.mapped("channel"), ["email", "post"])
        self.assertFalse(notices[1].credit_level_id)

    def test_while_everything_is_stopped_and_in_test_mode_nothing_leaves(self):
        self.run_on(REMINDER_DAY)
        self.company.arrears_paused = True
        run = self.credit_run(REMINDER_DAY)
        notice = self.notices_of(self.move)
        self.assertEqual((notice.state, notice.body_html), ("queued", False))
        self.company.write({"arrears_paused": False, "arrears_test_email": "test@example.com"})
        self.run_on(REMINDER_DAY + DAY)
        self.assertEqual((notice.state, notice.test_mode), ("withdrawn", True))
        self.assertEqual(run.line_ids.mapped("state"), ["ignored"], "it comes again")

    def test_paid_before_the_letter_is_posted(self):
        self.run_on(REMINDER_DAY)
        run = self.credit_run(REMINDER_DAY)
        self.pay_invoice(self.move, REMINDER_DAY)
        self.post(REMINDER_DAY + DAY)
        self.assertEqual(self.notices_of(self.move).state, "withdrawn")
        self.assertEqual(run.line_ids.mapped("state"), ["ignored"])

    # === WHAT DOES NOT COUNT === #

    def test_credit_controls_own_default_text_names_another_term_and_does_not_count(self):
        default = self.env.ref("account_credit_control.3_time_1")
        self.second.write(
            {
                "custom_text": default.custom_text,
                "custom_mail_text": default.custom_mail_text,
            }
        )
        self.assertIn("within 10 days", self.second.custom_text)
        self.both(REMINDER_DAY)
        self.run_on(FORMAL_DAY)
        run = self.credit_run(FORMAL_DAY)
        line = run.line_ids
        self.assertTrue(line.communication_id, "it goes as ever")
        self.assertFalse(line.communication_id.arrears_notice_id)
        self.assertFalse(self.notices_of(self.move, "formal_notice"))
        told = " ".join(line.message_ids.mapped("body"))
        self.assertIn("does not count as the step", told)
        self.assertIn("one clear term", told)
        self.assertFalse(
            self.env["arrears.fee"].search([("case_id.partner_id", "=", self.customer.id)])
        )
        self.run_on(FORMAL_DAY + DAY)
        formal = self.notices_of(self.move, "formal_notice")
        self.assertEqual(formal.mapped("state"), ["sent"], "our own run takes the step")
        self.assertFalse(formal.credit_level_id)
        self.assertFalse(formal._missing_parts())

    def print_unmarked(self, state):
        """Print a plain message of the second level, without "mark as done", and go on."""
        self.both(REMINDER_DAY)
        self.second.write({"channel": "letter", "custom_text": "Please pay within 10 days."})
        self.run_on(FORMAL_DAY)
        run = self.generate(FORMAL_DAY)
        line = run.line_ids
        line.state = state
        printer = self.env["credit.control.printer"].with_context(arrears_day=FORMAL_DAY)
        wizard = printer.create({"line_ids": line.ids, "mark_as_sent": False})
        wizard.print_lines()
        self.assertEqual((line.policy_level_id, line.state), (self.second, state))
        self.assertTrue(line.communication_id)
        run.run_channel_action()
        self.credit_run(FORMAL_DAY)
        sent = self.env["credit.control.communication"].search(
            [("policy_level_id", "=", self.second.id), ("partner_id", "=", self.customer.id)]
        )
        self.assertEqual(len(sent), 1, "it goes once")
        self.run_on(FORMAL_DAY + DAY)
        formal = self.notices_of(self.move, "formal_notice")
        self.assertEqual(formal.mapped("state"), ["sent"], "our own run takes the step")
        self.assertFalse(formal.credit_level_id)

    def test_printed_and_not_marked_as_done_a_plain_message_has_gone(self):
        self.print_unmarked("to_be_sent")

    def test_printed_as_a_draft_a_plain_message_has_gone(self):
        self.print_unmarked("draft")

    def test_what_an_own_text_may_not_name(self):
        for text, named in (
            ("Please pay within 10 days.", True),
            ("Betaal binnen veertien dagen.", True),
            ("Betaal binnen 5 werkdagen.", True),
            ("Pay by 12-03-2026.", True),
            ("Betaal voor 1 maart.", True),
            ("It costs € 15 more.", True),
            ("Perhaps our invoice was overlooked.", False),
            ("You have been our customer since 2019.", False),
            ("U hebt 2 verzekeringen bij ons.", False),
        ):
            with self.subTest(text=text):
                self.second.custom_text = text
                self.assertEqual(self.second._names_own_term("letter"), named)

    def test_a_letter_that_lacks_what_the_law_asks_does_not_count(self):
        self.both(REMINDER_DAY)
        # Nobody can save such a text; an import or an older version may have left one.
        text = self.env.ref("premium_arrears.notice_text_consequences")
        text.with_context(install_mode=True).arch = "<t t-name='x'><p>Pay.</p></t>"
        self.run_on(FORMAL_DAY)
        run = self.credit_run(FORMAL_DAY)
        self.assertFalse(self.notices_of(self.move, "formal_notice"))
        told = " ".join(run.line_ids.message_ids.mapped("body"))
        self.assertIn("the amount of the collection costs", told)

    def test_a_phone_call_is_no_notice(self):
        self.first.channel = "phone"
        self.run_on(REMINDER_DAY)
        run = self.generate(REMINDER_DAY)
        printer = self.env["credit.control.printer"].with_context(arrears_day=REMINDER_DAY)
        printer.create({"line_ids": [Command.set(run.line_ids.ids)]}).print_lines()
        self.assertFalse(self.notices_of(self.move))

    def test_a_reversed_payment_begins_again_with_our_own_run(self):
        self.both(REMINDER_DAY)
        payment = self.pay_invoice(self.move, REMINDER_DAY + DAY)
        self.run_on(REMINDER_DAY + 2 * DAY)
        self.reverse(payment)
        again = REMINDER_DAY + 3 * DAY
        self.walk_until(again, lambda: len(self.notices_of(self.move)) == 2, limit=40)
        self.assertEqual(self.notices_of(self.move).mapped("kind"), ["reminder", "reminder"])
        self.assertFalse(self.notices_of(self.move)[1].credit_level_id)

    # === RIGHTS === #

    def test_only_who_handles_arrears_sends_what_has_legal_effect(self):
        self.run_on(REMINDER_DAY)
        user = {
            "company_id": self.company.id,
            "company_ids": [Command.set(self.company.ids)],
        }
        credit = (
            "account.group_account_invoice,account_credit_control.group_account_credit_control_user"
        )
        clerk = new_test_user(self.env, "credit_clerk", groups=credit, **user)
        run = self.generate(REMINDER_DAY, clerk)
        with self.assertRaisesRegex(AccessError, "handles arrears"):
            run.run_channel_action()
        both = f"{credit},premium_arrears.group_handler"
        handler = new_test_user(self.env, "credit_handler", groups=both, **user)
        run.with_user(handler).run_channel_action()
        self.assertEqual(self.notices_of(self.move).kind, "reminder")
