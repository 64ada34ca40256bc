"""What the law asks about the policies behind an item: claims, fee, cover."""

from dataclasses import replace
from decimal import ROUND_DOWN, Decimal

from odoo import models

from ..law import collection_fee, collector
from .arrears_item_ladder import to_decimal


class ArrearsItem(models.Model):
    _inherit = "arrears.item"

    def _group_by_policy(self):
        """Return these items per policy, in their order; a collective invoice's under each."""
        found = {}
        for item in self:
            for policy in item.policy_ids:
                found[policy] = found.get(policy, self.browse()) | item
        return found

    def _premium_lines(self):
        """Return the invoice lines that carry these items' premiums, in one query."""
        return self.env["account.move.line"].search_fetch(
            [("move_id", "in", self.move_id.ids), ("insurance_policy_id", "!=", False)],
            ["move_id", "insurance_policy_id", "insurance_premium_kind", "price_total"],
        )

    def _get_premium_weights(self):
        """Return per invoice the premium of each policy on it, as Decimal, in one query."""
        weights = {}
        for line in self._premium_lines():
            shares = weights.setdefault(line.move_id, {})
            policy = line.insurance_policy_id
            shares[policy] = shares.get(policy, Decimal(0)) + to_decimal(line.price_total)
        return weights

    def _law_claims(self, amounts=None, weights=None):
        """Return what is open per policy, as the claims of one letter.

        A collective invoice has several policies on one receivable line: what is open is divided
        over them by their premium, to the cent.

        :param amounts: dict from item to the Decimal that is open; None takes what is open now
        :param weights: ``_get_premium_weights`` of these items and perhaps more; None reads it
        :return: list of ``law`` Claims, those of nothing left out
        """
        if weights is None:
            weights = self._get_premium_weights()
        claims = []
        # What the insurer collects itself bears no fee of ours, nor counts for one.
        for item in self.filtered("move_line_id"):
            amount = to_decimal(item.amount_open) if amounts is None else amounts[item]
            for policy, share in _divide(amount, weights[item.move_id]).items():
                if share:
                    claims.append(collection_fee.Claim(str(policy.id), share))
        return claims

    def _may_cause_fee(self, day, collectors=None):
        """Tell whether the office may announce a fee over these items (Wki art. 18, 7:936).

        :param collectors: ``_law_collectors`` of these items and perhaps more; None reads it
        """
        if any(item.source == "insurer_list" for item in self):
            return False  # the insurer collects: the office only helps
        if collectors is None:
            collectors = self._law_collectors()
        return all(
            collector.may_cause_fee(sender, day)[0] for item in self for sender in collectors[item]
        )

    def _law_collectors(self):
        """Return per item who asks for its premiums, one per policy, as ``law.collector`` judges.

        Each knows the first notice about that very premium that went out while the office was not
        registered, though it had to be, or of the first demand of an unregistered collector that
        it was handed over to: such a claim bears no fee and no interest (Wki art. 18).
        """
        self.notice_line_ids.notice_id.fetch(["sent_on", "state"])  # and not the texts
        found = {}
        for item in self:
            outside = item._get_unregistered_demand_on()
            demands = [
                notice.sent_on
                for notice in item.notice_line_ids.notice_id
                if notice.sent_on and notice.state in ("sent", "withdrawn")
            ]
            senders = [policy._law_collector() for policy in item.policy_ids]
            found[item] = [
                replace(
                    sender,
                    unregistered_demand_on=_first(
                        collector.first_unregistered_demand(sender, demands), outside
                    ),
                )
                for sender in senders
            ]
        return found

    def _policies_at_risk(self, lines=None):
        """Return the policies whose cover these items can cost: follow-up premiums, not health.

        :param lines: ``_premium_lines`` of these items, when they are known
        """
        found = self._policies_at_risk_by_item(lines)
        return self.env["insurance.policy"].union(*found.values())

    def _policies_at_risk_by_item(self, lines=None):
        """Return the policies whose cover each item can cost now; dict from item to policies."""
        return self._get_follow_up_policies(lines)

    def _get_follow_up_policies(self, lines=None):
        """Return the policies whose cover each item could cost, ended since or not.

        Follow-up premiums, not of basic health insurance (7:934 Civil Code).

        :param lines: ``_premium_lines`` of these items, when they are known
        :return: dict from item to policies
        """
        known = self._premium_lines() if lines is None else lines
        lines = known.filtered(
            lambda line: (
                line.insurance_premium_kind == "follow_up"
                and line.insurance_policy_id.line_of_business != "health_basic"
            )
        )
        by_move = lines.grouped("move_id")
        nothing = lines.browse()
        return {item: by_move.get(item.move_id, nothing).insurance_policy_id for item in self}


def _first(*days):
    """Return the earliest of days that may be missing."""
    return min((day for day in days if day), default=None)


def _divide(amount, weights):
    """Divide an amount over keys by weight, to the cent; the last key takes the rest."""
    total = sum(weights.values(), Decimal(0))
    shares, left = {}, amount
    for key, weight in list(weights.items())[:-1]:
        part = amount * weight / total if total else Decimal(0)
        shares[key] = min(max(part.quantize(Decimal("0.01"), ROUND_DOWN), Decimal(0)), left)
        left -= shares[key]
    shares[list(weights)[-1]] = left
    return shares
