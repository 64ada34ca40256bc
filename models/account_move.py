"""An invoice shows the arrears it is in; it stores nothing of them."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain


class AccountMove(models.Model):
    _inherit = "account.move"

    insurance_policy_ids = fields.Many2many(
        "insurance.policy",
        string="Policies",
        compute="_compute_insurance_policy_ids",
        search="_search_insurance_policy_ids",
    )
    arrears_case_ids = fields.Many2many(
        "arrears.case", compute="_compute_arrears", search="_search_arrears_case_ids"
    )
    arrears_stage_id = fields.Many2one(
        "arrears.stage", compute="_compute_arrears", search="_search_arrears_stage_id"
    )
    coverage_state = fields.Selection(
        [
            ("in_force", "In force"),
            ("at_risk", "At risk"),
            ("suspended", "Suspended"),
            ("ended", "Ended"),
        ],
        string="Cover",
        compute="_compute_coverage_state",
        search="_search_coverage_state",
    )

    @api.depends("invoice_line_ids.insurance_policy_id")
    def _compute_insurance_policy_ids(self):
        for move in self:
            move.insurance_policy_ids = move.invoice_line_ids.insurance_policy_id

    def _search_insurance_policy_ids(self, operator, value):
        if operator in Domain.NEGATIVE_OPERATORS:
            return NotImplemented
        return Domain("invoice_line_ids.insurance_policy_id", operator, value)

    @api.depends("line_ids.arrears_item_ids.stage_id", "line_ids.arrears_item_ids.settled_on")
    def _compute_arrears(self):
        groups = self.env["arrears.item"]._read_group(
            [("move_line_id.move_id", "in", self.ids), ("settled_on", "=", False)],
            ["move_line_id.move_id"],
            ["case_id:recordset", "stage_id:recordset"],
        )
        found = {move: (cases, stages) for move, cases, stages in groups}
        nothing = (self.env["arrears.case"], self.env["arrears.stage"])
        # Every group would read its own cases and stages; read together they are one query each.
        together = [[record.id for row in groups for record in row[place]] for place in (1, 2)]
        # What the rules look at; else it is read again for each invoice.
        nothing[0].browse(dict.fromkeys(together[0])).fetch(["company_id"])
        for move in self:
            cases, stages = found.get(move, nothing)
            move.arrears_case_ids = cases
            move.arrears_stage_id = stages.with_prefetch(together[1]).sorted("sequence")[-1:]

    def _search_arrears_case_ids(self, operator, value):
        return self._search_items("case_id", operator, value)

    def _search_arrears_stage_id(self, operator, value):
        return self._search_items("stage_id", operator, value)

    def _search_items(self, field, operator, value):
        """Return the domain of invoices with an unsettled item for which ``field`` matches."""
        if operator != "in":
            return NotImplemented
        items = self.env["arrears.item"]._search([("settled_on", "=", False), (field, "in", value)])
        found = Domain("line_ids", "any", [("arrears_item_ids", "in", items)])
        if False in value:
            any_item = self.env["arrears.item"]._search(
                [("settled_on", "=", False), (field, "!=", False)]
            )
            found |= ~Domain("line_ids", "any", [("arrears_item_ids", "in", any_item)])
        return found

    @api.depends("invoice_line_ids.insurance_policy_id.coverage_state")
    def _compute_coverage_state(self):
        order = ("suspended", "at_risk", "ended", "in_force")
        for move in self:
            states = set(move.invoice_line_ids.insurance_policy_id.mapped("coverage_state"))
            move.coverage_state = next((state for state in order if state in states), False)

    def _search_coverage_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        wanted = [state for state in value if state]
        found = Domain("invoice_line_ids.insurance_policy_id.coverage_state", "in", wanted)
        if False in value:
            found |= Domain("invoice_line_ids.insurance_policy_id", "=", False)
        return found

    def _check_one_creditor(self):
        """Refuse an invoice whose premiums are owed to two creditors: one letter, one creditor."""
        for move in self:
            creditors = move.invoice_line_ids.insurance_policy_id.creditor_id
            if len(creditors) > 1:
                raise ValidationError(
                    self.env._(
                        "Invoice %(invoice)s, policy: its premiums are owed to %(creditors)s. Make "
                        "one invoice per creditor.",
                        invoice=move.display_name,
                        creditors=", ".join(creditors.mapped("display_name")),
                    )
                )

    def action_view_arrears_cases(self):
        """Open the arrears cases that this invoice is in."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "premium_arrears.arrears_case_action"
        )
        action["domain"] = [("id", "in", self.arrears_case_ids.ids)]
        action["context"] = {}
        return action
