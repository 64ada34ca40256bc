"""A colleague places items at another stage, forwards or back, and says why."""

from odoo import models
from odoo.exceptions import UserError

from .arrears_case import WORKED_STATES


class ArrearsItem(models.Model):
    _inherit = "arrears.item"

    def _move_to_stage(self, stage, day, reason):
        """Place these items of one case at a stage of their procedure.

        Forwards: no stage below it is taken any more. No notice is made up: a fee or suspension
        still needs its own notice, and every term, hold and quiet day still holds. Back (to a
        stage that was reached already): a new cycle starts there with a fresh term. Notices of the
        old cycle count for nothing any more, and fees that they only announced lapse.

        :param stage: the stage that comes next
        :param day: business day of the decision
        :param reason: why, in words; kept in the history
        :raise UserError: when the items cannot be moved there, saying why
        """
        self._check_movable(stage)
        reached = self._get_reached_stages()
        back = self.filtered(lambda item: reached[item].sequence >= stage.sequence)
        back -= self.filtered(lambda item: not reached[item])
        back._check_nothing_queued()
        self.write({"start_stage_id": stage.id, "stale": True})
        back._start_again(day)
        self._drop_from_steps(stage, back)
        self._project(day)
        self._record_move(reached, stage, day, reason)

    def _check_movable(self, stage):
        """Refuse items that are settled, whose case is at rest, or that have no such stage."""
        if not self or any(item.settled_on for item in self):
            raise UserError(self.env._("Only arrears that are still open can be moved."))
        for case in self.case_id:
            if case.state not in WORKED_STATES or self.handover_id or self.arrangement_id:
                raise UserError(
                    self.env._(
                        "Case %s: nothing can be moved while somebody else collects, an "
                        "arrangement runs, or when it is closed.",
                        case.name,
                    )
                )
        ladders = self._get_ladders()
        for item in self:
            if stage not in ladders[item.procedure_id, item.opened_on]:
                raise UserError(
                    self.env._(
                        "%(item)s follows procedure %(procedure)s as it was on %(day)s, which has "
                        "no stage %(stage)s. Choose one of its own stages, or fewer items.",
                        item=item.reference,
                        procedure=item.procedure_id.name,
                        day=item.opened_on,
                        stage=stage.name,
                    )
                )

    def _check_nothing_queued(self):
        """Refuse to move back what a notice that is not sent yet is about."""
        queued = self._live_lines().notice_id.filtered(lambda notice: notice.state == "queued")
        if queued:
            raise UserError(
                self.env._(
                    "Notice %s is about to be sent. Send or withdraw it before you move back what "
                    "it is about.",
                    queued[0].name,
                )
            )

    def _get_reached_stages(self):
        """Return per item the furthest stage that was taken in its present cycle, or none."""
        stages = self.env["arrears.stage"]
        reached = dict.fromkeys(self, stages)
        notices, steps = self._read_notice_rows(), self._read_proposals()
        for item in self:
            # A step that waits for a decision (queued) is none that was taken.
            ids = {row.stage_id for row in notices[item.id] if row.state in ("queued", "sent")}
            ids |= {int(fact.stage) for _key, fact in steps[item.id] if fact.state == "sent"}
            taken = stages.browse(sorted(ids))
            reached[item] = taken.sorted("sequence")[-1:]
        return reached

    def _start_again(self, day):
        """Start a new cycle; what the notices of the old one announced lapses."""
        notices = self._live_lines().notice_id
        for item in self:
            item.write({"cycle": item.cycle + 1, "restarted_on": day})
        finished = notices.filtered(lambda notice: not notice._still_open_items())
        finished.fee_id._lapse(day)

    def _drop_from_steps(self, stage, back):
        """Take these items out of the proposals that no longer fit.

        :param stage: where the items were placed; a proposal for that very stage stays
        :param back: those of these items that start again; their fees and suspensions fall too
        """
        actions = self.env["arrears.action"].search(
            [("item_ids", "in", self.ids), ("state", "=", "proposed")]
        )
        ends = actions.filtered(lambda action: action.kind in ("fee", "suspend"))
        ends.filtered(lambda action: action.item_ids & back)._skip("moved")
        for action in actions - ends:
            dropped = back if action.stage_id == stage else self
            left = action.item_ids - dropped
            if not left:
                action._skip("moved")
            elif left != action.item_ids:
                rows = [row for row in action.why["items"] if row["item"] in left.ids]
                action.write(
                    {
                        "item_ids": [(6, 0, left.ids)],
                        "amount": sum(left.mapped("amount_open")),
                        "why": {**action.why, "items": rows},
                    }
                )

    def _record_move(self, reached, stage, day, reason):
        """Keep who moved what from where to where, and why."""
        history = self.env["arrears.case.history"]
        for (case, from_stage), items in self.grouped(
            lambda item: (item.case_id, reached[item])
        ).items():
            history._record(
                case,
                "moved",
                day=day,
                from_stage_id=from_stage.id,
                stage_id=stage.id,
                user_id=self.env.uid,
                amount=sum(items.mapped("amount_open")),
                reason=reason,
                why={"items": items.mapped("reference")},
            )
