"""Who looks only, cannot act as the customer: the secret address of a letter is not for readers."""

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .notice_common import MADE, NoticeCommon


@tagged("post_install", "-at_install")
class TestNoticeReader(NoticeCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.notice = cls.make_notice("reminder", MADE, render=False)
        cls.notice._deliver()
        links = cls.env["arrears.access.link"].sudo()
        cls.code = links.search([("notice_id", "=", cls.notice.id)]).code
        cls.reader = new_test_user(
            cls.env, "reads_only", "premium_arrears.group_reader", company_id=cls.company.id
        )
        cls.handler = new_test_user(
            cls.env, "handles", "premium_arrears.group_handler", company_id=cls.company.id
        )

    def spelled(self):
        return "-".join(self.code[first : first + 4] for first in range(0, len(self.code), 4))

    def test_the_text_is_shown_without_the_address(self):
        self.assertIn(self.spelled(), self.notice.body_html)
        self.assertIn("data-secret", self.notice.body_html)  # its drawing, on paper
        shown = str(self.notice.with_user(self.reader).body_shown)
        self.assertIn("/arrears/…", shown)
        for secret in (self.code, self.spelled(), "data-secret"):
            self.assertNotIn(secret, shown)
        self.assertIn(self.notice.name, shown)

    def test_text_and_file_as_sent_are_for_handlers(self):
        self.assertTrue(self.notice.attachment_id)
        mine = self.notice.with_user(self.reader)
        for field in ("body_html", "attachment_id"):
            with self.subTest(field), self.assertRaises(AccessError):
                mine.read([field])
        file = self.notice.attachment_id
        with self.assertRaises(AccessError):
            file.with_user(self.reader).read(["raw"])
        self.assertTrue(file.with_user(self.handler).raw)
        self.assertIn(self.spelled(), self.notice.with_user(self.handler).body_html)

    def test_a_mail_is_read_by_handlers_only(self):
        customer = self.make_customer(
            "M. Jansen", email="jansen@example.com", e_notice_consent_date=MADE
        )
        policy = self.make_policy(partner_id=customer.id)
        notice = self.make_notice("reminder", MADE, policy, render=False)
        notice._deliver()
        self.assertTrue(notice.mail_id)
        message = notice.mail_id.mail_message_id
        self.assertIn("/arrears/", message.body)
        with self.assertRaises(AccessError):
            message.with_user(self.reader).read(["body"])
        self.assertTrue(message.with_user(self.handler).read(["body"]))
        self.assertNotIn(message, message.with_user(self.reader).search([]))
