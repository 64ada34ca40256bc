"""A run whose process is killed: whoever goes on with it ends where it would have ended anyway."""

from datetime import date, timedelta

import pytest

# In each place some chunks are committed and one is not.
PLACES = {
    "proposing": "arrears.action:_propose_steps:1:after",
    "executing, between two steps of one chunk": "arrears.action:_execute_notice:3:after",
    "executing, at the end of a chunk": "arrears.action:_execute:3:after",
    "rendering": "arrears.notice:_deliver_one:15:after",
    "finishing": "arrears.run:_finish_day:1:after",
}


@pytest.mark.parametrize("place", PLACES)
def test_killed_and_gone_on_with_is_as_never_disturbed(office, undisturbed, place):
    office.start("run", office.day, pause=PLACES[place]).until_paused().kill()
    figures, picture = undisturbed
    assert office.picture() != picture, "it was killed before its work was done"
    assert office.do("run", office.day) == figures
    assert office.picture() == picture


def test_killed_with_chunks_done_those_are_kept(office):
    pause = "arrears.action:_execute:3:after"
    office.start("run", office.day, pause=pause).until_paused().kill()
    assert len(office.notices("queued")) == 12, "two chunks of six were committed"


@pytest.mark.parametrize("place", list(PLACES)[1:4])
def test_what_a_killed_run_left_goes_on_the_next_day(office, mail_server, place):
    """Nobody goes on with the run of day 1: day 2 takes over, and nobody is mailed twice."""
    office.start("run", office.day, pause=PLACES[place]).until_paused().kill()
    next_day = date.fromisoformat(office.day) + timedelta(days=1)
    figures = office.do("run", next_day)
    assert (figures["state"], figures["remaining_count"]) == ("done", 0)
    office.do("queue", next_day, smtp=mail_server.port)
    assert [row[0] for row in office.notices()] == office.customers()
    assert sorted(mail_server.taken.values()) == [1] * len(mail_server.taken)
    assert len(mail_server.taken) + 1 == len(office.customers()), "one gets its letter by post"
    left = office.sql("SELECT count(*) FROM arrears_action WHERE state = 'proposed'")
    assert left == [(0,)]
