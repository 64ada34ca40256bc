"""Which steps of an item are sent by credit control, and which by our own run."""

from odoo import models

from .credit_control_line import WAITING

# A line of credit control in one of these states is as if it were not there: it comes again.
UNCOUNTED = ("draft", "ignored")


class ArrearsItem(models.Model):
    _inherit = "arrears.item"

    def _get_credit_levels(self):
        """Return per item the levels of its credit control policy that are a step of its ladder.

        None when the policy has no such level, does nothing, or is not the one by which the line
        was reminded before: the case then has a ladder of its own. Nor of an item that has no line
        in our books: what an insurer collects itself credit control knows nothing of.

        :return: dict from item to a dict from level to stage
        """
        # A colleague of arrears need have no rights on credit control.
        service = self.sudo().filtered("move_line_id")
        level_model = service.env["credit.control.policy.level"]
        found = {id_: {} for id_ in self._ids}
        if not level_model.search_count([("arrears_stage_ids", "!=", False)], limit=1):
            return {item: found[item.id] for item in self}
        ladders = service._get_ladders()
        policies = {item: item.move_line_id._get_credit_policy() for item in service}
        elsewhere = service.env["credit.control.line"]._read_group(
            [("move_line_id", "in", service.move_line_id.ids), ("manually_overridden", "=", False)],
            ["move_line_id"],
            ["policy_id:recordset"],
        )
        earlier = dict(elsewhere)
        for item, policy in policies.items():
            line = item.move_line_id
            mine = {}
            if not (line in earlier and earlier[line] - policy):
                stages = {
                    stage._get_credit_key(): stage
                    for stage in ladders[item.procedure_id, item.opened_on]
                }
                for level in policy.level_ids:
                    for mapped in level.arrears_stage_ids:
                        if stage := stages.get(mapped._get_credit_key()):
                            mine[level] = stage
            found[item.id] = mine
        return {item: found[item.id] for item in self}

    def _filter_own_steps(self):
        # EXTENDS premium_arrears: a mapped step is left to credit control where it can take it.
        # It climbs one level at a time and takes each once: what it cannot reach, and what comes
        # again (a fresh cycle, a mail that failed, a letter that did not count), is for our run.
        mine = super()._filter_own_steps()
        left = mine._filter_left_to_credit_control()
        # A case gets one letter for a step: where a part of it is ours, all of it is.
        ours = {(item.case_id, item.next_stage_id) for item in mine - left} if left else set()
        return mine - left.filtered(lambda item: (item.case_id, item.next_stage_id) not in ours)

    def _filter_left_to_credit_control(self):
        """Return the items whose next step a level of credit control takes."""
        levels = self._get_credit_levels()
        mapped = self.filtered(lambda item: item.next_stage_id in levels[item].values())
        past = mapped._get_credit_past()
        return mapped.filtered(
            lambda item: any(
                stage == item.next_stage_id and past[item].can_take(level)
                for level, stage in levels[item].items()
            )
        )

    def _compute_next_step_text(self):
        result = super()._compute_next_step_text()
        open_items = self.filtered(lambda item: not item.settled_on and item.next_stage_id)
        for item in open_items._filter_left_to_credit_control():
            item.next_step_text = self.env._("%s (credit control sends it)", item.next_step_text)
        return result

    def _get_credit_past(self):
        """Return what became of the lines of credit control of these items: dict from item."""
        service = self.sudo()  # as above
        lines = service.env["credit.control.line"].search(
            [("move_line_id", "in", service.move_line_id.ids), ("manually_overridden", "=", False)],
            order="id",
        )
        mine = lines.grouped("move_line_id")
        return {
            item: CreditPast(item.move_line_id, mine.get(item.move_line_id, lines.browse()))
            for item in service
        }


class CreditPast:
    """What credit control did about one receivable line, and so which level it can take now.

    :param move_line: the receivable line
    :param lines: its lines of credit control that nobody overrode, the oldest first
    """

    def __init__(self, move_line, lines):
        company = move_line.company_id
        self.too_small = (
            company.currency_id.compare_amounts(
                move_line.amount_residual, company.credit_control_tolerance
            )
            < 0
        )
        # What credit control itself goes by: see its _get_level_move_lines.
        self.last = lines.filtered(lambda line: line.state not in UNCOUNTED)[-1:].policy_level_id
        waiting = lines.filtered(lambda line: line.state in WAITING and not line.communication_id)
        self.waiting = waiting.policy_level_id
        # Printed and not marked as done, a plain message has gone all the same: it goes once.
        plain = lines.communication_id._filter_plain()
        self.plain = plain.policy_level_id

    def can_take(self, level):
        """Tell whether a letter of this level waits to be sent, or credit control can make one."""
        if level in self.plain:
            return False
        if level in self.waiting:
            return True
        below = level.policy_id.level_ids.filtered(lambda other: other.level < level.level)
        return self.last == below.sorted("level")[-1:] and not self.too_small
