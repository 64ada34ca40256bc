"""Each menu: who sees it, and that what it opens can be read by all who do."""

from lxml import etree

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools.safe_eval import datetime, safe_eval

from .roles_common import (
    CIS,
    HANDLERS,
    MANAGERS,
    NOBODY,
    READERS,
    TODAY,
    RolesCommon,
)

MENUS = {
    "menu_root": READERS,
    "menu_cover_check": READERS,
    "menu_work": READERS,
    "menu_cases": READERS,
    "menu_items": READERS,
    "menu_phone_calls": READERS,
    "menu_arrangements": READERS,
    "menu_arrangements_approve": MANAGERS,
    "menu_instalments": READERS,
    "menu_holds": READERS,
    "menu_hold_area": HANDLERS,
    "menu_hold_batches": HANDLERS,
    "menu_actions": READERS,
    "menu_runs": HANDLERS,
    "menu_terminations": READERS,
    "menu_handovers": READERS,
    "menu_notices_root": READERS,
    "menu_notices": READERS,
    "menu_advance_reminders": READERS,
    "menu_print_batches": READERS,
    "menu_fees": READERS,
    "menu_insurance": READERS,
    "menu_policies": READERS,
    "menu_gaps": READERS,
    "menu_rdw_notices": READERS,
    "menu_insurer_lists": READERS,
    "menu_bordereaux": READERS,
    "menu_cis": CIS,
    "menu_insurers": READERS,
    "menu_collectors": READERS,
    "menu_reporting": HANDLERS,
    "menu_ageing_report": HANDLERS,
    "menu_flow_report": HANDLERS,
    "menu_notice_report": HANDLERS,
    "menu_charge_report": HANDLERS,
    "menu_arrangement_report": HANDLERS,
    "menu_gap_report": HANDLERS,
    "menu_treatment": MANAGERS,
    "menu_account_cases": HANDLERS,
    "menu_account_items": HANDLERS,
    "menu_configuration": MANAGERS,
    "menu_procedures": MANAGERS,
    "menu_cover_rules": MANAGERS,
    "menu_termination_rules": MANAGERS,
    "menu_cis_retention": MANAGERS,
    "menu_opening": MANAGERS,
}

# What the gear menu of a list or a form offers, and to whom.
GEAR = {
    "arrears_hold_place_case_action": HANDLERS,
    "arrears_hold_place_item_action": HANDLERS,
    "arrears_hold_place_policy_action": HANDLERS,
    "arrears_hold_place_partner_action": HANDLERS,
}


@tagged("post_install", "-at_install")
class TestRolesMenus(RolesCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls().make_world()
        # One who works in both offices, and reads what both have.
        both = cls.users["manager"].copy({"login": "role_both"})
        both.write({"company_ids": [Command.set((cls.company | cls.elsewhere).ids)]})
        cls.readers = {**cls.users, "manager of both": both}

    def menus(self):
        """Return the menus of this addon by their name in the table."""
        found = self.env["ir.model.data"].search(
            [("module", "=", "premium_arrears"), ("model", "=", "ir.ui.menu")]
        )
        return {data.name: self.env["ir.ui.menu"].browse(data.res_id) for data in found}

    def test_each_menu_is_in_the_table(self):
        self.assertEqual(set(self.menus()), set(MENUS))

    def test_who_sees_each_menu(self):
        for role, user in self.users.items():
            if role == "portal":
                with self.assertRaises(AccessError):
                    self.env["ir.ui.menu"].with_user(user).load_menus(False)
                continue
            visible = self.env["ir.ui.menu"].with_user(user).load_menus(False)
            seen = {name for name, menu in self.menus().items() if menu.id in visible}
            self.assertEqual(seen, {name for name in MENUS if role in MENUS[name]}, role)

    def test_what_a_menu_opens_can_be_read_by_who_sees_it(self):
        for role, user in self.readers.items():
            self.seen = {}
            for name, menu in self.menus().items():
                if role.split()[0] in MENUS.get(name, NOBODY) and menu.action:
                    with self.subTest(f"{role}, {name}"):
                        self.env.invalidate_all()
                        self.open(self.get_action(menu.action, user), user)
            if role.split()[0] in READERS:
                self.assertGreater(self.seen["list"], 100, "there was something to read")

    def test_who_sees_what_in_the_gear_menu(self):
        actions = self.env["ir.model.data"].search(
            [("module", "=", "premium_arrears"), ("model", "=like", "ir.actions.%")]
        )
        ours = {data.name: self.env[data.model].browse(data.res_id) for data in actions}
        ours = {name: action for name, action in ours.items() if action.binding_model_id}
        self.assertEqual(set(ours), set(GEAR))
        for role, user in self.users.items():
            seen = set()
            for name, action in ours.items():
                bindings = self.as_role(self.env["ir.actions.actions"], user).get_bindings(
                    action.binding_model_id.model
                )
                if action.id in [one["id"] for kind in bindings.values() for one in kind]:
                    seen.add(name)
            self.assertEqual(seen, {name for name in GEAR if role in GEAR[name]}, role)

    # === HELPERS === #

    def get_action(self, action, user):
        """Return what the browser gets of an action."""
        if action._name == "ir.actions.server":
            return self.as_role(action.sudo(False), user).run()
        actions = self.as_role(self.env["ir.actions.actions"], user)
        return actions._for_xml_id(action.sudo().xml_id)

    def open(self, action, user):
        """Ask what the browser asks when an action opens: its views, and what they show."""
        known = {
            "uid": user.id,
            "context_today": lambda: datetime.datetime(TODAY.year, TODAY.month, TODAY.day),
            "allowed_company_ids": user.company_ids.ids,
        }
        context, domain = (
            safe_eval(value or "[]", known) if isinstance(value, str) else value
            for value in (action.get("context") or "{}", action.get("domain") or "[]")
        )
        records = self.as_role(self.env[action["res_model"]], user, **context)
        views = action.get("views") or [(False, kind) for kind in action["view_mode"].split(",")]
        search = action.get("search_view_id") or [False]
        answer = records.get_views([*views, (search[0], "search")])
        for kind in [kind for _view, kind in views]:
            arch = etree.fromstring(answer["views"][kind]["arch"])
            if kind in ("pivot", "graph"):
                self.group(records, domain, arch)
            elif kind != "form" or not records._transient:
                found = records.web_search_read(domain, self.get_spec(arch, records), limit=80)
                self.seen[kind] = self.seen.get(kind, 0) + len(found["records"])
                if arch.find(".//chatter") is not None:
                    for record in records.browse([values["id"] for values in found["records"]]):
                        record._get_mail_thread_data_attachments().read(["name"])

    def get_spec(self, arch, records):
        """Return what a view asks of its records, as the browser does."""
        spec = {}
        for node in arch.iterchildren():
            if node.tag != "field":
                spec |= self.get_spec(node, records)
                continue
            field = records._fields[node.get("name")]
            if field.type == "many2one":
                spec[field.name] = {"fields": {"display_name": {}}}
            elif field.relational:
                rows = self.env[field.comodel_name]
                spec[field.name] = {"fields": {"display_name": {}, **self.get_spec(node, rows)}}
            else:
                spec[field.name] = {}
        return spec

    def group(self, records, domain, arch):
        """Ask the figures of a pivot or a graph."""
        fields = [node for node in arch.iter("field") if node.get("type") != "measure"]
        groupby = [
            node.get("name") + (f":{node.get('interval')}" if node.get("interval") else "")
            for node in fields
        ]
        measures = [
            f"{node.get('name')}:{records._fields[node.get('name')].aggregator or 'sum'}"
            for node in arch.iter("field")
            if node.get("type") == "measure"
        ]
        found = records.formatted_read_group(domain, groupby, ["__count", *measures])
        self.seen[arch.tag] = self.seen.get(arch.tag, 0) + len(found)
