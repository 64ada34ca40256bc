"""Was there cover on a day: the answer in words, for a colleague at the claims desk."""

from odoo import models
from odoo.tools import format_date

from ..law.cover_answer import LOOK_FURTHER


class InsurancePolicy(models.Model):
    _inherit = "insurance.policy"

    def _get_answer_words(self, found):
        """Return an answer as sentences, the reason that counts most first.

        :param found: ``law.cover_answer.Answer`` about this policy
        """
        self.ensure_one()
        texts = [self._describe_code(code, found) for code in (found.code, *found.also)]
        texts.append(self._describe_third_parties(found))
        if found.covered and self.collection_method == "insurer":
            texts.append(
                self.env._(
                    "The insurer collects this premium: a suspension is known here only when the "
                    "insurer told us."
                )
            )
        return [text for text in texts if text]

    def _get_answer_title(self, found):
        """Return an answer in two or three words."""
        if not found.covered:
            return self.env._("No cover")
        return {
            "insurer_decides": self.env._("Ask the insurer"),
            "first_premium_open": self.env._("Look in the policy conditions"),
            "amendment_premium_open": self.env._("Look in the policy conditions"),
            "covered_hour_counts": self.env._("Covered from a certain hour"),
        }.get(found.code, self.env._("Covered"))

    def _get_answer_colour(self, found):
        """Return the Bootstrap colour of an answer: success, danger or warning."""
        if not found.covered:
            return "danger"
        return "warning" if found.code in LOOK_FURTHER else "success"

    def _describe_code(self, code, found):
        """Return one reason of an answer as a sentence."""
        if not found.covered:
            return self._describe_no_cover(code, found)
        if code == "covered":
            return self._describe_cover(found)
        if code in ("first_premium_open", "amendment_premium_open"):
            return self._describe_premium(code, found)
        warned = found.warned
        words = {
            "last": self._format_claim_day(warned and warned.last_day),
            "stop": self._format_claim_day(found.first),
            "insurer": self.insurer_id.display_name,
        }
        return {
            "covered_hour_counts": self.env._(
                "The cover was suspended and came back in the course of this day, 24 hours after "
                "the payment. Compare the hour of the loss with the hour of the payment."
            ),
            "insurer_decides": self.env._(
                "A notice named suspension, and its last day to pay, %(last)s, passed unpaid. Not "
                "this office but %(insurer)s decides about cover: ask there whether there was any.",
                **words,
            ),
            "term_passed": self.env._(
                "There was cover. The last day to pay of a notice that named suspension, %(last)s, "
                "had passed unpaid, but the cover was not suspended on this day, and that is never "
                "done afterwards.",
                **words,
            ),
            "at_risk": self.env._(
                "There was cover. A notice that names suspension was under way: the last day to "
                "pay was %(last)s.",
                **words,
            ),
        }[code]

    def _describe_no_cover(self, code, found):
        if code == "not_started":
            return self.env._(
                "The policy started later, on %s.", self._format_claim_day(self.start_date)
            )
        if code == "ended":
            return self._describe_end()
        gap = self._get_answer_gap(found).sudo()
        days = {
            "first": self._format_claim_day(found.first),
            "last": self._format_claim_day(found.last),
        }
        if found.last and gap.resume:
            text = self.env._(
                "The cover was suspended from %(first)s up to and including %(last)s, because "
                "premium was not paid.",
                **days,
            )
        elif found.last:
            text = self.env._(
                "The cover was suspended from %(first)s, because premium was not paid, until the "
                "policy ended; the last day was %(last)s.",
                **days,
            )
        else:
            text = self.env._(
                "The cover is suspended since %(first)s, because premium was not paid, and has not "
                "been resumed.",
                **days,
            )
        told = {
            "insurer": self.env._("The insurer told us so."),
            "opening": self.env._("This was taken over from the office's earlier records."),
        }.get(gap.source)
        return f"{text} {told}" if told else text

    def _describe_end(self):
        """Return since when the policy has ended, and why if that is known."""
        day = self._format_claim_day(self.end_date)
        if self.end_reason == "non_payment":
            return self.env._(
                "The policy was ended because premium was not paid. The first day without cover "
                "was %s.",
                day,
            )
        return self.env._("The policy has ended. The first day without cover was %s.", day)

    def _describe_cover(self, found):
        days = {
            "first": self._format_claim_day(found.first),
            "last": self._format_claim_day(found.last),
        }
        if found.first and found.last:
            return self.env._(
                "There was cover from %(first)s up to and including %(last)s.", **days
            )
        if found.first:
            return self.env._("There has been cover since %(first)s, without a break.", **days)
        if found.last:
            return self.env._("There was cover up to and including %(last)s.", **days)
        return self.env._("No day without cover is known of this policy.")

    def _describe_premium(self, code, found):
        due = self._format_claim_day(found.premium and found.premium.due_date)
        if code == "first_premium_open":
            return self.env._(
                "The first premium, due on %s, was not paid on this day. The policy conditions say "
                "whether the cover had begun.",
                due,
            )
        return self.env._(
            "The premium of an amendment, due on %s, was not paid on this day. The policy "
            "conditions say whether what was amended was covered.",
            due,
        )

    def _describe_third_parties(self, found):
        """Return what injured third parties can claim although the policy gives no cover."""
        liability = found.liability
        if not liability:
            return ""
        if not liability.until:
            return self.env._(
                "No cover for the customer's own damage, but injured third parties are covered: "
                "RDW has not been told, and the insurer pays them until 16 days after it is told "
                "(article 13 WAM)."
            )
        until = self._format_claim_day(liability.until)
        if liability.on_day:
            return self.env._(
                "No cover for the customer's own damage, but injured third parties are covered "
                "until %s (article 13 WAM).",
                until,
            )
        return self.env._(
            "Injured third parties were covered until %s (article 13 WAM), so not on this day.",
            until,
        )

    def _format_claim_day(self, day):
        """Return a day written out in the user's language, such as 18 March 2026."""
        return format_date(self.env, day, date_format="d MMMM y") if day else ""
