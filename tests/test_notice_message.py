"""Letters that are no step: what happened to the cover, a mistake put right, an arrangement."""

from odoo.tests import tagged

from .notice_common import AGREED, DUE, LATER, MADE, MESSAGES, NoticeCommon

LANGUAGES = ("nl_NL", "en_US")


@tagged("post_install", "-at_install")
class TestNoticeMessage(NoticeCommon):
    def make_car(self, name="M. Jansen"):
        customer = self.make_customer(name)
        return self.make_policy(
            partner_id=customer.id, line_of_business="motor", licence_plate="GB-123-K"
        )

    def test_each_message_is_whole_without_stage_lines_and_amounts(self):
        for lang in LANGUAGES:
            for kind in MESSAGES:
                policies = self.four_policies(self.make_customer(f"{lang} {kind}"))
                notice = self.make_message(kind, policies, lang=lang)
                with self.subTest(lang=lang, kind=kind):
                    self.assertFalse(notice.stage_id | notice.line_ids.stage_id)
                    self.assertEqual(notice._missing_parts(), ())
                    self.assertIn(f"({notice.name})", notice.subject)
                    self.assertTrue(self.part_of(notice, "help"))

    def test_a_message_goes_by_mail_as_well(self):
        customer = self.make_customer("K. Bos", email="k@example.com", e_notice_consent_date=DUE)
        notice = self.make_message(
            "cover_resumed", self.make_policy(partner_id=customer.id), channel="email"
        )
        notice._deliver()
        self.assertEqual(notice.state, "queued")
        self.assertIn(self.text_of(notice), self.text_of_html(notice.mail_id.body_html))

    # === COVER === #

    def test_cover_that_stopped_which_since_when_and_how_it_comes_back(self):
        notice = self.make_message("cover_suspended", self.make_car())
        stopped = self.part_of(notice, "suspension")
        self.assertIn("GB-123-K", stopped)
        self.assertIn("vanaf 3 maart 2026", stopped)
        self.assertIn(notice.suspended_gap_ids.notice_id.name, stopped)
        self.assertIn("RDW", self.part_of(notice, "rdw"))
        self.assertIn("vanaf de dag nadat wij het geld kregen", self.part_of(notice, "resumption"))
        # Only premium brings cover back: the fee that was charged is not asked here.
        self.assertIn("€ 45,00", self.part_of(notice, "items"))
        self.assertNotIn("40,00", self.text_of(notice))

    def test_no_rdw_for_a_house(self):
        self.assertNotIn("RDW", self.text_of(self.make_message("cover_suspended")))

    def test_only_the_premium_of_the_policy_without_cover_is_asked(self):
        policies = self.four_policies()
        notice = self.make_message("cover_suspended", policies)
        self.assertEqual(notice.policy_ids, policies[0])
        self.assertEqual(notice._get_amount_to_pay(), 45.0)
        self.assertNotIn(policies[1].name, self.text_of(notice))

    def test_cover_that_is_back_from_which_day_and_what_was_not_covered(self):
        notice = self.make_message("cover_resumed", self.make_car())
        self.assertIn("vanaf 10 maart 2026", self.part_of(notice, "resumption"))
        self.assertIn("van 3 maart 2026 tot en met 9 maart 2026", self.text_of(notice))
        self.assertNotIn("RDW", self.text_of(notice))

    def test_a_suspension_taken_back_had_no_days_without_cover(self):
        notice = self.make_message("cover_resumed")
        notice.resumed_gap_ids.resume = notice.resumed_gap_ids.start
        notice._render_text()
        self.assertEqual(notice._get_text_words()["uncovered"], "")

    # === A MISTAKE PUT RIGHT === #

    def test_a_correction_names_the_letter_and_takes_costs_back(self):
        notice = self.make_message("correction")
        text = self.text_of(notice)
        for words in (
            notice.corrects_id.name,
            "woensdag 4 februari 2026",
            "U hoeft niets te doen",
            "€ 40,00 aan incassokosten",
            "dekking is door die brief niet gestopt",
        ):
            self.assertIn(words, text)

    def test_a_correction_of_a_letter_that_spoke_of_no_cover_does_not_either(self):
        notice = self.make_message("correction")
        notice.corrects_id.sudo().env.cr.execute(
            "UPDATE arrears_notice SET names_suspension = FALSE WHERE id = %s",
            (notice.corrects_id.id,),  # what was sent cannot be changed otherwise
        )
        notice.corrects_id.invalidate_recordset()
        notice._render_text()
        self.assertNotIn("dekking", self.text_of(notice))

    def test_a_correction_of_a_letter_without_costs_speaks_of_none(self):
        self.company.arrears_register_number = False
        self.assertNotIn("incassokosten", self.text_of(self.make_message("correction")))

    # === ARRANGEMENTS === #

    def test_an_arrangement_lists_days_and_amounts_to_the_cent(self):
        notice = self.make_message("arrangement")
        table = self.part_of(notice, "instalments")
        for words in ("woensdag 1 april 2026 RF65AR000011 € 45,00", "€ 44,95", "Samen € 134,95"):
            self.assertIn(words, table)
        self.assertIn("geen kosten en geen rente", self.text_of(notice))

    def test_a_lost_instalment_is_found(self):
        notice = self.make_message("arrangement")
        notice.body_html = str(notice.body_html).replace("44,95", "44,59")
        self.assertEqual(notice._missing_parts(), ("instalments",))

    def test_a_broken_arrangement_names_the_instalment_and_a_fresh_term(self):
        notice = self.make_message("instalment_missed")
        missed = self.part_of(notice, "instalment")
        self.assertIn("€ 45,00", missed)
        self.assertIn("1 april 2026", missed)
        self.assertIn("Betaal€ 45,00 Uiterlijk op", self.text_of(notice))
        self.assertIn("1 april 2026", self.part_of(notice, "until"))

    def test_facts_of_an_arrangement_need_not_all_be_there(self):
        notice = self.make_message("arrangement", facts={"instalments": AGREED["instalments"][:1]})
        self.assertEqual(notice._missing_parts(), ())
        self.assertEqual(notice.date, LATER)
        self.assertGreater(notice.date, MADE)
