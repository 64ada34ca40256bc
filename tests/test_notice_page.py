"""Each letter and mail shows the customer the way to the own page, and nobody else."""

from datetime import timedelta
from unittest.mock import patch

from lxml import html as lxml_html

from odoo.tests import tagged

from ..models import arrears_notice_page
from ..models.qr_code import draw_qr_code
from .common import DAY
from .notice_common import DUE, LATER, LETTERS, MADE, NoticeCommon

# A mistake put right, a secret, what others collect, what is over.
WITHOUT_PAGE = ("correction", "cis_registered", "handed_over", "arrangement_kept")


@tagged("post_install", "-at_install")
class TestNoticePage(NoticeCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.links = cls.env["arrears.access.link"].sudo()

    def link_of(self, notice):
        return self.links.search([("notice_id", "=", notice.id)])

    def make_mail(self, **values):
        customer = self.make_customer(
            "M. Jansen", email="jansen@example.com", e_notice_consent_date=DUE
        )
        return self.make_notice(
            "reminder", MADE, self.make_policy(partner_id=customer.id), **values
        )

    # === HOW IT LOOKS === #

    def test_a_letter_has_the_address_to_type_and_a_code_to_scan(self):
        notice = self.make_notice("reminder", MADE, render=False)
        with patch.object(arrears_notice_page, "draw_qr_code", side_effect=draw_qr_code) as draw:
            notice._render_text()
        link, page = self.link_of(notice), self.part_of(notice, "page")
        self.assertIn(link._get_url(), [call.args[-1] for call in draw.call_args_list])
        address = page.partition("of typ: ")[2].partition(" ")[0].rstrip(".")
        self.assertRegex(address, r"/arrears/(\w{4}-){3}\w{4}$")
        self.assertEqual(self.links._find(address.rpartition("/")[2], MADE), link)
        self.assertEqual(link.partner_id, self.customer)
        tree = lxml_html.fromstring(f"<div>{notice.body_html}</div>")
        [code] = tree.xpath("//img[@alt='Code van uw eigen pagina']/@src")
        self.assertTrue(code.startswith("data:image/png;base64,"))
        self.assertFalse(tree.xpath("//a"))

    def test_the_address_says_until_when_it_works(self):
        self.company.arrears_link_days = 20
        notice = self.make_notice("reminder", MADE)
        self.assertEqual(self.link_of(notice).expires_on, MADE + timedelta(days=20))
        self.assertIn("werkt tot en met 24 februari 2026", self.part_of(notice, "page"))

    def test_a_mail_has_a_button(self):
        notice = self.make_mail()
        self.assertEqual(notice.channel, "email")
        notice._queue_mail()
        tree = lxml_html.document_fromstring(notice.mail_id.body_html)
        [href] = tree.xpath("//*[@data-part='page']//a/@href")
        self.assertEqual(href, self.link_of(notice)._get_url())
        self.assertTrue(href.startswith(self.company.get_base_url()))
        self.assertNotIn("data:image", notice.mail_id.body_html)

    def test_an_office_without_arrangements_on_the_page_promises_none(self):
        self.assertIn(
            "regeling afspreken", self.part_of(self.make_notice("reminder", MADE), "page")
        )
        self.company.arrears_arrangement_portal = False
        other = self.make_policy(partner_id=self.make_customer("Another").id)
        notice = self.make_notice("reminder", MADE, other)
        self.assertNotIn("regeling", self.part_of(notice, "page"))
        self.assertEqual(notice._missing_parts(), ())

    def test_each_kind_shows_it_or_has_no_use_for_it(self):
        for kind, debtor in LETTERS:
            policies = self.four_policies(self.make_customer(f"{kind}", debtor_type=debtor))
            notice = self.make_kind(kind, policies)
            with self.subTest(kind=kind, debtor=debtor):
                expected = kind not in WITHOUT_PAGE
                self.assertEqual(bool(self.part_of(notice, "page")), expected)
                self.assertEqual(bool(self.link_of(notice)), expected)

    def test_a_text_that_lost_it_is_found(self):
        notice = self.make_notice("reminder", MADE)
        code = self.link_of(notice).code
        notice.body_html = str(notice.body_html).replace(code[:4], "WXYZ")
        self.assertEqual(notice._missing_parts(), ("page",))

    # === WHO HAS NONE === #

    def test_a_sample_a_preview_and_a_test_make_no_link(self):
        before = self.links.search_count([])
        view = self.env.ref("premium_arrears.notice_text_page")
        view.arch = view.arch.replace("Type this address:", "Type this:")  # tries all samples
        policy = self.make_policy(partner_id=self.make_customer("Preview").id)
        self.collect(policy, MADE, "nl_NL")
        action = self.run_of(MADE).action_ids.create(
            {
                "run_id": self.run_of(MADE).id,
                "case_id": self.items_of(policy).case_id.id,
                "stage_id": self.env.ref("premium_arrears.stage_consumer_reminder").id,
                "kind": "notice",
                "item_ids": self.items_of(policy).ids,
            }
        )
        page = action.run_id.notice_ids._preview(action)["page"]
        self.assertIn("XXXX-XXXX-XXXX-XXXX", page)
        self.company.arrears_test_email = "test@example.com"
        notice = self.make_mail(render=False)
        notice._deliver()
        self.assertEqual(notice.state, "withdrawn")
        self.assertNotIn("/arrears/", notice.mail_id.body_html)
        self.assertEqual(self.links.search_count([]), before)

    def test_somebody_else_who_gets_the_letter_gets_no_link(self):
        person = self.make_customer("K. Bos")
        business = self.make_customer("Bos Bouw B.V.", is_company=True, debtor_type="business")
        for debtor, name, shows in (
            (person, "The administrator", False),
            (business, "Accounts", True),
            (self.make_customer("P. Smit"), False, True),
        ):
            self.env["res.partner"].create(
                {
                    "parent_id": debtor.id,
                    "type": "invoice",
                    "name": name,
                    "street": "Kade 3",
                    "zip": "1111 AA",
                    "city": "Elders",
                }
            )
            notice = self.make_notice("reminder", MADE, self.make_policy(partner_id=debtor.id))
            with self.subTest(name=name):
                self.assertNotEqual(notice.recipient_id, debtor)
                self.assertEqual(bool(self.link_of(notice)), shows)
                self.assertEqual(bool(self.part_of(notice, "page")), shows)
                self.assertEqual(notice._missing_parts(), ())

    # === ITS END === #

    def test_a_withdrawn_letter_takes_its_link_along_and_no_other(self):
        first, second = self.make_warned(), self.make_notice("final_notice", LATER)
        second._mark_sent(LATER)
        links = self.link_of(first), self.link_of(second)
        self.assertNotEqual(links[0].code, links[1].code)
        self.assertTrue(all(self.links._find(link.code, LATER) for link in links))
        second.withdraw(LATER + DAY, "A mistake")
        self.assertEqual(self.links._find(links[0].code, LATER + DAY), links[0])
        self.assertFalse(self.links._find(links[1].code, LATER + DAY))

    def test_a_letter_that_came_back_opens_no_page(self):
        notice = self.make_notice("reminder", MADE)
        notice._mark_sent(MADE)
        notice._fail("returned", LATER)
        self.assertFalse(self.links._find(self.link_of(notice).code, LATER))
