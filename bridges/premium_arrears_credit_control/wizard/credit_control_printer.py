from odoo import models


class CreditControlPrinter(models.TransientModel):
    _inherit = "credit.control.printer"

    def print_lines(self):
        # EXTENDS account_credit_control: letters that count are in the print batches of arrears,
        # where their term starts on the day that they are posted.
        # Of no communications Odoo's action keeps the ids of the screen, and those are of lines.
        wizard = self.with_context(active_ids=[])
        action = super(CreditControlPrinter, wizard).print_lines()
        comms = self.env["credit.control.communication"].browse(
            (action.get("context") or {}).get("active_ids", [])
        )
        if not comms:
            return self._tell_nothing_printed()
        plain = comms._filter_plain()
        if plain == comms:
            return action
        if plain:
            return {**action, "context": {**action["context"], "active_ids": plain.ids}}
        listed = self.env["ir.actions.act_window"]._for_xml_id(
            "account_credit_control.credit_control_communication_action"
        )
        return {**listed, "domain": [("id", "in", comms.ids)]}

    def _tell_nothing_printed(self):
        """Return the action that tells that all was set aside, and closes the wizard."""
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning",
                "message": self.env._(
                    "Nothing is printed: paid, paused or not due for this step any more. The lines "
                    "are set to Ignored."
                ),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
