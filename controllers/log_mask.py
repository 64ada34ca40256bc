"""The code in a letter's link opens a customer's page: it does not belong in the server's log."""

import logging
import re

CODE = re.compile(r"(/arrears/)[^\s/?#\"]+")


class MaskCodes(logging.Filter):
    """Write ``/arrears/***`` where a request for a link is logged."""

    def filter(self, record):
        if isinstance(record.msg, str):
            record.msg = _mask(record.msg)
        if isinstance(record.args, tuple):
            record.args = tuple(_mask(arg) for arg in record.args)
        return True


def _mask(value):
    # What follows /my/arrears/ is no secret, and helps whoever reads the log.
    if isinstance(value, str) and "/arrears/" in value and "/my/arrears" not in value:
        return CODE.sub(r"\1***", value)
    return value


logging.getLogger("werkzeug").addFilter(MaskCodes())
