"""Vectors 71 to 73 and the order of payments."""

from datetime import date
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from law.allocation import ORDERS, Allocation, Debt, allocate, costs_due, spread

ON = date(2026, 11, 22)
amounts = st.decimals(0, 5000, places=2)


def parts(payment, costs, interest, principal, order):
    return allocate(D(payment), D(costs), D(interest), D(principal), order)


@pytest.mark.parametrize(
    ("number", "payment", "costs", "order", "expected"),
    [
        (71, "60.00", "40.00", "statutory", ("40.00", "1.98", "18.02")),
        (71, "60.00", "40.00", "premium_first", ("0.00", "0.00", "60.00")),
        (72, "100.00", "40.00", "statutory", ("40.00", "1.98", "58.02")),
        (72, "100.00", "40.00", "premium_first", ("0.00", "0.00", "100.00")),
    ],
)
def test_vector_allocation(number, payment, costs, order, expected):
    found = parts(payment, costs, "1.98", "100.00", order)
    assert found == Allocation(*map(D, expected), D("0.00")), number


@pytest.mark.parametrize("order", ORDERS)
def test_vector_73_inside_the_term_all_goes_to_the_premium(order):
    fee = costs_due(D("40.00"), date(2026, 11, 23), ON)
    found = allocate(D("100.00"), fee, D("0.00"), D("100.00"), order)
    assert found == Allocation(D("0.00"), D("0.00"), D("100.00"), D("0.00"))


def test_costs_are_due_from_the_day_after_the_last_day():
    assert costs_due(D("40.00"), date(2026, 11, 22), ON) == D("0.00")
    assert costs_due(D("40.00"), date(2026, 11, 21), ON) == D("40.00")


def test_public_case_of_a_payment_on_costs_interest_and_principal():
    found = parts("1500.00", "100.00", "48.58", "3000.00", "statutory")
    assert found == Allocation(D("100.00"), D("48.58"), D("1351.42"), D("0.00"))


def test_premium_first_takes_the_costs_before_the_interest():
    found = parts("120.00", "40.00", "1.98", "100.00", "premium_first")
    assert found == Allocation(D("20.00"), D("0.00"), D("100.00"), D("0.00"))


@given(amounts, amounts, amounts, amounts, st.sampled_from(sorted(ORDERS)))
def test_allocation_adds_up_to_the_cent(payment, costs, interest, principal, order):
    found = allocate(payment, costs, interest, principal, order)
    assert found.costs + found.interest + found.principal + found.rest == payment
    assert found.costs <= costs and found.interest <= interest and found.principal <= principal
    assert found.rest == max(D(0), payment - costs - interest - principal)


JANUARY = Debt("jan", date(2026, 1, 31), D("45.00"))
FEBRUARY = Debt("feb", date(2026, 2, 28), D("45.00"))
DECEMBER = Debt("dec", date(2026, 12, 31), D("45.00"))


def test_the_oldest_debt_comes_first():
    assert spread(D("50.00"), [FEBRUARY, JANUARY], ON) == {"jan": D("45.00"), "feb": D("5.00")}


def test_what_the_debtor_names_comes_first():
    found = spread(D("50.00"), [JANUARY, FEBRUARY], ON, ["feb", "feb"])
    assert found == {"feb": D("45.00"), "jan": D("5.00")}


def test_a_debt_past_due_comes_before_a_more_onerous_one_that_is_not():
    onerous = Debt("motor", date(2026, 11, 22), D("45.00"), burden=9)
    assert spread(D("45.00"), [onerous, FEBRUARY], ON)["feb"] == D("45.00")


def test_the_more_onerous_debt_comes_before_the_older_one():
    onerous = Debt("motor", date(2026, 3, 31), D("45.00"), burden=1)
    assert spread(D("45.00"), [JANUARY, onerous], ON)["motor"] == D("45.00")


def test_equal_debts_share_in_proportion_and_no_cent_is_lost():
    equal = [Debt(key, date(2026, 1, 31), D("10.00")) for key in "abc"]
    assert spread(D("10.00"), equal, ON) == {"a": D("3.34"), "b": D("3.33"), "c": D("3.33")}


def test_cents_left_over_go_to_the_first_debts_one_each():
    equal = [Debt(key, date(2026, 1, 31), D("10.00")) for key in "abc"]
    assert spread(D("20.00"), equal, ON) == {"a": D("6.67"), "b": D("6.67"), "c": D("6.66")}


def test_a_payment_above_all_debts_leaves_the_rest():
    assert sum(spread(D("500.00"), [JANUARY, DECEMBER], ON).values()) == D("90.00")


@given(amounts, st.lists(st.tuples(st.integers(1, 28), amounts, st.integers(0, 2)), max_size=6))
def test_spreading_adds_up_to_the_cent(payment, rows):
    debts = [Debt(str(n), date(2026, 1, d), a, b) for n, (d, a, b) in enumerate(rows)]
    found = spread(payment, debts, ON)
    assert sum(found.values()) == min(payment, sum(d.amount for d in debts))
    assert all(0 <= found[d.key] <= d.amount for d in debts)


@pytest.mark.parametrize(
    ("call", "error", "match"),
    [
        (lambda: parts("1.00", "1.00", "1.00", "1.00", "fifo"), ValueError, "order"),
        (lambda: allocate(1.0, D(0), D(0), D(0), "statutory"), TypeError, "payment"),
        (lambda: allocate(D(1), D("-1"), D(0), D(0), "statutory"), ValueError, "costs"),
        (lambda: allocate(D(1), D(0), D("NaN"), D(0), "statutory"), ValueError, "interest"),
        (lambda: allocate(D(1), D(0), D(0), True, "statutory"), TypeError, "principal"),
        (lambda: spread(D(1), [JANUARY, JANUARY], ON), ValueError, "debts"),
        (lambda: costs_due(D(1), ON, "2026-11-22"), TypeError, "credited_on"),
        (lambda: spread(1, [JANUARY], ON), TypeError, "payment"),
        (lambda: spread(D(1), [JANUARY], ON, ["mar"]), ValueError, "designated"),
        (lambda: spread(D(1), ["jan"], ON), TypeError, "debts must hold Debt, not str"),
        (lambda: spread(D(1), [JANUARY], "2026-11-22"), TypeError, "on"),
        (lambda: costs_due(1.5, ON, ON), TypeError, "fee"),
        (lambda: costs_due(D(1), "2026-11-22", ON), TypeError, "last_day"),
        (lambda: Debt("k", ON, D(1), True), TypeError, "burden"),
        (lambda: Debt(1, ON, D(1)), TypeError, "key"),
        (lambda: Debt("k", None, D(1)), TypeError, "due_date"),
        (lambda: Debt("k", ON, 1), TypeError, "amount"),
    ],
)
def test_wrong_input_is_named(call, error, match):
    with pytest.raises(error, match=rf"^{match}\b"):
        call()
