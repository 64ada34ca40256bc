"""One business day of one company: collect, propose, execute, deliver."""

import logging
from datetime import date, datetime

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..law import calendar

_logger = logging.getLogger(__name__)

CHUNK = 200


class ArrearsRun(models.Model):
    _name = "arrears.run"
    _description = "Arrears Run"
    _order = "date desc, id desc"
    _rec_name = "date"

    date = fields.Date(required=True, default=fields.Date.context_today, index=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    state = fields.Selection(
        [("draft", "Draft"), ("proposed", "Proposed"), ("done", "Done")],
        required=True,
        readonly=True,
        default="draft",
    )
    action_ids = fields.One2many("arrears.action", "run_id", readonly=True)
    notice_ids = fields.One2many("arrears.notice", "run_id", readonly=True)
    letters_attachment_id = fields.Many2one(
        "ir.attachment", string="Letters to post", readonly=True
    )
    action_count = fields.Integer(compute="_compute_counts")
    skipped_count = fields.Integer(compute="_compute_counts")
    notice_count = fields.Integer(compute="_compute_counts")
    letter_count = fields.Integer(string="Letters to post now", compute="_compute_counts")

    _one_run_a_day = models.UniqueIndex(
        "(company_id, date)", "This company already has a run for this day."
    )

    @api.depends("action_ids.state", "notice_ids.state")
    def _compute_counts(self):
        actions = self.env["arrears.action"]._read_group(
            [("run_id", "in", self.ids)], ["run_id", "state"], ["__count"]
        )
        notices = self.env["arrears.notice"]._read_group(
            [("run_id", "in", self.ids)], ["run_id", "channel", "state"], ["__count"]
        )
        for run in self:
            mine = [(state, count) for owner, state, count in actions if owner == run]
            sent = [row[1:] for row in notices if row[0] == run]
            run.action_count = sum(count for _state, count in mine)
            run.skipped_count = sum(count for state, count in mine if state == "skipped")
            run.notice_count = sum(count for _channel, _state, count in sent)
            run.letter_count = sum(c for channel, state, c in sent if (channel, state) == TO_POST)

    # === PUBLIC === #

    @api.model
    def run_for(self, day, company=None):
        """Collect, propose, execute and queue delivery for one business day of one company.

        A second call for the same day does nothing and returns the same run.

        :param day: business day, a date (or an ISO string, as remote callers send it)
        :param company: company record, or None for the current company
        :return: the run
        :raise UserError: for a day before the company's last run
        """
        self.check_access("create")
        company = company or self.env.company
        run = self._start(day, company)
        for _checkpoint in run._process():
            pass
        return run.with_env(self.env)

    def action_propose(self):
        """Work out what this day asks for, and show it; nothing is sent."""
        self.ensure_one()
        self.check_access("create")
        run = self._start(self.date, self.company_id)
        run._propose_day()

    def action_execute(self):
        """Carry out what this run proposes."""
        self.ensure_one()
        self.check_access("create")
        for _checkpoint in self._as_service()._process():
            pass

    def mark_letters_posted(self, day):
        """Record that the printed letters of these runs were handed to the post on ``day``.

        :param day: business day, a date (or an ISO string)
        """
        self.check_access("create")
        self._as_service().notice_ids._post_letters(self._to_day(day))

    def action_letters_posted(self):
        """Button: the letters went to the post today."""
        self.mark_letters_posted(fields.Date.context_today(self))

    def action_print_letters(self):
        """Download the letters of this run that wait to be posted, in one PDF."""
        self.ensure_one()
        self.check_access("create")
        return self._as_service()._make_print_batch().with_env(self.env).action_print()

    # === CRON === #

    @api.model
    def _cron_run_today(self):
        """Run today for each company that has a procedure at work, in committed chunks."""
        companies = self.env["res.company"].search([("chart_template", "!=", False)])
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(companies))
        for company in companies:
            today = fields.Date.context_today(
                self.with_context(tz=company.partner_id.tz or "Europe/Amsterdam")
            )
            for _checkpoint in self._start(today, company)._process():
                if not cron._commit_progress():
                    # Out of time: what is left still matches, the next call goes on with it.
                    return
            cron._commit_progress(1)

    # === STEPS === #

    @api.model
    def _start(self, day, company):
        """Return the run of that day, made when there is none, as the service that may write."""
        day = self._to_day(day)
        runs = self.with_company(company)
        found = runs.search([("company_id", "=", company.id), ("date", "=", day)])
        if found:
            return found._as_service()
        later = runs.search([("company_id", "=", company.id), ("date", ">", day)], limit=1)
        if later:
            raise UserError(
                self.env._(
                    "Arrears run, date: %(day)s lies before the last run of %(company)s on "
                    "%(last)s. A run looks forward only; choose that day or a later one.",
                    day=day,
                    company=company.name,
                    last=later.date,
                )
            )
        return runs.create({"date": day, "company_id": company.id})._as_service()

    @api.model
    def _to_day(self, day):
        if isinstance(day, datetime) or not isinstance(day, (date, str)):
            raise UserError(self.env._("Arrears run, date: a day is expected, not %r.", day))
        try:
            return fields.Date.to_date(day)
        except ValueError as error:
            raise UserError(
                self.env._("Arrears run, date: %s is not a day; expected 2026-03-17.", day)
            ) from error

    def _as_service(self):
        """Return the run with the rights of the engine.

        Notices, fees, gaps and history are evidence: no role may write them by hand, so the run
        writes them with sudo, after the caller's right to make a run was checked.
        """
        self.check_access("read")
        return (
            self.sudo()
            .with_company(self.company_id)
            .with_context(
                tracking_disable=True, mail_create_nolog=True, mail_create_nosubscribe=True
            )
        )

    def _process(self):
        """Do the day's work; yields whenever what was done so far may be committed."""
        self.ensure_one()
        if self.state == "done":
            return
        if self.state == "draft":
            self._propose_day()
            yield
        yield from self._execute_day()
        yield from self._deliver_day()
        self._finish_day()
        yield

    def _propose_day(self):
        """Collect what is overdue and propose what is due; sends nothing."""
        self.ensure_one()
        if self.state == "done":
            raise UserError(self.env._("The run of %s was carried out already.", self.date))
        items = self.env["arrears.item"]
        items._hear_payments()
        self.env["arrears.notice"]._sweep_mails(self.date, self.company_id)
        items._collect(self.date, self.company_id)
        self._project_due()
        actions = self.env["arrears.action"]
        actions._supersede(self)
        actions._propose_term_ends(self)
        if not self._is_day_of_rest():
            actions._propose_steps(self)
        self.state = "proposed"

    def _is_day_of_rest(self):
        """Tell whether the office leaves its customers alone on this day."""
        self.ensure_one()
        return self.company_id.arrears_rest_days and calendar.is_day_of_rest(self.date)

    def _project_due(self):
        """Work out the next step of the items whose facts or whose day has changed."""
        domain = [
            ("company_id", "=", self.company_id.id),
            ("settled_on", "=", False),
            "|",
            "|",
            ("stale", "=", True),
            ("next_step_date", "<=", self.date),
            ("case_id.state", "=", "held"),
        ]
        self.env["arrears.item"].search(domain)._project(self.date)

    def _execute_day(self):
        """Carry out the proposed actions that need no person, in chunks of cases."""
        waiting = self.action_ids.filtered(lambda a: a.state == "proposed" and a.automatic)
        by_case = list(waiting.grouped("case_id").values())
        for start in range(0, len(by_case), CHUNK):
            chunk = self.env["arrears.action"].union(*by_case[start : start + CHUNK])
            chunk._execute()
            yield

    def _deliver_day(self):
        """Render and queue what waits for delivery, in chunks."""
        queued = self.env["arrears.notice"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("state", "=", "queued"),
                ("body_hash", "=", False),
            ]
        )
        for start in range(0, len(queued), CHUNK):
            queued[start : start + CHUNK]._deliver()
            yield

    def _finish_day(self):
        self._project_due()
        self.env["insurance.policy"]._refresh_coverage(self.date, self.company_id)
        self.state = "done"
        _logger.info(
            "Arrears run %s of %s: %s actions, %s notices",
            self.date,
            self.company_id.name,
            len(self.action_ids),
            len(self.notice_ids),
        )

    def _make_print_batch(self):
        """Join the letters that wait to be posted into one file; made already, it is that one."""
        letters = self.notice_ids.filtered(lambda notice: notice._is_to_post())
        batches = letters.print_batch_id
        if loose := letters.filtered(lambda letter: not letter.print_batch_id):
            batches = self.env["arrears.print.batch"]._make(loose, self.date, self)
        if not batches:
            raise UserError(self.env._("The run of %s has no letters to post.", self.date))
        batch = batches.sorted("id")[-1]
        self.letters_attachment_id = batch.attachment_id
        return batch


TO_POST = ("post", "queued")
