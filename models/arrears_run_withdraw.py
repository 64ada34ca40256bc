"""Taking a whole run back, with everything it did."""

from odoo import models
from odoo.exceptions import UserError


class ArrearsRun(models.Model):
    _inherit = "arrears.run"

    def withdraw(self, day, reason):
        """Take back what this run did: its notices, the fees it booked, its suspensions.

        Notices of earlier runs keep their terms: their fees and suspensions are proposed anew.

        :param day: business day, a date (or an ISO string)
        :param reason: why, for the history
        :return: the correction letters
        :raise UserError: without a reason
        """
        self.ensure_one()
        self.check_access("create")
        day = self._to_day(day)
        if not (reason or "").strip():
            raise UserError(self.env._("Withdrawing a run asks for a reason."))
        run = self._as_service()
        ended = run.notice_ids.filtered(lambda notice: notice.kind == "policy_ended")
        ended |= self.env["insurance.termination"].sudo()._get_ended_by(run).letter_id
        if ended:
            # Two managers decided on those: no handler takes them back.
            self.env["insurance.termination"]._check_manager()
        actions = run.action_ids.filtered(lambda action: action.state in ("proposed", "done"))
        actions = actions.filtered(lambda a: a.kind not in ("handover", "termination"))
        letters = run.notice_ids.filtered(
            lambda notice: notice.state in ("queued", "sent", "failed")
        )
        letters |= run._withdraw_terms(actions, day, reason)
        # What is said of CIS is taken back by who may see it, on the registration.
        letters = letters.filtered(
            lambda notice: notice.kind != "correction" and not notice._is_confidential()
        )
        corrections = letters._withdraw(day, reason)
        actions.write({"state": "withdrawn", "skip_detail": reason})
        run.write({"state": "done", "released": False, "phase": False})
        return corrections.with_env(self.env)

    def _withdraw_terms(self, actions, day, reason):
        """Undo the fees and suspensions that this run carried out for earlier notices.

        :return: the letters that told of those suspensions
        """
        fees = actions.filtered(lambda a: a.kind == "fee" and a.state == "done").notice_id.fee_id
        fees.filtered(lambda fee: fee.state == "booked")._unbook(day, reason)
        suspended = actions.filtered(lambda a: a.kind == "suspend" and a.state == "done")
        gaps = self.env["insurance.coverage.gap"].search(
            [
                ("notice_id", "in", suspended.notice_id.ids),
                ("policy_id", "in", suspended.policy_id.ids),
                ("start", ">=", self.date),
            ]
        )
        told = gaps.suspended_notice_id.filtered(lambda notice: notice.state == "sent")
        gaps._undo(day, reason)
        terms = actions.filtered(lambda action: action.kind in ("fee", "suspend")).notice_id
        terms.filtered(lambda notice: notice.state == "sent").write({"settled": False})
        return told

    def action_open_withdraw(self):
        """Button: ask why, then withdraw the whole run."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Withdraw the run"),
            "res_model": "arrears.withdraw",
            "view_mode": "form",
            "target": "new",
            "context": {"default_run_id": self.id},
        }
