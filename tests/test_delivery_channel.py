"""By e-mail only under recorded consent and to a usable address; else by post."""

from datetime import date, timedelta

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import DAY
from .common_mail import MailStory

DUE = date(2026, 1, 15)
REMINDER_DAY = DUE + timedelta(days=7)


@tagged("post_install", "-at_install")
class TestChannel(MailStory):
    def channel_of(self, day=REMINDER_DAY):
        return self.env["arrears.notice"]._choose_channel(self.customer, day)[self.customer]

    def test_consent_without_a_source_is_no_proof_and_refused(self):
        for source in (False, "", "  "):
            with self.assertRaisesRegex(ValidationError, "source"):
                self.customer.e_notice_consent_source = source
        self.make_customer("No consent", e_notice_consent_source=False)

    def test_consent_that_comes_with_its_day_only_is_kept_with_who_recorded_it(self):
        contact = self.env["res.partner"].create({"name": "Imported"})
        contact.e_notice_consent_date = DUE
        self.assertEqual(contact.e_notice_consent_source, f"Recorded by {self.env.user.name}")
        contact.write({"e_notice_consent_date": REMINDER_DAY, "e_notice_consent_source": "form"})
        contact.e_notice_consent_date = DUE
        self.assertEqual(contact.e_notice_consent_source, "form")

    def test_a_withdrawal_counts_from_its_day(self):
        self.customer.e_notice_consent_withdrawn_date = REMINDER_DAY
        self.assertEqual(self.channel_of(REMINDER_DAY - DAY), "email")
        self.assertEqual(self.channel_of(REMINDER_DAY), "post")

    def test_the_contact_tells_who_gave_and_withdrew_consent(self):
        self.env.cr.flush()  # what this transaction created is not tracked before this
        customer = self.customer.with_context(tracking_disable=False, mail_notrack=False)
        customer.e_notice_consent_withdrawn_date = REMINDER_DAY
        self.env.cr.flush()
        tracked = customer.message_ids.sudo().tracking_value_ids.field_id.mapped("name")
        self.assertEqual(tracked, ["e_notice_consent_withdrawn_date"])

    def test_an_address_that_cannot_be_mailed_means_post(self):
        for address in (False, "", "j.devries", "j.devries@"):
            self.customer.email = address
            self.assertEqual(self.channel_of(), "post", address)
        self.customer.email = "J.DeVries@Example.com"
        self.assertEqual(self.channel_of(), "email")
        self.env["mail.blacklist"]._add("j.devries@example.com")
        self.assertEqual(self.channel_of(), "post")

    def test_many_contacts_cost_no_more_queries_than_one(self):
        partners = self.customer
        for number in range(20):
            partners |= self.make_mailed_customer(f"C{number}", f"c{number}@example.com").partner_id
        self.queries_for(self.customer)  # what is read once and kept is no matter here
        self.assertEqual(self.queries_for(self.customer), self.queries_for(partners))

    def queries_for(self, partners):
        """Return how many queries it takes to choose for these contacts, with nothing in memory."""
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        channels = self.env["arrears.notice"]._choose_channel(partners, REMINDER_DAY)
        self.assertEqual(set(channels.values()), {"email"})
        return self.env.cr.sql_log_count - before

    def test_without_a_street_a_mail_is_fine(self):
        self.customer.street = False
        move = self.make_invoice(DUE)
        self.run_on(REMINDER_DAY)
        self.assertEqual(self.notices_of(move).mail_id.state, "outgoing")

    def test_neither_way_open_is_a_failure_that_a_colleague_hears_of(self):
        self.customer.write({"street": False, "email": "nonsense"})
        colleague = self.make_reader("arrears_colleague", "group_handler")
        self.customer.user_id = colleague
        move = self.make_invoice(DUE)
        self.run_on(REMINDER_DAY)
        notice = self.notices_of(move)
        self.assertEqual((notice.state, notice.failure), ("failed", "no_address"))
        self.assertEqual(notice.case_id.activity_ids.user_id, colleague)

    def test_consent_is_of_each_addressee_for_itself(self):
        self.env["res.partner"].create(
            {
                "name": "The administrator",
                "type": "invoice",
                "parent_id": self.customer.id,
                "email": "administrator@example.com",
                "street": "Kerkplein 2",
                "city": "Ons Dorp",
            }
        )
        move = self.make_invoice(DUE)
        self.run_on(REMINDER_DAY)
        self.assertEqual(self.notices_of(move).channel, "post")

    def test_a_failure_in_another_company_is_not_ours(self):
        move = self.make_invoice(DUE)
        self.run_on(REMINDER_DAY)
        self.notices_of(move).sudo()._fail("bounced", REMINDER_DAY)
        self.assertEqual(self.channel_of(), "post")
        other = self.setup_other_company()["company"]
        notices = self.env["arrears.notice"].with_company(other)
        self.assertEqual(
            notices._choose_channel(self.customer, REMINDER_DAY), {self.customer: "email"}
        )

    def test_consent_given_anew_opens_an_address_that_failed(self):
        move = self.make_invoice(DUE)
        self.run_on(REMINDER_DAY)
        self.notices_of(move).sudo()._fail("bounced", REMINDER_DAY)
        self.customer.e_notice_consent_date = REMINDER_DAY + DAY
        self.assertEqual(self.channel_of(REMINDER_DAY + DAY), "email")
