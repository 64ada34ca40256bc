"""Cover lost: the days without cover of each policy, in the month in which they fell."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..models.insurance_policy import LINES_OF_BUSINESS


class InsuranceCoverageGapReport(models.Model):
    """One row per stretch without cover and calendar month.

    The days up to and including today count, while the policy runs. A stretch that was taken back
    holds no day, so it has no row.
    """

    _name = "insurance.coverage.gap.report"
    _description = "Cover Lost"
    _auto = False
    _order = "month desc, id desc"
    _rec_name = "policy_id"
    _depends = {
        "insurance.coverage.gap": [
            "policy_id",
            "company_id",
            "case_id",
            "start",
            "resume",
            "source",
        ],
        "insurance.policy": ["partner_id", "insurer_id", "line_of_business", "end_date"],
        "arrears.case": ["user_id", "debtor_type"],
    }

    company_id = fields.Many2one("res.company", readonly=True)
    gap_id = fields.Many2one("insurance.coverage.gap", string="Stretch", readonly=True)
    policy_id = fields.Many2one("insurance.policy", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Policyholder", readonly=True)
    insurer_id = fields.Many2one("res.partner", readonly=True)
    line_of_business = fields.Selection(LINES_OF_BUSINESS, readonly=True)
    case_id = fields.Many2one("arrears.case", readonly=True)
    debtor_type = fields.Selection(
        [("consumer", "Consumer"), ("business", "Business")], readonly=True
    )
    user_id = fields.Many2one("res.users", string="Handler", readonly=True)
    source = fields.Selection(
        [
            ("notice", "Our own notice"),
            ("insurer", "Told by the insurer"),
            ("opening", "Taken over from before"),
        ],
        readonly=True,
        help="Who decided that the cover stopped.",
    )
    start = fields.Date(readonly=True, help="First day without cover.")
    resume = fields.Date(string="Resumed on", readonly=True)
    running = fields.Boolean(
        string="Without cover now", readonly=True, help="The policy runs, and is suspended today."
    )
    month = fields.Date(readonly=True, help="First day of the month.")
    started = fields.Integer(
        string="Suspensions",
        readonly=True,
        aggregator="sum",
        help="Counted in the month in which they began.",
    )
    resumed = fields.Integer(
        string="Resumptions",
        readonly=True,
        aggregator="sum",
        help="Counted in the month of the last day without cover.",
    )
    days = fields.Integer(
        string="Days of cover lost",
        readonly=True,
        aggregator="sum",
        help="Days without cover in this month, up to and including today.",
    )

    @api.model
    def _today(self):
        return self.env["arrears.report"]._today()

    @property
    def _table_query(self):
        # Stretch and number of the month together: an id that stays the same.
        return SQL(
            """
            WITH gap AS (
                SELECT gap.*, policy.partner_id, policy.insurer_id, policy.line_of_business,
                       LEAST(gap.resume, policy.end_date, %(tomorrow)s) AS until
                  FROM insurance_coverage_gap AS gap
                  JOIN insurance_policy AS policy ON policy.id = gap.policy_id
            ), lost AS (
                SELECT gap.*, month::date AS month,
                       LEAST(gap.until, (month + INTERVAL '1 month')::date) AS month_until
                  FROM gap
                  CROSS JOIN generate_series(
                       DATE_TRUNC('month', gap.start::timestamp),
                       DATE_TRUNC('month', (gap.until - 1)::timestamp),
                       INTERVAL '1 month') AS month
                 WHERE gap.until > gap.start
            )
            SELECT lost.id::bigint * 100000 + EXTRACT(YEAR FROM lost.month)::int * 12
                       + EXTRACT(MONTH FROM lost.month)::int AS id,
                   lost.id AS gap_id, lost.company_id, lost.policy_id, lost.partner_id,
                   lost.insurer_id, lost.line_of_business, lost.case_id, arrears_case.debtor_type,
                   arrears_case.user_id, lost.source, lost.start, lost.resume, lost.month,
                   lost.until = %(tomorrow)s
                       AND (lost.resume IS NULL OR lost.resume >= %(tomorrow)s) AS running,
                   CASE WHEN lost.start >= lost.month THEN 1 ELSE 0 END AS started,
                   CASE WHEN lost.resume = lost.month_until AND lost.resume < %(tomorrow)s
                        THEN 1 ELSE 0 END AS resumed,
                   lost.month_until - GREATEST(lost.start, lost.month) AS days
              FROM lost
              LEFT JOIN arrears_case ON arrears_case.id = lost.case_id
            """,
            tomorrow=self._today() + timedelta(days=1),
        )

    @api.readonly
    def action_open_policy(self):
        """Open the policy that a row is about."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "insurance.policy",
            "res_id": self.policy_id.id,
            "views": [(False, "form")],
        }
