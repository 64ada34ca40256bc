"""What the figures share: whose arrears a row is about, and the way back to its case."""

from odoo import api, fields, models
from odoo.tools import SQL

from ..models.arrears_procedure import COLLECTED_BY

# Letters of which only a group of its own may know (see the rules on arrears.notice): no figure
# counts them, so that none tells of them by a detour.
PRIVATE_KINDS = ("cis_registered", "help_leaflet")
# What the columns of a case are read from, for the ORM to flush.
CASE_DEPENDS = {
    "arrears.case": [
        "company_id",
        "partner_id",
        "debtor_type",
        "creditor_id",
        "collected_by",
        "user_id",
    ],
    "res.company": ["currency_id"],
}


class ArrearsReport(models.AbstractModel):
    _name = "arrears.report"
    _description = "Arrears Figures"

    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    case_id = fields.Many2one("arrears.case", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Debtor", readonly=True)
    debtor_type = fields.Selection(
        [("consumer", "Consumer"), ("business", "Business")], readonly=True
    )
    creditor_id = fields.Many2one("res.partner", readonly=True)
    collected_by = fields.Selection(COLLECTED_BY, string="Collected by", readonly=True)
    user_id = fields.Many2one("res.users", string="Handler", readonly=True)

    @api.model
    def _today(self):
        """Return the calendar day in the Netherlands: what a figure of today is about.

        Nothing is decided by it. What is decided takes its business day as an argument.
        """
        return fields.Date.context_today(self.with_context(tz="Europe/Amsterdam"))

    @api.model
    def _case_columns(self):
        """Return the columns above, of the tables that ``_case_tables`` adds."""
        return SQL(
            """
            arrears_case.company_id,
            res_company.currency_id,
            arrears_case.id AS case_id,
            arrears_case.partner_id,
            arrears_case.debtor_type,
            arrears_case.creditor_id,
            arrears_case.collected_by,
            arrears_case.user_id
            """
        )

    @api.model
    def _case_tables(self, case_id):
        """Return the joins of the case that a row is about.

        :param case_id: SQL of the column with its id
        """
        return SQL(
            """
            JOIN arrears_case ON arrears_case.id = %s
            JOIN res_company ON res_company.id = arrears_case.company_id
            """,
            case_id,
        )

    @api.readonly
    def action_open_case(self):
        """Open the case that a row is about."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "arrears.case",
            "res_id": self.case_id.id,
            "views": [(False, "form")],
        }
