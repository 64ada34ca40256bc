"""The page on top of a dossier: whom it concerns, what is claimed, and how it was worked out."""

from babel.numbers import format_decimal

from odoo import models

from ..law import interest
from .arrears_item_ladder import to_decimal
from .in_words import NO_BREAK, get_locale, say_amount, say_day


class ArrearsHandover(models.Model):
    _inherit = "arrears.handover"

    def _render_summary(self, day, letters):
        """Return the page as complete HTML.

        :param day: business day as of which it tells
        :param letters: dict from notice to its path in the dossier
        """
        return str(
            self.env["ir.qweb"]._render(
                "premium_arrears.handover_summary", self._get_summary_values(day, letters)
            )
        )

    def _get_summary_values(self, day, letters):
        """Return what the page may use; a hook for other modules."""
        header, history = self._get_history_rows(day)
        principal = self.line_ids.filtered(lambda line: line.kind == "principal")
        return {
            "handover": self,
            "lang": self._get_summary_locale(),
            "company": self.company_id,
            "collector": self.collector_id,
            "day": day,
            "say_day": self._say_day,
            "say_amount": self._say_amount,
            "policies": principal.item_id.policy_ids.sorted("name"),
            "principal": [self._get_principal_row(line) for line in principal],
            "fees": [self._get_fee_row(line) for line in self.line_ids.filtered("fee_id")],
            "interests": [
                self._get_interest_row(line) for line in self.line_ids.filtered("interest_id")
            ],
            "letters": [
                {"notice": notice, "kind": self._say_kind(notice), "path": letters.get(notice)}
                for notice in self._get_told_notices()
            ],
            "history": [dict(zip(header, row, strict=True)) for row in history],
            "free_since": min(
                (d for line in principal if (d := line.item_id._get_unregistered_demand_on())),
                default=None,
            ),
        }

    # === ROWS === #

    def _get_principal_row(self, line):
        item = line.item_id
        asked, open_now = to_decimal(item.move_line_id.balance), to_decimal(line.amount)
        notices = self._get_sent_notices(item, ("formal_notice", "business_notice")).sorted("id")
        return {
            "line": line,
            "policies": ", ".join(item.policy_ids.mapped("name")),
            "asked": self._say_amount(asked),
            "paid": self._say_amount(asked - open_now),
            "open": self._say_amount(open_now),
            "notice": notices[-1:],
        }

    def _get_fee_row(self, line):
        fee = line.fee_id
        return {
            "line": line,
            "notice": fee.notice_id,
            "amount": self._say_amount(fee.amount),
            "vat": self._say_amount(fee.amount_vat) if fee.amount_vat else "",
            "open": self._say_amount(line.amount),
            "why": fee.why_text,
        }

    def _get_interest_row(self, line):
        """Return the days, the sum over which it ran, and each rate with its days."""
        charge = line.interest_id
        business = self.case_id._get_debtor_type() == "business"
        kind = "commercial" if business else "consumer"
        periods = interest.rate_periods(kind, charge.first_day, charge.last_day)
        return {
            "line": line,
            "reference": charge.reference,
            "basis": self.env._("article 6:119a Civil Code")
            if business
            else self.env._("article 6:119 Civil Code"),
            "over": self._say_amount(charge.item_id.move_line_id.balance),
            "periods": [
                f"{self._say_day(first)} – {self._say_day(last)}: {self._say_rate(rate)}"
                for first, last, rate in periods
            ],
            "amount": self._say_amount(line.amount),
        }

    # === WORDS === #

    def _get_summary_locale(self):
        return get_locale(self.env.lang)

    def _say_day(self, day):
        return say_day(day, "d MMM y", self._get_summary_locale())

    def _say_amount(self, amount):
        return say_amount(amount, self.currency_id, self._get_summary_locale())

    def _say_rate(self, rate):
        percent = format_decimal(rate * 100, "0.00", locale=self._get_summary_locale())
        return f"{percent}{NO_BREAK}%"

    def _say_kind(self, notice):
        return dict(notice._fields["kind"]._description_selection(self.env))[notice.kind]
