"""Arrears that an insurer's list tells: without an invoice, for service only."""

from odoo import api, fields, models
from odoo.fields import Domain


class ArrearsItem(models.Model):
    _inherit = "arrears.item"

    list_insurer_id = fields.Many2one(
        "res.partner", string="Insurer of the list", readonly=True, ondelete="restrict"
    )
    list_key = fields.Char(readonly=True, help="What tells it apart on the insurer's lists.")

    _one_item_per_key = models.UniqueIndex(
        "(company_id, list_insurer_id, list_key) WHERE list_line_id IS NOT NULL",
        "This row of the insurer's list is in a case already.",
    )

    @api.model
    def _take_listed(self, lines, day):
        """Bring the arrears in line with these rows of one insurer's list.

        :param lines: rows without an error, compared with what is known
        :param day: business day
        """
        known = lines.filtered("item_id")
        known.item_id.filtered("settled_on")._reopen(day)
        changed = known.filtered(lambda line: line.outcome == "changed")
        for line in changed:
            line.item_id.write(
                {"list_line_id": line.id, "due_date": line.due_date, "stale": True}
                | {"policy_ids": [fields.Command.set(line.policy_id.ids)]}
            )
        new = lines - known
        self._create_for_listed(new, day)
        (new | changed)._record_listed(day)

    @api.model
    def _create_for_listed(self, lines, day):
        """Create the arrears of these rows, and the cases they need."""
        if not lines:
            return self.browse()
        company, insurer = lines.list_id.company_id, lines.list_id.insurer_id
        debtors = {line: line.policy_id.partner_id.commercial_partner_id for line in lines}
        wanted = {line: (line.policy_id, debtors[line]._get_debtor_type()) for line in lines}
        procedures = self.env["arrears.procedure"]
        chosen = procedures._choose(company, set(wanted.values()), "insurer")
        procedures._check_chosen(company, chosen)
        first = {}
        for line in lines.sorted(lambda line: (line.due_date, line.number)):
            first.setdefault((debtors[line], insurer), chosen[wanted[line]])
        cases = self.env["arrears.case"]._get_or_create_open(first, day, company, "insurer")
        items = self.create(
            [
                {
                    "case_id": cases[debtors[line], insurer].id,
                    "source": "insurer_list",
                    "list_line_id": line.id,
                    "list_insurer_id": insurer.id,
                    "list_key": line.key,
                    "procedure_id": chosen[wanted[line]].id,
                    "opened_on": day,
                    "due_date": line.due_date,
                    "policy_ids": [fields.Command.set(line.policy_id.ids)],
                }
                for line in lines
            ]
        )
        for line, item in zip(lines, items, strict=True):
            line.item_id = item
        return items

    def _settle_listed(self, arrears_list, day):
        """Settle what a complete list no longer names: it was paid at the insurer.

        :param arrears_list: the list, whose day is the day on which it was seen to be paid
        :param day: business day
        """
        if not self:
            return
        self.env["arrears.case.history"]._record_each(
            [
                {
                    "case_id": item.case_id.id,
                    "event": "listed",
                    "day": day,
                    "policy_id": item.policy_ids[:1].id,
                    "amount": item.amount_open,
                    "reason": self.env._(
                        "%(reference)s: paid at the insurer, no longer on its list of %(day)s",
                        reference=item.reference,
                        day=arrears_list.date,
                    ),
                }
                for item in self
            ]
        )
        self.write(
            {
                "settled_on": arrears_list.date,
                "next_stage_id": False,
                "next_step_date": False,
                "next_reason": "nothing_open",
                "stale": True,
            }
        )
        self.case_id._project_steps(day)
        self.case_id._close_settled()


class InsuranceArrearsListLine(models.Model):
    _inherit = "insurance.arrears.list.line"

    def _record_listed(self, day):
        """Add a row to the history of each case of which these rows tell something new."""
        self.env["arrears.case.history"]._record_each(
            [
                {
                    "case_id": line.item_id.case_id.id,
                    "event": "listed",
                    "day": day,
                    "policy_id": line.policy_id.id,
                    "amount": line.amount,
                    "reason": line.note
                    or self.env._(
                        "%(reference)s is on the list of %(insurer)s of %(day)s",
                        reference=line.item_id.reference,
                        insurer=line.list_id.insurer_id.name,
                        day=line.list_id.date,
                    ),
                }
                for line in self
            ]
        )


class InsurancePolicy(models.Model):
    _inherit = "insurance.policy"

    @api.model
    def _get_listed_at_risk(self, company):
        """Return the policies of which the insurer tells that premium is unpaid; never health."""
        items = self.env["arrears.item"].search(
            Domain("company_id", "=", company.id)
            & Domain("source", "=", "insurer_list")
            & Domain("settled_on", "=", False)
        )
        return items.policy_ids.filtered(lambda policy: policy.line_of_business != "health_basic")
