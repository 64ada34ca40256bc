"""A notice by e-mail: it leaves once, it follows its mail to any end, and it can come back."""

import email
import email.policy
from datetime import date, timedelta
from unittest.mock import patch

from psycopg2.errors import SerializationFailure

from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import DAY
from .common_mail import MailStory, free_port

DUE = date(2026, 1, 15)
REMINDER_DAY = DUE + timedelta(days=7)
QUIET = ("odoo.addons.mail.models.mail_mail", "odoo.addons.base.models.ir_mail_server")


@tagged("post_install", "-at_install")
class TestMailLeaves(MailStory):
    def test_a_mail_really_arrives_once_at_the_customer_alone(self):
        move = self.make_invoice(DUE)
        self.run_on(REMINDER_DAY)
        notice = self.notices_of(move)
        self.assertEqual((notice.channel, notice.state, notice.sent_on), ("email", "queued", False))
        with self.mail_server() as box:
            for _again in range(3):
                self.send_mails(REMINDER_DAY)
            self.assertEqual((notice.state, notice.sent_on), ("sent", REMINDER_DAY))
            self.run_on(REMINDER_DAY + DAY)
            self.send_mails(REMINDER_DAY + DAY)
        [(sender, recipients, content)] = box.mails
        self.assertEqual(recipients, ["j.devries@example.com"])
        self.assertEqual(sender, self.bounces_to, "a bounce has to find its way back")
        mail = email.message_from_bytes(content, policy=email.policy.default)
        self.assertEqual(mail["Subject"], notice.subject)
        self.assertIn("office@example.com", mail["From"])
        self.assertEqual(mail["To"].addresses[0].addr_spec, "j.devries@example.com")
        self.assertFalse(mail["Cc"] or mail["Bcc"])
        self.assertIn("45.00", mail.get_body("html").get_content())
        self.assertEqual((notice.email_to, notice.receipt), ("j.devries@example.com", "assumed"))

    def test_a_line_break_in_a_subject_blocks_no_mail_nor_a_batch_of_several(self):
        """Complaint 17."""
        stage = self.env.ref("premium_arrears.stage_consumer_reminder")
        # Nobody can save such a subject; an import or an older version may have left one.
        template = stage.mail_template_id.with_context(install_mode=True)
        template.subject = "Your premium\nis still\r\n open"
        self.make_invoice(DUE)
        self.make_invoice(DUE, policies=self.make_mailed_customer("A", "a@example.com"))
        notices = self.run_on(REMINDER_DAY).notice_ids
        with self.mail_server() as box:
            self.send_mails(REMINDER_DAY)
        self.assertEqual(notices.mapped("state"), ["sent", "sent"])
        for _sender, _recipients, content in box.mails:
            mail = email.message_from_bytes(content, policy=email.policy.default)
            self.assertEqual(mail["Subject"], "Your premium is still open")

    def test_subject_frame_and_text_are_in_the_customers_language(self):
        """Complaint 22: the colleague works in English, the customer reads Dutch."""
        self.customer.lang = "nl_NL"
        self.env.user.lang = "en_US"
        self.make_invoice(DUE)
        notice = self.run_on(REMINDER_DAY).notice_ids
        with self.mail_server() as box:
            self.send_mails(REMINDER_DAY)
        mail = email.message_from_bytes(box.mails[0][2], policy=email.policy.default)
        page = mail.get_body("html").get_content()
        self.assertIn("herinnering", mail["Subject"].lower())
        self.assertIn('lang="nl"', page)
        self.assertNotIn("Kind regards", page)
        self.assertEqual(mail["Subject"], notice.subject)

    @mute_logger(*QUIET)
    def test_a_customer_whose_server_refuses_does_not_stop_the_others(self):
        refused = self.make_invoice(DUE)
        taken = self.make_invoice(DUE, policies=self.make_mailed_customer("A", "a@example.com"))
        self.run_on(REMINDER_DAY)
        with self.mail_server({"j.devries@example.com": "550 no such user"}) as box:
            self.send_mails(REMINDER_DAY)
        self.assertEqual(self.notices_of(taken).state, "sent")
        self.assertEqual(len(box.mails), 1)
        notice = self.notices_of(refused)
        self.assertEqual((notice.state, notice.failure), ("failed", "refused"))
        self.assertIn("550", notice.failure_detail)
        self.assertFalse(notice.received_on or notice.last_day)
        activity = notice.case_id.activity_ids
        self.assertIn(notice.name, activity.note)
        self.assertTrue(activity.user_id.active)

    @mute_logger(*QUIET)
    def test_after_a_refusal_the_next_try_goes_by_post_without_a_colleague(self):
        move = self.make_invoice(DUE)
        self.run_on(REMINDER_DAY)
        with self.mail_server({"*": "550 no such user"}):
            self.send_mails(REMINDER_DAY)
        self.run_on(REMINDER_DAY + DAY)
        again = self.notices_of(move)[1]
        self.assertEqual(
            (again.stage_id, again.channel), (self.notices_of(move)[0].stage_id, "post")
        )
        self.assertEqual(again.state, "sent")
        # A later notice does not use the address either, until it changes.
        self.walk(REMINDER_DAY + 2 * DAY, REMINDER_DAY + 20 * DAY)
        formal = self.notices_of(move, "formal_notice")
        self.assertEqual(formal.channel, "post")
        self.customer.email = "new@example.com"
        self.assertEqual(
            formal._choose_channel(self.customer, formal.last_day), {self.customer: "email"}
        )

    @mute_logger(*QUIET)
    def test_a_server_that_is_busy_is_tried_again_and_given_up_after_two_days(self):
        move = self.make_invoice(DUE)
        self.run_on(REMINDER_DAY)
        notice = self.notices_of(move)
        busy = {"*": "451 try again later"}
        for day in (REMINDER_DAY, REMINDER_DAY + DAY, REMINDER_DAY + 2 * DAY):
            with self.mail_server(busy):
                self.send_mails(day)
            self.assertEqual((notice.state, notice.mail_id.state), ("queued", "outgoing"))
            self.assertIn("451", notice.failure_detail, "why it waits can be seen")
        with self.mail_server(busy):
            self.send_mails(REMINDER_DAY + 3 * DAY)
        self.assertEqual((notice.state, notice.failure), ("failed", "server"))

    @mute_logger(*QUIET)
    def test_a_server_that_is_back_takes_the_mail_that_waited_once(self):
        move = self.make_invoice(DUE)
        self.run_on(REMINDER_DAY)
        notice = self.notices_of(move)
        with self.mail_server(port=free_port()):
            self.send_mails(REMINDER_DAY)
        self.assertEqual((notice.state, notice.mail_id.state), ("queued", "outgoing"))
        with self.mail_server() as box:
            self.send_mails(REMINDER_DAY + DAY)
            self.send_mails(REMINDER_DAY + DAY)
        self.assertEqual((notice.state, notice.sent_on), ("sent", REMINDER_DAY + DAY))
        self.assertFalse(notice.failure_detail)
        self.assertEqual(len(box.mails), 1)

    @mute_logger(*QUIET)
    def test_a_connection_that_breaks_half_way_counts_as_not_received(self):
        """Nobody knows whether it left: it is not mailed a second time, and no term runs."""
        move = self.make_invoice(DUE)
        self.run_on(REMINDER_DAY)
        with self.mail_server({"*": "hang up"}):
            self.send_mails(REMINDER_DAY)
        notice = self.notices_of(move)
        self.run_on(REMINDER_DAY + DAY)
        self.assertEqual((notice.state, notice.failure), ("failed", "unclear"))
        self.assertEqual(self.notices_of(move)[1].channel, "post")

    @mute_logger("odoo.addons.premium_arrears.models.arrears_notice_outcome")
    def test_a_trouble_of_ours_never_makes_a_delivered_mail_a_failed_one(self):
        """Complaint 4: mails delivered, status says "Emailing Error"."""
        move = self.make_invoice(DUE)
        self.run_on(REMINDER_DAY)
        notice = self.notices_of(move)

        broken = patch.object(type(notice), "_keep_mails", side_effect=ValueError("a bug"))
        with self.mail_server() as box, broken:
            self.send_mails(REMINDER_DAY)
        self.assertEqual((notice.state, notice.mail_id.state), ("queued", "sent"))
        self.run_on(REMINDER_DAY + DAY)
        self.assertEqual((notice.state, len(box.mails)), ("sent", 1))


@tagged("post_install", "-at_install")
class TestLastLook(MailStory):
    """What was paid is not asked for, whatever becomes of the look at another notice."""

    def fail_to_look(self, notice, error):
        """Let the look at one notice fail."""
        look = self.env.registry["arrears.notice"]._is_outdated

        def is_outdated(this):
            if this.id == notice.id:
                raise error
            return look(this)

        return patch.object(self.env.registry["arrears.notice"], "_is_outdated", is_outdated)

    def wait_for_mail(self):
        """Return the notices in the queue of three customers; the third of them has paid."""
        moves = [self.make_invoice(DUE)]
        for name in ("A", "B"):
            policies = self.make_mailed_customer(name, f"{name.lower()}@example.com")
            moves.append(self.make_invoice(DUE, policies=policies))
        self.run_on(REMINDER_DAY)
        self.pay_invoice(moves[-1], credited_on=REMINDER_DAY)
        return [self.notices_of(move) for move in moves]

    def test_a_notice_that_cannot_be_looked_at_hides_no_payment_of_another(self):
        strange, plain, paid = self.wait_for_mail()
        with (
            self.mail_server() as box,
            self.assertLogs("odoo.addons.premium_arrears", "ERROR") as log,
            self.fail_to_look(strange, ValueError("a bug")),
        ):
            self.send_mails(REMINDER_DAY)
        self.assertEqual(
            [recipients for _sender, recipients, _content in box.mails],
            [["j.devries@example.com"], ["a@example.com"]],
        )
        self.assertEqual((paid.state, paid.mail_id.state), ("withdrawn", "cancel"))
        self.assertEqual((strange.state, plain.state), ("sent", "sent"))
        self.assertIn(strange.name, log.output[0])

    def test_a_notice_that_another_process_is_at_waits(self):
        busy, plain, paid = self.wait_for_mail()
        with self.mail_server() as box:
            with self.fail_to_look(busy, SerializationFailure()):
                self.send_mails(REMINDER_DAY)
            self.assertEqual([mail[1] for mail in box.mails], [["a@example.com"]])
            self.assertEqual((busy.state, busy.mail_id.state), ("queued", "outgoing"))
            self.assertEqual((plain.state, paid.state), ("sent", "withdrawn"))
            self.send_mails(REMINDER_DAY)
        self.assertEqual(len(box.mails), 2)
        self.assertEqual(busy.state, "sent")


@tagged("post_install", "-at_install")
class TestSweep(MailStory):
    """Complaints 2 and 3: a status never depends on one hook."""

    def settle(self, **values):
        """Return the notice after a run that finds its mail in this state, hook or no hook."""
        move = self.make_invoice(DUE)
        self.run_on(REMINDER_DAY)
        notice = self.notices_of(move)
        if values:
            notice.sudo().mail_id.write(values)
        else:
            notice.sudo().mail_id.unlink()
        self.run_on(REMINDER_DAY + DAY)
        return notice

    def test_a_mail_that_waits_leaves_its_notice_waiting(self):
        self.assertEqual(self.settle(state="outgoing").state, "queued")

    def test_a_mail_that_was_sent(self):
        notice = self.settle(state="sent")
        self.assertEqual((notice.state, notice.sent_on), ("sent", REMINDER_DAY + DAY))

    def test_a_mail_that_was_cancelled_waits_for_a_colleague(self):
        notice = self.settle(state="cancel")
        self.assertEqual((notice.state, notice.failure), ("failed", "cancelled"))
        move = notice.line_ids.item_id.move_id
        self.walk(REMINDER_DAY + 2 * DAY, REMINDER_DAY + 4 * DAY)
        self.assertEqual(self.notices_of(move), notice)

    def test_a_mail_to_a_blocked_address(self):
        notice = self.settle(state="cancel", failure_type="mail_bl")
        self.assertEqual(notice.failure, "blacklisted")

    def test_a_mail_to_an_address_that_is_none(self):
        notice = self.settle(state="exception", failure_type="mail_email_invalid")
        self.assertEqual(notice.failure, "invalid")

    def test_a_mail_that_our_own_server_did_not_want(self):
        notice = self.settle(state="exception", failure_type="mail_from_invalid")
        self.assertEqual(notice.failure, "server")

    def test_a_mail_that_failed_without_the_hook_is_offered_again(self):
        notice = self.settle(state="exception", failure_reason="[Errno 111] Connection refused")
        self.assertEqual((notice.state, notice.mail_id.state), ("queued", "outgoing"))

    def test_a_mail_that_was_deleted(self):
        notice = self.settle()
        self.assertEqual((notice.state, notice.failure), ("failed", "lost"))

    def test_a_mail_whose_notice_failed_never_leaves_any_more(self):
        notice = self.settle(state="cancel")
        notice.sudo().mail_id.mark_outgoing()
        with self.mail_server() as box:
            self.send_mails(REMINDER_DAY + 2 * DAY)
        self.assertFalse(box.mails)
        self.assertEqual(notice.mail_id.state, "cancel")


@tagged("post_install", "-at_install")
class TestBounce(MailStory):
    def mailed_formal_notice(self):
        """Return a 14-day notice that left by mail, with a fee and a suspension in it."""
        self.policy.creditor = "office"
        move = self.make_invoice(DUE)
        day = REMINDER_DAY
        with self.mail_server():
            while not self.notices_of(move, "formal_notice").sent_on:
                self.run_on(day)
                self.send_mails(day)
                day += DAY
        return self.notices_of(move, "formal_notice")

    def test_a_bounce_in_the_term_takes_the_term_and_the_fee_away(self):
        notice = self.mailed_formal_notice()
        move = notice.line_ids.item_id.move_id
        self.assertEqual(notice.fee_id.state, "announced")
        self.run_on(notice.sent_on + DAY)
        self.assertEqual(move.coverage_state, "at_risk")
        day = notice.sent_on + 2 * DAY
        self.bounce(notice, day)
        self.assertEqual((notice.state, notice.failure), ("failed", "bounced"))
        self.assertFalse(notice.received_on or notice.last_day or notice.receipt)
        self.assertTrue(notice.sent_on, "it did leave on that day")
        self.assertEqual(notice.fee_id.state, "reversed")
        self.assertEqual(move.coverage_state, "in_force")
        self.assertIn(notice.name, notice.case_id.activity_ids[-1].note)
        self.assertEqual(notice.case_id.next_stage_id, notice.stage_id)
        row = notice.case_id.history_ids.filtered(lambda row: row.event == "failed")
        self.assertEqual(row.day, day)
        self.assertIn("came back", row.reason)
        self.walk_until(day + DAY, lambda: len(self.notices_of(move, "formal_notice")) == 2)
        again = self.notices_of(move, "formal_notice") - notice
        self.assertEqual((again.channel, again.state), ("post", "sent"))
        self.walk(again.sent_on + DAY, again.last_day)
        self.assertFalse(move.insurance_policy_ids.gap_ids, "the first term counts for nothing")

    def test_a_bounce_after_the_term_takes_fee_and_suspension_back(self):
        notice = self.mailed_formal_notice()
        move = notice.line_ids.item_id.move_id
        self.walk(notice.sent_on + DAY, notice.last_day + 2 * DAY)
        gap = move.insurance_policy_ids.gap_ids
        self.assertTrue(gap and not gap.resume)
        fee = notice.fee_id
        self.assertEqual((fee.state, move.coverage_state), ("booked", "suspended"))
        self.bounce(notice, notice.last_day + 3 * DAY)
        self.assertEqual((notice.state, fee.state), ("failed", "reversed"))
        self.assertEqual(fee.move_line_id.amount_residual, 0.0)
        self.assertEqual(gap.resume, gap.start, "no day without cover is left")
        self.assertEqual(move.coverage_state, "in_force")
        self.assertTrue(self.policy.covered_on(gap.start))

    def test_a_report_without_the_address_is_understood(self):
        notice = self.mailed_formal_notice()
        self.bounce(notice, notice.sent_on + DAY, with_recipient=False)
        self.assertEqual(notice.failure, "bounced")

    def test_a_report_that_a_mail_is_only_late_changes_nothing(self):
        notice = self.mailed_formal_notice()
        last_day = notice.last_day
        for action in ("delayed", "relayed", "delivered"):
            self.bounce(notice, notice.sent_on + DAY, action=action)
            self.assertEqual((notice.state, notice.last_day), ("sent", last_day))

    def test_the_same_bounce_twice_is_one(self):
        notice = self.mailed_formal_notice()
        for _again in range(2):
            self.bounce(notice, notice.sent_on + DAY)
        rows = notice.case_id.history_ids.filtered(lambda row: row.event == "failed")
        self.assertEqual(len(rows), 1)

    def test_a_bounce_of_a_paid_debt_disturbs_nothing(self):
        notice = self.mailed_formal_notice()
        move = notice.line_ids.item_id.move_id
        self.pay_invoice(move, credited_on=notice.sent_on + DAY)
        self.assertEqual(notice.case_id.state, "closed")
        self.bounce(notice, notice.sent_on + 2 * DAY)
        self.assertEqual((notice.state, notice.case_id.state), ("failed", "closed"))
        self.run_on(notice.sent_on + 3 * DAY)
        self.assertEqual(self.notices_of(move, "formal_notice"), notice)
