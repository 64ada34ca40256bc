"""How high a fee is: the cumulation of earlier notices, what stayed unpaid, the VAT."""

from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.fields import Domain

from ..law import collection_fee
from .arrears_item_ladder import to_decimal
from .arrears_stage import STATUTORY_KINDS

# The law looks back six months from the day of a letter (``law.collection_fee``); a month more is
# read, so that the law alone decides about the first day.
LOOK_BACK = relativedelta(months=7)
# Less than the law's minimum is agreed, so the law makes it the minimum of that day: 40 euro.
LEAST = to_decimal(0)


class ArrearsFee(models.Model):
    _inherit = "arrears.fee"

    # === EARLIER NOTICES === #

    @api.model
    def _get_histories_of(self, policies, first_day, last_day):
        """Return per policy the valid 14-day notices received in a period, in one search.

        :param policies: the policies of any number of letters
        :param first_day: first day of receipt that is read, see ``LOOK_BACK``
        :param last_day: first day of receipt that is no longer read
        :return: dict from policy id as text to a list of (notice, ``law`` Reminder), oldest first
        """
        histories = {str(policy_id): [] for policy_id in policies.ids}
        if not policies:
            return histories
        notices = self.env["arrears.notice"].search(
            Domain("line_ids.item_id.policy_ids", "in", policies.ids)
            & Domain("kind", "in", STATUTORY_KINDS)
            & Domain("state", "=", "sent")
            & Domain("received_on", ">=", first_day)
            & Domain("received_on", "<", last_day)
        )
        for notice in notices.sorted(lambda notice: (notice.received_on, notice.id)):
            for policy in notice.policy_ids & policies:
                histories[str(policy.id)].append((notice, notice._law_reminder(policy)))
        return histories

    @api.model
    def _select_histories(self, histories, policies, before, besides=None):
        """Return of ``_get_histories_of`` what counts for one letter.

        :param policies: the policies of the letter
        :param before: its day of receipt; only notices received earlier count
        :param besides: a notice that is left out, being the letter itself
        :return: dict from policy id as text to a list of Reminders, as ``law`` asks
        """
        start = before - LOOK_BACK
        return {
            key: [
                reminder
                for notice, reminder in histories.get(key, ())
                if start <= reminder.day < before and notice != besides
            ]
            for key in map(str, policies.ids)
        }

    @api.model
    def _get_histories(self, policies, before, besides=None):
        """Return the earlier notices for one letter; see ``_get_histories_of`` for many."""
        found = self._get_histories_before(policies, before)
        return self._select_histories(found, policies, before, besides)

    @api.model
    def _get_histories_before(self, policies, before):
        """Return the notices that can count for letters received on ``before``, in one search."""
        return self._get_histories_of(policies, before - LOOK_BACK, before)

    # === WHAT IS DUE === #

    def _get_due(self):
        """Return what is due of each fee, by what stayed unpaid on the last day of its notice.

        A payment within the term lowers or undoes the fee, also when it is booked later: what
        counts is the day of credit (6:96 lid 6 and 6:114 Civil Code).

        :return: dict from fee to Decimal euros; zero when all was paid in time, or so little was
            left that the office lets it go
        """
        return self._get_due_of(self.notice_id._get_unpaid_claims(any_cycle=True))

    def _get_due_of(self, unpaid):
        """Return what is due of each fee, given what stayed unpaid of its notice.

        :param unpaid: dict from notice to ``law`` Claims
        """
        if not self:
            return {}
        notices = self.notice_id
        days = [notice.received_on for notice in notices if notice.received_on]
        histories = {}
        if days:
            histories = self._get_histories_of(notices.policy_ids, min(days) - LOOK_BACK, max(days))
        due = {}
        for fee in self:
            claims = unpaid[fee.notice_id]
            due[fee] = collection_fee.fee_due(
                to_decimal(fee.notice_id.fee_announced),
                sum((claim.open_amount for claim in claims), to_decimal(0)),
                fee_on_remainder=fee._get_fee_on(claims, histories).amount,
                waive_limit=to_decimal(fee.company_id.arrears_fee_waive_limit),
                letter_valid=fee.notice_id.state == "sent",
            )
        return due

    def _get_fee_on(self, claims, histories):
        """Return the fee that this fee's notice could announce over other claims."""
        self.ensure_one()
        notice = self.notice_id
        day = notice.received_on or notice.date
        earlier = self._select_histories(histories, notice.policy_ids, day, besides=notice)
        return self._explain(notice.case_id, notice.kind, claims, day, earlier)

    @api.model
    def _explain(self, case, kind, claims, received_on, histories):
        """Return the fee of one notice over these claims, as a ``law`` FeeResult.

        :param case: whose notice it is
        :param kind: kind of the notice
        :param claims: ``law`` Claims
        :param received_on: day on which it is (assumed to be) received
        :param histories: dict from policy id as text to Reminders
        """
        if case._owes_fee_at_once(kind):
            least = case.company_id.arrears_business_fee == "minimum"
            return collection_fee.explain_business_fee(
                claims, received_on, agreed=LEAST if least else None
            )
        return collection_fee.explain_letter_fee(
            claims, received_on, histories, debtor=case._get_debtor_type()
        )

    # === VAT === #

    def _set_due(self, due):
        """Bring these fees to what is due of them, with the VAT over that.

        The VAT is never more than the notice announced.
        """
        result = super()._set_due(due)
        for fee in self:
            announced = to_decimal(fee.notice_id.fee_vat)
            if announced:
                rate = collection_fee.vat_rate(fee.notice_id.date)
                announced = min(announced, collection_fee.vat_on(due[fee], rate))
            fee.amount_vat = float(announced)
        return result

    @api.model
    def _get_vat_blockers(self, case):
        """Return why no VAT may come on top of the fees of a case; empty: it may.

        A notice announces the VAT whenever it may, with amount and reason: its text is refused
        without them (``law.notice.missing_parts``).
        """
        company = case.company_id
        return collection_fee.vat_blockers(
            collection_fee.VatFacts(
                external_collector=case.creditor_id != company.partner_id,
                collector_charges_vat=company.arrears_fee_vat and bool(company.arrears_fee_tax_id),
                creditor_deducts_vat=case.creditor_id.deducts_vat,
                amount_announced=True,
                reason_declared=True,
            )
        )
