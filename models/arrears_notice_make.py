"""How a notice is made: what it covers, what it announces, how and by when."""

from datetime import timedelta

from odoo import api, fields, models

from ..law import notice as law_notice
from ..law.parameters import DECREED_HOLIDAYS, TERM_DAYS
from .arrears_notice import TERM_KINDS

# A notice names a day on which payment is certainly in time: two days are added to the assumed
# day of receipt, so that slow post never makes that day come too early.
STATED_DAY_MARGIN = timedelta(days=2)


class ArrearsNotice(models.Model):
    _inherit = "arrears.notice"

    @api.model
    def _make(self, action, items):
        """Make one notice on the day of the action's run: see ``_make_all``."""
        return self._make_all([(action, items)], action.run_id.date)

    @api.model
    def _make_all(self, pairs, day):
        """Make one notice per action, over its items that are due for the same stage.

        The database refuses a second live notice for the same item and stage, so a notice is
        claimed here, before anything is rendered or sent.

        :param pairs: list of (action that proposed it, its items that are due now and unpaid)
        :param day: business day
        :return: the notices, queued, in the order of the pairs
        """
        all_items = self.env["arrears.item"].union(*(items for _action, items in pairs))
        weights = all_items._get_premium_weights()
        at_risk = all_items._policies_at_risk_by_item()
        fees, interests = self.env["arrears.fee"], self.env["arrears.interest"]
        histories, stated = {}, {}
        vals_list = []
        for action, items in pairs:
            case, stage = action.case_id, action.stage_id
            vals = self._prepare_notice_vals(action, items, day)
            received_on = self._assumed_receipt(day, vals["channel"], action.company_id)
            if received_on not in histories:
                histories[received_on] = fees._get_histories_before(
                    all_items.policy_ids, received_on
                )
            if stage.kind not in stated:
                stated[stage.kind] = interests._get_stated(all_items, stage.kind, day)
            claims = items._law_claims(weights=weights)
            fee = self._announce_fee(
                case, stage, items, received_on, claims, histories[received_on]
            )
            interest = {item: row for item, row in stated[stage.kind].items() if item in items}
            self._check_charges_bookable(case, stage.kind, fee, interest)
            vals |= {
                "stated_last_day": self._get_stated_last_day(stage, day, received_on, items),
                "names_suspension": stage.names_suspension and any(at_risk[item] for item in items),
                "fee_announced": float(fee.amount) if fee else 0.0,
                "fee_vat": float(self._get_fee_vat(case, fee, day)),
                "interest_stated": float(interests._total(interest)),
                "why": {
                    "fee": self._describe_fee(fee),
                    "interest": interests._describe(interest),
                    "action": action.why,
                },
            }
            vals_list.append(vals)
        return self.create(vals_list)

    @api.model
    def _prepare_notice_vals(self, action, items, day):
        """Return whom a notice goes to, how, and what it is about."""
        case = action.case_id
        recipient = self._get_recipient(case)
        return {
            # A look at a letter uses no number: see _preview.
            "name": self.env._("Preview") if self.env.context.get("arrears_preview") else False,
            "case_id": case.id,
            "stage_id": action.stage_id.id,
            "kind": action.stage_id.kind,
            "run_id": action.run_id.id,
            "date": day,
            "channel": "email" if recipient._may_receive_electronic_notices(day) else "post",
            "recipient_id": recipient.id,
            "lang": recipient.lang or case.company_id.partner_id.lang or "nl_NL",
            "amount_total": sum(items.mapped("amount_open")),
            "line_ids": [
                fields.Command.create(
                    {
                        "item_id": item.id,
                        "cycle": item.cycle,
                        "reference": item.reference,
                        "due_date": item.due_date,
                        "amount": item.amount_open,
                    }
                )
                for item in items
            ],
        }

    @api.model
    def _get_recipient(self, case):
        """Return who gets the notice: the debtor's invoice address when there is one."""
        return self.env["res.partner"].browse(case.partner_id.address_get(["invoice"])["invoice"])

    @api.model
    def _assumed_receipt(self, sent_on, channel, company):
        safety = company.arrears_post_safety_days if channel == "post" else 0
        return law_notice.assumed_receipt(
            sent_on, channel, safety_days=safety, extra_holidays=DECREED_HOLIDAYS
        )

    @api.model
    def _last_day_to_pay(self, received_on):
        return law_notice.last_day_to_pay(received_on, extra_holidays=DECREED_HOLIDAYS)

    @api.model
    def _get_stated_last_day(self, stage, day, received_on, items):
        """Return the day that the notice names as certainly in time.

        A reminder has no statutory term: it names the day before the next step could come.
        """
        if stage.kind in TERM_KINDS:
            return self._last_day_to_pay(received_on + STATED_DAY_MARGIN)
        following = items._get_later_stages(stage)[:1]
        if not following.delay_days:
            return day + timedelta(days=TERM_DAYS)
        return following._to_law().first_day_after(day)

    @api.model
    def _announce_fee(self, case, stage, items, received_on, claims, histories):
        """Return the fee that a notice may announce as a law.FeeResult, or None.

        :param claims: what is open per policy, as ``law`` Claims
        :param histories: see ``arrears.fee._get_histories_of``
        """
        if not stage.charges_fee or not items._may_cause_fee(received_on):
            return None
        if stage.kind == "business_notice" and not case._owes_fee_at_once(stage.kind):
            return None  # a consumer owes nothing after a notice that is no 14-day letter
        fees = self.env["arrears.fee"]
        mine = fees._select_histories(histories, items.policy_ids, received_on)
        return fees._explain(case, stage.kind, claims, received_on, mine)

    @api.model
    def _describe_fee(self, fee):
        """Return a fee's explanation as it is stored: the rule, its inputs, each policy's part."""
        if fee is None:
            return {}
        return {
            "rule": fee.rule,
            "inputs": dict(fee.inputs),
            "by_policy": {policy: str(amount) for policy, amount in fee.by_policy.items()},
        }
