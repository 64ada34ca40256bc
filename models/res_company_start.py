"""What an office begins with: its usual role, and a journal and account for collection fees."""

from odoo import api, fields, models

from .insurance_policy import OFFICE_ROLES

FEE_JOURNAL_CODE = "INC"
FEE_ACCOUNT_CODE = "808000"


class ResCompany(models.Model):
    _inherit = "res.company"

    arrears_office_role = fields.Selection(
        OFFICE_ROLES,
        string="Role of the office",
        required=True,
        default="intermediary",
        help="What new policies begin with; each policy can have another. An intermediary reminds "
        "and warns, the insurer decides on cover. An authorised agent (gevolmachtigd agent) may "
        "suspend and end cover on the insurer's behalf.",
    )

    def _set_arrears_defaults(self):
        """Give companies with a chart of accounts what they lack: a fee journal and account.

        What an office chose stays as it is. A branch goes by what its main company has.
        """
        for company in self.filtered("chart_template"):
            if not company.arrears_fee_journal_id:
                company.arrears_fee_journal_id = company._find_or_create_fee_journal()
            if not company.arrears_fee_account_id:
                company.arrears_fee_account_id = company._find_or_create_fee_account()

    def _find_or_create_fee_journal(self):
        self.ensure_one()
        journals = self.env["account.journal"].with_company(self)
        domain = [*journals._check_company_domain(self), ("code", "=", FEE_JOURNAL_CODE)]
        if found := journals.search([*domain, ("type", "=", "general")], limit=1):
            return found
        journal = journals.create(
            {
                "name": self._get_fee_journal_name(),
                "code": FEE_JOURNAL_CODE,
                "type": "general",
                "company_id": self.id,
                "show_on_dashboard": False,
            }
        )
        self._name_in_each_language(journal, "_get_fee_journal_name")
        return journal

    def _find_or_create_fee_account(self):
        self.ensure_one()
        if found := self.parent_ids.arrears_fee_account_id[-1:]:
            return found
        accounts = self.env["account.account"].with_company(self)
        code = accounts._search_new_account_code(FEE_ACCOUNT_CODE)
        account = accounts.create(
            {
                "name": self._get_fee_account_name(),
                "code": code,
                "account_type": "income_other",
                "company_ids": [(4, self.id)],
            }
        )
        self._name_in_each_language(account, "_get_fee_account_name")
        return account

    @api.model
    def _get_fee_journal_name(self):
        return self.env._("Collection fees")

    @api.model
    def _get_fee_account_name(self):
        return self.env._("Collection fees charged")

    @api.model
    def _name_in_each_language(self, record, get_name):
        """Name a record in each installed language: the chart of accounts is loaded in English."""
        for code, _language in self.env["res.lang"].get_installed():
            name = getattr(self.with_context(lang=code), get_name)()
            record.with_context(lang=code).name = name
