"""Statutory interest: stated in a notice, booked when it is sent, taken back with it."""

from datetime import timedelta

from odoo import api, fields, models

from ..law import collector, interest
from ..law import holds as law_holds
from .arrears_item_ladder import to_decimal

# The notices that state interest, where the office charges it at all.
INTEREST_KINDS = ("business_notice", "final_notice")
EVENTS = {
    "booked": "interest_booked",
    "reversed": "interest_reversed",
    "waived": "interest_waived",
}


class ArrearsInterest(models.Model):
    _name = "arrears.interest"
    _description = "Statutory Interest"
    _inherit = ["arrears.charge"]
    _order = "id desc"
    _rec_name = "notice_id"
    _waive_field = "interest_ids"

    item_id = fields.Many2one(
        "arrears.item", required=True, readonly=True, index=True, ondelete="restrict"
    )
    reference = fields.Char(related="item_id.reference")
    first_day = fields.Date(required=True, readonly=True, help="First day that bears interest.")
    last_day = fields.Date(required=True, readonly=True, help="Last day that bears interest.")

    # Nothing is charged twice over the same days: a later notice goes on where this one stopped.
    _one_interest = models.UniqueIndex(
        "(notice_id, item_id)", "A notice states the interest over an item once."
    )
    _not_negative = models.Constraint("CHECK (amount > 0)", "Interest is more than nothing.")
    _days_in_order = models.Constraint(
        "CHECK (first_day <= last_day)", "Interest runs from its first to its last day."
    )

    # === HOW MUCH === #

    @api.model
    def _get_stated(self, items, kind, day):
        """Return the interest that a notice made on ``day`` may state over these items.

        Over what was open of each premium from day to day, from the day after the last one that
        an earlier notice counted. The days of a hold that stops interest (``law.holds``) bear none:
        who was given more time by agreement, say, is not in default in that time.

        :param items: items of any number of notices
        :param kind: kind of the notices
        :param day: business day up to and including which interest runs
        :return: dict from item to (first day, last day, Decimal euros); items without interest
            are left out
        """
        if kind not in INTEREST_KINDS:
            return {}
        items = items.filtered(lambda item: item.case_id._owes_interest(kind))
        if not items:
            return {}
        counted = self._get_counted_days(items)
        credits = items._credits()
        collectors = items._law_collectors()
        holds = items._get_holds()
        stated = {}
        for item in items:
            ends = [collector.interest_until(sender, day) for sender in collectors[item]]
            last = min(ends, default=day)
            after = counted.get(item, item.due_date)
            if last <= after:
                continue
            amount = self._reckon(item, last, credits[item], after, holds[item])
            if amount:
                stated[item] = (after + timedelta(days=1), last, amount)
        return stated

    @api.model
    def _reckon(self, item, last, credits, after, holds):
        """Return the interest over an item, without the days of a hold or an arrangement.

        :param after: day after which it runs, up to and including ``last``
        :param holds: those over this item
        """
        kinds = law_holds.kinds_that_stop("interest")
        # Of what was deleted the kind is gone: it was debt help or insolvency, which stop it.
        stopping = holds.filtered(lambda hold: hold.kind in kinds or hold.erased_on)
        pauses = [(hold.start, hold.end or None) for hold in stopping]
        # An arrangement is free of interest, also one that was not kept.
        pauses += [
            (a.proposed_on, max(a.closed_on, a.proposed_on) if a.closed_on else None)
            for a in item.arrangement_line_ids.arrangement_id
            if a.proposed_on
        ]
        one_day = timedelta(days=1)
        stretches = law_holds.free_stretches(after + one_day, last, pauses)
        return sum(
            (item._law_interest(end, credits, start - one_day) for start, end in stretches),
            to_decimal(0),
        )

    @api.model
    def _get_counted_days(self, items):
        """Return per item the last day over which interest was charged, or was let go."""
        return dict(
            self._read_group(
                [("item_id", "in", items.ids), ("state", "in", ("booked", "waived"))],
                ["item_id"],
                ["last_day:max"],
            )
        )

    @api.model
    def _total(self, stated):
        """Return the whole of what ``_get_stated`` found."""
        return sum((amount for _first, _last, amount in stated.values()), to_decimal(0))

    @api.model
    def _describe(self, stated):
        """Return stated interest as a notice keeps it in its ``why``: a row per item."""
        return [
            {
                "item": item.id,
                "first_day": str(first_day),
                "last_day": str(last_day),
                "amount": str(amount),
            }
            for item, (first_day, last_day, amount) in stated.items()
        ]

    def _get_due(self):
        """Return what is due of each, by the balance of its premium as it is known now."""
        credits = self.item_id._credits()
        holds = self.item_id._get_holds()
        due = {}
        for charge in self:
            item, after = charge.item_id, charge.first_day - timedelta(days=1)
            amount = self._reckon(item, charge.last_day, credits[item], after, holds[item])
            due[charge] = min(amount, to_decimal(charge.amount))
        return due

    def _is_met_by(self, credited_on):
        """Tell whether this interest had run when a payment was credited."""
        self.ensure_one()
        return credited_on >= self.last_day

    # === BOOK === #

    @api.model
    def _book_stated(self, notices, day):
        """Book the interest that these notices stated, now that they were sent on ``day``.

        Never more than was stated; less when a payment was credited in between.
        """
        stated = self.create(
            [
                {
                    "case_id": notice.case_id.id,
                    "notice_id": notice.id,
                    "item_id": row["item"],
                    "first_day": row["first_day"],
                    "last_day": row["last_day"],
                    "amount": float(row["amount"]),
                }
                for notice in notices
                for row in (notice.why or {}).get("interest", ())
            ]
        )
        due = stated._get_due()
        charged = stated.filtered(lambda charge: due[charge])
        charged._set_due(due)
        charged._book(day)
        (stated - charged).write({"state": "reversed", "settled_on": day})

    def _get_policies(self):
        return self.item_id.policy_ids

    def _get_event(self, what):
        return EVENTS[what]

    def _get_label(self):
        self.ensure_one()
        return self.env._(
            "Statutory interest on %(reference)s, notice %(notice)s",
            reference=self.reference,
            notice=self.notice_id.name,
        )

    @api.model
    def _get_credit_account(self, company):
        return company.arrears_interest_account_id

    @api.model
    def _get_no_account_message(self, company):
        return self.env._(
            "Company %s has no journal or account for interest. Choose them in the settings of "
            "Invoicing, under Premium arrears.",
            company.name,
        )

    def _prepare_credit_vals(self, line):
        self.ensure_one()
        account = self._get_credit_account(self.company_id)
        return [{**line, "account_id": account.id, "credit": self.amount}]


class ArrearsItem(models.Model):
    _inherit = "arrears.item"

    interest_ids = fields.One2many("arrears.interest", "item_id", readonly=True)

    def _is_met_by(self, credited_on):
        """Tell whether a payment of that day can pay this premium: always."""
        self.ensure_one()
        return True

    def _law_interest(self, until, credits, after):
        """Return the interest over this item's balance, after one day up to another.

        :param until: last day that counts
        :param credits: (day, Decimal) pairs of what was credited
        :param after: last day that was counted before, at the earliest the due date
        :return: Decimal euros
        """
        self.ensure_one()
        business = self.case_id._get_debtor_type() == "business"
        return interest.interest_on_balance(
            max(to_decimal(self._amount_asked()), to_decimal(0)),
            self.due_date,
            until,
            "commercial" if business else "consumer",
            credits,
            after=after,
        )
