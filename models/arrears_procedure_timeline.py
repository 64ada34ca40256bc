"""The ladder of a procedure with real days, for an example premium that nobody pays."""

from dataclasses import replace
from datetime import timedelta

from odoo import api, fields, models

from ..law import collection_fee, collector, cover, timeline
from ..law.parameters import DECREED_HOLIDAYS
from .arrears_item_ladder import to_decimal
from .arrears_notice_make import STATED_DAY_MARGIN
from .insurance_policy import OFFICE_ROLES

EXAMPLE_PREMIUM = 50.0
DAY = timedelta(days=1)


class ArrearsProcedure(models.Model):
    _inherit = "arrears.procedure"

    # An example, for the eye only: nothing of it is stored.
    example_due_date = fields.Date(
        string="Premium due on",
        compute="_compute_example_due_date",
        readonly=False,
        help="The days below are worked out from this one.",
    )
    example_premium = fields.Float(
        string="Amount of it", digits="Account", compute="_compute_example_premium", readonly=False
    )
    example_debtor_type = fields.Selection(
        [("consumer", "Consumer"), ("business", "Business")],
        string="Customer",
        compute="_compute_example_debtor_type",
        readonly=False,
    )
    example_office_role = fields.Selection(
        OFFICE_ROLES, string="Role", compute="_compute_example_office_role", readonly=False
    )
    timeline_html = fields.Html(
        string="What a customer meets", compute="_compute_timeline_html", sanitize=False
    )

    # Each has its own compute: one that is filled in is not overwritten by that of another.

    @api.depends_context("arrears_day", "tz")
    def _compute_example_due_date(self):
        # A form shows what happens from now on; whoever walks through days says which one it is.
        today = self.env.context.get("arrears_day") or fields.Date.context_today(self)
        self.example_due_date = today

    def _compute_example_premium(self):
        self.example_premium = EXAMPLE_PREMIUM

    @api.depends_context("company")
    @api.depends("company_id")
    def _compute_example_office_role(self):
        for procedure in self:
            procedure.example_office_role = procedure._get_example_company().arrears_office_role

    @api.depends("debtor_type")
    def _compute_example_debtor_type(self):
        for procedure in self:
            procedure.example_debtor_type = procedure.debtor_type or "consumer"

    @api.depends_context("company", "lang", "uid")
    @api.depends(
        *("company_id", "collected_by", "insurer_id", "line_of_business", "advance_days"),
        *("example_due_date", "example_premium", "example_debtor_type", "example_office_role"),
        *("stage_ids.sequence", "stage_ids.name", "stage_ids.kind", "stage_ids.date_from"),
        *("stage_ids.date_until", "stage_ids.delay_days", "stage_ids.delay_unit"),
        *("stage_ids.minimum_amount", "stage_ids.charges_fee", "stage_ids.names_suspension"),
        *("stage_ids.automatic", "stage_ids.asks_call"),
    )
    def _compute_timeline_html(self):
        for procedure in self:
            procedure.timeline_html = self.env["ir.qweb"]._render(
                "premium_arrears.procedure_timeline", procedure._prepare_timeline()
            )

    # === FACTS === #

    def _get_example_company(self):
        return self.company_id or self.env.company

    def _get_timeline(self):
        """Return the stages of the example with their ``law.timeline`` Steps, in order.

        :raise TypeError, ValueError: when a stage that is being filled in is not possible
        """
        self.ensure_one()
        stages = self._get_stages_on(self.example_due_date + DAY)
        rules = (replace(stage._to_law(), code=str(place)) for place, stage in enumerate(stages))
        steps = timeline.steps(
            self.example_due_date,
            to_decimal(self.example_premium),
            tuple(rules),
            self._get_practice(),
            self.collected_by,
        )
        return [(stages[int(step.stage)], step) for step in steps]

    def _get_practice(self):
        """Return what the office adds to the law, as ``law.timeline`` works with it."""
        company = self._get_example_company()
        return timeline.Practice(
            channel="post",
            quiet_days=company.arrears_quiet_days,
            safety_days=company.arrears_post_safety_days,
            margin_days=STATED_DAY_MARGIN.days,
            rests=company.arrears_rest_days,
            extra_holidays=DECREED_HOLIDAYS,
        )

    def _make_example_policy(self):
        """Return the policy of the example, in memory only."""
        insurer = self.insurer_id or self.env["res.partner"].new({"is_insurer": True})
        return self.env["insurance.policy"].new(
            {
                "company_id": self._get_example_company().id,
                "insurer_id": insurer,
                "line_of_business": self.line_of_business or "other",
                "office_role": self.example_office_role or "intermediary",
            }
        )

    def _make_example_case(self, policy):
        return self.env["arrears.case"].new(
            {
                "company_id": policy.company_id.id,
                "creditor_id": policy.insurer_id,
                "debtor_type": self.example_debtor_type or "consumer",
            }
        )

    def _get_example_fee(self, stage, step):
        """Return what a step charges: (euros with VAT, due at once), or the reason why nothing.

        :return: a pair, or "unregistered" or "consumer"
        """
        policy = self._make_example_policy()
        case = self._make_example_case(policy)
        if not collector.may_cause_fee(policy._law_collector(), step.received_on)[0]:
            return "unregistered"
        if not case._can_be_charged(stage.kind):
            return "consumer"
        claims = [collection_fee.Claim("example", to_decimal(self.example_premium))]
        fee = self.env["arrears.fee"]._explain(case, stage.kind, claims, step.received_on, {})
        vat = self.env["arrears.notice"]._get_fee_vat(case, fee, step.day)
        return fee.amount + vat, case._owes_fee_at_once(stage.kind)

    def _get_example_suspension(self, stage, step, final):
        """Return the first day without cover after a notice, and what stands in the way of it.

        :param final: Step of the final notice that follows, or None
        :return: (day or None, codes of ``law.cover.suspension_blockers``)
        """
        policy = self._make_example_policy()
        opened_on = self.example_due_date + DAY
        rule = self.env["insurance.cover.rule"]._choose([(policy, opened_on)])[policy, opened_on]
        final_last_day = final and final.last_day
        start = cover.earliest_suspension(step.last_day, rule, final_last_day)
        facts = cover.SuspensionFacts(
            line_of_business=policy.line_of_business,
            premium_kind="follow_up",
            due_date=self.example_due_date,
            notice_sent_on=step.day,
            notice_received_on=step.received_on,
            notice_names_suspension=stage.names_suspension,
            notice_in_writing_allowed=True,
            last_day=step.last_day,
            amount_open=to_decimal(self.example_premium),
            on_hold=False,
            arrangement_active=False,
            office_role=policy.office_role,
            rule=rule,
            final_last_day=final_last_day,
        )
        return start, cover.suspension_blockers(facts, start or step.last_day + DAY)

    # === ROWS === #

    def _prepare_timeline(self):
        """Return what the template shows: ``rows`` with day, title and texts, or a ``message``."""
        self.ensure_one()
        if not self.example_due_date:
            return {"rows": [], "message": self.env._("Fill in a day on which premium is due.")}
        try:
            found = self._get_timeline()
        except (TypeError, ValueError):
            message = self.env._(
                "The days cannot be told like this: a stage is not complete, or not possible when "
                "the insurer collects the premium."
            )
            return {"rows": [], "message": message}
        rows = [self._prepare_due_row(), *self._prepare_step_rows(found)]
        if self.advance_days > 0:
            rows.insert(0, self._prepare_advance_row())
        return {"rows": rows, "message": "" if found else self._describe_no_stages()}

    def _prepare_step_rows(self, found):
        rows, decided = [], False
        for place, (stage, step) in enumerate(found):
            later = [one for _stage, one in found[place + 1 :] if one.kind == "final_notice"]
            row = {
                "kind": stage.kind,
                "day": self._timeline_day(step.day),
                "title": stage.name or self._timeline_kind(stage),
                "texts": self._describe_step(stage, step, later[0] if later else None, decided),
            }
            rows.append(row)
            decided = decided or stage.kind == "handover"
        return rows
