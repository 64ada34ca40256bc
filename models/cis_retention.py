"""For how many years a registration stands, by date: the protocol of CIS can change."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..law.parameters import CIS_DEFAULT_YEARS, CIS_MOST_YEARS


class CisRetention(models.Model):
    _name = "cis.retention"
    _description = "Years of a CIS Registration"
    _order = "company_id, date_from desc"
    _rec_name = "date_from"

    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    date_from = fields.Date(
        string="From", required=True, help="For registrations that are approved from this day on."
    )
    years = fields.Integer(required=True, default=CIS_DEFAULT_YEARS)
    source = fields.Char(help="Where it stands, such as the version of the CIS protocol.")

    _one_a_day = models.UniqueIndex(
        "(company_id, date_from)", "There is another number of years from this day already."
    )

    @api.constrains("years")
    def _check_years(self):
        for rule in self:
            if not 1 <= rule.years <= CIS_MOST_YEARS:
                raise ValidationError(
                    self.env._(
                        "CIS, years from %(day)s: %(years)s is refused. A registration stands for "
                        "one to %(most)s years.",
                        day=rule.date_from,
                        years=rule.years,
                        most=CIS_MOST_YEARS,
                    )
                )

    @api.model
    def _get_years(self, day, company):
        """Return for how many years a registration stands that is approved on ``day``.

        :param day: business day
        :param company: the office that registers
        :return: whole years; the shortest that is usual when the office set none
        """
        # A letter names it, whoever makes that letter.
        rule = self.sudo().search(
            [("company_id", "=", company.id), ("date_from", "<=", day)],
            order="date_from desc",
            limit=1,
        )
        return rule.years or CIS_DEFAULT_YEARS
