"""What the letters say about the end of a policy: whole, plain, in both languages, on one page."""

import io
import shutil

import textstat
from pypdf import PdfReader

from odoo.tests import tagged

from . import test_notice_plain
from .notice_common import LATER
from .termination_common import TerminationCommon


@tagged("post_install", "-at_install")
class TestTerminationLetter(TerminationCommon):
    plain_text = test_notice_plain.TestNoticePlain.plain_text

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.car = cls.make_policy(line_of_business="motor", licence_plate="GB-123-K")

    def letter(self, lang="nl_NL"):
        day = self.warn(self.car)
        self.customer.lang = lang
        record = self.propose(day, self.car)
        letter = self.approve(record, day)
        letter._render_text()
        return record, letter

    # === ANNOUNCED === #

    def test_the_final_notice_names_the_policy_that_can_be_ended_and_gives_the_term(self):
        self.warn(self.car)
        self.assertTrue(self.final.names_termination)
        self.assertEqual(self.final._get_named_endings(), self.car)
        self.final.state = "withdrawn"  # a step goes once
        self.final = self.make_notice("final_notice", LATER, self.car | self.policy)
        self.assertIn(self.car.name, self.part_of(self.final, "termination"))
        self.assertIn("veertien dagen", self.part_of(self.final, "term"))
        self.assertEqual(self.final._missing_parts(), ())
        body = str(self.final.body_html)
        self.final.body_html = body.replace(self.car.name, "P-9999")
        self.assertIn("termination", self.final._missing_parts())
        self.final.body_html = body.replace("veertien dagen", "na heden")
        self.assertIn("term_wording", self.final._missing_parts())

    def test_it_threatens_with_nothing_that_cannot_follow(self):
        self.rule.names_ground = False
        self.warn(self.car)
        self.assertFalse(self.final.names_termination)
        self.final = self.make_notice("final_notice", LATER, self.policy)
        self.assertFalse(self.part_of(self.final, "termination"))
        self.assertEqual(self.final._missing_parts(), ())

    def test_no_termination_in_the_procedure_no_announcement(self):
        stages = self.env.ref("premium_arrears.procedure_consumer").stage_ids
        stages.filtered(lambda stage: stage.kind == "termination").unlink()
        self.warn(self.car)
        self.assertFalse(self.final.names_termination)

    # === TOLD === #

    def test_the_letter_is_whole_in_both_languages(self):
        for lang, words in (
            ("en_US", ("Your insurance ends", "does not end", "De Vereende", "RDW")),
            ("nl_NL", ("Uw verzekering stopt", "stopt uw verzekering niet", "De Vereende", "RDW")),
        ):
            with self.subTest(lang=lang):
                self.car = self.make_policy(
                    line_of_business="motor",
                    licence_plate="GB-123-K",
                    partner_id=self.make_customer(f"J. {lang}").id,
                )
                self.customer = self.car.partner_id
                record, letter = self.letter(lang)
                text = self.text_of(letter)
                for word in words:
                    self.assertIn(word, text)
                self.assertEqual(letter._missing_parts(), ())
                ending = self.part_of(letter, "ending")
                self.assertIn(self.car.name, ending)
                self.assertIn(str(record.ends_on.year), ending)
                self.assertIn(self.final.name, ending)
                self.assertIn("45", self.part_of(letter, "money"))
                self.assertNotIn("CIS", text, "only when it is a real next step")
                self.assertIn(f"({letter.name})", letter.subject)
                # The day to pay is the last one with insurance.
                self.assertIn(letter._format_day(letter.stated_last_day), str(letter.body_html))

    def test_the_letter_cannot_leave_without_its_parts(self):
        _record, letter = self.letter()
        body = str(letter.body_html)
        for old, new, code in (
            (self.car.name, "P-9999", "ending"),
            ("RDW", "XXX", "rdw"),
            ("45,00", "54,00", "money"),
        ):
            letter.body_html = body.replace(old, new)
            with self.subTest(code=code):
                self.assertIn(code, letter._missing_parts())

    def test_the_longest_final_notice_that_announces_it_is_one_page(self):
        if not shutil.which("wkhtmltopdf"):
            self.skipTest("wkhtmltopdf is not installed")
        policies = self.four_policies(self.make_customer("A. van der Meer-Hoogendoorn"))
        notice = self.make_final(policies, lang="nl_NL", render=False)
        notice.interest_stated = 1.05
        notice._render_text()
        self.assertTrue(self.part_of(notice, "termination"))
        with self.allow_pdf_render():
            notice._make_letter()
        self.assertEqual(len(PdfReader(io.BytesIO(notice.attachment_id.raw)).pages), 1)

    def test_plain_words_on_one_page(self):
        textstat.set_lang("nl")
        record, letter = self.letter()
        record.sudo().write({"premium_off": 12.5, "premium_refund": 7.5})
        letter.facts = {**letter.facts, "off": "12.5", "refund": "7.5"}
        for channel in ("email", "post"):
            letter.channel = channel
            letter._render_text()
            ease = textstat.flesch_reading_ease(self.plain_text(letter))
            with self.subTest(channel=channel, ease=round(ease)):
                self.assertGreaterEqual(round(ease), test_notice_plain.PLAIN_ENOUGH)
        if not shutil.which("wkhtmltopdf"):
            self.skipTest("wkhtmltopdf is not installed")
        with self.allow_pdf_render():
            letter._make_letter()
        self.assertEqual(len(PdfReader(io.BytesIO(letter.attachment_id.raw)).pages), 1)
