"""The claims desk's world: a reader, a vehicle, days without cover and notices that name them."""

from datetime import date

from lxml import html

from odoo import Command
from odoo.tests import Form, new_test_user

from .common import DAY, ArrearsCommon

DUE = date(2026, 1, 15)
STOP, BACK = date(2026, 2, 24), date(2026, 3, 10)
TODAY = date(2026, 4, 1)


class CoverCheckCommon(ArrearsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.reader = new_test_user(
            cls.env,
            "claims_desk",
            groups="premium_arrears.group_reader",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )
        cls.motor = cls.make_policy(
            name="NLS-204.988", line_of_business="motor", licence_plate="GB-123-K"
        )

    @classmethod
    def make_gap(cls, policy, start=STOP, resume=BACK, **values):
        """Return days without cover, as the engine records them."""
        gaps = cls.env["insurance.coverage.gap"].sudo()
        return gaps._open([{"policy_id": policy.id, "start": start, "resume": resume, **values}])

    @classmethod
    def make_case_of(cls, policy):
        """Return an open case of a policy's holder."""
        procedure = cls.env.ref("premium_arrears.procedure_consumer")
        key = (policy.partner_id, policy.creditor_id)
        cases = (
            cls.env["arrears.case"]
            .sudo()
            ._get_or_create_open({key: procedure}, DUE, policy.company_id)
        )
        return cases[key]

    @classmethod
    def tell_rdw(cls, policy, day):
        cls.env["insurance.rdw.notice"].sudo()._ensure_rdw_notices(day, policy.company_id)
        policy.rdw_notice_ids.filtered(lambda notice: notice.state == "due").mark_told(day)

    def warn(self, policy, paid_on=None, kind="follow_up"):
        """Send a notice that names suspension, without its text, and pay; return the notice."""
        move = self.make_invoice(DUE, policies=policy, kind=kind)
        engine = self.env["arrears.item"].sudo()
        engine._collect(DUE + DAY, self.company)
        item = engine.search([("move_line_id.move_id", "=", move.id)])
        sent_on = date(2026, 2, 5)
        mine = [("date", "=", sent_on), ("company_id", "=", self.company.id)]
        run = self.runs.sudo().search(mine) or self.runs.sudo().create(
            {"date": sent_on, "company_id": self.company.id}
        )
        action = run.action_ids.create(
            {
                "run_id": run.id,
                "case_id": item.case_id.id,
                "stage_id": item.procedure_id.stage_ids.filtered("names_suspension")[:1].id,
                "kind": "notice",
                "state": "done",
                "item_ids": item.ids,
            }
        )
        notice = run.notice_ids._make(action, item)
        notice.body_hash = "as if rendered"
        notice._mark_sent(sent_on)
        policy.sudo()._refresh_coverage(sent_on, self.company)
        if paid_on:
            self.pay_invoice(move, credited_on=paid_on)
        return notice.sudo(False)

    def ask(self, text, day=None, user=None):
        """Fill the desk's form as a reader and return it."""
        form = Form(self.env["insurance.cover.check"].with_user(user or self.reader))
        form.search_text = text
        if day is not None:
            form.day = day
        return form

    def words(self, markup):
        return " ".join(html.fromstring(str(markup)).text_content().split()) if markup else ""
