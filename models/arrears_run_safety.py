"""What stands between a mistake and the customers: stop, cap, warnings, a sign of life."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date


class ArrearsRun(models.Model):
    _inherit = "arrears.run"

    warning_html = fields.Html(string="Warnings", compute="_compute_warning_html")

    @api.depends("date", "company_id", "state")
    def _compute_warning_html(self):
        for run in self:
            warnings = run._get_warnings() if run.state != "done" else []
            run.warning_html = (
                self.env["ir.qweb"]._render("premium_arrears.run_warnings", {"warnings": warnings})
                if warnings
                else False
            )

    # === STOP AND CAP === #

    def _check_not_paused(self):
        """Refuse to execute while the company has stopped everything."""
        for run in self:
            if run.company_id.arrears_paused:
                raise UserError(
                    self.env._(
                        "%s has stopped all arrears work: nothing is executed or sent. Settings, "
                        "Invoicing, Premium arrears, Stop everything.",
                        run.company_id.name,
                    )
                )

    def _may_execute(self):
        """Tell whether this run may be carried out now; who waits for a person asks for one."""
        self.ensure_one()
        if self.company_id.arrears_paused:
            return False
        if not self._is_over_cap():
            return True
        self._ask_managers(
            self.env._("A run would send more notices than allowed: look and confirm"), self.date
        )
        return False

    def _is_over_cap(self):
        """Tell whether this run would send more notices than allowed, and nobody confirmed it."""
        self.ensure_one()
        cap = self.company_id.arrears_run_cap
        return bool(cap) and not self.confirmed_by_id and self._count_to_send() > cap

    def _count_to_send(self):
        """Return how many notices this run has sent and would send, by itself or confirmed."""
        self.ensure_one()
        return self.env["arrears.action"].search_count(
            [
                ("run_id", "=", self.id),
                ("kind", "=", "notice"),
                ("state", "in", ("proposed", "done")),
            ]
        )

    # === WARNINGS === #

    def _get_warnings(self):
        """Return in words what a colleague should know before this run is carried out."""
        self.ensure_one()
        company, env = self.company_id, self.env
        warnings = []
        if company.arrears_paused:
            warnings.append(env._("Everything is stopped in the settings: nothing is sent."))
        if company.arrears_test_email:
            warnings.append(
                env._(
                    "Test mode: every mail goes to %s, and no letter counts as posted.",
                    company.arrears_test_email,
                )
            )
        if self._is_over_cap():
            warnings.append(
                env._(
                    "%(count)s notices would be sent, more than the %(cap)s allowed in one run.",
                    count=self._count_to_send(),
                    cap=company.arrears_run_cap,
                )
            )
        if warning := company._get_arrears_bank_warning(self.date):
            warnings.append(warning)
        return warnings

    # === SIGN OF LIFE === #

    @api.model
    def _cron_heartbeat(self):
        """Tell the managers when no run was made, or the bank not booked, for too long."""
        # Offices that have started: the others need no alarm.
        worked = [("state", "=", "done"), ("overtaken", "=", False)]
        for (company,) in self._read_group(worked, ["company_id"]):
            last = self.search([*worked, ("company_id", "=", company.id)], limit=1)
            today = fields.Date.context_today(
                self.with_context(tz=company.partner_id.tz or "Europe/Amsterdam")
            )
            last._check_heartbeat(today)

    def _check_heartbeat(self, today):
        """Ask the managers to look when this last run is too long ago, or the bank not booked.

        :param today: business day
        :return: the warnings, in words
        """
        self.ensure_one()
        run = self._as_service()
        limit = run.company_id.arrears_heartbeat_days
        warnings = []
        if limit and run.date < today - timedelta(days=limit):
            warnings.append(
                run.env._("No arrears run was made since %s", format_date(run.env, run.date))
            )
        if warning := run.company_id._get_arrears_bank_warning(today):
            warnings.append(warning)
        for warning in warnings:
            run._ask_managers(warning, today)
        return warnings

    def _ask_managers(self, summary, day):
        """Give each manager of the company an activity on this run, once while it is open."""
        self.ensure_one()
        managers = self.env.ref("premium_arrears.group_manager").all_user_ids.filtered(
            lambda user: self.company_id in user.company_ids and user.active and not user.share
        )
        asked = self.activity_ids.filtered(lambda a: a.summary == summary).user_id
        for user in managers - asked:
            self.activity_schedule(
                "mail.mail_activity_data_todo", day, summary=summary, user_id=user.id
            )
