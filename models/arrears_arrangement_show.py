"""What a colleague sees around arrangements: the next day, what was missed, counts, buttons."""

from odoo import api, fields, models

from .arrears_arrangement import FREEZING


class ArrearsArrangement(models.Model):
    _inherit = "arrears.arrangement"

    next_day = fields.Date(
        string="Next instalment", compute="_compute_next", help="The first that is unpaid."
    )
    has_missed = fields.Boolean(compute="_compute_next")
    case_count = fields.Integer(compute="_compute_case_count")
    last_day = fields.Date(
        string="Ends on",
        compute="_compute_last_day",
        store=True,
        help="Day of the last instalment.",
    )

    @api.depends(
        "state", "instalment_ids.date", "instalment_ids.paid_on", "instalment_ids.missed_on"
    )
    def _compute_next(self):
        for arrangement in self:
            running = arrangement.state in (*FREEZING, "draft")
            unpaid = arrangement.instalment_ids.filtered(lambda part: not part.paid_on)
            arrangement.next_day = running and min(unpaid.mapped("date"), default=False)
            arrangement.has_missed = running and any(unpaid.mapped("missed_on"))

    @api.depends("instalment_ids.date", "instalment_ids.active")
    def _compute_last_day(self):
        for arrangement in self:
            days = arrangement.instalment_ids.filtered("date").mapped("date")
            arrangement.last_day = max(days, default=False)

    @api.depends("case_ids")
    def _compute_case_count(self):
        for arrangement in self:
            arrangement.case_count = len(arrangement.case_ids)

    def action_view_cases(self):
        """Open the cases that it is about."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "premium_arrears.arrears_case_action"
        )
        return _only(action, self.case_ids)

    def _tell_progress(self):
        """Return how far these are, in a few words: of the one that runs, else how many."""
        running = self.filtered(lambda a: a.state in FREEZING)
        if len(running) != 1:
            return str(len(self))
        parts = running.instalment_ids
        return self.env._(
            "%(paid)s of %(all)s paid", paid=len(parts.filtered("paid_on")), all=len(parts)
        )

    def _open_list(self):
        """Return the action that shows these."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "premium_arrears.arrears_arrangement_action"
        )
        return _only(action, self)


class ArrearsCase(models.Model):
    _inherit = "arrears.case"

    arrangement_count = fields.Integer(compute="_compute_arrangement_count")
    arrangement_progress = fields.Char(compute="_compute_arrangement_count")
    running_arrangement_id = fields.Many2one(
        "arrears.arrangement", compute="_compute_arrangement_count"
    )

    @api.depends("arrangement_ids.state", "arrangement_ids.instalment_ids.paid_on")
    def _compute_arrangement_count(self):
        for case in self:
            case.arrangement_count = len(case.arrangement_ids)
            case.arrangement_progress = case.arrangement_ids._tell_progress()
            running = case.arrangement_ids.filtered(lambda a: a.state in FREEZING)
            case.running_arrangement_id = running.sorted("id")[-1:]

    def action_view_arrangements(self):
        """Open the arrangements that are about what is in these cases."""
        return self.arrangement_ids._open_list()


class ResPartner(models.Model):
    _inherit = "res.partner"

    arrangement_count = fields.Integer(
        compute="_compute_arrangement_count", groups="premium_arrears.group_reader"
    )
    arrangement_progress = fields.Char(
        compute="_compute_arrangement_count", groups="premium_arrears.group_reader"
    )

    def _compute_arrangement_count(self):
        found = (
            self.env["arrears.arrangement"]
            .search([("partner_id", "in", self.commercial_partner_id.ids)])
            .grouped("partner_id")
        )
        nothing = self.env["arrears.arrangement"]
        for partner in self:
            mine = found.get(partner.commercial_partner_id, nothing)
            partner.arrangement_count = len(mine)
            partner.arrangement_progress = mine._tell_progress()

    def action_view_arrangements(self):
        """Open the arrangements of this customer."""
        self.ensure_one()
        arrangements = self.env["arrears.arrangement"]
        return arrangements.search(
            [("partner_id", "=", self.commercial_partner_id.id)]
        )._open_list()


class AccountMove(models.Model):
    _inherit = "account.move"

    arrangement_count = fields.Integer(
        compute="_compute_arrangement_count", groups="premium_arrears.group_reader"
    )
    arrangement_progress = fields.Char(
        compute="_compute_arrangement_count", groups="premium_arrears.group_reader"
    )

    def _find_arrangements(self):
        return self.line_ids.arrears_item_ids.arrangement_line_ids.arrangement_id

    def _compute_arrangement_count(self):
        for move in self:
            found = move._find_arrangements()
            move.arrangement_count = len(found)
            move.arrangement_progress = found._tell_progress()

    def action_view_arrangements(self):
        """Open the arrangements that this invoice is or was in."""
        return self._find_arrangements()._open_list()


def _only(action, records):
    """Return the action for these records: the form when there is one."""
    action["context"] = {}
    action["domain"] = [("id", "in", records.ids)]
    if len(records) == 1:
        action["res_id"] = records.id
        action["views"] = [(False, "form")]
    return action
