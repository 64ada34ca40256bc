"""A stretch of days without cover: suspended for unpaid premium, and resumed after payment."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class InsuranceCoverageGap(models.Model):
    _name = "insurance.coverage.gap"
    _description = "Coverage Gap"
    _order = "start desc, id desc"
    _rec_name = "start"

    policy_id = fields.Many2one(
        "insurance.policy", required=True, index=True, ondelete="restrict", readonly=True
    )
    company_id = fields.Many2one(related="policy_id.company_id", store=True, index=True)
    start = fields.Date(required=True, readonly=True, help="First day without cover.")
    resume = fields.Date(
        string="Resumed on",
        readonly=True,
        help="First day with cover again; empty while the cover is suspended.",
    )
    case_id = fields.Many2one(
        "arrears.case", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    source = fields.Selection(
        [
            ("notice", "Our own notice"),
            ("insurer", "Told by the insurer"),
            ("opening", "Taken over from before"),
        ],
        required=True,
        readonly=True,
        default="notice",
        help="Who decided that the cover stopped.",
    )
    notice_id = fields.Many2one(
        "arrears.notice",
        index="btree_not_null",
        ondelete="restrict",
        readonly=True,
        help="The written notice that named the suspension (article 7:934 Civil Code).",
    )
    # A gap tells the customer once that cover stopped and once that it is back.
    suspended_notice_id = fields.Many2one(
        "arrears.notice",
        string="Letter about the suspension",
        index="btree_not_null",
        ondelete="restrict",
        readonly=True,
    )
    resumed_notice_id = fields.Many2one(
        "arrears.notice",
        string="Letter about the resumption",
        index="btree_not_null",
        ondelete="restrict",
        readonly=True,
    )
    why = fields.Json(readonly=True)

    # A gap that was taken back keeps its row: it resumes on the day it starts, and holds no day.
    _resume_not_before_start = models.Constraint(
        "CHECK (resume IS NULL OR resume >= start)",
        "Cover cannot be resumed before the day it was suspended.",
    )
    _one_open_gap = models.UniqueIndex(
        "(policy_id) WHERE resume IS NULL", "The cover of this policy is suspended already."
    )

    @api.constrains("start", "resume")
    def _check_overlap(self):
        """Refuse two gaps of one policy that share a day."""
        others = self.search([("policy_id", "in", self.policy_id.ids)])
        by_policy = others.grouped("policy_id")
        for gap in self:
            for other in by_policy.get(gap.policy_id, self.browse()) - gap:
                if gap._overlaps(other):
                    raise ValidationError(
                        self.env._(
                            "Policy %(policy)s: the suspension from %(start)s overlaps the one "
                            "from %(other)s.",
                            policy=gap.policy_id.name,
                            start=gap.start,
                            other=other.start,
                        )
                    )

    @api.model
    def _open(self, vals_list):
        """Record suspensions: the gaps, the policies' cover and the history of their cases.

        :param vals_list: values as ``insurance.policy._prepare_gap_vals`` makes them
        :return: the gaps
        """
        gaps = self.create(vals_list)
        gaps.policy_id.write({"coverage_state": "suspended"})
        gaps._record_history("suspended")
        return gaps

    def _record_history(self, event, reason=False):
        """Add a row to the history of each gap's case, on the day it starts or resumes."""
        self.env["arrears.case.history"]._record_each(
            [
                {
                    **gap._prepare_history_vals(
                        event, gap.resume if event == "resumed" else gap.start
                    ),
                    "reason": reason,
                }
                for gap in self
                if gap.case_id
            ]
        )

    def _prepare_history_vals(self, event, day):
        self.ensure_one()
        return {
            "case_id": self.case_id.id,
            "event": event,
            "day": day,
            "policy_id": self.policy_id.id,
            "notice_id": self.notice_id.id,
        }

    def _is_open(self):
        """Tell whether one of these gaps has no day of resumption yet."""
        return any(not gap.resume for gap in self)

    def _holds_a_day(self):
        """Tell whether there is a day without cover in this gap; one taken back holds none."""
        self.ensure_one()
        return not self.resume or self.resume > self.start

    def _get_named_credit_days(self, premiums, at_risk):
        """Return when the premiums that the notice of this gap named were credited.

        :param premiums: what ``insurance.policy._premiums_by_credit_day`` has of the policy
        :param at_risk: ``arrears.item._get_follow_up_policies`` of its items and perhaps more
        :return: list of days, None for what is open; of a gap without a notice [None]
        """
        self.ensure_one()
        if not self.notice_id or self.notice_id.kind == "policy_ended":
            return [None]  # whoever decided it knows the ground
        return [
            premiums[item.move_line_id][1]
            for item in self.notice_id.line_ids.item_id
            if self.policy_id in at_risk[item] and item.move_line_id in premiums
        ]

    def _overlaps(self, other):
        """Tell whether the half-open intervals [start, resume) of two gaps share a day."""
        self.ensure_one()
        return (self.resume is False or other.start < self.resume) and (
            other.resume is False or self.start < other.resume
        )

    def _undo(self, day, reason):
        """Take these gaps back: the rows stay, and hold no day any more, as if they never were.

        :param day: business day
        :param reason: why, for the history
        """
        undone = self.filtered(lambda gap: gap._holds_a_day())
        for gap in undone:
            gap.resume = gap.start
        self.env["arrears.case.history"]._record_each(
            [
                {**gap._prepare_history_vals("resumed", day), "reason": reason}
                for gap in undone
                if gap.case_id
            ]
        )
        undone.policy_id._look_again_at_terms()
        for company in undone.company_id:
            self.env["insurance.policy"]._refresh_coverage(day, company)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_recorded(self):
        raise ValidationError(
            self.env._("A coverage gap is kept as evidence: it can be resumed, not deleted.")
        )
