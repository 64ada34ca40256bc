"""What has to be true before a registration: facts for ``law.cis``, and each line in words."""

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import format_date

from ..law import cis, holds
from .arrears_item_ladder import to_decimal
from .arrears_notice_term import FRESH_TERM

# What the register keeps is what was true then.
FROZEN = ("registered", "removed", "expired")
LATER_ROWS = {"draft": ("customer_told", "two_people"), "proposed": ("customer_told", "two_people")}
# The row of the checklist that tells of each code of law.cis.
ROW_OF_CODE = {
    "office_role": "office_role",
    "health_basic": "terminated",
    "not_terminated": "terminated",
    "no_ground": "ground",
    "notice_silent": "announced",
    "notice_unproven": "received",
    "customer_not_told": "customer_told",
    "disputed": "dispute",
    # Who is in debt help is not for all to see: it is told in the words of any hold.
    "debt_help": "hold",
    "on_hold": "hold",
    "arrangement": "arrangement",
    "nothing_open": "open",
    "clean_slate": "clean_slate",
    "not_approved": "two_people",
    "same_person": "two_people",
}


class CisRegistration(models.Model):
    _inherit = "cis.registration"

    @api.depends("state", "policy_id", "told_notice_id.state")
    def _compute_checklist(self):
        return super()._compute_checklist()

    def _get_checklist(self, day):
        """Return the rows that the next step of this registration asks for.

        A row is ticked by ``law.cis`` alone. Approval and the letter to the customer are asked
        from the approval on; what was registered shows what was true on that day.
        """
        self.ensure_one()
        if self.state in FROZEN and self.facts:
            return self.facts
        if not self.policy_id:
            return []
        record = self.sudo()  # the facts do not depend on who looks; reading is checked by the form
        known = record._read_facts(day)
        wrong = {ROW_OF_CODE[code] for code in cis.registration_blockers(known["law"], day)}
        if not record.company_id.arrears_cis:
            wrong.add("takes_part")
        later = LATER_ROWS.get(self.state, ())
        rows = [
            {"code": code, "label": label, "ok": code not in wrong, "fact": fact}
            for code, label, fact in record._describe_facts(known)
            if code not in later
        ]
        return sorted(rows, key=lambda row: row["ok"])  # what stands in the way comes first

    def _may_tell(self, day):
        """Tell whether a letter about this registration may leave: the facts still allow it."""
        self.ensure_one()
        if self.state == "registered":
            return True  # it stands: then the customer has to know
        known = self._read_facts(day)
        return self.state == "approved" and not cis.proposal_blockers(known["law"], day)

    # === FACTS === #

    def _read_facts(self, day):
        """Return what the database knows on ``day``, for the law and for the words.

        :return: dict with ``law`` (CisFacts), ``holds``, ``arranged`` (cases), ``announced``,
            ``told`` (notices), ``at_end``, ``now`` (Decimal)
        """
        self.ensure_one()
        policy, told = self.policy_id, self.told_notice_id
        cases = self._get_cases()
        every = self._get_holds(cases)
        holds = every._active_on(day)
        kinds = set(holds.mapped("kind"))
        arranged = cases.filtered(lambda case: any(i.arrangement_id for i in case.item_ids))
        announced = self.announced_notice_id or self._find_announcement()
        arrived = bool(announced) and announced.state == "sent"
        at_end, now = self._read_amounts()
        by_nonpayment = policy.end_reason == "non_payment"
        law = cis.CisFacts(
            office_role=policy.office_role,
            line_of_business=policy.line_of_business,
            ended_for_nonpayment_on=(policy.end_date or None) if by_nonpayment else None,
            conditions_name_ground=bool(policy._conditions_name_ground(day)),
            notice_announced=arrived and announced._announced_cis_of(policy),
            notice_received_on=(announced.received_on or None) if arrived else None,
            customer_told=told.state == "sent" and told.sent_on <= day,
            disputed="dispute" in kinds,
            debt_help="debt_help" in kinds,
            on_hold=bool(kinds - {"dispute", "debt_help"})
            or self._has_fresh_term(every, cases.item_ids, day),
            arrangement_active=bool(arranged),
            open_at_end=at_end > 0,
            open_now=now > 0,
            clean_slate=self._has_clean_slate(day),
            proposed_by=str(self.proposed_by_id.id or ""),
            approved_by=str(self.approved_by_id.id or ""),
        )
        return {
            "law": law,
            "holds": holds,
            "arranged": arranged,
            "announced": announced,
            "told": told,
            "at_end": at_end,
            "now": now,
        }

    def _get_holds(self, cases):
        """Return the holds that count: those of these cases, and all others of the same person.

        A hold of the whole customer, or of a policy, counts without any case too.
        """
        debtor = self._get_debtor()
        return self.env["arrears.hold"]._search_standing(
            Domain("company_id", "=", self.company_id.id)
            & (
                Domain("case_id", "in", cases.ids) & Domain("scope", "in", ("case", "item"))
                | Domain("scope", "in", ("debtor", "policy")) & Domain("partner_id", "=", debtor.id)
                | Domain("scope", "=", "policy") & Domain("policy_id", "=", self.policy_id.id)
            )
        )

    def _get_cases(self):
        """Return the cases whose pauses count: all open ones of the same person, and this one."""
        self.ensure_one()
        return self.env["arrears.case"].search(
            Domain("company_id", "=", self.company_id.id)
            & (
                Domain("id", "=", self.case_id.id)
                | Domain("state", "!=", "closed")
                & Domain("partner_id.commercial_partner_id", "=", self._get_debtor().id)
            )
        )

    def _get_debtor(self):
        self.ensure_one()
        return self.partner_id.commercial_partner_id

    def _find_announcement(self):
        """Return the notice that announced a registration of this policy, over what is still open.

        Of several the latest that was received when the policy ended.
        """
        self.ensure_one()
        ended = self.policy_id.end_date
        notices = self.env["arrears.notice"].search(
            [
                ("announces_cis", "=", True),
                ("state", "=", "sent"),
                ("company_id", "=", self.company_id.id),
                ("partner_id.commercial_partner_id", "=", self._get_debtor().id),
            ],
            order="received_on, id",
        )
        mine = notices.filtered(lambda notice: notice._announced_cis_of(self.policy_id))
        in_time = mine.filtered(lambda notice: ended and notice.received_on <= ended)
        return (in_time or mine)[-1:]

    def _read_amounts(self):
        """Return what was open of the policy's overdue premium when it ended, and what is now."""
        self.ensure_one()
        ended = self.policy_id.end_date
        items = self.env["arrears.item"].search(
            [("policy_ids", "in", self.policy_id.ids), ("company_id", "=", self.company_id.id)]
        )
        due = items.filtered(lambda item: ended and item.due_date < ended)
        at_end = sum(due._open_at_end_of(ended).values(), to_decimal(0)) if due else to_decimal(0)
        return at_end, sum((to_decimal(item.amount_open) for item in due), to_decimal(0))

    # === IN WORDS === #

    def _describe_facts(self, known):
        """Return (code, what has to be true, what the database says) per row, in words.

        :param known: ``_read_facts``
        """
        self.ensure_one()
        labels = self._get_row_labels()
        facts = {
            "takes_part": self._describe_part(),
            "office_role": self._describe_role(),
            "terminated": self._describe_end(),
            "ground": self._describe_ground(known["law"]),
            "announced": self._describe_announcement(known["announced"]),
            "received": self._describe_receipt(known["announced"]),
            "dispute": self._describe_holds(known, ("dispute",)),
            "hold": self._describe_holds(known, holds.KINDS.keys() - {"dispute"}),
            "arrangement": ", ".join(known["arranged"].mapped("name")) or self.env._("None."),
            "open": self._describe_amounts(known),
            "clean_slate": self._describe_clean_slate(),
            "customer_told": self._describe_told(known["told"]),
            "two_people": self._describe_people(),
        }
        return [(code, labels[code], fact) for code, fact in facts.items()]

    def _get_row_labels(self):
        """Return per row what has to be true."""
        return {
            "takes_part": self.env._("The office takes part in CIS"),
            "office_role": self.env._("The office may register for this policy"),
            "terminated": self.env._("The policy was ended for non-payment"),
            "ground": self.env._("The policy conditions name non-payment as a ground to end it"),
            "announced": self.env._("A notice announced the registration"),
            "received": self.env._("The customer received that notice before the policy ended"),
            "dispute": self.env._("Nothing is disputed"),
            "hold": self.env._("No case of this customer is on hold"),
            "arrangement": self.env._("No payment arrangement runs"),
            "open": self.env._("Premium was open when the policy ended, and still is"),
            "clean_slate": self.env._("No clean slate since the policy ended"),
            "customer_told": self.env._("The customer was told of the registration itself"),
            "two_people": self.env._("One person proposed it, another approved it"),
        }

    def _describe_ground(self, law):
        if law.conditions_name_ground:
            return self.env._("They do.")
        return self.env._("Not according to the policy.")

    def _describe_part(self):
        if self.company_id.arrears_cis:
            return self.env._("It does, according to the settings.")
        return self.env._("The settings say that it does not.")

    def _describe_role(self):
        if self.office_role == "authorised_agent":
            return self.env._("It is the authorised agent of %s", self.insurer_id.name)
        return self.env._(
            "It is an intermediary: only %s can register. You can ask the insurer.",
            self.insurer_id.name,
        )

    def _describe_end(self):
        policy = self.policy_id
        if not policy.end_date:
            return self.env._("Policy %s has not ended.", policy.name)
        day = format_date(self.env, policy.end_date)
        if policy.line_of_business == "health_basic":
            return self.env._("Basic health insurance is never ended for non-payment.")
        if policy.end_reason == "non_payment":
            return self.env._("Ended for non-payment on %s.", day)
        reasons = dict(policy._fields["end_reason"]._description_selection(self.env))
        return self.env._(
            "Ended on %(day)s, but not for non-payment: %(reason)s.",
            day=day,
            reason=reasons.get(policy.end_reason) or self.env._("no reason is recorded"),
        )

    def _describe_announcement(self, notice):
        if not notice:
            return self.env._("No notice that was sent about this policy announced it.")
        return self.env._(
            "Notice %(number)s of %(day)s.",
            number=notice.name,
            day=format_date(self.env, notice.date),
        )

    def _describe_receipt(self, notice):
        if not notice:
            return self.env._("There is no such notice.")
        if notice.state != "sent":
            return self.env._("Notice %s failed or was withdrawn.", notice.name)
        receipt = dict(notice._fields["receipt"]._description_selection(self.env))
        return self.env._(
            "Notice %(number)s: sent on %(sent)s, received on %(received)s (%(receipt)s).",
            number=notice.name,
            sent=format_date(self.env, notice.sent_on),
            received=format_date(self.env, notice.received_on),
            receipt=receipt.get(notice.receipt, "").lower(),
        )

    @api.model
    def _has_fresh_term(self, holds, items, day):
        """Tell whether the fresh term after a pause, an arrangement or a collector runs."""
        ended = [hold.end for hold in holds if hold.end and hold.end < day]
        ended += [on for days in items._get_returns(day).values() for on in days]
        return any(on <= day <= on + FRESH_TERM for on in ended)

    def _describe_holds(self, known, kinds):
        holds = known["holds"].filtered(lambda hold: hold.kind in kinds)
        return "; ".join(
            self.env._(
                "%(case)s since %(day)s: %(reason)s",
                case=hold.case_id.name or hold.policy_id.name or hold.partner_id.name,
                day=format_date(self.env, hold.start),
                reason=hold.reason if hold.kind == "dispute" else "…",
            )
            for hold in holds
        ) or self.env._("None.")

    def _describe_amounts(self, known):
        currency = self.company_id.currency_id
        if not self.case_id:
            return self.env._("There is no arrears case with this policy.")
        return self.env._(
            "%(at_end)s was open on the day it ended, %(now)s is open now.",
            at_end=currency.format(float(known["at_end"])),
            now=currency.format(float(known["now"])),
        )

    def _describe_clean_slate(self):
        day = self.partner_id.clean_slate_date
        return (
            self.env._("Clean slate on %s.", format_date(self.env, day))
            if day
            else (self.env._("None."))
        )

    def _describe_told(self, notice):
        if not notice:
            return self.env._("No letter was made.")
        if notice.state == "sent":
            return self.env._(
                "Letter %(number)s was sent on %(day)s.",
                number=notice.name,
                day=format_date(self.env, notice.sent_on),
            )
        if notice.state == "queued":
            return self.env._("Letter %s waits to be sent.", notice.name)
        return self.env._("Letter %s did not reach the customer, or was withdrawn.", notice.name)

    def _describe_people(self):
        if not self.approved_by_id:
            return self.env._("Nobody has approved it.")
        return self.env._(
            "Proposed by %(one)s on %(proposed)s, approved by %(other)s on %(approved)s.",
            one=self.proposed_by_id.name,
            proposed=format_date(self.env, self.proposed_on),
            other=self.approved_by_id.name,
            approved=format_date(self.env, self.approved_on),
        )
