"""What an insurer's list tells of cover: suspended since, back on, ended on."""

from datetime import timedelta

from odoo import fields, models
from odoo.fields import Domain

# Whose word about cover an insurer's list can replace; what our own notice did stays.
THEIRS = ("insurer", "opening")
ONE_DAY = timedelta(days=1)


class InsuranceCoverageGap(models.Model):
    _inherit = "insurance.coverage.gap"

    resume_assumed = fields.Boolean(
        readonly=True,
        help="The insurer's list no longer names the suspension and tells no day: taken is the day "
        "after that of the list.",
    )

    def _resume_listed(self, day, assumed, reason):
        """Let cover be back on ``day``, as an insurer's list tells.

        :param day: first day with cover again; not before the suspension
        :param assumed: whether the list told the day
        :param reason: in words, for the history
        """
        changed = self.filtered(
            lambda gap: gap.resume != day or (gap.resume_assumed and not assumed)
        )
        if changed:
            changed.write({"resume": day, "resume_assumed": assumed})
            changed._record_history("resumed", reason)


class InsuranceArrearsList(models.Model):
    _inherit = "insurance.arrears.list"

    # === LOOK === #

    def _check_known_cover(self, rows):
        """Mark the rows whose days of cover contradict what is recorded here."""
        gaps = self._get_gaps({row["policy_id"] for row in rows if row["policy_id"]})
        for row in rows:
            mine = gaps.get(row["policy_id"], self.env["insurance.coverage.gap"])
            since, back = row["suspended_since"], row["resumed_on"]
            ours = mine.filtered(lambda gap: gap.source not in THEIRS and gap._holds_a_day())
            clash = ours.filtered(lambda gap, s=since: s and (not gap.resume or gap.resume > s))
            if clash:
                reason = self.env._(
                    "we suspended the cover ourselves from %s; look at that first", clash[0].start
                )
                self._note(row, reason)
            told = (mine - ours).filtered(lambda gap: not gap.resume)
            if back and not since and told and back < told[0].start:
                reason = self.env._(
                    "cover cannot be resumed on %(resume)s, before it was suspended on %(start)s",
                    resume=back,
                    start=told[0].start,
                )
                self._note(row, reason)

    def _get_gaps(self, policy_ids):
        """Return the gaps of these policies, in one query: dict from policy id to gaps."""
        gaps = self.env["insurance.coverage.gap"].search(
            Domain("policy_id", "in", list(policy_ids)), order="start, id"
        )
        return {policy.id: mine for policy, mine in gaps.grouped("policy_id").items()}

    # === LOAD === #

    def _take_cover(self, lines, day):
        """Bring cover in line with these rows, and with what a complete list is silent about."""
        self.ensure_one()
        told = {policy: self._get_told(mine) for policy, mine in lines.grouped("policy_id").items()}
        gaps = self._get_gaps(policy.id for policy in told)
        opening = []
        for policy, facts in told.items():
            mine = gaps.get(policy.id, self.env["insurance.coverage.gap"])
            theirs = mine.filtered(lambda gap: gap.source in THEIRS and gap._holds_a_day())
            if facts["since"]:
                opening += self._suspend_listed(policy, theirs, facts, day)
            else:
                self._resume_told(theirs, facts)
        # Gaps that were taken back make room before others are opened.
        self.env.flush_all()
        self.env["insurance.coverage.gap"]._open(opening)
        if self.complete:
            self._resume_silent(lines)
        self._end_policies(told, day)
        self.env["insurance.policy"]._refresh_coverage(day, self.company_id)

    def _get_told(self, lines):
        """Return what the rows of one policy tell of its cover; they agree, see _check_cover."""

        def first(name):
            return next((line[name] for line in lines if line[name]), False)

        return {
            "case": lines.item_id.case_id[:1],
            "line": lines[:1],
            "since": first("suspended_since"),
            "back": first("resumed_on"),
            "ended": first("ended_on"),
        }

    def _suspend_listed(self, policy, theirs, facts, day):
        """Return the gap that a policy lacks; what the list contradicts is taken back."""
        since, back = facts["since"], facts["back"]
        same = theirs.filtered(lambda gap: gap.start == since)[-1:]
        if same and (back or not same.resume):
            if back:
                same._resume_listed(back, assumed=False, reason=self._describe_source())
            wrong = theirs - same
        else:
            wrong = theirs
        wrong = wrong.filtered(
            lambda gap: (not gap.resume or gap.resume > since) and (not back or gap.start < back)
        )
        if wrong:
            wrong._undo(day, self._describe_source())
        if same - wrong:
            return []
        return [
            {
                "policy_id": policy.id,
                "case_id": facts["case"].id,
                "start": since,
                "resume": back,
                "source": "insurer",
                "why": {"list": self.id, "row": facts["line"].number, "day": str(self.date)},
            }
        ]

    def _resume_told(self, theirs, facts):
        """Let cover be back of a policy that the list does not call suspended."""
        if not theirs:
            return
        open_gaps = theirs.filtered(lambda gap: not gap.resume)
        if facts["back"]:
            assumed = theirs.filtered("resume_assumed")[-1:]
            last = (open_gaps or assumed).filtered(lambda gap: gap.start <= facts["back"])
            last._resume_listed(facts["back"], assumed=False, reason=self._describe_source())
        elif "suspended_since" in (self.mapping_used or {}):
            self._resume_assumed(open_gaps)

    def _resume_silent(self, lines):
        """Let cover be back of the policies that a complete list no longer names at all."""
        named = self.line_ids.policy_id  # those of rows with an error too: they are doubtful
        gaps = self.env["insurance.coverage.gap"].search(
            Domain("company_id", "=", self.company_id.id)
            & Domain("policy_id.insurer_id", "=", self.insurer_id.id)
            & (
                # Who stopped it says that it is back, whoever collects since.
                Domain("source", "=", "insurer")
                | Domain("policy_id.collection_method", "=", "insurer")
            )
            & Domain("policy_id", "not in", named.ids)
            & Domain("source", "in", THEIRS)
            & Domain("resume", "=", False)
        )
        self._resume_assumed(gaps)

    def _resume_assumed(self, gaps):
        """Let cover be back the day after the list; a policy that ended by then stays without."""
        next_day = self.date + ONE_DAY
        if not gaps:
            return
        reason = self.env._("%s; the day is assumed", self._describe_source())
        going = gaps.filtered(
            lambda gap: not gap.policy_id.end_date or gap.policy_id.end_date > next_day
        )
        for resume, mine in going.grouped(lambda gap: max(gap.start, next_day)).items():
            mine._resume_listed(resume, assumed=True, reason=reason)

    def _end_policies(self, told, day):
        """Let policies end on the day that the insurer tells."""
        ended = {
            policy: facts
            for policy, facts in told.items()
            if facts["ended"]
            and policy.end_date != facts["ended"]
            # Two people decided on that end; a list does not move it.
            and policy.end_reason != "non_payment"
        }
        for policy, facts in ended.items():
            policy.end_date = facts["ended"]
        self.env["arrears.case.history"]._record_each(
            [
                {
                    "case_id": facts["case"].id,
                    "event": "terminated",
                    "day": facts["ended"],
                    "policy_id": policy.id,
                    "reason": self._describe_source(),
                }
                for policy, facts in ended.items()
            ]
        )

    def _describe_source(self):
        return self.env._(
            "By the list of %(insurer)s of %(day)s",
            insurer=self.insurer_id.name,
            day=self.date,
        )
