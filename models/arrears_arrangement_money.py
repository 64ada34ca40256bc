"""What was paid of an arrangement: worked out from what is open of what is in it."""

from decimal import Decimal

from odoo import models
from odoo.exceptions import UserError

from ..law import arrangement as law
from .arrears_item_ladder import to_decimal


class ArrearsArrangement(models.Model):
    _inherit = "arrears.arrangement"

    def _check_fresh(self):
        """Refuse a draft of which something was paid or arranged after it was made."""
        self.ensure_one()
        sources = [line._get_source() for line in self.line_ids]
        same = all(
            to_decimal(line.amount) == to_decimal(line._get_source().amount_open)
            for line in self.line_ids
        )
        if not same or any(s.arrangement_id for s in sources if s._name == "arrears.item"):
            raise UserError(
                self.env._("What is open has changed meanwhile. Please make the arrangement anew.")
            )

    def _project_payments(self):
        """Bring what is paid of each instalment in line with what is open of its sources.

        The first instalment is paid first. Doing it again changes nothing. A fee that was waived,
        or an invoice that was cancelled, shortens the arrangement from its end.
        """
        for arrangement in self:
            arrangement._drop_what_fell_away()
            lines, parts = arrangement.line_ids, arrangement.instalment_ids.sorted("number")
            paid = sum((line._get_paid() for line in lines), Decimal(0))
            shares = law.spread([to_decimal(part.amount) for part in parts], paid)
            days = arrangement._get_paid_days([to_decimal(part.amount) for part in parts])
            for part, share, day in zip(parts, shares, days, strict=True):
                part._write_changed(
                    {
                        "amount_paid": float(share),
                        "paid_on": day if share == to_decimal(part.amount) else False,
                    }
                )
            for line in lines:
                line._write_changed({"amount_paid": float(line._get_paid())})
            arrangement._write_changed({"amount_paid": float(paid)})

    def _drop_what_fell_away(self):
        """Shorten this arrangement by what nobody owes any more, the last instalments first."""
        dropped = Decimal(0)
        for line in self.line_ids.filtered(lambda line: line._fell_away()):
            dropped += to_decimal(line.amount) - to_decimal(line.amount_paid)
            line._write_changed({"amount": line.amount_paid})
        if not dropped:
            return
        parts = self.instalment_ids.sorted("number")
        amounts = law.shrink(
            [to_decimal(part.amount) for part in parts],
            [to_decimal(part.amount_paid) for part in parts],
            dropped,
        )
        for part, amount in zip(parts, amounts, strict=True):
            if amount:
                part._write_changed({"amount": float(amount)})
        nothing = [part.id for part, amount in zip(parts, amounts, strict=True) if not amount]
        parts.browse(nothing).unlink()

    def _get_paid_days(self, amounts):
        """Return per amount, the first paid first, the day on which its last cent was credited.

        What counts is the day of credit (article 6:114 Civil Code).

        :param amounts: Decimal euros, in order
        :return: list of days; False for what is not paid wholly
        """
        credits = sorted(credit for line in self.line_ids for credit in line._get_credits_within())
        days, total, needed = [], Decimal(0), Decimal(0)
        waiting = iter(credits)
        day = self.started_on or self.proposed_on
        for amount in amounts:
            needed += amount
            while total < needed and (credit := next(waiting, None)):
                day, total = credit[0], total + credit[1]
            days.append(day if total >= needed else False)
        return days

    def _get_open_move_lines(self):
        """Return the receivable lines that are still open, in the order of the arrangement."""
        self.ensure_one()
        return self.line_ids.sorted("sequence").move_line_id.filtered(
            lambda line: not line.reconciled
        )

    def action_register_payment(self):
        """Button: register a payment of the next instalment."""
        self.ensure_one()
        part = self._get_unpaid()[:1]
        if not part:
            raise UserError(self.env._("Everything was paid already."))
        action = self._get_open_move_lines().action_register_payment()
        action["context"] = {
            **action["context"],
            "default_group_payment": True,  # one payment, over all that is open
            "default_amount": part.amount_open,
            "default_communication": part.payment_reference,
        }
        return action

    def _write_changed(self, values):
        _write_changed(self, values)


class ArrearsArrangementLine(models.Model):
    _inherit = "arrears.arrangement.line"

    def _fell_away(self):
        """Tell whether nobody owes this any more, and not because it was paid."""
        self.ensure_one()
        if self.item_id:
            return self.move_line_id.parent_state == "cancel"
        return self._get_source().state in ("waived", "reversed")

    def _get_paid(self):
        """Return what was paid of this since the arrangement was made, as Decimal euros."""
        self.ensure_one()
        return to_decimal(self.amount) - to_decimal(self.amount_open)

    def _get_credits_within(self):
        """Return the credits that paid what is in the arrangement: the last ones.

        :return: list of (day of credit, Decimal euros)
        """
        self.ensure_one()
        left, found = self._get_paid(), []
        move_line = self.move_line_id
        credits = move_line._get_credits(move_line.ids)[move_line.id]
        for day, amount in sorted(credits, reverse=True):
            part = min(amount, left)
            if part:
                found.append((day, part))
            left -= part
        return found

    def _write_changed(self, values):
        _write_changed(self, values)


class ArrearsInstalment(models.Model):
    _inherit = "arrears.instalment"

    def _write_changed(self, values):
        _write_changed(self, values)


def _write_changed(record, values):
    """Write only what differs: a quiet night writes nothing."""
    if changed := {name: value for name, value in values.items() if record[name] != value}:
        record.write(changed)
