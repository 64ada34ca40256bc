"""The check that no letter lacks a part which the law asks, or which we promise."""

from lxml import html as lxml_html

from odoo import models
from odoo.tools.i18n import format_list

from ..law import notice as law_notice
from .arrears_item_ladder import to_decimal
from .arrears_stage import STATUTORY_KINDS

# Parts beside what law.notice asks of a 14-day notice, by kind. Each letter offers a way out.
STEP_PARTS = ("principal", "items", "help")
PARTS = {
    "final_notice": (*STEP_PARTS, "rdw"),
    "handover_notice": (*STEP_PARTS, "until", "rdw"),
    "service_notice": (*STEP_PARTS, "pay_insurer", "cover", "rdw"),
    "cover_suspended": ("suspension", "resumption", "rdw", "help"),
    "cover_resumed": ("resumption", "help"),
    "policy_ended": ("ending", "until", "money", "rdw", "help"),
    "policy_kept": ("ending", "help"),
    "correction": ("correction", "help"),
    "cis_registered": ("cis", "cis_term", "cis_rights", "help"),
    "arrangement_proposed": ("instalments", "accept", "free", "cover_meanwhile", "rdw", "help"),
    "arrangement": ("instalments", "free", "cover_meanwhile", "rdw", "help"),
    "instalment_due": ("instalment", "help"),
    "instalment_missed": ("instalment", "until", "help"),
    "arrangement_broken": ("until", "open", "cover_meanwhile", "rdw", "help"),
    "arrangement_kept": ("help",),
    "help_leaflet": ("helpers", "consent", "help"),
    "handed_over": ("collector", "handed_over", "help"),
}


class ArrearsNotice(models.Model):
    _inherit = "arrears.notice"

    def _missing_parts(self):
        """Return the codes of what the rendered text lacks, by law or by our own promise.

        Every step states what is open and offers help. A notice with a term has all that the law
        asks, with the very amounts, policies and numbers of this notice; a message has what it
        tells of. See ``_describe_missing`` for the words.
        """
        self.ensure_one()
        parts = self._read_parts()
        needed = [part for part in self._get_parts_needed() if self._needs_part(part)]
        missing = [part for part in needed if not parts.get(part)]
        if self.kind in STATUTORY_KINDS:
            missing += self._missing_by_law(parts)
        return tuple(dict.fromkeys(missing))

    def _get_parts_needed(self):
        """Return the parts that a letter of this kind has, beside what ``law.notice`` asks."""
        self.ensure_one()
        return PARTS.get(self.kind, STEP_PARTS)

    def _needs_part(self, part):
        return part != "rdw" or bool(self._get_vehicles())

    def _missing_by_law(self, parts):
        """Return the codes of what a notice with the consequences of 6:96 and 7:934 BW lacks."""
        missing = list(law_notice.missing_parts(self._law_content(parts)))
        if self.names_suspension and not parts.get("suspension"):
            missing.append("suspension")
        if self.kind == "business_notice":
            # Due without a reminder (6:96(4)): not a consequence of this notice, but stated.
            if self.fee_announced and not parts.get("fee"):
                missing.append("fee_amount")
            if self.fee_vat and not parts.get("vat"):
                missing.append("vat_declaration")
        return missing

    def _read_parts(self):
        """Return the text of each part, as rendered; what does not say what it must is left out."""
        self.ensure_one()
        tree = lxml_html.fromstring(f"<div>{self.sudo().body_html or ''}</div>")
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
        return {
            "creditor": [notice.creditor_id.name],
            "principal": [notice._format_amount(notice.amount_total)],
            "items": notice._get_specified_texts(),
            "fee": [notice._format_amount(notice.fee_announced + notice.fee_vat)],
            "vat": [notice._format_amount(notice.fee_vat), notice.creditor_id.name],
            "suspension": [
                policy.name
                for policy in notice._policies_at_risk() | notice.suspended_gap_ids.policy_id
            ],
            "resumption": notice._get_resumed_gaps().policy_id.mapped("name"),
            "rdw": ["RDW"],
            "registration": [notice._get_register_number()],
            **notice._get_required_texts_of_message(),
        }

    def _get_specified_texts(self):
        """Return what the list of what is open has to name: invoices, amounts, and their sum."""
        rows = self._get_text_items()
        texts = [text for row in rows for text in (row["reference"], row["amount"]) if text]
        amounts = self._get_words_of_amounts()
        return [*texts, amounts["interest"], amounts["to_pay"]]

    def _get_required_texts_of_message(self):
        words = self._get_words_of_message()
        return {
            "correction": [words["corrected_number"] or words["corrected_day"]],
            "until": [self._format_day(self.stated_last_day)],
        }

    def _law_content(self, parts):
        """Return what this notice says, as ``law.notice`` checks it.

        A business owes the fee without a reminder: there it is no consequence of the notice.

        :param parts: dict from a part's name to its text, as rendered
        """
        self.ensure_one()
        fee, vat = to_decimal(self.fee_announced), to_decimal(self.fee_vat)
        consequences = {"fee"} if fee and self.kind == "formal_notice" else set()
        if self.names_suspension:
            consequences.add("suspension")
        if self.names_termination:
            consequences.add("termination")
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
            vat=vat or None,
            vat_reason_declared=bool(parts.get("vat")),
            electronic_consent=self.recipient_id._may_receive_electronic_notices(self.date),
            by_collector=self.creditor_id != self.company_id.partner_id,
            collector_registration=parts.get("registration")
            or ("" if fee else "not registered, no fee"),
            motor=bool(self._get_vehicles()),
            names_rdw=bool(parts.get("rdw")),
        )

    # === IN WORDS === #

    def _describe_missing(self, codes):
        """Return missing parts as one enumeration in the reader's own language.

        :param codes: codes of ``_missing_parts``
        """
        words = self._get_part_words()
        return format_list(self.env, list(dict.fromkeys(words.get(code, code) for code in codes)))

    def _get_part_words(self):
        """Return a colleague's words for each part that a letter cannot do without."""
        specification = self.env._("the list of what is open, with invoice numbers and amounts")
        return {
            "creditor": self.env._("who the creditor is"),
            "principal": self.env._("the amount of the premium that is open"),
            "items": specification,
            "specification": specification,
            "term_wording": self.env._("the term of fourteen days from the day after receipt"),
            "consequence": self.env._("what happens when the customer does not pay"),
            "not_after_due_date": self.env._("a due date that has passed"),
            "registration": self.env._("the office's number in the register of collectors"),
            "fee_amount": self.env._("the amount of the collection costs"),
            "fee_too_high": self.env._("collection costs that are no higher than the law allows"),
            "free_if_paid_in_time": self.env._("that paying in time is free"),
            "vat_declaration": self.env._("the VAT in the collection costs and why it is added"),
            "electronic_consent": self.env._("the customer's consent to notices by e-mail"),
            "suspension": self.env._("whose cover stops, and the day after which it stops"),
            "resumption": self.env._("when there is cover again, and for which policy"),
            "rdw": self.env._("that the RDW hears of a vehicle without cover"),
            "until": self.env._("the day until which the customer can still act"),
            "correction": self.env._("the number of the letter that counts no more"),
            "instalments": self.env._("the days and amounts that were agreed"),
            "instalment": self.env._("the day and amount of the instalment that was missed"),
            "help": self.env._("the help for a customer who cannot pay"),
        }
