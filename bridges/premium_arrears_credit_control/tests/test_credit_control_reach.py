"""What credit control can reach it takes; the rest is sent by our own run, and never by both."""

from odoo.addons.premium_arrears.tests.common import DAY
from odoo.addons.premium_arrears.tests.list_common import LISTED, ListCommon

from .credit_common import DUE, FORMAL_DAY, REMINDER_DAY, CreditCommon


class TestInsurersList(CreditCommon, ListCommon):
    def test_what_an_insurer_collects_itself_is_not_for_credit_control(self):
        self.map_levels()
        self.load(self.row())
        self.run_on(LISTED)
        item = self.items_of()
        self.assertEqual(item.case_id.notice_ids.mapped("kind"), ["service_notice"])
        self.assertFalse(item.move_line_id)
        for text in (item.next_step_text, item.case_id.next_step_text):
            self.assertTrue(text)
            self.assertNotIn("credit control", text)


class TestReach(CreditCommon):
    def walk_both(self, first, days=4):
        """Run arrears and credit control day by day."""
        for number in range(days):
            self.both(first + number * DAY)

    def test_levels_that_are_mapped_after_our_run_sent_the_first_step(self):
        move = self.make_invoice(DUE)
        self.run_on(REMINDER_DAY)
        self.map_levels()
        item = self.case_of(move).item_ids
        self.assertEqual(item.next_stage_id, self.formal)
        self.assertNotIn("credit control", item.next_step_text)
        self.walk_both(FORMAL_DAY)
        notices = self.notices_of(move)
        self.assertEqual(notices.mapped("kind"), ["reminder", "formal_notice"])
        self.assertFalse(notices.credit_level_id, "it never gets from no level to the second")

    def test_a_step_that_a_colleague_moved_forwards(self):
        self.map_levels()
        move = self.make_invoice(DUE)
        self.run_on(DUE + DAY)
        item = self.case_of(move).item_ids
        item.sudo()._move_to_stage(self.formal, DUE + DAY, "She asked for it")
        self.walk_both(DUE + DAY, 20)
        notices = self.notices_of(move)
        self.assertEqual(notices.mapped("kind"), ["formal_notice"])
        self.assertFalse(notices.credit_level_id)

    def test_a_policy_that_was_changed_half_way(self):
        self.map_levels()
        move = self.make_invoice(DUE)
        self.both(REMINDER_DAY)
        self.assertTrue(self.notices_of(move).credit_level_id)
        other = self.credit_policy.copy({"name": "Others"})
        self.assertEqual(other.level_ids.arrears_stage_ids, self.reminder | self.formal)
        changer = self.env["credit.control.policy.changer"].with_context(active_ids=move.ids)
        changer.create(
            {"new_policy_id": other.id, "new_policy_level_id": other.level_ids[0].id}
        ).set_new_policy()
        self.assertEqual(move.credit_policy_id, other)
        self.credit_policy |= other
        self.walk_both(FORMAL_DAY)
        self.assertEqual(self.notices_of(move).mapped("kind"), ["reminder", "formal_notice"])

    def test_what_is_under_credit_controls_tolerance(self):
        self.map_levels()
        self.company.credit_control_tolerance = 45.01
        move = self.make_invoice(DUE)
        self.walk_both(REMINDER_DAY)
        self.assertFalse(self.lines_of(move))
        self.assertEqual(self.notices_of(move).mapped("kind"), ["reminder"])

    def test_what_waits_to_be_sent_is_not_written_by_our_run_as_well(self):
        self.map_levels()
        move = self.make_invoice(DUE)
        self.run_on(REMINDER_DAY)
        self.generate(REMINDER_DAY)
        self.assertEqual(self.lines_of(move).state, "to_be_sent")
        self.walk(REMINDER_DAY + DAY, REMINDER_DAY + 3 * DAY)
        self.assertFalse(self.notices_of(move))

    def test_a_level_that_counts_as_no_step_writes_to_no_premium(self):
        self.second.arrears_stage_ids = self.formal
        self.first.delay_days = 2
        move, advice = self.make_invoice(DUE), self.make_plain_invoice(DUE)
        self.walk_both(DUE + 3 * DAY, 8)
        self.assertFalse(self.lines_of(move))
        self.assertEqual(self.lines_of(advice)[:1].policy_level_id, self.first)
        self.assertEqual(self.notices_of(move).mapped("kind"), ["reminder"])
        self.walk_both(FORMAL_DAY)
        self.assertEqual(self.notices_of(move).mapped("kind"), ["reminder", "formal_notice"])
        self.assertFalse(self.lines_of(move) or self.notices_of(move).credit_level_id)

    def test_a_level_above_those_that_count_writes_to_no_premium(self):
        self.map_levels()
        third = {
            **self.level_vals(3, "Last", "previous_date", 1),
            "policy_id": self.credit_policy.id,
        }
        third = self.env["credit.control.policy.level"].create(third)
        move = self.make_invoice(DUE)
        self.both(REMINDER_DAY)
        self.both(FORMAL_DAY)
        formal = self.notices_of(move, "formal_notice")
        self.assertEqual(formal.credit_level_id, self.second)
        self.walk(formal.last_day + DAY, formal.last_day + 2 * DAY)
        day = self.case_of(move).next_step_date
        self.walk(formal.last_day + 3 * DAY, day - DAY)
        self.credit_run(day)  # before our own run
        self.assertNotIn(third, self.lines_of(move).policy_level_id)
        self.both(day)
        final = self.notices_of(move, "final_notice")
        self.assertEqual(len(final), 1)
        self.assertFalse(final.credit_level_id)

    def test_a_line_whose_level_counts_no_more_is_set_aside(self):
        self.map_levels()
        move = self.make_invoice(DUE)
        self.run_on(REMINDER_DAY)
        run = self.generate(REMINDER_DAY)
        self.first.arrears_stage_ids = False
        run.run_channel_action()
        self.assertEqual(self.lines_of(move).mapped("state"), ["ignored"])
        self.run_on(REMINDER_DAY + DAY)
        self.assertEqual(self.notices_of(move).mapped("kind"), ["reminder"])

    def test_a_procedure_that_a_level_has_no_step_of(self):
        self.map_levels()
        shop = self.make_customer("Bakery", debtor_type="business", is_company=True)
        move = self.make_invoice(DUE, policies=self.make_policy(partner_id=shop.id))
        self.second.arrears_stage_ids += self.env.ref("premium_arrears.stage_business_notice")
        self.first.delay_days = 2
        self.walk_both(DUE + 3 * DAY, 8)
        self.assertFalse(self.lines_of(move), "the first level is for consumers")
        self.assertEqual(self.notices_of(move).mapped("kind"), ["reminder"])


class TestOneLetter(CreditCommon):
    """Credit control sends each channel apart; the law knows one letter of a case."""

    def test_a_channel_that_was_changed_by_hand_makes_no_second_letter(self):
        self.map_levels()
        self.letters(by_post=False)
        moves = self.make_invoice(DUE) | self.make_invoice(DUE)
        self.run_on(REMINDER_DAY)
        run = self.generate(REMINDER_DAY)
        self.assertEqual(run.line_ids.mapped("channel"), ["email"] * 2)
        run.line_ids[0].channel = "letter"
        run.run_channel_action()
        notice = self.notices_of(moves[0])
        self.assertEqual((len(notice), notice.channel), (1, "post"), "paper where it was asked")
        self.assertEqual(self.notices_of(moves[1]), notice)

    def test_where_a_part_of_the_step_is_ours_our_run_takes_it_whole(self):
        self.map_levels()
        late = self.make_invoice(DUE)
        self.both(REMINDER_DAY)
        early = self.make_invoice(DUE)
        self.run_on(FORMAL_DAY - DAY)
        # Both come to the formal notice on one day; only one of them had the level below it.
        item = self.case_of(early).item_ids.filtered(lambda item: item.move_id == early)
        item.sudo()._move_to_stage(self.formal, FORMAL_DAY - DAY, "She asked for it")
        credit = self.credit_run(FORMAL_DAY)
        self.assertFalse(credit.line_ids, "it waits for our run, which takes both")
        self.both(FORMAL_DAY)
        formal = self.notices_of(late, "formal_notice")
        self.assertEqual(self.notices_of(early, "formal_notice"), formal)
        self.assertEqual((len(formal), formal.amount_total), (1, 90.0))
        self.assertFalse(formal.credit_level_id)
