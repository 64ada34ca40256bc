"""Letters under a rule of cover promise what the rule does, no more and no less."""

from datetime import date, timedelta

from odoo.tests import tagged

from .notice_common import LATER, MADE, STOPPED, NoticeCommon

ALWAYS = date(2025, 1, 1)
BY_LAW = "from the day after we received the money, but not for the days before"
AFTER_24 = "24 hours after we received the money, but not for the time before"
WITH_COSTS = "also the collection costs and the interest"


@tagged("post_install", "-at_install")
class TestCoverRuleLetter(NoticeCommon):
    def make_rule(self, **values):
        rules = self.env["insurance.cover.rule"]
        return rules.create({"company_id": self.company.id, "date_from": ALWAYS, **values})

    def read_part(self, kind, part, policies=None, **values):
        """Return a part of a letter in English, which has all that it must."""
        notice = self.make_kind(kind, policies, lang="en_US", **values)
        self.assertEqual(notice._missing_parts(), ())
        return self.part_of(notice, part)

    # === WHEN COVER STOPS === #

    def test_by_the_law_alone(self):
        text = self.read_part("formal_notice", "suspension")
        self.assertIn("That is on the day after this term has passed. You are not", text)
        self.assertIn(BY_LAW, text)
        self.assertNotIn("final notice", text)

    def test_days_of_grace(self):
        self.make_rule(grace_days=5)
        text = self.read_part("formal_notice", "suspension")
        self.assertIn("After this term you get 5 days more. The cover only stops on the day", text)
        self.assertNotIn("That is on the day after", text)
        self.assertIn(BY_LAW, text)

    def test_a_final_notice_first(self):
        self.make_rule(suspend_after="final_notice", grace_days=1)
        text = self.read_part("formal_notice", "suspension")
        self.assertIn("one more letter: a final notice. After the time to pay in that letter", text)
        self.assertIn("you get 1 day more", text)

    def test_two_conditions_in_one_letter_each_with_its_policy(self):
        policies = self.four_policies()
        car, liability, legal = policies[:3]
        self.make_rule(line_of_business="liability", grace_days=5, resumption="hours_24")
        text = self.read_part("formal_notice", "suspension", policies)
        before, after = text.split(f"For Liability insurance {liability.name}:")[:2]
        self.assertIn("Vehicle insurance", before.split("For ", 1)[1])
        self.assertIn("That is on the day after this term has passed.", before)
        self.assertIn("you get 5 days more", after)
        self.assertIn(legal.name, before)
        self.assertIn(car.licence_plate, before)
        self.assertIn(BY_LAW, text)
        self.assertIn(AFTER_24, text)

    def test_the_final_notice_names_the_day_on_which_cover_stops(self):
        car = self.make_policy(line_of_business="motor", licence_plate="GB-123-K")
        self.make_rule(suspend_after="final_notice", grace_days=2)
        warning = self.make_notice("formal_notice", MADE, car, lang="en_US")
        warning._mark_sent(MADE)
        final = self.make_notice("final_notice", LATER, car, lang="en_US")
        self.assertEqual(final._missing_parts(), ())
        first = final.stated_last_day + timedelta(days=3)
        text = self.part_of(final, "stops_soon")
        self.assertIn(f"GB-123-K) (from {first.day} {first:%B %Y})", text.replace("\xa0", " "))
        self.assertIn("GB-123-K", self.part_of(final, "rdw"))
        self.assertNotIn("You are still insured for", self.text_of(final))
        final._mark_sent(LATER)
        self.assertGreaterEqual(final.last_day + timedelta(days=3), first)
        announced = self.make_notice("handover_notice", LATER, car, lang="en_US")
        self.assertIn("GB-123-K", self.part_of(announced, "stops_soon"))

    def test_a_final_notice_by_the_law_alone_speaks_of_no_later_day(self):
        final = self.make_kind("final_notice", lang="en_US")
        self.assertFalse(self.part_of(final, "stops_soon"))

    # === WHEN COVER IS BACK === #

    def test_after_24_hours(self):
        self.make_rule(resumption="hours_24")
        for kind, part in (("formal_notice", "suspension"), ("cover_suspended", "resumption")):
            customer = self.make_customer(kind)
            text = self.read_part(kind, part, self.make_policy(partner_id=customer.id))
            self.assertIn(AFTER_24, text)
            self.assertNotIn("from the day after", text)

    def test_the_letter_that_cover_is_back_does_not_promise_the_whole_day(self):
        self.make_rule(resumption="hours_24")
        notice = self.make_message("cover_resumed", lang="en_US")
        text = self.text_of(notice).replace("\xa0", " ")
        self.assertIn("(from 10 March 2026, 24 hours after we received the money)", text)
        self.assertIn("(from 3 March 2026 until 24 hours after we received the money)", text)
        self.assertNotIn("9 March", text)

    def test_with_the_costs_the_letter_asks_for_all_that_brings_cover_back(self):
        self.make_rule(resume_includes_costs=True)
        notice = self.make_message("cover_suspended", lang="en_US")
        self.assertEqual(notice._missing_parts(), ())
        self.assertEqual(notice._get_amount_to_pay(), 85.0)
        back = self.part_of(notice, "resumption")
        self.assertIn(WITH_COSTS, back)
        self.assertIn("€85.00", back)
        self.assertIn("Collection costs", self.part_of(notice, "items"))

    def test_with_the_costs_the_interest_too(self):
        self.make_rule(resume_includes_costs=True)
        notice = self.make_message("cover_suspended", lang="en_US")
        gap = notice.suspended_gap_ids
        interest = (
            self.env["arrears.interest"]
            .sudo()
            .create(
                {
                    "case_id": notice.case_id.id,
                    "notice_id": gap.notice_id.id,
                    "item_id": gap.notice_id.line_ids.item_id.id,
                    "amount": 1.05,
                    "first_day": MADE,
                    "last_day": STOPPED,
                }
            )
        )
        self.company.arrears_interest_account_id = self.company.arrears_fee_account_id
        interest._book(STOPPED)
        notice._render_text()
        self.assertEqual(notice._get_amount_to_pay(), 86.05)
        self.assertIn("€1.05", self.part_of(notice, "items"))

    def test_without_the_costs_nothing_but_premium_is_asked(self):
        notice = self.make_message("cover_suspended", lang="en_US")
        self.assertEqual(notice._get_amount_to_pay(), 45.0)
        self.assertNotIn(WITH_COSTS, self.text_of(notice))

    # === RDW === #

    def test_each_letter_about_a_vehicle_at_stake_has_rdw(self):
        kinds = ("formal_notice", "final_notice", "handover_notice", "cover_suspended")
        plates = {"motor": "GB-123-K", "package": "12-ABC-3", "other": "A-123-BC"}
        for kind in (*kinds, "business_notice"):
            debtor = "business" if kind == "business_notice" else "consumer"
            for line, plate in plates.items():
                customer = self.make_customer(f"{kind} {line}", debtor_type=debtor)
                car = self.make_policy(
                    partner_id=customer.id, line_of_business=line, licence_plate=plate
                )
                with self.subTest(kind=kind, line=line):
                    self.assertIn(plate, self.read_part(kind, "rdw", car))
        house = self.make_policy(partner_id=self.make_customer("house").id)
        self.assertFalse(self.read_part("handover_notice", "rdw", house))

    def test_a_letter_that_lost_rdw_is_not_sent(self):
        car = self.make_policy(line_of_business="motor", licence_plate="GB-123-K")
        notice = self.make_kind("handover_notice", car, lang="en_US")
        notice.body_html = str(notice.body_html).replace("RDW", "office")
        self.assertEqual(notice._missing_parts(), ("rdw",))
