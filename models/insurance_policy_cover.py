"""Cover of a policy: in force, at risk, suspended, ended; and on which days there was none."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..law import collector, cover
from ..law.resumption import had_ground, resume_day
from .arrears_stage import STATUTORY_KINDS

COVERAGE_STATES = [
    ("in_force", "In force"),
    ("at_risk", "At risk"),
    ("suspended", "Suspended"),
    ("ended", "Ended"),
]


class InsurancePolicy(models.Model):
    _inherit = "insurance.policy"

    # A projection of gaps, notices and payments on the day of the last run: _refresh_coverage().
    coverage_state = fields.Selection(
        COVERAGE_STATES,
        string="Cover",
        required=True,
        readonly=True,
        default="in_force",
        index=True,
        copy=False,
    )
    gap_ids = fields.One2many("insurance.coverage.gap", "policy_id", readonly=True)

    def covered_on(self, day):
        """Tell whether this policy gave cover on a day.

        :param day: date (or ISO string, as remote callers send it)
        :return: True when the policy ran on that day and the day lies in no gap
        """
        self.ensure_one()
        try:
            day = fields.Date.to_date(day)
        except (TypeError, ValueError):
            day = None
        if not day:
            raise UserError(self.env._("Policy %s, day: a date is expected.", self.name))
        if (self.start_date and day < self.start_date) or (self.end_date and day >= self.end_date):
            return False
        # Cover is told to every reader of the policy, whatever rights they have on gaps.
        return cover.covered_on(
            [(gap.start, gap.resume or None) for gap in self.sudo().gap_ids], day
        )

    def _law_collector(self):
        """Return who asks for this policy's premium, as ``law.collector`` judges it."""
        self.ensure_one()
        company = self.company_id
        registered = company.arrears_register_number
        return collector.Collector(
            kind="creditor" if self.creditor == "office" else self.office_role,
            registered_from=company.arrears_register_from or None if registered else None,
            registration_number=registered or "",
            checked_on=company.arrears_register_checked_on or None,
        )

    def _suspend(self, start, notice, why):
        """Record that the cover of these policies is suspended from ``start``.

        :param start: first day without cover
        :param notice: the written notice that named it
        :param why: the facts, as they are stored
        """
        return self.env["insurance.coverage.gap"]._open(
            [policy._prepare_gap_vals(start, notice, why) for policy in self]
        )

    def _prepare_gap_vals(self, start, notice, why):
        self.ensure_one()
        return {
            "policy_id": self.id,
            "case_id": notice.case_id.id,
            "start": start,
            "notice_id": notice.id,
            "why": why,
        }

    def _resume_paid(self):
        """Resume the cover of suspended policies of which every overdue premium was credited.

        A gap only gets shorter, also one that is over: when money turns out to have been credited
        earlier than was booked. Without a ground it holds no day. Where the rule of cover asks for
        it, the fees and interest that were due count as well. Cover that the insurer stopped
        itself comes back when the insurer says so.
        """
        gaps = self.gap_ids.filtered(lambda gap: gap._holds_a_day() and gap.source != "insurer")
        premiums = gaps.policy_id._premiums_by_credit_day()
        charges = gaps.filtered("resume_includes_costs").policy_id._charges_by_credit_day()
        at_risk = gaps.notice_id.line_ids.item_id._get_follow_up_policies()
        resumed, groundless = gaps.browse(), gaps.browse()
        for gap in gaps:
            paid = premiums[gap.policy_id]
            costs = charges[gap.policy_id] if gap.resume_includes_costs else ()
            if not had_ground(gap.start, gap._get_named_credit_days(paid, at_risk)):
                groundless |= gap
            resume = gap.start if gap in groundless else resume_day(gap.start, paid.values(), costs)
            # What has ended does not come back by paying: see insurance.termination.revive.
            shorter = resume and (not gap.resume or resume < gap.resume)
            if shorter and gap.policy_id._may_be_back_on(resume):
                gap.resume = resume
                resumed |= gap
        resumed._record_history("resumed")
        groundless.policy_id._look_again_at_terms()

    def _look_again_at_terms(self):
        """Let the next run look again at the notices about these policies whose term has ended.

        They led to nothing while the cover was suspended already, by a suspension that is undone.
        """
        items = self.env["arrears.item"].search(
            [("policy_ids", "in", self.ids), ("settled_on", "=", False)]
        )
        notices = items.notice_line_ids.notice_id.filtered(
            lambda notice: (
                notice.settled
                and notice.state == "sent"
                and notice.kind in STATUTORY_KINDS
                and notice._still_open_items() & items
            )
        )
        notices.settled = False

    def _premiums_by_credit_day(self):
        """Return per policy its premiums: dict from receivable line to (due date, credit day).

        The credit day is that of the last part, or None while anything is open.
        """
        lines = self.env["account.move.line"].search(
            Domain("move_id.invoice_line_ids.insurance_policy_id", "in", self.ids)
            & Domain("move_id.move_type", "=", "out_invoice")
            & Domain("parent_state", "=", "posted")
            & Domain("account_type", "=", "asset_receivable")
            & Domain("date_maturity", "!=", False)
        )
        credits = self.env["account.move.line"]._get_credits(lines.ids)
        found = {policy: {} for policy in self}
        for line in lines:
            paid = max((day for day, _amount in credits[line.id]), default=line.date_maturity)
            row = (line.date_maturity, None if line.amount_residual > 0 else paid)
            for policy in line.move_id.invoice_line_ids.insurance_policy_id & self:
                found[policy][line] = row
        return found

    @api.model
    def _get_warned(self, company):
        """Return the policies whose cover an unpaid premium can cost, of which a notice told."""
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT l.item_id
                  FROM arrears_notice_line l
                  JOIN arrears_notice n ON n.id = l.notice_id
                  JOIN arrears_item i ON i.id = l.item_id AND i.cycle = l.cycle
                 WHERE l.live AND n.names_suspension AND i.settled_on IS NULL
                   AND l.company_id = %s
                """,
                company.id,
            )
        )
        items = self.env["arrears.item"].browse(id_ for (id_,) in rows)
        # Of many thousands only the columns that decide.
        items.fetch(["move_line_id"])
        items.move_line_id.fetch(["move_id"])
        lines = items._premium_lines()
        lines.insurance_policy_id.fetch(["line_of_business", "coverage_state"])
        return items._policies_at_risk(lines)

    @api.model
    def _refresh_coverage(self, day, company):
        """Bring the stored cover of a company's policies in line with ``day``."""
        mine = Domain("company_id", "=", company.id)
        suspended = self.env["insurance.coverage.gap"].search(
            mine
            & Domain("start", "<=", day)
            & (Domain("resume", "=", False) | Domain("resume", ">", day))
        )
        ended = self.search(mine & Domain("end_date", "!=", False) & Domain("end_date", "<=", day))
        states = {"ended": ended, "suspended": suspended.policy_id - ended}
        at_risk = self._get_warned(company) | self._get_listed_at_risk(company)
        states["at_risk"] = at_risk - ended - suspended.policy_id
        special = self.union(*states.values())
        not_in_force = self.search(mine & Domain("coverage_state", "!=", "in_force"))
        states["in_force"] = not_in_force - special
        for state, policies in states.items():
            policies.filtered(lambda p, s=state: p.coverage_state != s).write(
                {"coverage_state": state}
            )
