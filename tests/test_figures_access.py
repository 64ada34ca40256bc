"""Who sees figures, of which company, and how many queries they take."""

from lxml import etree

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged
from odoo.tools.safe_eval import safe_eval

from .common import DAY
from .figures_common import DUE, REPORTS, FiguresCommon

# What a debtor told in confidence, or a colleague typed, is no figure and no way to one.
FORBIDDEN = {"hold_ids", "is_private", "reason", "waive_reason", "note", "outcome", "cis_state"}


@tagged("post_install", "-at_install")
class TestFiguresAccess(FiguresCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.setup_other_company()["company"]
        cls.reader, cls.handler, cls.manager = (
            cls.make_user(role, f"premium_arrears.group_{role}", cls.company)
            for role in ("reader", "handler", "manager")
        )
        cls.stranger = cls.make_user("stranger", "premium_arrears.group_manager", cls.other)

    @classmethod
    def make_user(cls, login, groups, company):
        return new_test_user(
            cls.env,
            f"figures_{login}",
            groups=groups,
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )

    def make_world(self):
        """Return nothing: leave at least one row in each report."""
        move = self.make_invoice(DUE)
        _notice, day = self.suspend(move, DUE + DAY)
        self.arrange(self.case_of(move).item_ids, day)
        self.env.flush_all()

    def test_handlers_and_managers_see_the_figures_of_their_own_company(self):
        self.make_world()
        for model in REPORTS:
            report = self.env[model]
            for user in (self.handler, self.manager):
                rows = report.with_user(user).search([])
                self.assertTrue(rows, model)
                self.assertEqual(rows.company_id, self.company)
                rows.read()
            self.assertFalse(report.with_user(self.stranger).search([]), model)
            self.assertFalse(report.with_user(self.stranger)._read_group([], [], ["__count"])[0][0])
            with self.assertRaises(AccessError):
                report.with_user(self.reader).search([])
            with self.assertRaises(AccessError):
                report.with_user(self.manager).create({})

    def test_nothing_is_told_in_confidence(self):
        for model in REPORTS:
            self.assertFalse(FORBIDDEN & self.env[model]._fields.keys(), model)

    def test_debt_help_changes_no_figure_but_that_something_is_on_hold(self):
        """A dispute and debt help of the same day leave the same figures."""
        kinds = ("debt_help", "dispute")
        moves = [self.make_invoice(DUE, policies=self.other_policy(kind)) for kind in kinds]
        self.run_on(DUE + DAY)
        for move, kind in zip(moves, kinds, strict=True):
            self.env["arrears.hold"]._place(self.case_of(move), kind, DUE + 2 * DAY, "Told us")
        self.run_on(DUE + 10 * DAY)
        found = []
        for move in moves:
            mine = ("case_id", "=", self.case_of(move).id)
            told = {}
            for model in ("arrears.ageing.report", "arrears.flow.report"):
                [row] = self.rows(model, mine).with_user(self.handler).read()
                for own in ("id", "case_id", "partner_id", "display_name"):
                    row.pop(own)
                told[model] = row
            found.append(told)
        self.assertEqual(found[0], found[1])
        self.assertEqual(found[0]["arrears.ageing.report"]["case_state"], "held")

    def test_the_views_load_and_search_for_each_role(self):
        self.make_world()
        for model in REPORTS:
            action = self.env.ref(f"premium_arrears.{model.replace('.', '_')}_action")
            self.assertEqual(action.view_mode, "pivot,graph,list")
            for user in (self.handler, self.manager):
                report = self.env[model].with_user(user)
                views = report.get_views(
                    [(False, kind) for kind in ("pivot", "graph", "list", "search")]
                )["views"]
                self.assertEqual(set(views), {"pivot", "graph", "list", "search"})
                search = etree.fromstring(views["search"]["arch"])
                for node in search.iter("filter"):
                    self.check_filter(report, node)

    def check_filter(self, report, node):
        """Use a filter or a group-by as the search bar does."""
        values = {"uid": report.env.uid}
        if domain := node.get("domain"):
            report.search(safe_eval(domain, values))
        if by := safe_eval(node.get("context") or "{}").get("group_by"):
            self.assertTrue(report.formatted_read_group([], [by], ["__count"]), by)
        if field := node.get("date"):
            report.formatted_read_group([], [f"{field}:month"], ["__count"])

    def test_the_menu_is_for_handlers_and_treatment_for_managers(self):
        menus = {
            user: self.env["ir.ui.menu"].with_user(user)._visible_menu_ids()
            for user in (self.reader, self.handler, self.manager)
        }
        ref = self.env.ref
        for name in ("menu_reporting", "menu_ageing_report", "menu_flow_report"):
            menu = ref(f"premium_arrears.{name}").id
            self.assertEqual([menu in seen for seen in menus.values()], [False, True, True])
        treatment = ref("premium_arrears.menu_treatment").id
        self.assertEqual([treatment in seen for seen in menus.values()], [False, False, True])

    def test_a_figure_is_one_query_however_many_rows_there_are(self):
        for number in range(6):
            self.make_invoice(DUE, policies=self.other_policy(f"C{number}"))
        self.walk(DUE + DAY, DUE + 8 * DAY)
        self.env.flush_all()
        for model in REPORTS:
            report = self.env[model].with_user(self.handler)
            measure = next(
                name
                for name, field in report._fields.items()
                if field.type == "integer" and field.aggregator
            )
            report._read_group([], [], [f"{measure}:sum"])  # the rules are in memory now
            with self.assertQueryCount(1):
                report._read_group([], ["company_id", "partner_id"], [f"{measure}:sum"])
