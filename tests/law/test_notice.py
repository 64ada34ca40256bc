"""Receipt, last day to pay, wording and completeness of a notice."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from law.calendar import holidays_of
from law.notice import (
    NoticeContent,
    assumed_receipt,
    first_day_after_term,
    last_day_to_pay,
    missing_parts,
    receipt,
    term_wording_allowed,
)
from law.parameters import DECREED_HOLIDAYS

days = st.dates(date(2012, 7, 1), date(2040, 12, 31))


def d(text):
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("sent", "received", "last", "first_after"),
    [
        ("2026-11-02", "2026-11-04", "2026-11-18", "2026-11-19"),
        ("2026-11-04", "2026-11-06", "2026-11-20", "2026-11-21"),
        ("2026-11-05", "2026-11-07", "2026-11-23", "2026-11-24"),
        ("2026-11-06", "2026-11-10", "2026-11-24", "2026-11-25"),
    ],
)
def test_table_of_the_delivery_model(sent, received, last, first_after):
    assert assumed_receipt(d(sent), "post") == d(received)
    assert last_day_to_pay(d(received)) == d(last)
    assert first_day_after_term(d(last)) == d(first_after)


@pytest.mark.parametrize(
    ("received", "last"),
    [
        ("2026-12-11", "2026-12-28"),
        ("2027-04-21", "2027-05-07"),
        ("2027-03-12", "2027-03-30"),
        ("2026-11-08", "2026-11-23"),
        ("2026-12-18", "2027-01-04"),
    ],
)
def test_last_day_moves_over_weekends_and_holidays(received, last):
    assert last_day_to_pay(d(received)) == d(last)


@pytest.mark.parametrize(
    ("sent", "received"),
    [
        ("2026-06-30", "2026-07-01"),
        ("2026-07-01", "2026-07-03"),
        ("2027-06-30", "2027-07-02"),
        ("2027-07-01", "2027-07-06"),
        ("2026-12-23", "2026-12-29"),
        ("2026-06-20", "2026-06-23"),
        ("1970-01-01", "1970-01-02"),
    ],
)
def test_post_lag_follows_the_day_of_sending(sent, received):
    assert assumed_receipt(d(sent), "post") == d(received)


def test_safety_days_are_delivery_days_for_post_and_days_for_mail():
    assert assumed_receipt(d("2026-11-06"), "post", 1) == d("2026-11-11")
    assert assumed_receipt(d("2026-11-06"), "email") == d("2026-11-07")
    assert assumed_receipt(d("2026-11-06"), "email", 2) == d("2026-11-09")


def test_a_decreed_holiday_moves_receipt_and_last_day():
    bridge = frozenset({d("2026-11-04"), d("2026-11-18")})
    assert assumed_receipt(d("2026-11-02"), "post", extra_holidays=bridge) == d("2026-11-05")
    assert receipt(d("2026-11-02"), "post", extra_holidays=bridge) == d("2026-11-05")
    assert last_day_to_pay(d("2026-11-04"), extra_holidays=bridge) == d("2026-11-19")


def test_the_day_after_ascension_of_2027_is_decreed():
    received = d("2027-04-21")
    assert last_day_to_pay(received) == d("2027-05-07")
    decreed = last_day_to_pay(received, extra_holidays=DECREED_HOLIDAYS)
    assert decreed == d("2027-05-10")


def test_a_longer_term_is_allowed_and_a_shorter_one_is_not():
    assert last_day_to_pay(d("2026-11-04"), 21) == d("2026-11-25")
    with pytest.raises(ValueError, match="days"):
        last_day_to_pay(d("2026-11-04"), 13)


def test_proof_goes_before_the_assumption_and_a_return_before_all():
    assert receipt(d("2026-11-02"), "post") == d("2026-11-04")
    assert receipt(d("2026-11-02"), "post", safety_days=1) == d("2026-11-05")
    assert receipt(d("2026-11-02"), "post", d("2026-11-03")) == d("2026-11-03")
    assert receipt(d("2026-11-02"), "post", d("2026-11-02")) == d("2026-11-02")
    assert receipt(d("2026-11-02"), "email", d("2026-11-09")) == d("2026-11-09")
    assert receipt(d("2026-11-02"), "post", d("2026-11-04"), returned=True) is None


@given(days)
def test_last_day_is_a_working_day_and_never_early(received):
    last = last_day_to_pay(received)
    assert last >= received + timedelta(days=14)
    assert last.weekday() < 5
    assert last not in holidays_of(last.year)
    skipped = [received + timedelta(days=n) for n in range(14, (last - received).days)]
    assert all(day.weekday() >= 5 or day in holidays_of(day.year) for day in skipped)


@given(days, days)
def test_a_later_receipt_never_ends_sooner(one, two):
    assert last_day_to_pay(min(one, two)) <= last_day_to_pay(max(one, two))


@given(days, st.sampled_from(["post", "email"]))
def test_receipt_comes_after_sending_and_post_on_a_delivery_day(sent, channel):
    received = assumed_receipt(sent, channel)
    assert received > sent
    if channel == "post":
        assert received.weekday() in (1, 2, 3, 4, 5)
        assert received not in holidays_of(received.year)


GOOD = [
    "Betaal binnen veertien dagen vanaf de dag nadat deze brief bij u is bezorgd.",
    "binnen vijftien dagen nadat deze brief bij u is bezorgd",
    "U betaalt BINNEN 14 dagen\n vanaf de dag nadat deze aanmaning bij u bezorgd is.",
    "binnen 15 dagen nadat u dit bericht heeft ontvangen",
    "binnen 14 dagen vanaf de dag nadat u deze e-mail ontvangen hebt",
    "within 14 days counted from the day after you received this message",
    "within fourteen days, starting on the day after this letter was delivered to you",
    "within 14 days starting from the day after the day on which this letter was delivered",
    "within fifteen days after this notice was delivered to you",
    "binnen 30 dagen vanaf de dag nadat deze brief bij u is bezorgd",
]
BAD = [
    "",
    "Betaal zo snel mogelijk.",
    "uiterlijk 23 november 2026",
    "binnen 14 dagen na heden",
    "binnen 14 dagen na dagtekening van deze brief",
    "binnen veertien dagen nadat deze brief bij u is bezorgd",
    "binnen 14 dagen nadat deze brief bij u is bezorgd",
    "binnen 13 dagen vanaf de dag nadat deze brief bij u is bezorgd",
    "within 14 days after this letter was delivered to you",
    "within 14 days from the date of this letter",
    "binnen 15 dagen nadat deze brief bij u is bezorgd, dus binnen 14 dagen na dagtekening",
    "binnen 15 dagen nadat deze brief bij u is bezorgd of binnen 10 dagen "
    "vanaf de dag nadat deze brief bij u is bezorgd",
]


@pytest.mark.parametrize("text", GOOD)
def test_good_wording(text):
    assert term_wording_allowed(text)


@pytest.mark.parametrize("text", BAD)
def test_bad_wording(text):
    assert not term_wording_allowed(text)


@pytest.mark.parametrize(
    "bad",
    [
        "na heden",
        "vanaf heden",
        "na vandaag",
        "vanaf vandaag",
        "na dagtekening",
        "na datum",
        "na de datum",
        "na verzending",
        "from today",
        "of today",
        "after today",
        "from the date of this letter",
        "after date of dispatch",
        "of the day of sending",
        "the date of the letter",
        "the date of this e-mail",
    ],
)
def test_a_forbidden_start_spoils_a_good_term(bad):
    assert not term_wording_allowed(f"{GOOD[0]} Dat is {bad}.")


NOTICE = NoticeContent(
    sent_on=d("2026-11-02"),
    latest_due_date=d("2026-10-31"),
    channel="post",
    creditor="Zeeland Verzekeringen",
    principal=D("90.00"),
    principal_stated=True,
    specified=True,
    term_text=GOOD[0],
    consequences=frozenset({"fee", "suspension"}),
    fee=D("40.00"),
    fee_allowed=D("40.00"),
    says_free_in_time=True,
)


def test_a_complete_notice_lacks_nothing():
    assert missing_parts(NOTICE) == ()
    only_cover = replace(
        NOTICE, consequences=frozenset({"termination"}), fee=None, says_free_in_time=False
    )
    assert missing_parts(only_cover) == ()
    by_mail = replace(NOTICE, channel="email", electronic_consent=True)
    assert missing_parts(by_mail) == ()
    only_fee = replace(NOTICE, consequences=frozenset({"fee"}), channel="email", motor=True)
    assert missing_parts(only_fee) == ()


@pytest.mark.parametrize(
    ("changes", "lacks"),
    [
        ({"creditor": " "}, ("creditor",)),
        ({"principal_stated": False}, ("principal",)),
        ({"principal": D("0.00")}, ("principal",)),
        ({"specified": False}, ("specification",)),
        ({"term_text": "binnen 14 dagen na heden"}, ("term_wording",)),
        ({"consequences": frozenset()}, ("consequence",)),
        ({"sent_on": d("2026-10-31")}, ("not_after_due_date",)),
        ({"by_collector": True}, ("registration",)),
        ({"by_collector": True, "collector_registration": "  "}, ("registration",)),
        ({"by_collector": True, "collector_registration": "12-34"}, ()),
        ({"fee": None}, ("fee_amount",)),
        ({"fee": D("40.01")}, ("fee_too_high",)),
        ({"fee": D("20.00")}, ()),
        ({"fee_allowed": None}, ()),
        ({"says_free_in_time": False}, ("free_if_paid_in_time",)),
        ({"vat": D("8.40")}, ("vat_declaration",)),
        ({"vat": D("8.40"), "vat_reason_declared": True}, ()),
        ({"vat": D("0.00")}, ()),
        ({"channel": "email"}, ("electronic_consent",)),
        ({"motor": True}, ("rdw",)),
        ({"motor": True, "names_rdw": True}, ()),
        ({"consequences": frozenset({"termination"}), "channel": "email"}, ("electronic_consent",)),
        ({"fee": None, "motor": True, "specified": False}, ("specification", "fee_amount", "rdw")),
    ],
)
def test_missing_parts_lists_what_is_missing(changes, lacks):
    assert missing_parts(replace(NOTICE, **changes)) == lacks


@pytest.mark.parametrize(
    ("call", "error", "match"),
    [
        (lambda: assumed_receipt("2026-11-02", "post"), TypeError, "sent_on"),
        (lambda: assumed_receipt(datetime(2026, 11, 2, tzinfo=UTC), "post"), TypeError, "sent_on"),
        (lambda: assumed_receipt(date(1969, 12, 31), "post"), ValueError, "sent_on"),
        (lambda: assumed_receipt(d("2026-11-02"), "fax"), ValueError, "channel"),
        (lambda: assumed_receipt(d("2026-11-02"), None), TypeError, "channel"),
        (lambda: assumed_receipt(d("2026-11-02"), "post", True), TypeError, "safety_days"),
        (lambda: assumed_receipt(d("2026-11-02"), "post", -1), ValueError, "safety_days"),
        (
            lambda: receipt(d("2026-11-02"), "post", d("2026-11-01")),
            ValueError,
            "proven_on .* sent_on",
        ),
        (lambda: receipt(d("2026-11-02"), "post", "now"), TypeError, "proven_on"),
        (lambda: receipt(d("2026-11-02"), "post", returned=1), TypeError, "returned"),
        (lambda: last_day_to_pay("2026-11-02"), TypeError, "received_on"),
        (lambda: last_day_to_pay(datetime(2026, 11, 2, tzinfo=UTC)), TypeError, "received_on"),
        (lambda: last_day_to_pay(None), TypeError, "received_on"),
        (lambda: last_day_to_pay(d("2026-11-02"), 14.0), TypeError, "days"),
        (
            lambda: last_day_to_pay(d("2026-11-02"), extra_holidays=["2026-11-16"]),
            TypeError,
            "extra_holidays must be a set",
        ),
        (
            lambda: assumed_receipt(d("2026-11-02"), "post", extra_holidays={"2026-11-16"}),
            TypeError,
            "extra_holidays must be a datetime.date",
        ),
        (lambda: first_day_after_term("2026-11-02"), TypeError, "last_day"),
        (lambda: term_wording_allowed(None), TypeError, "text"),
        (lambda: missing_parts("notice"), TypeError, "notice must be .*, not str"),
        (lambda: replace(NOTICE, sent_on="now"), TypeError, "sent_on"),
        (lambda: replace(NOTICE, latest_due_date=None), TypeError, "latest_due_date"),
        (lambda: replace(NOTICE, channel="fax"), ValueError, "channel"),
        (lambda: replace(NOTICE, creditor=None), TypeError, "creditor"),
        (lambda: replace(NOTICE, term_text=None), TypeError, "term_text"),
        (lambda: replace(NOTICE, collector_registration=1), TypeError, "collector_registration"),
        (lambda: replace(NOTICE, principal=90.0), TypeError, "principal"),
        (lambda: replace(NOTICE, fee=40.0), TypeError, "fee"),
        (lambda: replace(NOTICE, fee_allowed=40.0), TypeError, "fee_allowed"),
        (lambda: replace(NOTICE, vat=8.4), TypeError, "vat"),
        (lambda: replace(NOTICE, consequences=frozenset({"jail"})), ValueError, "consequences"),
    ],
)
def test_wrong_input_is_named(call, error, match):
    with pytest.raises(error, match=rf"^{match}\b"):
        call()


@pytest.mark.parametrize(
    "name",
    [
        "principal_stated",
        "specified",
        "says_free_in_time",
        "vat_reason_declared",
        "electronic_consent",
        "by_collector",
        "motor",
        "names_rdw",
    ],
)
def test_flags_of_a_notice_are_true_or_false(name):
    with pytest.raises(TypeError, match=rf"^{name} must be True or False"):
        replace(NOTICE, **{name: 1})
