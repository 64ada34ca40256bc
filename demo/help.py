"""Customers who cannot pay at once, or do not agree: what the handler arranges in the story."""

from dataclasses import dataclass, field
from datetime import date

from odoo.addons.premium_arrears.models.arrears_arrangement_make import Terms


@dataclass(frozen=True)
class Agreed:
    """What one customer and the office agree on a day.

    :param by: "phone", or "portal" when the customer made it on the own page
    """

    who: str
    on: date
    terms: Terms
    kind: str = "arrangement"
    by: str = "phone"


@dataclass(frozen=True)
class Paused:
    """A hold that a customer's words ask for."""

    who: str
    on: date
    kind: str
    reason: str
    more: dict = field(default_factory=dict)


AGREED = (
    Agreed("Nadia Boukhari", date(2026, 2, 2), Terms(date(2026, 2, 16), count=3, day_of_month=15)),
    Agreed("Ferry Dekker", date(2026, 3, 2), Terms(date(2026, 3, 16), count=5)),
    Agreed("Julia Sterk", date(2026, 3, 26), Terms(date(2026, 4, 24), count=1), "deferral"),
    Agreed("Astrid Molenaar", date(2026, 5, 4), Terms(date(2026, 5, 20), count=6), by="portal"),
)
PAUSED = (
    Paused("Wim Terlouw", date(2026, 2, 10), "debt_help", "Letter of the municipality"),
    Paused(
        "Omar Haddouch",
        date(2026, 4, 10),
        "dispute",
        "Says that the policy was ended in February",
        {"end": date(2026, 5, 1)},
    ),
)


def arrange(env, of, day):
    """Make the arrangements and holds of this day, through the methods that the buttons call.

    :param of: function that returns records as a colleague sees them, see ``Desk.of``
    """
    for agreed in AGREED:
        if agreed.on == day:
            _agree(env, of, agreed, day)
    for paused in PAUSED:
        if paused.on == day:
            cases = of("handler", _cases(env, paused.who))
            holds = of("handler", env["arrears.hold"])
            holds._place(cases[:1], paused.kind, day, paused.reason, **paused.more)


def _agree(env, of, agreed, day):
    arrangements = env["arrears.arrangement"]
    sources = arrangements._get_sources(_cases(env, agreed.who).item_ids)
    origin = "portal" if agreed.by == "portal" else "office"
    made = arrangements._make(sources, agreed.terms, day, kind=agreed.kind, origin=origin)
    of("handler", made).propose(day)


def _cases(env, name):
    return env["arrears.case"].search([("partner_id.name", "=", name), ("state", "!=", "closed")])
