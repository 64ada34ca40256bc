"""Customers to call, and what came of it: a kind word often helps where a letter did not."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date

from .no_bsn import check_no_bsn

OUTCOMES = [
    ("reached", "Reached"),
    ("no_answer", "No answer"),
    ("promise", "Promise to pay"),
    ("dispute", "Dispute"),
    ("wrong_number", "Wrong number"),
]
# Told on the phone, kept as "reached": who needs help is for the group for debt help. What was said
# goes to the hold.
NEEDS_HELP = "needs_help"
# What a customer says on the phone pauses the case.
HOLDS = {"promise": "deferral", "dispute": "dispute", NEEDS_HELP: "debt_help"}
PROMISE_DAYS = timedelta(days=7)
# What a colleague fills in; the rest is the engine's, or set by an outcome.
BY_HAND = frozenset(
    {"date", "user_id", "number", "promised_on", "promised_amount", "note", "case_id"}
)


class ArrearsPhoneCall(models.Model):
    _name = "arrears.phone.call"
    _description = "Arrears Phone Call"
    _check_company_auto = True
    _order = "date, id"
    _rec_name = "partner_id"

    case_id = fields.Many2one(
        "arrears.case", required=True, index=True, ondelete="restrict", check_company=True
    )
    company_id = fields.Many2one(related="case_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(related="case_id.partner_id", store=True)
    case_state = fields.Selection(related="case_id.state")
    amount_due = fields.Monetary(related="case_id.amount_due")
    notice_id = fields.Many2one(
        "arrears.notice", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    date = fields.Date(string="Call on", required=True, default=fields.Date.context_today)
    user_id = fields.Many2one("res.users", string="Colleague", check_company=True)
    number = fields.Char(string="Phone number")
    outcome = fields.Selection(OUTCOMES, readonly=True, index="btree_not_null")
    called_on = fields.Date(readonly=True)
    called_by_id = fields.Many2one("res.users", string="Called by", readonly=True)
    promised_on = fields.Date(string="Will pay by")
    promised_amount = fields.Monetary(string="Will pay")
    hold_id = fields.Many2one(
        "arrears.hold", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    note = fields.Char()

    _one_open_call = models.UniqueIndex(
        "(case_id) WHERE outcome IS NULL", "This case is on the list of customers to call already."
    )
    _amount_not_negative = models.Constraint(
        "CHECK (promised_amount >= 0)", "A promised amount cannot be negative."
    )

    @api.onchange("case_id")
    def _onchange_case_id(self):
        self.number = self.case_id.partner_id.phone

    @api.constrains("note")
    def _check_no_bsn(self):
        check_no_bsn(self, ("note",))

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_by_hand(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._check_by_hand(vals)
        if not self.env.su and vals.keys() - {"note"} and any(call.outcome for call in self):
            raise UserError(
                self.env._("A call that was made stays as it is; only its note can change.")
            )
        return super().write(vals)

    @api.model
    def _check_by_hand(self, vals):
        """Refuse what only the engine or an outcome's button may write."""
        if not self.env.su and (foreign := vals.keys() - BY_HAND):
            raise UserError(
                self.env._(
                    "An outcome is recorded with its button; these are not written by hand: %s.",
                    ", ".join(sorted(self._fields[name].string for name in foreign)),
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_made(self):
        if any(call.outcome for call in self):
            raise UserError(self.env._("A call that was made is kept."))

    @api.model
    def _schedule_calls(self, notices, day):
        """Put the cases of these notices on the list, where their stage asks for a call.

        A case is on the list once; a call that still has to be made is left as it is.

        :param notices: notices that were made
        :param day: business day on which to call
        :return: the new calls
        """
        by_case = notices.filtered("stage_id.asks_call").grouped("case_id")
        if not by_case:
            return self.browse()
        waiting = self.search(
            Domain("case_id", "in", [case.id for case in by_case]) & Domain("outcome", "=", False)
        )
        return self.create(
            [
                {
                    "case_id": case.id,
                    "notice_id": mine[-1].id,
                    "date": day,
                    "user_id": case.user_id.id,
                    "number": case.partner_id.phone,
                }
                for case, mine in by_case.items()
                if case not in waiting.case_id
            ]
        )

    # === OUTCOMES === #

    def record(self, outcome, day):
        """Record what came of these calls on ``day``.

        A promise to pay, a dispute and a need for help pause the case; without an answer the case
        stays on the list for the next day; a wrong number asks the handler for the right one.

        A need for help is kept with the hold only; the call itself says that he was reached.

        :param outcome: a code of ``OUTCOMES``, or "needs_help"
        :param day: business day, a date (or an ISO string)
        """
        self.check_access("write")
        if outcome not in {*dict(OUTCOMES), NEEDS_HELP}:
            raise UserError(self.env._("Phone call: %s is no outcome.", outcome))
        if any(call.outcome for call in self):
            raise UserError(self.env._("The outcome of this call was recorded already."))
        day = self.env["arrears.run"]._to_day(day)
        calls = self.sudo()  # outcome and history are evidence: written here, after the check above
        stored = "reached" if outcome == NEEDS_HELP else outcome
        calls.write({"outcome": stored, "called_on": day, "called_by_id": self.env.uid})
        calls.flush_recordset(["outcome"])  # the case leaves the list before it comes on it again
        if outcome in HOLDS:
            calls._hold(HOLDS[outcome], day)
        elif outcome == "no_answer":
            calls._call_again(day + timedelta(days=1))
        elif outcome == "wrong_number":
            calls._ask_for_number(day)
        calls._record_history(day)

    def _hold(self, kind, day):
        """Pause the cases: until the promised day, else until a colleague ends it.

        What was said of a need for help moves to the hold, which only its own group reads.
        """
        place = self.env["arrears.hold"]._place
        for call in self:
            if kind == "deferral":
                call.promised_on = call.promised_on or day + PROMISE_DAYS
                call.promised_amount = call.promised_amount or call.case_id.amount_due
                if call.promised_on < day:
                    raise UserError(
                        self.env._("%s: the day of the promise has passed.", call.partner_id.name)
                    )
        for call in self:
            end = call.promised_on if kind == "deferral" else None
            hold = place(call.case_id, kind, day, call._describe(), end=end)
            if hold.is_private:
                call.note = False  # nor does the call name the hold: that would tell its kind
            else:
                call.hold_id = hold

    def _call_again(self, day):
        """Keep the cases on the list, to be called on another day."""
        return self.create(
            [
                {
                    "case_id": call.case_id.id,
                    "notice_id": call.notice_id.id,
                    "date": day,
                    "user_id": call.user_id.id,
                    "number": call.number,
                }
                for call in self
            ]
        )

    def _ask_for_number(self, day):
        self.case_id._schedule_for_handler(
            day,
            self.env._("Find a phone number"),
            {
                call.case_id: self.env._("%s is not the customer's number.", call.number or "?")
                for call in self
            },
        )

    def _describe(self):
        """Return the outcome in words, with the promise when there is one."""
        self.ensure_one()
        words = dict(self._fields["outcome"]._description_selection(self.env))[self.outcome]
        if self.outcome == "promise":
            words = self.env._(
                "Phone call: promise to pay %(amount)s by %(day)s",
                amount=self.currency_id.format(self.promised_amount),
                day=format_date(self.env, self.promised_on),
            )
        else:
            words = self.env._("Phone call: %s", words)
        return f"{words}. {self.note}" if self.note else words

    def _record_history(self, day):
        self.env["arrears.case.history"].create(
            [
                {
                    "case_id": call.case_id.id,
                    "event": "called",
                    "day": day,
                    "notice_id": call.notice_id.id,
                    "amount": call.promised_amount,
                    "reason": call._describe(),
                }
                for call in self
            ]
        )

    def _record_today(self, outcome):
        self.record(outcome, fields.Date.context_today(self))

    def action_reached(self):
        """Button: the customer was spoken to."""
        self._record_today("reached")

    def action_no_answer(self):
        """Button: nobody answered; try again tomorrow."""
        self._record_today("no_answer")

    def action_promise(self):
        """Button: the customer will pay; nothing happens until that day."""
        self._record_today("promise")

    def action_dispute(self):
        """Button: the customer does not agree; everything waits."""
        self._record_today("dispute")

    def action_needs_help(self):
        """Button: the customer cannot pay; everything waits while help is found."""
        self._record_today("needs_help")

    def action_wrong_number(self):
        """Button: somebody else answered."""
        self._record_today("wrong_number")
