"""Collecting: what is overdue in the books becomes items, in the cases that they need."""

from odoo import api, fields, models
from odoo.fields import Domain

from . import bulk

# Summed here for all cases together, once their items are there.
SUMS = frozenset({"arrears.case.amount_open", "arrears.case.amount_due"})


class ArrearsItem(models.Model):
    _inherit = "arrears.item"

    @api.model
    def _collect(self, day, company):
        """Bring the items in line with what is overdue in the books on ``day``.

        :param day: business day; lines due before it are overdue
        :param company: the company whose books are read
        :return: the items that are new or open again
        """
        self._settle_cancelled(company)
        overdue = self._get_overdue_line_domain(day, company)
        lines = self.env["account.move.line"]
        known = Domain("move_line_id", "in", lines._search(overdue))
        reopened = self.search(known & Domain("settled_on", "!=", False))
        reopened._reopen(day)
        new = lines.search(overdue & Domain("arrears_item_ids", "=", False))
        return self._create_for_lines(new, day, company) | reopened

    @api.model
    def _get_overdue_line_domain(self, day, company):
        """Return the receivable lines of premium invoices that are past due on ``day``.

        Every instalment counts by its own date, a partly paid one too; ``no_followup`` and a
        blocked payment are Odoo's own ways to say "leave this one alone".
        """
        return self._get_open_line_domain(company) & Domain("date_maturity", "<", day)

    @api.model
    def _get_open_line_domain(self, company):
        """Return the receivable lines of premium invoices that are open, due or not."""
        return (
            Domain("company_id", "=", company.id)
            & Domain("parent_state", "=", "posted")
            & Domain("account_type", "=", "asset_receivable")
            & Domain("reconciled", "=", False)
            & Domain("amount_residual", ">", 0)
            & self.env["arrears.followup.pause"]._get_followed_domain(company)
            & Domain("move_id.move_type", "=", "out_invoice")
            & Domain("move_id.payment_state", "!=", "blocked")
            & Domain("move_id.invoice_line_ids.insurance_policy_id", "!=", False)
        )

    @api.model
    def _create_for_lines(self, lines, day, company, opened_on=None):
        """Create the items of these receivable lines, and the cases they need.

        :param opened_on: dict from line to the day on which it came into arrears; None: ``day``
        """
        if not lines:
            return self.browse()
        lines.fetch(["move_id", "date_maturity", "amount_residual", "parent_state"])
        lines.move_id.fetch(["commercial_partner_id"])
        policies = self._get_policies_by_move(lines.move_id)
        procedures = self._choose_procedures(lines, policies, company)
        keys = {line: self._get_case_key(line, policies[line.move_id]) for line in lines}
        # A case shows the procedure of its first item.
        first = {}
        for line in lines.sorted(lambda line: (line.date_maturity, line.id)):
            first.setdefault(keys[line], procedures[line])
        rows = [
            {
                "move_line_id": line.id,
                "procedure_id": procedures[line].id,
                "opened_on": opened_on[line] if opened_on else day,
                "due_date": line.date_maturity,
                "amount_open": line._get_arrears(),
            }
            for line in lines
        ]
        of_lines = [policies[line.move_id].ids for line in lines]
        cases = self.env["arrears.case"]._get_or_create_open(first, day, company)
        for line, row in zip(lines, rows, strict=True):
            row["case_id"] = cases[keys[line]].id
        items = bulk.insert(self, rows, SUMS)
        bulk.link(
            self,
            "policy_ids",
            [(item, policy) for item, ids in zip(items.ids, of_lines, strict=True) for policy in ids],
        )
        self.env["arrears.case"].union(*cases.values())._sum_items()
        return items

    @api.model
    def _choose_procedures(self, lines, policies, company):
        """Return the procedure of each receivable line: dict from line to procedure.

        :param policies: dict from invoice to the policies whose premium stands on it
        :raise UserError: when none fits
        """
        lines.move_id.commercial_partner_id.fetch(["debtor_type"])
        wanted = {
            line: (
                policies[line.move_id],
                line.move_id.commercial_partner_id._get_debtor_type(),
            )
            for line in lines
        }
        procedures = self.env["arrears.procedure"]
        chosen = procedures._choose(company, set(wanted.values()))
        procedures._check_chosen(company, chosen)
        return {line: chosen[pair] for line, pair in wanted.items()}

    @api.model
    def _get_policies_by_move(self, moves):
        """Return the policies whose premium stands on each of these invoices, in one query."""
        groups = self.env["account.move.line"]._read_group(
            [("move_id", "in", moves.ids), ("insurance_policy_id", "!=", False)],
            ["move_id"],
            ["insurance_policy_id:recordset"],
        )
        # Every group would read its own policies; read together they are one query.
        together = [policy.id for _move, policies in groups for policy in policies]
        return {move: policies.with_prefetch(together) for move, policies in groups}

    @api.model
    def _get_case_key(self, line, policies):
        """Return debtor and creditor of a line; an invoice's premiums have one creditor."""
        return line.move_id.commercial_partner_id, policies.creditor_id[:1]

    def _reopen(self, day):
        """Start a new cycle for items that were settled and are open again."""
        closed = self.filtered(lambda item: item.case_id.state == "closed")
        for (company, collected_by), items in closed.grouped(
            lambda item: (item.company_id, item.case_id.collected_by)
        ).items():
            by_key = items.grouped(lambda item: (item.case_id.partner_id, item.case_id.creditor_id))
            keys = {key: mine[0].procedure_id for key, mine in by_key.items()}
            cases = self.env["arrears.case"]._get_or_create_open(keys, day, company, collected_by)
            for key, mine in by_key.items():
                mine.write({"case_id": cases[key].id})
        for item in self:
            item.write(
                {
                    "cycle": item.cycle + 1,
                    "restarted_on": day,
                    "opened_on": day,
                    "settled_on": False,
                    "stage_id": False,
                    "start_stage_id": False,
                    "stale": True,
                }
            )
        self.env["arrears.case.history"]._record(self.case_id, "reopened", day=day)
