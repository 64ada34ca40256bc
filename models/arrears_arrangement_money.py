"""Money on an arrangement: what was paid and what fell away, from what is open of its sources.

What was paid goes to the first instalment first. What need not be paid any more, because an
invoice was credited or a cost was waived, falls away from the last one. Both are a projection:
doing it again changes nothing, and money that comes back opens the instalments again.
"""

from collections import defaultdict
from decimal import Decimal

from odoo import api, models
from odoo.exceptions import UserError

from ..law import arrangement as law
from .arrears_item_ladder import to_decimal

ZERO = Decimal("0.00")


class ArrearsArrangement(models.Model):
    _inherit = "arrears.arrangement"

    def _project_payments(self):
        """Bring what is paid and what fell away in line with what is open of the sources."""
        money = self.line_ids._read_money()
        for arrangement in self:
            lines = arrangement.line_ids
            credits = [credit for line in lines for credit in money[line].credits]
            dropped = sum((money[line].dropped for line in lines), ZERO)
            parts = arrangement.instalment_ids.sorted("number")
            amounts = [to_decimal(part.amount) for part in parts]
            falls = law.shrink(amounts, dropped)
            left = [amount - fall for amount, fall in zip(amounts, falls, strict=True)]
            for part, fall, (paid, day) in zip(
                parts, falls, law.settle(left, credits), strict=True
            ):
                if part.paid_on and not day:
                    # What comes back is open again: an old letter about it counts no more.
                    part.write(
                        {"missed_on": False, "missed_notice_id": False, "reminded_on": False}
                    )
                _write_changed(part, amount_paid=paid, amount_dropped=fall, paid_on=day or False)
            paid = sum((amount for _day, amount in credits), ZERO)
            _write_changed(arrangement, amount_paid=paid, amount_dropped=dropped)

    # === PAY === #

    def _get_open_move_lines(self):
        """Return the receivable lines of these that are open, in the order of payment."""
        lines = self.line_ids.sorted(lambda ln: (ln.arrangement_id.id, ln.sequence, ln.id))
        open_lines = lines.filtered(lambda line: line.amount_open > 0).move_line_id
        ranks = open_lines._get_arrears_ranks()
        return open_lines.sorted(lambda line: ranks.get(line, len(ranks)))

    def _get_next_instalment(self):
        """Return the first instalment of which something is open, or none."""
        self.ensure_one()
        still = self.instalment_ids.filtered(lambda part: part.amount_open > 0)
        return still.sorted("number")[:1]

    def action_register_payment(self):
        """Button: register a payment of the next instalment on what is in this arrangement."""
        self.ensure_one()
        part, lines = self._get_next_instalment(), self._get_open_move_lines()
        if not part or not lines:
            raise UserError(self.env._("Everything in this arrangement is paid."))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Register payment"),
            "res_model": "account.payment.register",
            "view_mode": "form",
            "target": "new",
            "context": {
                "active_model": "account.move.line",
                "active_ids": lines.ids,
                "default_amount": part.amount_open,
                "default_custom_user_amount": part.amount_open,
                "default_custom_user_currency_id": self.currency_id.id,
                "default_communication": part.payment_reference,
                "default_group_payment": True,
            },
        }

    # === CHARGES === #

    def _get_charges(self):
        """Return the booked fees and interest over what is in these: dict by model name."""
        items = self.line_ids.item_id
        fees = items.notice_line_ids.notice_id.fee_id | self.line_ids.fee_id
        interests = items.interest_ids | self.line_ids.interest_id
        return {"arrears.fee": fees._still_owed(), "arrears.interest": interests._still_owed()}

    def _waive_charges(self, day, reason):
        """Let the fees and interest over what is in these go, with counter-entries and history.

        What is announced only needs no waiving: it lapses when the arrangement is kept.

        :param reason: why, for whoever looks at it later
        """
        for charges in self._get_charges().values():
            for company, mine in charges.grouped("company_id").items():
                mine.with_company(company)._waive(day, reason)
        self.env["arrears.item"]._hear_payments()
        self._project_payments()


class ArrearsArrangementLine(models.Model):
    _inherit = "arrears.arrangement.line"

    def _read_money(self):
        """Return per line what was paid of it since it was agreed, and what fell away.

        :return: dict from line to ``_Money``
        """
        payments = self._read_payments(self.move_line_id)
        found = {}
        for line in self:
            paid = payments[line.move_line_id]
            fell = to_decimal(line.amount) - to_decimal(line.amount_open)
            total = sum((amount for _day, amount in paid), ZERO)
            since = min(fell, max(total - to_decimal(line.paid_before), ZERO))
            found[line] = _Money(_take_newest(paid, since), fell - since)
            risen = to_decimal(line._get_source().amount_open) - to_decimal(line.amount)
            _write_changed(line, amount_risen=max(risen, ZERO))
        return found

    @api.model
    def _read_payments(self, move_lines):
        """Return per receivable line the payments on it, the newest first.

        A credit note and a counter-entry are no payments.

        :return: dict from move line to a list of (day of credit, Decimal)
        """
        partials = self.env["account.partial.reconcile"].search(
            [("debit_move_id", "in", move_lines.ids)], order="id desc"
        )
        found = defaultdict(list)
        for partial in partials:
            credit = partial.credit_move_id
            move = credit.move_id
            if move.move_type != "out_refund" and not move.reversed_entry_id:
                found[partial.debit_move_id].append(
                    (credit._get_credit_day(), to_decimal(partial.amount))
                )
        return found


class _Money:
    """What happened to a line: ``credits``, (day, euros) pairs, and ``dropped``, in euros."""

    def __init__(self, credits, dropped):
        self.credits, self.dropped = credits, dropped


def _take_newest(credits, amount):
    """Return of these credits, the newest first, as much as makes up an amount.

    What was paid before the arrangement was made does not count for it.
    """
    taken = []
    for day, each in credits:
        if share := min(each, amount):
            taken.append((day, share))
            amount -= share
    return taken


def _write_changed(record, **values):
    """Write what differs; money comes as Decimal."""
    changed = {}
    for name, value in values.items():
        money = isinstance(value, Decimal)
        if (to_decimal(record[name]) if money else record[name]) != value:
            changed[name] = float(value) if money else value
    if changed:
        record.write(changed)
