"""A confidential notice (Vertrouwelijke Mededeling) in CIS: made and moved by people only."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ..law import cis
from ..law.parameters import CIS_MOST_YEARS
from .by_hand import without_foreign_defaults

STATES = [
    ("draft", "Draft"),
    ("proposed", "Proposed"),
    ("approved", "Approved"),
    ("registered", "Registered"),
    ("asked_insurer", "Insurer asked"),
    ("removed", "Removed"),
    ("expired", "Expired and removed"),
    ("refused", "Refused"),
]
ENDED = ("removed", "expired", "refused")
REMOVAL_REASONS = [
    ("unfounded", "It was not right"),
    ("clean_slate", "Clean slate"),
    ("expired", "Its time is up"),
    ("paid", "All was paid"),
    ("objection", "The customer objected"),
    ("other", "Other"),
]
ATTENTION = [
    ("unfounded", "Remove: what it rests on was taken back"),
    ("clean_slate", "Remove: clean slate"),
    ("expired", "Remove: its time is up"),
    ("review", "Review: all was paid"),
]
# What a person fills in; the rest is evidence, written by the buttons.
BY_HAND = frozenset({"policy_id", "partner_id", "note"})


class CisRegistration(models.Model):
    _name = "cis.registration"
    _description = "CIS Registration"
    _inherit = ["arrears.approval", "mail.thread", "mail.activity.mixin"]
    _check_company_auto = True
    _order = "id desc"

    policy_id = fields.Many2one(
        "insurance.policy", required=True, index=True, ondelete="restrict", check_company=True
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        compute="_compute_partner_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(related="policy_id.company_id", store=True, index=True)
    insurer_id = fields.Many2one(related="policy_id.insurer_id")
    office_role = fields.Selection(related="policy_id.office_role")
    case_id = fields.Many2one(
        "arrears.case", readonly=True, index="btree_not_null", ondelete="restrict", copy=False
    )
    state = fields.Selection(
        STATES,
        required=True,
        readonly=True,
        default="draft",
        index=True,
        tracking=True,
        copy=False,
    )
    note = fields.Text(string="Why it is in proportion", help="For colleagues: why this is fair.")
    announced_notice_id = fields.Many2one(
        "arrears.notice",
        string="Announced in",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        copy=False,
    )
    told_notice_id = fields.Many2one(
        "arrears.notice",
        string="Letter to the customer",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        copy=False,
    )
    told_state = fields.Selection(related="told_notice_id.state", string="State of the letter")
    told_years = fields.Integer(
        string="Years", readonly=True, copy=False, help="As the letter to the customer tells it."
    )
    reference = fields.Char(string="Number at CIS", readonly=True, tracking=True, copy=False)
    registered_on = fields.Date(readonly=True, copy=False)
    registered_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    expires_on = fields.Date(
        readonly=True, copy=False, help="First day on which it must be gone from CIS."
    )
    facts = fields.Json(
        readonly=True, copy=False, help="The checklist as it stood on the day of registration."
    )
    removed_on = fields.Date(readonly=True, copy=False)
    removed_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    removal_reason = fields.Selection(REMOVAL_REASONS, readonly=True, tracking=True, copy=False)
    removal_note = fields.Char(string="What was considered", readonly=True, copy=False)
    refused_on = fields.Date(readonly=True, copy=False)
    refuse_reason = fields.Char(readonly=True, tracking=True, copy=False)
    asked_on = fields.Date(string="Insurer asked on", readonly=True, copy=False)
    asked_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    insurer_answer = fields.Char(readonly=True, tracking=True, copy=False)
    answered_on = fields.Date(readonly=True, copy=False)
    reviewed_on = fields.Date(readonly=True, copy=False)
    review_note = fields.Char(string="Why it stays", readonly=True, copy=False, tracking=True)
    paid_on = fields.Date(
        string="All paid on",
        compute="_compute_attention",
        help="Day on which the last overdue premium of the policy was credited.",
    )
    attention = fields.Selection(
        ATTENTION, compute="_compute_attention", search="_search_attention"
    )

    _one_live = models.UniqueIndex(
        "(policy_id) WHERE state NOT IN ('removed', 'expired', 'refused')",
        "This policy has a CIS registration, or a proposal for one, already.",
    )
    _registered_is_whole = models.Constraint(
        "CHECK (state NOT IN ('registered', 'removed', 'expired') OR registered_on IS NOT NULL "
        "AND expires_on IS NOT NULL AND reference IS NOT NULL AND told_notice_id IS NOT NULL "
        "AND approved_by_id != proposed_by_id)",
        "A registration has its number, its days, a letter to the customer and two people.",
    )
    _removed_has_reason = models.Constraint(
        "CHECK (state NOT IN ('removed', 'expired') OR removed_on IS NOT NULL "
        "AND removal_reason IS NOT NULL)",
        "A removed registration has the day and the reason.",
    )

    @api.depends("policy_id")
    def _compute_partner_id(self):
        for registration in self:
            registration.partner_id = registration.policy_id.partner_id.commercial_partner_id

    @api.depends("policy_id", "partner_id")
    def _compute_display_name(self):
        for registration in self:
            names = [registration.policy_id.name, registration.partner_id.name]
            registration.display_name = "CIS " + ", ".join(name for name in names if name)

    @api.depends("state", "expires_on", "reviewed_on", "partner_id.clean_slate_date")
    def _compute_attention(self):
        self._read_attention(fields.Date.context_today(self))

    def _read_attention(self, day):
        paid = self._get_paid_days()
        for registration in self:
            registration.paid_on = paid[registration]
            registration.attention = registration._get_attention(day, paid[registration])

    @api.model
    def _search_attention(self, operator, value):
        if operator != "in":
            return NotImplemented
        registered = self.search([("state", "=", "registered")])
        found = registered.filtered(lambda registration: registration.attention in value)
        if False not in value:
            return [("id", "in", found.ids)]
        return ["|", ("state", "!=", "registered"), ("id", "in", found.ids)]

    # === GUARDS === #

    @api.constrains("partner_id", "policy_id")
    def _check_partner_id(self):
        for registration in self:
            holder = registration.policy_id.partner_id
            if registration.partner_id not in (holder, holder.commercial_partner_id):
                raise ValidationError(
                    self.env._(
                        "CIS, policy %(policy)s: %(partner)s is not its policyholder; that is "
                        "%(holder)s.",
                        policy=registration.policy_id.name,
                        partner=registration.partner_id.display_name,
                        holder=holder.display_name,
                    )
                )

    @api.constrains("registered_on", "expires_on")
    def _check_expires_on(self):
        for registration in self.filtered("expires_on"):
            start, end = registration.registered_on, registration.expires_on
            if not cis.may_expire_on(start, end, CIS_MOST_YEARS):
                raise ValidationError(
                    self.env._(
                        "%(registration)s: it cannot stand until %(end)s. A registration ends "
                        "after its first day, and at most %(years)s years later.",
                        registration=registration.display_name,
                        end=end,
                        years=CIS_MOST_YEARS,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_by_hand(vals)
        self.flush_model(["state"])  # what was removed a moment ago is in nobody's way
        model, vals_list = without_foreign_defaults(self, vals_list, BY_HAND)
        registrations = super(CisRegistration, model).create(vals_list).with_env(self.env)
        registrations.sudo()._find_cases()  # evidence: written by the service only
        return registrations

    def write(self, vals):
        self._check_by_hand(vals)
        if not self.env.su and BY_HAND & vals.keys() and any(r.state != "draft" for r in self):
            raise UserError(
                self.env._("What was proposed stays as it is; refuse it and make a new one.")
            )
        return super().write(vals)

    @api.model
    def _check_by_hand(self, vals):
        """Refuse what only a button may write: a registration is moved by people, step by step."""
        own = self._fields.keys() - self.env["mail.activity.mixin"]._fields.keys()
        own -= self.env["mail.thread"]._fields.keys()
        if not self.env.su and (foreign := (own & vals.keys()) - BY_HAND):
            raise AccessError(
                self.env._(
                    "A CIS registration is moved with its buttons; these are not written by hand: "
                    "%s.",
                    ", ".join(sorted(self._fields[name].string for name in foreign)),
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        if any(registration.state != "draft" for registration in self):
            raise UserError(self.env._("A CIS registration is kept as evidence."))

    # === FACTS === #

    def _find_cases(self):
        """Let each registration know the latest case in which the policy's premium was open."""
        rows = self.env["arrears.item"]._read_group(
            [("policy_ids", "in", self.policy_id.ids), ("company_id", "in", self.company_id.ids)],
            ["policy_ids"],
            ["case_id:recordset"],
        )
        cases = {policy: found.sorted("id")[-1:] for policy, found in rows}
        for registration in self:
            if (found := cases.get(registration.policy_id)) and found != registration.case_id:
                registration.case_id = found

    def _get_paid_days(self):
        """Return per registration the day on which all overdue premium of its policy was paid.

        :return: dict from registration to the day of the last credit; None while premium is open
        """
        # Who sees a registration need not have rights on items; only their days are read.
        rows = (
            self.env["arrears.item"]
            .sudo()
            ._read_group(
                [("policy_ids", "in", self.policy_id.ids)],
                ["policy_ids"],
                ["settled_on:array_agg"],
            )
        )
        days = dict(rows)
        return {
            registration: max(settled) if settled and all(settled) else None
            for registration in self
            for settled in [days.get(registration.policy_id)]
        }

    def _get_attention(self, day, paid_on):
        """Return what a registration asks of a manager on ``day``: a code of ATTENTION, or False.

        :param paid_on: day on which all was paid, or None
        """
        self.ensure_one()
        if self.state != "registered":
            return False
        if reason := self._get_removal_reason(day):
            return reason
        reviewed_on = self.reviewed_on or None
        return "review" if cis.must_be_reviewed(paid_on, reviewed_on) else False

    def _get_removal_reason(self, day):
        """Return why this registration must go, by ``law.cis``; an empty text when it may stand."""
        self.ensure_one()
        return cis.removal_reason(
            self.expires_on, day, self._has_clean_slate(day), self._is_unfounded()
        )

    def _is_unfounded(self):
        """Tell whether what a registration rests on was taken back: a letter, or the royement."""
        self.ensure_one()
        letters = self.announced_notice_id | self.told_notice_id
        return self.policy_id.end_reason != "non_payment" or any(
            letter.state != "sent" for letter in letters.sudo()
        )

    def _has_clean_slate(self, day):
        """Tell whether a clean slate wiped out what this registration tells of."""
        self.ensure_one()
        return self.partner_id.sudo()._has_clean_slate(self.policy_id.end_date, day)
