"""Ending a policy for non-payment (royement): who proposed it, who approved it, from which day."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

LIVE_STATES = ("proposed", "approved", "announced")


class InsuranceTermination(models.Model):
    _name = "insurance.termination"
    _description = "Termination for Non-payment"
    _inherit = ["mail.thread", "arrears.approval"]
    _check_company_auto = True
    _mail_post_access = "read"
    _order = "proposed_on desc, id desc"
    _rec_name = "policy_id"

    policy_id = fields.Many2one(
        "insurance.policy", required=True, readonly=True, index=True, ondelete="restrict"
    )
    case_id = fields.Many2one(
        "arrears.case", required=True, readonly=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="case_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(related="policy_id.partner_id", store=True, index=True)
    insurer_id = fields.Many2one(related="policy_id.insurer_id", store=True)
    line_of_business = fields.Selection(related="policy_id.line_of_business")
    licence_plate = fields.Char(related="policy_id.licence_plate")
    action_id = fields.Many2one(
        "arrears.action",
        string="Proposed step",
        readonly=True,
        ondelete="restrict",
        help="The step of a run that this came from; empty when somebody began it at the policy.",
    )
    state = fields.Selection(
        [
            ("proposed", "Proposed"),
            ("approved", "Approved"),
            ("announced", "Announced"),
            ("ended", "Ended"),
            ("withdrawn", "Withdrawn"),
            ("refused", "Refused"),
        ],
        required=True,
        readonly=True,
        default="proposed",
        index=True,
        group_expand=True,
    )
    # What the conditions said when the letter was made.
    notice_months = fields.Integer(string="Months of notice", readonly=True)
    notice_days = fields.Integer(string="Days of notice", readonly=True)
    notice_period = fields.Char(string="Period of notice", compute="_compute_notice_period")
    stated_ends_on = fields.Date(string="Day named in the letter", readonly=True)
    ends_on = fields.Date(
        string="First day without insurance",
        readonly=True,
        index="btree_not_null",
        help="After the period of notice, which begins when the letter is received; never before "
        "the day that the letter names.",
    )
    ended_on = fields.Date(readonly=True, help="First day without insurance, once it has ended.")
    run_id = fields.Many2one(
        "arrears.run", string="Ended by", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    letter_id = fields.Many2one("arrears.notice", readonly=True, ondelete="restrict")
    letter_state = fields.Selection(related="letter_id.state", string="Letter is")
    letter_ids = fields.One2many(
        "arrears.notice", "termination_id", string="Letters", readonly=True
    )
    waits_for = fields.Char(
        string="Why it waits", readonly=True, help="What stood in the way; it needs a new letter."
    )
    closed_on = fields.Date(string="Withdrawn or refused on", readonly=True)
    closed_by_id = fields.Many2one("res.users", string="By", readonly=True, ondelete="restrict")
    reason = fields.Char(readonly=True, help="Why it was withdrawn, refused or undone.")
    revived_on = fields.Date(
        string="Runs again since", readonly=True, help="First day on which the policy runs again."
    )
    must_tell = fields.Boolean(
        readonly=True, help="The customer was told of the end, and not yet that it is off."
    )
    told_notice_id = fields.Many2one(
        "arrears.notice", string="Letter that it is off", readonly=True, ondelete="restrict"
    )

    _one_live = models.UniqueIndex(
        "(policy_id) WHERE state IN ('proposed', 'approved', 'announced')",
        "The end of this policy was proposed already.",
    )
    _ended_has_day = models.Constraint(
        "CHECK (state != 'ended' OR ended_on IS NOT NULL)", "What has ended has its day."
    )
    _two_people = models.Constraint(
        "CHECK (state NOT IN ('approved', 'announced', 'ended') OR approved_by_id IS NOT NULL "
        "AND approved_by_id != proposed_by_id)",
        "A termination is approved by another person than who proposed it.",
    )

    @api.depends("state", "notice_months", "notice_days", "policy_id")
    def _compute_notice_period(self):
        unannounced = self.filtered(lambda t: not t.stated_ends_on)
        rules = unannounced._get_periods(fields.Date.context_today(self))
        for termination in self:
            months, days = rules.get(
                termination, (termination.notice_months, termination.notice_days)
            )
            termination.notice_period = self._describe_period(months, days)

    @api.model
    def _describe_period(self, months, days):
        if months and days:
            return self.env._("%(months)s months and %(days)s days", months=months, days=days)
        if months == 1:
            return self.env._("1 month")
        if months:
            return self.env._("%s months", months)
        return self.env._("%s days", days) if days else self.env._("None: 14 days are left to pay")

    def _get_periods(self, day):
        """Return per termination the (months, days) of notice that hold on a day.

        Two months by law; the conditions of insurer and line of business may say otherwise.
        """
        rules = self.env["insurance.termination.rule"]
        found = rules._find(self.policy_id, day)
        default = rules.default_get(["notice_months"])["notice_months"]
        return {
            termination: (rule.notice_months, rule.notice_days)
            if (rule := found[termination.policy_id]).names_ground
            else (default, 0)
            for termination in self
        }

    @api.depends("policy_id.name", "partner_id.name")
    def _compute_display_name(self):
        for termination in self:
            termination.display_name = self.env._(
                "%(policy)s of %(customer)s",
                policy=termination.policy_id.name,
                customer=termination.partner_id.name,
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_recorded(self):
        raise UserError(self.env._("A termination is kept as evidence; withdraw it instead."))

    # === WHO MAY === #

    @api.model
    def _check_manager(self):
        """Refuse anybody but a manager, also when the engine works for him."""
        if not self.env.user.has_group("premium_arrears.group_manager"):
            raise AccessError(
                self.env._("A manager decides on the end of a policy; ask one of them.")
            )

    def _start_decision(self, day, states):
        """Check that a manager may decide on these on a day, and that they wait for it.

        :param day: business day, a date (or an ISO string)
        :param states: the states in which this can be decided
        :return: the day, and the terminations as the service that may write
        """
        self._check_manager()
        self.check_access("read")
        day = self.env["arrears.run"]._to_day(day)
        # Evidence: written by the service only, after the checks above.
        service = self.sudo().with_context(tracking_disable=True)
        service.lock_for_update()
        names = dict(self._fields["state"]._description_selection(self.env))
        for termination in service:
            if termination.state not in states:
                raise UserError(
                    self.env._(
                        "%(termination)s is “%(state)s”: that cannot be done now.",
                        termination=termination.display_name,
                        state=names[termination.state],
                    )
                )
        return day, service

    @api.model
    def _check_reason(self, reason):
        if not (reason or "").strip():
            raise UserError(self.env._("Why? Please give the reason; it is kept."))
        return reason.strip()

    # === HISTORY === #

    def _record_history(self, event, day, reason=False, amount=0.0):
        """Add a row to the history of the case of each of these terminations."""
        return self.env["arrears.case.history"]._record_each(
            [
                {
                    "case_id": termination.case_id.id,
                    "event": event,
                    "day": day,
                    "policy_id": termination.policy_id.id,
                    "notice_id": termination.letter_id.id,
                    "amount": amount,
                    "reason": reason,
                }
                for termination in self
            ]
        )
