"""What a notice charges: announced or stated when it is made, booked, taken back with it."""

from odoo import api, models
from odoo.tools import SQL

from ..law import collection_fee
from .arrears_item_ladder import to_decimal


class ArrearsNotice(models.Model):
    _inherit = "arrears.notice"

    @api.model
    def _read_charge_facts(self, pairs):
        """Return what deciding about the charges of many notices needs, read at once.

        ``histories`` and ``interest`` are filled as they are asked for: by day of receipt, by kind.

        :param pairs: see ``_make_all``
        """
        charged = self._get_items_of(pairs, lambda stage: stage.charges_fee)
        return {
            "items": self._get_items_of(pairs),
            "charged": charged,
            "weights": charged._get_premium_weights(),
            "collectors": charged._law_collectors(),
            "histories": {},
            "interest": {},
            "vat": {},
            "why": self._read_reasons([action for action, _items in pairs]),
        }

    @api.model
    def _read_reasons(self, actions):
        """Return why each of these steps was proposed, as it is stored: the ORM copies it."""
        found = {action: action.why for action in actions if not isinstance(action, models.Model)}
        records = self.env["arrears.action"].union(*(a for a in actions if a not in found))
        records.flush_recordset(["why"])
        rows = self.env.execute_query(
            SQL("SELECT id, why FROM arrears_action WHERE id = ANY(%s)", records.ids)
        )
        return found | {records.browse(id_): why for id_, why in rows}

    @api.model
    def _prepare_charge_vals(self, action, items, day, received_on, facts):
        """Return what a notice announces and states: fee, VAT, interest, and why.

        :param received_on: day on which it is assumed to be received
        :param facts: see ``_read_charge_facts``
        :raise UserError: when what is due at once could not be booked
        """
        case, stage = action.case_id, action.stage_id
        interests, stated = self.env["arrears.interest"], facts["interest"]
        fee = self._announce_fee(case, stage, items, received_on, facts)
        if stage.kind not in stated:
            stated[stage.kind] = interests._get_stated(facts["items"], stage.kind, day)
        interest = {item: row for item, row in stated[stage.kind].items() if item in items}
        self._check_charges_bookable(case, stage.kind, fee, interest)
        return {
            "fee_announced": float(fee.amount) if fee else 0.0,
            "fee_vat": float(self._get_fee_vat(case, fee, day, facts["vat"])),
            "interest_stated": float(interests._total(interest)),
            "why": {
                "fee": self._describe_fee(fee),
                "interest": interests._describe(interest),
                "action": facts["why"][action],
            },
        }

    @api.model
    def _announce_fee(self, case, stage, items, received_on, facts):
        """Return the fee that a notice may announce as a law.FeeResult, or None.

        :param facts: see ``_read_charge_facts``
        """
        if not stage.charges_fee or not items._may_cause_fee(received_on, facts["collectors"]):
            return None
        if not case._can_be_charged(stage.kind):
            return None
        fees, histories = self.env["arrears.fee"], facts["histories"]
        if received_on not in histories:
            policies = facts["charged"].policy_ids
            histories[received_on] = fees._get_histories_before(policies, received_on)
        mine = fees._select_histories(histories[received_on], items.policy_ids, received_on)
        claims = items._law_claims(weights=facts["weights"])
        return fees._explain(case, stage.kind, claims, received_on, mine)

    @api.model
    def _describe_fee(self, fee):
        """Return a fee's explanation as it is stored: the rule, its inputs, each policy's part."""
        if fee is None:
            return {}
        return {
            "rule": fee.rule,
            "inputs": dict(fee.inputs),
            "by_policy": {policy: str(amount) for policy, amount in fee.by_policy.items()},
        }

    @api.model
    def _get_fee_vat(self, case, fee, day, known=None):
        """Return the VAT that a notice announces on top of its fee (collection costs decree 2(3)).

        :param case: whose notice it is
        :param fee: the ``law`` FeeResult that is announced, or None
        :param day: business day, whose VAT rate holds
        :param known: what stands in the way, by company and creditor; filled here for the next
        :return: Decimal euros, rounded down; zero when no VAT may come on top
        """
        if not fee or not fee.amount:
            return to_decimal(0)
        known, key = {} if known is None else known, (case.company_id, case.creditor_id)
        if key not in known:
            known[key] = self.env["arrears.fee"]._get_vat_blockers(case)
        if known[key]:
            return to_decimal(0)
        return collection_fee.vat_on(fee.amount, collection_fee.vat_rate(day))

    @api.model
    def _check_charges_bookable(self, case, kind, fee, stated):
        """Refuse a notice whose charges, due when it is sent, could not be booked.

        :param fee: the ``law`` FeeResult that is announced, or None
        :param stated: the interest it states, see ``arrears.interest._get_stated``
        :raise UserError: naming the journal or account that is missing
        """
        if fee and fee.amount and case._owes_fee_at_once(kind):
            self.env["arrears.fee"]._check_bookable(case.company_id)
        if stated:
            self.env["arrears.interest"]._check_bookable(case.company_id)

    def _get_fee_day(self):
        """Return the day at whose end unpaid premium makes the fee due; False when there is none.

        A business owes it from the day the notice is sent, a consumer after the last day to pay.
        """
        self.ensure_one()
        return self.sent_on if self.case_id._owes_fee_at_once(self.kind) else self.last_day

    def _get_day_paid(self):
        """Return the day on which the last of this notice's premiums was credited."""
        self.ensure_one()
        days = filter(None, self.line_ids.item_id.mapped("settled_on"))
        return max(days, default=self.last_day or self.date)

    def _get_unpaid_claims(self, any_cycle=False):
        """Return what was unpaid of each notice's premiums when its fee became due.

        :param any_cycle: also of premiums that were settled or moved and opened again since: what
            was booked stays due, while an announced fee of an earlier cycle never becomes due
        :return: dict from notice to ``law`` Claims
        """
        self.line_ids.fetch(["item_id", "cycle"])  # of all notices together
        items_of = {
            notice: notice.line_ids.filtered(
                lambda line: any_cycle or line.cycle == line.item_id.cycle
            ).item_id
            for notice in self
        }
        items = self.env["arrears.item"].union(*items_of.values())
        credits, weights = items._credits(), items._get_premium_weights()
        claims = {}
        for notice, mine in items_of.items():
            day = notice._get_fee_day()
            open_then = mine._open_at_end_of(day, credits) if day else {}
            claims[notice] = mine._law_claims(open_then, weights) if day else []
        return claims

    def _announce(self):
        """Create the announced fees of these notices, which were sent; return them."""
        return self.env["arrears.fee"].create(
            [
                {
                    "case_id": notice.case_id.id,
                    "notice_id": notice.id,
                    "amount": notice.fee_announced,
                    "amount_vat": notice.fee_vat,
                    "why": (notice.why or {}).get("fee"),
                }
                for notice in self
                if notice.fee_announced and not notice.fee_id
            ]
        )

    def _charge_at_once(self, day):
        """Book what these notices, sent on ``day``, charge without a term of their own."""
        fees = self.fee_id.filtered(lambda fee: fee.case_id._owes_fee_at_once(fee.notice_id.kind))
        fees._charge(day)
        self.env["arrears.interest"]._book_stated(self, day)

    def _take_back_charges(self, day, reason=False):
        """Undo what these notices announced and charged: they were withdrawn, or did not arrive.

        :param day: business day of the counter-entries
        """
        fees = self.fee_id
        fees._lapse(day)
        fees.filtered(lambda fee: fee.state == "booked")._take_back(day, "reversed", reason)
        interests = self.env["arrears.interest"].search(
            [("notice_id", "in", self.ids), ("state", "=", "booked")]
        )
        interests._take_back(day, "reversed", reason)
