"""The insurance contract whose premium is owed and whose cover is at stake."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..law import identifiers, motor

LINES_OF_BUSINESS = [
    ("motor", "Motor"),
    ("home", "Home"),
    ("contents", "Contents"),
    ("liability", "Liability"),
    ("legal", "Legal expenses"),
    ("travel", "Travel"),
    ("health_basic", "Basic health"),
    ("health_extra", "Supplementary health"),
    ("life", "Life"),
    ("package", "Package"),
    ("other", "Other"),
]
OFFICE_ROLES = [("intermediary", "Intermediary"), ("authorised_agent", "Authorised agent")]


class InsurancePolicy(models.Model):
    _name = "insurance.policy"
    _description = "Insurance Policy"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _check_company_auto = True
    _order = "name, id"

    name = fields.Char(string="Policy number", required=True, tracking=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(
        "res.partner",
        string="Policyholder",
        required=True,
        index=True,
        check_company=True,
        tracking=True,
    )
    insurer_id = fields.Many2one(
        "res.partner",
        required=True,
        index=True,
        check_company=True,
        domain=[("is_insurer", "=", True)],
        tracking=True,
    )
    line_of_business = fields.Selection(LINES_OF_BUSINESS, required=True, default="other")
    licence_plate = fields.Char(help="Of the insured vehicle, with or without hyphens.")
    frequency = fields.Selection(
        [
            ("monthly", "Monthly"),
            ("quarterly", "Quarterly"),
            ("half_yearly", "Half-yearly"),
            ("yearly", "Yearly"),
        ],
        string="Premium frequency",
        required=True,
        default="monthly",
    )
    premium = fields.Monetary(help="Premium per term, in the company's currency.")
    collection_method = fields.Selection(
        [
            ("insurer", "By the insurer"),
            ("office_invoice", "By the office, invoice"),
            ("office_debit", "By the office, direct debit"),
        ],
        required=True,
        default="office_invoice",
    )
    office_role = fields.Selection(
        OFFICE_ROLES,
        required=True,
        compute="_compute_office_role",
        store=True,
        readonly=False,
        precompute=True,
        help="An intermediary reminds and warns, the insurer decides on cover. An authorised "
        "agent (gevolmachtigd agent) may suspend and end cover on the insurer's behalf.",
    )
    creditor = fields.Selection(
        [("insurer", "The insurer"), ("office", "The office")],
        required=True,
        default="insurer",
        help="The office is the creditor when it owes the premium to the insurer as its own debt "
        "(article 7:936 of the Dutch Civil Code).",
    )
    creditor_id = fields.Many2one(
        "res.partner", string="Creditor party", compute="_compute_creditor_id"
    )
    procedure_id = fields.Many2one(
        "arrears.procedure",
        check_company=True,
        index="btree_not_null",
        help="Empty: the one that fits insurer, line of business or customer.",
    )
    start_date = fields.Date(default=fields.Date.context_today)
    end_date = fields.Date(help="First day without cover; empty while the policy runs.")

    _end_after_start = models.Constraint(
        "CHECK (end_date IS NULL OR start_date IS NULL OR end_date >= start_date)",
        "A policy cannot end before it starts.",
    )
    _number_unique = models.UniqueIndex(
        "(company_id, insurer_id, name)",
        "This insurer already has a policy with this number in this company.",
    )

    @api.depends("company_id")
    def _compute_office_role(self):
        """Give a policy that comes without a role the usual one of its office."""
        for policy in self:
            usual = policy.company_id.arrears_office_role
            policy.office_role = policy.office_role or usual or "intermediary"

    @api.depends("creditor", "insurer_id", "company_id.partner_id")
    def _compute_creditor_id(self):
        for policy in self:
            policy.creditor_id = (
                policy.company_id.partner_id if policy.creditor == "office" else policy.insurer_id
            )

    @api.constrains("premium")
    def _check_premium(self):
        for policy in self:
            if policy.premium < 0:
                raise ValidationError(
                    self.env._(
                        "Policy %(policy)s: the premium is %(premium)s; a premium cannot be "
                        "negative.",
                        policy=policy.name,
                        premium=policy.premium,
                    )
                )

    @api.constrains("insurer_id", "name")
    def _check_insurer_id(self):
        for policy in self:
            if not policy.insurer_id.is_insurer:
                raise ValidationError(
                    self.env._(
                        "Policy %(policy)s: the insurer %(partner)s is not marked as an insurer. "
                        "Tick “Insurer” on that contact, or choose another one.",
                        policy=policy.name,
                        partner=policy.insurer_id.display_name,
                    )
                )

    @api.constrains("procedure_id", "partner_id")
    def _check_procedure_id(self):
        for policy in self.filtered("procedure_id"):
            debtor = policy.partner_id.commercial_partner_id
            if not policy.procedure_id._fits_debtor(debtor._get_debtor_type()):
                raise ValidationError(
                    self.env._(
                        "Policy %(policy)s: procedure %(procedure)s is meant for another type of "
                        "debtor than %(partner)s.",
                        policy=policy.name,
                        procedure=policy.procedure_id.name,
                        partner=debtor.display_name,
                    )
                )

    @api.constrains("licence_plate", "line_of_business")
    def _check_licence_plate(self):
        for policy in self.filtered("licence_plate"):
            try:
                identifiers.licence_plate(policy.licence_plate)
            except ValueError as error:
                raise ValidationError(
                    self.env._(
                        "Policy %(policy)s: %(plate)s is not a Dutch licence plate; six letters "
                        "and digits are expected, such as GB-123-K.",
                        policy=policy.name,
                        plate=policy.licence_plate,
                    )
                ) from error

    def _is_vehicle(self):
        """Tell whether RDW must hear of this policy's cover (article 13 WAM)."""
        self.ensure_one()
        return motor.concerns_rdw(self.line_of_business or "other", self.licence_plate or "")

    def _is_office_collected(self):
        """Tell whether the office itself asks for the premium of this policy."""
        self.ensure_one()
        return self.collection_method != "insurer"

    def action_view_cases(self):
        """Open the arrears cases in which this policy's premium is (or was) open."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "premium_arrears.arrears_case_action"
        )
        action["domain"] = [("item_ids.policy_ids", "in", self.ids)]
        action["context"] = {}
        return action
