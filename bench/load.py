"""A portfolio of any size, straight into the tables: for benchmarks only.

Some customers are made as an office makes them, with policy, invoices, bank lines and the
reminders of an earlier year; all others are copies of these (``copies.py``).
"""

import importlib.util
from datetime import date, timedelta
from pathlib import Path

from odoo.fields import Command

_spec = importlib.util.spec_from_file_location(
    "bench_copies", Path(__file__).with_name("copies.py")
)
copies = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(copies)

DUE = date(2026, 1, 15)
# The first reminder is due a week after the due date.
FIRST_DAY = DUE + timedelta(days=7)
# An unpaid invoice has two lines in the books, a paid one four: its own, and the bank's.
LINES_EACH = 20
PAID_EACH = 4
# One customer in so many was reminded in an earlier year, and paid with the fee.
EVER_REMINDED = 10
EARLIER_DUE = date(2025, 3, 15)


def load(env, customers, lines_each, paid_each=0):
    """Make customers with ``lines_each`` overdue invoices and ``paid_each`` older, paid ones.

    :return: the day on which the first reminder is due
    """
    _prepare_office(env)
    example = _make_customer(env, "P-0")
    _make_paid(env, example, paid_each)
    for _number in range(lines_each):
        _make_invoice(env, example, DUE)
    copies.copy_customer(env, example, 1, customers)
    _analyze(env)
    return FIRST_DAY


def load_books(env, overdue, posted):
    """Make books of ``posted`` lines of journal entries, of which ``overdue`` are overdue.

    All lines count: receivable, premium and bank. Each customer has twenty: four paid invoices,
    and either two overdue ones (due some days apart) or a fifth that is paid. One customer in ten
    was reminded in an earlier year. The customers in arrears come first.

    :return: the day on which the first reminder is due
    """
    _prepare_office(env)
    in_arrears, customers = overdue // 2, posted // LINES_EACH
    # Who was reminded before is made first: the runs of that year look at all customers.
    kinds = [(debtor, True) for debtor in (True, False)]
    kinds += [(debtor, False) for debtor in (True, False)]
    examples = {}
    for number, (debtor, reminded) in enumerate(kinds):
        if not reminded and kinds[number - 1][1]:
            _remind_and_pay(env, [example for example in examples.values() if example])
        example = _make_customer(env, f"P-0-{number}")
        examples[debtor, reminded] = example
        _make_paid(env, example, PAID_EACH + (not debtor) - reminded)
    first = 1
    for (debtor, reminded), example in examples.items():
        if debtor:
            _make_invoice(env, example, DUE)
            _make_invoice(env, example, DUE - timedelta(days=3))
        total = in_arrears if debtor else customers - in_arrears
        before = total // EVER_REMINDED
        count = max((before if reminded else total - before) - 1, 0)
        copies.copy_customer(env, example, first, count)
        first += count
    _analyze(env)
    return FIRST_DAY


def _analyze(env):
    env.invalidate_all()
    env.cr.execute("ANALYZE")


def _prepare_office(env):
    """Register the office, which may then charge fees, and have one insurer."""
    env.company.write(
        {
            "arrears_register_number": "W-1",
            "arrears_register_from": "2024-10-01",
        }
    )
    env["res.partner"].create({"name": "Insurer", "is_company": True, "is_insurer": True})


def _make_customer(env, number):
    """Return a customer with a policy."""
    partners = env["res.partner"]
    customer = partners.create(
        {
            "name": "Customer",
            "street": "Dorpsstraat 12",
            "zip": "1234 AB",
            "city": "Ons Dorp",
            "country_id": env.ref("base.nl").id,
            "lang": "nl_NL",
            "debtor_type": "consumer",
        }
    )
    env["insurance.policy"].create(
        {
            "name": number,
            "partner_id": customer.id,
            "insurer_id": partners.search([("is_insurer", "=", True)], limit=1).id,
            "company_id": env.company.id,
            "line_of_business": "home",
            "premium": 45.0,
            "office_role": "authorised_agent",
            "start_date": date(2024, 1, 1),
        }
    )
    return customer


def _make_invoice(env, customer, due):
    """Return a posted premium invoice."""
    policy = env["insurance.policy"].search([("partner_id", "=", customer.id)])
    move = env["account.move"].create(
        {
            "move_type": "out_invoice",
            "partner_id": customer.id,
            "invoice_date": due - timedelta(days=14),
            "invoice_date_due": due,
            "invoice_payment_term_id": False,
            "invoice_line_ids": [
                Command.create(
                    {
                        "name": "Premium",
                        "quantity": 1,
                        "price_unit": 45.0,
                        "tax_ids": [Command.clear()],
                        "insurance_policy_id": policy.id,
                        "insurance_premium_kind": "follow_up",
                    }
                )
            ],
        }
    )
    move.action_post()
    return move


def _make_paid(env, customer, count):
    """Make invoices of the months before, each paid in time."""
    for number in range(count, 0, -1):
        due = DUE - timedelta(days=30 * number)
        _pay(env, _get_receivable(_make_invoice(env, customer, due)), due - timedelta(days=2))


def _get_receivable(moves):
    return moves.line_ids.filtered(lambda line: line.account_type == "asset_receivable")


def _pay(env, lines, day):
    """Pay what is open of these receivable lines by the bank, as a bookkeeper books it."""
    bank = env["account.journal"].search(
        [("type", "=", "bank"), ("company_id", "=", env.company.id)], limit=1
    )
    paid = env["account.bank.statement.line"].create(
        {
            "journal_id": bank.id,
            "date": day,
            "payment_ref": " ".join(lines.mapped("move_name")),
            "partner_id": lines.partner_id.id,
            "amount": sum(lines.mapped("amount_residual")),
        }
    )
    _liquidity, suspense, _other = paid._seek_for_lines()
    suspense.with_context(skip_account_move_synchronization=True).write(
        {"account_id": lines.account_id.id, "partner_id": lines.partner_id.id}
    )
    (suspense + lines).reconcile()


def _remind_and_pay(env, customers):
    """Live through the arrears of an earlier year: reminder, 14-day notice, fee, payment."""
    for customer in customers:
        _make_invoice(env, customer, EARLIER_DUE)
    for days in (7, 21):
        day = EARLIER_DUE + timedelta(days=days)
        run_day(env, day)
        env["arrears.run"].search([("date", "=", day)]).notice_ids.write({"body_hash": "bench"})
        env["arrears.run"].search([("date", "=", day)]).notice_ids._mark_sent(day)
    # The fee falls due when the fourteen days and those of the post have passed.
    run_day(env, EARLIER_DUE + timedelta(days=45))
    for customer in customers:
        lines = env["account.move.line"].search(
            [
                ("partner_id", "=", customer.id),
                ("account_type", "=", "asset_receivable"),
                ("reconciled", "=", False),
            ]
        )
        _pay(env, lines, EARLIER_DUE + timedelta(days=46))
    run_day(env, EARLIER_DUE + timedelta(days=47))


def run_day(env, day):
    """Live through one day without rendering letters; return its run."""
    run = env["arrears.run"]._start(day, env.company)
    run._propose_day()
    for _checkpoint in run._execute_day():
        env.cr.commit()
    run._finish_day()
    return run
