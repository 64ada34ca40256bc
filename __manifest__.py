{
    "name": "Premium Arrears",
    "summary": "Lawful, kind and traceable follow-up of unpaid insurance premiums (Netherlands)",
    "version": "19.0.1.0.0",
    "category": "Accounting/Accounting",
    "license": "LGPL-3",
    "author": "Premium Arrears",
    "depends": ["account", "l10n_nl", "portal"],
    "external_dependencies": {"python": ["holidays", "python-stdnum"]},
    "data": [],
    "application": True,
}
