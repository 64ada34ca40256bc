"""A vehicle's policy: what RDW has to hear, and how long injured third parties are covered."""

from odoo import api, fields, models
from odoo.tools import format_date

from ..law import cover_answer


class InsurancePolicy(models.Model):
    _inherit = "insurance.policy"

    rdw_notice_ids = fields.One2many("insurance.rdw.notice", "policy_id", readonly=True)
    liability_until = fields.Date(
        string="Third parties covered until",
        compute="_compute_liability_until",
        help="Last day on which the insurer must still pay injured third parties, now that the "
        "cover has stopped (article 13 of the motor insurance act, WAM).",
    )
    liability_text = fields.Char(string="Liability in words", compute="_compute_liability_until")

    @api.depends(
        "coverage_state",
        "end_date",
        "gap_ids.liability_until",
        "rdw_notice_ids.state",
        "rdw_notice_ids.notified_on",
    )
    @api.depends_context("lang")
    def _compute_liability_until(self):
        self.liability_until = self.liability_text = False
        stopped = self.filtered(
            lambda policy: policy.coverage_state in ("suspended", "ended") and policy._is_vehicle()
        )
        # Readers of the policy need no rights on what it rests on.
        facts = stopped._origin.sudo()._coverage_facts()
        for policy in stopped:
            ended = policy.coverage_state == "ended"
            day = policy.end_date if ended else policy._get_current_gap().start
            if day and policy._origin:
                found = cover_answer.answer(facts[policy._origin.sudo()], day)
                policy.liability_until = found.liability and found.liability.until
                policy.liability_text = policy.sudo()._describe_liability()

    def _get_current_gap(self):
        self.ensure_one()
        held = self.sudo().gap_ids.filtered(lambda gap: gap._holds_a_day())
        return held.sorted("start")[-1:]

    def _describe_liability(self):
        self.ensure_one()
        if self.liability_until:
            return self.env._(
                "Injured third parties are covered until %s, this day included.",
                format_date(self.env, self.liability_until),
            )
        due = self.rdw_notice_ids.filtered(
            lambda notice: notice.state == "due" and notice.event in ("suspended", "ended")
        )
        if not due:
            return self.env._("Injured third parties stay covered until 16 days after RDW is told.")
        deadline = due[-1].deadline
        if deadline < fields.Date.context_today(self):
            text = self.env._(
                "RDW has not been told, and should have been by %s: injured third parties stay "
                "covered. Tell it today.",
                format_date(self.env, deadline),
            )
        else:
            text = self.env._(
                "RDW has not been told yet: injured third parties stay covered. Tell it on %s at "
                "the latest.",
                format_date(self.env, deadline),
            )
        return text
