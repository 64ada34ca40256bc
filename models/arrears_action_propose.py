"""What a day asks for: the steps, fees and suspensions that a run proposes."""

from collections import defaultdict

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from . import bulk
from .arrears_action import ENGINE_KINDS
from .arrears_item_ladder import to_decimal


class ArrearsAction(models.Model):
    _inherit = "arrears.action"

    @api.model
    def _propose_steps(self, run, decisions):
        """Bundle, per case, the items that are due for the same stage on the run's day.

        :param decisions: dict from item id to the law's Decision of this very day; what is not in
            it is decided here
        """
        items = self.env["arrears.item"]
        mine = Domain("company_id", "=", run.company_id.id)
        due = items.search(mine & items._get_due_domain(run.date))
        due -= self.env["arrears.notice"]._get_items_to_mend(run)
        due = due._filter_own_steps()
        rows = due._read_rows()
        cases = self.env["arrears.case"].browse({row.case_id for row in rows.values()})
        credits = {case.id for case in cases._get_waiting_credits()}
        unknown = due.browse([id_ for id_ in rows if id_ not in decisions])
        decisions = decisions | {item.id: made for item, made in unknown._decide(run.date).items()}
        steps = defaultdict(list)
        for id_ in due._ids:
            row = rows[id_]
            if row.case_id not in credits:
                steps[row.case_id, row.next_stage_id].append(row)
        pending = self._pending_steps(run.company_id)
        new = []
        for (case_id, stage_id), mine in steps.items():
            stage = self.env["arrears.stage"].browse(stage_id)
            vals = self._prepare_step_vals(run, case_id, stage, mine, decisions)
            if (case_id, stage_id) in pending:
                items = due.browse([row.id for row in mine])
                pending[case_id, stage_id]._add_items(items, vals)
            else:
                new.append((vals, mine))
        return self._create_steps(new)

    @api.model
    def _create_steps(self, steps):
        """Create steps of the engine, many at once.

        :param steps: list of (values, ``ItemRow``s of the items that it is about)
        """
        return bulk.insert(
            self,
            [vals for vals, _rows in steps],
            item_ids=[[row.id for row in rows] for _vals, rows in steps],
        )

    @api.model
    def _get_pending_domain(self, company):
        """Return the domain of the steps that are proposed, other than fee and cover."""
        return [
            ("company_id", "=", company.id),
            ("state", "=", "proposed"),
            ("kind", "not in", ("fee", "suspend")),
        ]

    @api.model
    def _pending_steps(self, company):
        """Return the steps that wait for a person's decision already, by case and stage."""
        pending = self.search(self._get_pending_domain(company))
        return {(action.case_id.id, action.stage_id.id): action for action in pending}

    @api.model
    def _get_proposed_items(self, company):
        """Return the ids of the items for which a step is proposed, other than fee and cover."""
        actions = self._search(self._get_pending_domain(company))
        rows = self.env.execute_query(
            SQL(
                "SELECT DISTINCT arrears_item_id FROM arrears_action_arrears_item_rel "
                "WHERE arrears_action_id IN %s",
                actions.subselect(),
            )
        )
        return [id_ for (id_,) in rows]

    def _add_items(self, items, vals):
        """Let a step that waits for a decision take in items that became due for it meanwhile."""
        self.ensure_one()
        self.item_ids |= items
        self.write(
            {
                "amount": sum(self.item_ids.mapped("amount_open")),
                "why": {"items": self.why["items"] + vals["why"]["items"]},
            }
        )
        items.write({"stale": True})

    @api.model
    def _prepare_step_vals(self, run, case_id, stage, rows, decisions):
        return {
            "run_id": run.id,
            "case_id": case_id,
            "kind": "notice" if stage._is_notice() else stage.kind,
            "stage_id": stage.id,
            "amount": float(sum(to_decimal(row.amount_open) for row in rows)),
            "automatic": stage.automatic and stage._is_notice(),
            "why": {
                "items": [
                    {
                        "item": row.id,
                        "cycle": row.cycle,
                        "reference": row.reference,
                        "reason": decisions[row.id].reason,
                        "day": str(decisions[row.id].day),
                        **decisions[row.id].inputs,
                    }
                    for row in rows
                ]
            },
        }

    @api.model
    def _propose_term_ends(self, run):
        """Propose the fees and suspensions of the notices whose last day has passed unpaid."""
        ended = self.env["arrears.notice"]._get_term_ended(run.date, run.company_id)
        return self.create(ended._prepare_term_vals(run))

    @api.model
    def _supersede(self, run):
        """Set aside what earlier runs proposed and nobody carried out: today looks afresh."""
        earlier = self.search(
            [
                ("company_id", "=", run.company_id.id),
                ("date", "<", run.date),
                ("state", "=", "proposed"),
                ("kind", "in", ENGINE_KINDS),
            ]
        )
        earlier._skip("superseded")
        # A run that was killed and is overtaken by this one has nothing left to do. A worker that
        # has it in hand finds it in no phase, and leaves it.
        overtaken = self.env["arrears.run"].search(
            [
                ("company_id", "=", run.company_id.id),
                ("date", "<", run.date),
                ("state", "=", "proposed"),
            ]
        )
        overtaken.write({"state": "done", "released": False, "phase": False, "overtaken": True})
        # What is proposed afresh must find the place empty in the database.
        earlier.flush_recordset(["state"])
