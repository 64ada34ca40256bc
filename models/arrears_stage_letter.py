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


class ArrearsProcedure(models.Model):
    _inherit = "arrears.procedure"

    @api.constrains("active")
    def _check_letters(self):
        self.stage_ids._check_letter()
