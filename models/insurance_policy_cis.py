"""A policy and CIS: can its end be registered, is its holder in it."""

from odoo import api, fields, models

from ..law.cover import MAY_SUSPEND
from .res_partner_cis import CIS_ALERTS


class InsurancePolicy(models.Model):
    _inherit = "insurance.policy"

    cis_registration_ids = fields.One2many(
        "cis.registration",
        "policy_id",
        string="CIS registrations",
        groups="premium_arrears.group_cis",
    )
    cis_alert = fields.Selection(
        CIS_ALERTS,
        string="CIS",
        compute="_compute_cis_alert",
        groups="premium_arrears.group_cis",
    )

    @api.depends_context("uid", "allowed_company_ids")
    @api.depends("partner_id.cis_alert")
    def _compute_cis_alert(self):
        for policy in self:
            policy.cis_alert = policy.partner_id.cis_alert

    def _may_be_registered(self, day):
        """Return those of these policies whose end for non-payment could be registered in CIS.

        The office takes part and decides on the policy, the conditions name the ground, and it is
        no basic health insurance, which is never ended for non-payment.

        :param day: business day
        """
        ours = self.filtered(
            lambda policy: (
                policy.company_id.arrears_cis
                and policy.office_role in MAY_SUSPEND
                and policy.line_of_business != "health_basic"
            )
        )
        return ours._filter_conditions_name_ground(day)

    def action_view_cis(self):
        """Open the CIS registrations of this policy; a new one is about it."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "premium_arrears.cis_registration_action"
        )
        action["domain"] = [("policy_id", "=", self.id)]
        action["context"] = {"default_policy_id": self.id}
        if not self.cis_registration_ids:
            action["views"] = [(False, "form")]
        return action
