"""What a bordereau reports: cover stopped and back, policies ended, arrangements made."""

from odoo import models
from odoo.fields import Domain


class InsuranceBordereau(models.Model):
    _inherit = "insurance.bordereau"

    def _get_events(self, last):
        """Return the rows of this bordereau as values: counter-rows first, then by day.

        :param last: the bordereau of this insurer before it, or none
        """
        self.ensure_one()
        counters = [
            line._prepare_counter_vals()
            for line in self._get_reported_lines()
            if not line._still_holds()
        ]
        taken_back = {row["event_key"] for row in counters}
        found = [
            *self._get_suspension_events(),
            *self._get_resumption_events(),
            *self._get_termination_events(),
            *self._get_arrangement_events(),
        ]
        keys = {row["event_key"] for row in found}
        reported = set(
            self.env["insurance.bordereau.line"]
            .search(
                [
                    ("company_id", "=", self.company_id.id),
                    ("live", "=", True),
                    ("event_key", "in", list(keys)),
                ]
            )
            .mapped("event_key")
        )
        new = [row for row in found if row["event_key"] not in reported - taken_back]
        for row in new:
            row["late"] = bool(last) and row["day"] < self.date_from
        self._add_rdw_days(new)
        return [*counters, *sorted(new, key=lambda row: (row["day"], row["policy_id"]))]

    def _get_reported_lines(self):
        """Return the rows that were reported to this insurer and not taken back."""
        return self.env["insurance.bordereau.line"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("bordereau_id.insurer_id", "=", self.insurer_id.id),
                ("live", "=", True),
            ],
            order="id",
        )

    def _get_first_day(self):
        """Return the day from which this insurer gets bordereaux; what was before is not told."""
        first = self.search(
            [
                ("insurer_id", "=", self.insurer_id.id),
                ("company_id", "=", self.company_id.id),
                ("state", "!=", "draft"),
            ],
            order="date_from",
            limit=1,
        )
        return first.date_from or self.date_from

    def _get_policy_domain(self, path=""):
        """Return the domain of the policies whose cover the office decides on for this insurer.

        :param path: field that leads to the policy, with a point behind it
        """
        return (
            Domain(f"{path}company_id", "=", self.company_id.id)
            & Domain(f"{path}insurer_id", "=", self.insurer_id.id)
            & Domain(f"{path}office_role", "=", "authorised_agent")
        )

    def _in_period(self, field):
        """Return the domain of what happened by the end of the period; late news is in it."""
        return Domain(field, ">=", self._get_first_day()) & Domain(field, "<=", self.date_to)

    def _search_gaps(self, field):
        """Return the gaps with this day in the period that the insurer did not tell us itself."""
        gaps = self.env["insurance.coverage.gap"].search(
            self._get_policy_domain("policy_id.")
            & Domain("source", "!=", "insurer")
            & self._in_period(field)
        )
        return gaps.filtered(lambda gap: gap._holds_a_day())

    def _get_suspension_events(self):
        """Return a row per suspension of cover."""
        return [
            {
                "event": "suspended",
                "policy_id": gap.policy_id.id,
                "gap_id": gap.id,
                "case_id": gap.case_id.id,
                "day": gap.start,
                "reason": self.env._("Premium unpaid after notice %s", gap.notice_id.name)
                if gap.notice_id
                else self.env._("Premium unpaid"),
                "event_key": f"suspended:{gap.id}:{gap.start}",
            }
            for gap in self._search_gaps("start")
        ]

    def _get_resumption_events(self):
        """Return a row per cover that came back."""
        return [
            {
                "event": "resumed",
                "policy_id": gap.policy_id.id,
                "gap_id": gap.id,
                "case_id": gap.case_id.id,
                "day": gap.resume,
                "reason": self.env._("All overdue premium was paid"),
                "event_key": f"resumed:{gap.id}:{gap.resume}",
            }
            for gap in self._search_gaps("resume")
        ]

    def _get_termination_events(self):
        """Return a row per policy that ended."""
        policies = self.env["insurance.policy"].search(
            self._get_policy_domain() & self._in_period("end_date")
        )
        told = self.env["insurance.arrears.list.line"].search(
            Domain("policy_id", "in", policies.ids)
            & Domain("list_id.state", "=", "loaded")
            & Domain("ended_on", "!=", False)
        )
        # What the insurer's own list told us is no news to the insurer.
        known = {(line.policy_id, line.ended_on) for line in told}
        return [
            {
                "event": "terminated",
                "policy_id": policy.id,
                "day": policy.end_date,
                "reason": self._get_end_reason(policy),
                "event_key": f"terminated:{policy.id}:{policy.end_date}",
            }
            for policy in policies
            if (policy, policy.end_date) not in known
        ]

    def _get_end_reason(self, policy):
        """Return in words why a policy ended, where that is recorded."""
        reasons = dict(policy._fields["end_reason"]._description_selection(self.env))
        return reasons.get(policy.end_reason, "")

    def _get_arrangement_events(self):
        """Return a row per policy of an arrangement that started, and of one that ended."""
        arrangements = self.env["arrears.arrangement"]
        mine = Domain("company_id", "=", self.company_id.id) & Domain("started_on", "!=", False)
        started = arrangements.search(mine & self._in_period("started_on"))
        ended = arrangements.search(mine & self._in_period("closed_on"))
        states = dict(arrangements._fields["state"]._description_selection(self.env))
        return [
            *(
                row
                for each in started
                for row in self._prepare_arrangement_rows(
                    each, "arranged", each.started_on, each.name
                )
            ),
            *(
                row
                for each in ended
                for row in self._prepare_arrangement_rows(
                    each,
                    "arrangement_ended",
                    each.closed_on,
                    f"{each.name}: {states[each.state]}",
                )
            ),
        ]

    def _prepare_arrangement_rows(self, arrangement, event, day, reason):
        """Return a row per policy, of this insurer, of what is in an arrangement."""
        policies = arrangement.line_ids.item_id.policy_ids.filtered_domain(
            self._get_policy_domain()
        )
        return [
            {
                "event": event,
                "policy_id": policy.id,
                "case_id": arrangement.case_ids.sorted("id")[:1].id,
                "day": day,
                "reason": reason,
                "event_key": f"arrangement:{arrangement.id}:{event}:{policy.id}",
            }
            for policy in policies
        ]

    def _add_rdw_days(self, rows):
        """Add the day on which the RDW was told of each event, where that is recorded."""
        told = self.env["insurance.rdw.notice"].search(
            [("state", "=", "told"), ("policy_id", "in", [row["policy_id"] for row in rows])]
        )
        by_policy = told.grouped(lambda notice: notice.policy_id.id)
        for row in rows:
            mine = by_policy.get(row["policy_id"], told.browse())
            event = "ended" if row["event"] == "terminated" else row["event"]
            row["rdw_told_on"] = mine._get_told_on(event, row["day"]) or False
