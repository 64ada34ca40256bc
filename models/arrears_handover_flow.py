"""The way of a hand-over: prepared, proposed, approved by a second person, done, come back."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command, Domain

from ..law import holds as law_holds
from .arrears_handover import PREPARING
from .arrears_item_ladder import to_decimal

# What follows from why it comes back: promise 7 wants these paused.
HOLDS = {"debt_help": "debt_help", "disputed": "dispute"}


class ArrearsHandover(models.Model):
    _inherit = "arrears.handover"

    # === PREPARE === #

    @api.model
    def _prepare_for(self, items, collector, day):
        """Make a draft per case over these items, or bring the one up to date that is there.

        :param items: premiums that are open and with no collector yet, of any number of cases
        :param collector: contact, or none yet
        :param day: business day
        :return: the hand-overs, one per case
        """
        self._check_handler()
        service = self.sudo()  # evidence: written by the service only, after the check above
        actions = service.env["arrears.action"].search(
            Domain("case_id", "in", items.case_id.ids)
            & Domain("kind", "=", "handover")
            & Domain("state", "=", "proposed")
        )
        known = service.search(
            Domain("case_id", "in", items.case_id.ids) & Domain("state", "in", PREPARING)
        ).grouped("case_id")
        handovers = service.browse()
        for case, mine in items.sudo().grouped("case_id").items():
            handover = known.get(case) or service.create({"case_id": case.id})
            if handover.state != "draft":
                raise UserError(
                    self.env._("%s waits for a decision already.", handover.display_name)
                )
            handover.write(
                {
                    "collector_id": collector.id or handover.collector_id.id,
                    "action_id": actions.filtered(lambda a, c=case: a.case_id == c)[-1:].id,
                }
            )
            handover._set_lines(mine)
            handovers |= handover
        return handovers.with_env(self.env)

    def _set_lines(self, items):
        """Set what is handed over: these premiums, and the open fees and interest about them."""
        self.ensure_one()
        items = items.filtered(lambda item: item.amount_open > 0 and not item.settled_on)
        fees = self.case_id.fee_ids._still_owed().filtered(
            lambda fee: fee.notice_id.line_ids.item_id & items
        )
        fees -= self._get_with_collector(fees, "fee_id")
        interests = items.interest_ids._still_owed()
        interests -= self._get_with_collector(interests, "interest_id")
        arranged = self.env["arrears.arrangement.line"]._search_running(
            items.browse(), fees, interests
        )
        fees, interests = fees - arranged.fee_id, interests - arranged.interest_id
        rows = [
            *(("principal", "item_id", item, item.reference, item.due_date) for item in items),
            *(("fee", "fee_id", fee, fee.notice_id.name, fee.booked_on) for fee in fees),
            *(
                ("interest", "interest_id", charge, charge.notice_id.name, charge.booked_on)
                for charge in interests
            ),
        ]
        self.line_ids.unlink()
        self.line_ids = [
            Command.create(
                {
                    "kind": kind,
                    field: source.id,
                    "reference": reference,
                    "due_date": day,
                    "amount": source.amount_open,
                    "amount_told": source.amount_open,
                }
            )
            for kind, field, source, reference, day in rows
        ]

    @api.model
    def _get_with_collector(self, charges, field):
        """Return which of these charges a collector has already."""
        lines = self.env["arrears.handover.line"].search(
            Domain(field, "in", charges.ids) & Domain("state", "=", "handed_over")
        )
        return lines[field]

    # === DECIDE === #

    def propose(self, day):
        """Ask a second person to approve these hand-overs.

        :param day: business day, a date (or an ISO string)
        :raise UserError: while something on the checklist is not true
        """
        day = self._start_step(("draft",), day)
        service = self.sudo()
        service._check_ready(day)
        service.write({"state": "proposed", "proposed_by_id": self.env.uid, "proposed_on": day})

    def approve(self, day):
        """Approve these hand-overs; a manager, other than who proposed where the office asks it.

        :param day: business day, a date (or an ISO string)
        :raise UserError: when the same person proposed it, or something is not true any more
        """
        self._check_manager()
        day = self._start_step(("proposed",), day)
        for company, mine in self.grouped("company_id").items():
            if company.arrears_handover_four_eyes:
                mine._check_second_person()
        service = self.sudo()
        service._check_ready(day)
        service.write({"state": "approved", "approved_by_id": self.env.uid, "approved_on": day})

    def hand_over(self, day):
        """Hand over to the collector: own reminders stop, the customer is told who collects.

        The dossier is made in the background. Where the office asks no second person, a manager
        does this at once.

        :param day: business day, a date (or an ISO string)
        :raise UserError: without approval, while everything is stopped or tested, or while
            something on the checklist is not true
        """
        day = self._start_step(PREPARING, day)
        self.env["arrears.run"]._refuse_future(day, self.company_id)
        self.filtered(lambda handover: handover.state != "approved")._check_may_decide_alone()
        self.company_id._check_arrears_letters_may_leave()
        service = self.sudo()  # evidence: written by the service only, after the checks above
        for handover in service:
            handover._set_lines(handover._get_items())
        service._check_ready(day)
        service._carry_out(day)
        service._tell_customers(day)
        self.env.ref("premium_arrears.ir_cron_handover_dossiers").sudo()._trigger()

    def _check_may_decide_alone(self):
        if not self:
            return
        for handover in self:
            if handover.company_id.arrears_handover_four_eyes:
                raise UserError(
                    self.env._("%s: a second person has to approve it first.", handover.name)
                )
        self._check_manager()

    def _carry_out(self, day):
        """Give the lines of these hand-overs to their collectors, on a business day."""
        for handover in self:
            partner = handover.collector_id
            handover.write(
                {
                    "state": "handed_over",
                    "handed_over_on": day,
                    "first_demand_on": handover.first_demand_on or day,
                    "register_number": partner.collector_register_number,
                    "registered_from": partner.collector_registered_from,
                    "registered_until": partner.collector_registered_until,
                    "register_checked_on": partner.collector_checked_on,
                }
            )
            handover._get_items().write({"handover_id": handover.id})
            # The dossier holds these letters: nobody else may open the customer's page by them.
            handover._get_told_notices()._end_links(day)
        self.flush_recordset(["state"])
        waiting = self.action_id.filtered(lambda action: action.state == "proposed")
        waiting.write({"state": "done", "decided_on": day, "decided_by_id": self.env.uid})
        calls = self.env["arrears.phone.call"].search(
            Domain("case_id", "in", self.case_id.ids)
            & Domain("outcome", "=", False)
            & Domain("notice_id", "!=", False)  # what the customer asked for stays
        )
        calls.unlink()
        self._get_items()._project(day)
        self._record_history("handover", day)

    @api.model
    def _record_outside(self, items, day, collector=None, first_demand_on=None):
        """Record that premiums were given to a collector outside this program.

        Nothing is checked and no letter is made: it has happened. An agency that was not
        registered taints them (Wki art. 18).

        :param items: the premiums, of any number of cases
        :param day: day on which that was done
        :param collector: the contact, where it is known
        :param first_demand_on: day of the collector's first written demand; None: the day itself
        :return: the hand-overs, one per case
        """
        collector = collector or self.env["res.partner"]
        handovers = self._prepare_for(items, collector, day).sudo()
        handovers.write({"outside": True, "first_demand_on": first_demand_on or day})
        handovers._carry_out(day)
        return handovers.with_env(self.env)

    def withdraw(self, day, reason):
        """Withdraw hand-overs that were not carried out yet.

        :param day: business day
        :param reason: why, for whoever looks at it later
        """
        day = self._start_step(PREPARING, day)
        self.sudo().write({"state": "withdrawn", "closed_on": day})
        self._message_log_batch({handover.id: reason for handover in self})

    # === BACK === #

    def take_back(self, day, reason, note=False):
        """Record that a collector returned these, or that the office called them back.

        The case goes on with the office, after a fresh term. Debt help and a dispute pause it.

        :param day: business day, a date (or an ISO string)
        :param reason: a code of ``RETURN_REASONS``
        :param note: why, in words
        :raise UserError: for what is with no collector, or a day before it was handed over
        """
        day = self._start_step(("handed_over",), day)
        if late := self.filtered(lambda handover: day < handover.handed_over_on):
            raise UserError(
                self.env._(
                    "%(handover)s: %(day)s lies before it was handed over, on %(handed)s.",
                    handover=late[0].name,
                    day=day,
                    handed=late[0].handed_over_on,
                )
            )
        service = self.sudo()  # evidence: written by the service only, after the checks above
        kind = HOLDS.get(reason)
        private = kind in law_holds.PRIVATE
        service.write(
            {
                "state": "returned",
                "closed_on": day,
                "returned_on": day,
                # Who is in debt help is kept with the hold only, for its own group.
                "return_reason": "other" if private else reason,
                "return_note": False if private else note,
            }
        )
        for handover in service if kind else ():
            # The note stays with handlers; a hold of another kind is read by everybody.
            words = self.env._("Told by %s", handover.collector_id.name)
            if private and note:
                words = f"{words}. {note}"
            service.env["arrears.hold"]._place(handover.case_id, kind, day, words)
        service._end(day)
        service._record_history("returned", day)

    def _end(self, day):
        """Let the office itself go on with what is still open of these."""
        items = self.env["arrears.item"].search([("handover_id", "in", self.ids)])
        items.write({"handover_id": False, "stale": True})
        items.filtered(lambda item: not item.settled_on)._project(day)
        self.case_id.filtered(lambda case: case.state != "closed")._project(day)

    # === CHECKS AND HISTORY === #

    def _start_step(self, states, day):
        """Check right and state, and return the day as a date."""
        self._check_handler()
        self.check_access("read")
        if wrong := self.filtered(lambda handover: handover.state not in states):
            words = dict(self._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "%(handover)s cannot do this: it is in state “%(state)s”.",
                    handover=wrong[0].name,
                    state=words[wrong[0].state],
                )
            )
        return self.env["arrears.run"]._to_day(day)

    @api.model
    def _check_handler(self):
        self.env["arrears.run"].check_access("create")

    @api.model
    def _check_manager(self):
        if not self.env.su and not self.env.user.has_group("premium_arrears.group_manager"):
            raise AccessError(self.env._("A manager decides on a hand-over."))

    def _record_history(self, event, day):
        """Add a row to the history of the case of each of these; the reason of a return is not
        told, since it can be about debt help."""
        self.env["arrears.case.history"]._record_each(
            [
                {
                    "case_id": handover.case_id.id,
                    "event": event,
                    "day": day,
                    "stage_id": handover.action_id.stage_id.id,
                    "amount": float(
                        sum(
                            (to_decimal(line.amount_open) for line in handover.line_ids),
                            to_decimal(0),
                        )
                    ),
                    "reason": f"{handover.name}, {handover.collector_id.name or '?'}",
                }
                for handover in self
            ]
        )

    # === BUTTONS === #

    def action_propose(self):
        """Button: ask a second person to approve, today."""
        self.propose(fields.Date.context_today(self))

    def action_approve(self):
        """Button: approve today."""
        self.approve(fields.Date.context_today(self))

    def action_hand_over(self):
        """Button: hand over today."""
        self.hand_over(fields.Date.context_today(self))

    def action_withdraw(self):
        """Button: do not hand over."""
        self.withdraw(fields.Date.context_today(self), self.env._("Withdrawn"))

    def action_refresh(self):
        """Button: look afresh at what is open."""
        self._start_step(("draft",), fields.Date.context_today(self))
        for handover in self.sudo():
            handover._set_lines(handover._get_items())
