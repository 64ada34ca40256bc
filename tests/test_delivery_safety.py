"""Nothing reaches a customer while it is tested or stopped."""

import email
import email.policy
from datetime import date, timedelta

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .common import DAY
from .common_mail import MailStory, text_of_file

DUE = date(2026, 1, 15)
REMINDER_DAY = DUE + timedelta(days=7)
TEST_ADDRESS = "tester@office.example.org"


@tagged("post_install", "-at_install")
class TestTestMode(MailStory):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.arrears_test_email = TEST_ADDRESS

    def test_a_mail_goes_to_the_one_address_and_says_that_it_is_a_test(self):
        template = self.env.ref("premium_arrears.mail_template_reminder")
        template.write({"email_cc": "adviser@example.com", "partner_to": str(self.insurer.id)})
        self.insurer.email = "insurer@example.com"
        move = self.make_invoice(DUE)
        self.run_on(REMINDER_DAY)
        notice = self.notices_of(move)
        with self.mail_server() as box:
            self.send_mails(REMINDER_DAY)
        [(_sender, recipients, content)] = box.mails
        self.assertEqual(recipients, [TEST_ADDRESS])
        mail = email.message_from_bytes(content, policy=email.policy.default)
        self.assertTrue(mail["Subject"].startswith("[TEST] "), mail["Subject"])
        self.assertIn("This was not sent to the customer", mail.get_body("html").get_content())
        headers = "\n".join(f"{name}: {value}" for name, value in mail.items())
        for address in ("j.devries", "adviser", "insurer@"):
            self.assertNotIn(address, headers)
        self.assertTrue(notice.test_mode)
        self.assertEqual(notice.state, "withdrawn")
        self.assertFalse(notice.sent_on or notice.received_on or notice.last_day or notice.fee_id)

    def test_a_test_address_that_is_none_is_refused(self):
        for address in ("tester", "a@example.org, b@example.org"):
            with self.assertRaisesRegex(ValidationError, address):
                self.company.arrears_test_email = address

    def test_the_mark_of_a_test_is_in_the_customers_language(self):
        self.customer.lang = "nl_NL"
        move = self.make_invoice(DUE)
        self.run_on(REMINDER_DAY)
        self.assertTrue(self.notices_of(move).subject.startswith("[TEST] "))

    def test_a_letter_is_marked_and_cannot_be_posted(self):
        self.customer.e_notice_consent_date = False
        move = self.make_invoice(DUE)
        run = self.run_on(REMINDER_DAY, post_letters=False)
        notice = self.notices_of(move)
        self.assertTrue(notice.attachment_id)
        self.assertEqual((notice.test_mode, notice.state, run.letter_count), (True, "withdrawn", 0))
        self.assertIn("TEST", text_of_file(notice.attachment_id))
        run.mark_letters_posted(REMINDER_DAY)
        self.assertFalse(notice.sent_on)
        with self.assertRaisesRegex(UserError, "still waits"):
            notice.action_print_letters()

    def test_a_letter_from_before_the_test_cannot_be_posted_during_it(self):
        self.company.arrears_test_email = False
        self.customer.e_notice_consent_date = False
        move = self.make_invoice(DUE)
        run = self.run_on(REMINDER_DAY, post_letters=False)
        self.company.arrears_test_email = TEST_ADDRESS
        for attempt in (
            lambda: run.mark_letters_posted(REMINDER_DAY),
            run.action_print_letters,
            self.notices_of(move).action_print_letters,
        ):
            with self.assertRaisesRegex(UserError, "test mode"):
                attempt()
        self.assertEqual(self.notices_of(move).state, "queued")

    def test_a_mail_from_before_the_test_waits_until_it_is_over(self):
        self.company.arrears_test_email = False
        move = self.make_invoice(DUE)
        self.run_on(REMINDER_DAY)
        self.company.arrears_test_email = TEST_ADDRESS
        with self.mail_server() as box:
            self.send_mails(REMINDER_DAY)
            self.assertFalse(box.mails)
            self.company.arrears_test_email = False
            self.send_mails(REMINDER_DAY + DAY)
        self.assertEqual(box.mails[0][1], ["j.devries@example.com"])
        self.assertEqual(self.notices_of(move).sent_on, REMINDER_DAY + DAY)

    def test_when_the_test_is_over_the_real_notice_is_made_at_once(self):
        move = self.make_invoice(DUE)
        self.walk(REMINDER_DAY, REMINDER_DAY + 3 * DAY)
        self.assertEqual(len(self.notices_of(move)), 1, "a test is not repeated every night")
        self.company.arrears_test_email = False
        self.run_on(REMINDER_DAY + 4 * DAY)
        self.assertEqual(self.notices_of(move).mapped("test_mode"), [True, False])
        with self.mail_server() as box:
            self.send_mails(REMINDER_DAY + 4 * DAY)
        sent_to = [recipients for _sender, recipients, _content in box.mails]
        self.assertCountEqual(sent_to, [[TEST_ADDRESS], ["j.devries@example.com"]])
        self.assertEqual(self.notices_of(move)[1].state, "sent")


@tagged("post_install", "-at_install")
class TestStopped(MailStory):
    def test_what_waits_is_not_rendered_while_everything_is_stopped(self):
        move = self.make_invoice(DUE)
        run = self.runs.create({"date": REMINDER_DAY, "company_id": self.company.id})
        run.action_propose()
        for _checkpoint in run._as_service()._execute_day():
            pass
        notice = self.notices_of(move).sudo()
        self.company.arrears_paused = True
        notice._deliver()
        self.assertFalse(notice.body_hash or notice.mail_id)
        self.assertEqual(notice.state, "queued")
        self.company.arrears_paused = False
        notice._deliver()
        self.assertTrue(notice.mail_id)

    def test_a_mail_in_the_queue_waits_and_others_go(self):
        self.make_invoice(DUE)
        notice = self.run_on(REMINDER_DAY).notice_ids
        self.company.arrears_paused = True
        other = (
            self.env["mail.mail"]
            .sudo()
            .create(
                {
                    "email_to": "someone@example.com",
                    "email_from": "office@example.com",
                    "subject": "Hi",
                }
            )
        )
        with self.mail_server() as box:
            self.send_mails(REMINDER_DAY)
            notice.sudo().mail_id.send()
            self.assertEqual([mail[1] for mail in box.mails], [["someone@example.com"]])
            self.assertEqual((notice.state, notice.mail_id.state), ("queued", "outgoing"))
            self.assertEqual(other.exists().state or "sent", "sent")
            self.company.arrears_paused = False
            self.send_mails(REMINDER_DAY + DAY)
        self.assertEqual(len(box.mails), 2)
        self.assertEqual(notice.sent_on, REMINDER_DAY + DAY)

    def test_letters_cannot_be_posted(self):
        self.customer.e_notice_consent_date = False
        move = self.make_invoice(DUE)
        run = self.run_on(REMINDER_DAY, post_letters=False)
        run.action_print_letters()
        batch = self.notices_of(move).print_batch_id
        self.company.arrears_paused = True
        for attempt in (
            lambda: run.mark_letters_posted(REMINDER_DAY),
            batch.action_confirm_posted,
            batch.action_print,
        ):
            with self.assertRaisesRegex(UserError, "stopped at .*Stop everything"):
                attempt()
        self.assertEqual(self.notices_of(move).state, "queued")

    def test_the_stop_of_one_company_does_not_stop_another(self):
        other = self.setup_other_company()["company"]
        other.arrears_paused = True
        self.make_invoice(DUE)
        notice = self.run_on(REMINDER_DAY).notice_ids
        with self.mail_server() as box:
            self.send_mails(REMINDER_DAY)
        self.assertEqual((notice.state, len(box.mails)), ("sent", 1))
