"""A colleague records that RDW was told."""

from odoo import fields, models


class InsuranceRdwTell(models.TransientModel):
    _name = "insurance.rdw.tell"
    _description = "RDW Was Told"

    rdw_notice_ids = fields.Many2many("insurance.rdw.notice", string="What was told", required=True)
    day = fields.Date(string="Told on", required=True, default=fields.Date.context_today)
    reference = fields.Char(help="What RDW answered, such as a message number.")

    def action_confirm(self):
        """Record the day and the reference on each."""
        self.ensure_one()
        self.rdw_notice_ids.mark_told(self.day, self.reference)
