"""A text message beside a notice: a nudge and no more."""

from contextlib import contextmanager
from datetime import date, timedelta
from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.premium_arrears.tests.common import DAY, ArrearsCommon
from odoo.addons.sms.tools.sms_api import SmsApi

DUE = date(2026, 1, 15)
REMINDER_DAY = DUE + timedelta(days=7)
NUMBER = "+31612345678"


@tagged("post_install", "-at_install")
class TestSms(ArrearsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.write({"phone": "06-12345678", "lang": "nl_NL"})
        cls.stage = cls.env.ref("premium_arrears.stage_consumer_reminder")
        cls.stage.write(
            {
                "also_sms": True,
                "sms_template_id": cls.env.ref("premium_arrears_sms.sms_template_nudge").id,
            }
        )
        cls.messages = cls.env["sms.sms"].sudo()

    def remind(self):
        """Return the reminder of a new invoice, sent, and the messages about it."""
        move = self.make_invoice(DUE)
        self.run_on(REMINDER_DAY)
        notice = self.notices_of(move)
        return notice, self.messages.search([("arrears_notice_id", "in", notice.ids)])

    @contextmanager
    def sms_provider(self, answer="success"):
        """Stand in for the provider of text messages; return the numbers it gets."""
        sent = []

        def batch(_api, messages, **_kwargs):
            numbers = [number for message in messages for number in message["numbers"]]
            sent.extend(number["number"] for number in numbers)
            return [{"uuid": number["uuid"], "state": answer} for number in numbers]

        with patch.object(SmsApi, "_send_sms_batch", batch):
            yield sent

    def send(self, answer="success"):
        """Send the messages of the company as a colleague does; return the numbers sent to."""
        ours = self.messages.search([("arrears_notice_id.company_id", "=", self.company.id)])
        with self.sms_provider(answer) as sent:
            ours.send(unlink_sent=False)
        return sent

    def test_it_follows_the_notice_in_the_customers_words_without_an_amount(self):
        notice, message = self.remind()
        self.assertEqual((message.number, notice.sms_on), (NUMBER, REMINDER_DAY))
        self.assertIn("We hebben u een bericht gestuurd", message.body)
        self.assertIn("Bel +31 30 555 01 00", message.body)
        self.assertNotIn("45", message.body)
        self.assertNotIn("{{", message.body)
        self.assertEqual(self.send(), [NUMBER])

    def test_it_is_no_notice_and_starts_no_term(self):
        notice, _message = self.remind()
        self.stage.also_sms = False
        policy = self.make_policy(partner_id=self.make_customer("Without", phone=NUMBER).id)
        other = self.make_invoice(DUE, policies=policy)
        self.run_on(REMINDER_DAY + DAY)
        without = self.notices_of(other)
        self.assertFalse(without.sms_on)
        self.assertEqual(len(self.notices_of(notice.line_ids.item_id.move_id)), 1)
        self.assertEqual(notice.last_day, without.last_day)
        self.assertFalse(notice.fee_id)

    def test_it_waits_for_the_notice_to_leave(self):
        move = self.make_invoice(DUE)
        run = self.run_on(REMINDER_DAY, post_letters=False)
        notice = self.notices_of(move)
        self.assertFalse(notice.sms_on)
        run.mark_letters_posted(REMINDER_DAY + DAY)
        self.assertEqual(notice.sms_on, REMINDER_DAY + DAY)

    @mute_logger("odoo.sql_db")
    def test_it_goes_once_per_notice(self):
        notice, message = self.remind()
        self.assertFalse(notice.sudo()._nudge(REMINDER_DAY))
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            message.copy({"arrears_notice_id": notice.id})

    def test_a_number_that_is_none_or_is_blocked_gets_nothing(self):
        self.customer.phone = "12"
        notice, message = self.remind()
        self.assertFalse(message or notice.sms_on)
        self.env["phone.blacklist"].sudo().add(NUMBER)
        blocked = self.make_customer("Blocked", phone=NUMBER)
        move = self.make_invoice(DUE, policies=self.make_policy(partner_id=blocked.id))
        self.run_on(REMINDER_DAY + DAY)
        self.assertEqual(self.notices_of(move).state, "sent")
        self.assertFalse(self.notices_of(move).sms_on)

    def test_it_is_not_sent_in_test_mode_nor_while_everything_is_stopped(self):
        self.company.arrears_test_email = "tester@example.org"
        notice, message = self.remind()
        self.assertFalse(message or notice.sms_on)
        self.company.arrears_test_email = False
        self.run_on(REMINDER_DAY + DAY)
        self.assertTrue(self.messages.search([("partner_id", "=", self.customer.id)]))
        for setting, value in (("arrears_paused", True), ("arrears_test_email", "t@example.org")):
            self.company[setting] = value
            self.assertEqual(self.send(), [], setting)
            self.company[setting] = False
        self.assertEqual(self.send(), [NUMBER])

    def process_queue(self):
        """Let the scheduled action of Odoo's queue do its work; return the numbers it sent to."""
        # Other tests may have left something in the queue.
        ours = self.messages.search([("partner_id", "in", self.customer.ids)]) | self.foreign
        (self.messages.search([("state", "=", "outgoing")]) - ours).state = "canceled"
        with self.sms_provider() as sent, patch.object(self.env.cr, "commit"):
            self.messages._process_queue()
        return sent

    def test_those_held_back_do_not_crowd_out_the_others(self):
        self.env["ir.config_parameter"].sudo().set_param("sms.session.batch.size", 1)
        _notice, message = self.remind()
        self.foreign = self.messages.create({"number": "+31600000000", "body": "Of others"})
        self.company.arrears_paused = True
        self.assertEqual(self.process_queue(), ["+31600000000"])
        self.assertEqual(self.process_queue(), [])
        self.assertEqual(message.state, "outgoing")
        self.company.write({"arrears_paused": False, "arrears_test_email": "t@example.org"})
        self.assertEqual(self.process_queue(), [])
        self.company.arrears_test_email = False
        self.assertEqual(self.process_queue(), [NUMBER])

    def test_the_queue_looks_at_once_when_all_may_go_on(self):
        queue = self.env.ref("sms.ir_cron_sms_scheduler_action")
        triggers = self.env["ir.cron.trigger"].sudo()
        self.company.write({"arrears_paused": True, "arrears_test_email": "t@example.org"})
        before = triggers.search_count([("cron_id", "=", queue.id)])
        self.company.arrears_paused = False
        self.company.arrears_test_email = False
        self.assertEqual(triggers.search_count([("cron_id", "=", queue.id)]), before + 2)

    def test_it_is_cancelled_when_its_notice_fell_away(self):
        notice, message = self.remind()
        notice.sudo()._fail("returned", REMINDER_DAY + DAY)
        self.assertEqual(self.send(), [])
        self.assertEqual(message.state, "canceled")

    def test_a_message_that_fails_changes_nothing_for_the_notice(self):
        notice, message = self.remind()
        self.send("server_error")
        self.assertEqual((message.state, notice.state), ("error", "sent"))

    @mute_logger("odoo.addons.premium_arrears_sms.models.arrears_notice")
    def test_a_template_that_cannot_be_rendered_does_not_stop_the_notice(self):
        broken = patch.object(
            type(self.env["arrears.notice"]), "_render_sms", side_effect=ValueError("a bug")
        )
        with broken:
            notice, message = self.remind()
        self.assertEqual((notice.state, notice.sms_on), ("sent", False))
        self.assertFalse(message)

    def test_a_stage_with_a_message_needs_its_text(self):
        with self.assertRaisesRegex(ValidationError, "Reminder, SMS text"):
            self.stage.sms_template_id = False
