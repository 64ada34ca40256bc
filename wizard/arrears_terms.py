"""What parties agree on, as a form fills it in: how many, how much, when; with a live preview."""

from decimal import Decimal

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount, format_date

from ..law.arrangement import MOST_INSTALMENTS
from ..models.arrears_arrangement import EVERY, RESTS
from ..models.arrears_arrangement_make import Terms
from ..models.arrears_item_ladder import to_decimal


class ArrearsTerms(models.AbstractModel):
    _name = "arrears.terms"
    _description = "Terms of an Arrangement"

    day = fields.Date(string="Agreed on", required=True, default=fields.Date.context_today)
    company_id = fields.Many2one("res.company")
    currency_id = fields.Many2one(related="company_id.currency_id")
    divide_by = fields.Selection(
        [("count", "The number of instalments"), ("part", "The amount per instalment")],
        string="Divide by",
        required=True,
        default="count",
    )
    instalment_count = fields.Integer(string="Number of instalments", default=3)
    part = fields.Monetary(string="Amount per instalment")
    first_day = fields.Date(
        string="First instalment on",
        default=lambda self: fields.Date.add(fields.Date.context_today(self), weeks=4),
        help="Last day to pay it. A day that is no working day moves to the next one.",
    )
    every = fields.Selection(EVERY, string="Then every", required=True, default="month")
    day_of_month = fields.Integer(
        string="Day of the month",
        compute="_compute_day_of_month",
        store=True,
        readonly=False,
        help="Of the instalments after the first, 1 to 31.",
    )
    rest = fields.Selection(
        RESTS, string="Rest in", required=True, default="last", help="Which one takes odd cents."
    )
    total = fields.Monetary(string="Together", compute="_compute_preview")
    preview = fields.Html(compute="_compute_preview", sanitize=False)
    problem = fields.Char(compute="_compute_preview")
    beyond_text = fields.Char(compute="_compute_preview")

    @api.depends("first_day")
    def _compute_day_of_month(self):
        for terms in self:
            terms.day_of_month = terms.first_day.day if terms.first_day else 0

    def _get_total(self):
        """Return what is divided, in Decimal euros; each form says of what."""
        raise NotImplementedError

    def _get_terms(self):
        """Return the chosen terms.

        :raise UserError: in words, for what cannot be
        """
        self.ensure_one()
        if not self.first_day:
            raise UserError(self.env._("Choose the day of the first instalment."))
        by_count = self.divide_by == "count"
        if by_count and not 1 <= self.instalment_count <= MOST_INSTALMENTS:
            raise UserError(
                self.env._("Choose a number of instalments from 1 to %s.", MOST_INSTALMENTS)
            )
        if not by_count and self.part <= 0:
            raise UserError(self.env._("An instalment is more than 0. Choose another amount."))
        monthly = self.every == "month" and self.day_of_month
        if monthly and not 1 <= self.day_of_month <= 31:
            raise UserError(self.env._("Choose a day of the month from 1 to 31."))
        return Terms(
            first_day=self.first_day,
            count=self.instalment_count if by_count else None,
            part=None if by_count else to_decimal(self.part),
            every=self.every,
            day_of_month=self.day_of_month if monthly else None,
            rest=self.rest,
        )

    def _get_preview_fields(self):
        return [
            "day",
            "company_id",
            "divide_by",
            "instalment_count",
            "part",
            "first_day",
            "every",
            "day_of_month",
            "rest",
        ]

    @api.depends(lambda self: self._get_preview_fields())
    def _compute_preview(self):
        for form in self:
            form.total = float(form._get_total())
            form.preview = form.problem = form.beyond_text = False
            if not form._has_preview():
                continue
            try:
                plan, beyond = form._get_plan()
            except UserError as error:
                form.problem = str(error)
                continue
            form.preview = form._render_plan(plan)
            form.beyond_text = form._get_beyond_text(beyond)

    def _has_preview(self):
        """Tell whether there is something to divide."""
        return True

    def _get_plan(self):
        total = self._get_total()
        if total <= Decimal(0):
            raise UserError(self.env._("Choose what the customer pays: nothing is chosen."))
        arrangements = self.env["arrears.arrangement"]
        return arrangements._plan(total, self._get_terms(), self.day, self.company_id)

    def _render_plan(self, plan):
        """Return the days and amounts as a table."""
        rows = Markup("").join(
            Markup("<tr><td>%s</td><td>%s</td><td class='text-end'>%s</td></tr>")
            % (
                each.number,
                format_date(self.env, each.day, date_format="EEEE d MMMM y"),
                format_amount(self.env, float(each.amount), self.currency_id),
            )
            for each in plan
        )
        return Markup(
            "<table class='table table-sm mb-0'><thead><tr><th>#</th><th>%s</th>"
            "<th class='text-end'>%s</th></tr></thead><tbody>%s</tbody></table>"
        ) % (self.env._("Pay by"), self.env._("Amount"), rows)

    def _get_beyond_text(self, beyond):
        """Say which limits of the company these terms go beyond, or nothing."""
        company = self.company_id
        texts = {
            "too_small": self.env._(
                "an instalment is smaller than %s",
                format_amount(self.env, company.arrears_arrangement_smallest, self.currency_id),
            ),
            "too_long": self.env._(
                "it lasts longer than %s months", company.arrears_arrangement_months
            ),
        }
        if not beyond:
            return False
        return self.env._(
            "A manager has to approve this: %s.", ", ".join(texts[code] for code in beyond)
        )
