"""What the law asks before a policy ends, read from the database, and told in words."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import format_date, formatLang

from ..law import facts as ladder_facts
from ..law import termination
from .arrears_item_ladder import to_decimal
from .arrears_notice import TERM_KINDS

FRESH_TERM = timedelta(days=ladder_facts.FRESH_TERM_DAYS)
# Each row of the checklist with the codes of law.termination that contradict it.
ROWS = {
    "role": ("office_role", "health_basic"),
    "premium": ("premium_kind", "nothing_open"),
    "ground": ("no_ground",),
    "notice": ("notice_not_sent", "notice_before_default", "notice_silent"),
    "received": ("not_in_writing", "not_received"),
    "term": ("no_term", "term_too_short", "term_running"),
    "suspended": ("not_suspended",),
    "free": ("disputed", "debt_help", "on_hold"),
    "arrangement": ("arrangement",),
    "payment": ("payment_waits",),
    "people": ("not_approved", "same_person"),
}
NEEDS_NOTICE = ("received", "term")


@dataclass(frozen=True)
class PolicyFacts:
    """What is known of one policy: the facts for the law, and the records they were read from."""

    law: termination.TerminationFacts
    items: models.BaseModel
    notice: models.BaseModel
    rule: models.BaseModel
    since: date | None


class InsuranceTermination(models.Model):
    _inherit = "insurance.termination"

    # === FACTS === #

    @api.model
    def _read_facts(self, policies, day):
        """Return what the law asks about each of these policies on a day, in a few queries.

        Of several unpaid premiums and notices the pair counts that stands in the way the least:
        one premium that was rightly warned about is enough.

        :return: dict from policy to PolicyFacts, with nobody as proposer and approver
        """
        items = self.env["arrears.item"].search(
            [
                ("policy_ids", "in", policies.ids),
                ("settled_on", "=", False),
                # What the insurer collects is between the customer and the insurer.
                ("move_line_id", "!=", False),
            ],
            order="due_date, id",
        )
        items = items.filtered(lambda item: item.amount_open > 0)
        # Read together: each policy on its own would read its own notices.
        items.notice_line_ids.notice_id.mapped("state")
        items.arrangement_line_ids.arrangement_id.mapped("state")
        items.handover_line_ids.handover_id.mapped("state")
        common = self._read_common_facts(policies, items, day)
        kinds = self._read_premium_kinds(items)
        return {
            policy: min(
                self._pair_facts(policy, common[policy], kinds, day),
                key=lambda found: len(termination.termination_blockers(found.law, day)),
            )
            for policy in policies
        }

    def _read_common_facts(self, policies, items, day):
        """Return per policy what does not depend on one premium or notice."""
        grounds = policies._filter_conditions_name_ground(day)
        rules = self.env["insurance.termination.rule"]._find(policies, day)
        shares = self._read_own_shares(items)
        credits = items.case_id._get_waiting_credits()
        gaps = policies.gap_ids.filtered(
            lambda gap: gap.start <= day and (not gap.resume or gap.resume > day)
        )
        open_gaps, found = gaps.grouped("policy_id"), {}
        holds, returned = items._get_holds(), items._get_returns(day)
        by_policy = items._group_by_policy()
        for policy in policies:
            mine = by_policy.get(policy, items.browse())
            gap = open_gaps.get(policy, gaps.browse())[:1]
            found[policy] = {
                "items": mine,
                "rule": rules[policy],
                "law": {
                    "line_of_business": policy.line_of_business,
                    "office_role": policy.office_role,
                    "amount_open": sum((shares[i].get(policy, 0) for i in mine), to_decimal(0)),
                    "suspended_from": gap.start or None,
                    "conditions_name_ground": policy in grounds,
                    "arrangement_active": bool(mine.arrangement_id),
                    "payment_waits": any(case in credits for case in mine.case_id),
                    "proposed_by": "",
                    "approved_by": "",
                    **self._read_holds(mine, holds, day, returned),
                },
            }
        return found

    def _read_holds(self, items, known, day, returned=None):
        """Return which pauses are in force, the fresh term after one included.

        :param known: dict from item to its holds, of these and other items
        :param returned: ``_get_returns`` of these and other items; None reads it
        """
        holds = self.env["arrears.hold"].sudo().union(*(known[item] for item in items))
        active = set(holds._active_on(day).mapped("kind"))
        ended = [hold.end for hold in holds if hold.end and hold.end < day]
        returned = items._get_returns(day) if returned is None else returned
        ended += [on for item in items for on in returned.get(item.id, ())]
        fresh = any(on <= day <= on + FRESH_TERM for on in ended)
        return {
            "disputed": "dispute" in active,
            "debt_help": "debt_help" in active,
            "on_hold": bool(active - {"dispute", "debt_help"}) or fresh,
        }

    @api.model
    def _read_own_shares(self, items):
        """Return per item the part of what is open that each of its policies owes, as Decimal."""
        invoiced = items.filtered("move_id")
        weights = invoiced._get_premium_weights()
        shares = {}
        for item in items:
            claims = item._law_claims(weights=weights) if item in invoiced else ()
            shares[item] = {
                policy: sum((c.open_amount for c in claims if c.policy == str(policy.id)), 0)
                for policy in item.policy_ids
            }
            if item not in invoiced:
                shares[item][item.policy_ids[:1]] = to_decimal(item.amount_open)
        return shares

    def _read_premium_kinds(self, items):
        """Return the kind of premium by (invoice, policy); a follow-up premium goes first."""
        found = {}
        for line in items._premium_lines():
            key = (line.move_id, line.insurance_policy_id)
            if found.get(key) != "follow_up":
                found[key] = line.insurance_premium_kind
        return found

    def _pair_facts(self, policy, common, kinds, day):
        """Return the facts for each unpaid premium of a policy with each notice about it."""
        nothing = self.env["arrears.notice"]
        pairs = []
        for item in common["items"]:
            notices = item.notice_line_ids.filtered(
                lambda line, i=item: line.cycle == i.cycle
            ).notice_id.filtered(
                lambda notice: notice.state == "sent" and notice.kind in TERM_KINDS
            )
            pairs += [(item, notice) for notice in notices.sorted("id", reverse=True) or [nothing]]
        if not pairs:
            pairs = [(self.env["arrears.item"], nothing)]
        return [
            PolicyFacts(
                law=termination.TerminationFacts(
                    **common["law"],
                    **self._notice_facts(policy, notice),
                    due_date=item.due_date or day,
                    premium_kind=kinds.get((item.move_id, policy)) or "follow_up",
                ),
                items=common["items"],
                notice=notice,
                rule=common["rule"],
                since=common["items"][:1].due_date or None,
            )
            for item, notice in pairs
        ]

    def _notice_facts(self, policy, notice):
        in_writing = bool(notice) and (
            notice.channel == "post"
            or notice.recipient_id._may_receive_electronic_notices(notice.sent_on)
        )
        return {
            "notice_sent_on": notice.sent_on or None,
            "notice_received_on": notice.received_on or None,
            "notice_names_termination": bool(notice) and policy in notice._get_named_endings(),
            "notice_in_writing_allowed": in_writing,
            "last_day": notice.last_day or None,
        }

    def _get_facts(self, day):
        """Return the facts of each termination, with who proposed and who approved it."""
        read = self._read_facts(self.policy_id, day)
        found = {}
        for record in self:
            facts = read[record.policy_id]
            people = {
                "proposed_by": str(record.proposed_by_id.id or ""),
                "approved_by": str(record.approved_by_id.id or ""),
            }
            found[record] = replace(facts, law=replace(facts.law, **people))
        return found

    def _get_blockers(self, day):
        """Return per termination the codes of what stands in its way on a day."""
        return {
            record: termination.termination_blockers(facts.law, day)
            for record, facts in self._get_facts(day).items()
        }

    # === IN WORDS === #

    def _get_checklist(self, day):
        """Return what has to be true before the policy may end: see ``arrears.approval``."""
        self.ensure_one()
        # A reader sees the list, whatever rights he has on what it is read from.
        facts = self.sudo()._get_facts(day)[self.sudo()]
        blockers = termination.termination_blockers(facts.law, day)
        labels, told = self._get_checklist_labels(), self._get_checklist_told(facts)
        rows = []
        for code, against in ROWS.items():
            if code == "people" and not self.approved_by_id:
                continue  # the approval itself is what the list is for
            if code in NEEDS_NOTICE and not facts.notice:
                continue
            wrong = [blocker for blocker in against if blocker in blockers]
            reasons = [self._describe_blocker(blocker) for blocker in wrong]
            rows.append(
                {
                    "code": code,
                    "label": labels[code],
                    "ok": not wrong,
                    "fact": " ".join(dict.fromkeys(reasons)) or told[code],
                }
            )
        return rows

    def _get_checklist_labels(self):
        return {
            "role": self.env._("The office may end this insurance"),
            "premium": self.env._("A premium of this very policy is unpaid"),
            "ground": self.env._("The conditions name non-payment as a ground"),
            "notice": self.env._("A notice after the due date announced it"),
            "received": self.env._("That notice was in writing and received"),
            "term": self.env._("Its fourteen days have passed"),
            "suspended": self.env._("The cover was suspended first"),
            "free": self.env._("No dispute, debt help or other hold"),
            "arrangement": self.env._("No payment arrangement"),
            "payment": self.env._("No payment waits to be matched"),
            "people": self.env._("Approved by a second person"),
        }

    def _get_checklist_told(self, facts):
        """Return what the database says where nothing stands in the way."""
        self.ensure_one()
        policy, notice, law = self.policy_id.sudo(), facts.notice, facts.law
        roles = dict(policy._fields["office_role"]._description_selection(self.env))
        exception = policy.conditions_allow_termination == "yes"
        return {
            "role": roles[policy.office_role],
            "premium": self.env._(
                "%(amount)s open since %(day)s",
                amount=formatLang(
                    self.env, float(law.amount_open), currency_obj=self.sudo().currency_id
                ),
                day=self._format_day(facts.since),
            ),
            "ground": self.env._("Recorded at the policy") if exception else facts.rule.source,
            "notice": self.env._(
                "%(notice)s, sent on %(day)s",
                notice=notice.name,
                day=self._format_day(notice.sent_on),
            ),
            "received": self.env._(
                "%(channel)s, received on %(day)s",
                channel=dict(notice._fields["channel"]._description_selection(self.env)).get(
                    notice.channel
                ),
                day=self._format_day(notice.received_on),
            ),
            "term": self.env._("Unpaid on its last day, %s", self._format_day(notice.last_day)),
            "suspended": self.env._("Since %s", self._format_day(law.suspended_from)),
            "free": self.env._("None"),
            "arrangement": self.env._("None"),
            "payment": self.env._("None"),
            "people": self.env._(
                "%(user)s, on %(day)s",
                user=self.approved_by_id.sudo().name,
                day=self._format_day(self.approved_on),
            ),
        }

    def _format_day(self, day):
        return format_date(self.env, day) if day else ""

    @api.model
    def _describe_blocker(self, code):
        """Return in words why a code of ``law.termination`` stands in the way."""
        # Debt help is told in the words of any hold: who asks for help is not for all to read.
        hold = self.env._("The case is on hold, or its fresh term after a hold runs.")
        return {
            "health_basic": self.env._("Basic health insurance is never ended for non-payment."),
            "premium_kind": self.env._(
                "Only an unpaid follow-up premium counts: for a first premium or an amendment the "
                "conditions decide, not this procedure."
            ),
            "office_role": self.env._(
                "The office is intermediary: only the insurer may end it. Ask the insurer."
            ),
            "nothing_open": self.env._("Nothing of this policy's own premium is open."),
            "no_ground": self.env._(
                "Nobody recorded that they do: see Configuration, Conditions on termination."
            ),
            "notice_not_sent": self.env._("No notice with a term was sent."),
            "notice_before_default": self.env._("The notice was sent before the due date."),
            "notice_silent": self.env._(
                "The notice did not say that this policy could be ended. Move the case to the "
                "final notice, so that a new one says so."
            ),
            "not_in_writing": self.env._("It was mailed without the customer's consent."),
            "not_received": self.env._("It did not arrive."),
            "no_term": self.env._("The notice gave no term."),
            "term_too_short": self.env._("The notice gave less than fourteen days."),
            "term_running": self.env._("The customer can still pay in time."),
            "not_suspended": self.env._("There is cover: suspend it first."),
            "disputed": self.env._("The customer disputes the premium."),
            "debt_help": hold,
            "on_hold": hold,
            "arrangement": self.env._("An arrangement runs."),
            "payment_waits": self.env._(
                "Money of this customer is not matched yet: it may have paid this."
            ),
            "not_approved": self.env._("Nobody approved it yet."),
            "same_person": self.env._("Who proposed it cannot approve it."),
        }[code]

    @api.model
    def _get_due(self, day, company):
        """Return what was announced and whose day has come."""
        return self.search(
            Domain("company_id", "=", company.id)
            & Domain("state", "=", "announced")
            & Domain("ends_on", "<=", day)
        )
