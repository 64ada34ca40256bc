"""How far an office is that starts: the facts that tick its first steps."""

from odoo import models
from odoo.exceptions import AccessError
from odoo.fields import Domain


class ResCompany(models.Model):
    _inherit = "res.company"

    def _has_written_to_customers(self):
        """Tell whether a notice of this office has really left; what a test made does not count."""
        self.ensure_one()
        sent = Domain("company_id", "=", self.id) & Domain("sent_on", "!=", False)
        # A letter that an earlier system sent is taken over before the office starts here.
        ours = sent & Domain("test_mode", "=", False) & Domain("origin", "=", "own")
        return bool(self.env["arrears.notice"].search_count(ours, limit=1))

    def _is_arrears_office_complete(self):
        """Tell whether a letter can say who writes it and how to answer, and in which role."""
        self.ensure_one()
        reachable = (self.phone or self.arrears_help_phone) and self.email
        return bool(self.street and self.city and reachable and self.arrears_register_number)

    def _has_tried_safely(self):
        self.ensure_one()
        tests = Domain("company_id", "=", self.id) & Domain("test_mode", "=", True)
        return bool(
            self.arrears_test_email or self.env["arrears.notice"].search_count(tests, limit=1)
        )

    def _has_opening_state(self):
        self.ensure_one()
        taken_over = Domain("company_id", "=", self.id) & Domain("state", "=", "loaded")
        return bool(
            self.arrears_opening_on or self.env["arrears.opening"].search_count(taken_over, limit=1)
        )

    def action_save_arrears_office(self):
        """Mark the step as done: an office that needs no registration has none to fill in."""
        if self - self.env.companies:
            raise AccessError(self.env._("These are the first steps of another company."))
        self.env["onboarding.onboarding.step"].with_company(self)._mark_arrears_step("office")

    def _show_arrears_guide(self):
        """Show the first steps again, above the cases."""
        self.ensure_one()
        guide = self.env["onboarding.onboarding"].with_company(self)._get_arrears_guide()
        guide._search_or_create_progress().is_onboarding_closed = False
        return self.env["ir.actions.actions"]._for_xml_id("premium_arrears.arrears_case_action")
