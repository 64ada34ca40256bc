"""An arrangement that a customer proposes on the own page, and gets at once inside the bounds."""

from datetime import timedelta

from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..law import arrangement as law
from ..law import calendar
from .arrears_arrangement import FREEZING
from .arrears_arrangement_make import Terms
from .arrears_item_ladder import to_decimal

# The first instalment is paid within a month: what is later is a deferral.
FIRST_DAYS = timedelta(days=31)
# Who made an arrangement here that broke, or asked to pay later already, speaks with a colleague.
AGAIN_MONTHS = 6


class ArrearsCase(models.Model):
    _inherit = "arrears.case"

    # === WHAT CAN BE ARRANGED === #

    def _get_page_arrangeable(self, day):
        """Return what a customer may make an arrangement over by himself, in order of payment.

        Not what is on hold, with a collector, collected by the insurer, or arranged already.
        """
        ours = self.filtered(lambda case: case.collected_by == "office").item_ids
        holds = self._get_page_holds(ours)
        free = ours.filtered(lambda item: not holds[item]._active_on(day))
        running = self.handover_ids._running().line_ids
        away = {*running.item_id, *running.fee_id, *running.interest_id}
        sources = self.env["arrears.arrangement"]._get_sources(free)
        return [s for s in sources if s not in away and not self._is_page_arranged(s)]

    def _get_page_no_arrangement(self, day):
        """Return in words why no arrangement can be made here now, or an empty text."""
        company = self[:1].company_id
        if not company or not self._get_page_arrangeable(day):
            if self._is_page_held(day):
                return self.env._(
                    "What you owe is on pause, so an arrangement is not needed now. Call us if you "
                    "want to make one all the same."
                )
            return self.env._("Nothing is open that you can make an arrangement for.")
        if not company.arrears_arrangement_portal:
            return self.env._(
                "You cannot make an arrangement on this page. Call us or send us a message: we "
                "gladly look for a solution with you."
            )
        return ""

    def _get_page_bounds(self, day, kind):
        """Return what the office agrees to at once, for the form and for the refusal.

        :param kind: "arrangement" or "deferral"
        :return: dict: ``total`` (Decimal), ``smallest``, ``most`` (number of instalments),
            ``months``, ``first`` and ``last`` (days for the first payment, inclusive)
        """
        company = self[:1].company_id
        sources = self._get_page_arrangeable(day)
        total = sum((to_decimal(source.amount_open) for source in sources), to_decimal(0))
        limits = company._get_arrangement_limits()
        end = calendar.add_months(day, limits.months)
        first = day + timedelta(days=1)
        return {
            "total": total,
            "smallest": limits.smallest,
            "months": limits.months,
            "most": self._count_page_most(total, first, limits, day),
            "first": first,
            "last": end if kind == "deferral" else min(end, day + FIRST_DAYS),
        }

    def _count_page_most(self, total, first, limits, day):
        """Return the largest number of monthly instalments inside the bounds, at least 1."""
        most = 1
        for count in range(2, law.MOST_INSTALMENTS + 1):
            try:
                plan = law.plan(total, first, count=count)
            except ValueError:
                break
            if law.beyond(plan, limits, day):
                break
            most = count
        return most

    # === PROPOSING === #

    def _plan_page(self, day, kind, count, first_day):
        """Return the instalments that a customer asks for, when the office agrees to them at once.

        :param count: number of instalments, a whole number; a deferral is one
        :param first_day: last day to pay the first
        :return: (Terms, instalments)
        :raise UserError: in words that name the bounds
        """
        if reason := self._get_page_no_arrangement(day):
            raise UserError(reason)
        bounds = self._get_page_bounds(day, kind)
        outside = UserError(self._describe_page_bounds(bounds, kind))
        if not bounds["first"] <= first_day <= bounds["last"]:
            raise outside
        if kind == "arrangement" and not 2 <= count <= law.MOST_INSTALMENTS:
            raise outside
        terms = Terms(first_day=first_day, count=1 if kind == "deferral" else count)
        plan, beyond = self.env["arrears.arrangement"]._plan(
            bounds["total"], terms, day, self[:1].company_id
        )
        if beyond:
            raise outside
        if self._had_page_chance(day, kind):
            raise UserError(
                self.env._(
                    "You made an arrangement for this before. A new one we gladly make together "
                    "with you: call us or send us a message."
                )
            )
        return terms, plan

    def _describe_page_bounds(self, bounds, kind):
        words = {
            "first": self._page_day(bounds["first"]),
            "last": self._page_day(bounds["last"]),
            "most": bounds["most"],
            "smallest": self._page_amount(bounds["smallest"]),
        }
        if kind == "deferral":
            return self.env._(
                "On this page you can choose a day from %(first)s up to and including %(last)s. Do "
                "you need more time? Call us or send us a message: then we look together.",
                **words,
            )
        if bounds["most"] < 2:
            return self.env._(
                "On this page an instalment is at least %(smallest)s, so this amount cannot be "
                "paid in parts. Choose to pay later, call us or send us a message.",
                **words,
            )
        return self.env._(
            "On this page you can choose 2 to %(most)s instalments of at least %(smallest)s each, "
            "the first from %(first)s up to and including %(last)s. A later start can mean fewer "
            "instalments. Do you need something else? Call us or send us a message: then we look "
            "together.",
            **words,
        )

    def _had_page_chance(self, day, kind):
        """Tell whether an arrangement of these items broke lately, or a deferral was given."""
        items = [s.id for s in self._get_page_arrangeable(day) if s._name == "arrears.item"]
        since = calendar.add_months(day, -AGAIN_MONTHS)
        before = Domain("state", "=", "broken")
        if kind == "deferral":
            before |= Domain("kind", "=", "deferral") & Domain("state", "!=", "draft")
        return bool(
            self.env["arrears.arrangement"].search_count(
                Domain("line_ids.item_id", "in", items)
                & Domain("proposed_on", ">=", since)
                & before,
                limit=1,
            )
        )

    def _arrange_page(self, day, kind, count, first_day):
        """Make the arrangement that a customer asks for; it starts at once.

        :return: the arrangement
        :raise UserError: in words, outside the bounds
        """
        terms, _plan = self._plan_page(day, kind, count, first_day)
        arrangements = self.env["arrears.arrangement"]
        made = arrangements._make(
            self._get_page_arrangeable(day), terms, day, kind=kind, origin="portal"
        )
        if made.needs_approval:
            raise UserError(self._describe_page_bounds(self._get_page_bounds(day, kind), kind))
        # The customer's word is there already: no letter asks for it.
        made.write({"accepted_on": day, "accepted_via": "portal"})
        made._propose(day, needs_acceptance=True)
        made.case_ids._record_page(
            day, self.env._("The customer made arrangement %s.", made.name), made.amount
        )
        return made

    def _asks_page(self, arrangement):
        """Tell whether an arrangement waits for the customer's word, and for nobody else's."""
        return (
            arrangement.state == "proposed"
            and arrangement.needs_acceptance
            and not arrangement.accepted_on
            and bool(arrangement.approved_by_id or not arrangement.needs_approval)
        )

    def _accept_page(self, arrangement, day):
        """The customer accepts a proposal of the office.

        :raise UserError: in words, when it is too late or no proposal
        """
        if not self._asks_page(arrangement):
            raise UserError(self.env._("This proposal does not need your answer any more."))
        if arrangement.accept_by and arrangement.accept_by < day:
            raise UserError(
                self.env._(
                    "The last day to accept this proposal was %s. Call us or make a new one.",
                    self._page_day(arrangement.accept_by),
                )
            )
        arrangement._accept(day, "portal")
        arrangement.case_ids._record_page(
            day, self.env._("The customer accepted arrangement %s.", arrangement.name)
        )

    # === SHOWING === #

    def _get_page_arrangements(self, day):
        """Return the arrangements that last, as plain values for the page."""
        live = self.arrangement_ids.filtered(lambda a: a.state in FREEZING)
        return [self._prepare_page_arrangement(one, day) for one in live.sorted("id")]

    def _prepare_page_arrangement(self, arrangement, day):
        parts = arrangement.instalment_ids.sorted(lambda part: (part.date, part.id))
        ahead = parts.filtered(lambda part: part.amount_open > 0)[:1]
        asks = self._asks_page(arrangement)
        return {
            "record": arrangement,
            "name": arrangement.name,
            "active": arrangement.state == "active",
            "deferral": arrangement.kind == "deferral",
            "asks": asks and (not arrangement.accept_by or day <= arrangement.accept_by),
            "accept_by": self._page_day(arrangement.accept_by, "EEEE d MMMM y"),
            "amount": self._page_amount(arrangement.amount),
            "open": self._page_amount(arrangement.amount_open),
            "paused_until": self._page_day(
                arrangement.paused_until
                if arrangement.paused_until and arrangement.paused_until >= day
                else False
            ),
            "parts": [
                {
                    "id": part.id,
                    "number": part.number,
                    "day": self._page_day(part.date),
                    "amount": self._page_amount(part.amount),
                    "open": self._page_amount(part.amount_open),
                    "reference": part.payment_reference,
                    "state": self._get_page_part_state(part, ahead, day),
                    "words": self._get_page_part_words(part, ahead, day),
                    "payable": arrangement.state == "active" and part.amount_open > 0,
                }
                for part in parts
            ],
        }

    def _get_page_part_state(self, part, ahead, day):
        if part.amount_open <= 0:
            return "paid"
        if part.date < day:
            return "late"
        return "next" if part == ahead else "open"

    def _get_page_part_words(self, part, ahead, day):
        return {
            "paid": self.env._("Paid"),
            "late": self.env._("Not received yet"),
            "next": self.env._("Pay this one next"),
            "open": self.env._("Later"),
        }[self._get_page_part_state(part, ahead, day)]

    def _get_page_plan_rows(self, plan):
        """Return instalments that are not made yet, as they are shown before the confirmation."""
        return [
            {
                "number": each.number,
                "day": self._page_day(each.day, "EEEE d MMMM y"),
                "amount": self._page_amount(each.amount),
            }
            for each in plan
        ]

    def _record_page(self, day, reason, amount=0.0):
        """Put in the history of these cases what the customer did on the own page."""
        self.env["arrears.case.history"]._record(
            self, "portal", day=day, reason=reason, amount=amount
        )
