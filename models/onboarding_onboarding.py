"""The first steps of an office that starts, above its cases; gone when letters go out."""

from odoo import api, models

GUIDE = "premium_arrears.onboarding_arrears"


class OnboardingOnboarding(models.Model):
    _inherit = "onboarding.onboarding"

    @api.model
    @api.readonly
    def get_arrears_guide(self):
        """Return the first steps of the company to a manager, or False if there are none to show.

        The guide goes away when it is closed, and when the office has really written to a customer:
        it does not start any more.

        :return: dict with ``done`` and ``steps``: title, description, button, method, done, allowed
        """
        guide = self._get_arrears_guide()
        if not guide or guide.is_onboarding_closed:
            return False
        if self.env.company.sudo()._has_written_to_customers():
            return False
        done = guide.step_ids._get_arrears_done()
        may_configure = self.env["res.company"].has_access("write")
        steps = [
            {
                "id": step.id,
                "title": step.title,
                "description": step.description,
                "button": step.button_text,
                "method": step.panel_step_open_action_name,
                "done": step in done,
                "allowed": may_configure or not step._is_for_administrators(),
            }
            for step in guide.step_ids
        ]
        return {"done": done == guide.step_ids, "steps": steps}

    @api.model
    def action_close_arrears_guide(self):
        """Put the guide away, for everybody in this company."""
        if guide := self._get_arrears_guide():
            guide._search_or_create_progress().action_close()

    @api.model
    def _get_arrears_guide(self):
        """Return the guide as the service, or nothing: it is for managers only."""
        guide = self.env.ref(GUIDE, raise_if_not_found=False)
        if not guide or not self.env.user.has_group("premium_arrears.group_manager"):
            return self.browse()
        # How far an office is, is kept where only administrators of Odoo may look.
        return guide.sudo()
