"""What a letter says of cover under the rules of cover: when it stops, and when it is back."""

from odoo import models

from ..law import cover
from .arrears_notice_text import LATER_KINDS


class ArrearsNotice(models.Model):
    _inherit = "arrears.notice"

    def _get_text_values(self):
        """Add when cover stops and is back: a row per rule, so that each policy reads its own."""
        values = super()._get_text_values()
        stops, returns = self._get_text_suspensions(), self._get_text_returns()
        return {
            **values,
            "suspensions": stops,
            "stops_by_law": not any(row["final"] or row["more_days"] for row in stops),
            "returns": returns,
            "returns_by_law": not any(row["hours"] or row["costs"] for row in returns),
        }

    def _get_words_of_cover(self):
        """Add whose cover stops soon, where a rule of cover put that off."""
        return {**super()._get_words_of_cover(), "stops_soon": self._join_stopping()}

    # === ROWS === #

    def _get_text_suspensions(self):
        """Return per way of stopping: whose cover, whether a final notice comes first, days more.

        ``policies`` is empty when there is one way for all.
        """
        ways = {}
        for policy, rule in self._get_cover_rules().items():
            key = (rule.suspend_after == "final_notice", rule.grace_days)
            ways[key] = ways.get(key, policy.browse()) | policy
        return [
            {
                "policies": self._join(policies) if len(ways) > 1 else "",
                "final": final,
                "more_days": self._format_days(days) if days else "",
            }
            for (final, days), policies in ways.items()
        ]

    def _get_text_returns(self):
        """Return per way of coming back: whose cover, whether after 24 hours, costs included."""
        ways = {}
        for policy, (resumption, costs) in self._get_resumptions().items():
            key = (resumption == "hours_24", costs)
            ways[key] = ways.get(key, policy.browse()) | policy
        return [
            {
                "policies": self._join(policies) if len(ways) > 1 else "",
                "hours": hours,
                "costs": costs,
            }
            for (hours, costs), policies in ways.items()
        ]

    def _format_days(self, days):
        """Return a number of days in words of the letter."""
        return self.env._("1 day") if days == 1 else self.env._("%s days", days)

    def _join_stopping(self):
        """Return the policies whose cover stops soon, each with the first day without it."""
        return self._join_texts(
            [
                self.env._(
                    "%(policy)s (from %(day)s)",
                    policy=self._policy_label(policy),
                    day=self._format_day(day, "d MMMM y"),
                )
                for policy, day in self._get_stopping().items()
            ]
        )

    # === FACTS === #

    def _get_cover_rules(self, policies=None):
        """Return the rule by which the cover of each policy at stake stops, as the law has it.

        The one of the day on which its premium came into arrears; of more such days the mildest.

        :param policies: other policies than those whose suspension this notice names
        :return: dict from policy to ``law.cover.CoverRule``
        """
        self.ensure_one()
        policies = self._policies_at_risk() if policies is None else policies
        days = {
            policy: set(
                self.line_ids.item_id.filtered(lambda i, p=policy: p in i.policy_ids).mapped(
                    "opened_on"
                )
            )
            - {False}
            for policy in policies
        }
        rules = self.env["insurance.cover.rule"]._choose(
            (policy, day) for policy, mine in days.items() for day in mine
        )
        return {
            policy: cover.mildest(rules[policy, day] for day in mine)
            for policy, mine in days.items()
        }

    def _get_resumptions(self):
        """Return per policy how its cover is back: (resumption, costs included).

        A gap keeps its own; before that the rule says it.
        """
        found = {
            policy: (rule.resumption, rule.resume_includes_costs)
            for policy, rule in self._get_cover_rules().items()
        }
        for gap in self._get_gaps():
            found[gap.policy_id] = (gap.resumption, gap.resume_includes_costs)
        return found

    def _get_stopping(self):
        """Return the policies whose cover an earlier notice announced to stop, and that still do.

        A rule of cover made it later than the term of that notice. The day is the first on which
        it can stop: never earlier than what happens.

        :return: dict from policy to day
        """
        self.ensure_one()
        earlier = self._get_earlier_formal_notice() if self.kind in LATER_KINDS else self.browse()
        if not earlier.last_day or self._is_sample():
            return {}
        policies = (earlier._policies_at_risk() & self.policy_ids).filtered(
            lambda policy: policy.office_role == "authorised_agent" and policy.covered_on(self.date)
        )
        final = self._get_term_of_final()
        days = {
            policy: cover.earliest_suspension(earlier.last_day, rule, final)
            for policy, rule in self._get_cover_rules(policies).items()
        }
        return {policy: day for policy, day in days.items() if day and day > self.date}

    def _get_covered_policies(self):
        """Leave out the policies whose cover stops soon: that is told of them."""
        return super()._get_covered_policies().filtered(lambda p: p not in self._get_stopping())

    def _get_term_of_final(self):
        """Return the last day of the final notice: this one or an earlier one; None without."""
        if self.kind == "final_notice":
            return self.stated_last_day
        finals = self.line_ids.item_id._get_final_notices().values()
        return min((notice.last_day for notices in finals for notice in notices), default=None)

    def _get_vehicles(self):
        """Return the vehicles' policies whose cover ends or has ended: the RDW hears of it."""
        self.ensure_one()
        policies = self._policies_at_risk()
        if self.kind in LATER_KINDS or self._is_message():
            policies |= self._get_gaps().policy_id | self._get_perhaps_stopped()
            policies |= policies.union(*self._get_stopping())
        return policies.filtered(lambda policy: policy._is_vehicle())

    # === COSTS THAT COVER WAITS FOR === #

    def _get_costly_policies(self):
        """Return the policies of which this message tells that their costs have to be paid too."""
        self.ensure_one()
        if self.kind != "cover_suspended":
            return self.env["insurance.policy"]
        return self.suspended_gap_ids.filtered("resume_includes_costs").policy_id

    def _get_booked_fees(self):
        """Add the fees that have to be paid before the cover of which this tells is back."""
        policies = self._get_costly_policies()
        fees = super()._get_booked_fees()
        return fees | self.case_id.fee_ids._still_owed().filtered(
            lambda fee: fee._get_policies() & policies
        )

    def _get_waited_interest(self):
        """Return the interest that has to be paid before the cover of which this tells is back."""
        policies = self._get_costly_policies()
        return self.case_id.interest_ids._still_owed().filtered(
            lambda interest: interest._get_policies() & policies
        )

    def _get_told_amount(self):
        amount = super()._get_told_amount()
        if not self._get_costly_policies():
            return amount
        costs = [*self._get_booked_fees(), *self._get_waited_interest()]
        return amount + sum(charge.amount_open for charge in costs)

    def _get_words_of_amounts(self):
        words = super()._get_words_of_amounts()
        if waited := self._get_waited_interest():
            words["interest"] = self._format_positive(sum(waited.mapped("amount_open")))
        return words
