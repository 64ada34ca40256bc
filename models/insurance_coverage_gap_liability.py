"""Until when injured third parties are covered while a vehicle's cover is suspended (WAM 13)."""

from odoo import api, fields, models
from odoo.tools import format_date

from ..law import motor


class ArrearsCaseHistory(models.Model):
    _inherit = "arrears.case.history"

    _rdw_told_index = models.Index("(policy_id, day) WHERE event = 'rdw_told'")


class InsuranceCoverageGap(models.Model):
    _inherit = "insurance.coverage.gap"

    liability_text = fields.Char(
        string="Injured third parties",
        compute="_compute_liability_text",
        help="Until when the insurer of a vehicle still pays injured third parties (WAM 13).",
    )

    @api.depends("start", "resume", "policy_id.licence_plate", "policy_id.line_of_business")
    def _compute_liability_text(self):
        told = self.policy_id._get_rdw_told_days()
        for gap in self:
            policy = gap.policy_id
            if not policy._is_vehicle() or not gap._holds_a_day():
                gap.liability_text = False
                continue
            until = motor.liability_ends_on(gap.start, gap._get_told_on(told[policy]))
            if gap.resume and (not until or until >= gap.resume):
                gap.liability_text = self.env._("covered all the time")
            elif until:
                gap.liability_text = self.env._("covered until %s", format_date(self.env, until))
            else:
                gap.liability_text = self.env._("covered until 16 days after RDW is told")

    def _get_told_on(self, days):
        """Return the day RDW was told of this suspension, or None.

        :param days: the days RDW was told anything of this policy, in order
        """
        self.ensure_one()
        return next(
            (day for day in days if day >= self.start and (not self.resume or day < self.resume)),
            None,
        )


class InsurancePolicy(models.Model):
    _inherit = "insurance.policy"

    def _is_vehicle(self):
        """Tell whether compulsory motor liability, and so RDW, is concerned."""
        self.ensure_one()
        return motor.concerns_rdw(self.line_of_business or "other", self.licence_plate or "")

    def _get_rdw_told_days(self):
        """Return per policy the days on which RDW was told of its cover, in order: one query."""
        found = {policy: [] for policy in self}
        # Told to everybody who may read the policy, whatever rights they have on cases.
        rows = (
            self.env["arrears.case.history"]
            .sudo()
            .search_fetch(
                [("policy_id", "in", self.ids), ("event", "=", "rdw_told")],
                ["policy_id", "day"],
                order="day, id",
            )
        )
        for row in rows:
            found[row.policy_id.with_env(self.env)].append(row.day)
        return found
