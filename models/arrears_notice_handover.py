"""The letter that tells a customer who collects now, what was handed over, and who still helps."""

from decimal import Decimal

from odoo import api, fields, models
from odoo.fields import Domain

# What a sample tells of: see arrears_notice_sample.py.
SAMPLE_COLLECTOR = {
    "name": "A Collector",
    "kind": "agency",
    "number": "WKI-0001",
    "phone": "+31 20 555 01 00",
    "email": "collector@example.com",
    "address": "Gracht 1, 1012 AB Amsterdam",
    "iban": "",
}


class ArrearsNotice(models.Model):
    _inherit = "arrears.notice"

    def _get_text_values(self):
        return {**super()._get_text_values(), "handed_over": self._get_text_handed_over()}

    def _get_text_handed_over(self):
        """Return the rows of what was handed over: what, which reference, due when, how much."""
        self.ensure_one()
        rows = (self.facts or {}).get("handed_over", ())
        labels = {
            "interest": self.env._("Statutory interest"),
            "fee": self.env._("Collection costs"),
        }
        return [
            {
                "label": labels.get(row["kind"]) or self._get_handed_over_label(row),
                "reference": row["reference"],
                "due": self._format_day(fields.Date.to_date(row["due"]), "d MMM y", glue=False),
                "amount": self._format_fact(row["amount"]),
            }
            for row in rows
        ]

    def _get_handed_over_label(self, row):
        policies = self.env["insurance.policy"].browse(row.get("policies", ()))
        return ", ".join(map(self._policy_label, policies)) or self.env._("Premium")

    def _get_words_of_message(self):
        told = self.facts or {}
        collector = told.get("collector", {})
        return {
            **super()._get_words_of_message(),
            "collector": collector.get("name", ""),
            "collector_number": collector.get("number", ""),
            "collector_phone": collector.get("phone", ""),
            "collector_email": collector.get("email", ""),
            "collector_address": collector.get("address", ""),
            "collector_iban": collector.get("iban", ""),
            "handed_over_number": told.get("number", ""),
            "handed_over_total": self._format_fact(told.get("handed_over_total")),
        }

    def _get_required_texts_of_message(self):
        required = super()._get_required_texts_of_message()
        if self.kind != "handed_over":
            return required
        words = self._get_words_of_message()
        rows = self._get_text_handed_over()
        return {
            **required,
            "collector": [words["collector"], words["collector_number"]],
            "handed_over": [
                *(text for row in rows for text in (row["reference"], row["amount"])),
                words["handed_over_total"],
            ],
        }

    def _get_part_words(self):
        return {
            **super()._get_part_words(),
            "collector": self.env._("who collects now, with the number in the register"),
            "handed_over": self.env._("what was handed over, with the amounts"),
        }

    @api.model
    def _prepare_sample_vals(self, fee, suspension):
        vals = super()._prepare_sample_vals(fee, suspension)
        vals["facts"] |= {
            "collector": SAMPLE_COLLECTOR,
            "number": "HO/00000",
            "handed_over": [
                {
                    "kind": "principal",
                    "reference": "INV/0000",
                    "due": "2026-10-01",
                    "amount": "100",
                },
                {"kind": "fee", "reference": "AN/0000", "due": "2026-11-01", "amount": "23.45"},
            ],
            "handed_over_total": "123.45",
        }
        return vals


class ArrearsHandover(models.Model):
    _inherit = "arrears.handover"

    def _tell_customers(self, day):
        """Make the letters to the customers; the next run delivers them."""
        notices = self.env["arrears.notice"]._make_messages(
            [
                {
                    "case": handover.case_id,
                    "kind": "handed_over",
                    "facts": handover._get_letter_facts(),
                }
                for handover in self
            ],
            day,
        )
        for handover, notice in zip(self, notices, strict=True):
            handover.notice_id = notice

    def _get_letter_facts(self):
        """Return what the letter tells, as plain values that stay as they were."""
        self.ensure_one()
        partner = self.collector_id
        total = sum((Decimal(str(line.amount)) for line in self.line_ids), Decimal(0))
        return {
            "number": self.name,
            "collector": {
                "name": partner._get_collector_name(),
                "kind": partner.collector_kind,
                "number": self.register_number or "",
                "phone": partner.phone or "",
                "email": partner.email or "",
                "address": ", ".join(
                    filter(
                        None, [partner.street, f"{partner.zip or ''} {partner.city or ''}".strip()]
                    )
                ),
                "iban": partner.bank_ids[:1].acc_number or "",
            },
            "handed_over": [
                {
                    "kind": line.kind,
                    "reference": line.reference,
                    "due": str(line.due_date),
                    "amount": f"{line.amount:.2f}",
                    "policies": line.item_id.policy_ids.ids if line.kind == "principal" else [],
                }
                for line in self.line_ids
            ],
            "handed_over_total": f"{total:.2f}",
        }

    @api.model
    def _search_dossiers_to_make(self):
        return self.search(
            Domain("state", "=", "handed_over")
            & Domain("outside", "=", False)
            & Domain("dossier_ids", "=", False)
        )
