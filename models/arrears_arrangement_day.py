"""What a day asks of the arrangements of a company; ``law.arrangement`` decides.

States come first and without a letter, with what the run proposes; what is written to a customer
comes when the run is carried out, so that a stopped, tested or too large run writes nothing.
"""

from datetime import timedelta

from odoo import api, models
from odoo.fields import Domain

from ..law import arrangement as law
from .arrears_arrangement import FREEZING
from .arrears_arrangement_flow import ENDED
from .arrears_item_ladder import to_decimal
from .arrears_notice_term import FRESH_TERM

# A letter that did not arrive is made again after these days; its handler was asked to look.
AGAIN = timedelta(days=7)


class ArrearsArrangement(models.Model):
    _inherit = "arrears.arrangement"

    # === STATES === #

    @api.model
    def _follow_up(self, day, company):
        """Bring the states up to the day: reopened, lapsed, kept; ask handlers to look.

        :param day: business day
        :param company: whose arrangements
        """
        mine = Domain("company_id", "=", company.id)
        self._reopen_reversed(day, mine)
        self._tell_risen(day, mine)
        if not (company.arrears_paused or company.arrears_test_email):
            self._lapse(day, mine)
        paid = self.search(mine & Domain("state", "in", FREEZING) & Domain("amount_open", "<=", 0))
        paid._keep(day)
        self._watch_premiums(day, mine)

    @api.model
    def _reopen_reversed(self, day, mine):
        """Open again what was paid and is not any more, while its arrangement goes on."""
        items = self.env["arrears.item"].search(
            mine
            & Domain("settled_on", "!=", False)
            & Domain("arrangement_id.state", "in", FREEZING)
            & Domain("amount_open", ">", 0)
        )
        if not items:
            return
        items._reopen(day)
        for item in items:
            item.arrangement_id.case_ids |= item.case_id
        items._project(day)
        items.arrangement_id._project_payments()

    @api.model
    def _tell_risen(self, day, mine):
        """Tell the handler of premium that is open for more than was agreed, once per amount."""
        lines = self.env["arrears.arrangement.line"].search(
            mine & Domain("arrangement_id.state", "in", FREEZING) & Domain("amount_risen", ">", 0)
        )
        lines = lines.filtered(lambda line: line.amount_risen > line.risen_told)
        lines.arrangement_id._ask_handler(
            day,
            self.env._("More is open than was agreed"),
            self.env._(
                "An old payment was taken back. Change the arrangement, so that the rest is in it."
            ),
        )
        for line in lines:
            line.risen_told = line.amount_risen

    @api.model
    def _lapse(self, day, mine):
        """End the proposals that the customer did not accept in time."""
        offered = self.search(
            mine
            & Domain("state", "=", "proposed")
            & Domain("accepted_on", "=", False)
            & Domain("accept_by", "<", day)
        )
        waiting = self.env["arrears.notice"].search(
            Domain("case_id", "in", offered.case_ids.ids)
            & Domain("kind", "=", "arrangement_proposed")
            & Domain("state", "=", "queued")
        )
        unheard = {(notice.facts or {}).get("arrangement") for notice in waiting}
        lapsed = offered.filtered(lambda a: a.name not in unheard and law.lapsed(a.accept_by, day))
        reason = self.env._("Not accepted in time")
        lapsed._end("cancelled", day, reason)
        lapsed._ask_handler(day, self.env._("An arrangement was not accepted"), reason)

    def _keep(self, day):
        """End these, of which nothing is open: kept, with thanks; fees that were announced lapse.

        One of which nothing was paid, since all of it fell away, or that had not started, was not
        kept: it is cancelled.
        """
        gone = self.filtered(lambda a: not a.amount_paid or not a.started_on)
        gone._end("cancelled", day, self.env._("Nothing has to be paid any more"))
        kept = self - gone
        for closed_on, mine in kept.grouped(
            lambda a: max((d for d in a.instalment_ids.mapped("paid_on") if d), default=day)
        ).items():
            fees = mine.line_ids.item_id.notice_line_ids.notice_id.fee_id
            fees._lapse(closed_on)
            mine._end("kept", day, closed_on=closed_on)
        kept.case_ids._close_settled()
        kept._tell("arrangement_kept", day)

    @api.model
    def _watch_premiums(self, day, mine):
        """Ask handlers to look at new premiums that are not paid beside an arrangement, once each.

        The new premium goes by its own ladder all the same.
        """
        running = self.search(mine & Domain("state", "=", "active"))
        policies = running.line_ids.item_id.policy_ids
        items = self.env["arrears.item"].search(
            mine
            & Domain("settled_on", "=", False)
            & Domain("arrangement_id", "=", False)
            & Domain("policy_ids", "in", policies.ids)
            & Domain("id", "not in", running.new_premium_ids.ids)
        )
        by_policy = items._group_by_policy() if items else {}
        watched = self.browse()
        for arrangement in running:
            own = arrangement.line_ids.item_id.policy_ids
            new = items.browse().union(*(by_policy.get(p, items.browse()) for p in own))
            new = new.filtered(lambda item, a=arrangement: item.opened_on > a.started_on)
            if new:
                arrangement.new_premium_ids |= new
                watched |= arrangement
        watched._ask_handler(
            day,
            self.env._("New premium not paid"),
            self.env._("An arrangement runs, and a newer premium of the same policy is overdue."),
        )

    def _ask_handler(self, day, summary, text):
        """Put an activity on the case of each of these, one for all of a case."""
        notes = {}
        for arrangement in self:
            case = arrangement.case_ids.sorted("id")[-1:]
            line = self.env._("%(name)s: %(text)s", name=arrangement.name, text=text)
            notes[case] = f"{notes[case]} {line}" if case in notes else line
        if notes:
            cases = self.env["arrears.case"].union(*notes)
            cases._schedule_for_handler(day, summary, notes)

    # === LETTERS === #

    @api.model
    def _write_due(self, run):
        """Write what the day asks for: of instalments to come, missed ones, and broken ones.

        Nothing while the office tests: a test would count as told. On a case with a hold, and
        where money waits to be matched, nobody is written to.

        :param run: the run of the business day, as the service
        """
        company, day = run.company_id, run.date
        if company.arrears_test_email:
            return
        mine = Domain("company_id", "=", company.id)
        for kind, waiting in (
            self.search(mine & Domain("waiting_letter", "!=", False))
            .grouped("waiting_letter")
            .items()
        ):
            if kind == ENDED:
                waiting._tell_ended(day, run)
            else:
                waiting._tell(kind, day, run)
        last = day + timedelta(days=company.arrears_instalment_before_days)
        parts = self.env["arrears.instalment"].search(
            mine
            & Domain("arrangement_id.state", "=", "active")
            & Domain("amount_open", ">", 0)
            & Domain("date", "<=", last)
            & (Domain("date", "<", day) | Domain("reminded_on", "=", False))
        )
        arrangements = parts.arrangement_id._may_be_asked(day).try_lock_for_update()
        arrangements._forget_held_letters(day)
        asked = {arrangement: arrangement._ask_law(day) for arrangement in arrangements}
        self._remind_before(run, asked)
        self._write_missed(run, asked)
        broken = self.union(*(a for a, asks in asked.items() if asks.broken))
        broken._break(run)

    def _may_be_asked(self, day):
        """Leave out those with a hold, the fresh term after one, or money that waits.

        Nor is anything asked while a payment online is under way, or while more is open than was
        agreed: until the arrangement is changed, what is paid does not show in its instalments.
        """
        credits = self.case_ids._get_waiting_credits()
        transactions = self.env["payment.transaction"].sudo()  # a run need not read payments
        paying = transactions._get_arrears_under_way(self.line_ids.move_line_id)
        coming = paying.arrears_line_ids | paying.invoice_ids.line_ids
        holds = self.line_ids.item_id._get_holds()
        resting = {
            item
            for item, mine in holds.items()
            if mine._active_on(day)
            or any(hold.end and hold.end < day <= hold.end + FRESH_TERM for hold in mine)
        }
        return self.filtered(
            lambda arrangement: (
                not any(case in credits for case in arrangement.case_ids)
                and not any(item in resting for item in arrangement.line_ids.item_id)
                and not arrangement.line_ids.move_line_id & coming
                and not any(arrangement.line_ids.mapped("amount_risen"))
            )
        )

    def _forget_held_letters(self, day):
        """Write anew of a missed instalment when a hold took days of the letter about it."""
        told = self.instalment_ids.filtered(lambda p: p.missed_on and p.amount_open > 0)
        holds = told.arrangement_id.line_ids.item_id._get_holds()
        held = told.filtered(
            lambda part: any(
                hold.start <= day and hold.end and hold.end >= part.missed_on
                for item in part.arrangement_id.line_ids.item_id
                for hold in holds[item]
            )
        )
        held.write({"missed_on": False, "missed_notice_id": False})

    def _ask_law(self, day):
        """Return what ``law.arrangement`` says that a day asks of this arrangement."""
        self.ensure_one()
        company = self.company_id
        paused = self.paused_from and self.paused_until
        return law.asks(
            [part._to_law(day) for part in self.instalment_ids.sorted("number")],
            day,
            before_days=company.arrears_instalment_before_days,
            after_days=company.arrears_instalment_after_days,
            pause=law.Pause(self.paused_from, self.paused_until) if paused else None,
        )

    def _get_part(self, number):
        return self.instalment_ids.filtered(lambda part: part.number == number)

    @api.model
    def _remind_before(self, run, asked):
        """Mail those who may be mailed of an instalment to come; nobody else, and never twice."""
        notices = self.env["arrears.notice"]
        wanted = self.union(*(a for a, asks in asked.items() if asks.remind))
        cases = wanted._get_letter_cases()
        wanted.case_ids.partner_id.mapped("child_ids")  # read together
        recipients = {a: notices._get_recipient(cases[a]) for a in wanted}
        channels = notices._choose_channel(
            self.env["res.partner"].union(*recipients.values()), run.date
        )
        mailed = wanted.filtered(lambda a: channels[recipients[a]] == "email")
        parts = {a: a._get_part(asked[a].remind[0]) for a in mailed}
        for part in parts.values():
            part.reminded_on = run.date
        mailed._tell("instalment_due", run.date, run, _facts_of(parts))

    @api.model
    def _write_missed(self, run, asked):
        """Write of missed instalments, with a last day to pay them still."""
        missed = self.union(*(a for a, asks in asked.items() if asks.missed))
        parts = {a: a._get_part(asked[a].missed) for a in missed}
        facts = _facts_of(parts)
        for arrangement in missed:
            earlier = arrangement.instalment_ids.filtered("missed_on")
            facts[arrangement]["first_missed"] = not earlier
        last = law.pay_by(run.date, run.company_id.arrears_instalment_broken_days)
        letters = missed._tell(
            "instalment_missed", run.date, run, facts, dict.fromkeys(missed, last)
        )
        for arrangement, part in parts.items():
            part.write({"missed_on": run.date, "missed_notice_id": letters[arrangement].id})
        missed._record("arrangement_missed", run.date)
        missed._ask_handler(
            run.date,
            self.env._("Instalment missed"),
            self.env._("An instalment was not received. A call can help."),
        )

    def _break(self, run):
        """End these: what is in them goes back to its stage, with a fresh term to pay."""
        day = run.date
        self._end("broken", day, self.env._("An instalment was not paid"))
        self._tell_ended(day, run)
        self._ask_handler(
            day,
            self.env._("Arrangement broken"),
            self.env._("The old stage goes on after a fresh term. Is a new arrangement possible?"),
        )


class ArrearsInstalment(models.Model):
    _inherit = "arrears.instalment"

    def _to_law(self, day):
        """Return this instalment as ``law.arrangement`` knows it."""
        self.ensure_one()
        letter = self.missed_notice_id
        stands = bool(self.missed_on) and (
            letter.state in ("queued", "sent") or day < self.missed_on + AGAIN
        )
        return law.Part(
            number=self.number,
            day=self.date,
            amount_open=to_decimal(self.amount_open),
            reminded=bool(self.reminded_on),
            written=stands,
            pay_by=self._get_pay_by() if stands and letter.state == "sent" else None,
        )

    def _get_pay_by(self):
        """Return the last day that the letter of this missed instalment leaves to pay it."""
        self.ensure_one()
        letter, days = self.missed_notice_id, self.company_id.arrears_instalment_broken_days
        return max(letter.stated_last_day, law.pay_by(letter.sent_on, days))


def _facts_of(parts):
    """Return what a letter tells of one instalment: dict from arrangement to plain values."""
    return {
        arrangement: {
            "amount": f"{part.amount_open:.2f}",
            "day": str(part.date),
            "reference": part.payment_reference,
        }
        for arrangement, part in parts.items()
    }
