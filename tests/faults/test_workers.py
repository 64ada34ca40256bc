"""Two workers at the same run at the same moment: each piece of work is done once."""

from datetime import date, timedelta

import pytest


@pytest.mark.parametrize("attempt", [1, 2])
def test_two_workers_do_each_step_once(office, undisturbed, attempt):
    """The run is proposed; both start to carry it out together, in many small pieces."""
    office.do("propose", office.day)
    pause = "arrears.run:_execute_day:1:before"
    workers = [
        office.start("run", office.day, chunk=2, pause=pause).until_paused() for _one in "ab"
    ]
    for worker in workers:
        worker.go()
    for worker in workers:
        worker.finish()
    assert office.picture() == undisturbed[1]


def test_two_workers_that_start_the_same_day_make_one_run(office, undisturbed):
    pause = "arrears.run:create:1:before"
    workers = [office.start("run", office.day, pause=pause).until_paused() for _one in "ab"]
    for worker in workers:
        worker.go()
    for worker in workers:
        worker.finish()
    assert office.picture() == undisturbed[1]


def test_a_worker_leaves_alone_what_another_one_has_in_hand(office, undisturbed):
    """The other goes on with the rest meanwhile, and whoever is last finishes the run."""
    pause = "arrears.action:_execute:2:after"
    slow = office.start("run", office.day, pause=pause).until_paused()
    office.do("run", office.day)
    state = office.sql("SELECT state FROM arrears_run")
    assert state == [("proposed",)], "the run is not done while a piece of it is in hand"
    assert len(office.notices()) == len(office.customers()) - 6
    slow.go().finish()
    assert office.picture() == undisturbed[1]


def test_a_worker_leaves_alone_the_letters_that_another_one_has_in_hand(office, undisturbed):
    pause = "arrears.notice:_deliver_one:8:after"  # in its second piece of six
    slow = office.start("run", office.day, pause=pause).until_paused()
    office.do("run", office.day)
    made = office.sql("SELECT count(*) FROM arrears_notice WHERE body_hash IS NOT NULL")
    assert made == [(len(office.customers()) - 6,)], "all but the piece in hand"
    assert office.sql("SELECT state, phase FROM arrears_run") == [("proposed", "deliver")]
    slow.go().finish()
    assert office.picture() == undisturbed[1]


def test_a_day_that_another_worker_is_proposing_is_waited_for(office, undisturbed):
    pause = "arrears.action:_propose_steps:1:after"
    slow = office.start("run", office.day, pause=pause).until_paused()
    fast = office.start("run", office.day)
    assert not office.until_waiting_or_ended(fast)
    slow.go().finish()
    fast.finish()
    assert office.picture() == undisturbed[1]


def test_a_run_that_is_disturbed_again_and_again_gets_done(office, undisturbed):
    """Each of five pieces is disturbed once: as long as something gets done, it goes on."""
    executing = office.start("run", office.day, pause="arrears.notice:_make_all:0:after")
    for _piece in range(5):
        executing.until_paused()
        # As a payment does, on any item.
        office.sql("UPDATE arrears_item SET stale = true")
        executing.go().until_paused().go()
    executing.finish()
    assert office.picture() == undisturbed[1]


def test_a_run_that_the_next_day_overtakes_is_left_by_who_has_it_in_hand(office):
    """The letters that wait go out with the later run, and each case gets one."""
    pause = "arrears.notice:_deliver_one:8:after"  # in its second piece of six
    slow = office.start("run", office.day, pause=pause).until_paused()
    next_day = date.fromisoformat(office.day) + timedelta(days=1)
    office.do("propose", next_day)
    slow.go().finish()
    runs = office.sql(
        "SELECT state, phase, coalesce(overtaken, false) FROM arrears_run ORDER BY date"
    )
    assert runs == [("done", None, True), ("proposed", None, False)]
    made = office.sql("SELECT count(*) FROM arrears_notice WHERE body_hash IS NOT NULL")
    assert made == [(12,)], "what it had in hand, and no more"
    assert office.do("run", next_day)["state"] == "done"
    assert [row[0] for row in office.notices()] == office.customers()
    assert not office.sql("SELECT 1 FROM arrears_notice WHERE body_hash IS NULL")


@pytest.fixture
def coming(office):
    """Customers whose premium falls due soon, and who are told so."""
    coming = [f"BENCH-{number}" for number in range(1, 13)]
    office.sql("UPDATE arrears_procedure SET advance_days = 5")
    office.sql(
        "UPDATE account_move_line l SET date_maturity = %s::date + 3 FROM res_partner p "
        "WHERE p.id = l.partner_id AND p.ref = ANY(%s) AND l.date_maturity IS NOT NULL",
        office.day,
        coming,
    )
    return coming


@pytest.mark.parametrize("killed", [False, True])
def test_who_is_told_before_the_due_date_is_told_once(office, coming, killed):
    """Two workers come to it; the first one is killed, or goes on and leaves nothing to make."""
    pause = "arrears.advance.reminder:_queue_mails:2:after"
    slow = office.start("run", office.day, pause=pause).until_paused()
    told = "SELECT p.ref FROM arrears_advance_reminder r JOIN res_partner p ON p.id = r.partner_id"
    assert len(office.sql(told)) == 6, "the first piece is committed"
    never = None if killed else "arrears.advance.reminder:create:1:before"
    fast = office.start("run", office.day, pause=never)
    assert not office.until_waiting_or_ended(fast)
    if killed:
        slow.kill()
    else:
        slow.go().finish()
    fast.finish()
    assert sorted(ref for (ref,) in office.sql(told)) == sorted(coming)
    assert office.sql("SELECT state, phase FROM arrears_run") == [("done", None)]
