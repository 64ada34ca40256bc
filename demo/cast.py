"""Who is in the demonstration portfolio, and how each of them pays.

Plain data: no Odoo, no clock, no chance. `generate.py` turns it into the CSV files.
"""

from dataclasses import dataclass
from decimal import Decimal

REST = None  # as a payment's share: all of the premium that earlier payments left open


@dataclass(frozen=True)
class Pay:
    """One payment, counted in days from the due date of the invoice.

    :param days: day on which the bank credits it, from the due date
    :param share: part of the premium, or REST
    :param with_fee: the collection fee of the letter is paid along with it
    :param booked_after: days between the credit and the office's booking
    :param storno_after: days between the credit and the reversal of a direct debit
    """

    days: int
    share: Decimal | None = REST
    with_fee: bool = False
    booked_after: int = 0
    storno_after: int | None = None


PATHS = {
    "on_time": (Pay(-2),),
    "few_days_late": (Pay(3),),
    "after_reminder": (Pay(13),),
    "in_term": (Pay(30),),
    "part_in_term": (Pay(30, Decimal("0.75")), Pay(58, with_fee=True)),
    "after_term": (Pay(52, with_fee=True),),
    "premium_only": (Pay(52),),
    "never": (),
    "storno": (Pay(-1, storno_after=6),),
    "storno_paid": (Pay(-1, storno_after=6), Pay(27)),
    "booked_later": (Pay(29, booked_after=16),),
    "three_parts": (Pay(30, Decimal(1) / 3), Pay(58, Decimal(1) / 3), Pay(89)),
    "first_of_five": (Pay(26, Decimal("0.2")),),
    "sixths": (Pay(34, Decimal(1) / 6), Pay(65, Decimal(1) / 6)),
    "later_at_once": (Pay(39),),
}


@dataclass(frozen=True)
class Cover:
    """One policy.

    :param start: first day of cover; terms are counted from it
    :param plate: licence plate of a vehicle (series the register does not issue: with vowels)
    """

    line: str
    frequency: str
    premium: str
    start: str
    insurer: str = "noorderlicht"
    collection: str = "office_invoice"
    role: str = "authorised_agent"
    creditor: str = "insurer"
    plate: str = ""


@dataclass(frozen=True)
class Member:
    """A customer with a path.

    :param paths: the path of the first, second ... term that starts on `since` or later; after the
        last one the terms are paid on time, or, with `lasting`, on the last path
    :param fees: the fees of the letters, as far as they are paid, in the order of the invoices
    :param together: put the policies of one term on one invoice
    """

    name: str
    paths: tuple
    covers: tuple
    fees: tuple = ("40.00",)
    since: str = "2026-01-01"
    lasting: bool = False
    business: bool = False
    consent: bool = True
    together: bool = False
    lang: str = "nl_NL"
    note: str = ""


INSURERS = {
    "noorderlicht": ("Noorderlicht Schade N.V.", "NLS", "Terpweg 1", "8911 DK", "Leeuwarden"),
    "duinrand": ("Duinrand Verzekeringen N.V.", "DRV", "Helmgras 20", "2512 LM", "Den Haag"),
    "zevenheuvel": ("Zevenheuvel Zorg N.V.", "ZHZ", "Heuvelpad 7", "6511 PT", "Nijmegen"),
    "waalbrug": ("Waalbrug Rechtsbijstand N.V.", "WBR", "Oeverkade 44", "6811 KN", "Arnhem"),
}

CAST = (
    Member(
        "Annelies Verhoeven",
        ("after_reminder",),
        (Cover("contents", "yearly", "96.40", "2019-01-01"),),
        note="pays after the reminder",
    ),
    Member(
        "Tariq Bouzid",
        ("after_reminder",),
        (Cover("motor", "quarterly", "148.20", "2022-02-01", plate="G-417-AE"),),
        consent=False,
        note="pays after the reminder, by post",
    ),
    Member(
        "Bakkerij Graankorrel B.V.",
        ("after_reminder",),
        (Cover("liability", "yearly", "412.00", "2018-03-01", "duinrand"),),
        business=True,
        note="business that pays after the reminder",
    ),
    Member(
        "Sophie Terpstra",
        ("in_term",),
        (Cover("home", "yearly", "318.75", "2017-01-01", "duinrand"),),
        note="pays within the 14 days: no fee, cover stays",
    ),
    Member(
        "Willem Kuipers",
        ("in_term",),
        (Cover("motor", "half_yearly", "264.00", "2020-02-01", plate="XU-31-HE"),),
        consent=False,
        note="pays within the 14 days of a letter by post",
    ),
    Member(
        "Grace Whitfield",
        ("in_term",),
        (Cover("travel", "yearly", "87.00", "2023-03-01", "duinrand"),),
        lang="en_US",
        note="pays within the 14 days; writes English",
    ),
    Member(
        "Marit Hoekstra",
        ("part_in_term",),
        (Cover("package", "yearly", "780.00", "2016-01-01"),),
        note="pays a part within the term: the fee goes down, cover is suspended, later all",
    ),
    Member(
        "Joris van Dongen",
        ("part_in_term",),
        (Cover("home", "half_yearly", "402.60", "2021-02-01", "duinrand"),),
        consent=False,
        note="pays a part within the term, by post",
    ),
    Member(
        "Fatima el Amrani",
        ("after_term",),
        (Cover("motor", "quarterly", "171.90", "2021-01-01", plate="J-208-OE"),),
        note="pays premium and fee after the term: suspended, resumed the next day",
    ),
    Member(
        "Henk Postma",
        ("after_term",),
        (Cover("liability", "yearly", "54.30", "2015-01-01", "duinrand"),),
        consent=False,
        note="pays premium and fee after the term, by post",
    ),
    Member(
        "Garage De Bougie B.V.",
        ("after_term",),
        (Cover("motor", "quarterly", "233.10", "2019-02-01", plate="V-417-AU"),),
        business=True,
        note="business: suspended and resumed",
    ),
    Member(
        "Lotte Brandsma",
        ("premium_only",),
        (Cover("contents", "yearly", "141.20", "2020-01-01"),),
        note="pays the premium after the term but not the fee",
    ),
    Member(
        "Dirk-Jan Mulder",
        ("premium_only",),
        (Cover("legal", "half_yearly", "118.80", "2019-02-01", "waalbrug"),),
        note="pays the premium after the term but not the fee",
    ),
    Member(
        "Ruben Schipper",
        ("never",),
        (Cover("motor", "yearly", "612.00", "2018-01-01", plate="E-934-IG"),),
        note="never pays: cover suspended, policy ended by two people, registered in CIS",
    ),
    Member(
        "Yvonne Langeveld",
        ("never",),
        (Cover("home", "yearly", "285.60", "2014-01-01", "duinrand"),),
        consent=False,
        note="never pays, by post",
    ),
    Member(
        "Timmerbedrijf Schaaf & Zn. B.V.",
        ("never",),
        (Cover("liability", "half_yearly", "468.00", "2017-01-01", "duinrand"),),
        business=True,
        note="business that never pays",
    ),
    Member(
        "Noor Jacobs",
        ("storno_paid",),
        (Cover("contents", "quarterly", "44.10", "2021-01-01", collection="office_debit"),),
        note="direct debit reversed, pays within the term",
    ),
    Member(
        "Stefan Wagenaar",
        ("storno",),
        (
            Cover(
                "motor",
                "quarterly",
                "187.35",
                "2020-02-01",
                collection="office_debit",
                plate="OU-77-LB",
            ),
        ),
        lasting=True,
        note="direct debit reversed, never pays again",
    ),
    Member(
        "Emine Yilmaz",
        ("booked_later",),
        (Cover("home", "yearly", "266.67", "2019-01-01", "duinrand"),),
        note="credited within the term, booked by the office after it",
    ),
    Member(
        "Pieter Oosterhuis",
        ("never",),
        (
            Cover("contents", "yearly", "128.00", "2018-02-01"),
            Cover("liability", "yearly", "58.50", "2018-02-01"),
        ),
        note="two loose policies of one insurer: one letter, one fee",
    ),
    Member(
        "Carla Reijnders",
        ("after_term",),
        (
            Cover("home", "yearly", "301.00", "2016-02-01", "duinrand"),
            Cover("legal", "yearly", "196.80", "2016-02-01", "waalbrug"),
        ),
        fees=("45.15", "40.00"),
        note="arrears with two insurers: two cases",
    ),
    Member(
        "Mehmet Kaya",
        ("never",),
        (Cover("motor", "monthly", "64.85", "2022-01-01", plate="R-560-UA"),),
        lasting=True,
        note="monthly payer who stops: fees of 40, 20, 20 ... in six months",
    ),
    Member(
        "Ingrid Vogelzang",
        ("after_term", "after_term", "in_term"),
        (Cover("package", "monthly", "112.40", "2020-01-01", "duinrand"),),
        fees=("40.00", "20.00"),
        note="monthly payer with several missed terms, all paid in the end",
    ),
    Member(
        "Bas Hendriks",
        ("never", "never", "never"),
        (Cover("health_basic", "monthly", "158.75", "2023-01-01", "zevenheuvel"),),
        note="basic health insurance: reminded, never suspended",
    ),
    Member(
        "Daan Koster",
        ("never",),
        (Cover("motor", "quarterly", "209.70", "2026-02-01", plate="K-112-EI"),),
        lasting=True,
        note="first premium unpaid: only the next term suspends (article 7:934)",
    ),
    Member(
        "Installatiebedrijf Warmtebron B.V.",
        ("after_term",),
        (
            Cover("package", "yearly", "3240.00", "2017-01-01", creditor="office"),
            Cover("motor", "yearly", "845.00", "2017-01-01", plate="VE-018-O", creditor="office"),
        ),
        fees=("533.50",),
        business=True,
        together=True,
        note="the office stands for the premium (article 7:936); two policies on one invoice",
    ),
    Member(
        "Rosa Lindeboom",
        ("never",),
        (Cover("home", "quarterly", "92.25", "2019-01-01", "duinrand", role="intermediary"),),
        lasting=True,
        note="the office is intermediary only: it reminds, the insurer decides on cover",
    ),
    Member(
        "Gerard van der Wiel",
        ("never", "never"),
        (Cover("contents", "monthly", "21.15", "2018-01-01"),),
        since="2025-11-01",
        note="two terms open since 2025: one letter, the highest fee; a collector has it now",
    ),
    Member(
        "Nadia Boukhari",
        ("three_parts",),
        (Cover("contents", "yearly", "120.00", "2019-01-01"),),
        note="arrangement of three instalments, kept",
    ),
    Member(
        "Ferry Dekker",
        ("first_of_five",),
        (Cover("home", "yearly", "250.00", "2018-02-01", "duinrand"),),
        note="arrangement of five instalments, broken after the first",
    ),
    Member(
        "Astrid Molenaar",
        ("sixths",),
        (Cover("motor", "yearly", "180.00", "2020-04-01", plate="U-583-EK"),),
        note="arrangement of six instalments, runs; asked for on her own page",
    ),
    Member(
        "Julia Sterk",
        ("later_at_once",),
        (Cover("travel", "yearly", "96.00", "2021-03-01", "duinrand"),),
        note="cannot pay now: deferral to one date, kept",
    ),
    Member(
        "Wim Terlouw",
        ("never",),
        (Cover("home", "quarterly", "101.40", "2017-01-01", "duinrand"),),
        lasting=True,
        note="in debt help: everything waits",
    ),
    Member(
        "Omar Haddouch",
        ("never",),
        (Cover("legal", "yearly", "204.00", "2019-03-01", "waalbrug"),),
        consent=False,
        note="does not agree: on hold, then a fresh term",
    ),
)
