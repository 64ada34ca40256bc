"""Until when injured third parties are covered while a vehicle's cover is suspended (WAM 13)."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import format_date


class InsuranceCoverageGap(models.Model):
    _inherit = "insurance.coverage.gap"

    liability_text = fields.Char(
        string="Injured third parties",
        compute="_compute_liability_text",
        help="Until when the insurer of a vehicle still pays injured third parties (WAM 13).",
    )

    @api.depends("liability_until", "start", "resume", "policy_id")
    @api.depends_context("lang")
    def _compute_liability_text(self):
        for gap in self:
            until = gap.liability_until
            if not gap.policy_id._is_vehicle() or not gap._holds_a_day():
                gap.liability_text = False
            elif until and gap.resume and until >= gap.resume - timedelta(days=1):
                gap.liability_text = self.env._("covered all the time")
            elif until:
                gap.liability_text = self.env._("covered until %s", format_date(self.env, until))
            else:
                gap.liability_text = self.env._("covered until 16 days after RDW is told")

    def _get_rdw_told_on(self):
        """Return the day RDW was told of this suspension, or None."""
        self.ensure_one()
        return self.rdw_notice_ids._get_told_on("suspended", self.start)


class InsuranceRdwNotice(models.Model):
    _inherit = "insurance.rdw.notice"

    def _get_told_on(self, event, effective_on):
        """Return the day RDW was told of an event among these, or None.

        :param event: suspended, resumed, ended or started
        :param effective_on: the day on which it takes effect
        """
        told = self.filtered(
            lambda notice: (
                notice.state == "told"
                and notice.event == event
                and notice.effective_on == effective_on
            )
        )
        return told[:1].notified_on or None
