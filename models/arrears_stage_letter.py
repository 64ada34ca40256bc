"""A stage whose letter lacks a mandatory part cannot be saved, nor its procedure activated."""

from odoo import api, models


class ArrearsStage(models.Model):
    _inherit = "arrears.stage"

    @api.constrains("kind", "mail_template_id", "charges_fee", "names_suspension", "procedure_id")
    def _check_letter(self):
        for stage in self:
            if stage._is_notice() and stage.mail_template_id and stage.procedure_id.active:
                source = self.env._(
                    "Stage %(stage)s of procedure %(procedure)s",
                    stage=stage.name,
                    procedure=stage.procedure_id.name,
                )
                self.env["arrears.notice"]._check_letters(source, (stage.kind,), stage)

    def action_preview(self):
        """Show the letter of this stage as a customer would get it."""
        self.ensure_one()
        preview = self.env["arrears.notice.preview"].create({"stage_id": self.id})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Example of the letter “%s”", self.name),
            "res_model": "arrears.notice.preview",
            "res_id": preview.id,
            "views": [(False, "form")],
            "target": "new",
        }


class ArrearsProcedure(models.Model):
    _inherit = "arrears.procedure"

    @api.constrains("active")
    def _check_letters(self):
        self.stage_ids._check_letter()
