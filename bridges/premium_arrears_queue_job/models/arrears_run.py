"""The pieces of a run as jobs: each takes a piece that nobody has in hand."""

from odoo import models

from odoo.addons.premium_arrears.models.arrears_run_workers import LOOK_AGAIN, MET_ANOTHER
from odoo.addons.queue_job.delay import group
from odoo.addons.queue_job.exception import RetryableJobError

CHANNEL = "root.premium_arrears"
TRIES = 20


class ArrearsRun(models.Model):
    _inherit = "arrears.run"

    def _call_helpers(self, pieces):
        """Make a job for each piece, and one that goes on when all of them are done.

        They come into the queue when the caller commits. It goes on itself too: a run gets done
        where no job runner is at work.
        """
        jobs = [self._delay_piece(str(number)) for number in range(1, pieces)]
        if jobs:
            group(*jobs).on_done(self._delay_piece("next")).delay()

    def _look_again(self):
        """Have a job look at this run in a while."""
        self._delay_piece("again", eta=LOOK_AGAIN).delay()

    def _delay_piece(self, name, eta=None):
        """Return the job that takes a piece; the same one is not queued twice."""
        return self.delayable(
            channel=CHANNEL,
            identity_key=f"premium_arrears.{self.id}.{self.phase}.{name}",
            description=self.env._("A piece of the arrears run of %s", self.date),
            max_retries=TRIES,
            eta=eta,
        )._work_piece()

    def _work_piece(self):
        """Take one piece of this run and do it; the queue commits.

        A job that comes when all is done does nothing.
        """
        try:
            for _checkpoint in self._as_service()._process_together():
                break
            self.env.flush_all()
        except MET_ANOTHER as error:
            raise RetryableJobError("Another worker was faster; this one looks again.") from error
