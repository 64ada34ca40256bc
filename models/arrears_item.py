"""An item: one overdue receivable line inside a case, or one row of an insurer's arrears list."""

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

# What the next step waits for, or why there is none: the codes of law.ladder, and our own.
NEXT_REASONS = [
    ("nothing_open", "Nothing is open"),
    ("handed_over", "Handed over"),
    ("on_hold", "On hold"),
    ("arrangement", "Arrangement"),
    ("left_alone", "Blocked, or out of follow-up"),
    ("waiting_for_delivery", "A notice or a decision is under way"),
    ("ladder_done", "All steps were taken"),
    ("below_minimum", "Too little is open"),
    ("not_due", "Not due yet"),
    ("waiting_for_term", "The term of the last notice runs"),
    ("quiet_days", "The customer was contacted lately"),
    ("fresh_term", "Fresh term after a hold"),
    ("postponed", "Postponed by a colleague"),
    ("due", "Due"),
    ("notice_failed", "The last notice did not arrive"),
    ("notice_withdrawn", "The last notice was withdrawn"),
]


class ArrearsItem(models.Model):
    _name = "arrears.item"
    _description = "Arrears Item"
    _order = "due_date, id"
    _rec_name = "reference"

    case_id = fields.Many2one("arrears.case", required=True, index=True, ondelete="restrict")
    company_id = fields.Many2one(related="case_id.company_id", store=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(related="case_id.partner_id", store=True, index=True)
    source = fields.Selection(
        [("invoice", "Our invoice"), ("insurer_list", "The insurer's list")],
        required=True,
        readonly=True,
        default="invoice",
        help="Who tells that it is unpaid: our own books, or the insurer that collects itself.",
    )
    move_line_id = fields.Many2one(
        "account.move.line", string="Receivable line", ondelete="restrict"
    )
    move_id = fields.Many2one(related="move_line_id.move_id", string="Invoice")
    list_line_id = fields.Many2one(
        "insurance.arrears.list.line",
        string="Row of the insurer's list",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="The last row that told something new about it.",
    )
    # Who reads arrears need not have rights on invoices; its number is all that is told.
    reference = fields.Char(
        compute="_compute_reference", search="_search_reference", compute_sudo=True
    )
    policy_ids = fields.Many2many("insurance.policy", string="Policies", readonly=True)
    procedure_id = fields.Many2one(
        "arrears.procedure", required=True, readonly=True, ondelete="restrict"
    )
    opened_on = fields.Date(
        string="In arrears since",
        required=True,
        readonly=True,
        help="Business day on which it came into arrears, or reopened. It follows the stages that "
        "were in force on that day.",
    )
    due_date = fields.Date(required=True, readonly=True, help="Last day to pay in time.")
    amount_open = fields.Monetary(compute="_compute_amount_open", store=True)
    settled_on = fields.Date(
        readonly=True, help="Day on which the last part was credited; empty while anything is open."
    )
    # Each time a settled item opens again (a reversed payment), or a colleague moves an item back,
    # a new cycle starts: notices of an earlier cycle count for nothing any more, and the customer
    # gets a fresh term.
    cycle = fields.Integer(readonly=True, default=1)
    restarted_on = fields.Date(readonly=True)
    # Where a colleague placed it by hand: nothing below is taken any more. See _move_to_stage().
    start_stage_id = fields.Many2one(
        "arrears.stage", string="Placed at", readonly=True, ondelete="restrict"
    )
    # Projection of the notices, payments and holds: see _project().
    stage_id = fields.Many2one("arrears.stage", readonly=True, ondelete="restrict")
    next_stage_id = fields.Many2one(
        "arrears.stage", string="Next step", readonly=True, ondelete="restrict"
    )
    next_step_date = fields.Date(string="Next step on", readonly=True)
    next_reason = fields.Selection(NEXT_REASONS, string="Why then", readonly=True)
    postponed_until = fields.Date(
        readonly=True, help="A colleague postponed the next step until this day, with a reason."
    )
    stale = fields.Boolean(
        readonly=True, default=True, help="Facts have changed since the next step was worked out."
    )
    notice_line_ids = fields.One2many("arrears.notice.line", "item_id", readonly=True)

    _one_source = models.Constraint(
        "CHECK ((source = 'invoice') = (move_line_id IS NOT NULL)"
        " AND (source = 'insurer_list') = (list_line_id IS NOT NULL))",
        "An item is about one receivable line, or about one row of an insurer's list.",
    )
    _one_item_per_line = models.UniqueIndex("(move_line_id)", "This line is in a case already.")
    # What a night writes in every item (stage, next step, stale) stands in no index: PostgreSQL
    # then changes a row in its page and leaves all indexes alone.
    _open_index = models.Index("(company_id) WHERE settled_on IS NULL")

    def init(self):
        # Room in each page for the row as it will be after the next night.
        self.env.cr.execute(
            SQL("ALTER TABLE %s SET (fillfactor = 60)", SQL.identifier(self._table))
        )

    @api.depends("move_line_id.move_name", "list_line_id.reference", "list_line_id.policy_id.name")
    def _compute_reference(self):
        for item in self:
            row = item.list_line_id
            item.reference = item.move_line_id.move_name or row.reference or row.policy_id.name

    def _search_reference(self, operator, value):
        if operator in Domain.NEGATIVE_OPERATORS:
            return NotImplemented
        return Domain.OR(
            Domain(path, operator, value)
            for path in (
                "move_line_id.move_name",
                "list_line_id.reference",
                "list_line_id.policy_id.name",
            )
        )

    @api.depends(
        "move_line_id.amount_residual",
        "move_line_id.parent_state",
        "list_line_id.amount",
        "settled_on",
    )
    def _compute_amount_open(self):
        for item in self:
            if row := item.list_line_id:
                item.amount_open = 0.0 if item.settled_on else row.amount
                continue
            item.amount_open = item.move_line_id._get_arrears()
