"""The office reads its own language, the customer his: each way round, from run to phone call."""

import re

from odoo import Command
from odoo.tests import new_test_user, tagged

from .common import DAY
from .notice_common import DUE, NoticeCommon
from .test_notice_language import DUTCH, ENGLISH

DUTCH_SCREEN = DUTCH | {"te", "stap", "dossiers", "met", "wat"}
ENGLISH_SCREEN = ENGLISH | {"due", "step", "overdue", "left"}
# What a colleague reads of the same things: (in English, in Dutch).
SCREEN = {
    "kind": ("Reminder", "Herinnering"),
    "number": ("Find a phone number", "Zoek een telefoonnummer"),
    "rdw": ("Tell RDW", "Meld aan de RDW"),
}
LANGUAGES = {
    "en_US": (0, ENGLISH_SCREEN, DUTCH_SCREEN),
    "nl_NL": (1, DUTCH_SCREEN, ENGLISH_SCREEN),
}
CROSSED = (("nl_NL", "en_US"), ("en_US", "nl_NL"))


@tagged("post_install", "-at_install")
class TestRolesLanguage(NoticeCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.ref("premium_arrears.stage_consumer_reminder").asks_call = True
        cls.customer.phone = "+31 6 12345678"

    def make_handler(self, lang):
        return new_test_user(
            self.env,
            f"handler_{lang}",
            groups="premium_arrears.group_handler",
            lang=lang,
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )

    def assertReads(self, text, lang):
        """Check that a text has words of a language, and none of the other."""
        _which, own, other = LANGUAGES[lang]
        words = set(re.findall(r"\w+", str(text).lower()))
        self.assertTrue(words & own, text)
        self.assertFalse(words & other, text)

    def screen(self, word, lang):
        return SCREEN[word][LANGUAGES[lang][0]]

    def test_a_colleague_and_a_customer_with_another_language(self):
        for days, (mine, theirs) in enumerate(CROSSED):
            with self.subTest(colleague=mine, customer=theirs):
                customer = self.make_customer(f"Klant {theirs}", lang=theirs, phone="06-12345678")
                policy = self.make_policy(partner_id=customer.id)
                move = self.make_invoice(DUE + days * DAY, policy)
                handler = self.make_handler(mine)
                runs = self.runs.with_user(handler).with_context(lang=mine)
                run = runs.create({"date": DUE + (7 + days) * DAY, "company_id": self.company.id})
                run.action_propose()
                action = run.action_ids.filtered(lambda a, c=customer: a.partner_id == c)
                self.assertIn(self.screen("kind", mine), action.label)
                self.assertReads(action.why_text, mine)
                self.assertReads(re.sub(r"<[^>]+>", " ", run.summary_html), mine)
                # The letter that he looks at is the customer's.
                self.assertReads(self.text_of_html(action._get_preview()["page"]), theirs)
                run.action_execute()
                notice = self.notices_of(move).with_env(run.env)
                self.assertReads(self.text_of(notice.sudo()), theirs)
                kind = dict(notice._fields["kind"]._description_selection(notice.env))[notice.kind]
                self.assertEqual(kind, self.screen("kind", mine))
                self.check_phone_call(notice.case_id, handler, mine)

    def check_phone_call(self, case, handler, mine):
        calls = self.env["arrears.phone.call"].with_user(handler).with_context(lang=mine)
        call = calls.search([("case_id", "=", case.id)])
        case.sudo().user_id = handler
        call.action_wrong_number()
        self.assertEqual(case.sudo().activity_ids.summary, self.screen("number", mine))

    def test_what_the_night_asks_of_a_colleague_is_in_the_words_of_the_office(self):
        """The scheduled action has no user who reads: the office's own language counts."""
        self.company.partner_id.lang = "nl_NL"
        car = self.make_policy(line_of_business="motor", licence_plate="GB-123-K")
        self.customer.write(
            {"lang": "en_US", "email": "c@example.com", "e_notice_consent_date": DUE}
        )
        car.end_date = DUE
        run = self.runs.with_context(lang=None).run_for(DUE, self.company)
        self.assertTrue(run)
        self.assertRegex(car.activity_ids.summary, self.screen("rdw", "nl_NL"))
        self.assertRegex(car.activity_ids.note, "Leg de melding vast")
