"""A bordereau: what an office reports to an insurer over a period, numbered and kept."""

from datetime import date, timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from .by_hand import check_by_hand, without_foreign_defaults

BY_HAND = frozenset({"insurer_id", "company_id", "date_from", "date_to", "note"})


class InsuranceBordereau(models.Model):
    _name = "insurance.bordereau"
    _description = "Bordereau"
    _inherit = ["mail.thread"]
    _check_company_auto = True
    _order = "date_to desc, id desc"

    name = fields.Char(string="Number", readonly=True, copy=False)
    insurer_id = fields.Many2one(
        "res.partner",
        required=True,
        index=True,
        check_company=True,
        domain=[("is_insurer", "=", True)],
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    date_from = fields.Date(
        string="From",
        required=True,
        compute="_compute_period",
        store=True,
        readonly=False,
        precompute=True,
    )
    date_to = fields.Date(
        string="Up to and including",
        required=True,
        compute="_compute_period",
        store=True,
        readonly=False,
        precompute=True,
    )
    note = fields.Char(help="For the insurer or a colleague.")
    state = fields.Selection(
        [("draft", "Draft"), ("made", "Made"), ("sent", "Sent")],
        required=True,
        readonly=True,
        default="draft",
        copy=False,
        index=True,
    )
    line_ids = fields.One2many("insurance.bordereau.line", "bordereau_id", readonly=True)
    line_count = fields.Integer(string="Rows", compute="_compute_line_count")
    made_on = fields.Date(readonly=True, copy=False)
    made_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    xlsx_file = fields.Binary(string="Excel file", attachment=True, readonly=True, copy=False)
    xlsx_name = fields.Char(readonly=True, copy=False)
    xlsx_hash = fields.Char(string="SHA-256 of the Excel file", readonly=True, copy=False)
    csv_file = fields.Binary(string="CSV file", attachment=True, readonly=True, copy=False)
    csv_name = fields.Char(readonly=True, copy=False)
    csv_hash = fields.Char(string="SHA-256 of the CSV file", readonly=True, copy=False)
    sent_on = fields.Date(readonly=True, copy=False)
    sent_by_id = fields.Many2one("res.users", readonly=True, copy=False)

    _number_unique = models.UniqueIndex(
        "(company_id, name) WHERE name IS NOT NULL", "This bordereau number exists already."
    )
    _period_in_order = models.Constraint(
        "CHECK (date_from <= date_to)", "The period of a bordereau ends on or after its first day."
    )
    _made_has_number = models.Constraint(
        "CHECK (state = 'draft' OR name IS NOT NULL AND made_on IS NOT NULL)",
        "A bordereau that was made has its number and its day.",
    )
    _sent_has_day = models.Constraint(
        "CHECK (state != 'sent' OR sent_on IS NOT NULL AND sent_by_id IS NOT NULL)",
        "A bordereau that was sent has the day on which it was sent, and who sent it.",
    )

    @api.depends("name", "insurer_id")
    def _compute_display_name(self):
        for bordereau in self:
            name = bordereau.name or self.env._("Draft bordereau")
            bordereau.display_name = f"{name} {bordereau.insurer_id.name or ''}".strip()

    @api.depends("insurer_id", "company_id")
    def _compute_period(self):
        """Propose the month after the last bordereau of this insurer, else the last month."""
        for bordereau in self:
            last = bordereau._get_last_made()
            if last:
                first = last.date_to + timedelta(days=1)
            else:
                first = (
                    fields.Date.context_today(self).replace(day=1) - timedelta(days=1)
                ).replace(day=1)
            bordereau.date_from = first
            bordereau.date_to = date(
                first.year + first.month // 12, first.month % 12 + 1, 1
            ) - timedelta(days=1)

    @api.depends("line_ids")
    def _compute_line_count(self):
        for bordereau in self:
            bordereau.line_count = len(bordereau.line_ids)

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            check_by_hand(self, vals, BY_HAND)
        model, vals_list = without_foreign_defaults(self, vals_list, BY_HAND)
        return super(InsuranceBordereau, model).create(vals_list).with_env(self.env)

    def write(self, vals):
        check_by_hand(self, vals, BY_HAND)
        if BY_HAND & vals.keys() and any(each.state != "draft" for each in self):
            raise UserError(self.env._("A bordereau that was made stays as it was made."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_made(self):
        if any(bordereau.state != "draft" for bordereau in self):
            raise UserError(self.env._("A bordereau that was made is kept as evidence."))

    def _get_last_made(self):
        """Return the last bordereau of this insurer and company that was made."""
        self.ensure_one()
        if not self.insurer_id:
            return self.browse()
        return self.search(
            [
                ("insurer_id", "=", self.insurer_id.id),
                ("company_id", "=", self.company_id.id),
                ("state", "!=", "draft"),
            ],
            order="date_to desc",
            limit=1,
        )

    # === MAKE === #

    def make(self, day):
        """Collect what happened, number it, and keep the files that go to the insurer.

        Each event stands in one bordereau only. What became known after its own period was
        reported comes late, and says so; what was reported and taken back comes as a counter-row.

        :param day: business day, a date (or an ISO string); not before the end of the period
        :raise UserError: when the period has not ended, or was reported already
        """
        self.ensure_one()
        self.env["arrears.run"].check_access("create")
        self.check_access("write")
        day = self.env["arrears.run"]._to_day(day)
        if self.state != "draft":
            raise UserError(self.env._("Bordereau %s was made already.", self.name))
        if day < self.date_to:
            raise UserError(
                self.env._(
                    "The period ends on %(end)s, after %(day)s: more can happen in it.",
                    end=self.date_to,
                    day=day,
                )
            )
        # Rows and files are evidence: written by the service only, after the checks above.
        # The reasons are for the insurer, in its language.
        lang = self.insurer_id.lang or "nl_NL"
        self.sudo().with_company(self.company_id).with_context(lang=lang)._make(day)

    def action_make(self):
        """Button: make the bordereau today."""
        self.make(fields.Date.context_today(self))

    def _make(self, day):
        """Make the bordereau on ``day``, as the service."""
        self._lock_insurer()
        last = self._get_last_made()
        if last and self.date_from <= last.date_to:
            raise UserError(
                self.env._(
                    "Bordereau %(number)s reports up to %(end)s; this one begins on %(start)s. "
                    "What came late is reported by itself.",
                    number=last.name,
                    end=last.date_to,
                    start=self.date_from,
                )
            )
        events = self._get_events(last)
        self._prepare_sequence()
        [self.name] = self.env["ir.sequence"]._arrears_numbers("insurance.bordereau", 1, day)
        self.env["insurance.bordereau.line"].create(
            [
                {**event, "bordereau_id": self.id, "number": number}
                for number, event in enumerate(events, start=1)
            ]
        )
        self.write({"state": "made", "made_on": day, "made_by_id": self.env.uid})
        self._keep_files()

    def _prepare_sequence(self):
        """Give the company numbers of its own, without gaps, with its first bordereau."""
        sequences = self.env["ir.sequence"]
        mine = [("code", "=", "insurance.bordereau"), ("company_id", "=", self.company_id.id)]
        if not sequences.search_count(mine, limit=1):
            sequences.create(
                {
                    "name": self.env._("Bordereaux"),
                    "code": "insurance.bordereau",
                    "company_id": self.company_id.id,
                    "implementation": "no_gap",
                    "prefix": "BD/%(range_year)s/",
                    "padding": 3,
                    "use_date_range": True,
                }
            )

    def _lock_insurer(self):
        """Let two bordereaux of one insurer wait for each other: their rows must not meet."""
        self.insurer_id.lock_for_update()

    # === SEND === #

    def mark_sent(self, day):
        """Record that this bordereau went to the insurer on ``day``.

        :param day: business day, a date (or an ISO string); not before it was made
        :raise UserError: when it was not made, or was sent already
        """
        self.env["arrears.run"].check_access("create")
        self.check_access("write")
        day = self.env["arrears.run"]._to_day(day)
        for bordereau in self:
            if bordereau.state != "made":
                raise UserError(
                    self.env._("Only a bordereau that was made and not sent yet can be sent.")
                )
            if day < bordereau.made_on:
                raise UserError(
                    self.env._(
                        "%(bordereau)s was made on %(made)s, after %(day)s.",
                        bordereau=bordereau.name,
                        made=bordereau.made_on,
                        day=day,
                    )
                )
        # Evidence: written by the service only, after the checks above.
        self.sudo().write({"state": "sent", "sent_on": day, "sent_by_id": self.env.uid})

    def action_mark_sent(self):
        """Button: it went to the insurer today."""
        self.mark_sent(fields.Date.context_today(self))
