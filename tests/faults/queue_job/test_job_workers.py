"""OCA's queue_job with its job runner and two workers: both take jobs of one run."""

import socket
from collections import Counter

import pytest
from serving import Server, only_arrears, until_done, wait_for

JOBS = (
    "SELECT worker_pid, split_part(identity_key, '.', 3), state FROM queue_job "
    "WHERE channel = 'root.premium_arrears'"
)


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@pytest.fixture
def server(office):
    only_arrears(office)
    running = Server(
        office,
        "queue",
        "--workers=2",
        "--load=base,web,queue_job",
        f"--http-port={free_port()}",
        f"--gevent-port={free_port()}",
        f"--db-filter=^{office.database}$",
        environment={"ODOO_QUEUE_JOB_CHANNELS": "root:4,root.premium_arrears:2"},
    )
    try:
        yield running.until("database connections ready")
    finally:
        running.kill()


def test_two_workers_take_the_jobs_of_one_run(office, undisturbed, server):
    office.do("release", office.day)
    until_done(office)
    wait_for(lambda: {row[2] for row in office.sql(JOBS)} == {"done"}, "the jobs")
    by_process = Counter(pid for pid, _phase, _state in office.sql(JOBS))
    pieces = server.pieces()
    print("jobs by process:", dict(by_process), "pieces:", dict(pieces))
    assert len(by_process) == 2, f"two processes took jobs: {by_process}"
    assert {phase for _pid, phase, _state in office.sql(JOBS)} >= {"execute", "deliver"}
    assert all(pieces[pid] for pid in by_process), f"both did pieces: {pieces}"
    assert sum(pieces.values()) >= 2 * len(office.customers())
    assert office.picture() == undisturbed[1]
