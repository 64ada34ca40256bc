"""Six months of a fictitious insurance office, walked day by day: `main(env)`."""

import json
from datetime import date, timedelta
from functools import partial
from time import monotonic

from .figures import figures, table
from .insurance import set_up_insurance
from .mailbox import local_mail_server
from .portfolio import load_portfolio

FIRST_DAY, LAST_DAY = date(2026, 1, 1), date(2026, 6, 30)
OFFICE = {
    "name": "Assurantiekantoor De Linde B.V.",
    "street": "Lindeplein 12",
    "zip": "3811 KX",
    "city": "Amersfoort",
    "email": "info@delinde.example.com",
    "phone": "+31 6 00120034",
    "website": "https://delinde.example.com",
    "vat": "NL000012348B01",
    "arrears_register_number": "W-2024-000936",
    "arrears_register_from": "2024-10-01",
    "arrears_register_checked_on": "2025-12-15",
    "arrears_help_phone": "+31 6 00120035",
}
OFFICE_IBAN = "NL34RABO4093611000"
PREMIUM_ACCOUNT = "Premiums to be passed on to insurers"
_say = partial(print, flush=True)


def main(env, print=_say):
    """Load the portfolio, walk six months, print what happened; the last line is JSON.

    :param env: environment of a database with the addon and the Dutch chart of accounts; what
        happens is committed day by day
    :param print: where the lines go
    :return: the figures of the JSON line, as a dict
    """
    started = monotonic()
    env = env(context={**env.context, "lang": "en_US", "tz": "Europe/Amsterdam"})
    set_up_office(env)
    portfolio = load_portfolio(env)
    desk = set_up_insurance(env)
    portfolio.post_invoices(FIRST_DAY - timedelta(days=1))
    portfolio.book_payments(FIRST_DAY - timedelta(days=1))
    env.cr.commit()
    print(f"Loaded and booked until {FIRST_DAY - timedelta(days=1)}: {monotonic() - started:.0f} s")
    with local_mail_server(env) as folder:
        walk(env, portfolio, desk, print)
    env.cr.commit()
    print(f"Walked to {LAST_DAY}: {monotonic() - started:.0f} s. The mails are in {folder}")
    print(table(env, FIRST_DAY, LAST_DAY))
    result = figures(env)
    print(json.dumps(result))
    return result


def set_up_office(env):
    """Give the company its name, register number, bank account and premium account."""
    company = env.company
    company.write(OFFICE)
    bank = env["account.journal"].search(
        [*env["account.journal"]._check_company_domain(company), ("type", "=", "bank")], limit=1
    )
    bank.set_bank_account(OFFICE_IBAN)
    sales = env["account.journal"].search(
        [*env["account.journal"]._check_company_domain(company), ("type", "=", "sale")], limit=1
    )
    # Premium is the insurers' money, not turnover of the office.
    accounts = env["account.account"]
    sales.default_account_id = accounts.create(
        {
            "name": PREMIUM_ACCOUNT,
            "code": accounts._search_new_account_code("160500"),
            "account_type": "liability_current",
        }
    )


def walk(env, portfolio, desk, print):
    """Live through the days: invoices, payments, the run, mail and post; a commit each day."""
    day = FIRST_DAY
    while day <= LAST_DAY:
        live(env, portfolio, desk, day)
        env.cr.commit()
        tomorrow = day + timedelta(days=1)
        if tomorrow.month != day.month:
            notices = env["arrears.notice"].search_count([("date", ">=", day.replace(day=1))])
            print(f"{day:%B %Y}: {notices} notices")
        day = tomorrow


def live(env, portfolio, desk, day):
    """Do the work of one business day.

    :param desk: the people who decide, see ``demo.insurance.Desk``
    :param day: the day; nothing in here looks at the clock
    :return: the run
    """
    portfolio.post_invoices(day)
    portfolio.book_payments(day)
    portfolio.reverse_debits(day)
    run = env["arrears.run"].run_for(day, env.company)
    desk.work(day)
    env.cr.commit()
    env["mail.mail"].with_context(arrears_day=day).process_email_queue()
    run.mark_letters_posted(day)
    return run
