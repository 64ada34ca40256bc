{
    "name": "Premium Arrears",
    "summary": "Lawful, kind and traceable follow-up of unpaid insurance premiums (Netherlands)",
    "version": "19.0.1.0.0",
    "category": "Accounting/Accounting",
    "license": "LGPL-3",
    "author": "Premium Arrears",
    "depends": ["account", "l10n_nl", "portal"],
    "external_dependencies": {"python": ["holidays", "python-stdnum"]},
    "data": [
        # Security
        "security/premium_arrears_groups.xml",
        "security/ir.model.access.csv",
        "security/premium_arrears_security.xml",
        # Letters and mails
        "report/arrears_notice_reports.xml",
        "report/arrears_notice_text_templates.xml",
        "report/arrears_notice_letter_templates.xml",
        # Data an office may change
        "data/ir_sequence_data.xml",
        "data/mail_template_data.xml",
        "data/arrears_procedure_data.xml",
        "data/ir_cron_data.xml",
        # Views
        "views/insurance_policy_views.xml",
        "views/arrears_notice_views.xml",
        "views/arrears_notice_receipt_views.xml",
        "views/arrears_print_batch_views.xml",
        "views/arrears_phone_call_views.xml",
        "views/arrears_run_views.xml",
        "views/arrears_case_views.xml",
        "views/arrears_procedure_views.xml",
        "views/res_partner_views.xml",
        "views/account_move_views.xml",
        "views/res_config_settings_views.xml",
        "views/premium_arrears_menus.xml",
    ],
    "assets": {
        "web.assets_tests": ["premium_arrears/static/tests/tours/**/*"],
    },
    "post_init_hook": "post_init_hook",
    "application": True,
}
