"""A pause: while it lasts, nothing is sent, charged or suspended."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import format_date

from ..law import facts, holds
from .no_bsn import check_no_bsn

GROUP = "premium_arrears.group_debt_help"
KINDS = [
    ("dispute", "Dispute"),
    ("debt_help", "Debt help"),
    ("deferral", "Deferral"),
    ("deceased", "Deceased"),
    ("insolvency", "Insolvency"),
    ("disaster", "Disaster"),
    ("other", "Other"),
]
SCOPES = [
    ("debtor", "All of the customer"),
    ("case", "This case"),
    ("policy", "One policy"),
    ("item", "One invoice"),
]
# Written by the methods of arrears_hold_flow only, which check and keep the history.
ENGINE = frozenset(
    {"state", "begun", "warned", "ended_by_id", "end_reason", "erased_on", "is_private", "due_on"}
)
STATES = [("running", "Running"), ("ended", "Ended"), ("withdrawn", "Taken back")]
RULINGS = [
    ("bankruptcy", "Bankruptcy"),
    ("wsnp", "Statutory debt settlement (WSNP)"),
    ("moratorium", "Moratorium"),
    ("suspension_of_payments", "Suspension of payments"),
]
TEXTS = ("reason", "end_reason", "helper_name", "contact")


class ArrearsHold(models.Model):
    _name = "arrears.hold"
    _description = "Arrears Hold"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _check_company_auto = True
    _order = "start desc, id desc"

    scope = fields.Selection(
        SCOPES,
        string="Covers",
        required=True,
        default="case",
        help="All of the customer: every case in this company, and what comes later too.",
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
    case_id = fields.Many2one(
        "arrears.case",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        help="The case, or where a hold of the whole customer was placed.",
    )
    policy_id = fields.Many2one(
        "insurance.policy", index="btree_not_null", ondelete="restrict", check_company=True
    )
    item_id = fields.Many2one(
        "arrears.item",
        string="Invoice",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )
    company_id = fields.Many2one(
        "res.company",
        compute="_compute_company_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        index=True,
    )
    kind = fields.Selection(KINDS, required=True, default="dispute", index=True)
    start = fields.Date(string="From", required=True, default=fields.Date.context_today)
    end = fields.Date(string="Last day", help="Empty: until somebody ends it.")
    reason = fields.Char(
        required=True,
        help="In a few words, as little as needed. No illness or other medical facts, no BSN.",
    )
    state = fields.Selection(STATES, required=True, readonly=True, default="running", index=True)
    # Who is in debt help is for its own group; it stays so when the details are deleted.
    is_private = fields.Boolean(compute="_compute_is_private", store=True, precompute=True)
    review_on = fields.Date(string="Look again on", help="When somebody asks how things are.")
    due_on = fields.Date(
        string="Ends or is looked at on", compute="_compute_due_on", store=True, index=True
    )
    begun = fields.Boolean(readonly=True, help="Its first day has come.")
    warned = fields.Boolean(readonly=True, help="The handler was told that it ends soon.")
    placed_on = fields.Date(
        readonly=True, default=fields.Date.context_today, help="Business day of recording it."
    )
    ended_by_id = fields.Many2one("res.users", string="Ended by", readonly=True)
    end_reason = fields.Char(string="Why it ended", readonly=True)
    erased_on = fields.Date(
        string="Details deleted on",
        readonly=True,
        help="What was private was deleted; the days stay, to show why nothing was done.",
    )

    # Of debt help.
    helper_id = fields.Many2one("res.partner", string="Debt helper", groups=GROUP)
    helper_name = fields.Char(
        string="Helper's name", groups=GROUP, help="Where the helper is no contact."
    )
    contact = fields.Char(
        string="Reach the helper at", groups=GROUP, help="Phone or e-mail, and their reference."
    )
    stabilised_on = fields.Date(
        string="Stabilisation since",
        groups=GROUP,
        help="From then on the helper keeps income and spending in balance.",
    )
    offered_on = fields.Date(string="Settlement offered", groups=GROUP)
    agreed_on = fields.Date(string="Settlement agreed", groups=GROUP)
    settled_until = fields.Date(string="Settlement runs until", groups=GROUP)
    # Of insolvency.
    ruling_kind = fields.Selection(RULINGS, string="Kind of ruling", groups=GROUP)
    ruling_on = fields.Date(string="Day of the ruling", groups=GROUP)
    ruling_number = fields.Char(
        string="Insolvency number", groups=GROUP, help="As in the Central Insolvency Register."
    )
    administrator_id = fields.Many2one(
        "res.partner", string="Administrator or trustee", groups=GROUP
    )

    _end_after_start = models.Constraint(
        'CHECK ("end" IS NULL OR "end" >= start)', "A hold cannot end before it starts."
    )
    _scope_has_its_record = models.Constraint(
        "CHECK (scope = 'debtor' OR (scope = 'case' AND case_id IS NOT NULL)"
        " OR (scope = 'policy' AND policy_id IS NOT NULL)"
        " OR (scope = 'item' AND item_id IS NOT NULL))",
        "A hold covers a customer, or it names the case, the policy or the invoice that it covers.",
    )
    _running_index = models.Index("(company_id, due_on) WHERE state = 'running'")

    # === COMPUTED === #

    @api.depends("case_id", "policy_id", "item_id")
    def _compute_partner_id(self):
        for hold in self:
            debtor = (
                hold.item_id.case_id.partner_id or hold.case_id.partner_id
            ) or hold.policy_id.partner_id
            hold.partner_id = (debtor or hold.partner_id).commercial_partner_id

    @api.depends("case_id", "policy_id", "item_id")
    def _compute_company_id(self):
        for hold in self:
            about = hold.item_id or hold.case_id or hold.policy_id
            hold.company_id = about.company_id or hold.company_id or self.env.company

    @api.depends("kind", "erased_on")
    def _compute_is_private(self):
        for hold in self:
            hold.is_private = bool(hold.erased_on) or hold.kind in holds.PRIVATE

    @api.depends("end", "review_on")
    def _compute_due_on(self):
        for hold in self:
            hold.due_on = hold.end or hold.review_on

    @api.depends("start", "partner_id.name")
    def _compute_display_name(self):
        # Shown wherever something points to a hold, also to who may not see it: never the kind.
        for hold in self:
            hold.display_name = self.env._(
                "%(who)s, on hold since %(day)s",
                who=hold.partner_id.name or "?",
                day=format_date(self.env, hold.start) or "?",
            )

    # === CHECKS === #

    @api.constrains("partner_id", "case_id", "policy_id", "item_id")
    def _check_one_debtor(self):
        for hold in self:
            about = [hold.case_id.partner_id, hold.item_id.case_id.partner_id]
            about.append(hold.policy_id.partner_id.commercial_partner_id)
            if any(debtor and debtor != hold.partner_id for debtor in about):
                raise ValidationError(
                    self.env._("A hold is of one customer: it cannot name what is of another.")
                )

    @api.constrains(*TEXTS)
    def _check_no_bsn(self):
        check_no_bsn(self.sudo(), TEXTS)  # what is private is checked too, whoever writes

    # === WRITE === #

    @api.model
    def _check_engine(self, names):
        """Refuse what only a button or a run may write; reading is for the rules to decide."""
        if not self.env.su and (foreign := ENGINE & names):
            raise AccessError(
                self.env._(
                    "A hold changes by its buttons; these are not written by hand: %s.",
                    ", ".join(sorted(self._fields[name].string for name in foreign)),
                )
            )

    @api.model_create_multi
    def create(self, vals_list):
        defaults = {key.removeprefix("default_") for key in self.env.context if "default_" in key}
        for vals in vals_list:
            self._check_engine(vals.keys() | defaults)
        partners = self.env["res.partner"].browse(
            {vals["partner_id"] for vals in vals_list if vals.get("partner_id")}
        )
        debtors = {partner.id: partner.commercial_partner_id.id for partner in partners}
        # No log and no followers: who placed it is in the history, and nobody is mailed about it.
        silent = self.with_context(mail_create_nosubscribe=True, mail_create_nolog=True)
        created = super(ArrearsHold, silent).create(
            [self._complete(vals, debtors) for vals in vals_list]
        )
        created._begin()
        return created

    @api.model
    def _complete(self, vals, debtors):
        """Return the values of a new hold with what follows from them: scope and next look.

        :param debtors: dict from contact to the one that owes, both as ids
        """
        kind = vals.get("kind") or self.default_get(["kind"])["kind"]
        rule = holds.KINDS.get(kind)
        if rule and "scope" not in vals:
            named = next((name for name in ("item", "policy") if vals.get(f"{name}_id")), None)
            # What is about the person covers all that he owes, wherever it was told.
            narrow = named or ("case" if vals.get("case_id") else "debtor")
            vals = {**vals, "scope": "debtor" if rule.scope == "debtor" and not named else narrow}
        if vals.get("item_id") and not vals.get("case_id"):
            item = self.env["arrears.item"].browse(vals["item_id"])
            vals = {**vals, "case_id": item.case_id.id}
        if rule and not vals.get("end") and not vals.get("review_on"):
            start = fields.Date.to_date(vals.get("start")) or fields.Date.context_today(self)
            vals = {**vals, "review_on": holds.review_on(kind, start)}
        if not any(vals.get(f"{name}_id") for name in ("partner", "case", "policy", "item")):
            raise UserError(self.env._("A hold needs a customer, a case, a policy or an invoice."))
        if vals.get("partner_id"):
            vals = {**vals, "partner_id": debtors[vals["partner_id"]]}
        return vals

    def _begin(self):
        """Let it count at once, and keep in the history that it was placed."""
        self._wake_items()
        self._record_history("held")

    def write(self, vals):
        self._check_engine(vals.keys())
        if not self.env.su and vals.keys() & {"company_id", "partner_id"}:
            raise AccessError(self.env._("A hold stays with its customer and its company."))
        result = super().write(vals)
        if vals.keys() & {"kind", "start", "end", "scope", "state", "policy_id", "item_id"}:
            self._wake_items()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_hold(self):
        raise UserError(self.env._("A hold is kept: it shows why nothing was done. End it."))

    # === FACTS === #

    def _active_on(self, day):
        """Return the holds that last on ``day``."""
        return self.filtered_domain(self._get_active_domain(day))

    @api.model
    def _get_active_domain(self, day):
        """Return the domain of holds that last on ``day``."""
        return (
            Domain("state", "!=", "withdrawn")
            & Domain("start", "<=", day)
            & (Domain("end", "=", False) | Domain("end", ">=", day))
        )

    def _to_law(self):
        self.ensure_one()
        # The law asks when, not why; what it used is kept with a step, where everybody reads it.
        return facts.HoldFact(kind="hold", start=self.start, end=self.end or None)
