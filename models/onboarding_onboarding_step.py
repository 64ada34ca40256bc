"""The first steps of an office: what each opens, and when it is done."""

from odoo import api, models
from odoo.exceptions import AccessError

STEP = "premium_arrears.onboarding_step_%s"
# Steps that change the company itself, which Odoo leaves to its administrators.
FOR_ADMINISTRATORS = ("office", "accounts", "test")


class OnboardingOnboardingStep(models.Model):
    _inherit = "onboarding.onboarding.step"

    # === WHAT A STEP OPENS === #

    @api.model
    def action_open_arrears_office(self):
        return self._open_arrears_company(self.env._("Your office"), "office")

    @api.model
    def action_open_arrears_accounts(self):
        return self._open_arrears_company(self.env._("Journal and accounts"), "accounts")

    @api.model
    def action_open_arrears_test(self):
        return self._open_arrears_company(self.env._("Try it safely"), "test")

    @api.model
    def action_open_arrears_letter(self):
        """Show the letter that matters most: the one that gives 14 days."""
        stages = self._get_arrears_procedure()._get_stages_on(self._get_arrears_today())
        letters = stages.filtered(lambda stage: stage._is_notice())
        letter = letters.filtered(lambda s: s.kind == "formal_notice")[:1] or letters[:1]
        if not letter:
            return self.env["ir.actions.actions"]._for_xml_id(
                "premium_arrears.arrears_procedure_action"
            )
        self._mark_arrears_step("letter")
        return letter.action_preview()

    @api.model
    def action_open_arrears_procedure(self):
        """Show the steps that most consumers of the office go through."""
        action = self.env["ir.actions.actions"]._for_xml_id(
            "premium_arrears.arrears_procedure_action"
        )
        if procedure := self._get_arrears_procedure():
            self._mark_arrears_step("procedure")
            action |= {"res_id": procedure.id, "views": [(False, "form")], "view_mode": "form"}
        return action

    @api.model
    def action_open_arrears_opening(self):
        return self.env["ir.actions.actions"]._for_xml_id("premium_arrears.arrears_opening_action")

    def _open_arrears_company(self, name, step):
        view = self.env.ref(f"premium_arrears.res_company_view_form_guide_{step}")
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": "res.company",
            "res_id": self.env.company.id,
            "views": [(view.id, "form")],
            "target": "new",
        }

    @api.model
    def _get_arrears_procedure(self):
        return self.env.company._get_public_procedure()

    @api.model
    def _get_arrears_today(self):
        return self.env["arrears.notice"]._get_day_of_mail()

    # === WHEN IT IS DONE === #

    def _is_for_administrators(self):
        self.ensure_one()
        return self in self._get_arrears_steps(FOR_ADMINISTRATORS)

    @api.model
    def _get_arrears_steps(self, names):
        found = (self.env.ref(STEP % name, raise_if_not_found=False) for name in names)
        return self.browse([step.id for step in found if step])

    def _get_arrears_done(self):
        """Return those of these steps whose condition is met by now, or that a person has done.

        A letter and the procedure have been looked at when they were opened.
        """
        company = self.env.company
        conditions = {
            "office": company._is_arrears_office_complete(),
            "accounts": bool(company.arrears_fee_journal_id and company.arrears_fee_account_id),
            "test": company._has_tried_safely(),
            "opening": company._has_opening_state(),
        }
        met = self._get_arrears_steps([name for name, holds in conditions.items() if holds])
        return self.filtered(lambda s: s in met or s.current_step_state != "not_done")

    @api.model
    def _mark_arrears_step(self, name):
        """Mark one step as done, as a manager did it."""
        if not self.env.user.has_group("premium_arrears.group_manager"):
            raise AccessError(self.env._("The first steps are for managers of arrears."))
        # See OnboardingOnboarding._get_arrears_guide.
        self.sudo()._get_arrears_steps([name]).action_set_just_done()
