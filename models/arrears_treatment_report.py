"""Promise 9: the same situation, the same treatment. Numbers for managers, without customers."""

from odoo import fields, models
from odoo.tools import SQL

from .arrears_assessment import ABLE, CAUSES, DEVIATIONS, SEVERAL_DEBTS, WAYS, WILLING


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
            "deviates",
            "deviation_reason",
        ]
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

    @property
    def _table_query(self):
        # No customer, case or amount: it is about how the office acts.
        return SQL(
            """
            SELECT id, company_id, day, user_id, situation, willing, able, cause, several_debts,
                   proposed_way, chosen_way, deviation_reason,
                   1 AS number,
                   CASE WHEN deviates THEN 1 ELSE 0 END AS deviating,
                   CASE WHEN deviates THEN 1.0 ELSE 0.0 END AS share
              FROM arrears_assessment
            """
        )
