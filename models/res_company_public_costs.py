"""What it costs if you do not pay: the part of the public page about money, with its calculator.

Every figure comes from ``law.parameters`` and ``law.collection_fee``; none is written here.
"""

import re
from datetime import timedelta
from decimal import Decimal

from babel.numbers import format_percent

from odoo import models

from ..law import collection_fee, parameters

# An amount as people write it: 1.234,56 or 1,234.56, the thousands apart or not.
DUTCH = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+(?:,[0-9]{1,2})?|[0-9]+(?:,[0-9]{1,2})?")
ENGLISH = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]{1,2})?|[0-9]+(?:\.[0-9]{1,2})?")
LARGEST = Decimal("10000000.00")
LONGEST = 20  # characters of an amount that is read at all
# Letters before this one that the calculator asks for; five all lie within six months.
MOST_EARLIER = 5
BETWEEN = timedelta(days=30)
THIS = "this insurance"  # how the law tells policies apart; the calculator knows one


def read_amount(text):
    """Return an amount of euros as Decimal, or None for anything else.

    :param text: as somebody typed it, such as "€ 1.234,56", "45" or "45.50"
    """
    text = text.replace("€", "").replace("\xa0", " ").strip()
    if len(text) > LONGEST:
        return None
    if DUTCH.fullmatch(text):
        text = text.replace(".", "").replace(",", ".")
    elif ENGLISH.fullmatch(text):
        text = text.replace(",", "")
    else:
        return None
    return Decimal(text).quantize(Decimal("0.01"))


class ResCompany(models.Model):
    _inherit = "res.company"

    def _get_public_tariff(self, day):
        """Return the tariff: ``rows`` of (part of the amount, percentage), and its bounds."""
        tariff = parameters.in_force(parameters.TARIFFS, day, "tariff")
        rows, reached = [], 0
        for width, rate in tariff.bands:
            if width is None:
                part = self.env._("Above %s", self._page_whole(reached))
            elif not reached:
                part = self.env._("Over the first %s", self._page_whole(width))
            else:
                part = self.env._("Over the next %s", self._page_whole(width))
            reached += width or 0
            rows.append((part, self._page_percentage(rate)))
        return {
            "rows": rows,
            "minimum": self._page_money(tariff.minimum),
            "maximum": self._page_money(tariff.maximum),
        }

    def _get_public_cumulation(self, day):
        """Return the figures of the cheaper rule for premiums, or None before it was law."""
        if day < parameters.CUMULATIONS[0].since:
            return None
        rule = parameters.in_force(parameters.CUMULATIONS, day, "cumulation")
        amounts = {name: getattr(rule, name) for name in ("ceiling", "first", "following", "cap")}
        return {name: self._page_money(amount) for name, amount in amounts.items()} | {
            "months": rule.months
        }

    def _page_whole(self, amount):
        """Return a round amount without cents, as people write it in a table."""
        text = self._page_money(amount)
        return text[:-3] if text[-3:] in (".00", ",00") else text

    def _page_percentage(self, rate):
        locale = self.env["arrears.case"]._get_page_locale()
        return format_percent(rate, "#,##0.##%", locale=locale)

    def _describe_public_interest(self, day):
        if self.arrears_interest != "everybody":
            return self.env._("We charge consumers no interest.")
        rate = parameters.in_force(parameters.CONSUMER_RATES, day, "rate of interest").value
        return self.env._(
            "In the last letter interest can be added: now %s a year over the premium that is "
            "open. That letter tells you the amount.",
            self._page_percentage(rate),
        )

    # === CALCULATOR === #

    def _get_public_errors(self, amount, earlier):
        """Return what is wrong with the calculator as it was filled in: dict from field to words.

        :param amount: what ``read_amount`` made of it
        :param earlier: number of earlier letters, as typed
        """
        errors = {}
        if amount is None or not 0 < amount <= LARGEST:
            errors["amount"] = self.env._(
                "Fill in an amount in euros, such as 45 or %(example)s. It must be more than 0 and "
                "at most %(most)s.",
                example=self._page_money(Decimal("266.67")).replace("€", "").strip("\xa0 "),
                most=self._page_whole(LARGEST),
            )
        if earlier not in self._get_public_choices():
            errors["earlier"] = self.env._("Choose one of the numbers.")
        return errors

    def _get_public_choices(self):
        """Return which numbers of earlier letters can be chosen, as text."""
        return [str(number) for number in range(MOST_EARLIER + 1)]

    def _get_public_fee(self, amount, earlier, day):
        """Return what a letter of this day would cost after its term, and why, in words.

        :param amount: Decimal euros of premium, more than 0
        :param earlier: how many letters about the same insurance stayed unpaid in the months
            before, each about the same premium; a whole number
        """
        history = []
        for number in range(earlier, 0, -1):
            sent = day - number * BETWEEN
            fee = collection_fee.instalment_fee(amount, sent, history)
            history.append(collection_fee.Reminder(day=sent, fee=fee, stayed_unpaid=True))
        claim = collection_fee.Claim(policy=THIS, open_amount=amount)
        result = collection_fee.explain_letter_fee([claim], day, {THIS: history})
        return {
            "premium": self._page_money(amount),
            "fee": self._page_money(result.amount),
            "why": self._describe_public_fee(result.rule, day),
        }

    def _describe_public_fee(self, rule, day):
        figures = self._get_public_cumulation(day)
        if rule == "first":
            return self.env._(
                "It is a premium of at most %(ceiling)s, and the first such letter in "
                "%(months)s months.",
                **figures,
            )
        if rule == "following":
            return self.env._(
                "It is a premium of at most %(ceiling)s, and in the %(months)s months before you "
                "had such a letter about the same insurance. So it costs less than the first one.",
                **figures,
            )
        if rule == "cap":
            return self.env._(
                "Together with the letters before it never costs more than %(cap)s in "
                "%(months)s months.",
                **figures,
            )
        return self.env._("It is the percentage of the table, or the least amount of the law.")
