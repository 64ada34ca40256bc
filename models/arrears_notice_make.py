"""How a notice is made: what it covers, what it announces, how and by when."""

from datetime import timedelta

from odoo import api, models

from ..law import notice as law_notice
from ..law.facts import SERVICE_KINDS
from ..law.parameters import DECREED_HOLIDAYS, TERM_DAYS
from . import bulk
from .arrears_item_ladder import to_decimal
from .arrears_notice import ANNOUNCING_KINDS, TERM_KINDS

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
        if not pairs:
            return self.browse()
        rows = self._get_items_of(pairs)._read_rows()
        recipients = self._get_recipients([action.case_id for action, _items in pairs])
        contacts = self.env["res.partner"].union(*recipients.values())
        channels = self._choose_channel(contacts, day)
        later = self._get_stages_after(pairs, rows)
        at_risk = self._get_items_of(pairs, _costs_cover)._policies_at_risk_by_item()
        endings = self._prepare_ending_vals(pairs, at_risk, later, day)
        facts = self._read_charge_facts(pairs)
        receipts, stated = {}, {}
        vals_list = []
        for (action, items), following in zip(pairs, later, strict=True):
            stage, recipient = action.stage_id, recipients[action.case_id]
            key = channels[recipient], action.company_id
            if key not in receipts:
                receipts[key] = self._assumed_receipt(day, *key)
            terms = stage, receipts[key], following
            if terms not in stated:
                stated[terms] = self._get_stated_last_day(stage, day, receipts[key], following)
            vals_list.append(
                self._prepare_notice_vals(action, [rows[i] for i in items._ids], day, recipient)
                | {
                    "channel": channels[recipient],
                    "stated_last_day": stated[terms],
                    "names_suspension": stage.names_suspension
                    and any(at_risk[item] for item in items),
                }
                | endings[action]
                | self._prepare_charge_vals(action, items, day, receipts[key], facts)
            )
        return self._create_all(vals_list)

    @api.model
    def _get_items_of(self, pairs, wanted=None):
        """Return the items of all pairs, or of those whose stage is wanted."""
        return self.env["arrears.item"].browse(
            [
                id_
                for action, items in pairs
                if wanted is None or wanted(action.stage_id)
                for id_ in items._ids
            ]
        )

    @api.model
    def _get_stages_after(self, pairs, rows):
        """Return for each pair the stages that may follow its own for one of its items."""
        known, found = {}, []
        for action, items in pairs:
            mine = (rows[id_] for id_ in items._ids)
            key = action.stage_id, frozenset((row.procedure_id, row.opened_on) for row in mine)
            if key not in known:
                known[key] = items._get_later_stages(action.stage_id)
            found.append(known[key])
        return found

    @api.model
    def _create_all(self, vals_list):
        """Create notices with their lines, many at once.

        :param vals_list: values, with ``lines`` a list of the values of each line
        """
        self._give_numbers(vals_list)
        names = dict.fromkeys(name for vals in vals_list for name in vals if name != "lines")
        return bulk.insert(
            self,
            [{**dict.fromkeys(names), **_own(vals), "state": "queued"} for vals in vals_list],
            frozenset({"arrears.notice.line.live"}),
            line_ids=[[{"live": True, **line} for line in vals["lines"]] for vals in vals_list],
        )

    @api.model
    def _prepare_notice_vals(self, action, rows, day, recipient):
        """Return whom a notice goes to and what it is about.

        :param rows: ``ItemRow``s of what it is about
        """
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
            "amount_total": float(sum(to_decimal(row.amount_open) for row in rows)),
            "lines": [
                {
                    "item_id": row.id,
                    "cycle": row.cycle,
                    "reference": row.reference,
                    "due_date": row.due_date,
                    "amount": row.amount_open,
                }
                for row in rows
            ],
        }

    @api.model
    def _get_recipient(self, case):
        """Return who gets the notice: the debtor's invoice address when there is one."""
        return self.env["res.partner"].browse(case.partner_id.address_get(["invoice"])["invoice"])

    @api.model
    def _get_recipients(self, cases):
        """Return who gets the notices of each of these cases: see ``_get_recipient``."""
        partners = self.env["res.partner"].union(*(case.partner_id for case in cases))
        groups = partners._read_group([("parent_id", "in", partners.ids)], ["parent_id"])
        # Who has no other address is asked himself.
        several = {parent for (parent,) in groups} | set(partners.filtered("parent_id"))
        return {
            case: self._get_recipient(case) if case.partner_id in several else case.partner_id
            for case in cases
        }

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
    def _get_stated_last_day(self, stage, day, received_on, later):
        """Return the day that the notice names as certainly in time.

        A reminder has no statutory term: it names the day before the next step could come. A
        service message names none: the insurer decides when its premium has to be paid.

        :param later: the stages that may follow this one, in order
        """
        if stage.kind in SERVICE_KINDS:
            return False
        if stage.kind in TERM_KINDS:
            return self._last_day_to_pay(received_on + STATED_DAY_MARGIN)
        following = later[:1]
        if not following.delay_days:
            return day + timedelta(days=TERM_DAYS)
        return following._to_law().first_day_after(day)


def _costs_cover(stage):
    """Tell whether a notice of this stage says what can happen to the cover."""
    return stage.names_suspension or stage.kind in ANNOUNCING_KINDS


def _own(vals):
    """Return the values of a notice without those of its lines."""
    return {name: value for name, value in vals.items() if name != "lines"}
