"""A collection policy: the ladder of stages that an office follows, and for whom."""

from math import inf

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .insurance_policy import LINES_OF_BUSINESS

# How well a procedure fits, beside the weights of the matchers (0 to 3): see _specificity().
CHOSEN_ON_POLICY = 4
DEFAULT = -1
COLLECTED_BY = [("office", "The office"), ("insurer", "The insurer")]


class ArrearsProcedure(models.Model):
    _name = "arrears.procedure"
    _description = "Arrears Procedure"
    _check_company_auto = True
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one(
        "res.company", index=True, help="Empty: for every company of this database."
    )
    debtor_type = fields.Selection(
        [("consumer", "Consumer"), ("business", "Business")],
        help="Empty: for any debtor. What the law grants a consumer follows the debtor, whatever "
        "the procedure.",
    )
    insurer_id = fields.Many2one(
        "res.partner",
        domain=[("is_insurer", "=", True)],
        check_company=True,
        index="btree_not_null",
        help="Empty: for the policies of any insurer.",
    )
    line_of_business = fields.Selection(
        LINES_OF_BUSINESS, help="Empty: for policies of any line of business."
    )
    collected_by = fields.Selection(
        COLLECTED_BY,
        string="Collected by",
        required=True,
        default="office",
        help="Of premium that the insurer collects itself the office collects nothing: it only "
        "helps, with service messages.",
    )
    stage_ids = fields.One2many("arrears.stage", "procedure_id", copy=True)
    advance_days = fields.Integer(
        string="Remind before the due date",
        help="Days before the due date on which a customer who pays by invoice gets a friendly "
        "e-mail. It has no legal effect. 0: no such e-mail.",
    )
    note = fields.Html(help="For colleagues: when this procedure is used, and why it is so.")

    _advance_not_negative = models.Constraint(
        "CHECK (advance_days >= 0)", "The days before the due date cannot be negative."
    )

    # === CHOICE === #

    @api.model
    def _choose(self, company, wanted, collected_by="office"):
        """Return the procedure of each item-to-be, in a fixed number of queries; empty if none.

        For one policy: the procedure chosen on the policy; else the one for its insurer and line
        of business (both before one of them, the insurer before the line of business); else the
        one for the debtor type or for any debtor; else the company's default. A procedure for the
        other type of debtor never fits, an archived one is for old cases only. Between equals a
        company's own goes before a shared one, then one for this debtor type before one for any.

        A collective invoice has several policies and one item: the procedure that fits one of
        them most specifically is taken; of equally specific ones that of the first policy, by
        number.

        :param company: the company whose items need a procedure
        :param wanted: iterable of (policies, debtor type) pairs
        :param collected_by: who collects the premium, see ``COLLECTED_BY``
        :return: dict from pair to procedure
        """
        candidates = self.search(
            [("company_id", "in", [company.id, False]), ("collected_by", "=", collected_by)]
        )
        ranked = candidates.sorted(lambda procedure: procedure._rank())
        default = company.arrears_procedure_id.filtered(lambda p: p.collected_by == collected_by)
        by_facts, chosen = {}, {}
        for policies, debtor_type in wanted:
            fits = []
            for policy in policies.sorted(lambda policy: (policy.name, policy.id)):
                facts = (policy.procedure_id, policy.insurer_id, policy.line_of_business)
                if (*facts, debtor_type) not in by_facts:
                    found = ranked._choose_for_policy(policy, debtor_type, default, collected_by)
                    by_facts[*facts, debtor_type] = found
                fits.append(by_facts[*facts, debtor_type])
            # max() keeps the first of equally specific ones.
            _weight, chosen[policies, debtor_type] = max(fits, key=lambda fit: fit[0])
        return chosen

    def _choose_for_policy(self, policy, debtor_type, default, collected_by="office"):
        """Return how specific the best procedure for a policy is, and that procedure.

        :param self: the candidates, best first
        """
        own = policy.procedure_id
        if own.active and own._fits_debtor(debtor_type) and own.collected_by == collected_by:
            return CHOSEN_ON_POLICY, own
        for procedure in self:
            if procedure._fits_debtor(debtor_type) and procedure._fits_policy(policy):
                return procedure._specificity(), procedure
        if default.active and default._fits_debtor(debtor_type):
            return DEFAULT, default
        return DEFAULT, self.browse()

    def _rank(self):
        """Return the key that sorts procedures, the first to be tried first."""
        self.ensure_one()
        general = (bool(not self.company_id), not self.debtor_type, self.sequence, self.id)
        return (-self._specificity(), *general)

    def _specificity(self):
        """Return how much this procedure asks of a policy: 0 nothing, 3 insurer and line."""
        self.ensure_one()
        return 2 * bool(self.insurer_id) + bool(self.line_of_business)

    def _fits_debtor(self, debtor_type):
        self.ensure_one()
        return not self.debtor_type or self.debtor_type == debtor_type

    def _fits_policy(self, policy):
        self.ensure_one()
        return (not self.insurer_id or self.insurer_id == policy.insurer_id) and (
            not self.line_of_business or self.line_of_business == policy.line_of_business
        )

    @api.model
    def _check_chosen(self, company, chosen):
        """Refuse to go on when nothing fits, in words that say what is missing.

        :param chosen: what _choose() found
        :raise UserError: naming the types of debtor without a procedure
        """
        missing = {kind for (_policies, kind), procedure in chosen.items() if not procedure}
        if not missing:
            return
        labels = dict(self._fields["debtor_type"]._description_selection(self.env))
        raise UserError(
            self.env._(
                "Company %(company)s has no arrears procedure for debtors of the type "
                "“%(types)s”. Make one under Arrears, Configuration, Procedures.",
                company=company.name,
                types=", ".join(sorted(labels[kind] for kind in missing)),
            )
        )

    # === DATES IN FORCE === #

    def _get_stages_on(self, day):
        """Return the stages that apply to what came into arrears on ``day``, in order."""
        self.ensure_one()
        in_force = self.stage_ids.filtered(lambda stage: stage._is_in_force(day))
        # A stage that is being added in a form has no number yet: it comes last.
        return in_force.sorted(lambda stage: (stage.sequence, stage._origin.id or inf))

    def _get_running_ladders(self):
        """Return the stages that unsettled items of these procedures go by.

        :return: dict from (procedure, day on which items came into arrears) to the stages
        """
        # A shared procedure is at work in companies that its editor need not see.
        groups = (
            self.env["arrears.item"]
            .sudo()
            ._read_group(
                Domain("procedure_id", "in", self.ids) & Domain("settled_on", "=", False),
                ["procedure_id", "opened_on:day"],
            )
        )
        return {
            (procedure, day): self.browse(procedure.id)._get_stages_on(day)
            for procedure, day in groups
        }

    def _get_running_order(self):
        """Return the running ladders as ids, since two recordsets are equal in any order."""
        return {key: stages.ids for key, stages in self._get_running_ladders().items()}

    def action_revise(self):
        """Open the form that changes the rules from a day on, for new arrears only."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Change from a day"),
            "res_model": "arrears.procedure.revise",
            "view_mode": "form",
            "target": "new",
            "context": {"default_procedure_id": self.id},
        }
