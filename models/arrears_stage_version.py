"""Dates in force: old cases keep the rules they started with, new ones get the new rules."""

from datetime import date, timedelta

from odoo import api, models
from odoo.exceptions import UserError, ValidationError

# What a stage does to a customer; frozen as soon as a customer has met it.
RULES = (
    "kind",
    "delay_days",
    "delay_unit",
    "minimum_amount",
    "charges_fee",
    "names_suspension",
)
# What decides which arrears follow a stage, and in which order.
PLACE = frozenset({"procedure_id", "sequence", "date_from", "date_until"})


class ArrearsStage(models.Model):
    _inherit = "arrears.stage"

    @api.constrains("procedure_id", "sequence", "kind", "date_from", "date_until")
    def _check_versions(self):
        """Refuse two versions of one stage on one day, and days on which it has none in between."""
        for stage in self.procedure_id.stage_ids.grouped(
            lambda stage: (stage.procedure_id, stage.sequence, stage.kind)
        ).values():
            versions = stage.sorted(lambda stage: (stage.date_from or date.min, stage.id))
            for earlier, later in zip(versions, versions[1:], strict=False):
                if not earlier.date_until or earlier.date_until >= (later.date_from or date.min):
                    raise ValidationError(earlier._describe_overlap(later))
                if later.date_from > earlier.date_until + timedelta(days=1):
                    raise ValidationError(earlier._describe_gap(later))

    def _describe_overlap(self, later):
        return self.env._(
            "Procedure %(procedure)s, stage %(stage)s: two versions of it are in force on one day. "
            "End the first before the second begins, or give them different places in the order.",
            procedure=self.procedure_id.name,
            stage=later.name,
        )

    def _describe_gap(self, later):
        return self.env._(
            "Procedure %(procedure)s, stage %(stage)s: one version ends on %(until)s and the next "
            "begins on %(start)s. In between there is none; let them follow each other.",
            procedure=self.procedure_id.name,
            stage=later.name,
            until=self.date_until,
            start=later.date_from,
        )

    # === GUARD === #

    @api.model_create_multi
    def create(self, vals_list):
        stages = super().create(vals_list)
        # A new version of the addon may bring a stage: there is nobody to ask then.
        if not self.env.context.get("install_mode"):
            running = stages.procedure_id._get_running_ladders().values()
            if met := stages & self.browse().union(*running):
                raise UserError(met[0]._describe_running())
        return stages

    def write(self, vals):
        self._check_rules_unused(vals)
        if not PLACE & vals.keys():
            return super().write(vals)
        procedures = self.procedure_id
        before = procedures._get_running_order()
        result = super().write(vals)
        if before != procedures._get_running_order():
            raise UserError(self[0]._describe_running())
        moved_to = (self.procedure_id - procedures)._get_running_ladders().values()
        if self & self.browse().union(*moved_to):
            raise UserError(self[0]._describe_running())
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        if used := self._get_used():
            raise UserError(
                self.env._(
                    "Stage %(stage)s of procedure %(procedure)s is in use: it cannot be deleted. "
                    "Fill in its last day in force instead; what came into arrears up to that day "
                    "goes on with it.",
                    stage=used[0].name,
                    procedure=used[0].procedure_id.name,
                )
            )

    def _check_rules_unused(self, vals):
        """Refuse another rule for a stage that customers have met already."""
        changed = self.filtered(lambda stage: stage._get_changed_rules(vals))
        if not changed or not (used := changed._get_used()):
            return
        stage = used[0]
        labels = [self._fields[name]._description_string(self.env) for name in RULES]
        names = [
            label
            for name, label in zip(RULES, labels, strict=True)
            if name in stage._get_changed_rules(vals)
        ]
        raise UserError(
            self.env._(
                "Stage %(stage)s of procedure %(procedure)s is in use, so this stays as it is: "
                "%(fields)s. Old cases keep the rules they started with. Use the button “Change "
                "from a day” of the procedure to give new arrears new rules.",
                stage=stage.name,
                procedure=stage.procedure_id.name,
                fields=", ".join(names),
            )
        )

    def _get_changed_rules(self, vals):
        """Return the names of the rules that these values would change."""
        self.ensure_one()
        return [
            name
            for name in RULES
            if name in vals
            and self._fields[name].convert_to_cache(vals[name], self)
            != self._fields[name].convert_to_cache(self[name], self)
        ]

    def _get_used(self):
        """Return those of these stages that a notice, a step or an unsettled item goes by."""
        used = self.browse()
        for model in ("arrears.notice", "arrears.action"):
            # Whoever edits a shared procedure need not see the companies where it is at work.
            groups = (
                self.env[model].sudo()._read_group([("stage_id", "in", self.ids)], ["stage_id"])
            )
            used |= self.browse([stage.id for (stage,) in groups])
        running = self.procedure_id._get_running_ladders().values()
        return self & used.union(*running)

    def _describe_running(self):
        return self.env._(
            "Procedure %(procedure)s, stage %(stage)s: this would change the steps of arrears that "
            "run already. Old cases keep the rules they started with. Use the button “Change from "
            "a day” of the procedure, or let the stage be in force from a day after today.",
            procedure=self.procedure_id.name,
            stage=self.name,
        )

    # === VERSIONS === #

    def _is_in_force(self, day):
        """Tell whether what comes into arrears on ``day`` follows this stage."""
        self.ensure_one()
        return (self.date_from or date.min) <= day <= (self.date_until or date.max)

    def _revise(self, day):
        """End these stages the day before ``day`` and return new versions that begin on it."""
        versions = self.browse()
        for stage in self:
            until = stage.date_until
            stage.date_until = day - timedelta(days=1)
            versions |= stage.copy({"date_from": day, "date_until": until})
        return versions
