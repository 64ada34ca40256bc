"""Was there cover on a day: the facts of policies for ``law.cover_answer``, and its answer."""

from datetime import date

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..law import cover_answer
from ..law.checks import FIRST_YEAR, LAST_YEAR


class InsurancePolicy(models.Model):
    _inherit = "insurance.policy"

    def coverage_on(self, day):
        """Tell whether this policy gave cover on a day, and why.

        :param day: date (or ISO string, as remote callers send it)
        :return: dict of plain values: ``covered`` (bool), ``certain`` (False: somebody has to look
            further, the reason says where), ``answer`` (code of ``law.cover_answer``), ``also``
            (codes that hold beside it), ``reason`` (in words, in the user's language), ``from`` and
            ``until`` (first and last day of the stretch around the day, False: no limit is known),
            ``policy`` (id), ``notice`` (id of the notice it rests on, or False) and
            ``liability_until`` (last day on which injured third parties are covered although the
            policy gives no cover; False: not a vehicle, or no end in sight since RDW was not told)
        :raise UserError: when ``day`` is no date
        :raise AccessError: for a policy that the user may not read
        """
        self.ensure_one()
        return self.coverages_on(day)[0]

    def coverages_on(self, day):
        """Return ``coverage_on`` of each of these policies, in their order.

        The number of queries does not grow with the number of policies.
        """
        answers = self._coverage_answers(self._to_claim_day(day))
        return [
            {
                "covered": found.covered,
                "certain": found.certain,
                "answer": found.code,
                "also": list(found.also),
                "reason": " ".join(policy._get_answer_words(found)),
                "from": found.first or False,
                "until": found.last or False,
                "policy": policy.id,
                "notice": policy._get_answer_notice(found).id,
                "liability_until": (found.liability and found.liability.until) or False,
            }
            for policy, found in answers.items()
        ]

    def _to_claim_day(self, day):
        """Return a date or ISO string as a date; refuse anything else, naming what was given."""
        try:
            found = fields.Date.to_date(day)
        except (TypeError, ValueError):
            found = None
        if not found or not FIRST_YEAR <= found.year <= LAST_YEAR:
            raise UserError(
                self.env._(
                    "Day %(day)s: a date from %(first)s to %(last)s is expected.",
                    day=day,
                    first=FIRST_YEAR,
                    last=LAST_YEAR,
                )
            )
        return found

    def _coverage_answers(self, day):
        """Return the law's answer per policy: dict from policy to ``law.cover_answer.Answer``."""
        facts = self._coverage_facts()
        return {policy: cover_answer.answer(facts[policy], day) for policy in self}

    def _coverage_facts(self):
        """Return what is known of the cover of these policies, all days together.

        :return: dict from policy to ``law.cover_answer.PolicyFacts``
        """
        self.check_access("read")
        # Cover is told to every reader of the policy, whatever rights they have on gaps, notices
        # and invoices.
        service = self.sudo()
        warnings = service._get_warned_facts()
        premiums = service._get_premium_facts()
        facts = {}
        for policy, mine in zip(self, service, strict=True):
            end = _clamp(mine.end_date)
            facts[policy] = cover_answer.PolicyFacts(
                start=_clamp(mine.start_date),
                end=end,
                office_role=mine.office_role,
                suspensions=tuple(gap._to_law() for gap in mine.gap_ids),
                warnings=tuple(warnings.get(mine, ())),
                premiums=tuple(premiums.get(mine, ())),
                vehicle=mine._is_vehicle(),
                end_told_on=mine.rdw_notice_ids._get_told_on("ended", mine.end_date),
            )
        return facts

    def _get_warned_facts(self):
        """Return per policy the notices that named suspension, one fact per premium in them."""
        lines = self.env["arrears.notice.line"].search(
            Domain("item_id.policy_ids", "in", self.ids)
            & Domain("live", "=", True)
            & Domain("notice_id.names_suspension", "=", True)
            & Domain("notice_id.sent_on", "!=", False)
            & Domain("notice_id.last_day", "!=", False)
        )
        policies = lines.item_id._get_follow_up_policies()
        found = {}
        for line in lines:
            item, notice = line.item_id, line.notice_id
            fact = cover_answer.Warned(
                sent_on=notice.sent_on,
                last_day=notice.last_day,
                # What a notice of an earlier cycle asked for was paid before the item opened again.
                paid_on=(
                    item.settled_on or None
                    if line.cycle == item.cycle
                    else min(notice.last_day, item.restarted_on or notice.last_day)
                ),
                key=str(notice.id),
            )
            for policy in policies[item] & self:
                found.setdefault(policy, []).append(fact)
        return found

    def _get_premium_facts(self):
        """Return per policy its first premiums and amendments: when due and when credited."""
        lines = self.env["account.move.line"].search(
            Domain("insurance_policy_id", "in", self.ids)
            & Domain("insurance_premium_kind", "in", ("first", "amendment"))
            & Domain("parent_state", "=", "posted")
            & Domain("move_id.move_type", "=", "out_invoice")
        )
        paid = lines.move_id._get_receivable_credits()
        found = {}
        for line in lines:
            for receivable, credits in paid.get(line.move_id, {}).items():
                fact = cover_answer.Premium(
                    line.insurance_premium_kind,
                    receivable.date_maturity,
                    _paid_on(receivable, credits),
                )
                found.setdefault(line.insurance_policy_id, []).append(fact)
        return found

    def _get_answer_gap(self, found):
        """Return the gap that an answer rests on; without one an empty recordset."""
        rests = found.code in ("suspended", "covered_hour_counts") and found.suspension
        return self.env["insurance.coverage.gap"].browse(int(rests.key) if rests else ())

    def _get_answer_notice(self, found):
        """Return the notice that an answer rests on; without one an empty recordset."""
        if gap := self._get_answer_gap(found):
            return gap.sudo().notice_id.with_env(self.env)
        return self.env["arrears.notice"].browse(int(found.warned.key) if found.warned else ())


class InsuranceCoverageGap(models.Model):
    _inherit = "insurance.coverage.gap"

    def _to_law(self):
        """Return this gap as the fact that ``law.cover_answer`` works with."""
        self.ensure_one()
        return cover_answer.Suspension(
            start=self.start,
            resume=self.resume or None,
            hour_counts=self.resumption == "hours_24",
            told_on=self._get_rdw_told_on(),
            key=str(self.id),
        )


class AccountMove(models.Model):
    _inherit = "account.move"

    def _get_receivable_credits(self):
        """Return the receivable lines of these invoices with what was credited on them.

        :return: dict from invoice to a dict from line to (day, Decimal) pairs, in order of day
        """
        lines = self.env["account.move.line"].search(
            Domain("move_id", "in", self.ids)
            & Domain("account_type", "=", "asset_receivable")
            & Domain("date_maturity", "!=", False),
            order="date_maturity, id",
        )
        credits = self.env["account.move.line"]._get_credits(lines.ids)
        found = {}
        for line in lines:
            found.setdefault(line.move_id, {})[line] = sorted(credits[line.id])
        return found


def _paid_on(receivable, credits):
    """Return the day on which a receivable line was credited in full, or None."""
    if receivable.amount_residual > 0:
        return None
    return max((day for day, _amount in credits), default=receivable.date_maturity)


def _clamp(day):
    """Return a day as the law takes it; one outside its years is moved to the nearest it knows."""
    return min(max(day, date(FIRST_YEAR, 1, 1)), date(LAST_YEAR, 12, 31)) if day else None
