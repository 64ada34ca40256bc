"""What arrears do to the insurance in the story: two people who decide, and an insurer's lists.

Everything goes through the methods that the buttons call, with the day of the story.
"""

import base64
from datetime import date, timedelta
from functools import partial

from odoo import Command
from odoo.exceptions import UserError

from .help import arrange

NOORD, WAALBRUG = "demo_portfolio.insurer_noorderlicht", "demo_portfolio.insurer_waalbrug"
COLLEAGUES = {
    "claims": ("Karim Aydin", "group_reader"),
    "handler": ("Sanne Visser", "group_handler"),
    "manager": ("Peter de Graaf", "group_manager"),
    "second": ("Linda Bakker", "group_manager"),
}
# What Waalbrug collects itself: (policy, days in arrears at the first list, amount, still listed).
COLLECTED = (("WBR-900112", 40, "38.20", True), ("WBR-900149", 33, "59.40", False))
LISTS = (date(2026, 3, 2), date(2026, 4, 1))
ENDS, REGISTERS = date(2026, 4, 15), date(2026, 6, 10)
RDW_UNTIL = date(2026, 6, 1)
DAY = timedelta(days=1)


def set_up_insurance(env):
    """Make the colleagues, a collector, the conditions and rules of the insurers; return a Desk."""
    users = {login: _make_user(env, login, *who) for login, who in COLLEAGUES.items()}
    collector = env["res.partner"].create(
        {
            "name": "Incassobureau De Brug B.V.",
            "is_company": True,
            "lang": "nl_NL",
            "street": "Brugkade 8",
            "zip": "6811 LP",
            "city": "Arnhem",
            "country_id": env.ref("base.nl").id,
            "email": "dossiers@debrug.example.com",
            "phone": "+31 6 00120077",
            "is_collector": True,
            "collector_kind": "agency",
            "collector_register_number": "W-2024-000412",
            "collector_registered_from": "2024-06-01",
            "collector_checked_on": "2026-01-05",
            "collector_certificate": "nvi",
            "collector_certificate_number": "NVI-2231",
            "collector_certified_until": "2027-12-31",
        }
    )
    env.company.arrears_cis = True
    env["insurance.cover.rule"].create(
        {"insurer_id": env.ref(WAALBRUG).id, "date_from": "2025-01-01", "resumption": "hours_24"}
    )
    env["insurance.termination.rule"].create(
        {
            "insurer_id": env.ref(NOORD).id,
            "source": "Algemene voorwaarden 2025, artikel 9.3",
            "notice_months": 1,
        }
    )
    return Desk(env, users, collector)


def _make_user(env, login, name, group):
    return (
        env["res.users"]
        .with_context(no_reset_password=True)
        .create(
            {
                "name": name,
                "login": login,
                "password": login,
                "lang": "nl_NL",
                "tz": "Europe/Amsterdam",
                "email": f"{login}@delinde.example.com",
                "company_id": env.company.id,
                "company_ids": [Command.set(env.company.ids)],
                "group_ids": [Command.link(env.ref(f"premium_arrears.{group}").id)],
            }
        )
    )


class Desk:
    """The people who decide what no run may decide."""

    def __init__(self, env, users, collector):
        self.env, self.users, self.collector = env, users, collector
        self.termination = env["insurance.termination"]
        self.registration = env["cis.registration"]

    def work(self, day):
        """Do what the colleagues do on a business day of the story."""
        self.tell_rdw(day)
        if day in LISTS:
            self.load_list(day)
        if day.day == 1:
            self.hand_over(day)
            self.report(day)
        if day == ENDS:
            self.end_a_policy(day)
        if day == REGISTERS:
            self.propose_registration(day)
        self.register(day)
        arrange(self.env, self.of, day)

    def of(self, login, records):
        """Return records as a colleague sees them."""
        return records.with_user(self.users[login])

    # === RDW === #

    def tell_rdw(self, day):
        """Tell RDW what is due; in June nobody got round to it."""
        due = self.env["insurance.rdw.notice"].search([("state", "=", "due")])
        for notice in due if day < RDW_UNTIL else ():
            self.of("handler", notice).mark_told(day, f"RDW-{notice.id:05}")

    # === HAND-OVER === #

    def hand_over(self, day):
        """Hand over the proposal that waited longest; the others get another talk first."""
        waiting = self.env["arrears.action"].search(
            [
                ("company_id", "=", self.env.company.id),
                ("state", "=", "proposed"),
                ("kind", "=", "handover"),
                ("date", "<=", day - 21 * DAY),
            ],
            order="date, id",
        )
        done = waiting.browse()
        for action in waiting:
            if self._try(partial(self._hand_over_case, action.case_id, day)):
                done = action
                break
        (waiting - done).filtered(lambda action: action.state == "proposed").decide(
            day, carried_out=False
        )

    def _hand_over_case(self, case, day):
        items = case._get_items_to_hand_over()
        handover = self.env["arrears.handover"]._prepare_for(items, self.collector, day)
        self.of("handler", handover).propose(day)
        self.of("manager", handover).approve(day)
        self.of("handler", handover).hand_over(day)
        handover._make_dossier(day)

    # === TERMINATION AND CIS === #

    def end_a_policy(self, day):
        """Announce the end of the first policy that may be ended; leave a second to a person."""
        policies = self.env["insurance.policy"].search(
            [
                ("coverage_state", "=", "suspended"),
                ("insurer_id", "=", self.env.ref(NOORD).id),
                ("end_date", "=", False),
            ],
            order="id",
        )
        for policy in policies:
            if not self.termination:
                self._try(partial(self._announce_end, policy, day))
            elif self._try(partial(self._prepare_end, policy, day)):
                break

    def _prepare_end(self, policy, day):
        found = self.of("manager", self.env["insurance.termination"])._prepare(policy, day)
        return found.sudo()

    def _announce_end(self, policy, day):
        termination = self._prepare_end(policy, day)
        self.of("second", termination).approve(day)
        self.termination = termination

    def propose_registration(self, day):
        """Propose a registration in CIS for the policy that was ended, and approve it."""
        if self.termination.state == "ended":
            self._try(partial(self._propose_registration, self.termination.policy_id, day))

    def _propose_registration(self, policy, day):
        registrations = self.of("manager", self.env["cis.registration"])
        registration = registrations.create({"policy_id": policy.id})
        registration.propose(day)
        self.of("second", registration).approve(day)
        self.registration = registration.sudo()

    def register(self, day):
        """Register what was approved, as soon as the customer was told."""
        if self.registration.state == "approved":
            told = self.registration.told_notice_id
            if told.state == "sent" and told.received_on and day > told.received_on:
                self._try(
                    partial(self.of("manager", self.registration).register, day, "VM-2026-0031")
                )

    # === WHAT AN INSURER COLLECTS === #

    def load_list(self, day):
        """Load the list that Waalbrug sends; the second one lacks what was paid meanwhile."""
        first = day == LISTS[0]
        if first:
            self._make_collected_policies()
        rows = ["Polisnummer;Naam;Vervaldatum;Openstaand;Dekking geschorst sinds"]
        for number, days, amount, still in COLLECTED:
            if first or still:
                due = LISTS[0] - days * DAY
                stopped = "" if first else f"{LISTS[0] + 10 * DAY:%d-%m-%Y}"
                rows.append(f"{number};;{due:%d-%m-%Y};{amount.replace('.', ',')};{stopped}")
        arrears_list = self.of("handler", self.env["insurance.arrears.list"]).create(
            {
                "insurer_id": self.env.ref(WAALBRUG).id,
                "date": day,
                "file": base64.b64encode("\n".join(rows).encode()),
                "file_name": f"achterstand-{day:%Y-%m}.csv",
            }
        )
        arrears_list.preview()
        arrears_list.load(day)

    def _make_collected_policies(self):
        holders = self.env["res.partner"].search(
            [("insurance_policy_ids", "!=", False), ("is_company", "=", False)], order="id desc"
        )
        self.env["insurance.policy"].create(
            [
                {
                    "name": number,
                    "partner_id": holder.id,
                    "insurer_id": self.env.ref(WAALBRUG).id,
                    "line_of_business": "legal",
                    "premium": float(amount),
                    "collection_method": "insurer",
                    "start_date": "2021-01-01",
                }
                for (number, _days, amount, _still), holder in zip(COLLECTED, holders, strict=False)
            ]
        )

    def report(self, day):
        """Send Noorderlicht the bordereau of last month."""
        last = day - DAY
        bordereau = self.of("handler", self.env["insurance.bordereau"]).create(
            {
                "insurer_id": self.env.ref(NOORD).id,
                "date_from": last.replace(day=1),
                "date_to": last,
            }
        )
        if self._try(partial(bordereau.make, day)):
            bordereau.mark_sent(day)
        else:
            bordereau.unlink()

    def _try(self, act):
        """Do something that the facts may forbid; tell whether it was done, whole or not at all."""
        try:
            with self.env.cr.savepoint():
                act()
        except UserError:
            return False
        return True
