"""Payments heard: items shrink, fees follow the rules, cover resumes, cases close."""

from odoo import api, models

from .arrears_item_ladder import to_decimal

STALE_LINES = "premium_arrears.settled_lines"


class ArrearsItem(models.Model):
    _inherit = "arrears.item"

    # === HEAR === #

    @api.model
    def _note_settlement(self, lines):
        """Remember receivable lines whose reconciliation changed, to be dealt with at commit.

        A payment of many invoices makes many reconciliations; one look at the end is enough.
        """
        data = self.env.cr.precommit.data
        if STALE_LINES not in data:
            data[STALE_LINES] = set()
            self.env.cr.precommit.add(self.sudo()._hear_payments)
        data[STALE_LINES].update(lines.ids)

    @api.model
    def _hear_payments(self):
        """Deal with the reconciliations that were made or unmade since the last look."""
        line_ids = self.env.cr.precommit.data.pop(STALE_LINES, ())
        lines = self.env["account.move.line"].browse(line_ids).exists()
        if not lines:
            return
        # The cashier who books a payment need not have rights on arrears: the engine writes.
        for company, mine in lines.sudo().grouped("company_id").items():
            items = self.sudo().with_company(company)
            items = items.with_context(
                tracking_disable=True, mail_create_nolog=True, mail_create_nosubscribe=True
            )
            items._settle_lines(mine)

    @api.model
    def _settle_lines(self, lines):
        """Bring items, charges, cover and cases in line with what was paid on these lines."""
        items = self.search([("move_line_id", "in", lines.ids)])
        fees = self.env["arrears.fee"].search([("move_line_id", "in", lines.ids)])
        interests = self.env["arrears.interest"].search([("move_line_id", "in", lines.ids)])
        items._settle_paid()
        charged = items.notice_line_ids.notice_id.fee_id
        (charged | fees)._reassess()
        (items.interest_ids | interests)._reassess()
        charged._lapse_paid()
        (charged | fees)._settle_paid()
        (items.interest_ids | interests)._settle_paid()
        items.write({"stale": True})
        # A premium that no run has met yet is no item, but can keep cover suspended all the same.
        policies = items.policy_ids | lines.move_id.invoice_line_ids.insurance_policy_id
        (policies | fees._get_policies() | interests._get_policies())._resume_paid()
        lines_of = self.env["arrears.arrangement.line"]
        arranged = lines_of._find_running(items, charged | fees, items.interest_ids | interests)
        arranged._project_payments()
        cases = items.case_id | fees.case_id | interests.case_id
        cases._project_steps()  # each on the day of its last credit
        cases._close_settled()
        self.env["arrears.handover"]._hear(
            items,
            {"fee_id": charged | fees, "interest_id": items.interest_ids | interests},
        )
        self.env["insurance.termination"]._hear_payment(items.policy_ids)

    @api.model
    def _settle_cancelled(self, company):
        """Settle the items whose invoice was cancelled: no reconciliation tells of that."""
        cancelled = self.search(
            [
                ("company_id", "=", company.id),
                ("settled_on", "=", False),
                ("move_line_id.parent_state", "=", "cancel"),
            ]
        )
        if cancelled:
            self._settle_lines(cancelled.move_line_id)

    def _settle_paid(self):
        """Set the day of settlement on items of which nothing is open any more."""
        paid = self.filtered(lambda item: not item.settled_on and item.amount_open <= 0)
        days = paid._last_credit_days()
        for item in paid:
            item.write(
                {
                    "settled_on": days[item],
                    "next_stage_id": False,
                    "next_step_date": False,
                    "next_reason": "nothing_open",
                }
            )

    # === WHEN WAS IT CREDITED === #

    def _credits(self):
        """Return what was credited on each item: dict from item to (day, Decimal) pairs.

        What counts is the day on which the money was credited (article 6:114 Civil Code), not the
        day on which it was booked.
        """
        credits = self.env["account.move.line"]._get_credits(self.move_line_id.ids)
        return {item: credits[item.move_line_id.id] for item in self}

    def _last_credit_days(self):
        """Return per item the day of its last credit; without any the day it fell away."""
        return {
            item: max((day for day, _amount in credits), default=item._day_it_fell_away())
            for item, credits in self._credits().items()
        }

    def _day_it_fell_away(self):
        """Return the day for an item that closed without a payment: a cancelled invoice."""
        self.ensure_one()
        return max(self.due_date, self.case_id.opened_on)

    def _open_at_end_of(self, day, credits=None):
        """Return what was open of each item at the end of ``day``, as Decimal.

        A cancelled invoice was never owed.

        :param credits: ``_credits`` of these items and perhaps more; None reads it
        """
        if credits is None:
            credits = self._credits()
        return {
            item: to_decimal(0)
            if item.source == "insurer_list" and item.settled_on and item.settled_on <= day
            else max(
                to_decimal(item._amount_asked())
                - sum((amount for on, amount in credits[item] if on <= day), to_decimal(0)),
                to_decimal(0),
            )
            for item in self
        }

    def _amount_asked(self):
        self.ensure_one()
        if row := self.list_line_id:
            return row.amount
        line = self.move_line_id
        return line.balance if line.parent_state != "cancel" else 0.0
