"""Was there cover? One look for the claims desk: a policy or plate and a day in, the answer out."""

from odoo import api, fields, models
from odoo.tools import format_date


class InsuranceCoverCheck(models.TransientModel):
    _name = "insurance.cover.check"
    _description = "Was there cover?"

    search_text = fields.Char(string="Policy number or licence plate")
    day = fields.Date(
        string="Day of loss",
        default=fields.Date.context_today,
        help="The day on which the damage happened.",
    )
    # Filled by the buttons on a policy and on a contact: nothing has to be typed there.
    policy_id = fields.Many2one("insurance.policy", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    policy_ids = fields.Many2many(
        "insurance.policy",
        string="Policies",
        compute="_compute_policy_ids",
        context={"active_test": False},
    )
    message = fields.Char(compute="_compute_policy_ids")
    answer_html = fields.Html(string="Answer", compute="_compute_answer", sanitize=False)
    answer_text = fields.Text(compute="_compute_answer", help="For the claim file.")

    @api.depends_context("lang")
    def _compute_display_name(self):
        for check in self:
            check.display_name = self.env._("Was there cover?")

    @api.model
    def _open(self, **context):
        """Return the action that shows the answer over the page where it was asked."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "premium_arrears.insurance_cover_check_action"
        )
        # Nothing is to be typed: the day is not opened over the answer.
        view = self.env.ref("premium_arrears.insurance_cover_check_view_form_asked")
        return {
            **action,
            "target": "new",
            "views": [(view.id, "form")],
            "context": context,
        }

    @api.model
    def _get_start_action(self):
        """Return where the app opens: on the cases for who works them, else on this question."""
        handles = self.env.user.has_group("premium_arrears.group_handler")
        return self.env["ir.actions.act_window"]._for_xml_id(
            "premium_arrears.arrears_case_action"
            if handles
            else "premium_arrears.insurance_cover_check_action"
        )

    @api.depends("search_text", "day", "policy_id", "partner_id")
    def _compute_policy_ids(self):
        for check in self:
            policies, message = check._find()
            check.policy_ids = policies
            check.message = message

    def _find(self):
        """Return the policies that are meant, and what is wrong in words, or False."""
        self.ensure_one()
        nothing = self.env["insurance.policy"]
        text = (self.search_text or "").strip()
        if not (self.policy_id or self.partner_id or text):
            return nothing, False
        if not self.day:
            return nothing, self.env._("On which day was the loss? Fill in the day of loss.")
        today = fields.Date.context_today(self)
        if self.day > today:
            return nothing, self.env._(
                "%(day)s lies in the future. Cover is known up to today, %(today)s.",
                day=format_date(self.env, self.day),
                today=format_date(self.env, today),
            )
        if self.policy_id:
            return self.policy_id, False
        if self.partner_id:
            return self._find_of_customer()
        found = nothing._find_for_claim(text, self.env.companies)
        if not found:
            return nothing, nothing._explain_not_found(text)
        return found._choose_for_claim(self.day), False

    def _find_of_customer(self):
        customer = self.partner_id.commercial_partner_id
        policies = self.env["insurance.policy"].search(
            [
                ("partner_id", "child_of", customer.ids),
                ("company_id", "in", self.env.companies.ids),
            ]
        )
        if not policies:
            return policies, self.env._("No policy of %s is known.", customer.display_name)
        return policies, False

    @api.depends_context("lang", "tz", "allowed_company_ids")
    @api.depends("policy_ids", "message")
    def _compute_answer(self):
        for check in self:
            check.answer_html = check.answer_text = False
            policies = check.policy_ids._origin
            if not policies:
                continue
            answers = policies._coverage_answers(policies._to_claim_day(check.day))
            cards = [check._prepare_card(*pair) for pair in answers.items()]
            check.answer_html = self.env["ir.qweb"]._render(
                "premium_arrears.cover_check_answer",
                {
                    "cards": cards,
                    "detail": check._prepare_detail(policies, cards[0]) if len(cards) == 1 else {},
                    "several": check._describe_several(cards),
                    "companies": len(self.env.companies) > 1,
                },
            )
            check.answer_text = check._write_text(cards)

    def _prepare_card(self, policy, found):
        """Return one policy's answer as the page shows it."""
        notice = policy._get_answer_notice(found).sudo()
        words = policy._get_answer_words(found)
        return {
            "colour": policy._get_answer_colour(found),
            "title": policy._get_answer_title(found),
            "day": policy._format_claim_day(self.day),
            "reason": words[0],
            "others": words[1:],
            "found": found,
            "policy": policy,
            "name": policy._get_banner_name(),
            "policy_url": f"/odoo/insurance-policies/{policy.id}",
            "notice": notice,
            "notice_text": policy._describe_notice(notice),
            "notice_url": f"/odoo/arrears-notices/{notice.id}",
        }

    def _prepare_detail(self, policy, card):
        """Return what is shown below a single answer: payments and cases."""
        found = card["found"]
        until = found.last and max(found.last, self.day) if found.suspension else self.day
        if found.suspension and not found.last:
            until = None
        cases = policy._get_claim_cases(self.day)
        return {
            "payments": policy._get_payment_rows(until),
            "cases": [(case.name, f"/odoo/arrears/{case.id}") for case in cases],
            "money": lambda amount: policy.currency_id.format(float(amount)),
            "day": lambda day: format_date(self.env, day),
            "others": self._get_other_policies(policy),
        }

    def _get_other_policies(self, chosen):
        """Return what else has the same number or plate, each as text and address."""
        if self.policy_id or self.partner_id:
            return []
        found = chosen._find_for_claim(self.search_text, self.env.companies) - chosen
        return [
            (
                self.env._(
                    "%(policy)s, %(insurer)s, has this number or licence plate too, but did not "
                    "run on this day.",
                    policy=policy._get_banner_name(),
                    insurer=policy.insurer_id.display_name,
                ),
                f"/odoo/insurance-policies/{policy.id}",
            )
            for policy in found
        ]

    def _describe_several(self, cards):
        """Return why more than one answer is shown, or False."""
        if len(cards) < 2 or self.partner_id:
            return False
        return self.env._(
            "%(count)s policies have the number or licence plate “%(text)s”. Look which one is "
            "meant.",
            count=len(cards),
            text=self.search_text.strip(),
        )

    def _write_text(self, cards):
        """Return the answer as plain text for the claim file, with who looked and when."""
        looked = self.env._(
            "Looked up by %(user)s on %(day)s.",
            user=self.env.user.name,
            day=format_date(self.env, fields.Date.context_today(self)),
        )
        return "\n\n".join([*(self._write_card(card) for card in cards), looked])

    def _write_card(self, card):
        policy = card["policy"]
        lines = [
            self.env._("Policy: %s", card["name"]),
            self.env._("Insurer: %s", policy.insurer_id.display_name),
            self.env._("Policyholder: %s", policy.partner_id.display_name),
            self.env._("Day of loss: %s", card["day"]),
            self.env._("Answer: %s", card["title"]),
            card["reason"],
            *card["others"],
            card["notice_text"],
        ]
        return "\n".join(line for line in lines if line)
