"""The last look before a run is carried out: how many letters, how much money, what to know."""

from odoo import api, fields, models
from odoo.exceptions import UserError


class ArrearsRunExecute(models.TransientModel):
    _name = "arrears.run.execute"
    _description = "Execute a Run"

    run_id = fields.Many2one("arrears.run", required=True)
    summary_html = fields.Html(related="run_id.summary_html")
    warning_html = fields.Html(related="run_id.warning_html")
    over_cap = fields.Boolean(compute="_compute_over_cap")
    confirmed = fields.Boolean(string="I have looked at these figures and want to send them")

    @api.depends("run_id")
    def _compute_over_cap(self):
        for wizard in self:
            wizard.over_cap = bool(wizard.run_id) and wizard.run_id._is_over_cap()

    def action_execute(self):
        """Carry out what the run proposes."""
        self.ensure_one()
        if self.over_cap and not self.confirmed:
            raise UserError(
                self.env._(
                    "This run would send more notices than allowed. Tick that you have looked at "
                    "the figures, or leave steps out."
                )
            )
        self.run_id.action_execute()
        return {"type": "ir.actions.act_window_close"}
