"""A policy that was ended for non-payment after a notice that announced CIS, and who may act."""

from datetime import date

from odoo.tests import new_test_user, tagged

from .notice_common import DUE, LATER, NoticeCommon

ENDED = date(2026, 4, 15)
PROPOSED = date(2026, 4, 20)
APPROVED = date(2026, 4, 21)
REGISTERED = date(2026, 4, 24)
EXPIRES = date(2029, 4, 24)
GROUPS = "premium_arrears.group_%s"


@tagged("post_install", "-at_install")
class CisCommon(NoticeCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.arrears_cis = True
        cls.an = cls.make_user("an_proposes", "cis")
        cls.bo = cls.make_user("bo_approves", "manager")
        cls.policy.conditions_allow_termination = "yes"
        # Letters by mail: how they are printed is told elsewhere.
        cls.customer.write({"email": "j@example.com", "e_notice_consent_date": DUE})

    @classmethod
    def make_user(cls, login, role, company=None):
        company = company or cls.company
        groups = GROUPS % role if "." not in role else role
        return new_test_user(
            cls.env,
            login,
            groups=groups,
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )

    @classmethod
    def end_policy(cls, policy, day=ENDED, reason="non_payment"):
        """Record how a policy ended, as an approved termination does."""
        policy.sudo().write({"end_date": day, "end_reason": reason})

    @classmethod
    def make_ended(cls, policy=None, lang="en_US"):
        """Return the final notice, received, after which the policy was ended for non-payment."""
        policy = policy or cls.policy
        final = cls.make_final(policy, lang=lang)
        final._mark_sent(LATER)
        cls.end_policy(policy)
        return final

    @classmethod
    def make_draft(cls, policy=None):
        policy = policy or cls.policy
        return cls.env["cis.registration"].with_user(cls.an).create({"policy_id": policy.id})

    @classmethod
    def make_approved(cls, policy=None, told=True):
        """Return an approved registration, of which the customer was told unless said."""
        cls.make_ended(policy)
        registration = cls.make_draft(policy)
        registration.propose(PROPOSED)
        registration.with_user(cls.bo).approve(APPROVED)
        if told:
            cls.send_letter(registration)
        return registration

    @classmethod
    def make_registered(cls, policy=None, day=REGISTERED):
        registration = cls.make_approved(policy)
        registration.register(day, "VM-2026-1")
        return registration

    @classmethod
    def send_letter(cls, registration, day=APPROVED):
        letter = registration.sudo().told_notice_id
        letter._render_text()
        letter._mark_sent(day)
        return letter

    def tasks_of(self, registrations):
        return self.env["mail.activity"].search(
            [("res_model", "=", "cis.registration"), ("res_id", "in", registrations.ids)]
        )

    def follow_up(self, day):
        self.env["cis.registration"].sudo()._follow_up(day, self.company)

    def pay_all(self, credited_on, policy=None):
        moves = self.items_of(policy or self.policy).move_id
        for move in moves:
            self.pay_invoice(move, credited_on)
