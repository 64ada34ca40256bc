"""Taking a notice back: it counts for nothing any more, and the customer is told."""

from odoo import fields, models
from odoo.exceptions import UserError

# These tell what was settled between us; a correction of a correction would confuse.
FINAL_KINDS = ("correction", "cover_resumed", "policy_kept", "arrangement_kept", "help_leaflet")


class ArrearsNotice(models.Model):
    _inherit = "arrears.notice"

    withdrawn_on = fields.Date(readonly=True)
    withdrawn_by_id = fields.Many2one("res.users", readonly=True)
    withdraw_reason = fields.Char(readonly=True)

    def withdraw(self, day, reason):
        """Withdraw these notices: fee and suspension are undone, nothing is deleted.

        A notice that has not left yet does not leave. One that was sent is followed by a
        correction letter. The step is taken again when it is still due.

        :param day: business day, a date (or an ISO string)
        :param reason: why, for the history
        :return: the correction letters
        :raise UserError: without a reason, or for a notice that cannot be withdrawn
        """
        self.env["arrears.run"].check_access("create")
        day = self.env["arrears.run"]._to_day(day)
        if not (reason or "").strip():
            raise UserError(self.env._("Withdrawing a notice asks for a reason."))
        for notice in self:
            if notice.state == "withdrawn" or notice.kind in FINAL_KINDS:
                raise UserError(
                    self.env._("Notice %s cannot be withdrawn (any more).", notice.name)
                )
        # Evidence: written by the service only, after the check above.
        notices = self.sudo().with_context(tracking_disable=True)
        corrections = self.browse().sudo()
        for company, mine in notices.grouped("company_id").items():
            corrections |= mine.with_company(company)._withdraw(day, reason)
        return corrections.with_env(self.env)

    def _withdraw(self, day, reason):
        """Withdraw these notices of one company on ``day``, as the service."""
        told = self.filtered(lambda notice: notice.state == "sent")
        self._cancel_mails()
        self.write(
            {
                "withdrawn_on": day,
                "withdrawn_by_id": self.env.uid,
                "withdraw_reason": reason,
            }
        )
        self._take_term_away(day, reason, state="withdrawn")
        self.env["arrears.case.history"]._record_each(
            [notice._prepare_withdrawn_vals(day, reason) for notice in self]
        )
        corrections = self._make_messages(
            [{"case": notice.case_id, "kind": "correction", "corrects": notice} for notice in told],
            day,
        )
        self.case_id._close_settled()
        return corrections

    def _cancel_mails(self):
        """Keep the mails of these notices from leaving, where they are still in the queue."""
        # The mail queue belongs to whoever started it; a withdrawn notice must not leave.
        mails = self.mail_id.sudo().filtered(lambda mail: mail.state == "outgoing")
        mails.cancel()

    def _prepare_withdrawn_vals(self, day, reason):
        self.ensure_one()
        return {
            "case_id": self.case_id.id,
            "event": "withdrawn",
            "day": day,
            "stage_id": self.stage_id.id,
            "notice_id": self.id,
            "amount": self.amount_total,
            "reason": reason,
        }

    def action_open_withdraw(self):
        """Button: ask why, then withdraw."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Withdraw"),
            "res_model": "arrears.withdraw",
            "view_mode": "form",
            "target": "new",
            "context": {"default_notice_ids": [fields.Command.set(self.ids)]},
        }
