"""Many holds that were placed at once, such as after a flood, and how they are taken back."""

from odoo import api, fields, models
from odoo.exceptions import UserError


class ArrearsHoldBatch(models.Model):
    _name = "arrears.hold.batch"
    _description = "Holds Placed at Once"
    _check_company_auto = True
    _order = "id desc"

    # No kind and no reason here: everybody who reads holds reads this.
    name = fields.Char(required=True, readonly=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    day = fields.Date(string="Placed on", required=True, readonly=True)
    user_id = fields.Many2one("res.users", string="Placed by", required=True, readonly=True)
    hold_ids = fields.One2many("arrears.hold", "batch_id", readonly=True)
    hold_count = fields.Integer(string="Number of holds", required=True, readonly=True)
    running_count = fields.Integer(string="Still running", compute="_compute_running_count")

    @api.depends_context("uid")
    @api.depends("hold_ids.state")
    def _compute_running_count(self):
        counts = dict(
            self.env["arrears.hold"]._read_group(
                [("batch_id", "in", self.ids), ("state", "=", "running")],
                ["batch_id"],
                ["__count"],
            )
        )
        for batch in self:
            batch.running_count = counts.get(batch, 0)

    def take_back(self, day, reason):
        """Take all holds of these back that still run.

        On the day they were placed it is as if they never were; later they end on ``day``, and a
        fresh term follows, since customers may have counted on them.

        :param day: business day, a date (or an ISO string)
        :param reason: why, in a few words
        :return: the holds that were taken back
        """
        day = self.env["arrears.run"]._to_day(day)
        running = self.env["arrears.hold"].search(
            [("batch_id", "in", self.ids), ("state", "=", "running")]
        )
        if not running:
            raise UserError(self.env._("None of these holds still runs."))
        begun = running.filtered(lambda hold: hold.start <= day)
        older = begun.filtered(lambda hold: hold.placed_on < day)
        if older:
            older.end_on(day, reason)
        if fresh := running - older:
            fresh.undo(day, reason)
        return running

    def action_take_back(self):
        """Button: ask why, and take these holds back."""
        self.ensure_one()
        running = self.hold_ids.filtered(lambda hold: hold.state == "running")
        return running._open_close("undo", self.env._("Take back all of these"), batch=self)


class ArrearsHold(models.Model):
    _inherit = "arrears.hold"

    batch_id = fields.Many2one(
        "arrears.hold.batch",
        string="Placed at once",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )
