"""The letters of an opening file: rows that are one letter, and what that letter was."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from odoo import models

from .arrears_item_ladder import to_decimal
from .arrears_notice import TERM_KINDS
from .arrears_opening_columns import get_header
from .arrears_stage import STATUTORY_KINDS

# What is of the letter as a whole: a row may leave it out, rows may not differ in it.
OF_THE_LETTER = (
    "received_on",
    "last_day",
    "fee_announced",
    "fee_vat",
    "fee_charged_on",
    "fee_entry",
    "fee_choice",
    "fee_reason",
    "letter",
)


@dataclass
class Letter:
    """One letter of an earlier system, over the rows that share its stage, day and channel."""

    rows: object
    stage: object
    creditor: object
    sent_on: date
    channel: str
    received_on: date
    last_day: date | None
    names_suspension: bool
    said: dict
    amounts: dict = field(default_factory=dict)
    claims: list = field(default_factory=list)
    why: dict = field(default_factory=dict)
    by_policy: dict = field(default_factory=dict)
    flaws: list = field(default_factory=list)
    notice: object = None

    @property
    def counts(self):
        return not self.flaws

    @property
    def kind(self):
        return self.stage.kind

    @property
    def statutory(self):
        return self.kind in STATUTORY_KINDS

    @property
    def partner(self):
        return self.rows.partner_id

    @property
    def fee(self):
        return self.said["fee_announced"] or Decimal("0.00")

    @property
    def vat(self):
        return self.said["fee_vat"] or Decimal("0.00")

    @property
    def fee_line(self):
        return self.rows.fee_move_line_id[:1]


class ArrearsOpeningLine(models.Model):
    _inherit = "arrears.opening.line"

    def _get_letters(self, found=None):
        """Return the letters that these rows are, in the order in which they were received.

        :param found: ``Findings`` that are told of rows of one letter that contradict each other
        :return: list of ``Letter``
        """
        creditors = self._get_creditors()
        groups = self.filtered("stage_id").grouped(
            lambda row: (
                row.partner_id,
                creditors[row.move_line_id],
                row.stage_id,
                row.sent_on,
                row.channel,
            )
        )
        letters = []
        for (_partner, creditor, stage, sent_on, channel), rows in groups.items():
            said = rows._get_said(found)
            received_on = said["received_on"] or self.env["arrears.notice"]._assumed_receipt(
                sent_on, channel, rows.company_id
            )
            last_day = said["last_day"]
            if stage.kind in TERM_KINDS and not last_day:
                last_day = self.env["arrears.notice"]._last_day_to_pay(received_on)
            letters.append(
                Letter(
                    rows=rows,
                    stage=stage,
                    creditor=creditor,
                    sent_on=sent_on,
                    channel=channel,
                    received_on=received_on,
                    last_day=last_day or None,
                    names_suspension=any(row.names_suspension for row in rows),
                    said=said,
                )
            )
        return sorted(letters, key=lambda letter: (letter.received_on, letter.rows[0].row))

    def _get_creditors(self):
        """Return the creditor of each receivable line: one letter has one creditor."""
        items = self.env["arrears.item"]
        policies = items._get_policies_by_move(self.move_line_id.move_id)
        return {
            receivable: items._get_case_key(receivable, policies[receivable.move_id])[1]
            for receivable in self.move_line_id
        }

    def _get_said(self, found):
        """Return what the rows of one letter say of it together."""
        said = {}
        for name in OF_THE_LETTER:
            values = [
                to_decimal(row[name]) if self._fields[name].type == "monetary" else row[name]
                for row in self
                if row[name] and row._said_itself(name)
            ]
            said[name] = values[0] if values else None
            if found and len(set(values)) > 1:
                for row in self:
                    found.errors[row].append(
                        self.env._(
                            "Rows %(rows)s are one letter, but differ in: %(field)s.",
                            rows=", ".join(str(number) for number in self.mapped("row")),
                            field=get_header(name, self.env.lang),
                        )
                    )
        return said

    def _said_itself(self, name):
        """Tell whether a row gave a value itself; what was worked out here does not count."""
        self.ensure_one()
        given = {"received_on": "receipt_given", "last_day": "last_day_given"}
        return name not in given or self[given[name]]
