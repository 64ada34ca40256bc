"""Does the law let it count? Each letter, fee and suspension of an opening file is judged."""

from odoo import models

from ..law import collection_fee, cover, opening
from ..law.calendar import ONE_DAY
from ..law.parameters import DECREED_HOLIDAYS
from .arrears_notice import TERM_KINDS
from .arrears_opening_facts import ZERO, LawFacts

# On a collective invoice some policies can simply not be suspended for their premium.
NEVER_SUSPENDED = {"health_basic", "premium_kind"}


class ArrearsOpeningLine(models.Model):
    _inherit = "arrears.opening.line"

    def _judge(self, found):
        """Judge the letters, fees and suspensions of these rows by the law, oldest first.

        Earlier letters of the file count for the fee of later ones, as those in the database do.

        :param found: the ``Findings``; doubts are told there
        :return: the ``Letter`` objects, with what was worked out about them; and a dict from each
            row with a suspension to the letter that named it
        """
        letters = self._get_letters(found)
        facts = LawFacts(self, letters)
        self._find_letters_taken(letters, found)
        for letter in letters:
            letter.amounts = facts.get_amounts(letter)
            letter.claims = facts.get_claims(letter, letter.amounts)
            letter.flaws = self._judge_letter(letter, facts)
            for row in letter.rows:
                found.doubts[row] += letter.flaws
                row.write(
                    {
                        "received_on": letter.received_on,
                        "last_day": letter.last_day if letter.kind in TERM_KINDS else False,
                        "notice_counts": letter.counts,
                    }
                )
            if letter.counts:
                errors = self._judge_charge(letter, facts)
                for row in letter.rows:
                    found.errors[row] += errors
                facts.remember(letter)
            self._foretell(letter, facts, found)
        return letters, self._judge_suspensions(facts, found)

    def _find_letters_taken(self, letters, found):
        """Refuse a letter with a fee that was taken over before, for other invoices."""
        notices = self.env["arrears.notice"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("origin", "=", "opening"),
                ("state", "=", "sent"),
                ("partner_id", "in", self.partner_id.ids),
            ]
        )
        before = notices.grouped(
            lambda n: (n.partner_id, n.creditor_id, n.stage_id, n.sent_on, n.channel)
        )
        for letter in letters:
            key = (letter.partner, letter.creditor, letter.stage, letter.sent_on, letter.channel)
            notice = before.get(key, notices.browse())[:1]
            if not notice or not (letter.fee or notice.fee_announced):
                continue
            for row in letter.rows:
                found.errors[row].append(
                    self.env._(
                        "This letter was taken over already, for other invoices: notice %s. One "
                        "letter has one fee: withdraw that notice and take all rows over together.",
                        notice.name,
                    )
                )

    # === LETTERS === #

    def _judge_letter(self, letter, facts):
        """Return in words why a letter counts for nothing; empty when it counts."""
        allowed = facts.get_allowed(letter, letter.claims) if letter.fee else None
        letter.why = self._describe_why(letter, allowed)
        if allowed:
            letter.by_policy = {
                policy: min(amount, letter.fee) for policy, amount in allowed.by_policy.items()
            }
        vat_allowed = ZERO
        if letter.vat and not self.env["arrears.fee"]._get_vat_blockers(facts.get_case(letter)):
            rate = collection_fee.vat_rate(letter.sent_on)
            vat_allowed = collection_fee.vat_on(letter.fee, rate)
        taken = opening.TakenOver(
            kind=letter.kind,
            sent_on=letter.sent_on,
            latest_due_date=max(letter.rows.mapped("due_date")),
            received_on=letter.received_on,
            last_day=max(letter.last_day, letter.received_on) if letter.last_day else None,
            names_suspension=letter.names_suspension,
            fee=letter.fee,
            fee_allowed=allowed.amount if allowed else ZERO,
            may_cause_fee=facts.may_cause_fee(letter),
            vat=letter.vat,
            vat_allowed=vat_allowed,
        )
        codes = opening.notice_blockers(taken, DECREED_HOLIDAYS)
        return [self._describe_flaw(code, taken) for code in codes]

    def _describe_why(self, letter, allowed):
        """Return why a notice is as it is, as our own notices store it."""
        if not letter.fee:
            return {"fee": {}, "opening": letter.rows.mapped("row")}
        inputs = dict(allowed.inputs) if allowed else {"total_open": "0.00", "claims": "0"}
        return {
            "fee": {
                # How the earlier system came to its fee cannot be checked; the amount can.
                "rule": "taken_over",
                "inputs": {
                    **inputs,
                    "allowed": str(allowed.amount if allowed else ZERO),
                    "rule_of_the_law": allowed.rule if allowed else "none",
                },
                "by_policy": {
                    policy: str(min(amount, letter.fee))
                    for policy, amount in (allowed.by_policy if allowed else {}).items()
                },
            },
            "opening": letter.rows.mapped("row"),
        }

    def _describe_flaw(self, code, taken):
        """Return a code of ``law.opening`` in words."""
        texts = {
            "before_default": self.env._(
                "The letter was sent on or before the due date, so it counts for nothing."
            ),
            "no_14_day_letter": self.env._(
                "This kind of letter gives no 14 days, so it can neither announce a fee nor name "
                "suspension. If it did give them, it was a formal notice."
            ),
            "term_too_short": self.env._(
                "The letter gave fewer days than the law: received on %s, 14 days, no weekend or "
                "holiday at the end.",
                taken.received_on,
            ),
            "fee_not_allowed": self.env._(
                "The office was not allowed to cause a fee on that day: it was not in the register "
                "of collectors and is not the creditor."
            ),
            "fee_too_high": self.env._(
                "The fee is higher than the law allows: %(fee)s was announced, at most "
                "%(allowed)s was allowed. That makes the letter void.",
                fee=taken.fee,
                allowed=taken.fee_allowed,
            ),
            "vat_too_high": self.env._(
                "VAT of %(vat)s was announced, at most %(allowed)s was allowed.",
                vat=taken.vat,
                allowed=taken.vat_allowed,
            ),
        }
        return texts[code]

    # === FEES THAT WERE CHARGED === #

    def _judge_charge(self, letter, facts):
        """Return in words why a fee that was charged, or is to be booked now, is not due."""
        said = letter.said
        charged_on = said["fee_charged_on"]
        if said["fee_choice"] == "book":
            charged_on = charged_on or self.opening_id.day
        elif not letter.fee_line:
            return []
        charged_on = charged_on or letter.fee_line.date
        charged = facts.get_charged(letter)
        if charged is None:
            return [
                self.env._(
                    "Fee entry %(entry)s carries %(total)s, while the letter announced %(fee)s and "
                    "%(vat)s of VAT.",
                    entry=said["fee_entry"],
                    total=letter.fee_line.balance,
                    fee=letter.fee,
                    vat=letter.vat,
                )
            ]
        due = facts.get_due(letter)
        at_once = facts.get_case(letter)._owes_fee_at_once(letter.kind)
        owed_from = letter.sent_on if at_once else letter.last_day + ONE_DAY
        codes = opening.charge_blockers(charged_on, owed_from, charged, due)
        if said["fee_choice"] == "book":
            # What is booked now is what is due: a part-payment lowers it, no fee stays zero.
            codes = [code for code in codes if code == "too_early" or not due]
        texts = {
            "too_early": self.env._(
                "The fee was charged on %(day)s, before it was due on %(due)s.",
                day=charged_on,
                due=owed_from,
            ),
            "too_much": self.env._(
                "A fee of %(charged)s was charged, but by what was paid in time only %(due)s is "
                "due. Correct the entry first.",
                charged=charged,
                due=due,
            ),
        }
        return [texts[code] for code in codes]

    def _foretell(self, letter, facts, found):
        """Tell what the next run does because of this letter, so that nobody is surprised."""
        quiet = facts.suspended | facts.held
        day = self.opening_id.day
        if not letter.counts and letter.fee_line:
            text = self.env._("Its fee, entry %s, is taken back.", letter.said["fee_entry"])
            for row in letter.rows:
                found.notes[row].append(text)
        if not letter.counts or not letter.statutory or letter.last_day >= day:
            return
        said, notes = letter.said, []
        if letter.fee and not (letter.fee_line or said["fee_choice"]) and facts.get_due(letter):
            notes.append(self.env._("Its term has ended: the next run charges the fee."))
        for row in letter.rows:
            found.notes[row] += notes
            if letter.names_suspension and facts.is_open(row) and row.move_line_id not in quiet:
                found.notes[row].append(
                    self.env._(
                        "Its term has ended: the next run suspends the cover, where the law and "
                        "the office's role allow it."
                    )
                )

    # === SUSPENSIONS === #

    def _judge_suspensions(self, facts, found):
        """Judge each suspension by article 7:934: rests it on a letter that counts?"""
        gaps, named_by = {}, {}
        for row in self.filtered("suspended_since"):
            naming = facts.get_naming_letters(row)
            fit = [one for one in naming if one.last_day and one.last_day < row.suspended_since]
            letter = named_by[row] = (fit or naming or [None])[-1]
            stopped = self.env["insurance.policy"]
            for policy in row.suspended_policy_ids:
                if error := row._get_gap_error(policy, gaps):
                    found.errors[row].append(error)
                codes = row._get_suspension_blockers(policy, letter, facts)
                if not codes:
                    stopped |= policy
                elif row.policies or not NEVER_SUSPENDED & set(codes):
                    found.doubts[row] += [row._describe_no_suspension(policy, c) for c in codes]
            row.suspended_policies = stopped.ids
            if not stopped and not found.doubts[row]:
                found.doubts[row].append(
                    self.env._("No policy on this invoice can be suspended for its premium.")
                )
        return named_by

    def _get_gap_error(self, policy, gaps):
        """Return in words why a gap cannot be added to a policy, or nothing."""
        start = self.suspended_since
        other = gaps.setdefault(policy, start)
        if other != start:
            return self.env._(
                "Policy %(policy)s is suspended since %(other)s by another row.",
                policy=policy.name,
                other=other,
            )
        for gap in policy.gap_ids:
            if gap._holds_a_day() and (not gap.resume or gap.resume > start):
                return self.env._(
                    "Policy %(policy)s has a suspension from %(start)s already.",
                    policy=policy.name,
                    start=gap.start,
                )
        if policy.end_date and policy.end_date <= start:
            return self.env._("Policy %s had ended by then.", policy.name)
        return None

    def _get_suspension_blockers(self, policy, letter, facts):
        """Return the codes of ``law.cover`` that forbid this suspension.

        Where the office is intermediary it was the insurer that suspended; the rest of the law is
        the same for it.
        """
        channel_ok = letter and (
            letter.channel == "post"
            or facts.get_recipient(letter)._may_receive_electronic_notices(letter.sent_on)
        )
        agent = policy.office_role == "authorised_agent"
        return cover.suspension_blockers(
            cover.SuspensionFacts(
                line_of_business=policy.line_of_business,
                premium_kind=facts.get_premium_kind(self, policy),
                due_date=self.due_date,
                notice_sent_on=letter.sent_on if letter else None,
                notice_received_on=letter.received_on if letter else None,
                notice_names_suspension=bool(letter),
                notice_in_writing_allowed=bool(channel_ok),
                last_day=letter.last_day if letter else None,
                amount_open=facts.get_open(self),
                on_hold=bool(self.hold_start and self.hold_start <= self.suspended_since),
                arrangement_active=False,
                office_role="authorised_agent" if agent else "insurer",
            ),
            self.suspended_since,
        )

    def _describe_no_suspension(self, policy, code):
        """Return in words why a suspension counts for nothing."""
        texts = {
            "health_basic": self.env._("basic health insurance is never suspended"),
            "premium_kind": self.env._("only a follow-up premium can cost the cover"),
            "notice_not_sent": self.env._(
                "there is no letter in this file that counts and names the suspension"
            ),
            "not_in_writing": self.env._("it went by e-mail, without recorded consent"),
            "notice_before_default": self.env._("the letter came before the due date"),
            "term_too_short": self.env._("the letter gave fewer than 14 days"),
            "term_running": self.env._("the last day to pay had not passed"),
            "nothing_open": self.env._("nothing is open any more"),
            "on_hold": self.env._("there was a hold"),
        }
        return self.env._(
            "Suspension of policy %(policy)s counts for nothing: %(reason)s.",
            policy=policy.name,
            reason=texts.get(code, code),
        )
