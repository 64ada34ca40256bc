"""Working through what waits: next to decide, deciding on the case's page, views, menus, roles."""

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

from .common import DAY
from .work_common import DUE, REMINDER_DAY, WorkCommon


@tagged("post_install", "-at_install")
class TestNextToDecide(WorkCommon):
    def setUp(self):
        super().setUp()
        self.startPatcher(freeze_time(REMINDER_DAY + DAY))
        self.first, self.second = self.make_two()
        third = self.make_policy(partner_id=self.make_customer("A. Bakker").id)
        move = self.make_invoice(DUE + DAY, policies=third)
        self.env["arrears.item"].sudo()._collect(DUE + 2 * DAY, self.company)
        self.third = self.case_of(move)
        self.third.item_ids.sudo()._project(DUE + 2 * DAY)
        self.cases = self.first | self.second | self.third

    def next_of(self, case, place=None):
        """Return the case that the button opens, and the queue behind the pager."""
        context = {"allowed_company_ids": self.company.ids, "arrears_place": place}
        self.action = case.with_user(self.handler).with_context(**context).action_next_to_decide()
        params = self.action["params"]
        if self.action["tag"] != "premium_arrears.open_in_queue":
            return None, []
        return case.browse(params["action"]["res_id"]), params["ids"]

    def test_from_the_list_the_first_then_one_by_one_and_round(self):
        opened, queue = self.next_of(self.env["arrears.case"])
        self.assertEqual((opened, queue), (self.first, self.cases.ids))
        self.assertEqual(self.next_of(self.first | self.second)[0], self.first)
        self.assertEqual(self.next_of(self.first)[0], self.second)
        self.assertEqual(self.next_of(self.second)[0], self.third)
        self.assertEqual(self.next_of(self.third)[0], self.first)

    def test_who_has_decided_one_goes_on_where_he_was(self):
        """Deciding moves the next step away: the place in the queue is kept by the page."""
        place = [self.first.id, str(self.first.next_step_date)]
        self.first.sudo().next_step_date = REMINDER_DAY + 30 * DAY
        opened, queue = self.next_of(self.first, place)
        self.assertEqual((opened, queue), (self.second, (self.second | self.third).ids))
        self.assertEqual(self.next_of(self.second, place)[0], self.third, "not of this page")

    def test_a_proposal_without_a_day_comes_last(self):
        self.second.item_ids.sudo().write({"next_step_date": False})
        self.second.sudo().next_step_date = False
        self.env["arrears.action"].sudo().create(
            {
                "run_id": self.runs.search([], limit=1).id,
                "case_id": self.second.id,
                "kind": "handover",
                "stage_id": self.second.procedure_id.stage_ids[-1:].id,
            }
        )
        self.assertEqual(self.next_of(self.third)[0], self.second)
        self.assertEqual(self.next_of(self.second)[0], self.first)
        self.assertEqual(self.next_of(self.second, [self.second.id, ""])[0], self.first)

    def test_what_is_of_colleagues_comes_after_what_is_mine_or_nobodys(self):
        self.first.user_id = self.env.user
        self.assertEqual(self.next_of(self.env["arrears.case"])[0], self.second)
        (self.second | self.third).sudo().write({"state": "held"})
        self.assertEqual(self.next_of(self.env["arrears.case"])[0], self.first)

    def test_what_is_on_hold_or_closed_or_not_due_is_passed_over(self):
        self.second.sudo().state = "held"
        self.assertEqual(self.next_of(self.first)[0], self.third)
        self.third.sudo().next_step_date = REMINDER_DAY + 9 * DAY
        self.assertEqual(self.next_of(self.first), (None, []))
        self.assertIn("last case", self.action["params"]["message"])
        self.first.sudo().state = "held"
        self.next_of(self.first)
        self.assertIn("Nothing is left", self.action["params"]["message"])

    def test_a_reader_decides_nothing(self):
        with self.assertRaises(AccessError):
            self.first.with_user(self.reader).action_next_to_decide()
        arch = self.first.with_user(self.reader).get_view(view_type="form")["arch"]
        for name in ("action_next_to_decide", "action_execute_proposed", "action_postpone_prop"):
            self.assertNotIn(name, arch)
        arch = self.first.with_user(self.handler).get_view(view_type="form")["arch"]
        for name in ("action_next_to_decide", "action_execute_proposed", "action_postpone_prop"):
            self.assertIn(name, arch)

    def test_the_buttons_have_keys_and_no_key_twice(self):
        tree = self.first.with_user(self.handler)._get_view(view_type="form")[0]
        keys = {}
        for button in tree.xpath("//header/button[@data-hotkey]"):
            keys.setdefault(button.get("data-hotkey"), set()).add(button.get("name"))
        self.assertEqual(keys["g"], {"action_next_to_decide"})
        self.assertTrue(all(len(names) == 1 for names in keys.values()), keys)
        # Odoo's own: pager, new, save, discard, remove, search.
        self.assertFalse(keys.keys() & set("npcsjx"))


@tagged("post_install", "-at_install")
class TestDecideHere(WorkCommon):
    """What is proposed for a case is carried out or postponed on its page."""

    def setUp(self):
        super().setUp()
        self.startPatcher(freeze_time(REMINDER_DAY))
        self.case, self.other = self.make_two()
        self.run = self.runs.create({"date": REMINDER_DAY, "company_id": self.company.id})
        self.run.action_propose()
        self.mine = self.case.with_user(self.handler)

    def test_carried_out_for_this_case_alone(self):
        self.assertEqual(self.mine.executable_count, 1)
        self.assertEqual(self.mine.proposed_action_ids.case_id, self.case)
        self.mine.action_execute_proposed()
        self.assertEqual(self.case.action_ids.state, "done")
        self.assertEqual(self.case.notice_ids.kind, "reminder")
        self.assertEqual(self.other.action_ids.state, "proposed")
        self.env.invalidate_all()
        self.assertFalse(self.mine.proposed_action_ids)
        with self.assertRaisesRegex(UserError, "Nothing is proposed"):
            self.mine.action_execute_proposed()

    def test_looked_at_and_postponed(self):
        action = self.mine.action_preview_proposed()
        self.assertEqual(action["context"]["default_action_id"], self.case.action_ids.id)
        self.assertFalse(self.case.notice_ids)
        action = self.mine.action_postpone_proposed()
        wizard = self.env[action["res_model"]].with_user(self.handler)
        wizard = wizard.with_context(**action["context"])
        wizard.create({"until": REMINDER_DAY + 5 * DAY, "reason": "Called"}).action_postpone()
        self.assertEqual(self.case.action_ids.skip_reason, "postponed")

    def test_a_reader_carries_nothing_out(self):
        with self.assertRaises(AccessError):
            self.case.with_user(self.reader).action_execute_proposed()
        self.assertEqual(self.case.action_ids.state, "proposed")


@tagged("post_install", "-at_install")
class TestWorkViews(WorkCommon):
    def test_every_view_of_these_screens_opens_with_records(self):
        """Calendars, pivots, graphs and lists read what they show, for handler and reader."""
        self.make_two()
        self.run_on(REMINDER_DAY)
        self.formal_notice(self.moves[0], REMINDER_DAY + DAY)
        self.arrange(self.case_of(self.moves[1]).item_ids, REMINDER_DAY + 40 * DAY)
        names = ("arrears_case", "arrears_item", "arrears_notice", "arrears_instalment")
        for user in (self.handler, self.reader):
            for name in names:
                action = self.env.ref(f"premium_arrears.{name}_action")
                records = self.env[action.res_model].with_user(user)
                self.assertIn("calendar", action.view_mode)
                views = [(False, kind) for kind in action.view_mode.split(",")]
                loaded = records.get_views(views)
                fields = loaded["models"][action.res_model]["fields"]
                for kind in action.view_mode.split(","):
                    self.assertTrue(loaded["views"][kind]["arch"], (name, kind))
                calendar = records._get_view(view_type="calendar")[0]
                start = calendar.get("date_start")
                self.assertIn(start, fields)
                shown = [node.get("name") for node in calendar.iter("field")]
                days = records.search_read([(start, "!=", False)], [start, *shown])
                self.assertTrue(days, name)

    def test_the_menus_under_invoicing_are_for_the_groups_of_the_addon(self):
        menus = self.env.ref("premium_arrears.menu_account_cases")
        menus |= self.env.ref("premium_arrears.menu_account_items")
        self.assertEqual(menus.parent_id, self.env.ref("account.menu_finance_receivables"))
        seen = self.env["ir.ui.menu"].with_user(self.handler)._visible_menu_ids()
        self.assertLessEqual(set(menus.ids), set(seen))
        invoicing = self.make_user("invoicing", "account.group_account_invoice")
        seen = self.env["ir.ui.menu"].with_user(invoicing)._visible_menu_ids()
        self.assertFalse(set(menus.ids) & set(seen))

    def test_a_calendar_names_the_customer(self):
        """In a month of numbers nobody finds a customer."""
        self.make_two()
        self.run_on(REMINDER_DAY)
        case = self.case_of(self.moves[0])
        self.arrange(case.item_ids, REMINDER_DAY + DAY)
        records = {"arrears_case": case, "arrears_notice": case.notice_ids[:1]}
        records["arrears_instalment"] = case.arrangement_ids.instalment_ids
        for name, record in records.items():
            action = self.env.ref(f"premium_arrears.{name}_action")
            context = safe_eval(action.context)
            plain = record.with_user(self.reader).display_name
            shown = record.with_user(self.reader).with_context(**context).display_name
            self.assertEqual(shown, f"J. de Vries, {plain}")
