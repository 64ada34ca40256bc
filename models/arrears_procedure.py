"""A collection policy: the ladder of stages that an office follows for a type of debtor."""

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class ArrearsProcedure(models.Model):
    _name = "arrears.procedure"
    _description = "Arrears Procedure"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one(
        "res.company", index=True, help="Empty: for every company of this database."
    )
    debtor_type = fields.Selection(
        [("consumer", "Consumer"), ("business", "Business")], required=True, default="consumer"
    )
    stage_ids = fields.One2many("arrears.stage", "procedure_id", copy=True)
    note = fields.Html(help="For colleagues: when this procedure is used, and why it is so.")

    def _find_for(self, company, debtor_types):
        """Return the procedure of each debtor type, a company's own before the shared ones.

        :param company: the company whose cases need a procedure
        :param debtor_types: iterable of ``consumer`` and ``business``
        :return: dict from debtor type to procedure
        :raise UserError: when a debtor type has no procedure, naming it
        """
        debtor_types = set(debtor_types)
        found = self.search(
            Domain("debtor_type", "in", list(debtor_types))
            & Domain("company_id", "in", [company.id, False])
        )
        by_type = {}
        for procedure in found.sorted(lambda p: (not p.company_id, p.sequence, p.id)):
            by_type.setdefault(procedure.debtor_type, procedure)
        if missing := debtor_types - by_type.keys():
            labels = dict(self._fields["debtor_type"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "Company %(company)s has no arrears procedure for debtors of the type "
                    "“%(types)s”. Make one under Arrears, Configuration, Procedures.",
                    company=company.name,
                    types=", ".join(sorted(labels[kind] for kind in missing)),
                )
            )
        return by_type
