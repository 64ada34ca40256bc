"""What RDW has to hear, found by the facts of gaps and policies: doing it twice changes nothing."""

from datetime import timedelta

from markupsafe import Markup

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import format_date

from ..law.parameters import WAM_NOTICE_DAYS


class InsuranceRdwNotice(models.Model):
    _inherit = "insurance.rdw.notice"

    @api.model
    def _ensure_rdw_notices(self, day, company):
        """Bring what RDW has to hear in line with the gaps and ends of a company's vehicles.

        What is missing is made, with an activity on its policy; what is due and not true any more
        is cancelled; what RDW was told and was taken back since asks for a correcting one. The
        insurer itself tells RDW of a policy of which the office is a mere intermediary, and of
        what the insurer decided.

        :param day: business day; what takes effect later is not due yet
        :param company: whose policies
        :return: the notices that were made
        """
        vehicles = self._get_vehicles(company)
        known = self.search(
            Domain("company_id", "=", company.id) & Domain("state", "!=", "cancelled")
        )
        of_gaps = known.filtered("gap_id")
        rows = of_gaps._compare_gaps(vehicles, day, company)
        rows += (known - of_gaps)._compare_ends(vehicles, day, company)
        # What was cancelled leaves its place in the database to what is true now.
        known.flush_recordset(["state"])
        return self._make(rows)

    @api.model
    def _get_vehicles(self, company):
        """Return the policies about whose cover the office tells RDW, ended and archived too."""
        policies = self.env["insurance.policy"].with_context(active_test=False)
        return policies.search(
            Domain("company_id", "=", company.id)
            & Domain("office_role", "=", "authorised_agent")
            & (Domain("line_of_business", "=", "motor") | Domain("licence_plate", "!=", False))
        ).filtered(lambda policy: policy._is_vehicle())

    # === COMPARE WITH THE FACTS === #

    def _compare_gaps(self, vehicles, day, company):
        """Cancel what is due and untrue of these notices about gaps; return what is missing.

        A gap that was over before the office worked with this is no news.
        """
        gaps = self.env["insurance.coverage.gap"].search(
            Domain("policy_id", "in", vehicles.ids)
            & Domain("source", "!=", "insurer")
            & Domain("start", "<=", day)
        )
        since = self._get_ends_since(day, company)
        known, rows, here = self.grouped("gap_id"), [], set(gaps.ids)
        news = gaps.filtered(lambda gap: not gap.resume or gap.resume > since)
        for gap in news | self.gap_id:
            mine = known.get(gap, self.browse())
            told = mine.filtered(lambda notice: notice.state == "told")
            true = gap._get_rdw_events(day) if gap.id in here else {}
            if gap.id in here and not gap._holds_a_day():
                # RDW was told that cover stopped, and it never did.
                for notice in told.filtered(lambda notice: notice.event == "suspended"):
                    true[("resumed", notice.effective_on)] = notice
            rows += mine._compare(true, {"policy_id": gap.policy_id.id, "gap_id": gap.id})
        return rows

    def _compare_ends(self, vehicles, day, company):
        """Cancel what is due and untrue of these notices about ends; return what is missing."""
        ended = vehicles.filtered(lambda policy: policy.end_date and policy.end_date <= day)
        since = self._get_ends_since(day, company)
        known, rows = self.grouped("policy_id"), []
        ended_ids, vehicle_ids = set(ended.ids), set(vehicles.ids)
        for policy in ended.filtered(lambda policy: policy.end_date > since) | self.policy_id:
            mine = known.get(policy, self.browse())
            told = mine.filtered(lambda notice: notice.state == "told" and notice.event == "ended")
            true = {}
            if policy.id in ended_ids:
                true[("ended", policy.end_date)] = told.filtered(
                    lambda notice, p=policy: notice.effective_on != p.end_date
                )[-1:]
            elif policy.id in vehicle_ids:
                # RDW was told that it ended, and it goes on.
                true |= {("started", notice.effective_on): notice for notice in told}
            rows += mine._compare(true, {"policy_id": policy.id})
        return rows

    @api.model
    def _get_ends_since(self, day, company):
        """Return the day after which an end is news: 30 days back, or the last run before.

        What ended long ago, before the office worked with this, RDW knows already.
        """
        last = self.env["arrears.run"]._read_group(
            Domain("company_id", "=", company.id)
            & Domain("date", "<", day)
            & Domain("state", "=", "done"),
            aggregates=["date:max"],
        )[0][0]
        known_from = day - timedelta(days=WAM_NOTICE_DAYS)
        return min(last, known_from) if last else known_from

    def _compare(self, true, vals):
        """Cancel what is due among these and not true; return the values of what is missing.

        :param true: dict from (event, day) to the notice that it corrects, or none
        :param vals: of what these are about
        """
        untrue = self.filtered(
            lambda notice: notice.state == "due" and notice._get_event_key() not in true
        )
        untrue._cancel()
        there = {notice._get_event_key() for notice in self - untrue}
        return [
            {
                **vals,
                "event": event,
                "effective_on": effective_on,
                "corrects_id": corrected.id if corrected else False,
            }
            for (event, effective_on), corrected in true.items()
            if (event, effective_on) not in there
        ]

    def _get_event_key(self):
        self.ensure_one()
        return self.event, self.effective_on

    def _cancel(self):
        self.write({"state": "cancelled"})
        self.activity_id.unlink()

    # === MAKE === #

    @api.model
    def _make(self, vals_list):
        """Create these notices, each with an activity on its policy for whoever handles it."""
        notices = self.create(vals_list)
        if not notices:
            return notices
        handlers = notices._get_handlers()
        todo = self.env.ref("mail.mail_activity_data_todo")
        model = self.env["ir.model"]._get_id("insurance.policy")
        # The list of activities shows it; a mail for each would bury the handler.
        activities = self.env["mail.activity"].with_context(mail_activity_quick_update=True)
        made = activities.create(
            [
                {
                    "activity_type_id": todo.id,
                    "automated": True,
                    "date_deadline": notice.effective_on,
                    "note": notice._get_activity_note(),
                    "res_model_id": model,
                    "res_id": notice.policy_id.id,
                    "summary": self.env._("Tell RDW: %s", notice.display_name),
                    "user_id": handlers[notice].id,
                }
                for notice in notices
            ]
        )
        for notice, activity in zip(notices, made, strict=True):
            notice.activity_id = activity
        return notices

    def _get_activity_note(self):
        self.ensure_one()
        lines = [
            self.env._(
                "RDW must know of it on %s at the latest. Record it in the list of RDW notices.",
                format_date(self.env, self.deadline),
            )
        ]
        if self.corrects_id:
            lines.append(
                self.env._(
                    "It corrects what RDW was told on %(day)s (%(notice)s).",
                    day=format_date(self.env, self.corrects_id.notified_on),
                    notice=self.corrects_id.display_name,
                )
            )
        return Markup("<br/>").join(lines)

    def _get_handlers(self):
        """Return who tells RDW: whoever handles the policy's latest case, or the first colleague.

        :return: dict from notice to user
        """
        cases = self.env["arrears.case"]
        latest = {
            policy: cases.browse(case_id)
            for policy, case_id in self.env["arrears.item"]._read_group(
                [("policy_ids", "in", self.policy_id.ids)], ["policy_ids"], ["case_id:max"]
            )
        }
        of_notice = {n: n.case_id or latest.get(n.policy_id, cases) for n in self}
        handlers = cases.union(*of_notice.values())._get_handlers()
        anybody = cases._get_first_colleagues(self.company_id)
        return {
            notice: handlers.get(case) or anybody[notice.company_id] or self.env.user
            for notice, case in of_notice.items()
        }
