"""Notices of every kind to read, made as the engine makes them, and ways to read them."""

from datetime import date

from lxml import html as lxml_html

from odoo.tests import tagged

from ..models.arrears_notice import MESSAGE_KINDS
from .common import ArrearsCommon

DUE = date(2026, 1, 15)
MADE = date(2026, 2, 4)
STOPPED = date(2026, 3, 3)
LATER = date(2026, 3, 10)
LAST = date(2026, 4, 1)
MESSAGES = tuple(kind for kind, _label in MESSAGE_KINDS)
STEPS = {
    "consumer": ("reminder", "formal_notice", "final_notice", "handover_notice"),
    "business": ("reminder", "business_notice", "final_notice", "handover_notice"),
}
# Every letter there is, with a debtor who can get it.
LETTERS = [
    *((kind, "consumer") for kind in (*STEPS["consumer"], *MESSAGES)),
    *((kind, "business") for kind in (*STEPS["business"], *MESSAGES)),
]
AGREED = {
    "instalments": [
        {"day": "2026-04-01", "amount": "45.00", "reference": "RF65AR000011"},
        {"day": "2026-05-01", "amount": "45.00", "reference": "RF38AR000012"},
        {"day": "2026-06-01", "amount": "44.95", "reference": "RF11AR000013"},
    ],
    "total": "134.95",
    "open": "89.95",
    "accept_by": "2026-03-24",
    "day": "2026-04-01",
    "amount": "45.00",
}
HANDED_OVER = {
    "number": "HO/00001",
    "collector": {"name": "Incasso Oost", "number": "WKI-0002", "phone": "+31 20 555 01 01"},
    "handed_over": [
        {"kind": "principal", "reference": "INV/1", "due": "2026-01-15", "amount": "45.00"},
        {"kind": "fee", "reference": "AN/1", "due": "2026-03-10", "amount": "40.00"},
    ],
    "handed_over_total": "85.00",
}
FACTS = {"arrangement": AGREED, "instalment": AGREED, "handed": HANDED_OVER}
WITH_DAY = ("instalment_missed", "arrangement_broken")


@tagged("post_install", "-at_install")
class NoticeCommon(ArrearsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("nl_NL")
        cls.env.ref("base.module_premium_arrears")._update_translations(["nl_NL"])
        cls.env["res.partner.bank"].create(
            {"acc_number": "NL91ABNA0417164300", "partner_id": cls.company.partner_id.id}
        )
        cls.items = cls.env["arrears.item"].sudo()  # written by the engine only

    # === MAKING NOTICES === #

    @classmethod
    def make_notice(cls, kind, day, policies=None, lang="nl_NL", render=True, **values):
        """Return a queued notice of a step over one overdue invoice per policy.

        :param values: what the engine would have put in the notice, such as interest
        """
        policies = policies or cls.policy
        items = cls.collect(policies, day, lang)
        run = cls.run_of(day)
        stages = items.case_id.procedure_id.stage_ids
        action = run.action_ids.create(
            {
                "run_id": run.id,
                "case_id": items.case_id.id,
                "stage_id": stages.filtered(lambda stage: stage.kind == kind).id,
                "kind": "notice",
                "state": "done",
                "item_ids": items.ids,
            }
        )
        notice = run.notice_ids._make(action, items)
        if values:
            notice.write(values)
        if render:
            notice._render_text()
        return notice

    @classmethod
    def collect(cls, policies, day, lang):
        """Return the items of one overdue invoice per policy."""
        policies.partner_id.lang = lang
        for policy in policies:
            if not cls.items_of(policy):
                cls.make_invoice(DUE, policy)
        cls.items._collect(day, cls.company)
        return cls.items_of(policies)

    @classmethod
    def run_of(cls, day):
        runs = cls.env["arrears.run"].sudo()
        run = runs.search([("date", "=", day), ("company_id", "=", cls.company.id)])
        return run or runs.create({"date": day, "company_id": cls.company.id})

    @classmethod
    def items_of(cls, policies):
        return cls.items.search([("policy_ids", "in", policies.ids)])

    @classmethod
    def make_warned(cls, policies=None, **values):
        """Return a notice with a term that was sent and passed: fee charged, a cover suspended."""
        policies = policies or cls.policy
        business = policies.partner_id.debtor_type == "business"
        kind = "business_notice" if business else "formal_notice"
        warning = cls.make_notice(kind, MADE, policies, **values)
        warning._mark_sent(MADE)
        warning.fee_id._charge(LATER)
        agent = policies.sudo().filtered(lambda policy: policy.office_role == "authorised_agent")
        agent[:1]._suspend(STOPPED, warning, {})
        return warning

    @classmethod
    def make_final(cls, policies=None, **values):
        cls.make_warned(policies, **values)
        return cls.make_notice("final_notice", LATER, policies, **values)

    @classmethod
    def make_message(cls, kind, policies=None, lang="nl_NL", **values):
        """Return a queued letter that is no step, about what a notice led to."""
        warning = cls.make_warned(policies, lang=lang)
        gaps = warning.policy_ids.gap_ids.sudo()
        notice = warning.create(
            {
                "case_id": warning.case_id.id,
                "kind": kind,
                "date": LATER,
                "recipient_id": warning.recipient_id.id,
                "lang": lang,
                "corrects_id": warning.id if kind == "correction" else False,
                "facts": FACTS.get(kind.partition("_")[0], False),
                "stated_last_day": LAST if kind in WITH_DAY else False,
                **values,
            }
        )
        if kind == "cover_suspended":
            gaps.suspended_notice_id = notice
        elif kind in ("cover_resumed", "policy_kept"):
            gaps.write({"resume": LATER, "resumed_notice_id": notice.id})
        if kind in ("policy_ended", "policy_kept"):
            cls.tell_ending(notice, warning)
        if kind == "cis_registered":
            cls.tell_registration(warning, notice)
        notice._render_text()
        return notice

    @classmethod
    def tell_ending(cls, notice, warning):
        """Give a letter the end of a policy that it tells of, with all that it can tell."""
        record = cls.env["insurance.termination"].sudo()
        record = record.create(
            {
                "policy_id": warning.policy_ids.filtered(
                    lambda policy: policy.office_role == "authorised_agent"
                )[:1].id,
                "case_id": notice.case_id.id,
                "letter_id": warning.id,
                "state": "withdrawn",
            }
        )
        notice.write(
            {
                "termination_id": record.id,
                "stated_last_day": LAST,
                "facts": {
                    "ends_on": "2026-04-02",
                    "due": "45.00",
                    "off": "12.50",
                    "refund": "7.50",
                    "warned_number": warning.name,
                    "warned_day": str(warning.date),
                },
            }
        )

    @classmethod
    def tell_registration(cls, warning, notice):
        """Let a letter tell of a CIS registration of the first policy of a notice."""
        policy = warning.policy_ids[:1]
        policy.sudo().write({"end_date": LATER, "end_reason": "non_payment"})
        registration = cls.env["cis.registration"].create({"policy_id": policy.id})
        registration.sudo().write(
            {"announced_notice_id": warning.id, "told_notice_id": notice.id, "told_years": 3}
        )

    @classmethod
    def make_kind(cls, kind, policies=None, **values):
        """Return a notice of any kind."""
        if kind in MESSAGES:
            return cls.make_message(kind, policies, **values)
        if kind in ("final_notice", "handover_notice"):
            cls.make_warned(policies, **values)
            return cls.make_notice(kind, LATER, policies, **values)
        return cls.make_notice(kind, MADE, policies, **values)

    @classmethod
    def four_policies(cls, customer=None, **values):
        """Return four policies of one customer, as many as a letter usually has."""
        customer = customer or cls.make_customer("A. van der Meer-Hoogendoorn", **values)
        common = {"partner_id": customer.id}
        return (
            cls.make_policy(line_of_business="motor", licence_plate="GB-123-K", **common)
            | cls.make_policy(line_of_business="liability", **common)
            | cls.make_policy(line_of_business="legal", office_role="intermediary", **common)
            | cls.make_policy(line_of_business="health_extra", **common)
        )

    # === READING THEM === #

    def text_of(self, notice):
        """Return a notice's text as a reader sees it, spaces made plain."""
        return self.text_of_html(f"<div>{notice.sudo().body_html}</div>")

    def text_of_html(self, document):
        return " ".join(lxml_html.fromstring(document).text_content().split())

    def part_of(self, notice, part):
        tree = lxml_html.fromstring(f"<div>{notice.body_html}</div>")
        found = tree.xpath(f"//*[@data-part='{part}']")
        return " ".join(" ".join(node.text_content().split()) for node in found)

    def letter_of(self, notice):
        notice = notice._in_language()
        return str(
            notice.env["ir.qweb"]._render(
                "premium_arrears.notice_letter", notice._get_text_values()
            )
        )
