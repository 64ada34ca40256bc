"""An arrangement is changed: planned anew, with more in it, or paused.

What was paid stays. An instalment that a change replaces is kept, archived; one that was paid in
part keeps that part. All instalments together are what was agreed, to the cent, at any moment.
"""

from datetime import timedelta
from decimal import Decimal

from odoo import fields, models
from odoo.exceptions import UserError

from ..law import arrangement as law
from .arrears_item_ladder import to_decimal


class ArrearsArrangement(models.Model):
    _inherit = "arrears.arrangement"

    def _change(self, terms, day, reason, user=None):
        """Plan what is open of these by now anew; the customer gets the new days.

        What rose above what was agreed, since an old payment was taken back, comes along.

        :param terms: Terms
        :param day: business day
        :param reason: why, for the history
        :param user: who does it: beyond the limits only a manager may, since what was agreed runs
            on until something else is; None: nobody is asked
        """
        for arrangement in self:
            arrangement._check_state("active")
            arrangement._plan_anew(terms, day, user)
            arrangement._record("arrangement_changed", day, reason=reason)
        self._tell("arrangement", day)

    def _add_items(self, items, day, terms, user=None):
        """Take more premiums of this debtor, with their charges, into an arrangement.

        :param items: arrears.item; what cannot be arranged is left out
        :param terms: Terms over all that is open then
        :param user: who does it, see ``_change``
        :raise UserError: in words, when nothing can be added
        """
        self.ensure_one()
        self._check_state("active")
        known = self.line_ids.mapped(lambda line: line._get_source_key())
        sources = [s for s in self._get_sources(items) if (s._name, s.id) not in known]
        self._check_sources(sources, items)
        if any(
            (s.case_id.partner_id, s.company_id) != (self.partner_id, self.company_id)
            for s in sources
        ):
            raise UserError(self.env._("An arrangement is made with one debtor of one company."))
        before = self.line_ids
        first = max(before.mapped("sequence"), default=0) + 1
        self.write(
            {
                "line_ids": self._prepare_lines(sources, first),
                "case_ids": [fields.Command.link(source.case_id.id) for source in sources],
            }
        )
        self._clear_the_way(day)
        (self.line_ids - before)._freeze(day)
        names = ", ".join(filter(None, (self.line_ids - before).mapped("reference")))
        self._change(terms, day, self.env._("Added: %s", names), user)

    def _plan_anew(self, terms, day, user):
        """Replace the instalments of which something is open by new ones over all that is open."""
        self._project_payments()
        self.line_ids._agree_anew()
        total = sum((to_decimal(line.amount_open) for line in self.line_ids), Decimal(0))
        if not total:
            raise UserError(self.env._("Everything in this arrangement is paid."))
        plan, beyond = self._plan(total, terms, day, self.company_id)
        if beyond and not _may_go_beyond(user):
            raise UserError(
                self.env._(
                    "This goes beyond what a handler may agree to. A manager can do it; until "
                    "then arrangement %s goes on as it is.",
                    self.name,
                )
            )
        self._keep_paid_parts()
        last = max(self.with_context(active_test=False).instalment_ids.mapped("number"), default=0)
        self.write(
            {
                "every": terms.every,
                "day_of_month": terms.day_of_month or terms.first_day.day,
                "instalment_ids": self._prepare_instalments(plan, last),
                "paused_from": False,
                "paused_until": False,
                "needs_approval": bool(beyond),
                "approved_by_id": user.id if beyond and user else False,
            }
        )
        self._project_payments()

    def _keep_paid_parts(self):
        """Bring each open instalment down to what was paid of it; archive what is left of none."""
        for part in self.instalment_ids.filtered(lambda p: p.amount_open > 0 or p.amount_dropped):
            if part.amount_paid:
                part.write({"amount": part.amount_paid, "amount_dropped": 0.0})
            else:
                part.active = False

    # === PAUSE === #

    def _pause(self, day, until, reason, user=None):
        """Ask nothing from a day up to and including another; the days in it come at the end.

        A letter of an instalment that was missed before counts no more: the pause gives time.

        :param until: last day of the pause
        :param user: who does it: beyond the limits only a manager may; None: nobody is asked
        """
        if until < day:
            raise UserError(self.env._("The last day of a pause cannot lie before its first."))
        pause = law.Pause(day, until)
        for arrangement in self:
            arrangement._check_state("active")
            parts = arrangement.instalment_ids.filtered(lambda p: p.amount_open > 0)
            parts = parts.sorted("number")
            try:
                days = law.move_days(
                    parts.mapped("date"),
                    pause,
                    every=arrangement.every,
                    day_of_month=arrangement.day_of_month or None,
                )
            except ValueError as error:
                raise UserError(self.env._("Such a pause is too long.")) from error
            arrangement._check_pause(parts, days, day, user)
            for part, new_day in zip(parts, days, strict=True):
                if part.date != new_day:
                    part.write({"date": new_day, "reminded_on": False})
            parts.write({"missed_on": False, "missed_notice_id": False})
            arrangement.write({"paused_from": day, "paused_until": until})
            arrangement._record("arrangement_changed", day, reason=reason)
        self._tell("arrangement", day)

    def _check_pause(self, parts, days, day, user):
        """Refuse a pause that goes beyond what a handler may agree to; a manager may."""
        self.ensure_one()
        plan = [
            law.Instalment(part.number, new_day, to_decimal(part.amount_open))
            for part, new_day in zip(parts, days, strict=True)
        ]
        limits = self.company_id._get_arrangement_limits()
        if plan and not _may_go_beyond(user) and "too_long" in law.beyond(plan, limits, day):
            raise UserError(
                self.env._(
                    "With this pause the arrangement lasts until %s, longer than a handler may "
                    "agree to. Ask a manager.",
                    plan[-1].day,
                )
            )

    def _resume(self, day):
        """End the pause of these before its last day; the days that were agreed stay."""
        for arrangement in self:
            if not arrangement.paused_until or arrangement.paused_until < day:
                raise UserError(
                    self.env._("Arrangement %s is not paused on this day.", arrangement.name)
                )
            last = day - timedelta(days=1)
            keeps = arrangement.paused_from <= last
            arrangement.write(
                {
                    "paused_from": arrangement.paused_from if keeps else False,
                    "paused_until": last if keeps else False,
                }
            )
        self._record("arrangement_changed", day, reason=self.env._("The pause ended"))


class ArrearsArrangementLine(models.Model):
    _inherit = "arrears.arrangement.line"

    def _get_source_key(self):
        self.ensure_one()
        source = self._get_source()
        return source._name, source.id

    def _agree_anew(self):
        """Let what these lines agree be what was paid and is open; what fell away is gone."""
        money = self._read_money()
        payments = self._read_payments(self.move_line_id)
        for line in self:
            paid = sum((amount for _day, amount in money[line].credits), Decimal(0))
            source_open = to_decimal(line._get_source().amount_open)
            total = sum((amount for _day, amount in payments[line.move_line_id]), Decimal(0))
            line.write(
                {
                    "amount": float(paid + source_open),
                    "paid_before": float(total - paid),
                    "amount_risen": 0.0,
                    "risen_told": 0.0,
                }
            )


def _may_go_beyond(user):
    """Tell whether a user may agree to more than a handler may; None is the service itself."""
    return user is None or user.has_group("premium_arrears.group_manager")
