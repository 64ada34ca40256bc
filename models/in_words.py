"""Amounts and days as a customer writes them: one home for letters, e-mails and the own page."""

from babel.dates import format_date
from babel.numbers import format_currency

# The languages in which customers are written to; others get English, amounts and days as well.
LETTER_LANGUAGES = ("nl", "en")
NO_BREAK = "\N{NO-BREAK SPACE}"


def get_locale(lang):
    """Return the locale of a language code such as nl_NL, so that no text mixes two languages."""
    language = (lang or "").partition("_")[0]
    return language if language in LETTER_LANGUAGES else "en"


def say_amount(amount, currency, locale):
    """Return an amount as it is written in a language, such as € 45,00, on one line.

    :param currency: res.currency
    :param locale: see ``get_locale``
    """
    return format_currency(amount, currency.name, locale=locale).replace(" ", NO_BREAK)


def say_day(day, pattern, locale, glue=True):
    """Return a day written out, such as woensdag 18 maart 2026; no day is no text.

    :param pattern: of Babel, such as "EEEE d MMMM y"
    :param glue: keep it on one line; a narrow column can do without
    """
    if not day:
        return ""
    text = format_date(day, pattern, locale=locale)
    return text.replace(" ", NO_BREAK) if glue else text
