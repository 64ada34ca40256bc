"""The last look: what was paid or put on hold while a notice waited is not asked for any more."""

import logging

from odoo import models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

_logger = logging.getLogger(__name__)


class ArrearsNotice(models.Model):
    _inherit = "arrears.notice"

    def _withdraw_outdated(self, day):
        """Withdraw the notices that should not leave any more, before they do.

        Whoever has paid, wholly or in part, is not reminded of it; when something is left, the
        step is taken again with the right amount. What was put on hold is not asked for; after the
        hold the step is taken again, with a fresh term.

        :param day: business day
        :return: the notices that may leave
        """
        waiting = self.filtered(lambda notice: notice.state == "queued" and not notice.test_mode)
        outdated = waiting.filtered(lambda notice: notice._is_outdated())
        held = (waiting - outdated)._filter_held(day)
        for letters, reason in outdated._group_by_reason():
            letters._set_aside(day, reason)
        held._set_aside(day, self.env._("Put on hold before it left"))
        return self - outdated - held

    def _group_by_reason(self):
        """Return these, which say what is not so any more, with why: (notices, words) pairs."""
        return [(self, self.env._("Paid, wholly or in part, before it left"))]

    def _set_aside(self, day, reason):
        """Withdraw these notices, which did not leave, and tell why."""
        if not self:
            return
        self._take_term_away(day, reason, state="withdrawn")
        self.write({"withdrawn_on": day, "withdraw_reason": reason})
        self._record_history("withdrawn", day, reason=reason)

    def _filter_held(self, day):
        """Return the steps here of which a premium is on hold; a letter that only tells goes on."""
        items = self.line_ids.item_id
        holds = items._get_holds()
        held = items.filtered(lambda item: holds[item]._active_on(day))
        held |= items.browse(items._get_left_alone())
        return self.filtered(lambda notice: notice.line_ids.item_id & held)

    def _is_outdated(self):
        """Tell whether a premium that this notice states is open for another amount by now."""
        self.ensure_one()
        return any(
            line.cycle != line.item_id.cycle
            or self.currency_id.compare_amounts(line.item_id.amount_open, line.amount)
            for line in self.line_ids
        )

    def _may_be_mailed(self):
        """Tell whether the mail of this notice is still to leave; that of a test always is."""
        self.ensure_one()
        return self.state == "queued" or self.test_mode

    def _withdraw_outdated_safely(self):
        """Take the last look from within the mail queue, where a mistake must stop no mail.

        One that cannot be looked at leaves unseen, it alone. Where another process is at it, it
        waits until that one is done: it may be a payment.

        :return: the notices that have to wait for another process
        """
        busy = self.browse()
        for company, notices in self.grouped("company_id").items():
            busy |= notices.with_company(company)._try_withdraw_outdated()
        return busy.with_env(self.env)

    def _try_withdraw_outdated(self):
        """Look at these all at once; when that fails, at each of them alone."""
        try:
            with self.env.cr.savepoint():
                self._withdraw_outdated(self._get_day_of_mail())
        except Exception as error:
            self.invalidate_recordset()
            if len(self) > 1:
                busy = (notice._try_withdraw_outdated() for notice in self)
                return self.browse().union(*busy)
            if isinstance(error, PG_CONCURRENCY_EXCEPTIONS_TO_RETRY):
                return self
            _logger.exception("What notice %s asks for could not be looked at again", self.name)
        return self.browse()
