"""One row of an opening file: what it says, what it means here, and whether it may count."""

from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError

from .arrears_stage import STAGE_KINDS


class Findings:
    """What was found about rows: dicts from row to texts.

    ``errors`` block the whole file; ``doubts`` do too, unless the office takes such letters over
    as letters that count for nothing; ``notes`` tell what will happen next.
    """

    def __init__(self):
        self.errors = defaultdict(list)
        self.doubts = defaultdict(list)
        self.notes = defaultdict(list)
        self.known = {}


class ArrearsOpeningLine(models.Model):
    _name = "arrears.opening.line"
    _description = "Row of an Opening State"
    _order = "opening_id, row, id"
    _rec_name = "invoice"

    opening_id = fields.Many2one(
        "arrears.opening", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="opening_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    row = fields.Integer(readonly=True)
    fingerprint = fields.Char(readonly=True, index=True)
    state = fields.Selection(
        [
            ("ready", "Ready"),
            ("doubtful", "Counts for nothing"),
            ("refused", "Refused"),
            ("known", "Taken over before"),
            ("loaded", "Taken over"),
        ],
        required=True,
        readonly=True,
        default="ready",
    )
    message = fields.Text(string="What we found", readonly=True)
    # What the row says.
    invoice = fields.Char(readonly=True)
    due_date = fields.Date(readonly=True)
    stage = fields.Char(string="Stage in the file", readonly=True)
    kind = fields.Selection(STAGE_KINDS, string="Kind of notice", readonly=True)
    sent_on = fields.Date(readonly=True)
    channel = fields.Selection([("email", "E-mail"), ("post", "Post")], readonly=True)
    received_on = fields.Date(readonly=True)
    receipt_given = fields.Boolean(readonly=True)
    last_day = fields.Date(string="Last day to pay", readonly=True)
    last_day_given = fields.Boolean(readonly=True)
    names_suspension = fields.Boolean(readonly=True)
    amount = fields.Monetary(string="Amount stated", readonly=True)
    fee_announced = fields.Monetary(readonly=True)
    fee_vat = fields.Monetary(string="VAT on the fee", readonly=True)
    fee_charged_on = fields.Date(readonly=True)
    fee_entry = fields.Char(readonly=True)
    fee_choice = fields.Selection(
        [("book", "Book now"), ("leave", "Let go")], string="Fee not in the books", readonly=True
    )
    fee_reason = fields.Char(string="Reason for the fee", readonly=True)
    suspended_since = fields.Date(readonly=True)
    policies = fields.Char(string="Policies suspended", readonly=True)
    hold_kind = fields.Selection(
        selection=lambda self: (
            self.env["arrears.hold"]._fields["kind"]._description_selection(self.env)
        ),
        string="Hold",
        readonly=True,
    )
    hold_start = fields.Date(string="Hold from", readonly=True)
    hold_reason = fields.Char(string="Reason of the hold", readonly=True)
    handler = fields.Char(string="Handler in the file", readonly=True)
    letter = fields.Char(string="Letter file", readonly=True)
    # What it means here.
    move_line_id = fields.Many2one(
        "account.move.line", string="Receivable line", readonly=True, index="btree_not_null"
    )
    partner_id = fields.Many2one("res.partner", string="Debtor", readonly=True)
    procedure_id = fields.Many2one("arrears.procedure", readonly=True)
    opened_on = fields.Date(readonly=True)
    stage_id = fields.Many2one("arrears.stage", readonly=True)
    fee_move_line_id = fields.Many2one("account.move.line", readonly=True)
    # As ids: a relation would be written row by row.
    suspended_policies = fields.Json(readonly=True)
    suspended_policy_ids = fields.Many2many(
        "insurance.policy", compute="_compute_suspended_policy_ids"
    )
    user_id = fields.Many2one("res.users", string="Handler", readonly=True)
    notice_counts = fields.Boolean(readonly=True, default=True)
    # What was made of it.
    item_id = fields.Many2one("arrears.item", readonly=True, ondelete="restrict")
    case_id = fields.Many2one(related="item_id.case_id")
    notice_id = fields.Many2one(
        "arrears.notice", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    gaps = fields.Json(readonly=True)
    gap_ids = fields.Many2many(
        "insurance.coverage.gap", string="Suspensions", compute="_compute_gap_ids"
    )

    @api.depends("suspended_policies")
    def _compute_suspended_policy_ids(self):
        for line in self:
            line.suspended_policy_ids = self.env["insurance.policy"].browse(line.suspended_policies)

    @api.depends("gaps")
    def _compute_gap_ids(self):
        for line in self:
            line.gap_ids = self.env["insurance.coverage.gap"].browse(line.gaps)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_loaded(self):
        if any(line.state == "loaded" for line in self):
            raise UserError(self.env._("What was taken over is kept: it tells where it came from."))

    def _conclude(self, found):
        """Store what was found: each row's state and its message in words.

        :param found: the ``Findings``
        """
        for line in self:
            errors, doubts = found.errors[line], found.doubts[line]
            texts = [*errors, *doubts, *found.notes[line]]
            if line in found.known:
                state, texts = "known", [found.known[line]]
            elif errors or (doubts and not line.opening_id.take_doubtful):
                state = "refused"
            else:
                state = "doubtful" if doubts else "ready"
            line.write({"state": state, "message": "\n".join(dict.fromkeys(texts))})
