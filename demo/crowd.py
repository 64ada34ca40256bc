"""The customers who pay: names, addresses and policies drawn with a fixed seed.

Plain Python. `make_crowd` draws the members, `Register` hands out addresses and numbers that
have valid check digits and belong to nobody.
"""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from stdnum.iso7064 import mod_97_10
from stdnum.nl import btw

from .cast import Cover, Member


def _listed(text):
    """Return the parts of a text between its commas."""
    return [part.strip() for part in text.split(",")]


CITIES = {
    "Utrecht": "3512",
    "Amersfoort": "3811",
    "Zwolle": "8011",
    "Arnhem": "6811",
    "Nijmegen": "6511",
    "Deventer": "7411",
    "Apeldoorn": "7311",
    "Breda": "4811",
    "Tilburg": "5038",
    "Haarlem": "2011",
    "Leiden": "2312",
    "Delft": "2611",
    "Groningen": "9711",
    "Middelburg": "4331",
    "Hoorn": "1621",
    "Gouda": "2801",
    "Doetinchem": "7001",
    "Roermond": "6041",
}
STREETS = _listed(
    "Lindelaan, Kerkstraat, Dorpsstraat, Molenweg, Beukenlaan, Stationsweg, Schoolstraat, Parkweg, "
    "Julianastraat, Eikenlaan, Nieuwstraat, Havenkade, Meidoornstraat, Brinkweg, Vijverhof, "
    "Tuinstraat, Merelstraat, Boomgaard"
)
FIRST_NAMES = _listed(
    "Anouk, Bram, Cees, Dewi, Erik, Femke, Gijs, Hanna, Iris, Jeroen, Karin, Lars, Mirjam, Niels, "
    "Olga, Paul, Rachid, Sanne, Thijs, Ursula, Vincent, Wendy, Youssef, Zoë, Jasmijn, Kees, Leila, "
    "Maarten"
)
SURNAMES = _listed(
    "de Bruin, Smeets, van Leeuwen, Dijkstra, Bosman, Peters, de Wit, Aydin, Scholten, Meijer, "
    "van der Veen, Brouwer, Timmers, Haddad, Gerritsen, Wolters, van Vliet, Nijland, Sanders, "
    "Kroon, Ramdin, Boersma, van Ham, Drost, Lammers, Evers, Prins, Veenstra"
)
FIRMS = _listed(
    "Bloemist Klaproos B.V., Drukkerij Zetwerk B.V., Schildersbedrijf Kwast & Co. B.V., "
    "Fietsenmaker Spaak B.V., Kapsalon Krul B.V., Transport Wielewaal B.V., "
    "Administratiekantoor Cijfer B.V., Hoveniers Groenpad B.V., Boekhandel Letterpand B.V."
)
BANKS = ("ABNA", "INGB", "RABO", "SNSB", "TRIO", "ASNB", "KNAB")
CONSENT_SOURCES = ("aanvraagformulier", "klantportaal", "telefoongesprek, per e-mail bevestigd")
# line of business: insurer, lowest and highest premium per year
LINES = {
    "motor": ("noorderlicht", 420, 980),
    "home": ("duinrand", 220, 420),
    "contents": ("noorderlicht", 90, 240),
    "liability": ("duinrand", 48, 90),
    "legal": ("waalbrug", 150, 280),
    "travel": ("duinrand", 60, 120),
    "package": ("noorderlicht", 520, 1200),
    "health_basic": ("zevenheuvel", 1740, 1980),
    "health_extra": ("zevenheuvel", 180, 420),
    "life": ("duinrand", 240, 900),
    "other": ("waalbrug", 60, 180),
}
TERMS_PER_YEAR = {"monthly": 12, "quarterly": 4, "half_yearly": 2, "yearly": 1}


class Register:
    """Hands out addresses and numbers, each one once.

    :param rng: a seeded `random.Random`
    """

    def __init__(self, rng):
        self.rng = rng
        self.used = set()

    def _once(self, draw):
        """Return the first value of `draw()` that was not handed out before."""
        while (value := draw()) in self.used:
            pass
        self.used.add(value)
        return value

    def address(self):
        """Return a street with number, a well-formed Dutch postcode and its city."""

        def draw():
            city = self.rng.choice(sorted(CITIES))
            letters = "".join(self.rng.choice("ABCDEGHJKLNPRTVWXZ") for _ in range(2))
            street = f"{self.rng.choice(STREETS)} {self.rng.randint(1, 180)}"
            return street, f"{CITIES[city]} {letters}", city

        return self._once(draw)

    def iban(self):
        """Return a Dutch IBAN with valid check digits over a number that fails the bank's own test.

        Account numbers that banks give out pass the eleven test, so this one is nobody's.
        """

        def draw():
            while passes_eleven_test(number := f"{self.rng.randint(10**9, 10**10 - 1)}"):
                pass
            bban = self.rng.choice(BANKS) + number
            return f"NL{mod_97_10.calc_check_digits(f'{bban}NL')}{bban}"

        return self._once(draw)

    def vat(self):
        """Return a valid Dutch VAT number in a range that the tax office does not use."""

        def draw():
            while not btw.is_valid(number := f"0000{self.rng.randint(10**4, 10**5 - 1)}B01"):
                pass
            return "NL" + number

        return self._once(draw)

    def phone(self):
        """Return a number after 06-0, which is given to no telephone."""
        return self._once(lambda: f"+31 6 00{self.rng.randint(10**5, 10**6 - 1)}")

    def plate(self):
        """Return a licence plate in a Dutch pattern, with vowels, which the register avoids."""
        vowel, letters = self.rng.choice("AEIOU"), self.rng.choices("BDGHJKLNPRSTVXZ", k=2)
        return self._once(lambda: f"{letters[0]}-{self.rng.randint(100, 999)}-{letters[1]}{vowel}")


def passes_eleven_test(number):
    """Tell whether a ten-digit account number passes the eleven test of the Dutch banks."""
    weighted = zip(range(10, 0, -1), number, strict=True)
    return sum(weight * int(digit) for weight, digit in weighted) % 11 == 0


def make_crowd(register):
    """Return the members who pay on time, or a few days late, on a list."""
    rng = register.rng
    names = [f"{first} {last}" for first, last in zip(FIRST_NAMES, SURNAMES, strict=True)]
    crowd = []
    for number, name in enumerate([*names, *FIRMS]):
        business = name in FIRMS
        together = number % 9 == 4
        covers = tuple(_cover(register, line) for line in _lines(rng, business))
        if together:
            covers = _same_terms(register)
        crowd.append(
            Member(
                name,
                ("few_days_late",) if number % 6 == 5 else ("on_time",),
                covers,
                business=business,
                lasting=True,
                together=together,
                consent=number % 5 < 3,
                lang="en_US" if number % 13 == 7 else "nl_NL",
            )
        )
    return crowd


def _same_terms(register):
    """Return two policies of one insurer whose premium falls due on the same day."""
    home = _cover(register, "home")
    premium = (Decimal(home.premium) / 5).quantize(Decimal("0.01"))
    return home, replace(home, line="liability", premium=str(premium))


def _lines(rng, business):
    """Return one to three different lines of business that suit the customer."""
    lines = ["motor", "liability", "legal", "package", "other"] if business else list(LINES)
    return rng.sample(lines, rng.choice([1, 2, 2, 3]))


def _cover(register, line):
    """Return a policy of the line with a premium, a frequency and a start drawn by chance."""
    rng = register.rng
    insurer, low, high = LINES[line]
    frequency = rng.choices(list(TERMS_PER_YEAR), weights=[1, 2, 2, 5])[0]
    if line == "health_basic":
        frequency = "monthly"
    year_premium = Decimal(rng.randint(low * 100, high * 100)) / 100
    return Cover(
        line,
        frequency,
        str((year_premium / TERMS_PER_YEAR[frequency]).quantize(Decimal("0.01"))),
        str(date(rng.randint(2012, 2024), rng.randint(1, 12), rng.choice([1, 1, 15]))),
        insurer,
        collection=rng.choice(["office_invoice", "office_invoice", "office_debit"]),
        role="intermediary" if rng.random() < 0.1 else "authorised_agent",
        creditor="office" if line == "other" else "insurer",
        plate=register.plate() if line == "motor" else "",
    )
