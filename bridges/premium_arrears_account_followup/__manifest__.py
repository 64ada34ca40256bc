{
    "name": "Premium Arrears: Enterprise follow-up",
    "summary": "A customer with an arrears case hears from the arrears run, not from both",
    "version": "19.0.1.0.0",
    "category": "Accounting/Accounting",
    "license": "LGPL-3",
    "author": "Premium Arrears",
    # The second is a module of Odoo Enterprise; nothing of it is here but its public names.
    "depends": ["premium_arrears", "account_followup"],
    "data": ["views/account_followup_followup_line_views.xml"],
    "pre_init_hook": "pre_init_hook",
    "post_init_hook": "post_init_hook",
    "uninstall_hook": "uninstall_hook",
    # No auto_install: where it refuses, it would stop what it came along with.
}
