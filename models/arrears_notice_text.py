"""What the texts of a notice may use, and the check that nothing the law asks is missing."""

from lxml import html as lxml_html

from odoo import models

from ..law import notice as law_notice
from .arrears_item_ladder import to_decimal


class ArrearsNotice(models.Model):
    _inherit = "arrears.notice"

    def _get_text_values(self):
        """Return what the texts may use; a hook for other modules.

        The templates mark each part the law asks for with ``data-part``, so that an office may
        change the words but cannot lose a part: see ``_missing_parts``.
        """
        self.ensure_one()
        company = self.company_id
        suspendable = self.line_ids.item_id._policies_at_risk()
        return {
            "notice": self,
            "company": company,
            "phone": company.arrears_help_phone or company.phone,
            "bank": self._get_bank_account(),
            "qr_code": self._get_qr_code(),
            "at_risk": suspendable if self.names_suspension else suspendable.browse(),
            "suspended": self._suspended_policies(),
            "vehicles": suspendable.filtered("licence_plate"),
            "collector_number": company.arrears_register_number
            if self.creditor_id != company.partner_id
            else False,
        }

    def _suspended_policies(self):
        """Return the policies of this notice that have no cover on the day it was made."""
        self.ensure_one()
        return self.policy_ids.filtered(lambda policy: not policy.covered_on(self.date))

    def _get_bank_account(self):
        """Return the office's own account that the premium is paid to."""
        self.ensure_one()
        move = self.line_ids[:1].item_id.move_id
        return move.partner_bank_id or self.company_id.partner_id.bank_ids[:1]

    def _get_qr_code(self):
        """Return the payment QR code as a data address, or False when none can be made."""
        self.ensure_one()
        bank = self._get_bank_account()
        if not bank:
            return False
        return bank.build_qr_code_base64(
            self.amount_total, self.name, False, self.currency_id, self.partner_id
        )

    def _missing_parts(self):
        """Return the codes of what the rendered text lacks for a valid 14-day notice."""
        self.ensure_one()
        if self.kind != "formal_notice":
            return ()
        tree = lxml_html.fromstring(f"<div>{self.body_html}</div>")
        parts = {
            node.get("data-part"): node.text_content().strip()
            for node in tree.iter()
            if isinstance(node.tag, str) and node.get("data-part")
        }
        return law_notice.missing_parts(self._law_content(parts))

    def _law_content(self, parts):
        """Return what this notice says, as ``law.notice`` checks it.

        :param parts: dict from a part's name to its text, as rendered
        """
        self.ensure_one()
        fee = to_decimal(self.fee_announced)
        consequences = {"fee"} if fee else set()
        if self.names_suspension and parts.get("suspension"):
            consequences.add("suspension")
        return law_notice.NoticeContent(
            sent_on=self.date,
            latest_due_date=max(self.line_ids.mapped("due_date")),
            channel=self.channel,
            creditor=parts.get("creditor", ""),
            principal=to_decimal(self.amount_total),
            principal_stated=bool(parts.get("principal")),
            specified=bool(parts.get("items")),
            term_text=parts.get("term", ""),
            consequences=frozenset(consequences or {"handover"}),
            fee=fee if parts.get("fee") else None,
            fee_allowed=fee,
            says_free_in_time=bool(parts.get("free_in_time")),
            electronic_consent=self.recipient_id._may_receive_electronic_notices(self.date),
            by_collector=self.creditor_id != self.company_id.partner_id,
            collector_registration=parts.get("registration")
            or ("" if fee else "not registered, no fee"),
            motor=bool(self._get_text_values()["vehicles"]),
            names_rdw=bool(parts.get("rdw")),
        )
