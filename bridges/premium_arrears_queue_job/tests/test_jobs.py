"""The pieces of a run as jobs in OCA's queue. Two real processes: tests/faults/queue_job."""

from datetime import date, timedelta
from unittest.mock import patch

from odoo.exceptions import ConcurrencyError
from odoo.tests import tagged

from odoo.addons.premium_arrears.models import arrears_run_day
from odoo.addons.premium_arrears.tests.common import ArrearsCommon
from odoo.addons.queue_job.exception import RetryableJobError
from odoo.addons.queue_job.job import Job

DUE = date(2026, 1, 15)
REMINDER_DAY = DUE + timedelta(days=7)


@tagged("post_install", "-at_install")
class TestJobs(ArrearsCommon):
    def setUp(self):
        super().setUp()
        self.patch(arrears_run_day, "CHUNK", 1)
        self.patch(arrears_run_day, "DELIVERIES", 1)
        self.jobs = self.env["queue.job"].sudo()

    def begin(self, customers):
        """Return a proposed run with a piece for each customer, and its work, just begun."""
        for number in range(customers):
            partner = self.make_customer(f"Customer {number}")
            self.make_invoice(DUE, policies=self.make_policy(partner_id=partner.id))
        run = self.runs.create({"date": REMINDER_DAY, "company_id": self.company.id})
        run.action_propose()
        run = run._as_service()
        self.assertEqual(len(run.action_ids.case_id), customers)
        work = run._process_together()
        next(work)
        self.assertEqual(run.phase, "execute")
        return run, work

    def jobs_of(self, run):
        return self.jobs.search([("identity_key", "=like", f"premium_arrears.{run.id}.%")])

    def perform(self, jobs):
        """Do these jobs as the queue does: each is no longer waiting when it starts."""
        for uuid in jobs.mapped("uuid"):
            job = Job.load(self.env, uuid)
            job.set_started()
            job.store()
            job.perform()
            job.set_done()
            job.store()

    def test_a_job_for_each_piece_but_the_callers_and_one_that_goes_on(self):
        run, _work = self.begin(3)
        jobs = self.jobs_of(run)
        self.assertEqual(set(jobs.mapped("channel")), {"root.premium_arrears"})
        keys = {key.split(".", 2)[2] for key in jobs.mapped("identity_key")}
        self.assertEqual(keys, {"execute.1", "execute.2", "execute.next"})
        last = jobs.filtered(lambda job: job.identity_key.endswith(".next"))
        self.assertEqual(last.state, "wait_dependencies")
        self.assertEqual(set((jobs - last).mapped("state")), {"pending"})

    def test_each_job_does_one_piece(self):
        run, _work = self.begin(3)
        for left in (2, 1):
            self.perform(self.jobs_of(run)[:1])
            self.assertEqual(run.remaining_count, left)

    def test_the_same_piece_is_not_queued_twice(self):
        run, _work = self.begin(3)
        run._call_helpers(3)
        self.assertEqual(len(self.jobs_of(run)), 3)

    def test_jobs_alone_finish_the_run(self):
        """Whoever began it was killed: its piece and what follows are done as well."""
        run, _work = self.begin(3)
        done = self.jobs
        while jobs := (self.jobs_of(run) - done).sorted("id"):
            self.perform(jobs)
            done |= jobs
            self.assertLess(len(done), 20)
            run.invalidate_recordset()
        self.assertEqual((run.state, run.phase, run.done_count), ("done", False, 3))
        self.assertEqual(len(run.notice_ids.filtered("body_hash")), 3)

    def test_a_job_that_comes_late_does_nothing(self):
        run, work = self.begin(3)
        jobs = self.jobs_of(run)
        list(work)
        self.assertEqual(run.state, "done")
        before = run.notice_ids
        self.perform(jobs)
        self.assertEqual(run.notice_ids, before)

    def test_little_work_makes_no_job(self):
        run, _work = self.begin(1)
        self.assertFalse(self.jobs_of(run))

    def test_meeting_another_worker_is_tried_again(self):
        run, _work = self.begin(2)
        with (
            patch.object(
                self.env.registry["arrears.action"], "_execute", side_effect=ConcurrencyError("x")
            ),
            self.assertRaises(RetryableJobError),
        ):
            self.perform(self.jobs_of(run)[:1])
