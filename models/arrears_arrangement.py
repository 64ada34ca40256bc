"""An arrangement: what a customer owes, paid in parts or later, free of cost and interest."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from .by_hand import check_by_hand, without_foreign_defaults
from .no_bsn import check_no_bsn

STATES = [
    ("draft", "Draft"),
    ("proposed", "Proposed"),
    ("active", "Active"),
    ("kept", "Kept"),
    ("broken", "Broken"),
    ("cancelled", "Cancelled"),
]
# While these last nothing is sent, charged or suspended over what is in them.
FREEZING = ("proposed", "active")
KINDS = [("arrangement", "In instalments"), ("deferral", "Later, at once")]
ORIGINS = [("office", "The office"), ("portal", "The customer, on the own page")]
EVERY = [("month", "Month"), ("four_weeks", "Four weeks"), ("week", "Week")]
RESTS = [("first", "First instalment"), ("last", "Last instalment")]
# What a colleague fills in; the rest is worked out, or written by a button.
BY_HAND = frozenset({"user_id", "note"})


class ArrearsArrangement(models.Model):
    _name = "arrears.arrangement"
    _description = "Payment Arrangement"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _check_company_auto = True
    _order = "id desc"

    name = fields.Char(string="Arrangement number", required=True, readonly=True, copy=False)
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(
        "res.partner", string="Debtor", required=True, readonly=True, index=True
    )
    kind = fields.Selection(KINDS, required=True, readonly=True, default="arrangement")
    state = fields.Selection(STATES, required=True, readonly=True, default="draft", index=True)
    origin = fields.Selection(ORIGINS, required=True, readonly=True, default="office")
    line_ids = fields.One2many("arrears.arrangement.line", "arrangement_id", readonly=True)
    case_ids = fields.Many2many(
        "arrears.case",
        "arrears_arrangement_case_rel",
        "arrangement_id",
        "case_id",
        string="Cases",
        readonly=True,
    )
    instalment_ids = fields.One2many("arrears.instalment", "arrangement_id", readonly=True)
    every = fields.Selection(EVERY, string="One instalment every", readonly=True, default="month")
    day_of_month = fields.Integer(readonly=True, help="On which instalments of a month are due.")
    amount = fields.Monetary(
        string="Agreed", compute="_compute_amount", store=True, help="All instalments together."
    )
    amount_paid = fields.Monetary(
        string="Paid", readonly=True, help="What was paid of what is in it since it was made."
    )
    amount_dropped = fields.Monetary(
        string="Fallen away",
        readonly=True,
        help="Need not be paid any more: an invoice was credited, or a cost waived.",
    )
    amount_open = fields.Monetary(string="Still to pay", compute="_compute_amount_open", store=True)
    user_id = fields.Many2one(
        "res.users", string="Handler", index="btree_not_null", check_company=True
    )
    note = fields.Char(help="Seen by colleagues, never by the customer. No health data, please.")
    # === WHEN AND BY WHOM === #
    proposed_on = fields.Date(readonly=True)
    needs_approval = fields.Boolean(
        readonly=True, help="It goes beyond what a handler may agree to: a manager approves it."
    )
    approved_by_id = fields.Many2one("res.users", readonly=True)
    needs_acceptance = fields.Boolean(
        readonly=True, help="It starts when the customer accepts it, not before."
    )
    accept_by = fields.Date(readonly=True, help="Last day to accept it; after that it is off.")
    accepted_on = fields.Date(readonly=True)
    accepted_via = fields.Selection(
        [("portal", "On the own page"), ("phone", "By phone"), ("writing", "In writing")],
        readonly=True,
    )
    started_on = fields.Date(readonly=True)
    paused_from = fields.Date(readonly=True)
    paused_until = fields.Date(readonly=True, help="Last day of the pause.")
    closed_on = fields.Date(readonly=True, help="Day on which it was kept, broken or cancelled.")
    reason = fields.Char(string="Why it ended", readonly=True)
    end_notice_id = fields.Many2one(
        "arrears.notice",
        string="Letter about its end",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="The fresh term counts from the day on which this letter was sent.",
    )
    # === WHAT THE RUN REMEMBERS === #
    waiting_letter = fields.Char(
        readonly=True, help="Kind of the letter that goes out when the test mode is over."
    )
    new_premium_ids = fields.Many2many(
        "arrears.item",
        "arrears_arrangement_new_premium_rel",
        "arrangement_id",
        "item_id",
        string="New premiums not paid",
        readonly=True,
        help="Fell overdue while it ran; the handler was asked to look at each of them once.",
    )

    _number_unique = models.UniqueIndex(
        "(company_id, name)", "This arrangement number exists already."
    )

    @api.depends("instalment_ids.amount", "instalment_ids.active")
    def _compute_amount(self):
        for arrangement in self:
            arrangement.amount = sum(arrangement.instalment_ids.mapped("amount"))

    @api.depends("amount", "amount_paid", "amount_dropped")
    def _compute_amount_open(self):
        for arrangement in self:
            arrangement.amount_open = arrangement.currency_id.round(
                arrangement.amount - arrangement.amount_paid - arrangement.amount_dropped
            )

    @api.constrains("note")
    def _check_no_bsn(self):
        check_no_bsn(self, ("note",))

    @api.model_create_multi
    def create(self, vals_list):
        self, vals_list = without_foreign_defaults(self, vals_list, BY_HAND)
        for vals in vals_list:
            check_by_hand(self, vals, BY_HAND)
            if not vals.get("name"):
                company = self.env["res.company"].browse(vals["company_id"])
                sequence = self.env["ir.sequence"].with_company(company)
                [vals["name"]] = sequence._arrears_numbers(self._name, 1)
        return super().create(vals_list)

    def write(self, vals):
        check_by_hand(self, vals, BY_HAND)
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_arrangement(self):
        raise UserError(self.env._("An arrangement is kept; cancel it instead."))
