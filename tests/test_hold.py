"""Holds: whom they cover, how they end, many at once."""

from datetime import date

from lxml import etree

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import format_date
from odoo.tools.safe_eval import safe_eval

from .common import DAY, ArrearsCommon

DUE = date(2026, 1, 15)
REMINDER_DAY = DUE + 7 * DAY


@tagged("post_install", "-at_install")
class TestHoldScope(ArrearsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.holds = cls.env["arrears.hold"]

    def place(self, target, kind="dispute", day=DUE + DAY, reason="Says so", **values):
        return self.holds._place(target, kind, day, reason, **values)

    def test_a_hold_on_one_invoice_leaves_the_other_alone(self):
        one, other = self.make_invoice(DUE), self.make_invoice(DUE, policies=self.make_policy())
        self.run_on(DUE + DAY)
        case = self.case_of(one)
        item = case.item_ids.filtered(lambda i: i.move_id == one)
        self.place(item)
        self.assertEqual((case.state, item.next_reason), ("open", "on_hold"))
        self.walk(DUE + 2 * DAY, REMINDER_DAY)
        self.assertFalse(self.notices_of(one))
        self.assertEqual(self.notices_of(other).mapped("kind"), ["reminder"])
        self.assertIn(item.reference, case.hold_text)
        self.pay_invoice(other, REMINDER_DAY)
        self.run_on(REMINDER_DAY + DAY)
        self.assertEqual(case.state, "held", "nothing else is left")

    def test_a_hold_on_a_policy_covers_what_comes_later(self):
        second = self.make_policy()
        self.place(second)
        one, other = self.make_invoice(DUE), self.make_invoice(DUE, policies=second)
        self.walk(DUE + DAY, REMINDER_DAY)
        self.assertEqual(self.notices_of(one).mapped("kind"), ["reminder"])
        self.assertFalse(self.notices_of(other))

    def test_a_hold_of_the_customer_covers_a_case_that_opens_later(self):
        self.place(self.customer, "deceased")
        move = self.make_invoice(DUE)
        self.walk(DUE + DAY, REMINDER_DAY + 20 * DAY)
        self.assertFalse(self.notices_of(move))
        self.assertEqual(self.case_of(move).state, "held")

    def test_it_covers_no_other_customer_and_no_other_company(self):
        self.place(self.customer, "disaster", end=DUE + 90 * DAY)
        neighbour = self.make_policy(partner_id=self.make_customer("Neighbour").id)
        move = self.make_invoice(DUE, policies=neighbour)
        self.walk(DUE + DAY, REMINDER_DAY)
        self.assertEqual(self.notices_of(move).mapped("kind"), ["reminder"])
        hold = self.holds.search([("partner_id", "=", self.customer.id)])
        hold.sudo().company_id = self.setup_other_company()["company"]
        mine = self.make_invoice(REMINDER_DAY)
        self.run_on(REMINDER_DAY + DAY)
        self.assertFalse(self.case_of(mine).item_ids._get_holds()[self.case_of(mine).item_ids])

    def test_debt_help_told_at_one_case_covers_all_of_the_customer(self):
        move = self.make_invoice(DUE)
        self.run_on(DUE + DAY)
        case = self.case_of(move)
        known = self.holds.create({"case_id": case.id, "kind": "debt_help", "reason": "Letter"})
        narrow = self.holds.create({"case_id": case.id, "kind": "other", "reason": "Letter"})
        self.assertRecordValues(
            known | narrow,
            [
                {"scope": "debtor", "partner_id": self.customer.id, "company_id": self.company.id},
                {"scope": "case", "partner_id": self.customer.id, "company_id": self.company.id},
            ],
        )

    def test_it_ends_by_itself_with_a_warning_before_and_a_fresh_term_after(self):
        move = self.make_invoice(DUE)
        self.run_on(DUE + DAY)
        end = DUE + 20 * DAY
        hold = self.place(self.case_of(move), end=end)
        self.assertEqual(self.case_of(move).state, "held")
        self.walk(DUE + 2 * DAY, end - 6 * DAY)
        self.assertFalse(hold.activity_ids)
        self.run_on(end - 5 * DAY)
        self.assertEqual(hold.activity_ids.summary, "A hold ends soon")
        self.walk(end - 4 * DAY, end + DAY)
        self.assertEqual((hold.state, self.case_of(move).state), ("ended", "open"))
        self.assertFalse(hold.activity_ids)
        events = self.case_of(move).history_ids.filtered(lambda row: "h" in row.event)
        events = events.filtered(lambda row: row.event in ("held", "hold_ended"))
        self.assertEqual(events.sorted("id").mapped("event"), ["held", "hold_ended"])
        self.walk(end + 2 * DAY, end + 14 * DAY)
        self.assertFalse(self.notices_of(move))
        self.run_on(end + 15 * DAY)
        self.assertEqual(self.notices_of(move).mapped("kind"), ["reminder"])

    def test_debt_help_is_looked_at_again_and_never_ends_by_itself(self):
        move = self.make_invoice(DUE)
        self.run_on(DUE + DAY)
        hold = self.place(self.case_of(move), "debt_help", end=DUE + 10 * DAY)
        self.assertEqual((hold.end, hold.review_on), (False, DUE + 10 * DAY))
        self.walk(DUE + 2 * DAY, DUE + 12 * DAY)
        self.assertEqual(hold.activity_ids.mapped("summary"), ["Look at a hold again"])
        self.assertEqual(hold.state, "running")
        self.assertFalse(self.notices_of(move))

    def test_ended_and_extended_by_a_person(self):
        move = self.make_invoice(DUE)
        self.run_on(DUE + DAY)
        hold = self.place(self.case_of(move), end=DUE + 10 * DAY)
        hold.extend(DUE + 5 * DAY, DUE + 30 * DAY, "Not settled yet")
        self.assertEqual(hold.end, DUE + 30 * DAY)
        hold.end_on(DUE + 12 * DAY, "Settled")
        self.assertEqual((hold.state, hold.end), ("ended", DUE + 12 * DAY))
        self.assertEqual(self.case_of(move).item_ids.next_step_date, DUE + 27 * DAY)
        with self.assertRaisesRegex(UserError, "over already"):
            hold.end_on(DUE + 13 * DAY, "Again")

    def test_what_needs_a_last_day_asks_for_it(self):
        with self.assertRaisesRegex(UserError, "until which day"):
            self.place(self.customer, "deferral")
        with self.assertRaisesRegex(UserError, "before its first day"):
            self.place(self.customer, "other", end=DUE)
        with self.assertRaisesRegex(UserError, "no kind of hold"):
            self.place(self.customer, "holiday")

    def test_nobody_writes_what_the_buttons_and_the_run_write(self):
        handler = new_test_user(
            self.env, "hold_handler", "premium_arrears.group_handler", company_id=self.company.id
        )
        hold = self.env["arrears.hold"].create(
            {"partner_id": self.customer.id, "kind": "other", "reason": "X"}
        )
        mine = hold.with_user(handler)
        for vals in ({"state": "withdrawn"}, {"is_private": False}, {"company_id": 1}):
            with self.subTest(vals), self.assertRaises(AccessError):
                mine.write(vals)
        values = {"partner_id": self.customer.id, "kind": "debt_help", "reason": "X"}
        with self.assertRaises(AccessError):
            mine.create({**values, "is_private": False})
        with self.assertRaises(AccessError):
            mine.with_context(default_is_private=False).create(values)

    def test_no_hold_is_placed_in_a_company_of_others(self):
        other = self.setup_other_company()["company"]
        handler = new_test_user(
            self.env, "hold_handler", "premium_arrears.group_handler", company_id=self.company.id
        )
        holds = self.env["arrears.hold"].with_user(handler)
        with self.assertRaises(AccessError):
            holds._place(self.customer, "other", DUE, "X", end=DUE + 9 * DAY, company=other)

    def test_no_bsn_and_no_deleting(self):
        with self.assertRaisesRegex(ValidationError, "BSN"):
            self.place(self.customer, "other", reason="BSN 111222333")
        with self.assertRaisesRegex(ValidationError, "BSN"):
            self.place(self.customer, "debt_help", contact="file 111222333")
        hold = self.place(self.customer, "other")
        with self.assertRaisesRegex(UserError, "kept"):
            hold.unlink()

    def test_a_deferral_keeps_the_reminder_before_the_due_date(self):
        quiet = self.holds._get_quiet
        self.place(self.customer, "deferral", end=DUE + 9 * DAY)
        self.assertFalse(quiet("advance", DUE + DAY, self.company)[0])
        self.place(self.customer, "other")
        self.assertEqual(quiet("advance", DUE + DAY, self.company)[0], self.customer)

    def test_the_days_of_debt_help_bear_no_interest(self):
        account = self.company.arrears_fee_account_id.copy({"name": "Interest charged"})
        self.company.write(
            {"arrears_interest": "everybody", "arrears_interest_account_id": account.id}
        )
        move = self.make_invoice(DUE, amount=1000.0)
        self.run_on(DUE + DAY)
        item, last = self.case_of(move).item_ids, DUE + 60 * DAY
        stated = self.env["arrears.interest"]._get_stated
        [(_first, _last, before)] = stated(item, "final_notice", last).values()
        hold = self.place(item.case_id, "debt_help", day=DUE + 11 * DAY)
        hold.end_on(DUE + 60 * DAY, "Solved")
        [(first, until, after)] = stated(item, "final_notice", last).values()
        self.assertEqual((first, until), (DUE + DAY, last))
        [(_first, _last, ten_days)] = stated(item, "final_notice", DUE + 10 * DAY).values()
        self.assertEqual(after, ten_days)
        self.assertLess(after, before)

    # === MANY AT ONCE === #

    def flood(self, **values):
        form = Form(
            self.env["arrears.hold.place"].with_context(
                default_by_postcode=True, default_kind="disaster"
            )
        )
        form.postcode_from, form.postcode_to = "1234", "1236"
        form.end, form.reason = self.today() + 30 * DAY, "Flood"
        for name, value in values.items():
            form[name] = value
        return form.save()

    def today(self):
        return self.holds.default_get(["start"])["start"]

    def test_an_area_on_hold_and_taken_back_at_once(self):
        dry = self.make_policy(partner_id=self.make_customer("Dry", zip="1237 AA").id)
        wet = self.make_policy(partner_id=self.make_customer("Wet", zip="1236 ZZ").id)
        move = self.make_invoice(DUE, policies=wet)
        self.run_on(DUE + DAY)
        wizard = self.flood()
        self.assertEqual((wizard.customer_count, wizard.item_count, wizard.amount), (2, 1, 45.0))
        batch = self.env["arrears.hold.batch"].browse(wizard.action_place()["res_id"])
        self.assertEqual(batch.hold_ids.partner_id, self.customer | wet.partner_id)
        self.assertNotIn(dry.partner_id, batch.hold_ids.partner_id)
        self.assertEqual(self.case_of(move).state, "held")
        again = self.flood()
        self.assertEqual((again.customer_count, again.known_count), (0, 2))
        batch.take_back(self.today(), "Wrong area")
        self.assertEqual(set(batch.hold_ids.mapped("state")), {"withdrawn"})
        self.assertEqual((self.case_of(move).state, batch.running_count), ("open", 0))
        self.assertFalse(self.case_of(move).hold_text)

    def test_a_mistake_of_an_earlier_day_ends_with_a_fresh_term(self):
        move = self.make_invoice(DUE)
        self.run_on(DUE + DAY)
        hold = self.place(self.case_of(move), end=DUE + 30 * DAY)
        with self.assertRaisesRegex(UserError, "may count on it"):
            hold.undo(DUE + 2 * DAY, "Mistake")
        hold.undo(DUE + DAY, "Mistake")
        self.assertEqual(self.case_of(move).item_ids.next_step_date, REMINDER_DAY)

    def test_a_hold_to_come_is_taken_back_by_its_button(self):
        move = self.make_invoice(DUE)
        today = self.today()
        hold = self.place(self.case_of(move) or self.customer, day=today + 9 * DAY, on=today - DAY)
        self.assertEqual(self.hidden_buttons(hold), {"action_end", "action_clean_slate"})
        action = hold.action_undo()
        wizard = self.env[action["res_model"]].with_context(**action["context"])
        wizard.create({"reason": "Mistake"}).action_confirm()
        self.assertEqual(hold.state, "withdrawn")
        begun = self.place(self.customer, day=today - DAY)
        self.assertEqual(self.hidden_buttons(begun), {"action_undo", "action_clean_slate"})

    def hidden_buttons(self, hold):
        """Return the names of the buttons that the form of a hold does not show."""
        tree = etree.fromstring(hold.get_view(view_type="form")["arch"])
        names = ("state", "begun", "start", "placed_on", "kind")
        values = {name: str(hold[name] or "") for name in names}
        values |= {"begun": hold.begun, "context_today": self.today}
        return {
            button.get("name")
            for button in tree.xpath("//form/header/button")
            if safe_eval(button.get("invisible"), values)
        }

    def test_a_batch_is_of_one_company(self):
        other = self.setup_other_company()["company"]
        theirs = self.make_policy(company_id=other.id, name="T-1")
        theirs |= self.make_policy(company_id=other.id, name="T-2")
        policies = self.policy | self.make_policy() | theirs
        places = self.env["arrears.hold.place"].with_context(
            allowed_company_ids=[self.company.id, other.id],
            active_model="insurance.policy",
            active_ids=policies.ids,
        )
        places.create({"kind": "other", "reason": "Flood"}).action_place()
        holds = self.holds.search([("policy_id", "in", policies.ids)])
        batches = holds.batch_id
        self.assertEqual(batches.mapped("hold_count"), [2, 2])
        self.assertEqual(batches.company_id, self.company | other)
        self.assertIn(format_date(self.env, self.today()), batches[0].name)
        for hold in holds:
            self.assertEqual(hold.batch_id.company_id, hold.company_id)
        mine = holds.filtered(lambda hold: hold.company_id == self.company)[0]
        with self.assertRaises(UserError):
            mine.sudo().batch_id = (batches - mine.batch_id)[0]

    def test_two_cases_of_one_customer_get_one_hold(self):
        creditor = self.insurer.copy({"name": "Verzekeraar Zuid"})
        other = self.make_policy(insurer_id=creditor.id)
        moves = self.make_invoice(DUE) | self.make_invoice(DUE, policies=other)
        self.run_on(DUE + DAY)
        cases = self.env["arrears.case"].union(*(self.case_of(move) for move in moves))
        self.assertEqual(len(cases), 2)
        placed = self.place(cases, "debt_help")
        self.assertEqual((len(placed), set(cases.mapped("state"))), (1, {"held"}))

    def test_placing_many_asks_no_more_of_the_database(self):
        self.make_invoice(DUE)
        policies = [
            self.make_policy(partner_id=self.make_customer(f"C{number}").id) for number in range(12)
        ]
        for policy in policies:
            self.make_invoice(DUE, policies=policy)
        self.run_on(DUE + DAY)
        customers = self.env["res.partner"].union(*(policy.partner_id for policy in policies))
        counts = []
        for some in (customers[:2], customers[2:]):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.place(some, "disaster", end=DUE + 60 * DAY)
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLess(counts[1], counts[0] + 30)

    def test_a_form_of_the_case_as_the_tests_of_others_write_it(self):
        move = self.make_invoice(DUE)
        self.run_on(DUE + DAY)
        case = self.case_of(move)
        case.hold_ids = [Command.create({"start": DUE + DAY, "reason": "X"})]
        self.assertRecordValues(case.hold_ids, [{"scope": "case", "kind": "dispute"}])
