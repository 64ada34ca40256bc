from collections import Counter

from markupsafe import Markup

from odoo import fields, models


class CreditControlRun(models.Model):
    _inherit = "credit.control.run"

    arrears_left_ids = fields.Many2many(
        "account.move.line",
        "credit_control_run_arrears_left_rel",
        "run_id",
        "move_line_id",
        string="Left to Premium Arrears",
        readonly=True,
        copy=False,
        help="They are on hold, in an arrangement, or in a case with steps of its own.",
    )

    def _generate_credit_lines(self):
        # EXTENDS account_credit_control: tell what is not there, and why.
        generated = super()._generate_credit_lines()
        if left := self.arrears_left_ids:
            self.report = (self.report or Markup("")) + self._describe_left(left)
        return generated

    def _describe_left(self, left):
        """Return in words how many lines left this run, by reason."""
        counts = Counter(left._get_credit_control_obstacles(self.date).values())
        words = self._get_left_words()
        rows = Markup("").join(
            Markup("<li>%s: %s</li>") % (words.get(reason, reason), count)
            for reason, count in counts.most_common()
        )
        return Markup("%s<ul>%s</ul>") % (
            self.env._("Left to Premium Arrears: %s lines.", len(left)),
            rows,
        )

    def _get_left_words(self):
        items = self.env["arrears.item"]
        reasons = dict(items._fields["next_reason"]._description_selection(self.env))
        return {
            **reasons,
            "not_collected": self.env._("Not in a case yet: the next arrears run takes it up"),
            "own_ladder": self.env._("The case has steps of its own"),
            "credit_waits": self.env._("A payment or credit note waits to be matched"),
        }
