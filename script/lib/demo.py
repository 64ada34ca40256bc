"""Load the demo into a database: demo/story.py has the story, its last line says what happened.

Usage: demo.py DATABASE LOGFILE, with Odoo's configuration in ODOO_RC.
"""

import importlib.util
import sys

import odoo.tools
from odoo.api import SUPERUSER_ID, Environment
from odoo.modules.registry import Registry

STORY = "odoo.addons.premium_arrears.demo.story"


def find_story():
    try:
        return importlib.util.find_spec(STORY)
    except ModuleNotFoundError:  # not even the folder
        return None


def main(database, logfile):
    odoo.tools.config.parse_config(
        ["-d", database, "--logfile", logfile, "--no-http"], setup_logging=True
    )
    registry = Registry(database)
    if not find_story():
        print("nothing to load yet")
        return
    with registry.cursor() as cr:
        importlib.import_module(STORY).main(Environment(cr, SUPERUSER_ID, {}))


main(*sys.argv[1:])
