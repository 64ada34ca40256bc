"""How the work of a run is divided over workers: scheduled actions, on any host.

Odoo gives a scheduled action to one worker at a time, so a run that is much work calls others to
it: the actions that carry out runs (``HELP``), of which there are several. They all do the same,
``_process``: each takes a piece that no other one has in hand.
"""

import logging
import time
from datetime import timedelta

from psycopg2.errors import UniqueViolation

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError, LockError, UserError
from odoo.fields import Domain
from odoo.service.model import (
    MAX_TRIES_ON_CONCURRENCY_FAILURE,
    PG_CONCURRENCY_EXCEPTIONS_TO_RETRY,
)
from odoo.tools import SQL

from . import arrears_run_day

_logger = logging.getLogger(__name__)

HELP = "model._cron_run_released()"
LOOK_AGAIN = timedelta(minutes=1)
# What happens to the slower one of two processes: it looks again.
MET_ANOTHER = (
    *PG_CONCURRENCY_EXCEPTIONS_TO_RETRY,
    ConcurrencyError,
    LockError,
    UniqueViolation,
)


class ArrearsRun(models.Model):
    _inherit = "arrears.run"

    phase = fields.Selection(
        [("execute", "Carrying out"), ("deliver", "Delivering"), ("finish", "Finishing")],
        readonly=True,
        copy=False,
        help="The part of the work that is in hand; any worker may take a piece of it.",
    )

    # === CRON === #

    @api.model
    def _cron_run_today(self):
        """Run today for each company that has a chart of accounts, in committed chunks.

        A company whose run fails does not stop the others.
        """
        companies = self.env["res.company"].search([("chart_template", "!=", False)])
        self.env["ir.cron"]._commit_progress(remaining=len(companies))
        for left, company in zip(range(len(companies), 0, -1), companies, strict=True):
            today = fields.Date.context_today(
                self.with_context(tz=company.partner_id.tz or "Europe/Amsterdam")
            )
            try:
                if not self._work_in_chunks(lambda d=today, c=company: self._start(d, c), left):
                    # Out of time: what is left still matches, the next call goes on with it.
                    return
            except Exception as error:
                self.env.cr.rollback()
                if self._log_failure(error, company, today):
                    # Perhaps one that still carries out an earlier run: soon again, not tomorrow.
                    cron = self.env.ref("premium_arrears.ir_cron_run_today")
                    cron._trigger(fields.Datetime.now() + LOOK_AGAIN)
                self.env["ir.cron"]._commit_progress(remaining=left - 1)

    @api.model
    def _cron_run_released(self):
        """Take part in the runs that are in hand or that a colleague released, in chunks.

        A run that fails does not stop the others; the managers are asked to look.
        """
        runs = self.search(
            Domain("state", "=", "proposed")
            & (Domain("released", "=", True) | Domain("phase", "!=", False))
        )
        self.env["ir.cron"]._commit_progress(remaining=len(runs))
        for left, run in zip(range(len(runs), 0, -1), runs, strict=True):
            try:
                if not self._work_in_chunks(run._as_service, left):
                    return
            except Exception as error:
                self.env.cr.rollback()
                service = run._as_service()
                if self._log_failure(error, run.company_id, run.date):
                    service._look_again()
                else:
                    failed = service.env._("A run could not be carried out: see the server's log")
                    service._ask_managers(failed, run.date)
                self.env["ir.cron"]._commit_progress(remaining=left - 1)

    @api.model
    def _log_failure(self, error, company, day):
        """Log why a run could not be carried out.

        :return: whether other workers were in the way again and again, which is no fault of it
        """
        if isinstance(error, MET_ANOTHER):
            _logger.warning("The arrears run of %s on %s met others: later", company.name, day)
            return True
        _logger.error("The arrears run of %s on %s failed", company.name, day, exc_info=error)
        return False

    @api.model
    def _work_in_chunks(self, get_run, left=1):
        """Do the work of a run and commit after each piece.

        When this worker meets another one at one record all the same, the slower one looks again.

        :param get_run: function that returns the run, as the service that may write
        :param left: how many runs the scheduler still has to do, with this one
        :return: False when the scheduler's time is up
        """
        attempt = 0
        while True:
            try:
                for _checkpoint in get_run()._process_together():
                    if not self.env["ir.cron"]._commit_progress(1, remaining=left):
                        return False
                    attempt = 0  # as long as something gets done, trying again is worth it
                # What it left can meet another worker as well, so it is committed here.
                self.env["ir.cron"]._commit_progress(remaining=left - 1)
                return True
            except MET_ANOTHER:
                self.env.cr.rollback()
                attempt += 1
                if attempt == MAX_TRIES_ON_CONCURRENCY_FAILURE:
                    raise
                _logger.info("An arrears run met another worker; looking again")
                time.sleep(0.2 * 2**attempt)

    # === IN THE BACKGROUND === #

    def _is_much(self):
        """Tell whether this is more work than a colleague can wait for."""
        much = self._get_at_once()
        if self.remaining_count > much:
            return True
        if self._is_day_of_rest():
            return False
        # All that waits goes out with a run, whoever made it.
        waiting = self.env["arrears.notice"].search_count(self._get_delivery_domain())
        return self.remaining_count + waiting > much

    def _release(self):
        """Leave this run to the scheduled actions that carry out runs."""
        workers = self._get_workers()
        if not workers:
            raise UserError(
                self.env._(
                    "This run is too large to wait for, and the scheduled actions that carry out "
                    "runs in the background are turned off. An administrator can turn them on: "
                    "Settings, Technical, Scheduled Actions."
                )
            )
        self.released = True
        workers[0]._trigger()

    @api.model
    def _get_workers(self):
        """Return the scheduled actions that carry out runs and are on, the oldest first."""
        # They belong to nobody who runs arrears, hence sudo.
        return self.env["ir.cron"].sudo().search([("code", "=", HELP)], order="id")

    # === TOGETHER === #

    def _process_together(self):
        """Do the day's work as ``_process`` does, and call others to what is many pieces."""
        phase = self.phase
        for _checkpoint in self._process():
            if self.phase and self.phase != phase:
                self._call_helpers(self._count_pieces())
            phase = self.phase
            yield
        if self.phase and self.state == "proposed":
            # Another one has a piece in hand, and finishes. Should it be killed, this one does.
            self._look_again()

    def _count_pieces(self):
        """Return in how many pieces the work of this phase can be divided."""
        if self.phase == "execute":
            domain, size = self._get_waiting_domain(), arrears_run_day.CHUNK
            [[count]] = self.env["arrears.action"]._read_group(
                domain, aggregates=["case_id:count_distinct"]
            )
        elif self.phase == "deliver" and not self._is_day_of_rest():
            domain, size = self._get_delivery_domain(), arrears_run_day.DELIVERIES
            [[count]] = self.env["arrears.notice"]._read_group(
                domain, aggregates=["case_id:count_distinct"]
            )
        else:
            return 1
        return -(-count // size)

    def _call_helpers(self, pieces):
        """Call other workers to this run, once this one has committed; hook of bridges.

        :param pieces: in how many pieces the work can be divided; one of them is the caller's
        """
        # The one at work here has itself in hand.
        others = self._get_workers().filtered(lambda w: w.id != self.env.context.get("cron_id"))
        for helper in others[: max(0, pieces - 1)]:
            helper._trigger()

    def _look_again(self):
        """Have somebody look at this run in a while; hook of bridges."""
        for worker in self._get_workers()[:1]:
            worker._trigger(fields.Datetime.now() + LOOK_AGAIN)

    # === PIECES === #

    def _lock_run(self):
        """Let one worker at a time go on to the next phase; the others wait here.

        The row is written, as it is: whoever waited knows no more than when he began to wait, so
        PostgreSQL refuses him, and he looks again.
        """
        self.flush_recordset()
        self._lock_rows(
            SQL("UPDATE arrears_run SET phase = phase WHERE id = %s RETURNING id", self.id)
        )

    @api.model
    def _lock_rows(self, query):
        """Run a query that locks; that another one was faster is no error for the log."""
        self.env.flush_query(query)
        self.env.cr.execute(query, log_exceptions=False)
        return self.env.cr.fetchall()

    def _take_cases(self, after, limit):
        """Take whole cases that no other worker has in hand, until the commit.

        :param after: id of the case after which to look
        """
        actions = self.env["arrears.action"]
        firsts = self._take_firsts(actions, self._get_waiting_domain(), "case_id", after, limit)
        return firsts.case_id

    def _take_deliveries(self, after, limit):
        """Take what waits of whole cases that no other worker has in hand, until the commit.

        :param after: id of the notice after which to look
        :return: the first notice of each case, and all of them
        """
        notices = self.env["arrears.notice"]
        domain = self._get_delivery_domain()
        firsts = self._take_firsts(notices, domain, "id", after, limit)
        return firsts, notices.search(
            domain & Domain("case_id", "in", firsts.case_id.ids), order="id"
        )

    @api.model
    def _take_firsts(self, records, domain, order, after, limit):
        """Lock the first record of each case, past those that others have locked.

        One record stands for its case: the rest of them are for whoever has that one, so two
        workers never divide a case.

        :param order: column by which to go on, from the value ``after``
        """
        query = records._search(domain)
        query.groupby = SQL.identifier(query.table, "case_id")
        rows = self._lock_rows(
            SQL(
                "SELECT id FROM %(table)s WHERE id IN (%(firsts)s) AND %(order)s > %(after)s "
                "ORDER BY %(order)s LIMIT %(limit)s FOR UPDATE SKIP LOCKED",
                table=SQL.identifier(records._table),
                firsts=query.select(SQL("MIN(%s)", SQL.identifier(query.table, "id"))),
                order=SQL.identifier(order),
                after=after,
                limit=limit,
            )
        )
        return records.browse(id_ for [id_] in rows)

    def _is_delivered_elsewhere(self):
        """Tell whether another worker has notices in hand."""
        waiting = self.env["arrears.notice"].search(self._get_delivery_domain())
        return len(waiting.try_lock_for_update()) < len(waiting)
