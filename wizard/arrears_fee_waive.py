"""A colleague lets fees or interest go, and says why."""

from odoo import fields, models
from odoo.exceptions import UserError


class ArrearsFeeWaive(models.TransientModel):
    _name = "arrears.fee.waive"
    _description = "Waive Fees or Interest"

    fee_ids = fields.Many2many("arrears.fee", domain=[("state", "in", ("announced", "booked"))])
    interest_ids = fields.Many2many("arrears.interest", domain=[("state", "=", "booked")])
    day = fields.Date(
        required=True,
        default=fields.Date.context_today,
        help="Business day of the counter-entry.",
    )
    reason = fields.Char(required=True, help="Kept with the fee and in the history of the case.")

    def action_waive(self):
        """Book the counter-entries on the chosen day; the customer owes this no more."""
        self.ensure_one()
        # A handler may; the record rules say of which companies.
        self.env["arrears.run"].check_access("create")
        charges = (self.fee_ids, self.interest_ids)
        for records in charges:
            records.check_access("read")
            self._check_day(records)
        if not any(charges):
            raise UserError(self.env._("Choose at least one fee or interest to waive."))
        for records in charges:
            for company, mine in records.grouped("company_id").items():
                # Evidence: written by the service only, after the checks above.
                mine.sudo().with_company(company)._waive(self.day, self.reason)
        return {"type": "ir.actions.act_window_close"}

    def _check_day(self, records):
        late = records.filtered(lambda charge: charge.booked_on and charge.booked_on > self.day)
        if late:
            raise UserError(
                self.env._(
                    "Waive, day: %(day)s lies before %(fee)s was booked, on %(booked)s.",
                    day=self.day,
                    fee=late[0].display_name,
                    booked=late[0].booked_on,
                )
            )
