"""Flow: what came into arrears and was cured, how soon, and how soon somebody wrote or called."""

from odoo import fields, models
from odoo.tools import SQL

from ..models.arrears_stage import STAGE_KINDS
from .arrears_report import CASE_DEPENDS, PRIVATE_KINDS

# What came of a call in which the customer was spoken to.
SPOKEN = ("reached", "promise", "dispute")


class ArrearsFlowReport(models.Model):
    """One row per item, for its present cycle: a payment that came back counts as new arrears."""

    _name = "arrears.flow.report"
    _description = "Inflow and Cure"
    _inherit = ["arrears.report"]
    _auto = False
    _order = "opened_on desc, id desc"
    _rec_name = "case_id"
    _depends = {
        **CASE_DEPENDS,
        "arrears.item": [
            "case_id",
            "source",
            "move_line_id",
            "list_line_id",
            "procedure_id",
            "opened_on",
            "due_date",
            "settled_on",
            "amount_open",
            "cycle",
        ],
        "insurance.arrears.list.line": ["amount"],
        "account.move": ["move_type"],
        "account.move.line": ["balance", "move_id", "payment_id", "statement_line_id"],
        "account.partial.reconcile": ["debit_move_id", "credit_move_id"],
        "arrears.notice": ["kind", "state", "sent_on", "test_mode", "stage_id"],
        "arrears.notice.line": ["notice_id", "item_id", "cycle"],
        "arrears.phone.call": ["case_id", "called_on", "outcome"],
        "arrears.arrangement": ["state"],
        "arrears.arrangement.line": ["arrangement_id", "item_id"],
    }

    procedure_id = fields.Many2one("arrears.procedure", readonly=True)
    stage_reached = fields.Selection(
        [("new", "Not written to yet"), *STAGE_KINDS],
        string="Stage reached",
        readonly=True,
        help="The last step that was sent about it in this cycle.",
    )
    due_date = fields.Date(readonly=True)
    opened_on = fields.Date(
        string="Came into arrears on",
        readonly=True,
        help="Business day on which it came into arrears, or came back after a reversed payment.",
    )
    settled_on = fields.Date(
        string="Cured on", readonly=True, help="Day on which the last part was credited."
    )
    reopened = fields.Boolean(
        string="Started anew",
        readonly=True,
        help="A payment came back, or a colleague moved it back.",
    )
    settled_by = fields.Selection(
        [
            ("open", "Still open"),
            ("payment", "Payment"),
            ("credit_note", "Credit note, wholly or partly"),
            ("entry", "Booked otherwise, wholly or partly"),
            ("cancelled", "Invoice fell away"),
            ("insurer", "Off the insurer's list"),
        ],
        string="Cured by",
        readonly=True,
    )
    arranged = fields.Boolean(
        string="In an arrangement", readonly=True, help="Now or before, also one that was broken."
    )
    first_contact_on = fields.Date(
        string="First contact on",
        readonly=True,
        help="The first notice about it that was sent, or call in which the customer was spoken "
        "to, in this cycle.",
    )
    number = fields.Integer(string="Items", readonly=True, aggregator="sum")
    cured = fields.Integer(string="Items cured", readonly=True, aggregator="sum")
    share_cured = fields.Float(
        string="Share cured",
        readonly=True,
        aggregator="avg",
        help="Part of the items that was cured until now.",
    )
    days_to_cure = fields.Integer(
        string="Days to cure",
        readonly=True,
        aggregator="avg",
        help="Days from the due date to the day on which the last part was credited.",
    )
    days_to_contact = fields.Integer(
        string="Days to first contact",
        readonly=True,
        aggregator="avg",
        help="Days from the due date, or from the day on which it started anew, to the first "
        "contact.",
    )
    amount = fields.Monetary(string="Premium", readonly=True, help="Of the whole term.")
    amount_cured = fields.Monetary(
        string="Premium cured", readonly=True, help="Of the items of which nothing is open."
    )
    amount_open = fields.Monetary(string="Premium open", readonly=True)

    @property
    def _table_query(self):
        return SQL(
            """
            WITH notice AS (
                SELECT line.item_id, notice.sent_on, notice.id,
                       CASE WHEN notice.stage_id IS NOT NULL THEN notice.kind END AS step
                  FROM arrears_notice_line AS line
                  JOIN arrears_notice AS notice ON notice.id = line.notice_id
                  JOIN arrears_item AS item ON item.id = line.item_id
                 WHERE line.cycle = item.cycle
                   AND notice.state = 'sent'
                   AND notice.test_mode IS NOT TRUE
                   AND notice.kind NOT IN %(private)s
            ), written AS (
                SELECT item_id, MIN(sent_on) AS first_on,
                       (ARRAY_AGG(step ORDER BY sent_on DESC, id DESC)
                           FILTER (WHERE step IS NOT NULL))[1] AS stage_reached
                  FROM notice
                 GROUP BY item_id
            ), called AS (
                SELECT item.id AS item_id, MIN(call.called_on) AS first_on
                  FROM arrears_phone_call AS call
                  JOIN arrears_item AS item ON item.case_id = call.case_id
                 WHERE call.outcome IN %(spoken)s
                   AND call.called_on >= item.opened_on
                   AND call.called_on <= COALESCE(item.settled_on, call.called_on)
                 GROUP BY item.id
            ), credited AS (
                SELECT item.id AS item_id,
                       BOOL_OR(entry.move_type = 'out_refund') AS by_credit_note,
                       BOOL_OR(entry.move_type != 'out_refund' AND credit.payment_id IS NULL
                           AND credit.statement_line_id IS NULL) AS by_entry
                  FROM arrears_item AS item
                  JOIN account_partial_reconcile AS part
                    ON part.debit_move_id = item.move_line_id
                  JOIN account_move_line AS credit ON credit.id = part.credit_move_id
                  JOIN account_move AS entry ON entry.id = credit.move_id
                 WHERE item.settled_on IS NOT NULL
                 GROUP BY item.id
            ), arranged AS (
                SELECT DISTINCT line.item_id
                  FROM arrears_arrangement_line AS line
                  JOIN arrears_arrangement AS arrangement ON arrangement.id = line.arrangement_id
                 WHERE arrangement.state IN ('active', 'kept', 'broken')
            )
            SELECT item.id, %(case_columns)s,
                   item.procedure_id, item.due_date, item.opened_on, item.settled_on,
                   item.cycle > 1 AS reopened,
                   COALESCE(written.stage_reached, 'new') AS stage_reached,
                   CASE WHEN item.settled_on IS NULL THEN 'open'
                        WHEN item.source = 'insurer_list' THEN 'insurer'
                        WHEN credited.item_id IS NULL THEN 'cancelled'
                        WHEN credited.by_credit_note THEN 'credit_note'
                        WHEN credited.by_entry THEN 'entry'
                        ELSE 'payment' END AS settled_by,
                   arranged.item_id IS NOT NULL AS arranged,
                   LEAST(written.first_on, called.first_on) AS first_contact_on,
                   1 AS number,
                   CASE WHEN item.settled_on IS NULL THEN 0 ELSE 1 END AS cured,
                   CASE WHEN item.settled_on IS NULL THEN 0.0 ELSE 1.0 END AS share_cured,
                   item.settled_on - item.due_date AS days_to_cure,
                   LEAST(written.first_on, called.first_on)
                       - CASE WHEN item.cycle > 1 THEN item.opened_on ELSE item.due_date END
                       AS days_to_contact,
                   COALESCE(listed.amount, receivable.balance) AS amount,
                   CASE WHEN item.settled_on IS NULL THEN 0
                        ELSE COALESCE(listed.amount, receivable.balance) END AS amount_cured,
                   item.amount_open
              FROM arrears_item AS item
              %(case_tables)s
              LEFT JOIN account_move_line AS receivable ON receivable.id = item.move_line_id
              LEFT JOIN insurance_arrears_list_line AS listed ON listed.id = item.list_line_id
              LEFT JOIN written ON written.item_id = item.id
              LEFT JOIN called ON called.item_id = item.id
              LEFT JOIN credited ON credited.item_id = item.id
              LEFT JOIN arranged ON arranged.item_id = item.id
            """,
            private=PRIVATE_KINDS,
            spoken=SPOKEN,
            case_columns=self._case_columns(),
            case_tables=self._case_tables(SQL("item.case_id")),
        )
