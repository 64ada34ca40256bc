"""From the letter to the end: the term runs, payment stops it, the day comes, or it falls away."""

from odoo import api, models

from ..law import termination
from ..law.parameters import DECREED_HOLIDAYS
from .arrears_notice_make import STATED_DAY_MARGIN
from .insurance_termination import LIVE_STATES


class InsuranceTermination(models.Model):
    _inherit = "insurance.termination"

    # === THE LETTER === #

    def _announce_by_company(self, day):
        for company, mine in self.grouped("company_id").items():
            mine.with_company(company)._announce(day)

    def _announce(self, day):
        """Make the letter that ends each of these policies after the period of notice.

        :param day: business day
        """
        periods = self._get_periods(day)
        for record in self:
            record.write(dict(zip(("notice_months", "notice_days"), periods[record], strict=True)))
        days = self._get_stated_days(day)
        premiums = self._get_premium_left(days)
        self._write_money(premiums)
        facts = self._get_facts(day)
        letters = self.env["arrears.notice"]._make_messages(
            [
                {
                    "case": record.case_id,
                    "kind": "policy_ended",
                    "stated_last_day": days[record] - termination.ONE_DAY,
                    "facts": record._prepare_letter_facts(days[record], facts[record].notice),
                }
                for record in self
            ],
            day,
        )
        for record, letter in zip(self, letters, strict=True):
            letter.termination_id = record
            record.write(
                {
                    "letter_id": letter.id,
                    "stated_ends_on": days[record],
                    "ends_on": days[record],
                    "waits_for": False,
                }
            )

    def _get_stated_days(self, day):
        """Return the first day without insurance that each letter of ``day`` names.

        Two days more than we assume are left for the post: the letter names a day that holds.
        """
        notices = self.env["arrears.notice"]
        recipients = {record: notices._get_recipient(record.case_id) for record in self}
        channels = notices._choose_channel(self.env["res.partner"].union(*recipients.values()), day)
        return {
            record: record._get_ends_on(
                notices._assumed_receipt(day, channels[recipients[record]], record.company_id)
                + STATED_DAY_MARGIN
            )
            for record in self
        }

    def _get_ends_on(self, received_on):
        """Return the first day without insurance when the letter is received on a day."""
        self.ensure_one()
        return termination.ends_on(
            received_on, self.notice_months, self.notice_days, extra_holidays=DECREED_HOLIDAYS
        )

    def _prepare_letter_facts(self, ends_on, warning):
        """Return what the letter tells, as plain values; what was sent keeps them."""
        self.ensure_one()
        return {
            "ends_on": str(ends_on),
            "due": str(self.premium_due) if self.premium_due else "",
            "off": str(self.premium_off) if self.premium_off else "",
            "refund": str(self.premium_refund) if self.premium_refund else "",
            "items": self._get_overdue_items().ids,
            "warned_number": warning.name or "",
            "warned_day": str(warning.date or ""),
        }

    def _get_overdue_items(self):
        """Return what has to be paid before this policy goes on."""
        self.ensure_one()
        return self.case_id.item_ids.filtered(
            lambda item: not item.settled_on and self.policy_id in item.policy_ids
        ).sorted("due_date")

    def _letter_received(self):
        """Let the period of notice run from the receipt of the letter, never shorter than stated.

        Called when the letter was sent, and again when its receipt is proven. An end that turns
        out to have come too early is undone; the next run looks again.
        """
        for record in self:
            letter = record.letter_id
            ends_on = max(record._get_ends_on(letter.received_on), record.stated_ends_on)
            if record.state == "approved":
                record.state = "announced"
                record._record_history("termination", letter.sent_on, self.env._("Announced"))
            elif record.state == "ended" and ends_on > record.ended_on:
                record._undo_end(letter.received_on, self.env._("The letter arrived later"))
            record.ends_on = ends_on

    def _lose_letter(self, day, reason):
        """Go back to approved: the letter did not arrive or is withdrawn, so no term runs."""
        mine = self.filtered(lambda record: record.state in ("approved", "announced", "ended"))
        mine.filtered(lambda record: record.state == "ended")._undo_end(day, reason)
        mine._record_history("termination", day, reason)
        # A letter that failed has told the handler already.
        withdrawn = mine.filtered(lambda record: record.letter_state == "withdrawn")
        for case, records in withdrawn.grouped("case_id").items():
            case._schedule_for_handler(
                day,
                self.env._("The end of a policy needs a new letter"),
                {case: f"{', '.join(records.policy_id.mapped('name'))}: {reason}"},
            )
        mine._fall_back(reason)

    def _fall_back(self, reason):
        self.write(
            {"state": "approved", "ends_on": False, "stated_ends_on": False, "waits_for": reason}
        )

    # === THE DAY === #

    @api.model
    def _end_due(self, day, company):
        """End the policies whose day has come, after a last look at the facts.

        What is unmatched may have paid: it waits. What stands in the way, such as a hold, takes the
        term away: the customer then gets a new letter with a new day, when a manager asks for it.

        :param day: business day
        :param company: the company whose policies are looked at
        :return: the terminations that took effect
        """
        due = self._get_due(day, company).try_lock_for_update()
        if not due or company.arrears_test_email:
            return due.browse()
        other = due.filtered(lambda r: r.policy_id.end_date and r.policy_id.end_date <= r.ends_on)
        other._close("withdrawn", day, self.env._("The policy ended before"))
        blockers = (due - other)._get_blockers(day)
        free = due.browse([record.id for record, codes in blockers.items() if not codes])
        for record, codes in blockers.items():
            if codes and "payment_waits" not in codes:
                record._stand_in_the_way(day, codes)
        free._end(day)
        return free

    def _end(self, day):
        """End the policies of these terminations, and propose the credit of what is left over."""
        run_id = self.env.context.get("arrears_run_id", False)
        for record in self:
            record.write({"state": "ended", "ended_on": record.ends_on, "run_id": run_id})
            record.policy_id.write(
                {
                    "end_date": record.ends_on,
                    "end_reason": "non_payment",
                    "coverage_state": "ended",
                }
            )
        self._record_history("terminated", day)
        if self:
            self._propose_credits(day)

    @api.model
    def _get_ended_by(self, run):
        """Return the terminations that took effect in a run and still stand."""
        return self.search([("run_id", "=", run.id), ("state", "=", "ended")])

    def _stand_in_the_way(self, day, codes):
        """Withdraw the letter of what may not end now: its customer and its handler hear so."""
        self.ensure_one()
        reason = " ".join(dict.fromkeys(self._describe_blocker(code) for code in codes))
        self.letter_id._withdraw(day, reason)

    def _undo_end(self, day, reason):
        """Let these policies run as if they had never ended, and go back to announced."""
        for record in self:
            record.policy_id.write({"end_date": False, "end_reason": False})
            record.write({"state": "announced", "ended_on": False, "run_id": False})
        self._record_history("termination", day, reason)
        self._cancel_credits(day)
        for company in self.company_id:
            self.env["insurance.policy"]._refresh_coverage(day, company)

    # === PAID === #

    @api.model
    def _hear_payment(self, policies):
        """Take back the terminations of these policies of which all overdue premium is paid.

        Before the end any day will do. After it the money must have been credited before the day
        that the policy ended: booked late, paid in time.
        """
        found = self.search(
            [("policy_id", "in", policies.ids), ("state", "in", (*LIVE_STATES, "ended"))]
        )
        if not found:
            return
        items = self.env["arrears.item"].search([("policy_ids", "in", found.policy_id.ids)])
        paid_on = {}
        for record in found:
            # The letter promised what stops it: what fell overdue later does not break that.
            asked = (record.letter_id.facts or {}).get("items")
            mine = items.filtered(
                lambda item, r=record, a=asked: (
                    item.id in a if a else r.policy_id in item.policy_ids
                )
            )
            paid = mine and all(item.settled_on for item in mine)
            last = max(mine.mapped("settled_on")) if paid else None
            if paid and (record.state != "ended" or last < record.ended_on):
                paid_on[record] = last
        for last, records in found.grouped(paid_on.get).items():
            if last:
                records._withdraw_paid(last)

    def _withdraw_paid(self, day):
        """Take these terminations back: all was paid by ``day``; who was told hears it."""
        reason = self.env._("Paid in time")
        if ended := self.filtered(lambda record: record.state == "ended"):
            ended._undo_end(day, reason)
            ended.policy_id._resume_paid()
        self._close("withdrawn", day, reason)
        told = self.filtered(lambda record: record.letter_id.state == "sent")
        told.must_tell = True
        if letter := self.letter_id.filtered(lambda letter: letter.state == "queued"):
            letter._cancel_mails()
            letter._take_term_away(day, reason, state="withdrawn")
            letter.write({"withdrawn_on": day, "withdraw_reason": reason})
            letter._record_history("withdrawn", day, reason=reason)

    @api.model
    def _tell(self, run):
        """Tell the customers who paid in time that their policy goes on, in one letter.

        It tells of the cover that is back as well, so no second letter does.

        :param run: the run of the business day, as the service
        """
        if run.company_id.arrears_test_email:
            return  # a test would count as told
        untold = self.search(
            [
                ("company_id", "=", run.company_id.id),
                ("must_tell", "=", True),
                ("told_notice_id", "=", False),
            ]
        ).try_lock_for_update()
        letters = self.env["arrears.notice"]._make_messages(
            [
                {
                    "case": record.case_id,
                    "kind": "policy_kept",
                    "facts": record.letter_id.facts or {},
                }
                for record in untold
            ],
            run.date,
            run,
        )
        for record, letter in zip(untold, letters, strict=True):
            letter.termination_id = record
            record.write({"told_notice_id": letter.id, "must_tell": False})
            gaps = record.policy_id.gap_ids.filtered(
                lambda gap: (
                    gap.resume
                    and not gap.resumed_notice_id
                    and gap.suspended_notice_id.state in ("queued", "sent")
                    and gap._holds_a_day()
                )
            )
            gaps.resumed_notice_id = letter
