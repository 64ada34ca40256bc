"""OCA's credit control on the same books: generate, set to ready, communicate.

Usage: oca.py DATABASE OVERDUE, with Odoo's configuration in ODOO_RC. Only account_credit_control is
loaded there, not this addon. The steps are those of the buttons of a credit control run, with its
own "3 time policy". Nobody has an e-mail address, so each customer gets a letter: then
"communicate" makes the communications and marks their lines as sent, and returns the report that
a browser would ask for; no PDF is rendered in it.
"""

import sys
from datetime import timedelta

import load
from meter import Meter

import odoo.tools
from odoo.api import SUPERUSER_ID, Environment
from odoo.fields import Command
from odoo.modules.registry import Registry

# The first level of its policy comes ten days after the due date.
DAY = load.DUE + timedelta(days=10)


def prepare(env):
    """Make a run as its user does, with the policy of the company on the accounts of debtors."""
    policy = env.ref("account_credit_control.credit_control_3_time")
    policy.account_ids = env["account.account"].search(
        [("account_type", "=", "asset_receivable"), ("company_ids", "in", env.company.ids)]
    )
    env.company.credit_policy_id = policy
    run = env["credit.control.run"].create(
        {"date": DAY, "policy_ids": [Command.set(policy.ids)], "company_id": env.company.id}
    )
    env.cr.commit()
    return run


def check(run, overdue):
    """Refuse figures of a run that did something else."""
    lines = run.line_ids
    if len(lines) != overdue or set(lines.mapped("level")) != {1}:
        sys.exit(f"OCA: {len(lines)} lines, of the levels {set(lines.mapped('level'))}")
    if set(lines.mapped("state")) != {"sent"} or len(lines.communication_id) != overdue // 2:
        sys.exit(f"OCA: {len(lines.communication_id)} letters, {set(lines.mapped('state'))}")


def main(database, overdue):
    odoo.tools.config.parse_config(["-d", database, "--no-http"], setup_logging=True)
    with Registry(database).cursor() as cr:
        env = Environment(cr, SUPERUSER_ID, {"lang": "en_US"})
        if "arrears.run" in env:
            sys.exit("this addon is loaded: the figures would not be OCA's own")
        run = prepare(env)
        meter = Meter(cr, "OCA credit control", overdue=int(overdue))
        with meter.step("generate"):
            run.generate_credit_lines()
        with meter.step("ready"):
            run.set_to_ready_lines()
        with meter.step("communicate"):
            run.run_channel_action()
        check(run, int(overdue))


if __name__ == "__main__":
    main(*sys.argv[1:])
