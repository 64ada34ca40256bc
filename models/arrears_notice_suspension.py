"""Whose cover a notice allows to suspend on a day: article 7:934 Civil Code, rule by rule."""

from typing import NamedTuple

from odoo import models
from odoo.fields import Domain

from ..law import cover
from .arrears_item_ladder import to_decimal


class Verdict(NamedTuple):
    """What the law says about one policy of a notice: now, later, or neither; and why.

    ``final_notice``: the one that the rule of cover waits for, if it was sent.
    """

    now: bool
    later: bool
    why: dict
    final_notice: models.Model


class ArrearsNotice(models.Model):
    _inherit = "arrears.notice"

    def _get_suspendable(self, day, verdicts=None):
        """Return the policies whose cover each of these notices allows to suspend on ``day``.

        :param verdicts: ``_judge_suspensions`` of these notices on that day; None reads it
        :return: dict from notice to policies
        """
        if verdicts is None:
            verdicts = self._judge_suspensions(day)
        return {
            notice: self._select_policies(verdicts[notice], lambda verdict: verdict.now)
            for notice in self
        }

    def _get_later_suspensions(self, verdicts):
        """Return the notices that will allow a suspension which a rule of cover puts off."""
        return self.filtered(
            lambda notice: self._select_policies(verdicts[notice], lambda v: v.later and not v.now)
        )

    def _select_policies(self, verdicts, wanted):
        """Return the policies with a wanted verdict whose cover could still be suspended."""
        policies = self.env["insurance.policy"].union(
            *(policy for policy, verdict in verdicts.items() if wanted(verdict))
        )
        return policies.filtered(
            lambda policy: policy.coverage_state != "ended" and not policy.gap_ids._is_open()
        )

    def _judge_suspensions(self, day):
        """Return what the law says on ``day`` about each policy of these notices.

        Per premium that is still open, as ``law.cover`` reads it, by the rule of cover that was in
        force when that premium came into arrears.

        :return: dict from notice to a dict from policy to its Verdict
        """
        open_items = {notice: notice._still_open_items() for notice in self}
        all_items = self.env["arrears.item"].union(*open_items.values())
        lines = all_items._premium_lines().grouped("move_id")
        premiums = [
            (notice, items, line)
            for notice, mine in open_items.items()
            for (move, _day), items in mine.grouped(lambda i: (i.move_id, i.opened_on)).items()
            for line in lines.get(move, ())
        ]
        rules = self.env["insurance.cover.rule"]._choose(
            (line.insurance_policy_id, items[0].opened_on) for _notice, items, line in premiums
        )
        finals = all_items._get_final_notices()
        paused = self._get_paused(day)
        verdicts = {notice: {} for notice in self}
        for notice, items, line in premiums:
            policy = line.insurance_policy_id
            if not policy._runs_on(day):
                continue
            rule = rules[policy, items[0].opened_on]
            final = self.browse().union(*(finals[item] for item in items if item in finals))
            final = final.sorted("last_day")[:1]
            facts = notice._suspension_facts(items, line, rule, final, notice in paused)
            verdict = _judge(facts, final, day)
            known = verdicts[notice].get(policy)
            if not known or (verdict.now, verdict.later) > (known.now, known.later):
                verdicts[notice][policy] = verdict
        return verdicts

    def _suspension_facts(self, items, premium_line, rule, final, paused):
        """Return what ``law.cover`` asks about one premium on one invoice.

        :param rule: the rule of cover, of the law
        :param final: the final notice about it, or no record
        :param paused: a hold, an arrangement or a fresh term is in force
        """
        policy = premium_line.insurance_policy_id
        in_writing = self.channel == "post" or self.recipient_id._may_receive_electronic_notices(
            self.sent_on
        )
        return cover.SuspensionFacts(
            line_of_business=policy.line_of_business,
            premium_kind=premium_line.insurance_premium_kind,
            due_date=max(items.mapped("due_date")),
            notice_sent_on=self.sent_on or None,
            notice_received_on=self.received_on or None,
            notice_names_suspension=self.names_suspension,
            notice_in_writing_allowed=in_writing,
            last_day=self.last_day or None,
            amount_open=to_decimal(sum(items.mapped("amount_open"))),
            on_hold=paused,
            arrangement_active=bool(items.arrangement_id),
            office_role=policy.office_role,
            rule=rule,
            final_last_day=final.last_day or None,
        )


class ArrearsItem(models.Model):
    _inherit = "arrears.item"

    def _get_final_notices(self):
        """Return the final notices of these items in their cycles: dict from item to notices."""
        lines = self.env["arrears.notice.line"].search(
            Domain("item_id", "in", self.ids)
            & Domain("live", "=", True)
            & Domain("notice_id.kind", "=", "final_notice")
            & Domain("notice_id.state", "=", "sent")
            & Domain("notice_id.last_day", "!=", False)
        )
        current = lines.filtered(lambda line: line.cycle == line.item_id.cycle)
        return {item: mine.notice_id for item, mine in current.grouped("item_id").items()}


def _judge(facts, final, day):
    rule, blockers = facts.rule, set(cover.suspension_blockers(facts, day))
    waits = rule.suspend_after == "final_notice"
    why = {}
    if waits or rule.grace_days:
        why = {"suspend_after": rule.suspend_after, "grace_days": rule.grace_days}
    if waits and final:
        why |= {"final_notice": final.name, "final_last_day": str(final.last_day)}
    return Verdict(
        now=not blockers,
        later=blockers <= cover.LATER,
        why=why,
        final_notice=final if waits else final.browse(),
    )
