"""What letters say of CIS: the announcement, and the letter at the registration itself."""

import re

from odoo import api, fields, models

CIS_KINDS = ("final_notice",)
CIS_PARTS = ("cis", "cis_term", "cis_rights")


class ArrearsNotice(models.Model):
    _inherit = "arrears.notice"

    announces_cis = fields.Boolean(
        string="Announces CIS",
        readonly=True,
        help="Says that the office can report the end of the insurance to CIS.",
    )
    cis_registration_ids = fields.One2many(
        "cis.registration",
        "told_notice_id",
        string="CIS registrations",
        readonly=True,
        groups="premium_arrears.group_cis",
    )

    # === IS IT A REAL NEXT STEP === #

    @api.model
    def _make_all(self, pairs, day):
        notices = super()._make_all(pairs, day)
        last = [
            notice.id
            for (action, _items), notice in zip(pairs, notices, strict=True)
            if action.stage_id.kind in CIS_KINDS
        ]
        self.browse(last)._announce_cis(day)
        return notices

    def _announce_cis(self, day):
        """Let new notices announce CIS, where it is a real next step and only there.

        The office takes part, a termination can follow, and a policy here can be registered.
        """
        registrable = self.policy_ids._may_be_registered(day)
        self.filtered(
            lambda notice: (
                notice.policy_ids & registrable
                and "termination" in notice._get_later_stages().mapped("kind")
            )
        ).write({"announces_cis": True})

    def _get_announced_policies(self):
        """Return the policies of which this notice says that their end can be registered."""
        self.ensure_one()
        if not self.announces_cis:
            return self.env["insurance.policy"]
        # A sample lives in memory, in an office that may not take part (yet).
        return (
            self.policy_ids if self._is_sample() else self.policy_ids._may_be_registered(self.date)
        )

    def _announced_cis_of(self, policy):
        """Tell whether the text as it was sent announced this policy, over what is still unpaid.

        Premium that was paid since then and that is open again asks for a fresh announcement.
        """
        self.ensure_one()
        text = self._read_parts().get("cis", "")
        named = re.search(rf"(?<!\w){re.escape(policy.name)}(?!\w)", text)
        if not named:
            return False
        return not self.line_ids or policy in self._still_open_items().policy_ids

    # === WORDS === #

    def _get_text_values(self):
        return {**super()._get_text_values(), "may_register": self._may_follow_in_cis()}

    def _may_follow_in_cis(self):
        """Tell whether a registration can follow the end of the policy that this letter tells of.

        Only when a notice that was sent has announced it: this letter does not replace that.
        """
        self.ensure_one()
        ending = self.termination_id.policy_id
        if self.kind != "policy_ended" or not ending._may_be_registered(self.date):
            return False
        announced = self.case_id.notice_ids.filtered(
            lambda notice: notice.announces_cis and notice.state == "sent"
        )
        return any(notice._announced_cis_of(ending) for notice in announced)

    def _get_text_words(self):
        return super()._get_text_words() | self._get_words_of_cis()

    def _get_words_of_cis(self):
        """Return what a letter tells of CIS: which insurance, why, for how long."""
        self.ensure_one()
        registration = self._get_told_registration()
        policy, announced = registration.policy_id, registration.announced_notice_id
        return {
            "cis_numbers": self._join_texts(self._get_announced_policies().mapped("name")),
            "cis_policies": self._join(policy),
            "cis_insurer": policy.insurer_id.name or "",
            "cis_ended": self._format_day(policy.end_date),
            "cis_number": announced.name or "",
            "cis_day": self._format_day(announced.date),
            "cis_years": self._get_years_in_words(),
        }

    def _get_told_registration(self):
        """Return the registration that this letter tells of."""
        self.ensure_one()
        # The letter tells it to the customer himself, whoever renders it.
        return self.sudo().cis_registration_ids[:1]

    def _get_years_in_words(self):
        """Return how long a registration stands at most, as a letter says it; else nothing."""
        self.ensure_one()
        if not self.announces_cis and self.kind != "cis_registered":
            return ""
        told = (self.facts or {}).get("years")
        years = told or self.env["cis.retention"]._get_years(self.date, self.company_id)
        return self.env._("one year") if years == 1 else self.env._("%s years", years)

    # === PARTS === #

    def _get_parts_needed(self):
        announced = CIS_PARTS if self.announces_cis else ()
        return (*super()._get_parts_needed(), *announced)

    def _get_required_texts(self):
        notice = self.with_context(lang=self.lang)
        policies = notice._get_announced_policies() | notice._get_told_registration().policy_id
        return super()._get_required_texts() | {
            "cis": ["CIS", *policies.mapped("name")],
            "cis_term": [notice._get_years_in_words()],
            "cis_rights": ["stichtingcis.nl"],
        }

    def _get_part_words(self):
        return super()._get_part_words() | {
            "cis": self.env._("what is reported to CIS, and for which policy"),
            "cis_term": self.env._("how long it stays in CIS"),
            "cis_rights": self.env._("how to look into CIS, object and complain"),
        }

    # === WHO SEES IT === #

    def _is_confidential(self):
        """Tell whether a letter is about a registration, the correction of one included."""
        self.ensure_one()
        return "cis_registered" in (self.kind, self.corrects_id.kind)

    def _prepare_mail_vals(self):
        values = super()._prepare_mail_vals()
        if self._is_confidential() or self.kind == "help_leaflet":
            # Who starts a run would be its author, and an author may read what he wrote.
            values["author_id"] = self.env.ref("base.partner_root").id
        return values

    def _tell_failure(self, day, reason):
        """Tell who may see a registration that its letter failed, not the handler of the case."""
        secret = self.filtered(lambda notice: notice._is_confidential())
        registrations = (secret | secret.corrects_id).sudo().cis_registration_ids
        registrations._tell_letter_failed(day, reason)
        return super(ArrearsNotice, self - secret)._tell_failure(day, reason)

    def _post_letters(self, day):
        """Post letters; those about CIS only by who may see them and has them in hand."""
        if self.env.user.has_group("premium_arrears.group_cis"):
            return super()._post_letters(day)
        open_letters = self.filtered(lambda notice: not notice._is_confidential())
        return super(ArrearsNotice, open_letters)._post_letters(day)

    # === BEFORE IT LEAVES === #

    def _withdraw_outdated(self, day):
        """Also keep back the letter about a registration that may not go on any more."""
        stopped = self.filtered(
            lambda notice: (
                notice.kind == "cis_registered"
                and notice.state == "queued"
                and not notice._get_told_registration()._may_tell(day)
            )
        )
        if stopped:
            reason = self.env._("The registration in CIS cannot go on")
            stopped._take_term_away(day, reason, state="withdrawn")
            stopped.write({"withdrawn_on": day, "withdraw_reason": reason})
            stopped._record_history("withdrawn", day, reason=reason)
        return super(ArrearsNotice, self - stopped)._withdraw_outdated(day)

    # === SAMPLES === #

    @api.model
    def _make_sample(self, kind, stage, vals):
        return super()._make_sample(kind, stage, {**vals, "announces_cis": kind in CIS_KINDS})

    @api.model
    def _tell_sample(self, notice, policy):
        told = super()._tell_sample(notice, policy)
        if notice.kind == "cis_registered":
            policy.end_date = notice.date
            announced = self.new({"name": "AN/0000/00001", "date": notice.date})
            notice.cis_registration_ids = [
                fields.Command.create({"policy_id": policy, "announced_notice_id": announced})
            ]
        return told
