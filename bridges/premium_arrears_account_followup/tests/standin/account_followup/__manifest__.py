{
    "name": "Stand-in of a follow-up",
    "summary": "Answers to the public names of Enterprise's account_followup, for tests only",
    "version": "19.0.1.0.0",
    "category": "Hidden/Tests",
    "license": "LGPL-3",
    "author": "Premium Arrears",
    "depends": ["account", "mail"],
    "data": ["security/ir.model.access.csv", "views/followup_line_views.xml"],
    "installable": True,
}
