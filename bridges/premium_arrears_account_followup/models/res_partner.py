"""Whom Enterprise's follow-up reminds, and whom the arrears run: nobody hears from both."""

from odoo import api, fields, models
from odoo.fields import Domain

LEVEL = "account_followup.followup.line"
REMINDERS = "followup_reminder_type"
EMPTY = "empty"  # what was remembered of reminders that had no value


class ResPartner(models.Model):
    _inherit = "res.partner"

    arrears_reminders_before = fields.Char(
        string="Reminders before the arrears case",
        company_dependent=True,
        readonly=True,
        copy=False,
        groups="premium_arrears.group_reader",
        help="How Enterprise's follow-up reminded this customer before his arrears case opened; "
        "he gets that back when it closes.",
    )

    # === EXECUTE === #

    def _execute_followup_partner(self, *args, **kwargs):
        """Leave to the arrears run who is at a mapped level and in its track."""
        ours = self._get_left_to_arrears(*args, **kwargs)
        rest = self - ours
        if ours and not rest:
            return False
        execute = getattr(super(ResPartner, rest), "_execute_followup_partner", None)
        return execute(*args, **kwargs) if execute else False

    def _get_left_to_arrears(self, options=None, *_args, **_kwargs):
        """Return those of these customers about whom the arrears run decides.

        A hold or an arrangement is part of that: then nobody writes.

        :param options: those of Enterprise's follow-up; may name the level
        """
        mapped = self.filtered(lambda partner: partner._is_at_mapped_level(options))
        track = mapped.commercial_partner_id._get_ids_in_track(self.env.company, overdue=True)
        return mapped.filtered(lambda partner: partner.commercial_partner_id.id in track)

    def _is_at_mapped_level(self, options):
        self.ensure_one()
        level = options.get("followup_line") if isinstance(options, dict) else None
        if not isinstance(level, models.BaseModel) or level._name != LEVEL:
            level = self.followup_line_id if "followup_line_id" in self._fields else None
        return bool(level and level.arrears_stage_id)

    def _get_ids_in_track(self, companies, overdue=False):
        """Return which of these debtors have an open case, as a set of ids.

        What the insurer collects itself is not in our books: no follow-up of ours is about it.

        :param overdue: also those whose overdue premium the next run will find
        """
        # Who sends reminders need not have rights on arrears.
        cases = self.env["arrears.case"].sudo()
        groups = cases._read_group(
            [
                ("company_id", "in", companies.ids),
                ("partner_id", "in", self.ids),
                ("collected_by", "=", "office"),
                ("state", "!=", "closed"),
            ],
            ["partner_id"],
        )
        found = {partner.id for (partner,) in groups}
        if overdue:
            for company in companies:
                found |= self._get_ids_overdue(company)
        return found

    def _get_ids_overdue(self, company):
        day = self.env["arrears.run"]._get_latest_day(company)
        # As above.
        items = self.env["arrears.item"].sudo().with_company(company)
        domain = items._get_overdue_line_domain(day, company)
        lines = self.env["account.move.line"].sudo().with_company(company)
        groups = lines._read_group(domain & Domain("partner_id", "in", self.ids), ["partner_id"])
        return {partner.id for (partner,) in groups}

    # === REMINDERS === #

    def _set_arrears_reminders(self, company):
        """Put who has an open case on manual reminders; give back what it was to who has none.

        A choice that a colleague made meanwhile stays.

        :param company: the company whose cases have changed
        """
        if REMINDERS not in self._fields:
            return
        companies = company
        if self._has_one_value_for_all():
            # It is given back when no company has a case any more.
            companies = self._get_all_companies()
            company = companies[0]
        # Who books the payment that closes a case need not have rights on contacts.
        partners = self.sudo().with_company(company)
        track = partners._get_ids_in_track(companies)
        inside = partners.filtered(lambda partner: partner.id in track)
        entering = inside.filtered(lambda partner: not partner.arrears_reminders_before)
        for before, mine in entering.grouped(REMINDERS).items():
            mine.write({"arrears_reminders_before": before or EMPTY, REMINDERS: "manual"})
        (partners - inside)._give_reminders_back()

    @api.model
    def _has_one_value_for_all(self):
        """Tell whether Enterprise keeps one kind of reminders of a customer for all companies."""
        return not self._fields[REMINDERS].company_dependent

    @api.model
    def _get_all_companies(self):
        """Return every company, also archived ones and those that the user cannot see, the oldest
        first: what is remembered there stays, whatever becomes of the company.
        """
        companies = self.env["res.company"].sudo().with_context(active_test=False)
        return companies.search([("id", "!=", False)], order="id")

    def _give_reminders_back(self):
        """Give these back what is remembered, in one write per group."""
        leaving = self.filtered("arrears_reminders_before")
        for (before, now), mine in leaving.grouped(
            lambda partner: (partner.arrears_reminders_before, partner[REMINDERS])
        ).items():
            values = {"arrears_reminders_before": False}
            if now == "manual":
                values[REMINDERS] = False if before == EMPTY else before
            mine.write(values)

    @api.model
    def _give_all_reminders_back(self):
        """Give every customer of every company back what is remembered."""
        if REMINDERS not in self._fields:
            return
        everybody = self.sudo().with_context(active_test=False)  # as above
        for company in self._get_all_companies():
            mine = everybody.with_company(company)
            mine.search([("arrears_reminders_before", "!=", False)])._give_reminders_back()
