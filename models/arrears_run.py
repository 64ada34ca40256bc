"""A run: one business day of one company, and what came of it."""

from datetime import date, datetime

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

from .arrears_action import ENGINE_KINDS

# What becomes of a run is recorded by the run; whoever may make one names company and day.
KEPT = frozenset(
    {
        "state",
        "action_ids",
        "notice_ids",
        "letters_attachment_id",
        "released",
        "overtaken",
        "confirmed_by_id",
        "not_proposed",
        "phase",
    }
)
# A run with more steps than this is carried out in the background, with progress.
AT_ONCE = 200
TO_POST = ("post", "queued")


class ArrearsRun(models.Model):
    _name = "arrears.run"
    _description = "Arrears Run"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "date desc, id desc"
    _rec_name = "date"

    date = fields.Date(required=True, default=fields.Date.context_today, index=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
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
    released = fields.Boolean(
        readonly=True, help="A colleague asked for it; the background worker carries it out."
    )
    overtaken = fields.Boolean(
        readonly=True, help="A later run was made before this one was carried out."
    )
    confirmed_by_id = fields.Many2one(
        "res.users",
        readonly=True,
        help="Who looked at the proposal and let it go: then also what waits for a person is "
        "carried out, and the most notices in one run may be exceeded.",
    )
    not_proposed = fields.Json(
        readonly=True, help="What is overdue but not proposed, by reason, when it was proposed."
    )
    action_count = fields.Integer(compute="_compute_counts")
    done_count = fields.Integer(compute="_compute_counts")
    skipped_count = fields.Integer(compute="_compute_counts")
    failed_count = fields.Integer(compute="_compute_counts")
    remaining_count = fields.Integer(compute="_compute_counts")
    progress = fields.Float(compute="_compute_counts", help="Steps dealt with, in percent.")
    notice_count = fields.Integer(compute="_compute_counts")
    letter_count = fields.Integer(string="Letters to post now", compute="_compute_counts")

    _one_run_a_day = models.UniqueIndex(
        "(company_id, date)", "This company already has a run for this day."
    )

    @api.depends("action_ids.state", "notice_ids.state")
    def _compute_counts(self):
        actions = self.env["arrears.action"]._read_group(
            [("run_id", "in", self.ids)], ["run_id", "kind", "state", "skip_reason"], ["__count"]
        )
        notices = self.env["arrears.notice"]._read_group(
            [("run_id", "in", self.ids)], ["run_id", "channel", "state"], ["__count"]
        )
        for run in self:
            mine = [row[1:] for row in actions if row[0] == run]
            sent = [row[1:] for row in notices if row[0] == run]
            engine = [row for row in mine if row[0] in ENGINE_KINDS]
            run.action_count = sum(row[-1] for row in mine)
            run.done_count = sum(row[-1] for row in mine if row[1] == "done")
            run.skipped_count = sum(row[-1] for row in mine if row[1] == "skipped")
            run.failed_count = sum(row[-1] for row in mine if row[2] == "error") + sum(
                count for _channel, state, count in sent if state == "failed"
            )
            run.remaining_count = sum(row[-1] for row in engine if row[1] == "proposed")
            total = sum(row[-1] for row in engine)
            run.progress = 100 * (total - run.remaining_count) / total if total else 100.0
            run.notice_count = sum(count for _channel, _state, count in sent)
            run.letter_count = sum(c for channel, state, c in sent if (channel, state) == TO_POST)

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            defaults = {name: self.env.context.get(f"default_{name}") for name in KEPT}
            for vals in vals_list:
                given = {**defaults, **vals}
                if given.pop("state") not in (None, "draft") or any(map(given.get, KEPT)):
                    raise AccessError(
                        self.env._("What becomes of an arrears run is recorded by the run itself.")
                    )
        return super().create(vals_list)

    # === PUBLIC === #

    @api.model
    def run_for(self, day, company=None):
        """Collect, propose, execute and queue delivery for one business day of one company.

        A second call for the same day does nothing and returns the same run. While the company
        has stopped everything, or when the run would send more notices than the company allows,
        it only proposes.

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
        """Work out what this day asks for, and show it; nothing is sent.

        :raise UserError: for a day that has not come, such as one that was typed wrongly
        """
        self.ensure_one()
        self.check_access("create")
        self._refuse_future(self.date, self.company_id)
        run = self._start(self.date, self.company_id)
        if run.state == "draft":
            run._propose_day()

    def action_open_execute(self):
        """Button: show the figures once more, then execute."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Execute"),
            "res_model": "arrears.run.execute",
            "view_mode": "form",
            "target": "new",
            "context": {"default_run_id": self.id},
        }

    def action_execute(self):
        """Carry out what this run proposes: at once, or in the background when it is much."""
        self.ensure_one()
        self.check_access("create")
        self._refuse_future(self.date, self.company_id)
        run = self._as_service()
        run._check_not_paused()
        # What waits for a person waits no longer: a worker that is past it begins again.
        run.write({"confirmed_by_id": self.env.uid, "phase": False})
        if run.state == "proposed" and run._is_much():
            run._release()
            return
        for _checkpoint in run._process():
            pass

    @api.model
    def _get_at_once(self):
        """Return up to how many steps and letters a button sees to while the colleague waits."""
        return AT_ONCE

    def mark_letters_posted(self, day):
        """Record that the printed letters of these runs were handed to the post on ``day``.

        :param day: business day, a date (or an ISO string)
        :raise UserError: for a day that has not come, or on which a letter was not made yet
        """
        self.check_access("create")
        day = self._to_day(day)
        self._refuse_future(day, self.company_id)
        self._as_service().notice_ids._post_letters(day)

    def action_letters_posted(self):
        """Button: the letters went to the post today."""
        self.mark_letters_posted(fields.Date.context_today(self))

    def action_print_letters(self):
        """Download the letters of this run that wait to be posted, in one PDF."""
        self.ensure_one()
        self.check_access("create")
        return self._as_service()._make_print_batch().with_env(self.env).action_print()

    # === HELPERS === #

    @api.model
    def _start(self, day, company):
        """Return the run of that day, made when there is none, as the service that may write.

        A draft of a later day stands in nobody's way: nothing was worked out for it.
        """
        day = self._to_day(day)
        runs = self.with_company(company)
        found = runs.search([("company_id", "=", company.id), ("date", "=", day)])
        if found and found.state != "draft":
            return found._as_service()
        later = runs.search(
            [("company_id", "=", company.id), ("date", ">", day), ("state", "!=", "draft")],
            limit=1,
        )
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
        run = found or runs.create({"date": day, "company_id": company.id})
        return run._as_service()

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

    @api.model
    def _get_latest_day(self, company):
        """Return today: the calendar's, or the day that the company's runs have come to."""
        mine = [("company_id", "=", company.id), ("state", "!=", "draft")]
        last = self.sudo()._read_group(mine, aggregates=["date:max"])[0][0]
        today = fields.Date.context_today(self)
        return max(last, today) if last else today

    @api.model
    def _refuse_future(self, day, companies):
        """Refuse a day that has not come: terms that still run would count as passed."""
        for company in companies:
            if day > self._get_latest_day(company):
                raise UserError(self.env._("%s lies in the future.", format_date(self.env, day)))

    def _as_service(self):
        """Return the run with the rights of the engine.

        Notices, fees, gaps and history are evidence: no role may write them by hand, so the run
        writes them with sudo, after the caller's right to make a run was checked. The night has no
        colleague who reads along: what it asks and records is in the words of the office.
        """
        self.check_access("read")
        return (
            self.sudo()
            .with_company(self.company_id)
            .with_context(
                lang=self.env.context.get("lang") or self.sudo().company_id.partner_id.lang,
                tracking_disable=True,
                mail_create_nolog=True,
                mail_create_nosubscribe=True,
                arrears_run_id=self.id,
            )
        )

    def _make_print_batch(self):
        """Join the letters that wait to be posted into one file; made already, it is that one."""
        letters = self.notice_ids.filtered(lambda notice: notice._is_to_post())
        batches = letters.print_batch_id
        loose = letters.filtered(lambda letter: not letter.print_batch_id)
        if loose := loose._withdraw_outdated(self.date):
            batches = self.env["arrears.print.batch"]._make(loose, self.date, self)
        if not batches:
            raise UserError(self.env._("The run of %s has no letters to post.", self.date))
        batch = batches.sorted("id")[-1]
        self.letters_attachment_id = batch.attachment_id
        return batch

    @api.ondelete(at_uninstall=False)
    def _unlink_except_worked(self):
        if any(run.state != "draft" for run in self):
            raise UserError(self.env._("A run is kept as evidence; its notices can be withdrawn."))
