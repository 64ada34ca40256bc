"""What a handler looks for among the cases: to decide, a hold that ends, no cover, no address.

Nothing of it is stored. Each field is worked out for many cases in a few queries, and its search
asks the same question the other way round.
"""

from odoo import api, fields, models
from odoo.fields import Domain

# A person decides, or a day has come; nothing is decided while a case is on hold.
DECIDED_STATES = ("open", "arranged", "handed_over")
COMPARE = {
    "<": lambda day, value: day < value,
    "<=": lambda day, value: day <= value,
    ">": lambda day, value: day > value,
    ">=": lambda day, value: day >= value,
    "in": lambda day, value: day in value,
}


class ArrearsCase(models.Model):
    _inherit = "arrears.case"

    to_decide = fields.Boolean(
        compute="_compute_to_decide",
        search="_search_to_decide",
        help="The day of a step has come, or a proposal waits for a person.",
    )
    hold_ends_on = fields.Date(
        compute="_compute_hold_ends_on",
        search="_search_hold_ends_on",
        help="Last day of the hold; empty when nothing is on hold, or when only a person ends it.",
    )
    suspended_since = fields.Date(
        string="Without cover since",
        compute="_compute_suspended_since",
        search="_search_suspended_since",
        help="First day without cover of a policy whose premium is open here.",
    )
    has_address = fields.Boolean(
        string="Can be written to",
        compute="_compute_has_address",
        search="_search_has_address",
        help="There is a postal address, or consent to e-mail and an address that can be mailed.",
    )

    # === TO DECIDE === #

    @api.model
    def _get_to_decide_domain(self, day):
        """Return the domain of cases in which a step is due, or a proposal waits, on ``day``."""
        return Domain("state", "in", DECIDED_STATES) & (
            Domain("next_step_date", "<=", day)
            | Domain("action_ids", "any", Domain("state", "=", "proposed"))
        )

    @api.depends("state", "next_step_date", "action_ids.state")
    def _compute_to_decide(self):
        wanted = self._get_to_decide_domain(fields.Date.context_today(self))
        found = set(self.search(wanted & Domain("id", "in", self.ids))._ids)
        for case in self:
            case.to_decide = case._origin.id in found

    def _search_to_decide(self, operator, value):
        if operator != "in":
            return NotImplemented
        wanted = self._get_to_decide_domain(fields.Date.context_today(self))
        return (wanted if True in value else Domain.FALSE) | (
            ~wanted if False in value else Domain.FALSE
        )

    # === HOLD === #

    @api.depends("state", "item_ids.next_reason", "item_ids.settled_on")
    def _compute_hold_ends_on(self):
        """Tell the day that ``hold_text`` tells too: of all kinds alike, so it betrays none."""
        day = fields.Date.context_today(self)
        whole = self._get_holds()
        items = self.item_ids.filtered(lambda item: not item.settled_on)
        by_item = items._get_holds()
        by_case = items.grouped("case_id")
        for case in self:
            mine = [by_item[item]._active_on(day) for item in by_case.get(case, items.browse())]
            parts = [_last_end(holds) for holds in mine if holds]
            ends = [end for end in parts if end]
            if case.state == "closed":
                case.hold_ends_on = False
            elif active := whole[case]._active_on(day):
                case.hold_ends_on = _last_end(active)
            else:
                case.hold_ends_on = min(ends, default=False)

    def _search_hold_ends_on(self, operator, value):
        if operator not in COMPARE:
            return NotImplemented
        # The few cases that a hold with a last day touches; then as it is worked out above.
        day = fields.Date.context_today(self)
        holds = self.env["arrears.hold"]
        ending = holds._search_standing(
            holds._get_active_domain(day)
            & Domain("company_id", "in", self.env.companies.ids)
            & Domain("end", "!=", False)
        )
        touched = self.browse(ending._get_cases().ids)
        ends = {case.id: case.hold_ends_on for case in touched.sudo() if case.hold_ends_on}
        found = [case for case, end in ends.items() if COMPARE[operator](end, value)]
        domain = Domain("id", "in", found)
        if operator == "in" and False in value:
            domain |= Domain("id", "not in", list(ends))
        return domain

    # === COVER === #

    @api.model
    def _get_gap_domain(self, day):
        """Return the domain of stretches without cover that last on ``day``."""
        return Domain("start", "<=", day) & (
            Domain("resume", "=", False) | Domain("resume", ">", day)
        )

    @api.depends("item_ids.settled_on", "item_ids.policy_ids.gap_ids.resume")
    def _compute_suspended_since(self):
        day = fields.Date.context_today(self)
        policies = self.item_ids.filtered(lambda item: not item.settled_on).policy_ids
        since = dict(
            self.env["insurance.coverage.gap"]._read_group(
                self._get_gap_domain(day) & Domain("policy_id", "in", policies.ids),
                ["policy_id"],
                ["start:min"],
            )
        )
        for case in self:
            mine = case.item_ids.filtered(lambda item: not item.settled_on).policy_ids
            case.suspended_since = min((since[p] for p in mine if p in since), default=False)

    def _search_suspended_since(self, operator, value):
        gaps = self._get_gap_domain(fields.Date.context_today(self))
        if operator in ("<", "<="):
            return self._get_gap_cases(gaps & Domain("start", operator, value))
        if operator in (">", ">="):
            earlier = "<=" if operator == ">" else "<"
            before = self._get_gap_cases(gaps & Domain("start", earlier, value))
            return self._get_gap_cases(gaps) & ~before
        if operator == "in":
            domain = Domain.OR(
                self._get_gap_cases(gaps & Domain("start", "=", day))
                & ~self._get_gap_cases(gaps & Domain("start", "<", day))
                for day in value
                if day
            )
            return domain | ~self._get_gap_cases(gaps) if False in value else domain
        return NotImplemented

    @api.model
    def _get_gap_cases(self, gaps):
        """Return the domain of cases with open premium of a policy with one of these gaps."""
        return Domain(
            "item_ids",
            "any",
            Domain("settled_on", "=", False)
            & Domain("policy_ids", "any", Domain("gap_ids", "any", gaps)),
        )

    # === ADDRESS === #

    @api.depends("partner_id.street", "partner_id.city", "partner_id.email_normalized")
    def _compute_has_address(self):
        reached = self._get_reached(self)
        for case in self:
            case.has_address = case in reached

    def _search_has_address(self, operator, value):
        if operator != "in":
            return NotImplemented
        # Who has a postal address can be written to; only of the others delivery has to say.
        address = self.env["res.partner"]._get_no_postal_domain()
        doubtful = self.search(
            Domain("state", "!=", "closed")
            & (
                Domain("partner_id", "any", address)
                | Domain("partner_id.child_ids", "any", Domain("type", "=", "invoice") & address)
            )
        )
        nobody = Domain("id", "in", (doubtful - self._get_reached(doubtful)).ids)
        return (~nobody if True in value else Domain.FALSE) | (
            nobody if False in value else Domain.FALSE
        )

    @api.model
    def _get_reached(self, cases):
        """Return those of these cases whose debtor a notice of today can reach."""
        day = fields.Date.context_today(self)
        notices = self.env["arrears.notice"]
        found = self.browse()
        addresses = cases.partner_id._get_invoice_addresses()
        for company, mine in cases.grouped("company_id").items():
            recipients = self.env["res.partner"].union(*(addresses[c.partner_id] for c in mine))
            channels = notices.with_company(company)._choose_channel(recipients, day)
            found |= mine.filtered(
                lambda case, channels=channels: (
                    channels[addresses[case.partner_id]] == "email"
                    or addresses[case.partner_id]._has_postal_address()
                )
            )
        return found


class ResPartner(models.Model):
    _inherit = "res.partner"

    @api.model
    def _get_no_postal_domain(self):
        """Return the domain of contacts that no letter can be sent to: see _has_postal_address."""
        return Domain("street", "in", (False, "")) | Domain("city", "in", (False, ""))

    def _get_invoice_addresses(self):
        """Return who gets the letters of each of these: as ``arrears.notice._get_recipient``."""
        self.child_ids.mapped("type")  # Odoo would read them contact by contact
        ids = {partner: partner.address_get(["invoice"])["invoice"] for partner in self}
        together = list(ids.values())
        return {partner: self.browse(ids[partner]).with_prefetch(together) for partner in self}


def _last_end(holds):
    """Return the last day of these holds together; False when only a person ends one of them."""
    return all(hold.end for hold in holds) and max(holds.mapped("end"))
