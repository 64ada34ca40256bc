"""What the customer reads: right amounts, one language, every part, plain words, one page."""

import io
import re
import shutil
from datetime import date
from pathlib import Path

import polib
import textstat
from lxml import html as lxml_html
from pypdf import PdfReader

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..law.notice import term_wording_allowed
from .common import ArrearsCommon

DUE = date(2026, 1, 15)
MADE = date(2026, 2, 4)
LATER = date(2026, 3, 10)
KINDS = ("reminder", "formal_notice", "final_notice")
PARTS = (
    *("principal", "items", "term", "fee", "free_in_time", "suspension", "rdw"),
    *("creditor", "registration", "help"),
)
PLAIN_ENOUGH = 60
FEE_WORDS = re.compile(r"incasso\w*kosten|collection costs?|\bfee\b|extra kosten", re.IGNORECASE)
PO_FILE = Path(__file__).parents[1] / "i18n" / "nl.po"
POT_FILE = PO_FILE.with_name("premium_arrears.pot")
LETTERS = ("premium_arrears.notice_", "premium_arrears.say", "mail.template,subject")


@tagged("post_install", "-at_install")
class TestNoticeText(ArrearsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("nl_NL")
        cls.env.ref("base.module_premium_arrears")._update_translations(["nl_NL"])
        cls.env["res.partner.bank"].create(
            {"acc_number": "NL91ABNA0417164300", "partner_id": cls.company.partner_id.id}
        )
        cls.items = cls.env["arrears.item"].sudo()  # written by the engine only

    # === MAKING NOTICES === #

    def make_notice(self, kind, day, policies=None, lang="nl_NL", render=True):
        """Return a queued notice of a kind over one overdue invoice per policy."""
        policies = policies or self.policy
        policies.partner_id.lang = lang
        for policy in policies:
            if not self.items_of(policy):
                self.make_invoice(DUE, policy)
        self.items._collect(day, self.company)
        items = self.items_of(policies)
        runs = self.env["arrears.run"].sudo()
        run = runs.search([("date", "=", day), ("company_id", "=", self.company.id)])
        run = run or runs.create({"date": day, "company_id": self.company.id})
        stage = items.case_id.procedure_id.stage_ids.filtered(lambda stage: stage.kind == kind)
        action = run.action_ids.create(
            {
                "run_id": run.id,
                "case_id": items.case_id.id,
                "stage_id": stage.id,
                "kind": "notice",
                "state": "done",
                "item_ids": items.ids,
            }
        )
        notice = run.notice_ids._make(action, items)
        if render:
            notice._render_text()
        return notice

    def items_of(self, policies):
        return self.items.search([("policy_ids", "in", policies.ids)])

    def make_final(self, policies=None, **values):
        """Return a final notice after a 14-day notice: fee charged, first cover suspended."""
        policies = policies or self.policy
        formal = self.make_notice("formal_notice", MADE, policies, **values)
        formal._mark_sent(MADE)
        formal.fee_id._charge(LATER)
        agent = policies.sudo().filtered(lambda policy: policy.office_role == "authorised_agent")
        agent[:1]._suspend(date(2026, 3, 3), formal, {})
        return self.make_notice("final_notice", LATER, policies, **values)

    def make_kind(self, kind, policies=None, **values):
        if kind == "final_notice":
            return self.make_final(policies, **values)
        return self.make_notice(kind, MADE, policies, **values)

    def four_policies(self, customer=None):
        """Return four policies of one customer, as many as a letter usually has."""
        customer = customer or self.make_customer("A. van der Meer-Hoogendoorn")
        common = {"partner_id": customer.id}
        return (
            self.make_policy(line_of_business="motor", licence_plate="GB-123-K", **common)
            | self.make_policy(line_of_business="liability", **common)
            | self.make_policy(line_of_business="legal", office_role="intermediary", **common)
            | self.make_policy(line_of_business="health_extra", **common)
        )

    # === READING THEM === #

    def text_of(self, notice):
        """Return a notice's text as a reader sees it, spaces made plain."""
        tree = lxml_html.fromstring(f"<div>{notice.body_html}</div>")
        return " ".join(tree.text_content().split())

    def part_of(self, notice, part):
        tree = lxml_html.fromstring(f"<div>{notice.body_html}</div>")
        found = tree.xpath(f"//*[@data-part='{part}']")
        return " ".join(" ".join(node.text_content().split()) for node in found)

    def letter_of(self, notice):
        notice = notice._in_language()
        return str(
            notice.env["ir.qweb"]._render(
                "premium_arrears.notice_letter", notice._get_text_values()
            )
        )

    # === THE CONTENT === #

    def test_each_kind_states_the_amounts_in_dutch_and_english(self):
        expected = {
            "nl_NL": ("€ 45,00", "€ 85,00", "Met vriendelijke groet"),
            "en_US": ("€45.00", "€85.00", "Kind regards"),
        }
        for lang, (premium, with_fee, closing) in expected.items():
            for kind in KINDS:
                policy = self.make_policy(partner_id=self.make_customer(f"{lang} {kind}").id)
                text = self.text_of(self.make_kind(kind, policy, lang=lang))
                with self.subTest(lang=lang, kind=kind):
                    self.assertIn(premium, text)
                    self.assertIn(closing, text)
                    self.assertIn(policy.name, text)
                    self.assertEqual(with_fee in text, kind != "reminder")

    def test_a_letter_is_in_one_language_whatever_the_users_is(self):
        english = set(re.findall(r"\b(the|you|your|and|we|with)\b", "the you your and we with"))
        self.env.user.lang = "en_US"
        for kind in KINDS:
            policies = self.four_policies(self.make_customer(f"Klant {kind}"))
            notice = self.make_kind(kind, policies, lang="nl_NL")
            words = set(re.findall(r"\w+", self.text_of(notice).lower()))
            with self.subTest(kind=kind):
                self.assertFalse(words & english)
                self.assertNotRegex(notice.subject, "premium|notice")
        self.env.user.lang = "nl_NL"
        for kind in KINDS:
            policies = self.four_policies(self.make_customer(f"Customer {kind}"))
            notice = self.make_kind(kind, policies, lang="en_US").with_context(lang="nl_NL")
            words = set(re.findall(r"\w+", self.text_of(notice).lower()))
            with self.subTest(kind=kind):
                self.assertFalse(words & {"het", "een", "uw", "wij", "niet", "januari", "maart"})
                self.assertRegex(notice.subject, "premium")

    def test_a_language_without_letters_gets_english_throughout(self):
        self.env["res.lang"]._activate_lang("de_DE")
        text = self.text_of(self.make_notice("reminder", MADE, lang="de_DE"))
        self.assertIn("€45.00", text)
        self.assertRegex(text, r"\d February 2026")

    def test_the_subject_names_the_number(self):
        for kind in KINDS:
            policy = self.make_policy(partner_id=self.make_customer(kind).id)
            notice = self.make_kind(kind, policy)
            self.assertIn(f"({notice.name})", notice.subject)

    def test_formal_notice_has_every_part(self):
        for lang in ("nl_NL", "en_US"):
            notice = self.make_notice(
                "formal_notice", MADE, self.four_policies(self.make_customer(lang)), lang=lang
            )
            self.assertEqual(notice._missing_parts(), ())
            for part in PARTS:
                with self.subTest(lang=lang, part=part):
                    self.assertTrue(self.part_of(notice, part))
            self.assertIn("WKI-0001", self.part_of(notice, "registration"))
            self.assertIn(self.insurer.name, self.part_of(notice, "creditor"))

    def test_the_term_is_in_words_that_courts_accept(self):
        for lang in ("nl_NL", "en_US"):
            for channel in ("post", "email"):
                consent = {"email": "a@example.com", "e_notice_consent_date": DUE}
                customer = self.make_customer(channel, **(consent if channel == "email" else {}))
                policy = self.make_policy(partner_id=customer.id)
                notice = self.make_notice("formal_notice", MADE, policy, lang=lang)
                self.assertEqual(notice.channel, channel)
                term = self.part_of(notice, "term")
                with self.subTest(lang=lang, channel=channel):
                    self.assertTrue(term_wording_allowed(term))
                    self.assertEqual("e-mail" in term, channel == "email")
                    self.assertTrue(term_wording_allowed(self.text_of(notice)))

    def test_no_word_about_a_fee_when_none_is_announced(self):
        self.company.arrears_register_number = False
        for lang in ("nl_NL", "en_US"):
            policies = self.four_policies(self.make_customer(lang))
            notice = self.make_notice("formal_notice", MADE, policies, lang=lang)
            self.assertFalse(notice.fee_announced)
            self.assertNotRegex(self.text_of(notice), FEE_WORDS)
            self.assertEqual(notice._missing_parts(), ())

    def test_a_notice_without_fee_and_suspension_still_says_what_follows(self):
        self.company.arrears_register_number = False
        notice = self.make_notice(
            "formal_notice", MADE, self.make_policy(line_of_business="health_basic")
        )
        self.assertFalse(notice.names_suspension)
        self.assertTrue(self.part_of(notice, "next_step"))
        self.assertFalse(self.part_of(notice, "suspension"))
        self.assertEqual(notice._missing_parts(), ())

    def test_rdw_only_for_a_vehicle_whose_cover_is_at_stake(self):
        motor = {"line_of_business": "motor", "licence_plate": "GB-123-K"}
        for kind in ("formal_notice", "final_notice"):
            car = self.make_policy(partner_id=self.make_customer(kind).id, **motor)
            house = self.make_policy(partner_id=self.make_customer(f"{kind} 2").id)
            self.assertIn("GB-123-K", self.part_of(self.make_kind(kind, car), "rdw"))
            self.assertNotIn("RDW", self.text_of(self.make_kind(kind, house)))
        car = self.make_policy(partner_id=self.make_customer("reminded").id, **motor)
        self.assertNotIn("RDW", self.text_of(self.make_notice("reminder", MADE, car)))

    def test_for_an_intermediary_it_is_the_insurer_who_may_suspend(self):
        policy = self.make_policy(office_role="intermediary")
        text = self.part_of(self.make_notice("formal_notice", MADE, policy), "suspension")
        self.assertIn("mag uw verzekeraar de dekking stoppen", text)
        self.assertNotIn("Dan stopt de dekking", text)

    def test_final_notice_tells_from_when_there_is_no_cover(self):
        notice = self.make_final(self.four_policies())
        text = self.part_of(notice, "suspension")
        self.assertIn("3 maart 2026", text)
        self.assertIn(notice.policy_ids.gap_ids.policy_id.name, text)
        self.assertIn("U bent nog wel verzekerd voor", self.text_of(notice))

    def test_final_notice_without_fee_or_suspension_says_nothing_of_them(self):
        formal = self.make_notice("formal_notice", MADE)
        formal._mark_sent(MADE)
        notice = self.make_notice("final_notice", LATER)
        self.assertNotRegex(self.text_of(notice), FEE_WORDS)
        self.assertFalse(self.part_of(notice, "suspension"))
        self.assertIn("€ 45,00", self.part_of(notice, "principal"))

    # === WHAT AN OFFICE CANNOT LOSE === #

    def test_a_lost_part_is_found(self):
        notice = self.make_notice("formal_notice", MADE, self.four_policies())
        codes = {
            "principal": "principal",
            "items": "specification",
            "term": "term_wording",
            "fee": "fee_amount",
            "free_in_time": "free_if_paid_in_time",
            "suspension": "suspension",
            "rdw": "rdw",
            "creditor": "creditor",
            "registration": "registration",
            "help": "help",
        }
        whole = notice.body_html
        for part, code in codes.items():
            tree = lxml_html.fromstring(f"<div>{whole}</div>")
            for node in tree.xpath(f"//*[@data-part='{part}']"):
                for child in list(node):
                    node.remove(child)
                node.text = " "
            notice.body_html = lxml_html.tostring(tree, encoding="unicode")
            with self.subTest(part=part):
                self.assertIn(code, notice._missing_parts())

    def test_a_part_with_another_amount_or_policy_does_not_count(self):
        notice = self.make_notice("formal_notice", MADE)
        for old, new, code in (
            ("40,00", "41,00", "fee_amount"),
            ("45,00", "54,00", "principal"),
            (self.policy.name, "P-9999", "suspension"),
        ):
            whole = notice.body_html
            notice.body_html = str(whole).replace(old, new)
            with self.subTest(code=code):
                self.assertIn(code, notice._missing_parts())
            notice.body_html = whole

    def test_a_reminder_without_help_is_not_sent(self):
        self.env.ref("premium_arrears.notice_text_help").arch = "<t><p>Tot ziens.</p></t>"
        notice = self.make_notice("reminder", MADE, render=False)
        with mute_logger("odoo.addons.premium_arrears.models.arrears_notice_delivery"):
            notice._deliver()
        self.assertEqual((notice.state, notice.failure), ("failed", "render"))

    # === SAFE AND SELF-CONTAINED === #

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

    def text_of_html(self, document):
        return " ".join(lxml_html.document_fromstring(document).text_content().split())

    def test_four_items_fit_on_one_page(self):
        if not shutil.which("wkhtmltopdf"):
            self.skipTest("wkhtmltopdf is not installed")
        for kind in KINDS:
            for lang in ("nl_NL", "en_US"):
                customer = self.make_customer(f"{kind} {lang}")
                notice = self.make_kind(kind, self.four_policies(customer), lang=lang)
                with self.allow_pdf_render():
                    notice._make_letter()
                pages = PdfReader(io.BytesIO(notice.attachment_id.raw)).pages
                with self.subTest(kind=kind, lang=lang):
                    self.assertEqual(len(pages), 1)

    # === PLAIN WORDS === #

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

    def test_the_dutch_is_plain(self):
        textstat.set_lang("nl")
        for kind in KINDS:
            for debtor in ("consumer", "business"):
                customer = self.make_customer(f"{kind} {debtor}", debtor_type=debtor)
                notice = self.make_kind(kind, self.four_policies(customer))
                ease = textstat.flesch_reading_ease(self.plain_text(notice))
                with self.subTest(kind=kind, debtor=debtor):
                    self.assertGreaterEqual(round(ease), PLAIN_ENOUGH)

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
        return any(name in source for name in LETTERS)

    def test_the_translation_has_every_term_of_the_template(self):
        template = {entry.msgid for entry in polib.pofile(str(POT_FILE))}
        self.assertEqual(template, {entry.msgid for entry in polib.pofile(str(PO_FILE))})
