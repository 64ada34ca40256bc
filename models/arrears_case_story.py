"""The case as a story, in sentences: what is open, what was sent, what comes next and why."""

from odoo import api, fields, models
from odoo.tools import format_date

from .arrears_case import WORKED_STATES

# What stands in the way of the next step, beside the term of the last notice.
OTHER_WAITS = ("quiet_days", "fresh_term", "postponed", "on_hold")


class ArrearsCase(models.Model):
    _inherit = "arrears.case"

    story = fields.Html(compute="_compute_story", sanitize=False)

    @api.depends_context("lang", "uid", "allowed_company_ids")
    @api.depends(
        "state", "amount_due", "item_ids.next_step_date", "item_ids.next_reason", "notice_ids.state"
    )
    def _compute_story(self):
        self._read_ahead()
        lasts = self._get_live_items()._get_last_notices()
        for case in self:
            words = {
                "open": case._tell_open(),
                "sent": case._tell_sent(),
                "next": case._tell_next(lasts),
            }
            case.story = self.env["ir.qweb"]._render("premium_arrears.case_story", words)

    def _read_ahead(self):
        """Read for all cases at once what is told of each; Odoo would read it case by case."""
        notices = self.notice_ids
        notices.line_ids.mapped("cycle")
        notices.line_ids.item_id.mapped("settled_on")
        notices.fee_id.mapped("amount_total")
        notices.stage_id.mapped("name")
        self.item_ids.mapped("reference")
        self.item_ids.policy_ids.gap_ids.mapped("resume")
        self.arrangement_ids.instalment_ids.mapped("amount_open")
        self.termination_ids.policy_id.mapped("name")
        self.proposed_action_ids.mapped("kind")

    @api.model
    def _tell_day(self, day):
        """Return a day as people say it; the year only when it is another one than this."""
        this_year = fields.Date.context_today(self).year == day.year
        return format_date(self.env, day, date_format="d MMMM" if this_year else "d MMMM y")

    def _get_live_items(self):
        return self.item_ids.filtered(lambda item: not item.settled_on)

    # === WHAT IS OPEN === #

    def _tell_open(self):
        """Return in a sentence what is open, since when."""
        self.ensure_one()
        items, money = self._get_live_items(), self.currency_id.format
        if self.state == "closed":
            return self.env._("All was paid; closed on %s.", self._tell_day(self.closed_on))
        if not items:
            return self.env._(
                "All premium was paid; %s of costs and interest is open.", money(self.amount_due)
            )
        words = {
            "amount": money(self.amount_open),
            "count": len(items),
            "day": self._tell_day(min(items.mapped("due_date"))),
        }
        if len(items) == 1:
            told = self.env._("%(amount)s premium, due on %(day)s", **words)
        else:
            told = self.env._(
                "%(amount)s premium of %(count)s invoices, the oldest due on %(day)s", **words
            )
        if self.amount_due == self.amount_open:
            return f"{told}."
        return self.env._(
            "%(total)s: %(premium)s, and %(costs)s costs and interest.",
            total=money(self.amount_due),
            premium=told,
            costs=money(self.amount_fee_open + self.amount_interest_open),
        )

    # === WHAT WAS SENT === #

    def _tell_sent(self):
        """Return in a sentence which step was sent last, and until when the customer has time."""
        self.ensure_one()
        notices = self.notice_ids.filtered(lambda n: n.stage_id and n.state != "withdrawn")
        last = notices.sorted(lambda notice: (notice.date, notice.id))[-1:]
        if not last:
            return self.env._("Nothing yet.")
        words = {
            "step": last.stage_id.name,
            "day": self._tell_day(last.sent_on or last.date),
            "channel": dict(last._fields["channel"]._description_selection(self.env))[last.channel],
        }
        if last.state == "failed":
            words["why"] = last._describe_failure(last.failure, False) if last.failure else "?"
            return self.env._("%(step)s of %(day)s did not arrive: %(why)s", **words)
        if last.state == "queued":
            return self.env._("%(step)s of %(day)s (%(channel)s) is on its way out.", **words)
        if not last.last_day or not last._still_open_items():
            return self.env._("%(step)s on %(day)s (%(channel)s).", **words)
        words["last"] = self._tell_day(last.last_day)
        if last.last_day >= fields.Date.context_today(self):
            return self.env._(
                "%(step)s on %(day)s (%(channel)s); the customer has until %(last)s.", **words
            )
        return self.env._(
            "%(step)s on %(day)s (%(channel)s); its last day, %(last)s, passed unpaid.", **words
        )

    # === WHAT COMES NEXT === #

    def _tell_next(self, lasts):
        """Return in sentences what comes next, when and why; each once, the first step first.

        What goes different ways is told apart by the names of the invoices.

        :param lasts: see ``arrears.item._get_last_notices``
        """
        self.ensure_one()
        items = self._get_live_items()
        if self.state not in WORKED_STATES or not items:
            return [] if self.state == "closed" else [self.env._("No step follows by itself.")]
        groups = {}
        for item in items.sorted(lambda i: (not i.next_step_date, i.next_step_date, i.id)):
            text = self._tell_step(item, lasts[item])
            groups.setdefault(text, []).append(item.reference or "?")
        if len(groups) == 1:
            return list(groups)
        return [
            self.env._("%(invoices)s: %(text)s", invoices=", ".join(names), text=text)
            for text, names in groups.items()
        ]

    def _tell_step(self, item, last):
        """Return in a sentence or two what comes next for an item, and why.

        :param last: the last notice of its cycle that is a step, sent or not, or no record
        """
        if not item.next_stage_id or not item.next_step_date:
            return self._tell_rest(item, last)
        today = fields.Date.context_today(self)
        step, day = item.next_stage_id.name, self._tell_day(item.next_step_date)
        when = (
            self.env._("%(step)s on %(day)s", step=step, day=day)
            if item.next_step_date > today
            else self.env._("%(step)s, due since %(day)s", step=step, day=day)
        )
        why = self._tell_ground(item, last)
        told = self.env._("%(step_and_day)s, because %(why)s.", step_and_day=when, why=why)
        waits = item._get_wait_words() if item.next_reason in OTHER_WAITS else {}
        if wait := waits.get(item.next_reason):
            return self.env._("%(told)s Not earlier: %(wait)s.", told=told, wait=wait)
        return told

    def _tell_ground(self, item, last):
        """Return why the next step comes, as the end of a sentence."""
        if not last:
            return self.env._("the premium of %s was not paid", self._tell_day(item.due_date))
        words = {
            "notice": self._get_notice_words().get(last.kind, last.stage_id.name),
            "day": self._tell_day(last.sent_on or last.date),
        }
        if last.state == "failed":
            return self.env._("%(notice)s of %(day)s did not arrive", **words)
        if last.state == "withdrawn":
            return self.env._("%(notice)s of %(day)s was withdrawn", **words)
        return self.env._("%(notice)s of %(day)s was not paid", **words)

    def _get_notice_words(self):
        """Return each kind of notice in the middle of a sentence, with its article."""
        return {
            "reminder": self.env._("the reminder"),
            "formal_notice": self.env._("the 14-day notice"),
            "business_notice": self.env._("the notice"),
            "final_notice": self.env._("the final notice"),
            "handover_notice": self.env._("the announcement of the hand-over"),
            "service_notice": self.env._("the service message"),
        }

    def _tell_rest(self, item, last):
        """Return why nothing comes next for an item by itself."""
        if item.handover_id:
            return self.env._(
                "%(collector)s collects it since %(day)s.",
                collector=item.handover_id.collector_id.name or item.handover_id.name,
                day=self._tell_day(item.handover_id.handed_over_on),
            )
        if item.arrangement_id:
            return self._tell_arrangement(item.arrangement_id)
        if item.next_reason == "waiting_for_delivery":
            return self._tell_under_way(last)
        if item.next_reason == "ladder_done":
            return self.env._("All steps were taken. What comes next is for a colleague to choose.")
        return item._get_rest_words().get(item.next_reason) or self.env._(
            "The next run works out what comes."
        )

    def _tell_arrangement(self, arrangement):
        ahead = arrangement.instalment_ids.filtered(lambda part: part.amount_open > 0)
        if not ahead:
            return self.env._("An arrangement runs.")
        part = ahead.sorted("date")[0]
        words = {
            "name": arrangement.name,
            "amount": self.currency_id.format(part.amount_open),
            "day": self._tell_day(part.date),
        }
        if part.missed_on:
            return self.env._(
                "Arrangement %(name)s: the instalment of %(amount)s of %(day)s was missed.", **words
            )
        return self.env._(
            "Arrangement %(name)s runs: the next instalment is %(amount)s, by %(day)s.", **words
        )

    def _tell_under_way(self, last):
        if self.proposed_action_ids.filtered(lambda a: a.kind in ("handover", "termination")):
            return self.env._("It waits for a decision, see below.")
        if not last:
            return self.env._("A notice or a decision is under way.")
        return self.env._(
            "%(step)s of %(day)s has to leave first.",
            step=last.stage_id.name,
            day=self._tell_day(last.date),
        )


class ArrearsItem(models.Model):
    _inherit = "arrears.item"

    def _get_last_notices(self):
        """Return per item the last notice of its cycle that is a step, whatever became of it."""
        notices = {item: self.env["arrears.notice"] for item in self}
        for line in self._live_lines().sorted(lambda ln: (ln.notice_id.date, ln.notice_id.id)):
            notices[line.item_id] = line.notice_id
        return notices
