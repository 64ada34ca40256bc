"""Collecting: what is overdue in the books becomes items, in the cases that they need."""

from collections import defaultdict
from datetime import date
from operator import itemgetter
from typing import NamedTuple

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from . import bulk
from .arrears_item_ladder import to_decimal

# Known when a case is opened; of a case that was there, summed once its new items are in it.
SUMS = frozenset({"arrears.case.amount_open", "arrears.case.amount_due"})


class LineRow(NamedTuple):
    """A receivable line of a premium invoice, with the policies on it, by number.

    ``signature``: what decides about procedure and creditor, equal for equal policies.
    """

    id: int
    due_date: date
    residual: float
    state: str
    partner_id: int
    policy_ids: tuple
    signature: tuple


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
        rows = self._read_lines(lines)
        plans = self._plan(rows, company)
        partners = {p.id: p for p in self.env["res.partner"].browse({r.partner_id for r in rows})}
        # A case shows the procedure of its first item.
        first, values, amounts = {}, [], defaultdict(int)
        for row in sorted(rows, key=lambda row: (row.due_date, row.id)):
            procedure, creditor = plans[row.signature, partners[row.partner_id]._get_debtor_type()]
            key = row.partner_id, creditor.id
            first.setdefault(key, (partners[row.partner_id], creditor, procedure))
            amount = max(row.residual, 0.0) if row.state == "posted" else 0.0
            amounts[key] += to_decimal(amount)
            values.append(
                {
                    "case_id": key,
                    "move_line_id": row.id,
                    "procedure_id": procedure.id,
                    "opened_on": opened_on[lines.browse(row.id)] if opened_on else day,
                    "due_date": row.due_date,
                    "amount_open": amount,
                }
            )
        wanted = {(debtor, creditor): procedure for debtor, creditor, procedure in first.values()}
        there = self.env["arrears.case"]._find_open(wanted, company)
        opened = self.env["arrears.case"]._open(
            {key: procedure for key, procedure in wanted.items() if key not in there},
            day,
            company,
            amounts={key: amounts[key[0].id, key[1].id] for key in wanted},
        )
        found = {(key[0].id, key[1].id): case.id for key, case in (there | opened).items()}
        # Those of one case side by side, so that they are found together later.
        values = [{**vals, "case_id": found[vals["case_id"]]} for vals in values]
        values.sort(key=itemgetter("case_id"))
        policies = {row.id: row.policy_ids for row in rows}
        items = bulk.insert(
            self, values, SUMS, policy_ids=[policies[vals["move_line_id"]] for vals in values]
        )
        self.env["arrears.case"].union(*there.values())._sum_items()
        if len(items) >= bulk.MANY:
            bulk.tell_planner(self, self.env["arrears.case"])
        return items

    @api.model
    def _read_lines(self, lines):
        """Return what collecting asks about receivable lines: ``LineRow``s, in one query."""
        self.env.flush_all()
        found = self.env.execute_query(
            SQL(
                """
                WITH mine AS (
                    SELECT id, date_maturity, amount_residual, parent_state, move_id
                      FROM account_move_line WHERE id = ANY(%s)
                ), premium AS (
                    SELECT DISTINCT l.move_id, l.insurance_policy_id FROM account_move_line l
                     WHERE l.insurance_policy_id IS NOT NULL
                       AND l.move_id IN (SELECT move_id FROM mine)
                ), policies AS (
                    SELECT l.move_id, array_agg(p.id ORDER BY p.name COLLATE "C", p.id) AS ids,
                           array_agg(
                               (p.procedure_id, p.insurer_id, p.line_of_business, p.creditor)::text
                               ORDER BY p.name COLLATE "C", p.id
                           ) AS facts
                      FROM premium l JOIN insurance_policy p ON p.id = l.insurance_policy_id
                  GROUP BY l.move_id
                )
                SELECT l.id, l.date_maturity, l.amount_residual, l.parent_state,
                       m.commercial_partner_id, p.ids, p.facts
                  FROM mine l
                  JOIN account_move m ON m.id = l.move_id
                  JOIN policies p ON p.move_id = l.move_id
                """,
                list(lines._ids),
            )
        )
        return [LineRow._make((*row[:5], tuple(row[5]), tuple(row[6]))) for row in found]

    @api.model
    def _plan(self, rows, company):
        """Return procedure and creditor by the policies and the type of debtor of a line.

        :param rows: ``LineRow``s
        :return: dict from (signature, debtor type) to (procedure, creditor)
        :raise UserError: when no procedure fits
        """
        partners = self.env["res.partner"].browse({row.partner_id for row in rows})
        partners.fetch(["debtor_type", "user_id"])
        types = {partner.id: partner._get_debtor_type() for partner in partners}
        examples = {(row.signature, types[row.partner_id]): row.policy_ids for row in rows}
        policies = self.env["insurance.policy"]
        wanted = {key: (policies.browse(ids), key[1]) for key, ids in examples.items()}
        procedures = self.env["arrears.procedure"]
        chosen = procedures._choose(company, wanted.values())
        procedures._check_chosen(company, chosen)
        return {
            # An invoice's premiums have one creditor.
            key: (chosen[pair], pair[0].creditor_id[:1])
            for key, pair in wanted.items()
        }

    @api.model
    def _choose_procedures(self, lines, policies, company):
        """Return the procedure of each receivable line: dict from line to procedure.

        :param policies: dict from invoice to the policies whose premium stands on it
        :raise UserError: when none fits
        """
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
        # The first by number, as ``_plan`` has it; they differ when one of them moved since.
        first = min(policies, key=lambda policy: (policy.name, policy.id), default=policies)
        return line.move_id.commercial_partner_id, first.creditor_id[:1]

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
