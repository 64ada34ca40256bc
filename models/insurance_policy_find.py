"""A policy found by what a caller has at hand: its number or the licence plate, however spelled."""

from odoo import api, fields, models
from odoo.fields import Domain

PLATE_LENGTH = 6


def to_key(text):
    """Return a number or plate as it is looked up: its letters and digits, in capitals."""
    return "".join(sign for sign in (text or "").upper() if sign.isalnum())


def looks_like_plate(key):
    """Tell whether a key can be a Dutch licence plate: six signs, both letters and digits."""
    return len(key) == PLATE_LENGTH and not key.isalpha() and not key.isdigit()


class InsurancePolicy(models.Model):
    _inherit = "insurance.policy"

    name_key = fields.Char(compute="_compute_keys", store=True, index=True)
    plate_key = fields.Char(compute="_compute_keys", store=True, index="btree_not_null")

    @api.depends("name", "licence_plate")
    def _compute_keys(self):
        for policy in self:
            policy.name_key = to_key(policy.name) or policy.name
            policy.plate_key = to_key(policy.licence_plate) or False

    @api.model
    def _find_for_claim(self, text, company):
        """Return the policies with a number or licence plate in any spelling, archived ones too.

        :param text: what somebody typed, such as GB-123-K or gb123k
        :param company: the company (or companies) whose policies are searched
        :return: none, one or several: a plate insured one after the other, a number that two
            insurers use; ``_choose_for_claim`` chooses by day
        """
        key = to_key(text)
        if not key:
            return self.browse()
        return self.with_context(active_test=False).search(
            Domain("company_id", "in", company.ids)
            & (Domain("name_key", "=", key) | Domain("plate_key", "=", key))
        )

    def _choose_for_claim(self, day):
        """Return those of these policies that ran on a day; when none did, all of them."""
        running = self.filtered(
            lambda policy: (
                not (policy.start_date and day < policy.start_date)
                and not (policy.end_date and day >= policy.end_date)
            )
        )
        return running or self

    @api.model
    def _explain_not_found(self, text):
        """Return in words why nothing was found for what somebody typed."""
        if looks_like_plate(to_key(text)):
            return self.env._(
                "No policy is known with number or licence plate “%s”. Look at the spelling, or "
                "find the customer and ask from there.",
                text.strip(),
            )
        return self.env._(
            "No policy is known with number “%s”, and it is not a Dutch licence plate: that has "
            "six letters and digits, such as GB-123-K.",
            text.strip(),
        )
