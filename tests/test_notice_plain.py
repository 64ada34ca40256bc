"""Plain words, measured, on one page: every letter and mail there is."""

import io
import re
import shutil

import textstat
from lxml import html as lxml_html
from pypdf import PdfReader

from odoo.tests import tagged

from ..models.arrears_notice_arrangement import EMAIL_ONLY_KINDS
from .notice_common import LETTERS, MESSAGES, NoticeCommon

PLAIN_ENOUGH = 60


@tagged("post_install", "-at_install")
class TestNoticePlain(NoticeCommon):
    def plain_text(self, notice):
        """Return the sentences of a notice without names, numbers, amounts and tables."""
        tree = lxml_html.fromstring(f"<div>{notice.body_html}</div>")
        for node in tree.xpath("//table"):
            node.drop_tree()
        values = sorted(notice._in_language()._get_text_words().values(), key=len, reverse=True)
        sentences = []
        for node in tree.xpath("//p"):
            text = " ".join(node.text_content().split())
            for value in values:
                text = text.replace(" ".join(value.split()), "") if value else text
            text = re.sub(r"\b0800-8115\b|\b\w+\.nl\b|\(\s*\)|\d+", "", text)
            text = re.sub(r"\s+([.,:?])", r"\1", text)
            sentences.append(text if text.endswith((".", "?", ",")) else f"{text}.")
        return " ".join(sentences)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.letters = {letter: cls.make_fullest(*letter) for letter in LETTERS}

    @classmethod
    def make_fullest(cls, kind, debtor, **values):
        """Return a notice with all that it can have to say: four policies, VAT, interest."""
        policies = cls.four_policies(cls.make_customer(f"{kind} {debtor}", debtor_type=debtor))
        notice = cls.make_kind(kind, policies, **values)
        if kind in ("formal_notice", "business_notice"):
            notice.fee_vat = 8.4
        if kind in ("business_notice", "final_notice"):
            notice.interest_stated = 1.05
        notice._render_text()
        return notice

    def test_the_dutch_is_plain(self):
        textstat.set_lang("nl")
        for (kind, debtor), notice in self.letters.items():
            for channel in ("post", "email"):
                notice.channel = channel
                notice._render_text()
                ease = textstat.flesch_reading_ease(self.plain_text(notice))
                with self.subTest(kind=kind, debtor=debtor, channel=channel, ease=round(ease)):
                    self.assertGreaterEqual(round(ease), PLAIN_ENOUGH)

    def test_each_letter_fits_on_one_page(self):
        if not shutil.which("wkhtmltopdf"):
            self.skipTest("wkhtmltopdf is not installed")
        longest = (("final_notice", "consumer"), ("business_notice", "business"))
        english = [self.make_fullest(*letter, lang="en_US") for letter in longest]
        # A message to a business differs in one sentence from the one to a consumer.
        dutch = [
            notice
            for (kind, debtor), notice in self.letters.items()
            if (debtor == "consumer" or kind not in MESSAGES) and kind not in EMAIL_ONLY_KINDS
        ]
        for notice in dutch + english:
            with self.allow_pdf_render():
                notice._make_letter()
            pages = PdfReader(io.BytesIO(notice.attachment_id.raw)).pages
            with self.subTest(kind=notice.kind, name=notice.partner_id.name, lang=notice.lang):
                self.assertEqual(len(pages), 1)

    def test_a_final_notice_that_announces_cis_is_plain_and_on_one_page(self):
        self.company.arrears_cis = True
        textstat.set_lang("nl")
        for debtor in ("consumer", "business"):
            customer = self.make_customer(f"CIS {debtor}", debtor_type=debtor)
            notice = self.make_kind(
                "final_notice",
                self.make_policy(
                    partner_id=customer.id,
                    line_of_business="motor",
                    licence_plate="GB-123-K",
                    conditions_allow_termination="yes",
                ),
            )
            with self.subTest(debtor=debtor):
                self.assertTrue(self.part_of(notice, "cis"))
                ease = textstat.flesch_reading_ease(self.plain_text(notice))
                self.assertGreaterEqual(round(ease), PLAIN_ENOUGH)
                if shutil.which("wkhtmltopdf"):
                    with self.allow_pdf_render():
                        notice._make_letter()
                    pages = PdfReader(io.BytesIO(notice.attachment_id.raw)).pages
                    self.assertEqual(len(pages), 1)
