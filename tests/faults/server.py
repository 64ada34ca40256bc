"""Odoo's own server, with small pieces: server.py ARGUMENTS OF ODOO, FAULTS_CHUNK cases in each."""

import os
import sys

import odoo.cli
import odoo.tools

if "gevent" not in sys.argv:
    odoo.tools.config.parse_config(sys.argv[1:])
    from odoo.addons.premium_arrears.models import arrears_run_day

    arrears_run_day.CHUNK = arrears_run_day.DELIVERIES = int(os.environ["FAULTS_CHUNK"])
odoo.cli.main()
