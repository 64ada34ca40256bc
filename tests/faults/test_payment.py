"""A payment that arrives while the run is at work: never reminded of what was paid before."""

import pytest

# Where the run is when the payment comes, and whether the payment is committed before the run is.
LOOKED_UP = "arrears.run:_take_firsts:1:before"  # it has read the database, and locked nothing
MADE = (
    "arrears.notice:_make_all:1:after"  # it has locked the case and decided, nothing is committed
)
ORDERS = [
    pytest.param(LOOKED_UP, True, id="paid first"),
    pytest.param(MADE, False, id="made first"),
]


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


def pay_meanwhile(office, place, amount):
    """Let a payment come while the run is at work; tell whether it was committed first."""
    executing = office.start("run", office.day, pause=place).until_paused()
    paying = office.start("pay", "BENCH-5", amount, office.day)
    was_first = office.until_waiting_or_ended(paying)
    executing.go().finish()
    paying.finish()
    return was_first


@pytest.mark.parametrize("place,paid_first", ORDERS)
def test_a_payment_in_full_while_the_run_is_at_work(office, place, paid_first):
    """Paid first, no letter. Made first, the payment waits, and is heard all the same."""
    office.do("propose", office.day)
    assert pay_meanwhile(office, place, 45) == paid_first
    assert is_settled(office, "BENCH-5")
    assert bool(notice_of(office, "BENCH-5")) != paid_first
    assert len(office.notices()) == len(office.customers()) - paid_first


@pytest.mark.parametrize("place,paid_first", ORDERS)
def test_a_part_payment_while_the_run_is_at_work(office, place, paid_first):
    """Paid first, the letter tells what is left."""
    office.do("propose", office.day)
    assert pay_meanwhile(office, place, 15) == paid_first
    amount = 30 if paid_first else 45
    assert notice_of(office, "BENCH-5") == [("reminder", amount, "queued", None)]
    assert len(office.notices()) == len(office.customers())


def test_a_second_part_payment_is_told_as_well(office):
    """The first one has marked the item already: the second is heard all the same."""
    office.do("propose", office.day)
    office.do("pay", "BENCH-5", 15, office.day)
    assert pay_meanwhile(office, LOOKED_UP, 10)
    assert notice_of(office, "BENCH-5") == [("reminder", 20, "queued", None)]
