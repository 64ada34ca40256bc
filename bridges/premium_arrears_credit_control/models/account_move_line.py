"""Which receivable lines leave a run of credit control, and why."""

from odoo import models
from odoo.fields import Domain

# What the law says of an item that credit control may write about.
GOES = frozenset({"due", "not_due", "ladder_done", "notice_failed", "notice_withdrawn"})


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def _get_credit_control_obstacles(self, day):
        """Return why lines leave a run of credit control: dict from line to a reason.

        A premium leaves while its case has a ladder of its own, is on hold, in an arrangement,
        handed over, in a fresh term and so on; one that is in no case yet is taken up first. Of a
        customer who is on hold as a whole everything leaves.

        :param day: business day
        """
        service = self.sudo()  # holds and cases that this colleague may not see count too
        items = service.env["arrears.item"].search(
            [("move_line_id", "in", self.ids), ("settled_on", "=", False)]
        )
        reasons = dict.fromkeys(service._get_lines_of_held_debtors(day).ids, "on_hold")
        known = items.move_line_id
        reasons |= dict.fromkeys((service._filter_premium() - known).ids, "not_collected")
        levels = items._get_credit_levels()
        mapped = items.filtered(lambda item: levels[item])
        decisions = mapped._decide(day)
        credits = mapped.case_id._get_waiting_credits()
        for item in items:
            # Of a case with steps of its own the stored reason will do: it leaves anyhow.
            reason = decisions[item].reason if item in decisions else item.next_reason
            if item.case_id in credits:
                reason = "credit_waits"
            elif item not in mapped and (not reason or reason in GOES):
                reason = "own_ladder"
            if reason not in GOES:
                reasons[item.move_line_id.id] = reason
        return {line: reasons[line.id] for line in self if line.id in reasons}

    def _filter_premium(self):
        """Return the lines of invoices that have a premium of a policy on them."""
        groups = self.env["account.move.line"]._read_group(
            [("move_id", "in", self.move_id.ids), ("insurance_policy_id", "!=", False)],
            ["move_id"],
        )
        premium = self.env["account.move"].union(*(move for (move,) in groups))
        return self.filtered(lambda line: line.move_id in premium)

    def _get_lines_of_held_debtors(self, day):
        """Return the lines of customers who are on hold as a whole."""
        holds = self.env["arrears.hold"]
        active = holds._search_standing(
            holds._get_active_domain(day)
            & Domain("scope", "=", "debtor")
            & Domain("company_id", "in", self.company_id.ids)
            & Domain("partner_id", "in", self.partner_id.commercial_partner_id.ids)
        )
        held = {(hold.company_id, hold.partner_id) for hold in active}
        return self.filtered(
            lambda line: (line.company_id, line.partner_id.commercial_partner_id) in held
        )

    def _get_credit_policy(self):
        """Return the policy by which credit control reminds of this line, as it chooses it."""
        self.ensure_one()
        policy = (
            self.move_id.credit_policy_id
            or self.partner_id.credit_policy_id
            or self.company_id.credit_policy_id
        )
        works = policy.active and not policy.do_nothing and self.account_id in policy.account_ids
        return policy if works else policy.browse()
