"""An arrangement is made: of what, over which days, within which limits."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..law import arrangement as law
from .arrears_item_ladder import to_decimal

SOURCE_FIELDS = {
    "arrears.item": "item_id",
    "arrears.fee": "fee_id",
    "arrears.interest": "interest_id",
}


@dataclass(frozen=True)
class Terms:
    """What the parties agree on.

    `first_day`: last day to pay the first instalment, inclusive. `count` or `part` (euros), not
    both. `every`, `day_of_month`, `rest`: see `law.arrangement.plan`. A deferral is one instalment.
    """

    first_day: date
    count: int | None = None
    part: Decimal | None = None
    every: str = "month"
    day_of_month: int | None = None
    rest: str = "last"


class ArrearsArrangement(models.Model):
    _inherit = "arrears.arrangement"

    @api.model
    def _plan(self, amount, terms, day, company):
        """Return the instalments over an amount and the limits that they go beyond.

        :param amount: Decimal euros
        :param terms: Terms
        :param day: business day; no instalment lies before it
        :return: (instalments of ``law.arrangement``, codes of ``law.arrangement.beyond``)
        :raise UserError: in words, for terms that cannot be
        """
        if terms.first_day < day:
            raise UserError(self.env._("The first day to pay has passed already."))
        try:
            plan = law.plan(
                amount,
                terms.first_day,
                count=terms.count,
                part=terms.part,
                every=terms.every,
                day_of_month=terms.day_of_month,
                rest=terms.rest,
            )
        except (ValueError, TypeError) as error:
            raise UserError(
                self.env._(
                    "This cannot be paid like that. Choose another number of instalments, or "
                    "another amount."
                )
            ) from error
        return plan, law.beyond(plan, company._get_arrangement_limits(), day)

    @api.model
    def _make(self, sources, terms, day, *, kind="arrangement", origin="office", note=False):
        """Make a draft over what is open of these premiums, fees and interests of one debtor.

        Called as the service, after the caller's right was checked.

        :param sources: list of records: arrears.item, arrears.fee, arrears.interest; in the order
            in which they are paid, see ``_get_sources``
        :param terms: Terms
        :param day: business day
        :return: the arrangement, a draft; nothing is frozen yet
        :raise UserError: in words, where it cannot be
        """
        self._check_sources(sources)
        company, case = sources[0].company_id, sources[0].case_id
        total = sum((to_decimal(source.amount_open) for source in sources), Decimal(0))
        plan, beyond = self._plan(total, terms, day, company)
        return self.create(
            {
                "company_id": company.id,
                "partner_id": case.partner_id.id,
                "kind": kind,
                "origin": origin,
                "every": terms.every,
                "day_of_month": terms.day_of_month or terms.first_day.day,
                "needs_approval": bool(beyond),
                "user_id": case.user_id.id,
                "note": note,
                "case_ids": [fields.Command.set([s.case_id.id for s in sources])],
                "line_ids": self._prepare_lines(sources),
                "instalment_ids": self._prepare_instalments(plan),
            }
        )

    @api.model
    def _prepare_lines(self, sources, first=1):
        """Return the commands that put these sources in an arrangement.

        :param first: sequence of the first of them
        """
        lines = self.env["arrears.arrangement.line"]
        move_lines = self.env["account.move.line"].union(*(s.move_line_id for s in sources))
        payments = lines._read_payments(move_lines)
        return [
            fields.Command.create(
                {
                    SOURCE_FIELDS[source._name]: source.id,
                    "sequence": number,
                    "amount": source.amount_open,
                    "paid_before": float(
                        sum((paid for _day, paid in payments[source.move_line_id]), Decimal(0))
                    ),
                }
            )
            for number, source in enumerate(sources, start=first)
        ]

    @api.model
    def _prepare_instalments(self, plan, last=0):
        """Return the commands that add the instalments of a plan.

        :param last: number of the last instalment that is there
        """
        return [
            fields.Command.create(
                {"number": last + each.number, "date": each.day, "amount": float(each.amount)}
            )
            for each in plan
        ]

    @api.model
    def _get_sources(self, items, with_charges=True):
        """Return what an arrangement over these items is about, in the order of payment.

        :param items: arrears.item; what is settled, in an arrangement or with a collector already,
            or collected by the insurer is left out
        :param with_charges: with the fees and interest that are due over them
        :return: list of records, premium first
        """
        items = items.filtered(
            lambda item: (
                not item.settled_on
                and item.amount_open > 0
                and item.move_line_id
                and not item.handover_id
                and not item.arrangement_id
            )
        ).sorted(lambda item: (item.due_date, item.id))
        sources = list(items)
        if with_charges:
            fees = items.notice_line_ids.notice_id.fee_id | items.case_id.fee_ids.filtered(
                lambda fee: not fee.notice_id.line_ids.item_id.filtered(lambda i: not i.settled_on)
            )
            interests = items.interest_ids
            busy = self.env["arrears.arrangement.line"]._search_running(
                items.browse(), fees, interests
            )
            away = self.env["arrears.handover"]
            fees -= busy.fee_id | away._get_with_collector(fees, "fee_id")
            interests -= busy.interest_id | away._get_with_collector(interests, "interest_id")
            sources += [fee for fee in fees if fee.amount_open > 0]
            sources += [charge for charge in interests if charge.amount_open > 0]
        return sources

    @api.model
    def _check_sources(self, sources, items=None):
        """Refuse an arrangement over nothing, over two debtors or two companies.

        :param items: what somebody asked an arrangement for, to say why nothing is left of it
        """
        if not sources:
            raise UserError(self._get_no_sources_message(items))
        if len({(s.case_id.partner_id, s.company_id) for s in sources}) > 1:
            raise UserError(self.env._("An arrangement is made with one debtor of one company."))

    @api.model
    def _get_no_sources_message(self, items):
        """Return in words why no arrangement can be made over these items."""
        still = (items or self.env["arrears.item"]).filtered(lambda item: item.amount_open > 0)
        if still and all(item.source == "insurer_list" for item in still):
            return self.env._(
                "The insurer collects this itself: only the insurer can make an arrangement."
            )
        if still and all(item.handover_id for item in still):
            return self.env._(
                "A collector has this. Take it back first, or ask the collector for an arrangement."
            )
        if still and all(item.arrangement_id for item in still):
            return self.env._("This is in an arrangement already.")
        return self.env._("Nothing is open that an arrangement can be made for.")
