"""The public page "What happens if you do not pay": what it tells, from the live settings.

All is called as the service, in the language of the visitor; what comes back are plain words.
Nothing of a customer is in it: only settings of the office and figures of the law.
"""

from odoo import models
from odoo.fields import Domain

from ..law import cover, parameters
from .arrears_notice import TERM_KINDS


class ResCompany(models.Model):
    _inherit = "res.company"

    def _get_public_page(self, day):
        """Return what the page of this office tells on a day.

        :param day: business day: which stages, rules and figures of the law are in force
        :return: dict of words for the template ``public_page``
        """
        self.ensure_one()
        self = self.with_company(self)
        procedure = self._get_public_procedure()
        stages = procedure and procedure._get_stages_on(day)
        roles = self._get_public_roles(day)
        return {
            "steps": self._get_public_steps(stages),
            "advance": procedure.advance_days,
            "special": self._has_special_procedures(procedure),
            "stages": {stage.kind for stage in stages},
            "roles": roles,
            "tariff": self._get_public_tariff(day),
            "cumulation": self._get_public_cumulation(day),
            "vat": bool(self.arrears_fee_vat and self.arrears_fee_tax_id),
            "interest": self._describe_public_interest(day),
            "term_days": parameters.TERM_DAYS,
            "cover": self._describe_public_cover(roles, day),
            "motor": self._has_public_motor(),
            "smallest": self._page_money(self.arrears_arrangement_smallest),
        }

    def _page_money(self, amount):
        return self.env["arrears.case"]._page_amount(amount)

    # === THE STEPS === #

    def _get_public_procedure(self):
        """Return the procedure that most consumers of this office go by."""
        procedures = self.env["arrears.procedure"].search(
            Domain("company_id", "in", [self.id, False])
            & Domain("collected_by", "=", "office")
            & Domain("insurer_id", "=", False)
            & Domain("line_of_business", "=", False)
        )
        fitting = procedures.filtered(lambda p: p._fits_debtor("consumer"))
        chosen = self.arrears_procedure_id.filtered(
            lambda p: p.active and p.collected_by == "office" and p._fits_debtor("consumer")
        )
        return fitting.sorted(lambda p: p._rank())[:1] or chosen

    def _has_special_procedures(self, general):
        """Tell whether some insurances of consumers go by other steps than the general ones."""
        others = self.env["arrears.procedure"].search(
            Domain("company_id", "in", [self.id, False]) & Domain("id", "!=", general.id)
        )
        return any(p._fits_debtor("consumer") and p._specificity() for p in others)

    def _get_public_steps(self, stages):
        """Return the steps in their order: list of dicts with ``kind``, ``title``, ``texts``."""
        steps, before = [], None
        titles, words = self._get_public_titles(), self._get_public_step_words()
        for stage in stages:
            if stage.kind not in titles:
                continue
            texts = [self._describe_public_when(stage, before), words[stage.kind]]
            texts += self._describe_public_stage(stage)
            steps.append({"kind": stage.kind, "title": titles[stage.kind], "texts": texts})
            before = stage
        return steps

    def _get_public_titles(self):
        return {
            "reminder": self.env._("A reminder"),
            "formal_notice": self.env._("A letter that gives you 14 days"),
            "final_notice": self.env._("A last letter"),
            "handover_notice": self.env._("A letter before a collection agency comes"),
            "handover": self.env._("The collection agency"),
            "termination": self.env._("The end of your insurance"),
        }

    def _get_public_step_words(self):
        return {
            "reminder": self.env._("You may have forgotten it. A reminder costs nothing."),
            "formal_notice": self.env._(
                "You get at least %s days to pay without costs. They count from the day after you "
                "have received the letter. The letter tells you the last day, and what happens "
                "after it.",
                parameters.TERM_DAYS,
            ),
            "final_notice": self.env._(
                "We ask you once more to pay, or to call us. We still like to find a solution "
                "with you."
            ),
            "handover_notice": self.env._(
                "We tell you to whom we will give it, and until which day you can still pay us or "
                "make an arrangement with us."
            ),
            "handover": self.env._(
                "A colleague of ours first looks at it by hand. Then a collection agency asks you "
                "for the money. If it goes to court in the end, more costs can come: of the "
                "bailiff and of the court."
            ),
            "termination": self.env._(
                "A colleague of ours first looks at it by hand, and you get a letter with the day."
            ),
        }

    def _describe_public_when(self, stage, before):
        """Return when a stage comes at the earliest, counted from the step before it."""
        count = self._describe_public_days(stage)
        if not before:
            return self.env._("%s after the day on which you had to pay.", count)
        if before.kind in TERM_KINDS:
            return self.env._(
                "Not paid yet? At the earliest %s after the last day to pay in the letter before.",
                count,
            )
        return self.env._("Not paid yet? At the earliest %s after the step before.", count)

    def _describe_public_days(self, stage):
        days = stage.delay_days
        if stage.delay_unit == "working_days":
            if days == 1:
                return self.env._("1 working day")
            return self.env._("%s working days", days)
        return self.env._("1 day") if days == 1 else self.env._("%s days", days)

    def _describe_public_stage(self, stage):
        texts = []
        if stage.charges_fee:
            texts.append(self.env._("After that last day, collection costs come."))
        if stage.names_suspension:
            texts.append(self.env._("After that last day, the cover can stop. See below."))
        if stage.asks_call:
            texts.append(self.env._("We also call you, to see together what is possible."))
        if stage.minimum_amount:
            texts.append(
                self.env._(
                    "We take this step only if %s or more is open.",
                    self._page_money(stage.minimum_amount),
                )
            )
        return texts

    # === COVER === #

    def _get_public_roles(self, day):
        """Return in which roles the office has insurances: who decides on cover."""
        running = Domain("end_date", "=", False) | Domain("end_date", ">", day)
        groups = self.env["insurance.policy"]._read_group(
            Domain("company_id", "=", self.id) & running, ["office_role"]
        )
        # Without insurances the milder role: such an office decides nothing about cover.
        return {role for (role,) in groups} or {"intermediary"}

    def _has_public_motor(self):
        policies, mine = self.env["insurance.policy"], Domain("company_id", "=", self.id)
        if policies.search_count(mine & Domain("line_of_business", "=", "motor"), limit=1):
            return True
        return bool(policies.search_count(mine & Domain("licence_plate", "!=", False), limit=1))

    def _describe_public_cover(self, roles, day):
        """Return what happens to the cover, as sentences."""
        texts = []
        if "authorised_agent" in roles:
            rules = self._get_public_cover_rules(day)
            general = rules.filtered(lambda rule: not rule._specificity())[:1]
            rule = general._to_law() if general else cover.LAW_ALONE
            texts.append(self._describe_public_stop(rule))
            texts.append(self._describe_public_return(rule))
            if rules - general:
                texts.append(
                    self.env._(
                        "For some insurances the conditions are milder or name other days. Your "
                        "letter tells which day holds for you."
                    )
                )
        if "intermediary" in roles:
            texts.append(
                self.env._(
                    "Your insurer decides whether the cover stops, if we only arranged the "
                    "insurance for you. By law it can do so at the earliest after the last day to "
                    "pay in a letter that gave you %s days and that told you so.",
                    parameters.TERM_DAYS,
                )
            )
        return texts

    def _get_public_cover_rules(self, day):
        return self.env["insurance.cover.rule"].search(
            Domain("company_id", "=", self.id)
            & Domain("date_from", "<=", day)
            & (Domain("date_until", "=", False) | Domain("date_until", ">=", day))
        )

    def _describe_public_stop(self, rule):
        """Return when cover stops at the earliest, by the rule of most insurances."""
        letter = self.env._("the letter that gave you %s days", parameters.TERM_DAYS)
        if rule.suspend_after == "final_notice":
            letter = self.env._("the last letter")
        if rule.grace_days:
            return self.env._(
                "Is the premium still not paid on the last day to pay of %(letter)s? Then we can "
                "stop the cover, at the earliest %(days)s days after that day. You are then not "
                "insured, and damage is not paid for.",
                letter=letter,
                days=rule.grace_days,
            )
        return self.env._(
            "Is the premium still not paid on the last day to pay of %s? Then we can stop the "
            "cover from the day after it. You are then not insured, and damage is not paid for.",
            letter,
        )

    def _describe_public_return(self, rule):
        if rule.resumption == "hours_24":
            text = self.env._(
                "You are insured again 24 hours after we have received all that was open for that "
                "insurance."
            )
        else:
            text = self.env._(
                "You are insured again from the day after we have received all that was open for "
                "that insurance."
            )
        if rule.resume_includes_costs:
            text += " " + self.env._("The collection costs for it have to be paid too.")
        return text
