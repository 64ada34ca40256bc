"""Which rule of cover a policy goes by, and the costs that it may have to wait for."""

from odoo import api, fields, models
from odoo.fields import Domain


class InsurancePolicy(models.Model):
    _inherit = "insurance.policy"

    cover_rule_id = fields.Many2one(
        "insurance.cover.rule",
        string="Rule of cover",
        compute="_compute_cover_rule_id",
        help="For what comes into arrears today; empty: the law alone.",
    )
    cover_rule_text = fields.Text(
        string="What it means", compute="_compute_cover_rule_id", help="In words."
    )
    resumption_text = fields.Text(
        string="Return in words",
        compute="_compute_resumption_text",
        help="When the cover that stopped is back, in words.",
    )

    @api.depends("company_id", "insurer_id", "line_of_business")
    @api.depends_context("lang")
    def _compute_cover_rule_id(self):
        today = fields.Date.context_today(self)
        rules = self.env["insurance.cover.rule"]._choose_records((policy, today) for policy in self)
        for policy in self:
            rule = rules[policy, today].with_env(self.env)
            policy.cover_rule_id = rule
            policy.cover_rule_text = rule.sudo()._describe()

    @api.depends("gap_ids.resume")
    @api.depends_context("lang")
    def _compute_resumption_text(self):
        for policy in self:
            # Cover is told to every reader of the policy, whatever rights they have on gaps.
            gap = policy.sudo().gap_ids.sorted("start")[-1:]
            policy.resumption_text = gap and gap._describe_resumption()

    def _charges_by_credit_day(self):
        """Return per policy its fees and interest as (last day before due, credited or None).

        Only what was booked: nobody can pay what was merely announced. What was let go counts as
        credited on that day.
        """
        counted = Domain("move_line_id", "!=", False) & Domain("state", "in", ("booked", "waived"))
        fees = self.env["arrears.fee"].search(
            counted & Domain("notice_id.line_ids.item_id.policy_ids", "in", self.ids)
        )
        interests = self.env["arrears.interest"].search(
            counted & Domain("item_id.policy_ids", "in", self.ids)
        )
        found = {policy: [] for policy in self}
        for charges in (fees, interests):
            for charge in charges:
                due = charge.last_day or charge.booked_on
                for policy in charge._get_policies() & self:
                    found[policy].append((due, charge.settled_on or None))
        return found

    @api.model
    def _resume_waiting(self, company):
        """Resume cover that waited for costs which fell away without a payment."""
        gaps = self.env["insurance.coverage.gap"].search(
            Domain("company_id", "=", company.id)
            & Domain("resume", "=", False)
            & Domain("resume_includes_costs", "=", True)
        )
        gaps.policy_id._resume_paid()
