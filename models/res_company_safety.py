"""What stands between a mistake and the customers: the stop, and test mode."""

from odoo import api, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import email_normalize


class ResCompany(models.Model):
    _inherit = "res.company"

    @api.constrains("arrears_test_email")
    def _check_arrears_test_email(self):
        for company in self:
            address = company.arrears_test_email
            if address and not email_normalize(address):
                raise ValidationError(
                    self.env._(
                        "Company %(company)s, test mode: %(address)s is not one e-mail address.",
                        company=company.name,
                        address=address,
                    )
                )

    def _check_arrears_letters_may_leave(self):
        """Refuse to print and post letters while everything is stopped or only tested.

        :raise UserError: naming the company and the setting
        """
        for company in self:
            if company.arrears_paused:
                raise UserError(
                    self.env._(
                        "Everything is stopped at %s: no letter leaves. To go on, take away 'Stop "
                        "everything' in the settings of Invoicing, under Premium arrears.",
                        company.name,
                    )
                )
            if company.arrears_test_email:
                raise UserError(
                    self.env._(
                        "%s is in test mode: no letter can be posted. To go on, empty the test "
                        "address in the settings of Invoicing, under Premium arrears.",
                        company.name,
                    )
                )
