"""What the own page tells: what is open, what it costs, the cover, what comes next, the letters."""

from odoo.tests import tagged

from ..models.arrears_arrangement_make import Terms
from .common import DAY
from .portal_common import PortalCommon


@tagged("post_install", "-at_install")
class TestPortalPage(PortalCommon):
    def test_the_link_of_a_letter_opens_the_page_without_the_code_in_the_address(self):
        response = self.visit()
        self.assertEqual(response.status_code, 200)
        self.assertTrue(response.url.endswith("/my/arrears"))
        self.assertNotIn(self.link_of().code, response.text)
        text = self.text(response)
        self.assertIn("This page is for J. de Vries.", text)
        self.assertIn(self.move.name, text)
        self.assertIn("€90.00", text)

    def test_it_tells_what_was_paid(self):
        self.pay_invoice(self.move, self.day, amount=30.0)
        text = self.text(self.visit())
        self.assertIn("Amount €90.00 Paid €30.00 Open €60.00", text)

    def test_it_tells_the_fee_that_the_letter_announced_and_from_which_day(self):
        text = self.text(self.visit())
        case, notice = self.case, self.notice
        last = case._page_day(notice.last_day, "EEEE d MMMM y").replace("\xa0", " ")
        after = case._page_day(notice.last_day + DAY, "EEEE d MMMM y").replace("\xa0", " ")
        fee = case._page_amount(notice.fee_announced + notice.fee_vat)
        self.assertTrue(notice.fee_announced)
        self.assertIn(f"Pay €90.00 by {last} at the latest", text)
        self.assertIn(f"From {after} on, at most {fee} in collection costs is added.", text)
        self.assertIn("You pay no interest.", text)

    def test_without_a_letter_with_costs_it_names_none(self):
        self.pay_invoice(self.move, self.day)
        move = self.make_invoice(self.day - 2 * DAY)
        self.run_on(self.day)
        self.assertFalse(self.notices_of(move).fee_announced)
        text = self.text(self.visit())
        self.assertIn("No collection costs have been added.", text)
        self.assertIn("gives you at least 14 days", text)
        self.assertNotIn("€40.00", text)

    def test_a_booked_fee_stands_in_the_table_and_is_asked(self):
        self.day = self.notice.last_day + DAY
        self.run_on(self.day)
        fee = self.notice.fee_id
        self.assertEqual(fee.state, "booked")
        text = self.text(self.visit())
        last = self.case._page_day(self.notice.last_day).replace("\xa0", " ")
        self.assertIn(f"Collection costs {self.notice.name} Pay by {last} Amount", text)
        self.assertIn(self.case._page_amount(90 + fee.amount_open), text)

    def test_costs_without_a_last_day_name_none(self):
        self.day = self.notice.last_day + DAY
        self.run_on(self.day)
        self.env.flush_all()
        self.notice.sudo().last_day = False
        text = self.text(self.visit())
        self.assertIn(f"Collection costs {self.notice.name} Amount", text)

    def test_it_tells_per_policy_whether_and_until_when_there_is_cover(self):
        text = self.text(self.visit())
        first = self.case._page_day(self.notice.last_day + DAY, "EEEE d MMMM y")
        first = first.replace("\xa0", " ")
        self.assertIn("You are insured today", text)
        self.assertIn(f"Then you are not insured any more from {first} on.", text)
        self.assertIn("You can get a fine of the RDW", text)

    def test_stopped_cover_tells_since_when_and_when_it_is_back(self):
        self.day = self.notice.last_day + DAY
        self.run_on(self.day)
        gap = self.policy.gap_ids
        self.assertTrue(gap)
        text = self.text(self.visit())
        back = self.case._page_day(self.day + DAY).replace("\xa0", " ")
        since = self.case._page_day(gap.start).replace("\xa0", " ")
        self.assertIn("Not insured now", text)
        self.assertIn(f"You are not insured since {since}.", text)
        self.assertIn(f"then you are insured again from {back}.", text)

    def test_it_promises_no_more_than_is_done(self):
        text = self.text(self.visit())
        self.assertNotIn("then this does not happen", text)
        self.assertIn("Or call us before that day: together we look at what is possible.", text)

    def test_it_tells_what_comes_next_and_when(self):
        item = self.case.item_ids
        text = self.text(self.visit())
        day = self.case._page_day(item.next_step_date, "EEEE d MMMM y").replace("\xa0", " ")
        self.assertIn(f"If nothing is paid: on {day} or later we send you a last letter.", text)

    def test_what_a_collector_has_is_shown_with_the_collector_and_not_paid_here(self):
        collector = self.env["res.partner"].create(
            {"name": "Incasso Oost", "is_company": True, "phone": "+31 20 555 01 01"}
        )
        handover = self.env["arrears.handover"].sudo()
        handover = handover.create(
            {
                "case_id": self.case.id,
                "state": "handed_over",
                "collector_id": collector.id,
                "collector_reference": "IO-77",
                "handed_over_on": self.day,
                "line_ids": [
                    (0, 0, {"kind": "principal", "item_id": self.case.item_ids.id, "amount": 90})
                ],
            }
        )
        self.case.item_ids.sudo().handover_id = handover
        response = self.visit()
        text = self.text(response)
        self.assertIn("With Incasso Oost", text)
        self.assertIn("+31 20 555 01 01", text)
        self.assertIn("IO-77", text)
        self.assertNotIn("/my/arrears/pay/", response.text)
        self.assertIn("You need not pay us anything now", text)

    def test_an_arrangement_shows_its_instalments(self):
        arrangements = self.env["arrears.arrangement"].sudo()
        made = arrangements._make(
            arrangements._get_sources(self.case.item_ids),
            Terms(first_day=self.day + 20 * DAY, count=3),
            self.day,
        )
        made._propose(self.day)
        self.pay_invoice(self.move, self.day, amount=30.0)
        response = self.visit()
        text = self.text(response)
        self.assertIn("Your arrangement", text)
        self.assertIn("How it stands Paid", text)
        self.assertIn("How it stands Pay this one next", text)
        second, third = made.instalment_ids.sorted("number")[1:]
        self.assertIn(f"/my/arrears/pay/instalment/{second.id}", response.text)
        self.assertIn(f"/my/arrears/pay/instalment/{third.id}", response.text)
        self.assertNotIn("/my/arrears/pay/item/", response.text)
        self.assertNotIn("in collection costs is added", text)

    def test_the_letters_can_be_read_and_are_those_that_were_sent(self):
        response = self.visit()
        self.assertIn(f"/my/arrears/letter/{self.notice.id}", response.text)
        letter = self.get(f"/letter/{self.notice.id}")
        self.assertEqual(letter.status_code, 200)
        self.assertIn(self.notice.name, self.text(letter))

    def test_the_page_speaks_the_language_of_the_customer_or_the_one_that_is_chosen(self):
        self.customer.lang = "nl_NL"
        self.assertIn('lang="nl"', self.visit().text[:300])
        self.assertIn("€&nbsp;90,00", self.get().text.replace("\xa0", "&nbsp;"))
        self.assertIn('lang="en"', self.get("/language/en").text[:300])
        self.assertIn('lang="nl"', self.get("/language/nl").text[:300])
        self.assertEqual(self.get("/language/xx").status_code, 200)

    def test_a_customer_without_arrears_reads_that_nothing_is_open(self):
        self.pay_invoice(self.move, self.day)
        text = self.text(self.visit())
        self.assertIn("Nothing is open", text)
        self.assertNotIn("What is open, and why", text)

    def test_my_home_counts_and_shows_the_entry(self):
        self.log_in(self.customer, "portal_de_vries")
        home = self.url_open("/my/home")
        self.assertIn("/my/arrears", home.text)
        self.assertEqual(self.get().status_code, 200)
        counts = self.make_jsonrpc_request("/my/counters", {"counters": ["arrears_count"]})
        self.assertEqual(counts["arrears_count"], 1)

    def test_what_the_insurer_collects_is_paid_there(self):
        self.case.sudo().collected_by = "insurer"
        response = self.visit()
        self.assertIn("Your insurer Verzekeraar Noord collects this premium itself", response.text)
        self.assertNotIn("/my/arrears/pay/", response.text)
        self.assertNotIn(
            "/my/arrears/arrange", response.text.replace("/my/arrears/arrangement", "")
        )

    def test_a_link_ends_on_its_day(self):
        link = self.link_of()
        self.visit()
        self.day = link.expires_on
        self.assertEqual(self.get().status_code, 200)
        self.day = link.expires_on + DAY
        self.assertEqual(self.get().status_code, 404)
