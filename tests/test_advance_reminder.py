"""The friendly e-mail before the due date: once, only who pays by invoice, never what is paid."""

from datetime import date, timedelta

from psycopg2 import IntegrityError

from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.mail.tests.common import MailCase
from odoo.addons.premium_arrears.models import arrears_advance_reminder

from .common import DAY, ArrearsCommon

DUE = date(2026, 1, 15)
TOLD = DUE - 5 * DAY


@tagged("post_install", "-at_install")
class TestAdvanceReminder(ArrearsCommon, MailCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.procedure = cls.env.ref("premium_arrears.procedure_consumer")
        cls.procedure.advance_days = 5
        cls.customer.email = "j.devries@example.com"
        cls.reminders = cls.env["arrears.advance.reminder"].sudo()

    def remind(self, day=TOLD):
        return self.reminders.union(*self.reminders._remind(day, self.company))

    def send(self, reminders):
        with self.mock_mail_gateway():
            reminders.mail_id.send()

    def test_the_run_tells_once_what_falls_due_when(self):
        move = self.make_invoice(DUE)
        self.walk(TOLD - 3 * DAY, TOLD - DAY)
        self.assertFalse(self.reminders.search([]))
        self.walk(TOLD, DUE)
        reminder = self.reminders.search([])
        self.assertRecordValues(
            reminder,
            [
                {
                    "partner_id": self.customer.id,
                    "creditor_id": self.insurer.id,
                    "date": TOLD,
                    "state": "queued",
                    "amount_total": 45.0,
                }
            ],
        )
        self.assertEqual(reminder.line_ids.due_date, DUE)
        for text in ("€45.00", "Thursday", self.policy.name, move.name, "You will have to pay"):
            self.assertIn(text, reminder.body_html.replace("\N{NO-BREAK SPACE}", " "))
        self.assertFalse(self.case_of(move), "no arrears, no case")
        self.assertFalse(self.env["arrears.notice"].search([("partner_id", "=", self.customer.id)]))

    def test_many_are_told_in_pieces_and_a_run_that_was_killed_goes_on(self):
        self.patch(arrears_advance_reminder, "REMINDERS", 1)
        for number in range(3):
            partner = self.make_customer(f"C {number}", email=f"c{number}@example.com")
            self.make_invoice(DUE, policies=self.make_policy(partner_id=partner.id))
        run = self.runs.create({"date": TOLD, "company_id": self.company.id})
        run.action_propose()
        run = run._as_service()
        for _checkpoint in run._process():
            if self.reminders.search_count([]):
                break
        self.assertEqual((run.phase, self.reminders.search_count([])), ("finish", 1))
        self.assertTrue(self.reminders.search([]).mail_id, "what is committed is complete")
        made = [self.reminders.search_count([]) for _checkpoint in run._process()]
        self.assertEqual(made, [2, 3, 3])
        self.assertEqual(len(self.reminders.search([]).partner_id), 3)
        self.assertEqual(run.state, "done")

    def test_the_mail_goes_to_the_customer_and_is_kept(self):
        self.make_invoice(DUE)
        reminder = self.remind()
        self.send(reminder)
        self.assertEqual(reminder.state, "sent")
        self.assertEqual(len(self._mails), 1)
        self.assertIn("j.devries@example.com", self._mails[0]["email_to"][0])
        self.assertEqual(self._mails[0]["subject"], "Soon to pay: your premium")
        self.assertTrue(reminder.mail_id.exists())

    def test_a_run_that_was_missed_is_made_up_for_but_not_on_the_due_date(self):
        self.make_invoice(DUE)
        self.assertFalse(self.remind(DUE))
        self.assertEqual(self.remind(DUE - DAY).date, DUE - DAY)

    def test_who_is_never_told(self):
        office_debit = self.make_policy(collection_method="office_debit")
        insurer = self.make_policy(collection_method="insurer")
        for policies in (office_debit, insurer, self.policy | office_debit):
            self.make_invoice(DUE, policies=policies)
        paid = self.make_invoice(DUE)
        self.pay_invoice(paid, TOLD - DAY)
        left_alone = self.make_invoice(DUE)
        left_alone.line_ids.no_followup = True
        self.make_invoice(DUE, post=False)
        without_mail = self.make_customer("Zonder mail")
        self.make_invoice(DUE, policies=self.make_policy(partner_id=without_mail.id))
        blocked = self.make_customer("Geen mail", email="stop@example.com")
        self.env["mail.blacklist"]._add("stop@example.com")
        self.make_invoice(DUE, policies=self.make_policy(partner_id=blocked.id))
        firm = self.make_customer("Bakkerij", debtor_type="business", email="b@example.com")
        self.make_invoice(DUE, policies=self.make_policy(partner_id=firm.id))
        self.assertFalse(self.remind())

    def test_a_line_in_arrears_is_no_longer_announced(self):
        move = self.make_invoice(DUE)
        self.run_on(DUE + DAY)
        line = self.case_of(move).item_ids.move_line_id
        line.date_maturity = DUE + 20 * DAY
        self.assertFalse(self.remind(DUE + 16 * DAY))

    def test_a_customer_whose_case_rests_is_left_alone(self):
        old = self.make_invoice(DUE)
        self.run_on(DUE + DAY)
        self.env["arrears.hold"].create(
            {
                "case_id": self.case_of(old).id,
                "kind": "debt_help",
                "start": DUE + DAY,
                "reason": "Debt help",
            }
        )
        self.run_on(DUE + 2 * DAY)
        self.assertEqual(self.case_of(old).state, "held")
        self.make_invoice(DUE + 8 * DAY)
        self.assertFalse(self.remind(DUE + 4 * DAY))

    def test_one_mail_per_debtor_and_creditor_and_day(self):
        south = self.insurer.copy({"name": "Verzekeraar Zuid"})
        other = self.make_policy(insurer_id=south.id)
        self.make_invoice(DUE)
        self.make_invoice(DUE - DAY)
        self.make_invoice(DUE, policies=other)
        reminders = self.remind()
        self.assertEqual(reminders.creditor_id, self.insurer | south)
        ours = reminders.filtered(lambda r: r.creditor_id == self.insurer)
        self.assertEqual(ours.amount_total, 90.0)
        late = self.make_invoice(DUE)
        self.assertFalse(self.remind(), "a second mail on one day is one too many")
        again = self.remind(TOLD + DAY)
        self.assertEqual(again.line_ids.move_line_id.move_id, late)

    @mute_logger("odoo.sql_db")
    def test_the_database_holds_that_nobody_is_told_twice(self):
        self.make_invoice(DUE)
        reminder = self.remind()
        self.assertFalse(self.remind(TOLD + DAY))
        line = reminder.line_ids
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            line.copy({"move_line_id": line.move_line_id.id})
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            reminder.copy({"date": reminder.date})

    def test_what_was_paid_meanwhile_is_not_asked_for(self):
        first, second = self.make_invoice(DUE), self.make_invoice(DUE - DAY)
        reminder = self.remind()
        mail = reminder.mail_id
        self.pay_invoice(second, TOLD)
        self.send(reminder)
        self.assertEqual((mail.state, self._mails), ("cancel", []))
        self.assertNotEqual(reminder.mail_id, mail)
        self.assertEqual((reminder.state, reminder.amount_total), ("queued", 45.0))
        self.assertNotIn(second.name, reminder.body_html)
        self.pay_invoice(first, TOLD)
        self.send(reminder)
        self.assertEqual((reminder.state, self._mails), ("cancelled", []))

    def test_nothing_goes_while_the_office_has_stopped_everything(self):
        self.make_invoice(DUE)
        self.company.arrears_paused = True
        self.assertFalse(self.remind())

    def test_a_mail_in_the_queue_waits_while_everything_is_stopped_or_tested(self):
        self.make_invoice(DUE)
        reminder = self.remind()
        for name, value in (("arrears_paused", True), ("arrears_test_email", "t@example.com")):
            self.company[name] = value
            self.send(reminder)
            self.assertEqual(reminder.mail_id.state, "outgoing", name)
            self.company[name] = False

    def test_in_test_mode_no_customer_is_written_to(self):
        self.make_invoice(DUE)
        self.company.arrears_test_email = "test@office.example.com"
        reminder = self.remind()
        self.assertEqual(reminder.mail_id.subject, "[Test] Soon to pay: your premium")
        self.send(reminder)
        recipients = [address for mail in self._mails for address in mail["email_to"]]
        self.assertEqual(recipients, ["test@office.example.com"])

    def test_a_text_that_fails_stops_no_other(self):
        self.make_invoice(DUE)
        other = self.make_customer("A. Bakker", email="bakker@example.com")
        self.make_invoice(DUE, policies=self.make_policy(partner_id=other.id))
        words = type(self.reminders)._get_text_words

        def fail_for_one(reminder):
            if reminder.partner_id == other:
                raise ValueError("broken")
            return words(reminder)

        self.patch(type(self.reminders), "_get_text_words", fail_for_one)
        logger = "odoo.addons.premium_arrears.models.arrears_advance_reminder"
        with mute_logger(logger):
            reminders = self.remind()
        states = {reminder.partner_id: reminder.state for reminder in reminders}
        self.assertEqual(states, {self.customer: "queued", other: "failed"})

    def test_no_mail_on_a_sunday(self):
        self.make_invoice(date(2026, 1, 23))
        self.assertFalse(self.run_on(date(2026, 1, 18)) and self.reminders.search([]))
        self.run_on(date(2026, 1, 19))
        self.assertEqual(self.reminders.search([]).date, date(2026, 1, 19))

    def test_a_reader_reads_and_nobody_writes(self):
        self.make_invoice(DUE)
        reminder = self.remind()
        for role in ("reader", "manager"):
            user = new_test_user(
                self.env,
                f"advance_{role}",
                groups=f"premium_arrears.group_{role}",
                company_id=self.company.id,
                company_ids=[(6, 0, self.company.ids)],
            )
            mine = reminder.with_user(user)
            self.assertEqual(mine.amount_total, 45.0)
            self.assertFalse(mine.has_access("write") or mine.has_access("unlink"))
        self.assertFalse(
            self.reminders.with_user(user)
            .with_company(self.company)
            .search([("company_id", "!=", self.company.id)])
        )

    def test_an_invoice_can_still_go_back_to_draft(self):
        move = self.make_invoice(DUE)
        reminder = self.remind()
        move.button_draft()
        self.send(reminder)
        self.assertEqual(reminder.state, "cancelled")
        self.assertEqual(timedelta(days=5), DUE - reminder.date)
