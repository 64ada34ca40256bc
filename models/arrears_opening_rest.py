"""What was due before the office began and stands in no file: it waits, or starts at the first."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class ResCompany(models.Model):
    _inherit = "res.company"

    arrears_opening_on = fields.Date(
        string="Opening day",
        help="What was due before this day belongs to the opening state. Empty: everything "
        "overdue starts at the first stage.",
    )
    arrears_opening_rest = fields.Selection(
        [
            ("wait", "Waits until a colleague releases it"),
            ("first_stage", "Starts at the first stage"),
        ],
        string="Older invoices without a case",
        required=True,
        default="wait",
        help="Overdue invoices from before the opening day that stand in no opening file.",
    )


class ArrearsItem(models.Model):
    _inherit = "arrears.item"

    @api.model
    def _get_overdue_line_domain(self, day, company):
        """Leave out what waits for a colleague since the opening day."""
        domain = super()._get_overdue_line_domain(day, company)
        if company.arrears_opening_on and company.arrears_opening_rest == "wait":
            since = Domain("date_maturity", ">=", company.arrears_opening_on)
            domain &= since | Domain("arrears_item_ids", "!=", False)
        return domain

    @api.model
    def _get_older_line_domain(self, day, company):
        """Return the overdue premiums from before the opening day that are in no case."""
        return (
            self._get_open_line_domain(company)
            & Domain("date_maturity", "<", min(day, company.arrears_opening_on or day))
            & Domain("arrears_item_ids", "=", False)
        )


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def action_arrears_release(self):
        """Button: these older invoices start at the first stage, from today."""
        self.arrears_release(fields.Date.context_today(self))

    def arrears_release(self, day):
        """Let older invoices that wait since the opening day start at the first stage.

        :param day: business day, a date (or an ISO string)
        :return: the items
        :raise UserError: for a line that does not wait
        """
        runs = self.env["arrears.run"]
        runs.check_access("create")
        self.check_access("read")
        day = runs._to_day(day)
        released = self.env["arrears.item"].sudo()
        for company, lines in self.grouped("company_id").items():
            # Items are written by the engine only, after the check above.
            items = self.env["arrears.item"].sudo().with_company(company)
            items = items.with_context(mail_create_nolog=True, mail_create_nosubscribe=True)
            domain = items._get_older_line_domain(day, company)
            waiting = items.env["account.move.line"].search(domain & Domain("id", "in", lines.ids))
            if waiting != lines.with_env(waiting.env):
                raise UserError(
                    self.env._("Only invoices that wait since the opening day can be released.")
                )
            mine = items._create_for_lines(waiting, day, company)
            mine._project(day)
            self.env["arrears.case.history"].sudo()._record(
                mine.case_id, "imported", day=day, reason=self.env._("Released by a colleague")
            )
            released |= mine
        return released.with_env(self.env)


class ArrearsRun(models.Model):
    _inherit = "arrears.run"

    def _sum_not_proposed(self):
        """Tell beside what waits in cases also of the older invoices that are in none."""
        found = super()._sum_not_proposed()
        company = self.company_id
        if not company.arrears_opening_on or company.arrears_opening_rest != "wait":
            return found
        [(items, partners, amount)] = self.env["account.move.line"]._read_group(
            self.env["arrears.item"]._get_older_line_domain(self.date, company),
            [],
            ["__count", "partner_id:count_distinct", "amount_residual:sum"],
        )
        if items:
            row = {"reason": "opening", "items": items, "cases": partners, "amount": amount}
            found = sorted([*found, row], key=lambda row: -row["items"])
        return found


class ArrearsOpening(models.Model):
    _inherit = "arrears.opening"

    opening_on = fields.Date(
        string="Opening day",
        compute="_compute_opening_choice",
        inverse="_inverse_opening_choice",
        readonly=False,
        help="What was due before this day belongs to the opening state.",
    )
    opening_rest = fields.Selection(
        selection=lambda self: (
            self.env["res.company"]._fields["arrears_opening_rest"]._description_selection(self.env)
        ),
        string="Older invoices without a case",
        compute="_compute_opening_choice",
        inverse="_inverse_opening_choice",
        readonly=False,
    )
    older_count = fields.Integer(string="Invoices", compute="_compute_older")
    older_partner_count = fields.Integer(string="Customers", compute="_compute_older")
    older_amount = fields.Monetary(compute="_compute_older")
    older_text = fields.Char(compute="_compute_older")

    @api.depends("company_id.arrears_opening_on", "company_id.arrears_opening_rest")
    def _compute_opening_choice(self):
        for opening in self:
            company = opening.company_id.sudo()
            opening.opening_on = company.arrears_opening_on
            opening.opening_rest = company.arrears_opening_rest

    def _inverse_opening_choice(self):
        self._check_manager()
        for opening in self:
            # The settings of a company are for administrators; this one is the manager's choice.
            opening.company_id.sudo().write(
                {
                    "arrears_opening_on": opening.opening_on,
                    "arrears_opening_rest": opening.opening_rest or "wait",
                }
            )

    @api.depends("opening_on", "opening_rest", "day", "company_id", "line_ids.state")
    def _compute_older(self):
        for opening in self:
            opening.older_count = opening.older_partner_count = opening.older_amount = 0
            opening.older_text = False
            if not opening.company_id:
                continue
            [(count, partners, amount)] = self.env["account.move.line"]._read_group(
                opening._get_older_domain(),
                [],
                ["__count", "partner_id:count_distinct", "amount_residual:sum"],
            )
            opening.older_count = count
            opening.older_partner_count = partners
            opening.older_amount = amount
            opening.older_text = opening._describe_older()

    def _describe_older(self):
        """Return in words how many older invoices are in no case, and what becomes of them."""
        self.ensure_one()
        if not self.older_count:
            return self.env._("No older invoice waits: each overdue one is in a case.")
        values = {
            "count": self.older_count,
            "customers": self.older_partner_count,
            "amount": self.currency_id.format(self.older_amount),
        }
        if self.opening_on and self.opening_rest == "wait":
            return self.env._(
                "%(count)s overdue invoices of %(customers)s customers, together %(amount)s, are "
                "in no case. Nothing happens with them until a colleague releases them.",
                **values,
            )
        return self.env._(
            "%(count)s overdue invoices of %(customers)s customers, together %(amount)s, are in no "
            "case. The next run starts with all of them, at the first stage.",
            **values,
        )

    def _get_older_domain(self):
        """Return the overdue premiums from before the opening day that are in no case.

        Counted by the day as it is on the screen, before it is saved.
        """
        self.ensure_one()
        items = self.env["arrears.item"]
        day = self.day or fields.Date.context_today(self)
        domain = items._get_open_line_domain(self.company_id)
        domain &= Domain("date_maturity", "<", min(day, self.opening_on or day))
        return domain & Domain("arrears_item_ids", "=", False)

    def action_view_older(self):
        """Open the older invoices that are in no case, to look at and release."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "premium_arrears.arrears_opening_older_action"
        )
        action["domain"] = list(self._get_older_domain())
        return action
