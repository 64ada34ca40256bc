"""What "Was there cover?" shows of a policy beside its answer, and the buttons that ask it."""

from odoo import models
from odoo.tools import format_date


class InsurancePolicy(models.Model):
    _inherit = "insurance.policy"

    def _describe_notice(self, notice):
        """Return a notice in one line: number, when sent, received, last day; empty for none."""
        if not notice:
            return ""
        days = {
            "number": notice.name,
            "sent": format_date(self.env, notice.sent_on) if notice.sent_on else "-",
            "received": format_date(self.env, notice.received_on) if notice.received_on else "-",
            "last": format_date(self.env, notice.last_day) if notice.last_day else "-",
        }
        return self.env._(
            "Notice %(number)s: sent %(sent)s, received %(received)s, last day to pay %(last)s.",
            **days,
        )

    def _get_claim_cases(self, day):
        """Return the cases in which premium of this policy was open on a day, newest first."""
        cases = self.env["arrears.case"].search(
            [("item_ids.policy_ids", "in", self.ids), ("opened_on", "<=", day)], order="id desc"
        )
        return cases.filtered(lambda case: not case.closed_on or case.closed_on >= day)

    def action_check_cover(self):
        """Open the answer to "Was there cover?" for this policy, for today."""
        self.ensure_one()
        return self.env["insurance.cover.check"]._open(default_policy_id=self.id)


class ResPartner(models.Model):
    _inherit = "res.partner"

    def action_check_cover(self):
        """Open the answer to "Was there cover?" for all policies of this contact, for today."""
        self.ensure_one()
        return self.env["insurance.cover.check"]._open(default_partner_id=self.id)
