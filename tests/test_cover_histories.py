"""Was there cover? Payment histories whose answer was worked out by hand, each day of it."""

from collections import defaultdict
from datetime import timedelta
from unittest.mock import patch

from odoo.modules import module
from odoo.tests import tagged
from odoo.tools import SQL

from . import cover_histories, cover_histories_changes, cover_histories_policies
from .common_mail import MailStory

FIRST, LAST = cover_histories.FIRST, cover_histories.LAST
HISTORIES = [
    *cover_histories.ONE,
    *cover_histories.BOOKED_LATER,
    *cover_histories.REST_DAYS,
    *cover_histories_policies.TERMS,
    *cover_histories_policies.POLICIES,
    *cover_histories_changes.STORNO,
    *cover_histories_changes.HOLDS,
    *cover_histories_changes.CREDIT,
    *cover_histories_changes.LETTERS,
]
DAYS = [FIRST + timedelta(days=step) for step in range((LAST - FIRST).days + 1)]

MONDAY = 0
GROWING = (
    "account_move",
    "account_move_line",
    "account_partial_reconcile",
    "account_payment",
    "arrears_case",
    "arrears_item",
    "arrears_notice",
    "arrears_notice_line",
    "insurance_policy",
    "mail_mail",
    "mail_message",
    "res_partner",
)


class Story:
    """A history in the database: its customer, policies, invoices and payments."""

    def __init__(self, test, history, number):
        self.test, self.history = test, history
        values = {"email": f"customer{number}@example.com", "e_notice_consent_date": "2025-06-01"}
        self.customer = test.make_customer(history.name, **values | history.customer)
        self.policies = {
            name: self._make_policy(name, number, **values)
            for name, values in history.policies.items()
        }
        self.moves = [self._make_invoice(invoice) for invoice in history.invoices]
        self.payments = defaultdict(list)

    def _make_policy(self, name, number, insurer=None, **values):
        if insurer:
            values["insurer_id"] = self.test.other_insurer.id
        values |= {"name": f"H-{number}-{name}", "partner_id": self.customer.id}
        return self.test.make_policy(**values)

    def _make_invoice(self, invoice):
        policies = self.test.env["insurance.policy"].union(
            *(self.policies[name] for name in invoice.kinds)
        )
        move = self.test.make_invoice(invoice.due, policies, invoice.amount, post=False)
        kinds = {self.policies[name]: kind for name, kind in invoice.kinds.items()}
        for line in move.invoice_line_ids:
            line.insurance_premium_kind = kinds[line.insurance_policy_id]
        return move

    # === WHAT HAPPENS === #

    def happen(self, day, evening):
        for event in self.history.events:
            if (event.day, event.evening) == (day, evening):
                move = self.moves[event.invoice - 1]
                getattr(self, f"_{event.what}")(event, move, **event.values)
                self.test.env["arrears.item"]._hear_payments()

    def _pay(self, event, move, amount, credited):
        self.payments[move] += self.test.pay_invoice(move, credited, amount, booked_on=event.day)

    def _storno(self, event, move):
        self.test.reverse(self.payments[move].pop())

    def _unmatch(self, event, move):
        self.payments[move][-1].move_id.line_ids.remove_move_reconcile()

    def _match(self, event, move):
        lines = (self.payments[move][-1].move_id + move).line_ids
        lines.filtered(lambda line: line.account_type == "asset_receivable").reconcile()

    def _credit_note(self, event, move, amount=None):
        note = self.test._reverse_invoice(move, date=event.day)
        note.invoice_date = event.day
        if amount:
            note.invoice_line_ids.price_unit = amount
        note.action_post()
        lines = (note + move).line_ids
        lines = lines.filtered(lambda line: line.account_type == "asset_receivable")
        if not note.currency_id.is_zero(note.amount_residual):
            lines.reconcile()

    def _cancel(self, event, move):
        move.button_draft()
        move.button_cancel()

    def _hold(self, event, move, kind="other", end=False):
        self.hold = self.test.env["arrears.hold"].create(
            {
                "case_id": self.test.case_of(move).id,
                "kind": kind,
                "start": event.day,
                "end": end,
                "reason": self.history.name,
            }
        )

    def _release(self, event, move):
        self.hold.end = event.day

    def _withdraw(self, event, move):
        self._notice(move).withdraw(event.day, self.history.name)

    def _returned(self, event, move):
        self._notice(move).sudo()._return(event.day)

    def _bounce(self, event, move):
        self.test.bounce(self._notice(move), event.day)

    def _proof(self, event, move, received):
        self._notice(move).sudo()._prove_receipt(received, "RR-1")

    def _notice(self, move):
        return self.test.notices_of(move, "formal_notice")[-1]


@tagged("post_install", "-at_install")
class TestCoverHistories(MailStory):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_insurer = cls.insurer.copy({"name": "Verzekeraar Zuid"})
        cls.company.arrears_run_cap = 0
        # What comes after the 14-day notice changes no cover, and costs a mail each.
        later = ("final_notice", "handover_notice", "handover", "termination")
        cls.env["arrears.stage"].search([("kind", "in", later)]).unlink()
        cls.test = cls("test_cover_is_as_worked_out_by_hand")
        cls.stories = []
        for number, history in enumerate(HISTORIES):
            if not number % 10:
                cls._analyze()
            cls.stories.append(Story(cls.test, history, number))
        policies = [policy for story in cls.stories for policy in story.policies.values()]
        cls.policies = cls.env["insurance.policy"].union(*policies)
        moves = [move for story in cls.stories for move in story.moves]
        cls.env["account.move"].union(*moves).action_post()
        cls.told = defaultdict(list)
        # Outside a test method the mail queue would commit what became of each mail.
        with patch.object(module, "current_test", cls.test), cls.test.mail_server():
            for day in DAYS:
                if day.weekday() == MONDAY:
                    cls._analyze()
                cls._live(day)

    @classmethod
    def _analyze(cls):
        """Tell the database how much there is: in one long transaction it cannot know by itself."""
        cls.env.flush_all()
        for table in GROWING:
            cls.env.cr.execute(SQL("ANALYZE %s", SQL.identifier(table)))

    @classmethod
    def _live(cls, day):
        """Let one day pass: what is booked, the run, the post and the mail, the evening."""
        for story in cls.stories:
            story.happen(day, evening=False)
        cls.test.run_on(day)
        cls.test.send_mails(day)
        for policy in cls.policies:
            cls.told[policy].append(policy.covered_on(day))
        for story in cls.stories:
            story.happen(day, evening=True)

    def each_policy(self):
        """Give every policy with what is expected of it, as a subtest of its own."""
        for story in self.stories:
            for name, policy in story.policies.items():
                with self.subTest(history=story.history.name, policy=name):
                    yield policy, story.history.gaps[name], story.history.why

    def test_there_are_enough_of_them_and_no_two_are_the_same(self):
        names = [history.name for history in HISTORIES]
        self.assertGreaterEqual(len(names), 40)
        self.assertEqual(len(names), len(set(names)))

    def test_cover_is_as_worked_out_by_hand(self):
        for policy, gaps, why in self.each_policy():
            without = {day for day in DAYS if any(_lies_in(day, *gap) for gap in gaps)}
            found = {day for day in DAYS if not policy.covered_on(day)}
            self.assertEqual(_words(found), _words(without), why)

    def test_the_gaps_are_those_worked_out_by_hand(self):
        for policy, gaps, why in self.each_policy():
            found = policy.gap_ids.sorted("start").filtered(lambda gap: gap._holds_a_day())
            self.assertEqual([(gap.start, gap.resume or None) for gap in found], gaps, why)

    def test_no_day_with_cover_was_ever_taken_away_afterwards(self):
        for policy, _gaps, why in self.each_policy():
            taken = {
                day
                for day, told in zip(DAYS, self.told[policy], strict=True)
                if told and not policy.covered_on(day)
            }
            self.assertFalse(_words(taken), why)


def _lies_in(day, start, resume):
    return start <= day and (resume is None or day < resume)


def _words(days):
    """Return days as text, for a difference that can be read."""
    return ", ".join(f"{day:%a %d %b}" for day in sorted(days))
