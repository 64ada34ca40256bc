"""What the texts of a notice may use: amounts, days, policies, where to pay, who helps."""

import logging

from odoo import models

from .arrears_stage import STATUTORY_KINDS
from .in_words import NO_BREAK
from .qr_code import draw_barcode

# Steps that claim the fees and the interest which came after an earlier notice.
LATER_KINDS = ("final_notice", "handover_notice")

_logger = logging.getLogger(__name__)


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
            "asked_before": bool(self._get_earlier_notices()),
            "consumer": self.case_id._get_debtor_type() != "business",
            "items": self._get_text_items(),
            "fees": self._get_text_fees(),
            "bank": self._get_bank_account(),
            "qr_code": self._get_qr_code(),
            "words": self._get_text_words(),
            "own_claim": self.creditor_id == self.company_id.partner_id,
            "may_hand_over": "handover" in later.mapped("kind"),
        }

    def _get_text_words(self):
        """Return the words that fill the sentences, as text in the customer's language.

        What does not apply is empty, so that a template can ask for it.
        """
        self.ensure_one()
        return {
            **self._get_words_of_letter(),
            **self._get_words_of_amounts(),
            **self._get_words_of_cover(),
            **self._get_words_of_message(),
        }

    def _get_words_of_letter(self):
        """Return who writes to whom, when, and how to answer."""
        company, bank = self.company_id, self._get_bank_account()
        earlier = self._get_earlier_formal_notice()
        return {
            "number": self.name,
            "name": self.recipient_id.name or self.partner_id.name,
            "creditor": self.creditor_id.name,
            "office": company.name,
            "phone": (company.arrears_help_phone or company.phone or "").replace(" ", NO_BREAK),
            "email": company.email or "",
            "register_number": self._get_register_number(),
            "iban": bank.acc_number or "",
            "account_name": bank.acc_holder_name or bank.partner_id.name or "",
            "date": self._format_day(self.date),
            "day": self._format_day(self.stated_last_day),
            "earlier_number": earlier.name or "",
            "earlier_day": self._format_day(earlier.date),
        }

    def _get_words_of_amounts(self):
        """Return what is asked: premium, costs with their VAT, interest, all together."""
        fee = self.fee_announced + self.fee_vat
        return {
            "premium": self._format_amount(self.amount_total),
            "to_pay": self._format_positive(self._get_amount_to_pay()),
            "fee": self._format_positive(fee),
            "vat": self._format_positive(self.fee_vat),
            "with_fee": self._format_amount(self._get_amount_to_pay() + fee),
            "booked_fee": self._format_positive(sum(self._get_booked_fees().mapped("amount_open"))),
            "interest": self._format_positive(self.interest_stated),
        }

    def _get_words_of_cover(self):
        """Return whose cover stops, may stop, has stopped, goes on, and which vehicles that are."""
        at_risk = self._policies_at_risk()
        agent = at_risk.filtered(lambda policy: policy.office_role == "authorised_agent")
        return {
            "stops": self._join(agent),
            "may_stop": self._join(at_risk - agent),
            "suspended": self._join_suspended(),
            "covered": self._join(self._get_covered_policies()),
            "perhaps_stopped": self._join(self._get_perhaps_stopped()),
            "vehicles": self._join_plates(self._get_vehicles()),
        }

    def _get_text_items(self):
        """Return the rows of the specification: what, which invoice, due when, how much.

        A letter without lines of its own that asks to pay shows what is open now.
        """
        self.ensure_one()
        stated = [(line, line.amount) for line in self.line_ids]
        unpaid = [(item, item.amount_open) for item in self._get_unpaid_items()]
        return [
            {
                "label": ", ".join(map(self._policy_label, row.policy_ids)),
                "reference": row.reference,
                "due": self._format_day(row.due_date, "d MMM y", glue=False),
                "amount": self._format_amount(amount),
            }
            for row, amount in stated or unpaid
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
        """Return the open fees of earlier notices over these items; later steps claim them."""
        self.ensure_one()
        if self.kind not in LATER_KINDS:
            return self.env["arrears.fee"]
        items = self.line_ids.item_id
        return self.case_id.fee_ids._still_owed().filtered(
            lambda fee: fee.notice_id.line_ids.item_id & items
        )

    def _get_amount_to_pay(self):
        """Return what the customer has to pay now.

        The premium, the fees that were charged, the interest; a business owes the fee of its
        notice at once (6:96(4) Civil Code).
        """
        self.ensure_one()
        if self._is_message():
            return self._get_told_amount()
        amount = self.amount_total + sum(self._get_booked_fees().mapped("amount_open"))
        amount += self.interest_stated
        if self.kind == "business_notice":
            amount += self.fee_announced + self.fee_vat
        return amount

    def _get_earlier_formal_notice(self):
        """Return the latest 14-day notice about the same, which was sent."""
        self.ensure_one()
        if self._is_message():
            return self._get_told_gaps().notice_id.sorted("sent_on")[-1:]
        earlier = self._get_earlier_notices()
        formal = earlier.filtered(lambda notice: notice.kind in STATUTORY_KINDS)
        return formal.sorted("sent_on")[-1:]

    def _get_earlier_notices(self):
        """Return the notices that were sent before about some of what this one is about."""
        self.ensure_one()
        items = self.line_ids.item_id
        sent = self.case_id.notice_ids.filtered(
            lambda notice: notice.state == "sent" and notice.line_ids.item_id & items
        )
        return sent - self

    def _get_later_stages(self):
        """Return the stages that may follow the one of this notice."""
        self.ensure_one()
        if self._is_sample():
            stages = self.stage_id.procedure_id.stage_ids
            return stages.filtered(lambda stage: stage.sequence > self.stage_id.sequence)
        return self.line_ids.item_id._get_later_stages(self.stage_id)

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
        if not self.names_suspension:
            return self.env["insurance.policy"]
        items = self.line_ids.item_id
        # Read once for all letters that are made together: see ``_read_together``.
        return items._policies_at_risk(items.move_id.line_ids.filtered("insurance_policy_id"))

    def _get_gaps(self):
        """Return the gaps without cover that this notice tells of.

        A message tells of its own; a step of those on its day, of its policies.
        """
        self.ensure_one()
        if self._is_message():
            return self._get_told_gaps()
        return self.policy_ids.gap_ids.filtered(
            lambda gap: gap.start <= self.date and (not gap.resume or gap.resume > self.date)
        )

    def _get_covered_policies(self):
        """Return the policies of which this office knows that they still give cover."""
        self.ensure_one()
        return self.policy_ids.filtered(
            lambda policy: policy.office_role == "authorised_agent" and policy.covered_on(self.date)
        )

    def _get_perhaps_stopped(self):
        """Return the policies whose insurer may have stopped the cover, after an earlier notice."""
        self.ensure_one()
        if self.kind not in LATER_KINDS:
            return self.env["insurance.policy"]
        earlier = self._get_earlier_formal_notice()
        warned = earlier._policies_at_risk() if earlier else self.env["insurance.policy"]
        return (warned & self.policy_ids).filtered(
            lambda policy: policy.office_role == "intermediary"
        )

    def _get_bank_account(self):
        """Return the office's own account that the premium is paid to."""
        self.ensure_one()
        move = (self.line_ids.item_id or self._get_unpaid_items())[:1].move_id
        return move.partner_bank_id or self.company_id.partner_id.bank_ids[:1]

    def _get_payment_reference(self):
        """Return what the customer puts with the payment: this notice's number."""
        self.ensure_one()
        return self.name

    def _get_qr_code(self):
        """Return the payment QR code as a data address, or False when none can be made.

        A letter only: on a telephone it is the mail itself that would have to be scanned.
        """
        self.ensure_one()
        bank = self._get_bank_account()
        amount = self.currency_id.round(self._get_amount_to_pay())
        reference = self._get_payment_reference()
        if not bank or not amount or self.channel != "post":
            return False
        try:
            # A structured reference has a field of its own in the code; Odoo sees which it is.
            found = bank._build_qr_code_vals(
                amount, reference, reference, self.currency_id, self.partner_id
            )
            if not found:
                return False
            params = bank._get_qr_code_generation_params(**found)
            return draw_barcode(params or {}) or bank._get_qr_code_base64(**found)
        except Exception:
            # A machine that cannot draw the code still sends the letter: the number is in it.
            _logger.warning("No payment code for notice %s", self.name, exc_info=True)
            return False
