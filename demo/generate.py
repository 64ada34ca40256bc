"""Write the CSV files of the demonstration portfolio: `python -m demo.generate` in the repository.

The same files come out every time (fixed seed); a test compares them with the committed ones.
"""

import csv
import io
import random
import sys
import unicodedata
from calendar import monthrange
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from .cast import CAST, INSURERS, PATHS, REST, Cover, Member
from .crowd import CONSENT_SOURCES, TERMS_PER_YEAR, Register, make_crowd

FOLDER = Path(__file__).parent
FIRST_DAY, LAST_DAY = date(2025, 7, 1), date(2026, 6, 30)
DAYS_TO_PAY = 14
MODULE = "demo_portfolio."
LABELS = {
    "motor": "autoverzekering",
    "home": "woonhuisverzekering",
    "contents": "inboedelverzekering",
    "liability": "aansprakelijkheidsverzekering",
    "legal": "rechtsbijstandverzekering",
    "travel": "reisverzekering",
    "health_basic": "basiszorgverzekering",
    "health_extra": "aanvullende zorgverzekering",
    "life": "overlijdensrisicoverzekering",
    "package": "pakketverzekering",
    "other": "ongevallenverzekering",
}
COLUMNS = {
    "insurers.csv": "id,name,is_company,is_insurer,street,zip,city,country_id/id,email,vat",
    "customers.csv": "id,name,is_company,street,zip,city,country_id/id,email,phone,vat,lang,"
    "debtor_type,e_notice_consent_date,e_notice_consent_source,bank_ids/acc_number",
    "policies.csv": "id,name,partner_id/id,insurer_id/id,line_of_business,licence_plate,frequency,"
    "premium,collection_method,office_role,creditor,start_date",
    "invoices.csv": "id,move_type,partner_id/id,invoice_date,invoice_date_due,ref,"
    "invoice_line_ids/name,invoice_line_ids/insurance_policy_id/id,"
    "invoice_line_ids/insurance_premium_kind,invoice_line_ids/quantity,"
    "invoice_line_ids/price_unit",
    "payments.csv": "id,invoice_id,credited_on,booked_on,amount,storno_on",
}


@dataclass(frozen=True)
class Policy:
    """A policy with its holder and its identities."""

    id: str
    number: str
    holder_id: str
    member: Member
    cover: Cover


@dataclass(frozen=True)
class Term:
    """The premium of one policy for one term."""

    policy: Policy
    start: date
    end: date


@dataclass(frozen=True)
class Invoice:
    """One premium invoice over one or more terms that start on the same day."""

    id: str
    ref: str
    terms: tuple

    @property
    def due(self):
        """The last day to pay in time."""
        return self.terms[0].start + timedelta(days=DAYS_TO_PAY)

    @property
    def amount(self):
        """What the invoice asks for, as Decimal."""
        return sum(Decimal(term.policy.cover.premium) for term in self.terms)


def add_months(day, months):
    """Return the day a number of months later, on the month's last day when it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def bank_day(day):
    """Return the day itself, or the Monday after it in a weekend."""
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)


def terms_of(policy):
    """Yield the policy's terms that start within the year of the portfolio."""
    start = date.fromisoformat(policy.cover.start)
    step = 12 // TERMS_PER_YEAR[policy.cover.frequency]
    for number in range(0, 12 * 40, step):
        day = add_months(start, number)
        if FIRST_DAY <= day <= LAST_DAY:
            end = add_months(start, number + step) - timedelta(days=1)
            yield Term(policy, day, end)


def make_policies(members):
    """Return the policies of all members, in the order of the members."""
    policies = []
    for holder, member in enumerate(members, 1):
        for cover in member.covers:
            number = len(policies) + 1
            policies.append(
                Policy(
                    f"{MODULE}policy_{number:03}",
                    f"{INSURERS[cover.insurer][1]}-{204100 + 37 * number}",
                    f"{MODULE}customer_{holder:03}",
                    member,
                    cover,
                )
            )
    return policies


def make_invoices(policies):
    """Return the invoices by date; one per term, or per day for who gets his terms together."""
    bundles = defaultdict(list)
    for policy in policies:
        for term in terms_of(policy):
            apart = "" if policy.member.together else policy.id
            bundles[term.start, policy.holder_id, apart].append(term)
    return [
        Invoice(f"{MODULE}invoice_{number:04}", f"PR{key[0]:%Y%m}-{number:04}", tuple(bundles[key]))
        for number, key in enumerate(sorted(bundles), 1)
    ]


def paths_of(member, invoices):
    """Return the path and the fee to pay for each of a member's invoices.

    :param invoices: all invoices of this member, by date
    :return: list of (invoice, path name, fee as Decimal)
    """
    since = date.fromisoformat(member.since)
    starts = sorted({i.terms[0].start for i in invoices if i.terms[0].start >= since})
    fees = [Decimal(fee) for fee in member.fees]
    result = []
    for invoice in invoices:
        start = invoice.terms[0].start
        place = starts.index(start) if start >= since else None
        if place is None:
            result.append((invoice, "on_time", Decimal(0)))
            continue
        path = "on_time"
        if place < len(member.paths) or member.lasting:
            path = member.paths[min(place, len(member.paths) - 1)]
        fee = Decimal(0)
        if any(pay.with_fee for pay in PATHS[path]):
            fee = fees.pop(0)
        result.append((invoice, path, fee))
    return result


def payments_of(invoice, path, fee):
    """Yield (credited, booked, amount, storno day or None) for one invoice on a path."""
    left = invoice.amount
    for pay in PATHS[path]:
        amount = left
        if pay.share is not REST:
            amount = (invoice.amount * pay.share).quantize(Decimal("0.01"))
        credited = bank_day(invoice.due + timedelta(days=pay.days))
        storno = None
        if pay.storno_after is None:
            left -= amount
        else:
            storno = bank_day(credited + timedelta(days=pay.storno_after))
        booked = bank_day(credited + timedelta(days=pay.booked_after))
        yield credited, booked, amount + (fee if pay.with_fee else 0), storno


def insurer_rows(register):
    """Return the rows of insurers.csv."""
    return [
        [f"{MODULE}insurer_{key}", name, 1, 1, street, postcode, city, "base.nl"]
        + [f"premie@{key}.example.net", register.vat()]
        for key, (name, _prefix, street, postcode, city) in INSURERS.items()
    ]


def mail_address(name, number):
    """Return a reserved example address that looks like the name."""
    plain = unicodedata.normalize("NFKD", name.lower()).encode("ascii", "ignore").decode()
    words = "".join(c if c.isalnum() else " " for c in plain.replace("b.v.", "")).split()
    return f"{'.'.join(words)}@{['example.com', 'example.org', 'example.net'][number % 3]}"


def customer_rows(members, register):
    """Return the rows of customers.csv."""
    rows = []
    for number, member in enumerate(members, 1):
        consent = ("", "")
        if member.consent:
            day = date(2021, 1, 4) + timedelta(days=register.rng.randint(0, 1500))
            consent = (day, CONSENT_SOURCES[number % 3])
        kind = "business" if member.business else "consumer"
        mail = "" if number % 17 == 0 and not member.consent else mail_address(member.name, number)
        rows.append(
            [f"{MODULE}customer_{number:03}", member.name, int(member.business)]
            + [*register.address(), "base.nl", mail, register.phone()]
            + [register.vat() if member.business else "", member.lang, kind]
            + [*consent, register.iban()]
        )
    return rows


def policy_rows(policies):
    """Return the rows of policies.csv."""
    return [
        [p.id, p.number, p.holder_id, f"{MODULE}insurer_{p.cover.insurer}", p.cover.line]
        + [p.cover.plate, p.cover.frequency, p.cover.premium, p.cover.collection]
        + [p.cover.role, p.cover.creditor, p.cover.start]
        for p in policies
    ]


def invoice_rows(invoices):
    """Return the rows of invoices.csv: the first line of an invoice carries its header."""
    rows = []
    for invoice in invoices:
        first = invoice.terms[0]
        header = [invoice.id, "out_invoice", first.policy.holder_id, first.start, invoice.due]
        header.append(invoice.ref)
        for term in invoice.terms:
            cover = term.policy.cover
            name = (
                f"Premie {LABELS[cover.line]} {term.policy.number}, "
                f"{term.start:%d-%m-%Y} t/m {term.end:%d-%m-%Y}"
            )
            kind = "first" if str(term.start) == cover.start else "follow_up"
            rows.append([*header, name, term.policy.id, kind, 1, cover.premium])
            header = [""] * len(header)
    return rows


def payment_rows(invoices):
    """Return the rows of payments.csv, by the day the office books them."""
    by_member = defaultdict(list)
    for invoice in invoices:
        by_member[invoice.terms[0].policy.holder_id].append(invoice)
    found = []
    for own in by_member.values():
        for invoice, path, fee in paths_of(own[0].terms[0].policy.member, own):
            for credited, booked, amount, storno in payments_of(invoice, path, fee):
                if booked <= LAST_DAY:
                    found.append((booked, invoice.id, credited, amount, storno or ""))
    return [
        [f"{MODULE}payment_{number:04}", invoice_id, credited, booked, f"{amount:.2f}", storno]
        for number, (booked, invoice_id, credited, amount, storno) in enumerate(sorted(found), 1)
    ]


def build():
    """Return the portfolio as {file name: CSV text}."""
    register = Register(random.Random(936))
    register.used.update(c.plate for member in CAST for c in member.covers)
    members = [*CAST, *make_crowd(register)]
    policies = make_policies(members)
    invoices = make_invoices(policies)
    rows = {
        "insurers.csv": insurer_rows(register),
        "customers.csv": customer_rows(members, register),
        "policies.csv": policy_rows(policies),
        "invoices.csv": invoice_rows(invoices),
        "payments.csv": payment_rows(invoices),
    }
    return {name: _csv_text(COLUMNS[name].split(","), rows[name]) for name in COLUMNS}


def _csv_text(header, rows):
    """Return the CSV text of a header and its rows."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([header, *rows])
    return text.getvalue()


def main():
    """Write the files beside this one and say how long they are."""
    for name, text in build().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
        sys.stdout.write(f"{name}: {text.count(chr(10)) - 1} rows\n")


if __name__ == "__main__":
    main()
