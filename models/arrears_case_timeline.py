"""What happened in a case and what lies ahead, as one time line."""

from odoo import api, fields, models
from odoo.fields import Domain

from .insurance_termination import LIVE_STATES

# The page History has the older rows; so many instalments say enough of what lies ahead.
MOST_ROWS, MOST_INSTALMENTS = 30, 3
# What another row tells already: a stage changes because a notice is made, and that is sent.
SILENT = ("stage",)
ICONS = {
    "opened": "fa-folder-open-o",
    "reopened": "fa-folder-open-o",
    "closed": "fa-check",
    "notice": "fa-envelope-o",
    "sent": "fa-envelope-o",
    "failed": "fa-exclamation-triangle text-danger",
    "called": "fa-phone",
    "suspended": "fa-ban text-danger",
    "resumed": "fa-shield text-success",
    "terminated": "fa-ban text-danger",
    "held": "fa-pause-circle-o",
    "hold_ended": "fa-play-circle-o",
    "portal": "fa-user-o",
    "handover": "fa-share-square-o",
    "returned": "fa-share-square-o",
    "withdrawn": "fa-undo",
    "paid": "fa-money text-success",
}
FAMILY_ICONS = {
    "fee": "fa-eur",
    "interest": "fa-eur",
    "arrang": "fa-handshake-o",
    "termination": "fa-ban",
}


class ArrearsCase(models.Model):
    _inherit = "arrears.case"

    timeline = fields.Html(string="Time line", compute="_compute_timeline", sanitize=False)

    @api.depends_context("lang", "uid", "allowed_company_ids")
    @api.depends("history_ids", "item_ids.amount_open", "item_ids.next_step_date", "notice_ids")
    def _compute_timeline(self):
        day = fields.Date.context_today(self)
        self._read_ahead()
        # Asked for and not read from the case: rules hide rows, and another user may have read it.
        history = self.env["arrears.case.history"].search(
            Domain("case_id", "in", self.ids) & Domain("event", "not in", SILENT)
        )
        by_case = history.grouped("case_id")
        history.notice_id.mapped("display_name")
        lines = self.item_ids.move_line_id
        # Who reads the case need not have rights on the entries of the books.
        credits = lines.sudo()._get_credits(lines.ids) if lines else {}
        lasts = self._get_live_items()._get_last_notices()
        for case in self:
            past = case._get_past_rows(by_case.get(case._origin, history.browse()), credits)
            case.timeline = self.env["ir.qweb"]._render(
                "premium_arrears.case_timeline",
                {
                    "ahead": case._get_rows_ahead(day, lasts),
                    "past": past[:MOST_ROWS],
                    "more": len(past) - MOST_ROWS,
                },
            )

    def _prepare_row(self, day, title, code, text="", amount=0.0, record=None):
        """Return one row: a day, what it is, more about it, and where to read on."""
        family = next((icon for key, icon in FAMILY_ICONS.items() if key in code), "fa-circle-o")
        return {
            "date": day,
            "day": self._tell_day(day),
            "title": title,
            "icon": ICONS.get(code, family),
            "text": text or "",
            "amount": self.currency_id.format(amount) if amount else "",
            "url": f"/odoo/{record._name}/{record.id}" if record else "",
            "link": record.display_name if record else "",
        }

    # === BEHIND US === #

    def _get_past_rows(self, history, credits):
        """Return what happened, the latest first: rows of history and payments.

        :param history: what this user may see of it
        :param credits: see ``account.move.line._get_credits``
        """
        self.ensure_one()
        sent = history.filtered(lambda row: row.event == "sent").notice_id
        rows = [
            self._prepare_past_row(row)
            for row in history
            if not (row.event == "notice" and row.notice_id in sent)
        ]
        rows = self._get_payment_rows(credits) + rows
        return sorted(rows, key=lambda row: row["date"], reverse=True)

    def _prepare_past_row(self, row):
        events = dict(row._fields["event"]._description_selection(self.env))
        title, stage = events[row.event], row.stage_id.name
        if row.event in ("notice", "sent", "failed", "withdrawn", "moved", "postponed") and stage:
            title = self.env._("%(event)s: %(stage)s", event=title, stage=stage)
        elif row.notice_id and not stage:
            kinds = dict(row.notice_id._fields["kind"]._description_selection(self.env))
            kind = kinds[row.notice_id.kind]
            title = self.env._("%(event)s: %(stage)s", event=title, stage=kind)
        elif row.policy_id:
            title = self.env._("%(event)s: %(stage)s", event=title, stage=row.policy_id.name)
        said = {
            "paid": self.env._("All was paid"),
            "done": self.env._("Carried out"),
            "dismissed": self.env._("Not carried out"),
        }
        texts = [said.get(row.reason, row.reason)]
        if row.event == "sent" and row.notice_id:
            channels = dict(row.notice_id._fields["channel"]._description_selection(self.env))
            texts.insert(0, channels[row.notice_id.channel])
        text = ", ".join(text for text in texts if text)
        return self._prepare_row(row.day, title, row.event, text, row.amount, row.notice_id)

    def _get_payment_rows(self, credits):
        """Return what was credited on the invoices of this case, day by day."""
        return [
            self._prepare_row(
                day, self.env._("Credited on %s", item.reference), "paid", amount=float(amount)
            )
            for item in self.item_ids
            for day, amount in credits.get(item.move_line_id.id, ())
        ]

    # === AHEAD OF US === #

    def _get_rows_ahead(self, day, lasts):
        """Return what lies ahead, the soonest first.

        :param day: today; what should have happened by then stands here too
        :param lasts: see ``arrears.item._get_last_notices``
        """
        self.ensure_one()
        if self.state == "closed":
            return []
        rows = self._get_step_rows(lasts) + self._get_term_rows(day)
        rows += self._get_arrangement_rows() + self._get_end_rows(day)
        if self.hold_ends_on:
            title = self.env._("The hold ends")
            text = self.env._("A fresh term of 14 days follows.")
            rows.append(self._prepare_row(self.hold_ends_on, title, "hold_ended", text))
        for row in rows:
            row["late"] = row["date"] < day
        return sorted(rows, key=lambda row: row["date"])

    def _get_step_rows(self, lasts):
        items = self._get_live_items().filtered("next_step_date")
        groups = items.grouped(lambda item: (item.next_stage_id, item.next_step_date))
        return [
            self._prepare_row(
                day,
                stage.name,
                "notice",
                self.env._("Because %s.", self._tell_ground(mine[0], lasts[mine[0]])),
                sum(mine.mapped("amount_open")),
            )
            for (stage, day), mine in groups.items()
        ]

    def _get_term_rows(self, day):
        """Return the last days to pay that still run, with what comes after them."""
        running = self.notice_ids.filtered(
            lambda n: n.state == "sent" and n.last_day and n.last_day >= day
        )
        rows = []
        for notice in running.filtered(lambda notice: notice._still_open_items()):
            after = []
            if any(fee.state == "announced" for fee in notice.fee_id):
                fee = self.currency_id.format(sum(notice.fee_id.mapped("amount_total")))
                after.append(self.env._("costs of %s can be charged", fee))
            if notice.names_suspension:
                after.append(self.env._("the cover can stop"))
            text = self.env._("After it %s.", ", ".join(after)) if after else ""
            title = self.env._("Last day to pay: %s", notice.stage_id.name or notice.name)
            rows.append(self._prepare_row(notice.last_day, title, "last_day", text, record=notice))
        return rows

    def _get_arrangement_rows(self):
        parts = self.running_arrangement_id.instalment_ids.filtered(lambda p: p.amount_open > 0)
        return [
            self._prepare_row(
                part.date,
                self.env._("Instalment %s", part.number),
                "arranged",
                self.env._("Missed") if part.missed_on else "",
                part.amount_open,
                part.arrangement_id,
            )
            for part in parts.sorted("date")[:MOST_INSTALMENTS]
        ]

    def _get_end_rows(self, day):
        """Return the ends of policies that were announced, and cover that comes back."""
        ends = self.termination_ids.filtered(lambda t: t.state in LIVE_STATES and t.ends_on)
        gaps = self._get_live_items().policy_ids.gap_ids
        back = gaps.filtered(lambda gap: gap.start <= day and gap.resume and gap.resume > day)
        return [
            self._prepare_row(
                end.ends_on, self.env._("The policy %s ends", end.policy_id.name), "terminated"
            )
            for end in ends
        ] + [
            self._prepare_row(
                gap.resume,
                self.env._("The policy %s has cover again", gap.policy_id.name),
                "resumed",
            )
            for gap in back
        ]
