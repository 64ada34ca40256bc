"""A follow-up as its users describe it: the highest level passed, remembered per transaction."""

from odoo import fields, models

REMEMBERED = "res_partner_all_followup"


class ResPartner(models.Model):
    _inherit = "res.partner"

    followup_reminder_type = fields.Selection(
        [("automatic", "Automatic"), ("manual", "Manual")],
        default="automatic",
        company_dependent=True,
    )
    followup_line_id = fields.Many2one(
        "account_followup.followup.line", compute="_compute_followup_status"
    )
    followup_status = fields.Selection(
        [("in_need_of_action", "In need of action"), ("no_action_needed", "No action needed")],
        compute="_compute_followup_status",
    )

    def _compute_followup_status(self):
        data = self._get_all_followup_data()
        for partner in self:
            level = data.get(partner.id)
            partner.followup_line_id = level
            partner.followup_status = "in_need_of_action" if level else "no_action_needed"

    def _get_all_followup_data(self):
        cache = self.env.cr.cache
        if REMEMBERED not in cache:
            cache[REMEMBERED] = self._query_followup_data()
        return cache[REMEMBERED]

    def _query_followup_data(self):
        company, today = self.env.company, fields.Date.context_today(self)
        levels = self.env["account_followup.followup.line"].search(
            [("company_id", "=", company.id)]
        )
        groups = self.env["account.move.line"]._read_group(
            [
                ("company_id", "=", company.id),
                ("parent_state", "=", "posted"),
                ("account_type", "=", "asset_receivable"),
                ("reconciled", "=", False),
                ("no_followup", "=", False),
                ("date_maturity", "<", today),
            ],
            ["partner_id"],
            ["date_maturity:min"],
        )
        found = {}
        for partner, oldest in groups:
            passed = levels.filtered(lambda level, due=oldest: (today - due).days >= level.delay)
            found[partner.id] = passed[-1:].id
        return found

    def _execute_followup_partner(self, options=None):
        self.ensure_one()
        level = (options or {}).get("followup_line") or self.followup_line_id
        if not level:
            return False
        if level.send_email:
            self.message_post(body=level.name, message_type="comment", partner_ids=self.ids)
        return True

    def _cron_execute_followup(self):
        partners = self.search([("followup_reminder_type", "=", "automatic")])
        due = partners.filtered(lambda partner: partner.followup_status == "in_need_of_action")
        for partner in due:
            partner._execute_followup_partner()
