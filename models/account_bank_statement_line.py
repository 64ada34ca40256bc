"""A bank line that names an instalment by its reference pays what is in that arrangement."""

import logging
import re

from stdnum.iso11649 import is_valid

from odoo import api, models
from odoo.fields import Domain

from .arrears_arrangement import FREEZING

_logger = logging.getLogger(__name__)

# ISO 11649: RF, two check digits, up to 21 letters and digits; banks print it in groups of four.
REFERENCE = re.compile(r"RF\d\d(?:\s?[A-Z0-9]){1,21}", re.IGNORECASE)


class AccountBankStatementLine(models.Model):
    _inherit = "account.bank.statement.line"

    @api.model_create_multi
    def create(self, vals_list):
        """Match lines with the reference of an instalment; all others go their usual way.

        The counterpart is booked on the customer's receivable, so what is paid too much waits
        there to be matched. A match that fails leaves the line to be matched by hand.
        """
        lines = super().create(vals_list)
        for line in lines:
            if line.amount > 0 and not line.is_reconciled:
                line._pay_instalment()
        return lines

    def _pay_instalment(self):
        """Match this line with what is in the arrangement of the instalment that it names."""
        self.ensure_one()
        part = self._find_instalment()
        if not part:
            return
        try:
            with self.env.cr.savepoint():
                self._match_arrangement(part.arrangement_id)
        except Exception:
            _logger.warning("Bank line %s could not be matched", self.id, exc_info=True)
            self.env.invalidate_all(flush=False)

    def _find_instalment(self):
        """Return the instalment, of an arrangement that runs, that this line names; or none."""
        # Who books the bank need not have rights on arrears; nothing of them is shown.
        parts = self.env["arrears.instalment"].sudo().with_context(active_test=False)
        found = {
            text.upper()
            for match in REFERENCE.findall(self.payment_ref or "")
            for text in _readings(match)
            if is_valid(text)
        }
        if not found:
            return parts
        return parts.search(
            Domain("company_id", "=", self.company_id.id)
            & Domain("payment_reference", "in", sorted(found))
            & Domain("arrangement_id.state", "in", FREEZING),
            limit=1,
        )

    def _match_arrangement(self, arrangement):
        """Book the counterpart on the receivable, and match it in the order of payment."""
        debts = arrangement._get_open_move_lines().with_env(self.env)
        _liquidity, suspense, _other = self._seek_for_lines()
        if not debts or len(suspense) != 1:
            return
        self.with_context(
            skip_account_move_synchronization=True
        ).partner_id = arrangement.partner_id.id
        suspense.with_context(skip_account_move_synchronization=True).write(
            {"account_id": debts[0].account_id.id, "partner_id": arrangement.partner_id.id}
        )
        account = debts[0].account_id
        (suspense + debts.filtered(lambda line: line.account_id == account)).reconcile()


def _readings(match):
    """Return what a reference may be: whole, or without the words that follow it."""
    words = match.split()
    return ["".join(words[:count]) for count in range(len(words), 0, -1)]
