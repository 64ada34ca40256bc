"""Arrangements: how many are kept, broken and open, and what was paid by them."""

from odoo import api, fields, models
from odoo.tools import SQL

from ..models.arrears_arrangement import KINDS, ORIGINS, STATES


class ArrearsArrangementReport(models.Model):
    """One row per arrangement that was proposed to a customer, or made with one."""

    _name = "arrears.arrangement.report"
    _description = "Arrangements Kept"
    _auto = False
    _order = "proposed_on desc, id desc"
    _rec_name = "arrangement_id"
    _depends = {
        "arrears.arrangement": [
            "company_id",
            "partner_id",
            "user_id",
            "kind",
            "origin",
            "state",
            "proposed_on",
            "started_on",
            "closed_on",
            "amount",
            "amount_paid",
            "amount_dropped",
            "amount_open",
            "case_ids",
        ],
        "arrears.case": ["debtor_type"],
        "arrears.instalment": ["arrangement_id", "active", "missed_on"],
        "res.company": ["currency_id"],
    }

    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    arrangement_id = fields.Many2one("arrears.arrangement", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Debtor", readonly=True)
    debtor_type = fields.Selection(
        [("consumer", "Consumer"), ("business", "Business")], readonly=True
    )
    user_id = fields.Many2one("res.users", string="Handler", readonly=True)
    kind = fields.Selection(KINDS, readonly=True)
    origin = fields.Selection(ORIGINS, readonly=True)
    state = fields.Selection(
        [(state, label) for state, label in STATES if state != "draft"], readonly=True
    )
    proposed_on = fields.Date(readonly=True)
    started_on = fields.Date(readonly=True)
    closed_on = fields.Date(readonly=True)
    number = fields.Integer(string="Arrangements", readonly=True, aggregator="sum")
    running = fields.Integer(
        string="Open", readonly=True, aggregator="sum", help="Proposed to the customer, or running."
    )
    kept = fields.Integer(readonly=True, aggregator="sum")
    broken = fields.Integer(readonly=True, aggregator="sum")
    share_kept = fields.Float(
        string="Share kept",
        readonly=True,
        aggregator="avg",
        help="Part of what was kept or broken that was kept. What runs or was cancelled does not "
        "count.",
    )
    instalments = fields.Integer(readonly=True, aggregator="sum")
    instalments_missed = fields.Integer(
        string="Instalments missed",
        readonly=True,
        aggregator="sum",
        help="About which the customer was written to.",
    )
    days_running = fields.Integer(
        string="Days it took",
        readonly=True,
        aggregator="avg",
        help="From its start to its end; empty while it runs.",
    )
    amount = fields.Monetary(string="Agreed", readonly=True)
    amount_paid = fields.Monetary(string="Paid", readonly=True)
    amount_dropped = fields.Monetary(string="Fallen away", readonly=True)
    amount_open = fields.Monetary(
        string="Still to pay",
        readonly=True,
        help="Of arrangements that run; what was broken or cancelled is open outside of them.",
    )

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT arrangement.id, arrangement.id AS arrangement_id, arrangement.company_id,
                   res_company.currency_id, arrangement.partner_id, arrangement.user_id,
                   debtor.debtor_type,
                   arrangement.kind, arrangement.origin, arrangement.state,
                   arrangement.proposed_on, arrangement.started_on, arrangement.closed_on,
                   1 AS number,
                   CASE WHEN arrangement.state IN ('proposed', 'active') THEN 1 ELSE 0 END
                       AS running,
                   CASE WHEN arrangement.state = 'kept' THEN 1 ELSE 0 END AS kept,
                   CASE WHEN arrangement.state = 'broken' THEN 1 ELSE 0 END AS broken,
                   CASE arrangement.state WHEN 'kept' THEN 1.0 WHEN 'broken' THEN 0.0 END
                       AS share_kept,
                   COALESCE(instalment.number, 0) AS instalments,
                   COALESCE(instalment.missed, 0) AS instalments_missed,
                   arrangement.closed_on - arrangement.started_on AS days_running,
                   arrangement.amount,
                   COALESCE(arrangement.amount_paid, 0) AS amount_paid,
                   COALESCE(arrangement.amount_dropped, 0) AS amount_dropped,
                   CASE WHEN arrangement.state IN ('proposed', 'active')
                        THEN arrangement.amount_open ELSE 0 END AS amount_open
              FROM arrears_arrangement AS arrangement
              JOIN res_company ON res_company.id = arrangement.company_id
              LEFT JOIN (
                   SELECT arrangement_id,
                          COUNT(*) FILTER (WHERE active) AS number,
                          COUNT(missed_on) AS missed
                     FROM arrears_instalment
                    GROUP BY arrangement_id
              ) AS instalment ON instalment.arrangement_id = arrangement.id
              LEFT JOIN (
                   SELECT link.arrangement_id, MIN(arrears_case.debtor_type) AS debtor_type
                     FROM arrears_arrangement_case_rel AS link
                     JOIN arrears_case ON arrears_case.id = link.case_id
                    GROUP BY link.arrangement_id
              ) AS debtor ON debtor.arrangement_id = arrangement.id
             WHERE arrangement.state != 'draft'
            """
        )

    @api.readonly
    def action_open_arrangement(self):
        """Open the arrangement that a row is about."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "arrears.arrangement",
            "res_id": self.arrangement_id.id,
            "views": [(False, "form")],
        }
