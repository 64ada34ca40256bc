"""A row of a bordereau: one event of one policy, reported once."""

from odoo import api, fields, models
from odoo.exceptions import UserError

EVENTS = [
    ("suspended", "Cover suspended"),
    ("resumed", "Cover resumed"),
    ("terminated", "Policy ended"),
    ("arranged", "Arrangement"),
    ("arrangement_ended", "Arrangement ended"),
]


class InsuranceBordereauLine(models.Model):
    _name = "insurance.bordereau.line"
    _description = "Bordereau Row"
    _order = "bordereau_id desc, number"
    _rec_name = "number"

    bordereau_id = fields.Many2one(
        "insurance.bordereau", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="bordereau_id.company_id", store=True, index=True)
    number = fields.Integer(string="Row", required=True, readonly=True)
    event = fields.Selection(EVENTS, required=True, readonly=True)
    policy_id = fields.Many2one(
        "insurance.policy", required=True, readonly=True, index=True, ondelete="restrict"
    )
    partner_id = fields.Many2one(related="policy_id.partner_id", string="Policyholder")
    gap_id = fields.Many2one(
        "insurance.coverage.gap", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    case_id = fields.Many2one(
        "arrears.case", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    day = fields.Date(required=True, readonly=True, help="From which day it holds.")
    reason = fields.Char(readonly=True)
    rdw_told_on = fields.Date(string="RDW told on", readonly=True)
    late = fields.Boolean(
        readonly=True, help="It belongs to an earlier period, and became known after that."
    )
    corrects_id = fields.Many2one(
        "insurance.bordereau.line",
        string="Takes back",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="The row of an earlier bordereau that does not hold any more.",
    )
    event_key = fields.Char(required=True, readonly=True)
    live = fields.Boolean(
        default=True, readonly=True, help="It holds; no later bordereau took it back."
    )

    _once = models.UniqueIndex(
        "(company_id, event_key) WHERE live", "This was reported to the insurer already."
    )
    _one_counter = models.UniqueIndex(
        "(corrects_id) WHERE corrects_id IS NOT NULL", "This row was taken back already."
    )

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.corrects_id.live = False
        return lines

    @api.ondelete(at_uninstall=False)
    def _unlink_except_row(self):
        raise UserError(self.env._("What was reported to an insurer is kept as evidence."))

    def _still_holds(self):
        """Tell whether what this row reported is still so."""
        self.ensure_one()
        gap = self.gap_id
        if self.event == "suspended":
            return gap.start == self.day and gap._holds_a_day()
        if self.event == "resumed":
            return gap.resume == self.day and gap._holds_a_day()
        if self.event == "terminated":
            return self.policy_id.end_date == self.day
        return True  # an arrangement that ends was one all the same

    def _prepare_counter_vals(self):
        """Return the counter-row that takes this row back."""
        self.ensure_one()
        return {
            "event": self.event,
            "policy_id": self.policy_id.id,
            "gap_id": self.gap_id.id,
            "case_id": self.case_id.id,
            "day": self.day,
            "reason": self.env._(
                "Taken back: row %(row)s of %(bordereau)s",
                row=self.number,
                bordereau=self.bordereau_id.name,
            ),
            "late": True,
            "corrects_id": self.id,
            "event_key": self.event_key,
            "live": False,
        }
