"""What a collection fee and interest share: an amount on the customer's receivable, and its end."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from .arrears_item_ladder import to_decimal


class ArrearsCharge(models.AbstractModel):
    _name = "arrears.charge"
    _description = "Arrears Charge"
    _check_company_auto = True
    _order = "id desc"
    _rec_name = "notice_id"
    # The wizard's field for this kind of charge.
    _waive_field = ""

    case_id = fields.Many2one(
        "arrears.case", required=True, readonly=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="case_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(related="case_id.partner_id", store=True, index=True)
    notice_id = fields.Many2one("arrears.notice", required=True, readonly=True, ondelete="restrict")
    amount = fields.Monetary(required=True, readonly=True)
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
        "account.move.line",
        string="Receivable line",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    amount_open = fields.Monetary(compute="_compute_amount_open", store=True)
    settled_on = fields.Date(
        readonly=True, help="Day on which it was paid, waived or taken back; empty while it is due."
    )
    waive_reason = fields.Char(readonly=True)
    waived_by_id = fields.Many2one("res.users", readonly=True)

    @api.depends("state", "move_line_id.amount_residual")
    def _compute_amount_open(self):
        for charge in self:
            booked = charge.state == "booked"
            charge.amount_open = max(charge.move_line_id.amount_residual, 0.0) if booked else 0.0

    @api.ondelete(at_uninstall=False)
    def _unlink_except_evidence(self):
        raise UserError(
            self.env._("What was charged is kept as evidence: it is waived or taken back.")
        )

    def action_waive(self):
        """Ask for the reason, and let these charges go."""
        live = self.filtered(lambda charge: charge.state in ("announced", "booked"))
        if not live:
            raise UserError(
                self.env._("Only what is announced or booked, and not taken back, can be waived.")
            )
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "premium_arrears.arrears_fee_waive_action"
        )
        action["context"] = {f"default_{self._waive_field}": live.ids}
        return action

    # === WHAT EACH KIND OF CHARGE SAYS === #

    def _get_due(self):
        """Return what is due of each of these charges by what was credited until now.

        :return: dict from charge to Decimal euros, without VAT
        """
        raise NotImplementedError

    def _set_due(self, due):
        """Bring the amounts of these charges to what is due of them."""
        for charge in self:
            charge.amount = float(due[charge])

    def _get_policies(self):
        """Return the policies over whose premium these charges are."""
        raise NotImplementedError

    def _get_event(self, what):
        """Return the history's event: ``booked``, ``reversed`` or ``waived``."""
        raise NotImplementedError

    def _get_label(self):
        """Return the text of the journal entry."""
        raise NotImplementedError

    def _prepare_credit_vals(self, line):
        """Return the values of the entry's lines beside the receivable.

        :param line: the values that every line of the entry has
        """
        raise NotImplementedError

    def _get_receivable_amount(self):
        """Return what comes on the receivable, in euros: the amount, with VAT if there is any."""
        self.ensure_one()
        return self.amount

    # === BOOK === #

    def _book(self, day):
        """Put the amounts of these charges on the customers' receivables, in one batch."""
        if not self:
            return
        # The lines are complete, with their tax if any: Odoo has nothing to work out.
        moves = self.env["account.move"].with_context(skip_invoice_sync=True)
        entries = moves.create([charge._prepare_move_vals(day) for charge in self])
        entries.with_context(skip_invoice_sync=False)._post(soft=False)
        for charge, entry in zip(self, entries, strict=True):
            receivable = entry.line_ids.filtered(
                lambda line: line.account_type == "asset_receivable"
            )
            charge.write(
                {
                    "state": "booked",
                    "booked_on": day,
                    "settled_on": False,
                    "move_id": entry.id,
                    "move_line_id": receivable.id,
                }
            )
        self._record_history("booked", day)

    def _prepare_move_vals(self, day):
        """Return the entry that puts a charge on the customer's receivable; a hook.

        :raise UserError: when the company has no journal or account for it, naming the setting
        """
        self.ensure_one()
        company = self.company_id
        self._check_bookable(company)
        partner = self.partner_id.with_company(company)
        label = self._get_label()
        line = {"name": label, "partner_id": partner.id}
        receivable = {
            **line,
            "account_id": partner.property_account_receivable_id.id,
            "date_maturity": day,
            "debit": self._get_receivable_amount(),
        }
        return {
            "move_type": "entry",
            "date": day,
            "ref": label,
            "journal_id": company.arrears_fee_journal_id.id,
            "company_id": company.id,
            "line_ids": [
                fields.Command.create(values)
                for values in [receivable, *self._prepare_credit_vals(line)]
            ],
        }

    @api.model
    def _check_bookable(self, company):
        """Refuse what the company could not book for want of a journal or an account.

        :raise UserError: naming the setting that is missing
        """
        if not (company.arrears_fee_journal_id and self._get_credit_account(company)):
            raise UserError(self._get_no_account_message(company))

    @api.model
    def _get_credit_account(self, company):
        raise NotImplementedError

    @api.model
    def _get_no_account_message(self, company):
        raise NotImplementedError

    # === TAKE BACK === #

    def _take_back(self, day, state, reason=False):
        """Reverse the entries of booked charges on ``day`` and leave them in ``state``.

        :param state: ``reversed``, or ``waived`` when the office lets it go
        :param reason: why, as the history tells it
        """
        if not self:
            return
        booked = self.filtered("move_id")
        if booked:
            vals_list = [{"date": day, "ref": charge._get_counter_label()} for charge in booked]
            booked.move_id._reverse_moves(vals_list, cancel=True)
        self.write({"state": state, "settled_on": day})
        self._record_history(state, day, reason)

    def _get_counter_label(self):
        self.ensure_one()
        return self.env._("Taken back: %s", self._get_label())

    def _waive(self, day, reason):
        """Let these charges go on ``day``: a counter-entry is booked, nobody owes them any more.

        :param reason: why, for whoever looks at it later
        """
        live = self.filtered(lambda charge: charge.state in ("announced", "booked"))
        live.write({"waive_reason": reason, "waived_by_id": self.env.uid})
        live._take_back(day, "waived", reason)
        live._get_policies()._resume_paid()
        live.case_id._close_settled()
        return live

    def _reassess(self):
        """Lower or take back what was booked when a payment in time was booked later.

        What the customer had paid of it pays the lower amount; the rest is his to be set off.
        """
        booked = self.filtered(lambda charge: charge.state == "booked")
        due = booked._get_due()
        dearer = booked.filtered(lambda charge: due[charge] < to_decimal(charge.amount))
        for day, charges in dearer.grouped("booked_on").items():
            paid_by = {
                charge: charge.move_line_id.matched_credit_ids.credit_move_id for charge in charges
            }
            charges._take_back(day, "reversed")
            left = charges.filtered(lambda charge: due[charge])
            left._set_due(due)
            left._book(day)
            for charge in left:
                if payments := paid_by[charge].filtered(lambda line: not line.reconciled):
                    (charge.move_line_id + payments).reconcile()

    # === PAID === #

    def _is_met_by(self, credited_on):
        """Tell whether this was due already when a payment was credited.

        A payment in time pays the premium only, also when it is booked late, in whatever order the
        office lets payments pay (docs/law.md, Payments).
        """
        raise NotImplementedError

    def _settle_paid(self):
        """Set the day of settlement on booked charges that are paid; unset it on reopened ones."""
        booked = self.filtered(lambda charge: charge.state == "booked")
        if not booked:
            return
        credits = self.env["account.move.line"]._get_credits(booked.move_line_id.ids)
        for charge in booked:
            days = [day for day, _amount in credits[charge.move_line_id.id]]
            charge.settled_on = max(days) if days and charge.amount_open <= 0 else False

    def _still_owed(self):
        """Return what the customer still owes of these charges."""
        return self.filtered(lambda charge: charge.state == "booked" and charge.amount_open > 0)

    def _record_history(self, what, day, reason=False):
        """Tell the cases' histories what became of these charges, in one batch."""
        self.env["arrears.case.history"]._record_each(
            [
                {
                    "case_id": charge.case_id.id,
                    "event": charge._get_event(what),
                    "day": day,
                    "notice_id": charge.notice_id.id,
                    "amount": charge._get_receivable_amount(),
                    "reason": reason,
                }
                for charge in self
            ]
        )
