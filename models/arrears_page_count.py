"""How often a visitor did something on the customer's own page, counted for all workers."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.misc import hmac

# Per visitor: how often, in how many seconds. Wrong links are counted by address, the rest by
# customer.
HOUR, DAY = 3600, 86400
LIMITS = {
    "wrong_link": (10, HOUR),
    "message": (5, DAY),
    "dispute": (5, DAY),
    "arrangement": (5, DAY),
    "call": (5, DAY),
    "payment": (20, HOUR),
}
KEEP = timedelta(days=2)


class ArrearsPageCount(models.Model):
    _name = "arrears.page.count"
    _description = "Visits of the Own Page, Counted"
    _rec_name = "kind"
    _log_access = False

    kind = fields.Char(required=True, readonly=True)
    # Never the address or the customer itself: a digest that only this database can make.
    visitor = fields.Char(required=True, readonly=True)
    since = fields.Datetime(required=True, readonly=True, index=True)
    count = fields.Integer(required=True, readonly=True)

    _one_per_window = models.UniqueIndex("(kind, visitor, since)", "This was counted already.")

    @api.model
    def _is_over(self, kind, who):
        """Tell whether a visitor did something as often as is allowed; called as the service.

        :param kind: a key of ``LIMITS``
        :param who: what the visitor is known by: an address, or the number of a customer
        """
        row = self.search(
            [
                ("kind", "=", kind),
                ("visitor", "=", self._digest(kind, who)),
                ("since", "=", self._get_window(kind)),
            ]
        )
        return row.count >= LIMITS[kind][0]

    @api.model
    def _add(self, kind, who):
        """Count once more, and tell whether it is within the limit; called as the service.

        Workers that count at the same moment wait for each other at the row, so none is lost.
        """
        found = self.env.execute_query(
            SQL(
                """
                INSERT INTO arrears_page_count (kind, visitor, since, count)
                VALUES (%s, %s, %s, 1)
                ON CONFLICT (kind, visitor, since)
                DO UPDATE SET count = arrears_page_count.count + 1
                RETURNING count
                """,
                kind,
                self._digest(kind, who),
                self._get_window(kind),
            )
        )
        self.invalidate_model(["count"])
        return found[0][0] <= LIMITS[kind][0]

    @api.model
    def _digest(self, kind, who):
        return hmac(self.env(su=True), "premium_arrears-page-count", f"{kind} {who}")

    @api.model
    def _get_window(self, kind):
        """Return the moment at which the hour or day of now began, in UTC."""
        seconds = LIMITS[kind][1]
        now = fields.Datetime.now()
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
        passed = int((now - midnight).total_seconds())
        return midnight + timedelta(seconds=passed - passed % seconds)

    @api.autovacuum
    def _gc_page_counts(self):
        self.search([("since", "<", fields.Datetime.now() - KEEP)]).unlink()
