"""Which holds there are for an item or a case: the one home of that question.

The engine always sees all of them, whoever works: a hold that a colleague may not see stops a
letter all the same. So it asks here and never reads ``case.hold_ids``, which shows a colleague only
what he may see (and which keeps that for whoever asks next in the same transaction).
"""

from collections import defaultdict

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..law import holds as law_holds


class ArrearsHold(models.Model):
    _inherit = "arrears.hold"

    @api.model
    def _search_standing(self, domain):
        """Return, as the service, the holds of a domain that were not taken back."""
        # With the service's rights: who may not see debt help must still be stopped by it.
        return self.sudo().search(Domain("state", "!=", "withdrawn") & domain)

    def _get_key(self):
        """Return what this hold covers, as ``arrears.item._get_holds`` looks it up."""
        self.ensure_one()
        if self.scope == "debtor":
            return "debtor", self.company_id, self.partner_id
        return self.scope, self[f"{self.scope}_id"]

    def _get_items(self):
        """Return the items that are open and that one of these holds covers."""
        service = self.sudo()  # of other handlers' cases too
        by_scope = service.grouped("scope")
        found = [
            Domain("partner_id", "in", mine.partner_id.ids) & Domain("company_id", "=", company.id)
            for company, mine in by_scope.get("debtor", service.browse())
            .grouped("company_id")
            .items()
        ]
        for scope, path in (("case", "case_id"), ("policy", "policy_ids"), ("item", "id")):
            if mine := by_scope.get(scope):
                found.append(Domain(path, "in", mine[f"{scope}_id"].ids))
        if not found:
            return service.env["arrears.item"]
        return service.env["arrears.item"].search(
            Domain("settled_on", "=", False) & Domain.OR(found)
        )

    def _get_cases_by_hold(self):
        """Return the cases, not closed, that each of these holds is about: dict from hold."""
        service = self.sudo()  # as above
        policies = service.filtered(lambda hold: hold.scope == "policy")._get_items()
        cases = service.env["arrears.case"].search(
            Domain("state", "!=", "closed")
            & (
                Domain("id", "in", service.case_id.ids)
                | Domain("company_id", "in", service.company_id.ids)
                & Domain("partner_id", "in", service.partner_id.ids)
            )
        )
        whole = cases.grouped(lambda case: (case.company_id, case.partner_id))
        found = {}
        for hold in service:
            found[hold] = hold.case_id & cases
            if hold.scope == "debtor":
                found[hold] |= whole.get((hold.company_id, hold.partner_id), cases.browse())
            elif hold.scope == "policy":
                mine = policies.filtered(lambda item, h=hold: h.policy_id in item.policy_ids)
                found[hold] |= mine.case_id
        return found

    def _get_cases(self):
        """Return the cases, not closed, that one of these holds is about."""
        return self.env["arrears.case"].sudo().union(*self._get_cases_by_hold().values())

    def _wake_items(self):
        """Let the next run look again at what these holds cover."""
        # A handler may pause a case, but items are written by the engine only.
        self._get_items().write({"stale": True})

    @api.model
    def _get_quiet(self, code, day, company):
        """Return whom and what holds stop something for, on a day, in one query.

        :param code: what they stop, such as "advance"; see ``law.holds``
        :return: (debtors, (debtor, creditor) pairs, policies)
        """
        active = self._search_standing(
            self._get_active_domain(day)
            & Domain("company_id", "=", company.id)
            & Domain("kind", "in", tuple(law_holds.kinds_that_stop(code)))
        )
        by_scope = active.grouped("scope")
        cases = by_scope.get("case", active.browse()).case_id
        return (
            by_scope.get("debtor", active.browse()).partner_id,
            {(case.partner_id, case.creditor_id) for case in cases},
            by_scope.get("policy", active.browse()).policy_id,
        )


class ArrearsItem(models.Model):
    _inherit = "arrears.item"

    def _get_holds(self):
        """Return all holds over these items, those that are over too, in one query.

        :return: dict from item to holds, as the service
        """
        found = defaultdict(dict)
        for item_id, hold_id in self._get_hold_pairs():
            found[item_id][hold_id] = True
        # The holds that a colleague may not see stop a letter all the same.
        holds = self.env["arrears.hold"].sudo()
        together = list({hold_id for ids in found.values() for hold_id in ids})
        return {
            item: holds.browse(found.get(item._origin.id, ())).with_prefetch(together)
            for item in self
        }

    def _flush_holds(self):
        """Let the database know what decides about holds, before it is asked in SQL."""
        self.flush_model(["company_id", "partner_id", "case_id", "policy_ids"])
        self.env["arrears.hold"].flush_model()

    def _get_hold_pairs(self):
        """Return (item id, hold id) for each hold over these items that was not taken back.

        First what covers the customer, then the case, the item itself and its policies; of each
        the latest first.
        """
        self._flush_holds()
        return self.env.execute_query(
            SQL(
                """
                WITH mine AS (
                    SELECT id, company_id, partner_id, case_id FROM arrears_item WHERE id = ANY(%s)
                ), found AS (
                    SELECT 1 AS place, i.id AS item_id, h.id AS hold_id, h.state, h.start
                      FROM mine i JOIN arrears_hold h ON h.scope = 'debtor'
                       AND h.partner_id = i.partner_id AND h.company_id = i.company_id
                 UNION ALL
                    SELECT 2, i.id, h.id, h.state, h.start
                      FROM mine i JOIN arrears_hold h ON h.scope = 'case' AND h.case_id = i.case_id
                 UNION ALL
                    SELECT 3, i.id, h.id, h.state, h.start
                      FROM mine i JOIN arrears_hold h ON h.scope = 'item' AND h.item_id = i.id
                 UNION ALL
                    SELECT 4, i.id, h.id, h.state, h.start
                      FROM mine i JOIN arrears_item_insurance_policy_rel r
                        ON r.arrears_item_id = i.id
                      JOIN arrears_hold h
                        ON h.scope = 'policy' AND h.policy_id = r.insurance_policy_id
                )
                SELECT item_id, hold_id FROM found WHERE state != 'withdrawn'
                 ORDER BY item_id, place, start DESC, hold_id DESC
                """,
                self.ids,
            )
        )


class ArrearsCase(models.Model):
    _inherit = "arrears.case"

    # What this colleague may see of the holds that touch the case, for the screen only.
    touching_hold_ids = fields.Many2many(
        "arrears.hold", string="Holds", compute="_compute_touching_hold_ids"
    )

    @api.depends_context("uid", "allowed_company_ids")
    @api.depends("item_ids", "partner_id", "hold_ids")
    def _compute_touching_hold_ids(self):
        may_see = self.env["arrears.hold"].with_user(self.env.user)
        # Which policies a case is about is no secret; holds are looked up with one's own rights.
        policies = {case: case.sudo().item_ids.policy_ids for case in self}
        every = self.env["insurance.policy"].sudo().union(*policies.values())
        found = may_see.search(
            Domain("company_id", "in", self.company_id.ids)
            & (
                Domain("scope", "=", "debtor") & Domain("partner_id", "in", self.partner_id.ids)
                | Domain("case_id", "in", self.ids)
                | Domain("scope", "=", "policy") & Domain("policy_id", "in", every.ids)
            )
        )
        for case in self:
            case.touching_hold_ids = found.filtered(
                lambda hold, case=case: (
                    hold.company_id == case.company_id
                    and (
                        (hold.scope == "debtor" and hold.partner_id == case.partner_id)
                        or hold.case_id.id == case._origin.id
                        or (hold.scope == "policy" and hold.policy_id in policies[case])
                    )
                )
            )

    def _get_holds(self):
        """Return the holds over these cases as a whole, those that are over too, in one query.

        :return: dict from case to holds, as the service
        """
        found = defaultdict(list)
        for case_id, hold_id in self._get_hold_pairs():
            found[case_id].append(hold_id)
        holds = self.env["arrears.hold"].sudo()  # see the top of this file
        together = [hold_id for ids in found.values() for hold_id in ids]
        return {
            case: holds.browse(found.get(case._origin.id, ())).with_prefetch(together)
            for case in self
        }

    def _flush_holds(self):
        """Let the database know what decides about holds, before it is asked in SQL."""
        self.flush_model(["company_id", "partner_id"])
        self.env["arrears.hold"].flush_model()

    def _get_hold_pairs(self):
        """Return (case id, hold id) for each hold over a case as a whole, not taken back."""
        self._flush_holds()
        return self.env.execute_query(
            SQL(
                """
                SELECT c.id, h.id FROM arrears_case c
                  JOIN arrears_hold h
                    ON h.scope = 'debtor' AND h.partner_id = c.partner_id
                   AND h.company_id = c.company_id
                 WHERE c.id = ANY(%(ids)s) AND h.state != 'withdrawn'
             UNION ALL
                SELECT h.case_id, h.id FROM arrears_hold h
                 WHERE h.scope = 'case' AND h.case_id = ANY(%(ids)s) AND h.state != 'withdrawn'
              ORDER BY 1, 2 DESC
                """,
                ids=self.ids,
            )
        )

    def _get_held(self, day):
        """Return those of these cases of which nothing goes on: the case, or all that is open.

        A hold on one policy or invoice beside others holds that one; the case goes on.
        """
        items = self.env["arrears.item"].search(
            [("case_id", "in", self.ids), ("settled_on", "=", False)]
        )
        whole, parts = self._get_hold_pairs(), items._get_hold_pairs()
        # With the service's rights, see the top of this file.
        holds = self.env["arrears.hold"].sudo().browse({hold for _id, hold in (*whole, *parts)})
        active = set(holds._active_on(day)._ids)
        held = {case for case, hold in whole if hold in active}
        held_items = items.browse({item for item, hold in parts if hold in active})
        touched = held_items.case_id
        others = items.filtered(lambda item: item.case_id in touched) - held_items
        held |= set((touched - others.case_id)._ids)
        return self.filtered(lambda case: case.id in held)
