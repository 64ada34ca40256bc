"""Make the template database: a Dutch company with its chart of accounts, in English and Dutch.

Usage: template.py DATABASE MODULES, with Odoo's configuration in ODOO_RC.
"""

import sys

import odoo.tools
from odoo.api import SUPERUSER_ID, Environment
from odoo.modules.registry import Registry
from odoo.service import db

# What the first page and the first browser test would otherwise wait for.
BUNDLES = (
    "web.assets_frontend_minimal",
    "web.assets_frontend_lazy",
    "web.assets_frontend",
    "web.assets_web",
    "web.assets_tests",
    "web.report_assets_common",
)


def say(what):
    print(f"-- {what}", flush=True)


def main(database, modules):
    options = ["-d", database, "--no-http", "--load-language", "en_US,nl_NL"]
    odoo.tools.config.parse_config(options, setup_logging=True)

    say("base")
    db._create_empty_database(database)
    registry = Registry.new(database, update_module=True, install_modules={"base"})
    with registry.cursor() as cr:
        # The country comes before account: it decides which chart of accounts is loaded.
        env = Environment(cr, SUPERUSER_ID, {})
        netherlands = env.ref("base.nl")
        env.ref("base.main_company").write(
            {"country_id": netherlands.id, "currency_id": netherlands.currency_id.id}
        )
        env["res.users"].with_context(active_test=False).search([]).write(
            {"tz": "Europe/Amsterdam"}
        )

    say(modules.replace(",", ", "))
    registry = Registry.new(database, update_module=True, install_modules=set(modules.split(",")))

    say("web assets")
    with registry.cursor() as cr:
        env = Environment(cr, SUPERUSER_ID, {})
        chart = env.ref("base.main_company").chart_template
        if chart != "nl":
            raise SystemExit(f"the template's company has the chart {chart!r}, not the Dutch one")
        if not env["res.lang"].search_count([("code", "=", "nl_NL")]):
            raise SystemExit("Dutch is not active in the template")
        for bundle in BUNDLES:
            assets = env["ir.qweb"]._get_asset_bundle(bundle)
            assets.js()
            assets.css()


main(*sys.argv[1:])
