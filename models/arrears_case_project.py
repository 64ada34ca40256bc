"""Stage, next step and state of a case follow from its items, notices and holds."""

from datetime import date
from operator import attrgetter
from typing import NamedTuple

from odoo import models
from odoo.tools import SQL, groupby

from . import bulk
from .arrears_case import WORKED_STATES

STEPS = ("stage_id", "stage_kind", "next_stage_id", "next_step_date")


class CaseRow(NamedTuple):
    """A case, with one of its items that are not settled: nothing where there is none."""

    id: int
    state: str
    stage_id: int | None
    stage_kind: str | None
    next_stage_id: int | None
    next_step_date: date | None
    sequence: int | None
    item_id: int | None
    item_stage_id: int | None
    item_stage_kind: str | None
    item_sequence: int | None
    item_next_stage_id: int | None
    item_next_step_date: date | None
    handover_id: int | None
    arrangement_id: int | None


class ArrearsCase(models.Model):
    _inherit = "arrears.case"

    def _project(self, day):
        """Bring stage, next step and state in line with the items, holds and notices.

        The stored values are a projection: doing it again changes nothing.
        """
        rows = self._project_steps(day)
        held = set(self._get_held(day)._ids)
        collected = set(self._get_collected())
        changes = []
        for id_, mine in rows.items():
            if mine[0].state not in WORKED_STATES:
                continue
            arranged = any(row.arrangement_id for row in mine)
            own = "held" if id_ in held else "arranged" if arranged else "open"
            state = "handed_over" if id_ in collected else own
            if state != mine[0].state:
                changes.append({"id": id_, "state": state})
        bulk.update(self.browse(), changes)

    def _get_collected(self):
        """Return the ids of these cases of which a collector collects something now."""
        running = self.env["arrears.handover"].search(
            [("case_id", "in", self.ids), ("state", "=", "handed_over")]
        )
        return running.case_id.ids

    def _project_steps(self, day=None):
        """Bring stage and next step in line with the items that are not settled.

        A case that is kept open by a fee alone keeps the stage it reached, and nothing comes next;
        nor does anything for what somebody else collects or what is in an arrangement.

        :param day: business day; None: the day of the last credit, when a payment was heard
        :return: dict from case id to its ``CaseRow``s
        """
        rows = self._read_case_rows()
        changes, moved = [], []
        for id_, mine in rows.items():
            values, sequence = _get_steps(mine)
            if values != mine[0][2:6]:
                changes.append({"id": id_, **dict(zip(STEPS, values, strict=True))})
            before, stage_id = mine[0].stage_id, values[0]
            if stage_id != before:
                higher = stage_id and (not before or sequence > mine[0].sequence)
                moved.append((id_, before, stage_id, higher))
        bulk.update(self.browse(), changes)
        self._record_stages(moved, day)
        return rows

    def _read_case_rows(self):
        """Return these cases with what is open in them: dict from id to ``CaseRow``s."""
        self.env.flush_all()
        found = self.env.execute_query(
            SQL(
                """
                SELECT c.id, c.state, c.stage_id, c.stage_kind, c.next_stage_id, c.next_step_date,
                       t.sequence, i.id, i.stage_id, s.kind, s.sequence, i.next_stage_id,
                       i.next_step_date, i.handover_id, i.arrangement_id
                  FROM arrears_case c
             LEFT JOIN arrears_stage t ON t.id = c.stage_id
             LEFT JOIN arrears_item i ON i.case_id = c.id AND i.settled_on IS NULL
             LEFT JOIN arrears_stage s ON s.id = i.stage_id
                 WHERE c.id = ANY(%s)
              ORDER BY c.id, i.due_date, i.id
                """,
                self.ids,
            )
        )
        return dict(groupby(map(CaseRow._make, found), key=attrgetter("id")))

    def _record_stages(self, moved, day):
        """Keep in the history which cases came to another stage, and by which notice.

        :param moved: list of (case id, id of the stage before, id of the stage now, is it higher)
        """
        last = self._get_last_notices([id_ for id_, *_stages in moved])
        cases = self.browse([id_ for id_, *_stages in moved])
        self.env["arrears.case.history"]._record_each(
            [
                {
                    "case_id": id_,
                    "event": "stage",
                    "day": day or self.browse(id_).with_prefetch(cases._ids)._last_credit_day(),
                    "from_stage_id": before,
                    "to_stage_id": stage_id,
                    "notice_id": last.get((id_, stage_id)) if higher else None,
                    "reason": "notice" if higher else "paid_or_withdrawn",
                }
                for id_, before, stage_id, higher in moved
            ]
        )

    def _get_last_notices(self, ids):
        """Return the last notice of each stage that stands: dict from (case id, stage id)."""
        groups = self.env["arrears.notice"]._read_group(
            [("case_id", "in", ids), ("state", "in", ("queued", "sent"))],
            ["case_id", "stage_id"],
            ["id:max"],
        )
        return {(case.id, stage.id): id_ for case, stage, id_ in groups}


def _get_steps(rows):
    """Return what STEPS names of one case, and the place of its stage.

    :param rows: its ``CaseRow``s, in the order of their due dates
    """
    case = rows[0]
    live = [row for row in rows if row.item_id]
    ours = [row for row in live if not row.handover_id and not row.arrangement_id]
    upcoming = [row for row in ours if row.item_next_step_date and case.state in WORKED_STATES]
    first = min(upcoming, key=attrgetter("item_next_step_date"), default=None)
    following = (first.item_next_stage_id, first.item_next_step_date) if first else (None, None)
    if not live:
        return (case.stage_id, case.stage_kind, *following), case.sequence
    reached = [row for row in live if row.item_stage_id]
    # Of equal stages, of two versions of a procedure, that of the item that is due last.
    top = max(reversed(reached), key=attrgetter("item_sequence"), default=None)
    if not top:
        return (None, "new", *following), None
    return (top.item_stage_id, top.item_stage_kind, *following), top.item_sequence
