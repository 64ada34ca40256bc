"""Promise 9: CIS is never automatic; facts, a letter, and two people come before a registration."""

from contextlib import contextmanager
from datetime import timedelta
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.cis_registration_checklist import ROW_OF_CODE
from .arrangement_common import arrange_items
from .cis_common import APPROVED, ENDED, EXPIRES, PROPOSED, REGISTERED, CisCommon
from .notice_common import LATER


@tagged("post_install", "-at_install")
class TestPromiseCis(CisCommon):
    @contextmanager
    def refused(self, registration, *words):
        """Expect a refusal that says why, after which nothing has changed."""
        before = registration.read(["state", "proposed_by_id", "approved_by_id", "told_notice_id"])
        with self.assertRaises(UserError) as refusal, self.env.cr.savepoint():
            yield
        for word in words:
            self.assertIn(word, str(refusal.exception))
        registration.invalidate_recordset()
        self.assertEqual(
            registration.read(["state", "proposed_by_id", "approved_by_id", "told_notice_id"]),
            before,
        )

    def red_rows(self, registration, day=PROPOSED):
        return [row["code"] for row in registration._get_checklist(day) if not row["ok"]]

    def hold(self, kind, case=None, **values):
        return self.env["arrears.hold"].create(
            {
                "case_id": (case or self.items_of(self.policy).case_id).id,
                "kind": kind,
                "start": LATER,
                "reason": "The customer told us so",
                **values,
            }
        )

    # === NEVER AUTOMATIC === #

    def test_a_year_of_runs_makes_and_moves_nothing(self):
        self.make_ended()
        for days in range(0, 365, 30):
            self.runs.run_for(ENDED + timedelta(days=days), self.company)
        self.assertFalse(self.env["cis.registration"].search([]))
        registration = self.make_draft()
        self.runs.run_for(ENDED + timedelta(days=366), self.company)
        self.assertEqual(registration.state, "draft")

    def test_the_run_moves_no_registration_not_even_an_expired_one(self):
        registration = self.make_registered()
        self.runs.run_for(EXPIRES, self.company)
        self.assertEqual(registration.state, "registered")
        self.assertTrue(self.tasks_of(registration))

    def test_two_people_and_a_letter(self):
        final = self.make_ended()
        registration = self.make_draft()
        self.assertEqual(self.red_rows(registration), [])
        registration.propose(PROPOSED)
        self.assertEqual(registration.announced_notice_id, final)
        registration.with_user(self.bo).approve(APPROVED)
        letter = registration.told_notice_id
        self.assertEqual((letter.kind, letter.state), ("cis_registered", "queued"))
        with self.refused(registration, letter.name, "waits to be sent"):
            registration.register(REGISTERED, "VM-1")
        self.send_letter(registration)
        registration.register(REGISTERED, "VM-1")
        self.assertEqual(registration.state, "registered")
        self.assertEqual(registration.expires_on, EXPIRES)
        self.assertEqual(registration.registered_by_id, self.an)
        events = registration.case_id.history_ids.filtered(lambda row: row.event == "cis")
        self.assertEqual(
            events.sorted("id").mapped("reason"), ["Proposed", "Approved", "Registered. VM-1"]
        )
        self.assertEqual(events.user_id, self.an | self.bo)

    # === EACH FACT === #

    def test_an_intermediary_never_registers_and_can_only_ask(self):
        self.make_ended()
        registration = self.make_draft()
        self.policy.office_role = "intermediary"
        self.assertEqual(self.red_rows(registration), ["office_role"])
        with self.refused(registration, "intermediary", self.insurer.name):
            registration.propose(PROPOSED)
        registration.ask_insurer(PROPOSED)
        registration.record_answer(APPROVED, "They do not register")
        self.assertEqual(registration.state, "asked_insurer")
        self.assertEqual(registration.insurer_answer, "They do not register")
        with self.refused(registration, "Insurer asked"):
            registration.with_user(self.bo).approve(APPROVED)
        with self.refused(registration, "Insurer asked"):
            registration.register(REGISTERED, "VM-1")

    def test_an_agent_has_nothing_to_ask_and_nobody_asks_about_a_dispute(self):
        self.make_ended()
        registration = self.make_draft()
        with self.refused(registration, "register"):
            registration.ask_insurer(PROPOSED)
        self.policy.office_role = "intermediary"
        self.hold("dispute")
        with self.refused(registration, "disputed", "The customer told us so"):
            registration.ask_insurer(PROPOSED)

    def test_an_office_that_takes_no_part_registers_nothing(self):
        self.make_ended()
        registration = self.make_draft()
        self.company.arrears_cis = False
        self.assertEqual(self.red_rows(registration), ["takes_part"])
        with self.refused(registration, "takes part"):
            registration.propose(PROPOSED)

    def test_only_what_was_ended_for_non_payment(self):
        self.make_ended()
        registration = self.make_draft()
        for reason, day in (("customer", ENDED), ("other", ENDED), (False, ENDED)):
            self.end_policy(self.policy, day, reason)
            with self.subTest(reason=reason):
                self.assertEqual(self.red_rows(registration), ["terminated"])
                with self.refused(registration, "ended for non-payment"):
                    registration.propose(PROPOSED)
        self.end_policy(self.policy, False)
        self.assertIn("terminated", self.red_rows(registration))
        self.end_policy(self.policy, PROPOSED + timedelta(days=1))
        self.assertEqual(self.red_rows(registration), ["terminated"])
        self.end_policy(self.policy)
        self.policy.line_of_business = "health_basic"
        self.assertEqual(self.red_rows(registration), ["terminated"])

    def test_only_when_the_conditions_name_it(self):
        self.make_ended()
        registration = self.make_draft()
        self.policy.conditions_allow_termination = "no"
        self.assertEqual(self.red_rows(registration), ["ground"])
        with self.refused(registration, "conditions"):
            registration.propose(PROPOSED)

    def test_only_after_a_notice_that_announced_it(self):
        self.company.arrears_cis = False
        final = self.make_ended()
        self.company.arrears_cis = True
        self.assertFalse(final.announces_cis)
        registration = self.make_draft()
        self.assertEqual(self.red_rows(registration), ["announced", "received"])
        with self.refused(registration, "announced the registration"):
            registration.propose(PROPOSED)

    def test_only_after_that_notice_was_received_in_time(self):
        final = self.make_ended()
        registration = self.make_draft()
        self.end_policy(self.policy, LATER)
        self.assertEqual(final.received_on, LATER + timedelta(days=1))
        self.assertEqual(self.red_rows(registration), ["received"])
        with self.refused(registration, final.name):
            registration.propose(PROPOSED)
        self.end_policy(self.policy)
        registration.propose(PROPOSED)
        final._fail("bounced", PROPOSED)
        self.assertEqual(self.red_rows(registration), ["announced", "received"])
        with self.refused(registration, "failed"):
            registration.with_user(self.bo).approve(APPROVED)

    def test_an_old_announcement_does_not_count_for_a_new_debt(self):
        final = self.make_ended()
        registration = self.make_draft()
        self.pay_all(LATER + timedelta(days=5))
        self.assertEqual(self.red_rows(registration), ["announced", "received", "open"])
        self.make_invoice(LATER + timedelta(days=10), self.policy)
        self.items._collect(ENDED, self.company)
        self.assertIn("announced", self.red_rows(registration))
        self.assertTrue(final.announces_cis)

    def test_no_dispute_no_debt_help_no_hold_in_any_case_of_this_person(self):
        self.make_ended()
        registration = self.make_draft()
        other_insurer = self.insurer.copy({"name": "Verzekeraar Zuid"})
        other = self.make_policy(insurer_id=other_insurer.id)
        self.make_invoice(LATER, other)
        self.items._collect(ENDED, self.company)
        for case in (registration.case_id, self.items_of(other).case_id):
            for kind, row in (
                ("dispute", "dispute"),
                ("debt_help", "hold"),
                ("deferral", "hold"),
                ("other", "hold"),
            ):
                hold = self.hold(kind, case)
                with self.subTest(case=case.name, kind=kind):
                    self.assertEqual(self.red_rows(registration), [row])
                    # Of a dispute only it is told why: an empty place would tell who gets help.
                    why = ("The customer told us so",) if kind == "dispute" else ()
                    with self.refused(registration, case.name, *why):
                        registration.propose(PROPOSED)
                hold.end = LATER + timedelta(days=1)
        registration.propose(PROPOSED)

    def test_a_hold_that_comes_later_stops_approval_and_registration(self):
        registration = self.make_approved()
        self.hold("debt_help")
        # Also who may see registrations is not told that it is debt help.
        with self.refused(registration, "on hold"):
            registration.register(REGISTERED, "VM-1")

    def test_no_arrangement(self):
        self.make_ended()
        registration = self.make_draft()
        arrange_items(registration.case_id.item_ids, PROPOSED)
        self.assertEqual(self.red_rows(registration), ["arrangement"])
        with self.refused(registration, registration.case_id.name):
            registration.propose(PROPOSED)

    def test_a_letter_that_waits_does_not_leave_when_the_facts_change(self):
        registration = self.make_approved(told=False)
        letter = registration.sudo().told_notice_id
        self.assertEqual(letter._withdraw_outdated(APPROVED), letter)
        hold = self.hold("dispute")
        self.assertFalse(letter._withdraw_outdated(APPROVED))
        self.assertEqual(letter.state, "withdrawn")
        self.assertEqual(self.red_rows(registration), ["dispute", "customer_told"])
        hold.end = LATER
        registration.tell_again(APPROVED)
        self.pay_all(APPROVED)
        self.assertFalse(registration.sudo().told_notice_id._withdraw_outdated(APPROVED))

    def test_only_while_premium_is_open(self):
        registration = self.make_approved()
        self.pay_all(APPROVED)
        self.assertIn("open", self.red_rows(registration, REGISTERED))
        with self.refused(registration, "Premium was open"):
            registration.register(REGISTERED, "VM-1")

    def test_what_was_paid_when_it_ended_is_not_registered(self):
        self.make_ended()
        registration = self.make_draft()
        self.make_invoice(ENDED + timedelta(days=1), self.policy)
        self.pay_all(ENDED - timedelta(days=1))
        self.items._collect(PROPOSED, self.company)
        self.assertIn("open", self.red_rows(registration))

    def test_not_after_a_clean_slate(self):
        self.make_ended()
        registration = self.make_draft()
        self.customer.write({"clean_slate_date": ENDED, "clean_slate_source": "Court"})
        self.assertEqual(self.red_rows(registration), ["clean_slate"])
        with self.refused(registration, "clean slate"):
            registration.propose(PROPOSED)
        # One from before says nothing of a policy that was ended later.
        self.customer.clean_slate_date = ENDED - timedelta(days=1)
        registration.propose(PROPOSED)

    def test_each_check_of_the_law_is_a_red_row(self):
        """Whatever the law names stands in the way: no code is lost between law and checklist."""
        self.make_ended()
        registration = self.make_draft()
        module = "odoo.addons.premium_arrears.models.cis_registration_checklist"
        for code, row in ROW_OF_CODE.items():
            if row in ("customer_told", "two_people"):
                continue
            with (
                self.subTest(code=code),
                patch(f"{module}.cis.registration_blockers", return_value=(code,)),
            ):
                self.assertEqual(self.red_rows(registration), [row])

    # === TWO PEOPLE === #

    def test_nobody_approves_his_own(self):
        self.make_ended()
        registration = self.make_draft().with_user(self.bo)
        registration.propose(PROPOSED)
        with self.refused(registration, self.bo.name, "Somebody else"):
            registration.approve(APPROVED)
        # Nor does a write around the buttons.
        with self.assertRaisesRegex(UserError, "Somebody else"), self.env.cr.savepoint():
            registration.sudo().approve(APPROVED)

    def test_approving_is_for_a_manager(self):
        self.make_ended()
        registration = self.make_draft()
        registration.with_user(self.bo).propose(PROPOSED)
        with self.assertRaisesRegex(AccessError, "manager"):
            registration.with_user(self.an).approve(APPROVED)
        self.assertEqual(registration.state, "proposed")

    def test_no_step_is_skipped(self):
        self.make_ended()
        registration = self.make_draft()
        with self.refused(registration, "Draft"):
            registration.register(REGISTERED, "VM-1")
        with self.refused(registration, "Draft"):
            registration.with_user(self.bo).approve(APPROVED)
        with self.refused(registration, "Draft"):
            registration.with_user(self.bo).remove(REGISTERED, "paid", "x")

    def test_nothing_is_written_around_the_buttons(self):
        self.make_ended()
        registration = self.make_draft()
        for values in (
            {"state": "registered"},
            {"approved_by_id": self.bo.id},
            {"told_notice_id": False},
            {"expires_on": EXPIRES},
            {"case_id": False},
        ):
            with (
                self.subTest(values=values),
                self.assertRaisesRegex(AccessError, "buttons"),
                self.env.cr.savepoint(),
            ):
                registration.with_user(self.bo).write(values)
        with self.assertRaisesRegex(AccessError, "buttons"):
            registration.with_user(self.bo).create(
                {"policy_id": self.policy.id, "state": "registered"}
            )
        registration.propose(PROPOSED)
        with self.assertRaisesRegex(UserError, "stays as it is"):
            registration.note = "Changed afterwards"
        with self.assertRaisesRegex(UserError, "evidence"):
            registration.unlink()

    # === HOW LONG === #

    def test_no_longer_than_the_customer_was_told(self):
        registration = self.make_approved()
        for expiry in (EXPIRES + timedelta(days=1), REGISTERED):
            with self.refused(registration, str(expiry), "told"):
                registration.register(REGISTERED, "VM-1", expiry)
        registration.register(REGISTERED, "VM-1", EXPIRES - timedelta(days=365))
        self.assertEqual(registration.expires_on, EXPIRES - timedelta(days=365))

    def test_no_expiry_beyond_five_years(self):
        registration = self.make_registered()
        with self.assertRaisesRegex(ValidationError, "at most 5 years"), self.env.cr.savepoint():
            registration.sudo().expires_on = REGISTERED.replace(year=2031) + timedelta(days=1)
        registration.sudo().expires_on = REGISTERED.replace(year=2031)
        with self.assertRaisesRegex(ValidationError, "6 is refused"), self.env.cr.savepoint():
            self.env["cis.retention"].create({"date_from": ENDED, "years": 6})

    def test_the_years_of_the_day_of_approval(self):
        self.env["cis.retention"].create(
            [
                {"date_from": ENDED, "years": 2, "company_id": self.company.id},
                {"date_from": REGISTERED, "years": 5, "company_id": self.company.id},
            ]
        )
        registration = self.make_registered()
        self.assertEqual(registration.told_years, 2)
        self.assertEqual(registration.expires_on, REGISTERED.replace(year=2028))
        self.assertIn("2 years", self.text_of(registration.told_notice_id))

    @mute_logger("odoo.sql_db")
    def test_bad_input(self):
        registration = self.make_approved()
        with self.refused(registration, "number"):
            registration.register(REGISTERED, " ")
        with self.refused(registration, "was sent on"):
            registration.register(APPROVED - timedelta(days=1), "VM-1")
        with self.refused(registration, "in words"):
            registration.refuse(REGISTERED, "")
        with self.refused(registration, "day"):
            registration.register("soon", "VM-1")
        other = self.make_customer("A. Bakker")
        with self.assertRaisesRegex(ValidationError, "not its policyholder"):
            self.env["cis.registration"].create(
                {"policy_id": self.make_policy().id, "partner_id": other.id}
            )
        with self.assertRaises(Exception), self.env.cr.savepoint():  # noqa: B017
            self.make_draft()
        registration.register(REGISTERED, "VM-1")
        manager = registration.with_user(self.bo)
        with self.refused(registration, "choose another reason"):
            manager.remove(REGISTERED, "expired")
        with self.refused(registration, "in words"):
            manager.remove(REGISTERED, "objection")
        with self.refused(registration, "no reason"):
            manager.remove(REGISTERED, "because")
        with self.refused(registration, "before that"):
            manager.remove(APPROVED, "clean_slate")
