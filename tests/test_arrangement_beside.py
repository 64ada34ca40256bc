"""An arrangement beside what else goes on: the end of a policy, a hand-over, the bank, a list."""

from datetime import date

from odoo.exceptions import UserError
from odoo.tests import tagged

from .arrangement_common import DUE, ArrangementCommon, arrange_items
from .common import DAY
from .handover_common import HandoverCommon
from .list_common import ListCommon
from .termination_common import TerminationCommon

FIRST = date(2026, 2, 16)


@tagged("post_install", "-at_install")
class TestArrangementBesideTermination(TerminationCommon):
    def test_an_announced_end_is_taken_back_and_does_not_come(self):
        record = self.announce()
        letter, day = record.letter_id.sudo(), record.sudo().ends_on - 3 * DAY
        made = arrange_items(self.items_of(self.policy), day)
        self.assertEqual((made.state, letter.state), ("active", "withdrawn"))
        self.assertTrue(self.letters("correction"))
        self.assertEqual((record.state, record.ends_on), ("approved", False))
        run = self.run_of(day + 60 * DAY)._as_service()
        run.env["insurance.termination"]._end_due(run.date, self.company)
        self.assertFalse(self.policy.end_date)
        with self.assertRaises(UserError):
            record.with_user(self.bert).announce(day + DAY)

    def test_a_broken_one_gives_a_fresh_term_before_an_end(self):
        day = self.warn()
        record = self.propose(day)
        made = arrange_items(self.items_of(self.policy), day)
        self.assertFalse(self.rows(record)["arrangement"])
        made.cancel(day, "The customer asked for it")
        self.assertTrue(self.rows(record)["arrangement"])
        self.assertFalse(self.rows(record)["free"])


@tagged("post_install", "-at_install")
class TestArrangementBesideHandover(HandoverCommon):
    def test_a_hand_over_that_is_being_prepared_is_withdrawn(self):
        day = self.make_ready()
        items = self.items_of(self.policy)
        handover = self.prepare(items.case_id, self.agency, day)
        made = arrange_items(items, day)
        self.assertEqual((handover.state, made.state), ("withdrawn", "active"))
        self.assertIn("arrangement", handover.sudo().message_ids[0].body)

    def test_a_step_that_waits_for_a_decision_is_set_aside(self):
        day = self.make_ready()
        self.run_on(day)
        items = self.items_of(self.policy)
        step = items.case_id.action_ids.filtered(lambda action: action.kind == "handover")
        self.assertEqual(step.state, "proposed")
        made = arrange_items(items, day)
        self.assertEqual((step.state, step.skip_reason), ("skipped", "arrangement"))
        made.cancel(day, "The customer asked for it")
        left = day + 2 * DAY
        made.end_notice_id._mark_sent(left)  # the customer has his time from then on
        self.run_on(left + 14 * DAY)
        self.assertFalse(items.case_id.action_ids.filtered(lambda a: a.state == "proposed"))
        self.run_on(left + 15 * DAY)
        [again] = items.case_id.action_ids.filtered(lambda a: a.state == "proposed")
        self.assertEqual(again.kind, "handover")

    def test_what_a_collector_has_is_refused_with_words(self):
        day = self.make_ready()
        items = self.items_of(self.policy)
        service = self.env["arrears.handover"].sudo()
        service._record_outside(items, day, self.agency)
        arrangements = self.env["arrears.arrangement"].sudo()
        with self.assertRaisesRegex(UserError, "A collector has this"):
            arrangements._check_sources(arrangements._get_sources(items), items)


@tagged("post_install", "-at_install")
class TestArrangementBesideInsurer(ListCommon):
    def test_what_the_insurer_collects_is_refused_with_words(self):
        self.load(self.row(), complete=False)
        items = self.env["arrears.item"].sudo().search([("source", "=", "insurer_list")])
        self.assertTrue(items)
        arrangements = self.env["arrears.arrangement"].sudo()
        self.assertEqual(arrangements._get_sources(items), [])
        with self.assertRaisesRegex(UserError, "insurer collects this itself"):
            arrangements._check_sources([], items)


@tagged("post_install", "-at_install")
class TestArrangementBesideBooks(ArrangementCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.move = cls.make_invoice(DUE)
        cls.other = cls.make_invoice(DUE + DAY, amount=30.0)
        cls.runs.run_for(DUE + 2 * DAY, cls.company)
        cls.day = DUE + 3 * DAY

    def start(self):
        return self.arrange(self.move, self.other, day=self.day, count=3, first_day=FIRST)

    def bank(self, reference, amount, day=FIRST):
        journal = self.company_data["default_journal_bank"]
        line = self.env["account.bank.statement.line"].create(
            {"journal_id": journal.id, "date": day, "payment_ref": reference, "amount": amount}
        )
        self.env["arrears.item"]._hear_payments()
        return line

    def test_a_bank_line_with_the_reference_pays_the_arrangement(self):
        made = self.start()
        reference = made.instalment_ids[0].payment_reference
        grouped = " ".join(reference[at : at + 4] for at in range(0, len(reference), 4))
        for number, text in enumerate((reference, f"{grouped} from J. de Vries", f"re {grouped}")):
            line = self.bank(text, 25.0, FIRST + number * DAY)
            self.assertTrue(line.is_reconciled, text)
            self.assertEqual(line.partner_id, self.customer)
            self.assertEqual(made.instalment_ids[number].paid_on, FIRST + number * DAY)
        self.assertEqual((self.move | self.other).mapped("amount_residual"), [0.0, 0.0])

    def test_other_bank_lines_go_their_usual_way(self):
        made = self.start()
        reference = made.instalment_ids[0].payment_reference
        wrong = f"RF{(int(reference[2:4]) + 1) % 100:02}{reference[4:]}"
        for text, amount in (("premium", 25.0), (wrong, 25.0), (reference, -25.0), ("RF", 25.0)):
            self.assertFalse(self.bank(text, amount).is_reconciled, text)
        self.assertEqual(made.amount_paid, 0.0)

    def test_what_is_paid_too_much_waits_to_be_matched(self):
        made = self.start()
        self.bank(made.instalment_ids[0].payment_reference, 100.0)
        self.assertEqual(made.amount_open, 0.0)
        [credit] = self.case_of(self.move)._get_waiting_credits().values()
        self.assertEqual(float(credit), 25.0)

    def test_a_reference_of_an_arrangement_that_is_over_is_left_to_a_person(self):
        made = self.start()
        made.cancel(self.day, "The customer asked for it")
        line = self.bank(made.instalment_ids[0].payment_reference, 25.0)
        self.assertFalse(line.is_reconciled)

    def test_the_button_pays_the_next_instalment_in_order(self):
        made = self.start()
        action = made.action_register_payment()
        self.assertEqual(action["context"]["default_amount"], 25.0)
        self.assertEqual(made._get_open_move_lines().move_id, self.move | self.other)
        self.pay_next(made, FIRST)
        self.assertEqual((self.move.amount_residual, self.other.amount_residual), (20.0, 30.0))

    def test_an_advance_reminder_of_a_new_premium_goes_on(self):
        self.start()
        self.customer.write({"email": "customer@example.com", "e_notice_consent_date": DUE})
        procedure = self.items_of(self.move).procedure_id
        procedure.advance_days = 5
        self.policy.collection_method = "office_invoice"
        due = DUE + 40 * DAY
        new = self.make_invoice(due)
        self.assertEqual(self.case_of(self.move).state, "arranged")
        self.run_on(due - 5 * DAY)
        told = self.env["arrears.advance.reminder.line"].search([])
        self.assertEqual(told.move_line_id.move_id, new)

    def test_the_insurer_hears_of_start_and_end_once(self):
        made = self.start()
        model = self.env["insurance.bordereau"]
        values = {"insurer_id": self.insurer.id, "company_id": self.company.id}
        first = model.create(
            {**values, "date_from": date(2026, 1, 1), "date_to": date(2026, 1, 31)}
        )
        self.assertEqual(
            [(row["event"], row["day"]) for row in first._get_arrangement_events()],
            [("arranged", self.day)],
        )
        made.cancel(date(2026, 1, 30), "The customer asked for it")
        self.assertEqual(
            [(row["event"], row["day"]) for row in first._get_arrangement_events()],
            [("arranged", self.day), ("arrangement_ended", date(2026, 1, 30))],
        )
        self.policy.office_role = "intermediary"
        self.assertEqual(first._get_arrangement_events(), [])

    def test_customers_that_are_merged_keep_their_arrangement(self):
        made = self.start()
        twin = self.make_customer("J. de Vries (again)")
        merge = self.env["base.partner.merge.automatic.wizard"].create({})
        merge._merge((self.customer | twin).ids, twin)
        made.invalidate_recordset()
        self.assertEqual(made.partner_id, twin)
        self.assertEqual(made.instalment_ids.partner_id, twin)
