"""One database with a world in it for all tests; each test works in a copy of its own."""

import os
import socket
from collections import Counter
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from office import Office, copy_database, drop_database

CUSTOMERS = 24
MAILABLE = [f"BENCH-{number}" for number in range(1, CUSTOMERS + 1)]


class MailServer:
    """A real mail server on this machine that counts who got how many mails, and can refuse."""

    def __init__(self):
        self.taken = Counter()
        self.refused = set()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self.controller.start()

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address in self.refused:
            return "550 5.1.1 No such user here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.taken.update(envelope.rcpt_tos)
        return "250 OK"

    def stop(self):
        self.controller.stop()


@pytest.fixture
def mail_server():
    server = MailServer()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def folder():
    """Where the processes write their logs: kept until the next time."""
    path = Path(os.environ["FAULTS_LOGS"])
    path.mkdir(parents=True, exist_ok=True)
    for old in path.glob("*.log"):
        old.unlink()
    return path


@pytest.fixture(scope="session")
def world(folder):
    """The database that script/test installed the addon in, with its customers."""
    # Where workers come from: Odoo is read once, there.
    here = str(Path(__file__).parent)
    os.environ |= {"FAULTS_NURSERY": "1", "PYTHONPATH": here}
    office = Office(os.environ["FAULTS_DATABASE"], folder)
    office.day = office.do("load", CUSTOMERS)
    return office


@pytest.fixture
def open_office(world, folder, request):
    """Return a function that opens an office: a copy of the world, dropped after the test."""
    offices = []

    def open_one():
        office = Office(f"{world.database}_{len(offices) + 1}", folder)
        copy_database(world.database, office.database)
        offices.append(office)
        office.day = world.day
        return office

    yield open_one
    for office in offices:
        office.close()
        drop_database(office.database)


@pytest.fixture
def office(open_office):
    return open_office()


@pytest.fixture(scope="session")
def undisturbed(world, folder):
    """What the day comes to when nothing happens: the picture of a twin, and the run's figures."""
    twin = Office(f"{world.database}_twin", folder)
    copy_database(world.database, twin.database)
    try:
        figures = twin.do("run", world.day)
        yield figures, twin.picture()
    finally:
        twin.close()
        drop_database(twin.database)
