"""An arrangement changes while it runs: other terms, one more premium, a pause."""

from decimal import Decimal

from odoo import fields, models
from odoo.exceptions import UserError

from ..law import arrangement as law
from ..law import calendar
from .arrears_arrangement_make import SOURCE_FIELDS
from .arrears_item_ladder import to_decimal


class ArrearsArrangement(models.Model):
    _inherit = "arrears.arrangement"

    def change(self, terms, day, reason):
        """Divide what is still to pay anew; what was paid stays as it was.

        :param terms: ``Terms``
        :param day: business day, a date or an ISO string, here and below
        :param reason: why, in words; kept in the history
        """
        service, day = self._as_handler(day)
        service._change(terms, day, reason)

    def add_items(self, items, terms, day):
        """Take more premiums of the debtor in, and divide what is still to pay anew.

        :param items: arrears.item
        """
        service, day = self._as_handler(day)
        service._add_items(items.sudo(), terms, day)  # read only; their company is checked below

    def pause(self, day, until, reason):
        """Let nothing fall due up to and including ``until``: the days move behind it.

        :param until: last day of the pause, a date or an ISO string
        """
        service, day = self._as_handler(day)
        service._pause(day, self.env["arrears.run"]._to_day(until), reason)

    def _change(self, terms, day, reason):
        self.ensure_one()
        self._check_state("active")
        rest = to_decimal(self.amount_open)
        plan, beyond = self._plan(rest, terms, day, self.company_id)
        kept = self._close_paid_parts()
        first = max(kept.mapped("number"), default=0)
        self.write(
            {
                "every": terms.every,
                "instalment_ids": [
                    fields.Command.create(
                        {
                            "number": first + each.number,
                            "date": each.day,
                            "amount": float(each.amount),
                        }
                    )
                    for each in plan
                ],
                "paused_from": False,
                "paused_until": False,
            }
        )
        self._project_payments()
        self._record("arrangement_changed", day, reason=reason)
        if beyond:
            self.write({"state": "proposed", "needs_approval": True, "approved_by_id": False})
        else:
            self._tell("arrangement", day, {self: {"facts": {"changed": True}}})

    def _close_paid_parts(self):
        """Cut each instalment down to what was paid of it; return what is left of them."""
        paid = self.instalment_ids.filtered(lambda part: part.amount_paid > 0)
        (self.instalment_ids - paid).unlink()
        for part in paid:
            part.amount = part.amount_paid
        return paid

    def _add_items(self, items, terms, day):
        self.ensure_one()
        self._check_state("active")
        sources = self._get_sources(items)
        self._check_sources([*sources, *(line._get_source() for line in self.line_ids)])
        if not sources:
            raise UserError(self.env._("Nothing is open that can be added."))
        last = max(self.line_ids.mapped("sequence"), default=0)
        lines = self.env["arrears.arrangement.line"].create(
            [
                {
                    "arrangement_id": self.id,
                    SOURCE_FIELDS[source._name]: source.id,
                    "sequence": last + number,
                    "amount": source.amount_open,
                }
                for number, source in enumerate(sources, start=1)
            ]
        )
        self.case_ids |= lines.case_id
        self._freeze_lines(lines, day)
        added = sum((to_decimal(line.amount) for line in lines), Decimal(0))
        number = max(self.instalment_ids.mapped("number"), default=0) + 1
        self.instalment_ids = [
            fields.Command.create(
                {"number": number, "date": terms.first_day, "amount": float(added)}
            )
        ]
        names = ", ".join(filter(None, lines.mapped("reference")))
        self._change(terms, day, self.env._("Added: %s", names))

    def _pause(self, day, until, reason):
        self.ensure_one()
        self._check_state("active")
        if until <= day:
            raise UserError(self.env._("The last day of the pause has to lie ahead."))
        months = self.company_id.arrears_arrangement_months
        if until > calendar.add_months(day, months):
            raise UserError(
                self.env._("A pause can last %s months at most. Make another arrangement.", months)
            )
        self.write({"paused_from": day, "paused_until": until})
        parts = self._get_unpaid()
        moved = law.postpone([max(part.date, day) for part in parts], until, self.every)
        for part, new_day in zip(parts, moved, strict=True):
            part.write(
                {
                    "date": new_day,
                    "reminded_on": False,
                    "missed_on": False,
                    "missed_notice_id": False,
                }
            )
        self._record("arrangement_changed", day, reason=reason)
        self._tell("arrangement", day, {self: {"facts": {"changed": True}}})
