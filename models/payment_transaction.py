"""A payment online from the customer's own page: it pays what the customer named, nothing else."""

from datetime import timedelta

import pytz

from odoo import api, fields, models
from odoo.fields import Domain

# A payment that was confirmed later than this was not made when the customer pressed the button.
AT_ONCE = timedelta(days=1)
# The receivable lines that the customer named, see account.move.line.reconcile.
NAMED = "arrears_named_line_ids"


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    arrears_line_ids = fields.Many2many(
        "account.move.line",
        "arrears_transaction_line_rel",
        "transaction_id",
        "line_id",
        string="Arrears it pays",
        readonly=True,
        help="The receivable lines that the customer paid on the own page.",
    )
    arrears_instalment_id = fields.Many2one(
        "arrears.instalment", readonly=True, index="btree_not_null", ondelete="set null"
    )
    arrears_paid_on = fields.Date(
        readonly=True, help="Business day on which the customer started this payment."
    )

    # === UNDER WAY === #

    @api.model
    def _get_arrears_under_way(self, lines):
        """Return the payments of some of these lines that were made and are not in the books yet.

        Called as the service. A payment that was started and left is none: its state is draft.
        """
        made = Domain("state", "in", ("pending", "authorized")) | (
            Domain("state", "=", "done") & Domain("payment_id", "=", False)
        )
        named = Domain("arrears_line_ids", "in", lines.ids)
        # Odoo's own pages pay an invoice as a whole.
        whole = Domain("invoice_ids", "in", lines.move_id.ids)
        # A transfer that was only promised stays pending for ever.
        online = Domain("provider_code", "not in", ("none", "custom"))
        return self.search(made & (named | whole) & online & Domain("operation", "!=", "refund"))

    # === PAID === #

    def _get_arrears_credit_day(self):
        """Return the day on which a payment from the own page counts as credited.

        The provider receives the money for the office, so it is paid when the customer has paid the
        provider: the day on which he started the payment, where the provider confirmed it within a
        day; a slower one (a bank transfer) counts from the day of the confirmation. Days on which
        our server or the provider was late are never for the customer.
        """
        self.ensure_one()
        confirmed = self.last_state_change or fields.Datetime.now()
        if self.arrears_paid_on and confirmed - self.create_date <= AT_ONCE:
            return self.arrears_paid_on
        zone = pytz.timezone("Europe/Amsterdam")
        return pytz.utc.localize(confirmed).astimezone(zone).date()

    def _create_payment(self, **extra_create_values):
        """Pay the lines that the customer named, charges too, and no others of those invoices."""
        lines = self.arrears_line_ids
        if not lines:
            return super()._create_payment(**extra_create_values)
        values = {
            "destination_account_id": lines[0].account_id.id,
            # Set at once: it decides what the money may pay.
            "credited_on": min(self._get_arrears_credit_day(), fields.Date.context_today(self)),
            **extra_create_values,
        }
        payment = super(
            PaymentTransaction, self.with_context(**{NAMED: lines.ids})
        )._create_payment(**values)
        # Of charges there is no invoice that Odoo would look at.
        self._reconcile_arrears(payment)
        return payment

    def _reconcile_arrears(self, payment):
        """Let what is left of a payment pay what is open of the named lines."""
        money = payment.move_id.line_ids.filtered(
            lambda line: line.account_id == payment.destination_account_id and not line.reconciled
        )
        debts = self.arrears_line_ids.filtered(
            lambda line: line.account_id == payment.destination_account_id and not line.reconciled
        )
        if money and debts:
            (money | debts).with_context(**{NAMED: False}).reconcile()


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def reconcile(self):
        """Of what a payment online could pay, leave what the customer did not name.

        Odoo pays whole invoices; the customer named premiums, charges or an instalment of those.
        They are brought in together, so that the office's order of payment holds.
        """
        named = self.env.context.get(NAMED)
        if not named:
            return super().reconcile()
        account = self.account_id
        debts = self.browse(named).filtered(
            lambda line: line.account_id in account and not line.reconciled
        )
        lines = self.filtered(lambda line: line.balance < 0) | debts
        return super(AccountMoveLine, lines).reconcile()
