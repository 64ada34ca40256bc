"""A rule of cover: what an insurer's conditions make of suspension and return, by date."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ..law import cover
from .insurance_policy import LINES_OF_BUSINESS

RESUMPTIONS = [("next_day", "From the next day"), ("hours_24", "After 24 hours")]
# What decides for which arrears a rule is, and what it does to them.
DECIDING_FIELDS = frozenset(
    {
        "company_id",
        "insurer_id",
        "line_of_business",
        "date_from",
        "date_until",
        "suspend_after",
        "grace_days",
        "resumption",
        "resume_includes_costs",
    }
)


class InsuranceCoverRule(models.Model):
    _name = "insurance.cover.rule"
    _description = "Rule of Cover"
    _inherit = ["mail.thread"]
    _check_company_auto = True
    _order = "insurer_id, line_of_business, date_from desc, id desc"

    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    insurer_id = fields.Many2one(
        "res.partner",
        check_company=True,
        index="btree_not_null",
        domain=[("is_insurer", "=", True)],
        tracking=True,
        help="Empty: any insurer.",
    )
    line_of_business = fields.Selection(LINES_OF_BUSINESS, tracking=True, help="Empty: any line.")
    date_from = fields.Date(
        string="In force from",
        required=True,
        default=fields.Date.context_today,
        tracking=True,
        help="For what comes into arrears from this day on.",
    )
    date_until = fields.Date(
        string="In force until", tracking=True, help="Last day; empty while it is in force."
    )
    suspend_after = fields.Selection(
        [("formal_notice", "The 14-day notice"), ("final_notice", "The final notice")],
        string="Cover stops after",
        required=True,
        default="formal_notice",
        tracking=True,
        help="The 14-day notice that names the suspension is always the legal ground. With the "
        "final notice its term has to pass unpaid as well.",
    )
    grace_days = fields.Integer(
        string="Days more",
        default=0,
        tracking=True,
        help="Days on top of the last day to pay before the cover stops.",
    )
    resumption = fields.Selection(
        RESUMPTIONS,
        string="Cover is back",
        required=True,
        default="next_day",
        tracking=True,
        help="Counted from the day on which all that was due was credited.",
    )
    resume_includes_costs = fields.Boolean(
        string="Costs included",
        tracking=True,
        help="Cover is back only when the collection fee and the interest that are due over that "
        "policy were credited, too.",
    )
    description = fields.Text(string="In words", compute="_compute_description")

    _days_in_order = models.Constraint(
        "CHECK (date_until IS NULL OR date_until >= date_from)",
        "A rule of cover cannot end before it starts.",
    )
    _grace_not_negative = models.Constraint(
        "CHECK (grace_days >= 0)",
        "A rule of cover cannot take days off the term that the law gives.",
    )

    @api.depends("insurer_id", "line_of_business")
    def _compute_display_name(self):
        lines = dict(self._fields["line_of_business"]._description_selection(self.env))
        for rule in self:
            parts = filter(None, (rule.insurer_id.name, lines.get(rule.line_of_business)))
            rule.display_name = ", ".join(parts) or self.env._("All policies")

    @api.depends("suspend_after", "grace_days", "resumption", "resume_includes_costs")
    @api.depends_context("lang")
    def _compute_description(self):
        for rule in self:
            rule.description = rule._describe()

    # === GUARDS === #

    @api.constrains("company_id", "insurer_id", "line_of_business", "date_from", "date_until")
    def _check_overlap(self):
        """Refuse two rules for the same policies on one day."""
        others = self.search([("company_id", "in", self.company_id.ids)])
        by_key = others.grouped(lambda rule: rule._get_key())
        for rule in self:
            for other in by_key.get(rule._get_key(), self.browse()) - rule:
                if rule._shares_a_day(other):
                    raise ValidationError(
                        self.env._(
                            "Rule of cover %(rule)s: from %(start)s there is another rule for the "
                            "same insurer and line of business. End that one first, or choose "
                            "other days.",
                            rule=rule.display_name,
                            start=other.date_from,
                        )
                    )

    @api.constrains("insurer_id")
    def _check_insurer_id(self):
        for rule in self:
            if rule.insurer_id and not rule.insurer_id.is_insurer:
                raise ValidationError(
                    self.env._(
                        "Rule of cover: %s is not marked as an insurer. Tick “Insurer” on that "
                        "contact, or choose another one.",
                        rule.insurer_id.display_name,
                    )
                )

    def _get_key(self):
        self.ensure_one()
        return self.company_id, self.insurer_id, self.line_of_business

    def _shares_a_day(self, other):
        self.ensure_one()
        return (not self.date_until or other.date_from <= self.date_until) and (
            not other.date_until or self.date_from <= other.date_until
        )

    @api.model_create_multi
    def create(self, vals_list):
        default = self.env.company.id
        companies = self.env["res.company"].browse(
            {vals.get("company_id") or default for vals in vals_list}
        )
        before = self._get_running(companies)
        rules = super().create(vals_list)
        self._check_running(before)
        return rules

    def write(self, vals):
        before = self._get_running(self.company_id) if DECIDING_FIELDS & vals.keys() else {}
        result = super().write(vals)
        self._check_running(before)
        return result

    def unlink(self):
        before = self._get_running(self.company_id)
        result = super().unlink()
        self._check_running(before)
        return result

    @api.model
    def _get_running(self, companies):
        """Return the rule that each running arrears goes by: dict from (policy, day) to it."""
        # What is in arrears is looked at as a whole, whatever the manager may see of it.
        items = self.env["arrears.item"].sudo()
        pairs = {
            (policy, day)
            for day, policy in items._read_group(
                Domain("company_id", "in", companies.ids)
                & Domain("settled_on", "=", False)
                & Domain("policy_ids", "!=", False),
                ["opened_on:day", "policy_ids"],
            )
        }
        return self.sudo()._choose(pairs)

    @api.model
    def _check_running(self, before):
        """Refuse a change after which running arrears would go by another rule than they began."""
        after = self.sudo()._choose(set(before))
        changed = [pair for pair, rule in before.items() if after[pair] != rule]
        if changed:
            raise ValidationError(
                self.env._(
                    "What is in arrears keeps the rule of cover it started with; this change would "
                    "alter it for %(count)s policies, in arrears since up to %(day)s. End the rule "
                    "and make a new one that starts after that day.",
                    count=len({policy for policy, _day in changed}),
                    day=max(day for _policy, day in changed),
                )
            )

    # === WHICH RULE === #

    @api.model
    def _choose(self, wanted):
        """Return the rule that is in force for policies on days; the most specific one wins.

        Insurer and line of business go before the insurer, that before the line, that before a
        rule for all; without any it is the law alone.

        :param wanted: iterable of (policy, day) pairs, of any number of companies
        :return: dict from pair to ``law.cover.CoverRule``
        """
        return {pair: rule._to_law() for pair, rule in self._choose_records(wanted).items()}

    @api.model
    def _choose_records(self, wanted):
        """Return as ``_choose``, but the records; an empty one stands for the law alone."""
        wanted = set(wanted)
        companies = self.env["res.company"].union(*(policy.company_id for policy, _day in wanted))
        # A rule decides about cover for everybody, whoever looks.
        rules = companies.sudo().cover_rule_ids
        ranked = rules.sorted(lambda rule: (-rule._specificity(), rule.id))
        return {
            (policy, day): next((rule for rule in ranked if rule._fits(policy, day)), self.browse())
            for policy, day in wanted
        }

    def _specificity(self):
        self.ensure_one()
        return 2 * bool(self.insurer_id) + bool(self.line_of_business)

    def _fits(self, policy, day):
        self.ensure_one()
        return (
            self.company_id == policy.company_id
            and (not self.insurer_id or self.insurer_id == policy.insurer_id)
            and (not self.line_of_business or self.line_of_business == policy.line_of_business)
            and self.date_from <= day
            and (not self.date_until or day <= self.date_until)
        )

    def _to_law(self):
        """Return this rule as the law works with it; no record is the law alone."""
        if not self:
            return cover.LAW_ALONE
        self.ensure_one()
        return cover.CoverRule(
            suspend_after=self.suspend_after,
            grace_days=self.grace_days,
            resumption=self.resumption,
            resume_includes_costs=self.resume_includes_costs,
        )

    # === IN WORDS === #

    def _describe(self):
        """Return in two sentences what this rule does; no record tells the law alone."""
        # A form that is being filled in can hold what the law refuses.
        more = max(self.grace_days, 0)
        stop = self._describe_suspension(self.suspend_after == "final_notice", more)
        back = self._describe_resumption(self.resumption, self.resume_includes_costs)
        return f"{stop} {back}"

    @api.model
    def _describe_suspension(self, after_final, more):
        if after_final and more:
            text = self.env._(
                "Cover stops when the terms of the 14-day notice and of the final notice have "
                "passed, and %s more days.",
                more,
            )
        elif after_final:
            text = self.env._(
                "Cover stops when the terms of the 14-day notice and of the final notice have "
                "passed."
            )
        elif more:
            text = self.env._(
                "Cover stops when the term of the 14-day notice has passed, and %s more days.", more
            )
        else:
            text = self.env._("Cover stops when the term of the 14-day notice has passed.")
        return text

    @api.model
    def _describe_resumption(self, resumption, costs):
        """Return in a sentence when cover is back; also of a gap, which keeps its own."""
        hours = resumption == "hours_24"
        if hours and costs:
            text = self.env._(
                "It is back 24 hours after all overdue premium, collection fees and interest were "
                "credited."
            )
        elif hours:
            text = self.env._("It is back 24 hours after all overdue premium was credited.")
        elif costs:
            text = self.env._(
                "It is back on the day after all overdue premium, collection fees and interest "
                "were credited."
            )
        else:
            text = self.env._("It is back on the day after all overdue premium was credited.")
        return text
