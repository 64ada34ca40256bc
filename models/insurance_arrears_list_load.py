"""Loading an insurer's arrears list: arrears come, change and go, and cover follows the list."""

from odoo import fields, models
from odoo.exceptions import UserError


class InsuranceArrearsList(models.Model):
    _inherit = "insurance.arrears.list"

    def load(self, day):
        """Take over what the list says; doing it again changes nothing.

        The list is read and judged afresh, so that a preview of yesterday decides nothing.

        :param day: business day, a date (or an ISO string); not before the day of the list
        :raise UserError: for a list that is older than the last one, or with rows that are wrong;
            then nothing was loaded
        """
        self.ensure_one()
        self.env["arrears.run"].check_access("create")
        self.check_access("write")
        day = self.env["arrears.run"]._to_day(day)
        if self.state != "previewed":
            raise UserError(self.env._("Look at the list first, then load it."))
        if day < self.date:
            raise UserError(
                self.env._("The list is of %(list)s, after %(day)s.", list=self.date, day=day)
            )
        # Arrears, cover and history are evidence: written by the service only, after the checks.
        service = self._as_service().with_context(
            mail_create_nolog=True, mail_create_nosubscribe=True
        )
        service._load(day)

    def action_load(self):
        """Button: load the list today."""
        self.load(fields.Date.context_today(self))

    def _load(self, day):
        """Load the list on ``day``, as the service."""
        self.mapping_id.lock_for_update()  # of two lists of one insurer the second one waits
        self._preview()
        self._check_errors()
        lines = self.line_ids.filtered(lambda line: line.outcome != "error")
        self.env["arrears.item"]._take_listed(lines, day)
        self.gone_item_ids._settle_listed(self, day)
        self._take_cover(lines, day)
        self.write({"state": "loaded", "loaded_on": day, "loaded_by_id": self.env.uid})
        self.message_post(body=self._describe_loaded())

    def _describe_loaded(self):
        return self.env._(
            "Loaded: %(new)s new, %(changed)s changed, %(unchanged)s unchanged, %(gone)s no longer "
            "on the list, %(errors)s left out.",
            new=self.new_count,
            changed=self.changed_count,
            unchanged=self.unchanged_count,
            gone=self.gone_count,
            errors=self.error_count,
        )
