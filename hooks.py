"""What happens once, when the addon is installed."""


def post_init_hook(env):
    """Give every company that has a chart of accounts a journal and account for fees."""
    env["res.company"].search([("chart_template", "!=", False)])._set_arrears_defaults()
