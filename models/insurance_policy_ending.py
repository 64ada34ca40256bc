"""How a policy ends: why, and whether its conditions let unpaid premium be the reason."""

from odoo import api, fields, models
from odoo.exceptions import UserError

END_REASONS = [
    ("non_payment", "Non-payment"),
    ("customer", "Ended by the customer"),
    ("other", "Another reason"),
]


class InsurancePolicy(models.Model):
    _inherit = "insurance.policy"

    end_reason = fields.Selection(
        END_REASONS,
        copy=False,
        tracking=True,
        help="Non-payment is recorded by an approved termination only.",
    )
    conditions_allow_termination = fields.Selection(
        [("yes", "Yes"), ("no", "No")],
        string="Conditions name non-payment",
        help="Whether the conditions of this very policy name unpaid premium as a ground to end "
        "it. Empty: as recorded for the insurer and line of business.",
    )

    termination_ids = fields.One2many("insurance.termination", "policy_id", readonly=True)
    termination_state = fields.Selection(
        selection=lambda self: (
            self.env["insurance.termination"]._fields["state"]._description_selection(self.env)
        ),
        string="End for non-payment",
        compute="_compute_termination_state",
        help="Of the latest termination of this policy that was not withdrawn or refused.",
    )

    @api.depends("termination_ids.state")
    def _compute_termination_state(self):
        for policy in self:
            live = policy.termination_ids.filtered(
                lambda record: record.state not in ("withdrawn", "refused")
            )
            policy.termination_state = live.sorted("id")[-1:].state

    def action_prepare_termination(self):
        """Button: propose the end of this policy for non-payment, and show what was proposed."""
        terminations = self.env["insurance.termination"]
        terminations._check_manager()
        self.check_access("read")
        found = terminations._prepare(self, fields.Date.context_today(self))
        return terminations._get_window(found)

    # === THE CONDITIONS === #

    def _conditions_name_ground(self, day=None):
        """Tell whether the conditions of this policy name non-payment as a ground to end it.

        :param day: business day; today when it is not given
        :return: True only when somebody recorded that they do
        """
        self.ensure_one()
        return self in self._filter_conditions_name_ground(day or fields.Date.context_today(self))

    def _filter_conditions_name_ground(self, day):
        """Return the policies of which ``_conditions_name_ground`` holds, in one query."""
        rules = self.env["insurance.termination.rule"]._find(self, day)
        return self.filtered(
            lambda policy: (
                policy.conditions_allow_termination == "yes"
                or (not policy.conditions_allow_termination and rules[policy].names_ground)
            )
        )

    # === WHO MAY SAY WHY === #

    @api.model_create_multi
    def create(self, vals_list):
        self._check_end_reason(vals_list)
        return super().create(vals_list)

    def write(self, vals):
        # On an intermediary's policy the insurer decided, and a manager records what it told.
        manager = self.env.user.has_group("premium_arrears.group_manager")
        ours = self.filtered(lambda p: not manager or p.office_role != "intermediary")
        if ours or not self:
            self._check_end_reason([vals])
        by_hand = not self.env.su and {"end_date", "end_reason"} & vals.keys()
        if by_hand and (ended := ours.filtered(lambda p: p.end_reason == "non_payment")):
            raise UserError(
                self.env._(
                    "Policy %s ended for non-payment. It can run again from a later day: see its "
                    "termination.",
                    ended[0].name,
                )
            )
        return super().write(vals)

    @api.model
    def _check_end_reason(self, vals_list):
        """Refuse to record non-payment by hand: an end that others act upon needs two people."""
        if not self.env.su and any(vals.get("end_reason") == "non_payment" for vals in vals_list):
            raise UserError(
                self.env._(
                    "A policy ends for non-payment only by a termination that two people agreed "
                    "on. Use “Prepare termination” on the policy."
                )
            )

    def _may_be_back_on(self, day):
        """Tell whether paying can bring cover back on a day.

        Not after the end; and when a person let the policy run again, not before that day.
        """
        self.ensure_one()
        between = self.sudo().termination_ids.filtered(
            lambda record: record.revived_on and record.ended_on <= day < record.revived_on
        )
        return self._runs_on(day) and not between

    def _runs_on(self, day):
        """Tell whether this policy has not ended by ``day``."""
        self.ensure_one()
        return not self.end_date or day < self.end_date
