"""Which arrangement an item is in: while it runs, the ladder takes no step for it."""

from odoo import api, fields, models


class ArrearsItem(models.Model):
    _inherit = "arrears.item"

    # Of the item, not of the case: a newer premium goes its own way, and has to be paid.
    arrangement_id = fields.Many2one(
        "arrears.arrangement",
        string="In an arrangement",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    arrangement_line_ids = fields.One2many("arrears.arrangement.line", "item_id", readonly=True)

    def _get_arrangement_end_days(self):
        """Return the days on which an arrangement over this item ended without being kept."""
        self.ensure_one()
        ended = self.arrangement_line_ids.arrangement_id.filtered(
            lambda a: a.state in ("broken", "cancelled") and a.proposed_on
        )
        return ended.mapped("closed_on")

    def _reopen(self, day):
        """An item that opens again, perhaps in another case, stays in its arrangement."""
        result = super()._reopen(day)
        for arrangement, items in self.filtered("arrangement_id").grouped("arrangement_id").items():
            arrangement.case_ids |= items.case_id
            arrangement._project_payments()
        return result


class ArrearsArrangement(models.Model):
    _inherit = "arrears.arrangement"

    def _freeze(self, day):
        """Take what is in these out of the ladder, and out of Odoo's own follow-up."""
        self._freeze_lines(self.line_ids, day)

    @api.model
    def _freeze_lines(self, lines, day):
        """Freeze what these lines of arrangements are about; it remembers how it was before."""
        for arrangement, mine in lines.grouped("arrangement_id").items():
            mine.item_id.write({"arrangement_id": arrangement.id, "stale": True})
        followed = lines.move_line_id.filtered(lambda line: not line.no_followup)
        lines.filtered(lambda line: line.move_line_id not in followed).no_followup_before = True
        followed.no_followup = True
        lines.item_id.filtered(lambda item: not item.settled_on)._project(day)

    def _unfreeze(self, day):
        """Give what is in these back to the ladder, at the stage that it had, with a fresh term."""
        items = self.line_ids.item_id.filtered(lambda item: item.arrangement_id in self)
        items.write({"arrangement_id": False, "stale": True})
        given_back = self.line_ids.filtered(lambda line: not line.no_followup_before)
        given_back.move_line_id.filtered("no_followup").no_followup = False
        items.filtered(lambda item: not item.settled_on)._project(day)
        items.case_id.filtered(lambda case: case.state == "arranged")._project(day)


class ArrearsCase(models.Model):
    _inherit = "arrears.case"

    arrangement_ids = fields.Many2many(
        "arrears.arrangement",
        "arrears_arrangement_case_rel",
        "case_id",
        "arrangement_id",
        readonly=True,
    )
