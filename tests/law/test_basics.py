"""Calendar, dated tables, explanations in words, and the package itself."""

import ast
import subprocess
import sys
from datetime import date, timedelta
from decimal import Decimal as D
from pathlib import Path

import pytest

import law
from law import calendar, checks, parameters, why
from law.collection_fee import Claim, FeeResult, explain_letter_fee
from law.facts import Decision
from law.interest import RATES

ROOT = Path(law.__file__).parent


def d(text):
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("year", "movable"),
    [
        (2026, "04-03 04-06 04-27 05-14 05-25"),
        (2027, "03-26 03-29 04-27 05-06 05-17"),
        (2028, "04-14 04-17 04-27 05-25 06-05"),
        (2029, "03-30 04-02 04-27 05-10 06-10 05-21"),
        (2030, "04-19 04-22 04-27 05-30 06-10"),
        (2014, "04-18 04-21 04-26 05-29 06-09"),
    ],
)
def test_the_holidays_of_the_act_and_nothing_else(year, movable):
    expected = {d(f"{year}-{day}") for day in movable.split()}
    expected |= {d(f"{year}-{day}") for day in ("01-01", "05-05", "12-25", "12-26")}
    found = calendar.holidays_of(year)
    assert {day for day in found if day.weekday() != 6} == {
        day for day in expected if day.weekday() != 6
    }


@pytest.mark.parametrize("year", [1970, *range(2012, 2101)])
def test_good_friday_and_5_may_are_in_every_year_and_ten_or_eleven_days_in_all(year):
    found = calendar.holidays_of(year)
    assert date(year, 5, 5) in found
    easter_monday = [day for day in found if day.month in (3, 4) and day.weekday() == 0]
    assert any(day - timedelta(days=3) in found for day in easter_monday)
    assert len(found) in (10, 11)


def test_a_year_without_known_holidays_is_refused():
    with pytest.raises(ValueError, match="2101"):
        calendar.holidays_of(2101)


def test_decreed_holidays_are_days_that_would_else_be_working_days():
    known = parameters.DECREED_HOLIDAYS
    assert {str(day) for day in known if day.year >= 2026} == {
        "2026-01-02",
        "2026-05-15",
        "2027-05-07",
        "2028-04-28",
        "2028-05-26",
    }
    assert {str(day) for day in known if day.year < 2026} == {
        "2023-04-28",
        "2023-05-19",
        "2024-05-10",
        "2024-12-27",
        "2025-05-30",
    }
    assert all(calendar.is_working_day(day) for day in known)
    assert calendar.extend_to_working_day(d("2027-05-07")) == d("2027-05-07")
    assert calendar.extend_to_working_day(d("2027-05-07"), known) == d("2027-05-10")


def test_a_holiday_is_a_holiday():
    assert calendar.is_holiday(d("2026-12-25"))
    assert not calendar.is_holiday(d("2026-12-24"))


def test_working_days():
    assert calendar.is_working_day(d("2026-11-20"))
    assert not calendar.is_working_day(d("2026-11-21"))
    assert not calendar.is_working_day(d("2026-11-22"))
    assert not calendar.is_working_day(d("2026-12-25"))
    assert calendar.add_working_days(d("2026-11-20"), 0) == d("2026-11-20")
    assert calendar.add_working_days(d("2026-11-20"), 1) == d("2026-11-23")


@pytest.mark.parametrize(
    ("day", "months", "moved"),
    [
        ("2026-08-31", -6, "2026-02-28"),
        ("2024-08-31", -6, "2024-02-29"),
        ("2026-01-31", 1, "2026-02-28"),
        ("2026-12-15", 1, "2027-01-15"),
        ("2026-01-15", -1, "2025-12-15"),
        ("2026-06-30", -6, "2025-12-30"),
        ("2024-02-29", 12, "2025-02-28"),
    ],
)
def test_months(day, months, moved):
    assert calendar.add_months(d(day), months) == d(moved)


TABLES = [
    parameters.TARIFFS,
    parameters.CUMULATIONS,
    parameters.POST_LAGS,
    parameters.VAT_RATES,
    *RATES.values(),
]


@pytest.mark.parametrize("table", TABLES)
def test_dated_tables_are_in_order_and_pick_the_row_of_the_day(table):
    since = [row.since for row in table]
    assert since == sorted(set(since))
    for row in table:
        assert parameters.in_force(table, row.since, "row") is row
    with pytest.raises(ValueError, match=f"no row in force.*{since[0]}"):
        parameters.in_force(table, since[0] - timedelta(days=1), "row")


def letter(**amounts):
    claims = [Claim(policy, D(amount)) for policy, amount in amounts.items()]
    return explain_letter_fee(claims, d("2026-11-22"), {})


def test_a_fee_explains_itself_in_both_languages():
    one = letter(A="2345.00")
    assert why.fee_sentence(one, "nl") == (
        "Wettelijk tarief over € 2.345,00: € 351,75 (Besluit incassokosten, art. 2)."
    )
    assert why.fee_sentence(one, "en") == (
        "Statutory tariff over €2,345.00: €351.75 (Dutch collection costs decree, art. 2)."
    )
    assert why.fee_sentence(letter(A="300.00", B="10.00"), "nl") == (
        "Meer polissen opgeteld tot € 310,00: tarief € 46,50 (art. 6:96 lid 7 BW)."
    )


def test_a_letter_over_several_instalments_tells_how_many():
    claims = [Claim("A", D("45.00"))] * 3
    result = explain_letter_fee(claims, d("2026-11-22"), {})
    assert why.fee_sentence(result, "en") == (
        "3 instalments of one policy in one letter: only the highest fee counts, €40.00."
    )


@pytest.mark.parametrize("rule", why.FEE_RULES)
@pytest.mark.parametrize("language", why.LANGUAGES)
def test_every_fee_rule_has_a_sentence(rule, language):
    inputs = {"total_open": "90.00", "claims": "2"}
    sentence = why.fee_sentence(FeeResult(D("20.00"), rule, inputs), language)
    assert sentence.endswith(".") and "{" not in sentence


@pytest.mark.parametrize("reason", why.LADDER_REASONS)
@pytest.mark.parametrize("language", why.LANGUAGES)
def test_every_reason_has_a_sentence(reason, language):
    sentence = why.decision_sentence(Decision("1", d("2026-11-04"), reason, {}), language)
    assert sentence.endswith(".") and "{" not in sentence
    why.decision_sentence(Decision(None, None, reason, {}), language)


def codes_in(module, functions):
    """Return the codes that the named functions can give: their strings without a space."""
    tree = ast.parse((ROOT / f"{module}.py").read_text())
    bodies = [n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name in functions]
    return {
        node.value
        for body in bodies
        for returned in ast.walk(body)
        if isinstance(returned, ast.Return)
        for node in ast.walk(returned)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def test_no_code_of_the_law_lacks_its_sentence():
    fee_codes = codes_in(
        "collection_fee",
        ("explain_letter_fee", "explain_business_fee", "_instalment_fee", "_combine"),
    )
    assert fee_codes <= set(why.FEE_RULES)
    assert len(fee_codes) >= 7
    ladder_codes = codes_in("ladder", ("_blocked", "_why_now", "_after_holds"))
    assert ladder_codes <= set(why.LADDER_REASONS)
    assert len(ladder_codes) >= 8


def test_a_decision_tells_its_day():
    decision = Decision("1", d("2026-11-04"), "not_due", {})
    assert why.decision_sentence(decision, "nl") == "De stap kan vanaf 4 november 2026."
    assert why.decision_sentence(decision, "en") == ("The step can be taken from 4 November 2026.")
    assert why.long_date(d("2026-01-31"), "nl") == "31 januari 2026"
    assert why.long_date(d("2026-12-31"), "en") == "31 December 2026"


@pytest.mark.parametrize(
    ("call", "error", "match"),
    [
        (lambda: why.euros(1.0, "nl"), TypeError, "amount"),
        (lambda: why.euros(D(1), "de"), ValueError, "language"),
        (lambda: why.long_date("x", "nl"), TypeError, "day"),
        (lambda: why.long_date(d("2026-01-01"), "de"), ValueError, "language"),
        (lambda: why.fee_sentence("x", "nl"), TypeError, "result must be .*, not str"),
        (lambda: why.fee_sentence(FeeResult(D(0), "luck", {}), "nl"), ValueError, "code"),
        (lambda: why.decision_sentence("x", "nl"), TypeError, "decision must be .*, not str"),
        (
            lambda: why.decision_sentence(Decision(None, None, "due", {}), "de"),
            ValueError,
            "language",
        ),
    ],
)
def test_wrong_input_is_named(call, error, match):
    with pytest.raises(error, match=rf"^{match}\b"):
        call()


@pytest.mark.parametrize(
    ("guard", "value", "message"),
    [
        (checks.money, 1.5, "x must be a Decimal in euros, not float"),
        (checks.fraction, 1.5, "x must be a Decimal fraction, not float"),
        (checks.day, "today", "x must be a datetime.date, not str"),
        (checks.day_set, ["today"], "x must be a set of datetime.date, not list"),
        (checks.flag, 1, "x must be True or False, not int"),
        (checks.whole, "1", "x must be a whole number, not str"),
        (checks.whole, True, "x must be a whole number, not bool"),
        (checks.text, 1, "x must be a string, not int"),
    ],
)
def test_a_guard_says_what_was_expected_and_what_came(guard, value, message):
    with pytest.raises(TypeError) as caught:
        guard(value, "x")
    assert str(caught.value) == message


def test_the_limits_of_the_guards_are_allowed():
    assert checks.fraction(D("0"), "x") == 0
    assert checks.whole(0, "x") == 0
    assert checks.whole(36500, "x") == 36500
    assert checks.money(D("1000000000000.00"), "x") == D(10) ** 12
    assert checks.money(D("1.100"), "x") == D("1.10")
    with pytest.raises(ValueError, match="^x must be one of a, b, not 'c'$"):
        checks.one_of("c", "x", {"b", "a"})


ALLOWED = {
    "ast",
    "calendar",
    "collections",
    "dataclasses",
    "datetime",
    "decimal",
    "functools",
    "holidays",
    "re",
    "stdnum",
    "typing",
}


@pytest.mark.parametrize("path", sorted(ROOT.glob("*.py")), ids=lambda path: path.name)
def test_the_law_imports_nothing_of_odoo_and_reads_no_clock(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            assert {alias.name.split(".")[0] for alias in node.names} <= ALLOWED
        if isinstance(node, ast.ImportFrom):
            assert node.level == 1 or str(node.module).split(".")[0] in ALLOWED
        if isinstance(node, ast.Attribute):
            assert node.attr not in {"today", "now", "utcnow", "fromtimestamp"}
        assert not (isinstance(node, ast.Constant) and isinstance(node.value, float))


def test_the_package_works_under_any_name_and_without_odoo(tmp_path):
    addon = tmp_path / "addon"
    addon.mkdir()
    (addon / "__init__.py").touch()
    (addon / "law").symlink_to(ROOT)
    code = "import sys, addon.law; assert 'odoo' not in sys.modules and 'law' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=True)
