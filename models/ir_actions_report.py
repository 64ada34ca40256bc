"""How a letter is printed: at once."""

from odoo import models


class IrActionsReport(models.Model):
    _inherit = "ir.actions.report"

    def _build_wkhtmltopdf_args(self, *args, **kwargs):
        """Do not wait for scripts in a letter: it has none, and its pictures are in it."""
        arguments = super()._build_wkhtmltopdf_args(*args, **kwargs)
        if self.env.context.get("arrears_letters") and "--javascript-delay" in arguments:
            arguments[arguments.index("--javascript-delay") + 1] = "0"
        return arguments
