"""One screen for a customer who says: I cannot pay now. What is asked, and what is proposed."""

from markupsafe import Markup

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..models.arrears_assessment import (
    ABLE,
    ANSWERS,
    CAUSES,
    DEVIATIONS,
    SEVERAL_DEBTS,
    WAYS,
    WILLING,
)

# Ways in which the whole amount is paid after all, in one or more parts.
PAID_LATER = ("arrangement", "deferral")


class ArrearsHelp(models.TransientModel):
    _name = "arrears.help"
    _description = "Help This Customer"
    _inherit = ["arrears.terms"]

    case_id = fields.Many2one("arrears.case", required=True, readonly=True)
    company_id = fields.Many2one(related="case_id.company_id")
    partner_id = fields.Many2one(related="case_id.partner_id", string="Customer")
    # === ANSWERS === #
    willing = fields.Selection(
        WILLING, string="Does the customer want to pay?", required=True, default="unknown"
    )
    able = fields.Selection(
        ABLE, string="What can the customer do?", required=True, default="unknown"
    )
    cause = fields.Selection(CAUSES, string="Will it pass?", required=True, default="unknown")
    several_debts = fields.Selection(
        SEVERAL_DEBTS, string="Are there more debts?", required=True, default="unknown"
    )
    wants_lower_premium = fields.Boolean(string="The premium is too high")
    yearly_premium = fields.Boolean(
        string="Pays a year at once", compute="_compute_habits", store=True, readonly=False
    )
    direct_debit = fields.Boolean(
        string="Pays by direct debit already",
        compute="_compute_habits",
        store=True,
        readonly=False,
    )
    # === WAY === #
    proposed_way = fields.Selection(WAYS, compute="_compute_advice")
    advice = fields.Html(compute="_compute_advice", sanitize=False)
    way = fields.Selection(
        WAYS,
        string="What we agree on",
        compute="_compute_way",
        store=True,
        readonly=False,
    )
    deviates = fields.Boolean(compute="_compute_deviates")
    deviation_reason = fields.Selection(DEVIATIONS, string="Why another way")
    deviation_note = fields.Char(
        string="In a few words", size=120, help="No income and no health, please."
    )
    # === WHAT IT IS ABOUT === #
    available_item_ids = fields.Many2many("arrears.item", compute="_compute_items")
    left_out = fields.Html(compute="_compute_items", sanitize=False)
    item_ids = fields.Many2many(
        "arrears.item",
        string="What is paid like this",
        compute="_compute_item_ids",
        store=True,
        readonly=False,
        domain="[('id', 'in', available_item_ids)]",
    )
    charges = fields.Selection(
        [("include", "Paid along"), ("waive", "Waived")],
        string="Fees and interest",
        required=True,
        default="include",
    )
    charge_amount = fields.Monetary(
        string="Fees and interest due", compute="_compute_charge_amount"
    )
    waive_reason = fields.Char(string="Why they are waived")
    cover_text = fields.Html(compute="_compute_cover_text", sanitize=False)
    # Asked, and not kept: how somebody lives is nobody's business here.
    affordable = fields.Boolean(string="The customer says this is affordable")
    acceptance = fields.Selection(
        [("phone", "Accepted by phone now"), ("send", "Sent to the customer, who accepts it")],
        string="Accepted",
        required=True,
        default="phone",
    )
    # === THE OTHER WAYS === #
    tell_text = fields.Html(compute="_compute_tell_text", sanitize=False)
    told = fields.Boolean(string="I told the customer this")
    available_policy_ids = fields.Many2many(related="case_id.policy_ids")
    policy_ids = fields.Many2many(
        "insurance.policy",
        string="Policies that it is about",
        compute="_compute_policy_ids",
        store=True,
        readonly=False,
        domain="[('id', 'in', available_policy_ids)]",
    )
    activity_user_id = fields.Many2one(
        "res.users",
        string="Who arranges it",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="A colleague of the policy administration. Empty: the handler of the case.",
    )
    referral_consent_date = fields.Date(
        string="Agreed that we pass data on",
        help="Day on which the customer agreed. Empty: nothing is passed on, by nobody.",
    )
    hold_until = fields.Date(
        string="Look again on",
        default=lambda self: fields.Date.add(fields.Date.context_today(self), months=1),
        help="Nothing is sent, charged or suspended until a colleague ends the pause. On this day "
        "somebody looks again.",
    )

    @api.model
    def _open(self, cases):
        """Return the action that opens the screen for the debtor of these cases.

        :param cases: arrears.case; the first that is open in this company is where it is kept
        :raise UserError: when none is open
        """
        cases = cases.filtered(lambda case: case.state != "closed")
        case = (cases.filtered(lambda c: c.company_id == self.env.company) or cases)[:1]
        if not case:
            raise UserError(self.env._("This customer has no open case: nothing is in arrears."))
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "premium_arrears.arrears_help_action"
        )
        action["context"] = {"default_case_id": case.id}
        return action

    @api.depends("case_id")
    def _compute_policy_ids(self):
        for form in self:
            form.policy_ids = form.case_id.policy_ids

    # === WHAT IS PROPOSED === #

    def _get_answers(self):
        self.ensure_one()
        return {name: self[name] for name in ANSWERS}

    @api.depends("case_id")
    def _compute_habits(self):
        """Fill in what the policies tell already."""
        for form in self:
            policies = form.case_id.policy_ids
            form.yearly_premium = "yearly" in policies.mapped("frequency")
            form.direct_debit = "office_debit" in policies.mapped("collection_method")

    @api.depends(*ANSWERS)
    def _compute_advice(self):
        names = dict(self._fields["way"]._description_selection(self.env))
        field = self.env["arrears.assessment"]._fields["proposed_reason"]
        reasons = dict(field._description_selection(self.env))
        for form in self:
            found = self.env["arrears.assessment"]._advise(form._get_answers())
            form.proposed_way = found[0].way
            form.advice = Markup("<ol class='mb-0'>%s</ol>") % Markup("").join(
                Markup("<li><strong>%s</strong>: %s</li>") % (names[each.way], reasons[each.reason])
                for each in found
            )

    @api.depends("proposed_way")
    def _compute_way(self):
        for form in self:
            form.way = form.proposed_way

    @api.depends("way", "proposed_way")
    def _compute_deviates(self):
        for form in self:
            form.deviates = bool(form.way) and form.way != form.proposed_way

    # === WHAT IT IS ABOUT === #

    @api.depends("case_id")
    def _compute_items(self):
        for form in self:
            open_items = self.env["arrears.item"].search(
                Domain("company_id", "=", form.company_id.id)
                & Domain("partner_id", "=", form.partner_id.id)
                & Domain("settled_on", "=", False)
            )
            taken = {item: form._why_left_out(item) for item in open_items}
            form.available_item_ids = open_items.filtered(lambda item, t=taken: not t[item])
            rows = Markup("").join(
                Markup("<li>%s: %s</li>") % (item.reference or "", why)
                for item, why in taken.items()
                if why
            )
            form.left_out = Markup("<ul class='mb-0'>%s</ul>") % rows if rows else False

    @api.model
    def _why_left_out(self, item):
        """Say why an item cannot be in a new arrangement; nothing when it can."""
        if item.source == "insurer_list":
            return self.env._("the insurer collects this premium itself.")
        if item.handover_id:
            return self.env._("a collector has it.")
        if arrangement := item.arrangement_id:
            return self.env._("it is in arrangement %s already.", arrangement.name)
        return "" if item.amount_open > 0 else self.env._("nothing of it is open any more.")

    @api.depends("available_item_ids")
    def _compute_item_ids(self):
        for form in self:
            form.item_ids = [Command.set(form.available_item_ids.ids)]

    def _get_sources(self):
        """Return what would be in the arrangement, by what is chosen."""
        return self.env["arrears.arrangement"]._get_sources(
            self.item_ids._origin, with_charges=self.charges == "include"
        )

    def _get_charges(self):
        """Return what can be waived over the chosen items: the fees, also announced, and interest.

        :return: (arrears.fee, arrears.interest)
        """
        items = self.item_ids._origin
        sources = self.env["arrears.arrangement"]._get_sources(items)
        fees, interests = (
            self.env[model].union(*(s for s in sources if s._name == model))
            for model in ("arrears.fee", "arrears.interest")
        )
        announced = items.notice_line_ids.notice_id.fee_id.filtered(
            lambda fee: fee.state == "announced"
        )
        return fees | announced, interests

    @api.depends("item_ids.policy_ids.coverage_state")
    def _compute_cover_text(self):
        for form in self:
            texts = [form._tell_cover(policy) for policy in form.item_ids.policy_ids]
            form.cover_text = (
                Markup("<ul class='mb-0'>%s</ul>")
                % Markup("").join(Markup("<li>%s</li>") % text for text in texts)
                if texts
                else False
            )

    @api.model
    def _tell_cover(self, policy):
        """Say what an arrangement does to the cover of a policy."""
        if policy.coverage_state == "suspended":
            return self.env._(
                "%s: no cover now. It stays so until all overdue premium of this policy has been "
                "received, also while the arrangement runs.",
                policy.name,
            )
        if policy.coverage_state == "ended":
            return self.env._(
                "%s: this policy has ended. The arrangement gives no cover back.", policy.name
            )
        if policy.coverage_state == "at_risk" and policy.office_role == "intermediary":
            return self.env._(
                "%s: the insurer decides about the cover. Ask whether there is cover, and tell the "
                "insurer about the arrangement.",
                policy.name,
            )
        return self.env._(
            "%s: insured. That stays so while the arrangement is kept and the new premiums are "
            "paid.",
            policy.name,
        )
