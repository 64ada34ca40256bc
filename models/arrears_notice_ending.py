"""The end of a policy in the letters: announced as a consequence, told, and told to be off."""

from odoo import api, fields, models
from odoo.fields import Command

from ..law import notice as law_notice
from .arrears_notice import ANNOUNCING_KINDS

ENDING_MESSAGES = ("policy_ended", "policy_kept")
# Whose text announces that a policy can be ended.


class ArrearsNotice(models.Model):
    _inherit = "arrears.notice"

    names_termination = fields.Boolean(
        readonly=True,
        help="The notice names the end of a policy as a consequence (article 7:934 Civil Code).",
    )
    termination_id = fields.Many2one(
        "insurance.termination",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="The end of a policy that this letter tells of.",
    )

    @api.depends("termination_id.policy_id")
    def _compute_policy_ids(self):
        result = super()._compute_policy_ids()
        for notice in self:
            notice.policy_ids |= notice.termination_id.policy_id
        return result

    # === ANNOUNCED AS A CONSEQUENCE === #

    @api.model
    def _prepare_ending_vals(self, pairs, at_risk, later, day):
        """Return per action what its notice says about the end of policies.

        Only what can really follow is announced: the procedure has a termination, and the
        conditions of the policy name the ground.

        :param pairs: see ``_make_all``
        :param at_risk: dict from item to the policies whose cover it can cost
        :param later: for each pair the stages that may follow its own
        :return: dict from action to values
        """
        announcing = [
            (action, items)
            for (action, items), stages in zip(pairs, later, strict=True)
            if action.stage_id.kind in ANNOUNCING_KINDS and "termination" in stages.mapped("kind")
        ]
        policies = self.env["insurance.policy"]
        concerned = policies.union(
            *(at_risk[item] for _action, items in announcing for item in items)
        )
        endable = concerned._filter_conditions_name_ground(day).filtered(
            lambda policy: policy._runs_on(day)
        )
        found = {action: {} for action, _items in pairs}
        for action, items in announcing:
            named = policies.union(*(at_risk[item] for item in items)) & endable
            if named:
                found[action] = {"names_termination": True, "facts": {"may_end": named.ids}}
        return found

    def _get_named_endings(self):
        """Return the policies of which this notice says that they can be ended."""
        self.ensure_one()
        policies = self.env["insurance.policy"]
        if not self.names_termination:
            return policies
        if self._is_sample():
            return self.policy_ids
        return policies.browse((self.facts or {}).get("may_end", ()))

    def _missing_parts(self):
        missing = super()._missing_parts()
        if not self.names_termination:
            return missing
        parts = self._read_parts()
        by_law = law_notice.missing_parts(self._law_content(parts))
        lost = () if parts.get("termination") else ("termination",)
        return tuple(dict.fromkeys((*missing, *by_law, *lost)))

    def _get_required_texts(self):
        named = self._get_named_endings().mapped("name")
        return {**super()._get_required_texts(), "termination": named}

    def _get_part_words(self):
        return {
            **super()._get_part_words(),
            "termination": self.env._("which policy can be ended"),
            "ending": self.env._("which policy ends, and from which day there is no insurance"),
            "money": self.env._("the premium that is still due until the end"),
        }

    # === TOLD === #

    def _get_text_values(self):
        return {**super()._get_text_values(), "may_terminate": self.names_termination}

    def _get_words_of_message(self):
        words = super()._get_words_of_message()
        told = self.facts or {}
        ends_on = fields.Date.to_date(told.get("ends_on"))
        ending = self.termination_id.policy_id
        if self.kind == "policy_kept":
            still_due = self._format_positive(self.case_id.amount_due)
            words |= {"still_due": still_due}
        return {
            **words,
            # By number only: the list of what is open tells which insurance has it.
            "may_end": self._join_texts(self._get_named_endings().mapped("name")),
            "ended": self._join_ended(),
            "ending": self._join(ending),
            "ends_on": self._format_day(ends_on),
            "uncovered_since": self._format_day(
                ending.gap_ids.filtered(lambda gap: not gap.resume)[:1].start
            ),
            "due_until_end": self._format_fact(told.get("due")),
            "off_after_end": self._format_fact(told.get("off")),
            "refund": self._format_fact(told.get("refund")),
            "warned_number": told.get("warned_number") or "",
            "warned_day": self._format_day(fields.Date.to_date(told.get("warned_day") or False)),
            "letter_number": self.termination_id.letter_id.name or "",
            "letter_day": self._format_day(self.termination_id.letter_id.date),
        }

    def _join_ended(self):
        """Return the policies of a step that have ended, each with its first day without."""
        if self._is_message() or self._is_sample():
            return ""
        ended = self.policy_ids.filtered(lambda policy: not policy._runs_on(self.date))
        return self._join_texts(
            [
                self.env._(
                    "%(policy)s (from %(day)s)",
                    policy=self._policy_label(policy),
                    day=self._format_day(policy.end_date, "d MMMM y"),
                )
                for policy in ended
            ]
        )

    def _get_required_texts_of_message(self):
        texts = super()._get_required_texts_of_message()
        if self.kind not in ENDING_MESSAGES:
            return texts
        words = self._get_words_of_message()
        return {
            **texts,
            "ending": [*self.termination_id.policy_id.mapped("name"), words["ends_on"]],
            "money": [words["due_until_end"], words["off_after_end"], words["refund"]],
        }

    # === FACTS === #

    def _get_unpaid_items(self):
        """Return what has to be paid before the policy of this letter goes on."""
        if self.kind != "policy_ended":
            return super()._get_unpaid_items()
        if self._is_sample():
            return self.env["arrears.item"]
        return self.termination_id._get_overdue_items()

    def _get_vehicles(self):
        vehicles = super()._get_vehicles()
        if self.kind != "policy_ended":
            return vehicles
        return vehicles | self.termination_id.policy_id.filtered(
            lambda policy: policy._is_vehicle()
        )

    def _get_gaps(self):
        """Return the gaps that this notice tells of; paying ends none of a policy that ended."""
        gaps = super()._get_gaps()
        if self._is_message():
            return gaps
        return gaps.filtered(lambda gap: gap.policy_id._runs_on(self.date))

    # === WHAT BECAME OF THE LETTER === #

    def _is_outdated(self):
        """Tell whether what was to be paid for the policy has changed since the letter was made."""
        if super()._is_outdated():
            return True
        record = self.termination_id
        if self.kind != "policy_ended" or not record:
            return False
        ends_on = record.stated_ends_on
        premiums = record._get_premium_left({record: ends_on})[record] if ends_on else []
        unpaid = sum(row.unpaid - row.reduction.off_unpaid for row in premiums)
        return bool(self.currency_id.compare_amounts(float(unpaid), record.premium_due))

    def _withdraw_outdated(self, day):
        """Also keep back the letter of an end that something stands in the way of by now."""
        letters = self.filtered(
            lambda notice: notice.kind == "policy_ended" and notice.state == "queued"
        )
        blockers = letters.termination_id._get_blockers(day) if letters else {}
        stopped = letters.filtered(lambda notice: blockers.get(notice.termination_id))
        for letter in stopped:
            codes = blockers[letter.termination_id]
            words = map(letter.termination_id._describe_blocker, codes)
            reason = " ".join(dict.fromkeys(words))
            letter._take_term_away(day, reason, state="withdrawn")
            letter.write({"withdrawn_on": day, "withdraw_reason": reason})
            letter._record_history("withdrawn", day, reason=reason)
        return super(ArrearsNotice, self - stopped)._withdraw_outdated(day)

    def withdraw(self, day, reason):
        # A letter that ends a policy is what two managers decided on; a handler cannot undo it.
        if self.filtered(lambda notice: notice.kind == "policy_ended"):
            self.env["insurance.termination"]._check_manager()
        return super().withdraw(day, reason)

    def _mark_sent(self, day):
        fees = super()._mark_sent(day)
        self._get_live_letters()._letter_received()
        return fees

    def _prove_receipt(self, day, source):
        result = super()._prove_receipt(day, source)
        self._get_live_letters()._letter_received()
        return result

    def _get_live_letters(self):
        """Return the terminations whose letter is one of these and was sent."""
        sent = self.filtered(lambda n: n.kind == "policy_ended" and n.state == "sent")
        return sent.termination_id.filtered(lambda record: record.letter_id in sent)

    def _take_term_away(self, day, reason, state="failed"):
        result = super()._take_term_away(day, reason, state)
        lost = self.filtered(lambda notice: notice.kind == "policy_ended").termination_id
        lost.filtered(lambda record: record.letter_id in self)._lose_letter(day, reason)
        return result

    # === LETTERS THAT ARE NO STEP === #

    @api.model
    def _tell_cover(self, run):
        # First, since it tells of cover that is back as well.
        self.env["insurance.termination"]._tell(run)
        return super()._tell_cover(run)

    # === SAMPLES === #

    @api.model
    def _prepare_sample_vals(self, fee, suspension):
        vals = super()._prepare_sample_vals(fee, suspension)
        told = {
            "ends_on": "2027-01-05",
            "due": "67.80",
            "off": "12.34",
            "refund": "5.67",
            "warned_number": "AN/0000/00001",
            "warned_day": str(vals["date"]),
        }
        return {**vals, "facts": {**vals["facts"], **told}}

    @api.model
    def _make_sample(self, kind, stage, vals):
        stages = stage.procedure_id.stage_ids
        follows = not stage or "termination" in stages.mapped("kind")
        announces = kind in ANNOUNCING_KINDS and follows
        return super()._make_sample(kind, stage, {**vals, "names_termination": announces})

    @api.model
    def _tell_sample(self, notice, policy):
        result = super()._tell_sample(notice, policy)
        if notice.kind in ENDING_MESSAGES:
            record = self.env["insurance.termination"].new({"policy_id": policy})
            record.letter_id = self.new({"name": "AN/0000/00002", "date": notice.date})
            notice.termination_id = record
        if notice.kind == "policy_kept":
            gap = {"policy_id": policy, "start": notice.date, "resume": notice.stated_last_day}
            notice.resumed_gap_ids = [Command.create(gap)]
        return result
