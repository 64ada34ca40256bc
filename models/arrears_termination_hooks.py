"""Where the end of a policy joins in: a run's day, a payment, a proposal, the case."""

from odoo import api, fields, models


class ArrearsRun(models.Model):
    _inherit = "arrears.run"

    def _withdraw_terms(self, actions, day, reason):
        self.env["insurance.termination"]._get_ended_by(self)._undo_end(day, reason)
        return super()._withdraw_terms(actions, day, reason)


class ArrearsItem(models.Model):
    _inherit = "arrears.item"

    def _policies_at_risk_by_item(self, lines=None):
        """Return the policies whose cover each item can cost: none that has ended already."""
        found = super()._policies_at_risk_by_item(lines)
        return {
            item: policies.filtered(lambda policy: policy.coverage_state != "ended")
            for item, policies in found.items()
        }


class ArrearsAction(models.Model):
    _inherit = "arrears.action"

    termination_ids = fields.One2many("insurance.termination", "action_id", readonly=True)

    def _carry_out_termination(self, day):
        """Propose the end of the policies of these steps whose own premium is unpaid.

        A second person approves each of them; see ``insurance.termination``.
        """
        result = super()._carry_out_termination(day)
        for action in self:
            items = action.item_ids.filtered(
                lambda item: not item.settled_on and item.amount_open > 0
            )
            self.env["insurance.termination"]._prepare(items.policy_ids, day, action)
        return result

    def action_prepare_termination(self):
        """Button: propose the end of the policies of these steps, and show what was proposed."""
        self.env["insurance.termination"]._check_manager()
        proposals = self.filtered(lambda action: action.kind == "termination")
        proposals.decide(fields.Date.context_today(self), carried_out=True)
        return self.env["insurance.termination"]._get_window(proposals.termination_ids)


class ArrearsCase(models.Model):
    _inherit = "arrears.case"

    termination_ids = fields.One2many("insurance.termination", "case_id", readonly=True)
    termination_count = fields.Integer(compute="_compute_termination_count")

    @api.depends("termination_ids")
    def _compute_termination_count(self):
        counts = dict(
            self.env["insurance.termination"]._read_group(
                [("case_id", "in", self.ids)], ["case_id"], ["__count"]
            )
        )
        for case in self:
            case.termination_count = counts.get(case, 0)

    def action_view_terminations(self):
        """Open the terminations of this case."""
        self.ensure_one()
        return self.env["insurance.termination"]._get_window(self.termination_ids)
