"""At once: which policy has no cover or may lose it, and what to do."""

from odoo import api, fields, models
from odoo.tools import format_date

MOST_POLICIES = 5


class InsurancePolicy(models.Model):
    _inherit = "insurance.policy"

    coverage_banner = fields.Html(
        string="Warning about cover",
        compute="_compute_coverage_banner",
        sanitize=False,
        groups="premium_arrears.group_reader",
    )

    @api.depends_context("lang", "tz", "allowed_company_ids")
    @api.depends("coverage_state", "gap_ids.start", "gap_ids.resume")
    def _compute_coverage_banner(self):
        rows = self._origin._prepare_banner_rows()
        for policy in self:
            mine = rows.get(policy._origin)
            policy.coverage_banner = policy._render_coverage_banner(
                [mine] if mine else [], link=False
            )

    @api.model
    def _render_coverage_banner(self, rows, link=True):
        """Return rows of ``_prepare_banner_rows`` as HTML; False when there are none.

        :param link: each row is a link to its policy
        """
        if not rows:
            return False
        rows = sorted(rows, key=lambda row: (row["state"] != "suspended", row["name"]))
        return self.env["ir.qweb"]._render(
            "premium_arrears.coverage_banner",
            {"rows": rows[:MOST_POLICIES], "more": len(rows) - MOST_POLICIES, "link": link},
        )

    def _prepare_banner_rows(self):
        """Return what there is to say about each policy without cover, or about to lose it.

        Policies of companies that the user has not chosen are left out, whoever asks.

        :return: dict from policy to a dict of plain values: state, name, title, text, url
        """
        concerned = self.filtered(
            lambda policy: (
                policy.coverage_state in ("suspended", "at_risk")
                and policy.company_id in self.env.companies
            )
        )
        if not concerned:
            return {}
        today = fields.Date.context_today(self)
        owed = concerned._get_overdue_amounts()
        terms = concerned._get_running_terms()
        found = {}
        for policy in concerned:
            gap = policy._get_gap_on(today)
            if gap:
                title, text = policy._describe_gap_now(gap, today, owed.get(policy, 0.0))
            elif policy in terms:
                title, text = policy._describe_risk_now(*terms[policy], today, owed.get(policy))
            else:
                continue
            found[policy] = {
                "state": "suspended" if gap else "at_risk",
                "name": policy.name,
                "title": title,
                "text": text,
                "url": f"/odoo/insurance-policies/{policy.id}",
            }
        return found

    def _get_gap_on(self, day):
        """Return the gap in which a day lies, empty when there was cover."""
        self.ensure_one()
        return self.gap_ids.filtered(
            lambda gap: gap.start <= day and (not gap.resume or day < gap.resume)
        )[:1]

    def _get_overdue_amounts(self):
        """Return per policy what is overdue on the invoices its premium stands on: one query."""
        return dict(
            self.env["arrears.item"]._read_group(
                [("policy_ids", "in", self.ids), ("settled_on", "=", False)],
                ["policy_ids"],
                ["amount_open:sum"],
            )
        )

    def _get_running_terms(self):
        """Return per policy the first term that ends in suspension: (last day, sent on)."""
        lines = self.env["arrears.notice.line"].search(
            [
                ("item_id.policy_ids", "in", self.ids),
                ("item_id.settled_on", "=", False),
                ("live", "=", True),
                ("notice_id.names_suspension", "=", True),
            ]
        )
        found = {}
        for line in lines.filtered(lambda line: line.cycle == line.item_id.cycle):
            notice = line.notice_id
            # A notice that waits in the queue has no day yet, only the day that it names.
            last_day = notice.last_day or notice.stated_last_day
            for policy in line.item_id.policy_ids & self:
                if policy not in found or last_day < found[policy][0]:
                    found[policy] = (last_day, notice.sent_on)
        return found

    def _describe_gap_now(self, gap, today, owed):
        """Return title and text about a policy without cover: since when, and what to do."""
        title = self.env._(
            "%(policy)s: no cover since %(day)s.",
            policy=self._get_banner_name(),
            day=format_date(self.env, gap.start),
        )
        if gap.resume:
            return title, self.env._(
                "All overdue premium was paid: the cover is back on %s.",
                format_date(self.env, gap.resume),
            )
        if gap.source == "insurer" or self.office_role == "intermediary":
            return title, self.env._(
                "%s decides when it resumes: ask there, and have the overdue premium paid.",
                self.insurer_id.display_name,
            )
        return title, self.env._(
            "Have the overdue premium of %(amount)s paid. %(back)s",
            amount=self.currency_id.format(owed),
            back=gap.sudo()._describe_resumption(),
        )

    def _describe_risk_now(self, last_day, sent_on, today, owed):
        """Return title and text about a policy that may lose its cover: when, and what to do."""
        words = {
            "policy": self._get_banner_name(),
            "last": format_date(self.env, last_day),
            "amount": self.currency_id.format(owed or 0.0),
            "insurer": self.insurer_id.display_name,
        }
        decides = self.office_role == "intermediary"
        if last_day and today <= last_day:
            title = self.env._("%(policy)s: cover at risk after %(last)s.", **words)
            if decides:
                return title, self.env._(
                    "A notice named suspension. Unless %(amount)s is credited by %(last)s, "
                    "%(insurer)s may stop the cover.",
                    **words,
                )
            return title, self.env._(
                "A notice named suspension. Unless %(amount)s is credited by %(last)s, the cover "
                "stops on the day after.",
                **words,
            )
        title = self.env._("%(policy)s: cover at risk.", **words)
        if decides:
            return title, self.env._(
                "The last day to pay, %(last)s, has passed and %(amount)s is open. Ask "
                "%(insurer)s whether there is cover.",
                **words,
            )
        return title, self.env._(
            "The last day to pay, %(last)s, has passed and %(amount)s is open. The cover can stop "
            "any day: have it paid today.",
            **words,
        )

    def _get_banner_name(self):
        """Return a policy as colleagues know it: kind, number and plate."""
        kind = dict(self._fields["line_of_business"]._description_selection(self.env))[
            self.line_of_business
        ]
        plate = f", {self.licence_plate}" if self.licence_plate else ""
        return f"{kind} {self.name}{plate}"


class ResPartner(models.Model):
    _inherit = "res.partner"

    coverage_banner = fields.Html(
        string="Warning about cover",
        compute="_compute_coverage_banner",
        sanitize=False,
        groups="premium_arrears.group_reader",
    )

    @api.depends_context("lang", "tz", "allowed_company_ids")
    @api.depends("insurance_policy_ids.coverage_state", "insurance_policy_ids.gap_ids.resume")
    def _compute_coverage_banner(self):
        policies = self.env["insurance.policy"].search(
            [
                ("partner_id", "child_of", self.commercial_partner_id.ids),
                ("coverage_state", "in", ("at_risk", "suspended")),
                ("company_id", "in", self.env.companies.ids),
            ]
        )
        rows = policies._prepare_banner_rows()
        by_customer = policies.grouped(lambda policy: policy.partner_id.commercial_partner_id)
        for partner in self:
            mine = by_customer.get(partner.commercial_partner_id, policies.browse())
            partner.coverage_banner = policies._render_coverage_banner(
                [rows[policy] for policy in mine if policy in rows]
            )


class AccountMove(models.Model):
    _inherit = "account.move"

    coverage_banner = fields.Html(
        string="Warning about cover",
        compute="_compute_coverage_banner",
        sanitize=False,
        groups="premium_arrears.group_reader",
    )

    @api.depends_context("lang", "tz", "allowed_company_ids")
    @api.depends(
        "invoice_line_ids.insurance_policy_id.coverage_state",
        "invoice_line_ids.insurance_policy_id.gap_ids.resume",
    )
    def _compute_coverage_banner(self):
        policies = self.invoice_line_ids.insurance_policy_id
        rows = policies._origin._prepare_banner_rows()
        for move in self:
            mine = move.invoice_line_ids.insurance_policy_id._origin
            move.coverage_banner = policies._render_coverage_banner(
                [rows[policy] for policy in mine if policy in rows]
            )


class ArrearsCase(models.Model):
    _inherit = "arrears.case"

    coverage_banner = fields.Html(
        string="Warning about cover",
        compute="_compute_coverage_banner",
        sanitize=False,
        groups="premium_arrears.group_reader",
    )

    @api.depends_context("lang", "tz", "allowed_company_ids")
    @api.depends("item_ids.policy_ids.coverage_state", "item_ids.policy_ids.gap_ids.resume")
    def _compute_coverage_banner(self):
        rows = self.item_ids.policy_ids._prepare_banner_rows()
        for case in self:
            case.coverage_banner = self.env["insurance.policy"]._render_coverage_banner(
                [rows[policy] for policy in case.item_ids.policy_ids if policy in rows]
            )
