"""Which steps of an item are sent by credit control, and which by our own run."""

from odoo import models

# A line of credit control in one of these states has had its level, whatever came of it.
TAKEN = ("queued", "sent", "error", "email_error")


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
        # EXTENDS premium_arrears: a mapped step is left to credit control, once. It takes each
        # level of a line once; what comes again (a fresh cycle, a mail that failed, a letter that
        # did not count) is for our own run.
        mine = super()._filter_own_steps()
        return mine - mine._filter_left_to_credit_control()

    def _filter_left_to_credit_control(self):
        """Return the items whose next step a level of credit control takes."""
        levels = self._get_credit_levels()
        left = self.filtered(lambda item: item.next_stage_id in levels[item].values())
        taken = left._get_taken_levels()
        return left.filtered(
            lambda item: (
                not any(
                    stage == item.next_stage_id and level in taken.get(item.move_line_id, ())
                    for level, stage in levels[item].items()
                )
            )
        )

    def _compute_next_step_text(self):
        result = super()._compute_next_step_text()
        open_items = self.filtered(lambda item: not item.settled_on and item.next_stage_id)
        for item in open_items._filter_left_to_credit_control():
            item.next_step_text = self.env._("%s (credit control sends it)", item.next_step_text)
        return result

    def _get_taken_levels(self):
        """Return the levels that the lines of these items have had: dict from line to levels."""
        service = self.sudo()  # as above
        groups = service.env["credit.control.line"]._read_group(
            [("move_line_id", "in", service.move_line_id.ids), ("state", "in", TAKEN)],
            ["move_line_id"],
            ["policy_level_id:recordset"],
        )
        return dict(groups)
