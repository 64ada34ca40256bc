"""A look at a letter before it exists: a path of its own that cannot send."""

from odoo import models


class ArrearsNotice(models.Model):
    _inherit = "arrears.notice"

    def _preview(self, action):
        """Return subject and text of the notice that a proposed action would make, and discard it.

        The notice is made and rendered in a savepoint that is always rolled back: nothing of it
        stays, no number is used, no fee announced, nothing queued.

        :param action: a proposed action of the kind ``notice``, as the service
        :return: dict with ``subject``, ``page`` (HTML), ``missing`` (the missing parts in words)
        """
        items = action.item_ids.filtered(lambda item: item.amount_open > 0 and not item.settled_on)
        with self.env.cr.savepoint() as savepoint:
            notice = self.with_context(arrears_preview=True)._make(action, items)
            notice._render_text()
            found = {
                "subject": notice.subject,
                "page": notice._render_letter(),
                "missing": self._describe_missing(notice._missing_parts()),
            }
            savepoint.rollback()
        self.env.invalidate_all(flush=False)
        return found
