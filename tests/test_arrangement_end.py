"""An arrangement ends otherwise than by being kept: who is told, and from when his time counts."""

from datetime import date

from odoo.exceptions import UserError
from odoo.tests import tagged

from .arrangement_common import DUE, ArrangementCommon
from .common import DAY

FIRST = date(2026, 2, 16)


@tagged("post_install", "-at_install")
class TestArrangementEnd(ArrangementCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.move = cls.make_invoice(DUE, amount=90.0)
        cls.runs.run_for(DUE + DAY, cls.company)
        cls.day = DUE + 2 * DAY

    def start(self, **terms):
        return self.arrange(self.move, day=self.day, **{"first_day": FIRST, "count": 3, **terms})

    def offer(self):
        made = self.draft(self.move, day=self.day, first_day=FIRST, count=3)
        made.propose(self.day, needs_acceptance=True)
        return made

    def test_who_had_an_arrangement_is_told_that_it_ended_and_gets_his_time_from_then(self):
        made = self.start()
        made.cancel(self.day, "Moves abroad")
        [letter] = self.letters_of(made, "arrangement_broken")
        self.assertEqual(made.end_notice_id, letter)
        self.assertEqual(letter.stated_last_day, self.day + 14 * DAY)
        self.assertTrue(letter.facts["by_office"])
        item = self.items_of(self.move)
        self.run_on(self.day + DAY, post_letters=False)
        self.assertEqual(letter.state, "queued")
        for later in range(2, 5):
            self.run_on(self.day + later * DAY, post_letters=False)
        letter.run_id.mark_letters_posted(self.day + 5 * DAY)
        self.assertEqual(letter.sent_on, self.day + 5 * DAY)
        self.assertEqual(made._get_given_back_on(), self.day + 5 * DAY)
        self.assertGreaterEqual(item.next_step_date, self.day + 20 * DAY)
        self.walk(self.day + 6 * DAY, self.day + 19 * DAY)
        self.assertFalse(self.notices_of(self.move).filtered("stage_id"))

    def test_nobody_is_told_of_the_end_of_what_was_only_proposed_or_while_on_hold(self):
        offered = self.offer()
        offered.cancel(self.day, "Does not want it")
        self.assertFalse(self.letters_of(offered, "arrangement_broken"))
        made = self.start()
        self.env["arrears.hold"]._place(self.items_of(self.move).case_id, "dispute", self.day, "X")
        made.cancel(self.day, "The invoice is disputed")
        self.assertFalse(self.letters_of(made, "arrangement_broken"))

    def test_a_hold_over_the_days_of_a_letter_asks_for_a_new_one(self):
        made = self.start()
        first = made.instalment_ids.sorted("number")[0]
        day = self.walk_until(self.day + DAY, lambda: first.missed_on)
        letter = first.missed_notice_id
        hold = self.env["arrears.hold"]._place(
            self.items_of(self.move).case_id, "other", day + DAY, "X", end=day + 20 * DAY
        )
        self.walk(day + DAY, hold.end + 14 * DAY)
        self.assertEqual(made.state, "active")
        self.walk(hold.end + 15 * DAY, hold.end + 16 * DAY)
        self.assertEqual(made.state, "active")
        self.assertTrue(first.missed_notice_id)
        self.assertNotEqual(first.missed_notice_id, letter)

    def test_what_ended_during_a_hold_is_told_after_it(self):
        made = self.start()
        case = self.items_of(self.move).case_id
        hold = self.env["arrears.hold"]._place(
            case, "dispute", self.day, "X", end=self.day + 6 * DAY
        )
        made.cancel(self.day, "The invoice is disputed")
        self.walk(self.day + DAY, hold.end)
        self.assertFalse(self.letters_of(made, "arrangement_broken"))
        day = self.walk_until(hold.end + DAY, lambda: made.end_notice_id.sent_on, limit=6)
        self.assertFalse(made.waiting_letter)
        self.assertGreaterEqual(self.items_of(self.move).next_step_date, day + 15 * DAY)

    def test_the_days_to_accept_count_from_the_day_the_proposal_left(self):
        offered = self.offer()
        [letter] = self.letters_of(offered, "arrangement_proposed")
        left = self.day + 5 * DAY
        letter._mark_sent(left)
        days = self.company.arrears_arrangement_accept_days
        self.assertEqual(offered.accept_by, left + days * DAY)

    def test_the_fresh_term_counts_for_cis_while_the_letter_waits(self):
        made = self.start()
        made.cancel(self.day, "Moves abroad")
        items, holds = self.items_of(self.move), self.env["arrears.hold"]
        registrations = self.env["cis.registration"]
        self.assertEqual(made.end_notice_id.state, "queued")
        for day in (self.day, self.day + 30 * DAY):
            self.assertTrue(registrations._has_fresh_term(holds, items, day), day)
        made.end_notice_id._mark_sent(self.day + 30 * DAY)
        self.assertTrue(registrations._has_fresh_term(holds, items, self.day + 44 * DAY))
        self.assertFalse(registrations._has_fresh_term(holds, items, self.day + 45 * DAY))

    # === PAID BEFORE IT STARTS === #

    def test_everything_on_the_page_is_what_it_names_and_not_what_is_only_proposed(self):
        other = self.make_invoice(DUE, amount=35.0)
        self.run_on(self.day)
        self.offer()
        case = self.items_of(self.move).case_id.sudo()
        nothing = case.item_ids.browse()
        self.assertEqual(case._get_page_payable("all", nothing).amount, 35)
        self.pay_invoice(other, self.day)
        self.env["arrears.item"]._hear_payments()
        self.assertEqual(case._get_page_payable("all", nothing).amount, 90)

    def test_who_pays_all_before_it_starts_has_no_arrangement_and_no_thanks_for_one(self):
        offered = self.offer()
        self.assertFalse(self.move._is_in_arrangement(), "it can be paid online as a whole")
        self.pay_invoice(self.move, self.day + DAY)
        self.walk(self.day + 2 * DAY, self.day + 2 * DAY)
        self.assertEqual(offered.state, "cancelled")
        self.assertFalse(self.letters_of(offered, "arrangement_kept"))
        self.assertEqual(self.items_of(self.move).case_id.state, "closed")

    def test_once_it_runs_the_invoice_is_paid_in_parts(self):
        self.start()
        self.assertTrue(self.move._is_in_arrangement())

    def test_a_colleague_does_not_accept_in_the_name_of_the_own_page(self):
        offered = self.offer()
        with self.assertRaisesRegex(UserError, "Only the customer"):
            offered.accept(self.day, "portal")
        offered.accept(self.day, "phone")
        self.assertEqual(offered.state, "active")
