"""A notice that credit control asked for: its words, its channel, and what became of it."""

from odoo import api, fields, models


class ArrearsNotice(models.Model):
    _inherit = "arrears.notice"

    credit_level_id = fields.Many2one(
        "credit.control.policy.level",
        string="Level of credit control",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )

    # === MADE === #

    @api.model
    def _prepare_notice_vals(self, action, rows, day, recipient):
        vals = super()._prepare_notice_vals(action, rows, day, recipient)
        if level := getattr(action, "credit_level_id", None):
            vals["credit_level_id"] = level.id
        return vals

    @api.model
    def _choose_channel(self, recipients, day):
        # What credit control sends as a letter goes by post; a mail only under consent.
        if self.env.context.get("arrears_channel") == "letter":
            return dict.fromkeys(recipients, "post")
        return super()._choose_channel(recipients, day)

    # === WORDS === #

    def _get_text_values(self):
        values = super()._get_text_values()
        before = after = ""
        if self.credit_level_id:
            # Whoever sees a letter need have no rights on credit control.
            level = self.credit_level_id.sudo().with_context(lang=self.lang)
            before, after = level._get_own_words(self.channel)
        return {**values, "credit_before": before, "credit_after": after}

    def _missing_parts(self):
        missing = super()._missing_parts()
        level = self.credit_level_id.sudo().with_context(lang=self.lang)  # as above
        if level and self._has_term() and level._names_own_term(self.channel):
            missing += ("own_term",)
        return missing

    def _get_part_words(self):
        return {
            **super()._get_part_words(),
            "own_term": self.env._(
                "one clear term: the level's own text names a term, day or amount as well"
            ),
        }

    # === WHAT BECAME OF IT === #

    def write(self, vals):
        result = super().write(vals)
        if "state" in vals and (ours := self.filtered("credit_level_id")):
            ours._follow_in_credit_control()
        return result

    def _follow_in_credit_control(self):
        """Bring the lines of credit control in line with these notices."""
        # Notices are written by the engine, also from within the mail queue.
        comms = self.env["credit.control.communication"].sudo()
        comms = comms.search([("arrears_notice_id", "in", self.ids)])
        for notice, mine in comms.grouped("arrears_notice_id").items():
            lines = mine.credit_control_line_ids
            if notice.state == "sent":
                lines.write({"state": "sent", "date_sent": notice.sent_on})
            elif notice.state == "failed":
                failed = "email_error" if notice.channel == "email" else "error"
                lines.write({"state": failed})
            elif notice.state == "withdrawn":
                # What never left comes again when it is due again.
                lines.filtered(lambda line: line.state == "queued").write({"state": "ignored"})
