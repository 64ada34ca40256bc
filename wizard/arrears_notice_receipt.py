"""A handler tells what is known about the arrival of a notice."""

from odoo import fields, models


class ArrearsNoticeReceipt(models.TransientModel):
    _name = "arrears.notice.receipt"
    _description = "Receipt of a Notice"

    notice_id = fields.Many2one("arrears.notice", required=True, readonly=True)
    channel = fields.Selection(related="notice_id.channel")
    sent_on = fields.Date(related="notice_id.sent_on")
    outcome = fields.Selection(
        [("received", "The customer received it"), ("returned", "The letter came back")],
        required=True,
        default="received",
    )
    day = fields.Date(required=True, default=fields.Date.context_today)
    source = fields.Char(
        string="Proof", help="For example: the number of the registered letter, or seen in portal."
    )

    def action_confirm(self):
        """Move the term to the day of receipt, or take it away."""
        self.ensure_one()
        self.env["arrears.run"].check_access("create")
        self.notice_id.check_access("read")
        notice = self.notice_id.sudo()  # evidence: written by the service only, after the checks
        if self.outcome == "returned":
            notice._return(self.day)
        else:
            notice._prove_receipt(self.day, self.source)
