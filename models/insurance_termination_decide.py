"""What people decide about the end of a policy: propose, approve, refuse, withdraw, revive."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..law import resumption
from ..law import termination as law_termination
from .insurance_termination import LIVE_STATES

# No letter of ours can mend these: such a policy is never proposed.
NEVER = ("health_basic", "premium_kind", "office_role", "nothing_open")


class InsuranceTermination(models.Model):
    _inherit = "insurance.termination"

    # === PROPOSE === #

    @api.model
    def _prepare(self, policies, day, action=None):
        """Propose the end of the policies of which a premium of their own is unpaid.

        Policies whose end is under way are left out, and so is what can never be ended: basic
        health insurance, a first premium, a policy on which only the insurer decides.

        :param policies: the policies to look at
        :param day: business day
        :param action: the proposed step of a run, if it came from one
        :return: the terminations, as the service
        :raise UserError: names each policy and why, when none is left
        """
        self._check_manager()
        service = self.sudo()
        busy = service.search(
            [("policy_id", "in", policies.ids), ("state", "in", LIVE_STATES)]
        ).policy_id
        free = policies.sudo() - busy
        obstacles = service._get_obstacles(free, day)
        chosen = free.filtered(lambda policy: not obstacles[policy])
        if not chosen:
            raise UserError(
                self.env._(
                    "No policy can be ended:\n%s",
                    "\n".join(
                        [
                            *(f"- {p.name}: {' '.join(obstacles[p])}" for p in free),
                            *(
                                self.env._("- %s: its end was proposed already.", policy.name)
                                for policy in busy
                            ),
                        ]
                    ),
                )
            )
        cases = service._get_cases(chosen)
        terminations = service.create(
            [
                {
                    "policy_id": policy.id,
                    "case_id": cases[policy].id,
                    "action_id": action.id if action else False,
                    "proposed_by_id": self.env.uid,
                    "proposed_on": day,
                }
                for policy in chosen
            ]
        )
        terminations._record_history("termination", day, self.env._("Proposed"))
        return terminations

    @api.model
    def _get_obstacles(self, policies, day):
        """Return per policy, in words, why its end can never be proposed; empty: it can."""
        facts = self._read_facts(policies, day)
        found = {}
        for policy in policies:
            codes = set(law_termination.termination_blockers(facts[policy].law, day))
            found[policy] = [self._describe_blocker(code) for code in NEVER if code in codes]
            if policy.end_date:
                found[policy].append(self.env._("It has an end already, on %s.", policy.end_date))
        return found

    # === APPROVE, REFUSE === #

    def approve(self, day):
        """Approve these terminations as the second person, and make their letters.

        :param day: business day, a date (or an ISO string)
        :raise UserError: for who proposed it, or while the checklist is not whole
        """
        day, service = self._start_decision(day, ("proposed",))
        self.env["arrears.run"]._refuse_future(day, self.company_id)
        self._check_second_person()
        service.write({"approved_by_id": self.env.uid, "approved_on": day})
        service._check_ready(day)
        service.write({"state": "approved"})
        service._record_history("termination", day, self.env._("Approved"))
        service._announce_by_company(day)

    def announce(self, day):
        """Make a new letter: the last one did not arrive, or something stood in the way.

        :param day: business day, a date (or an ISO string)
        :raise UserError: while a letter is under way, or the checklist is not whole
        """
        day, service = self._start_decision(day, ("approved",))
        for termination in service:
            if termination.letter_state in ("queued", "sent"):
                raise UserError(
                    self.env._(
                        "%(termination)s: letter %(letter)s is under way.",
                        termination=termination.display_name,
                        letter=termination.letter_id.name,
                    )
                )
        service._check_ready(day)
        service._announce_by_company(day)

    def refuse(self, day, reason):
        """Decide as a manager against what was proposed; the policy goes on.

        :param day: business day, a date (or an ISO string)
        :param reason: why, for the history
        """
        reason = self._check_reason(reason)
        day, service = self._start_decision(day, ("proposed",))
        service._close("refused", day, reason)

    # === TAKE BACK === #

    def withdraw(self, day, reason):
        """Take these terminations back before the policy has ended; nothing is deleted.

        A letter that has not left does not leave; who got one gets a correction.

        :param day: business day, a date (or an ISO string)
        :param reason: why, for the history
        :return: the correction letters
        """
        reason = self._check_reason(reason)
        day, service = self._start_decision(day, LIVE_STATES)
        service._close("withdrawn", day, reason)
        letters = service.letter_id.filtered(lambda letter: letter.state in ("queued", "sent"))
        corrections = letters.browse()
        for company, mine in letters.grouped("company_id").items():
            corrections |= mine.with_company(company)._withdraw(day, reason)
        return corrections.with_env(self.env)

    def _close(self, state, day, reason):
        """Set these terminations aside: refused or withdrawn."""
        self.write(
            {
                "state": state,
                "closed_on": day,
                "closed_by_id": self.env.uid,
                "reason": reason,
                "waits_for": False,
            }
        )
        words = dict(self._fields["state"]._description_selection(self.env))[state]
        self._record_history("termination", day, f"{words}: {reason}")

    def revive(self, day, reason):
        """Let policies that have ended run again from a day; the days between stay uncovered.

        :param day: first day on which they run again, a date (or an ISO string)
        :param reason: why, for the history
        :raise UserError: for a day before the end, or while a premium of the policy is overdue
        """
        reason = self._check_reason(reason)
        day, service = self._start_decision(day, ("ended",))
        premiums = service.policy_id._premiums_by_credit_day()
        for termination in service:
            termination._check_revival(day, premiums[termination.policy_id].values())
        for termination in service:
            termination._revive(day)
        service._close("withdrawn", day, reason)
        service.write({"revived_on": day})
        service._cancel_credits(day)
        for company in service.company_id:
            self.env["insurance.policy"].sudo()._refresh_coverage(day, company)

    def _check_revival(self, day, premiums):
        """Refuse a day before the end, and a policy that would be without cover at once."""
        self.ensure_one()
        if day < self.ended_on:
            raise UserError(
                self.env._(
                    "%(termination)s ended on %(ended)s: it cannot run again from %(day)s. Cover "
                    "is never given for days that are over.",
                    termination=self.display_name,
                    ended=self.ended_on,
                    day=day,
                )
            )
        back = resumption.resume_day(self.ended_on, premiums)
        if back is None or back > day:
            raise UserError(
                self.env._(
                    "%(termination)s: its overdue premium has to be credited before %(day)s. "
                    "Without that there is no cover.",
                    termination=self.display_name,
                    day=day,
                )
            )

    def _revive(self, day):
        """Take the end away; one gap tells of the days without cover up to the new start."""
        self.ensure_one()
        policy = self.policy_id
        gaps = policy.gap_ids
        policy.write({"end_date": False, "end_reason": False})
        if still := gaps.filtered(lambda gap: not gap.resume):
            still.resume = day
            still._record_history("resumed")
        elif day > (start := max([self.ended_on, *(gap.resume for gap in gaps)])):
            vals = policy._prepare_gap_vals(start, self.letter_id, {"reason": "ended"})
            gap = gaps.create({**vals, "resume": day, "suspended_notice_id": self.letter_id.id})
            gap._record_history("resumed")

    # === BUTTONS === #

    def action_approve(self):
        """Button: approve as the second person."""
        self.approve(fields.Date.context_today(self))

    def action_announce(self):
        """Button: make a new letter."""
        self.announce(fields.Date.context_today(self))

    def action_open_decide(self):
        """Button: ask why, then refuse, withdraw or revive (context key ``decision``)."""
        decision = self.env.context["decision"]
        names = {
            "refuse": self.env._("Refuse"),
            "withdraw": self.env._("Withdraw"),
            "revive": self.env._("Let the policy run again"),
        }
        return {
            "type": "ir.actions.act_window",
            "name": names[decision],
            "res_model": "insurance.termination.decide",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_decision": decision,
                "default_termination_ids": [fields.Command.set(self.ids)],
            },
        }

    @api.model
    def _get_window(self, records):
        """Return the action that shows these terminations: one at once, more as a list."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "premium_arrears.insurance_termination_action"
        )
        action |= {"domain": [("id", "in", records.ids)], "context": {}}
        if len(records) == 1:
            action |= {"res_id": records.id, "views": [(False, "form")], "view_mode": "form"}
        return action

    def _get_cases(self, policies):
        """Return per policy the case of its oldest unpaid premium."""
        items = self.env["arrears.item"].search(
            [
                ("policy_ids", "in", policies.ids),
                ("settled_on", "=", False),
                # What the insurer collects is between the customer and the insurer.
                ("move_line_id", "!=", False),
            ],
            order="due_date, id",
        )
        by_policy = items._group_by_policy()
        return {policy: by_policy.get(policy, items.browse())[:1].case_id for policy in policies}
