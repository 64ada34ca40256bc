"""A hand-over: what one debtor owes one creditor, given to a collector to collect."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..law import collector

STATES = [
    ("draft", "Draft"),
    ("proposed", "Proposed"),
    ("approved", "Approved"),
    ("handed_over", "Handed over"),
    ("returned", "Returned"),
    ("paid", "Paid"),
    ("withdrawn", "Withdrawn"),
]
PREPARING = ("draft", "proposed", "approved")
RETURN_REASONS = [
    ("uncollectable", "Cannot be collected"),
    ("debt_help", "The customer is in debt help"),
    ("disputed", "The customer disputes it"),
    ("recalled", "Called back by us"),
    ("other", "Other"),
]
# What a colleague fills in; the rest is evidence, written by the engine.
BY_HAND = frozenset({"collector_id", "collector_reference"})


class ArrearsHandover(models.Model):
    _name = "arrears.handover"
    _description = "Hand-over"
    _inherit = ["arrears.approval", "mail.thread", "mail.activity.mixin"]
    _check_company_auto = True
    _mail_post_access = "read"
    _order = "id desc"

    name = fields.Char(string="Hand-over number", required=True, readonly=True, copy=False)
    case_id = fields.Many2one(
        "arrears.case", required=True, readonly=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="case_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(related="case_id.partner_id", store=True, index=True)
    creditor_id = fields.Many2one(related="case_id.creditor_id", store=True)
    collector_id = fields.Many2one(
        "res.partner",
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
        domain=[("is_collector", "=", True)],
    )
    action_id = fields.Many2one(
        "arrears.action", string="Proposal of the run", readonly=True, ondelete="restrict"
    )
    state = fields.Selection(STATES, required=True, readonly=True, default="draft", index=True)
    outside = fields.Boolean(
        string="Only recorded",
        readonly=True,
        help="It was handed over outside this program: no letter and no dossier were made here.",
    )
    line_ids = fields.One2many("arrears.handover.line", "handover_id", readonly=True)
    amount_principal = fields.Monetary(
        string="Premium", compute="_compute_amounts", store=True, help="As handed over."
    )
    amount_interest = fields.Monetary(
        string="Interest", compute="_compute_amounts", store=True, help="As handed over."
    )
    amount_fee = fields.Monetary(
        string="Fees", compute="_compute_amounts", store=True, help="As handed over, with VAT."
    )
    amount_total = fields.Monetary(string="Total", compute="_compute_amounts", store=True)
    amount_open = fields.Monetary(string="Still open", compute="_compute_amount_open")
    collector_reference = fields.Char(string="Reference of the collector")
    handed_over_on = fields.Date(readonly=True)
    notice_id = fields.Many2one(
        "arrears.notice", string="Letter to the customer", readonly=True, ondelete="restrict"
    )
    closed_on = fields.Date(readonly=True, help="Day on which it was returned or paid.")
    returned_on = fields.Date(readonly=True)
    return_reason = fields.Selection(
        RETURN_REASONS, readonly=True, groups="premium_arrears.group_handler"
    )
    return_note = fields.Char(readonly=True, groups="premium_arrears.group_handler")
    statement_ids = fields.One2many("arrears.handover.statement", "handover_id", readonly=True)
    amount_collected = fields.Monetary(
        string="Received by the collector", compute="_compute_statements", store=True
    )
    amount_costs = fields.Monetary(
        string="Costs charged by the collector",
        compute="_compute_statements",
        store=True,
        help="With VAT, as its statements tell.",
    )
    # The registration as it stood: see _follow_registration().
    register_number = fields.Char(readonly=True)
    registered_from = fields.Date(readonly=True)
    registered_until = fields.Date(readonly=True)
    register_checked_on = fields.Date(readonly=True)
    first_demand_on = fields.Date(
        readonly=True, help="From this day the collector may have demanded payment in writing."
    )
    unregistered_demand_on = fields.Date(
        string="Demanded without registration since",
        compute="_compute_unregistered_demand_on",
        store=True,
        help="From this day no interest runs and no new fee is due on these premiums (Wki, "
        "article 18), whoever collects them.",
    )

    _number_unique = models.UniqueIndex(
        "(company_id, name)", "This hand-over number exists already."
    )
    _one_in_preparation = models.UniqueIndex(
        "(case_id) WHERE state IN ('draft', 'proposed', 'approved')",
        "A hand-over of this case is being prepared already.",
    )
    _handed_over_has_day = models.Constraint(
        "CHECK (state NOT IN ('handed_over', 'returned', 'paid') OR handed_over_on IS NOT NULL)",
        "What was handed over has the day on which that was done.",
    )

    # === FIGURES === #

    @api.depends("line_ids.amount", "line_ids.kind")
    def _compute_amounts(self):
        groups = self.env["arrears.handover.line"]._read_group(
            [("handover_id", "in", self.ids)], ["handover_id", "kind"], ["amount:sum"]
        )
        sums = {(handover, kind): amount for handover, kind, amount in groups}
        for handover in self:
            handover.amount_principal = sums.get((handover, "principal"), 0.0)
            handover.amount_interest = sums.get((handover, "interest"), 0.0)
            handover.amount_fee = sums.get((handover, "fee"), 0.0)
            handover.amount_total = sum(
                sums.get((handover, kind), 0.0) for kind in ("principal", "interest", "fee")
            )

    @api.depends("line_ids.amount_open")
    def _compute_amount_open(self):
        for handover in self:
            handover.amount_open = sum(handover.line_ids.mapped("amount_open"))

    @api.depends("statement_ids.amount_received", "statement_ids.amount_costs")
    def _compute_statements(self):
        for handover in self:
            statements = handover.statement_ids
            handover.amount_collected = sum(statements.mapped("amount_received"))
            handover.amount_costs = sum(statements.mapped("amount_costs"))

    # === REGISTRATION === #

    @api.depends(
        "collector_id.collector_kind",
        "registered_from",
        "registered_until",
        "first_demand_on",
        "closed_on",
    )
    def _compute_unregistered_demand_on(self):
        for handover in self:
            # Nothing is known of the register entry of a collector that is not known.
            first = handover.collector_id and handover.first_demand_on
            handover.unregistered_demand_on = first and collector.unregistered_from(
                collector.Collector(
                    kind=handover.collector_id.collector_kind or "agency",
                    registered_from=handover.registered_from or None,
                    registered_until=handover.registered_until or None,
                    registration_number=handover.register_number or "",
                ),
                first,
                max(first, handover.closed_on) if handover.closed_on else None,
            )

    def _follow_registration(self):
        """Follow what is known now of the registration that held when each was handed over.

        A registration that turns out to have ended while the collector still demanded is told
        here; one that began anew later is another one, and changes nothing of what was.
        """
        for handover in self.filtered("first_demand_on"):
            partner = handover.collector_id
            started = partner.collector_registered_from
            if started and started <= (handover.registered_from or started):
                handover.registered_from = started
                handover.registered_until = partner.collector_registered_until
        self.line_ids.item_id.filtered(lambda item: not item.settled_on).write({"stale": True})

    # === EVIDENCE === #

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if not vals.get("name"):
                case = self.env["arrears.case"].browse(vals["case_id"])
                [vals["name"]] = (
                    self.env["ir.sequence"]
                    .with_company(case.company_id)
                    ._arrears_numbers(self._name, 1)
                )
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su:
            if foreign := vals.keys() - BY_HAND:
                raise AccessError(
                    self.env._(
                        "A hand-over changes by its buttons; these are not written by hand: %s.",
                        ", ".join(sorted(self._fields[name].string for name in foreign)),
                    )
                )
            # Of what was recorded afterwards the collector may be filled in later.
            unknown = self.filtered(lambda handover: handover.outside and not handover.collector_id)
            known = (self - unknown).filtered(lambda handover: handover.state != "draft")
            if "collector_id" in vals and known:
                raise UserError(
                    self.env._("The collector of a hand-over can change only while it is a draft.")
                )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_handover(self):
        raise UserError(self.env._("A hand-over is kept as evidence; withdraw it instead."))

    # === WHICH === #

    def _running(self):
        """Return those that a collector collects now."""
        return self.filtered(lambda handover: handover.state == "handed_over")
