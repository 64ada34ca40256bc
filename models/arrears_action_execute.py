"""Carrying out what was proposed, after a last look at the facts: set-based, case by case safe."""

import logging

from odoo import models
from odoo.exceptions import ConcurrencyError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from ..law import cover
from . import bulk
from .arrears_action import ENGINE_KINDS

_logger = logging.getLogger(__name__)


class ArrearsAction(models.Model):
    _inherit = "arrears.action"

    def _execute(self, day):
        """Carry out these actions on ``day``, as one piece; a piece that fails is cut per case.

        One bad case never stops the others: it is skipped with its error.

        :param day: business day; what is open, on hold or too early is looked at again for it
        """
        # Another worker may be at these very actions; what it has locked it also finishes.
        actions = self.try_lock_for_update().filtered(
            lambda action: action.state == "proposed" and action.kind in ENGINE_KINDS
        )
        try:
            with self.env.cr.savepoint():
                actions._execute_cases(day)
        except (*PG_CONCURRENCY_EXCEPTIONS_TO_RETRY, ConcurrencyError):
            # Another process was faster; whoever commits these pieces tries again from there.
            raise
        except Exception as error:
            self.env.invalidate_all(flush=False)
            by_case = actions.grouped("case_id")
            if len(by_case) > 1:
                for mine in by_case.values():
                    mine._execute(day)
                return
            case = actions.case_id
            _logger.warning("Arrears case %s was skipped: %s", case.name, error, exc_info=True)
            actions._skip("error", str(error))

    def _execute_cases(self, day):
        """Carry out the actions of these cases: fee and cover before the next notice."""
        free = self.case_id.try_lock_for_update()
        actions = self.filtered(lambda action: action.case_id in free)
        (self - actions)._skip("locked")
        by_kind = actions.grouped("kind")
        for kind in ENGINE_KINDS:
            if mine := by_kind.get(kind):
                made = {}
                reasons = getattr(mine, f"_execute_{kind}")(day, made)
                mine._close(reasons, made, day)
        self.env["arrears.item"].search(
            [("case_id", "in", free.ids), ("settled_on", "=", False)]
        )._project(day)

    def _close(self, reasons, made, day):
        """Mark these actions as done, or as skipped where there is a reason.

        :param reasons: dict from action to a skip reason
        :param made: dict from action to what it made: the values of a field
        """
        done = {"state": "done", "decided_on": day}
        bulk.update(
            self.browse(),
            [
                {"id": action.id, **done, **made.get(action, {})}
                for action in self
                if action not in reasons
            ],
        )
        skipped = self.browse([action.id for action in reasons])
        for reason, mine in skipped.grouped(lambda action: reasons[action]).items():
            mine._skip(reason)

    def _execute_notice(self, day, made):
        """Make the notices over what is still due now.

        :param made: filled with the notice of each action
        :return: dict from action to the reason why it is skipped
        """
        rows = self.item_ids._read_rows()
        rows = {k: row for k, row in rows.items() if row.amount_open > 0 and not row.settled_on}
        items = self.item_ids.browse(rows)
        decisions = items._decide_rows(day, rows, items._read_notice_rows())
        credits = self.case_id._get_waiting_credits()
        reasons, pairs = {}, []
        for action in self:
            still_open = items.browse([id_ for id_ in action.item_ids._ids if id_ in rows])
            stage = str(action.stage_id.id)
            due = [
                id_
                for id_ in still_open._ids
                if decisions[id_].stage == stage and decisions[id_].day <= day
            ]
            if action.case_id in credits:
                reasons[action] = "credit_waits"
            elif due:
                pairs.append((action, items.browse(due).with_prefetch(items._ids)))
            elif not still_open:
                reasons[action] = "nothing_open"
            else:
                held = any(decisions[id_].reason == "on_hold" for id_ in still_open._ids)
                reasons[action] = "on_hold" if held else "not_due"
        notices = self.env["arrears.notice"]._make_all(pairs, day)
        for (action, _due), notice in zip(pairs, notices, strict=True):
            made[action] = {"notice_id": notice.id}
        to_call = [
            notice.id
            for (action, _due), notice in zip(pairs, notices, strict=True)
            if action.stage_id.asks_call
        ]
        self.env["arrears.phone.call"]._schedule_calls(notices.browse(to_call), day)
        return reasons

    def _execute_fee(self, day, _made):
        """Book what is due of the announced fees; return the reasons of those skipped."""
        reasons = self._get_term_obstacles(day)
        mine = self.filtered(lambda action: action not in reasons)
        charged = mine.notice_id.fee_id._charge(day)
        for action in mine:
            if not action.notice_id.fee_id & charged:
                reasons[action] = "nothing_open"
        return reasons

    def _get_term_obstacles(self, day):
        """Return why the end of a term has no effect now: dict from action to a skip reason.

        In test mode a customer hears nothing, so nothing may happen to him either. Money that
        waits to be matched may have paid what this is about.
        """
        credits = self.case_id._get_waiting_credits()
        paused = self.notice_id._get_paused(day)
        reasons = {}
        for action in self:
            if action.company_id.arrears_test_email:
                reasons[action] = "test_mode"
            elif action.notice_id in paused:
                reasons[action] = "on_hold"
            elif action.case_id in credits:
                reasons[action] = "credit_waits"
        return reasons

    def _execute_suspend(self, day, _made):
        """Suspend the cover of policies; return the reasons where the law forbids it now."""
        reasons = self._get_term_obstacles(day)
        mine = self.filtered(lambda action: action not in reasons)
        verdicts = mine.notice_id._judge_suspensions(day)
        suspendable = mine.notice_id._get_suspendable(day, verdicts)
        vals_list, seen = [], self.env["insurance.policy"]
        for action in mine:
            policy, notice = action.policy_id, action.notice_id
            if policy not in suspendable[notice] or policy in seen:
                reasons[action] = "nothing_open"
                continue
            seen |= policy
            start = cover.suspends_on(notice.last_day, decided_on=day)
            vals = policy._prepare_gap_vals(start, notice, action.why)
            waited_for = verdicts[notice][policy].final_notice
            vals_list.append({**vals, "final_notice_id": waited_for.id})
        self.env["insurance.coverage.gap"]._open(vals_list)
        return reasons

    def _skip(self, reason, detail=None):
        """Set these actions aside with the reason; the next run looks at their items again."""
        self.write({"state": "skipped", "skip_reason": reason, "skip_detail": detail})
        terms = self.filtered(lambda action: action.kind in ("fee", "suspend"))
        terms.notice_id.filtered(
            lambda notice: notice._still_open_items() or notice.fee_id._still_announced()
        ).write({"settled": False})
