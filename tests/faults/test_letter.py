"""A letter that cannot be made: the others go, the failure is listed, a retry works."""

import shutil
from datetime import date, timedelta

import pytest

# Without wkhtmltopdf a letter stays a page that a browser prints.
pytestmark = pytest.mark.skipif(
    not shutil.which("wkhtmltopdf"), reason="wkhtmltopdf is not on this machine"
)

PRINTER = """#!/bin/sh
case "$*" in
*--version*) exec "{real}" "$@" ;;
*) kill -9 $$ ;;
esac
"""


def next_day(day):
    return str(date.fromisoformat(day) + timedelta(days=1))


def failures(office):
    return office.sql(
        "SELECT p.ref, n.failure, h.reason FROM arrears_notice n "
        "JOIN res_partner p ON p.id = n.partner_id "
        "JOIN arrears_case_history h ON h.notice_id = n.id AND h.event = 'failed'"
    )


def test_a_template_that_is_broken_in_one_language_fails_those_letters_only(office):
    office.sql("UPDATE res_partner SET lang = 'en_US' WHERE ref = 'BENCH-5'")
    broken = "UPDATE mail_template SET subject = jsonb_set(subject, '{en_US}', to_jsonb(%s::text))"
    whole = office.sql("SELECT id, subject ->> 'en_US' FROM mail_template")
    office.sql(broken, "{{ object.no_such_field }}")
    # The other customers have Dutch texts of their own.
    figures = office.do("run", office.day)
    assert figures["state"] == "done"
    assert figures["failed_count"] == 1, "listed on the run"
    assert len(office.notices("queued")) == len(office.customers()) - 1
    ((customer, failure, reason),) = failures(office)
    assert (customer, failure) == ("BENCH-5", "render")
    assert "no_such_field" in reason

    for template, subject in whole:
        office.sql(f"{broken} WHERE id = %s", subject, template)
    assert office.do("retry") == 1
    assert office.do("run", next_day(office.day))["failed_count"] == 0
    assert [row[0] for row in office.notices("queued")] == office.customers()


def test_a_printer_that_is_killed_fails_its_letter_only(office, tmp_path, monkeypatch):
    """Letters are laid out by another program, which a machine short of memory may kill."""
    real = shutil.which("wkhtmltopdf")
    assert real, "needs wkhtmltopdf"
    program = tmp_path / "wkhtmltopdf"
    program.write_text(PRINTER.format(real=real))
    program.chmod(0o755)
    path = f"{tmp_path}:/usr/local/bin:/usr/bin:/bin"
    figures = office.do("run", office.day, environment={"PATH": path})
    assert figures["state"] == "done"
    assert figures["failed_count"] == 1
    assert len(office.notices("queued")) == len(office.customers()) - 1
    ((customer, failure, reason),) = failures(office)
    assert (customer, failure) == (None, "render")
    assert "-9" in reason

    assert office.do("retry") == 1
    office.do("run", next_day(office.day))
    assert len(office.notices("queued")) == len(office.customers())
    letters = office.sql("SELECT name FROM ir_attachment WHERE res_model = 'arrears.notice'")
    assert len(letters) == 1
