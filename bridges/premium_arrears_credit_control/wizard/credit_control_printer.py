from odoo import models


class CreditControlPrinter(models.TransientModel):
    _inherit = "credit.control.printer"

    def print_lines(self):
        # EXTENDS account_credit_control: letters that count are in the print batches of arrears,
        # where their term starts on the day that they are posted.
        action = super().print_lines()
        comms = self.env["credit.control.communication"].browse(
            (action.get("context") or {}).get("active_ids", [])
        )
        plain = comms._filter_plain()
        if plain == comms:
            return action
        if plain:
            return {**action, "context": {**action["context"], "active_ids": plain.ids}}
        listed = self.env["ir.actions.act_window"]._for_xml_id(
            "account_credit_control.credit_control_communication_action"
        )
        return {**listed, "domain": [("id", "in", comms.ids)]}
