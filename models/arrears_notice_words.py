"""Amounts, days and policies in the words of a letter, in the customer's language."""

from odoo import models
from odoo.tools.i18n import format_list

from .in_words import get_locale, say_amount, say_day


class ArrearsNotice(models.Model):
    _inherit = "arrears.notice"

    def _get_letter_locale(self):
        """Return the locale of the text, so that no letter mixes two languages."""
        self.ensure_one()
        return get_locale(self.lang)

    def _format_amount(self, amount):
        """Return an amount as it is written in the customer's language, such as € 45,00."""
        self.ensure_one()
        return say_amount(amount, self.currency_id, self._get_letter_locale())

    def _format_positive(self, amount):
        """Return an amount in words of the letter, or nothing when there is none."""
        return self._format_amount(amount) if amount else ""

    def _format_day(self, day, pattern="EEEE d MMMM y", glue=True):
        """Return a day written out, such as woensdag 18 maart 2026; no day is no text.

        :param glue: keep it on one line; a narrow column can do without
        """
        self.ensure_one()
        return say_day(day, pattern, self._get_letter_locale(), glue)

    def _policy_label(self, policy):
        """Return how a customer knows a policy: its kind, number and licence plate."""
        self.ensure_one()
        label = f"{self._get_policy_kinds()[policy.line_of_business]} {policy.name}"
        return f"{label} ({policy.licence_plate})" if policy.licence_plate else label

    def _get_policy_kinds(self):
        """Return a customer's word for each line of business."""
        return {
            "motor": self.env._("Vehicle insurance"),
            "home": self.env._("Home insurance"),
            "contents": self.env._("Contents insurance"),
            "liability": self.env._("Liability insurance"),
            "legal": self.env._("Legal expenses insurance"),
            "travel": self.env._("Travel insurance"),
            "health_basic": self.env._("Basic health insurance"),
            "health_extra": self.env._("Supplementary health insurance"),
            "life": self.env._("Life insurance"),
            "package": self.env._("Insurance package"),
            "other": self.env._("Insurance"),
        }

    def _join(self, policies):
        """Return policies as one enumeration, empty when there are none."""
        return self._join_texts([self._policy_label(policy) for policy in policies])

    def _join_texts(self, texts):
        return format_list(self.env, texts, lang_code=self._get_letter_locale()) if texts else ""

    def _join_suspended(self):
        """Return the policies without cover on the day of this notice, each with its first day."""
        return self._join_texts(
            [
                self.env._(
                    "%(policy)s (from %(day)s)",
                    policy=self._policy_label(gap.policy_id),
                    day=self._format_day(gap.start, "d MMMM y"),
                )
                for gap in self._get_gaps().sorted("start")
            ]
        )

    def _join_plates(self, policies):
        """Return the licence plates of vehicles, or the policies when a plate is not known."""
        return self._join_texts(
            [policy.licence_plate or self._policy_label(policy) for policy in policies]
        )
