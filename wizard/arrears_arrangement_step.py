"""What a handler does with an arrangement that runs: end, pause, change, add; with the reason."""

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..models.arrears_item_ladder import to_decimal

STEPS = [
    ("cancel", "End it"),
    ("refuse", "Refuse it"),
    ("pause", "Pause it"),
    ("change", "Change the terms"),
    ("add", "Add premiums"),
]


class ArrearsArrangementStep(models.TransientModel):
    _name = "arrears.arrangement.step"
    _description = "Step of an Arrangement"
    _inherit = ["arrears.terms"]

    arrangement_id = fields.Many2one("arrears.arrangement", required=True, readonly=True)
    company_id = fields.Many2one(related="arrangement_id.company_id")
    step = fields.Selection(STEPS, required=True, readonly=True)
    until = fields.Date(string="Paused until", help="Last day of the pause.")
    reason = fields.Char(string="Why")
    available_item_ids = fields.Many2many("arrears.item", compute="_compute_available_item_ids")
    item_ids = fields.Many2many(
        "arrears.item",
        string="What is added",
        compute="_compute_item_ids",
        store=True,
        readonly=False,
        domain="[('id', 'in', available_item_ids)]",
    )

    @api.depends("arrangement_id")
    def _compute_available_item_ids(self):
        for form in self:
            found = self.env["arrears.item"].search(
                Domain("company_id", "=", form.company_id.id)
                & Domain("partner_id", "=", form.arrangement_id.partner_id.id)
                & Domain("settled_on", "=", False)
            )
            form.available_item_ids = found.filtered(
                lambda item: not self.env["arrears.help"]._why_left_out(item)
            )

    @api.depends("available_item_ids", "step")
    def _compute_item_ids(self):
        for form in self:
            items = form.available_item_ids if form.step == "add" else self.env["arrears.item"]
            form.item_ids = [Command.set(items.ids)]

    # === PREVIEW === #

    def _get_preview_fields(self):
        return [*super()._get_preview_fields(), "arrangement_id", "step", "item_ids"]

    def _has_preview(self):
        return self.step in ("change", "add")

    def _get_total(self):
        added = self.arrangement_id._get_sources(self.item_ids._origin)
        amounts = [self.arrangement_id.amount_open, *(each.amount_open for each in added)]
        return sum((to_decimal(amount) for amount in amounts), to_decimal(0.0))

    def _get_beyond_text(self, beyond):
        text = super()._get_beyond_text(beyond)
        if text and not self.env.user.has_group("premium_arrears.group_manager"):
            return self.env._("%s Ask a manager to do this.", text)
        return text

    # === APPLY === #

    def action_apply(self):
        """Do the step; the arrangement's own methods check who may and what can be."""
        self.ensure_one()
        arrangement = self.arrangement_id
        reason = (self.reason or "").strip()
        if self.step != "add" and not reason:
            raise UserError(self.env._("Say why, for the colleague who reads it later."))
        if self.item_ids - self.available_item_ids:
            raise UserError(self.env._("Choose only what this customer can pay in this way."))
        if self.step == "cancel":
            arrangement.cancel(self.day, reason)
        elif self.step == "refuse":
            arrangement.refuse(self.day, reason)
        elif self.step == "pause":
            if not self.until:
                raise UserError(self.env._("Choose the last day of the pause."))
            arrangement.pause(self.day, self.until, reason)
        elif self.step == "change":
            arrangement.change(self._get_terms(), self.day, reason)
        else:
            arrangement.add_items(self.item_ids, self.day, self._get_terms())
        return {"type": "ir.actions.act_window_close"}


class ArrearsArrangement(models.Model):
    _inherit = "arrears.arrangement"

    def action_step(self):
        """Open the form of the step that the button names in its context."""
        self.ensure_one()
        step = self.env.context.get("arrears_step", "change")
        names = dict(
            self.env["arrears.arrangement.step"]._fields["step"]._description_selection(self.env)
        )
        return {
            "type": "ir.actions.act_window",
            "name": names[step],
            "res_model": "arrears.arrangement.step",
            "view_mode": "form",
            "target": "new",
            "context": {"default_arrangement_id": self.id, "default_step": step},
        }

    def action_approve(self):
        """Button: a manager agrees to what goes beyond the limits."""
        self.approve(fields.Date.context_today(self))

    def action_accept(self):
        """Button: the customer accepted by phone."""
        self.accept(fields.Date.context_today(self), "phone")

    def action_accept_writing(self):
        """Button: the customer accepted in writing."""
        self.accept(fields.Date.context_today(self), "writing")

    def action_resume(self):
        """Button: the pause is over before its last day."""
        self.resume(fields.Date.context_today(self))

    def action_propose(self):
        """Button: send a draft to the customer, who accepts it."""
        self.propose(fields.Date.context_today(self), needs_acceptance=True)
