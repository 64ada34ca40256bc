"""What the law asks about the rows of an opening file, read in a few queries."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from ..law import collection_fee, collector
from .arrears_fee_amount import LOOK_BACK
from .arrears_item_ladder import to_decimal
from .arrears_item_policy import _divide

ZERO = Decimal("0.00")


class Named(NamedTuple):
    """A notice in the database that names suspension, as ``Letter`` tells it."""

    sent_on: date
    received_on: date
    last_day: date
    channel: str
    rows: object
    notice: object

    @property
    def partner(self):
        return self.rows.partner_id


class LawFacts:
    """What the law asks about the rows of a file: money, policies, earlier letters; read once."""

    def __init__(self, rows, letters):
        env = rows.env
        receivables = rows.move_line_id
        self.env, self.company = env, rows.company_id
        self.credits = env["account.move.line"]._get_credits(receivables.ids)
        premiums = env["account.move.line"].search(
            [
                ("move_id", "in", receivables.move_id.ids),
                ("insurance_policy_id", "!=", False),
            ]
        )
        self.premiums = premiums.grouped("move_id")
        self.cases, self.recipients = {}, {}
        self.suspended = rows.filtered("suspended_since").move_line_id
        self.held = rows.filtered("hold_kind").move_line_id
        self.histories = {}
        if letters:
            days = [letter.received_on for letter in letters]
            self.histories = env["arrears.fee"]._get_histories_of(
                premiums.insurance_policy_id, min(days) - LOOK_BACK, max(days)
            )
        self.demands, self.letters = {}, {}
        for letter in letters:
            for receivable in letter.rows.move_line_id:
                self.demands.setdefault(receivable, []).append(letter.sent_on)
                self.letters.setdefault(receivable, []).append(letter)
        for row in rows.filtered("item_id"):
            self.demands.setdefault(row.move_line_id, []).extend(
                notice.sent_on
                for notice in row.item_id.notice_line_ids.notice_id
                if notice.sent_on and notice.state in ("sent", "withdrawn")
            )

    # === MONEY === #

    def _open_at_end_of(self, receivable, day):
        """Return what was open of a receivable at the end of a day, by the days of credit."""
        paid = sum((amount for on, amount in self.credits[receivable.id] if on <= day), ZERO)
        return max(to_decimal(receivable.balance) - paid, ZERO)

    def get_open(self, row):
        """Return what is open of a row's receivable now."""
        return to_decimal(max(row.move_line_id.amount_residual, 0.0))

    def is_open(self, row):
        """Tell whether anything is open of a row's receivable now."""
        return row.move_line_id.amount_residual > 0

    def get_amounts(self, letter):
        """Return per row what its letter asked: as the file says, or what was open that day."""
        before = letter.sent_on - timedelta(days=1)
        return {
            row: to_decimal(row.amount) or self._open_at_end_of(row.move_line_id, before)
            for row in letter.rows
        }

    def get_claims(self, letter, amounts):
        """Return what was asked per policy, as the claims of one letter."""
        claims = []
        for row in letter.rows:
            weights = {}
            for line in self.premiums[row.move_line_id.move_id]:
                policy = line.insurance_policy_id
                weights[policy] = weights.get(policy, ZERO) + to_decimal(line.price_total)
            claims += [
                collection_fee.Claim(str(policy.id), share)
                for policy, share in _divide(amounts[row], weights).items()
                if share
            ]
        return claims

    # === FEE === #

    def get_case(self, letter):
        """Return a case that is in no database, to ask what the law lets it be charged."""
        debtor = letter.partner._get_debtor_type()
        key = (debtor, letter.creditor)
        if key not in self.cases:
            self.cases[key] = self.env["arrears.case"].new(
                {
                    "company_id": self.company.id,
                    "creditor_id": letter.creditor.id,
                    "debtor_type": debtor,
                }
            )
        return self.cases[key]

    def get_policies(self, letter):
        """Return the policies whose premium a letter asked."""
        return self.env["insurance.policy"].union(
            *(self.premiums[row.move_line_id.move_id].insurance_policy_id for row in letter.rows)
        )

    def get_allowed(self, letter, claims):
        """Return the fee that a letter could announce over claims, as a ``law`` FeeResult, or None.

        A consumer owes nothing after a notice that is no 14-day letter.
        """
        case = self.get_case(letter)
        at_once = case._owes_fee_at_once(letter.kind)
        if not letter.statutory or (letter.kind == "business_notice" and not at_once):
            return None
        fees = self.env["arrears.fee"]
        earlier = fees._select_histories(
            self.histories, self.get_policies(letter), letter.received_on
        )
        return fees._explain(case, letter.kind, claims, letter.received_on, earlier)

    def get_due(self, letter):
        """Return what is due of an announced fee, by what was credited until its term ended."""
        allowed_on = letter.sent_on
        if not self.get_case(letter)._owes_fee_at_once(letter.kind):
            allowed_on = letter.last_day
        left = {row: self._open_at_end_of(row.move_line_id, allowed_on) for row in letter.rows}
        rest = self.get_allowed(letter, self.get_claims(letter, left))
        return collection_fee.fee_due(
            letter.fee,
            sum(left.values(), ZERO),
            fee_on_remainder=rest.amount if rest else ZERO,
            waive_limit=ZERO,
        )

    def get_charged(self, letter):
        """Return what was charged without VAT; None when entry and letter cannot be one."""
        if not letter.fee_line:
            return letter.fee
        total = to_decimal(letter.fee_line.balance)
        if letter.vat:
            return letter.fee if total == letter.fee + letter.vat else None
        return total

    def may_cause_fee(self, letter):
        """Tell whether the office could announce a fee over these premiums (Wki art. 18, 7:936)."""
        for row in letter.rows:
            for line in self.premiums[row.move_line_id.move_id]:
                sender = line.insurance_policy_id._law_collector()
                first = collector.first_unregistered_demand(
                    sender, self.demands.get(row.move_line_id, [])
                )
                sender = replace(sender, unregistered_demand_on=first)
                if not collector.may_cause_fee(sender, letter.received_on)[0]:
                    return False
        return True

    def remember(self, letter):
        """Let a letter that counts be an earlier one for the letters after it."""
        if not letter.statutory:
            return
        charged = letter.said["fee_choice"] != "leave"
        nothing = self.env["arrears.notice"]
        for policy in self.get_policies(letter):
            mine = [
                row
                for row in letter.rows
                if policy in self.premiums[row.move_line_id.move_id].insurance_policy_id
            ]
            fee = letter.by_policy.get(str(policy.id), ZERO) if charged else ZERO
            unpaid = any(self._open_at_end_of(row.move_line_id, letter.last_day) for row in mine)
            self.histories.setdefault(str(policy.id), []).append(
                (nothing, collection_fee.Reminder(letter.received_on, fee, unpaid))
            )

    # === COVER === #

    def get_naming_letters(self, row):
        """Return the letters over a row's invoice that count and name suspension, oldest first.

        Those of the file, and those that were taken over or sent before.
        """
        named = [
            Named(notice.sent_on, notice.received_on, notice.last_day, notice.channel, row, notice)
            for notice in row.item_id.notice_line_ids.filtered(
                lambda line: line.live and line.cycle == line.item_id.cycle
            ).notice_id
            if notice.state == "sent" and notice.names_suspension and notice.last_day
        ]
        named += [
            letter
            for letter in self.letters.get(row.move_line_id, ())
            if letter.counts and letter.names_suspension
        ]
        return sorted(named, key=lambda letter: letter.received_on)

    def get_premium_kind(self, row, policy):
        """Return the kind of premium of a policy on a row's invoice; a follow-up goes first."""
        kinds = [
            line.insurance_premium_kind
            for line in self.premiums[row.move_line_id.move_id]
            if line.insurance_policy_id == policy
        ]
        return "follow_up" if "follow_up" in kinds else kinds[0]

    def get_recipient(self, letter):
        """Return to whom the letters of a debtor go."""
        if letter.partner not in self.recipients:
            address = letter.partner.address_get(["invoice"])["invoice"]
            self.recipients[letter.partner] = self.env["res.partner"].browse(address)
        return self.recipients[letter.partner]
