"""Letters that are no step of a procedure: what they tell, in the words of a letter.

They have no stage, no lines and no amounts of their own. Cover letters tell of gaps, a correction
of the notice it takes back; of arrangements: see arrears_notice_arrangement.py.
"""

from datetime import timedelta
from decimal import Decimal

from odoo import models

from .arrears_notice import MESSAGE_KINDS

ONE_DAY = timedelta(days=1)


class ArrearsNotice(models.Model):
    _inherit = "arrears.notice"

    def _is_message(self):
        """Tell whether this letter tells what happened, and is no step of a procedure."""
        self.ensure_one()
        return self.kind in dict(MESSAGE_KINDS)

    # === WORDS === #

    def _get_words_of_message(self):
        """Return what only a message tells, as text in the customer's language; else empty."""
        self.ensure_one()
        corrected = self.corrects_id
        fee = corrected.fee_announced + corrected.fee_vat
        return {
            "resumed": self._join_resumed(),
            "uncovered": self._join_uncovered(),
            "still_due": self._format_positive(
                self.case_id.amount_due if self.kind == "cover_resumed" else 0.0
            ),
            # The customer does not know our number of a letter that an earlier system sent.
            "corrected_number": (corrected.origin == "own" and corrected.name) or "",
            "corrected_day": self._format_day(corrected.date),
            "corrected_fee": self._format_positive(fee),
        }

    def _format_fact(self, amount):
        """Return an amount that is kept as text, such as 45.00, as it is written in a letter."""
        return self._format_amount(Decimal(amount)) if amount else ""

    def _join_resumed(self):
        """Return the policies with cover again, each with its first day."""
        return self._join_texts(
            [
                self.env._(
                    "%(policy)s (from %(day)s, 24 hours after we received the money)",
                    policy=self._policy_label(gap.policy_id),
                    day=self._format_day(gap.resume, "d MMMM y"),
                )
                if gap.is_resumption_partial
                else self.env._(
                    "%(policy)s (from %(day)s)",
                    policy=self._policy_label(gap.policy_id),
                    day=self._format_day(gap.resume, "d MMMM y"),
                )
                for gap in self._get_resumed_gaps()
            ]
        )

    def _join_uncovered(self):
        """Return the days without cover that are over, per policy; the last day is included."""
        return self._join_texts(
            [
                self.env._(
                    "%(policy)s (from %(first)s until 24 hours after we received the money)",
                    policy=self._policy_label(gap.policy_id),
                    first=self._format_day(gap.start, "d MMMM y"),
                )
                if gap.is_resumption_partial
                else self.env._(
                    "%(policy)s (%(first)s up to and including %(last)s)",
                    policy=self._policy_label(gap.policy_id),
                    first=self._format_day(gap.start, "d MMMM y"),
                    last=self._format_day(gap.resume - ONE_DAY, "d MMMM y"),
                )
                for gap in self._get_resumed_gaps()
                if gap.resume > gap.start
            ]
        )

    # === FACTS === #

    def _get_told_gaps(self):
        """Return the gaps that this message is about."""
        self.ensure_one()
        return self.suspended_gap_ids or self._get_resumed_gaps()

    def _get_resumed_gaps(self):
        return self.resumed_gap_ids.filtered("resume").sorted("start")

    def _get_told_amount(self):
        """Return what this message asks to pay for cover that stopped."""
        self.ensure_one()
        return sum(self._get_unpaid_items().mapped("amount_open"))

    def _get_unpaid_items(self):
        """Return what has to be paid before the cover that this message tells of comes back."""
        self.ensure_one()
        policies = self.suspended_gap_ids.policy_id
        if self.kind != "cover_suspended":
            return self.env["arrears.item"]
        return self.case_id.item_ids.filtered(
            lambda item: not item.settled_on and item.policy_ids & policies
        ).sorted("due_date")
