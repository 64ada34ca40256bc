"""What a person decides about a proposed step: leave out, postpone, carry out, dismiss."""

from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from .arrears_action import ENGINE_KINDS


class ArrearsAction(models.Model):
    _inherit = "arrears.action"

    # === LEAVE OUT, POSTPONE === #

    def action_untick(self):
        """Leave these steps out of the run; the next run proposes them again when still due."""
        self._check_may_decide()
        self.sudo()._skip("unticked")  # evidence: written by the service only

    def postpone(self, until, reason):
        """Leave these steps until a later day, with the reason.

        Postponing moves no term and pauses nothing else: that is what a hold is for.

        :param until: first day on which a run may propose them again, a date (or an ISO string)
        :param reason: why, for the history of the case
        :raise UserError: for a day that is not later than the run's, or without a reason
        """
        self._check_may_decide()
        until = self.env["arrears.run"]._to_day(until)
        if not (reason or "").strip():
            raise UserError(self.env._("Postponing a step asks for a reason."))
        late = self.filtered(lambda action: until <= action.date)
        if late:
            raise UserError(
                self.env._(
                    "Postpone until: %(until)s is not later than %(day)s, the day of the run.",
                    until=until,
                    day=late[0].date,
                )
            )
        actions = self.sudo()  # evidence: written by the service only, after the check above
        terms = actions.filtered(lambda action: action.kind in ("fee", "suspend"))
        actions._skip("postponed", reason)
        actions.write({"postponed_until": until, "decided_by_id": self.env.uid})
        terms.notice_id.write({"term_postponed_until": until})
        (actions - terms).item_ids.write({"postponed_until": until, "stale": True})
        self.env["arrears.case.history"].sudo()._record_each(
            [
                {
                    "case_id": action.case_id.id,
                    "event": "postponed",
                    "day": action.date,
                    "stage_id": action.stage_id.id,
                    "notice_id": action.notice_id.id,
                    "run_id": action.run_id.id,
                    "reason": reason,
                    "why": {"until": str(until)},
                }
                for action in actions
            ]
        )

    def action_open_postpone(self):
        """Button: ask until when, and why."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Postpone"),
            "res_model": "arrears.action.postpone",
            "view_mode": "form",
            "target": "new",
            "context": {"default_action_ids": [fields.Command.set(self.ids)]},
        }

    # === LOOK === #

    def _get_preview(self):
        """Return the letter that this step would make: see ``arrears.notice._preview``."""
        self.ensure_one()
        self.env["arrears.run"].check_access("read")
        if self.kind != "notice" or self.state != "proposed":
            raise UserError(self.env._("Only a notice that is still proposed can be looked at."))
        # Rendered with the rights of the engine, that made notices need; nothing of it stays.
        action = self.with_env(self.run_id._as_service().env)
        return action.env["arrears.notice"]._preview(action)

    def action_preview(self):
        """Button: show the letter as it would be sent."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Preview: nothing is sent"),
            "res_model": "arrears.notice.preview",
            "view_mode": "form",
            "target": "new",
            "context": {"default_action_id": self.id, "dialog_size": "large"},
        }

    # === CARRY OUT === #

    def execute(self, day):
        """Carry out steps that waited for a person, on a business day.

        :param day: business day, a date (or an ISO string); not before the day of their run
        :raise UserError: for a hand-over or termination, or while everything is stopped
        """
        self._check_may_decide()
        day = self.env["arrears.run"]._to_day(day)
        if self.filtered(lambda action: action.kind not in ENGINE_KINDS):
            raise UserError(
                self.env._("A hand-over or termination is decided on by a manager, not executed.")
            )
        for run, actions in self.grouped("run_id").items():
            if day < run.date:
                raise UserError(
                    self.env._(
                        "Execute: %(day)s lies before the run of %(run)s.", day=day, run=run.date
                    )
                )
            service = run._as_service()
            service._check_not_paused()
            mine = actions.with_env(service.env)
            mine._execute(day)
            service._deliver_waiting(mine)

    def action_execute_now(self):
        """Button: carry these steps out today."""
        self.execute(fields.Date.context_today(self))

    def decide(self, day, carried_out):
        """Record what a person decided about a proposed hand-over or termination.

        :param day: business day of the decision, a date (or an ISO string)
        :param carried_out: True when it was done, False when it was decided against
        :raise AccessError: for who is no manager
        """
        self._check_may_decide()
        if not self.env.su and not self.env.user.has_group("premium_arrears.group_manager"):
            raise AccessError(self.env._("A manager decides on a hand-over or termination."))
        day = self.env["arrears.run"]._to_day(day)
        state = "done" if carried_out else "dismissed"
        actions = self.sudo()  # evidence: written by the service only, after the check above
        actions.write({"state": state, "decided_on": day, "decided_by_id": self.env.uid})
        if carried_out:
            actions.filtered(lambda action: action.kind == "handover")._carry_out_handover(day)
            actions.filtered(lambda action: action.kind == "termination")._carry_out_termination(
                day
            )
        actions.item_ids.write({"stale": True})
        self.env["arrears.case.history"].sudo()._record(
            actions.case_id, "decided", day=day, reason=state
        )

    def _carry_out_termination(self, day):
        """End the policies of these steps; called as the service."""

    def action_decide(self):
        """Button: the proposal was carried out today."""
        self.decide(fields.Date.context_today(self), carried_out=True)

    def action_dismiss(self):
        """Button: it was decided today not to do this."""
        self.decide(fields.Date.context_today(self), carried_out=False)

    def _check_may_decide(self):
        self.env["arrears.run"].check_access("create")
        if any(action.state != "proposed" for action in self):
            raise UserError(self.env._("Only a step that is still proposed can be decided on."))
