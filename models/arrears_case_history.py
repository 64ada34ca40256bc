"""What happened to a case, as rows that nobody changes."""

from odoo import api, fields, models
from odoo.exceptions import UserError


class ArrearsCaseHistory(models.Model):
    _name = "arrears.case.history"
    _description = "Arrears Case History"
    _order = "id desc"
    _rec_name = "event"

    case_id = fields.Many2one("arrears.case", required=True, index=True, ondelete="restrict")
    company_id = fields.Many2one(related="case_id.company_id", store=True, index=True)
    day = fields.Date(required=True, help="The business day on which it happened.")
    event = fields.Selection(
        [
            ("opened", "Case opened"),
            ("notice", "Notice made"),
            ("sent", "Notice sent"),
            ("failed", "Notice failed"),
            ("tested", "Notice made as a test"),
            ("received", "Receipt proven"),
            ("called", "Phone call"),
            ("fee_booked", "Fee booked"),
            ("fee_reversed", "Fee reversed"),
            ("suspended", "Cover suspended"),
            ("resumed", "Cover resumed"),
            ("reopened", "Reopened"),
            ("decided", "Proposal decided"),
            ("closed", "Case closed"),
        ],
        required=True,
    )
    stage_id = fields.Many2one("arrears.stage", ondelete="restrict")
    policy_id = fields.Many2one("insurance.policy", ondelete="restrict")
    notice_id = fields.Many2one("arrears.notice", ondelete="restrict")
    run_id = fields.Many2one("arrears.run", ondelete="restrict")
    amount = fields.Monetary()
    currency_id = fields.Many2one(related="company_id.currency_id")
    reason = fields.Char()
    why = fields.Json()

    def _record(self, cases, event, day=None, **values):
        """Add one row per case; ``day`` defaults to the day the case was closed."""
        return self.create(
            [
                {"case_id": case.id, "event": event, "day": day or case.closed_on, **values}
                for case in cases
            ]
        )

    def write(self, vals):
        if vals:
            raise UserError(self.env._("The history of a case cannot be changed."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_history(self):
        raise UserError(self.env._("The history of a case cannot be deleted."))
