"""What a day asks of the arrangements that run: remind, write, break, close; in a few queries."""

from odoo import api, models
from odoo.fields import Domain

from ..law import arrangement as law


class ArrearsArrangement(models.Model):
    _inherit = "arrears.arrangement"

    @api.model
    def _follow_up(self, day, company):
        """Do what the day asks of this company's arrangements; called by the run that may act.

        :param day: business day
        """
        if company.arrears_test_email:
            return  # a test would count as told, and a customer hears nothing of it
        mine = self.with_company(company).search(
            [("company_id", "=", company.id), ("state", "in", ("proposed", "active"))]
        )
        late = mine.filtered(lambda a: a.state == "proposed" and a.accept_by and a.accept_by < day)
        late._end("cancelled", day, self.env._("Not accepted in time"))
        active = mine.filtered(lambda a: a.state == "active")
        active._close_paid(day)
        running = active.filtered(
            lambda a: (
                a.state == "active"
                and not (a.paused_from and a.paused_from <= day <= (a.paused_until or day))
            )
        )
        running._break_unpaid(day)
        running = running.filtered(lambda a: a.state == "active")
        running._write_of_missed(day)
        running._remind(day)
        (active & running)._watch_new_premiums(day)

    # === KEPT === #

    def _close_paid(self, day):
        """Thank for what was kept; what fell away altogether is over without a word."""
        done = self.filtered(lambda a: a.amount_open <= 0)
        gone = done.filtered(lambda a: not a.instalment_ids)
        gone._end("cancelled", day, self.env._("Nothing is left to pay"))
        kept = done - gone
        for arrangement in kept:
            paid_on = max(filter(None, arrangement.instalment_ids.mapped("paid_on")), default=day)
            arrangement._end("kept", paid_on)
        kept._tell("arrangement_kept", day)

    # === NOT PAID === #

    def _get_unpaid(self):
        """Return the unpaid instalments of these, in order."""
        return self.instalment_ids.filtered(lambda part: part.amount_open > 0).sorted("date")

    def _write_of_missed(self, day):
        """Write once of each instalment that did not come; a letter that failed goes again."""
        missed = self.env["arrears.instalment"]
        for arrangement in self:
            rhythm = arrangement.company_id._get_arrangement_rhythm()
            missed |= arrangement._get_unpaid().filtered(
                lambda part, r=rhythm: not part._is_told() and law.is_missed(part.date, day, r)
            )
        by_arrangement = missed.grouped("arrangement_id")
        for arrangement, parts in by_arrangement.items():
            rhythm = arrangement.company_id._get_arrangement_rhythm()
            until = law.can_still_pay_until(day, rhythm)
            notice = arrangement._tell(
                "instalment_missed",
                day,
                {
                    arrangement: {
                        "facts": parts[0]._get_letter_facts(sum(parts.mapped("amount_open"))),
                        "stated_last_day": until,
                    }
                },
            )
            parts.write({"missed_on": day, "missed_notice_id": notice.id})
        arrangements = self.browse([a.id for a in by_arrangement])
        arrangements._record("arrangement_missed", day)
        arrangements._ask_handler(day, self.env._("An instalment was not paid: call the customer"))

    def _break_unpaid(self, day):
        """Break those of which a missed instalment was not paid after the letter about it."""
        broken = self.filtered(
            lambda a: any(
                law.is_broken(letter.stated_last_day, letter.received_on or None, day)
                for letter in a._get_unpaid().missed_notice_id
                if letter.state == "sent"
            )
        )
        if not broken:
            return
        broken._end("broken", day, self.env._("A missed instalment was not paid"))
        fresh = self.env["arrears.notice"]._get_fresh_term_end(day)
        broken._tell("arrangement_broken", day, {a: {"stated_last_day": fresh} for a in broken})
        broken._ask_handler(day, self.env._("An arrangement is broken: what can the customer do?"))

    # === SOON === #

    def _remind(self, day):
        """Remind by e-mail, of those who want it, of the next instalment; once for each."""
        parts = self.env["arrears.instalment"]
        for arrangement in self:
            rhythm = arrangement.company_id._get_arrangement_rhythm()
            parts |= arrangement._get_unpaid()[:1].filtered(
                lambda part, r=rhythm: not part.reminded_on and law.is_due_soon(part.date, day, r)
            )
        notices = self.env["arrears.notice"]
        recipients = {part: notices._get_recipient(part._get_case()) for part in parts}
        channels = notices._choose_channel(self.env["res.partner"].union(*recipients.values()), day)
        mailed = parts.filtered(lambda part: channels[recipients[part]] == "email")
        mailed.arrangement_id._tell(
            "instalment_due",
            day,
            {part.arrangement_id: {"facts": part._get_letter_facts()} for part in mailed},
        )
        mailed.reminded_on = day

    # === BESIDE IT === #

    def _watch_new_premiums(self, day):
        """Tell the handler of a newer premium that came into arrears beside an arrangement.

        It goes its own way through the reminders; whoever knows of the arrangement had better call.
        """
        items = self.env["arrears.item"].search(
            Domain("company_id", "in", self.company_id.ids)
            & Domain("partner_id", "in", self.partner_id.ids)
            & Domain("opened_on", "=", day)
            & Domain("settled_on", "=", False)
            & Domain("arrangement_id", "=", False)
        )
        policies = {a: a.line_ids.item_id.policy_ids for a in self}
        hit = self.filtered(lambda a: a.started_on < day and items.policy_ids & policies[a])
        hit._ask_handler(day, self.env._("A new premium was not paid beside the arrangement"))

    def _ask_handler(self, day, summary):
        """Ask the handler of the first case of each of these to look, in one batch."""
        cases = self._get_cases_for_activity()
        names = {case: a.name for a, case in cases.items()}
        self.env["arrears.case"].union(*names)._schedule_for_handler(day, summary, names)
