"""How long a colleague waits for a screen: each list, board and form, in a big office.

Usage: screens.py DATABASE [CUSTOMERS], with Odoo's configuration in ODOO_RC. Each view is read as
the web client reads it: its arch, the first page of its records with the fields that it shows, and
groups where it is grouped. The last line is JSON; above a second for a screen it ends with 1.
"""

import json
import sys
from time import monotonic

import load
from lxml import etree

import odoo.tools
from odoo.api import SUPERUSER_ID, Environment
from odoo.fields import Command
from odoo.modules.registry import Registry
from odoo.tools.safe_eval import safe_eval

MODELS = ("arrears.", "insurance.", "cis.")
# Odoo's own lists, with the addon's columns in them.
BESIDE = ("account.action_move_out_invoice_type", "base.action_partner_form")
PAGE, X2MANY_PAGE = 80, 40
MOST_SECONDS = 1.0


def specify(arch, fields):
    """Return the specification of the fields that a view shows, x2many with their columns."""
    found = {}
    for node in arch.iterchildren(tag=etree.Element):
        if node.tag != "field":
            found |= specify(node, fields)
            continue
        name = node.get("name")
        field = fields.get(name)
        if not field:
            continue
        inner = {}
        if field["type"] in ("one2many", "many2many"):
            columns = node.xpath("./list//field/@name")
            # The web client asks for the first page of what is in a form, too.
            inner = {"fields": {c: {} for c in columns or ["display_name"]}, "limit": X2MANY_PAGE}
        elif field["type"] == "many2one":
            inner = {"fields": {"display_name": {}}}
        found[name] = inner
    return found


def open_view(env, model, kind, view_id, domain, context):
    """Read a view and what it shows, as the web client does; return how many records it showed."""
    records = env[model].with_context(**context)
    view = records.get_view(view_id, kind)
    arch = etree.fromstring(view["arch"])
    fields = records.fields_get()
    specification = specify(arch, fields)
    if kind == "form":
        record = records.search(domain, limit=1)
        record.web_read(specification)
        return len(record)
    group = arch.get("default_group_by")
    if group:
        groups = records.web_read_group(
            domain,
            [group],
            ["__count"],
            auto_unfold=True,
            unfold_read_specification=specification,
            unfold_read_default_limit=PAGE // 2,
        )
        return groups["length"]
    return len(records.web_search_read(domain, specification, limit=PAGE)["records"])


def get_screens(env, user):
    """Return what menus open: (name, model, kind, view id, domain, context) of each view."""
    menus = env["ir.ui.menu"].search([("id", "child_of", env.ref("premium_arrears.menu_root").id)])
    actions = [m.action for m in menus if m.action and m.action._name == "ir.actions.act_window"]
    actions += [env.ref(xmlid) for xmlid in BESIDE]
    for action in actions:
        context = safe_eval(action.context or "{}", {"uid": user.id, "active_id": False})
        domain = safe_eval(action.domain or "[]", {"uid": user.id, "active_id": False})
        views = dict((kind, view_id) for view_id, kind in action.views)
        for kind in ("kanban", "list", "form"):
            if kind in views and not env[action.res_model]._transient:
                yield action.name, action.res_model, kind, views[kind], domain, context


def main(database, customers="10000"):
    odoo.tools.config.parse_config(["-d", database, "--no-http"], setup_logging=True)
    with Registry(database).cursor() as cr:
        env = Environment(cr, SUPERUSER_ID, {"lang": "en_US"})
        load.run_day(env, load.load(env, int(customers), 2))
        groups = ["group_manager", "group_cis", "group_debt_help"]
        user = env["res.users"].create(
            {
                "name": "Manager",
                "login": "bench_manager",
                "group_ids": [Command.link(env.ref(f"premium_arrears.{g}").id) for g in groups]
                + [Command.link(env.ref("account.group_account_invoice").id)],
            }
        )
        cr.commit()
        slow, rows = 0, []
        for name, model, kind, view_id, domain, context in get_screens(env, user):
            env.invalidate_all()
            queries, started = cr.sql_log_count, monotonic()
            shown = open_view(env(user=user.id), model, kind, view_id, domain, context)
            took = monotonic() - started
            slow += took > MOST_SECONDS
            rows.append({"screen": f"{name} {kind}", "s": round(took, 2)})
            asked = cr.sql_log_count - queries
            print(f"{name:<34}{kind:<8}{took:>7.2f} s{asked:>6} queries{shown:>6}", flush=True)
        print(
            json.dumps(
                {"screens": len(rows), "slow": slow, "slowest": max(rows, key=lambda r: r["s"])}
            )
        )
        return not slow


if __name__ == "__main__":
    sys.exit(0 if main(*sys.argv[1:]) else 1)
