from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ArrearsStage(models.Model):
    _inherit = "arrears.stage"

    also_sms = fields.Boolean(
        string="Also send an SMS",
        help="After the notice was sent, a text message tells that it is there. It has no legal "
        "effect.",
    )
    sms_template_id = fields.Many2one(
        "sms.template",
        string="SMS text",
        domain=[("model", "=", "arrears.notice")],
        default=lambda self: self._default_sms_template_id(),
        ondelete="restrict",
    )

    @api.model
    def _default_sms_template_id(self):
        return self.env.ref("premium_arrears_sms.sms_template_nudge", raise_if_not_found=False)

    @api.constrains("also_sms", "sms_template_id")
    def _check_sms_template_id(self):
        for stage in self:
            if stage.also_sms and not stage.sms_template_id:
                raise ValidationError(
                    self.env._("Stage %s, SMS text: choose what the SMS says.", stage.name)
                )
