"""Odoo's own "No Follow-Up" on what is paused here: set, and given back as it was.

A field of the books, so it is written seldom and for many lines at once: when a hold or an
arrangement begins and ends, never because an item is merely in a case. Nothing in Odoo Community
sends by it; what also reminds (a bridge) leaves its own run instead.
"""

from odoo import api, fields, models
from odoo.fields import Domain

BY = {"hold": "by_hold", "arrangement": "by_arrangement"}


class ArrearsFollowupPause(models.Model):
    _name = "arrears.followup.pause"
    _description = "Line Left out of Follow-Up"
    _rec_name = "move_line_id"

    move_line_id = fields.Many2one(
        "account.move.line", string="Receivable line", required=True, ondelete="cascade"
    )
    move_id = fields.Many2one(related="move_line_id.move_id", store=True, index=True)
    company_id = fields.Many2one(related="move_line_id.company_id", store=True, index=True)
    by_hold = fields.Boolean(string="On hold", readonly=True)
    by_arrangement = fields.Boolean(string="In an arrangement", readonly=True)
    was = fields.Boolean(string="As it was before", readonly=True)

    _one_per_line = models.UniqueIndex("(move_line_id)", "This line is left out already.")

    @api.model
    def _begin(self, lines, reason):
        """Leave receivable lines out of follow-up, and remember how they were.

        :param lines: ``account.move.line``
        :param reason: "hold" or "arrangement"
        """
        pauses = self.sudo()  # kept by the engine; the right to pause was checked by who calls
        known = pauses.search([("move_id", "in", lines.move_id.ids)])
        standing = known._filter_standing()
        # Odoo keeps one value for all instalments of an invoice: another one may have set it.
        before = {p.move_id: p.was for p in standing if p.move_id.is_invoice()}
        was = {line: before.get(line.move_id, line.no_followup) for line in lines}
        mine = known.filtered(lambda pause: pause.move_line_id in lines)
        (mine & standing).write({BY[reason]: True})
        for value, idle in (mine - standing).grouped(lambda p: was[p.move_line_id]).items():
            idle.write({BY[reason]: True, "was": value})
        pauses.create(
            [
                {"move_line_id": line.id, BY[reason]: True, "was": was[line]}
                for line in lines - mine.move_line_id
            ]
        )
        self._write_followup(lines, True)

    @api.model
    def _end(self, lines, reason):
        """Give receivable lines back to follow-up as they were, unless the other reason stands.

        :param lines: ``account.move.line``
        :param reason: "hold" or "arrangement"
        """
        pauses = self.sudo()  # as above
        mine = pauses.search(
            Domain("move_line_id", "in", lines.ids) & Domain(BY[reason], "=", True)
        )
        mine.write({BY[reason]: False})
        over = mine - mine._filter_standing()
        invoices = over.move_id.filtered(lambda move: move.is_invoice())
        others = pauses.search([("move_id", "in", invoices.ids)])._filter_standing()
        back = over.filtered(lambda pause: not pause.was and pause.move_id not in others.move_id)
        self._write_followup(back.move_line_id, False)

    def _filter_standing(self):
        """Return the pauses that last; a row without a reason only waits to be used again."""
        return self.filtered(lambda pause: any(pause[name] for name in BY.values()))

    @api.model
    def _write_followup(self, lines, value):
        """Write Odoo's field where it differs, in one go."""
        changed = lines.sudo().filtered(lambda line: line.no_followup != value)
        changed.move_id.line_ids.mapped("tax_ids")  # Odoo would read them entry by entry
        changed.write({"no_followup": value})

    @api.model
    def _get_followed_domain(self, company):
        """Return the domain of lines that nobody took out of follow-up, unless by a hold of ours.

        A hold on one instalment of an invoice sets it for the next one too, which comes into
        arrears all the same.
        """
        pauses = self.sudo()  # as above
        held = pauses.search(
            [("company_id", "=", company.id), ("by_hold", "=", True), ("was", "=", False)]
        )
        return Domain("no_followup", "=", False) | Domain("move_id", "in", held.move_id.ids)

    @api.model
    def _follow_holds(self, day, company):
        """Bring the pauses of a company in line with its holds, also over what came since.

        :param day: business day
        """
        service = self.sudo()  # holds that a colleague may not see count too
        mine = service.search([("company_id", "=", company.id), ("by_hold", "=", True)])
        items = service.env["arrears.item"].search([("move_line_id", "in", mine.move_line_id.ids)])
        running = service.env["arrears.hold"].search(
            Domain("company_id", "=", company.id) & Domain("state", "=", "running")
        )
        (items | running._get_items())._follow_holds(day)


class ArrearsItem(models.Model):
    _inherit = "arrears.item"

    def _follow_holds(self, day):
        """Leave what is on hold out of Odoo's follow-up, give the rest of these back.

        :param day: business day
        """
        holds = self._get_holds()
        held = self.filtered(
            lambda item: (
                not item.settled_on
                and holds[item].filtered(lambda hold: hold.state == "running")._active_on(day)
            )
        )
        pauses = self.env["arrears.followup.pause"]
        pauses._begin(held.move_line_id, "hold")
        pauses._end((self - held).move_line_id, "hold")

    def _get_left_alone(self, rows=None):
        """Return the items whose invoice a colleague keeps out: blocked, or out of follow-up.

        What we left out ourselves does not count: the hold or arrangement says more.

        :param rows: ``_read_rows`` of these items; None reads it
        :return: set of item ids
        """
        rows = self._read_rows() if rows is None else rows
        out = self.browse([id_ for id_, row in rows.items() if row.kept_out])
        # Kept by the engine, read for whoever works: it only tells whose doing it was.
        pauses = self.env["arrears.followup.pause"].sudo()
        ours = pauses.search([("move_id", "in", out.move_id.ids), ("was", "=", False)])
        ours = ours._filter_standing()
        return {
            item.id
            for item in out
            if item.move_id.payment_state == "blocked" or item.move_id not in ours.move_id
        }
