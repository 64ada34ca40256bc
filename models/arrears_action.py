"""What a run proposes for a case, why, and what became of it."""

from odoo import api, fields, models
from odoo.tools import format_date

from ..law import facts

# What waits for a person only when its stage says so; the others always do.
ENGINE_KINDS = ("fee", "suspend", "notice")
# What a hand-over or termination is to the ladder, by the state of its proposal.
DELIVERY_STATES = {"proposed": "queued", "done": "sent", "dismissed": "sent"}
SKIP_REASONS = [
    ("nothing_open", "Nothing is open any more"),
    ("not_due", "No longer due on this day"),
    ("on_hold", "On hold"),
    ("arrangement", "An arrangement was made"),
    ("superseded", "A later run looked at it afresh"),
    ("moved", "A colleague moved it to another stage"),
    ("credit_waits", "A payment or credit note waits to be matched"),
    ("test_mode", "Test mode: nothing follows for the customer"),
    ("term_moved", "The notice fell away, or its term moved"),
    ("unticked", "Unticked by a colleague"),
    ("postponed", "Postponed by a colleague"),
    ("locked", "Another process is at work on this case"),
    ("error", "It failed"),
]


class ArrearsAction(models.Model):
    _name = "arrears.action"
    _description = "Arrears Action"
    _check_company_auto = True
    _order = "run_id desc, id"
    _rec_name = "kind"

    run_id = fields.Many2one(
        "arrears.run", required=True, readonly=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="run_id.company_id", store=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(related="run_id.date", store=True)
    case_id = fields.Many2one(
        "arrears.case", required=True, readonly=True, index=True, ondelete="restrict"
    )
    partner_id = fields.Many2one(related="case_id.partner_id")
    kind = fields.Selection(
        [
            ("notice", "Send a notice"),
            ("fee", "Charge the fee"),
            ("suspend", "Suspend the cover"),
            ("handover", "Hand over to collection"),
            ("termination", "End the policy"),
        ],
        required=True,
        readonly=True,
    )
    stage_id = fields.Many2one("arrears.stage", required=True, readonly=True, ondelete="restrict")
    item_ids = fields.Many2many("arrears.item", readonly=True)
    policy_id = fields.Many2one("insurance.policy", readonly=True, ondelete="restrict")
    notice_id = fields.Many2one(
        "arrears.notice", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    amount = fields.Monetary(readonly=True, help="Premium open when this was proposed.")
    automatic = fields.Boolean(readonly=True)
    state = fields.Selection(
        [
            ("proposed", "Proposed"),
            ("done", "Done"),
            ("skipped", "Skipped"),
            ("dismissed", "Dismissed"),
            ("withdrawn", "Withdrawn"),
        ],
        required=True,
        readonly=True,
        default="proposed",
        index=True,
    )
    skip_reason = fields.Selection(SKIP_REASONS, readonly=True)
    skip_detail = fields.Char(readonly=True)
    decided_on = fields.Date(readonly=True)
    decided_by_id = fields.Many2one("res.users", readonly=True)
    decision_note = fields.Char(readonly=True)
    postponed_until = fields.Date(readonly=True)
    label = fields.Char(string="Step", compute="_compute_label")
    why = fields.Json(string="Facts", readonly=True)
    why_text = fields.Text(string="Why", compute="_compute_why_text")

    _one_step = models.UniqueIndex(
        "(case_id, stage_id, kind) WHERE state = 'proposed' AND kind NOT IN ('fee', 'suspend')",
        "This step is proposed for this case already.",
    )
    _one_fee = models.UniqueIndex(
        "(notice_id) WHERE kind = 'fee' AND state IN ('proposed', 'done')",
        "The fee of this notice was proposed already.",
    )
    _one_suspension = models.UniqueIndex(
        "(notice_id, policy_id) WHERE kind = 'suspend' AND state IN ('proposed', 'done')",
        "This suspension was proposed already.",
    )

    @api.depends("kind", "stage_id.name", "policy_id.name")
    def _compute_label(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for action in self:
            name = action.stage_id.name if action.kind == "notice" else kinds[action.kind]
            policy = action.policy_id.name
            action.label = f"{name}: {policy}" if policy else name

    @api.depends("why", "skip_reason")
    def _compute_why_text(self):
        for action in self:
            action.why_text = action._describe_why()

    def _to_law(self, day):
        """Return a hand-over or termination as a rung that was taken or is pending.

        :param day: day on which it was decided on, or proposed
        """
        self.ensure_one()
        return facts.NoticeFact(
            stage=str(self.stage_id.id),
            kind=self.kind,
            state=DELIVERY_STATES[self.state],
            sent_on=day if self.state != "proposed" else None,
            received_on=None,
            last_day=None,
        )

    def _describe_why(self):
        """Return in words why this step is taken, for the colleague who has to judge it."""
        self.ensure_one()
        why = self.why or {}
        if "last_day" in why:
            return self.env._(
                "Notice %(notice)s was received on %(received)s; its last day to pay, %(last)s, "
                "passed unpaid.",
                notice=why["notice"],
                received=self._format_day(why["received_on"]),
                last=self._format_day(why["last_day"]),
            )
        return "\n".join(
            self.env._(
                "%(reference)s: due on %(due)s, %(amount)s open; step due from %(day)s.",
                reference=row["reference"],
                due=self._format_day(row["due_date"]),
                amount=self.currency_id.format(float(row["amount_open"])),
                day=self._format_day(row["day"]),
            )
            for row in why.get("items", [])
        )

    def _format_day(self, text):
        return format_date(self.env, text)
