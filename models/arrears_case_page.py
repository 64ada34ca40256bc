"""What a customer's own page shows: what is open, with whom, what was paid of it.

The methods named ``_get_page_*`` are called as the service, on all cases of one customer in one
company, in the customer's language; what they return are plain values and the customer's records.
"""

from odoo import api, models

from .arrears_arrangement import FREEZING
from .arrears_item_ladder import to_decimal
from .in_words import get_locale, say_amount, say_day


class ArrearsCase(models.Model):
    _inherit = "arrears.case"

    @api.model
    def _get_page_cases(self, debtor, company):
        """Return all cases of a customer in a company, closed ones too, the newest first."""
        mine = [("partner_id", "=", debtor.id), ("company_id", "=", company.id)]
        return self.search(mine, order="id desc")

    # === IN THE WORDS OF THE PAGE === #

    @api.model
    def _get_page_locale(self):
        return get_locale(self.env.lang)

    def _page_amount(self, amount):
        """Return an amount as the customer writes it, such as € 45,00."""
        currency = self[:1].currency_id or self.env.company.currency_id
        return say_amount(to_decimal(amount), currency, self._get_page_locale())

    @api.model
    def _page_day(self, day, pattern="d MMMM y"):
        """Return a day written out, such as 18 maart 2026; no day is no text."""
        return say_day(day, pattern, self._get_page_locale())

    @api.model
    def _page_policy(self, policy):
        """Return how a customer knows a policy, as the letters say it."""
        return self.env["arrears.notice"].new({})._policy_label(policy)

    def _page_policies(self, policies):
        return ", ".join(self._page_policy(policy) for policy in policies)

    # === WHAT IS OPEN === #

    def _get_page_sources(self):
        """Return the open premiums, fees and interest of these cases, by who collects them.

        :return: dict with "ours", "collector" and "insurer", each a list of records, premium first
        """
        running = self.handover_ids._running().line_ids
        away = {*running.item_id, *running.fee_id, *running.interest_id}
        items = self.item_ids.filtered(lambda i: not i.settled_on and i.amount_open > 0)
        found = {"ours": [], "collector": [], "insurer": []}
        for source in [
            *items.sorted(lambda i: (i.due_date, i.id)),
            *self.fee_ids.filtered(lambda fee: fee.amount_open > 0).sorted("id"),
            *self.interest_ids.filtered(lambda charge: charge.amount_open > 0).sorted("id"),
        ]:
            with_collector = source in away or (source._name == items._name and source.handover_id)
            if source.case_id.collected_by == "insurer":
                found["insurer"].append(source)
            else:
                found["collector" if with_collector else "ours"].append(source)
        return found

    def _get_page_rows(self, sources, day):
        """Return the rows of what is open.

        :return: list of dicts: ``source``, ``label``, ``reference``, ``due``, ``amount``, ``paid``
            and ``open`` in words, ``note`` (why nothing happens with it now) or an empty text,
            ``payable`` (on this page, by itself)
        """
        items = self.env["arrears.item"].union(*(s for s in sources if s._name == "arrears.item"))
        holds = self._get_page_holds(items)
        return [
            self._prepare_page_row(source, holds[source]._active_on(day))
            if source._name == "arrears.item"
            else self._prepare_page_charge(source)
            for source in sources
        ]

    @api.model
    def _get_page_holds(self, items):
        """Return the holds over these items, those that are over too: dict from item to holds."""
        return items._get_holds()

    def _is_page_held(self, day):
        """Tell whether something that is open of these cases is on hold on ``day``."""
        items = self.item_ids.filtered(lambda item: not item.settled_on)
        return any(holds._active_on(day) for holds in self._get_page_holds(items).values())

    def _prepare_page_row(self, item, holds):
        line = item.move_line_id
        total = to_decimal(line.balance) if line else to_decimal(item.amount_open)
        paid = total - to_decimal(item.amount_open)
        return {
            "source": item,
            "item": item,
            "label": self._page_policies(item.policy_ids) or self.env._("Premium"),
            "reference": item.reference or "",
            "due": self._page_day(item.due_date),
            "amount": self._page_amount(total),
            "paid": self._page_amount(paid) if paid > 0 else "",
            "open": self._page_amount(item.amount_open),
            "note": self._get_page_note(item, holds),
            "payable": not item.arrangement_id,
        }

    def _prepare_page_charge(self, charge):
        is_fee = charge._name == "arrears.fee"
        return {
            "source": charge,
            "item": False,
            "label": self.env._("Collection costs") if is_fee else self.env._("Interest by law"),
            "reference": charge.notice_id.name if charge.notice_id.origin == "own" else "",
            "due": self._page_day(charge.notice_id.last_day),
            "amount": self._page_amount(charge.move_line_id.balance),
            "paid": "",
            "open": self._page_amount(charge.amount_open),
            "note": "",
            "payable": False,
        }

    def _get_page_note(self, item, holds):
        """Return in words why we ask nothing for an item now, or an empty text.

        Of a hold only a dispute is named: whatever else it is, the customer knows or need not read.
        """
        if item.arrangement_id.kind == "deferral":
            return self.env._("We agreed that you pay this later.")
        if item.arrangement_id:
            return self.env._("This is in your arrangement. You pay it in instalments.")
        if holds.filtered(lambda hold: hold.kind == "dispute"):
            return self.env._("You do not agree with this. We are looking into it.")
        return self.env._("This is on pause. We take no next step now.") if holds else ""

    def _get_page_open(self, day):
        """Return what is open: ``ours``, ``collectors`` and ``insurers``, with their sums."""
        sources = self._get_page_sources()
        ours = sources["ours"]
        items = self.env["arrears.item"].union(*(s for s in ours if s._name == "arrears.item"))
        held = {i for i, mine in self._get_page_holds(items).items() if mine._active_on(day)}
        free = [s for s in ours if not self._is_page_arranged(s)]
        premiums = [s for s in free if s._name == "arrears.item"]
        all_held = bool(premiums) and all(item in held for item in premiums)
        return {
            "rows": self._get_page_rows(ours, day),
            "to_pay": self._sum_page(free),
            "total": self._sum_page(ours),
            "has_free": bool(free),
            "all_held": all_held,
            "collectors": self._get_page_collectors(sources["collector"], day),
            "insurers": self._get_page_insurers(sources["insurer"], day),
        }

    def _is_page_arranged(self, source, started=False):
        """Tell whether a premium, fee or interest is in an arrangement that lasts.

        :param started: in one that has started; one that is proposed only does not count
        """
        states = ("active",) if started else FREEZING
        lines = self.arrangement_ids.filtered(lambda a: a.state in states).line_ids
        return source in {*lines.item_id, *lines.fee_id, *lines.interest_id}

    def _sum_page(self, sources):
        return self._page_amount(sum((to_decimal(s.amount_open) for s in sources), to_decimal(0)))

    def _get_page_collectors(self, sources, day):
        """Return per collector what it has, and how it is reached: it is paid there, not here."""
        lines = self.handover_ids._running().line_ids
        by_collector = {}
        for source in sources:
            line = lines.filtered(
                lambda ln, s=source: s in (ln.item_id, ln.fee_id, ln.interest_id)
            )[:1]
            handover = line.handover_id or source.handover_id
            by_collector.setdefault(handover, []).append(source)
        return [
            {
                "name": handover.collector_id.collector_trade_name
                or handover.collector_id.name
                or "",
                "phone": handover.collector_id.phone or "",
                "email": handover.collector_id.email or "",
                "reference": handover.collector_reference or handover.name,
                "rows": self._get_page_rows(mine, day),
                "total": self._sum_page(mine),
            }
            for handover, mine in by_collector.items()
        ]

    def _get_page_insurers(self, sources, day):
        """Return per insurer what it collects itself: it is paid there, not here."""
        by_insurer = {}
        for source in sources:
            by_insurer.setdefault(source.case_id.creditor_id, []).append(source)
        return [
            {
                "name": insurer.name,
                "phone": insurer.phone or "",
                "email": insurer.email or "",
                "rows": self._get_page_rows(mine, day),
                "total": self._sum_page(mine),
            }
            for insurer, mine in by_insurer.items()
        ]
