"""For pytest-xdist: each worker tests in a database of its own, a copy with its name at the end."""

import pytest


@pytest.hookimpl(tryfirst=True, wrapper=True)
def pytest_cmdline_main(config):
    """Give pytest-odoo, which reads its options right after this, the database of the worker."""
    worker = getattr(config, "workerinput", {}).get("workerid")
    if worker:
        config.option.odoo_database += f"_{worker}"
    return (yield)
