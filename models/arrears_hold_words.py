"""Holds in words: what a kind stops, how it ends, and what everybody may know of a case."""

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date

from ..law import holds as law_holds

READER = "premium_arrears.group_reader"


class ArrearsHold(models.Model):
    _inherit = "arrears.hold"

    stops_text = fields.Char(string="This stops", compute="_compute_stops_text")
    ends_text = fields.Char(string="How it ends", compute="_compute_stops_text")

    @api.depends("kind")
    def _compute_stops_text(self):
        for hold in self:
            hold.stops_text = self._describe_stops(hold.kind)
            hold.ends_text = self._describe_end(hold.kind)

    @api.model
    def _describe_stops(self, kind):
        """Return in a sentence all that a kind of hold stops."""
        if not kind:
            return ""
        words = {
            "notices": self.env._("letters and mails about the arrears"),
            "fees": self.env._("collection fees"),
            "suspension": self.env._("stopping the cover"),
            "handover": self.env._("handing over to a collector"),
            "termination": self.env._("ending a policy"),
            "cis": self.env._("registration in CIS"),
            "calls": self.env._("phone calls about paying"),
            "advance": self.env._("e-mails before a due date"),
            "interest": self.env._("interest over these days"),
        }
        return self.env._(
            "This stops: %s. Paying is always possible, and the pay link works.",
            ", ".join(words[code] for code in law_holds.stops(kind)),
        )

    @api.model
    def _describe_end(self, kind):
        """Return in a sentence how a kind of hold ends."""
        if not kind:
            return ""
        rule = law_holds.rule(kind)
        if rule.ends_itself:
            first = self.env._("It ends by itself on its last day; the handler is told before.")
        else:
            first = self.env._(
                "Only a person ends it. On the day that you choose, a colleague is asked to look "
                "again."
            )
        then = self.env._("Then the customer has a fresh term of 14 days.")
        return f"{first} {then}"


class ArrearsCase(models.Model):
    _inherit = "arrears.case"

    # For everybody who may read the case: that it is on hold, and never why.
    hold_text = fields.Char(string="On hold", compute="_compute_hold_text")

    @api.depends("state", "item_ids.next_reason", "item_ids.settled_on")
    def _compute_hold_text(self):
        day = fields.Date.context_today(self)
        whole = self._get_holds()
        items = self.item_ids.filtered(lambda item: not item.settled_on)
        by_item = items._get_holds()
        for case in self:
            active = whole[case]._active_on(day)
            mine = items.filtered(lambda item, c=case: item.case_id == c)
            held = mine.filtered(lambda item: by_item[item]._active_on(day))
            if case.state == "closed":
                case.hold_text = False
            elif active:
                case.hold_text = self._describe_hold(active)
            elif held:
                case.hold_text = self.env._(
                    "On hold: %(held)s. Nothing is sent, charged or suspended for that; the rest "
                    "goes on.",
                    held=", ".join(item.reference or "?" for item in held),
                )
            else:
                case.hold_text = False

    def action_put_on_hold(self):
        """Button: ask which hold, and place it on this case."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Put on hold"),
            "res_model": "arrears.hold.place",
            "view_mode": "form",
            "target": "new",
            "context": {"default_case_ids": [fields.Command.set(self.ids)]},
        }

    def _describe_hold(self, active):
        """Return in words until when a case is on hold."""
        if all(hold.end for hold in active):
            return self.env._(
                "On hold until %s. Nothing is sent, charged or suspended until then; a fresh term "
                "of 14 days follows.",
                format_date(self.env, max(active.mapped("end"))),
            )
        return self.env._(
            "On hold until somebody ends it. Nothing is sent, charged or suspended; a fresh term "
            "of 14 days follows."
        )


class ResPartner(models.Model):
    _inherit = "res.partner"

    arrears_on_hold = fields.Boolean(
        string="Arrears on hold", compute="_compute_arrears_on_hold", groups=READER
    )

    @api.depends_context("allowed_company_ids")
    def _compute_arrears_on_hold(self):
        """Tell that something of this customer is on hold; never why."""
        day = fields.Date.context_today(self)
        holds = self.env["arrears.hold"]
        active = holds._search_standing(
            holds._get_active_domain(day)
            & Domain("company_id", "in", self.env.companies.ids)
            & Domain("partner_id", "in", self.commercial_partner_id.ids)
        )
        for partner in self:
            partner.arrears_on_hold = partner.commercial_partner_id in active.partner_id

    def action_view_arrears_holds(self):
        """Open what this colleague may see of the holds of this customer."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "premium_arrears.arrears_hold_action"
        )
        action["domain"] = [("partner_id", "=", self.commercial_partner_id.id)]
        action["context"] = {}
        action["help"] = self.env._(
            "Something of this customer is on hold. You need the right “Debt help and "
            "vulnerability” to see more."
        )
        return action
