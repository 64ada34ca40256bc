"""Each button: who sees it, and that the server refuses it to all others."""

from functools import cached_property

from lxml import etree

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools.safe_eval import datetime, safe_eval
from odoo.tools.view_validation import get_expression_field_names

from .roles_buttons import BUTTONS, SHARED, WIZARDS
from .roles_common import GROUPS, OURS, TODAY, RolesCommon


class Undo(Exception):
    """Ends a savepoint, so that the next button finds the world as it was."""


@tagged("post_install", "-at_install")
class TestRolesButtons(RolesCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if cls.env["ir.actions.report"].get_wkhtmltopdf_state() == "install":
            raise cls.skipTest(cls, "wkhtmltopdf is not installed")
        cls().make_world()
        cls.views = cls.get_views()
        cls.actions = {
            str(action.id): xmlid
            for action in cls.env["ir.actions.act_window"].search([])
            for xmlid in action.get_external_id().values()
            if xmlid.startswith(OURS)
        }

    # === THE BUTTONS THERE ARE === #

    @classmethod
    def get_views(cls):
        """Return the views of this addon, and those of others that it adds to."""
        views = cls.env["ir.ui.view"]
        for xmlid in cls.env["ir.model.data"].search(
            [("module", "=", "premium_arrears"), ("model", "=", "ir.ui.view")]
        ):
            view = views.browse(xmlid.res_id)
            while view.mode != "primary":
                view = view.inherit_id
            if view.type in ("form", "list", "kanban"):
                views |= view
        return views.sorted("id")

    def walk(self, node, model):
        """Yield (model, key, node) of each button of this addon below an arch's node."""
        for child in node:
            inner = model
            if child.tag == "field":
                field = self.env[model]._fields.get(child.get("name"))
                inner = field.comodel_name if field is not None and field.relational else model
            elif child.tag in ("button", "a") and (key := self.get_key(model, child)):
                yield model, key, child
            yield from self.walk(child, inner)

    def get_key(self, model, node):
        """Return the name of a button in the table; nothing for a button of somebody else's."""
        name = node.get("name") or ""
        if node.get("type") == "action":
            return self.actions.get(name)
        if node.get("type") != "object":
            return None
        method = getattr(type(self.env[model]), name)
        home = next(c for c in type(self.env[model]).__mro__ if name in vars(c))
        if not home.__module__.startswith("odoo.addons.premium_arrears."):
            return None
        step = self.get_context(node)
        words = [str(step[word]) for word in ("arrears_step", "decision") if word in step]
        self.assertTrue(callable(method))
        return " ".join([name, *words])

    def get_context(self, node):
        """Return the context of a button, of an action with nothing but a word in it."""
        context = node.get("context")
        return safe_eval(context) if context and node.get("type") == "object" else {}

    @cached_property
    def all_buttons(self):
        """Each button that stands in a view, with its nodes: {(model, key): [node]}."""
        found = {}
        for view in self.views:
            for model, key, node in self.walk(view._get_combined_arch(), view.model):
                found.setdefault((model, key), []).append(node)
        return found

    def test_each_button_is_in_the_table(self):
        table = {(model, key) for model, keys in BUTTONS.items() for key in keys}
        self.assertEqual(set(self.all_buttons) - table, set(), "in no table: who may use it?")
        self.assertEqual(table - set(self.all_buttons), set(), "in the table, and in no view")

    # === WHO SEES THEM === #

    def test_who_sees_each_button(self):
        wrong = []
        for view in self.views:
            there = {pair[:2] for pair in self.walk(view._get_combined_arch(), view.model)}
            for role, user in self.users.items():
                if not there or not self.may_open(view.model, user):
                    continue
                arch = self.as_role(self.env[view.model], user).get_view(view.id, view.type)["arch"]
                seen = {
                    (model, key)
                    for model, key, _node in self.walk(etree.fromstring(arch), view.model)
                    if self.may_open(model, user)
                }
                may = {pair for pair in there if role in self.get_roles(*pair)}
                wrong += [f"{role} sees {pair} of {view.xml_id}" for pair in seen - may]
                wrong += [f"{role} misses {pair} of {view.xml_id}" for pair in may - seen]
        self.assertEqual(wrong, [])

    def get_roles(self, model, key):
        """Return the roles that the table gives a button, and that can open what it is on."""
        roles = BUTTONS.get(model, {}).get(key, ())
        return {role for role in roles if self.may_open(model, self.users[role])}

    def may_open(self, model, user):
        right = "create" if self.env[model]._transient else "read"
        return self.env[model].with_user(user).has_access(right)

    # === WHO MAY USE THEM === #

    def test_each_button_works_for_who_may_and_is_refused_to_others(self):
        """On a record on which it works for one who may, everybody else is refused."""
        self.wrong, self.contexts = [], {}
        for (model, key), nodes in self.all_buttons.items():
            roles = self.get_roles(model, key)
            if nodes[0].get("type") == "object" and roles:
                self.check_button(model, key, nodes, roles)
        self.assertEqual(self.wrong, [])

    def check_button(self, model, key, nodes, roles):
        """Press a button as all who may, and then where it worked as all who may not."""
        # Each way to open a wizard by itself.
        for way in range(len(WIZARDS[model])) if self.env[model]._transient else (None,):
            name, live = f"{model}.{key}", None
            if way is not None:
                name += f", opened by {WIZARDS[model][way][1]}"
            for role in sorted(roles):
                found = self.press_until_it_works(model, nodes, self.users[role], way)
                if isinstance(found, str):
                    self.wrong.append(f"{name}: {role} sees it, and it does not work: {found}")
                else:
                    live = live or found
            if live:
                self.check_refused(model, name, *live, roles)

    def press_until_it_works(self, model, nodes, user, way):
        """Return the (node, record) where a button works; else, in words, why it does not."""
        reasons = ["it is shown on no record"]
        for node in nodes[:1] if way is not None else nodes:
            targets = [way] if way is not None else self.find_targets(model, node, user)
            for target in targets:
                result = self.press(model, target, node, user)
                if not isinstance(result, Exception):
                    return node, target
                if isinstance(result, AccessError):
                    return f"he may not: {result}"
                reasons.append(str(result))
        return reasons[-1]

    def check_refused(self, model, name, node, target, roles):
        attackers = {role: user for role, user in self.users.items() if role not in roles}
        if model not in SHARED:
            attackers |= {f"{role} of elsewhere": user for role, user in self.outside.items()}
        for role, user in attackers.items():
            result = self.press(model, target, node, user, watch=True)
            if isinstance(result, UserError):  # an AccessError is one
                continue
            if why := self.why_harmful(result, user):
                self.wrong.append(f"{name}: {role} may press it: {why}")

    def why_harmful(self, result, user):
        """Return why what a stranger got is more than a window without anything; or nothing."""
        action, changed = result
        if changed:
            return f"it changed {changed}"
        if not isinstance(action, dict) or action.get("type") != "ir.actions.act_window":
            return f"it answered {action!r}"
        model = self.env[action["res_model"]].with_user(user)
        # A wizard may open for a colleague of elsewhere: its own buttons are tried too, and one
        # without buttons has to show nothing.
        if not model._transient or not model.has_access("create") or model._name in WIZARDS:
            return None
        model = self.as_role(model, user, **action.get("context", {}))
        try:
            with self.env.cr.savepoint():
                model.browse(action.get("res_id") or model.create({}).id).read()
        except UserError:
            return None
        return f"it opened {model._name}"

    # === HELPERS === #

    def find_targets(self, model, node, user):
        """Return the records that show a button, of those that a colleague finds."""
        records = self.as_role(self.env[model], user).search([])
        if "company_id" in records._fields:
            records = records.filtered(
                lambda record: record.sudo().company_id in (self.company, self.company.browse())
            )
        return [record.id for record in records if self.is_shown(record, node)]

    def is_shown(self, record, node):
        expression = node.get("invisible")
        if not expression:
            return True
        names = [n for n in get_expression_field_names(expression) if n in record._fields]
        values = record.read(names, load="")[0]
        values = {
            name: str(value) if hasattr(value, "isoformat") else value
            for name, value in values.items()
        }
        values |= {
            "uid": record.env.uid,
            "context_today": lambda: datetime.datetime(TODAY.year, TODAY.month, TODAY.day),
        }
        return not safe_eval(expression, values)

    def press(self, model, target, node, user, watch=False):
        """Press a button as a colleague, see what comes, and undo it all.

        :param target: id of a record, or for a wizard which way it is opened
        :param watch: tell what changed in the database as well
        :return: what the button answered (with what changed), or the error
        """
        self.env.invalidate_all()
        answer = None
        try:
            with self.env.cr.savepoint():
                if self.env[model]._transient:
                    records = self.open_wizard(model, target, user)
                else:
                    records = self.env[model].browse(target)
                self.env.flush_all()
                self.env.invalidate_all()
                before = self.count_changes() if watch else None
                records = self.as_role(records, user, **self.get_context(node))
                answer = getattr(records, node.get("name"))()
                self.env.flush_all()
                if watch:
                    after = self.count_changes()
                    changed = {t for t in after if after[t] != before.get(t, 0)}
                    answer = answer, sorted(changed)
                raise Undo
        except Undo:
            return answer
        except UserError as error:
            return error

    def open_wizard(self, model, way, user):
        """Open a wizard as somebody who may, and fill it in as ``user``."""
        opener, key, values = WIZARDS[model][way]
        if (model, way) not in self.contexts:
            role = next(r for r in GROUPS if r in BUTTONS[opener][key])
            self.contexts[model, way] = self.find_context(opener, key, self.users[role])
        context = self.contexts[model, way]
        wizard = self.as_role(self.env[model], user, **context)
        return wizard.create(values(self, context) if callable(values) else values)

    def last_stage(self, context):
        """Return the last stage of the case that a wizard opens with."""
        case = self.env["arrears.case"].browse(context["default_case_id"])
        return next(iter(case.item_ids._get_ladders().values()))[-1].id

    def find_context(self, opener, key, user):
        """Return the context with which a button or its action opens a wizard."""
        # A page knows when it shows a button; the head of a list shows it always.
        nodes = sorted(self.all_buttons[opener, key], key=lambda node: not node.get("invisible"))
        for node in nodes:
            for target in self.find_targets(opener, node, user):
                if node.get("type") == "action":
                    return {
                        **safe_eval(node.get("context") or "{}", {"id": target}),
                        "active_id": target,
                        "active_ids": [target],
                        "active_model": opener,
                    }
                records = self.as_role(self.env[opener], user, **self.get_context(node))
                try:
                    action = getattr(records.browse(target), node.get("name"))()
                except UserError:
                    continue
                return {
                    **action["context"],
                    "active_id": target,
                    "active_ids": [target],
                    "active_model": opener,
                }
        raise AssertionError(f"nothing shows {opener}.{key}")

    def count_changes(self):
        """Return how often this transaction wrote to each table, the wizards' own aside."""
        self.env.cr.execute(
            "SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables"
        )
        wizards = {
            model._table for model in self.env.values() if model._transient and not model._abstract
        }
        return {
            table: count
            for table, count in self.env.cr.fetchall()
            if not any(table.startswith(wizard) for wizard in wizards)
        }
