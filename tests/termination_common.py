"""A customer who was warned, whose cover is suspended, and two managers who decide on the end."""

from odoo import Command
from odoo.tests import new_test_user, tagged

from .common import DAY
from .notice_common import LATER, NoticeCommon


@tagged("post_install", "-at_install")
class TerminationCommon(NoticeCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.terminations = cls.env["insurance.termination"]
        cls.rule = cls.env["insurance.termination.rule"].create(
            {
                "insurer_id": cls.insurer.id,
                "company_id": cls.company.id,
                "source": "Conditions 2025, article 9",
            }
        )
        cls.anna, cls.bert = (cls.make_user(name, "manager") for name in ("Anna", "Bert"))

    @classmethod
    def make_user(cls, name, role):
        return new_test_user(
            cls.env,
            login=name.lower(),
            name=name,
            groups=f"premium_arrears.group_{role}",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    @classmethod
    def warn(cls, policies=None):
        """Warn about a premium in arrears, suspend the cover; return the first day after it all."""
        final = cls.make_final(policies, lang="en_US", render=False)
        final._mark_sent(LATER)
        cls.final = final
        return final.last_day + DAY

    def propose(self, day, policies=None, by=None):
        """Return what a manager proposes on a day, as that manager sees it."""
        terminations = self.terminations.with_user(by or self.anna)
        return terminations._prepare(policies or self.policy, day).with_user(by or self.anna)

    def approve(self, record, day, by=None):
        record.with_user(by or self.bert).approve(day)
        return record.letter_id.sudo()

    def announce(self, policies=None, day=None):
        """Return a termination whose letter was sent."""
        day = day or self.warn(policies)
        record = self.propose(day, policies)
        self.approve(record, day)._mark_sent(day)
        return record

    def end(self, record):
        """Let the day come, as the run does."""
        service = self.run_of(record.ends_on)._as_service()
        return service.env["insurance.termination"]._end_due(record.ends_on, self.company)

    def ended(self, policies=None):
        record = self.announce(policies)
        self.end(record)
        return record

    def rows(self, record):
        """Return the checklist as a dict from code to whether it holds."""
        return {row["code"]: row["ok"] for row in record._get_checklist(record.proposed_on)}

    def pay_all(self, day, policies=None, booked_on=None):
        """Pay all overdue premium of these policies."""
        items = self.items_of(policies or self.policy).filtered(lambda item: not item.settled_on)
        for item in items:
            self.pay(item.move_line_id, item.amount_open, day, booked_on)

    def letters(self, kind):
        return (
            self.env["arrears.notice"]
            .sudo()
            .search([("kind", "=", kind), ("company_id", "=", self.company.id)])
        )

    def hold(self, case, kind, start, end=False):
        return self.env["arrears.hold"].create(
            {"case_id": case.id, "kind": kind, "start": start, "end": end, "reason": "said so"}
        )

    def book_credit(self, day):
        credit = self.env["account.move"].create(
            {
                "move_type": "out_refund",
                "company_id": self.company.id,
                "partner_id": self.customer.id,
                "invoice_date": day,
                "invoice_line_ids": [(0, 0, {"name": "x", "price_unit": 5.0, "tax_ids": []})],
            }
        )
        credit.action_post()
