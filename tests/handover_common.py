"""A case that can be handed over, the people who decide, and an agency that may have it."""

from datetime import date, timedelta

from odoo.tests import new_test_user, tagged

from .common import DAY
from .notice_common import NoticeCommon

DUE = date(2026, 8, 3)


@tagged("post_install", "-at_install")
class HandoverCommon(NoticeCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.write({"email": "customer@example.com", "e_notice_consent_date": DUE})
        cls.agency = cls.make_collector("Incasso Oost", collector_trade_name="Incasso Oost B.V.")
        cls.handler = cls.make_user("handler", "handler")
        cls.manager = cls.make_user("manager", "manager")
        cls.reader = cls.make_user("reader", "reader")

    @classmethod
    def make_user(cls, login, group):
        return new_test_user(
            cls.env,
            f"handover_{login}",
            groups=f"premium_arrears.group_{group}",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )

    @classmethod
    def make_collector(cls, name, **values):
        """Return an agency that is registered, checked and certified, unless said otherwise."""
        return cls.env["res.partner"].create(
            {
                "name": name,
                "is_company": True,
                "is_collector": True,
                "phone": "+31 20 555 01 01",
                "email": "dossiers@example.com",
                "collector_kind": "agency",
                "collector_register_number": "WKI-0002",
                "collector_registered_from": date(2025, 1, 1),
                "collector_checked_on": date(2026, 9, 1),
                "collector_certificate": "nvi",
                "collector_certified_until": date(2027, 12, 31),
                **values,
            }
        )

    @classmethod
    def make_ready(cls, policies=None, due=DUE, amount=45.0):
        """Let premiums go up to the announcement of hand-over; return the first day for it."""
        policies = policies or cls.policy
        for policy in policies:
            cls.make_invoice(due, policy, amount)
        cls.items._collect(due + DAY, cls.company)
        formal = cls.send("formal_notice", due + timedelta(days=21), policies)
        formal.fee_id._charge(formal.last_day + DAY)
        formal.settled = True
        announced = cls.send("handover_notice", formal.last_day + timedelta(days=8), policies)
        return announced.stated_last_day + DAY

    @classmethod
    def send(cls, kind, day, policies):
        """Return a notice of this kind that was made, rendered and sent on ``day``."""
        notice = cls.make_notice(kind, day, policies, lang="en_US")
        notice.channel = "email"
        notice._mark_sent(day)
        return notice

    def prepare(self, cases, collector=None, day=None, user=None):
        """Prepare as a handler does with the button; return the hand-overs."""
        action = cases.with_user(user or self.handler).action_prepare_handover()
        wizard = (
            self.env[action["res_model"]]
            .with_user(user or self.handler)
            .with_context(**action["context"])
            .create({"collector_id": (collector or self.agency).id, "day": day})
        )
        wizard.action_propose()
        return cases.handover_ids.filtered(
            lambda handover: handover.state in ("draft", "proposed")
        ).with_user(user or self.handler)

    def hand_over(self, policies=None, collector=None, **values):
        """Bring a case to a collector; return the hand-over and the day."""
        day = self.make_ready(policies, **values)
        case = self.items_of(policies or self.policy).case_id
        handover = self.prepare(case, collector, day)
        handover.with_user(self.manager).approve(day)
        handover.hand_over(day)
        return handover, day

    def activities_of(self, case):
        return self.env["mail.activity"].search(
            [("res_model", "=", "arrears.case"), ("res_id", "=", case.id)]
        )

    def account(self, handover, **values):
        """Book a statement of the collector, as a handler does."""
        action = handover.with_user(self.handler).action_account()
        wizard = (
            self.env[action["res_model"]]
            .with_user(self.handler)
            .with_context(default_handover_id=handover.id)
            .create(values)
        )
        wizard.action_book()
        return handover.sudo().statement_ids[0]
