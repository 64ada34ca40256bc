"""An office with work in every state, and the people who may, or may not, do something with it."""

from datetime import date, timedelta

from freezegun import freeze_time

from odoo import Command
from odoo.tests import new_test_user, tagged

from .cis_common import CisCommon
from .common import DAY
from .handover_common import HandoverCommon
from .list_common import ListCommon
from .notice_common import LATER
from .opening_common import OpeningCommon
from .termination_common import TerminationCommon

TODAY = date(2026, 11, 2)
WEEK = timedelta(days=7)
OURS = "premium_arrears."

# Who does the work, by the groups of the role; "outside" are people of another office.
GROUPS = {
    "portal": "base.group_portal",
    "nobody": "base.group_user",
    "invoicing": "account.group_account_invoice",
    "reader": f"{OURS}group_reader",
    "handler": f"{OURS}group_handler",
    "manager": f"{OURS}group_manager",
    "cis": f"{OURS}group_cis",
    "debt_help": f"{OURS}group_debt_help",
}
OUTSIDE = ("handler", "manager")

NOBODY = frozenset()
READERS = frozenset(("reader", "handler", "manager", "cis", "debt_help"))
HANDLERS = frozenset(("handler", "manager"))
MANAGERS = frozenset(("manager",))
CIS = frozenset(("cis", "manager"))
HELPERS = frozenset(("handler", "manager", "debt_help"))


@tagged("post_install", "-at_install")
class RolesCommon(CisCommon, HandoverCommon, TerminationCommon, ListCommon, OpeningCommon):
    """A world with a record for each button; colleagues read Dutch, customers English."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time(TODAY))
        cls.elsewhere = cls.setup_other_company()["company"]
        cls.elsewhere._set_arrears_defaults()
        cls.users = {role: cls.make_role(role, cls.company) for role in GROUPS}
        cls.outside = {role: cls.make_role(role, cls.elsewhere) for role in OUTSIDE}

    @classmethod
    def make_role(cls, role, company):
        return new_test_user(
            cls.env,
            f"role_{role}_{company.id}",
            groups=GROUPS[role],
            lang="nl_NL",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )

    def as_role(self, records, user, **context):
        """Return records as a colleague has them: own language, own company."""
        context = {"lang": user.lang, "allowed_company_ids": user.company_ids.ids, **context}
        return records.with_user(user).with_context(**context)

    # === THE WORLD === #

    def make_world(self):
        """Make what each button works on; called on an instance, once for a class."""
        account = self.company.arrears_fee_account_id.copy({"name": "Interest charged"})
        self.company.write(
            {"arrears_interest": "everybody", "arrears_interest_account_id": account.id}
        )
        for make in (
            self.make_files,
            self.make_terminations,
            self.make_registrations,
            self.make_handovers,
            self.make_notices,
            self.make_holds,
            self.make_arrangements,
            self.make_calls,
            self.make_run,
        ):
            make()
        self.env.flush_all()

    def make_one(self, name, **values):
        """Return a policy of a customer of its own, who gets e-mail."""
        customer = self.make_customer(
            name, email=f"{name}@example.com", e_notice_consent_date=date(2025, 1, 1)
        )
        return self.make_policy(partner_id=customer.id, **values)

    def make_notices(self):
        """Sent, queued and failed; a car without cover; a pile to print, and one at the post."""
        self.make_warned(
            self.make_one("warned", line_of_business="motor", licence_plate="GB-123-K")
        )
        self.env["insurance.rdw.notice"].sudo()._ensure_rdw_notices(TODAY, self.company)
        failed = self.make_notice("reminder", TODAY - WEEK, self.make_one("failed"))
        failed._fail("bounced", TODAY - WEEK)
        for posted in (True, False):
            letter = self.make_letter(f"letter {posted}")
            batch = (
                self.env["arrears.print.batch"].sudo()._make(letter, TODAY - WEEK, letter.run_id)
            )
            if posted:
                batch.with_user(self.env.user).action_confirm_posted()
        self.make_letter("to print")

    def make_letter(self, name):
        letter = self.make_notice("reminder", TODAY - WEEK, self.make_one(name), lang="en_US")
        letter.channel = "post"
        letter._make_letter()
        return letter

    def make_terminations(self):
        for state in ("proposed", "approved", "announced", "ended"):
            policies = self.make_one(f"termination {state}")
            final = self.make_final(policies, lang="en_US", render=False)
            final._mark_sent(LATER)
            day = final.last_day + DAY
            record = self.terminations.with_user(self.anna)._prepare(policies, day)
            if state != "proposed":
                record.with_user(self.bert).approve(day)
                letter = record.letter_id.sudo()
                if state == "approved":
                    letter._fail("bounced", day)
                    continue
                if state == "ended":
                    # The premium of the running month is paid: a part of it goes back.
                    running = self.make_invoice(record.ends_on.replace(day=1), policies)
                    self.pay_invoice(running, credited_on=running.invoice_date_due)
                letter._mark_sent(day)
            if state == "ended":
                service = self.run_of(record.ends_on)._as_service()
                service.env["insurance.termination"]._end_due(record.ends_on, self.company)
        # Suspended, and nobody proposed anything yet.
        self.make_final(self.make_one("to end"), lang="en_US", render=False)._mark_sent(LATER)

    def make_registrations(self):
        def ended(name):
            policy = self.make_one(name, conditions_allow_termination="yes")
            self.make_ended(policy)
            return policy

        agent = ended("cis draft")
        self.make_draft(agent)
        for name in ("cis to ask", "cis asked"):
            policy = self.make_one(name, office_role="intermediary")
            self.collect(policy, LATER, "en_US")
            self.end_policy(policy)
            registration = self.make_draft(policy)
        registration.action_ask_insurer()
        for state in ("proposed", "approved", "untold", "registered", "paid"):
            registration = self.make_draft(ended(f"cis {state}"))
            registration.propose(date(2026, 4, 20))
            if state == "proposed":
                continue
            registration.with_user(self.bo).approve(date(2026, 4, 21))
            if state == "untold":
                registration.sudo().told_notice_id._fail("bounced", date(2026, 4, 22))
                continue
            self.send_letter(registration)
            if state == "approved":
                continue
            registration.register(date(2026, 4, 24), f"VM-{state}")
            if state == "paid":
                for move in self.items_of(registration.policy_id).move_id:
                    self.pay_invoice(move, date(2026, 5, 4))

    def make_handovers(self):
        for state in ("ready", "draft", "proposed", "approved", "handed_over"):
            policy = self.make_one(f"handover {state}")
            day = self.make_ready(policy)
            case = self.items_of(policy).case_id
            if state == "ready":
                continue
            action = case.with_user(self.handler).action_prepare_handover()
            wizard = self.env[action["res_model"]].with_user(self.handler)
            wizard = wizard.with_context(**action["context"]).create(
                {"collector_id": self.agency.id, "day": day}
            )
            wizard.action_prepare()
            handover = case.handover_ids
            if state != "draft":
                handover.with_user(self.handler).propose(day)
            if state in ("approved", "handed_over"):
                handover.with_user(self.manager).approve(day)
            if state == "handed_over":
                handover.with_user(self.handler).hand_over(day)
                handover.with_user(self.handler).action_dossier()

    def make_holds(self):
        holds = self.env["arrears.hold"]
        for kind, start in (
            ("dispute", TODAY - 30 * DAY),
            ("dispute", TODAY),
            ("debt_help", TODAY - 30 * DAY),
            ("debt_help", TODAY),
        ):
            policy = self.make_one(f"hold {kind} {start}")
            self.collect(policy, TODAY - 40 * DAY, "en_US")
            holds._place(self.items_of(policy).case_id, kind, start, "Told us so")
        for kind in ("dispute", "debt_help"):
            wizard = self.env["arrears.hold.place"].create(
                {
                    "partner_ids": self.make_one(f"batch {kind}").partner_id.ids
                    + self.make_one(f"batch too {kind}").partner_id.ids,
                    "kind": kind,
                    "reason": "A flood",
                }
            )
            wizard.action_place()

    def make_arrangements(self):
        self.company.write({"arrears_arrangement_smallest": 5.0, "arrears_arrangement_months": 2})
        arrangements = self.env["arrears.arrangement"].sudo()
        for state in ("draft", "beyond", "asked", "active", "paused"):
            policy = self.make_one(f"arrangement {state}")
            self.collect(policy, TODAY - WEEK, "en_US")
            terms = {"first_day": TODAY + 30 * DAY, "count": 6 if state == "beyond" else 1}
            sources = arrangements._get_sources(self.items_of(policy))
            made = arrangements._make(sources, arrangements._to_terms(terms), TODAY)
            if state != "draft":
                made.with_user(self.handler).propose(TODAY, needs_acceptance=state == "asked")
            if state == "paused":
                made.pause(TODAY, TODAY + 14 * DAY, "Ill")
            if state in ("active", "paused"):
                # Another premium that can join it.
                self.make_invoice(TODAY - 20 * DAY, policy)
                self.items._collect(TODAY, self.company)

    def make_files(self):
        """Lists of an insurer, bordereaux and an opening state, each as far as it goes."""
        self.make_list(self.xlsx(self.row()), name="first.xlsx")
        self.preview(self.row(), day=date(2026, 4, 1))
        bordereaux = self.env["insurance.bordereau"]
        for month, state in enumerate(("sent", "made", "draft"), start=3):
            values = {
                "insurer_id": self.insurer.id,
                "company_id": self.company.id,
                "date_from": date(2026, month, 1),
                "date_to": date(2026, month, 28),
            }
            bordereau = bordereaux.create(values)
            if state != "draft":
                bordereau.make(TODAY)
            if state == "sent":
                bordereau.mark_sent(TODAY)
        self.company.arrears_opening_on = date(2026, 1, 1)
        moves = [
            self.make_invoice(date(2026, 1, 15), self.make_one(f"opening {n}")) for n in range(3)
        ]
        # Older than the opening day, and in no file.
        self.make_invoice(date(2025, 12, 15), self.make_one("older"))
        self.take_over(self.letter(moves[0]))
        self.opening(self.letter(moves[1])).action_check()
        self.opening(self.letter(moves[2]))

    def make_calls(self):
        policy = self.make_one("call")
        notice = self.make_notice("reminder", TODAY - WEEK, policy, lang="en_US")
        notice._mark_sent(TODAY - WEEK)
        self.env.ref("premium_arrears.stage_consumer_reminder").asks_call = True
        policy.partner_id.phone = "+31 6 12345678"
        self.env["arrears.phone.call"].sudo()._schedule_calls(notice, TODAY)

    def make_run(self):
        """A run that was proposed, one to propose, and one with a step that failed."""
        self.make_invoice(TODAY - 8 * DAY, self.make_one("reminded today"))
        run = self.runs.create({"date": TODAY - DAY, "company_id": self.company.id})
        run.with_user(self.users["handler"]).action_propose()
        for kind in ("handover", "termination"):
            policy = self.items_of(
                self.env["insurance.policy"].search(
                    [("partner_id.name", "=", {"handover": "handover ready"}.get(kind, "to end"))]
                )
            )
            stages = policy.case_id.procedure_id.stage_ids
            if kind not in run.action_ids.mapped("kind"):
                run.sudo().action_ids.create(
                    {
                        "run_id": run.id,
                        "case_id": policy.case_id.id,
                        "stage_id": stages.filtered(lambda stage, k=kind: stage.kind == k)[:1].id,
                        "kind": kind,
                        "item_ids": policy.ids,
                        "why": {"items": []},
                    }
                )
        self.runs.create({"date": TODAY, "company_id": self.company.id})
