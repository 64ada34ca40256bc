"""A decision that needs facts and two people: what is ticked, who proposed, who approved."""

from odoo import api, fields, models
from odoo.exceptions import UserError


class ArrearsApproval(models.AbstractModel):
    """What ends, registers or hands over: a checklist of facts, and a second person.

    A model that inherits it says in ``_get_checklist`` what has to be true; nobody ticks anything
    by hand. Who approves must be another person than who proposed.
    """

    _name = "arrears.approval"
    _description = "Decision of Two People"

    proposed_by_id = fields.Many2one("res.users", readonly=True, ondelete="restrict", copy=False)
    proposed_on = fields.Date(readonly=True, copy=False)
    approved_by_id = fields.Many2one("res.users", readonly=True, ondelete="restrict", copy=False)
    approved_on = fields.Date(readonly=True, copy=False)
    checklist = fields.Json(compute="_compute_checklist")
    checklist_html = fields.Html(compute="_compute_checklist", sanitize=False)
    checklist_ready = fields.Boolean(compute="_compute_checklist")

    @api.depends("proposed_by_id", "approved_by_id")
    def _compute_checklist(self):
        today = fields.Date.context_today(self)
        for record in self:
            rows = record._get_checklist(today)
            record.checklist = rows
            record.checklist_ready = all(row["ok"] for row in rows)
            record.checklist_html = self.env["ir.qweb"]._render(
                "premium_arrears.checklist", {"rows": rows}
            )

    def _get_checklist(self, day):
        """Return what has to be true, each with the fact that tells whether it is.

        :param day: business day
        :return: list of dicts: ``code``, ``label`` (what has to be true), ``ok`` (bool) and
            ``fact`` (what the database says, in words)
        """
        self.ensure_one()
        return []

    def _check_ready(self, day):
        """Refuse to go on while something on the checklist is not true.

        :param day: business day
        :raise UserError: names each line that is not true, with its fact
        """
        for record in self:
            wrong = [row for row in record._get_checklist(day) if not row["ok"]]
            if wrong:
                raise UserError(
                    self.env._(
                        "%(record)s cannot go on:\n%(reasons)s",
                        record=record.display_name,
                        reasons="\n".join(f"- {row['label']}: {row['fact']}" for row in wrong),
                    )
                )

    def _check_second_person(self):
        """Refuse an approval by the person who proposed it."""
        for record in self:
            if record.proposed_by_id == self.env.user:
                raise UserError(
                    self.env._(
                        "%(record)s: %(user)s proposed this. Somebody else has to approve it.",
                        record=record.display_name,
                        user=self.env.user.name,
                    )
                )
