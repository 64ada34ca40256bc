{
    "name": "Premium Arrears: OCA Credit Control",
    "summary": "A level of credit control as a step of a procedure, with its term, costs and cover",
    "version": "19.0.1.0.0",
    "category": "Accounting/Accounting",
    "license": "AGPL-3",
    "author": "Premium Arrears",
    "depends": ["premium_arrears", "account_credit_control"],
    "data": [
        "report/arrears_notice_templates.xml",
        "views/credit_control_policy_views.xml",
        "views/credit_control_run_views.xml",
        "views/credit_control_communication_views.xml",
    ],
    "auto_install": True,
}
