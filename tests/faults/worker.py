"""A process of its own that does one piece of work in a database, and can be stopped on the way.

``pause`` stops it at the given call of a method (0: every call), ``before`` or ``after`` it: it
tells its parent "paused" and goes on when it is told to. Last it tells its result. Only this
process is changed for it, never the addon.
"""

import importlib.util
import os
from datetime import date
from pathlib import Path

import odoo.sql_db
import odoo.tools
from odoo import fields
from odoo.api import SUPERUSER_ID, Environment
from odoo.modules.registry import Registry
from odoo.service.model import retrying

LOAD = Path(__file__).parents[2] / "bench" / "load.py"


# === TASKS === #


def load(env, customers):
    """Make a world: customers with an overdue invoice each; all but one may get mail."""
    spec = importlib.util.spec_from_file_location("bench_load", LOAD)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    env.company.write(
        {
            "street": "Lindelaan 1",
            "zip": "3701 AB",
            "city": "Zeist",
            "phone": "+31 30 555 01 00",
            "email": "office@example.com",
            "arrears_quiet_days": 0,
        }
    )
    day = module.load(env, int(customers), 1)
    customers = env["res.partner"].search([("ref", "=like", "BENCH-%")])
    for customer in customers:
        customer.email = f"c{customer.ref[6:]}@example.com"
    customers.e_notice_consent_date = date(2025, 1, 1)
    env.flush_all()
    return str(day)


def propose(env, day):
    """Propose a day, and leave it there."""
    run = env["arrears.run"]._start(day, env.company)
    if run.state == "draft":
        run._propose_day()
    return run.action_count


def release(env, day):
    """Leave a day to the scheduler, as the button does when it is much."""
    run = env["arrears.run"]._start(day, env.company)
    if run.state == "draft":
        run._propose_day()
    run.released = True
    env.ref("premium_arrears.ir_cron_run_released")._trigger()


def wake(env):
    """Let the schedulers of all servers look now, as they do each minute."""
    env["ir.cron"]._notifydb()


def run(env, day):
    """Do the work of a day as the scheduler does, in committed chunks."""
    runs = env["arrears.run"]
    finished = runs._work_in_chunks(lambda: runs._start(day, env.company))
    found = runs.search([("company_id", "=", env.company.id), ("date", "=", day)])
    counts = ("action_count", "done_count", "skipped_count", "failed_count", "remaining_count")
    return {
        "finished": finished,
        "state": found.state,
        "notices": found.notice_count,
        **{name: found[name] for name in counts},
    }


def queue(env, day):
    """Send what is in the mail queue, as its own scheduled action does."""
    env["mail.mail"].with_context(arrears_day=day).process_email_queue()


def pay(env, customer, amount, day):
    """Register a payment as a cashier's browser does: with another try when it was disturbed."""
    tries = []

    def register():
        tries.append(1)
        invoice = env["account.move"].search([("partner_id.ref", "=", customer)])
        lines = invoice.line_ids.filtered(lambda line: line.account_type == "asset_receivable")
        wizard = (
            env["account.payment.register"]
            .with_context(active_model="account.move.line", active_ids=lines.ids)
            .create({"payment_date": day, "amount": float(amount)})
        )
        wizard.credited_on = fields.Date.to_date(day)
        wizard._create_payments()

    retrying(register, env)
    return {"tries": len(tries)}


def retry(env):
    """Ask for another try of all notices that failed, as a colleague does with the button."""
    failed = env["arrears.notice"].search([("state", "=", "failed")])
    failed.action_retry()
    return len(failed)


TASKS = {task.__name__: task for task in (load, propose, release, wake, run, queue, pay, retry)}


# === STOPPING === #


def pause_at(env, point, parent):
    """Let this process stop at one call of a method: MODEL:METHOD:CALL:WHEN."""
    model, method, call, when = point.split(":")
    model_class = env.registry[model]
    original = getattr(model_class, method)
    calls = []

    def stop():
        parent.send("paused")
        parent.recv()

    def stopping(self, *args, **kwargs):
        calls.append(1)
        here = int(call) in (0, len(calls))
        if here and when == "before":
            stop()
        result = original(self, *args, **kwargs)
        if here and when == "after":
            self.env.flush_all()
            stop()
        return result

    setattr(model_class, method, stopping)


def work(parent, database, log, task, arguments, pause=None, smtp=1, chunk=6, environment=None):
    """Do a task and tell the parent its result.

    :param parent: connection to the process that waits for this one
    :param smtp: port of the mail server; nothing listens on port 1
    :param chunk: steps, letters, and reminders before the due date, between two commits
    """
    os.environ.update(environment or {})
    options = ["-d", database, "--no-http", "--logfile", str(log)]
    options += ["--smtp", "127.0.0.1", "--smtp-port", str(smtp)]
    odoo.tools.config.parse_config(options, setup_logging=True)
    registry = Registry(database)
    from odoo.addons.premium_arrears.models import arrears_advance_reminder, arrears_run_day

    arrears_run_day.CHUNK = arrears_run_day.DELIVERIES = chunk
    arrears_advance_reminder.REMINDERS = chunk
    with registry.cursor() as cr:
        env = Environment(cr, SUPERUSER_ID, {"lang": "en_US"})
        if pause:
            pause_at(env, pause, parent)
        result = TASKS[task](env, *arguments)
        cr.commit()
    parent.send({"result": result})


def warm_up():
    """Read Odoo and its addons once, for all processes that are forked from this one."""
    odoo.tools.config.parse_config(["--no-http"])
    Registry(os.environ["FAULTS_DATABASE"])
    odoo.sql_db.close_all()


if os.environ.get("FAULTS_NURSERY") == "1":
    warm_up()
