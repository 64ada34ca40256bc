"""A collector accounts for what it received and what it kept."""

from odoo import api, fields, models
from odoo.exceptions import UserError


class ArrearsHandoverAccount(models.TransientModel):
    _name = "arrears.handover.account"
    _description = "Book a Statement of a Collector"

    handover_id = fields.Many2one("arrears.handover", required=True)
    currency_id = fields.Many2one(related="handover_id.currency_id")
    company_id = fields.Many2one(related="handover_id.company_id")
    amount_open = fields.Monetary(related="handover_id.amount_open")
    reference = fields.Char(string="Number of the statement", required=True)
    day = fields.Date(string="Booked on", required=True, default=fields.Date.context_today)
    received_on = fields.Date(
        string="Received by the collector on",
        required=True,
        help="The premium counts as paid on this day; cover comes back the day after.",
    )
    amount_principal = fields.Monetary(string="For premium")
    amount_interest = fields.Monetary(string="For interest")
    amount_fee = fields.Monetary(string="For collection costs")
    costs = fields.Monetary(string="Costs kept, without VAT")
    tax_id = fields.Many2one(
        "account.tax",
        string="VAT on the costs",
        domain="[('type_tax_use', '=', 'purchase'), ('company_id', '=', company_id)]",
        compute="_compute_tax_id",
        store=True,
        readonly=False,
    )
    costs_vat = fields.Monetary(string="VAT", compute="_compute_sums")
    amount_transferred = fields.Monetary(string="Comes to our account", compute="_compute_sums")

    @api.depends("handover_id")
    def _compute_tax_id(self):
        for wizard in self:
            charges = wizard.handover_id.collector_id.collector_charges_vat
            wizard.tax_id = charges and wizard.company_id.account_purchase_tax_id

    @api.depends("amount_principal", "amount_interest", "amount_fee", "costs", "tax_id")
    def _compute_sums(self):
        for wizard in self:
            found = wizard.tax_id.compute_all(wizard.costs, wizard.currency_id)
            wizard.costs_vat = found["total_included"] - wizard.costs if wizard.tax_id else 0.0
            received = wizard.amount_principal + wizard.amount_interest + wizard.amount_fee
            wizard.amount_transferred = received - wizard.costs - wizard.costs_vat

    def action_book(self):
        """Book what was received on the customer's account, and make the draft bill."""
        self.ensure_one()
        handover = self.handover_id
        handover._start_step(("handed_over", "returned", "paid"), self.day)
        self._check_amounts()
        # Evidence: written by the service only, after the checks above.
        statement = (
            self.env["arrears.handover.statement"]
            .sudo()
            .with_company(handover.company_id)
            .create(
                {
                    "handover_id": handover.id,
                    "date": self.day,
                    "received_on": self.received_on,
                    "reference": self.reference.strip(),
                    "amount_principal": self.amount_principal,
                    "amount_interest": self.amount_interest,
                    "amount_fee": self.amount_fee,
                    "costs": self.costs,
                    "costs_vat": self.costs_vat,
                }
            )
        )
        statement._book(self.tax_id.sudo())
        return {"type": "ir.actions.act_window_close"}

    def _check_amounts(self):
        """Refuse amounts and days that cannot be."""
        amounts = (self.amount_principal, self.amount_interest, self.amount_fee, self.costs)
        if min(amounts) < 0 or not any(amounts):
            raise UserError(
                self.env._("Fill in what was received or kept; amounts cannot be negative.")
            )
        if self.received_on > self.day:
            raise UserError(
                self.env._(
                    "Received on %(received)s lies after the day of booking, %(day)s.",
                    received=self.received_on,
                    day=self.day,
                )
            )
        if self.received_on < self.handover_id.handed_over_on:
            raise UserError(
                self.env._(
                    "The collector cannot have received it on %(received)s: it was handed over on "
                    "%(handed)s.",
                    received=self.received_on,
                    handed=self.handover_id.handed_over_on,
                )
            )


class ArrearsHandover(models.Model):
    _inherit = "arrears.handover"

    def action_account(self):
        """Button: book a statement of the collector."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Statement of the collector"),
            "res_model": "arrears.handover.account",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_handover_id": self.id,
                "default_amount_principal": sum(
                    line.amount_open for line in self.line_ids if line.kind == "principal"
                ),
            },
        }
