"""Which debt of a customer a payment pays first: the office's choice, by ``law.allocation``."""

from odoo import api, models

from ..law import allocation

# Which part of a debt each kind of line is, in the words of ``law.allocation``.
PARTS = {"arrears.item": "principal", "arrears.fee": "costs", "arrears.interest": "interest"}


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    @api.model
    def _optimize_reconciliation_plan(self, reconciliation_plan, shadowed_aml_values=None):
        """Let premium, fees and interest of arrears be paid in the order the office chose.

        Odoo pays the oldest line first. Only the lines that the cashier named are in the plan, and
        of those only the lines of arrears change places, with each other.
        """
        plans, lines = super()._optimize_reconciliation_plan(
            reconciliation_plan, shadowed_aml_values=shadowed_aml_values
        )
        ranks = lines._get_arrears_ranks()
        if len(set(ranks.values())) > 1:
            for plan in plans:
                _put_in_order(plan, ranks)
        return plans, lines

    def _get_arrears_ranks(self):
        """Return the place in the order of payment of each of these lines that is of arrears.

        :return: dict from line to its rank; other lines are left out
        """
        debts = self.filtered(
            lambda line: line.balance > 0 and line.account_type == "asset_receivable"
        )
        if len(debts) < 2:
            return {}
        days = [line._get_credit_day() for line in self if line.balance < 0]
        ranks = {}
        for model, part in PARTS.items():
            # The cashier need not have rights on arrears; nothing of them is shown.
            for charge in self.env[model].sudo().search([("move_line_id", "in", debts.ids)]):
                order = allocation.ORDERS[charge.company_id.arrears_allocation_order]
                rank = order.index(part)
                if days and not charge._is_met_by(min(days)):
                    rank = len(order)
                ranks[self.browse(charge.move_line_id.id)] = rank
        return ranks


def _put_in_order(plan, ranks):
    """Sort the ranked lines of a plan among the places they have; the others keep theirs."""
    lines = plan["amls"]
    ranked = iter(sorted((line for line in lines if line in ranks), key=ranks.get))
    plan["amls"] = lines.browse([next(ranked).id if line in ranks else line.id for line in lines])
    for node in plan.get("nodes", ()):
        _put_in_order(node, ranks)
