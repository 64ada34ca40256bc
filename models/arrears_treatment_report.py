"""Promise 9: the same situation, the same treatment. Numbers for managers, without customers."""

from odoo import fields, models
from odoo.tools import SQL

from .arrears_assessment import ABLE, CAUSES, DEVIATIONS, SEVERAL_DEBTS, WAYS, WILLING

# Below this number of assessments in the same situation a share says little.
FEW = 5


class ArrearsTreatmentReport(models.Model):
    _name = "arrears.treatment.report"
    _description = "Equal Treatment"
    _auto = False
    _order = "day desc, id desc"
    _rec_name = "situation"
    _depends = {
        "arrears.assessment": [
            "company_id",
            "day",
            "user_id",
            "situation",
            "willing",
            "able",
            "cause",
            "several_debts",
            "proposed_way",
            "chosen_way",
            "case_id",
            "deviates",
            "deviation_reason",
        ],
        "arrears.case": ["opened_on"],
        "arrears.fee": ["case_id", "state", "settled_on", "amount_total"],
        "arrears.interest": ["case_id", "state", "settled_on", "amount"],
    }

    company_id = fields.Many2one("res.company", readonly=True)
    day = fields.Date(readonly=True)
    user_id = fields.Many2one("res.users", string="Handler", readonly=True)
    situation = fields.Char(readonly=True)
    willing = fields.Selection(WILLING, string="Wish", readonly=True)
    able = fields.Selection(ABLE, string="Means", readonly=True)
    cause = fields.Selection(CAUSES, string="Lasts", readonly=True)
    several_debts = fields.Selection(SEVERAL_DEBTS, string="More debts", readonly=True)
    proposed_way = fields.Selection(WAYS, readonly=True)
    chosen_way = fields.Selection(WAYS, readonly=True)
    deviation_reason = fields.Selection(DEVIATIONS, readonly=True)
    number = fields.Integer(string="Assessments", readonly=True, aggregator="sum")
    deviating = fields.Integer(string="Other way than proposed", readonly=True, aggregator="sum")
    share = fields.Float(
        string="Share of other ways",
        readonly=True,
        aggregator="avg",
        help="Part of the assessments in which another way was chosen than was proposed. 0: all "
        "customers got what is proposed to everybody in their situation.",
    )

    days_until_help = fields.Float(
        readonly=True,
        aggregator="avg",
        help="Days from the opening of the case to the conversation about help.",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    waived = fields.Monetary(
        string="Costs waived",
        readonly=True,
        aggregator="sum",
        help="Fees and interest of the case that were waived on the day of the assessment.",
    )
    group_size = fields.Selection(
        [("few", "Few: a share says little"), ("enough", "Enough to compare")],
        string="Same situation",
        readonly=True,
        help="How many customers of the company were in the same situation.",
    )

    @property
    def _table_query(self):
        # No customer and no case: it is about how the office acts. A case that is assessed twice
        # on one day counts what was waived once.
        return SQL(
            """
            WITH waived AS (
                SELECT case_id, settled_on AS day, SUM(amount) AS amount
                  FROM (SELECT case_id, settled_on, amount_total AS amount
                          FROM arrears_fee WHERE state = 'waived'
                         UNION ALL
                        SELECT case_id, settled_on, amount
                          FROM arrears_interest WHERE state = 'waived') AS charge
                 GROUP BY case_id, settled_on
            )
            SELECT made.id, made.company_id, made.day, made.user_id, made.situation, made.willing,
                   made.able, made.cause, made.several_debts, made.proposed_way, made.chosen_way,
                   made.deviation_reason,
                   1 AS number,
                   CASE WHEN made.deviates THEN 1 ELSE 0 END AS deviating,
                   CASE WHEN made.deviates THEN 1.0 ELSE 0.0 END AS share,
                   made.day - arrears_case.opened_on AS days_until_help,
                   CASE WHEN made.id = MAX(made.id) OVER (PARTITION BY made.case_id, made.day)
                        THEN COALESCE(waived.amount, 0) ELSE 0 END AS waived,
                   CASE WHEN COUNT(*) OVER (PARTITION BY made.company_id, made.situation) < %s
                        THEN 'few' ELSE 'enough' END AS group_size
              FROM arrears_assessment AS made
              JOIN arrears_case ON arrears_case.id = made.case_id
              LEFT JOIN waived ON waived.case_id = made.case_id AND waived.day = made.day
            """,
            FEW,
        )
