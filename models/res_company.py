"""What an office decides once: its accounts, its charges, its safety, its registration."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_date

from ..law.parameters import VAT_RATES


class ResCompany(models.Model):
    _inherit = "res.company"

    cover_rule_ids = fields.One2many("insurance.cover.rule", "company_id", string="Rules of cover")
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
    arrears_fee_vat = fields.Boolean(
        string="Our collection service bears VAT",
        help="The office collects for insurers, charges them VAT for it, and they cannot deduct "
        "that VAT. Only then does VAT come on top of the fee, and only when the notice said so.",
    )
    arrears_fee_tax_id = fields.Many2one(
        "account.tax",
        string="VAT on the collection fee",
        domain=[("type_tax_use", "=", "sale")],
        check_company=True,
    )
    arrears_business_fee = fields.Selection(
        [("tariff", "The statutory tariff"), ("minimum", "40 euro")],
        string="Fee of a business",
        required=True,
        default="tariff",
        help="Article 6:96(4) Civil Code: at least 40 euro, due without a reminder.",
    )
    arrears_interest = fields.Selection(
        [("none", "Nobody"), ("business", "Businesses"), ("everybody", "Everybody")],
        string="Interest is charged to",
        required=True,
        default="none",
        help="Statutory interest, stated in the final notice (articles 6:119 and 6:119a).",
    )
    arrears_interest_account_id = fields.Many2one(
        "account.account",
        string="Interest account",
        domain=[("account_type", "in", ("income", "income_other"))],
        check_company=True,
    )
    arrears_allocation_order = fields.Selection(
        [("premium_first", "Premium, then costs"), ("statutory", "Costs, interest, premium")],
        string="A payment pays first",
        required=True,
        default="premium_first",
        help="Premium first is milder: it brings cover back sooner. The other is the order of "
        "article 6:44 Civil Code.",
    )
    arrears_procedure_id = fields.Many2one(
        "arrears.procedure",
        string="Procedure when no other fits",
        check_company=True,
    )
    arrears_paused = fields.Boolean(
        string="Stop everything",
        help="Nothing is executed or sent while this is on. Proposing stays possible.",
    )
    arrears_test_email = fields.Char(
        string="Test mode: send everything to",
        help="As long as this is filled in, no notice reaches a customer: each mail goes to this "
        "address, marked as a test, and no letter can be marked as posted.",
    )
    arrears_run_cap = fields.Integer(
        string="Most notices in one run",
        help="A run that would send more waits for a person. 0: no limit.",
    )
    arrears_heartbeat_days = fields.Integer(
        string="Warn when no run was made for",
        default=3,
        help="Days. 0: no warning.",
    )
    arrears_bank_days = fields.Integer(
        string="Warn when the bank was not booked for",
        default=5,
        help="Days since the last bank line. 0: no warning. A customer who has paid is reminded "
        "when the bank was not booked.",
    )
    arrears_e_notices = fields.Boolean(
        string="E-mail to who agreed to it",
        default=True,
        help="Legal notices go by e-mail to customers who expressly agreed to that, and by post to "
        "all others. Off: everything goes by post.",
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
    _safety_not_negative = models.Constraint(
        "CHECK (arrears_run_cap >= 0 AND arrears_heartbeat_days >= 0 AND arrears_bank_days >= 0)",
        "The most notices in one run and the days before a warning cannot be negative.",
    )

    @api.constrains("arrears_fee_tax_id")
    def _check_arrears_fee_tax_id(self):
        """Refuse a tax that is not the general rate on top of the fee (BIK 2(3))."""
        rate = VAT_RATES[-1].value
        for company in self:
            tax = company.arrears_fee_tax_id
            if tax and (tax.amount_type != "percent" or tax.amount != float(rate * 100)):
                raise ValidationError(
                    self.env._(
                        "Company %(company)s, VAT on the collection fee: choose a tax of "
                        "%(rate)s %%, the general rate; “%(tax)s” is another.",
                        company=company.name,
                        rate=rate * 100,
                        tax=tax.name,
                    )
                )

    def _get_arrears_bank_warning(self, day):
        """Return in words that the bank was not booked lately, or an empty text.

        Who reminds customers while their payments wait in the bank reminds people who have paid.

        :param day: business day
        """
        self.ensure_one()
        limit = self.arrears_bank_days
        if not limit:
            return ""
        mine = [("company_id", "=", self.id), ("date", "<=", day)]
        # Warnings are for whoever makes a run, with or without rights on bank lines.
        lines = self.env["account.bank.statement.line"].sudo()
        payments = self.env["account.payment"].sudo()
        paid = [*mine, ("state", "in", ("in_process", "paid"))]
        days = [
            *(row[0] for row in lines._read_group(mine, [], ["date:max"])),
            *(row[0] for row in payments._read_group(paid, [], ["date:max"])),
        ]
        last = max((found for found in days if found), default=None)
        if last is None:
            return self.env._("The bank was never booked: nobody can be seen to have paid.")
        if last >= day - timedelta(days=limit):
            return ""
        return self.env._(
            "The bank was last booked on %s: who has paid since then would be reminded.",
            format_date(self.env, last),
        )
