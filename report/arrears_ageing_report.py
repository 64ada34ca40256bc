"""Ageing: what is open today, by how long, in which stage and with which cover."""

from odoo import fields, models
from odoo.tools import SQL

from ..models.arrears_case import CASE_STATES
from ..models.arrears_item import NEXT_REASONS
from ..models.arrears_stage import STAGE_KINDS
from ..models.insurance_policy import LINES_OF_BUSINESS
from ..models.insurance_policy_cover import COVERAGE_STATES
from .arrears_report import CASE_DEPENDS

# By the last day of each; the codes are in order, for a pivot sorts by them.
AGES = [
    ("014", "Up to 14 days"),
    ("030", "15 to 30 days"),
    ("060", "31 to 60 days"),
    ("090", "61 to 90 days"),
    ("180", "91 to 180 days"),
    ("999", "Over 180 days"),
]


class ArrearsAgeingReport(models.Model):
    """One row per item of which premium, fee or interest is open.

    A fee is charged over all items of its notice together: it stands with the oldest of them.
    """

    _name = "arrears.ageing.report"
    _description = "Open Arrears"
    _inherit = ["arrears.report"]
    _auto = False
    _order = "due_date, id"
    _rec_name = "case_id"
    _depends = {
        **CASE_DEPENDS,
        "arrears.case": [*CASE_DEPENDS["arrears.case"], "state"],
        "arrears.item": [
            "case_id",
            "source",
            "procedure_id",
            "stage_id",
            "next_reason",
            "next_step_date",
            "opened_on",
            "due_date",
            "amount_open",
            "policy_ids",
        ],
        "arrears.stage": ["kind"],
        "arrears.notice.line": ["notice_id", "item_id", "due_date"],
        "arrears.fee": ["notice_id", "amount_open"],
        "arrears.interest": ["item_id", "amount_open"],
        "insurance.policy": ["coverage_state", "insurer_id", "line_of_business"],
    }

    procedure_id = fields.Many2one("arrears.procedure", readonly=True)
    stage_id = fields.Many2one("arrears.stage", readonly=True)
    stage_kind = fields.Selection(
        [("new", "Not written to yet"), *STAGE_KINDS],
        string="Kind of stage",
        readonly=True,
    )
    case_state = fields.Selection(CASE_STATES, string="State of the case", readonly=True)
    next_reason = fields.Selection(NEXT_REASONS, string="Waits for", readonly=True)
    next_step_date = fields.Date(string="Next step on", readonly=True)
    coverage_state = fields.Selection(
        COVERAGE_STATES,
        string="Cover",
        readonly=True,
        help="Of its policies the one that is worst off: suspended before at risk before ended.",
    )
    insurer_id = fields.Many2one(
        "res.partner", readonly=True, help="Empty when the invoice has policies of several."
    )
    line_of_business = fields.Selection(
        [*LINES_OF_BUSINESS, ("several", "Several lines")], readonly=True
    )
    opened_on = fields.Date(string="In arrears since", readonly=True)
    due_date = fields.Date(readonly=True)
    days_overdue = fields.Integer(
        string="Days overdue",
        readonly=True,
        aggregator="avg",
        help="Days from the due date until today.",
    )
    age = fields.Selection(AGES, readonly=True, help="By the days from the due date until today.")
    amount_open = fields.Monetary(string="Premium open", readonly=True)
    amount_fee_open = fields.Monetary(
        string="Fees open",
        readonly=True,
        help="A fee over several items stands with the oldest of them.",
    )
    amount_interest_open = fields.Monetary(string="Interest open", readonly=True)
    amount_due = fields.Monetary(string="To pay", readonly=True)

    @property
    def _table_query(self):
        return SQL(
            """
            WITH fee AS (
                SELECT first_line.item_id, SUM(arrears_fee.amount_open) AS amount
                  FROM arrears_fee
                  JOIN LATERAL (
                       SELECT item_id FROM arrears_notice_line
                        WHERE notice_id = arrears_fee.notice_id
                        ORDER BY due_date, id LIMIT 1
                  ) AS first_line ON TRUE
                 WHERE arrears_fee.amount_open > 0
                 GROUP BY first_line.item_id
            ), interest AS (
                SELECT item_id, SUM(amount_open) AS amount
                  FROM arrears_interest
                 WHERE amount_open > 0
                 GROUP BY item_id
            ), owed AS (
                SELECT item.id, item.case_id, item.procedure_id, item.stage_id, item.next_reason,
                       item.next_step_date, item.opened_on, item.due_date,
                       %(today)s - item.due_date AS days_overdue,
                       item.amount_open,
                       COALESCE(fee.amount, 0) AS amount_fee_open,
                       COALESCE(interest.amount, 0) AS amount_interest_open
                  FROM arrears_item AS item
                  LEFT JOIN fee ON fee.item_id = item.id
                  LEFT JOIN interest ON interest.item_id = item.id
                 WHERE item.amount_open > 0 OR fee.amount > 0 OR interest.amount > 0
            )
            SELECT owed.id, %(case_columns)s, arrears_case.state AS case_state,
                   owed.procedure_id, owed.stage_id, owed.next_reason, owed.next_step_date,
                   owed.opened_on, owed.due_date, owed.days_overdue,
                   COALESCE(stage.kind, 'new') AS stage_kind,
                   CASE WHEN owed.days_overdue <= 14 THEN '014'
                        WHEN owed.days_overdue <= 30 THEN '030'
                        WHEN owed.days_overdue <= 60 THEN '060'
                        WHEN owed.days_overdue <= 90 THEN '090'
                        WHEN owed.days_overdue <= 180 THEN '180'
                        ELSE '999' END AS age,
                   policy.coverage_state, policy.insurer_id, policy.line_of_business,
                   owed.amount_open, owed.amount_fee_open, owed.amount_interest_open,
                   owed.amount_open + owed.amount_fee_open + owed.amount_interest_open
                       AS amount_due
              FROM owed
              %(case_tables)s
              LEFT JOIN arrears_stage AS stage ON stage.id = owed.stage_id
              LEFT JOIN LATERAL (
                   SELECT (ARRAY_AGG(one.coverage_state ORDER BY ARRAY_POSITION(
                               ARRAY['suspended', 'at_risk', 'ended', 'in_force'],
                               one.coverage_state::text)))[1] AS coverage_state,
                          CASE WHEN MIN(one.insurer_id) = MAX(one.insurer_id)
                               THEN MIN(one.insurer_id) END AS insurer_id,
                          CASE WHEN MIN(one.line_of_business) = MAX(one.line_of_business)
                               THEN MIN(one.line_of_business)
                               ELSE 'several' END AS line_of_business
                     FROM arrears_item_insurance_policy_rel AS link
                     JOIN insurance_policy AS one ON one.id = link.insurance_policy_id
                    WHERE link.arrears_item_id = owed.id
                   HAVING COUNT(*) > 0
              ) AS policy ON TRUE
            """,
            today=self._today(),
            case_columns=self._case_columns(),
            case_tables=self._case_tables(SQL("owed.case_id")),
        )
