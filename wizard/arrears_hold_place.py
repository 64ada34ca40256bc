"""Put customers, cases, policies or invoices on hold: one, or many at once."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain
from odoo.tools import format_date

from ..law import holds as law_holds
from ..models.arrears_hold import KINDS, RULINGS

TARGETS = {
    "arrears.case": "case_ids",
    "res.partner": "partner_ids",
    "insurance.policy": "policy_ids",
    "arrears.item": "item_ids",
}
FACTS = (
    "helper_id",
    "helper_name",
    "contact",
    "stabilised_on",
    "offered_on",
    "agreed_on",
    "settled_until",
    "ruling_kind",
    "ruling_on",
    "ruling_number",
    "administrator_id",
)


class ArrearsHoldPlace(models.TransientModel):
    _name = "arrears.hold.place"
    _description = "Put on Hold"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    case_ids = fields.Many2many("arrears.case", string="Cases")
    partner_ids = fields.Many2many("res.partner", string="Customers")
    policy_ids = fields.Many2many("insurance.policy", string="Policies")
    item_ids = fields.Many2many("arrears.item", string="Invoices")
    by_postcode = fields.Boolean(string="All customers in an area")
    postcode_from = fields.Char(help="Such as 1234, or 1234 AB.")
    postcode_to = fields.Char(help="Included. Such as 1299: up to and including 1299 ZZ.")
    kind = fields.Selection(KINDS, required=True, default="dispute")
    whole_customer = fields.Boolean(
        string="All of the customer",
        compute="_compute_whole_customer",
        store=True,
        readonly=False,
        help="Also other cases of the same customer, and what comes later.",
    )
    day = fields.Date(string="Today", required=True, default=fields.Date.context_today)
    start = fields.Date(string="From", required=True, default=fields.Date.context_today)
    end = fields.Date(string="Last day, or day to look again")
    reason = fields.Char(
        help="In a few words, as little as needed. No illness or other medical facts, no BSN."
    )
    ends_itself = fields.Boolean(compute="_compute_rule")
    is_private = fields.Boolean(compute="_compute_rule")
    stops_text = fields.Char(string="This stops", compute="_compute_rule")
    ends_text = fields.Char(string="How it ends", compute="_compute_rule")
    helper_id = fields.Many2one("res.partner", string="Debt helper")
    helper_name = fields.Char(string="Helper's name")
    contact = fields.Char(string="Reach the helper at")
    stabilised_on = fields.Date(string="Stabilisation since")
    offered_on = fields.Date(string="Settlement offered")
    agreed_on = fields.Date(string="Settlement agreed")
    settled_until = fields.Date(string="Settlement runs until")
    ruling_kind = fields.Selection(RULINGS, string="Kind of ruling")
    ruling_on = fields.Date(string="Day of the ruling")
    ruling_number = fields.Char(string="Insolvency number")
    administrator_id = fields.Many2one("res.partner", string="Administrator or trustee")
    # How many are hit, before anything is done.
    customer_count = fields.Integer(string="Customers hit", compute="_compute_hit")
    case_count = fields.Integer(string="Cases hit", compute="_compute_hit")
    item_count = fields.Integer(string="Invoices hit", compute="_compute_hit")
    amount = fields.Monetary(string="Premium open", compute="_compute_hit")
    known_count = fields.Integer(string="On hold for this already", compute="_compute_hit")

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        model = self.env.context.get("active_model")
        ids = self.env.context.get("active_ids")
        if model in TARGETS and ids and not any(name in values for name in TARGETS.values()):
            values[TARGETS[model]] = [Command.set(ids)]
        return values

    @api.depends("kind")
    def _compute_whole_customer(self):
        for wizard in self:
            wizard.whole_customer = law_holds.rule(wizard.kind or "other").scope == "debtor"

    @api.depends("kind")
    def _compute_rule(self):
        holds = self.env["arrears.hold"]
        for wizard in self:
            rule = law_holds.rule(wizard.kind or "other")
            wizard.ends_itself, wizard.is_private = rule.ends_itself, rule.private
            wizard.stops_text = holds._describe_stops(wizard.kind)
            wizard.ends_text = holds._describe_end(wizard.kind)

    @api.depends(
        "kind",
        "whole_customer",
        "by_postcode",
        "postcode_from",
        "postcode_to",
        "start",
        "case_ids",
        "partner_ids",
        "policy_ids",
        "item_ids",
    )
    def _compute_hit(self):
        for wizard in self:
            targets, known = wizard._get_targets()
            items = wizard._get_hit_items(targets)
            customers = targets if targets._name == "res.partner" else targets.partner_id
            wizard.customer_count = len(customers.commercial_partner_id)
            wizard.case_count = len(items.case_id)
            wizard.item_count = len(items)
            wizard.amount = sum(items.mapped("amount_open"))
            wizard.known_count = known

    # === WHOM === #

    def _get_targets(self):
        """Return what is put on hold, and how many were left out since they are on hold for it.

        Of debt help and insolvency nobody is left out: that would tell who is in it.
        """
        targets = self._get_chosen()._origin
        if not targets or law_holds.rule(self.kind).private or not self.start:
            return targets, 0
        held = self._get_held(targets)
        return targets - held, len(held)

    def _get_chosen(self):
        if self.by_postcode:
            return self._find_by_postcode()
        return next((self[name] for name in TARGETS.values() if self[name]), self.case_ids)

    def _find_by_postcode(self):
        """Return the customers with a policy or an open case here who live in the area."""
        first = self._plain(self.postcode_from)
        last = self._plain(self.postcode_to or self.postcode_from)
        partners = self.env["res.partner"]
        if len(first) < 4 or len(last) < 4 or last < first[: len(last)]:
            return partners
        here = Domain("company_id", "=", self.company_id.id)
        policies = self.env["insurance.policy"].search(
            here & Domain("coverage_state", "!=", "ended")
        )
        cases = self.env["arrears.case"].search(here & Domain("state", "!=", "closed"))
        customers = policies.partner_id.commercial_partner_id | cases.partner_id
        return customers.filtered(
            lambda customer: (
                (code := self._plain(customer.zip)) and first <= code and code[: len(last)] <= last
            )
        )

    @api.model
    def _plain(self, postcode):
        """Return a postcode as it is compared: without spaces, in capitals."""
        return "".join((postcode or "").split()).upper()

    def _get_held(self, targets):
        """Return those of the targets that have a hold of this kind on the first day already."""
        model = targets._name
        whole = model == "res.partner" or self.whole_customer
        scope = "debtor" if whole else TARGETS[model].removesuffix("_ids")
        active = self.env["arrears.hold"].search(
            self.env["arrears.hold"]._get_active_domain(self.start)
            & Domain("company_id", "=", self.company_id.id)
            & Domain("kind", "=", self.kind)
            & Domain("scope", "=", scope)
        )
        if model == "res.partner":
            return targets.filtered(lambda p: p.commercial_partner_id in active.partner_id)
        if whole:
            return targets.filtered(
                lambda record: record.partner_id.commercial_partner_id in active.partner_id
            )
        return targets & active[f"{scope}_id"]

    def _get_hit_items(self, targets):
        """Return the open items that these holds cover."""
        items = self.env["arrears.item"]
        if not targets:
            return items
        debtors = targets.commercial_partner_id if targets._name == "res.partner" else None
        if debtors is None and self.whole_customer:
            debtors = targets.partner_id.commercial_partner_id
        open_here = Domain("settled_on", "=", False) & Domain("company_id", "=", self.company_id.id)
        if debtors is not None:
            return items.search(open_here & Domain("partner_id", "in", debtors.ids))
        path = {"arrears.case": "case_id", "insurance.policy": "policy_ids", "arrears.item": "id"}
        return items.search(open_here & Domain(path[targets._name], "in", targets.ids))

    # === DO === #

    def action_place(self):
        """Button: put them on hold; of more than one, show them together."""
        self.ensure_one()
        targets, known = self._get_targets()
        if not targets:
            raise UserError(
                self.env._("All of these are on hold for this already.")
                if known
                else self.env._("Nobody is chosen. Look at the area, or choose from a list.")
            )
        if not (self.reason or "").strip():
            raise UserError(self.env._("Say in a few words why."))
        if len(targets) == 1:
            self._place(targets, self.company_id)
            return {"type": "ir.actions.act_window_close"}
        batches = self.env["arrears.hold.batch"]
        for company, mine in self._group_by_company(targets).items():
            batch = self._make_batch(mine, company)
            batch.hold_count = len(self._place(mine, company, batch))
            batches |= batch
        return batches.with_env(self.env)._get_records_action(name=self.env._("On hold"))

    def _group_by_company(self, targets):
        """Return what is put on hold by company; a contact is put on hold in the chosen one."""
        if targets._name == "res.partner":
            return {self.company_id: targets}
        return targets.grouped("company_id")

    def _place(self, targets, company, batch=None):
        facts = {name: self[name].id if "_id" in name else self[name] for name in FACTS}
        return self.env["arrears.hold"]._place(
            targets,
            self.kind,
            self.start,
            self.reason.strip(),
            end=self.end or None,
            scope="debtor" if self.whole_customer else self._get_narrow_scope(targets),
            company=company,
            on=self.day,
            batch_id=batch.id if batch else False,
            **(facts if self.is_private or self.kind == "deceased" else {}),
        )

    def _get_narrow_scope(self, targets):
        return TARGETS[targets._name].removesuffix("_ids").replace("partner", "debtor")

    def _make_batch(self, targets, company):
        self.env["arrears.hold"].check_access("create")
        # A batch is evidence of who did this; the right to place holds was checked above.
        return (
            self.env["arrears.hold.batch"]
            .sudo()
            .create(
                {
                    "name": self.env._(
                        "%(count)s at once on %(day)s",
                        count=len(targets),
                        day=format_date(self.env, self.day),
                    ),
                    "company_id": company.id,
                    "day": self.day,
                    "user_id": self.env.uid,
                    "hold_count": len(targets),
                }
            )
        )
