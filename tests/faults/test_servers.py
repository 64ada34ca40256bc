"""Two real servers on one database: both do a part of one run, and what comes of it is the same."""

import psycopg2
import pytest
from serving import Server, only_arrears, until_done, wait_for


@pytest.fixture
def servers(office):
    """Two servers that wait for work, each with one thread for scheduled actions."""
    only_arrears(office)
    both = [Server(office, name, "--no-http", "--workers=0") for name in ("a", "b")]
    try:
        yield [server.until("Registry loaded") for server in both]
    finally:
        for server in both:
            server.kill()


def test_two_servers_divide_one_run(office, undisturbed, servers):
    office.do("release", office.day)
    until_done(office)
    done = [sum(server.pieces().values()) for server in servers]
    print("pieces done by each server:", done)
    assert all(done), f"both take part: {done}"
    # A piece that met the other one is done again, so there may be more of them than cases.
    assert sum(done) >= 2 * len(office.customers())
    assert office.picture() == undisturbed[1]


def test_what_a_killed_server_had_in_hand_is_done_by_the_other(office, undisturbed, servers):
    """One case is in somebody's way; the server that has it in hand is killed there."""
    office.do("propose", office.day)
    with psycopg2.connect(dbname=office.database) as connection, connection.cursor() as cursor:
        # Late in the run, so that all that is left is this piece.
        cursor.execute("SELECT max(id) FROM arrears_item")
        cursor.execute("SELECT id FROM arrears_item WHERE id = %s FOR UPDATE", cursor.fetchone())
        office.do("release", office.day)
        waiting = (
            "SELECT application_name FROM pg_stat_activity WHERE datname = %s "
            "AND wait_event_type = 'Lock' AND application_name LIKE 'odoo-%%'"
        )
        wait_for(lambda: office.sql(waiting, office.database), "a server that waits")
        left = "SELECT count(*) FROM arrears_action WHERE state = 'proposed'"
        wait_for(lambda: office.sql(left) == [(1,)], "the other pieces")
        ((name,),) = office.sql(waiting, office.database)
        by_name = {f"odoo-{server.process.pid}": server for server in servers}
        by_name[name].kill()
    # The scheduler looks each minute by itself.
    office.do("wake")
    until_done(office)
    assert office.picture() == undisturbed[1]
