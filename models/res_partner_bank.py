"""An account number that looks like an IBAN has to be one."""

import re

from stdnum.iso7064 import mod_97_10  # stdnum.iban reads a file that Odoo's importer hides

from odoo import api, models
from odoo.exceptions import ValidationError

LOOKS_LIKE_IBAN = re.compile(r"^[A-Z]{2}\d{2}[A-Z0-9]{10,30}$")


class ResPartnerBank(models.Model):
    _inherit = "res.partner.bank"

    @api.constrains("acc_number")
    def _check_iban_digits(self):
        # Odoo takes an IBAN with a wrong check digit for an ordinary account number.
        for bank in self:
            number = re.sub(r"[\s.-]", "", bank.acc_number or "").upper()
            digits_fit = mod_97_10.is_valid(number[4:] + number[:4])
            if LOOKS_LIKE_IBAN.match(number) and not digits_fit:
                raise ValidationError(
                    self.env._(
                        "Contact %(partner)s, account number: %(number)s is not a valid IBAN, its "
                        "check digits do not fit.",
                        partner=bank.partner_id.display_name,
                        number=bank.acc_number,
                    )
                )
