"""Protocol: who got which notice when, what it cost, and whether it kept the rules."""

from odoo import fields, models
from odoo.tools import SQL

from ..models.arrears_notice import FAILURES, MESSAGE_KINDS, TERM_KINDS
from ..models.arrears_stage import NOTICE_KINDS, STAGE_KINDS
from .arrears_report import CASE_DEPENDS, PRIVATE_KINDS

KINDS = [
    *((kind, label) for kind, label in STAGE_KINDS if kind in NOTICE_KINDS),
    *((kind, label) for kind, label in MESSAGE_KINDS if kind not in PRIVATE_KINDS),
]
# Articles 6:96 and 7:934 Civil Code; the day of receipt does not count.
TERM_DAYS = 14


class ArrearsNoticeReport(models.Model):
    """One row per notice that everybody who works with arrears may see.

    Nothing is counted of what is private: the days since the notice before pass over it, too.
    """

    _name = "arrears.notice.report"
    _description = "Notices by the Rules"
    _inherit = ["arrears.report"]
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "notice_id"
    _depends = {
        **CASE_DEPENDS,
        "arrears.notice": [
            "case_id",
            "stage_id",
            "kind",
            "date",
            "channel",
            "state",
            "failure",
            "sent_on",
            "received_on",
            "receipt",
            "last_day",
            "test_mode",
            "origin",
            "names_suspension",
            "amount_total",
            "fee_announced",
            "fee_vat",
            "corrects_id",
        ],
        "arrears.stage": ["procedure_id"],
        "arrears.notice.line": ["notice_id", "due_date"],
        "arrears.fee": ["notice_id", "state", "amount_total", "amount_open", "booked_on"],
        "arrears.interest": ["notice_id", "state", "amount", "amount_open", "booked_on"],
    }

    notice_id = fields.Many2one("arrears.notice", readonly=True)
    procedure_id = fields.Many2one("arrears.procedure", readonly=True)
    stage_id = fields.Many2one("arrears.stage", readonly=True)
    kind = fields.Selection(KINDS, readonly=True)
    is_step = fields.Boolean(
        string="Step of a procedure", readonly=True, help="Else a letter that asks nothing new."
    )
    date = fields.Date(string="Made on", readonly=True)
    channel = fields.Selection([("email", "E-mail"), ("post", "Post")], readonly=True)
    state = fields.Selection(
        [("queued", "Queued"), ("sent", "Sent"), ("failed", "Failed"), ("withdrawn", "Withdrawn")],
        readonly=True,
    )
    failure = fields.Selection(FAILURES, readonly=True)
    test_mode = fields.Boolean(string="Test", readonly=True)
    origin = fields.Selection(
        [("own", "Sent from here"), ("opening", "Taken over from before")], readonly=True
    )
    sent_on = fields.Date(readonly=True)
    received_on = fields.Date(readonly=True)
    receipt = fields.Selection([("assumed", "Assumed"), ("proven", "Proven")], readonly=True)
    last_day = fields.Date(string="Last day to pay", readonly=True)
    names_suspension = fields.Boolean(readonly=True)
    finding = fields.Selection(
        [
            ("in_order", "In order"),
            ("early", "Sent before the premium was overdue"),
            ("short_term", "Term of less than 14 days"),
            ("fee_early", "Fee charged within the term"),
            ("fee_high", "Fee higher than announced"),
        ],
        readonly=True,
        help="Of steps that were sent; the first rule that was not kept.",
    )
    share_in_order = fields.Float(
        string="In order",
        readonly=True,
        aggregator="avg",
        help="Part of the steps that were sent in which every rule was kept.",
    )
    number = fields.Integer(string="Notices", readonly=True, aggregator="sum")
    items = fields.Integer(readonly=True, aggregator="sum")
    days_overdue = fields.Integer(
        string="Days after the due date",
        readonly=True,
        aggregator="avg",
        help="Days from the oldest due date in it to the day on which it was sent.",
    )
    days_since_previous = fields.Integer(
        string="Days since the step before",
        readonly=True,
        aggregator="avg",
        help="Days since an earlier day on which a step was sent in this case.",
    )
    days_to_send = fields.Integer(
        string="Days until sent",
        readonly=True,
        aggregator="avg",
        help="Days from making it to sending it.",
    )
    term_days = fields.Integer(
        string="Days to pay",
        readonly=True,
        aggregator="avg",
        help="Days from receipt up to and including the last day to pay.",
    )
    amount_stated = fields.Monetary(string="Premium stated", readonly=True)
    amount_announced = fields.Monetary(
        string="Fee announced", readonly=True, help="With VAT where that was announced."
    )
    amount_charged = fields.Monetary(
        string="Costs charged",
        readonly=True,
        help="Fee and interest that were booked with it, also when they were let go later.",
    )
    amount_waived = fields.Monetary(
        string="Costs waived", readonly=True, help="Let go, before or after they were booked."
    )
    amount_reversed = fields.Monetary(
        string="Costs taken back", readonly=True, help="Booked, and turned out not to be due."
    )
    amount_cost_open = fields.Monetary(string="Costs open", readonly=True)

    @property
    def _table_query(self):
        return SQL(
            """
            WITH charge AS (
                SELECT notice_id, state, booked_on, amount_total AS amount, amount_open,
                       TRUE AS is_fee
                  FROM arrears_fee
                 UNION ALL
                SELECT notice_id, state, booked_on, amount, amount_open, FALSE
                  FROM arrears_interest
            ), cost AS (
                SELECT notice_id,
                       SUM(amount) FILTER (WHERE booked_on IS NOT NULL) AS charged,
                       SUM(amount) FILTER (WHERE state = 'waived') AS waived,
                       SUM(amount) FILTER (WHERE state = 'reversed' AND booked_on IS NOT NULL)
                           AS reversed,
                       SUM(amount_open) AS open,
                       MAX(amount) FILTER (WHERE is_fee AND booked_on IS NOT NULL) AS fee,
                       MIN(booked_on) FILTER (WHERE is_fee) AS fee_on
                  FROM charge
                 GROUP BY notice_id
            ), stated AS (
                SELECT notice_id, COUNT(*) AS items, MIN(due_date) AS first_due,
                       MAX(due_date) AS last_due
                  FROM arrears_notice_line
                 GROUP BY notice_id
            ), told AS (
                SELECT notice.*,
                       notice.stage_id IS NOT NULL AS is_step,
                       notice.fee_announced + COALESCE(notice.fee_vat, 0) AS amount_announced,
                       CASE WHEN notice.kind IN %(term_kinds)s
                            THEN notice.last_day - notice.received_on END AS term_days
                  FROM arrears_notice AS notice
                  LEFT JOIN arrears_notice AS corrected ON corrected.id = notice.corrects_id
                 WHERE notice.kind NOT IN %(private)s
                   AND COALESCE(corrected.kind, '') NOT IN %(private)s
            ), judged AS (
                SELECT told.*, stated.items, stated.first_due, cost.charged, cost.waived,
                       cost.reversed, cost.open, stage.procedure_id,
                       CASE WHEN NOT is_step OR told.state != 'sent' OR told.test_mode THEN NULL
                            WHEN told.sent_on <= stated.last_due THEN 'early'
                            WHEN told.term_days < %(term_days)s THEN 'short_term'
                            WHEN arrears_case.debtor_type = 'consumer'
                                 AND cost.fee_on <= told.last_day THEN 'fee_early'
                            WHEN cost.fee > told.amount_announced THEN 'fee_high'
                            ELSE 'in_order' END AS finding
                  FROM told
                  JOIN arrears_case ON arrears_case.id = told.case_id
                  LEFT JOIN arrears_stage AS stage ON stage.id = told.stage_id
                  LEFT JOIN stated ON stated.notice_id = told.id
                  LEFT JOIN cost ON cost.notice_id = told.id
            )
            SELECT judged.id, judged.id AS notice_id, %(case_columns)s,
                   judged.procedure_id, judged.stage_id, judged.kind, judged.is_step, judged.date,
                   judged.channel, judged.state, judged.failure, judged.test_mode, judged.origin,
                   judged.sent_on, judged.received_on, judged.receipt, judged.last_day,
                   judged.names_suspension, judged.finding, judged.term_days,
                   CASE WHEN judged.finding = 'in_order' THEN 1.0
                        WHEN judged.finding IS NOT NULL THEN 0.0 END AS share_in_order,
                   1 AS number,
                   COALESCE(judged.items, 0) AS items,
                   judged.sent_on - judged.first_due AS days_overdue,
                   judged.sent_on - previous.sent_on AS days_since_previous,
                   judged.sent_on - judged.date AS days_to_send,
                   judged.amount_total AS amount_stated,
                   judged.amount_announced,
                   COALESCE(judged.charged, 0) AS amount_charged,
                   COALESCE(judged.waived, 0) AS amount_waived,
                   COALESCE(judged.reversed, 0) AS amount_reversed,
                   COALESCE(judged.open, 0) AS amount_cost_open
              FROM judged
              %(case_tables)s
              LEFT JOIN LATERAL (
                   SELECT MAX(earlier.sent_on) AS sent_on
                     FROM arrears_notice AS earlier
                    WHERE judged.is_step
                      AND earlier.stage_id IS NOT NULL
                      AND earlier.case_id = judged.case_id
                      AND earlier.state = 'sent'
                      AND earlier.test_mode IS NOT TRUE
                      AND earlier.sent_on < judged.sent_on
              ) AS previous ON TRUE
            """,
            private=PRIVATE_KINDS,
            term_kinds=TERM_KINDS,
            term_days=TERM_DAYS,
            case_columns=self._case_columns(),
            case_tables=self._case_tables(SQL("judged.case_id")),
        )
