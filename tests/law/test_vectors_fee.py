"""Vectors 1 to 60 of the legal brief: tariff, cumulation, several policies, VAT and the Wki."""

from datetime import date, timedelta
from decimal import Decimal as D

import pytest

from law.calendar import add_months
from law.collection_fee import (
    Claim,
    Reminder,
    VatFacts,
    business_fee,
    explain_letter_fee,
    fee_due,
    instalment_fee,
    letter_fee,
    statutory_fee,
    vat_blockers,
    with_vat,
)
from law.collector import Collector, interest_until, may_cause_fee
from law.notice import term_wording_allowed

VAT = D("0.21")


@pytest.mark.parametrize(
    ("number", "principal", "fee", "incl"),
    [
        (1, "0.00", "0.00", "0.00"),
        (2, "0.01", "40.00", "48.40"),
        (3, "150.00", "40.00", "48.40"),
        (4, "12.34", "40.00", "48.40"),
        (5, "266.66", "40.00", "48.40"),
        (6, "266.67", "40.00", "48.40"),
        (7, "266.70", "40.00", "48.40"),
        (8, "267.00", "40.05", "48.46"),
        (9, "300.00", "45.00", "54.45"),
        (10, "500.00", "75.00", "90.75"),
        (11, "1000.00", "150.00", "181.50"),
        (12, "1250.00", "187.50", "226.87"),
        (13, "2500.00", "375.00", "453.75"),
        (14, "3000.00", "425.00", "514.25"),
        (15, "5000.00", "625.00", "756.25"),
        (16, "6000.00", "675.00", "816.75"),
        (17, "7500.00", "750.00", "907.50"),
        (18, "10000.00", "875.00", "1058.75"),
        (19, "12345.67", "898.45", "1087.12"),
        (20, "25000.00", "1025.00", "1240.25"),
        (21, "100000.00", "1775.00", "2147.75"),
        (22, "200000.00", "2775.00", "3357.75"),
        (23, "300000.00", "3275.00", "3962.75"),
        (24, "1000000.00", "6775.00", "8197.75"),
        (25, "1200000.00", "6775.00", "8197.75"),
    ],
)
def test_vector_tariff(number, principal, fee, incl):
    assert statutory_fee(D(principal)) == D(fee), number
    assert with_vat(D(fee), VAT) == D(incl), number


def reminders(terms):
    """Send one reminder per (day, open amount) and return the fees, all staying unpaid."""
    history, fees = [], []
    for day, amount in terms:
        fee = instalment_fee(D(amount), day, history)
        history.append(Reminder(day, fee, True))
        fees.append(fee)
    return fees


def monthly(count, amount="45.00", step=1):
    return [(add_months(date(2026, 1, 15), n * step), amount) for n in range(count)]


def on(*days, amount="45.00"):
    return [(date.fromisoformat(day), amount) for day in days]


@pytest.mark.parametrize(
    ("number", "terms", "fees"),
    [
        (26, monthly(6), "40 20 20 20 20 20"),
        (27, monthly(7), "40 20 20 20 20 20 20"),
        (28, monthly(12), "40" + 11 * " 20"),
        (29, on("2026-01-15", "2026-08-15"), "40 40"),
        (30, on("2026-01-15", "2026-07-15"), "40 20"),
        (31, on("2026-01-15", "2026-07-16"), "40 40"),
        (32, on("2026-02-28", "2026-08-31"), "40 20"),
        (33, on("2026-02-27", "2026-08-31"), "40 40"),
        (34, on("2026-01-15", "2026-02-15", "2026-09-15", "2026-10-15"), "40 20 40 20"),
        (35, monthly(4, "120.00", 3), "40 20 20 20"),
        (36, monthly(2, "250.00", 6), "40 20"),
        (37, monthly(3, "200.00", 12), "40 40 40"),
        (38, monthly(4, "300.00", 3), "45 45 45 45"),
        (
            39,
            [(d, a) for (d, _), a in zip(monthly(3), ("45.00", "300.00", "45.00"), strict=True)],
            "40 45 20",
        ),
        (40, [(d, a) for (d, _), a in zip(monthly(2), ("300.00", "45.00"), strict=True)], "45 20"),
        (
            41,
            [(date(2026, 1, 5) + timedelta(weeks=4 * n), "30.00") for n in range(8)],
            "40 20 20 20 20 20 0 20",
        ),
        (42, monthly(2, "250.00"), "40 20"),
        (43, monthly(2, "266.67"), "40 20"),
        (44, monthly(2, "266.68"), "40 40"),
    ],
)
def test_vector_cumulation(number, terms, fees):
    assert reminders(terms) == [D(fee) for fee in fees.split()], number


def test_vector_26_to_28_totals():
    fees = reminders(monthly(12))
    assert sum(fees[:6]) == D(140)
    assert sum(fees[:7]) == D(160)
    assert sum(fees[1:7]) == D(120)
    assert sum(fees) == D(260)


MARCH = date(2026, 3, 20)


def test_vector_45_three_instalments_in_one_letter_cost_the_highest_single_fee():
    claims = [Claim("P", D("100.00"))] * 3
    assert letter_fee(claims, MARCH, {}) == D("40.00")
    assert statutory_fee(D("300.00")) == D("45.00")


def test_vector_46_an_earlier_unpaid_reminder_makes_it_20():
    history = {"P": [Reminder(date(2025, 12, 20), D("40.00"), True)]}
    assert letter_fee([Claim("P", D("100.00"))] * 3, MARCH, history) == D("20.00")


def test_vector_47_a_large_and_a_small_instalment_cost_the_large_one():
    claims = [Claim("P", D("300.00")), Claim("P", D("45.00"))]
    assert letter_fee(claims, MARCH, {}) == D("45.00")


def test_vector_48_a_reminder_paid_within_its_term_does_not_count():
    assert fee_due(D("40.00"), D("0.00")) == D("0.00")
    history = [Reminder(date(2026, 1, 15), D("40.00"), False)]
    assert instalment_fee(D("45.00"), date(2026, 2, 15), history) == D("40.00")


def test_vector_49_an_invalid_letter_brings_nothing_and_does_not_count():
    assert not term_wording_allowed("Betaal binnen 14 dagen na dagtekening.")
    assert fee_due(D("40.00"), D("45.00"), letter_valid=False) == D("0.00")
    assert instalment_fee(D("45.00"), date(2026, 2, 15), []) == D("40.00")


def test_vector_50_a_business_pays_the_tariff_for_each_month():
    assert [business_fee(D("45.00"))] * 3 == [D("40.00")] * 3
    history = {"P": [Reminder(date(2026, 2, 20), D("40.00"), True)]}
    assert letter_fee([Claim("P", D("45.00"))], MARCH, history, "business") == D("40.00")


@pytest.mark.parametrize(
    ("number", "amounts", "fee", "rule"),
    [
        (51, ("30.00", "25.00"), "40.00", "one_low_fee"),
        (52, ("400.00", "350.00"), "112.50", "sum_tariff"),
        (53, ("200.00", "100.00"), "45.00", "sum_tariff"),
    ],
)
def test_vector_several_policies(number, amounts, fee, rule):
    claims = [Claim(f"P{n}", D(amount)) for n, amount in enumerate(amounts)]
    result = explain_letter_fee(claims, MARCH, {})
    assert (result.amount, result.rule) == (D(fee), rule), number


def test_vector_54_two_insurers_are_two_letters():
    fees = [letter_fee([Claim("A", D("30.00"))], MARCH, {})]
    fees.append(letter_fee([Claim("B", D("25.00"))], MARCH, {}))
    assert fees == [D("40.00"), D("40.00")]


def test_vector_55_part_payment_within_the_term():
    announced = statutory_fee(D("1000.00"))
    assert announced == D("150.00")
    assert fee_due(announced, D("600.00")) == D("90.00")


def test_vector_56_a_small_remainder_still_costs_40_unless_waived():
    assert fee_due(D("150.00"), D("10.00")) == D("40.00")
    assert fee_due(D("150.00"), D("9.99")) == D("0.00")
    assert fee_due(D("150.00"), D("10.00"), waive_limit=D("25.00")) == D("0.00")


OUTSIDE = {
    "external_collector": True,
    "collector_charges_vat": True,
    "creditor_deducts_vat": False,
    "amount_announced": True,
    "reason_declared": True,
}


@pytest.mark.parametrize(
    ("number", "changes", "blockers", "total"),
    [
        (57, {"external_collector": False}, ("own_collection",), "40.00"),
        (58, {}, (), "48.40"),
        (59, {"amount_announced": False}, ("not_announced",), "40.00"),
    ],
)
def test_vector_vat_gate(number, changes, blockers, total):
    found = vat_blockers(VatFacts(**OUTSIDE | changes))
    assert found == blockers, number
    fee = D("40.00") if found else with_vat(D("40.00"), VAT)
    assert fee == D(total), number


def test_vector_60_an_unregistered_demand_taints_the_claim():
    later = Collector(
        "agency", registered_from=date(2026, 1, 1), unregistered_demand_on=date(2026, 10, 2)
    )
    assert may_cause_fee(later, date(2026, 11, 2)) == (False, "tainted")
    assert interest_until(later, date(2026, 11, 2)) == date(2026, 10, 1)
