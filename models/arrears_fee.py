"""The statutory collection fee: announced with a notice, booked after its term, taken back."""

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..law import collection_fee
from .arrears_item_ladder import to_decimal
from .arrears_stage import STATUTORY_KINDS


class ArrearsFee(models.Model):
    _name = "arrears.fee"
    _description = "Collection Fee"
    _check_company_auto = True
    _order = "id desc"
    _rec_name = "notice_id"

    case_id = fields.Many2one(
        "arrears.case", required=True, readonly=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="case_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(related="case_id.partner_id", store=True)
    notice_id = fields.Many2one("arrears.notice", required=True, readonly=True, ondelete="restrict")
    amount = fields.Monetary(
        required=True, readonly=True, help="As announced; once due, what is charged."
    )
    state = fields.Selection(
        [
            ("announced", "Announced"),
            ("booked", "Booked"),
            ("waived", "Waived"),
            ("reversed", "Reversed"),
        ],
        required=True,
        readonly=True,
        default="announced",
        index=True,
    )
    booked_on = fields.Date(readonly=True)
    move_id = fields.Many2one(
        "account.move", string="Journal entry", readonly=True, ondelete="restrict"
    )
    move_line_id = fields.Many2one(
        "account.move.line", string="Receivable line", readonly=True, ondelete="restrict"
    )
    amount_open = fields.Monetary(compute="_compute_amount_open", store=True)
    settled_on = fields.Date(readonly=True)
    why = fields.Json(readonly=True)

    _one_fee_per_notice = models.UniqueIndex(
        "(notice_id)", "A notice has one fee, for all its items together."
    )
    _amount_not_negative = models.Constraint(
        "CHECK (amount >= 0)", "A collection fee cannot be negative."
    )

    @api.depends("state", "move_line_id.amount_residual")
    def _compute_amount_open(self):
        for fee in self:
            booked = fee.state == "booked"
            fee.amount_open = max(fee.move_line_id.amount_residual, 0.0) if booked else 0.0

    @api.ondelete(at_uninstall=False)
    def _unlink_except_fee(self):
        raise UserError(self.env._("A fee is kept as evidence: it is waived or reversed."))

    # === AMOUNT === #

    @api.model
    def _get_histories(self, policies, before, besides=None):
        """Return per policy its earlier valid 14-day notices, as the fee's cumulation asks.

        :param policies: the policies of the letter
        :param before: day of receipt of the new letter; older notices count
        :param besides: a notice that is left out, being the letter itself
        :return: dict from policy id as text to a tuple of ``law`` Reminders
        """
        notices = self.env["arrears.notice"].search(
            Domain("line_ids.item_id.policy_ids", "in", policies.ids)
            & Domain("kind", "in", STATUTORY_KINDS)
            & Domain("state", "=", "sent")
            & Domain("received_on", "<", before)
            & Domain("received_on", ">=", before - relativedelta(months=7))
            & Domain("id", "not in", besides.ids if besides else [])
        )
        histories = {str(policy.id): () for policy in policies}
        for notice in notices.sorted("received_on"):
            for policy in notice.policy_ids & policies:
                histories[str(policy.id)] += (notice._law_reminder(policy),)
        return histories

    def _get_due(self):
        """Return what is due of a fee, by what stayed unpaid on the last day of its notice.

        A payment within the term lowers or undoes the fee, also when it is booked later: what
        counts is the day of credit (6:96 lid 6 and 6:114 Civil Code).

        :return: Decimal euros; zero when all was paid in time, or so little was left that the
            office lets it go
        """
        self.ensure_one()
        notice = self.notice_id
        unpaid = notice._unpaid_claims(notice.last_day)
        on_unpaid = collection_fee.letter_fee(
            unpaid,
            notice.received_on,
            self._get_histories(notice.policy_ids, notice.received_on, besides=notice),
            debtor=self.case_id._get_debtor_type(),
        )
        return collection_fee.fee_due(
            to_decimal(notice.fee_announced),
            sum((claim.open_amount for claim in unpaid), to_decimal(0)),
            fee_on_remainder=on_unpaid,
            waive_limit=to_decimal(self.company_id.arrears_fee_waive_limit),
        )

    # === BOOK AND TAKE BACK === #

    def _charge(self, day):
        """Book these announced fees on ``day``, at what is due of them, in one batch."""
        announced = self.filtered(lambda fee: fee.state == "announced")
        charged = self.browse()
        for fee in announced:
            if due := fee._get_due():
                fee.amount = float(due)
                charged |= fee
        (announced - charged).write({"state": "waived", "settled_on": day})
        charged._book(day)
        return charged

    def _book(self, day):
        """Put the amounts of these fees on the customers' receivables."""
        if not self:
            return
        moves = self.env["account.move"].create([fee._prepare_move_vals(day) for fee in self])
        moves._post(soft=False)
        for fee, move in zip(self, moves, strict=True):
            receivable = move.line_ids.filtered(
                lambda line: line.account_type == "asset_receivable"
            )
            fee.write(
                {
                    "state": "booked",
                    "booked_on": day,
                    "settled_on": False,
                    "move_id": move.id,
                    "move_line_id": receivable.id,
                }
            )
            fee._record_history("fee_booked", day)

    def _prepare_move_vals(self, day):
        """Return the entry that puts the fee on the customer's receivable.

        :raise UserError: when the company has no journal or account for it, naming the setting
        """
        self.ensure_one()
        company = self.company_id
        if not (company.arrears_fee_journal_id and company.arrears_fee_account_id):
            raise UserError(
                self.env._(
                    "Company %s has no journal or account for collection fees. Choose them in "
                    "the settings of Invoicing, under Premium arrears.",
                    company.name,
                )
            )
        partner = self.partner_id.with_company(company)
        label = self.env._("Collection fee, notice %s", self.notice_id.name)
        line = {"name": label, "partner_id": partner.id}
        return {
            "move_type": "entry",
            "date": day,
            "ref": label,
            "journal_id": company.arrears_fee_journal_id.id,
            "company_id": company.id,
            "line_ids": [
                fields.Command.create(
                    {
                        **line,
                        "account_id": partner.property_account_receivable_id.id,
                        "date_maturity": day,
                        "debit": self.amount,
                    }
                ),
                fields.Command.create(
                    {
                        **line,
                        "account_id": company.arrears_fee_account_id.id,
                        "credit": self.amount,
                    }
                ),
            ],
        }

    def _take_back(self, day, state):
        """Reverse the entries of booked fees on ``day`` and leave them in ``state``."""
        booked = self.filtered("move_id")
        if booked:
            reversal = {"date": day, "ref": self.env._("Collection fee taken back")}
            booked.move_id._reverse_moves([reversal] * len(booked), cancel=True)
        self.write({"state": state, "settled_on": day})
        for fee in self:
            fee._record_history("fee_reversed", day)

    def action_waive(self):
        """Let these fees go: a counter-entry is booked, the customer owes them no more."""
        self.env["arrears.run"].check_access("create")
        day = fields.Date.context_today(self)
        fees = self.sudo()  # evidence: written by the service only, after the check above
        fees.filtered(lambda fee: fee.state in ("announced", "booked"))._take_back(day, "waived")
        fees.case_id._close_settled()

    def _reassess(self):
        """Lower or take back booked fees when a payment within the term was booked later."""
        for fee in self.filtered(lambda f: f.state == "booked"):
            due = fee._get_due()
            if due < to_decimal(fee.amount):
                day = fee.booked_on
                fee._take_back(day, "reversed")
                if due:
                    fee.amount = float(due)
                    fee._book(day)

    def _settle_paid(self):
        """Set the day of settlement on booked fees that are paid; unset it on reopened ones."""
        booked = self.filtered(lambda fee: fee.state == "booked")
        credits = self.env["account.move.line"]._get_credits(booked.move_line_id.ids)
        for fee in booked:
            days = [day for day, _amount in credits[fee.move_line_id.id]]
            fee.settled_on = max(days) if days and fee.amount_open <= 0 else False

    def _still_owed(self):
        """Return the fees among these that the customer still owes."""
        return self.filtered(lambda fee: fee.state == "booked" and fee.amount_open > 0)

    def _lapse(self, day):
        """Let announced fees lapse: everything was paid before they fell due."""
        announced = self.filtered(lambda fee: fee.state == "announced")
        announced.write({"state": "reversed", "settled_on": day})

    def _record_history(self, event, day):
        self.ensure_one()
        self.env["arrears.case.history"]._record(
            self.case_id, event, day=day, notice_id=self.notice_id.id, amount=self.amount
        )
