"""The way of a hold: placed, extended, ended by a person or by its last day, looked at again."""

from datetime import timedelta

from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import format_date

from ..law import holds as law_holds
from .arrears_hold import GROUP, KINDS

SCOPE_OF = {
    "arrears.case": "case",
    "insurance.policy": "policy",
    "arrears.item": "item",
}
FIELD_OF = {
    "arrears.case": "case_id",
    "insurance.policy": "policy_id",
    "arrears.item": "item_id",
}


class ArrearsHold(models.Model):
    _inherit = "arrears.hold"

    # === PLACE === #

    @api.model
    def _place(
        self, target, kind, day, reason, *, end=None, scope=None, company=None, on=None, **facts
    ):
        """Put customers, cases, policies or invoices on hold, from a business day on.

        A handler may place a hold of any kind; one of debt help or insolvency he does not see
        afterwards, only that something is on hold. Which scope a kind has by itself tells
        ``law.holds``: debt help, insolvency and a death cover all of the customer, also what comes
        later; so does a hold on a contact.

        :param target: ``res.partner``, ``arrears.case``, ``insurance.policy`` or ``arrears.item``
        :param kind: a code of ``law.holds.KINDS``
        :param day: first day of the hold, a date (or an ISO string)
        :param reason: in a few words; no medical facts
        :param end: last day; of a kind that only a person ends it is the day to look again
        :param scope: "debtor", "case" or None: as the kind has it
        :param on: business day on which it is placed; None: its first day
        :param company: of a hold on contacts; None: the current one
        :param facts: ``helper_id``, ``helper_name``, ``contact``, ``stabilised_on``,
            ``offered_on``, ``agreed_on``, ``settled_until``, ``ruling_kind``, ``ruling_on``,
            ``ruling_number``, ``administrator_id``, ``review_on``, ``batch_id``
        :return: the holds as the service: the caller may not be allowed to read them
        :raise UserError: for a kind without an end that needs one, or days in the wrong order
        """
        self.check_access("create")
        target.check_access("read")
        company = company or self.env.company
        if not self.env.su and company not in self.env.companies:
            raise AccessError(self.env._("A hold is placed in a company that you work in."))
        day = self.env["arrears.run"]._to_day(day)
        end = self.env["arrears.run"]._to_day(end) if end else None
        on = self.env["arrears.run"]._to_day(on) if on else day
        self._check_days(kind, day, end)
        common = {
            "kind": kind,
            "start": day,
            "end": law_holds.last_day(kind, end),
            "review_on": law_holds.review_on(kind, day, end),
            "reason": reason,
            "placed_on": on,
            **facts,
        }
        vals_list = self._prepare_scope_vals(target, kind, scope, company)
        vals_list = [{**common, **vals} for vals in vals_list]
        # A handler records a hold that he may not see afterwards; his right was checked above.
        placed = self.sudo().create(vals_list)
        placed._take_effect(on)
        return placed

    @api.model
    def _prepare_scope_vals(self, target, kind, scope, company):
        """Return per record of a target what a hold on it covers."""
        model = target._name
        if model == "res.partner":
            debtors = target.commercial_partner_id
            return [
                {"scope": "debtor", "partner_id": debtor.id, "company_id": company.id}
                for debtor in debtors
            ]
        person = model == "arrears.case" and law_holds.rule(kind).scope == "debtor"
        scope = scope or ("debtor" if person else SCOPE_OF[model])
        vals_list, seen = [], set()
        for record in target:
            debtor = record.partner_id.commercial_partner_id
            vals = {"scope": scope, "partner_id": debtor.id, "company_id": record.company_id.id}
            if model == "arrears.item":
                vals["case_id"] = record.case_id.id
            if scope != "debtor" or model == "arrears.case":
                vals[FIELD_OF[model]] = record.id
            # Two cases of one customer need one hold that covers both.
            key = (debtor, record.company_id) if scope == "debtor" else record
            if key not in seen:
                vals_list.append(vals)
            seen.add(key)
        return vals_list

    @api.model
    def _check_days(self, kind, day, end):
        if kind not in law_holds.KINDS:
            raise UserError(self.env._("%s is no kind of hold.", kind))
        if not end and not law_holds.rule(kind).may_be_open:
            raise UserError(
                self.env._("%s: until which day? This hold ends by itself.", dict(KINDS)[kind])
            )
        if end and end < day:
            raise UserError(self.env._("The last day of a hold lies before its first day."))

    def _take_effect(self, day):
        """Work out at once what comes next for what these holds cover, as on ``day``."""
        self._stop_letters(day)
        items = self._get_items()
        items._follow_holds(day)
        items._project(day)

    def _stop_letters(self, day):
        """Withdraw the steps over what is on hold now that wait in a queue or in a pile."""
        notices = self._active_on(day)._get_items().notice_line_ids.notice_id
        for company, mine in notices.grouped("company_id").items():
            mine.with_company(company)._withdraw_outdated(day)

    # === END AND EXTEND === #

    def end_on(self, day, reason):
        """End these holds: ``day`` is their last day, and a fresh term follows.

        :param day: business day, a date (or an ISO string)
        :param reason: why, in a few words; it stays with the hold, not in the history
        :raise UserError: for what has ended, or has not begun by then
        """
        day = self._start_step(day, reason)
        if early := self.filtered(lambda hold: hold.start > day):
            raise UserError(
                self.env._(
                    "%(hold)s has not begun on %(day)s. Take it back instead.",
                    hold=early[0].display_name,
                    day=format_date(self.env, day),
                )
            )
        self._finish(day, reason, self.env.user)

    def extend(self, day, until, reason):
        """Let these holds last longer, or look again later where only a person ends them.

        :param day: business day, a date (or an ISO string)
        :param until: last day, or the day to look again
        :param reason: why, in a few words
        """
        day = self._start_step(day, reason)
        until = self.env["arrears.run"]._to_day(until)
        if until <= day:
            raise UserError(self.env._("Choose a day after today to extend the hold to."))
        service = self.sudo()  # state and warning are the engine's; the right was checked above
        for kind, mine in service.grouped("kind").items():
            mine.write(
                {
                    "end": law_holds.last_day(kind, until),
                    "review_on": law_holds.review_on(kind, day, until),
                    "warned": False,
                }
            )
        for hold in service:
            hold.reason = f"{hold.reason} / {reason}"
        service._close_activities()
        service._record_history(
            "held", day, self.env._("Extended until %s", format_date(self.env, until))
        )
        service._take_effect(day)

    def undo(self, day, reason):
        """Take these holds back as if they never were; only on the day they were placed.

        :raise UserError: for one of an earlier day: the customer may have counted on it
        """
        day = self._start_step(day, reason)
        for hold in self:
            if hold.start <= day and not law_holds.may_be_undone(min(hold.placed_on, day), day):
                raise UserError(
                    self.env._(
                        "%s was placed on an earlier day: the customer may count on it. End it; a "
                        "fresh term follows.",
                        hold.display_name,
                    )
                )
        service = self.sudo()  # state is the engine's; the right was checked above
        items = service._get_items()
        service.write(
            {"state": "withdrawn", "ended_by_id": self.env.uid, "end_reason": reason},
        )
        service._close_activities()
        service._record_history("hold_ended", day, self.env._("Taken back"))
        items._follow_holds(day)
        items._project(day)

    def _start_step(self, day, reason):
        """Check right, state and reason, and return the day as a date."""
        self.check_access("write")
        if not (reason or "").strip():
            raise UserError(self.env._("Say in a few words why."))
        day = self.env["arrears.run"]._to_day(day)
        over = self.filtered(lambda h: h.state != "running" or (h.end and h.end < day))
        if over:
            raise UserError(self.env._("%s is over already.", over[0].display_name))
        return day

    def _finish(self, day, reason, user=None, words=None):
        """End these on ``day``, keep that in the history and let the items go on after it."""
        service = self.sudo()  # state and history are the engine's; called after its checks
        service.write(
            {
                "end": day,
                "review_on": False,
                "state": "ended",
                "ended_by_id": user.id if user else False,
                "end_reason": reason,
            }
        )
        service._close_activities()
        service._record_history(
            "hold_ended", day, words or self.env._("A colleague ended it; a fresh term follows")
        )
        service._take_effect(day)

    # === CLEAN SLATE === #

    def grant_clean_slate(self, day, source):
        """Record that a settlement was completed with a clean slate (finale kwijting), and end it.

        The contact then carries the day and what shows it: registrations in CIS must be removed and
        earlier non-payment is no reason to refuse any more.

        :param day: business day on which the clean slate was granted
        :param source: what shows it, such as the letter of the helper
        """
        self.ensure_one()
        if not self.env.su and not self.env.user.has_group(GROUP):
            raise AccessError(self.env._("Only who may see debt help records a clean slate."))
        if self.kind not in law_holds.PRIVATE:
            raise UserError(self.env._("A clean slate follows debt help or insolvency."))
        self.end_on(day, source)
        # Who may see debt help need not be able to write contacts.
        self.sudo().partner_id.write({"clean_slate_date": day, "clean_slate_source": source})

    # === BY THE DAY === #

    @api.model
    def _follow_up(self, day, company):
        """Let holds begin and end by the day, and ask handlers to look where it is time.

        Called by the run, before it works out what comes next.

        :param day: business day
        :param company: the company whose holds are looked at
        """
        mine = Domain("company_id", "=", company.id) & Domain("state", "=", "running")
        service = self.sudo()  # those that a handler may not see too
        begun = service.search(mine & Domain("begun", "=", False) & Domain("start", "<=", day))
        begun.write({"begun": True})
        begun._wake_items()
        begun._stop_letters(day)
        over = service.search(mine & Domain("end", "<", day))
        over._wake_items()
        over.write({"state": "ended"})
        over._close_activities()
        for end, holds in over.grouped("end").items():
            holds._record_history(
                "hold_ended",
                end + timedelta(days=1),
                self.env._("Its last day has passed; a fresh term follows"),
            )
        service._end_needless(mine, day)
        service.env["arrears.followup.pause"]._follow_holds(day, company)
        service._warn(mine, day, company.arrears_hold_warn_days)
        service._ask_to_review(mine, day)

    @api.model
    def _end_needless(self, mine, day):
        """End the holds on a case or an invoice that is paid, where the kind ends by itself."""
        kinds = tuple(kind for kind, rule in law_holds.KINDS.items() if rule.ends_itself)
        needless = self.search(
            mine
            & Domain("kind", "in", kinds)
            & Domain("start", "<=", day)
            & (
                Domain("scope", "=", "case") & Domain("case_id.state", "=", "closed")
                | Domain("scope", "=", "item") & Domain("item_id.settled_on", "!=", False)
            )
        )
        if needless:
            words = self.env._("All was paid")
            needless._finish(day, words, words=words)

    @api.model
    def _warn(self, mine, day, days):
        """Tell the handler of holds that end soon, once."""
        soon = self.search(
            mine
            & Domain("warned", "=", False)
            & Domain("end", "!=", False)
            & Domain("end", "<=", day + timedelta(days=days))
        )
        soon.write({"warned": True})
        soon._ask(
            day,
            self.env._("A hold ends soon"),
            self.env._("Does it have to last longer? Extend it. Else a fresh term follows."),
        )

    @api.model
    def _ask_to_review(self, mine, day):
        """Ask to look again at holds without a last day, and choose the next time."""
        due = self.search(mine & Domain("end", "=", False) & Domain("review_on", "<=", day))
        asked = due.filtered("activity_ids")
        (due - asked)._ask(
            day,
            self.env._("Look at a hold again"),
            self.env._("How are things? It lasts until somebody ends it."),
        )
        for kind, holds in due.grouped("kind").items():
            holds.review_on = law_holds.review_on(kind, day)

    def _ask(self, day, summary, note):
        """Ask a colleague who may see each of these holds to look at it, in one batch."""
        todo = self.env.ref("mail.mail_activity_data_todo")
        users = self._get_colleagues()
        # The list of activities shows it; a mail for each would bury the handler.
        self.env["mail.activity"].with_context(mail_activity_quick_update=True).create(
            [
                {
                    "activity_type_id": todo.id,
                    "automated": True,
                    "date_deadline": day,
                    "note": note,
                    "res_model_id": self.env["ir.model"]._get_id(self._name),
                    "res_id": hold.id,
                    "summary": summary,
                    "user_id": users[hold].id,
                }
                for hold in self
            ]
        )

    def _get_colleagues(self):
        """Return who looks at each hold: the case's handler, if that one may see it."""
        cases = self.env["arrears.case"]
        group = self.env.ref(GROUP)
        # Who has which rights is for administrators to read; here only a name is looked up.
        trusted = group.sudo().all_user_ids.filtered("active").sorted("id")
        handlers = cases._get_first_colleagues(self.company_id)
        found = {}
        for hold in self:
            own = hold.case_id.user_id or hold.partner_id.arrears_case_ids.user_id[:1]
            there = trusted.filtered(lambda user, c=hold.company_id: c in user.company_ids)
            if hold.is_private:
                # A manager is in that group; without one nobody may be told.
                found[hold] = own if own in there else there[:1]
            else:
                found[hold] = own or handlers[hold.company_id] or self.env.user
        return found

    def _close_activities(self):
        """Take away what was asked about these holds."""
        self.sudo().activity_ids.filtered("automated").unlink()  # of other colleagues too

    def _record_history(self, event, day=None, reason=None):
        """Add a row to the history of each open case that these are about; never the kind."""
        rows, cases = [], self._get_cases_by_hold()
        for hold in self.sudo():  # the history is evidence, written by the service
            until = format_date(self.env, hold.end) if hold.end else None
            words = self.env._("Until %s", until) if until else self.env._("Until somebody ends it")
            rows += [
                {
                    "case_id": case.id,
                    "event": event,
                    "day": day or hold.start,
                    "reason": reason or words,
                    "policy_id": hold.policy_id.id,
                }
                for case in cases[hold]
            ]
        self.sudo().env["arrears.case.history"]._record_each(rows)
