"""Can a customer not pay, or will he not: the few answers, what was proposed, what was chosen."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..law import calendar, ways_out
from .by_hand import check_by_hand, without_foreign_defaults
from .no_bsn import check_no_bsn

# Selections only: no income, no health, no story is asked or kept.
WILLING = [("yes", "Wants to pay"), ("no", "Does not want to pay"), ("unknown", "Not known")]
ABLE = [
    ("now", "Can pay it now"),
    ("later_at_once", "Can pay it later, at once"),
    ("in_parts", "Can pay it in parts"),
    ("not_at_all", "Cannot pay it"),
    ("unknown", "Not known"),
]
CAUSES = [("temporary", "It will pass"), ("lasting", "It will last"), ("unknown", "Not known")]
SEVERAL_DEBTS = [("yes", "Yes"), ("no", "No"), ("unknown", "Not known")]
WAYS = [
    ("arrangement", "Arrangement in instalments"),
    ("deferral", "Later, at once"),
    ("payment_method", "Another way of paying"),
    ("payment_term", "Month instead of year"),
    ("change_of_cover", "Change of cover"),
    ("debt_help", "Help with debts"),
    ("pay_now", "Pays now"),
    ("last_chance", "A last chance, then the usual steps"),
]
REASONS = [
    ("several_debts", "There are more debts: one creditor alone cannot solve that."),
    ("can_pay_later", "Everything can be paid on one later day."),
    ("parts_instead", "If that day is too far: in parts."),
    ("can_pay_in_parts", "A part of it can be paid each time."),
    ("nothing_for_now", "Nothing can be paid now, but this will pass."),
    ("nothing_to_pay_with", "There is nothing to pay with."),
    ("cause_lasts", "It will last: the next premiums have to become lower too."),
    ("year_at_once", "A premium per month is easier to pay than one per year."),
    ("premium_too_high", "The customer wants a lower premium."),
    ("no_direct_debit", "A direct debit is not forgotten."),
    ("can_pay_now", "The customer can pay and wants to."),
    ("can_but_will_not", "The customer can pay and does not want to: one fair last chance."),
    ("will_not_pay_unknown_why", "The customer does not want to pay: ask why, name the help."),
    ("able_unknown", "Not known: usually it is not that somebody does not want to pay."),
]
DEVIATIONS = [
    ("customer_wish", "The customer wants this"),
    ("not_possible", "What is proposed is not possible here"),
    ("tried_before", "What is proposed was tried before"),
    ("advised", "A helper of the customer advises this"),
    ("other", "Another reason"),
]
SEEN_BY = "premium_arrears.group_handler,premium_arrears.group_debt_help"
ANSWERS = (
    "willing",
    "able",
    "cause",
    "several_debts",
    "wants_lower_premium",
    "yearly_premium",
    "direct_debit",
)


class ArrearsAssessment(models.Model):
    _name = "arrears.assessment"
    _description = "Assessment of a Customer Who Does Not Pay"
    _check_company_auto = True
    _order = "day desc, id desc"
    _rec_name = "case_id"

    case_id = fields.Many2one(
        "arrears.case", required=True, readonly=True, index=True, ondelete="restrict"
    )
    partner_id = fields.Many2one(related="case_id.partner_id", store=True, index=True)
    company_id = fields.Many2one(related="case_id.company_id", store=True, index=True)
    day = fields.Date(required=True, readonly=True)
    user_id = fields.Many2one(
        "res.users", string="By", required=True, readonly=True, ondelete="restrict"
    )
    # === ANSWERS === #
    willing = fields.Selection(WILLING, string="Wish", required=True, readonly=True)
    able = fields.Selection(ABLE, string="Means", required=True, readonly=True)
    cause = fields.Selection(CAUSES, string="Lasts", required=True, readonly=True)
    several_debts = fields.Selection(
        SEVERAL_DEBTS, string="More debts", required=True, readonly=True
    )
    wants_lower_premium = fields.Boolean(readonly=True)
    yearly_premium = fields.Boolean(string="Pays per year", readonly=True)
    direct_debit = fields.Boolean(string="Pays by direct debit", readonly=True)
    situation = fields.Char(
        readonly=True, index=True, help="The answers together: the same for the same situation."
    )
    # === WAYS === #
    proposed_way = fields.Selection(WAYS, required=True, readonly=True)
    proposed_reason = fields.Selection(REASONS, required=True, readonly=True)
    chosen_way = fields.Selection(WAYS, required=True, readonly=True)
    deviates = fields.Boolean(readonly=True, help="Another way was chosen than was proposed.")
    deviation_reason = fields.Selection(DEVIATIONS, readonly=True)
    deviation_note = fields.Char(
        readonly=True, size=120, help="A few words. No income and no health, please."
    )
    # As for holds: who has debts elsewhere is for the group that works with debt help.
    is_private = fields.Boolean(readonly=True, index=True)
    # === WHAT CAME OF IT === #
    arrangement_id = fields.Many2one(
        "arrears.arrangement", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    hold_id = fields.Many2one(
        "arrears.hold", readonly=True, index="btree_not_null", ondelete="set null"
    )
    activity_id = fields.Many2one("mail.activity", readonly=True, ondelete="set null")
    notice_id = fields.Many2one(
        "arrears.notice", string="Leaflet", readonly=True, ondelete="restrict"
    )
    referral_consent_date = fields.Date(
        readonly=True, help="Day on which the customer agreed that we pass data on to debt help."
    )

    _deviation_has_reason = models.Constraint(
        "CHECK (NOT deviates OR deviation_reason IS NOT NULL)",
        "Another way than proposed needs a reason: the same situation gets the same treatment.",
    )

    @api.model
    def _advise(self, answers):
        """Return the ways out that fit these answers, the best first.

        :param answers: dict with the values of ANSWERS
        :return: tuple of ``law.ways_out.WayOut``
        """
        return ways_out.propose(ways_out.Assessment(**answers))

    @api.model
    def _make(self, case, day, answers, way, *, deviation=None, note=False):
        """Record an assessment; called as the service, after the caller's right was checked.

        :param answers: dict with the values of ANSWERS
        :param way: the way that was chosen
        :param deviation: why another way was chosen than was proposed, of DEVIATIONS
        :param note: the same in a few words, for "other"
        :raise UserError: when another way has no reason
        """
        best = self._advise(answers)[0]
        deviates = way != best.way
        note = (note or "").strip()
        if deviates and (not deviation or (deviation == "other" and not note)):
            raise UserError(
                self.env._(
                    "You choose another way than is proposed. Say why: customers in the same "
                    "situation are treated the same."
                )
            )
        return self.create(
            {
                **answers,
                "case_id": case.id,
                "day": day,
                "user_id": self.env.uid,
                "situation": ways_out.Assessment(**answers).situation,
                "proposed_way": best.way,
                "proposed_reason": best.reason,
                "chosen_way": way,
                "deviates": deviates,
                "is_private": way == "debt_help" or answers["several_debts"] == "yes",
                "deviation_reason": deviation if deviates else False,
                "deviation_note": note if deviates else False,
            }
        )

    @api.constrains("deviation_note")
    def _check_no_bsn(self):
        check_no_bsn(self, ("deviation_note",))

    @api.model_create_multi
    def create(self, vals_list):
        self, vals_list = without_foreign_defaults(self, vals_list, frozenset())
        for vals in vals_list:
            check_by_hand(self, vals, frozenset())
        return super().create(vals_list)

    def write(self, vals):
        check_by_hand(self, vals, frozenset())
        return super().write(vals)

    @api.model
    def _erase(self, day, company, limit=None):
        """Delete the assessments of cases that were closed long enough ago on ``day``.

        What somebody could not pay is kept no longer than what is private of a hold.

        :return: how many were deleted
        """
        months = company.arrears_debt_help_months
        closed = self.sudo().search(  # the schedule serves the group, it is no member of it
            [
                ("company_id", "=", company.id),
                ("case_id.closed_on", "<", calendar.add_months(day, -months)),
            ],
            limit=limit,
        )
        closed.with_context(arrears_erase=True).unlink()
        return len(closed)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_assessment(self):
        if self.env.su and self.env.context.get("arrears_erase"):
            return
        raise UserError(self.env._("An assessment is kept: it shows that all are treated alike."))


class ArrearsCase(models.Model):
    _inherit = "arrears.case"

    # What was asked and proposed is for who works the case, not for every colleague.
    assessment_ids = fields.One2many("arrears.assessment", "case_id", readonly=True, groups=SEEN_BY)
