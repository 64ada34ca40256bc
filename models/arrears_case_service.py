"""What the insurer collects itself is for service only: no fee, no suspension, no hand-over."""

from odoo import api, models
from odoo.exceptions import ValidationError

from ..law.facts import SERVICE_KINDS


class ArrearsStage(models.Model):
    _inherit = "arrears.stage"

    @api.constrains("kind", "procedure_id")
    def _check_service(self):
        """Keep service messages and the steps of a collector in procedures of their own."""
        for stage in self:
            service = stage.procedure_id.collected_by == "insurer"
            if service != (stage.kind in SERVICE_KINDS):
                raise ValidationError(
                    self.env._(
                        "Stage %(stage)s: a procedure for what the insurer collects has service "
                        "messages only, and no other procedure has them. “%(procedure)s” is for "
                        "what %(who)s collects.",
                        stage=stage.name,
                        procedure=stage.procedure_id.name,
                        who=stage.procedure_id._describe_collector(),
                    )
                )


class ArrearsProcedure(models.Model):
    _inherit = "arrears.procedure"

    @api.constrains("collected_by")
    def _check_collected_by(self):
        self.stage_ids._check_service()

    def _describe_collector(self):
        """Return who collects by this procedure, in the user's language."""
        self.ensure_one()
        labels = dict(self._fields["collected_by"]._description_selection(self.env))
        return labels[self.collected_by].lower()


class ArrearsCase(models.Model):
    _inherit = "arrears.case"

    def _check_office_collects(self):
        """Refuse whatever only a collector may do in a case that the insurer collects itself."""
        theirs = self.filtered(lambda case: case.collected_by == "insurer")[:1]
        if theirs:
            raise ValidationError(
                self.env._(
                    "Case %(case)s: %(insurer)s collects this premium itself. The office helps the "
                    "customer; it charges, suspends, ends and hands over nothing.",
                    case=theirs.name,
                    insurer=theirs.creditor_id.name,
                )
            )


class ArrearsFee(models.Model):
    _inherit = "arrears.fee"

    @api.constrains("case_id")
    def _check_office_collects(self):
        self.case_id._check_office_collects()


class ArrearsInterest(models.Model):
    _inherit = "arrears.interest"

    @api.constrains("case_id")
    def _check_office_collects(self):
        self.case_id._check_office_collects()


class ArrearsAction(models.Model):
    _inherit = "arrears.action"

    @api.constrains("case_id", "kind")
    def _check_office_collects(self):
        """A service message is the only step there."""
        self.filtered(lambda action: action.kind != "notice").case_id._check_office_collects()


class InsuranceCoverageGap(models.Model):
    _inherit = "insurance.coverage.gap"

    @api.constrains("case_id", "source")
    def _check_office_collects(self):
        """Only the insurer's word stops cover there."""
        ours = self.filtered(lambda gap: gap.source == "notice")
        ours.case_id._check_office_collects()
