"""Promise 12: who needs help is for its own group; the hold stops everything all the same."""

from datetime import date

from odoo.exceptions import AccessError
from odoo.tests import Form, new_test_user, tagged

from .common import DAY, ArrearsCommon

DUE = date(2026, 1, 15)
REMINDER_DAY = DUE + 7 * DAY
SECRET = "Stadsbank Utrecht"


@tagged("post_install", "-at_install")
class TestDebtHelp(ArrearsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        other = cls.setup_other_company()["company"]
        cls.handler = cls.make_user("handler", "premium_arrears.group_handler")
        cls.reader = cls.make_user("reader", "premium_arrears.group_reader")
        both = "premium_arrears.group_handler,premium_arrears.group_debt_help"
        cls.trusted = cls.make_user("trusted", both)
        cls.stranger = cls.make_user("stranger", both, other)
        cls.move = cls.make_invoice(DUE)

    @classmethod
    def make_user(cls, login, groups, company=None):
        company = company or cls.company
        return new_test_user(
            cls.env,
            f"debt_help_{login}",
            groups=f"{groups},base.group_allow_export",
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )

    def place(self, day, kind="debt_help", user=None, **values):
        """Let a handler record it, as on a phone call."""
        case = self.case_of(self.move).with_user(user or self.handler)
        hold = case.env["arrears.hold"]._place(
            case, kind, day, f"Letter of {SECRET}", helper_name=SECRET, **values
        )
        self.env.flush_all()
        self.env.invalidate_all()
        return hold

    # === IT STOPS ALL, WHOEVER WORKS === #

    def test_a_handler_who_does_not_see_it_is_stopped_by_it(self):
        self.run_on(DUE + DAY)
        run = self.runs.create({"date": REMINDER_DAY, "company_id": self.company.id})
        run.action_propose()
        self.place(REMINDER_DAY)
        # What he may see of it is in memory when the run works for him.
        case = self.case_of(self.move).with_user(self.handler)
        self.assertFalse(case.hold_ids)
        run.with_user(self.handler).action_execute()
        self.assertFalse(self.notices_of(self.move))
        self.assertEqual(run.action_ids.mapped("skip_reason"), ["on_hold"])
        self.assertEqual(case.state, "held")

    def test_a_handler_proposes_no_notice_fee_or_suspension(self):
        notice = self.formal_notice(self.move, DUE + DAY)
        day = notice.last_day + DAY
        self.place(day)
        self.assertFalse(self.case_of(self.move).with_user(self.handler).hold_ids)
        run = self.runs.with_user(self.handler).create({"date": day, "company_id": self.company.id})
        run.action_propose()
        run.action_execute()
        self.assertFalse(run.action_ids)
        self.assertEqual(notice.fee_id.state, "announced")
        self.assertFalse(self.policy.gap_ids)

    def test_a_handler_can_prepare_no_hand_over(self):
        self.formal_notice(self.move, DUE + DAY)
        day = self.notices_of(self.move, "formal_notice").last_day + DAY
        self.place(day)
        item = self.case_of(self.move).item_ids.with_user(self.handler)
        self.assertFalse(item.case_id.hold_ids)
        handover = item.env["arrears.handover"]._prepare_for(item, self.env["res.partner"], day)
        rows = {row["code"]: row for row in handover._get_checklist(day)}
        self.assertFalse(rows["hold"]["ok"])
        self.assertNotIn("ebt", rows["hold"]["fact"])

    def test_who_sees_cis_but_not_debt_help_is_stopped_and_not_told_why(self):
        self.run_on(DUE + DAY)
        self.place(DUE + DAY)
        user = self.make_user("cis", "premium_arrears.group_cis")
        facts = (
            self.env["insurance.termination"]
            .with_user(user)
            ._read_holds(
                self.case_of(self.move).item_ids,
                self.case_of(self.move).item_ids.with_user(user)._get_holds(),
                DUE + DAY,
            )
        )
        self.assertTrue(facts["debt_help"])
        self.policy.sudo().write({"end_date": DUE + DAY, "end_reason": "non_payment"})
        draft = self.env["cis.registration"].with_user(user).create({"policy_id": self.policy.id})
        rows = {row["code"]: row for row in draft._get_checklist(DUE + DAY)}
        self.assertFalse(rows["hold"]["ok"])
        self.assertNotIn("debt_help", rows)
        self.assertNotIn(SECRET, str(rows))
        self.assertNotIn("Debt help", str(rows))

    # === NOBODY ELSE SEES IT === #

    def test_a_handler_records_it_and_then_sees_only_that_it_is_on_hold(self):
        self.run_on(DUE + DAY)
        hold = self.place(DUE + DAY)
        for user in (self.handler, self.reader):
            with self.subTest(user.login):
                case = self.case_of(self.move).with_user(user)
                mine = hold.with_user(user)
                self.assertEqual(case.state, "held")
                self.assertIn("On hold", case.hold_text)
                self.assertFalse(case.touching_hold_ids)
                with self.assertRaises(AccessError):
                    mine.read(["reason", "kind"])
                with self.assertRaises(AccessError):
                    mine.write({"reason": "Mine"})
                with self.assertRaises(AccessError):
                    mine.end_on(DUE + 2 * DAY, "Mine")
                with self.assertRaises(AccessError):
                    mine.export_data(["kind"])
                self.assertFalse(mine.search([]))
                self.assertFalse(mine.name_search(self.customer.name))
                self.assertFalse(mine._read_group([], ["kind"], ["__count"]))
                self.assertFalse(
                    case.search([("hold_ids.kind", "=", "debt_help"), ("id", "=", case.id)])
                )
                with self.assertRaises(AccessError):
                    mine.search([("helper_name", "ilike", "Stads")])
                with self.assertRaises(AccessError):
                    mine._read_group([], ["helper_id"], ["__count"])
                with self.assertRaises(AccessError):
                    case.partner_id.read(["clean_slate_date"])
                self.assertNotIn("ebt help", hold.with_user(user).sudo().display_name)
                told = str(case.history_ids.read()) + str(case.message_ids.mapped("body"))
                self.assertNotIn(SECRET, told)
                self.assertNotIn("ebt help", told)
        seen = hold.with_user(self.trusted)
        self.assertEqual((seen.kind, seen.helper_name), ("debt_help", SECRET))

    def test_another_company_sees_nothing(self):
        self.run_on(DUE + DAY)
        hold = self.place(DUE + DAY)
        with self.assertRaises(AccessError):
            hold.with_user(self.stranger).read(["kind"])
        self.assertFalse(hold.with_user(self.stranger).search([]))

    def test_a_need_for_help_on_the_phone_is_in_the_hold_only(self):
        self.run_on(DUE + DAY)
        case = self.case_of(self.move)
        call = self.env["arrears.phone.call"].with_user(self.handler)
        call = call.create({"case_id": case.id, "note": f"Goes to {SECRET}"})
        call.record("needs_help", DUE + DAY)
        self.env.flush_all()
        self.env.invalidate_all()
        told = str(call.with_user(self.reader).read()) + str(case.history_ids.read())
        self.assertNotIn(SECRET, told)
        self.assertNotIn("needs", told.lower())
        self.assertFalse(call.hold_id, "a call that names its hold would tell the kind")
        hold = case.sudo().hold_ids
        self.assertIn(SECRET, hold.reason)
        self.assertEqual(hold.kind, "debt_help")

    def test_what_a_later_step_tells_of_its_facts_names_no_kind(self):
        self.run_on(DUE + DAY)
        hold = self.place(DUE + DAY)
        hold.sudo().end_on(DUE + 2 * DAY, "Done")
        self.walk(DUE + 3 * DAY, DUE + 18 * DAY)
        actions = self.case_of(self.move).action_ids
        self.assertTrue(actions)
        self.assertNotIn("debt_help", str(actions.mapped("why")))

    def test_who_is_asked_to_look_may_see_it(self):
        self.run_on(DUE + DAY)
        self.case_of(self.move).sudo().user_id = self.handler
        hold = self.place(DUE + DAY, end=DUE + 5 * DAY)
        self.run_on(DUE + 5 * DAY)
        activity = hold.sudo().activity_ids
        self.assertTrue(activity.user_id.has_group("premium_arrears.group_debt_help"))
        self.assertNotIn("ebt", f"{activity.summary} {activity.note} {activity.res_name}")

    def test_the_wizard_tells_a_handler_what_it_will_do(self):
        self.run_on(DUE + DAY)
        case = self.case_of(self.move).with_user(self.handler)
        form = Form(
            case.env["arrears.hold.place"].with_context(**case.action_put_on_hold()["context"])
        )
        form.kind = "debt_help"
        self.assertTrue(form.whole_customer)
        self.assertIn("collection fees", form.stops_text)
        form.reason, form.helper_name = "Letter", SECRET
        form.save().action_place()
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(case.state, "held")
        self.assertFalse(case.touching_hold_ids)

    # === CLEAN SLATE, AND DELETED BY SCHEDULE === #

    def test_a_clean_slate_ends_it_and_stands_on_the_contact(self):
        self.run_on(DUE + DAY)
        hold = self.place(DUE + DAY)
        with self.assertRaises(AccessError):
            hold.with_user(self.handler).grant_clean_slate(DUE + 9 * DAY, "Letter")
        hold.with_user(self.trusted).grant_clean_slate(DUE + 9 * DAY, "Letter")
        debtor = self.customer
        self.assertEqual(
            (hold.state, debtor.clean_slate_date, debtor.clean_slate_source),
            ("ended", DUE + 9 * DAY, "Letter"),
        )

    def test_details_are_deleted_by_schedule_and_the_days_stay(self):
        self.run_on(DUE + DAY)
        hold = self.place(DUE + DAY, contact="030 555", agreed_on=DUE, offered_on=DUE).sudo()
        call = self.env["arrears.phone.call"].create({"case_id": hold.case_id.id, "note": "About"})
        call.sudo().write({"hold_id": hold.id, "outcome": "reached"})
        hold.end_on(date(2026, 2, 28), f"By {SECRET}")
        self.company.arrears_debt_help_months = 6
        holds = self.env["arrears.hold"]
        self.assertFalse(holds._erase(date(2026, 8, 28), self.company))
        self.assertEqual(holds._erase(date(2026, 8, 29), self.company), hold)
        self.assertFalse(holds._erase(date(2026, 8, 30), self.company))
        kept = str(hold.read()) + str(call.read(["note"]))
        self.assertNotIn(SECRET, kept)
        self.assertNotIn("030 555", kept)
        self.assertNotIn("About", kept)
        self.assertEqual((hold.kind, hold.start, hold.end), ("other", DUE + DAY, date(2026, 2, 28)))
        self.assertFalse(hold.agreed_on or hold.offered_on)
        with self.assertRaises(AccessError):
            hold.with_user(self.reader).read(["kind"])

    def test_what_still_runs_is_not_deleted(self):
        self.run_on(DUE + DAY)
        hold = self.place(DUE + DAY)
        self.assertFalse(self.env["arrears.hold"]._erase(date(2030, 1, 1), self.company))
        self.assertEqual(hold.sudo().helper_name, SECRET)

    def test_the_schedule_works_through_all_of_it(self):
        self.run_on(DUE + DAY)
        hold = self.place(DUE + DAY).sudo()
        hold.end_on(DUE + 2 * DAY, "Done")
        with self.enter_registry_test_mode():
            self.env.ref("premium_arrears.ir_cron_erase_holds").method_direct_trigger()
        self.env.invalidate_all()
        self.assertTrue(hold.erased_on)
