"""A letter is in one language: the customer's, whatever the user's own is."""

import re
from pathlib import Path

import polib

from odoo.tests import tagged

from .notice_common import LETTERS, MADE, NoticeCommon

PO_FILE = Path(__file__).parents[1] / "i18n" / "nl.po"
POT_FILE = PO_FILE.with_name("premium_arrears.pot")
SOURCES = ("premium_arrears.notice_", "premium_arrears.say", "mail.template,subject")
ENGLISH = {"the", "you", "your", "and", "we", "with", "not", "pay", "from", "this", "please"}
DUTCH = {"het", "een", "uw", "wij", "niet", "januari", "maart", "betaal", "van", "bent", "dan"}


@tagged("post_install", "-at_install")
class TestNoticeLanguage(NoticeCommon):
    def words_of(self, notice):
        """Return the words of a text and its subject; names of people and products aside."""
        text = self.text_of(notice).replace("Verzekeraar Noord", "")
        return set(re.findall(r"\w+", f"{text} {notice.subject}".lower()))

    def test_each_letter_is_in_dutch_for_an_english_user(self):
        self.env.user.lang = "en_US"
        for kind, debtor in LETTERS:
            policies = self.four_policies(self.make_customer("Klant", debtor_type=debtor))
            notice = self.make_kind(kind, policies, lang="nl_NL")
            with self.subTest(kind=kind, debtor=debtor):
                self.assertFalse(self.words_of(notice) & ENGLISH)
                self.assertNotRegex(notice.subject, r"premium\b|notice|cover")
                self.assertIn("Met vriendelijke groet", self.text_of(notice))

    def test_each_letter_is_in_english_for_a_dutch_user(self):
        self.env.user.lang = "nl_NL"
        for kind, debtor in LETTERS:
            policies = self.four_policies(self.make_customer("Client", debtor_type=debtor))
            notice = self.make_kind(kind, policies, lang="en_US").with_context(lang="nl_NL")
            with self.subTest(kind=kind, debtor=debtor):
                self.assertFalse(self.words_of(notice) & DUTCH)
                self.assertIn("Kind regards", self.text_of(notice))

    def test_a_language_without_letters_gets_english_throughout(self):
        self.env["res.lang"]._activate_lang("de_DE")
        text = self.text_of(self.make_notice("reminder", MADE, lang="de_DE"))
        self.assertIn("€45.00", text)
        self.assertRegex(text, r"\d February 2026")

    def test_every_term_of_the_letters_is_in_dutch(self):
        missing = [
            entry.msgid
            for entry in polib.pofile(str(PO_FILE))
            if not entry.msgstr
            and any(
                source.startswith("model") and self.is_letter(source)
                for source, _line in entry.occurrences
            )
        ]
        self.assertEqual(missing, [])

    def is_letter(self, source):
        return any(name in source for name in SOURCES)

    def test_the_translation_has_every_term_of_the_template(self):
        template = {entry.msgid for entry in polib.pofile(str(POT_FILE))}
        self.assertEqual(template, {entry.msgid for entry in polib.pofile(str(PO_FILE))})
