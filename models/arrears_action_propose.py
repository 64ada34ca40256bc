"""What a day asks for: the steps, fees and suspensions that a run proposes."""

from odoo import api, fields, models

from .arrears_action import ENGINE_KINDS


class ArrearsAction(models.Model):
    _inherit = "arrears.action"

    @api.model
    def _propose_steps(self, run):
        """Bundle, per case, the items that are due for the same stage on the run's day."""
        due = self.env["arrears.item"].search(
            [
                ("company_id", "=", run.company_id.id),
                ("settled_on", "=", False),
                ("next_stage_id", "!=", False),
                ("next_step_date", "<=", run.date),
                ("case_id.state", "in", ("open", "arranged", "handed_over")),
                ("handover_id", "=", False),
                ("arrangement_id", "=", False),
            ]
        )
        due -= self.env["arrears.notice"]._get_items_to_mend(run)
        due = due._filter_own_steps()
        credits = due.case_id._get_waiting_credits()
        due = due.filtered(lambda item: item.case_id not in credits)
        decisions = due._decide(run.date)
        pending = self._pending_steps(run.company_id)
        vals_list = []
        for key, items in due.grouped(lambda item: (item.case_id, item.next_stage_id)).items():
            vals = self._prepare_step_vals(run, *key, items, decisions)
            if key in pending:
                pending[key]._add_items(items, vals)
            else:
                vals_list.append(vals)
        return self.create(vals_list)

    @api.model
    def _pending_steps(self, company):
        """Return the steps that wait for a person's decision already, by case and stage."""
        pending = self.search(
            [
                ("company_id", "=", company.id),
                ("state", "=", "proposed"),
                ("kind", "not in", ("fee", "suspend")),
            ]
        )
        return {(action.case_id, action.stage_id): action for action in pending}

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
    def _prepare_step_vals(self, run, case, stage, items, decisions):
        return {
            "run_id": run.id,
            "case_id": case.id,
            "kind": "notice" if stage._is_notice() else stage.kind,
            "stage_id": stage.id,
            "item_ids": [fields.Command.set(items.ids)],
            "amount": sum(items.mapped("amount_open")),
            "automatic": stage.automatic and stage._is_notice(),
            "why": {
                "items": [
                    {
                        "item": item.id,
                        "cycle": item.cycle,
                        "reference": item.reference,
                        "reason": decisions[item].reason,
                        "day": str(decisions[item].day),
                        **decisions[item].inputs,
                    }
                    for item in items
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
        # A run that was killed and is overtaken by this one has nothing left to do.
        overtaken = self.env["arrears.run"].search(
            [
                ("company_id", "=", run.company_id.id),
                ("date", "<", run.date),
                ("state", "=", "proposed"),
            ]
        )
        overtaken.write({"state": "done", "released": False, "overtaken": True})
        # What is proposed afresh must find the place empty in the database.
        earlier.flush_recordset(["state"])
