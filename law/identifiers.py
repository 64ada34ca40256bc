"""Check digits of what an arrears file may hold, and a net for the one number it may not: the BSN.

The checks come from python-stdnum; each returns the number in its plain form.
"""

import re

from stdnum import iban as _iban
from stdnum.exceptions import ValidationError
from stdnum.nl import bsn as _bsn
from stdnum.nl import postcode as _postcode

from . import checks


def iban(number: str) -> str:
    """Return a bank account number without spaces, or raise ValueError if its check fails."""
    try:
        return str(_iban.validate(checks.text(number, "number")))
    except ValidationError as error:
        raise ValueError(f"number must be an IBAN: {error}") from error


def postcode(code: str) -> str:
    """Return a Dutch postcode as "1234 AB", or raise ValueError; letters go to a real address."""
    try:
        return str(_postcode.validate(checks.text(code, "code")))
    except ValidationError as error:
        raise ValueError(f"code must be a Dutch postcode: {error}") from error


def holds_bsn(text: str) -> bool:
    """Tell whether a text holds nine digits that pass the check of a citizen service number.

    An office may not keep a BSN in an arrears file; one in eleven other numbers of nine digits
    looks like one too, so ask, do not refuse.
    """
    found = re.findall(r"(?<!\d)\d{4}[. ]?\d{2}[. ]?\d{3}(?!\d)", checks.text(text, "text"))
    return any(_bsn.is_valid(re.sub(r"\D", "", number)) for number in found)
