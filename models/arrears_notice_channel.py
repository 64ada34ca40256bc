"""Which way a notice goes: by e-mail under recorded consent, else by post."""

from collections import defaultdict
from datetime import timedelta

from odoo import api, models
from odoo.fields import Domain

# The address itself is bad: it is left alone until it changes, or consent is given anew.
ADDRESS_FAILURES = ("bounced", "refused", "blacklisted", "invalid")
# Something on the way failed: the next try goes by post, a later notice may be a mail again.
TRANSPORT_FAILURES = ("server", "unclear", "lost")
MAIL_FAILURES = (*ADDRESS_FAILURES, *TRANSPORT_FAILURES)
NEXT_TRY = timedelta(days=7)


class ArrearsNotice(models.Model):
    _inherit = "arrears.notice"

    @api.model
    def _choose_channel(self, recipients, day):
        """Return how a notice of ``day`` reaches each of these contacts.

        By e-mail to who consents and has a usable address, unless mail to it failed before; else
        by post, and so does everything of an office that mails no notices. Who has no postal
        address either gets "post" too: delivery then fails and says so.

        :param recipients: the contacts that are written to
        :param day: business day
        :return: dict from contact to "email" or "post"
        """
        mailing = self.env.company.arrears_e_notices
        consenting = recipients.filtered(
            lambda p: mailing and p._may_receive_electronic_notices(day)
        )
        usable = consenting._get_usable_emails()
        failures = self._get_mail_failures(recipients.browse([p.id for p in usable]))
        return {
            recipient: "email"
            if recipient in usable
            and not any(
                self._is_in_the_way(failure, recipient, usable[recipient], day)
                for failure in failures[recipient]
            )
            else "post"
            for recipient in recipients
        }

    @api.model
    def _get_mail_failures(self, recipients):
        """Return per contact the (failure, address, last day) of the mails that failed here."""
        found = defaultdict(list)
        if recipients:
            rows = self._read_group(
                Domain("recipient_id", "in", recipients.ids)
                & Domain("company_id", "=", self.env.company.id)
                & Domain("failure", "in", MAIL_FAILURES),
                ["recipient_id", "failure", "email_to"],
                ["failed_on:max"],
            )
            for recipient, *failure in rows:
                found[recipient].append(failure)
        return found

    @api.model
    def _is_in_the_way(self, failure, recipient, email, day):
        """Tell whether an earlier failure keeps a contact from being mailed at this address."""
        kind, address, failed_on = failure
        if kind in TRANSPORT_FAILURES:
            return failed_on > day - NEXT_TRY
        return address == email and failed_on >= recipient.e_notice_consent_date

    def _has_address(self):
        """Tell whether the recipient can be reached by the channel of this notice."""
        self.ensure_one()
        if self.channel == "email":
            return self.recipient_id in self.recipient_id._get_usable_emails()
        return self.recipient_id._has_postal_address()
