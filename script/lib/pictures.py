"""Write a letter of each kind, and a notice as a mail: pictures.py DATABASE FOLDER LOGFILE.

The office is the demo's; its customers here have what a letter can tell of. Nothing is committed.
"""

import base64
import sys
from datetime import date, timedelta
from pathlib import Path

import odoo.tools
from odoo.api import SUPERUSER_ID, Environment
from odoo.fields import Command
from odoo.modules.registry import Registry

DUE, MADE, STOPPED, LATER = (
    date(2026, 1, 30),
    date(2026, 2, 20),
    date(2026, 3, 10),
    date(2026, 3, 17),
)
# The names of the pictures, as the README knows them; other kinds are named after the kind.
NAMES = {"formal_notice": "14-day"}
MESSAGES = (
    "cover_suspended",
    "cover_resumed",
    "policy_ended",
    "policy_kept",
    "cis_registered",
    "handed_over",
    "correction",
    "help_leaflet",
)
# The day of each letter about an arrangement, and the day that it names.
ARRANGEMENTS = {
    "arrangement_proposed": (LATER, False),
    "arrangement": (LATER, False),
    "instalment_missed": (date(2026, 4, 7), date(2026, 4, 21)),
    "arrangement_broken": (date(2026, 4, 22), date(2026, 5, 11)),
    "arrangement_kept": (date(2026, 9, 2), False),
}
FIRST_PART = date(2026, 4, 1)
CONSENT = {"email": "j.devries@example.com", "e_notice_consent_date": DUE}
ADDRESS = "https://delinde.example.com"
MUNICIPALITY = "https://amersfoort.example.com/schulden"
HANDED_OVER = {
    "number": "HO/00001",
    "collector": {
        "name": "Incassobureau De Brug B.V.",
        "number": "W-2024-000412",
        "phone": "+31 6 00120077",
        "email": "dossiers@debrug.example.com",
    },
    "handed_over": [
        {
            "kind": "principal",
            "reference": "INV/2026/1",
            "due": "2026-01-30",
            "amount": "61.25",
        },
        {
            "kind": "principal",
            "reference": "INV/2026/2",
            "due": "2026-01-30",
            "amount": "38.50",
        },
        {"kind": "fee", "reference": "AN/2026/00001", "due": "2026-03-17", "amount": "40.00"},
    ],
    "handed_over_total": "139.75",
}
ENDING = {
    "ends_on": "2026-05-20",
    "due": "99.75",
    "off": "12.50",
    "warned_number": "AN/2026/00001",
    "warned_day": "2026-02-20",
}
FACTS = {"handed": HANDED_OVER, "policy": ENDING}
WITH_DAY = ("policy_ended",)


class Desk:
    """Makes notices as the engine does, for one customer each."""

    def __init__(self, env, folder):
        self.env, self.folder, self.count = env, Path(folder), 0
        self.company = env.company
        contacts = env["res.partner"]
        self.insurer = contacts.create(
            {"name": "Noorderlicht Schade N.V.", "is_company": True, "is_insurer": True}
        )

    def insure(self, debtor="consumer", lang="nl_NL", **values):
        """Return the policies of a new customer, each with an overdue premium."""
        business = debtor == "business"
        customer = self.env["res.partner"].create(
            {
                "name": "Bakkerij De Vries" if business else "J. de Vries",
                "is_company": business,
                "debtor_type": debtor,
                "street": "Dorpsstraat 12",
                "zip": "3811 CD",
                "city": "Amersfoort",
                "country_id": self.env.ref("base.nl").id,
                "lang": lang,
                **values,
            }
        )
        policies = self.env["insurance.policy"]
        for line, plate, premium in (("motor", "GB-123-K", 61.25), ("home", False, 38.5)):
            self.count += 1
            policy = policies.create(
                {
                    "name": f"P-{24000 + self.count}",
                    "company_id": self.company.id,
                    "partner_id": customer.id,
                    "insurer_id": self.insurer.id,
                    "line_of_business": line,
                    "licence_plate": plate,
                    "premium": premium,
                    "office_role": "authorised_agent",
                    "start_date": date(2024, 1, 1),
                }
            )
            self.invoice(policy)
            policies |= policy
        return policies

    def invoice(self, policy):
        move = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": policy.partner_id.id,
                "invoice_date": date(2026, 1, 16),
                "invoice_date_due": DUE,
                "invoice_payment_term_id": False,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": f"Premium {policy.name}",
                            "price_unit": policy.premium,
                            "tax_ids": [Command.clear()],
                            "insurance_policy_id": policy.id,
                            "insurance_premium_kind": "follow_up",
                        }
                    )
                ],
            }
        )
        move.action_post()

    def step(self, kind, day, policies, items=None):
        """Return a notice of a step over all overdue premiums of these policies, or these items."""
        if items is None:
            items = self.env["arrears.item"]
            items._collect(day, self.company)
            items = items.search([("policy_ids", "in", policies.ids)])
        runs = self.env["arrears.run"]
        run = runs.search([("date", "=", day), ("company_id", "=", self.company.id)], limit=1)
        run = run or runs.create({"date": day, "company_id": self.company.id})
        stages = items.case_id.procedure_id.stage_ids
        action = run.action_ids.create(
            {
                "run_id": run.id,
                "case_id": items.case_id.id,
                "stage_id": stages.filtered(lambda stage: stage.kind == kind)[:1].id,
                "kind": "notice",
                "state": "done",
                "item_ids": items.ids,
            }
        )
        notice = run.notice_ids._make(action, items)
        notice._render_text()
        return notice

    def warned(self, policies):
        """Return a notice whose term has passed: fee charged, the vehicle's cover stopped."""
        business = policies.partner_id.debtor_type == "business"
        notice = self.step("business_notice" if business else "formal_notice", MADE, policies)
        notice._mark_sent(MADE)
        notice.fee_id._charge(LATER)
        policies[:1]._suspend(STOPPED, notice, {})
        return notice

    def pay(self, lines, day):
        """Register the payment of these premiums, credited on ``day``."""
        wizard = (
            self.env["account.payment.register"]
            .with_context(active_model="account.move.line", active_ids=lines.ids)
            .create({"payment_date": day, "group_payment": True})
        )
        wizard._create_payments()
        self.env["arrears.item"]._hear_payments()

    def message(self, kind):
        """Return a letter that is no step."""
        warning = self.warned(self.insure())
        gap = warning.policy_ids.gap_ids
        if kind == "cover_resumed":
            self.pay(warning.line_ids.item_id.move_line_id, LATER - timedelta(days=1))
        notice = warning.create(
            {
                "case_id": warning.case_id.id,
                "kind": kind,
                "date": LATER,
                "recipient_id": warning.recipient_id.id,
                "lang": "nl_NL",
                "corrects_id": warning.id if kind == "correction" else False,
                "facts": FACTS.get(kind.partition("_")[0], False),
                "stated_last_day": date(2026, 4, 24) if kind in WITH_DAY else False,
            }
        )
        if kind == "cover_suspended":
            gap.suspended_notice_id = notice
        elif kind in ("cover_resumed", "policy_kept"):
            gap.write({"resume": LATER, "resumed_notice_id": notice.id})
        if kind in ("policy_ended", "policy_kept"):
            notice.termination_id = self.end(warning)
        elif kind == "cis_registered":
            self.register(warning, notice)
        notice._render_text()
        return notice

    # === ARRANGEMENTS === #

    def arrange(self, day=LATER, count=6, kind="arrangement", **contact):
        """Return a proposed arrangement over all that is open of a warned customer."""
        # Known only when the addon is loaded.
        from odoo.addons.premium_arrears.models.arrears_arrangement_make import Terms

        warning = self.warned(self.insure(**contact))
        arrangements = self.env["arrears.arrangement"]
        terms = Terms(first_day=FIRST_PART, count=count)
        made = arrangements._make(
            arrangements._get_sources(warning.line_ids.item_id), terms, day, kind=kind
        )
        made._propose(day, needs_acceptance=True)
        return made

    def about(self, arrangement, kind, day, until=False):
        """Return a letter of this kind about an arrangement, of its first instalment if of one."""
        first = arrangement.instalment_ids[0]
        facts = arrangement._get_letter_facts()
        if kind.startswith("instalment"):
            facts |= {"day": str(first.date), "amount": f"{first.amount:.2f}"}
        case = arrangement.case_ids[:1]
        message = {"case": case, "kind": kind, "facts": facts, "stated_last_day": until}
        notice = self.env["arrears.notice"]._make_messages([message], day)
        notice._render_text()
        return notice

    def write_arrangements(self):
        """Write a letter of each kind about arrangements, and the mail before an instalment."""
        for kind, (day, until) in ARRANGEMENTS.items():
            made = self.arrange()
            if kind == "arrangement_kept":
                self.pay(made.line_ids.item_id.move_line_id, LATER)
            self.write_letter(self.about(made, kind, day, until))
        made = self.arrange(**CONSENT)
        self.write_mail(self.about(made, "instalment_due", date(2026, 3, 27)))
        for name, terms in (
            ("deferral", {"count": 1, "kind": "deferral"}),
            ("arrangement-24", {"count": 24}),
        ):
            notice = self.about(self.arrange(**terms), "arrangement", LATER)
            self.write_letter(notice, name=name)

    def end(self, warning):
        """Return the end of the first policy that a notice warned of."""
        return self.env["insurance.termination"].create(
            {
                "policy_id": warning.policy_ids[:1].id,
                "case_id": warning.case_id.id,
                "letter_id": warning.id,
                "state": "withdrawn",
            }
        )

    def register(self, warning, notice):
        """Let a letter tell of the registration of a policy that ended."""
        policy = warning.policy_ids[:1]
        policy.write({"end_date": LATER, "end_reason": "non_payment"})
        registration = self.env["cis.registration"].create({"policy_id": policy.id})
        registration.write(
            {"announced_notice_id": warning.id, "told_notice_id": notice.id, "told_years": 3}
        )

    def served(self):
        """Return a service notice about a row of an insurer's list."""
        policy = self.insure()[:1]
        policy.collection_method = "insurer"
        rows = f"Polisnummer;Vervaldatum;Openstaand\n{policy.name};{DUE:%d-%m-%Y};61,25\n"
        arrears_list = self.env["insurance.arrears.list"].create(
            {
                "insurer_id": policy.insurer_id.id,
                "date": MADE,
                "file": base64.b64encode(rows.encode()),
                "file_name": "achterstand.csv",
            }
        )
        arrears_list.preview()
        arrears_list.load(MADE)
        items = self.env["arrears.item"].search(
            [("policy_ids", "in", policy.ids), ("source", "=", "insurer_list")]
        )
        return self.step("service_notice", MADE, policy, items)

    # === FILES === #

    def write_letter(self, notice, language="nl", name=None):
        if missing := notice._missing_parts():
            raise SystemExit(f"{notice.kind}: {notice._describe_missing(missing)}")
        notice._make_letter()
        name = f"notice-{name or NAMES.get(notice.kind, notice.kind)}-letter-{language}.pdf"
        (self.folder / name).write_bytes(notice.attachment_id.raw)

    def write_mail(self, notice):
        notice._queue_mail()
        name = f"notice-{NAMES.get(notice.kind, notice.kind)}-mail-nl.html"
        (self.folder / name).write_text(str(notice.mail_id.body_html))


def main(database, folder, logfile):
    odoo.tools.config.parse_config(
        ["-d", database, "--logfile", logfile, "--no-http"], setup_logging=True
    )
    registry = Registry(database)
    from odoo.addons.premium_arrears.demo import story

    with registry.cursor() as cr:
        env = Environment(cr, SUPERUSER_ID, {"tracking_disable": True})
        story.set_up_office(env)
        env["ir.config_parameter"].set_param("web.base.url", ADDRESS)
        env.company.arrears_municipality_url = MUNICIPALITY
        env.ref("base.module_premium_arrears")._update_translations(["nl_NL"])
        desk = Desk(env, folder)
        for kind in ("reminder", "formal_notice"):
            desk.write_letter(desk.step(kind, MADE, desk.insure()))
        desk.write_letter(desk.step("formal_notice", MADE, desk.insure(lang="en_US")), "en")
        desk.write_letter(desk.step("business_notice", MADE, desk.insure("business")))
        for kind in ("final_notice", "handover_notice"):
            policies = desk.insure()
            desk.warned(policies)
            desk.write_letter(desk.step(kind, LATER, policies))
        desk.write_letter(desk.served())
        for kind in MESSAGES:
            desk.write_letter(desk.message(kind))
        desk.write_arrangements()
        desk.write_mail(desk.step("formal_notice", MADE, desk.insure(**CONSENT)))
        cr.rollback()


main(*sys.argv[1:])
