"""A run in figures: what it would do, for how much, and what it leaves alone and why."""

from odoo import api, fields, models


class ArrearsRun(models.Model):
    _inherit = "arrears.run"

    summary_html = fields.Html(string="In figures", compute="_compute_summary_html")

    @api.depends("action_ids.state", "not_proposed", "state")
    def _compute_summary_html(self):
        for run in self:
            if run.state == "draft":
                run.summary_html = False
                continue
            run.summary_html = self.env["ir.qweb"]._render(
                "premium_arrears.run_summary",
                {
                    "steps": run._get_summary_steps(),
                    "skipped": run._get_summary_skipped(),
                    "not_proposed": run._get_summary_not_proposed(),
                    "money": run.currency_id.format,
                },
            )

    def _get_summary_steps(self):
        """Return a row per kind of step and stage: label, steps, cases, amount, state counts."""
        self.ensure_one()
        groups = self.env["arrears.action"]._read_group(
            [("run_id", "=", self.id), ("state", "!=", "skipped")],
            ["kind", "stage_id", "state"],
            ["__count", "case_id:count_distinct", "amount:sum"],
        )
        kinds = dict(self.env["arrears.action"]._fields["kind"]._description_selection(self.env))
        rows = {}
        for kind, stage, state, count, cases, amount in groups:
            label = stage.name if kind == "notice" else kinds[kind]
            # Procedures have stages of the same name; here they are one line.
            row = rows.setdefault(
                label,
                {"label": label, "steps": 0, "cases": 0, "amount": 0.0, "waiting": 0, "done": 0},
            )
            row["steps"] += count
            row["cases"] += cases
            row["amount"] += amount
            row["waiting"] += count if state == "proposed" else 0
            row["done"] += count if state == "done" else 0
        return list(rows.values())

    def _get_summary_skipped(self):
        """Return a row per reason why a step of this run was skipped: label and steps."""
        self.ensure_one()
        groups = self.env["arrears.action"]._read_group(
            [("run_id", "=", self.id), ("state", "=", "skipped")], ["skip_reason"], ["__count"]
        )
        field = self.env["arrears.action"]._fields["skip_reason"]
        labels = dict(field._description_selection(self.env))
        return [{"label": labels.get(reason, ""), "steps": count} for reason, count in groups]

    def _get_summary_not_proposed(self):
        """Return a row per reason why something overdue was not proposed."""
        self.ensure_one()
        field = self.env["arrears.item"]._fields["next_reason"]
        labels = dict(field._description_selection(self.env))
        labels |= {
            "arrangement": self.env._("An arrangement runs"),
            "arranged": self.env._("An arrangement runs"),  # of runs before version 1.3
            "opening": self.env._("From before the opening day, not released yet"),
            "credit_waits": self.env._("A payment or credit note waits to be matched"),
            "handed_over": self.env._("Somebody else collects"),
            "waiting": self.env._("Not looked at yet"),
        }
        return [{**row, "label": labels[row["reason"]]} for row in self.not_proposed or []]

    def action_view_not_proposed(self):
        """Open what is overdue in this company, by what its next step waits for."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "premium_arrears.arrears_item_action"
        )
        action["domain"] = [("company_id", "=", self.company_id.id), ("settled_on", "=", False)]
        action["context"] = {"search_default_group_reason": 1}
        return action
