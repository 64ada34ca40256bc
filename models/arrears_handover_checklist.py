"""What has to be true before a case is handed over: facts tick it, ``law`` judges."""

from datetime import timedelta

from odoo import models
from odoo.tools import format_date

from ..law import facts as law_facts
from ..law import handover as law_handover
from .arrears_item_ladder import to_decimal
from .arrears_stage import STATUTORY_KINDS

FRESH_TERM = timedelta(days=law_facts.FRESH_TERM_DAYS)
# Codes of law.handover that one line of the checklist stands for.
CASE_ROWS = {
    "amount": ("nothing_open", "below_minimum"),
    "notice": ("no_notice", "notice_runs"),
    "announced": ("not_announced", "announcement_runs"),
    "under_way": ("under_way",),
    "hold": ("on_hold", "arrangement", "fresh_term"),
    "credit": ("payment_waits",),
}
COLLECTOR_ROWS = {
    "registered": ("no_registration_number", "unregistered"),
    "checked": ("not_checked",),
    "certified": ("not_certified", "certificate_expired"),
}


class ArrearsHandover(models.Model):
    _inherit = "arrears.handover"

    def _get_checklist(self, day):
        """Return what has to be true of the arrears and of the collector; see the mixin."""
        self.ensure_one()
        known = self._get_law_facts(day)
        blockers = law_handover.case_blockers(known, day)
        words = self._get_case_words(known, day)
        rows = [
            {
                "code": code,
                "label": label,
                "ok": not set(CASE_ROWS[code]) & {*blockers},
                "fact": fact,
            }
            for code, (label, fact) in words.items()
        ]
        return [*rows, *self._get_collector_rows(day)]

    # === THE ARREARS === #

    def _get_law_facts(self, day):
        """Return what ``law.handover`` asks about the premiums of this hand-over."""
        self.ensure_one()
        case, items = self.case_id, self._get_items()
        stage = self.action_id.stage_id
        minimum = max(self.company_id.arrears_handover_minimum, stage.minimum_amount)
        holds = items._get_holds()
        released = list(items._get_release_days(day).values())
        return law_handover.HandoverFacts(
            debtor=case._get_debtor_type(),
            amount_open=to_decimal(sum(self.line_ids.mapped("amount_open"))),
            notice_until=self._get_latest_day(items, STATUTORY_KINDS, "last_day"),
            announced_until=self._get_announced_until(items),
            minimum=to_decimal(minimum),
            on_hold=self._is_on_hold(items, holds, day),
            arrangement_active=bool(self.line_ids.item_id.arrangement_id),
            fresh_term_until=max(released) + FRESH_TERM if released else None,
            waiting_credit=case._get_waiting_credits().get(case, to_decimal(0)),
            under_way=bool(self._get_under_way(items, day)),
        )

    def _is_on_hold(self, items, holds, day):
        """Tell whether the case, or one of the premiums, is on hold; who asks need not see it."""
        whole = self.case_id._get_holds()[self.case_id]
        return bool(whole._active_on(day)) or any(holds[item]._active_on(day) for item in items)

    def _get_items(self):
        """Return the premiums of this hand-over."""
        return self.line_ids.filtered(lambda line: line.kind == "principal").item_id

    def _get_sent_notices(self, item, kinds):
        """Return the notices of these kinds about an item that went out in its present cycle."""
        lines = item.notice_line_ids.filtered(lambda line: line.live and line.cycle == item.cycle)
        return lines.notice_id.filtered(
            lambda notice: notice.kind in kinds and notice.state == "sent"
        )

    def _get_latest_day(self, items, kinds, field):
        """Return the latest day that the last notices of these kinds name; None: one has none."""
        days = []
        for item in items:
            found = [day for day in self._get_sent_notices(item, kinds).mapped(field) if day]
            if not found:
                return None
            days.append(max(found))
        return max(days, default=None)

    def _get_announced_until(self, items):
        """Return the day that the announcement names.

        A procedure without an announcement of its own announces it in the final notice.
        """
        kinds = {stage.kind for ladder in items._get_ladders().values() for stage in ladder}
        if "handover_notice" in kinds:
            return self._get_latest_day(items, ("handover_notice",), "stated_last_day")
        return self._get_latest_day(items, ("final_notice",), "last_day")

    def _get_under_way(self, items, day):
        """Return the notices that have not left, or whose ended term was not dealt with yet."""
        notices = items.notice_line_ids.filtered("live").notice_id
        return notices.filtered(
            lambda notice: (
                notice.state == "queued"
                or (notice.fee_id._still_announced() and notice.last_day and notice.last_day < day)
            )
        )

    def _get_case_words(self, known, day):
        """Return per line of the checklist what has to be true, and what the database says."""
        money = self.currency_id.format
        under_way = self._get_under_way(self._get_items(), day)
        consumer = known.debtor == "consumer"
        return {
            "amount": (
                self.env._("Enough is open"),
                self.env._(
                    "%(open)s is open; the least is %(least)s.",
                    open=money(float(known.amount_open)),
                    least=money(float(known.minimum)),
                ),
            ),
            "notice": (
                self.env._("A 14-day notice was sent, and its term has passed"),
                self._say_until(
                    known.notice_until, self.env._("No such notice about each premium.")
                )
                if consumer
                else self.env._("A business needs none."),
            ),
            "announced": (
                self.env._(
                    "The hand-over was announced, and the day named in the letter has passed"
                ),
                self._say_until(
                    known.announced_until, self.env._("It was not announced for each premium.")
                ),
            ),
            "under_way": (
                self.env._("No letter or fee is under way"),
                self.env._("Under way: %s.", ", ".join(under_way.mapped("name")))
                if under_way
                else self.env._("Nothing is under way."),
            ),
            "hold": (
                self.env._("No hold, arrangement or fresh term gives the customer time"),
                self._say_pause(known, day),
            ),
            "credit": (
                self.env._("No payment or credit note waits to be matched"),
                self.env._("%s waits.", money(float(known.waiting_credit)))
                if known.waiting_credit
                else self.env._("Nothing waits."),
            ),
        }

    def _say_until(self, until, nothing):
        if not until:
            return nothing
        return self.env._("The last day was %s.", format_date(self.env, until))

    def _say_pause(self, known, day):
        """Return in words what gives the customer time; the kind of hold is not told."""
        if known.on_hold:
            return self.env._("The case is on hold.")
        if known.arrangement_active:
            return self.env._("A payment arrangement runs.")
        fresh = known.fresh_term_until
        if fresh and day <= fresh:
            return self.env._("A fresh term runs until %s.", format_date(self.env, fresh))
        return self.env._("Nothing does.")

    # === THE COLLECTOR === #

    def _get_collector_rows(self, day):
        """Return the lines about the collector; those that do not apply are left out."""
        partner = self.collector_id
        chosen = bool(partner.is_collector and partner.collector_kind)
        rows = [
            {
                "code": "collector",
                "label": self.env._("A collector is chosen"),
                "ok": chosen,
                "fact": partner.name or self.env._("Choose an agency, a bailiff or an advocate."),
            }
        ]
        if not chosen:
            return rows
        if partner.collector_kind != "agency":
            kinds = dict(partner._fields["collector_kind"]._description_selection(self.env))
            rows[0]["fact"] = self.env._(
                "%(name)s, %(kind)s: needs no registration and no certificate.",
                name=partner.name,
                kind=kinds[partner.collector_kind],
            )
            return rows
        blockers = partner._get_handover_blockers(day, self.company_id)
        words = self._get_collector_words()
        return rows + [
            {
                "code": code,
                "label": label,
                "ok": not set(COLLECTOR_ROWS[code]) & {*blockers},
                "fact": fact,
            }
            for code, (label, fact) in words.items()
            if code != "certified" or self.company_id.arrears_handover_certified
        ]

    def _get_collector_words(self):
        """Return per line about an agency what has to be true, and what its contact says."""
        partner = self.collector_id
        number, since = partner.collector_register_number, partner.collector_registered_from
        until, checked = partner.collector_registered_until, partner.collector_checked_on
        if number and since:
            registered = self.env._(
                "Number %(number)s, from %(since)s to %(until)s.",
                number=number,
                since=format_date(self.env, since),
                until=format_date(self.env, until) if until else self.env._("an unknown end"),
            )
        else:
            registered = self.env._("Its number and first day are not on its contact.")
        certificates = dict(
            partner._fields["collector_certificate"]._description_selection(self.env)
        )
        certificate = partner.collector_certificate
        return {
            "registered": (
                self.env._("It is in the register of collectors on this day"),
                registered,
            ),
            "checked": (
                self.env._("A colleague looked it up in the register in the last twelve months"),
                self.env._("Checked on %s.", format_date(self.env, checked))
                if checked
                else self.env._("It was never checked."),
            ),
            "certified": (
                self.env._("It has a valid certificate of NVI or SCRM"),
                self.env._(
                    "%(kind)s %(number)s, until %(until)s.",
                    kind=certificates[certificate],
                    number=partner.collector_certificate_number or "",
                    until=format_date(self.env, partner.collector_certified_until) or "?",
                )
                if certificate
                else self.env._("No certificate is on its contact."),
            ),
        }
