"""What a dossier tells, as rows: proofs, ledger, history, and a line per premium.

No reason that a colleague typed and no hold is told: a collector has no need to know of somebody's
debts, illness or dispute. No BSN is anywhere in this program.
"""

from odoo import models
from odoo.fields import Domain

from .arrears_item_ladder import to_decimal

# Events that a collector has to know; decisions of the office and its talks are its own.
TOLD_EVENTS = (
    "opened",
    "reopened",
    "notice",
    "sent",
    "failed",
    "received",
    "withdrawn",
    "fee_booked",
    "fee_reversed",
    "fee_waived",
    "interest_booked",
    "interest_reversed",
    "interest_waived",
    "suspended",
    "resumed",
    "terminated",
    "handover",
    "returned",
    "closed",
)


class ArrearsHandover(models.Model):
    _inherit = "arrears.handover"

    # === WHAT IT IS ABOUT === #

    def _get_told_notices(self):
        """Return the notices about what was handed over that left, oldest first."""
        items = self._get_items()
        notices = items.notice_line_ids.notice_id | self.line_ids.fee_id.notice_id
        corrections = self.case_id.notice_ids.filtered(lambda n: n.corrects_id in notices)
        left = (notices | corrections).filtered(
            lambda notice: notice.sent_on and not notice.test_mode
        )
        return left.sorted(lambda notice: (notice.sent_on, notice.id))

    def _get_told_charges(self):
        """Return the fees and the interest ever booked on what was handed over, as two sets."""
        items = self._get_items()
        fees = self.case_id.fee_ids.filtered(
            lambda fee: fee.move_line_id and fee.notice_id.line_ids.item_id & items
        )
        return fees | self.line_ids.fee_id, items.interest_ids.filtered("move_line_id")

    # === ROWS === #

    def _get_proof_rows(self, letters):
        """Return header and rows: of each letter how it went, how it was received, its file.

        :param letters: dict from notice to its path in the dossier
        """
        header = [
            "notice", "kind", "channel", "made_on", "sent_on", "received_on", "receipt", "proof",
            "last_day", "state", "email_to", "mail_id", "file", "sha256",
        ]  # fmt: skip
        rows = [
            [
                notice.name,
                notice.kind,
                notice.channel,
                notice.date,
                notice.sent_on,
                notice.received_on or None,
                notice.receipt or None,
                notice.receipt_source or None,
                notice.last_day or notice.stated_last_day or None,
                notice.state,
                notice.email_to or None,
                notice.mail_id.message_id or None,
                letters.get(notice),
                notice.file_hash or notice.body_hash or None,
            ]
            for notice in self._get_told_notices()
        ]
        return header, rows

    def _get_ledger_rows(self):
        """Return header and rows: every entry on these receivables, with the running balance."""
        header = ["day", "booked_on", "entry", "about", "text", "debit", "credit", "balance"]
        fees, interests = self._get_told_charges()
        sources = [*self._get_items(), *fees, *interests]
        entries = []
        for source in sources:
            if not source.move_line_id:
                continue  # an item of an insurer's list is on no receivable of ours
            line = source.move_line_id
            entries.append(
                (line.date, 0, line.id, line, source, to_decimal(line.balance), to_decimal(0))
            )
            for partial in line.matched_credit_ids:
                credit = partial.credit_move_id
                day = credit._get_credit_day()
                entries.append(
                    (day, 1, partial.id, credit, source, to_decimal(0), to_decimal(partial.amount))
                )
        balance, rows = to_decimal(0), []
        for day, _order, _id, line, source, debit, credit in sorted(entries, key=lambda e: e[:3]):
            balance += debit - credit
            about = source.reference if source._name == "arrears.item" else source.notice_id.name
            rows.append([day, line.date, line.move_name, about, line.name, debit, credit, balance])
        return header, rows

    def _get_history_rows(self, day):
        """Return header and rows: what happened up to a day, without a word that was typed."""
        header = ["day", "event", "stage", "notice", "policy", "amount"]
        history = self.env["arrears.case.history"].search(
            Domain("case_id", "=", self.case_id.id)
            & Domain("event", "in", TOLD_EVENTS)
            & Domain("day", "<=", day),
            order="day, id",
        )
        mine = self._get_told_notices()
        about = history.filtered(lambda row: not row.notice_id or row.notice_id in mine)
        events = dict(history._fields["event"]._description_selection(self.env))
        rows = [
            [
                row.day,
                events[row.event],
                row.stage_id.name or None,
                row.notice_id.name or None,
                row.policy_id.name or None,
                to_decimal(row.amount) if row.amount else None,
            ]
            for row in about
        ]
        return header, rows

    def _get_import_rows(self):
        """Return header and one row per premium, fee and interest, for the collector's import."""
        partner, office = self.partner_id, self.company_id.partner_id
        collector = self.collector_id
        common = {
            "handover": self.name,
            "handed_over_on": self.handed_over_on or None,
            "collector": collector._get_collector_name() if collector else None,
            "collector_reference": self.collector_reference or None,
            "office": office.name,
            "creditor": self.creditor_id.name,
            "debtor_number": partner.ref or None,
            "debtor": partner.name,
            "debtor_type": self.case_id._get_debtor_type(),
            "street": partner.street or None,
            "street2": partner.street2 or None,
            "zip": partner.zip or None,
            "city": partner.city or None,
            "country": partner.country_id.code or None,
            "email": partner.email or None,
            "phone": partner.phone or None,
        }
        rows = [{**common, **self._prepare_import_row(line)} for line in self.line_ids]
        header = list(rows[0]) if rows else list(common)
        return header, [list(row.values()) for row in rows]

    def _prepare_import_row(self, line):
        """Return what a collector needs to know of one line."""
        source = line._get_source()
        asked = to_decimal(source.move_line_id.balance)
        open_now = to_decimal(line.amount_open)
        policies = line.item_id.policy_ids
        notice = line.fee_id.notice_id | line.interest_id.notice_id
        if not notice and line.item_id:
            notice = self._get_sent_notices(line.item_id, ("formal_notice", "business_notice"))
        notice = notice.sorted("id")[-1:]
        return {
            "kind": line.kind,
            "reference": line.reference,
            "policies": ", ".join(policies.mapped("name")) or None,
            "due_date": line.due_date,
            "notice": notice.name or None,
            "notice_received_on": notice.received_on or None,
            "notice_last_day": notice.last_day or None,
            "amount": asked,
            "paid": asked - open_now,
            "amount_handed_over": to_decimal(line.amount),
            "amount_open": open_now,
            "vat": to_decimal(line.fee_id.amount_vat) if line.fee_id else None,
            "interest_from": line.interest_id.first_day or None,
            "interest_until": line.interest_id.last_day or None,
            "no_interest_or_fee_since": line.item_id._get_unregistered_demand_on()
            if line.item_id
            else None,
        }
