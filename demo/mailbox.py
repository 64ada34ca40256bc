"""A mail server on this machine that keeps every mail in a folder and passes none on."""

import shutil
import socket
from contextlib import contextmanager
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Mailbox

from odoo.tools import config


@contextmanager
def local_mail_server(env):
    """Send all mail of the database to a Maildir folder for as long as the block lasts.

    :param env: environment whose `ir.mail_server` records are set aside meanwhile
    :return: the folder, emptied first
    """
    folder = Path(config["data_dir"]) / "mailbox" / env.cr.dbname
    shutil.rmtree(folder, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    controller = Controller(Mailbox(str(folder)), hostname="127.0.0.1", port=_free_port())
    controller.start()
    others = env["ir.mail_server"].search([])
    others.active = False
    ours = env["ir.mail_server"].create(
        {
            "name": "Demonstration mailbox",
            "smtp_host": controller.hostname,
            "smtp_port": controller.port,
            "smtp_encryption": "none",
        }
    )
    try:
        yield folder
    finally:
        controller.stop()
    ours.unlink()
    others.active = True


def _free_port():
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]
