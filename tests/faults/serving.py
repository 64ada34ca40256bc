"""Real servers of Odoo at one office, each a process tree of its own."""

import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

from office import PATIENCE

PIECE = re.compile(r"^\S+ \S+ (\d+) DEBUG .* (\d+) (cases carried out|notices delivered) *$", re.M)
LOGGER = "odoo.addons.premium_arrears.models.arrears_run_day:DEBUG"


class Server:
    """``odoo`` as an office starts it, with a log of its own."""

    def __init__(self, office, name, *options, chunk=1, environment=None):
        self.log = office.log.with_name(f"{office.database}_{name}.log")
        self.log.unlink(missing_ok=True)
        command = [sys.executable, str(Path(__file__).with_name("server.py")), "-d"]
        command += [office.database, "--max-cron-threads=1", f"--log-handler={LOGGER}"]
        command += ["--smtp", "127.0.0.1", "--smtp-port", "1", f"--logfile={self.log}", *options]
        # In a session of its own: what it starts is ended with it.
        self.process = subprocess.Popen(
            command,
            env=os.environ | {"FAULTS_CHUNK": str(chunk)} | (environment or {}),
            start_new_session=True,
        )

    def until(self, words):
        """Wait until the log has these words; return the server."""
        wait_for(lambda: words in self.read(), f"{words!r} in {self.log}")
        return self

    def read(self):
        return self.log.read_text() if self.log.exists() else ""

    def pieces(self):
        """Return how many pieces each process of this server did."""
        return Counter(int(row[0]) for row in PIECE.findall(self.read()))

    def kill(self):
        """End it as a power cut does: kill -9."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(PATIENCE)


def wait_for(condition, what):
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, f"waited {PATIENCE} s for {what}"
        time.sleep(0.1)


def until_done(office):
    """Wait until the run of this office is done."""
    wait_for(lambda: office.sql("SELECT state FROM arrears_run") == [("done",)], "the run")


def only_arrears(office):
    """Leave only what carries out runs to the scheduler."""
    office.sql(
        "UPDATE ir_cron SET active = ir_actions_server_id IN (SELECT id FROM ir_act_server "
        "WHERE code = 'model._cron_run_released()'), nextcall = now() + interval '1 day'"
    )
