"""What the texts of a notice may use, and the check that nothing the law asks is missing."""

import logging

from lxml import html as lxml_html

from odoo import models

from ..law import notice as law_notice
from .arrears_item_ladder import to_decimal
from .arrears_stage import STATUTORY_KINDS

_logger = logging.getLogger(__name__)

# Parts that every notice has, beside what the law asks of a 14-day notice.
ALWAYS = ("principal", "items", "help")


class ArrearsNotice(models.Model):
    _inherit = "arrears.notice"

    # === VALUES === #

    def _get_text_values(self):
        """Return what the texts may use; a hook for other modules.

        ``words`` fills the sentences of the templates: see the template ``say``. The templates
        mark each part the law asks for with ``data-part``, so that an office may change the words
        but cannot lose a part: see ``_missing_parts``.
        """
        self.ensure_one()
        later = self._get_later_stages()
        return {
            "notice": self,
            "company": self.company_id,
            "consumer": self.case_id._get_debtor_type() != "business",
            "items": self._get_text_items(),
            "fees": self._get_text_fees(),
            "bank": self._get_bank_account(),
            "qr_code": self._get_qr_code(),
            "words": self._get_text_words(),
            "own_claim": self.creditor_id == self.company_id.partner_id,
            "may_hand_over": "handover" in later.mapped("kind"),
            "may_terminate": "termination" in later.mapped("kind") and self._can_be_ended(),
        }

    def _get_text_words(self):
        """Return the words that fill the sentences, as text in the customer's language.

        What does not apply is empty, so that a template can ask for it.
        """
        self.ensure_one()
        company, bank = self.company_id, self._get_bank_account()
        fees = self._get_booked_fees()
        earlier = self._get_earlier_formal_notice()
        at_risk = self._policies_at_risk()
        agent = at_risk.filtered(lambda policy: policy.office_role == "authorised_agent")
        return {
            "number": self.name,
            "name": self.recipient_id.name or self.partner_id.name,
            "creditor": self.creditor_id.name,
            "office": company.name,
            "phone": company.arrears_help_phone or company.phone or "",
            "email": company.email or "",
            "register_number": self._get_register_number(),
            "iban": bank.acc_number or "",
            "account_name": bank.acc_holder_name or bank.partner_id.name or "",
            "date": self._format_day(self.date),
            "day": self._format_day(self.stated_last_day),
            "premium": self._format_amount(self.amount_total),
            "to_pay": self._format_amount(self._get_amount_to_pay()),
            "fee": self._format_amount(self.fee_announced) if self.fee_announced else "",
            "with_fee": self._format_amount(self.amount_total + self.fee_announced),
            "booked_fee": self._format_amount(sum(fees.mapped("amount_open"))) if fees else "",
            "earlier_number": earlier.name or "",
            "earlier_day": self._format_day(earlier.date) if earlier else "",
            "stops": self._join(agent),
            "may_stop": self._join(at_risk - agent),
            "suspended": self._join_suspended(),
            "covered": self._join(self._get_covered_policies()),
            "perhaps_stopped": self._join(self._get_perhaps_stopped(earlier)),
            "vehicles": self._join_plates(self._get_vehicles()),
        }

    def _get_text_items(self):
        """Return the rows of the specification: what, which invoice, due when, how much."""
        self.ensure_one()
        return [
            {
                "label": ", ".join(map(self._policy_label, line.policy_ids)),
                "reference": line.reference,
                "due": self._format_day(line.due_date, "d MMM y", glue=False),
                "amount": self._format_amount(line.amount),
            }
            for line in self.line_ids
        ]

    def _get_text_fees(self):
        """Return the rows of the fees that were charged over these items and are still open."""
        return [
            {
                "number": fee.notice_id.name,
                "booked": self._format_day(fee.booked_on, "d MMM y", glue=False),
                "amount": self._format_amount(fee.amount_open),
            }
            for fee in self._get_booked_fees()
        ]

    # === FACTS === #

    def _get_booked_fees(self):
        """Return the open fees of earlier notices over these items; a final notice claims them."""
        self.ensure_one()
        if self.kind != "final_notice":
            return self.env["arrears.fee"]
        items = self.line_ids.item_id
        return self.case_id.fee_ids._still_owed().filtered(
            lambda fee: fee.notice_id.line_ids.item_id & items
        )

    def _get_amount_to_pay(self):
        """Return what the customer has to pay now: the premium, and the fees that were charged."""
        self.ensure_one()
        return self.amount_total + sum(self._get_booked_fees().mapped("amount_open"))

    def _get_earlier_formal_notice(self):
        """Return the latest 14-day notice over these items that was sent."""
        self.ensure_one()
        items = self.line_ids.item_id
        sent = self.case_id.notice_ids.filtered(
            lambda notice: (
                notice.kind in STATUTORY_KINDS
                and notice.state == "sent"
                and notice.line_ids.item_id & items
            )
        )
        return (sent - self).sorted("sent_on")[-1:]

    def _get_later_stages(self):
        """Return the stages that may follow the one of this notice."""
        self.ensure_one()
        return self.line_ids.item_id._get_later_stages(self.stage_id)

    def _can_be_ended(self):
        """Tell whether a policy here can be ended for its arrears; basic health has own rules."""
        self.ensure_one()
        return any(policy.line_of_business != "health_basic" for policy in self.policy_ids)

    def _get_register_number(self):
        """Return the office's number in the collectors' register when it has to tell it.

        It collects for somebody else and its registration held on the day (Wki art. 11).
        """
        self.ensure_one()
        company = self.company_id
        since = company.arrears_register_from
        if self.creditor_id == company.partner_id or not since or since > self.date:
            return ""
        return company.arrears_register_number or ""

    def _policies_at_risk(self):
        """Return the policies whose suspension this notice has to name (7:934 Civil Code)."""
        self.ensure_one()
        policies = self.env["insurance.policy"]
        return self.line_ids.item_id._policies_at_risk() if self.names_suspension else policies

    def _get_gaps(self):
        """Return the gaps without cover on the day of this notice, of its policies."""
        self.ensure_one()
        return self.policy_ids.gap_ids.filtered(
            lambda gap: gap.start <= self.date and (not gap.resume or gap.resume > self.date)
        )

    def _get_covered_policies(self):
        """Return the policies of which this office knows that they still give cover."""
        self.ensure_one()
        return self.policy_ids.filtered(
            lambda policy: policy.office_role == "authorised_agent" and policy.covered_on(self.date)
        )

    def _get_perhaps_stopped(self, earlier):
        """Return the policies whose insurer may have stopped the cover, after an earlier notice."""
        self.ensure_one()
        warned = earlier._policies_at_risk() if earlier else self.env["insurance.policy"]
        return (warned & self.policy_ids).filtered(
            lambda policy: policy.office_role == "intermediary"
        )

    def _get_vehicles(self):
        """Return the vehicles' policies whose cover ends or has ended: the RDW hears of it."""
        self.ensure_one()
        policies = self._policies_at_risk()
        if self.kind == "final_notice":
            earlier = self._get_earlier_formal_notice()
            policies |= self._get_gaps().policy_id | self._get_perhaps_stopped(earlier)
        return policies.filtered(
            lambda policy: policy.licence_plate or policy.line_of_business == "motor"
        )

    def _get_bank_account(self):
        """Return the office's own account that the premium is paid to."""
        self.ensure_one()
        move = self.line_ids[:1].item_id.move_id
        return move.partner_bank_id or self.company_id.partner_id.bank_ids[:1]

    def _get_qr_code(self):
        """Return the payment QR code as a data address, or False when none can be made.

        A letter only: on a telephone it is the mail itself that would have to be scanned.
        """
        self.ensure_one()
        bank = self._get_bank_account()
        if not bank or self.channel != "post":
            return False
        amount = self.currency_id.round(self._get_amount_to_pay())
        try:
            return bank.build_qr_code_base64(
                amount, self.name, False, self.currency_id, self.partner_id
            )
        except Exception:
            # A machine that cannot draw the code still sends the letter: the number is in it.
            _logger.warning("No payment code for notice %s", self.name, exc_info=True)
            return False

    # === MISSING PARTS === #

    def _missing_parts(self):
        """Return the codes of what the rendered text lacks, by law or by our own promise.

        Every notice states what is open and offers help. A 14-day notice has all that the law
        asks, with the very amounts, policies and numbers of this notice.
        """
        self.ensure_one()
        parts = self._read_parts()
        missing = tuple(part for part in ALWAYS if not parts.get(part))
        if self.kind not in STATUTORY_KINDS:
            return missing
        by_law = law_notice.missing_parts(self._law_content(parts))
        if self.names_suspension and not parts.get("suspension"):
            by_law += ("suspension",)
        return tuple(dict.fromkeys(missing + by_law))

    def _read_parts(self):
        """Return the text of each part, as rendered; what does not say what it must is left out."""
        self.ensure_one()
        tree = lxml_html.fromstring(f"<div>{self.body_html or ''}</div>")
        parts = {}
        for node in tree.xpath("//*[@data-part]"):
            part = node.get("data-part")
            parts[part] = f"{parts.get(part, '')} {' '.join(node.text_content().split())}".strip()
        for part, texts in self._get_required_texts().items():
            found = parts.get(part, "")
            if not all(" ".join(text.split()) in found for text in texts):
                parts.pop(part, None)
        return parts

    def _get_required_texts(self):
        """Return per part what its text cannot do without, in the customer's language."""
        notice = self.with_context(lang=self.lang)
        lines = notice.line_ids
        return {
            "creditor": [notice.creditor_id.name],
            "principal": [notice._format_amount(notice.amount_total)],
            "items": [
                *lines.filtered("reference").mapped("reference"),
                *map(notice._format_amount, lines.mapped("amount")),
            ],
            "fee": [notice._format_amount(notice.fee_announced)],
            "suspension": notice._policies_at_risk().mapped("name"),
            "rdw": ["RDW"],
            "registration": [notice._get_register_number()],
        }

    def _law_content(self, parts):
        """Return what this notice says, as ``law.notice`` checks it.

        :param parts: dict from a part's name to its text, as rendered
        """
        self.ensure_one()
        fee = to_decimal(self.fee_announced)
        consequences = {"fee"} if fee else set()
        if self.names_suspension:
            consequences.add("suspension")
        if parts.get("next_step"):
            consequences.add("handover")
        return law_notice.NoticeContent(
            sent_on=self.date,
            latest_due_date=max(self.line_ids.mapped("due_date")),
            channel=self.channel,
            creditor=parts.get("creditor", ""),
            principal=to_decimal(self.amount_total),
            principal_stated=bool(parts.get("principal")),
            specified=bool(parts.get("items")),
            term_text=parts.get("term", ""),
            consequences=frozenset(consequences),
            fee=fee if parts.get("fee") else None,
            fee_allowed=fee,
            says_free_in_time=bool(parts.get("free_in_time")),
            electronic_consent=self.recipient_id._may_receive_electronic_notices(self.date),
            by_collector=self.creditor_id != self.company_id.partner_id,
            collector_registration=parts.get("registration")
            or ("" if fee else "not registered, no fee"),
            motor=bool(self._get_vehicles()),
            names_rdw=bool(parts.get("rdw")),
        )
