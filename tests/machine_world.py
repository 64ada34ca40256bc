"""What the state machine does in the database, and how it reads what the engine made of it."""

from decimal import Decimal

from odoo.tools import SQL

from .machine_checks import Fee, Gap, Notice, check
from .machine_model import Credit, Hold, Premium

EVIDENCE = (
    "arrears_notice",
    "arrears_notice_line",
    "arrears_fee",
    "arrears_item",
    "arrears_case",
    "arrears_action",
    "arrears_case_history",
    "insurance_coverage_gap",
    "account_move",
    "mail_mail",
)


class World:
    """Does things as the office does, and tells the model of each."""

    def __init__(self, test, model, policies, holders):
        self.test, self.env, self.model = test, test.env, model
        self.policies, self.holders = policies, holders  # name -> id

    # === THE OFFICE === #

    def make_invoice(self, holder, due, amount, kinds):
        policies = self.env["insurance.policy"].browse([self.policies[name] for name in kinds])
        move = self.test.make_invoice(due, policies, amount, post=False)
        wanted = {self.policies[name]: kind for name, kind in kinds.items()}
        for line in move.invoice_line_ids:
            line.insurance_premium_kind = wanted[line.insurance_policy_id.id]
        move.action_post()
        total = Decimal(str(amount)) * len(kinds)
        self.model.premiums.append(Premium(holder, due, total, kinds, move.id))

    def pay(self, premium, amount, credited):
        move = self.env["account.move"].browse(premium.move)
        payment = self.test.pay_invoice(move, credited, float(amount), booked_on=self.model.today)
        premium.credits.append(Credit(credited, amount, payment.id))

    def pay_fees(self, holder):
        """Pay what is booked of a customer's fees, as the cashier sees it."""
        for fee in self._fees(holder).filtered("amount_open"):
            self.test.pay(fee.move_line_id, fee.amount_open, self.model.today)

    def undo(self, premium, credit):
        self.test.reverse(self.env["account.payment"].browse(credit.payment))
        premium.undo(credit)

    def credit(self, premium):
        """Make a credit note for all of a premium."""
        move = self.env["account.move"].browse(premium.move)
        note = self.test._reverse_invoice(move, date=self.model.today)
        note.invoice_date = self.model.today
        note.action_post()
        lines = (note + move).line_ids.filtered(lambda row: row.account_type == "asset_receivable")
        if note.amount_residual:
            lines.reconcile()
        premium.credits.append(Credit(self.model.today, premium.amount))

    def cancel(self, premium):
        move = self.env["account.move"].browse(premium.move)
        move.button_draft()
        move.button_cancel()
        premium.cancelled = True

    def hold(self, holder, end):
        cases = self._cases(holder)
        self.env["arrears.hold"].create(
            [
                {"case_id": case.id, "start": self.model.today, "end": end, "reason": "dispute"}
                for case in cases
            ]
        )
        if cases:
            self.model.holds.setdefault(holder, []).append(Hold(self.model.today, end))

    def release(self, holder):
        """Let the holds without end of a customer end today."""
        holds = self._cases(holder).hold_ids.filtered(lambda hold: not hold.end)
        holds.end = self.model.today
        for hold in self.model.holds.get(holder, ()):
            hold.end = hold.end or self.model.today

    def withdraw(self, notice_id):
        self.env["arrears.notice"].browse(notice_id).withdraw(self.model.today, "a mistake")
        self.model.dead[notice_id] = "withdrawn"

    def bounce(self, notice_id):
        """Let a mail come back; the customer gives another address at once."""
        notice = self.env["arrears.notice"].browse(notice_id)
        self.test.bounce(notice, self.model.today)
        self.model.dead[notice_id] = "failed"
        notice.recipient_id.email = f"new{notice_id}@example.com"

    def run(self):
        self.model.last_run = self.model.today
        return self.test.runs.run_for(self.model.today, self.test.company)

    def send_mails(self):
        self.test.send_mails(self.model.today)

    def walk(self, days):
        """Make a run on each of these days, and send its mails."""
        for day in days:
            self.model.today = day
            self.run()
            self.send_mails()

    def _cases(self, holder):
        return self.env["arrears.case"].search(
            [("partner_id", "=", self.holders[holder]), ("state", "!=", "closed")]
        )

    def _fees(self, holder):
        return self.env["arrears.fee"].search([("partner_id", "=", self.holders[holder])])

    # === WHAT CAME OF IT === #

    def check(self):
        self.env["arrears.item"]._hear_payments()
        self.env.flush_all()
        check(self.model, self.read_notices(), self.read_fees(), self.read_gaps())

    def read_notices(self):
        numbers = {premium.move: number for number, premium in enumerate(self.model.premiums)}
        names = {id_: name for name, id_ in self.holders.items()}
        return {
            notice.id: Notice(
                notice.id,
                names[notice.partner_id.id],
                notice.kind,
                notice.state,
                notice.channel,
                notice.date,
                notice.sent_on or None,
                notice.received_on or None,
                notice.last_day or None,
                notice.names_suspension,
                _euro(notice.fee_announced),
                _euro(notice.fee_vat),
                {
                    numbers[line.item_id.move_line_id.move_id.id]: _euro(line.amount)
                    for line in notice.line_ids
                },
            )
            for notice in self._search("arrears.notice")
        }

    def read_fees(self):
        self.env.cr.execute(
            """SELECT move.ref, sum(line.balance)
                 FROM account_move_line line
                 JOIN account_move move ON move.id = line.move_id
                 JOIN account_account account ON account.id = line.account_id
                WHERE move.journal_id = %s AND account.account_type = 'asset_receivable'
                  AND move.state = 'posted'
             GROUP BY move.ref""",
            [self.test.company.arrears_fee_journal_id.id],
        )
        books = {}
        for ref, balance in self.env.cr.fetchall():
            name = ref.rpartition(" ")[2]  # "Taken back: Collection fee, notice N/2026/0001"
            books[name] = books.get(name, Decimal(0)) + _euro(balance)
        return [
            Fee(
                fee.id,
                fee.notice_id.id,
                fee.state,
                _euro(fee.amount),
                fee.booked_on or None,
                books.get(fee.notice_id.name, Decimal(0)),
            )
            for fee in self._search("arrears.fee")
        ]

    def read_gaps(self):
        names = {id_: name for name, id_ in self.policies.items()}
        return [
            Gap(gap.id, names[gap.policy_id.id], gap.start, gap.resume or None, gap.notice_id.id)
            for gap in self._search("insurance.coverage.gap")
        ]

    def _search(self, model):
        return self.env[model].search([("company_id", "=", self.test.company.id)], order="id")

    def digest(self):
        """Return all that the engine wrote, as one value to compare."""
        self.env.flush_all()
        found = {}
        for table in EVIDENCE:
            name = SQL.identifier(table)
            rows = SQL("SELECT md5(string_agg(row::text, '|' ORDER BY id)) FROM %s row", name)
            self.env.cr.execute(rows)
            found[table] = self.env.cr.fetchone()[0]
        return found


def _euro(amount):
    return Decimal(str(amount)).quantize(Decimal("0.01"))
