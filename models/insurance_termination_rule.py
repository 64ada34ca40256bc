"""What the conditions of an insurer say about ending a policy for non-payment."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ..law.parameters import TERMINATION_NOTICE_MONTHS
from .insurance_policy import LINES_OF_BUSINESS


class InsuranceTerminationRule(models.Model):
    _name = "insurance.termination.rule"
    _description = "Conditions on Termination"
    _order = "insurer_id, line_of_business, date_from desc, id"
    _rec_name = "source"

    insurer_id = fields.Many2one(
        "res.partner",
        required=True,
        index=True,
        ondelete="restrict",
        domain=[("is_insurer", "=", True)],
    )
    line_of_business = fields.Selection(
        LINES_OF_BUSINESS, help="Empty: all lines of this insurer that have no row of their own."
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    date_from = fields.Date(string="In force from", help="Empty: from ever.")
    names_ground = fields.Boolean(
        string="Names non-payment",
        default=True,
        help="The conditions name unpaid premium as a ground to end the insurance.",
    )
    source = fields.Char(
        string="Where it says so",
        required=True,
        help="Set of conditions and article; it is shown when a termination is approved.",
    )
    notice_months = fields.Integer(
        string="Months of notice",
        default=TERMINATION_NOTICE_MONTHS,
        help="Two months by article 7:940(3) of the Dutch Civil Code, unless the conditions say "
        "otherwise. 0 with 0 days: at once. At least 14 days are always left to pay.",
    )
    notice_days = fields.Integer(string="Days of notice", help="On top of the months.")

    _period = models.Constraint(
        "CHECK (notice_months BETWEEN 0 AND 24 AND notice_days BETWEEN 0 AND 365)",
        "A period of notice has 0 to 24 months and 0 to 365 days.",
    )
    _one_rule = models.UniqueIndex(
        "(company_id, insurer_id, COALESCE(line_of_business, ''), "
        "COALESCE(date_from, DATE '1970-01-01'))",
        "This insurer already has a row for this line of business from this day.",
    )

    @api.constrains("insurer_id", "line_of_business", "names_ground")
    def _check_rule(self):
        for rule in self:
            if not rule.insurer_id.is_insurer:
                raise ValidationError(
                    self.env._(
                        "Conditions “%(source)s”: %(partner)s is not marked as an insurer.",
                        source=rule.source,
                        partner=rule.insurer_id.display_name,
                    )
                )
            if rule.line_of_business == "health_basic" and rule.names_ground:
                raise ValidationError(
                    self.env._(
                        "Conditions “%s”: basic health insurance is never ended for non-payment.",
                        rule.source,
                    )
                )

    @api.model
    def _find(self, policies, day):
        """Return the row that holds for each of these policies, in one query.

        A row of the line of business goes before one of the whole insurer; of several the latest
        that is in force.

        :param policies: any policies
        :param day: business day
        :return: dict from policy to its row, empty when nothing was recorded
        """
        # Conditions are told to every reader of a policy, whatever rights they have on the rows.
        rules = self.sudo().search(
            Domain("company_id", "in", policies.company_id.ids)
            & Domain("insurer_id", "in", policies.insurer_id.ids)
            & (Domain("date_from", "=", False) | Domain("date_from", "<=", day)),
            order="date_from NULLS FIRST, id",
        )
        latest = {(r.company_id, r.insurer_id, r.line_of_business): r for r in rules}
        found = {}
        for policy in policies:
            key = (policy.company_id, policy.insurer_id)
            found[policy] = (
                latest.get((*key, policy.line_of_business))
                or latest.get((*key, False))
                or self.browse()
            )
        return found
