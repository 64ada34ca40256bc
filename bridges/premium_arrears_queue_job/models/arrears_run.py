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
            group(*jobs).on_done(self._delay_piece("next", go_on=True)).delay()

    def _look_again(self):
        """Have a job look at this run in a while."""
        self._delay_piece("again", go_on=True, eta=LOOK_AGAIN).delay()

    def _delay_piece(self, name, go_on=False, eta=None):
        """Return the job that takes a piece; the same one is not queued twice."""
        return self.delayable(
            channel=CHANNEL,
            identity_key=f"premium_arrears.{self.id}.{self.phase}.{name}",
            description=self.env._("A piece of the arrears run of %s", self.date),
            max_retries=TRIES,
            eta=eta,
        )._work_piece(go_on)

    def _work_piece(self, go_on=False):
        """Take one piece of this run and do it; the queue commits.

        A job that comes when all is done does nothing.

        :param go_on: have a job follow, as long as the run is in hand
        """
        run = self._as_service()
        try:
            for _checkpoint in run._process_together():
                if go_on and run.phase:
                    run._delay_piece("next", go_on=True).delay()
                break
            self.env.flush_all()
        except MET_ANOTHER as error:
            raise RetryableJobError("Another worker was faster; this one looks again.") from error
