"""What falls due, as the e-mail before the due date told it; once per receivable line."""

from odoo import fields, models


class ArrearsAdvanceReminderLine(models.Model):
    _name = "arrears.advance.reminder.line"
    _description = "Line of a Reminder before the Due Date"
    _order = "due_date, id"
    _rec_name = "reference"

    reminder_id = fields.Many2one(
        "arrears.advance.reminder", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="reminder_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    # An invoice that loses its lines in draft is not kept from doing so.
    move_line_id = fields.Many2one(
        "account.move.line",
        string="Receivable line",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    reference = fields.Char(related="move_line_id.move_name")
    policy_ids = fields.Many2many("insurance.policy", string="Policies", readonly=True)
    due_date = fields.Date(required=True, readonly=True)
    amount = fields.Monetary(required=True, readonly=True, help="As stated in the e-mail.")

    _once_per_line = models.UniqueIndex(
        "(move_line_id)", "The customer was told of this due date already."
    )

    def _amount_open(self):
        """Return what this e-mail may still ask for; nothing when paid or to be left alone."""
        self.ensure_one()
        line = self.move_line_id
        asked = line.parent_state == "posted" and not line.no_followup
        asked = asked and line.move_id.payment_state != "blocked"
        return max(line.amount_residual, 0.0) if asked else 0.0
