"""The dossier: all that one debtor owes one creditor."""

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from . import bulk
from .arrears_procedure import COLLECTED_BY
from .arrears_stage import STAGE_KINDS

CASE_STATES = [
    ("open", "Open"),
    ("held", "On hold"),
    ("arranged", "Arrangement"),
    ("handed_over", "Handed over"),
    ("closed", "Closed"),
]
# The office itself takes steps: with what was not handed over and is in no arrangement.
WORKED_STATES = ("open", "held", "arranged", "handed_over")
# Worked out from notices, payments and holds; only the engine writes them.
PROJECTED = frozenset(
    {
        "name",
        "company_id",
        "partner_id",
        "creditor_id",
        "collected_by",
        "procedure_id",
        "debtor_type",
        "stage_id",
        "state",
        "next_stage_id",
        "next_step_date",
        "opened_on",
        "closed_on",
    }
)


class ArrearsCase(models.Model):
    _name = "arrears.case"
    _description = "Arrears Case"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _check_company_auto = True
    _order = "next_step_date, id"

    name = fields.Char(string="Case number", required=True, readonly=True, copy=False)
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(
        "res.partner", string="Debtor", required=True, readonly=True, index=True
    )
    creditor_id = fields.Many2one("res.partner", required=True, readonly=True, index=True)
    # What the insurer collects itself is a case of its own: no fee, sum or letter mixes the two.
    collected_by = fields.Selection(
        COLLECTED_BY, string="Collected by", required=True, readonly=True, default="office"
    )
    procedure_id = fields.Many2one(
        "arrears.procedure",
        required=True,
        readonly=True,
        ondelete="restrict",
        help="Of its first item; another item can have another one.",
    )
    # What the law grants a consumer follows the debtor, not the procedure.
    debtor_type = fields.Selection(
        [("consumer", "Consumer"), ("business", "Business")],
        required=True,
        readonly=True,
        help="Of the debtor on the day on which the case was opened.",
    )
    # The four fields below are a projection of notices, payments and holds: see _project().
    stage_id = fields.Many2one("arrears.stage", readonly=True, index="btree_not_null")
    # Columns of the board: the stages of all procedures of one kind together.
    stage_kind = fields.Selection(
        [("new", "Not written to yet"), *STAGE_KINDS],
        string="Kind of stage",
        compute="_compute_stage_kind",
        store=True,
        group_expand=True,
    )
    state = fields.Selection(CASE_STATES, required=True, readonly=True, default="open", index=True)
    next_stage_id = fields.Many2one("arrears.stage", string="Next step", readonly=True)
    next_step_date = fields.Date(string="Next step on", readonly=True, index="btree_not_null")
    user_id = fields.Many2one(
        "res.users", string="Handler", index="btree_not_null", check_company=True
    )
    opened_on = fields.Date(required=True, readonly=True)
    closed_on = fields.Date(readonly=True, help="Day on which the last amount was credited.")
    item_ids = fields.One2many("arrears.item", "case_id", readonly=True)
    notice_ids = fields.One2many("arrears.notice", "case_id", readonly=True)
    fee_ids = fields.One2many("arrears.fee", "case_id", readonly=True)
    hold_ids = fields.One2many("arrears.hold", "case_id")
    history_ids = fields.One2many("arrears.case.history", "case_id", readonly=True)
    action_ids = fields.One2many("arrears.action", "case_id", readonly=True)
    policy_ids = fields.Many2many("insurance.policy", compute="_compute_policy_ids")
    amount_open = fields.Monetary(
        string="Premium open",
        compute="_compute_amount_open",
        store=True,
        help="Overdue premium that is still unpaid.",
    )
    amount_fee_open = fields.Monetary(
        string="Fees open",
        compute="_compute_amount_fee_open",
        store=True,
        help="Collection fees that are due and unpaid.",
    )
    amount_due = fields.Monetary(
        string="To pay",
        compute="_compute_amount_due",
        store=True,
        help="Overdue premium, and the collection fees and interest that are due.",
    )
    coverage_state = fields.Selection(
        selection=lambda self: (
            self.env["insurance.policy"]._fields["coverage_state"]._description_selection(self.env)
        ),
        string="Cover",
        compute="_compute_coverage_state",
    )
    notice_count = fields.Integer(compute="_compute_notice_count")

    _one_open_case = models.UniqueIndex(
        "(company_id, partner_id, creditor_id, collected_by) WHERE state != 'closed'",
        "This debtor already has an open case with this creditor in this company.",
    )
    _insurer_keeps = models.Constraint(
        "CHECK (collected_by != 'insurer' OR state != 'handed_over')",
        "What the insurer collects itself cannot be handed over by the office.",
    )
    _closed_has_day = models.Constraint(
        "CHECK ((state = 'closed') = (closed_on IS NOT NULL))",
        "A closed case has the day on which it was closed, and only a closed one.",
    )

    @api.depends("stage_id.kind")
    def _compute_stage_kind(self):
        for case in self:
            case.stage_kind = case.stage_id.kind or "new"

    @api.depends("item_ids.amount_open")
    def _compute_amount_open(self):
        sums = self._sum_by_case("arrears.item", "amount_open")
        for case in self:
            case.amount_open = sums.get(case, 0.0)

    @api.depends("fee_ids.amount_open")
    def _compute_amount_fee_open(self):
        sums = self._sum_by_case("arrears.fee", "amount_open")
        for case in self:
            case.amount_fee_open = sums.get(case, 0.0)

    def _sum_by_case(self, model, field):
        return dict(
            self.env[model]._read_group(
                [("case_id", "in", self.ids)], ["case_id"], [f"{field}:sum"]
            )
        )

    @api.depends("amount_open", "amount_fee_open", "amount_interest_open")
    def _compute_amount_due(self):
        for case in self:
            case.amount_due = case.amount_open + case.amount_fee_open + case.amount_interest_open

    @api.depends("item_ids.policy_ids")
    def _compute_policy_ids(self):
        for case in self:
            case.policy_ids = case.item_ids.policy_ids

    @api.depends("item_ids.policy_ids.coverage_state", "item_ids.amount_open")
    def _compute_coverage_state(self):
        order = ("suspended", "at_risk", "ended", "in_force")
        for case in self:
            states = set(case.item_ids.policy_ids.mapped("coverage_state"))
            case.coverage_state = next((state for state in order if state in states), False)

    @api.depends("notice_ids")
    def _compute_notice_count(self):
        counts = dict(
            self.env["arrears.notice"]._read_group(
                [("case_id", "in", self.ids)], ["case_id"], ["__count"]
            )
        )
        for case in self:
            case.notice_count = counts.get(case, 0)

    @api.model_create_multi
    def create(self, vals_list):
        unnamed = [vals for vals in vals_list if not vals.get("name")]
        numbers = self.env["ir.sequence"]._arrears_numbers("arrears.case", len(unnamed))
        for vals, number in zip(unnamed, numbers, strict=True):
            vals["name"] = number
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su and (projected := PROJECTED & vals.keys()):
            raise AccessError(
                self.env._(
                    "The run works these fields of a case out; they are not written by hand: %s.",
                    ", ".join(sorted(self._fields[name].string for name in projected)),
                )
            )
        return super().write(vals)

    @api.model
    def _get_or_create_open(self, procedures, day, company, collected_by="office"):
        """Return the open case of each (debtor, creditor), made when there is none.

        :param procedures: dict from (debtor, creditor) to the procedure that a new case shows
        :param day: business day on which a new case opens
        :param collected_by: who collects the premium: "office" or "insurer"
        :return: dict from key to case
        """
        found = self._find_open(procedures, company, collected_by)
        new = {key: procedure for key, procedure in procedures.items() if key not in found}
        return found | self._open(new, day, company, collected_by)

    @api.model
    def _find_open(self, keys, company, collected_by="office"):
        """Return the open cases that there are: dict from (debtor, creditor) to case."""
        debtors = self.env["res.partner"].union(*(debtor for debtor, _creditor in keys))
        cases = self.search(
            [
                ("company_id", "=", company.id),
                ("partner_id", "in", debtors.ids),
                ("collected_by", "=", collected_by),
                ("state", "!=", "closed"),
            ]
        )
        return {key: case for case in cases if (key := (case.partner_id, case.creditor_id)) in keys}

    @api.model
    def _open(self, procedures, day, company, collected_by="office", amounts=None):
        """Open cases; for the parameters see ``_get_or_create_open``.

        :param amounts: dict from (debtor, creditor) to the premium that will be open in the case;
            None: nothing yet
        """
        keys = sorted(procedures, key=lambda key: (key[0].id, key[1].id))
        self.env["res.partner"].union(*(debtor for debtor, _creditor in keys)).fetch(
            ["debtor_type", "user_id"]
        )
        numbers = self.env["ir.sequence"]._arrears_numbers("arrears.case", len(keys))
        users = self.env["res.users"].union(*(debtor.user_id for debtor, _creditor in keys))
        # A shared contact can have a salesperson who may not see this company.
        handlers = users.filtered(lambda user: company in user.company_ids)
        rows = []
        for number, (debtor, creditor) in zip(numbers, keys, strict=True):
            amount = float((amounts or {}).get((debtor, creditor), 0))
            rows.append(
                {
                    "name": number,
                    "company_id": company.id,
                    "partner_id": debtor.id,
                    "creditor_id": creditor.id,
                    "collected_by": collected_by,
                    "procedure_id": procedures[debtor, creditor].id,
                    "debtor_type": debtor._get_debtor_type(),
                    "user_id": (debtor.user_id & handlers).id,
                    "opened_on": day,
                    "stage_kind": "new",
                    "amount_open": amount,
                    "amount_fee_open": 0.0,
                    "amount_interest_open": 0.0,
                    "amount_due": amount,
                }
            )
        created = bulk.insert(self, rows)
        self.env["arrears.case.history"]._record(created, "opened", day=day)
        created._on_opened()
        return dict(zip(keys, created, strict=True))

    def _on_opened(self):
        """Do what else follows when cases open: for other addons, instead of a ``create``.

        The engine makes thousands of cases in one statement, unless an addon has its own ``create``
        or ``write``: then the ORM makes them, see ``bulk``.
        """

    def _on_closed(self):
        """Do what else follows when cases close: for other addons, see ``_on_opened``."""

    def _sum_items(self):
        """Bring the sums of these cases in line with their items, all at once."""
        self.env.flush_all()
        found = self.env.execute_query(
            SQL(
                """
                SELECT c.id, s.amount, s.amount + c.amount_fee_open + c.amount_interest_open
                  FROM arrears_case c
                  JOIN (SELECT case_id, SUM(amount_open) AS amount FROM arrears_item
                         WHERE case_id = ANY(%s) GROUP BY case_id) s ON s.case_id = c.id
                """,
                self.ids,
            )
        )
        names = ("id", "amount_open", "amount_due")
        bulk.update(self.browse(), [dict(zip(names, row, strict=True)) for row in found])

    def _get_debtor_type(self):
        """Return whom the law sees in the debtor of this case: a consumer or a business."""
        self.ensure_one()
        return self.debtor_type

    def _close_settled(self):
        """Close the cases in which no premium, fee or interest is open any more.

        A fee that fell due before its premium was paid, and that the next run will book, keeps its
        case open.
        """
        settled = self.filtered(
            lambda case: case.state != "closed" and all(item.settled_on for item in case.item_ids)
        )
        settled.fee_ids._lapse_paid()
        to_close = settled.filtered(lambda case: not case._still_owes_charges())
        for closed_on, cases in to_close.grouped(lambda case: case._last_credit_day()).items():
            cases.write(
                {
                    "state": "closed",
                    "closed_on": closed_on,
                    "next_step_date": False,
                    "next_stage_id": False,
                }
            )
        proposed = to_close.action_ids.filtered(lambda action: action.state == "proposed")
        proposed._skip("nothing_open")
        self.env["arrears.case.history"]._record(to_close, "closed", reason="paid")
        to_close._on_closed()

    def _last_credit_day(self):
        self.ensure_one()
        charged = [*self.fee_ids, *self.interest_ids]
        days = [*self.item_ids.mapped("settled_on"), *(charge.settled_on for charge in charged)]
        return max((day for day in days if day), default=self.opened_on)

    def action_view_notices(self):
        """Open the notices of this case."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "premium_arrears.arrears_notice_action"
        )
        action["domain"] = [("case_id", "=", self.id)]
        action["context"] = {}
        return action
