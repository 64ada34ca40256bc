"""Fail unless the addon that is installed in a database comes from this environment's wheel.

Usage: check_install.py DATABASE ADDONS_PATH, with Odoo's configuration in ODOO_RC.
"""

import sys
import sysconfig
from pathlib import Path

import odoo.tools
from odoo.api import SUPERUSER_ID, Environment
from odoo.modules.registry import Registry

ADDON = "premium_arrears"


def strangers(home):
    """Return where modules of the addon were loaded from, other than the wheel's place."""
    prefix = f"odoo.addons.{ADDON}"
    loaded = {
        module.__file__
        for name, module in sys.modules.items()
        if name == prefix or name.startswith(f"{prefix}.")
    }
    if not loaded:
        return ["nowhere: nothing was loaded"]
    return sorted(path for path in loaded if not Path(path).is_relative_to(home))


def main(database, addons_path):
    options = ["-d", database, "--no-http", "--addons-path", addons_path]
    odoo.tools.config.parse_config([*options, "--log-level", "warn"], setup_logging=True)
    home = Path(sysconfig.get_path("purelib"), "odoo", "addons", ADDON)
    with Registry(database).cursor() as cr:
        env = Environment(cr, SUPERUSER_ID, {})
        module = env["ir.module.module"].search([("name", "=", ADDON)])
        wrong = [f"the addon is loaded from {path}" for path in strangers(home)]
        if module.state != "installed":
            wrong.append(f"its state is {module.state}")
        if module.latest_version != module.installed_version:
            wrong.append(f"version {module.latest_version} in the database")
        # As the Apps screen shows it, after Odoo's cleaning: with its pictures.
        if f'src="/{ADDON}/static/description/' not in (module.description_html or ""):
            wrong.append("the description page has no pictures")
        if not module.icon_image:
            wrong.append("the icon is not found")
    for line in wrong:
        print(line, file=sys.stderr)
    return 1 if wrong else 0


sys.exit(main(*sys.argv[1:]))
