"""What the law needs to know about many items, read in a few queries for all of them together."""

from collections import defaultdict
from datetime import date
from typing import NamedTuple

from odoo import api, models
from odoo.tools import SQL

from .arrears_action import DELIVERY_STATES


class ItemRow(NamedTuple):
    """The columns of an item that decide, as they stand in the database."""

    id: int
    case_id: int
    company_id: int
    due_date: date
    amount_open: float
    procedure_id: int
    opened_on: date
    cycle: int
    restarted_on: date | None
    start_stage_id: int | None
    arrangement_id: int | None
    handover_id: int | None
    postponed_until: date | None
    stage_id: int | None
    next_stage_id: int | None
    next_step_date: date | None
    next_reason: str | None
    stale: bool
    collected_by: str
    kept_out: bool
    reference: str | None
    settled_on: date | None


class NoticeRow(NamedTuple):
    """A notice about an item in its present cycle, that is a step of a procedure."""

    item_id: int
    live: bool
    sequence: int
    date: date
    id: int
    stage_id: int
    kind: str
    state: str
    sent_on: date | None
    received_on: date | None
    last_day: date | None


class ArrearsItem(models.Model):
    _inherit = "arrears.item"

    def _read_rows(self):
        """Return the columns of these items that decide: dict from id to ``ItemRow``."""
        self.env.flush_all()
        found = self.env.execute_query(
            SQL(
                """
                SELECT i.id, i.case_id, i.company_id, i.due_date, i.amount_open, i.procedure_id,
                       i.opened_on, i.cycle, i.restarted_on, i.start_stage_id, i.arrangement_id,
                       i.handover_id, i.postponed_until, i.stage_id, i.next_stage_id,
                       i.next_step_date, i.next_reason, i.stale, c.collected_by,
                       l.no_followup IS TRUE OR m.payment_state = 'blocked',
                       COALESCE(NULLIF(l.move_name, ''), NULLIF(r.reference, ''), p.name),
                       i.settled_on
                  FROM arrears_item i
                  JOIN arrears_case c ON c.id = i.case_id
             LEFT JOIN account_move_line l ON l.id = i.move_line_id
             LEFT JOIN account_move m ON m.id = l.move_id
             LEFT JOIN insurance_arrears_list_line r ON r.id = i.list_line_id
             LEFT JOIN insurance_policy p ON p.id = r.policy_id
                 WHERE i.id = ANY(%s)
                """,
                self.ids,
            )
        )
        return {row[0]: ItemRow._make(row) for row in found}

    def _live_lines(self):
        """Return the notice lines of the items' current cycle, withdrawn and failed ones too."""
        # A letter that is no step of a procedure (no stage) moves nothing on the ladder.
        lines = self.env["arrears.notice.line"].search(
            [("item_id", "in", self.ids), ("stage_id", "!=", False)]
        )
        return lines.filtered(lambda line: line.cycle == line.item_id.cycle)

    def _read_notice_rows(self):
        """Return the notices of the items' present cycle, withdrawn and failed ones too.

        A letter that is no step of a procedure (no stage) moves nothing on the ladder.

        :return: dict from item id to ``NoticeRow``s, the oldest first
        """
        self.env.flush_all()
        found = defaultdict(list)
        for row in self.env.execute_query(
            SQL(
                """
                SELECT l.item_id, l.live, s.sequence, n.date, n.id, n.stage_id, n.kind, n.state,
                       n.sent_on, n.received_on, n.last_day
                  FROM arrears_notice_line l
                  JOIN arrears_item i ON i.id = l.item_id AND i.cycle = l.cycle
                  JOIN arrears_notice n ON n.id = l.notice_id
                  JOIN arrears_stage s ON s.id = l.stage_id
                 WHERE l.item_id = ANY(%s)
              ORDER BY n.date, n.id
                """,
                self.ids,
            )
        ):
            found[row[0]].append(NoticeRow._make(row))
        return found

    def _read_proposals(self):
        """Return the hand-overs and terminations that were proposed, decided on or taken.

        :return: dict from item id to ((day, action id), NoticeFact) pairs: rungs of the ladder
        """
        self.env.flush_all()
        pairs = self.env.execute_query(
            SQL(
                """
                SELECT r.arrears_item_id, a.id
                  FROM arrears_action_arrears_item_rel r
                  JOIN arrears_action a ON a.id = r.arrears_action_id
                 WHERE r.arrears_item_id = ANY(%s)
                   AND a.kind IN ('handover', 'termination') AND a.state IN %s
                """,
                self.ids,
                tuple(DELIVERY_STATES),
            )
        )
        found = defaultdict(list)
        actions = self.env["arrears.action"].browse({action for _item, action in pairs})
        for item_id, action_id in pairs:
            item = self.browse(item_id).with_prefetch(self._ids)
            action = actions.browse(action_id).with_prefetch(actions._ids)
            day = action.decided_on or action.run_id.date
            if item._is_of_this_cycle(action, day):
                fact = action._to_law(day)
                found[item_id].append(((day, action_id), fact))
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

    @api.model
    def _read_last_contacts(self, case_ids):
        """Return per case the last day on which a notice went out, or is about to: by case id."""
        self.env.flush_all()
        return dict(
            self.env.execute_query(
                SQL(
                    """
                    SELECT n.case_id, MAX(n.date) FROM arrears_notice n
                     WHERE n.state IN ('queued', 'sent') AND n.case_id = ANY(%s)
                  GROUP BY n.case_id
                    """,
                    list(case_ids),
                )
            )
        )
