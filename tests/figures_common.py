"""Figures to compare with what is known: the rows of a report, on a day."""

from datetime import date

from freezegun import freeze_time

from odoo.tests import tagged

from .common import ArrearsCommon

DUE = date(2026, 1, 15)
REPORTS = (
    "arrears.ageing.report",
    "arrears.flow.report",
    "arrears.notice.report",
    "arrears.charge.report",
    "arrears.arrangement.report",
    "insurance.coverage.gap.report",
)


@tagged("post_install", "-at_install")
class FiguresCommon(ArrearsCommon):
    def rows(self, model, *domain, on=None):
        """Return the rows of this company in a report, as it is read on a day."""
        report = self.env[model]
        mine = [("company_id", "=", self.company.id), *domain]
        # A report is read anew with each request; in a test only when it is told to.
        report.invalidate_model()
        if not on:
            return report.search(mine)
        with freeze_time(on):
            rows = report.search(mine)
            rows.fetch(rows._fields)
        return rows

    def sums(self, model, *fields, domain=(), by=()):
        """Return what a pivot shows: the groups, and per group what is added up."""
        return self.env[model]._read_group(
            [("company_id", "=", self.company.id), *domain], list(by), list(fields)
        )

    def other_policy(self, name, **values):
        return self.make_policy(partner_id=self.make_customer(name).id, **values)

    def suspend(self, move, start):
        """Walk until the term of the formal notice has passed unpaid; return notice and day."""
        notice = self.formal_notice(move, start)
        day = self.walk_until(notice.date, lambda: notice.fee_id.state == "booked")
        return notice, day
