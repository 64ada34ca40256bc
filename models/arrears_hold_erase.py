"""Deleted by schedule: what is private of a hold is kept no longer than the office chose."""

from odoo import api, fields, models
from odoo.fields import Domain

from ..law import holds as law_holds

CHUNK = 200  # holds between two commits
# What is emptied; first and last day stay: they show why nothing was done.
EMPTIED = (
    "helper_id",
    "helper_name",
    "contact",
    "stabilised_on",
    "offered_on",
    "agreed_on",
    "settled_until",
    "ruling_kind",
    "ruling_on",
    "ruling_number",
    "administrator_id",
    "end_reason",
)


class ArrearsHold(models.Model):
    _inherit = "arrears.hold"

    @api.model
    def _cron_erase(self):
        """Delete what is private of holds and cases that ended long enough ago, in chunks."""
        companies = self.env["res.company"].search([("arrears_debt_help_months", ">=", 0)])
        self.env["ir.cron"]._commit_progress(remaining=len(companies))
        for company in companies:
            today = fields.Date.context_today(
                self.with_context(tz=company.partner_id.tz or "Europe/Amsterdam")
            )
            assessments = self.env["arrears.assessment"]
            while self._erase(today, company, CHUNK) or assessments._erase(today, company, CHUNK):
                if not self.env["ir.cron"]._commit_progress():
                    # Out of time: what is left still matches, the next call goes on with it.
                    return
            self.env["ir.cron"]._commit_progress(1)

    @api.model
    def _erase(self, day, company, limit=None):
        """Delete what is private of the holds whose time is up on ``day``; the rest stays.

        The row tells that there was a hold from when to when, no more, and stays private.

        :param day: business day
        :param company: the company whose holds are looked at
        :return: the holds that were emptied now
        """
        months = company.arrears_debt_help_months
        private = self.sudo().search(  # the schedule serves the group, it is no member of it
            Domain("company_id", "=", company.id)
            & Domain("is_private", "=", True)
            & Domain("erased_on", "=", False)
            & Domain("end", "<", day)
            & Domain("state", "!=", "running")
            | Domain("company_id", "=", company.id)
            & Domain("is_private", "=", True)
            & Domain("erased_on", "=", False)
            & Domain("state", "=", "withdrawn"),
            order="end, id",
        )
        due = private.filtered(
            lambda hold: law_holds.erased_on(hold.end or hold.placed_on, months) <= day
        )[:limit]
        # First the calls: what was said there is about the same need.
        self.env["arrears.phone.call"].sudo().search([("hold_id", "in", due.ids)]).note = False
        due.activity_ids.unlink()
        due.message_ids.unlink()
        due.write(
            {
                **dict.fromkeys(EMPTIED, False),
                "reason": self.env._("Deleted, as we keep this no longer than needed"),
                "kind": "other",
                "erased_on": day,
            }
        )
        return due
