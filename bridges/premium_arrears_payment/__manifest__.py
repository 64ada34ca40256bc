{
    "name": "Premium Arrears: online payment",
    "summary": "No pay link for what a collector collects",
    "version": "19.0.1.0.0",
    "category": "Accounting/Accounting",
    "license": "LGPL-3",
    "author": "Premium Arrears",
    "depends": ["premium_arrears", "account_payment"],
    "auto_install": True,
}
