"""Mail with a real server: killed while sending, a server that refuses, a server that is down."""

from datetime import date, timedelta

import pytest
from conftest import MAILABLE

IN_HAND = "mail.mail:_claim:3:before"  # two have left, the queue has the others in hand
SENDING = "ir.mail_server:send_email:15"  # the queue sends in the order in which mails were made


def next_day(day, days=1):
    return str(date.fromisoformat(day) + timedelta(days=days))


def mails_of(customers):
    """Return how often each of these customers is mailed when each gets one mail."""
    return {f"c{ref.removeprefix('BENCH-')}@example.com": 1 for ref in customers}


def by_post(office):
    """Return the mailable customers whose notice is now a letter that waits to be posted."""
    rows = office.sql(
        "SELECT p.ref FROM arrears_notice n JOIN res_partner p ON p.id = n.partner_id "
        "WHERE n.state = 'queued' AND n.channel = 'post' AND n.attachment_id IS NOT NULL"
    )
    return sorted(ref for (ref,) in rows if ref in MAILABLE)


@pytest.mark.parametrize("when", ["before", "after"])
def test_killed_while_sending_no_notice_goes_twice_and_none_is_lost(office, mail_server, when):
    """Killed just before or just after the server took the mail: nobody knows, so it has failed."""
    port = mail_server.port
    office.do("run", office.day)
    office.start("queue", office.day, smtp=port, pause=f"{SENDING}:{when}").until_paused().kill()
    taken = 14 if when == "before" else 15
    assert sum(mail_server.taken.values()) == taken
    office.do("queue", office.day, smtp=port)
    office.do("queue", office.day, smtp=port)
    office.do("run", next_day(office.day))
    office.do("queue", next_day(office.day), smtp=port)

    failed = office.notices("failed")
    assert len(failed) == 1, "the one that was being sent"
    assert len(office.notices("sent")) == len(MAILABLE) - 1
    assert set(mail_server.taken.values()) == {1}, "nobody is mailed twice"
    assert sum(mail_server.taken.values()) == len(MAILABLE) - (when == "before")
    told = office.sql("SELECT reason FROM arrears_case_history WHERE event = 'failed'")
    assert len(told) == 1 and "interrupted" in told[0][0]

    assert office.do("retry") == 1
    office.do("run", next_day(office.day, 2))
    office.do("queue", next_day(office.day, 2), smtp=port)
    # The next try goes by post: a second mail could be one too many.
    assert by_post(office) == [failed[0][0]]
    assert sum(mail_server.taken.values()) == len(MAILABLE) - (when == "before")


def test_one_recipient_is_refused_and_the_rest_goes_on(office, mail_server):
    mail_server.refused.add("c7@example.com")
    office.do("run", office.day)
    office.do("queue", office.day, smtp=mail_server.port)
    assert mail_server.taken == mails_of(set(MAILABLE) - {"BENCH-7"})
    assert [row[0] for row in office.notices("sent")] == sorted(set(MAILABLE) - {"BENCH-7"})
    assert [(row[0], row[4]) for row in office.notices("failed")] == [("BENCH-7", "refused")]
    told = office.sql("SELECT reason FROM arrears_case_history WHERE event = 'failed'")
    assert len(told) == 1 and "550" in told[0][0]

    # An address that is refused is left alone; the next try goes by post.
    assert office.do("retry") == 1
    office.do("run", next_day(office.day))
    office.do("queue", next_day(office.day), smtp=mail_server.port)
    assert mail_server.taken == mails_of(set(MAILABLE) - {"BENCH-7"})
    assert by_post(office) == ["BENCH-7"]


def test_a_mail_server_that_is_down_loses_nothing(office, mail_server):
    office.do("run", office.day)
    office.do("queue", office.day, smtp=1)  # nothing listens there
    assert not office.notices("sent")
    assert [row[0] for row in office.notices("queued", "failed")] == office.customers()

    # The server is back. What Odoo has given up is tried again when asked for.
    office.do("retry")
    office.do("run", next_day(office.day))
    office.do("queue", next_day(office.day), smtp=mail_server.port)
    assert mail_server.taken == mails_of(MAILABLE)
    assert [row[0] for row in office.notices("sent")] == sorted(MAILABLE)


def test_two_queues_at_once_send_each_mail_once(office, mail_server):
    office.do("run", office.day)
    pause = "mail.mail:send:1:before"
    queues = [
        office.start("queue", office.day, smtp=mail_server.port, pause=pause) for _twice in "ab"
    ]
    for queue in [queue.until_paused() for queue in queues]:
        queue.go()
    for queue in queues:
        queue.finish()
    office.do("queue", office.day, smtp=mail_server.port)
    assert mail_server.taken == mails_of(MAILABLE)
    assert [row[0] for row in office.notices("sent")] == sorted(MAILABLE)


@pytest.mark.parametrize(
    "stop,release",
    [
        ("arrears_paused = true", "arrears_paused = false"),
        ("arrears_test_email = 'tester@example.com'", "arrears_test_email = NULL"),
    ],
)
def test_what_is_stopped_while_a_queue_is_at_work_does_not_leave(
    office, mail_server, stop, release
):
    office.do("run", office.day)
    queue = office.start("queue", office.day, smtp=mail_server.port, pause=IN_HAND).until_paused()
    office.sql(f"UPDATE res_company SET {stop}")
    queue.go().finish()
    assert sum(mail_server.taken.values()) == 2
    mails = office.sql("SELECT state, count(*) FROM mail_mail GROUP BY state ORDER BY state")
    assert dict(mails)["outgoing"] == len(MAILABLE) - 2
    assert "exception" not in dict(mails)
    assert [row[0] for row in office.notices()] == office.customers()

    office.sql(f"UPDATE res_company SET {release}")
    office.do("queue", office.day, smtp=mail_server.port)
    assert mail_server.taken == mails_of(MAILABLE)
    assert [row[0] for row in office.notices("sent")] == sorted(MAILABLE)


def test_who_pays_while_a_queue_is_at_work_is_not_reminded(office, mail_server):
    office.do("run", office.day)
    ((last,),) = office.sql(
        "SELECT p.ref FROM arrears_notice n JOIN res_partner p ON p.id = n.partner_id "
        "WHERE n.mail_id IS NOT NULL ORDER BY n.mail_id DESC LIMIT 1"
    )
    queue = office.start("queue", office.day, smtp=mail_server.port, pause=IN_HAND).until_paused()
    office.do("pay", last, 45, office.day)
    queue.go().finish()
    assert mail_server.taken == mails_of(set(MAILABLE) - {last})
    assert [row[0] for row in office.notices("withdrawn")] == [last]
    ((mail,),) = office.sql(
        "SELECT m.state FROM mail_mail m JOIN arrears_notice n ON n.mail_id = m.id "
        "WHERE n.state = 'withdrawn'"
    )
    assert mail == "cancel"
    office.do("run", next_day(office.day))
    office.do("queue", next_day(office.day), smtp=mail_server.port)
    assert mail_server.taken == mails_of(set(MAILABLE) - {last})
