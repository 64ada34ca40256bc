"""What a collector accounts for: what it received from the customer, and what it kept for costs."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from .arrears_item_ladder import to_decimal

PARTS = ("principal", "interest", "fee")


class ArrearsHandoverStatement(models.Model):
    _name = "arrears.handover.statement"
    _description = "Statement of a Collector"
    _order = "date desc, id desc"
    _rec_name = "reference"

    handover_id = fields.Many2one(
        "arrears.handover", required=True, readonly=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="handover_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(required=True, readonly=True, help="Business day on which it was booked.")
    received_on = fields.Date(
        required=True,
        readonly=True,
        help="Day on which the collector received the money. It counts as paid on that day.",
    )
    reference = fields.Char(required=True, readonly=True)
    amount_principal = fields.Monetary(string="Premium", readonly=True)
    amount_interest = fields.Monetary(string="Interest", readonly=True)
    amount_fee = fields.Monetary(string="Fees", readonly=True)
    amount_received = fields.Monetary(
        string="Received", compute="_compute_amount_received", store=True
    )
    costs = fields.Monetary(readonly=True, help="Without VAT.")
    costs_vat = fields.Monetary(string="VAT on the costs", readonly=True)
    amount_costs = fields.Monetary(
        string="Costs with VAT", compute="_compute_amount_costs", store=True
    )
    move_id = fields.Many2one(
        "account.move", string="Journal entry", readonly=True, index="btree_not_null"
    )
    bill_id = fields.Many2one("account.move", string="Bill of the collector", readonly=True)

    _once = models.UniqueIndex(
        "(handover_id, reference)", "This statement of the collector was booked already."
    )
    _not_negative = models.Constraint(
        "CHECK (amount_principal >= 0 AND amount_interest >= 0 AND amount_fee >= 0 "
        "AND costs >= 0 AND costs_vat >= 0)",
        "The amounts of a statement cannot be negative.",
    )

    @api.depends("amount_principal", "amount_interest", "amount_fee")
    def _compute_amount_received(self):
        for statement in self:
            statement.amount_received = sum(statement[f"amount_{part}"] for part in PARTS)

    @api.depends("costs", "costs_vat")
    def _compute_amount_costs(self):
        for statement in self:
            statement.amount_costs = statement.costs + statement.costs_vat

    @api.ondelete(at_uninstall=False)
    def _unlink_except_statement(self):
        raise UserError(self.env._("A statement is kept as evidence."))

    # === BOOK === #

    def _book(self, tax):
        """Book what was received on what the customer owed, and the costs as a draft bill.

        Oldest premium first. The collector owes us what it received; its bill is set off with it.

        :param tax: tax on the costs, or none
        :raise UserError: when it received more than is open
        """
        self.ensure_one()
        paid = self._divide_over_lines()
        if paid:
            self._book_received(paid)
        if self.costs:
            self.bill_id = self.env["account.move"].create(self._prepare_bill_vals(tax))
        self.env["arrears.item"]._hear_payments()
        self.handover_id.message_post(body=self._describe())

    def _divide_over_lines(self):
        """Return what each line of the hand-over was paid: dict from line to Decimal."""
        paid = {}
        for part in PARTS:
            left = to_decimal(self[f"amount_{part}"])
            lines = self.handover_id.line_ids.filtered(lambda line, p=part: line.kind == p)
            for line in lines.sorted(lambda line: (line.due_date, line.id)):
                share = min(left, to_decimal(line.amount_open))
                if share:
                    paid[line] = share
                    left -= share
            if left:
                kinds = dict(lines._fields["kind"]._description_selection(self.env))
                raise UserError(
                    self.env._(
                        "%(handover)s, %(part)s: the collector received %(more)s more than is "
                        "open. Divide it as its statement does, or book the rest by hand.",
                        handover=self.handover_id.name,
                        part=kinds[part],
                        more=self.currency_id.format(float(left)),
                    )
                )
        return paid

    def _book_received(self, paid):
        """Post an entry from the customer's receivable to what the collector owes us, and match it.

        :param paid: dict from hand-over line to Decimal
        """
        self.ensure_one()
        targets = {line: line._get_source().move_line_id for line in paid}
        self.move_id = self.env["account.move"].create(self._prepare_entry_vals(paid, targets))
        self.move_id._post(soft=False)
        credits = self.move_id.line_ids.filtered("credit").sorted("id")
        for (line, target), credit in zip(targets.items(), credits, strict=True):
            (target + credit).reconcile()
            # The collector knows of this: it told us.
            line.amount_told = to_decimal(line.amount_told) - paid[line]

    def _prepare_entry_vals(self, paid, targets):
        """Return the entry of what was received; a line per receivable that it pays."""
        company, partner = self.company_id, self.handover_id.collector_id
        journal = company.arrears_fee_journal_id
        if not journal:
            self.env["arrears.fee"]._check_bookable(company)
        label = self.env._(
            "Received by %(collector)s, %(reference)s",
            collector=partner.name,
            reference=self.reference,
        )
        debt = {
            "name": label,
            "partner_id": partner.id,
            "account_id": partner.with_company(company).property_account_receivable_id.id,
            "debit": self.amount_received,
            # What the collector still has to pay over is no debt of a customer.
            "no_followup": True,
        }
        return {
            "move_type": "entry",
            "date": self.date,
            "ref": label,
            "journal_id": journal.id,
            "company_id": company.id,
            "line_ids": [
                Command.create(debt),
                *(
                    Command.create(
                        {
                            "name": f"{label}: {line.reference}",
                            "partner_id": target.partner_id.id,
                            "account_id": target.account_id.id,
                            "credit": float(paid[line]),
                        }
                    )
                    for line, target in targets.items()
                ),
            ],
        }

    def _prepare_bill_vals(self, tax):
        """Return the draft bill of the costs, for an accountant to look at."""
        return {
            "move_type": "in_invoice",
            "company_id": self.company_id.id,
            "partner_id": self.handover_id.collector_id.id,
            "invoice_date": self.date,
            "ref": f"{self.reference} / {self.handover_id.name}",
            "invoice_line_ids": [
                Command.create(
                    {
                        "name": self.env._("Collection, %s", self.handover_id.name),
                        "quantity": 1,
                        "price_unit": self.costs,
                        "tax_ids": [Command.set(tax.ids)],
                    }
                )
            ],
        }

    def _describe(self):
        """Return in words what this statement accounts for."""
        return self.env._(
            "Statement %(reference)s: %(received)s received on %(day)s, %(costs)s kept for costs.",
            reference=self.reference,
            received=self.currency_id.format(self.amount_received),
            day=self.received_on,
            costs=self.currency_id.format(self.amount_costs),
        )
