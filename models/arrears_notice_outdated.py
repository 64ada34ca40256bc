"""The last look: what was paid while a notice waited is not asked for any more."""

import logging

from odoo import models

_logger = logging.getLogger(__name__)


class ArrearsNotice(models.Model):
    _inherit = "arrears.notice"

    def _withdraw_outdated(self, day):
        """Withdraw the notices that state an amount that is no longer open, before they leave.

        Whoever has paid, wholly or in part, is not reminded of it; when something is left, the
        step is taken again with the right amount.

        :param day: business day
        :return: the notices that may leave
        """
        waiting = self.filtered(lambda notice: notice.state == "queued" and not notice.test_mode)
        outdated = waiting.filtered(lambda notice: notice._is_outdated())
        if outdated:
            reason = self.env._("Paid, wholly or in part, before it left")
            outdated._take_term_away(day, reason, state="withdrawn")
            outdated.write({"withdrawn_on": day, "withdraw_reason": reason})
            outdated._record_history("withdrawn", day, reason=reason)
        return self - outdated

    def _is_outdated(self):
        """Tell whether a premium that this notice states is open for another amount by now."""
        self.ensure_one()
        return any(
            line.cycle != line.item_id.cycle
            or self.currency_id.compare_amounts(line.item_id.amount_open, line.amount)
            for line in self.line_ids
        )

    def _withdraw_outdated_safely(self):
        """Take the last look from within the mail queue, where a mistake must stop no mail."""
        for company, notices in self.grouped("company_id").items():
            try:
                with self.env.cr.savepoint():
                    notices.with_company(company)._withdraw_outdated(self._get_day_of_mail())
            except Exception:
                _logger.exception("The amounts of notices could not be looked at again")
                notices.invalidate_recordset()
