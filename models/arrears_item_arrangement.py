"""Which arrangement an item is in: while it runs, the ladder takes no step for it."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from .arrears_arrangement_flow import ENDED
from .arrears_handover import PREPARING
from .arrears_notice_term import FRESH_TERM
from .insurance_termination import LIVE_STATES


class ArrearsItem(models.Model):
    _inherit = "arrears.item"

    # Of the item, not of the case: a newer premium goes its own way, and has to be paid.
    arrangement_id = fields.Many2one(
        "arrears.arrangement",
        string="In an arrangement",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    arrangement_line_ids = fields.One2many("arrears.arrangement.line", "item_id", readonly=True)

    def _get_lost_lines(self):
        """Return the lines of arrangements over these items that ended without being kept."""
        return self.arrangement_line_ids.filtered(
            lambda line: (
                line.arrangement_id.state in ("broken", "cancelled")
                and line.arrangement_id.proposed_on
            )
        )

    def _get_returns(self, day):
        """Add the days on which an arrangement gave these items back: each gives a fresh term."""
        found = super()._get_returns(day)
        for line in self._get_lost_lines():
            back = line.arrangement_id._get_given_back_on(day)
            found.setdefault(line.item_id.id, []).append(back)
        return found


class ArrearsArrangement(models.Model):
    _inherit = "arrears.arrangement"

    def _get_given_back_on(self, day=None):
        """Return from which day the fresh term after the end of this arrangement counts.

        It is the customer's time to pay: it counts from the day on which he was written to. While
        that letter waits to leave it begins anew each day.

        :param day: business day; None: as far as is known now
        """
        self.ensure_one()
        letter = self.end_notice_id
        if letter.state == "queued" or self.waiting_letter:
            return max(self.closed_on, day or self.closed_on)
        return max(self.closed_on, letter.sent_on or self.closed_on)


class ArrearsArrangementLine(models.Model):
    _inherit = "arrears.arrangement.line"

    def _freeze(self, day):
        """Take what is in these lines out of the ladder, and out of Odoo's own follow-up."""
        for line in self:
            line.item_id.write({"arrangement_id": line.arrangement_id.id, "stale": True})
        self.env["arrears.followup.pause"]._begin(self.move_line_id, "arrangement")
        self.item_id.filtered(lambda item: not item.settled_on)._project(day)

    def _unfreeze(self, day):
        """Give what is in these back to the ladder, at the stage that it had, with a fresh term."""
        arrangements = self.arrangement_id
        items = self.item_id
        items.filtered(lambda item: item.arrangement_id in arrangements).write(
            {"arrangement_id": False, "stale": True}
        )
        self.env["arrears.followup.pause"]._end(self.move_line_id, "arrangement")
        items.filtered(lambda item: not item.settled_on)._project(day)
        # A case that is closed by now stays so.
        items.case_id._project(day)

    def _find_running_of_charges(self):
        """Return the running arrangements, other than these, over the same fees and interest."""
        running = self._find_running(self.item_id.browse(), self.fee_id, self.interest_id)
        return running - self.arrangement_id


class ArrearsCase(models.Model):
    _inherit = "arrears.case"

    arrangement_ids = fields.Many2many(
        "arrears.arrangement",
        "arrears_arrangement_case_rel",
        "case_id",
        "arrangement_id",
        readonly=True,
    )


class ArrearsNotice(models.Model):
    _inherit = "arrears.notice"

    def _mark_sent(self, day):
        """Let the time that a letter about an arrangement gives count from the day it left."""
        fees = super()._mark_sent(day)
        left = self.filtered(lambda notice: notice.state == "sent")
        if last := left.filtered(lambda notice: notice.kind == ENDED):
            ended = self.env["arrears.arrangement"].search([("end_notice_id", "in", last.ids)])
            ended.line_ids.item_id.filtered(lambda item: not item.settled_on)._project(day)
        told = left.filtered(lambda notice: notice.kind == "arrangement_proposed")
        names = {(notice.facts or {}).get("arrangement") for notice in told}
        for offered in told.case_id.arrangement_ids.filtered(
            lambda a: a.state == "proposed" and a.accept_by and a.name in names
        ):
            days = timedelta(days=offered.company_id.arrears_arrangement_accept_days)
            offered.accept_by = max(offered.accept_by, day + days)
        return fees

    def _take_term_away(self, day, reason, state="failed"):
        """Let the end of an arrangement be told again when its letter was held back."""
        result = super()._take_term_away(day, reason, state=state)
        if state == "withdrawn" and (last := self.filtered(lambda notice: notice.kind == ENDED)):
            ended = self.env["arrears.arrangement"].search([("end_notice_id", "in", last.ids)])
            ended.write({"waiting_letter": ENDED})
        return result

    def _get_fee_day(self):
        """Put the day off to the end of the fresh term after an arrangement that was not kept.

        While it ran nothing fell due (A12); what was charged before it stays.
        """
        day = super()._get_fee_day()
        if not day or self.case_id._owes_fee_at_once(self.kind):
            return day
        charged_on = self.fee_id.booked_on
        lost = self.line_ids.item_id._get_lost_lines().arrangement_id.filtered(
            lambda a: a.closed_on >= self.date and not (charged_on and charged_on <= a.proposed_on)
        )
        return max([day, *(a._get_given_back_on() + FRESH_TERM for a in lost)])


class ArrearsHandover(models.Model):
    _inherit = "arrears.handover"

    @api.model
    def _find_preparing(self, items):
        """Return the hand-overs that are being prepared over some of these items."""
        lines = self.env["arrears.handover.line"].search(
            Domain("item_id", "in", items.ids) & Domain("handover_id.state", "in", PREPARING)
        )
        return lines.handover_id


class InsuranceTermination(models.Model):
    _inherit = "insurance.termination"

    @api.model
    def _give_way(self, items, day, reason):
        """Take back the ends of policies whose premium is paid in parts from now on.

        Who was told of an end gets a correction. An end that was only proposed stays: its
        checklist says that an arrangement runs.

        :param items: the premiums that went into an arrangement
        """
        found = self.search(
            [
                ("policy_id", "in", items.policy_ids.ids),
                ("state", "in", LIVE_STATES),
                ("letter_id.state", "in", ("queued", "sent")),
            ]
        )
        for company, mine in found.letter_id.grouped("company_id").items():
            mine.with_company(company)._withdraw(day, reason)
