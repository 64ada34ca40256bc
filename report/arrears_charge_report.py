"""Fees and interest: what was announced, charged, paid, waived and taken back."""

from odoo import fields, models
from odoo.tools import SQL

from ..models.arrears_stage import STAGE_KINDS
from .arrears_report import CASE_DEPENDS

CHARGE_FIELDS = ["case_id", "notice_id", "state", "amount_open", "booked_on", "settled_on"]


class ArrearsChargeReport(models.Model):
    """One row per fee, and per interest over an item.

    What was charged is paid, open, waived or taken back; what was waived before it was booked
    was never charged.
    """

    _name = "arrears.charge.report"
    _description = "Fees and Interest"
    _inherit = ["arrears.report"]
    _auto = False
    _order = "announced_on desc, id desc"
    _rec_name = "notice_id"
    _depends = {
        **CASE_DEPENDS,
        "arrears.fee": [*CHARGE_FIELDS, "amount_total"],
        "arrears.interest": [*CHARGE_FIELDS, "amount"],
        "arrears.notice": ["kind", "sent_on", "stage_id", "fee_announced", "fee_vat"],
        "arrears.stage": ["procedure_id"],
    }

    charge = fields.Selection([("fee", "Fee"), ("interest", "Interest")], readonly=True)
    notice_id = fields.Many2one("arrears.notice", readonly=True)
    notice_kind = fields.Selection(STAGE_KINDS, string="Kind of notice", readonly=True)
    procedure_id = fields.Many2one("arrears.procedure", readonly=True)
    state = fields.Selection(
        [
            ("announced", "Announced"),
            ("booked", "Booked"),
            ("waived", "Waived"),
            ("reversed", "Reversed"),
        ],
        readonly=True,
    )
    announced_on = fields.Date(
        readonly=True, help="Day on which the notice that announces it was sent."
    )
    booked_on = fields.Date(string="Charged on", readonly=True)
    settled_on = fields.Date(
        string="Ended on", readonly=True, help="Day on which it was paid, waived or taken back."
    )
    number = fields.Integer(string="Fees and interests", readonly=True, aggregator="sum")
    amount_announced = fields.Monetary(
        string="Announced", readonly=True, help="As the notice states it, with VAT."
    )
    amount_charged = fields.Monetary(
        string="Charged",
        readonly=True,
        help="Booked on the customer's account, with VAT, also when it was let go later.",
    )
    amount_paid = fields.Monetary(string="Paid", readonly=True)
    amount_open = fields.Monetary(string="Open", readonly=True)
    amount_waived = fields.Monetary(
        string="Waived", readonly=True, help="Let go, before or after it was charged."
    )
    amount_reversed = fields.Monetary(
        string="Taken back", readonly=True, help="Charged, and turned out not to be due."
    )
    amount_lapsed = fields.Monetary(
        string="Lapsed", readonly=True, help="Announced, and never due: the customer paid in time."
    )

    @property
    def _table_query(self):
        # Two tables feed it: even ids are fees, odd ones interest.
        return SQL(
            """
            WITH charged AS (
                SELECT arrears_fee.id * 2 AS id, 'fee' AS charge, arrears_fee.case_id,
                       arrears_fee.notice_id, arrears_fee.state, arrears_fee.booked_on,
                       arrears_fee.settled_on, arrears_fee.amount_total AS amount,
                       arrears_fee.amount_open,
                       notice.fee_announced + COALESCE(notice.fee_vat, 0) AS amount_announced
                  FROM arrears_fee
                  JOIN arrears_notice AS notice ON notice.id = arrears_fee.notice_id
                 UNION ALL
                SELECT id * 2 + 1, 'interest', case_id, notice_id, state, booked_on, settled_on,
                       amount, amount_open, amount
                  FROM arrears_interest
            )
            SELECT charged.id, charged.charge, charged.notice_id, %(case_columns)s,
                   notice.kind AS notice_kind, stage.procedure_id, charged.state,
                   notice.sent_on AS announced_on, charged.booked_on, charged.settled_on,
                   1 AS number, charged.amount_announced,
                   CASE WHEN charged.booked_on IS NOT NULL THEN charged.amount ELSE 0 END
                       AS amount_charged,
                   CASE WHEN charged.state = 'booked' THEN charged.amount - charged.amount_open
                        ELSE 0 END AS amount_paid,
                   charged.amount_open,
                   CASE WHEN charged.state = 'waived' THEN charged.amount ELSE 0 END
                       AS amount_waived,
                   CASE WHEN charged.state = 'reversed' AND charged.booked_on IS NOT NULL
                        THEN charged.amount ELSE 0 END AS amount_reversed,
                   CASE WHEN charged.state = 'reversed' AND charged.booked_on IS NULL
                        THEN charged.amount ELSE 0 END AS amount_lapsed
              FROM charged
              %(case_tables)s
              JOIN arrears_notice AS notice ON notice.id = charged.notice_id
              LEFT JOIN arrears_stage AS stage ON stage.id = notice.stage_id
            """,
            case_columns=self._case_columns(),
            case_tables=self._case_tables(SQL("charged.case_id")),
        )
