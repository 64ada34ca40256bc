{
    "name": "Premium Arrears: SMS",
    "summary": "A friendly text message after a notice was sent, without legal effect",
    "version": "19.0.1.0.0",
    "category": "Accounting/Accounting",
    "license": "LGPL-3",
    "author": "Premium Arrears",
    "depends": ["premium_arrears", "sms"],
    "data": [
        "data/sms_template_data.xml",
        "views/arrears_procedure_views.xml",
        "views/arrears_notice_views.xml",
    ],
    "auto_install": True,
}
