{
    "name": "Premium Arrears: OCA Job Queue",
    "summary": "The pieces of a large run as jobs, on a channel of their own",
    "version": "19.0.1.0.0",
    "category": "Accounting/Accounting",
    "license": "LGPL-3",
    "author": "Premium Arrears",
    "depends": ["premium_arrears", "queue_job"],
    "data": ["data/queue_job_data.xml"],
    "auto_install": True,
}
