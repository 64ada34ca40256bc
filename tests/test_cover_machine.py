"""Promises 1 to 7 under random histories: whatever happens in whatever order, they hold.

By default a modest number of the same examples each time. ``ARREARS_MACHINE=2000`` walks that many
random ones, and makes one that fails as short as it can: the steps that lead to it are printed.
"""

import copy
import os
from collections import Counter
from datetime import date
from decimal import Decimal

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from odoo.tests import tagged

from .common_mail import MailStory
from .machine_model import DAY, Model, Policy
from .machine_world import World

EXAMPLES = int(os.environ.get("ARREARS_MACHINE", "0"))
POLICIES = {
    "home": Policy("ann"),
    "motor": Policy("ann", "motor"),
    "health": Policy("ann", "health_basic"),
    "package": Policy("bob", "package"),
    "legal": Policy("bob", "legal", "intermediary"),
    "fleet": Policy("firm", "motor"),
}
HOLDERS = {"ann": "consumer", "bob": "consumer", "firm": "business"}
# What is there when each example begins: the 14-day notices of 23 March run until 9 April.
BEFORE = [
    ("ann", date(2026, 3, 2), 45, ["home"]),
    ("ann", date(2026, 3, 2), 120, ["motor"]),
    ("ann", date(2026, 3, 9), 45, ["home", "health"]),
    ("bob", date(2026, 3, 2), 300, ["package"]),
    ("bob", date(2026, 4, 2), 300, ["package"]),
    ("bob", date(2026, 3, 2), 45, ["legal"]),
    ("firm", date(2026, 3, 2), 45, ["fleet"]),
]
RUNS = [date(2026, 3, day) for day in (9, 16, 19, 23, 30)]
FROM = date(2026, 4, 7)
holders = st.sampled_from(sorted(HOLDERS))
numbers = st.integers(0, 99)


class CoverMachine(RuleBasedStateMachine):
    """What can happen to premiums, from the last days of a term on."""

    def __init__(self, test):
        super().__init__()
        self.savepoint = test.env.cr.savepoint()
        self.model = copy.deepcopy(test.model)
        self.world = World(test, self.model, test.policy_ids, test.holder_ids)
        self.happened = test.happened

    def teardown(self):
        self._count()
        self.savepoint.close(rollback=True)
        self.world.env.invalidate_all(flush=False)
        return super().teardown()

    def _count(self):
        """Remember what came to pass, so that the test can tell that it proved something."""
        gaps = self.world.read_gaps()
        self.happened["examples"] += 1
        self.happened["suspended"] += sum(gap.resume is None for gap in gaps)
        self.happened["resumed"] += sum(bool(g.resume and g.resume > g.start) for g in gaps)
        self.happened["taken back"] += sum(gap.resume == gap.start for gap in gaps)
        for fee in self.world.read_fees():
            self.happened[f"fee {fee.state}"] += 1

    def _open(self):
        return [premium for premium in self.model.premiums if premium.open_at_end_of() > 0]

    def _untouched(self):
        return [premium for premium in self._open() if not premium.credits]

    # === INVOICES AND MONEY === #

    @precondition(lambda self: len(self.model.premiums) < 14)
    @rule(
        holder=holders,
        due=st.integers(-20, 8),
        amount=st.sampled_from([45, 120, 300]),
        picked=st.sets(numbers, min_size=1, max_size=2),
        kind=st.sampled_from(["follow_up", "follow_up", "first", "amendment"]),
    )
    def invoice(self, holder, due, amount, picked, kind):
        mine = [name for name, policy in POLICIES.items() if policy.holder == holder]
        names = sorted({mine[number % len(mine)] for number in picked})
        kinds = dict.fromkeys(names, "follow_up") | {names[0]: kind}
        self.world.make_invoice(holder, self.model.today + due * DAY, amount, kinds)

    @precondition(lambda self: self._open())
    @rule(number=numbers, late=st.integers(0, 12), part=st.sampled_from(["1", "1", "0.5", "0.9"]))
    def pay(self, number, late, part):
        premium = self._open()[number % len(self._open())]
        amount = (premium.open_at_end_of() * Decimal(part)).quantize(Decimal("0.01"))
        self.world.pay(premium, amount or Decimal("0.01"), self.model.today - late * DAY)

    @rule(holder=holders, late=st.integers(0, 6), fees=st.booleans())
    def pay_all(self, holder, late, fees):
        for premium in self._open():
            if premium.holder == holder:
                self.world.pay(premium, premium.open_at_end_of(), self.model.today - late * DAY)
        if fees:
            self.world.pay_fees(holder)

    def _payments(self):
        return [
            (premium, credit)
            for premium in self.model.premiums
            for credit in premium.credits
            if credit.payment and not credit.undone
        ]

    @precondition(lambda self: self._payments())
    @rule(number=numbers)
    def storno(self, number):
        payments = self._payments()
        self.world.undo(*payments[number % len(payments)])

    @precondition(lambda self: self._untouched())
    @rule(number=numbers, cancel=st.booleans())
    def take_back(self, number, cancel):
        premium = self._untouched()[number % len(self._untouched())]
        if cancel and self.model.last_run != self.model.today:
            self.world.cancel(premium)
            self.world.run()  # nothing in the books tells the engine earlier
        else:
            self.world.credit(premium)

    # === PAUSES AND LETTERS === #

    @rule(holder=holders, days=st.none() | st.integers(0, 12), release=st.booleans())
    def hold(self, holder, days, release):
        if release and self.model.is_held(holder, self.model.today):
            self.world.release(holder)
        else:
            self.world.hold(holder, None if days is None else self.model.today + days * DAY)

    @rule(number=numbers, bounced=st.booleans())
    def letter_fails(self, number, bounced):
        sent = [
            notice
            for notice in self.world.read_notices().values()
            if notice.state == "sent" and notice.premiums
        ]
        if sent:
            notice = sent[-1 - number % min(len(sent), 6)]
            (self.world.bounce if bounced else self.world.withdraw)(notice.id)

    # === DAYS === #

    @rule(days=st.integers(1, 11))
    def sleep(self, days):
        self.model.today += days * DAY

    @rule(days=st.integers(0, 6), send=st.sampled_from([True, True, True, False]))
    def live(self, days, send):
        self.model.today += days * DAY
        if self.model.last_run != self.model.today:
            self.world.run()
        if send:
            self.world.send_mails()

    @rule(days=st.integers(7, 18))
    def live_long(self, days):
        self.live(days, True)

    @precondition(lambda self: self.model.last_run == self.model.today)
    @rule()
    def run_again(self):
        before = self.world.digest()
        self.world.run()
        items = self.world.env["arrears.item"].sudo().search([("settled_on", "=", False)])
        assert self.world.digest() == before, "promise 6: a second run does nothing"
        items.filtered(lambda item: not item.stale)._project(self.model.today)
        assert self.world.digest() == before, "working it out again changes nothing"

    @invariant()
    def promises_hold(self):
        self.world.check()


@tagged("post_install", "-at_install")
class TestCoverMachine(MailStory):
    def make_world(self):
        """Make the customers, their policies and what happened until 30 March."""
        self.company.arrears_run_cap = 0
        partners = {
            name: self.make_customer(
                name,
                email=f"{name}@example.com",
                e_notice_consent_date="2025-06-01",
                debtor_type=kind,
                is_company=kind == "business",
            )
            for name, kind in HOLDERS.items()
        }
        self.holder_ids = {name: partner.id for name, partner in partners.items()}
        self.policy_ids = {
            name: self.make_policy(
                name=f"M-{name}",
                partner_id=partners[policy.holder].id,
                line_of_business=policy.line,
                office_role=policy.role,
            ).id
            for name, policy in POLICIES.items()
        }
        self.model = Model(RUNS[0], POLICIES, HOLDERS)
        world = World(self, self.model, self.policy_ids, self.holder_ids)
        for holder, due, amount, names in BEFORE:
            world.make_invoice(holder, due, amount, dict.fromkeys(names, "follow_up"))
        for day in RUNS:
            world.walk([day])
            world.check()
        self.model.today = FROM

    def test_the_promises_hold_whatever_happens(self):
        self.happened = Counter()
        with self.mail_server():
            self.make_world()
            run_state_machine_as_test(
                lambda: CoverMachine(self),
                settings=settings(
                    max_examples=EXAMPLES or 30,
                    derandomize=not EXAMPLES,
                    stateful_step_count=16,
                    deadline=None,
                    database=None,
                    print_blob=True,
                    phases=(Phase.generate, Phase.shrink) if EXAMPLES else (Phase.generate,),
                    suppress_health_check=list(HealthCheck),
                ),
            )
        for what in ("suspended", "resumed", "taken back", "fee booked", "fee reversed"):
            self.assertTrue(self.happened[what], f"no example had this: {what}")
