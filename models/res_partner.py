"""The debtor, and the insurer: what arrears need to know of a contact."""

from odoo import api, fields, models
from odoo.fields import Domain


class ResPartner(models.Model):
    _inherit = "res.partner"

    is_insurer = fields.Boolean(string="Insurer")
    deducts_vat = fields.Boolean(
        string="Deducts VAT",
        help="The insurer can deduct the VAT of our collection service. Then no VAT comes on top "
        "of a collection fee (collection costs decree, article 2(3)).",
    )
    debtor_type = fields.Selection(
        [("consumer", "Consumer"), ("business", "Business")],
        compute="_compute_debtor_type",
        store=True,
        readonly=False,
        help="Decides which notices and fees the law allows. A sole trader with a private policy "
        "is a consumer.",
    )
    insurance_policy_ids = fields.One2many("insurance.policy", "partner_id")
    insurance_policy_count = fields.Integer(compute="_compute_insurance_policy_count")
    arrears_case_ids = fields.One2many("arrears.case", "partner_id")
    arrears_case_count = fields.Integer(compute="_compute_arrears")
    arrears_stage_id = fields.Many2one(
        "arrears.stage", compute="_compute_arrears", search="_search_arrears_stage_id"
    )
    arrears_amount = fields.Monetary(
        string="Arrears", compute="_compute_arrears", search="_search_arrears_amount"
    )
    coverage_alert = fields.Selection(
        [("at_risk", "Cover at risk"), ("suspended", "Cover suspended")],
        compute="_compute_coverage_alert",
        search="_search_coverage_alert",
    )

    @api.depends("is_company")
    def _compute_debtor_type(self):
        for partner in self:
            partner.debtor_type = "business" if partner.is_company else "consumer"

    @api.depends("insurance_policy_ids")
    def _compute_insurance_policy_count(self):
        counts = dict(
            self.env["insurance.policy"]._read_group(
                [("partner_id", "in", self.ids)], ["partner_id"], ["__count"]
            )
        )
        for partner in self:
            partner.insurance_policy_count = counts.get(partner, 0)

    @api.depends_context("allowed_company_ids")
    @api.depends("arrears_case_ids.amount_open", "arrears_case_ids.state")
    def _compute_arrears(self):
        figures = self.env["arrears.case"]._read_group(
            [
                ("partner_id", "in", self.commercial_partner_id.ids),
                ("state", "!=", "closed"),
                ("company_id", "in", self.env.companies.ids),
            ],
            ["partner_id"],
            ["__count", "amount_due:sum", "stage_id:recordset"],
        )
        by_partner = {partner: rest for partner, *rest in figures}
        no_stage = self.env["arrears.stage"]
        # Every group would read its own stages; read together they are one query.
        together = [stage.id for *_rest, stages in figures for stage in stages]
        for partner in self:
            count, amount, stages = by_partner.get(
                partner.commercial_partner_id, (0, 0.0, no_stage)
            )
            partner.arrears_case_count = count
            partner.arrears_amount = amount
            # Of several cases the furthest one is what a colleague should see first.
            partner.arrears_stage_id = stages.with_prefetch(together).sorted("sequence")[-1:]

    def _search_arrears_stage_id(self, operator, value):
        if operator != "in":
            return NotImplemented
        open_cases = Domain("state", "!=", "closed")
        found = Domain("arrears_case_ids", "any", open_cases & Domain("stage_id", "in", value))
        if False in value:
            found |= ~Domain(
                "arrears_case_ids", "any", open_cases & Domain("stage_id", "!=", False)
            )
        return found

    def _search_arrears_amount(self, operator, value):
        if operator not in (">", ">=", "<", "<=", "in"):
            return NotImplemented
        groups = self.env["arrears.case"]._read_group(
            [("state", "!=", "closed"), ("company_id", "in", self.env.companies.ids)],
            ["partner_id"],
            ["amount_due:sum"],
        )
        compare = {
            ">": lambda amount: amount > value,
            ">=": lambda amount: amount >= value,
            "<": lambda amount: amount < value,
            "<=": lambda amount: amount <= value,
            "in": lambda amount: amount in value,
        }[operator]
        owing = [partner.id for partner, _amount in groups]
        matching = [partner.id for partner, amount in groups if compare(amount)]
        domain = Domain("id", "in", matching)
        return domain | Domain("id", "not in", owing) if compare(0.0) else domain

    @api.depends_context("allowed_company_ids")
    @api.depends("insurance_policy_ids.coverage_state")
    def _compute_coverage_alert(self):
        groups = self.env["insurance.policy"]._read_group(
            [
                ("partner_id", "child_of", self.commercial_partner_id.ids),
                ("coverage_state", "in", ("at_risk", "suspended")),
                ("company_id", "in", self.env.companies.ids),
            ],
            ["partner_id", "coverage_state"],
        )
        alerts = {}
        for partner, state in groups:
            key = partner.commercial_partner_id
            alerts[key] = "suspended" if "suspended" in (state, alerts.get(key)) else state
        for partner in self:
            partner.coverage_alert = alerts.get(partner.commercial_partner_id, False)

    def _search_coverage_alert(self, operator, value):
        if operator != "in":
            return NotImplemented
        policies = self.env["insurance.policy"]
        domain = Domain.FALSE
        if wanted := [state for state in value if state]:
            domain |= Domain("insurance_policy_ids", "any", [("coverage_state", "in", wanted)])
        if False in value:
            states = ("at_risk", "suspended")
            alarmed = policies.search([("coverage_state", "in", states)]).partner_id
            domain |= Domain("id", "not in", alarmed.ids)
        return domain

    def _get_debtor_type(self):
        """Return whom the law sees in this debtor; who is not known is protected as a consumer."""
        self.ensure_one()
        return self.debtor_type or "consumer"

    def action_view_arrears_cases(self):
        """Open this contact's arrears cases."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "premium_arrears.arrears_case_action"
        )
        action["domain"] = [("partner_id", "=", self.commercial_partner_id.id)]
        action["context"] = {}
        return action

    def action_view_insurance_policies(self):
        """Open this contact's policies."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "premium_arrears.insurance_policy_action"
        )
        action["domain"] = [("partner_id", "child_of", self.commercial_partner_id.id)]
        action["context"] = {"default_partner_id": self.id}
        return action
