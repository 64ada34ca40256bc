"""The steps of a registration, each a person's button: nothing here runs by itself."""

from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from ..law import cis
from .cis_registration import REMOVAL_REASONS
from .cis_registration_checklist import ROW_OF_CODE

GROUP_CIS = "premium_arrears.group_cis"
GROUP_MANAGER = "premium_arrears.group_manager"
# These say for themselves why a registration goes; others ask for words.
PLAIN_REASONS = ("expired", "clean_slate")


class CisRegistration(models.Model):
    _inherit = "cis.registration"

    # === PROPOSE, APPROVE, REGISTER === #

    def propose(self, day):
        """Propose these registrations on ``day``, when every fact allows it.

        :param day: business day, a date (or an ISO string)
        :raise UserError: names each fact that does not
        """
        day = self._start_step(day, ("draft",))
        records = self.sudo()  # evidence: written by the service only, after the check above
        records._find_cases()
        records._check_ready(day)
        for record in records:
            record.write(
                {
                    "state": "proposed",
                    "proposed_by_id": self.env.uid,
                    "proposed_on": day,
                    "announced_notice_id": record._find_announcement().id,
                }
            )
        records._record_history(day)

    def approve(self, day):
        """Approve proposals of somebody else, and make the letters that tell the customers.

        :param day: business day, a date (or an ISO string)
        :raise UserError: for one's own proposal, or a fact that is not true any more
        """
        day = self._start_step(day, ("proposed",), GROUP_MANAGER)
        self._check_second_person()
        records = self.sudo()  # evidence: written by the service only, after the checks above
        records._check_ready(day)
        records.write({"state": "approved", "approved_by_id": self.env.uid, "approved_on": day})
        records._record_history(day)
        records._tell(day)

    def tell_again(self, day):
        """Make the letter anew that did not reach the customer, or that came back later.

        :param day: business day, a date (or an ISO string)
        """
        day = self._start_step(day, ("approved", "registered"))
        records = self.sudo()  # evidence: written by the service only, after the check above
        if any(record.told_notice_id.state in ("queued", "sent") for record in records):
            raise UserError(self.env._("The letter is under way, or was sent already."))
        records._tell(day)

    def _tell(self, day):
        """Make the letter of each registration; it goes out with the next run."""
        retention = self.env["cis.retention"]
        for company, records in self.grouped("company_id").items():
            years = retention._get_years(day, company)
            told = {r: r.told_years if r.state == "registered" else years for r in records}
            notices = self.env["arrears.notice"].with_company(company)
            letters = notices._make_messages(
                [
                    {"case": r.case_id, "kind": "cis_registered", "facts": {"years": told[r]}}
                    for r in records
                ],
                day,
            )
            for record, letter in zip(records, letters, strict=True):
                record.write({"told_notice_id": letter.id, "told_years": told[record]})

    def register(self, day, reference, expires_on=None):
        """Record that a registration was placed in CIS on ``day``.

        :param day: business day, a date (or an ISO string)
        :param reference: number that CIS gave it
        :param expires_on: first day on which it must be gone; None: as long as the customer was
            told, and never longer
        :raise UserError: while the customer was not told, or another fact is not true
        """
        self.ensure_one()
        day = self._start_step(day, ("approved",))
        self.env["arrears.run"]._refuse_future(day, self.company_id)
        record = self.sudo()  # evidence: written by the service only, after the check above
        record._check_ready(day)
        if not (reference or "").strip():
            raise UserError(self.env._("%s: which number did CIS give it?", record.display_name))
        expiry = self.env["arrears.run"]._to_day(expires_on) if expires_on else None
        record.write(
            {
                "facts": record._get_checklist(day),
                "state": "registered",
                "reference": reference.strip(),
                "registered_on": day,
                "registered_by_id": self.env.uid,
                "expires_on": record._check_expiry(day, expiry),
            }
        )
        record._record_history(day, reference.strip())

    def _check_expiry(self, day, expiry):
        """Return the first day without it; refuse one that is later than the customer was told."""
        self.ensure_one()
        expiry = expiry or cis.expires_on(day, self.told_years)
        if not cis.may_expire_on(day, expiry, self.told_years):
            raise UserError(
                self.env._(
                    "%(record)s: it cannot stand until %(expiry)s. The customer was told that it "
                    "is removed within %(years)s years.",
                    record=self.display_name,
                    expiry=expiry,
                    years=self.told_years,
                )
            )
        return expiry

    def refuse(self, day, reason):
        """Decide against a registration; who was told already, gets a correction.

        :param day: business day, a date (or an ISO string)
        :param reason: why, for the record
        """
        day = self._start_step(day, ("draft", "proposed", "approved", "asked_insurer"))
        self._check_words(reason)
        records = self.sudo()  # evidence: written by the service only, after the checks above
        records.write({"state": "refused", "refused_on": day, "refuse_reason": reason.strip()})
        for company, mine in records.grouped("company_id").items():
            letters = mine.told_notice_id.filtered(lambda n: n.state in ("queued", "sent"))
            letters.with_company(company)._withdraw(day, reason.strip())
        records._record_history(day, reason.strip())

    # === AN INTERMEDIARY === #

    def ask_insurer(self, day):
        """Record that an intermediary asked the insurer to register; it cannot do so itself.

        :param day: business day, a date (or an ISO string)
        :raise UserError: names each fact that stands in the way
        """
        day = self._start_step(day, ("draft",))
        records = self.sudo()  # evidence: written by the service only, after the check above
        records._find_cases()
        for record in records:
            record._check_may_ask(day)
        records.write({"state": "asked_insurer", "asked_on": day, "asked_by_id": self.env.uid})
        records._record_history(day)

    def record_answer(self, day, answer):
        """Record what the insurer answered.

        :param day: business day, a date (or an ISO string)
        :param answer: in words
        """
        day = self._start_step(day, ("asked_insurer",))
        self._check_words(answer)
        records = self.sudo()  # evidence: written by the service only, after the checks above
        if any(day < record.asked_on for record in records):
            raise UserError(self.env._("An insurer cannot answer before it was asked."))
        records.write({"insurer_answer": answer.strip(), "answered_on": day})
        records._record_history(day, answer.strip())

    # === KEEP, REMOVE === #

    def keep(self, day, reason):
        """Record that a person looked at a registration after payment and keeps it.

        :param day: business day, a date (or an ISO string)
        :param reason: why it is still in proportion
        :raise UserError: for a registration that must go
        """
        day = self._start_step(day, ("registered",), GROUP_MANAGER)
        self._check_words(reason)
        for record in self:
            if code := record._get_removal_reason(day):
                raise UserError(
                    self.env._(
                        "%(record)s cannot stay. %(why)s.",
                        record=record.display_name,
                        why=record._describe_attention(code),
                    )
                )
        records = self.sudo()  # evidence: written by the service only, after the checks above
        records.write({"reviewed_on": day, "review_note": reason.strip()})
        records._close_tasks(reason.strip())
        records._record_history(day, reason.strip())

    def remove(self, day, reason, note=""):
        """Record that registrations were removed from CIS on ``day``.

        :param day: business day, a date (or an ISO string)
        :param reason: a code of ``REMOVAL_REASONS``
        :param note: what was considered; asked for when the reason does not speak for itself
        """
        day = self._start_step(day, ("registered",), GROUP_MANAGER)
        if reason not in dict(REMOVAL_REASONS):
            raise UserError(self.env._("CIS, removal: %s is no reason.", reason))
        if reason not in PLAIN_REASONS:
            self._check_words(note)
        for record in self:
            record._check_removal(day, reason)
        records = self.sudo()  # evidence: written by the service only, after the checks above
        for record in records:
            record.write(
                {
                    "state": "expired" if day >= record.expires_on else "removed",
                    "removed_on": day,
                    "removed_by_id": self.env.uid,
                    "removal_reason": reason,
                    "removal_note": (note or "").strip(),
                }
            )
        records._close_tasks(note)
        records._record_history(day, note)

    def _check_removal(self, day, reason):
        self.ensure_one()
        if day < self.registered_on:
            raise UserError(
                self.env._(
                    "%(record)s was registered on %(day)s; it cannot be removed before that.",
                    record=self.display_name,
                    day=self.registered_on,
                )
            )
        if reason == "expired" and day < self.expires_on:
            raise UserError(
                self.env._(
                    "%(record)s expires on %(day)s; choose another reason.",
                    record=self.display_name,
                    day=self.expires_on,
                )
            )

    # === CHECKS === #

    def _start_step(self, day, states, group=GROUP_CIS):
        """Check who acts, on which day, and that these registrations are where the step begins.

        :return: the day as a date
        :raise AccessError: for who may not
        :raise UserError: for a registration in another state
        """
        self.check_access("write")
        if not self.env.user.has_group(group):
            raise AccessError(
                self.env._("Only a manager decides on a CIS registration.")
                if group == GROUP_MANAGER
                else self.env._("You have no rights on CIS registrations.")
            )
        day = self.env["arrears.run"]._to_day(day)
        words = dict(self._fields["state"]._description_selection(self.env))
        for record in self:
            if record.state not in states:
                raise UserError(
                    self.env._(
                        "%(record)s: this step cannot be taken from “%(state)s”.",
                        record=record.display_name,
                        state=words[record.state],
                    )
                )
        return day

    def _check_words(self, text):
        if not (text or "").strip():
            raise UserError(self.env._("CIS: say why, in words; it is kept with the registration."))

    def _check_may_ask(self, day):
        """Refuse to tell an insurer of a debt that is disputed, paused or settled."""
        self.ensure_one()
        known = self._read_facts(day)
        wrong = {ROW_OF_CODE[code] for code in cis.asking_blockers(known["law"], day)}
        if wrong:
            raise UserError(
                self.env._(
                    "%(record)s: the insurer cannot be asked:\n%(reasons)s",
                    record=self.display_name,
                    reasons="\n".join(
                        f"- {label}: {fact}"
                        for code, label, fact in self._describe_facts(known)
                        if code in wrong
                    ),
                )
            )

    def _record_history(self, day, reason=""):
        """Add a row to the history of each case: what became of the registration."""
        words = dict(self._fields["state"]._description_selection(self.env))
        self.env["arrears.case.history"]._record_each(
            [
                {
                    "case_id": record.case_id.id,
                    "event": "cis",
                    "day": day,
                    "policy_id": record.policy_id.id,
                    "notice_id": record.told_notice_id.id,
                    "user_id": self.env.uid,
                    "reason": ". ".join(filter(None, [words[record.state], reason])),
                    "why": {"rows": record._get_checklist(day)},
                }
                for record in self
                if record.case_id
            ]
        )

    # === BUTTONS === #

    def action_propose(self):
        """Button: propose today."""
        self.propose(fields.Date.context_today(self))

    def action_approve(self):
        """Button: approve today."""
        self.approve(fields.Date.context_today(self))

    def action_tell_again(self):
        """Button: make the letter anew today."""
        self.tell_again(fields.Date.context_today(self))

    def action_ask_insurer(self):
        """Button: the insurer was asked today."""
        self.ask_insurer(fields.Date.context_today(self))

    def action_open_register(self):
        """Button: ask the number at CIS, then register."""
        return self._open_decision("register", self.env._("Register"))

    def action_open_refuse(self):
        """Button: ask why, then refuse."""
        return self._open_decision("refuse", self.env._("Refuse"))

    def action_open_keep(self):
        """Button: ask why, then keep."""
        return self._open_decision("keep", self.env._("Keep with reason"))

    def action_open_remove(self):
        """Button: ask why, then record the removal."""
        return self._open_decision("remove", self.env._("Remove with reason"))

    def action_open_answer(self):
        """Button: ask what the insurer answered."""
        return self._open_decision("answer", self.env._("The insurer's answer"))

    def _open_decision(self, decision, name):
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": "cis.registration.decide",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_registration_ids": [fields.Command.set(self.ids)],
                "default_decision": decision,
            },
        }
