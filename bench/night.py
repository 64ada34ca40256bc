"""How long a heavy night takes, on books that are loaded: all of it but the delivery.

Usage: night.py DATABASE OVERDUE [NIGHTS [FOLDER]], with Odoo's configuration in ODOO_RC. The rows
that the first night adds are kept in the folder, for ``rows.py``.
Two nights unless said otherwise: that of the reminders, and two weeks later that of the 14-day
notices, with fees and what was asked before. Each goes the way that the scheduler goes
(``arrears.run`` ``_process()``, committed wherever it may be); only rendering and sending are left
out, ``letters.py`` measures these.
"""

import sys
from datetime import timedelta
from unittest.mock import patch

import load
import rows
from meter import Meter

import odoo.tools
from odoo.api import SUPERUSER_ID, Environment
from odoo.modules.registry import Registry

SENT_AT_ONCE = 1000


def live_through(env, day, meter, night):
    """Do the work of one day in three measured steps; return its run."""
    run = env["arrears.run"]._start(day, env.company)
    work, delivers = run._process(), []

    def deliver_nothing(_run):
        delivers.append(True)
        yield

    with patch.object(type(run), "_deliver_day", deliver_nothing):
        with meter.step("collect and propose", night=night):
            for _checkpoint in work:
                env.cr.commit()
                if run.state != "draft":
                    break
        with meter.step("execute", night=night):
            for _checkpoint in work:
                env.cr.commit()
                if delivers:
                    break
        with meter.step("finish", night=night):
            for _checkpoint in work:
                env.cr.commit()
    return run


def send(env, run):
    """Record that a run's notices went out, as delivery does at its end."""
    notices = run.notice_ids
    for start in range(0, len(notices), SENT_AT_ONCE):
        chunk = notices[start : start + SENT_AT_ONCE]
        chunk.write({"body_hash": "bench"})
        chunk._mark_sent(run.date)
        env.cr.commit()


def main(database, overdue, nights=2, folder=None):
    odoo.tools.config.parse_config(["-d", database, "--no-http"], setup_logging=True)
    with Registry(database).cursor() as cr:
        env = Environment(cr, SUPERUSER_ID, {"lang": "en_US"})
        meter, last_ids = Meter(cr, "this addon", overdue=int(overdue)), rows.get_last_ids(cr)
        for number, night in enumerate(("reminders", "14-day notices")[: int(nights)]):
            run = live_through(env, load.FIRST_DAY + number * timedelta(days=14), meter, night)
            made = run.action_ids.filtered(lambda action: action.kind == "notice")
            if len(made.item_ids) != int(overdue) or run.notice_count != len(made):
                sys.exit(f"{night}: {run.notice_count} notices about {len(made.item_ids)} lines")
            if folder and not number:
                rows.save(cr, last_ids, folder)
            if number + 1 < int(nights):
                send(env, run)


if __name__ == "__main__":
    main(*sys.argv[1:])
