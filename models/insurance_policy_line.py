"""The cover of a policy in time: a line of days with and without cover, on its form."""

from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import format_date

from ..law import cover_answer

DAY = timedelta(days=1)


class InsurancePolicy(models.Model):
    _inherit = "insurance.policy"

    cover_line = fields.Html(
        string="Cover in time",
        compute="_compute_cover_line",
        sanitize=False,
        help="The last twelve months, or since the policy started.",
    )

    @api.depends_context("lang", "tz", "uid")
    @api.depends(
        "start_date", "end_date", "office_role", "gap_ids.start", "gap_ids.resume", "licence_plate"
    )
    def _compute_cover_line(self):
        today = fields.Date.context_today(self)
        saved = self.filtered("id")
        facts = saved._origin._coverage_facts()
        for policy in self:
            policy.cover_line = (
                policy._render_cover_line(facts[policy._origin], today)
                if policy._origin in facts
                else False
            )

    def _render_cover_line(self, facts, last):
        """Return the twelve months up to and including ``last`` as a line, in HTML.

        :param facts: ``law.cover_answer.PolicyFacts``
        """
        first = last - relativedelta(years=1) + DAY
        if facts.start and first < facts.start <= last:
            first = facts.start
        found = cover_answer.stretches(facts, first, last)
        length = (last - first).days + 1
        rows = [self._prepare_stretch(one, length) for one in found]
        return self.env["ir.qweb"]._render(
            "premium_arrears.cover_line",
            {
                "rows": rows,
                "months": self._prepare_months(first, last),
                "first": format_date(self.env, first),
                "last": format_date(self.env, last),
                "text": "; ".join(row["text"] for row in rows),
            },
        )

    def _prepare_stretch(self, stretch, length):
        """Return how a stretch of equal days is shown: kind, width in percent and text."""
        days = (stretch.last - stretch.first).days + 1
        words = {
            "first": format_date(self.env, stretch.first),
            "last": format_date(self.env, stretch.last),
            "days": days,
        }
        texts = {
            "covered": self.env._("Cover from %(first)s to %(last)s (%(days)s days)", **words),
            "suspended": self.env._("No cover from %(first)s to %(last)s (%(days)s days)", **words),
            "none": self.env._("Policy not running from %(first)s to %(last)s", **words),
        }
        return {
            "kind": stretch.kind,
            "width": f"{100 * days / length:.3f}%",
            "text": texts[stretch.kind],
        }

    def _prepare_months(self, first, last):
        """Return the first days of the months after ``first``: place in percent and label."""
        length = (last - first).days + 1
        found = []
        day = date(first.year, first.month, 1) + relativedelta(months=1)
        while day <= last:
            share = 100 * (day - first).days / length
            # The days at both edges stand there already.
            if share < 96:
                label = format_date(self.env, day, date_format="LLL")
                found.append({"left": f"{share:.3f}%", "label": label.rstrip(".")})
            day += relativedelta(months=1)
        return found
