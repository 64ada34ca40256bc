"""The way out that was agreed on is done: an arrangement, a pause, or a colleague is asked."""

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount, format_date

from ..models.arrears_arrangement_make import Terms
from ..models.arrears_item_ladder import to_decimal
from .arrears_help import PAID_LATER

# Ways that the policy administration works out.
ASKED = ("payment_method", "payment_term", "change_of_cover")
# Days after which a colleague looks whether somebody who said he would not pay has paid.
LAST_CHANCE_DAYS = 7


class ArrearsHelp(models.TransientModel):
    _inherit = "arrears.help"

    # === PREVIEW === #

    def _get_total(self):
        return sum((to_decimal(each.amount_open) for each in self._get_sources()), to_decimal(0.0))

    def _has_preview(self):
        return self.way in PAID_LATER

    def _get_preview_fields(self):
        return [*super()._get_preview_fields(), "way", "item_ids", "charges"]

    @api.depends("item_ids")
    def _compute_charge_amount(self):
        for form in self:
            form.charge_amount = sum(sum(c.mapped("amount_open")) for c in form._get_charges())

    def _get_terms(self):
        if self.way == "deferral" and self.first_day:
            return Terms(first_day=self.first_day, count=1)
        return super()._get_terms()

    @api.depends("way")
    def _compute_tell_text(self):
        for form in self:
            form.tell_text = form._get_tell_texts().get(form.way, False)

    def _get_tell_texts(self):
        """Return per way what the customer has to hear before it is agreed on."""
        return {
            "payment_method": self.env._(
                "With a direct debit the premium is taken from the account by itself. If there is "
                "too little on it, we write. What is overdue now has to be paid too: agree on that."
            ),
            "payment_term": self.env._(
                "Paying per month can cost a little more than per year: the insurer decides. It "
                "starts with the next premium. What is overdue now has to be paid too."
            ),
            "change_of_cover": self.env._(
                "Less cover means a lower premium, and less is paid in case of damage. Going back "
                "is not always possible. A car has to stay insured by law. What is overdue now has "
                "to be paid too."
            ),
            "debt_help": self.env._(
                "Help with debts is free and is given by the municipality. We send a letter that "
                "says where to find it. We pass nothing on, unless the customer agrees to it."
            ),
            "pay_now": self.env._("Send the payment reference, and thank the customer."),
            "last_chance": self.env._(
                "Tell what happens, and on which day, if nothing is paid: the costs, the cover. "
                "Name the help there is, and that an arrangement stays possible. The usual steps "
                "go on, not sooner and not harder."
            ),
        }

    # === APPLY === #

    def action_apply(self):
        """Record the answers and do what was agreed on.

        :raise UserError: in words, where it cannot be
        """
        self.ensure_one()
        # A handler may; the record rules say of which companies.
        self.env["arrears.run"].check_access("create")
        self.case_id.check_access("write")
        self.item_ids.check_access("read")
        if self.item_ids - self.available_item_ids:
            raise UserError(self.env._("Choose only what this customer can pay in this way."))
        assessment = self._record_assessment()
        done = self._apply_later() if self.way in PAID_LATER else self._apply_other()
        assessment.write(done)
        if self.way not in PAID_LATER:
            self._record_way_out()
            return {"type": "ir.actions.act_window_close"}
        return {
            "type": "ir.actions.act_window",
            "res_model": "arrears.arrangement",
            "res_id": done["arrangement_id"],
            "view_mode": "form",
            "views": [(False, "form")],
        }

    def _record_assessment(self):
        # Evidence: written by the service only, after the checks of action_apply.
        return (
            self.env["arrears.assessment"]
            .sudo()
            ._make(
                self.case_id,
                self.day,
                self._get_answers(),
                self.way,
                deviation=self.deviation_reason,
                note=self.deviation_note,
            )
        )

    def _record_way_out(self):
        # Everybody in the office sees the history: one word for all ways, since a word of its own
        # for help would tell who has debts elsewhere. The assessment tells the way.
        history = self.env["arrears.case.history"].sudo()  # rows that nobody writes by hand
        history._record(
            self.case_id, "way_out", self.day, reason=self.env._("Talked about what is possible")
        )

    # === PAID LATER === #

    def _apply_later(self):
        """Make the arrangement and start it, or ask the customer."""
        if not self.affordable:
            raise UserError(
                self.env._(
                    "Ask whether the customer can afford this. What cannot be afforded is not kept."
                )
            )
        self._get_plan()  # says in words what is wrong, before anything is waived
        if self.charges == "waive":
            self._waive_charges()
        service = self.env["arrears.arrangement"].sudo().with_company(self.company_id)
        made = service._make(
            service._get_sources(self.item_ids.sudo()),
            self._get_terms(),
            self.day,
            kind=self.way,
        )
        if not made.user_id:
            made.user_id = self.env.uid  # who spoke with the customer, where nobody handles it
        if self.acceptance == "phone":
            made.write({"accepted_on": self.day, "accepted_via": "phone"})
        self.env["arrears.arrangement"].browse(made.id).propose(self.day, needs_acceptance=True)
        return {"arrangement_id": made.id}

    def _waive_charges(self):
        fees, interests = self._get_charges()
        if not (fees or interests):
            return
        if not (self.waive_reason or "").strip():
            raise UserError(self.env._("Say why the fees and interest are waived."))
        self.env["arrears.fee.waive"].create(
            {
                "fee_ids": fees.ids,
                "interest_ids": interests.ids,
                "day": self.day,
                "reason": self.waive_reason.strip(),
            }
        ).action_waive()

    # === THE OTHER WAYS === #

    def _apply_other(self):
        """Do the other ways; return what came of it, as values of the assessment."""
        if not self.told:
            raise UserError(self.env._("Tell the customer what this means, and tick that you did."))
        if self.way == "debt_help":
            return self._apply_debt_help()
        if self.way in ASKED:
            names = dict(self._fields["way"]._description_selection(self.env))
            note = Markup("<p>%s</p><p>%s</p>") % (
                self.env._("The customer was told:"),
                self.tell_text,
            )
            if not self.policy_ids:
                raise UserError(self.env._("Choose the policies that it is about."))
            self.policy_ids.check_access("read")
            if self.policy_ids - self.case_id.policy_ids:
                raise UserError(self.env._("Choose policies of this customer only."))
            return {"activity_id": self._ask_administration(names[self.way], note)[0].id}
        if self.way == "last_chance":
            activity = self._ask_colleague(
                self.env._("Was it paid?"),
                self.env._("The customer got a last chance. The usual steps go on by themselves."),
                fields.Date.add(self.day, days=LAST_CHANCE_DAYS),
            )
            return {"activity_id": activity.id}
        return {}

    def _ask_administration(self, summary, note):
        """Ask a colleague to change these policies; nothing changes by itself.

        :return: an activity on each of the policies
        """
        user = self.activity_user_id or self.case_id._get_handlers()[self.case_id]
        return self.env["mail.activity"].union(
            *(
                policy.activity_schedule(
                    "mail.mail_activity_data_todo",
                    date_deadline=self.day,
                    summary=summary,
                    note=note,
                    user_id=user.id,
                )
                for policy in self.policy_ids
            )
        )

    def _ask_colleague(self, summary, note, day=None):
        [activity] = self.case_id._schedule_for_handler(
            day or self.day, summary, {self.case_id: note}
        )
        if self.activity_user_id:
            activity.user_id = self.activity_user_id
        return activity

    def _apply_debt_help(self):
        """Pause, send the leaflet, and with consent ask a colleague to pass on the least."""
        case = self.case_id
        if self.hold_until and self.hold_until < self.day:
            raise UserError(self.env._("The last day of the pause lies before today."))
        if self.referral_consent_date and self.referral_consent_date > self.day:
            raise UserError(self.env._("The day on which the customer agreed lies ahead."))
        # Letters and who gets help are written by the service, after the checks of action_apply.
        hold = self.env["arrears.hold"]._place(
            case, "debt_help", self.day, self.env._("Help offered"), end=self.hold_until
        )
        leaflet = (
            self.env["arrears.notice"]
            .sudo()
            .with_company(case.company_id)
            ._make_messages([{"case": case.sudo(), "kind": "help_leaflet"}], self.day)
        )
        done = {
            "hold_id": hold.id,
            "notice_id": leaflet.id,
            "referral_consent_date": self.referral_consent_date,
        }
        if self.referral_consent_date:
            self._ask_referral(hold)
            done["activity_id"] = hold.activity_ids.sorted("id")[-1:].id
        return done

    def _ask_referral(self, hold):
        """Ask a colleague of debt help to pass on who it is and how to reach him, no more.

        The activity is on the hold: it is seen by who may see that.
        """
        partner = self.partner_id
        rows = [
            partner.name,
            partner.phone or partner.email or "",
            self.env._("Our reference: %s", self.case_id.name),
            self.env._(
                "To pay: %s",
                format_amount(self.env, self.case_id.amount_due, self.currency_id),
            ),
        ]
        note = Markup("<p>%s</p><ul>%s</ul>") % (
            self.env._(
                "The customer agreed on %s. Pass on these data and nothing else:",
                format_date(self.env, self.referral_consent_date),
            ),
            Markup("").join(Markup("<li>%s</li>") % row for row in rows if row),
        )
        hold._ask(self.day, self.env._("Pass on to debt help"), note)
