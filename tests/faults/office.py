"""An office in a database of its own, worked at by processes that can be stopped and killed."""

import configparser
import multiprocessing
import os
import shutil
import time
from pathlib import Path

import psycopg2

PATIENCE = 120  # seconds that a process may take on a busy machine


def execute(database, query, *parameters):
    """Run one statement in a transaction of its own, and return its rows."""
    connection = psycopg2.connect(dbname=database)
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute(query, parameters or None)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


def copy_database(source, target):
    """Make ``target`` a copy of ``source``; files are never changed, so links to them suffice."""
    drop_database(target)
    execute("postgres", f'CREATE DATABASE "{target}" TEMPLATE "{source}" STRATEGY FILE_COPY')
    if (_filestore() / source).is_dir():
        shutil.copytree(_filestore() / source, _filestore() / target, copy_function=os.link)


def drop_database(name):
    execute("postgres", f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    shutil.rmtree(_filestore() / name, ignore_errors=True)


def _filestore():
    settings = configparser.ConfigParser(interpolation=None)
    settings.read(os.environ["ODOO_RC"])
    return Path(settings["options"]["data_dir"]) / "filestore"


# Workers are forked from a process that has read Odoo once; nothing else is shared between them.
NURSERY = multiprocessing.get_context("forkserver")
NURSERY.set_forkserver_preload(["worker"])


class Worker:
    """One operating-system process at work in a database: see worker.py."""

    def __init__(self, database, log, task, arguments, **options):
        self.log = log
        self.connection, theirs = NURSERY.Pipe()
        self.process = NURSERY.Process(
            target=_work, args=(theirs, database, log, task, arguments), kwargs=options
        )
        self.process.start()
        theirs.close()

    def until_paused(self):
        """Wait until the process has come to its pause; return the worker."""
        heard = self._hear()
        assert heard == "paused", f"{heard!r} instead of a pause; see {self._tail()}"
        return self

    def go(self):
        """Let a paused process go on; return the worker."""
        self.connection.send("go")
        return self

    def kill(self):
        """End the process as a power cut does: kill -9."""
        self.process.kill()
        self.process.join(PATIENCE)

    def finish(self):
        """Wait until the process has ended well, and return its result."""
        heard = self._hear()
        self.process.join(PATIENCE)
        assert self.process.exitcode == 0, f"exit {self.process.exitcode}; see {self._tail()}"
        return heard["result"]

    def has_ended(self):
        return not self.process.is_alive()

    def end(self):
        """Leave nothing behind, whatever the test came to."""
        if not self.has_ended():
            self.kill()

    def _hear(self):
        assert self.connection.poll(PATIENCE), f"nothing heard for {PATIENCE} s; {self._tail()}"
        try:
            return self.connection.recv()
        except EOFError:
            self.process.join(PATIENCE)
            raise AssertionError(f"ended with {self.process.exitcode}; {self._tail()}") from None

    def _tail(self):
        return f"{self.log}:\n" + "".join(self.log.read_text().splitlines(keepends=True)[-30:])


def _work(*args, **kwargs):
    from worker import work  # only there: this process imports no Odoo

    work(*args, **kwargs)


class Office:
    """A database with a loaded world, and the processes that work in it."""

    def __init__(self, database, folder):
        self.database = database
        self.log = folder / f"{database}.log"
        self.workers = []

    # === AT WORK === #

    def start(self, task, *arguments, **options):
        """Start a process that does a task; for the options see ``worker.work``."""
        worker = Worker(self.database, self.log, task, [*map(str, arguments)], **options)
        self.workers.append(worker)
        return worker

    def do(self, task, *arguments, **options):
        """Have a task done by a process of its own, and return its result."""
        return self.start(task, *arguments, **options).finish()

    def close(self):
        for worker in self.workers:
            worker.end()

    def until_waiting_or_ended(self, worker):
        """Wait until a process has ended or waits for a lock; tell whether it has ended."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            if worker.has_ended() or self.sql(
                "SELECT 1 FROM pg_stat_activity WHERE datname = %s AND wait_event_type = 'Lock'",
                self.database,
            ):
                return worker.has_ended()
            time.sleep(0.1)
        raise AssertionError(f"neither ended nor waiting; see {self.log}")

    # === WHAT IS IN THE DATABASE === #

    def sql(self, query, *parameters):
        return execute(self.database, query, *parameters)

    def notices(self, *states):
        """Return (customer, kind, amount, state, failure) of the notices in these states."""
        return self.sql(
            "SELECT p.ref, n.kind, n.amount_total, n.state, n.failure FROM arrears_notice n "
            "JOIN res_partner p ON p.id = n.partner_id WHERE n.state = ANY(%s) "
            "ORDER BY p.ref, n.id",
            list(states or ("queued", "sent", "failed")),
        )

    def customers(self):
        """Return the references of all customers; the one that has none gets letters by post."""
        return sorted(
            (
                ref
                for (ref,) in self.sql(
                    "SELECT DISTINCT p.ref FROM account_move m "
                    "JOIN res_partner p ON p.id = m.partner_id"
                )
            ),
            key=str,
        )

    def picture(self):
        """Return all that a run makes, without what only counts: ids, numbers, times."""
        queries = {
            "runs": "SELECT date, state, released FROM arrears_run ORDER BY date",
            "cases": "SELECT p.ref, c.state, c.stage_id, c.next_stage_id, c.next_step_date "
            "FROM arrears_case c JOIN res_partner p ON p.id = c.partner_id ORDER BY p.ref, c.id",
            "items": "SELECT m.name, i.stage_id, i.next_stage_id, i.next_step_date, i.next_reason, "
            "i.stale, i.settled_on FROM arrears_item i JOIN account_move_line l "
            "ON l.id = i.move_line_id JOIN account_move m ON m.id = l.move_id ORDER BY m.name",
            "actions": "SELECT p.ref, a.kind, a.stage_id, a.state, a.skip_reason, a.amount, "
            "a.decided_on, n.kind FROM arrears_action a JOIN arrears_case c ON c.id = a.case_id "
            "JOIN res_partner p ON p.id = c.partner_id "
            "LEFT JOIN arrears_notice n ON n.id = a.notice_id ORDER BY p.ref, a.kind, a.state",
            "notices": "SELECT p.ref, n.kind, n.channel, n.state, n.failure, n.amount_total, "
            "n.stated_last_day, n.sent_on, n.received_on, n.body_hash IS NOT NULL, "
            "n.attachment_id IS NOT NULL, m.state FROM arrears_notice n "
            "JOIN res_partner p ON p.id = n.partner_id LEFT JOIN mail_mail m ON m.id = n.mail_id "
            "ORDER BY p.ref, n.kind, n.state",
            "lines": "SELECT l.reference, l.amount, n.kind FROM arrears_notice_line l "
            "JOIN arrears_notice n ON n.id = l.notice_id "
            "ORDER BY l.reference, n.kind",
            "history": "SELECT p.ref, h.event, h.day, h.amount FROM arrears_case_history h "
            "JOIN arrears_case c ON c.id = h.case_id JOIN res_partner p ON p.id = c.partner_id "
            "ORDER BY p.ref, h.event, h.day, h.amount",
            "mails": "SELECT m.state, count(*) FROM mail_mail m GROUP BY m.state ORDER BY m.state",
        }
        return {name: self.sql(query) for name, query in queries.items()}
