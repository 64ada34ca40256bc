"""Serve Odoo as if today were another day: serve_on_day.py DAY ARGUMENTS OF ODOO.

For pictures only: what a screen calls today, late or tomorrow is then the same at each making.
"""

import sys

from freezegun import freeze_time

import odoo.cli

# Before office hours are over, and late enough that it is the same day in the Netherlands.
with freeze_time(f"{sys.argv.pop(1)} 08:00:00", tick=True):
    odoo.cli.main()
