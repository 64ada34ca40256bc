"""What happened to a case, as rows that nobody changes."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from . import bulk


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
            ("fee_waived", "Fee waived"),
            ("interest_booked", "Interest booked"),
            ("interest_reversed", "Interest reversed"),
            ("interest_waived", "Interest waived"),
            ("suspended", "Cover suspended"),
            ("resumed", "Cover resumed"),
            ("rdw_told", "RDW told"),
            ("termination", "Termination of a policy"),
            ("terminated", "Policy ended for non-payment"),
            ("cis", "CIS registration"),
            ("handover", "Hand-over"),
            ("returned", "Returned by the collector"),
            ("listed", "On the insurer's list"),
            ("imported", "Taken over from before"),
            ("arranged", "Arrangement made"),
            ("arrangement_changed", "Arrangement changed"),
            ("arrangement_missed", "Instalment missed"),
            ("arrangement_kept", "Arrangement kept"),
            ("arrangement_broken", "Arrangement broken"),
            ("arrangement_cancelled", "Arrangement cancelled"),
            ("way_out", "Way out"),
            ("held", "Put on hold"),
            ("hold_ended", "Hold ended"),
            ("portal", "On the customer's own page"),
            ("reopened", "Reopened"),
            ("decided", "Proposal decided"),
            ("postponed", "Step postponed"),
            ("stage", "Stage changed"),
            ("withdrawn", "Withdrawn"),
            ("moved", "Moved by hand"),
            ("closed", "Case closed"),
        ],
        required=True,
    )
    stage_id = fields.Many2one("arrears.stage", ondelete="restrict")
    from_stage_id = fields.Many2one(
        "arrears.stage", ondelete="restrict", help="Of a stage change; empty: no stage before."
    )
    to_stage_id = fields.Many2one(
        "arrears.stage", ondelete="restrict", help="Of a stage change; empty: no stage any more."
    )
    policy_id = fields.Many2one("insurance.policy", ondelete="restrict")
    notice_id = fields.Many2one("arrears.notice", ondelete="restrict")
    run_id = fields.Many2one("arrears.run", ondelete="restrict")
    user_id = fields.Many2one(
        "res.users", string="By", ondelete="restrict", default=lambda self: self.env.uid
    )
    amount = fields.Monetary()
    currency_id = fields.Many2one(related="company_id.currency_id")
    reason = fields.Char()
    why = fields.Json()

    def _record(self, cases, event, day=None, **values):
        """Add one row per case; ``day`` defaults to the day the case was closed."""
        return self._record_each(
            [
                {"case_id": case.id, "event": event, "day": day or case.closed_on, **values}
                for case in cases
            ]
        )

    def _record_each(self, rows):
        """Add these rows; what a run does carries the run, whoever works for it (see _as_service).

        :param rows: values per row: case_id, event, day and what belongs to the event
        """
        run_id = self.env.context.get("arrears_run_id", False)
        names = dict.fromkeys(name for row in rows for name in row)
        return bulk.insert(
            self, [{"run_id": run_id, **dict.fromkeys(names), **row} for row in rows]
        )

    def write(self, vals):
        if vals:
            raise UserError(self.env._("The history of a case cannot be changed."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_history(self):
        raise UserError(self.env._("The history of a case cannot be deleted."))
