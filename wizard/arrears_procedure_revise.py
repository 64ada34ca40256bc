"""A manager changes the rules of a procedure from a day on; old cases keep theirs."""

from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import UserError


class ArrearsProcedureRevise(models.TransientModel):
    _name = "arrears.procedure.revise"
    _description = "Change a Procedure from a Day"

    procedure_id = fields.Many2one("arrears.procedure", required=True, readonly=True)
    day = fields.Date(
        string="First day of the new rules",
        required=True,
        default=lambda self: fields.Date.context_today(self) + timedelta(days=1),
    )

    def action_apply(self):
        """End the stages in force and make a new version of them, to be edited freely.

        :raise UserError: when arrears opened on that day already, or nothing is in force
        """
        self.ensure_one()
        procedure, day = self.procedure_id, self.day
        opened = [on for _procedure, on in procedure._get_running_ladders()]
        if opened and max(opened) >= day:
            raise UserError(
                self.env._(
                    "Procedure %(procedure)s: premiums came into arrears on %(last)s and keep the "
                    "rules of that day. Choose a later day for the new rules.",
                    procedure=procedure.name,
                    last=max(opened),
                )
            )
        stages = procedure._get_stages_on(day).filtered(lambda stage: stage.date_from != day)
        if not stages:
            raise UserError(
                self.env._(
                    "Procedure %(procedure)s has no stage in force on %(day)s that does not begin "
                    "on that day already.",
                    procedure=procedure.name,
                    day=day,
                )
            )
        stages._revise(day)
        return {
            "type": "ir.actions.act_window",
            "res_model": "arrears.procedure",
            "res_id": procedure.id,
            "view_mode": "form",
        }
