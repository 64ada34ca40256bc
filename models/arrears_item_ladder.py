"""What comes next for an item: the facts are gathered here, the law decides."""

from collections import defaultdict
from dataclasses import replace
from decimal import Decimal

from odoo import models
from odoo.fields import Domain

from ..law import facts, ladder

DELIVERY_STATES = {"proposed": "queued", "done": "sent", "dismissed": "sent"}


def to_decimal(amount):
    """Return an amount of the database as exact money, in cents."""
    return Decimal(str(amount)).quantize(Decimal("0.01"))


class ArrearsItem(models.Model):
    _inherit = "arrears.item"

    def _project(self, day):
        """Work out stage and next step of these items again, and store what changed.

        :param day: business day
        :return: dict from item to its ``law.ladder`` Decision
        """
        decisions = self._decide(day)
        last_stages = self._last_stages()
        for item, decision in decisions.items():
            values = {
                "stage_id": last_stages.get(item, False),
                "next_stage_id": int(decision.stage) if decision.stage else False,
                "next_step_date": decision.day or False,
                "next_reason": decision.reason,
                "stale": False,
            }
            current = {
                name: item[name].id if item._fields[name].relational else item[name]
                for name in values
            }
            if changed := {k: v for k, v in values.items() if (current[k] or False) != v}:
                item.write(changed)
        self.case_id._project(day)
        return decisions

    def _decide(self, day):
        """Return the law's decision per item, with all facts read in a few queries."""
        notices = self._notice_facts()
        steps = self._proposal_facts()
        contacts = self._last_contacts()
        holds = self._get_holds()
        left_alone = self._get_left_alone()
        rules = {
            key: tuple(stage._to_law() for stage in stages)
            for key, stages in self._get_ladders().items()
        }
        decisions = {
            item: ladder.next_step(
                facts.ItemFacts(
                    due_date=item.due_date,
                    amount_open=to_decimal(item.amount_open),
                    notices=tuple(
                        fact for _key, fact in sorted(notices[item] + steps[item], key=_by_key)
                    ),
                    stages=rules[item.procedure_id, item.opened_on],
                    holds=tuple(hold._to_law() for hold in holds[item]),
                    arrangement_active=bool(item.arrangement_id),
                    last_contact_on=contacts.get(item.case_id),
                    quiet_days=item.company_id.arrears_quiet_days,
                    released_on=item._released_on(day, holds[item]),
                    handed_over=bool(item.handover_id),
                    left_alone=item in left_alone,
                    start_at=str(item.start_stage_id.id) if item.start_stage_id else None,
                    collected_by=item.case_id.collected_by,
                ),
                day,
            )
            for item in self
        }
        return {item: item._postpone(decision) for item, decision in decisions.items()}

    def _filter_own_steps(self):
        """Return the items whose next step is ours; a hook for what sends some of the steps."""
        return self

    def _postpone(self, decision):
        """Return a decision, moved to the day until which a colleague postponed the step."""
        until = self.postponed_until
        if not until or decision.day is None or decision.day >= until:
            return decision
        return replace(decision, day=until, reason="postponed")

    def _get_ladders(self):
        """Return the stages, in order, by which these items go.

        :return: dict from (procedure, day on which it came into arrears) to stages
        """
        return {
            (procedure, day): procedure._get_stages_on(day)
            for procedure, day in {(item.procedure_id, item.opened_on) for item in self}
        }

    def _get_later_stages(self, stage):
        """Return the stages that may follow ``stage`` for one of these items, in order."""
        ladders = self.env["arrears.stage"].union(*self._get_ladders().values())
        return ladders.filtered(
            lambda later: (
                later.procedure_id == (stage.procedure_id or later.procedure_id)
                and later.sequence > stage.sequence
            )
        ).sorted("sequence")

    def _released_on(self, day, holds):
        """Return the day on which the last hold or arrangement ended, or the item came back.

        :param holds: those over this item, see ``_get_holds``
        """
        self.ensure_one()
        ended = [hold.end for hold in holds if hold.end and hold.end < day]
        returned = [on for on in self._get_return_days(day) if on <= day]
        days = [*ended, *returned, *([self.restarted_on] if self.restarted_on else [])]
        return max(days, default=None)

    def _live_lines(self):
        """Return the notice lines of the items' current cycle, withdrawn and failed ones too."""
        # A letter that is no step of a procedure (no stage) moves nothing on the ladder.
        lines = self.env["arrears.notice.line"].search(
            [("item_id", "in", self.ids), ("stage_id", "!=", False)]
        )
        return lines.filtered(lambda line: line.cycle == line.item_id.cycle)

    def _notice_facts(self):
        found = defaultdict(list)
        for line in self._live_lines():
            notice = line.notice_id
            found[line.item_id].append(((notice.date, notice.id), notice._to_law()))
        return found

    def _proposal_facts(self):
        """Return hand-over and termination proposals as rungs that were taken or are pending."""
        found = defaultdict(list)
        actions = self.env["arrears.action"].search(
            Domain("item_ids", "in", self.ids)
            & Domain("kind", "in", ("handover", "termination"))
            & Domain("state", "in", tuple(DELIVERY_STATES))
        )
        for action in actions:
            day = action.decided_on or action.run_id.date
            fact = facts.NoticeFact(
                stage=str(action.stage_id.id),
                kind=action.kind,
                state=DELIVERY_STATES[action.state],
                sent_on=day if action.state != "proposed" else None,
                received_on=None,
                last_day=None,
            )
            for item in action.item_ids & self:
                if item._is_of_this_cycle(action, day):
                    found[item].append(((day, action.id), fact))
        return found

    def _is_of_this_cycle(self, action, day):
        """Tell whether a step is about the item as it is now, and not about an earlier cycle.

        :param day: day of the step; decides where the step does not tell the cycle
        """
        self.ensure_one()
        rows = (action.why or {}).get("items", [])
        cycle = next((row.get("cycle") for row in rows[::-1] if row["item"] == self.id), None)
        if cycle:
            return cycle == self.cycle
        return not self.restarted_on or day >= self.restarted_on

    def _last_contacts(self):
        """Return per case the last day on which a notice went out, or is about to."""
        return dict(
            self.env["arrears.notice"]._read_group(
                [
                    ("case_id", "in", self.case_id.ids),
                    ("state", "in", ("queued", "sent")),
                ],
                ["case_id"],
                ["date:max"],
            )
        )

    def _last_stages(self):
        """Return per item the furthest stage whose notice went out and still stands."""
        furthest = {}
        for line in self._live_lines().filtered("live"):
            stage = line.notice_id.stage_id
            current = furthest.get(line.item_id)
            if not current or stage.sequence > current.sequence:
                furthest[line.item_id] = stage
        return {item: stage.id for item, stage in furthest.items()}


def _by_key(pair):
    return pair[0]
