"""Sample notices: what an office changes in a letter is tried before it is saved.

A sample lives in memory only. It has everything that makes a part of a letter mandatory: costs with
VAT, cover that stops, a vehicle, a registered collector. So a text that passes for the samples has
each part, and a notice does not fail on the day that it is needed.
"""

from datetime import date

from odoo import api, models
from odoo.exceptions import ValidationError
from odoo.fields import Command

from .arrears_notice import MESSAGE_KINDS
from .arrears_stage import NOTICE_KINDS, STATUTORY_KINDS

LETTER_KINDS = (*NOTICE_KINDS, *(kind for kind, _label in MESSAGE_KINDS))
DUE, LAST_DAY = date(2026, 10, 1), date(2026, 11, 30)
MADE, SUSPENDED, RESUMED = date(2026, 11, 4), date(2026, 11, 2), date(2026, 11, 5)
# Two of each, so that their sum does not stand in for one of them.
AMOUNTS = (100.0, 23.45)
FEE, VAT = 40.0, 8.4
REGISTER_NUMBER = "REGISTER-0001"


class ArrearsNotice(models.Model):
    _inherit = "arrears.notice"

    # === THE CHECK === #

    @api.model
    def _may_check_letters(self):
        """Tell whether letters can be tried: not while modules are loaded, half of them there."""
        return self.pool.ready and not self.env.context.get("install_mode")

    @api.model
    def _check_letters(self, source, kinds, stage=None):
        """Refuse a change after which a letter would lack a part that it must have.

        :param source: what was changed, as the office knows it: a stage, a template
        :param kinds: the kinds of letters that use it
        :param stage: the stage that decides what the letter announces; without one all of it
        :raise ValidationError: names the source, the letter, its language and the missing parts
        """
        if not self._may_check_letters():
            return
        # In memory only; whoever may change a letter need not have rights on notices.
        notices = self.sudo()
        for kind in kinds:
            for sample in notices._make_samples(kind, stage or self.env["arrears.stage"]):
                if flaw := sample._find_flaw():
                    # What was compiled a moment ago is taken back with the change itself.
                    self.env.registry.clear_cache("templates")
                    raise ValidationError(
                        self.env._(
                            "%(changed)s: %(letter)s %(flaw)s",
                            changed=source,
                            letter=sample._describe_sample(),
                            flaw=flaw,
                        )
                    )

    def _find_flaw(self):
        """Return what is wrong with this sample as a sentence's end, or nothing."""
        try:
            self.body_html = self._render_body()
            letter = self._render_letter()
        except Exception as error:  # whatever an office may have written in its template
            return self.env._("cannot be made: %s", error)
        if missing := self._missing_parts():
            return self.env._("lacks what it must say: %s.", self._describe_missing(missing))
        if str(self.body_html) not in str(letter):
            return self.env._("is a page without the text of the letter (notice.body_html).")
        return self._get_mail_template()._find_letter_flaw(self)

    def _describe_sample(self):
        """Return which letter a sample is, in the reader's own language."""
        self.ensure_one()
        described = self._fields
        kinds = dict(described["kind"]._description_selection(self.env))
        channels = dict(described["channel"]._description_selection(self.env))
        language = self.env["res.lang"]._get_data(code=self.lang).name or self.lang
        return self.env._(
            "the letter “%(kind)s” (%(channel)s, %(language)s)",
            kind=kinds[self.kind],
            channel=channels[self.channel],
            language=language,
        )

    # === THE SAMPLES === #

    @api.model
    def _make_samples(self, kind, stage):
        """Return a sample of a kind for each language, channel and set of consequences."""
        channels = ("post", "email") if kind in STATUTORY_KINDS else ("post",)
        if stage:
            announced = [(stage.charges_fee, stage.names_suspension)]
        elif kind in STATUTORY_KINDS:
            announced = [(True, True), (False, False)]
        else:
            announced = [(False, False)]
        return [
            self._make_sample(
                kind, stage, {**self._prepare_sample_vals(*what), "lang": lang, "channel": channel}
            )
            for lang in self._get_sample_languages()
            for channel in channels
            for what in announced
        ]

    @api.model
    def _get_sample_languages(self):
        """Return the installed languages that letters are written in."""
        installed = [code for code, _name in self.env["res.lang"].get_installed()]
        dutch = [code for code in installed if code.startswith("nl")]
        return ["en_US", *dutch]

    @api.model
    def _prepare_sample_vals(self, fee, suspension):
        """Return the amounts and days of a sample that announces these consequences."""
        return {
            "name": "AN/0000/00000",
            "date": MADE,
            "stated_last_day": LAST_DAY,
            "amount_total": sum(AMOUNTS),
            "fee_announced": FEE if fee else 0.0,
            "fee_vat": VAT if fee else 0.0,
            "names_suspension": suspension,
            "facts": {},
        }

    @api.model
    def _make_sample(self, kind, stage, vals):
        """Return a notice in memory: a customer of an insurer, with a vehicle and a house."""
        company = stage.company_id or self.env.company
        contacts, policies = self.env["res.partner"], self.env["insurance.policy"]
        customer = contacts.new(
            {"name": "A. Customer", "email": "customer@example.com", "e_notice_consent_date": DUE}
        )
        insurer = contacts.new({"name": "An Insurer", "is_insurer": True})
        common = {"company_id": company.id, "partner_id": customer, "insurer_id": insurer}
        insured = policies.new(
            {
                **common,
                "name": "P-0001",
                "line_of_business": "motor",
                "licence_plate": "XX-000-X",
                "office_role": "authorised_agent",
            }
        ) | policies.new(
            {
                **common,
                "name": "P-0002",
                "line_of_business": "home",
                "office_role": "intermediary",
            }
        )
        case = self.env["arrears.case"].new(
            {
                "company_id": company.id,
                "partner_id": customer,
                "creditor_id": insurer,
                "procedure_id": stage.procedure_id.id,
            }
        )
        item = self.env["arrears.item"].new({"case_id": case, "due_date": DUE})
        item.policy_ids = insured
        notice = self.new(
            {
                **vals,
                "kind": kind,
                "stage_id": stage.id,
                "case_id": case,
                "recipient_id": customer,
            }
        )
        if notice._is_message():
            self._tell_sample(notice, insured[:1])
        else:
            line = {"item_id": item, "reference": "INV/0000", "due_date": DUE}
            notice.line_ids = [Command.create({**line, "amount": amount}) for amount in AMOUNTS]
        return notice

    @api.model
    def _tell_sample(self, notice, policy):
        """Give a sample of a message what it tells of."""
        gap = {"policy_id": policy, "start": SUSPENDED}
        if notice.kind == "cover_suspended":
            notice.suspended_gap_ids = [Command.create(gap)]
        elif notice.kind == "cover_resumed":
            notice.resumed_gap_ids = [Command.create({**gap, "resume": RESUMED})]
        elif notice.kind == "correction":
            notice.corrects_id = self.new(self._prepare_sample_vals(True, True))

    # === FACTS THAT A SAMPLE HAS OF ITS OWN === #

    def _is_sample(self):
        """Tell whether this notice lives in memory only: it has no invoices to read facts from."""
        self.ensure_one()
        return not self._origin

    def _policies_at_risk(self):
        if not self._is_sample():
            return super()._policies_at_risk()
        return self.policy_ids if self.names_suspension else self.env["insurance.policy"]

    def _get_register_number(self):
        return REGISTER_NUMBER if self._is_sample() else super()._get_register_number()

    def _get_qr_code(self):
        return False if self._is_sample() else super()._get_qr_code()
