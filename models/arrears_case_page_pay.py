"""What a customer pays on the own page: everything, one premium, or one instalment.

Amounts are worked out here, from what is open now; a form never tells them. Called as the service,
on all cases of one customer in one company (see ``arrears_case_page``).
"""

from dataclasses import dataclass
from decimal import Decimal

from odoo import models

from .arrears_item_ladder import to_decimal

KINDS = ("all", "item", "instalment")


@dataclass(frozen=True)
class Payable:
    """Something that can be paid here, now.

    `kind`: one of ``KINDS``; `key`: id of the item or instalment, 0 for everything. `sources`: the
    premiums, fees and interest that the money is for, in the order in which they are shown.
    `amount`: Decimal euros, more than nothing. `reference`: what the customer writes with a bank
    transfer. `instalment`: the instalment, or no record.
    """

    kind: str
    key: int
    sources: tuple
    amount: Decimal
    reference: str
    instalment: models.Model

    @property
    def lines(self):
        """Return the receivable lines that the money is for."""
        return self.sources[0].move_line_id.union(*(s.move_line_id for s in self.sources))

    @property
    def path(self):
        """Return the address of its page."""
        return f"/my/arrears/pay/{self.kind}" + (f"/{self.key}" if self.key else "")


class ArrearsCase(models.Model):
    _inherit = "arrears.case"

    def _get_page_payable(self, kind, record):
        """Return what of these cases is paid under an address, or None where nothing is open.

        What a collector has or the insurer collects is paid there, not here.

        :param kind: one of ``KINDS``
        :param record: the customer's own item or instalment; no record for "all"
        """
        ours = [s for s in self._get_page_sources()["ours"] if s.move_line_id]
        if kind == "instalment":
            return self._get_page_payable_instalment(record, ours)
        free = [s for s in ours if not self._is_page_arranged(s)]
        if kind == "item" or not free:
            # Who may still choose whether to pay in parts, may choose to pay at once, too.
            free = [s for s in ours if not self._is_page_arranged(s, started=True)]
        if kind == "item":
            free = [s for s in free if s in self._get_page_with_charges(record)]
        if not free:
            return None
        amount = sum((to_decimal(s.amount_open) for s in free), Decimal(0))
        reference = self._get_page_pay_reference(free)
        return Payable(kind, record.id or 0, tuple(free), amount, reference, self._no_instalment())

    def _get_page_payable_instalment(self, part, ours):
        """Return one instalment of a running arrangement: its own open amount, no more."""
        arrangement = part.arrangement_id
        sources = [line._get_source() for line in arrangement.line_ids.sorted("sequence")]
        sources = [s for s in sources if s in ours]
        left = sum((to_decimal(s.amount_open) for s in sources), Decimal(0))
        amount = min(to_decimal(part.amount_open), left)
        if arrangement.state != "active" or amount <= 0:
            return None
        reference = part.payment_reference
        return Payable("instalment", part.id, tuple(sources), amount, reference, part)

    def _get_page_with_charges(self, item):
        """Return a premium, and what has to be paid with it by the order of payment of the office.

        Premium first: the customer may pay the premium by itself, and his cover comes back. Else
        the fee and interest over it go before it (6:44 Civil Code), so they are paid with it.
        """
        if item.company_id.arrears_allocation_order == "premium_first":
            return [item]
        fees = item.notice_line_ids.notice_id.fee_id
        return [item, *fees, *item.interest_ids]

    def _get_page_pay_reference(self, sources):
        """Return what we know a payment by: the invoice, or the last letter about more of them."""
        if len(sources) == 1 and sources[0]._name == "arrears.item":
            return sources[0].reference or ""
        notices = self.notice_ids.filtered(
            lambda n: n.state == "sent" and n.sent_on and not n.test_mode and n.origin == "own"
        )
        first = sources[0]
        last = notices.sorted(lambda n: (n.sent_on, n.id))[-1:]
        return last.name or first.move_line_id.move_id.name or ""

    def _no_instalment(self):
        return self.env["arrears.instalment"]

    # === BY THE CUSTOMER'S OWN BANK === #

    def _get_page_bank(self, payable):
        """Return how to pay by bank: dict with ``iban``, ``holder``, ``qr``; None without account.

        ``qr`` is the EPC QR code as a data address, with the amount and the reference in it, or
        False where it cannot be made.
        """
        company = payable.sources[0].company_id
        move = payable.lines.move_id[:1]
        bank = move.partner_bank_id or company.partner_id.bank_ids[:1]
        if not bank:
            return None
        return {
            "iban": bank.acc_number,
            "holder": bank.acc_holder_name or company.name,
            "qr": bank.build_qr_code_base64(
                company.currency_id.round(float(payable.amount)),
                payable.reference,
                payable.reference,
                company.currency_id,
                self[:1].partner_id,
            ),
        }
