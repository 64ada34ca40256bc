"""A payment that arrives while the run is at work: never reminded of what was paid before."""

MADE = "arrears.notice:_make_all:1:after"  # locked and decided, not committed


def notice_of(office, customer):
    return [row[1:] for row in office.notices() if row[0] == customer]


def is_settled(office, customer):
    ((settled,),) = office.sql(
        "SELECT i.settled_on IS NOT NULL FROM arrears_item i JOIN account_move_line l "
        "ON l.id = i.move_line_id JOIN res_partner p ON p.id = l.partner_id WHERE p.ref = %s",
        customer,
    )
    return settled


def test_paid_between_proposing_and_executing_gets_no_letter(office):
    office.do("propose", office.day)
    office.do("pay", "BENCH-5", 45, office.day)
    office.do("run", office.day)
    assert not notice_of(office, "BENCH-5")
    assert len(office.notices()) == len(office.customers()) - 1
    skipped = office.sql(
        "SELECT p.ref, a.skip_reason FROM arrears_action a "
        "JOIN arrears_case c ON c.id = a.case_id JOIN res_partner p ON p.id = c.partner_id "
        "WHERE a.state = 'skipped'"
    )
    assert skipped == [("BENCH-5", "nothing_open")]


def test_a_payment_that_comes_while_the_notice_is_made_is_not_lost(office):
    """Paid in full: whichever commits first, the other sees it."""
    executing = office.start("run", office.day, pause=MADE).until_paused()
    paying = office.start("pay", "BENCH-5", 45, office.day)
    was_first = office.until_waiting_or_ended(paying)
    executing.go().finish()
    paying.finish()
    assert is_settled(office, "BENCH-5")
    assert bool(notice_of(office, "BENCH-5")) != was_first
    assert len(office.notices()) == len(office.customers()) - was_first


def test_a_part_payment_that_comes_while_the_notice_is_made_is_told(office):
    """A part leaves the case as it is, so nothing holds it up: it is committed first."""
    executing = office.start("run", office.day, pause=MADE).until_paused()
    paying = office.start("pay", "BENCH-5", 15, office.day)
    was_first = office.until_waiting_or_ended(paying)
    executing.go().finish()
    paying.finish()
    amount = 30 if was_first else 45
    assert notice_of(office, "BENCH-5") == [("reminder", amount, "queued", None)]
    assert len(office.notices()) == len(office.customers())


def test_a_second_part_payment_is_told_as_well(office):
    """The first one has marked the item already: the second must be heard all the same."""
    office.do("propose", office.day)
    office.do("pay", "BENCH-5", 15, office.day)
    executing = office.start("run", office.day, pause=MADE).until_paused()
    paying = office.start("pay", "BENCH-5", 10, office.day)
    was_first = office.until_waiting_or_ended(paying)
    executing.go().finish()
    paying.finish()
    amount = 20 if was_first else 30
    assert notice_of(office, "BENCH-5") == [("reminder", amount, "queued", None)]
