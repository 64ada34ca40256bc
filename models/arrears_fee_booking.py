"""A fee on the books: charged after the term, lapsed when it was paid in time, its entry."""

from odoo import api, fields, models

from ..law import allocation
from .arrears_item_ladder import to_decimal

EVENTS = {"booked": "fee_booked", "reversed": "fee_reversed", "waived": "fee_waived"}


class ArrearsFee(models.Model):
    _inherit = "arrears.fee"

    # === CHARGE === #

    def _charge(self, day):
        """Book these announced fees on ``day``, at what is due of them, in one batch.

        What was paid in time is not due: that fee lapses. Where the office lets a small rest go,
        the fee is waived.

        :return: the fees that were booked
        """
        announced = self._still_announced()
        unpaid = announced.notice_id._get_unpaid_claims()
        due = announced._get_due_of(unpaid)
        charged = announced.filtered(lambda fee: due[fee])
        charged._set_due(due)
        charged._book(day)
        (announced - charged)._let_go(day, unpaid)
        (announced - charged).case_id._close_settled()
        return charged

    def _let_go(self, day, unpaid):
        """End announced fees of which nothing is due: lapsed, or waived for a small rest."""
        small = self.filtered(lambda fee: unpaid[fee.notice_id])
        small.write({"waive_reason": self.env._("So little was left that no fee is charged.")})
        small._take_back(day, "waived", self.env._("A small rest"))
        (self - small)._lapse(day)

    def _lapse(self, day):
        """Let announced fees lapse: everything was paid before they fell due."""
        self._still_announced().write({"state": "reversed", "settled_on": day})

    def _unbook(self, day, reason):
        """Take back the entries of booked fees: they are announced again, as before the booking."""
        self._take_back(day, "reversed", reason)
        self.write(
            {
                "state": "announced",
                "settled_on": False,
                "booked_on": False,
                "move_id": False,
                "move_line_id": False,
            }
        )

    def _lapse_paid(self):
        """Let the announced fees lapse whose premiums are all paid, and paid in time.

        When the last day had passed before the money was credited, the fee is due: it stays, and
        the next run books it. Nothing fell due while a hold or an arrangement lasted.
        """
        paid = self._still_announced().filtered(lambda fee: not fee.notice_id._still_open_items())
        if not paid:
            return
        unpaid = paid.notice_id._get_unpaid_claims()
        due = paid._get_due_of(unpaid)
        for day, fees in paid.grouped(lambda fee: fee.notice_id._get_day_paid()).items():
            paused = fees.notice_id._get_paused(day)
            for fee in fees:
                if fee.notice_id in paused:
                    fee._lapse(day)
                elif not due[fee]:
                    fee._let_go(day, unpaid)

    def _still_announced(self):
        return self.filtered(lambda fee: fee.state == "announced")

    def _is_met_by(self, credited_on):
        self.ensure_one()
        day = self.notice_id._get_fee_day()
        return not day or bool(
            allocation.costs_due(to_decimal(self.amount_total), day, credited_on)
        )

    # === ENTRY === #

    def _get_policies(self):
        return self.notice_id.line_ids.item_id.policy_ids

    def _get_event(self, what):
        return EVENTS[what]

    def _get_receivable_amount(self):
        self.ensure_one()
        return self.amount_total

    def _get_label(self):
        self.ensure_one()
        return self.env._("Collection fee, notice %s", self.notice_id.name)

    @api.model
    def _get_credit_account(self, company):
        return company.arrears_fee_account_id

    @api.model
    def _get_no_account_message(self, company):
        return self.env._(
            "Company %s has no journal or account for collection fees. Choose them in the settings "
            "of Invoicing, under Premium arrears.",
            company.name,
        )

    def _prepare_credit_vals(self, line):
        """Return the fee's income, and its VAT on the accounts of the tax in the settings.

        The VAT is what the notice announced, rounded down: never a cent more, whatever the tax
        itself would have made of it.
        """
        self.ensure_one()
        income = {
            **line,
            "account_id": self._get_credit_account(self.company_id).id,
            "credit": self.amount,
        }
        if not self.amount_vat:
            return [income]
        tax = self.company_id.arrears_fee_tax_id
        repartition = tax.invoice_repartition_line_ids
        base = repartition.filtered(lambda row: row.repartition_type == "base")
        parts = (repartition - base).filtered(lambda row: row.factor_percent > 0)
        income["tax_ids"] = [fields.Command.set(tax.ids)]
        income["tax_tag_ids"] = [fields.Command.set(base.tag_ids.ids)]
        return [income, *self._prepare_tax_vals(line, tax, parts)]

    def _prepare_tax_vals(self, line, tax, repartition):
        """Return a line per part of the tax; the last part takes the rest."""
        left, vals_list = to_decimal(self.amount_vat), []
        for row in repartition:
            part = to_decimal(self.amount_vat * row.factor_percent / 100)
            part = left if row == repartition[-1:] else min(part, left)
            left -= part
            vals_list.append(
                {
                    **line,
                    "name": tax.name,
                    "account_id": (row.account_id or self._get_credit_account(self.company_id)).id,
                    "credit": float(part),
                    "tax_repartition_line_id": row.id,
                    "tax_base_amount": self.amount,
                    "tax_tag_ids": [fields.Command.set(row.tag_ids.ids)],
                }
            )
        return vals_list
