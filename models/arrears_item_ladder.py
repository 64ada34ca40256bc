"""What comes next for an item: the law decides, and what changed is stored."""

from dataclasses import replace
from decimal import Decimal

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import split_every

from ..law import facts, ladder
from . import bulk

PROJECTED = ("stage_id", "next_stage_id", "next_step_date", "next_reason", "stale")
CENT = Decimal("0.01")
# Items, or cases, that are looked at together: the facts of more of them would only take memory.
AT_ONCE = 20_000


def to_decimal(amount):
    """Return an amount of the database as exact money, in cents."""
    return Decimal(str(amount)).quantize(CENT)


class ArrearsItem(models.Model):
    _inherit = "arrears.item"

    def _project(self, day):
        """Work out stage and next step of these items again, and store what changed.

        :param day: business day
        :return: dict from item id to its ``law.ladder`` Decision
        """
        decisions, cases = {}, {}
        for part in split_every(AT_ONCE, self._ids, self.browse):
            rows = part._read_rows()
            decisions |= part._project_rows(day, rows)
            cases |= dict.fromkeys(row.case_id for row in rows.values())
        for part in split_every(AT_ONCE, cases, self.env["arrears.case"].browse):
            part._project(day)
        return decisions

    def _project_rows(self, day, rows):
        """Store what changed of these items, and return the law's decisions by item id.

        :param rows: see ``_read_rows``
        """
        notices = self._read_notice_rows()
        decisions = self._decide_rows(day, rows, notices)
        changes = []
        for id_, decision in decisions.items():
            row = rows[id_]
            values = (
                _get_furthest_stage(notices.get(id_, ())),
                int(decision.stage) if decision.stage else None,
                decision.day,
                decision.reason,
                False,
            )
            if values != row[13:18]:
                changes.append({"id": id_, **dict(zip(PROJECTED, values, strict=True))})
        bulk.update(self, changes)
        return decisions

    def _decide(self, day):
        """Return the law's decision per item, with all facts read in a few queries."""
        rows, notices = self._read_rows(), self._read_notice_rows()
        decisions = self._decide_rows(day, rows, notices)
        return {item: decisions[item.id] for item in self}

    def _decide_rows(self, day, rows, notices):
        """Return the law's decision per item id.

        :param rows: see ``_read_rows``
        :param notices: see ``_read_notice_rows``
        """
        steps = self._read_proposals()
        contacts = self._read_last_contacts({row.case_id for row in rows.values()})
        holds, left_alone = self._get_hold_facts(), self._get_left_alone(rows)
        released = self._get_release_days(day, rows, holds)
        ladders, quiet_days = self._get_rungs(rows), self._get_quiet_days(rows)
        known = {}  # notices go by the hundred, their facts are the same for each of their items
        decisions = {}
        for id_, row in rows.items():
            decision = ladder.next_step(
                facts.ItemFacts(
                    due_date=row.due_date,
                    amount_open=to_decimal(row.amount_open),
                    notices=_get_taken(notices.get(id_, ()), steps.get(id_, ()), known),
                    stages=ladders[row.procedure_id, row.opened_on],
                    holds=holds.get(id_, ()),
                    arrangement_active=row.arrangement_id is not None,
                    last_contact_on=contacts.get(row.case_id),
                    quiet_days=quiet_days[row.company_id],
                    released_on=released.get(id_),
                    handed_over=row.handover_id is not None,
                    left_alone=id_ in left_alone,
                    start_at=str(row.start_stage_id) if row.start_stage_id else None,
                    collected_by=row.collected_by,
                ),
                day,
            )
            decisions[id_] = _postpone(row, decision)
        return decisions

    @api.model
    def _get_due_domain(self, day):
        """Return the domain of the items for which a run of ``day`` proposes a step."""
        return (
            Domain("settled_on", "=", False)
            & Domain("next_stage_id", "!=", False)
            & Domain("next_step_date", "<=", day)
            & Domain("case_id.state", "in", ("open", "arranged", "handed_over"))
            & Domain("handover_id", "=", False)
            & Domain("arrangement_id", "=", False)
        )

    def _filter_own_steps(self):
        """Return the items whose next step is ours; a hook for what sends some of the steps."""
        return self

    # === FACTS === #

    def _get_hold_facts(self):
        """Return the holds over these items as the law takes them: dict from item id to a tuple."""
        pairs = self._get_hold_pairs()
        holds = self.env["arrears.hold"].sudo().browse({hold for _item, hold in pairs})
        laws = {hold.id: hold._to_law() for hold in holds}
        found = {}
        for item_id, hold_id in pairs:
            found[item_id] = (*found.get(item_id, ()), laws[hold_id])
        return found

    def _get_quiet_days(self, rows):
        companies = self.env["res.company"].browse({row.company_id for row in rows.values()})
        return {company.id: company.arrears_quiet_days for company in companies}

    def _get_rungs(self, rows):
        """Return the rungs by which these items go: dict from (procedure id, opened on)."""
        procedures = self.env["arrears.procedure"]
        return {
            (id_, day): tuple(s._to_law() for s in procedures.browse(id_)._get_stages_on(day))
            for id_, day in {(row.procedure_id, row.opened_on) for row in rows.values()}
        }

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

    def _get_release_days(self, day, rows=None, holds=None):
        """Return the day on which the last hold or arrangement ended, or the item came back.

        :param rows: ``_read_rows`` of these items; None reads it
        :param holds: ``_get_hold_facts`` of these items; None reads it
        :return: dict from item id, of the items with such a day
        """
        rows = self._read_rows() if rows is None else rows
        holds = self._get_hold_facts() if holds is None else holds
        returned = self._get_returns(day)
        found = {}
        for id_, row in rows.items():
            days = [hold.end for hold in holds.get(id_, ()) if hold.end and hold.end < day]
            days += [on for on in returned.get(id_, ()) if on <= day]
            if row.restarted_on:
                days.append(row.restarted_on)
            if days:
                found[id_] = max(days)
        return found

    def _get_returns(self, day):
        """Return the days on which something gave these items back, as known on a day.

        :return: dict from item id to days, of the items that were given back
        """
        return {}


def _get_taken(notices, steps, known):
    """Return what was sent or proposed for one item, the oldest first, as the law takes it."""
    pairs = []
    for row in notices:
        if row.id not in known:
            known[row.id] = facts.NoticeFact(
                stage=str(row.stage_id),
                kind=row.kind,
                state=row.state,
                sent_on=row.sent_on,
                received_on=row.received_on,
                last_day=row.last_day,
            )
        pairs.append(((row.date, row.id), known[row.id]))
    if steps:
        pairs = sorted([*pairs, *steps], key=lambda pair: pair[0])
    return tuple(fact for _key, fact in pairs)


def _get_furthest_stage(notices):
    """Return the furthest stage whose notice went out and still stands: its id, or None."""
    live = [row for row in notices if row.live]
    return max(live, key=lambda row: row.sequence).stage_id if live else None


def _postpone(row, decision):
    """Return a decision, moved to the day until which a colleague postponed the step."""
    until = row.postponed_until
    if not until or decision.day is None or decision.day >= until:
        return decision
    return replace(decision, day=until, reason="postponed")
