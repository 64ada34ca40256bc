"""The collection fee beyond the vectors: properties, dates in force, VAT, wrong input."""

from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal as D

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from law import collection_fee
from law.calendar import add_months
from law.collection_fee import (
    Claim,
    FeeResult,
    Reminder,
    VatFacts,
    business_fee,
    explain_business_fee,
    explain_letter_fee,
    fee_due,
    instalment_fee,
    letter_fee,
    statutory_fee,
    vat_blockers,
    vat_on,
    vat_rate,
    with_vat,
)
from law.parameters import TARIFFS

DAY = date(2026, 3, 20)
amounts = st.decimals(0, 2_000_000, places=2)
small = st.decimals(0, 700, places=2)
fees = st.sampled_from([D("0.00"), D("20.00"), D("40.00"), D("45.00"), D("112.50")])
reminder_lists = st.lists(
    st.builds(Reminder, st.dates(date(2025, 6, 1), date(2026, 6, 1)), fees, st.booleans()),
    max_size=12,
)
claim_lists = st.lists(
    st.builds(Claim, st.sampled_from("ABC"), small, st.sampled_from([True, True, True, False])),
    max_size=6,
)
histories = st.dictionaries(st.sampled_from("ABC"), reminder_lists, max_size=3)


@given(amounts, amounts)
def test_the_fee_never_falls_when_the_principal_grows(one, two):
    assert statutory_fee(min(one, two)) <= statutory_fee(max(one, two))


@pytest.mark.parametrize(
    ("principal", "fee"),
    [("5000.19", "625.00"), ("10000.99", "875.00"), ("200001.99", "2775.00")],
)
def test_a_band_is_not_a_cent_wider_than_the_decree_says(principal, fee):
    assert statutory_fee(D(principal)) == D(fee)


@given(amounts)
def test_the_fee_lies_between_minimum_and_maximum_in_whole_cents(principal):
    fee = statutory_fee(principal)
    assert fee == 0 if principal == 0 else D(40) <= fee <= D(6775)
    assert fee == fee.quantize(D("0.01"))


@given(small, small, reminder_lists)
def test_the_fee_of_an_instalment_never_falls_when_it_grows(one, two, history):
    least = instalment_fee(min(one, two), DAY, history)
    assert least <= instalment_fee(max(one, two), DAY, history)


@settings(max_examples=300)
@given(claim_lists, histories)
def test_one_letter_is_never_dearer_than_separate_letters(claims, known):
    together = letter_fee(claims, DAY, known)
    assert together <= sum(letter_fee([claim], DAY, known) for claim in claims)
    policies = {claim.policy for claim in claims}
    per_policy = [[c for c in claims if c.policy == policy] for policy in policies]
    assert together <= sum(letter_fee(group, DAY, known) for group in per_policy)


@settings(max_examples=300)
@given(claim_lists, small, histories)
def test_a_letter_never_gets_cheaper_when_one_claim_grows(claims, extra, known):
    if claims:
        grown = [replace(claims[0], open_amount=claims[0].open_amount + extra), *claims[1:]]
        assert letter_fee(claims, DAY, known) <= letter_fee(grown, DAY, known)


@settings(max_examples=200)
@given(
    st.lists(st.integers(1, 45), min_size=1, max_size=30),
    st.lists(st.booleans(), min_size=30, max_size=30),
)
def test_no_six_months_carry_more_than_140_of_cumulated_fees(gaps, unpaid):
    day, history = date(2025, 1, 31), []
    for gap, stayed in zip(gaps, unpaid, strict=False):
        day += timedelta(days=gap)
        fee = instalment_fee(D("45.00"), day, history)
        history.append(Reminder(day, fee, stayed))
        window = [r for r in history if add_months(day, -6) < r.day and r.stayed_unpaid]
        assert sum(r.fee for r in window) <= D("140.00")


@given(small, reminder_lists, st.randoms())
def test_the_order_of_the_history_does_not_matter(amount, history, random):
    mixed = list(history)
    random.shuffle(mixed)
    assert instalment_fee(amount, DAY, mixed) == instalment_fee(amount, DAY, history)


@given(small, reminder_lists)
def test_reminders_of_the_day_itself_and_later_do_not_count(amount, history):
    earlier = [r for r in history if r.day < DAY]
    assert instalment_fee(amount, DAY, history) == instalment_fee(amount, DAY, earlier)


@given(amounts, amounts, amounts, st.booleans(), st.booleans())
def test_the_fee_due_is_never_above_the_fee_announced(announced, rest, other, valid, stopped):
    due = fee_due(announced, rest, fee_on_remainder=other, letter_valid=valid, stopped=stopped)
    assert 0 <= due <= announced
    assert due <= other


def monthly_history(count, fee="20.00", start=date(2025, 10, 20)):
    return [Reminder(add_months(start, n), D(fee), True) for n in range(count)]


def test_what_is_left_of_the_cap_can_be_less_than_a_fee():
    history = [Reminder(DAY - timedelta(days=n), D("32.50"), True) for n in range(1, 5)]
    assert instalment_fee(D("45.00"), DAY, history) == D("10.00")
    history = [Reminder(DAY - timedelta(days=n), D("30.00"), True) for n in range(1, 5)]
    assert instalment_fee(D("45.00"), DAY, history) == D("20.00")
    history = [Reminder(DAY - timedelta(days=n), D("40.00"), True) for n in range(1, 5)]
    assert instalment_fee(D("45.00"), DAY, history) == D("0.00")


def test_plain_tariff_fees_do_not_fill_the_cap_but_do_count_as_earlier_reminders():
    history = [Reminder(DAY - timedelta(days=n), D("40.01"), True) for n in range(1, 9)]
    assert instalment_fee(D("45.00"), DAY, history) == D("20.00")


def test_the_first_day_of_the_window_counts_as_earlier_but_not_for_the_cap():
    first = Reminder(date(2025, 9, 20), D("40.00"), True)
    full = [first, *(Reminder(DAY - timedelta(days=n), D("40.00"), True) for n in (1, 2, 3))]
    assert instalment_fee(D("45.00"), DAY, full) == D("20.00")
    before = replace(first, day=date(2025, 9, 19))
    assert instalment_fee(D("45.00"), DAY, [before]) == D("40.00")


def test_a_reminder_of_the_same_day_is_no_earlier_one():
    assert instalment_fee(D("45.00"), DAY, [Reminder(DAY, D("40.00"), True)]) == D("40.00")
    yesterday = Reminder(DAY - timedelta(days=1), D("40.00"), True)
    assert instalment_fee(D("45.00"), DAY, [yesterday]) == D("20.00")


def test_a_fee_that_just_fits_under_the_cap_is_no_capped_fee():
    history = [Reminder(DAY - timedelta(days=n), D("30.00"), True) for n in range(1, 5)]
    result = explain_letter_fee([Claim("A", D("45.00"))], DAY, {"A": history})
    assert (result.amount, result.rule) == (D("20.00"), "following")


def test_a_new_tariff_is_a_new_row_and_old_letters_keep_theirs(monkeypatch):
    newer = replace(TARIFFS[0], since=date(2026, 6, 1), minimum=D("50.00"), maximum=D("90.00"))
    monkeypatch.setattr(collection_fee, "TARIFFS", (*TARIFFS, newer))
    known = {"A": monthly_history(3), "B": monthly_history(3)}
    two = [Claim("A", D("300.00")), Claim("B", D("400.00"))]
    excess = [Claim("A", D("45.00"), instalment=False)]
    for day, fees in ((DAY, "105.00 45.00 40.00"), (date(2026, 6, 1), "90.00 50.00 50.00")):
        found = [letter_fee(claims, day, known) for claims in (two, two[:1], excess)]
        assert found == [D(fee) for fee in fees.split()]
    assert statutory_fee(D("10.00")) == D("50.00")
    assert statutory_fee(D("10.00"), DAY) == D("40.00")


def test_a_reminder_paid_in_time_fills_no_cap():
    history = [Reminder(DAY - timedelta(days=n), D("40.00"), n == 9) for n in range(1, 10)]
    assert instalment_fee(D("45.00"), DAY, history) == D("20.00")


def test_nothing_open_costs_nothing_whatever_the_history():
    assert instalment_fee(D("0.00"), DAY, monthly_history(3)) == D("0.00")


def test_cumulation_holds_from_1_october_2024():
    history = [Reminder(date(2024, 8, 1), D("40.00"), True)]
    assert instalment_fee(D("45.00"), date(2024, 9, 30), history) == D("40.00")
    assert instalment_fee(D("45.00"), date(2024, 10, 1), history) == D("20.00")


def test_before_cumulation_all_claims_in_one_letter_are_added_up():
    claims = [Claim("P", D("200.00")), Claim("P", D("200.00"))]
    old = explain_letter_fee(claims, date(2024, 9, 30), {})
    assert (old.amount, old.rule) == (D("60.00"), "tariff")
    assert letter_fee(claims, date(2024, 10, 1), {}) == D("40.00")
    two = explain_letter_fee([*claims, Claim("Q", D("10.00"))], date(2024, 9, 30), {})
    assert (two.amount, two.rule) == (D("61.50"), "sum_tariff")


def test_the_tariff_holds_from_1_july_2012():
    assert statutory_fee(D("100.00"), date(2012, 7, 1)) == D("40.00")
    for call in (
        lambda: statutory_fee(D("100.00"), date(2012, 6, 30)),
        lambda: instalment_fee(D("100.00"), date(2012, 6, 30), []),
        lambda: letter_fee([Claim("P", D("100.00"))], date(2012, 6, 30), {}),
        lambda: letter_fee([Claim("P", D("100.00"), False)], date(2012, 6, 30), {}),
        lambda: letter_fee([Claim("P", D("100.00"))], date(2012, 6, 30), {}, "business"),
    ):
        with pytest.raises(ValueError, match="no tariff in force on 2012-06-30.*2012-07-01"):
            call()


@pytest.mark.parametrize(
    ("claims", "known", "fee", "rule", "by_policy"),
    [
        ([], {}, "0.00", "nothing_open", {}),
        ([("A", "0.00")], {}, "0.00", "nothing_open", {}),
        ([("A", "300.00")], {}, "45.00", "tariff", {"A": "45.00"}),
        ([("A", "45.00")], {}, "40.00", "first", {"A": "40.00"}),
        ([("A", "45.00")], {"A": 1}, "20.00", "following", {"A": "20.00"}),
        ([("A", "45.00")], {"B": 1}, "40.00", "first", {"A": "40.00"}),
        ([("A", "45.00"), ("A", "45.00")], {}, "40.00", "highest_single", {"A": "40.00"}),
        ([("A", "45.00"), ("A", "0.00")], {}, "40.00", "first", {"A": "40.00"}),
        ([("A", "45.00"), ("A", "400.00"), ("A", "300.00")], {}, "60.00", "highest_single", None),
        ([("A", "100.00"), ("B", "166.67")], {}, "40.00", "one_low_fee", None),
        ([("A", "100.00"), ("B", "166.67")], {"A": 1, "B": 1}, "20.00", "one_low_fee", None),
        ([("A", "100.00"), ("B", "166.68")], {}, "40.00", "sum_tariff", None),
        ([("A", "100.00"), ("B", "170.00")], {"A": 1, "B": 1}, "40.00", "separate_fees", None),
        ([("A", "150.00"), ("B", "117.00")], {"A": 1, "B": 1}, "40.00", "separate_fees", None),
        ([("A", "266.00"), ("B", "266.00")], {"A": 1, "B": 1}, "40.00", "separate_fees", None),
        ([("A", "266.00"), ("B", "266.00")], {}, "79.80", "sum_tariff", None),
        (
            [("A", "266.60"), ("B", "266.80")],
            {},
            "80.01",
            "sum_tariff",
            {"A": "40.00", "B": "40.02"},
        ),
        ([("A", "300.00"), ("B", "10.00")], {"B": 1}, "46.50", "sum_tariff", None),
    ],
)
def test_a_letter_explains_its_fee(claims, known, fee, rule, by_policy):
    rows = {policy: monthly_history(n) for policy, n in known.items()}
    claims = [Claim(policy, D(amount)) for policy, amount in claims]
    result = explain_letter_fee(claims, DAY, rows)
    assert (result.amount, result.rule) == (D(fee), rule)
    assert letter_fee(claims, DAY, rows) == D(fee)
    if by_policy is not None:
        assert result.by_policy == {policy: D(own) for policy, own in by_policy.items()}


def test_the_explanation_holds_its_inputs_as_plain_strings():
    claims = [Claim("A", D("45")), Claim("A", D("45.0")), Claim("B", D("0.00"))]
    assert explain_letter_fee(claims, DAY, {}).inputs == {
        "debtor": "consumer",
        "reminder_day": "2026-03-20",
        "claims": "2",
        "total_open": "90.00",
        "fee.A": "40.00",
    }


def test_a_letter_over_nothing_still_tells_its_day():
    inputs = explain_letter_fee([], DAY, {}).inputs
    assert (inputs["reminder_day"], inputs["total_open"]) == ("2026-03-20", "0.00")


def test_an_exhausted_cap_is_told():
    history = [Reminder(DAY - timedelta(days=n), D("40.00"), True) for n in range(1, 5)]
    result = explain_letter_fee([Claim("A", D("45.00"))], DAY, {"A": history})
    assert (result.amount, result.rule) == (D("0.00"), "cap")


def test_a_claim_that_is_no_instalment_pays_the_plain_tariff():
    excess = Claim("A", D("45.00"), instalment=False)
    known = {"A": monthly_history(3)}
    result = explain_letter_fee([excess], DAY, known)
    assert (result.amount, result.rule) == (D("40.00"), "tariff")
    both = explain_letter_fee([excess, Claim("A", D("300.00"))], DAY, known)
    assert both.by_policy == {"A": D("45.00")}
    assert both.amount == D("51.75")
    assert both.inputs["fee.A"] == "51.75"
    assert result.by_policy == {}
    two = explain_letter_fee([excess, excess], DAY, known)
    assert (two.amount, two.rule) == (D("40.00"), "one_low_fee")


def test_a_business_pays_over_the_sum_or_as_agreed_but_at_least_40():
    claims = [Claim("A", D("300.00")), Claim("A", D("300.00")), Claim("B", D("45.00"))]
    result = explain_letter_fee(claims, DAY, {"A": monthly_history(3)}, "business")
    assert (result.amount, result.rule, result.by_policy) == (D("96.75"), "business", {})
    assert result.inputs["debtor"] == "business"
    assert business_fee(D("1000.00")) == D("150.00")
    assert business_fee(D("1000.00"), D("400.00")) == D("400.00")
    assert business_fee(D("1000.00"), D("15.00")) == D("40.00")
    assert business_fee(D("0.00"), D("15.00")) == D("0.00")


def test_the_fee_of_a_business_explains_itself():
    claims = [Claim("a", D("700.00")), Claim("b", D("300.00")), Claim("c", D("0.00"))]
    tariff = explain_business_fee(claims, DAY)
    assert (tariff.amount, tariff.rule) == (D("150.00"), "business")
    assert tariff.inputs["total_open"] == "1000.00"
    agreed = explain_business_fee(claims, DAY, D("40.00"))
    assert (agreed.amount, agreed.rule) == (D("40.00"), "business_agreed")
    nothing = explain_business_fee(claims[2:], DAY, D("40.00"))
    assert (nothing.amount, nothing.rule) == (D("0.00"), "nothing_open")
    with pytest.raises(ValueError, match="tariff"):
        explain_business_fee(claims, date(2012, 6, 30))


def test_vat_alone_is_rounded_down():
    assert vat_on(D("40.00"), D("0.21")) == D("8.40")
    assert vat_on(D("40.03"), D("0.21")) == D("8.40")
    assert vat_on(D("0.00"), D("0.21")) == D("0.00")


@pytest.mark.parametrize(
    ("rest", "options", "due"),
    [
        ("0.00", {}, "0.00"),
        ("0.00", {"waive_limit": D("0.00")}, "0.00"),
        ("0.01", {"waive_limit": D("0.00")}, "40.00"),
        ("9.99", {}, "0.00"),
        ("10.00", {}, "40.00"),
        ("600.00", {}, "90.00"),
        ("2000.00", {}, "150.00"),
        ("600.00", {"fee_on_remainder": D("20.00")}, "20.00"),
        ("600.00", {"fee_on_remainder": D("170.00")}, "150.00"),
        ("600.00", {"letter_valid": False}, "0.00"),
        ("600.00", {"stopped": True}, "0.00"),
    ],
)
def test_what_becomes_due_of_an_announced_fee(rest, options, due):
    assert fee_due(D("150.00"), D(rest), **options) == D(due)


FULL = VatFacts(True, True, False, True, True)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("external_collector", "own_collection"),
        ("collector_charges_vat", "collector_without_vat"),
        ("creditor_deducts_vat", "creditor_deducts"),
        ("amount_announced", "not_announced"),
        ("reason_declared", "not_declared"),
    ],
)
def test_each_condition_for_vat_counts(name, code):
    assert vat_blockers(FULL) == ()
    assert vat_blockers(replace(FULL, **{name: not getattr(FULL, name)})) == (code,)


def test_the_vat_rate_of_a_day():
    with pytest.raises(ValueError, match="no VAT rate in force on 2000-12-31"):
        vat_rate(date(2000, 12, 31))
    assert vat_rate(date(2001, 1, 1)) == D("0.19")
    assert vat_rate(date(2012, 9, 30)) == D("0.19")
    assert vat_rate(date(2012, 10, 1)) == D("0.21")


@given(amounts, st.decimals(0, D("0.99"), places=2))
def test_vat_never_lowers_and_is_rounded_down(fee, rate):
    total = with_vat(fee, rate)
    assert 0 <= fee * (1 + rate) - total < D("0.01")


WRONG_MONEY = [
    (45.0, TypeError),
    (45, TypeError),
    (True, TypeError),
    ("45.00", TypeError),
    (None, TypeError),
    (D("-0.01"), ValueError),
    (D("NaN"), ValueError),
    (D("sNaN"), ValueError),
    (D("Infinity"), ValueError),
    (D("0.001"), ValueError),
    (D("1e13"), ValueError),
    (D("1e40"), ValueError),
]


@pytest.mark.parametrize(("value", "error"), WRONG_MONEY)
@pytest.mark.parametrize(
    ("name", "call"),
    [
        ("principal", statutory_fee),
        ("principal", business_fee),
        ("agreed", lambda value: business_fee(D(100), value)),
        ("open_amount", lambda value: instalment_fee(value, DAY, [])),
        ("open_amount", lambda value: Claim("P", value)),
        ("fee", lambda value: Reminder(DAY, value, True)),
        ("fee", lambda value: with_vat(value, D("0.21"))),
        ("announced", lambda value: fee_due(value, D(1))),
        ("open_on_first_day_after_term", lambda value: fee_due(D(1), value)),
        ("fee_on_remainder", lambda value: fee_due(D(1), D(1), fee_on_remainder=value)),
        ("waive_limit", lambda value: fee_due(D(1), D(1), waive_limit=value)),
    ],
)
def test_wrong_money_is_named(name, call, value, error):
    if value is None and name in ("agreed", "fee_on_remainder"):
        call(value)
        return
    with pytest.raises(error, match=f"^{name} must"):
        call(value)


@pytest.mark.parametrize(
    "value", ["2026-03-20", None, 20260320, datetime(2026, 3, 20, tzinfo=UTC), 1.0]
)
@pytest.mark.parametrize(
    ("name", "call"),
    [
        ("on", lambda value: statutory_fee(D(1), value)),
        ("reminder_day", lambda value: instalment_fee(D(1), value, [])),
        ("reminder_day", lambda value: letter_fee([], value, {})),
        ("day", lambda value: Reminder(value, D(1), True)),
        ("on", vat_rate),
    ],
)
def test_a_wrong_day_is_named(name, call, value):
    if value is None and name == "on" and call is not vat_rate:
        return
    with pytest.raises(TypeError, match=f"^{name} must be a datetime.date"):
        call(value)


@pytest.mark.parametrize(
    ("call", "error", "match"),
    [
        (lambda: Claim("", D(1)), ValueError, "policy"),
        (lambda: Claim(7, D(1)), TypeError, "policy"),
        (lambda: Claim("P", D(1), 1), TypeError, "instalment"),
        (lambda: Reminder(DAY, D(1), 1), TypeError, "stayed_unpaid"),
        (lambda: instalment_fee(D(1), DAY, [(DAY, D(1), True)]), TypeError, "^history .*tuple"),
        (lambda: letter_fee([("P", D(1))], DAY, {}), TypeError, "^claims .*tuple"),
        (lambda: letter_fee([], DAY, {"P": [DAY]}), TypeError, "^histories .*date"),
        (lambda: letter_fee([], DAY, {}, "private"), ValueError, "debtor"),
        (lambda: letter_fee([], DAY, {}, None), TypeError, "debtor"),
        (lambda: fee_due(D(1), D(1), letter_valid=1), TypeError, "letter_valid"),
        (lambda: fee_due(D(1), D(1), stopped=None), TypeError, "stopped"),
        (lambda: vat_blockers("x"), TypeError, "facts must be VatFacts, not str"),
        (lambda: with_vat(D(1), 0.21), TypeError, "vat_rate"),
        (lambda: with_vat(D(1), D(21)), ValueError, "vat_rate"),
        (lambda: with_vat(D(1), D(1)), ValueError, "vat_rate"),
        (lambda: with_vat(D(1), D("-0.1")), ValueError, "vat_rate"),
        (lambda: with_vat(D(1), D("NaN")), ValueError, "vat_rate"),
    ],
)
def test_wrong_input_is_named(call, error, match):
    with pytest.raises(error, match=rf"^{match}\b"):
        call()


@pytest.mark.parametrize("name", [f.name for f in fields(VatFacts)])
def test_vat_facts_are_true_or_false(name):
    with pytest.raises(TypeError, match=rf"^{name} must be True or False"):
        replace(FULL, **{name: 1})


def test_a_result_without_policies_is_possible():
    assert FeeResult(D(0), "nothing_open", {}).by_policy == {}
