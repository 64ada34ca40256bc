from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    arrears_office_role = fields.Selection(related="company_id.arrears_office_role", readonly=False)
    arrears_e_notices = fields.Boolean(related="company_id.arrears_e_notices", readonly=False)
    arrears_fee_journal_id = fields.Many2one(
        related="company_id.arrears_fee_journal_id", readonly=False
    )
    arrears_fee_account_id = fields.Many2one(
        related="company_id.arrears_fee_account_id", readonly=False
    )
    arrears_fee_waive_limit = fields.Monetary(
        related="company_id.arrears_fee_waive_limit",
        readonly=False,
        currency_field="currency_id",
    )
    arrears_quiet_days = fields.Integer(related="company_id.arrears_quiet_days", readonly=False)
    arrears_rest_days = fields.Boolean(related="company_id.arrears_rest_days", readonly=False)
    arrears_post_safety_days = fields.Integer(
        related="company_id.arrears_post_safety_days", readonly=False
    )
    arrears_register_number = fields.Char(
        related="company_id.arrears_register_number", readonly=False
    )
    arrears_register_from = fields.Date(related="company_id.arrears_register_from", readonly=False)
    arrears_register_checked_on = fields.Date(
        related="company_id.arrears_register_checked_on", readonly=False
    )
    arrears_fee_vat = fields.Boolean(related="company_id.arrears_fee_vat", readonly=False)
    arrears_fee_tax_id = fields.Many2one(related="company_id.arrears_fee_tax_id", readonly=False)
    arrears_business_fee = fields.Selection(
        related="company_id.arrears_business_fee", readonly=False
    )
    arrears_interest = fields.Selection(related="company_id.arrears_interest", readonly=False)
    arrears_interest_account_id = fields.Many2one(
        related="company_id.arrears_interest_account_id", readonly=False
    )
    arrears_allocation_order = fields.Selection(
        related="company_id.arrears_allocation_order", readonly=False
    )
    arrears_procedure_id = fields.Many2one(
        related="company_id.arrears_procedure_id", readonly=False
    )
    arrears_opening_on = fields.Date(related="company_id.arrears_opening_on", readonly=False)
    arrears_opening_rest = fields.Selection(
        related="company_id.arrears_opening_rest", readonly=False
    )
    arrears_paused = fields.Boolean(related="company_id.arrears_paused", readonly=False)
    arrears_test_email = fields.Char(related="company_id.arrears_test_email", readonly=False)
    arrears_run_cap = fields.Integer(related="company_id.arrears_run_cap", readonly=False)
    arrears_heartbeat_days = fields.Integer(
        related="company_id.arrears_heartbeat_days", readonly=False
    )
    arrears_bank_days = fields.Integer(related="company_id.arrears_bank_days", readonly=False)
    arrears_cis = fields.Boolean(related="company_id.arrears_cis", readonly=False)
    arrears_cis_review_days = fields.Integer(
        related="company_id.arrears_cis_review_days", readonly=False
    )
    arrears_help_phone = fields.Char(related="company_id.arrears_help_phone", readonly=False)
    # === ARRANGEMENTS AND HELP === #
    arrears_arrangement_smallest = fields.Monetary(
        related="company_id.arrears_arrangement_smallest",
        readonly=False,
        currency_field="currency_id",
    )
    arrears_arrangement_months = fields.Integer(
        related="company_id.arrears_arrangement_months", readonly=False
    )
    arrears_arrangement_portal = fields.Boolean(
        related="company_id.arrears_arrangement_portal", readonly=False
    )
    arrears_arrangement_accept_days = fields.Integer(
        related="company_id.arrears_arrangement_accept_days", readonly=False
    )
    arrears_instalment_before_days = fields.Integer(
        related="company_id.arrears_instalment_before_days", readonly=False
    )
    arrears_instalment_after_days = fields.Integer(
        related="company_id.arrears_instalment_after_days", readonly=False
    )
    arrears_instalment_broken_days = fields.Integer(
        related="company_id.arrears_instalment_broken_days", readonly=False
    )
    arrears_link_days = fields.Integer(related="company_id.arrears_link_days", readonly=False)
    arrears_public_page = fields.Boolean(related="company_id.arrears_public_page", readonly=False)
    arrears_debt_help_months = fields.Integer(
        related="company_id.arrears_debt_help_months", readonly=False
    )
    arrears_municipality_url = fields.Char(
        related="company_id.arrears_municipality_url", readonly=False
    )

    def action_show_arrears_guide(self):
        return self.company_id._show_arrears_guide()
