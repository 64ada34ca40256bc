"""What RDW must hear of a vehicle's cover: due from its day, told by a colleague, kept."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..law import motor

EVENTS = [
    ("suspended", "Cover suspended"),
    ("resumed", "Cover resumed"),
    ("ended", "Insurance ended"),
    ("started", "Insurance started"),
]
# After these the insurer stays liable to injured third parties for a while.
ENDINGS = ("suspended", "ended")


class InsuranceRdwNotice(models.Model):
    _name = "insurance.rdw.notice"
    _description = "RDW Notice"
    _order = "deadline, id"

    policy_id = fields.Many2one(
        "insurance.policy", required=True, readonly=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="policy_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(related="policy_id.partner_id")
    licence_plate = fields.Char(related="policy_id.licence_plate")
    gap_id = fields.Many2one(
        "insurance.coverage.gap", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    case_id = fields.Many2one(related="gap_id.case_id")
    event = fields.Selection(EVENTS, required=True, readonly=True)
    effective_on = fields.Date(
        required=True, readonly=True, help="Day on which it takes effect; tell RDW that very day."
    )
    deadline = fields.Date(
        compute="_compute_deadline",
        store=True,
        help="Last day on which RDW must know: 30 days after a suspension or an end, 28 after a "
        "start or a resumption (article 13 of the motor insurance act, WAM).",
    )
    state = fields.Selection(
        [("due", "To be told"), ("told", "Told"), ("cancelled", "Not needed any more")],
        required=True,
        readonly=True,
        default="due",
        index=True,
    )
    notified_on = fields.Date(string="Told on", readonly=True)
    notified_by_id = fields.Many2one("res.users", string="Told by", readonly=True)
    reference = fields.Char(readonly=True, help="What RDW answered, such as a message number.")
    corrects_id = fields.Many2one(
        "insurance.rdw.notice",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="RDW was told this before, and it was taken back since.",
    )
    activity_id = fields.Many2one("mail.activity", readonly=True, ondelete="set null")
    liability_until = fields.Date(
        string="Third parties covered until",
        compute="_compute_liability_until",
        help="Last day on which the insurer must still pay injured third parties; empty: no end "
        "is in sight, or there is cover.",
    )

    _once_per_gap = models.UniqueIndex(
        "(gap_id, event, effective_on) WHERE gap_id IS NOT NULL AND state != 'cancelled'",
        "RDW hears of this event already.",
    )
    _once_per_policy = models.UniqueIndex(
        "(policy_id, event, effective_on) WHERE gap_id IS NULL AND state != 'cancelled'",
        "RDW hears of this event already.",
    )
    _told_has_day = models.Constraint(
        "CHECK ((state = 'told') = (notified_on IS NOT NULL))",
        "What RDW was told has a day, and only that.",
    )
    _told_after_event = models.Constraint(
        "CHECK (notified_on IS NULL OR notified_on >= effective_on)",
        "RDW cannot be told of it before it takes effect.",
    )
    _due_index = models.Index("(company_id, deadline) WHERE state = 'due'")

    @api.depends("event", "effective_on")
    def _compute_deadline(self):
        for notice in self:
            notice.deadline = motor.rdw_deadline(notice.event, notice.effective_on)

    @api.depends("event", "state", "effective_on", "notified_on", "gap_id.resume")
    def _compute_liability_until(self):
        for notice in self:
            notice.liability_until = False
            if notice.event in ENDINGS and notice.state != "cancelled":
                notice.liability_until = motor.liability_ends_on(
                    notice.effective_on, notice.notified_on or None, notice.gap_id.resume or None
                )

    @api.depends("event", "effective_on", "policy_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        events = dict(self._fields["event"]._description_selection(self.env))
        for notice in self:
            vehicle = notice.licence_plate or notice.policy_id.name
            day = format_date(self.env, notice.effective_on)
            notice.display_name = f"{vehicle}: {events.get(notice.event)}, {day}"

    # === TOLD === #

    def action_open_tell(self):
        """Button: ask on which day RDW was told, and what it answered."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("RDW was told"),
            "res_model": "insurance.rdw.tell",
            "view_mode": "form",
            "target": "new",
            "context": {"default_rdw_notice_ids": [fields.Command.set(self.ids)]},
        }

    def mark_told(self, day, reference=False):
        """Record that RDW was told of these events, and close their activities.

        :param day: the day on which it was told, a date (or an ISO string)
        :param reference: what RDW answered, such as a message number
        :raise UserError: for a day before the event or in the future, or what is not due
        """
        self.env["arrears.run"].check_access("create")
        self.check_access("read")
        day = self.env["arrears.run"]._to_day(day)
        for notice in self:
            notice._check_may_be_told(day)
        told = self.sudo()  # evidence: written by the service only, after the checks above
        told.write(
            {
                "state": "told",
                "notified_on": day,
                "notified_by_id": self.env.uid,
                "reference": (reference or "").strip(),
            }
        )
        told.activity_id.filtered("active")._action_done(feedback=told[:1].reference)
        told._record_told(day)

    def _check_may_be_told(self, day):
        """Refuse a day on which RDW cannot have been told of this.

        :raise UserError: in words
        """
        self.ensure_one()
        if self.state != "due":
            raise UserError(
                self.env._(
                    "RDW notice %s: it was told already, or is not needed any more.",
                    self.display_name,
                )
            )
        if day < self.effective_on:
            raise UserError(
                self.env._(
                    "RDW notice %(notice)s: RDW cannot have been told on %(day)s, before it takes "
                    "effect.",
                    notice=self.display_name,
                    day=day,
                )
            )
        if day > self.env["arrears.run"]._get_latest_day(self.company_id):
            raise UserError(
                self.env._(
                    "RDW notice %(notice)s: %(day)s lies in the future. Record it when RDW was "
                    "told.",
                    notice=self.display_name,
                    day=day,
                )
            )

    def _record_told(self, day):
        events = dict(self._fields["event"]._description_selection(self.env))
        self.env["arrears.case.history"]._record_each(
            [
                {
                    "case_id": notice.case_id.id,
                    "event": "rdw_told",
                    "day": day,
                    "policy_id": notice.policy_id.id,
                    "reason": ", ".join(filter(None, (events[notice.event], notice.reference))),
                }
                for notice in self
                if notice.case_id
            ]
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_evidence(self):
        raise UserError(self.env._("What RDW was told, or has to be, is kept as evidence."))
