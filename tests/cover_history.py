"""The words in which a payment history is written: invoices, what happened to them, the gaps."""

from dataclasses import dataclass, field
from datetime import date

YEAR = 2026
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True)
class Invoice:
    """A premium invoice: its last day to pay in time, and policy -> kind of premium."""

    due: date
    kinds: dict
    amount: float


@dataclass(frozen=True)
class Event:
    """What happened on a day: in the morning, before that day's run, or in the evening after it."""

    what: str
    day: date
    invoice: int = 1
    evening: bool = False
    values: dict = field(default_factory=dict)


@dataclass(frozen=True)
class History:
    """One customer's story. ``gaps``: policy -> [(first day without cover, day it is back)]."""

    name: str
    why: str
    invoices: list
    events: list
    policies: dict
    customer: dict
    gaps: dict


def on(text):
    """Return the day that a text such as "9 Apr" means."""
    day, month = text.split()
    return date(YEAR, MONTHS.index(month) + 1, int(day))


def invoice(due, policies="A", amount=45.0, kind="follow_up"):
    """An invoice; ``policies`` as "A B", or with a kind of premium of their own: "A B:first"."""
    pairs = [policy.partition(":") for policy in policies.split()]
    return Invoice(on(due), {name: own or kind for name, _colon, own in pairs}, amount)


def pay(booked, amount=None, invoice=1, credited=None, evening=False):
    """A payment, wholly unless an amount is given, credited on the day it is booked or earlier."""
    values = {"amount": amount, "credited": on(credited or booked)}
    return Event("pay", on(booked), invoice, evening, values)


def event(what, day, invoice=1, evening=False, **values):
    """Anything else; see ``HistoryWalk`` for what there is. Days in ``values`` are texts too."""
    days = {key: on(value) for key, value in values.items() if key in ("start", "end", "received")}
    return Event(what, on(day), invoice, evening, {**values, **days})


def history(name, why, *parts, policies=None, customer=None, **gaps):
    """A story; the gaps of each policy in words: "10 Apr - 21 Apr", "10 Apr -", or "" for none."""
    invoices = [part for part in parts if isinstance(part, Invoice)]
    named = {policy for one in invoices for policy in one.kinds}
    if named != gaps.keys():
        raise ValueError(f"{name}: what is expected of {named ^ gaps.keys()}?")
    return History(
        name,
        why,
        invoices,
        [part for part in parts if isinstance(part, Event)],
        {policy: (policies or {}).get(policy, {}) for policy in sorted(named)},
        customer or {},
        {
            policy: [_gap(text) for text in words.split(",") if text]
            for policy, words in gaps.items()
        },
    )


def _gap(text):
    start, _dash, resume = text.partition("-")
    return on(start), on(resume) if resume.strip() else None
