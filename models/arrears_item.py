"""An item: one overdue receivable line inside a case, or one row of an insurer's arrears list."""

from odoo import api, fields, models
from odoo.fields import Domain

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
    company_id = fields.Many2one(related="case_id.company_id", store=True, index=True)
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
        "arrears.procedure", required=True, readonly=True, index=True, ondelete="restrict"
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
    stage_id = fields.Many2one(
        "arrears.stage", readonly=True, index="btree_not_null", ondelete="restrict"
    )
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
    _due_index = models.Index("(company_id, next_step_date) WHERE settled_on IS NULL")
    _stale_index = models.Index("(company_id) WHERE stale")

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
            line = item.move_line_id
            # A cancelled invoice keeps a residual, but nobody owes it.
            posted = line.parent_state == "posted"
            item.amount_open = max(line.amount_residual, 0.0) if posted else 0.0

    # === COLLECT === #

    @api.model
    def _collect(self, day, company):
        """Bring the items in line with what is overdue in the books on ``day``.

        :param day: business day; lines due before it are overdue
        :param company: the company whose books are read
        :return: the items that are new or open again
        """
        self._settle_cancelled(company)
        lines = self.env["account.move.line"].search(self._get_overdue_line_domain(day, company))
        known = self.search([("move_line_id", "in", lines.ids)])
        reopened = known.filtered("settled_on")
        reopened._reopen(day)
        created = self._create_for_lines(lines - known.move_line_id, day, company)
        return created | reopened

    @api.model
    def _get_overdue_line_domain(self, day, company):
        """Return the receivable lines of premium invoices that are past due on ``day``.

        Every instalment counts by its own date, a partly paid one too; ``no_followup`` and a
        blocked payment are Odoo's own ways to say "leave this one alone".
        """
        return self._get_open_line_domain(company) & Domain("date_maturity", "<", day)

    @api.model
    def _get_open_line_domain(self, company):
        """Return the receivable lines of premium invoices that are open, due or not."""
        return (
            Domain("company_id", "=", company.id)
            & Domain("parent_state", "=", "posted")
            & Domain("account_type", "=", "asset_receivable")
            & Domain("reconciled", "=", False)
            & Domain("amount_residual", ">", 0)
            & self.env["arrears.followup.pause"]._get_followed_domain(company)
            & Domain("move_id.move_type", "=", "out_invoice")
            & Domain("move_id.payment_state", "!=", "blocked")
            & Domain("move_id.invoice_line_ids.insurance_policy_id", "!=", False)
        )

    @api.model
    def _create_for_lines(self, lines, day, company, opened_on=None):
        """Create the items of these receivable lines, and the cases they need.

        :param opened_on: dict from line to the day on which it came into arrears; None: ``day``
        """
        if not lines:
            return self.browse()
        policies = self._get_policies_by_move(lines.move_id)
        procedures = self._choose_procedures(lines, policies, company)
        keys = {line: self._get_case_key(line, policies[line.move_id]) for line in lines}
        # A case shows the procedure of its first item.
        first = {}
        for line in lines.sorted(lambda line: (line.date_maturity, line.id)):
            first.setdefault(keys[line], procedures[line])
        cases = self.env["arrears.case"]._get_or_create_open(first, day, company)
        return self.create(
            [
                {
                    "case_id": cases[keys[line]].id,
                    "move_line_id": line.id,
                    "procedure_id": procedures[line].id,
                    "opened_on": opened_on[line] if opened_on else day,
                    "due_date": line.date_maturity,
                    "policy_ids": [fields.Command.set(policies[line.move_id].ids)],
                }
                for line in lines
            ]
        )

    @api.model
    def _choose_procedures(self, lines, policies, company):
        """Return the procedure of each receivable line: dict from line to procedure.

        :param policies: dict from invoice to the policies whose premium stands on it
        :raise UserError: when none fits
        """
        wanted = {
            line: (
                policies[line.move_id],
                line.move_id.commercial_partner_id._get_debtor_type(),
            )
            for line in lines
        }
        procedures = self.env["arrears.procedure"]
        chosen = procedures._choose(company, set(wanted.values()))
        procedures._check_chosen(company, chosen)
        return {line: chosen[pair] for line, pair in wanted.items()}

    @api.model
    def _get_policies_by_move(self, moves):
        """Return the policies whose premium stands on each of these invoices, in one query."""
        groups = self.env["account.move.line"]._read_group(
            [("move_id", "in", moves.ids), ("insurance_policy_id", "!=", False)],
            ["move_id"],
            ["insurance_policy_id:recordset"],
        )
        # Every group would read its own policies; read together they are one query.
        together = [policy.id for _move, policies in groups for policy in policies]
        return {move: policies.with_prefetch(together) for move, policies in groups}

    @api.model
    def _get_case_key(self, line, policies):
        """Return debtor and creditor of a line; an invoice's premiums have one creditor."""
        return line.move_id.commercial_partner_id, policies.creditor_id[:1]

    def _reopen(self, day):
        """Start a new cycle for items that were settled and are open again."""
        closed = self.filtered(lambda item: item.case_id.state == "closed")
        for (company, collected_by), items in closed.grouped(
            lambda item: (item.company_id, item.case_id.collected_by)
        ).items():
            by_key = items.grouped(lambda item: (item.case_id.partner_id, item.case_id.creditor_id))
            keys = {key: mine[0].procedure_id for key, mine in by_key.items()}
            cases = self.env["arrears.case"]._get_or_create_open(keys, day, company, collected_by)
            for key, mine in by_key.items():
                mine.write({"case_id": cases[key].id})
        for item in self:
            item.write(
                {
                    "cycle": item.cycle + 1,
                    "restarted_on": day,
                    "opened_on": day,
                    "settled_on": False,
                    "stage_id": False,
                    "start_stage_id": False,
                    "stale": True,
                }
            )
        self.env["arrears.case.history"]._record(self.case_id, "reopened", day=day)
