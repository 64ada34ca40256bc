"""A row of an insurer's arrears list, as the insurer wrote it, and what it means here."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

OUTCOMES = [
    ("new", "New"),
    ("changed", "Changed"),
    ("unchanged", "Unchanged"),
    ("error", "Error"),
]
# What a row tells of an arrear; a row that says the same of all of these is unchanged.
TOLD = (
    *("policy_id", "amount", "due_date", "reference", "insurer_stage"),
    *("suspended_since", "resumed_on", "ended_on"),
)

RELATIONS = ("list_id", "policy_id", "item_id")


class InsuranceArrearsListLine(models.Model):
    _name = "insurance.arrears.list.line"
    _description = "Row of an Insurer's List"
    _order = "list_id desc, number"
    _rec_name = "policy_number"

    list_id = fields.Many2one(
        "insurance.arrears.list", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="list_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    number = fields.Integer(string="Row", required=True, readonly=True)
    policy_number = fields.Char(readonly=True, help="As the list has it.")
    policy_id = fields.Many2one(
        "insurance.policy", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    customer_name = fields.Char(string="Customer", readonly=True, help="As the list has it.")
    due_date = fields.Date(readonly=True)
    amount = fields.Monetary(readonly=True)
    reference = fields.Char(string="The insurer's reference", readonly=True)
    insurer_stage = fields.Char(string="The insurer's stage", readonly=True)
    suspended_since = fields.Date(string="Suspended since", readonly=True)
    resumed_on = fields.Date(readonly=True, help="First day with cover again.")
    ended_on = fields.Date(readonly=True, help="First day without a policy.")
    key = fields.Char(readonly=True, help="What tells this row apart from the others.")
    outcome = fields.Selection(OUTCOMES, required=True, readonly=True, index=True)
    outcome_order = fields.Integer(
        compute="_compute_outcome_order",
        store=True,
        help="What asks for attention comes first: errors, then what is new or changed.",
    )
    note = fields.Char(string="What is different, or wrong", readonly=True)
    item_id = fields.Many2one(
        "arrears.item",
        string="Arrear",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )

    @api.depends("outcome")
    def _compute_outcome_order(self):
        order = ("error", "new", "changed", "unchanged")
        for line in self:
            line.outcome_order = order.index(line.outcome)

    def write(self, vals):
        if any(line.list_id.state == "loaded" for line in self) and not self.env.su:
            raise UserError(self.env._("A list that was loaded stays as it was."))
        return super().write(vals)

    def _are(self, vals_list):
        """Tell whether these lines are the very rows of ``vals_list``, in that order."""
        return len(self) == len(vals_list) and all(
            (line[name].id if name in RELATIONS else line[name] or False) == (value or False)
            for line, vals in zip(self, vals_list, strict=True)
            for name, value in vals.items()
        )

    def _describe_changes(self, row):
        """Return in words what a newer row says that this one did not; empty: nothing.

        :param row: dict of values, as the list's ``_read_rows`` returns them
        """
        self.ensure_one()
        changes = []
        for name in TOLD:
            old = self[name].id if name in RELATIONS else self[name]
            if (old or False) != (row[name] or False):
                changes.append(
                    self.env._(
                        "%(what)s: %(old)s, now %(new)s",
                        what=self._fields[name]._description_string(self.env),
                        old=self._show(name, old),
                        new=self._show(name, row[name]),
                    )
                )
        return "; ".join(changes)

    def _show(self, name, value):
        """Return a value in words, for a colleague; a dash when there is none."""
        if name == "amount":
            return self.currency_id.format(value)
        if name == "policy_id":
            value = self.env["insurance.policy"].browse(value or ()).name
        if value and self._fields[name].type == "date":
            return format_date(self.env, value)
        return str(value or "-")
