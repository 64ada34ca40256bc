"""Consent to legal notices by e-mail: given on a day, from a source, taken back on a day."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ResPartner(models.Model):
    _inherit = "res.partner"

    # The chatter keeps each change of these three: who granted or withdrew what, and when. They are
    # of one person: a duplicate of the contact has consented to nothing.
    e_notice_consent_date = fields.Date(
        string="Consent to electronic notices",
        tracking=True,
        copy=False,
        help="Day on which the customer expressly agreed to receive legal notices by e-mail. "
        "Without it they go by post.",
    )
    e_notice_consent_source = fields.Char(
        string="Source of the consent",
        compute="_compute_e_notice_consent_source",
        store=True,
        readonly=False,
        tracking=True,
        copy=False,
        help="For example: application form, phone call, portal.",
    )
    e_notice_consent_withdrawn_date = fields.Date(
        string="Consent withdrawn on", tracking=True, copy=False
    )

    @api.depends("e_notice_consent_date")
    def _compute_e_notice_consent_source(self):
        """Give a consent that comes without its source the name of who recorded it.

        The form asks for the source; an import that knows only the day must not lose the consent.
        """
        for partner in self:
            source = partner.e_notice_consent_source
            if partner.e_notice_consent_date and not source:
                source = self.env._("Recorded by %s", self.env.user.name)
            partner.e_notice_consent_source = source

    @api.constrains("e_notice_consent_date", "e_notice_consent_source")
    def _check_consent_source(self):
        for partner in self:
            source = (partner.e_notice_consent_source or "").strip()
            if partner.e_notice_consent_date and not source:
                raise ValidationError(
                    self.env._(
                        "Contact %(partner)s: where does the consent to electronic notices come "
                        "from? Fill in its source, such as the application form; without it there "
                        "is no proof.",
                        partner=partner.display_name,
                    )
                )

    @api.constrains("e_notice_consent_date", "e_notice_consent_withdrawn_date")
    def _check_consent_dates(self):
        for partner in self:
            granted = partner.e_notice_consent_date
            withdrawn = partner.e_notice_consent_withdrawn_date
            if withdrawn and (not granted or withdrawn < granted):
                raise ValidationError(
                    self.env._(
                        "Contact %(partner)s: consent to electronic notices cannot be withdrawn "
                        "before it was given.",
                        partner=partner.display_name,
                    )
                )

    def _may_receive_electronic_notices(self, day):
        """Tell whether this contact agrees on ``day`` to receive legal notices by e-mail.

        Express consent that can be withdrawn at any time: article 7:933 Civil Code with the
        decree on electronic notices (BWBR0029531). Consent is of each addressee for itself.
        Whether there is an address to send to is another question: see ``_get_usable_emails``.
        """
        self.ensure_one()
        granted = self.e_notice_consent_date
        withdrawn = self.e_notice_consent_withdrawn_date
        if not granted or granted > day:
            return False
        return not withdrawn or withdrawn > day

    def _get_usable_emails(self):
        """Return the address of each contact that can be mailed: not empty, malformed, or blocked.

        :return: dict from contact to its bare address; a contact without a usable one is left out
        """
        found = {partner: partner.email_normalized for partner in self if partner.email_normalized}
        blocked = self.env["mail.blacklist"].sudo()  # its list is for marketing staff to read
        blocked = blocked.search([("email", "in", list(found.values()))]) if found else blocked
        refused = set(blocked.mapped("email"))
        return {partner: email for partner, email in found.items() if email not in refused}

    def _has_postal_address(self):
        self.ensure_one()
        return bool(self.street and self.city)
