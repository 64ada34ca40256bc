"""Limitation, motor, health, CIS and identifiers."""

from dataclasses import fields, replace
from datetime import date
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from law import cis, health, identifiers, limitation, motor


def d(text):
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("due", "interruptions", "last"),
    [
        ("2021-01-31", [], "2026-01-31"),
        ("2024-02-29", [], "2029-02-28"),
        ("2021-01-31", ["2023-05-10"], "2028-05-10"),
        ("2021-01-31", ["2025-12-01", "2023-05-10"], "2030-12-01"),
        ("2021-01-31", ["2026-01-31"], "2031-01-31"),
        ("2021-01-31", ["2026-02-01"], "2026-01-31"),
        ("2021-01-31", ["2020-06-01"], "2026-01-31"),
        ("2021-01-31", ["2023-05-10", "2028-05-10"], "2033-05-10"),
        ("2021-01-31", ["2023-05-10", "2028-05-11"], "2028-05-10"),
    ],
)
def test_a_claim_expires_after_five_years_unless_interrupted(due, interruptions, last):
    days = [d(day) for day in interruptions]
    assert limitation.expires_on(d(due), days) == d(last)
    assert not limitation.is_expired(d(due), d(last), days)
    assert limitation.is_expired(d(due), d(last).replace(year=d(last).year + 1), days)


@given(
    st.dates(d("2012-01-01"), d("2030-01-01")),
    st.lists(st.dates(d("2012-01-01"), d("2040-01-01")), max_size=5),
)
def test_an_interruption_never_shortens_the_term(due, interruptions):
    assert limitation.expires_on(due) <= limitation.expires_on(due, interruptions)


STOP = d("2026-11-19")


@pytest.mark.parametrize(
    ("event", "deadline"),
    [
        ("suspended", "2026-12-19"),
        ("ended", "2026-12-19"),
        ("resumed", "2026-12-17"),
        ("started", "2026-12-17"),
    ],
)
def test_when_rdw_must_know(event, deadline):
    assert motor.rdw_deadline(event, STOP) == d(deadline)


@pytest.mark.parametrize(
    ("notified", "other", "last"),
    [
        ("2026-11-19", None, "2026-12-05"),
        ("2026-12-19", None, "2026-12-05"),
        ("2026-12-20", None, "2027-01-05"),
        ("2026-11-19", "2026-11-25", "2026-11-24"),
        ("2026-11-19", "2026-11-10", "2026-11-19"),
        ("2026-11-19", "2026-12-31", "2026-12-05"),
        (None, "2026-11-25", "2026-11-24"),
        (None, None, None),
    ],
)
def test_how_long_the_insurer_must_pay_injured_parties(notified, other, last):
    found = motor.liability_ends_on(STOP, notified and d(notified), other and d(other))
    assert found == (last and d(last))


def test_what_concerns_rdw():
    assert motor.concerns_rdw("motor")
    assert motor.concerns_rdw("package", "AB-12-CD")
    assert not motor.concerns_rdw("package", " ")
    assert not motor.concerns_rdw("package")


ARREARS = health.HealthFacts(D("300.00"), D("150.00"), d("2026-11-16"))
OFFERED = replace(ARREARS, premium_open=D("900.00"), offer_sent_on=d("2026-06-01"))
TOLD = replace(OFFERED, intent_received_on=d("2026-10-01"), effort_recorded=True)


def test_the_ladder_of_health_insurance():
    step = health.next_health_step
    on = d("2026-11-22")
    assert step(replace(ARREARS, premium_open=D("299.99")), on).duty == "none"
    assert step(ARREARS, on) == health.HealthStep("offer", d("2026-11-30"))
    offered = replace(ARREARS, offer_sent_on=d("2026-11-20"))
    assert step(offered, on) == health.HealthStep("none", None)
    assert step(replace(offered, premium_open=D("599.99")), on).duty == "none"
    four = replace(offered, premium_open=D("600.00"))
    assert step(four, on) == health.HealthStep("intent", None)
    kept = replace(four, arrangement_kept=True)
    assert step(kept, on) == health.HealthStep("intent", None, ("arrangement",))
    assert step(replace(four, intent_received_on=d("2026-11-21")), on).duty == "none"
    assert step(OFFERED, on).duty == "intent"
    assert step(replace(TOLD, offer_sent_on=None), on).duty == "offer"
    assert step(replace(TOLD, premium_open=D("899.99")), on).duty == "none"
    assert step(TOLD, on) == health.HealthStep("report", None)


def test_working_days_of_the_offer_skip_holidays():
    christmas = replace(ARREARS, found_on=d("2026-12-18"))
    assert health.next_health_step(christmas, d("2026-12-18")).deadline == d("2027-01-05")


@pytest.mark.parametrize(
    ("changes", "blockers"),
    [
        ({"intent_received_on": d("2026-10-25")}, ("reply_term_running",)),
        ({"intent_received_on": d("2026-10-24")}, ()),
        ({"effort_recorded": False}, ("no_effort",)),
        ({"disputed": True}, ("disputed",)),
        ({"stabilised": True}, ("stabilised",)),
        ({"arrangement_kept": True}, ("arrangement",)),
        ({"address_doubtful": True}, ("address_doubtful",)),
    ],
)
def test_what_stops_a_report_to_the_cak(changes, blockers):
    found = health.next_health_step(replace(TOLD, **changes), d("2026-11-22"))
    assert (found.duty, found.blockers) == ("report", blockers)


VM = cis.CisFacts(
    office_role="authorised_agent",
    line_of_business="home",
    ended_for_nonpayment_on=d("2026-11-20"),
    conditions_name_ground=True,
    notice_announced=True,
    notice_received_on=d("2026-11-01"),
    customer_told=True,
    disputed=False,
    debt_help=False,
    on_hold=False,
    arrangement_active=False,
    open_at_end=True,
    open_now=True,
    clean_slate=False,
    proposed_by="An",
    approved_by="Bo",
)


@pytest.mark.parametrize(
    ("changes", "blockers"),
    [
        ({}, ()),
        ({"office_role": "insurer"}, ()),
        ({"office_role": "intermediary"}, ("office_role",)),
        ({"ended_for_nonpayment_on": None}, ("not_terminated",)),
        ({"ended_for_nonpayment_on": d("2026-11-22")}, ()),
        ({"ended_for_nonpayment_on": d("2026-11-23")}, ("not_terminated",)),
        ({"conditions_name_ground": False}, ("no_ground",)),
        ({"line_of_business": "health_basic"}, ("health_basic",)),
        ({"notice_announced": False}, ("notice_silent",)),
        ({"notice_received_on": None}, ("notice_unproven",)),
        ({"notice_received_on": d("2026-11-20")}, ()),
        ({"notice_received_on": d("2026-11-21")}, ("notice_unproven",)),
        ({"customer_told": False}, ("customer_not_told",)),
        ({"disputed": True}, ("disputed",)),
        ({"debt_help": True}, ("debt_help",)),
        ({"open_at_end": False}, ("nothing_open",)),
        ({"open_now": False}, ("nothing_open",)),
        ({"clean_slate": True}, ("clean_slate",)),
        ({"on_hold": True}, ("on_hold",)),
        ({"arrangement_active": True}, ("arrangement",)),
        ({"approved_by": ""}, ("not_approved",)),
        ({"approved_by": "An"}, ("same_person",)),
        ({"approved_by": "", "proposed_by": ""}, ("not_approved",)),
    ],
)
def test_what_stops_a_cis_registration(changes, blockers):
    assert cis.registration_blockers(replace(VM, **changes), d("2026-11-22")) == blockers


def test_who_proposes_needs_no_approval_and_no_letter_yet():
    early = replace(VM, approved_by="", customer_told=False)
    assert cis.proposal_blockers(early, d("2026-11-22")) == ()
    assert cis.registration_blockers(early, d("2026-11-22")) == (
        "customer_not_told",
        "not_approved",
    )
    held = replace(early, on_hold=True)
    assert cis.proposal_blockers(held, d("2026-11-22")) == ("on_hold",)


def test_an_intermediary_asks_the_insurer_about_a_debt_that_stands():
    asks = replace(VM, office_role="intermediary", notice_announced=False, approved_by="")
    assert cis.asking_blockers(asks, d("2026-11-22")) == ()
    disputed = replace(asks, disputed=True, ended_for_nonpayment_on=None)
    assert cis.asking_blockers(disputed, d("2026-11-22")) == ("not_terminated", "disputed")
    assert cis.asking_blockers(VM, d("2026-11-22")) == ("office_role",)


@pytest.mark.parametrize(
    ("expiry", "years", "may"),
    [
        ("2029-11-22", 3, True),
        ("2029-11-23", 3, False),
        ("2027-01-01", 3, True),
        ("2026-11-22", 3, False),
        ("2031-11-22", 5, True),
        ("2031-11-23", 5, False),
    ],
)
def test_no_registration_stands_longer_than_the_customer_was_told(expiry, years, may):
    assert cis.may_expire_on(d("2026-11-22"), d(expiry), years) is may


def test_why_a_registration_must_go():
    expiry = d("2029-11-22")
    assert cis.removal_reason(expiry, d("2029-11-21")) == ""
    assert cis.removal_reason(expiry, expiry) == "expired"
    assert cis.removal_reason(expiry, expiry, clean_slate=True) == "clean_slate"
    assert cis.removal_reason(expiry, STOP, clean_slate=True, unfounded=True) == "unfounded"


def test_how_long_a_registration_stands():
    day = d("2026-11-22")
    assert cis.expires_on(day) == d("2029-11-22")
    assert cis.expires_on(day, 5) == d("2031-11-22")
    assert cis.expires_on(day, 1) == d("2027-11-22")
    assert not cis.must_be_removed(day, d("2029-11-21"))
    assert cis.must_be_removed(day, d("2029-11-22"))
    assert not cis.must_be_removed(day, d("2029-11-22"), 5)
    assert cis.must_be_removed(day, day, clean_slate=True)
    assert cis.must_be_removed(day, day, unfounded=True)


def test_payment_asks_for_a_review_and_a_clean_slate_wipes_the_history():
    assert not cis.must_be_reviewed(None)
    assert not cis.must_be_reviewed(None, STOP)
    assert cis.must_be_reviewed(STOP)
    assert cis.must_be_reviewed(STOP, d("2026-11-18"))
    assert not cis.must_be_reviewed(STOP, STOP)
    assert cis.history_counts(False)
    assert not cis.history_counts(True)


def test_check_digits():
    assert identifiers.iban("NL91 ABNA 0417 1643 00") == "NL91ABNA0417164300"
    assert identifiers.iban("BE68539007547034") == "BE68539007547034"
    assert identifiers.postcode("1012ab") == "1012 AB"


@pytest.mark.parametrize(
    ("call", "match"),
    [
        (lambda: identifiers.iban("NL91ABNA0417164301"), "^number must be an IBAN: its check"),
        (lambda: identifiers.iban("NL91ABNA04171643"), "^number must be an IBAN: it does not"),
        (lambda: identifiers.iban("NL06ABNA04171643001"), "^number must be an IBAN: it does not"),
        (lambda: identifiers.iban("91ABNA0417164300NL"), "^number must be an IBAN: it does not"),
        (lambda: identifiers.postcode("0012 AB"), "^code must be a Dutch postcode"),
    ],
)
def test_a_wrong_number_is_refused(call, match):
    with pytest.raises(ValueError, match=match):
        call()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("BSN 111222333", True),
        ("bsn: 1112.22.333.", True),
        ("1112 22 333", True),
        ("111222334", False),
        ("polis 1112223330", False),
        ("1111222333", False),
        ("NL91ABNA0417164300", False),
        ("", False),
    ],
)
def test_a_bsn_is_recognised(text, found):
    assert identifiers.holds_bsn(text) is found


@pytest.mark.parametrize(
    ("call", "error", "match"),
    [
        (lambda: limitation.expires_on("2021-01-31"), TypeError, "due_on"),
        (lambda: limitation.expires_on(STOP, ["2021-01-31"]), TypeError, "interruptions"),
        (lambda: limitation.is_expired(STOP, None), TypeError, "on"),
        (lambda: motor.rdw_deadline("stolen", STOP), ValueError, "event"),
        (lambda: motor.rdw_deadline("ended", "x"), TypeError, "effective_on"),
        (lambda: motor.liability_ends_on("x", None), TypeError, "effective_on"),
        (lambda: motor.liability_ends_on(STOP, "x"), TypeError, "notified_on"),
        (lambda: motor.liability_ends_on(STOP, None, "x"), TypeError, "other_cover_from"),
        (lambda: motor.concerns_rdw("boat"), ValueError, "line_of_business"),
        (lambda: motor.concerns_rdw("motor", None), TypeError, "licence_plate"),
        (lambda: health.months_in_arrears(300.0, D(150)), TypeError, "premium_open"),
        (lambda: health.months_in_arrears(D(300), 150.0), TypeError, "monthly_premium"),
        (lambda: health.months_in_arrears(D(300), D(0)), ValueError, "monthly_premium"),
        (lambda: replace(ARREARS, monthly_premium=D(0)), ValueError, "monthly_premium"),
        (lambda: replace(ARREARS, premium_open=1.0), TypeError, "premium_open"),
        (lambda: replace(ARREARS, found_on="x"), TypeError, "found_on"),
        (lambda: replace(ARREARS, offer_sent_on="x"), TypeError, "offer_sent_on"),
        (lambda: replace(ARREARS, intent_received_on="x"), TypeError, "intent_received_on"),
        (lambda: health.next_health_step("x", STOP), TypeError, "facts must be .*, not str"),
        (lambda: health.next_health_step(ARREARS, "x"), TypeError, "on"),
        (lambda: cis.registration_blockers("x", STOP), TypeError, "facts must be .*, not str"),
        (lambda: cis.registration_blockers(VM, "x"), TypeError, "on"),
        (lambda: replace(VM, office_role="broker"), ValueError, "office_role"),
        (lambda: replace(VM, ended_for_nonpayment_on="x"), TypeError, "ended_for_nonpayment_on"),
        (lambda: replace(VM, proposed_by=None), TypeError, "proposed_by"),
        (lambda: replace(VM, approved_by=None), TypeError, "approved_by"),
        (lambda: cis.expires_on("x"), TypeError, "registered_on"),
        (lambda: replace(VM, line_of_business="boat"), ValueError, "line_of_business"),
        (lambda: replace(VM, notice_received_on="x"), TypeError, "notice_received_on"),
        (lambda: cis.may_expire_on(STOP, "x"), TypeError, "expiry"),
        (lambda: cis.may_expire_on(STOP, STOP, 6), ValueError, "years"),
        (lambda: cis.removal_reason("x", STOP), TypeError, "expiry"),
        (lambda: cis.removal_reason(STOP, "x"), TypeError, "on"),
        (lambda: cis.removal_reason(STOP, STOP, clean_slate=1), TypeError, "clean_slate"),
        (lambda: cis.removal_reason(STOP, STOP, unfounded=1), TypeError, "unfounded"),
        (lambda: cis.expires_on(STOP, 0), ValueError, "years"),
        (lambda: cis.expires_on(STOP, 6), ValueError, "years"),
        (lambda: cis.must_be_removed(STOP, "x"), TypeError, "on"),
        (lambda: cis.must_be_removed(STOP, STOP, clean_slate=1), TypeError, "clean_slate"),
        (lambda: cis.must_be_removed(STOP, STOP, unfounded=1), TypeError, "unfounded"),
        (lambda: cis.must_be_reviewed("x"), TypeError, "paid_on"),
        (lambda: cis.must_be_reviewed(STOP, "x"), TypeError, "reviewed_on"),
        (lambda: cis.history_counts(None), TypeError, "clean_slate"),
        (lambda: identifiers.iban(91), TypeError, "number"),
        (lambda: identifiers.postcode(1012), TypeError, "code"),
        (lambda: identifiers.holds_bsn(111222333), TypeError, "text"),
    ],
)
def test_wrong_input_is_named(call, error, match):
    with pytest.raises(error, match=rf"^{match}\b"):
        call()


@pytest.mark.parametrize(
    ("facts", "name"),
    [
        (facts, field.name)
        for facts in (VM, ARREARS)
        for field in fields(facts)
        if isinstance(getattr(facts, field.name), bool)
    ],
)
def test_flags_are_true_or_false(facts, name):
    with pytest.raises(TypeError, match=rf"^{name} must be True or False"):
        replace(facts, **{name: 1})
