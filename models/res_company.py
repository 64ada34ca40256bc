"""What an office decides once: its role as a collector, its journal, its safety."""

from odoo import fields, models

FEE_ACCOUNT_CODE = "808000"


class ResCompany(models.Model):
    _inherit = "res.company"

    arrears_fee_journal_id = fields.Many2one(
        "account.journal",
        string="Collection fee journal",
        domain=[("type", "=", "general")],
        check_company=True,
        help="Collection fees that have fallen due are booked here.",
    )
    arrears_fee_account_id = fields.Many2one(
        "account.account",
        string="Collection fee account",
        domain=[("account_type", "in", ("income", "income_other"))],
        check_company=True,
    )
    arrears_fee_waive_limit = fields.Monetary(
        string="Waive the fee below",
        default=10.0,
        help="No fee is charged when less than this remains of the premium after the term.",
    )
    arrears_quiet_days = fields.Integer(
        string="Quiet days",
        default=3,
        help="Minimum number of days between two contacts with one customer.",
    )
    arrears_rest_days = fields.Boolean(
        string="No notices on Sundays and holidays",
        default=True,
        help="What falls due on such a day is sent on the next one. Terms run on.",
    )
    arrears_post_safety_days = fields.Integer(
        string="Extra days for the post",
        default=0,
        help="Added to the assumed day of receipt of every letter.",
    )
    arrears_register_number = fields.Char(
        string="Collectors' register number",
        help="Registration under the Dutch act on the quality of collection services (Wki). "
        "Without it the office causes no fee when it reminds on behalf of an insurer.",
    )
    arrears_register_from = fields.Date(
        string="Registered since", help="First day on which the registration holds."
    )
    arrears_register_checked_on = fields.Date(
        string="Registration checked on", help="Day on which the register was last looked at."
    )
    arrears_help_phone = fields.Char(
        string="Phone for payment problems",
        help="Printed in every letter; the company's phone when empty.",
    )

    _quiet_days_not_negative = models.Constraint(
        "CHECK (arrears_quiet_days >= 0 AND arrears_post_safety_days >= 0)",
        "Quiet days and extra days for the post cannot be negative.",
    )

    def _set_arrears_defaults(self):
        """Give companies that have a chart of accounts a fee journal and account, once."""
        for company in self.filtered("chart_template"):
            if not company.arrears_fee_journal_id:
                company.arrears_fee_journal_id = company._find_or_create_fee_journal()
            if not company.arrears_fee_account_id:
                company.arrears_fee_account_id = company._find_or_create_fee_account()

    def _find_or_create_fee_journal(self):
        self.ensure_one()
        journals = self.env["account.journal"].with_company(self)
        domain = [*journals._check_company_domain(self), ("code", "=", "INC")]
        return journals.search([*domain, ("type", "=", "general")], limit=1) or journals.create(
            {
                "name": self.env._("Collection fees"),
                "code": "INC",
                "type": "general",
                "company_id": self.id,
                "show_on_dashboard": False,
            }
        )

    def _find_or_create_fee_account(self):
        self.ensure_one()
        accounts = self.env["account.account"].with_company(self)
        code = accounts._search_new_account_code(FEE_ACCOUNT_CODE)
        return accounts.create(
            {
                "name": self.env._("Collection fees charged"),
                "code": code,
                "account_type": "income_other",
                "company_ids": [(4, self.id)],
            }
        )
