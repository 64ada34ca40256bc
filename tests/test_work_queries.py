"""Speed: the lists, boards and forms of the handler's day ask as much for 50 records as for 5."""

from datetime import date, timedelta

from freezegun import freeze_time
from lxml import etree

from odoo import Command
from odoo.tests import tagged
from odoo.tools import SQL

from .common import DAY
from .work_common import WorkCommon

DUE = date(2026, 1, 15)
TODAY = DUE + timedelta(days=46)


@tagged("post_install", "-at_install")
class TestWorkQueries(WorkCommon):
    FEW, MANY = 5, 50

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time(TODAY))
        cls.elsewhere = cls.setup_other_company()["company"]
        cls.company.arrears_run_cap = 0
        cls.moves = cls.env["account.move"]
        for number in range(cls.MANY):
            partner = cls.make_customer(f"Customer {number}")
            policy = cls.make_policy(partner_id=partner.id)
            cls.moves |= cls.make_invoice(DUE + number % 3 * DAY, policies=policy)
        for days in (4, 11, 46):  # Mondays: no letter leaves on a Sunday
            day = DUE + timedelta(days=days)
            cls.runs.run_for(day, cls.company).mark_letters_posted(day)
        cls.cases = cls.env["arrears.case"].search([("company_id", "=", cls.company.id)])
        cls.cases.user_id = cls.handler
        # A bit of everything: no address, a hold with a day, an arrangement, no cover.
        cls.cases[0::5].partner_id.street = False
        holds = cls.env["arrears.hold"].sudo()
        holds._place(cls.cases[1::5], "dispute", TODAY, "Says so", end=TODAY + 5 * DAY)
        for case in cls.cases[2::5]:
            cls.arrange(cls, case.item_ids, TODAY)
        gaps = [
            {"policy_id": policy.id, "start": TODAY - 20 * DAY}
            for policy in cls.cases[3::5].item_ids.policy_ids
            if not policy.gap_ids
        ]
        cls.env["insurance.coverage.gap"].sudo()._open(gaps)
        cls.env.flush_all()

    # === WHAT A VIEW ASKS === #

    def get_spec(self, records, arch):
        """Return what the web client asks for a view: its fields, and those of lists in it."""
        spec = {}
        for node in arch.iter("field"):
            inner = [parent.tag for parent in node.iterancestors()]
            if "field" in inner[: inner.index(arch.tag)]:
                continue
            field = records._fields[node.get("name")]
            if not field.relational:
                spec[field.name] = {}
                continue
            views = [child for child in node if child.tag in ("list", "kanban")]
            below = {"display_name": {}}
            if views:
                below = self.get_spec(self.env[field.comodel_name], views[0])
            spec[field.name] = {"fields": below}
        return spec

    def count(self, records, spec, amount):
        """Return the queries that reading these takes, the second time: views are loaded then."""
        counts = []
        for _time in range(2):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            found = records.web_search_read([("id", "in", records.ids)], spec, limit=amount)
            counts.append(self.env.cr.sql_log_count - before)
            self.assertEqual(len(found["records"]), min(amount, len(records)))
        return counts[-1]

    def assertSameQueries(self, records, view_type, view=None, user=None, options=None, only=None):
        """Reading a view takes as many queries for few records as for many."""
        records = records.with_user(user or self.handler)
        records = records.with_context(allowed_company_ids=self.company.ids, **(options or {}))
        view_id = self.env.ref(view).id if view else None
        loaded = records.get_view(view_id, view_type)
        spec = self.get_spec(records, etree.fromstring(loaded["arch"]))
        spec = {name: sub for name, sub in spec.items() if not only or name in only}
        few = self.count(records[: self.FEW], spec, self.FEW)
        many = self.count(records, spec, self.MANY)
        self.assertGreater(len(spec), 3)
        self.assertEqual(few, many, f"{records._name} {view_type}: {few} queries, then {many}")
        return spec

    # === THE SCREENS === #

    def test_cases_as_list_board_and_calendar(self):
        for user in (self.handler, self.reader, self.env.user):
            for view_type in ("list", "kanban", "calendar"):
                self.assertSameQueries(self.cases, view_type, user=user)

    def test_what_the_form_tells_is_worked_out_for_all_at_once(self):
        told = ("story", "timeline", "touching_hold_ids", "proposed_action_ids", "cover_color")
        for user in (self.handler, self.reader):
            spec = self.assertSameQueries(self.cases, "form", user=user, only=told)
            self.assertLessEqual(set(told[:4]), spec.keys())

    def test_a_form_opens_for_each(self):
        for user in (self.handler, self.reader, self.cis_user):
            for case in self.cases[:5].with_user(user):
                spec = self.get_spec(case, etree.fromstring(case.get_view(None, "form")["arch"]))
                self.assertEqual(len(case.web_read(spec)), 1)

    def test_a_case_of_many_invoices(self):
        spec = None
        counts = {}
        for amount in (3, 20):
            customer = self.make_customer(f"Customer with {amount}")
            for number in range(amount):
                policy = self.make_policy(partner_id=customer.id)
                self.make_invoice(DUE + number % 3 * DAY, policies=policy)
            self.env["arrears.item"].sudo()._collect(TODAY, self.company)
            case = self.env["arrears.case"].search([("partner_id", "=", customer.id)])
            case.item_ids.sudo()._project(TODAY)
            self.assertEqual(len(case.item_ids), amount)
            case = case.with_user(self.handler)
            spec = spec or self.get_spec(
                case, etree.fromstring(case.get_view(None, "form")["arch"])
            )
            counts[amount] = self.count(case, spec, 1)
        self.assertEqual(counts[3], counts[20], counts)

    def test_overdue_premiums_as_list_and_calendar(self):
        items = self.cases.item_ids
        for user in (self.handler, self.reader):
            for view_type in ("list", "calendar"):
                self.assertSameQueries(items, view_type, user=user)

    def test_notices_and_instalments(self):
        notices = self.cases.notice_ids
        self.assertGreaterEqual(len(notices), self.MANY)
        for view_type in ("list", "calendar"):
            self.assertSameQueries(notices[: self.MANY], view_type)

    def test_odoo_s_list_of_invoices_with_our_columns(self):
        options = {"default_move_type": "out_invoice"}
        view = "account.view_out_invoice_tree"
        self.cis_user.group_ids = [Command.link(self.env.ref("premium_arrears.group_reader").id)]
        for user in (self.handler, self.cis_user, self.env.user):
            spec = self.assertSameQueries(self.moves, "list", view, user, options)
            self.assertLessEqual({"arrears_stage_id", "coverage_state"}, spec.keys())

    def test_odoo_s_list_of_contacts_with_our_columns(self):
        people = self.cases.partner_id
        for user in (self.handler, self.cis_user, self.env.user):
            spec = self.assertSameQueries(people, "list", "base.view_partner_tree", user)
            self.assertLessEqual({"arrears_amount", "coverage_alert"}, spec.keys())

    def test_the_filters_too(self):
        """What is worked out for a filter is worked out for all cases at once."""
        cases = self.env["arrears.case"].with_user(self.handler)
        for name in ("due_today", "hold_ends", "suspended_14", "no_address", "broken", "motor"):
            domain = self.get_filter(name)
            counts = []
            for among in (self.cases[: self.FEW], self.cases):
                self.move_away(self.cases - among)
                for _time in range(2):
                    self.env.flush_all()
                    self.env.invalidate_all()
                    before = self.env.cr.sql_log_count
                    cases.search(domain)
                    used = self.env.cr.sql_log_count - before
                counts.append(used)
                self.move_away(self.cases - among, back=True)
            self.assertLessEqual(counts[1], counts[0], (name, counts))

    def move_away(self, cases, back=False):
        """Put cases and what belongs to them where the handler sees nothing, or bring them back."""
        company = self.company if back else self.elsewhere
        self.env.flush_all()
        for table, column in (
            ("arrears_case", "id"),
            ("arrears_item", "case_id"),
            ("arrears_hold", "case_id"),
        ):
            self.env.cr.execute(
                SQL(
                    "UPDATE %s SET company_id = %s WHERE %s IN %s",
                    SQL.identifier(table),
                    company.id,
                    SQL.identifier(column),
                    tuple(cases.ids) or (0,),
                )
            )
        self.env.invalidate_all()
