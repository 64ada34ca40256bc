"""How a notice is made: what it covers, what it announces, how and by when."""

from datetime import timedelta

from odoo import api, fields, models

from ..law import notice as law_notice
from ..law.facts import SERVICE_KINDS
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
        recipients = {action.case_id: self._get_recipient(action.case_id) for action, _ in pairs}
        contacts = self.env["res.partner"].union(*recipients.values())
        channels = self._choose_channel(contacts, day)
        at_risk = all_items._policies_at_risk_by_item()
        endings = self._prepare_ending_vals(pairs, at_risk, day)
        facts = self._read_charge_facts(all_items)
        vals_list = []
        for action, items in pairs:
            stage, recipient = action.stage_id, recipients[action.case_id]
            channel = channels[recipient]
            received_on = self._assumed_receipt(day, channel, action.company_id)
            vals_list.append(
                self._prepare_notice_vals(action, items, day, recipient)
                | {
                    "channel": channel,
                    "stated_last_day": self._get_stated_last_day(stage, day, received_on, items),
                    "names_suspension": stage.names_suspension
                    and any(at_risk[item] for item in items),
                }
                | endings[action]
                | self._prepare_charge_vals(action, items, day, received_on, facts)
            )
        return self.create(vals_list)

    @api.model
    def _prepare_notice_vals(self, action, items, day, recipient):
        """Return whom a notice goes to and what it is about."""
        case = action.case_id
        return {
            # A look at a letter uses no number: see _preview.
            "name": self.env._("Preview") if self.env.context.get("arrears_preview") else False,
            "case_id": case.id,
            "stage_id": action.stage_id.id,
            "kind": action.stage_id.kind,
            "run_id": action.run_id.id,
            "date": day,
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

        A reminder has no statutory term: it names the day before the next step could come. A
        service message names none: the insurer decides when its premium has to be paid.
        """
        if stage.kind in SERVICE_KINDS:
            return False
        if stage.kind in TERM_KINDS:
            return self._last_day_to_pay(received_on + STATED_DAY_MARGIN)
        following = items._get_later_stages(stage)[:1]
        if not following.delay_days:
            return day + timedelta(days=TERM_DAYS)
        return following._to_law().first_day_after(day)
