"""Working through what waits: the next case to decide, and deciding on the page of a case."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .arrears_action import ENGINE_KINDS

# So many stand behind Odoo's pager; who has decided these begins again.
MOST_IN_PAGER = 500


class ArrearsCase(models.Model):
    _inherit = "arrears.case"

    proposed_action_ids = fields.One2many(
        "arrears.action",
        "case_id",
        string="Waits for a decision",
        domain=[("state", "=", "proposed")],
        readonly=True,
    )
    executable_count = fields.Integer(
        compute="_compute_executable_count",
        help="Proposed notices, fees and suspensions, that a handler may carry out.",
    )
    cover_color = fields.Integer(compute="_compute_cover_color", help="For the edge of a card.")

    @api.depends("proposed_action_ids.kind", "proposed_action_ids.state")
    def _compute_executable_count(self):
        for case in self:
            case.executable_count = len(case._get_executable())

    @api.depends("coverage_state")
    def _compute_cover_color(self):
        # Odoo's colours of cards: red, orange, grey-white, green.
        colors = {"suspended": 1, "at_risk": 2, "in_force": 10}
        for case in self:
            case.cover_color = colors.get(case.coverage_state, 0)

    # === ONE BY ONE === #

    def action_next_to_decide(self):
        """Button: open the next case to decide, in the order of the list; from a list the first.

        First what is one's own or nobody's, then what is of colleagues. After the last one it
        begins again. Odoo's pager goes through the same cases.
        """
        self.env["arrears.run"].check_access("create")
        # On a page this is the case that is left; on a list, those that are ticked mean nothing.
        current = self if len(self) == 1 else self.browse()
        wanted = self._get_to_decide_domain(fields.Date.context_today(self))
        mine = Domain("user_id", "in", (self.env.uid, False))
        for pool in (wanted & mine, wanted & ~mine):
            queue = self.search(pool, limit=MOST_IN_PAGER)
            if following := current._get_following(queue, pool):
                return self._open_in_queue(following, queue | following)
        return self._tell_nothing_left(current.filtered("to_decide"))

    def _get_following(self, queue, pool):
        """Return the case that follows this one in a pool of cases; the first for no case.

        :param queue: the first cases of the pool, in order
        """
        if not self:
            return queue[:1]
        day = self._get_place()
        same = Domain("next_step_date", "=", day or False) & Domain("id", ">", self.id)
        # Without a day it stands at the end of the queue.
        undated = Domain("next_step_date", "=", False) if day else Domain.FALSE
        later = Domain("next_step_date", ">", day) if day else Domain.FALSE
        later |= same | undated
        return self.search(pool & later, limit=1) or (queue - self)[:1]

    def _get_place(self):
        """Return the day that this case had in the queue: deciding moves its next step away."""
        place = self.env.context.get("arrears_place")
        if place and place[0] == self.id:
            return fields.Date.to_date(place[1])
        return self.next_step_date

    @api.model
    def _open_in_queue(self, case, queue):
        return {
            "type": "ir.actions.client",
            "tag": "premium_arrears.open_in_queue",
            "params": {
                "action": {
                    "type": "ir.actions.act_window",
                    "name": self.env._("To decide"),
                    "res_model": self._name,
                    "res_id": case.id,
                    "views": [(False, "form")],
                    "context": {"arrears_place": [case.id, str(case.next_step_date or "")]},
                },
                "ids": queue.ids,
            },
        }

    @api.model
    def _tell_nothing_left(self, last):
        """Return the action that tells that no other case waits.

        :param last: the case on the page, when it still waits itself
        """
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "info" if last else "success",
                "message": self.env._("This is the last case to decide.")
                if last
                else self.env._("Nothing is left to decide today. Well done."),
            },
        }

    # === DECIDE HERE === #

    def _get_executable(self):
        return self.proposed_action_ids.filtered(
            lambda action: action.kind in ENGINE_KINDS and action.state == "proposed"
        )

    def action_execute_proposed(self):
        """Button: carry out today what is proposed for these cases: notice, fee, suspension."""
        actions = self._get_executable()
        if not actions:
            raise UserError(self.env._("Nothing is proposed that can be carried out here."))
        actions.action_execute_now()

    def action_postpone_proposed(self):
        """Button: ask until when, and why, what is proposed for these cases is left."""
        return self.proposed_action_ids.action_open_postpone()

    def action_preview_proposed(self):
        """Button: show the letter that is proposed; nothing is sent."""
        self.ensure_one()
        letters = self.proposed_action_ids.filtered(lambda action: action.kind == "notice")
        if not letters:
            raise UserError(self.env._("No letter is proposed for this case."))
        return letters[:1].action_preview()
