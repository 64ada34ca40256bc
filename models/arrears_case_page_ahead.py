"""What a customer's own page says of what lies ahead: costs, cover, the next step, with days."""

from datetime import timedelta

from odoo import models

from ..law import cover

ONE_DAY = timedelta(days=1)


class ArrearsCase(models.Model):
    _inherit = "arrears.case"

    def _get_page_live_items(self):
        """Return what we ask for ourselves and that is in no arrangement."""
        return self.item_ids.filtered(
            lambda item: (
                not item.settled_on
                and item.amount_open > 0
                and item.case_id.collected_by == "office"
                and not item.handover_id
                and not item.arrangement_id
            )
        )

    # === COSTS === #

    def _get_page_costs(self, day):
        """Return what it costs and will cost, as sentences: the law's amounts and days only."""
        ours = self.filtered(lambda case: case.collected_by == "office")
        booked = ours.fee_ids.filtered(lambda fee: fee.amount_open > 0)
        texts = []
        if booked:
            amount = self._page_amount(sum(booked.mapped("amount_open")))
            texts.append(
                self.env._("%s in collection costs has been added. You see it above.", amount)
            )
        announced = ours._get_page_announced(day)
        texts += [self._describe_page_fee(fee, day) for fee in announced]
        if not booked and not announced:
            texts.append(self.env._("No collection costs have been added."))
        if not announced and ours._get_page_live_items() and self._is_page_consumer():
            texts.append(
                self.env._(
                    "Collection costs can only come after a letter that tells you how much they "
                    "are, and that gives you at least 14 days to pay without them."
                )
            )
        texts.append(ours._describe_page_interest())
        return texts

    def _is_page_consumer(self):
        return all(case._get_debtor_type() == "consumer" for case in self)

    def _get_page_announced(self, day):
        """Return the fees that a letter announced, and that will be due if nothing is paid."""
        announced = self.fee_ids.filtered(
            lambda fee: (
                fee.state == "announced"
                and fee.notice_id.state == "sent"
                and fee.last_day
                and fee.notice_id._still_open_items()
            )
        )
        paused = announced.notice_id._get_paused(day)
        return announced.filtered(lambda fee: fee.notice_id not in paused)

    def _describe_page_fee(self, fee, day):
        notice = fee.notice_id
        unpaid = sum(notice._still_open_items().mapped("amount_open"))
        words = {
            "fee": self._page_amount(fee.amount_total),
            "amount": self._page_amount(unpaid),
            "last": self._page_day(fee.last_day, "EEEE d MMMM y"),
            "from": self._page_day(fee.last_day + ONE_DAY, "EEEE d MMMM y"),
        }
        if fee.last_day < day:
            return self.env._(
                "The last day to pay without costs was %(last)s. We can now add at most %(fee)s in "
                "collection costs.",
                **words,
            )
        return self.env._(
            "Pay %(amount)s by %(last)s at the latest: then you pay no collection costs for it. "
            "From %(from)s on, at most %(fee)s in collection costs is added.",
            **words,
        )

    def _describe_page_interest(self):
        charges = self.interest_ids.filtered(lambda charge: charge.amount_open > 0)
        if charges:
            amount = self._page_amount(sum(charges.mapped("amount_open")))
            return self.env._("%s in interest has been added. You see it above.", amount)
        if any(case._owes_interest("final_notice") for case in self):
            return self.env._(
                "Interest can be added in a final notice. That letter then tells you how much it "
                "is."
            )
        return self.env._("You pay no interest.")

    # === COVER === #

    def _get_page_cover(self, day):
        """Return per policy with open premium whether there is cover, until when, and what then.

        :return: list of dicts: ``label``, ``state`` (covered, stops, stopped, ended, insurer),
            ``title`` and ``texts`` in words
        """
        items = self.item_ids.filtered(lambda i: not i.settled_on and i.amount_open > 0)
        return [self._prepare_page_cover(policy, day) for policy in items.policy_ids.sorted("name")]

    def _get_page_gap(self, policy, day):
        """Return the gap in which a policy has no cover on a day, or no record."""
        return policy.gap_ids.filtered(
            lambda gap: gap.start <= day and (not gap.resume or gap.resume > day)
        )[:1]

    def _get_page_return(self, day):
        """Return when cover that stopped is back, as sentences, each with its policy.

        For who has just paid. By the rule of the gap where the office decides; where the insurer
        decides nothing is promised. Nothing where no cover stopped.

        :return: list of dicts: ``label`` and ``text``
        """
        rows = []
        for policy in self.item_ids.policy_ids.sorted("name"):
            if policy.end_date and policy.end_date <= day:
                continue
            texts = []
            if gap := self._get_page_gap(policy, day):
                texts = self._describe_page_return(gap, day)
            elif self._is_page_perhaps_stopped(policy, day):
                texts = [
                    self.env._(
                        "Your insurer may have stopped the cover, and decides from which day you "
                        "are insured again. Ask us whether you are insured."
                    )
                ]
            if texts:
                rows.append({"label": self._page_policy(policy), "text": " ".join(texts)})
        return rows

    def _is_page_perhaps_stopped(self, policy, day):
        """Tell whether the insurer may have stopped the cover of what was unpaid until ``day``."""
        return policy.office_role != "authorised_agent" and any(
            notice.state == "sent"
            and notice.names_suspension
            and notice.last_day
            and notice.last_day < day
            and any(
                policy in item.policy_ids and (not item.settled_on or item.settled_on >= day)
                for item in notice.line_ids.item_id
            )
            for notice in self.notice_ids
        )

    def _prepare_page_cover(self, policy, day):
        gap = self._get_page_gap(policy, day)
        if policy.end_date and policy.end_date <= day:
            state, title, texts = "ended", self.env._("Ended"), self._describe_page_end(policy)
        elif gap:
            state, title = "stopped", self.env._("Not insured now")
            texts = self._describe_page_gap(gap, day)
        elif stop := self._get_page_stop(policy, day):
            state, title, texts = stop
        elif policy._coverage_answers(day)[policy].covered:
            state, title, texts = "covered", self.env._("You are insured"), []
        else:
            state, title, texts = "ended", self.env._("Not started yet"), []
        if texts and state != "covered" and policy._is_vehicle():
            texts.append(
                self.env._(
                    "Do not drive this vehicle while it is not insured. A vehicle must always be "
                    "insured, also when it stands still. You can get a fine of the RDW."
                )
            )
        return {
            "label": self._page_policy(policy),
            "state": state,
            "title": title,
            "texts": texts,
        }

    def _describe_page_end(self, policy):
        return [
            self.env._(
                "This insurance has ended. The first day without cover was %s. You do still pay "
                "the premium for the time before.",
                self._page_day(policy.end_date),
            )
        ]

    def _describe_page_gap(self, gap, day):
        return [
            self.env._(
                "You are not insured since %s. Damage from that day on is not paid for.",
                self._page_day(gap.start),
            ),
            *self._describe_page_return(gap, day),
        ]

    def _describe_page_return(self, gap, day):
        """Return when cover is back, by the rule of this gap, as sentences."""
        texts = []
        if gap.resume:
            texts.append(self.env._("You are insured again from %s.", self._page_day(gap.resume)))
        elif gap.source == "insurer":
            texts.append(self.env._("Your insurer decides from which day you are insured again."))
        elif gap.resumption == "hours_24":
            texts.append(
                self.env._(
                    "You are insured again 24 hours after we have received all that is open for "
                    "this insurance."
                )
            )
        else:
            texts.append(
                self.env._(
                    "You are insured again from the day after we have received all that is open "
                    "for this insurance. Do we receive it today, then you are insured again from "
                    "%s.",
                    self._page_day(cover.resumes_on(day)),
                )
            )
        if not gap.resume and gap.resume_includes_costs:
            texts.append(self.env._("The collection costs for it have to be paid too."))
        return texts

    def _get_page_stop(self, policy, day):
        """Return state, title and texts of cover that a letter announced to stop, or None."""
        notices = self.notice_ids.filtered(
            lambda notice: (
                notice.state == "sent"
                and notice.names_suspension
                and notice.last_day
                and policy in notice._still_open_items()._policies_at_risk()
            )
        ).sorted("last_day")
        live = notices - notices._get_paused(day)
        if not live:
            if not notices:
                return None
            text = self.env._("We do not stop the cover now.")
            return ("covered", self.env._("You are insured"), [text])
        notice = live[0]
        last = self._page_day(notice.last_day, "EEEE d MMMM y")
        if policy.office_role != "authorised_agent":
            text = self.env._(
                "Your insurer can stop the cover if the premium is not paid by %s.", last
            )
            if notice.last_day < day:
                text = self.env._(
                    "The last day to pay was %s. Your insurer may have stopped the cover. Ask us "
                    "whether you are insured.",
                    last,
                )
            return ("insurer", self.env._("Your insurer decides"), [text])
        return self._describe_page_stop(notice, policy, day, last)

    def _describe_page_stop(self, notice, policy, day, last):
        rule = notice._get_cover_rules(policy).get(policy, cover.LAW_ALONE)
        finals = notice._still_open_items()._get_final_notices().values()
        final = min((one.last_day for ones in finals for one in ones), default=None)
        stop = cover.earliest_suspension(notice.last_day, rule, final)
        title = self.env._("You are insured today")
        if stop is None:
            text = self.env._(
                "The cover stops if the premium stays unpaid after a last letter. That letter "
                "tells you the day."
            )
        elif stop <= day:
            text = self.env._("The last day to pay was %s. The cover can stop any day now.", last)
        else:
            text = self.env._(
                "Is the premium not paid by %(last)s? Then you are not insured any more from "
                "%(stop)s on.",
                last=last if stop == notice.last_day + ONE_DAY else self._page_day(stop - ONE_DAY),
                stop=self._page_day(stop, "EEEE d MMMM y"),
            )
        return ("stops", title, [text])

    # === WHAT COMES NEXT === #

    def _get_page_next(self, day):
        """Return what comes next and when, as sentences; each step once."""
        items, texts = self._get_page_live_items(), []
        holds = self._get_page_holds(items)
        if arrangements := self.arrangement_ids.filtered(lambda a: a.state == "active"):
            texts.append(self._describe_page_arranged(arrangements))
        for item in items.sorted(lambda i: (i.next_step_date or day, i.id)):
            held = bool(holds[item]._active_on(day))
            texts.append(self._describe_page_step(item, day, held))
        return list(dict.fromkeys(text for text in texts if text))

    def _describe_page_arranged(self, arrangements):
        ahead = arrangements.instalment_ids.filtered(lambda part: part.amount_open > 0)
        if not ahead:
            return ""
        part = ahead.sorted("date")[0]
        words = {
            "amount": self._page_amount(part.amount_open),
            "day": self._page_day(part.date, "EEEE d MMMM y"),
        }
        if part.arrangement_id.kind == "deferral":
            return self.env._(
                "You pay %(amount)s by %(day)s, as we agreed. Until then we take no next step for "
                "it.",
                **words,
            )
        return self.env._(
            "You pay %(amount)s by %(day)s: the next instalment of your arrangement. As long as "
            "you keep to it, we take no next step for what is in it.",
            **words,
        )

    def _describe_page_step(self, item, day, held):
        if held:
            return self.env._("We take no next step now: it is on pause.")
        if item.next_reason == "waiting_for_delivery":
            return self.env._("A letter from us is on its way to you.")
        words = self._get_page_step_words()
        what = words.get(item.next_stage_id.kind)
        if not what:
            return self.env._("A colleague of ours looks at it, and tells you first.")
        if not item.next_step_date or item.next_step_date <= day:
            return self.env._("If nothing is paid: in the coming days %s.", what)
        return self.env._(
            "If nothing is paid: on %(day)s or later %(what)s.",
            day=self._page_day(item.next_step_date, "EEEE d MMMM y"),
            what=what,
        )

    def _get_page_step_words(self):
        """Return what each kind of step means for a customer, as the end of a sentence."""
        return {
            "reminder": self.env._("we send you a reminder, which costs nothing"),
            "formal_notice": self.env._(
                "we send you a letter that gives you 14 days, and that tells what happens to your "
                "cover and which costs come after that"
            ),
            "business_notice": self.env._("we send you a letter with collection costs"),
            "final_notice": self.env._("we send you a last letter"),
            "handover_notice": self.env._(
                "we write to you that we will ask a collection agency to collect it"
            ),
            "handover": self.env._("we can ask a collection agency to collect it"),
            "termination": self.env._("your insurance can end; you get a letter about it first"),
        }
