"""A letter and a mail stand on their own, and show what a name or address holds as text."""

from lxml import html as lxml_html

from odoo.tests import tagged

from .notice_common import DUE, MADE, NoticeCommon


@tagged("post_install", "-at_install")
class TestNoticeLetter(NoticeCommon):
    def test_a_name_with_markup_stays_text(self):
        customer = self.make_customer("<b>x</b> {fee}", street="<i>Dorpsstraat</i> 1")
        notice = self.make_notice("reminder", MADE, self.make_policy(partner_id=customer.id))
        self.assertIn("Beste <b>x</b> {fee},", self.text_of(notice))
        for document in (str(notice.body_html), self.letter_of(notice)):
            self.assertIn("&lt;b&gt;x&lt;/b&gt;", document)
            self.assertNotIn("<b>x</b>", document)
        self.assertIn("&lt;i&gt;Dorpsstraat", self.letter_of(notice))

    def test_the_letter_needs_nothing_from_outside(self):
        notice = self.make_notice("formal_notice", MADE)
        tree = lxml_html.document_fromstring(self.letter_of(notice))
        self.assertFalse(tree.xpath("//link | //script | //*[@href]"))
        for source in tree.xpath("//@src"):
            self.assertTrue(source.startswith("data:"), source)
        self.assertNotIn("url(", self.letter_of(notice))

    def test_the_mail_holds_the_text_as_it_was_kept(self):
        customer = self.make_customer(
            "M. Jansen", email="jansen@example.com", e_notice_consent_date=DUE
        )
        policy = self.make_policy(partner_id=customer.id)
        notice = self.make_notice("formal_notice", MADE, policy)
        notice._queue_mail()
        self.assertIn(self.text_of(notice), self.text_of_html(notice.mail_id.body_html))
        self.assertIn('name="viewport"', notice.mail_id.body_html)
        self.assertNotIn("odoo.com", notice.mail_id.body_html.lower())
        self.assertNotIn("data:image", notice.mail_id.body_html)
        self.assertEqual(notice.mail_id.subject, notice.subject)
