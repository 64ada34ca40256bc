"""Many numbers of a sequence at once."""

from psycopg2.errors import UniqueViolation

from odoo import api, models
from odoo.exceptions import ConcurrencyError
from odoo.tools import SQL


class IrSequence(models.Model):
    _inherit = "ir.sequence"

    @api.model
    def _arrears_numbers(self, code, count, day=None):
        """Return the next ``count`` numbers of the sequence with this code, in one query.

        Odoo draws them one by one; a first night can open ten thousand cases.

        :param day: the day that decides the range, for a sequence that starts anew every year
        :raise ConcurrencyError: when another process opens the new range at this very moment
        """
        company = self.env.company
        sequence = self.sudo().search(  # numbers are drawn for whoever may create the record
            [("code", "=", code), ("company_id", "in", [company.id, False])],
            order="company_id",
            limit=1,
        )
        if not count:
            return []
        if sequence.implementation != "standard":
            return [sequence.next_by_id(day) for _number in range(count)]
        name = f"ir_sequence_{sequence.id:03d}"
        if sequence.use_date_range:
            period = sequence.date_range_ids.filtered(lambda p: p.date_from <= day <= p.date_to)
            period = period[:1] or sequence._arrears_open_period(day)
            name = f"{name}_{period.id:03d}"
            sequence = sequence.with_context(ir_sequence_date_range=period.date_from)
        rows = self.env.execute_query(
            SQL("SELECT nextval(%s) FROM generate_series(1, %s)", name, count)
        )
        # What stands before and after the number is the same for all.
        before, after = sequence._get_prefix_suffix()
        return [f"{before}{number:0{sequence.padding}d}{after}" for (number,) in rows]

    def _arrears_open_period(self, day):
        """Make the range of a new year; whoever is second looks again, and finds it."""
        try:
            return self._create_date_range_seq(day)
        except UniqueViolation as error:
            raise ConcurrencyError("another process opens the numbers of the year") from error
