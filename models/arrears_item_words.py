"""The next step in words, for the colleague who looks at a case."""

from odoo import api, fields, models
from odoo.tools import format_date

from .arrears_case import WORKED_STATES


class ArrearsItem(models.Model):
    _inherit = "arrears.item"

    next_step_text = fields.Char(string="What comes next", compute="_compute_next_step_text")

    @api.depends("next_stage_id.name", "next_step_date", "next_reason", "settled_on")
    def _compute_next_step_text(self):
        waits, rests = self._get_wait_words(), self._get_rest_words()
        for item in self:
            if item.settled_on:
                item.next_step_text = rests["nothing_open"]
            elif not item.next_stage_id:
                item.next_step_text = rests.get(item.next_reason, "")
            else:
                item.next_step_text = self.env._(
                    "%(stage)s on %(day)s: %(why)s",
                    stage=item.next_stage_id.name,
                    day=format_date(self.env, item.next_step_date),
                    why=waits.get(item.next_reason, ""),
                )

    def _get_wait_words(self):
        """Return in words what the next step waits for, by reason of ``law.ladder``."""
        return {
            "not_due": self.env._("the days after the due date pass first"),
            "waiting_for_term": self.env._("the customer has time to pay first"),
            "quiet_days": self.env._("the customer was written to lately"),
            "fresh_term": self.env._("the customer has a fresh term first"),
            "on_hold": self.env._("the hold and a fresh term pass first"),
            "postponed": self.env._("a colleague postponed it"),
            "due": self.env._("its day has come"),
            "notice_failed": self.env._("the notice did not arrive and is made again"),
            "notice_withdrawn": self.env._("the notice was withdrawn and is made again"),
        }

    def _get_rest_words(self):
        """Return in words why there is no next step, by reason of ``law.ladder``."""
        return {
            "nothing_open": self.env._("Nothing is open."),
            "handed_over": self.env._("A collector collects it."),
            "on_hold": self.env._("On hold until somebody ends it."),
            "arrangement": self.env._("An arrangement runs."),
            "left_alone": self.env._("A colleague keeps the invoice out of the reminders."),
            "waiting_for_delivery": self.env._("A notice or a decision is under way."),
            "ladder_done": self.env._("No step is left."),
            "below_minimum": self.env._("Too little is open for the next step."),
        }


class ArrearsCase(models.Model):
    _inherit = "arrears.case"

    next_step_text = fields.Char(string="What comes next", compute="_compute_next_step_text")

    @api.depends("item_ids.next_step_text", "item_ids.next_step_date", "state")
    def _compute_next_step_text(self):
        for case in self:
            live = case.item_ids.filtered(lambda item: not item.settled_on)
            dated = live.filtered("next_step_date").sorted("next_step_date")
            ours = (dated or live)[:1] if case.state in WORKED_STATES else live.browse()
            case.next_step_text = ours.next_step_text
