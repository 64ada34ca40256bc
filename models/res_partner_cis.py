"""What a colleague who may know sees of CIS on a contact, and the clean slate that ends it."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ..law import cis

GROUP = "premium_arrears.group_cis"
# It ends a registration, and it comes from debt help: both groups have to do with it.
CLEAN_SLATE_GROUPS = f"{GROUP},premium_arrears.group_debt_help"
CIS_ALERTS = [
    ("registered", "Registered in CIS by us"),
    ("ended", "A policy was ended for non-payment"),
]


class ResPartner(models.Model):
    _inherit = "res.partner"

    cis_registration_ids = fields.One2many(
        "cis.registration", "partner_id", string="CIS registrations", groups=GROUP
    )
    cis_registration_count = fields.Integer(
        string="Number of CIS registrations",
        compute="_compute_cis_registration_count",
        groups=GROUP,
    )
    cis_alert = fields.Selection(
        CIS_ALERTS,
        string="CIS",
        compute="_compute_cis_alert",
        search="_search_cis_alert",
        groups=GROUP,
        help="For who may see CIS registrations: this customer is in it, or an earlier policy was "
        "ended for non-payment.",
    )
    # Of one person. And whoever may not see them could not duplicate a contact.
    clean_slate_date = fields.Date(
        string="Clean slate on",
        groups=CLEAN_SLATE_GROUPS,
        copy=False,
        help="Day on which a debt settlement was completed with a clean slate (finale kwijting). "
        "Registrations must be removed, and earlier non-payment is no reason to refuse any more.",
    )
    clean_slate_source = fields.Char(
        string="Clean slate shown by",
        groups=CLEAN_SLATE_GROUPS,
        copy=False,
        help="Such as the letter of the debt helper.",
    )
    history_counts = fields.Boolean(
        string="Earlier non-payment counts",
        compute="_compute_history_counts",
        groups=GROUP,
        help="Not any more after a clean slate (Protocol bij betalingsachterstanden).",
    )

    @api.constrains("clean_slate_date", "clean_slate_source")
    def _check_clean_slate(self):
        for partner in self:
            if bool(partner.clean_slate_date) != bool((partner.clean_slate_source or "").strip()):
                raise ValidationError(
                    self.env._(
                        "Contact %s: a clean slate has a day and what shows it, both or none.",
                        partner.display_name,
                    )
                )

    @api.depends("clean_slate_date")
    def _compute_history_counts(self):
        for partner in self:
            debtor = partner.commercial_partner_id
            partner.history_counts = cis.history_counts(bool(debtor.clean_slate_date))

    def _has_clean_slate(self, ended_on, day):
        """Tell whether a clean slate wiped out a policy that was ended on ``ended_on``.

        :param ended_on: day on which a policy was ended for non-payment, or False
        :param day: business day on which this is asked
        """
        self.ensure_one()
        granted = self.commercial_partner_id.clean_slate_date
        return bool(granted and granted <= day and (not ended_on or ended_on <= granted))

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_cis_registration_count(self):
        counts = {}
        if self._may_see_cis():
            rows = self.env["cis.registration"]._read_group(
                [
                    ("partner_id", "in", self.commercial_partner_id.ids),
                    ("company_id", "in", self.env.companies.ids),
                ],
                ["partner_id"],
                ["__count"],
            )
            counts = dict(rows)
        for partner in self:
            partner.cis_registration_count = counts.get(partner.commercial_partner_id, 0)

    @api.depends_context("uid", "allowed_company_ids")
    @api.depends(
        "cis_registration_ids.state",
        "clean_slate_date",
        "insurance_policy_ids.end_date",
        "insurance_policy_ids.end_reason",
    )
    def _compute_cis_alert(self):
        day = fields.Date.context_today(self)
        alerts = self._get_cis_alerts(Domain("id", "in", self.commercial_partner_id.ids), day)
        for partner in self:
            partner.cis_alert = alerts.get(partner.commercial_partner_id, False)

    def _search_cis_alert(self, operator, value):
        if operator != "in":
            return NotImplemented
        day = fields.Date.context_today(self)
        alerts = self._get_cis_alerts(Domain.TRUE, day)
        found = [partner.id for partner, alert in alerts.items() if alert in value]
        domain = Domain("commercial_partner_id", "in", found)
        if False in value:
            alarmed = [partner.id for partner in alerts]
            domain |= Domain("commercial_partner_id", "not in", alarmed)
        return domain

    @api.model
    def _may_see_cis(self):
        # Also when other code reads with the rights of the service: it is still this user's look.
        return self.env.user.has_group(GROUP)

    @api.model
    def _get_cis_alerts(self, debtors, day):
        """Return what to warn of; dict from debtor to a code of ``CIS_ALERTS``.

        What must be removed warns of nothing, nor does what a clean slate wiped out or what is as
        old as a registration can be.

        :param debtors: domain of commercial contacts
        :param day: business day
        """
        if not self._may_see_cis():
            return {}
        here = Domain("company_id", "in", self.env.companies.ids)
        retention = self.env["cis.retention"]
        years = {company: retention._get_years(day, company) for company in self.env.companies}
        alerts = {
            policy.partner_id.commercial_partner_id: "ended"
            for policy in self.env["insurance.policy"].search(
                here
                & Domain("end_reason", "=", "non_payment")
                & Domain("end_date", "<=", day)
                & Domain("partner_id.commercial_partner_id", "any", debtors)
            )
            if policy.partner_id._history_counts_of(policy, day, years[policy.company_id])
        }
        registered = self.env["cis.registration"].search(
            here
            & Domain("state", "=", "registered")
            & Domain("partner_id.commercial_partner_id", "any", debtors)
        )
        for registration in registered:
            if not registration._get_removal_reason(day):
                alerts[registration.partner_id.commercial_partner_id] = "registered"
        return alerts

    def _history_counts_of(self, policy, day, years):
        """Tell whether a policy that was ended for non-payment may still count against somebody.

        :param years: for how long a registration would stand; what is older counts no more
        """
        self.ensure_one()
        return day < cis.expires_on(policy.end_date, years) and cis.history_counts(
            self._has_clean_slate(policy.end_date, day)
        )

    def action_view_cis(self):
        """Open this contact's CIS registrations."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "premium_arrears.cis_registration_action"
        )
        action["domain"] = [("partner_id", "=", self.commercial_partner_id.id)]
        action["context"] = {}
        return action
