from odoo import api, fields, models
from odoo.exceptions import ValidationError


class AccountFollowupFollowupLine(models.Model):
    _inherit = "account_followup.followup.line"

    # Without its stage a level would send again, unasked: a stage that is used here stays.
    arrears_stage_id = fields.Many2one(
        "arrears.stage",
        string="Arrears stage",
        domain="[('company_id', 'in', (False, company_id)),"
        " ('procedure_id.collected_by', '=', 'office')]",
        index="btree_not_null",
        ondelete="restrict",
        help="What this level stands for in Premium Arrears. A customer at this level who has an "
        "arrears case or an overdue premium gets nothing from this follow-up: the arrears run "
        "decides what he hears, and when. Empty: this follow-up goes on as it was.",
    )

    @api.constrains("arrears_stage_id", "company_id")
    def _check_arrears_stage_id(self):
        for level in self:
            stage = level.arrears_stage_id
            if stage.company_id and stage.company_id != level.company_id:
                raise ValidationError(
                    self.env._(
                        "Follow-up level %(level)s of %(company)s, arrears stage: %(stage)s is a "
                        "stage of %(other)s.",
                        level=level.display_name,
                        company=level.company_id.name,
                        stage=stage.name,
                        other=stage.company_id.name,
                    )
                )
