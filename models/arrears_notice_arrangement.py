"""Letters about an arrangement or a deferral: what was agreed, what to pay next, what of the cover.

What was agreed stands in ``facts`` as plain values, see ``arrears.arrangement._get_letter_facts``;
what the cover is at the moment is read from the policies in the arrangement.
"""

from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain

from .arrears_arrangement import FREEZING
from .arrears_arrangement_flow import ENDED
from .arrears_item_ladder import to_decimal
from .arrears_notice_sample import LAST_DAY, MADE, SUSPENDED

ARRANGEMENT_KINDS = (
    "arrangement_proposed",
    "arrangement",
    "instalment_due",
    "instalment_missed",
    "arrangement_broken",
    "arrangement_kept",
)
# They ask for one instalment.
INSTALMENT_KINDS = ("instalment_due", "instalment_missed")
# They ask for something, or promise it: looked at once more before they leave.
LAST_LOOK = (*INSTALMENT_KINDS, "arrangement_proposed", "arrangement", ENDED)
# They tell what the cover is meanwhile.
COVER_KINDS = ("arrangement_proposed", "arrangement", "arrangement_broken")
# A friendly word before the day: a letter would be too much, and often too late.
EMAIL_ONLY_KINDS = ("instalment_due",)
# More rows than these stand in two, or three, columns of a letter, so that it stays one page.
ROWS_OF_ONE_COLUMN, ROWS_OF_TWO_COLUMNS = 6, 12
# What a sample agrees on: see arrears_notice_sample.py. Two parts that do not look alike.
SAMPLE_PARTS = ((MADE, "100.00", "RF44SAMPLE1"), (LAST_DAY, "23.45", "RF17SAMPLE2"))


class ArrearsNotice(models.Model):
    _inherit = "arrears.notice"

    # === WHAT WAS AGREED === #

    def _get_arrangement(self):
        """Return the arrangement that this letter tells of; none for other letters and samples."""
        self.ensure_one()
        number = (self.facts or {}).get("arrangement")
        arrangements = self.env["arrears.arrangement"]
        if self.kind not in ARRANGEMENT_KINDS or not number:
            return arrangements
        return arrangements.search(
            Domain("name", "=", number) & Domain("company_id", "=", self.company_id.id)
        )

    def _is_deferral(self):
        self.ensure_one()
        return (self.facts or {}).get("kind") == "deferral"

    def _get_agreed_rows(self):
        """Return the instalments as plain values: ``day``, ``amount`` and perhaps ``reference``."""
        self.ensure_one()
        return (self.facts or {}).get("instalments", [])

    def _get_next_row(self):
        """Return the instalment that this letter asks for, or asks for first, as plain values."""
        self.ensure_one()
        told, rows = self.facts or {}, self._get_agreed_rows()
        if self.kind in INSTALMENT_KINDS:
            same_day = [row for row in rows if row["day"] == told.get("day")]
            return {
                "day": told.get("day"),
                "amount": told.get("amount"),
                "reference": told.get("reference")
                or next((row.get("reference") for row in same_day), None),
            }
        if self.kind != "arrangement":
            return {}
        row = next((row for row in rows if not row.get("paid")), {})
        # A part of it may have been paid before the arrangement was changed.
        part = self._get_arrangement().instalment_ids.filtered(
            lambda part: part.payment_reference == row.get("reference") and part.amount_paid
        )
        return {**row, "amount": f"{part.amount_open:.2f}"} if part else row

    def _is_changed(self):
        """Tell whether this letter takes the place of an earlier one about the same arrangement."""
        self.ensure_one()
        told = self.facts or {}
        number = told.get("arrangement")
        if told.get("changed") or self.kind != "arrangement" or not number:
            return bool(told.get("changed"))
        earlier = self.case_id.notice_ids.filtered(
            lambda notice: notice.kind == self.kind and notice.id < self.id
        )
        return any(
            notice.state in ("queued", "sent") and (notice.facts or {}).get("arrangement") == number
            for notice in earlier
        )

    def _get_text_instalments(self):
        """Return the rows of what was agreed: by which day, how much, under which reference."""
        self.ensure_one()
        rows = self._get_agreed_rows()
        pattern = {1: "EEEE d MMMM y", 2: "EEE d MMM y", 3: "d MMM y"}[self._count_columns()]
        return [
            {
                "day": self._format_day(fields.Date.to_date(row["day"]), pattern),
                "amount": self._format_fact(row["amount"]),
                "reference": row.get("reference") or "",
                "paid": bool(row.get("paid")),
            }
            for row in rows
        ]

    def _get_instalment_columns(self):
        """Return these rows in as many columns as a page needs; a mail has one, as a telephone."""
        self.ensure_one()
        rows = self._get_text_instalments()
        height = -(-len(rows) // self._count_columns()) or 1
        return [rows[first : first + height] for first in range(0, len(rows), height)]

    def _count_columns(self):
        count = len(self._get_agreed_rows())
        if self.channel == "email" or count <= ROWS_OF_ONE_COLUMN:
            return 1
        return 2 if count <= ROWS_OF_TWO_COLUMNS else 3

    # === VALUES AND WORDS === #

    def _get_text_values(self):
        return {
            **super()._get_text_values(),
            "instalments": self._get_text_instalments(),
            "instalment_columns": self._get_instalment_columns(),
            "deferral": self._is_deferral(),
            "changed": self._is_changed(),
            "first_missed": (self.facts or {}).get("first_missed", True),
            "by_office": (self.facts or {}).get("by_office", False),
        }

    def _get_words_of_message(self):
        """Add what was agreed, what comes next and who helps; else empty."""
        told, following = self.facts or {}, self._get_next_row()
        words = {
            **super()._get_words_of_message(),
            "reference": following.get("reference") or self.name,
            "agreed_total": self._format_fact(told.get("total")),
            "agreed_open": self._format_fact(told.get("open")),
            "agreed_paid": self._format_paid(),
            "agreed_day": self._format_row_day(self._get_agreed_rows()[-1:]),
            "accept_by": self._format_day(fields.Date.to_date(told.get("accept_by") or False)),
            "missed_amount": self._format_fact(told.get("amount")),
            "missed_day": self._format_day(fields.Date.to_date(told.get("day") or False)),
            "municipality": self._get_municipality_address(),
        }
        if self.kind in ("arrangement", "instalment_due"):
            # It names no term of its own: what counts is the day of the instalment.
            words["day"] = self._format_row_day([following] if following else [])
        return words

    def _format_row_day(self, rows):
        return self._format_day(fields.Date.to_date(rows[0]["day"])) if rows else ""

    def _format_paid(self):
        """Return what was paid of an arrangement that is over, or nothing."""
        told = self.facts or {}
        if self.kind != "arrangement_broken" or not told.get("total") or not told.get("open"):
            return ""
        return self._format_positive(Decimal(told["total"]) - Decimal(told["open"]))

    def _get_municipality_address(self):
        """Return the municipality's page on debt help, as it is printed."""
        return self.company_id._get_municipality_address().partition("://")[2].rstrip("/")

    # === WHAT TO PAY === #

    def _get_told_amount(self):
        if self.kind == "arrangement_broken":
            return float((self.facts or {}).get("open") or 0)
        if self.kind in ARRANGEMENT_KINDS:
            return float(self._get_next_row().get("amount") or 0)
        return super()._get_told_amount()

    def _get_payment_reference(self):
        """Return the reference of the instalment that is to be paid; else the notice's number."""
        return self._get_next_row().get("reference") or super()._get_payment_reference()

    def _get_bank_account(self):
        move = self._get_arrangement().line_ids.move_line_id[:1].move_id
        return move.partner_bank_id or super()._get_bank_account()

    # === THE COVER MEANWHILE === #

    def _get_agreed_items(self):
        """Return the premiums whose cover this letter tells of."""
        self.ensure_one()
        if self.kind not in COVER_KINDS:
            return self.env["arrears.item"]
        return self._get_arrangement().line_ids.item_id

    def _get_told_gaps(self):
        """Add the gaps of policies in an arrangement that last on the day of its letter."""
        gaps = self._get_agreed_items().policy_ids.gap_ids.filtered(
            lambda gap: gap.start <= self.date and (not gap.resume or gap.resume > self.date)
        )
        return super()._get_told_gaps() | gaps

    def _get_covered_policies(self):
        """Add the policies in an arrangement of which this office knows that they give cover."""
        policies = self._get_agreed_items().policy_ids.filtered(
            lambda policy: policy.office_role == "authorised_agent" and policy.covered_on(self.date)
        )
        return super()._get_covered_policies() | policies

    def _get_perhaps_stopped(self):
        """Add the policies whose insurer may have stopped the cover after a notice named that."""
        warned = self._get_agreed_items().filtered(
            lambda item: any(
                notice.state == "sent" and notice.names_suspension
                for notice in item.notice_line_ids.notice_id
            )
        )
        stopped = self._get_told_gaps().policy_id
        return super()._get_perhaps_stopped() | warned.policy_ids.filtered(
            lambda policy: policy.office_role == "intermediary" and policy not in stopped
        )

    # === PARTS === #

    def _needs_part(self, part):
        if part == "cover_meanwhile":
            return bool(self._get_told_gaps())
        if part == "open":
            return bool((self.facts or {}).get("open"))
        return super()._needs_part(part)

    def _get_required_texts_of_message(self):
        if self.kind not in (*ARRANGEMENT_KINDS, "help_leaflet"):
            return super()._get_required_texts_of_message()
        words = self._get_words_of_message()
        rows = self._get_text_instalments()
        agreed = [text for row in rows for text in (row["day"], row["amount"])]
        if self.kind == "arrangement":
            agreed += [row["reference"] for row in rows]
        return {
            "accept": [words["accept_by"]],
            "instalments": [*agreed, words["agreed_total"]],
            "instalment": [words["missed_amount"], words["missed_day"]],
            "until": [self._format_day(self.stated_last_day)],
            "open": [words["agreed_open"]],
            "cover_meanwhile": self._get_told_gaps().policy_id.mapped("name"),
            "helpers": ["0800-8115", "nvvk.nl", words["municipality"]],
        }

    def _get_part_words(self):
        return super()._get_part_words() | {
            "accept": self.env._("the day until which the customer can accept"),
            "free": self.env._("that an arrangement costs nothing, and no interest"),
            "open": self.env._("what is still open"),
            "cover_meanwhile": self.env._("whose cover has stopped, and when it is back"),
            "helpers": self.env._("who helps with debts for free, and where"),
            "consent": self.env._("that nothing is passed on without consent"),
        }

    # === BEFORE IT LEAVES === #

    def _is_outdated(self):
        """A letter about an arrangement does not leave when that is over, or the part was paid."""
        return super()._is_outdated() or self._is_agreed_otherwise()

    def _is_agreed_otherwise(self):
        facts = self.facts or {}
        if self.kind not in LAST_LOOK or not facts.get("arrangement"):
            return False
        arrangement = self.case_id.arrangement_ids.filtered(
            lambda a: a.name == facts["arrangement"] and a.company_id == self.company_id
        )
        if not arrangement:
            return False
        if self.kind == "arrangement_proposed":
            return arrangement.state != "proposed" or bool(arrangement.accepted_on)
        if self.kind == "arrangement":
            return arrangement.state not in FREEZING
        if self.kind == ENDED:
            return arrangement._get_ended_open() != Decimal(facts.get("open") or 0)
        part = arrangement.instalment_ids.filtered(
            lambda part: part.payment_reference == facts.get("reference")
        )
        paid = to_decimal(part.amount_open) != Decimal(facts.get("amount") or 0)
        return arrangement.state != "active" or paid

    def _group_by_reason(self):
        agreed = self.filtered(lambda notice: notice.kind in ARRANGEMENT_KINDS)
        words = self.env._("Paid, or agreed otherwise, before it left")
        return [*super(ArrearsNotice, self - agreed)._group_by_reason(), (agreed, words)]

    def _filter_held(self, day):
        """A reminder of an instalment is a step, too: what is on hold is not asked for."""
        asking = self.filtered(lambda n: n.kind in (*INSTALMENT_KINDS, ENDED))
        holds = asking.case_id.arrangement_ids.line_ids.item_id._get_holds()
        held = {item for item, mine in holds.items() if mine._active_on(day)}
        return super()._filter_held(day) | asking.filtered(
            lambda notice: any(
                item in held
                for a in notice.case_id.arrangement_ids
                if a.name == (notice.facts or {}).get("arrangement")
                for item in a.line_ids.item_id
            )
        )

    # === BY E-MAIL ONLY === #

    def _deliver_one(self):
        """Keep back what is meant for e-mail only when no e-mail can reach the customer."""
        if self.kind in EMAIL_ONLY_KINDS and (self.channel != "email" or not self._has_address()):
            return self._keep_back()
        return super()._deliver_one()

    def _keep_back(self):
        """Let this letter not leave; the customer misses a friendly word, and nothing follows."""
        reason = self.env._("This is sent by e-mail only, and the customer cannot be mailed")
        self.write(
            {
                "state": "withdrawn",
                "settled": True,
                "withdrawn_on": self.date,
                "withdraw_reason": reason,
            }
        )
        self._record_history("withdrawn", self.date, reason=reason)

    def _render_page(self, values=None):
        """Refuse to put on paper what is meant for e-mail only."""
        if self.kind in EMAIL_ONLY_KINDS:
            raise UserError(
                self.env._("Notice %s is sent by e-mail only: it is never printed.", self.name)
            )
        return super()._render_page(values)

    # === SAMPLES === #

    @api.model
    def _prepare_sample_vals(self, fee, suspension):
        vals = super()._prepare_sample_vals(fee, suspension)
        rows = [
            {"day": str(day), "amount": amount, "reference": reference}
            for day, amount, reference in SAMPLE_PARTS
        ]
        vals["facts"] |= {
            "instalments": rows,
            "total": "123.45",
            "open": "67.89",
            "accept_by": str(LAST_DAY),
            **rows[0],
        }
        return vals

    @api.model
    def _make_sample(self, kind, stage, vals):
        if kind in EMAIL_ONLY_KINDS:
            vals = {**vals, "channel": "email"}
        return super()._make_sample(kind, stage, vals)

    @api.model
    def _tell_sample(self, notice, policy):
        told = super()._tell_sample(notice, policy)
        if notice.kind in COVER_KINDS:
            notice.suspended_gap_ids = [Command.create({"policy_id": policy, "start": SUSPENDED})]
        return told
