"""Check digits of what an arrears file may hold, and a net for the one number it may not: the BSN.

The checks come from python-stdnum; each returns the number in its plain form.
"""

import re

from stdnum.exceptions import ValidationError
from stdnum.iso7064 import mod_97_10
from stdnum.nl import bsn as _bsn
from stdnum.nl import postcode as _postcode

from . import checks

# Country, check digits, account; stdnum.iban itself reads a data file that Odoo's importer hides.
_IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}")
# The Dutch side codes: three groups, each all letters or all digits.
_PLATE = re.compile(
    r"[A-Z]{2}\d{4}|\d{4}[A-Z]{2}|\d{2}[A-Z]{2}\d{2}|[A-Z]{2}\d{2}[A-Z]{2}|[A-Z]{4}\d{2}"
    r"|\d{2}[A-Z]{4}|\d{2}[A-Z]{3}\d|\d[A-Z]{3}\d{2}|[A-Z]{2}\d{3}[A-Z]|[A-Z]\d{3}[A-Z]{2}"
    r"|[A-Z]{3}\d{2}[A-Z]|[A-Z]\d{2}[A-Z]{3}|\d[A-Z]{2}\d{3}|\d{3}[A-Z]{2}\d"
)
_DUTCH_IBAN = re.compile(r"NL\d{2}[A-Z]{4}\d{10}")


def iban(number: str) -> str:
    """Return a bank account number without spaces, or raise ValueError if its check fails."""
    plain = re.sub(r"[\s.-]", "", checks.text(number, "number")).upper()
    shape = _DUTCH_IBAN if plain.startswith("NL") else _IBAN
    if not shape.fullmatch(plain):
        raise ValueError("number must be an IBAN: it does not have the form of one")
    if not mod_97_10.is_valid(plain[4:] + plain[:4]):
        raise ValueError("number must be an IBAN: its check digits do not fit")
    return plain


def postcode(code: str) -> str:
    """Return a Dutch postcode as "1234 AB", or raise ValueError; letters go to a real address."""
    try:
        return str(_postcode.validate(checks.text(code, "code")))
    except ValidationError as error:
        raise ValueError(f"code must be a Dutch postcode: {error}") from error


def licence_plate(plate: str) -> str:
    """Return a Dutch licence plate as RDW writes it, or raise ValueError if it can be none."""
    plain = re.sub(r"[\s-]", "", checks.text(plate, "plate")).upper()
    if not _PLATE.fullmatch(plain):
        raise ValueError("plate must be a Dutch licence plate: it does not have the form of one")
    return plain


def holds_bsn(text: str) -> bool:
    """Tell whether a text holds nine digits that pass the check of a citizen service number.

    An office may not keep a BSN in an arrears file; one in eleven other numbers of nine digits
    looks like one too, so ask, do not refuse.
    """
    found = re.findall(r"(?<!\d)\d{4}[. ]?\d{2}[. ]?\d{3}(?!\d)", checks.text(text, "text"))
    return any(_bsn.is_valid(number) for number in found)
