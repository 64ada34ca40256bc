"""What a run proposes for a case, why, and what became of it."""

import logging

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..law import cover

_logger = logging.getLogger(__name__)

SKIP_REASONS = [
    ("nothing_open", "Nothing is open any more"),
    ("not_due", "No longer due on this day"),
    ("on_hold", "On hold"),
    ("superseded", "A later run looked at it afresh"),
    ("term_moved", "The notice fell away, or its term moved"),
    ("unticked", "Unticked by a colleague"),
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
    company_id = fields.Many2one(related="run_id.company_id", store=True, index=True)
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
    decision_note = fields.Char()
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

    @api.depends("why", "skip_reason")
    def _compute_why_text(self):
        for action in self:
            action.why_text = action._describe_why()

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

    # === PROPOSE === #

    @api.model
    def _propose_steps(self, run):
        """Bundle, per case, the items that are due for the same stage on the run's day."""
        due = self.env["arrears.item"].search(
            [
                ("company_id", "=", run.company_id.id),
                ("settled_on", "=", False),
                ("next_stage_id", "!=", False),
                ("next_step_date", "<=", run.date),
                ("case_id.state", "=", "open"),
            ]
        )
        due -= self.env["arrears.notice"]._get_items_to_mend(run)
        decisions = due._decide(run.date)
        pending = self._pending_steps(run.company_id)
        vals_list = []
        for key, items in due.grouped(lambda item: (item.case_id, item.next_stage_id)).items():
            vals = self._prepare_step_vals(run, *key, items, decisions)
            if key in pending:
                pending[key]._add_items(items, vals)
            else:
                vals_list.append(vals)
        return self.create(vals_list)

    @api.model
    def _pending_steps(self, company):
        """Return the steps that wait for a person's decision already, by case and stage."""
        pending = self.search(
            [
                ("company_id", "=", company.id),
                ("state", "=", "proposed"),
                ("kind", "not in", ("fee", "suspend")),
            ]
        )
        return {(action.case_id, action.stage_id): action for action in pending}

    def _add_items(self, items, vals):
        """Let a step that waits for a decision take in items that became due for it meanwhile."""
        self.ensure_one()
        self.item_ids |= items
        self.write(
            {
                "amount": sum(self.item_ids.mapped("amount_open")),
                "why": {"items": self.why["items"] + vals["why"]["items"]},
            }
        )
        items.write({"stale": True})

    @api.model
    def _prepare_step_vals(self, run, case, stage, items, decisions):
        return {
            "run_id": run.id,
            "case_id": case.id,
            "kind": "notice" if stage._is_notice() else stage.kind,
            "stage_id": stage.id,
            "item_ids": [fields.Command.set(items.ids)],
            "amount": sum(items.mapped("amount_open")),
            "automatic": stage.automatic and stage._is_notice(),
            "why": {
                "items": [
                    {
                        "item": item.id,
                        "reference": item.reference,
                        "reason": decisions[item].reason,
                        "day": str(decisions[item].day),
                        **decisions[item].inputs,
                    }
                    for item in items
                ]
            },
        }

    @api.model
    def _propose_term_ends(self, run):
        """Propose the fees and suspensions of the notices whose last day has passed unpaid."""
        ended = self.env["arrears.notice"]._get_term_ended(run.date, run.company_id)
        return self.create([vals for notice in ended for vals in notice._prepare_term_vals(run)])

    @api.model
    def _supersede(self, run):
        """Set aside what earlier runs proposed and nobody carried out: today looks afresh."""
        earlier = self.search(
            [
                ("company_id", "=", run.company_id.id),
                ("date", "<", run.date),
                ("state", "=", "proposed"),
                ("kind", "in", ("notice", "fee", "suspend")),
            ]
        )
        earlier._skip("superseded")

    # === EXECUTE === #

    def _execute(self):
        """Carry out these actions: a savepoint per case, one bad case never stops the others."""
        for actions in self.grouped("case_id").values():
            try:
                with self.env.cr.savepoint():
                    actions._execute_case()
            except Exception as error:
                _logger.warning("Arrears case %s was skipped", actions.case_id.name, exc_info=True)
                actions.invalidate_recordset()
                actions._skip("error", str(error))

    def _execute_case(self):
        """Carry out the actions of one case, fee and cover before the next notice."""
        case = self.case_id
        if not case.try_lock_for_update():
            self._skip("locked")
            return
        order = ("fee", "suspend", "notice")
        for action in self.sorted(lambda a: order.index(a.kind)):
            action._execute_one()
        case.item_ids.filtered(lambda item: not item.settled_on)._project(self.run_id.date)

    def _execute_one(self):
        self.ensure_one()
        # A colleague, or the payment that came in since the proposal, may have settled it.
        if self.state != "proposed":
            return
        reason = {
            "notice": self._execute_notice,
            "fee": self._execute_fee,
            "suspend": self._execute_suspend,
        }[self.kind]()
        if reason:
            self._skip(reason)
        else:
            self.write({"state": "done", "decided_on": self.run_id.date})

    def _execute_notice(self):
        """Make the notice over what is still due now; return a skip reason when nothing is."""
        items = self.item_ids.filtered(lambda item: item.amount_open > 0 and not item.settled_on)
        if not items:
            return "nothing_open"
        day = self.run_id.date
        decisions = items._decide(day)
        due = items.filtered(
            lambda item: (
                decisions[item].stage == str(self.stage_id.id) and decisions[item].day <= day
            )
        )
        if not due:
            return "on_hold" if self.case_id.hold_ids._active_on(day) else "not_due"
        self.notice_id = self.env["arrears.notice"]._make(self, due)
        return None

    def _execute_fee(self):
        """Book what is due of the announced fee; return a skip reason when nothing is."""
        if self.notice_id._is_paused(self.run_id.date):
            return "on_hold"
        charged = self.notice_id.fee_id._charge(self.run_id.date)
        return None if charged else "nothing_open"

    def _execute_suspend(self):
        """Suspend the cover of one policy; return a skip reason when the law forbids it now."""
        day, notice = self.run_id.date, self.notice_id
        if notice._is_paused(day):
            return "on_hold"
        if self.policy_id not in notice._get_suspendable(day):
            return "nothing_open"
        start = cover.suspends_on(notice.last_day, decided_on=day)
        self.policy_id._suspend(start, notice, self.why)
        return None

    def _skip(self, reason, detail=None):
        """Set these actions aside with the reason; the next run looks at their items again."""
        self.write({"state": "skipped", "skip_reason": reason, "skip_detail": detail})
        terms = self.filtered(lambda action: action.kind in ("fee", "suspend"))
        terms.notice_id.filtered(lambda notice: notice._still_open_items()).write(
            {"settled": False}
        )

    # === DECIDE BY HAND === #

    def action_untick(self):
        """Leave these steps out of the run; the next run proposes them again when still due."""
        self.env["arrears.run"].check_access("create")
        self._check_waiting()
        self.sudo()._skip("unticked")  # evidence: written by the service only

    def decide(self, day, carried_out):
        """Record what a person decided about a proposed hand-over or termination.

        :param day: business day of the decision, a date (or an ISO string)
        :param carried_out: True when it was done, False when it was decided against
        """
        self.env["arrears.run"].check_access("create")
        self._check_waiting()
        day = self.env["arrears.run"]._to_day(day)
        state = "done" if carried_out else "dismissed"
        actions = self.sudo()  # evidence: written by the service only, after the check above
        actions.write({"state": state, "decided_on": day, "decided_by_id": self.env.uid})
        if carried_out:
            handed = actions.filtered(lambda action: action.kind == "handover").case_id
            handed.write({"state": "handed_over"})
            handed._project_steps()
        actions.item_ids.write({"stale": True})
        self.env["arrears.case.history"].sudo()._record(
            actions.case_id, "decided", day=day, reason=state
        )

    def action_decide(self):
        """Button: the proposal was carried out today."""
        self.decide(fields.Date.context_today(self), carried_out=True)

    def action_dismiss(self):
        """Button: it was decided today not to do this."""
        self.decide(fields.Date.context_today(self), carried_out=False)

    def _check_waiting(self):
        if any(action.state != "proposed" for action in self):
            raise UserError(self.env._("Only a step that is still proposed can be decided on."))
