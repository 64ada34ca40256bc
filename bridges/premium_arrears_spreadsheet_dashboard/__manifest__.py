{
    "name": "Premium Arrears: dashboard",
    "summary": "The figures of premium arrears on one page of Odoo's dashboards",
    "version": "19.0.1.0.0",
    "category": "Accounting/Accounting",
    "license": "LGPL-3",
    "author": "Premium Arrears",
    "depends": ["premium_arrears", "spreadsheet_dashboard"],
    "data": ["data/spreadsheet_dashboard_data.xml"],
    "auto_install": True,
}
