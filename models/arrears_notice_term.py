"""The end of a notice's term: what is due now that the last day has passed unpaid."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ..law import collection_fee, facts
from .arrears_case import WORKED_STATES
from .arrears_item_ladder import to_decimal
from .arrears_stage import STATUTORY_KINDS

FRESH_TERM = timedelta(days=facts.FRESH_TERM_DAYS)


class ArrearsNotice(models.Model):
    _inherit = "arrears.notice"

    @api.model
    def _get_term_ended(self, day, company):
        """Return the 14-day notices whose last day lies before ``day``, not dealt with yet."""
        return self.search(
            Domain("company_id", "=", company.id)
            & Domain("state", "=", "sent")
            & Domain("kind", "in", STATUTORY_KINDS)
            & Domain("settled", "=", False)
            & Domain("last_day", "<", day)
            & (
                Domain("term_postponed_until", "=", False)
                | Domain("term_postponed_until", "<=", day)
            )
        )

    def _prepare_term_vals(self, run):
        """Return the actions that the end of these notices' terms asks for on the run's day.

        While a hold or an arrangement lasts, and during the fresh term after it, nothing is
        charged or suspended; the notice then waits.
        """
        open_items = {notice: notice._still_open_items() for notice in self}
        # Premium that was paid by now, but late, leaves the fee due; the cover is not touched then.
        pending = self.filtered(lambda n: open_items[n] or n.fee_id._still_announced())
        waiting = pending._get_paused(run.date)
        ended = pending - waiting
        verdicts = ended._judge_suspensions(run.date)
        suspendable = ended._get_suspendable(run.date, verdicts)
        # A notice whose suspension comes later, by a rule of cover, is looked at again tomorrow.
        (self - waiting - ended._get_later_suspensions(verdicts)).settled = True
        vals_list = []
        for notice in ended:
            common = notice._prepare_term_end_vals(run, open_items[notice])
            if fee := notice.fee_id._still_announced():
                vals_list.append({**common, "kind": "fee", "amount": fee.amount})
            vals_list += [
                {
                    **common,
                    "kind": "suspend",
                    "policy_id": policy.id,
                    "why": {**common["why"], **verdicts[notice][policy].why},
                }
                for policy in suspendable[notice]
            ]
        return vals_list

    def _prepare_term_end_vals(self, run, items):
        """Return what fee and suspension of a notice whose term has ended have in common."""
        self.ensure_one()
        return {
            "run_id": run.id,
            "case_id": self.case_id.id,
            "stage_id": self.stage_id.id,
            "notice_id": self.id,
            "item_ids": [fields.Command.set(items.ids)],
            "amount": sum(items.mapped("amount_open")),
            "automatic": self.stage_id.automatic,
            "why": {
                "notice": self.name,
                "sent_on": str(self.sent_on),
                "received_on": str(self.received_on),
                "last_day": str(self.last_day),
            },
        }

    def _get_paused(self, day):
        """Return the notices for which a hold, an arrangement or the fresh term after one runs.

        A hold on one of its premiums pauses the whole notice: its fee is one amount over all. So
        does an invoice that a colleague keeps out, and a case that is no longer worked.

        :param day: business day
        """
        items = self.line_ids.item_id
        holds, left_alone = items._get_holds(), items._get_left_alone()
        returned = items._get_returns(day)
        paused = set()
        for notice in self:
            mine = notice.line_ids.item_id
            over = self.env["arrears.hold"].sudo().union(*(holds[item] for item in mine))
            sent = notice.sent_on
            ended = [hold.end for hold in over if sent and hold.end and hold.end >= sent]
            ended += [on for item in mine for on in returned.get(item.id, ())]
            if (
                notice.case_id.state not in WORKED_STATES
                or over._active_on(day)
                or mine.handover_id
                or mine.arrangement_id
                or not left_alone.isdisjoint(mine.ids)
                or any(day <= end + FRESH_TERM for end in ended)
            ):
                paused.add(notice.id)
        return self.filtered(lambda notice: notice.id in paused)

    def _law_reminder(self, policy):
        """Return this notice as an earlier reminder of a policy, for the fee's cumulation."""
        self.ensure_one()
        by_policy = (self.why or {}).get("fee", {}).get("by_policy", {})
        charged = self.fee_id.state in ("announced", "booked")
        items = self.line_ids.item_id.filtered(lambda item: policy in item.policy_ids)
        return collection_fee.Reminder(
            day=self.received_on,
            fee=to_decimal(by_policy.get(str(policy.id), 0)) if charged else to_decimal(0),
            stayed_unpaid=any(not i.settled_on or i.settled_on > self.last_day for i in items),
        )
