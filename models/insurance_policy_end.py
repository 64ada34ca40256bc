"""How a policy ended, and whether its conditions allow the office to end it."""

from odoo import fields, models


class InsurancePolicy(models.Model):
    _inherit = "insurance.policy"

    end_reason = fields.Selection(
        [
            ("non_payment", "Non-payment"),
            ("customer", "Ended by the customer"),
            ("other", "Another reason"),
        ],
        tracking=True,
        copy=False,
    )
    conditions_allow_termination = fields.Selection(
        [("yes", "Yes"), ("no", "No")],
        string="Conditions name non-payment",
        help="Whether the conditions of this policy name unpaid premium as a ground to end it.",
    )

    def _conditions_name_ground(self, day=None):
        """Tell whether the conditions of this policy name non-payment as a ground to end it.

        :param day: business day; today when it is not given
        """
        self.ensure_one()
        return self in self._filter_conditions_name_ground(day or fields.Date.context_today(self))

    def _filter_conditions_name_ground(self, day):
        """Return the policies of which ``_conditions_name_ground`` holds, in one query."""
        return self.filtered(lambda policy: policy.conditions_allow_termination == "yes")
