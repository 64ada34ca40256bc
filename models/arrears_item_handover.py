"""Which collector an item is with, and the cases, steps and holds around it."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from .arrears_handover import PREPARING


class ArrearsItem(models.Model):
    _inherit = "arrears.item"

    # Of the item, not of the case: what falls due after a hand-over is not handed over by itself.
    handover_id = fields.Many2one(
        "arrears.handover",
        string="With a collector",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Empty: it was not handed over, and our own reminders go on.",
    )
    handover_line_ids = fields.One2many("arrears.handover.line", "item_id", readonly=True)

    def _get_returns(self, day):
        """Add the days on which these items came back from a collector."""
        found = super()._get_returns(day)
        lines = self.env["arrears.handover.line"].search(
            [("item_id", "in", self.ids), ("handover_id.returned_on", "!=", False)]
        )
        for line in lines:
            found.setdefault(line.item_id.id, []).append(line.handover_id.returned_on)
        return found

    def _get_unregistered_demand_on(self):
        """Return the first day on which an unregistered collector demanded this item, or None."""
        self.ensure_one()
        days = self.handover_line_ids.handover_id.mapped("unregistered_demand_on")
        return min((day for day in days if day), default=None)


class ArrearsCase(models.Model):
    _inherit = "arrears.case"

    handover_ids = fields.One2many("arrears.handover", "case_id", readonly=True)
    handover_count = fields.Integer(compute="_compute_handover_count")
    collector_names = fields.Char(string="Collectors", compute="_compute_collector_names")

    @api.depends("handover_ids")
    def _compute_handover_count(self):
        for case in self:
            case.handover_count = len(case.handover_ids)

    @api.depends("handover_ids.state", "handover_ids.collector_id.name")
    def _compute_collector_names(self):
        for case in self:
            running = case.handover_ids._running()
            case.collector_names = ", ".join(
                handover.collector_id.name or handover.name for handover in running
            )

    def _get_items_to_hand_over(self):
        """Return what of these cases can be handed over: open, and with no collector yet.

        Where a run proposes a hand-over it is what the run found due for it; else what an
        announcement was sent for; else all.
        """
        found = self.env["arrears.item"]
        for case in self:
            live = case.item_ids.filtered(
                lambda item: (
                    not item.settled_on
                    and not item.handover_id
                    and not item.arrangement_id
                    and item.amount_open > 0
                )
            )
            # What the insurer itself collects is not ours to hand over.
            live = live.filtered("move_line_id")
            waiting = case.action_ids.filtered(
                lambda action: action.kind == "handover" and action.state == "proposed"
            )
            announced = live.filtered(lambda item: item.stage_id.kind == "handover_notice")
            found |= (waiting.item_ids & live) or announced or live
        return found

    def action_prepare_handover(self):
        """Button: prepare the hand-over of these cases."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Prepare hand-over"),
            "res_model": "arrears.handover.prepare",
            "view_mode": "form",
            "target": "new",
            "context": {"default_case_ids": [fields.Command.set(self.ids)]},
        }

    def action_view_handovers(self):
        """Open the hand-overs of this case."""
        self.ensure_one()
        return self.handover_ids._get_records_action(name=self.env._("Hand-overs"))


class ArrearsAction(models.Model):
    _inherit = "arrears.action"

    def action_prepare_handover(self):
        """Button: prepare the hand-over that these steps propose."""
        if any(step.kind != "handover" or step.state != "proposed" for step in self):
            raise UserError(self.env._("Choose proposals to hand over that still wait."))
        return self.case_id.action_prepare_handover()

    def decide(self, day, carried_out):
        """Record what was decided; what was being prepared for a dismissed step is withdrawn.

        :raise UserError: for a hand-over that a second person has to approve: prepare it instead
        """
        if carried_out:
            self._check_may_record_handover()
        result = super().decide(day, carried_out)
        if not carried_out:
            prepared = self.env["arrears.handover"].search(
                Domain("action_id", "in", self.ids) & Domain("state", "in", PREPARING)
            )
            prepared.withdraw(day, self.env._("It was decided not to hand over."))
        return result

    def _check_may_record_handover(self):
        """Refuse to record a hand-over as done where a second person has to approve it.

        :raise UserError: where the office asks a second person; AccessError: for no manager
        """
        steps = self.filtered(lambda step: step.kind == "handover")
        if not steps or self.env.su:
            return
        if not self.env.user.has_group("premium_arrears.group_manager"):
            raise AccessError(self.env._("A manager decides on a hand-over."))
        if any(company.arrears_handover_four_eyes for company in steps.company_id):
            raise UserError(
                self.env._(
                    "Prepare the hand-over and let a second person approve it. It cannot be "
                    "recorded as done without that."
                )
            )

    def _carry_out_handover(self, day):
        """Record that the items of these steps were handed over; called as the service."""
        items = self.item_ids.filtered(
            lambda item: not (item.settled_on or item.handover_id or item.arrangement_id)
        )
        handovers = self.env["arrears.handover"]._record_outside(items, day)
        for handover in handovers:
            handover.action_id = self.filtered(lambda s, h=handover: s.case_id == h.case_id)[-1:]


class ArrearsHold(models.Model):
    _inherit = "arrears.hold"

    @api.model_create_multi
    def create(self, vals_list):
        holds = super().create(vals_list)
        holds._tell_collectors()
        return holds

    def _tell_collectors(self):
        """Ask the handler to stop the collector, where a hold falls on a case that it has.

        The activity does not tell the kind of hold: debt help is not for everybody to see.
        """
        running = self.env["arrears.handover"].search(
            Domain("case_id", "in", self._get_cases().ids) & Domain("state", "=", "handed_over")
        )
        for day, holds in self.grouped("start").items():
            cases = holds._get_cases()
            mine = running.filtered(lambda h, c=cases: h.case_id in c)
            mine.case_id._schedule_for_handler(
                day,
                self.env._("Tell the collector to stop"),
                {
                    handover.case_id: self.env._(
                        "The case was put on hold while %(collector)s collects it "
                        "(%(handover)s). Ask it to stop, or call it back.",
                        collector=handover.collector_id.name or "?",
                        handover=handover.name,
                    )
                    for handover in mine
                },
            )
