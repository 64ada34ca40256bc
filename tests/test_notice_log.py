"""Legal notices and Odoo's mailings: who is blocked, no advertising, and a line in the chatter."""

from datetime import date, timedelta

from odoo.tests import tagged

from .common import DAY
from .common_mail import MailStory

DUE = date(2026, 1, 15)
REMINDER_DAY = DUE + timedelta(days=7)


@tagged("post_install", "-at_install")
class TestMailings(MailStory):
    def test_who_is_blocked_for_mail_gets_each_notice_by_post(self):
        """Blacklisted for mailings is no way out of a legal notice, nor a notice that is lost."""
        self.env["mail.blacklist"]._add("j.devries@example.com")
        move = self.make_invoice(DUE)
        formal = self.formal_notice(move, REMINDER_DAY)
        notices = self.notices_of(move)
        self.assertEqual(set(notices.mapped("channel")), {"post"})
        self.assertEqual(set(notices.mapped("state")), {"sent"})
        self.assertFalse(notices.mail_id)
        self.assertTrue(formal.last_day)

    def test_an_office_can_send_everything_by_post(self):
        choose = self.env["arrears.notice"]._choose_channel
        self.assertEqual(choose(self.customer, REMINDER_DAY), {self.customer: "email"})
        self.company.arrears_e_notices = False
        self.assertEqual(choose(self.customer, REMINDER_DAY), {self.customer: "post"})

    def test_no_advertising_and_no_way_to_unsubscribe(self):
        move = self.make_invoice(DUE)
        with self.mail_server() as box:
            self.run_on(REMINDER_DAY)
            self.send_mails(REMINDER_DAY)
        [(_sender, _recipients, mail)] = box.mails
        text = self.notices_of(move).mail_id.body_html + mail.decode()
        for word in ("Powered by", "odoo.com", "unsubscribe", "utm_"):
            self.assertNotIn(word.lower(), text.lower())


@tagged("post_install", "-at_install")
class TestLog(MailStory):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.company_id = cls.company

    def lines(self, records):
        """Return the log lines about letters on these records."""
        messages = records.message_ids.sudo().filtered(
            lambda m: "left by" in (m.body or "") or "left on" in (m.body or "")
        )
        self.assertEqual(set(messages.mapped("is_internal")), {True} if messages else set())
        return [str(message.body) for message in messages.sorted("id")]

    def test_a_line_on_case_customer_and_invoice_when_a_letter_left(self):
        move = self.make_invoice(DUE)
        self.run_on(REMINDER_DAY, post_letters=False)
        case, notice = self.case_of(move), self.notices_of(move)
        self.assertEqual(notice.channel, "email")
        for record in (case, self.customer, move):
            self.assertEqual(self.lines(record), [], "it waits in the queue")
        with self.mail_server():
            self.send_mails(REMINDER_DAY)
        text = f"<span>Reminder {notice.name} left by e-mail on 01/22/2026.</span>"
        for record in (case, move):
            self.assertEqual(self.lines(record), [text])
        # Every colleague reads a contact: not which letter it was.
        brief = f"<span>Letter {notice.name} left on 01/22/2026.</span>"
        self.assertEqual(self.lines(self.customer), [brief])

    def test_by_post_it_leaves_when_it_was_posted_and_tells_the_last_day(self):
        self.customer.e_notice_consent_date = False
        move = self.make_invoice(DUE)
        formal = self.formal_notice(move, REMINDER_DAY)
        [_reminder, line] = self.lines(move)
        self.assertIn(f"Formal 14-day notice {formal.name} left by post on", line)
        self.assertIn(f"Last day to pay: {formal.last_day.strftime('%m/%d/%Y')}.", line)

    def test_a_letter_over_several_invoices_is_one_line_on_each(self):
        moves = self.make_invoice(DUE) | self.make_invoice(DUE, amount=20)
        self.customer.e_notice_consent_date = False
        self.run_on(REMINDER_DAY)
        self.assertEqual(len(self.notices_of(moves[0])), 1)
        for record in (moves[0], moves[1], self.customer, self.case_of(moves[0])):
            self.assertEqual(len(self.lines(record)), 1, record)

    def test_a_shared_customer_is_told_in_no_chatter_that_others_read(self):
        self.setup_other_company()
        self.customer.write({"company_id": False, "e_notice_consent_date": False})
        move = self.make_invoice(DUE)
        self.run_on(REMINDER_DAY)
        self.assertEqual(self.lines(self.customer), [])
        self.assertEqual(len(self.lines(move)), 1)

    def test_debt_help_and_cis_are_logged_nowhere(self):
        self.customer.e_notice_consent_date = False
        move = self.make_invoice(DUE)
        self.run_on(REMINDER_DAY)
        notice = self.notices_of(move).sudo()
        before = {r: len(self.lines(r)) for r in (self.case_of(move), self.customer, move)}
        for kind, lines in (("cis_registered", 0), ("help_leaflet", 0), ("cover_suspended", 1)):
            letter = notice.copy({"kind": kind, "stage_id": False, "name": kind, "state": "queued"})
            letter._mark_sent(REMINDER_DAY + DAY)
            self.assertEqual(letter.state, "sent")
            case = self.case_of(move)
            self.assertEqual(len(self.lines(case)) - before[case], lines, kind)
            for record in (self.customer, move):
                self.assertEqual(len(self.lines(record)), before[record], kind)

    def test_logging_costs_the_same_queries_for_any_number(self):
        counts = {}
        for count, due in ((3, DUE), (20, DUE + 60 * DAY)):
            moves = self.env["account.move"]
            for number in range(count):
                partner = self.make_customer(f"C {due} {number}", company_id=self.company.id)
                moves |= self.make_invoice(due, self.make_policy(partner_id=partner.id))
            self.run_on(due + timedelta(days=7), post_letters=False)
            items = self.env["arrears.item"].search([("move_id", "in", moves.ids)])
            notices = items.notice_line_ids.notice_id.sudo()
            self.assertEqual(len(notices), count)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            notices._log_sent(due)
            self.env.flush_all()
            counts[count] = self.env.cr.sql_log_count - before
        self.assertLessEqual(counts[20], counts[3] + 12, counts)
