"""Service messages: the insurer collects itself, the office warns about cover and helps.

They ask for nothing to be paid to the office, and announce no cost and no step of the office.
"""

from odoo import models

from ..law.facts import SERVICE_KINDS


class ArrearsNotice(models.Model):
    _inherit = "arrears.notice"

    def _is_service(self):
        """Tell whether this letter is about premium that the insurer collects itself."""
        self.ensure_one()
        return self.kind in SERVICE_KINDS or self.case_id.collected_by == "insurer"

    # === WORDS === #

    def _get_text_words(self):
        words = super()._get_text_words()
        if self.kind not in SERVICE_KINDS:
            return words
        ended = self._get_ended_policies()
        stopped = self._get_gaps().policy_id
        health = self.policy_ids.filtered(lambda policy: policy.line_of_business == "health_basic")
        return words | {
            "may_stop": self._join(self.policy_ids - ended - stopped - health),
            "suspended": "" if stopped <= ended else words["suspended"],
            "ended": self._join(ended),
        }

    def _get_ended_policies(self):
        """Return the policies that have ended by the day of this letter."""
        self.ensure_one()
        return self.policy_ids.filtered(
            lambda policy: policy.end_date and policy.end_date <= self.date
        )

    def _get_gaps(self):
        gaps = super()._get_gaps()
        if self.kind in SERVICE_KINDS:
            ended = self._get_ended_policies()
            gaps = gaps.filtered(lambda gap: gap.policy_id not in ended)
        return gaps

    # === FACTS === #

    def _get_amount_to_pay(self):
        """Return what the customer has to pay to us: nothing, when the insurer collects itself."""
        if self.kind in SERVICE_KINDS:
            return 0.0
        return super()._get_amount_to_pay()

    def _get_bank_account(self):
        """Return the account that is paid to: the insurer's own, when it collects itself."""
        if self._is_service():
            return self.creditor_id.bank_ids[:1]
        return super()._get_bank_account()

    def _get_qr_code(self):
        return False if self._is_service() else super()._get_qr_code()

    def _get_register_number(self):
        return "" if self._is_service() else super()._get_register_number()

    def _get_vehicles(self):
        """Return the vehicles too whose cover the insurer may stop, or has stopped."""
        policies = super()._get_vehicles()
        if self.kind in SERVICE_KINDS:
            policies |= self.policy_ids.filtered(
                lambda policy: policy.licence_plate or policy.line_of_business == "motor"
            )
        return policies

    # === MANDATORY PARTS === #

    def _needs_part(self, part):
        if part == "cover":
            return any(policy.line_of_business != "health_basic" for policy in self.policy_ids)
        return super()._needs_part(part)

    def _missing_parts(self):
        missing = super()._missing_parts()
        if self._is_service() and self._names_our_account():
            missing = (*missing, "not_to_us")
        return missing

    def _names_our_account(self):
        """Tell whether the text has an account of the office, which nothing is to be paid to."""
        text = "".join(str(self.body_html or "").split())
        numbers = self.company_id.partner_id.bank_ids.mapped("sanitized_acc_number")
        return any(number and number in text for number in numbers)

    def _get_required_texts(self):
        texts = super()._get_required_texts()
        if self.kind not in SERVICE_KINDS:
            return texts
        health = self.policy_ids.filtered(lambda policy: policy.line_of_business == "health_basic")
        return texts | {
            "cover": (self.policy_ids - health).mapped("name"),
            "pay_insurer": [self.creditor_id.name],
        }

    def _get_part_words(self):
        return super()._get_part_words() | {
            "cover": self.env._("whose cover stops, may stop or has stopped"),
            "pay_insurer": self.env._("that the premium is paid to the insurer, and not to us"),
            "not_to_us": self.env._("a text without our own account: nothing is paid to us"),
        }
