"""Taking the rows of an opening file over: items, notices, fees, suspensions, holds."""

from odoo import fields, models

from .arrears_notice import TERM_KINDS
from .arrears_opening_facts import ZERO


class ArrearsOpening(models.Model):
    _inherit = "arrears.opening"

    def _load(self, letters, naming):
        """Make what the rows say, in one pass; as the service, after the manager's right.

        What is made goes on as if it were our own: the next run looks at it like at any other.

        :param letters: the ``Letter`` objects of ``_examine``
        :param naming: dict from a row with a suspension to the letter that named it
        """
        self.ensure_one()
        lines = self.line_ids.filtered(lambda line: line.state in ("ready", "doubtful"))
        items = lines._take_items()
        cases = items.case_id
        lines._assign_handlers()
        self._make_notices(letters)
        fees = self._take_fees(letters)
        self._suspend(lines, naming)
        lines._make_holds()
        self._record_taken_over(letters, lines)
        items._settle_paid()
        fees._settle_paid()
        self._charge_fees(letters)
        fees._lapse_paid()
        items.filtered(lambda item: not item.settled_on)._project(self.day)
        cases._close_settled()
        self.env["insurance.policy"]._refresh_coverage(self.day, self.company_id)
        lines.write({"state": "loaded"})
        self.write(
            {
                "state": "loaded",
                "loaded_on": fields.Date.context_today(self),
                "loaded_by_id": self.env.uid,
            }
        )

    # === NOTICES === #

    def _make_notices(self, letters):
        """Make the notices of these letters, sent by an earlier system, with their files."""
        notices = self.env["arrears.notice"]
        names = self.env["ir.sequence"]._arrears_numbers("arrears.notice", len(letters), self.day)
        made = notices.create(
            [
                self._prepare_notice_vals(letter, name)
                for letter, name in zip(letters, names, strict=True)
            ]
        )
        for letter, notice in zip(letters, made, strict=True):
            letter.notice = notice
            letter.rows.notice_id = notice
        files = {
            letter.notice: letter.said["letter"] for letter in letters if letter.said["letter"]
        }
        if files:
            bundle = self._get_letters()
            made._add_old_letters(
                {notice: (name, bundle[name]()) for notice, name in files.items()}
            )

    def _prepare_notice_vals(self, letter, name):
        """Return the values of a notice that an earlier system sent.

        One that counts for nothing is kept as withdrawn: as evidence of what was told.
        """
        case = letter.rows.item_id.case_id
        recipient = self.env["arrears.notice"]._get_recipient(case)
        vals = {
            "name": name,
            "origin": "opening",
            "case_id": case.id,
            "stage_id": letter.stage.id,
            "kind": letter.kind,
            "date": letter.sent_on,
            "sent_on": letter.sent_on,
            "channel": letter.channel,
            "recipient_id": recipient.id,
            "lang": recipient.lang or self.company_id.partner_id.lang or "nl_NL",
            "stated_last_day": letter.said["last_day"] or False,
            "names_suspension": letter.names_suspension,
            "amount_total": float(sum(letter.amounts.values(), ZERO)),
            "fee_announced": float(letter.fee),
            "fee_vat": float(letter.vat),
            "why": letter.why,
            "line_ids": [
                fields.Command.create(
                    {
                        "item_id": row.item_id.id,
                        "cycle": row.item_id.cycle,
                        "reference": row.invoice,
                        "due_date": row.due_date,
                        "amount": float(letter.amounts[row]),
                    }
                )
                for row in letter.rows
            ],
        }
        return vals | (
            self._prepare_sent_vals(letter) if letter.counts else self._prepare_void_vals(letter)
        )

    def _prepare_sent_vals(self, letter):
        proven = bool(letter.said["received_on"])
        return {
            "state": "sent",
            "received_on": letter.received_on,
            "receipt": "proven" if proven else "assumed",
            "receipt_source": self.env._("Taken over from %s", self.file_name) if proven else False,
            "last_day": letter.last_day if letter.kind in TERM_KINDS else False,
        }

    def _prepare_void_vals(self, letter):
        return {
            "state": "withdrawn",
            "settled": True,
            "withdrawn_on": self.day,
            "withdrawn_by_id": self.env.uid,
            "withdraw_reason": " ".join(letter.flaws),
        }

    # === FEES === #

    def _take_fees(self, letters):
        """Make the fees of these letters: announced, or booked by the entry that carries them.

        A fee in the books that rests on a letter that counts for nothing is taken back at once.
        """
        charging = [
            letter for letter in letters if letter.fee and (letter.counts or letter.fee_line)
        ]
        fees = self.env["arrears.fee"].create(
            [self._prepare_fee_vals(letter) for letter in charging]
        )
        booked = fees.filtered("move_id")
        self.env["arrears.case.history"]._record_each(
            [
                {
                    "case_id": fee.case_id.id,
                    "event": "fee_booked",
                    "day": fee.booked_on,
                    "notice_id": fee.notice_id.id,
                    "amount": fee.amount_total,
                    "reason": self.env._("Taken over: entry %s", fee.move_id.name),
                }
                for fee in booked
            ]
        )
        void = booked.filtered(lambda fee: fee.notice_id.state == "withdrawn")
        void._take_back(self.day, "reversed", self.env._("The letter counts for nothing."))
        return fees

    def _prepare_fee_vals(self, letter):
        vals = {
            "case_id": letter.notice.case_id.id,
            "notice_id": letter.notice.id,
            "amount": float(letter.fee),
            "amount_vat": float(letter.vat),
            "why": letter.why["fee"],
        }
        if line := letter.fee_line:
            vals |= {
                "state": "booked",
                "booked_on": letter.rows.filtered("fee_charged_on")[:1].fee_charged_on,
                "move_id": line.move_id.id,
                "move_line_id": line.id,
            }
            if not letter.vat:
                vals["amount"] = line.balance
        return vals

    def _charge_fees(self, letters):
        """Book now, or let go, the fees that were charged before and are not in the books."""
        chosen = {"book": [], "leave": []}
        for letter in letters:
            if letter.counts and letter.fee and (choice := letter.said["fee_choice"]):
                chosen[choice].append(letter)
        fees = self.env["arrears.fee"]
        to_book = fees.union(*(letter.notice.fee_id for letter in chosen["book"]))
        # While a pause lasts nothing is charged: it stays announced, and a run books it after that.
        paused = to_book.notice_id._get_paused(self.day)
        to_book.filtered(lambda fee: fee.notice_id not in paused)._charge(self.day)
        by_reason = {}
        for letter in chosen["leave"]:
            by_reason.setdefault(letter.said["fee_reason"], []).append(letter.notice.fee_id)
        for reason, mine in by_reason.items():
            fees.union(*mine)._waive(self.day, reason)

    # === COVER === #

    def _suspend(self, lines, naming):
        """Record the suspensions that an earlier system decided, each with its letter."""
        vals_by_policy = {}
        for line in lines.filtered("suspended_policy_ids"):
            notice = naming[line].notice
            why = {
                "notice": notice.name,
                "sent_on": str(notice.sent_on),
                "received_on": str(notice.received_on),
                "last_day": str(notice.last_day),
                "opening": line.row,
            }
            for policy in line.suspended_policy_ids:
                vals_by_policy.setdefault(
                    policy,
                    {
                        **policy._prepare_gap_vals(line.suspended_since, notice, why),
                        "source": "opening",
                    },
                )
        gaps = self.env["insurance.coverage.gap"]._open(list(vals_by_policy.values()))
        by_policy = {gap.policy_id: gap for gap in gaps}
        for line in lines.filtered("suspended_policy_ids"):
            line.gaps = [by_policy[policy].id for policy in line.suspended_policy_ids]

    # === HISTORY === #

    def _record_taken_over(self, letters, lines):
        """Tell each case's history what was taken over, and from which file."""
        rows = [
            {
                "case_id": letter.notice.case_id.id,
                "event": "imported",
                "day": self.day,
                "stage_id": letter.stage.id,
                "notice_id": letter.notice.id,
                "amount": letter.notice.amount_total,
                "reason": self.file_name,
                "why": {"rows": letter.rows.mapped("row"), "counts": letter.counts},
            }
            for letter in letters
        ]
        told = {letter.notice.case_id for letter in letters}
        rows += [
            {
                "case_id": case.id,
                "event": "imported",
                "day": self.day,
                "reason": self.file_name,
                "why": {"rows": mine.mapped("row")},
            }
            for case, mine in lines.grouped("case_id").items()
            if case not in told
        ]
        self.env["arrears.case.history"]._record_each(rows)


class ArrearsOpeningLine(models.Model):
    _inherit = "arrears.opening.line"

    def _take_items(self):
        """Make the items and cases of these rows that there are not yet; return all of them."""
        items = self.env["arrears.item"]
        known = items.search([("move_line_id", "in", self.move_line_id.ids)])
        opened_on = {line.move_line_id: line.opened_on for line in self}
        missing = self.move_line_id - known.move_line_id
        new = items._create_for_lines(
            missing, self.opening_id.day, self.company_id, opened_on=opened_on
        )
        by_line = {item.move_line_id: item for item in known | new}
        for line in self:
            line.item_id = by_line[line.move_line_id]
        for case, mine in new.grouped("case_id").items():
            case.opened_on = min(case.opened_on, *mine.mapped("opened_on"))
        return known | new

    def _assign_handlers(self):
        """Give the cases the colleague that a row names."""
        for user, lines in self.filtered("user_id").grouped("user_id").items():
            lines.case_id.write({"user_id": user.id})

    def _make_holds(self):
        """Make the holds of these rows, once per case."""
        wanted = {}
        for line in self.filtered("hold_kind"):
            wanted.setdefault((line.case_id, line.hold_kind, line.hold_start), line.hold_reason)
        there = {(hold.case_id, hold.kind, hold.start) for hold in self.case_id.hold_ids}
        self.env["arrears.hold"].create(
            [
                {"case_id": case.id, "kind": kind, "start": start, "reason": reason}
                for (case, kind, start), reason in wanted.items()
                if (case, kind, start) not in there
            ]
        )
