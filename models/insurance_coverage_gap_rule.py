"""What a gap keeps of the rule of cover: when there is cover again, and whether the hour counts."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..law import cover, motor
from ..law.resumption import is_partial
from .insurance_cover_rule import RESUMPTIONS


class InsuranceCoverageGap(models.Model):
    _inherit = "insurance.coverage.gap"

    resumption = fields.Selection(
        RESUMPTIONS,
        string="Cover is back",
        required=True,
        readonly=True,
        default="next_day",
        help="By the rule of cover, counted from the day on which all that was due was credited.",
    )
    resume_includes_costs = fields.Boolean(
        string="Costs included",
        readonly=True,
        help="Also the collection fee and the interest that are due over this policy have to be "
        "credited before there is cover again.",
    )
    final_notice_id = fields.Many2one(
        "arrears.notice",
        index="btree_not_null",
        ondelete="restrict",
        readonly=True,
        help="The final notice whose term had to pass as well, by the rule of cover.",
    )
    is_resumption_partial = fields.Boolean(
        string="The hour counts",
        compute="_compute_is_resumption_partial",
        help="Cover came back 24 hours after the payment, so in the course of the day of "
        "resumption. Ask the bank for the hour before a loss on that day is refused.",
    )
    rdw_notice_ids = fields.One2many("insurance.rdw.notice", "gap_id", readonly=True)
    liability_until = fields.Date(
        string="Third parties covered until",
        compute="_compute_liability_until",
        help="Last day on which the insurer must still pay injured third parties (article 13 of "
        "the motor insurance act, WAM). Empty while RDW has not been told: no end is in sight.",
    )

    @api.depends("resumption", "start", "resume")
    def _compute_is_resumption_partial(self):
        for gap in self:
            gap.is_resumption_partial = bool(gap.start) and is_partial(
                gap.resumption, gap.start, gap.resume or None
            )

    @api.depends(
        "start", "resume", "rdw_notice_ids.state", "rdw_notice_ids.notified_on", "policy_id"
    )
    def _compute_liability_until(self):
        for gap in self:
            gap.liability_until = False
            # What RDW was told is no secret to whoever sees the policy.
            told = gap.sudo().rdw_notice_ids.filtered(
                lambda notice: notice.event == "suspended" and notice.state == "told"
            )[:1]
            if gap.policy_id._is_vehicle() and gap._holds_a_day():
                gap.liability_until = motor.liability_ends_on(
                    gap.start, told.notified_on or None, gap.resume or None
                )

    def _get_rdw_events(self, day):
        """Return what RDW has to hear of this gap up to ``day``; one taken back never was.

        :return: dict from (event, day of effect) to nothing that it corrects
        """
        self.ensure_one()
        if not self._holds_a_day():
            return {}
        events = {("suspended", self.start): False}
        if self.resume and self.resume <= day:
            events["resumed", self.resume] = False
        return events

    @api.constrains("start", "resume")
    def _check_resume(self):
        """Refuse a day of resumption before the suspension, in words."""
        for gap in self:
            if gap.resume and gap.resume < gap.start:
                raise ValidationError(
                    self.env._(
                        "Policy %(policy)s: cover that stopped on %(start)s cannot be back on "
                        "%(resume)s. The day of resumption is that day or a later one.",
                        policy=gap.policy_id.name,
                        start=gap.start,
                        resume=gap.resume,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        """Let each gap keep how its cover comes back, unless the caller tells it."""
        untold = [vals for vals in vals_list if "resumption" not in vals]
        kept = dict(zip(map(id, untold), self._get_resumptions(untold), strict=True))
        return super().create([{**kept.get(id(vals), {}), **vals} for vals in vals_list])

    @api.model
    def _get_resumptions(self, vals_list):
        """Return per gap how its cover comes back, by the rules of cover.

        By the rule on the first day without cover; never worse than the rule of the arrears that
        caused it, which the customer read in his notice.
        """
        policies = self.env["insurance.policy"].browse([vals["policy_id"] for vals in vals_list])
        notices = self.env["arrears.notice"].browse(
            [vals.get("notice_id") or False for vals in vals_list]
        )
        days = []
        for vals, policy, notice in zip(vals_list, policies, notices, strict=True):
            items = notice.sudo().line_ids.item_id.filtered(
                lambda item, p=policy: p in item.policy_ids
            )
            days.append({fields.Date.to_date(vals["start"]), *items.mapped("opened_on")})
        rules = self.env["insurance.cover.rule"]._choose(
            (policy, day) for policy, mine in zip(policies, days, strict=True) for day in mine
        )
        found = []
        for policy, mine in zip(policies, days, strict=True):
            kindest = cover.mildest(rules[policy, day] for day in mine)
            found.append(
                {
                    "resumption": kindest.resumption,
                    "resume_includes_costs": kindest.resume_includes_costs,
                }
            )
        return found

    def _describe_resumption(self):
        """Return in a sentence when the cover is back after this gap."""
        self.ensure_one()
        rules = self.env["insurance.cover.rule"]
        return rules._describe_resumption(self.resumption, self.resume_includes_costs)
