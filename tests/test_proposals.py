"""Hand-over and termination are proposed, never carried out by the machine."""

from datetime import date, timedelta

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import DAY, ArrearsCommon

DUE = date(2026, 1, 15)


@tagged("post_install", "-at_install")
class TestProposals(ArrearsCommon):
    def propose_handover(self):
        """Walk an unpaid invoice until its hand-over is proposed; return the proposal's day."""
        self.move = self.make_invoice(DUE)
        return self.walk_until(DUE + DAY, lambda: self.waiting("handover"))

    def waiting(self, kind):
        return self.env["arrears.action"].search(
            [("kind", "=", kind), ("state", "=", "proposed"), ("company_id", "=", self.company.id)]
        )

    def test_a_handover_waits_for_a_person_and_is_proposed_once(self):
        day = self.propose_handover()
        self.walk(day + DAY, day + 30 * DAY)
        self.assertEqual(len(self.waiting("handover")), 1)
        self.assertEqual(self.case_of(self.move).state, "open")
        self.assertFalse(self.waiting("termination"))

    def test_a_later_item_joins_the_proposal_that_waits(self):
        later = self.make_invoice(DUE + timedelta(days=14))
        day = self.propose_handover()
        self.walk(day + DAY, day + 20 * DAY)
        proposal = self.waiting("handover")
        self.assertEqual(proposal.item_ids.move_id, self.move | later)
        self.assertEqual(proposal.amount, 90.0)

    def test_decided_against_the_ladder_goes_on_to_termination(self):
        day = self.propose_handover()
        self.waiting("handover").decide(day, carried_out=False)
        self.walk(day + DAY, day + 15 * DAY)
        proposal = self.waiting("termination")
        self.assertEqual(proposal.case_id, self.case_of(self.move))
        self.assertFalse(self.policy.end_date, "nothing ends without a person")

    def test_carried_out_outside_the_own_reminders_stop_for_what_was_handed_over(self):
        day = self.propose_handover()
        self.company.arrears_handover_four_eyes = False
        self.waiting("handover").decide(day, carried_out=True)
        case = self.case_of(self.move)
        self.assertEqual((case.state, case.next_step_date), ("handed_over", False))
        self.assertTrue(case.handover_ids.outside)
        sent = self.notices_of(self.move)
        later = self.make_invoice(day)
        self.walk(day + DAY, day + 8 * DAY)
        self.assertEqual(self.notices_of(self.move), sent)
        # A premium that fell due afterwards was handed over to nobody: the customer is reminded.
        self.assertEqual(self.notices_of(later).kind, "reminder")
        self.assertEqual(self.case_of(later), case)

    def test_a_second_person_is_not_passed_by_recording_it_as_done(self):
        day = self.propose_handover()
        with self.assertRaisesRegex(UserError, "second person"):
            self.waiting("handover").decide(day, carried_out=True)
        self.assertEqual(self.case_of(self.move).state, "open")

    def test_payment_withdraws_the_proposal(self):
        day = self.propose_handover()
        self.pay_invoice(self.move, credited_on=day)
        self.pay(self.case_of(self.move).fee_ids.move_line_id, 40.0, day)
        self.assertFalse(self.waiting("handover"))
        self.assertEqual(self.case_of(self.move).state, "closed")

    def test_a_case_with_only_a_fee_open_has_no_next_step(self):
        day = self.propose_handover()
        self.pay_invoice(self.move, credited_on=day)
        self.run_on(day + DAY)
        case = self.case_of(self.move)
        self.assertEqual((case.state, case.amount_due), ("open", 40.0))
        self.assertFalse(case.next_step_date)
        self.assertEqual(case.stage_id.kind, "handover_notice")
