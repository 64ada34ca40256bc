"""A level of credit control that is a step of our procedures."""

import re

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import plaintext2html
from odoo.tools.mail import html2plaintext, is_html_empty

from odoo.addons.premium_arrears.law.facts import SERVICE_KINDS
from odoo.addons.premium_arrears.models.arrears_stage import NOTICE_KINDS

NUMBERS = (
    "een|één|twee|drie|vier|vijf|zes|zeven|acht|negen|tien|twaalf|veertien|vijftien|twintig|dertig|"
    "one|two|three|four|five|six|seven|eight|nine|ten|twelve|fourteen|fifteen|twenty|thirty"
)
MONTHS = (
    "januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|december|"
    "january|february|march|may|june|july|august|october"
)
# A number of days or weeks, a date, or an amount: what the paragraphs of the notice itself state.
OWN_TERMS = re.compile(
    rf"\b(\d+|{NUMBERS})\s+(\w+\s+)?(days?|weeks?|months?|hours?|dag(en)?|we(e)?k(en)?|maand(en)?|"
    rf"werkdag(en)?|uur)\b|\b\d{{1,2}}[-/.]\d{{1,2}}[-/.]\d{{2,4}}\b|\b\d{{1,2}}\s+({MONTHS})\b|"
    r"(€|\bEUR)\s*\d",
    re.IGNORECASE,
)


class CreditControlPolicy(models.Model):
    _inherit = "credit.control.policy"

    def _get_move_lines_to_process(self, credit_control_run):
        # EXTENDS account_credit_control
        lines = super()._get_move_lines_to_process(credit_control_run)
        obstacles = lines._get_credit_control_obstacles(credit_control_run.date)
        left = lines.browse([line.id for line in obstacles])
        if left:
            credit_control_run.arrears_left_ids |= left
        return lines - left


class CreditControlPolicyLevel(models.Model):
    _inherit = "credit.control.policy.level"

    arrears_stage_ids = fields.Many2many(
        "arrears.stage",
        "credit_control_level_arrears_stage_rel",
        "level_id",
        "stage_id",
        string="Counts as",
        domain=[("kind", "in", [kind for kind in NOTICE_KINDS if kind not in SERVICE_KINDS])],
        help="Steps of arrears procedures that this level takes: one per procedure. Its letter "
        "then gets what the law asks, goes the way that the customer consents to, and counts as "
        "that step. Premiums whose procedure has no step here leave this level, and with it the "
        "levels above.",
    )

    @api.constrains("arrears_stage_ids", "policy_id")
    def _check_arrears_stage_ids(self):
        for level in self.sudo():  # whoever sets up credit control need not see other companies
            stages = level.arrears_stage_ids
            if any(s.kind not in NOTICE_KINDS or s.kind in SERVICE_KINDS for s in stages):
                raise ValidationError(
                    self.env._("Level %s: it can only count as a step that sends.", level.name)
                )
            keys = {stage._get_credit_key() for stage in stages}
            if len({stage.procedure_id for stage in stages}) < len(keys):
                raise ValidationError(
                    self.env._("Level %s: choose one step per procedure.", level.name)
                )
            company = level.policy_id.company_id
            if company and any(s.company_id and s.company_id != company for s in stages):
                raise ValidationError(
                    self.env._("Level %s: a step of another company.", level.name)
                )

    def _get_own_words(self, channel):
        """Return the level's own words for a letter or mail, before and after our paragraphs.

        In the language of the context.
        """
        self.ensure_one()
        before = self.custom_mail_text if channel == "email" else plaintext2html(self.custom_text)
        after = plaintext2html(self.custom_text_after_details or "")
        return tuple(
            Markup(text) if text and not is_html_empty(text) else "" for text in (before, after)
        )

    def _names_own_term(self, channel):
        """Tell whether the own words name a term, a day or an amount.

        A second one in a letter makes unclear what the customer has to do, and by when; the law
        then gives it no effect.
        """
        self.ensure_one()
        return any(
            OWN_TERMS.search(" ".join(html2plaintext(text).split()))
            for text in self._get_own_words(channel)
        )

    def _get_early_lines(self, lines, day):
        """Return the premiums that leave this level: it counts as no step of theirs, its step is
        not due, or our own run takes that step of the case.

        :param lines: ``account.move.line``
        :param day: business day
        """
        self.ensure_one()
        level = self.sudo()  # the steps are of arrears, where this colleague may have no rights
        items = level.env["arrears.item"].search(
            [("move_line_id", "in", lines.ids), ("settled_on", "=", False)]
        )
        if not items:
            return lines.browse()
        levels, decisions = items._get_credit_levels(), items._decide(day)
        cases = Domain("case_id", "in", items.case_id.ids)
        own = items.search(cases & items._get_due_domain(day))._filter_own_steps()
        early = items.filtered(
            lambda item: (
                item in own
                or not (stage := levels[item].get(level))
                or not _is_due(decisions[item], stage, day)
            )
        )
        return lines.browse(early.move_line_id.ids)


def _is_due(decision, stage, day):
    return decision.stage == str(stage.id) and decision.day <= day
