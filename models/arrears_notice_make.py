"""How a notice is made: what it covers, what it announces, how and by when."""

from datetime import timedelta

from odoo import api, fields, models

from ..law import collection_fee
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
        """Make the one notice of a case over the items that are due for the same stage.

        The database refuses a second live notice for the same item and stage, so a notice is
        claimed here, before anything is rendered or sent.

        :param action: the action that proposed it
        :param items: the items that are due now, unpaid, of one case
        :return: the notice, queued
        """
        case, stage, day = action.case_id, action.stage_id, action.run_id.date
        recipient = self._get_recipient(case)
        channel = self._choose_channel(recipient, day)[recipient]
        received_on = self._assumed_receipt(day, channel, case.company_id)
        fee = self._announce_fee(case, stage, items, received_on)
        return self.create(
            {
                "case_id": case.id,
                "stage_id": stage.id,
                "kind": stage.kind,
                "run_id": action.run_id.id,
                "date": day,
                "channel": channel,
                "recipient_id": recipient.id,
                "lang": recipient.lang or case.company_id.partner_id.lang or "nl_NL",
                "names_suspension": stage.names_suspension and bool(items._policies_at_risk()),
                "stated_last_day": self._get_stated_last_day(stage, day, received_on),
                "amount_total": sum(items.mapped("amount_open")),
                "fee_announced": float(fee.amount) if fee else 0.0,
                "why": {"fee": self._describe_fee(fee), "action": action.why},
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
        )

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
    def _get_stated_last_day(self, stage, day, received_on):
        """Return the day that the notice names as certainly in time.

        A reminder has no statutory term: it names the day before the next step could come.
        """
        if stage.kind in TERM_KINDS:
            return self._last_day_to_pay(received_on + STATED_DAY_MARGIN)
        later = stage.procedure_id.stage_ids.filtered(lambda s: s.sequence > stage.sequence)
        return day + timedelta(days=later[:1].delay_days or TERM_DAYS)

    @api.model
    def _announce_fee(self, case, stage, items, received_on):
        """Return the fee that this notice may announce as a law.FeeResult, or None."""
        if not stage.charges_fee or not items._may_cause_fee(received_on):
            return None
        policies = items.policy_ids
        return collection_fee.explain_letter_fee(
            items._law_claims(),
            received_on,
            self.env["arrears.fee"]._get_histories(policies, received_on),
            debtor=case.procedure_id.debtor_type,
        )

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
