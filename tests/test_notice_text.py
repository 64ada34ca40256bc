"""What the steps of a procedure say: the right amounts, days, policies, consequences."""

import re

from odoo.tests import tagged

from ..law.notice import term_wording_allowed
from .notice_common import DUE, LATER, MADE, STEPS, NoticeCommon

PARTS = (
    *("principal", "items", "term", "fee", "free_in_time", "suspension", "rdw"),
    *("creditor", "registration", "help"),
)
FEE_WORDS = re.compile(r"incasso\w*kosten|collection costs?|\bfee\b|extra kosten", re.IGNORECASE)


@tagged("post_install", "-at_install")
class TestNoticeText(NoticeCommon):
    def test_each_kind_states_the_amounts_in_dutch_and_english(self):
        expected = {
            "nl_NL": ("€ 45,00", "€ 85,00", "Met vriendelijke groet"),
            "en_US": ("€45.00", "€85.00", "Kind regards"),
        }
        for lang, (premium, with_fee, closing) in expected.items():
            for kind in STEPS["consumer"]:
                policy = self.make_policy(partner_id=self.make_customer(f"{lang} {kind}").id)
                text = self.text_of(self.make_kind(kind, policy, lang=lang))
                with self.subTest(lang=lang, kind=kind):
                    self.assertIn(premium, text)
                    self.assertIn(closing, text)
                    self.assertIn(policy.name, text)
                    self.assertEqual(with_fee in text, kind != "reminder")

    def test_the_subject_names_the_number(self):
        for kind in STEPS["consumer"]:
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

    # === A BUSINESS === #

    def make_shop(self, name="Bakkerij Jansen", **values):
        customer = self.make_customer(name, debtor_type="business", is_company=True)
        return self.make_policy(partner_id=customer.id, **values)

    def test_a_business_owes_the_fee_at_once(self):
        for lang, together in (("nl_NL", "€ 85,00"), ("en_US", "€85.00")):
            notice = self.make_notice("business_notice", MADE, self.make_shop(lang), lang=lang)
            with self.subTest(lang=lang):
                self.assertEqual(notice._missing_parts(), ())
                self.assertIn(together, self.part_of(notice, "items"))
                self.assertIn("6:96", self.part_of(notice, "fee"))
                self.assertTrue(term_wording_allowed(self.part_of(notice, "term")))
                self.assertTrue(self.part_of(notice, "suspension"))
                self.assertFalse(self.part_of(notice, "free_in_time"))
                self.assertEqual(notice._get_amount_to_pay(), 85.0)

    def test_a_business_without_suspension_hears_what_follows(self):
        notice = self.make_notice(
            "business_notice", MADE, self.make_shop(line_of_business="health_basic")
        )
        self.assertFalse(notice.names_suspension)
        self.assertTrue(self.part_of(notice, "next_step"))
        self.assertEqual(notice._missing_parts(), ())

    # === VAT AND INTEREST === #

    def test_vat_is_in_the_fee_and_declared(self):
        for kind, debtor in (("formal_notice", "consumer"), ("business_notice", "business")):
            customer = self.make_customer(kind, debtor_type=debtor)
            policy = self.make_policy(partner_id=customer.id)
            notice = self.make_notice(kind, MADE, policy, fee_vat=8.4)
            with self.subTest(kind=kind):
                self.assertEqual(notice._missing_parts(), ())
                self.assertIn("€ 48,40", self.part_of(notice, "fee"))
                self.assertIn("€ 8,40", self.part_of(notice, "vat"))
                self.assertIn(self.insurer.name, self.part_of(notice, "vat"))
                self.assertIn("€ 93,40", self.text_of(notice))
                content = notice._law_content(notice._read_parts())
                self.assertEqual(str(content.vat), "8.40")
                self.assertTrue(content.vat_reason_declared)

    def test_no_word_about_vat_when_there_is_none(self):
        self.assertNotRegex(self.text_of(self.make_notice("formal_notice", MADE)), "(?i)btw|vat")

    def test_interest_is_a_line_and_in_the_total(self):
        self.make_warned()
        notice = self.make_notice("final_notice", LATER, interest_stated=1.05)
        self.assertEqual(notice._missing_parts(), ())
        self.assertIn(
            "Wettelijke rente tot en met dinsdag 10 maart 2026 € 1,05", self.text_of(notice)
        )
        self.assertIn("€ 86,05", self.part_of(notice, "items"))
        self.assertIn("€ 1,05", self.part_of(notice, "principal"))
        business = self.make_notice("business_notice", MADE, self.make_shop(), interest_stated=2.0)
        self.assertIn("€ 87,00", self.part_of(business, "items"))

    # === BEFORE A HAND-OVER === #

    def test_the_day_until_which_a_hand_over_can_be_prevented(self):
        for lang, day in (("nl_NL", "24 maart 2026"), ("en_US", "24 March 2026")):
            policy = self.make_policy(partner_id=self.make_customer(lang).id)
            notice = self.make_kind("handover_notice", policy, lang=lang)
            with self.subTest(lang=lang):
                self.assertIn(day, self.part_of(notice, "until"))
                self.assertTrue(self.part_of(notice, "next_step"))
                self.assertEqual(notice._get_amount_to_pay(), 85.0)
                self.assertEqual(notice._missing_parts(), ())
